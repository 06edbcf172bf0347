"""What layers cost, on the architecture diagram: measured when it is asked for, by mouse and by keys, and told to stop.

One page of an app for all of them: each test goes on where the one before ended.
"""

import re

import pytest

from tests.browser.explorer_page import ready
from tests.browser.test_touch import TOO_WIDE

pytestmark = [pytest.mark.browser, pytest.mark.model]


@pytest.fixture(scope="module")
def page(module_app, published_files):
    page = module_app
    page.locator(".sqv-sample", has_text="coins").click(timeout=120_000)
    ready(page, "fire5/concat")
    return page


@pytest.fixture(scope="module")
def network(page):
    return page.get_by_role("region", name="Network")


def test_it_says_how_far_it_is_and_stops(page, network):
    network.get_by_role("radio", name="cost", exact=True).click()
    network.get_by_role("button", name="Stop").click()
    network.get_by_role("status").filter(has_text="stopped").wait_for()
    assert network.locator(".sqv-costs rect").count() == 0


def test_every_unit_has_a_column_and_every_layer_a_row(page, network, model):
    network.get_by_role("button", name="Go on from the start").click()
    network.get_by_text("Every layer, as a table").click(timeout=120_000)
    assert network.locator(".sqv-costs rect").count() == network.locator(".sqv-part").count()
    heights = network.locator(".sqv-costs rect").evaluate_all("all => all.map(e => e.height.baseVal.value)")
    assert min(heights) >= 0
    assert sum(height == max(heights) for height in heights) == 1
    table = network.get_by_role("region", name="What each layer costs")
    named = table.locator("tbody th").all_inner_texts()
    assert {layer.name for layer in model.architecture} <= set(named)
    convolution = table.locator("tbody tr").filter(has_text=re.compile("^fire5/expand3x3")).locator("td")
    assert convolution.nth(0).inner_text() == "convolution"
    assert float(convolution.nth(1).inner_text()) > 0
    assert convolution.nth(7).inner_text() == f"{model.architecture['fire5/expand3x3'].macs / 1e6:.2f}"


def test_pointing_says_what_a_unit_costs(page, network):
    network.locator("[data-part=fire8] .sqv-hit").hover()
    said = network.locator(".sqv-about-line [role=status]")
    said.filter(has_text=re.compile(r"^fire8: [\d.]+ ms, [\d.]+ % of the time; fire8/concat: [\d.]+ ms")).wait_for()


def test_by_keys_alone(page, network):
    network.get_by_role("radio", name="cost", exact=True).focus()
    page.keyboard.press("ArrowLeft")
    network.get_by_text("rms activation").wait_for()
    assert network.locator(".sqv-costs").count() == 0
    page.keyboard.press("ArrowRight")
    network.locator(".sqv-costs rect").first.wait_for()
    network.get_by_text("What threads and batches would change").focus()
    page.keyboard.press("Enter")
    settings = network.get_by_role("region", name="Milliseconds an image, by threads and images at once")
    assert settings.locator("thead th").all_inner_texts() == ["ms an image", *(f"batch {n}" for n in (1, 2, 4, 8))]


OVERLAPS = """header => {
    const boxes = [...header.children].map((each) => each.getBoundingClientRect()).filter(({ width }) => width);
    return boxes.some((a, at) => boxes.slice(at + 1).some((b) =>
        a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5));
}"""


@pytest.mark.parametrize("width", [1280, 900, 780, 400])
@pytest.mark.parametrize("shows", ["activation", "cost"])
def test_it_has_room(page, network, width, shows):
    page.set_viewport_size({"width": width, "height": 900})
    try:
        network.get_by_role("radio", name=shows, exact=True).click()
        said = network.locator(".sqv-about-line")
        assert said.evaluate("e => e.scrollWidth <= e.clientWidth")
        assert not network.locator("header").evaluate(OVERLAPS)
        page.wait_for_function(f"() => ({TOO_WIDE})().length === 0")
    finally:
        page.set_viewport_size({"width": 1280, "height": 900})
