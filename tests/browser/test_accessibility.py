"""axe-core, from its package and so from this machine, finds nothing serious in any state of the page, light or dark."""

import re

import pytest
from PIL import Image as Pillow

from tests.browser.axe_asked import CONTRAST, OPTIONS, SERIOUS
from tests.browser.explorer_page import choose_layer, ready
from tests.browser.predictor_page import upload
from tests.browser.servers import LIGHT, wear
from tests.browser.test_judging import METHODS
from tests.coloured import COLOURS, colour_content, colour_photo
from tests.unit.dataset.test_diagnosis import trained_with

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

pytestmark = [pytest.mark.browser, pytest.mark.model]

THEMES = ["JupyterLab Dark High Contrast", "JupyterLab Dark", LIGHT]


def violations(page, root=".sqv"):
    """What axe finds below an element that is serious or worse, in any theme: theme, rule, where, and why.

    A theme changes colours and nothing else: all other rules, which take axe several times as long, are asked of one.
    """
    found = []
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(axe.Axe().axe_script)
    worn = page.evaluate("() => document.body.dataset.jpThemeName")
    for theme in THEMES if worn == THEMES[0] else reversed(THEMES):  # the page wears one of the ends
        wear(page, theme)
        rules = {} if theme == LIGHT else CONTRAST
        found += [
            (theme, rule, html[:120], summary.splitlines()[1].strip())
            for rule, html, summary in page.evaluate(SERIOUS, [root, {**OPTIONS, **rules}])
        ]
    return found


def test_nothing_serious_in_any_state(open_cell, page, published_files, files):
    few_runs = 'mock.patch("squeezeviz.explorer.costs._RUNS", 2).start()'  # how exact times are is nothing to axe
    open_cell(f"from unittest import mock\nimport squeezeviz as sv\n{few_runs}\nsv.explore()")
    page.locator(".sqv-sample").first.wait_for(timeout=120_000)
    assert violations(page) == []
    upload(page, files / "chelsea.jpg")
    ready(page, "fire5/concat")
    assert violations(page) == []
    page.get_by_role("radio", name="cost", exact=True).click()
    page.get_by_text("Every layer, as a table").click(timeout=120_000)
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
    page.locator(".sqv-why-button").click()
    judging = page.get_by_role("region", name="Which may I believe?")
    judging.get_by_role("application").press("Enter")
    for box in judging.get_by_role("checkbox").all():  # those that take long: their rows are as the others'
        if box.is_checked() and box.locator("xpath=..").inner_text().strip() not in METHODS.values():
            box.click()
    judging.get_by_role("button", name=re.compile(r"Measure \d methods")).click()
    judging.locator("[data-measure=insertion] [data-value]").first.wait_for()
    judging.get_by_role("button", name="Stop").click()
    growing = page.locator(".sqv-explorer").get_by_role("region", name="What excites it most?")
    growing.get_by_text("How it grows").click()
    growing.get_by_role("button", name="Grow a picture").click()
    growing.locator(".sqv-grown-bars").wait_for()
    growing.get_by_role("button", name="Stop").click()
    assert violations(page) == []
    page.get_by_role("radio", name="kernels").click()
    choose_layer(page, "fire2")
    page.locator(".sqv-kernels figure").nth(1).wait_for()
    page.locator(".sqv-explorer").focus()
    page.keyboard.press("?")
    page.locator(".sqv-help").wait_for()
    assert violations(page) == []


def test_nothing_serious_where_the_model_is_told_and_where_the_doctor_works(open_cell, page, tmp_path):
    """Of a small network: the doctor tries dozens of preprocessings."""
    network, photos = tmp_path / "colours.onnx", [tmp_path / f"{name}.png" for name in ("blue", "red")]
    network.write_bytes(colour_content(trained_with("-1 to 1")))
    for index, path in enumerate(photos):
        Pillow.fromarray(colour_photo(index, 0)).save(path)
    names = [f"colour {index}" for index in range(len(COLOURS))]
    model = f"sv.load_model({str(network)!r}, labels={names!r})"
    open_cell(f"import squeezeviz as sv\nsv.explore({[*map(str, photos)]!r}, model={model})")
    page.get_by_role("button", name="Labels and preprocessing").click()
    page.locator(".sqv-feeding summary").click()
    page.get_by_role("button", name="Find out on photos").click()
    doctor = page.get_by_role("region", name="Preprocessing doctor")
    doctor.get_by_label("What blue.png shows").fill("colour 0")
    doctor.get_by_label("What red.png shows").fill("nothing of the kind")
    doctor.get_by_role("button", name="Try on 1 labelled photo").click()
    doctor.locator(".sqv-ranked").first.wait_for(timeout=120_000)
    assert violations(page) == []
    doctor.get_by_role("radio", name="a folder").click()
    doctor.get_by_label("Folder", exact=True).wait_for()
    assert violations(page) == []
