"""axe-core, from its package and so from this machine, finds nothing serious in any state of the page, light or dark."""

import pytest

from tests.browser.explorer_page import choose_layer, ready
from tests.browser.predictor_page import upload
from tests.browser.servers import LIGHT, wear

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

pytestmark = [pytest.mark.browser, pytest.mark.model]


CONTRAST = ["color-contrast", "link-in-text-block"]
THEMES = ["JupyterLab Dark High Contrast", "JupyterLab Dark", LIGHT]


def violations(page, root=".sqv"):
    """What axe finds below an element that is serious or worse, in any theme: theme, rule, where, and why.

    A theme changes colours and nothing else: all other rules, which take axe several times as long, are asked of one.
    """
    found = []
    for theme in THEMES:
        wear(page, theme)
        rules = {} if theme == LIGHT else {"runOnly": {"type": "rule", "values": CONTRAST}}
        found += [
            (theme, each["id"], node["html"][:120], node["failureSummary"].splitlines()[1].strip())
            for each in axe.Axe().run(page, context=root, options=rules).response["violations"]
            if each["impact"] in ("serious", "critical")
            for node in each["nodes"]
        ]
    return found


def test_nothing_serious_in_any_state(open_cell, page, published_files, files):
    open_cell("import squeezeviz as sv\nsv.explore()")
    page.locator(".sqv-sample").first.wait_for(timeout=60_000)
    assert violations(page) == []
    upload(page, files / "chelsea.jpg")
    ready(page, "fire5/concat")
    assert violations(page) == []
    page.locator(".sqv-first .sqv-p").click()
    page.locator("button.sqv-term").first.click()
    page.locator(".sqv-terms canvas").nth(3).wait_for()
    page.get_by_role("button", name="Hold this").click()
    page.locator(".sqv-sample", has_text="coffee").click()
    page.locator(".sqv-versus tbody tr").first.wait_for()
    page.get_by_role("button", name="Side by side").click()
    page.locator(".sqv-card:not(.sqv-late) .sqv-card-top").nth(2).wait_for()
    page.get_by_label("Compare with another network").select_option("squeezenet1.1-shapes")
    page.locator(".sqv-pairs tbody tr").first.wait_for()
    assert violations(page) == []
    page.get_by_role("radio", name="kernels").click()
    choose_layer(page, "fire2")
    page.locator(".sqv-kernels figure").nth(1).wait_for()
    page.locator(".sqv-explorer").focus()
    page.keyboard.press("?")
    page.locator(".sqv-help").wait_for()
    assert violations(page) == []
