"""Which may I believe?: methods measured on the page are what Python measures; by mouse, by keys, and told to stop.

One page of an app for all of them: each test goes on where the one before ended, on the photo of coins.
"""

import re

import pytest

import squeezeviz as sv
from squeezeviz.evidence.judging.pointing import pointing
from tests.browser.explorer_page import ready
from tests.browser.test_touch import TOO_WIDE
from tests.browser.waiting import retry_assertions

pytestmark = [pytest.mark.browser, pytest.mark.model]
METHODS = {"saliency": "Saliency", "grad-cam": "Grad-CAM", "guided-backpropagation": "Guided backpropagation"}


@pytest.fixture(scope="module")
def page(module_app, published_files):
    page = module_app
    page.locator(".sqv-sample", has_text="coins").click(timeout=120_000)
    ready(page, "fire5/concat")
    page.locator(".sqv-why-button").click()
    page.locator(".sqv-judging").wait_for()
    return page


@pytest.fixture(scope="module")
def panel(page):
    return page.get_by_role("region", name="Which may I believe?")


@pytest.fixture(scope="module")
def expected(model):
    return sv.judge_attributions(model, "coins", list(METHODS))


def cell(panel, method, measure):
    return panel.locator(f'tr[data-method="{method}"] td[data-measure="{measure}"]')


def reaches(panel, state):
    panel.locator(f".sqv-run[data-state={state}]").wait_for(timeout=120_000)


def test_rows_fill_in_and_say_what_python_measures(panel, expected):
    for box in panel.get_by_role("checkbox").all():
        name = box.locator("xpath=..").inner_text().strip()
        if box.is_checked() != (name in METHODS.values()):
            box.click()
    panel.get_by_role("button", name="Measure 3 methods").click()
    reaches(panel, "whole")
    for method in METHODS:
        for measure, digits in (("deletion", 1e-4), ("insertion", 1e-4), ("exact map", 1e-4), ("sensitivity", 1e-3)):
            shown = float(cell(panel, method, measure).locator("[data-value]").get_attribute("data-value"))
            assert shown == pytest.approx(expected.values[measure][method][0], abs=digits), (method, measure)
        line = cell(panel, method, "randomised")
        assert line.locator("path").last.get_attribute("d").count("L") == len(expected.stages)
        shown = float(line.locator("[data-value]").get_attribute("data-value"))
        assert shown == pytest.approx(expected.randomised[method][0, -1], abs=1e-3)
    said = panel.locator("dl").inner_text()
    assert f"from {expected.stages[0]} down to {expected.stages[-1]}" in said
    assert (said.count("lower is better"), said.count("nearer to 0 is better")) == (2, 1)


def assert_points(panel, made):
    """The page says of each method what Python does, in the box that it says it has."""
    said = panel.locator(".sqv-judging-photo p").first.inner_text()
    width, height, left, top, *_ = map(int, re.findall(r"\d+", said))
    for method, attribution in made.items():
        corners = [attribution.geometry.to_original(*at) for at in ((left, top), (left + width, top + height))]
        hit, share = pointing(attribution, (*corners[0], *corners[1]))
        shown = cell(panel, method, "points").locator("[data-hit]")
        assert f"{100 * share:.0f} % inside" in shown.inner_text()
        assert shown.get_attribute("data-hit") == str(hit).lower()
        assert float(shown.get_attribute("data-share")) == pytest.approx(share, abs=1e-4)


def test_a_box_is_drawn_by_mouse_and_by_keys_and_maps_point_at_it_or_not(page, model, panel):
    photo = panel.get_by_role("application")
    photo.scroll_into_view_if_needed()
    box = photo.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 80)
    page.mouse.move(box["x"] + 115, box["y"] + 100)
    page.mouse.up()
    panel.get_by_text("Box of ").first.wait_for()
    photo.press("ArrowRight")
    photo.press("Shift+ArrowDown")
    made = {method: sv.attribute(model, "coins", method) for method in METHODS}
    retry_assertions(
        page, lambda: assert_points(panel, made)
    )  # keys move the box, and the page says so in its next frame
    photo.press("Delete")
    panel.get_by_text("No box yet.").wait_for()


def test_a_method_that_is_added_is_measured_alone_and_escape_ends_it(page, panel):
    panel.get_by_role("checkbox", name="Score-CAM").click()
    reaches(panel, "running")
    panel.locator("progress[value]").wait_for()  # from then on it says of how many
    panel.get_by_role("checkbox", name="Score-CAM").press("Escape")
    reaches(panel, "stopped")
    assert panel.get_by_text("stopped after").inner_text().endswith(" of 10")
    assert cell(panel, "saliency", "deletion").locator("[data-value]").count() == 1, "what was there stays"


def test_a_rows_map_is_shown_large(page, panel):
    panel.get_by_role("button", name="Guided backpropagation").click()
    first = page.locator(".sqv-attribution[data-method=guided-backpropagation]")
    first.wait_for()
    first.get_by_text("Springenberg et al., 2015").wait_for()


def test_it_fits_a_screen_of_400_px(page, panel):
    page.set_viewport_size({"width": 400, "height": 800})
    panel.get_by_text("Guided backpropagation").last.scroll_into_view_if_needed()
    assert [each for each in page.evaluate(TOO_WIDE) if "judging" in each] == []
    assert panel.get_by_role("columnheader").count() == 7, "a table it stays, for whoever hears it"
    assert panel.get_by_role("row").filter(has_text="Chance").get_by_role("cell").count() == 6
