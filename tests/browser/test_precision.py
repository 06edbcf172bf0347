"""What layers lose in a lower precision, on the architecture diagram: INT8 made of the photos on the page, and FP16.

One page of an app for all of them: each test goes on where the one before ended.
"""

import re

import pytest

from tests.browser.explorer_page import ready

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


def test_integers_are_made_on_the_spot_and_every_unit_has_two_columns(page, network, model):
    network.get_by_role("radio", name="precision", exact=True).click()
    network.get_by_text("Every layer, as a table").click(timeout=120_000)
    assert network.locator(".sqv-costs rect").count() == 2 * network.locator(".sqv-part").count()
    named = network.get_by_role("region", name="What each layer loses").locator("tbody th").all_inner_texts()
    assert named[0] == "data"
    assert {layer.name for layer in model.architecture if layer.kind == "convolution"} <= set(named)
    network.get_by_text(re.compile("^The largest error is made at")).wait_for()


def test_it_is_a_network_beside_this_one_whose_maps_are_compared(page, network):
    network.get_by_role("button", name="Maps of both, and their difference").click()
    beside = page.get_by_role("region", name="Two networks", exact=True)
    beside.locator(".sqv-pairs tbody tr").first.wait_for(timeout=60_000)
    beside.get_by_text("INT8").first.wait_for()


def test_half_precision_says_that_it_is_emulated(page, network):
    network.get_by_role("radio", name="INT8", exact=True).focus()
    page.keyboard.press("ArrowLeft")
    network.get_by_text("Emulated: ONNX Runtime's").wait_for(timeout=120_000)
    assert network.get_by_role("radio", name="FP16", exact=True).get_attribute("aria-checked") == "true"
    said = network.locator(".sqv-about-line [role=status]")
    network.locator("[data-part=fire8] .sqv-hit").hover()
    said.filter(has_text=re.compile(r"^fire8/concat: error 0\.0\d+ % made here .*passed on")).wait_for()
