"""What layers lose in a lower precision, on the architecture diagram: INT8 made of the photos on the page, and FP16.

One page of an app for all of them: each test goes on where the one before ended.
"""

import re

import pytest

from tests.browser.explorer_page import ready
from tests.browser.waiting import retry_assertions

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


def test_the_choice_stands_beside_the_preprocessing_and_the_grid_shows_the_difference(page, network):
    choice = page.get_by_role("combobox", name="Precision", exact=True)
    assert choice.input_value() == "fp16", "one choice, in two places"
    choice.select_option("int8")
    maps = page.get_by_role("region", name="Feature maps")
    maps.get_by_role("button", name="INT8 − FP32", pressed=True).wait_for()
    maps.get_by_text(re.compile(r"^−[\d.]+ to [\d.]+$")).wait_for(timeout=120_000)
    assert colours(page) == {"below", "above"}
    maps.get_by_text(re.compile(r"^FP32: \d+ % zero")).first.wait_for()
    maps.get_by_role("button", name="Enlarge the chosen map").click()
    maps.get_by_text(re.compile(r"INT8 − FP32, −[\d.]+ to [\d.]+$")).wait_for()
    maps.get_by_role("button", name="Back to all maps").click()
    network.get_by_role("radio", name="activation", exact=True).click()
    assert choice.input_value() == "int8", "what the diagram shows is another choice"
    maps.get_by_role("button", name="INT8 − FP32").click()
    maps.get_by_text("Scale per").wait_for()


def test_the_prediction_says_whose_it_is_and_what_low_precision_answers(page, model):
    prediction = page.get_by_role("region", name="Prediction", exact=True)
    prediction.get_by_text("in FP32").wait_for()
    low = page.get_by_role("region", name="Prediction in low precision")
    low.get_by_text("In INT8").wait_for()
    low.locator("li").nth(2).wait_for(timeout=60_000)
    shares = [float(text.removesuffix(" %")) for text in low.locator(".sqv-num").all_inner_texts()]
    assert shares == sorted(shares, reverse=True)
    assert 0 < sum(shares) <= 100.05
    page.get_by_role("button", name="Ablate", exact=True).click()
    low.get_by_text("only with nothing ablated").wait_for()
    page.get_by_role("button", name="Restore all").click()
    low.locator("li").nth(2).wait_for()


def colours(page):
    """Whether some cells of the grid are blue, and some orange."""
    return set(
        page.evaluate("""() => {
            const canvas = document.querySelector(".sqv-explorer .sqv-grid canvas");
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            const found = new Set();
            for (let at = 0; at < data.length; at += 4) {
                if (data[at + 2] > data[at] + 60) found.add("below");
                if (data[at] > data[at + 2] + 60) found.add("above");
            }
            return [...found];
        }""")
    )


def number(text):
    """As it is written on the page."""
    return float(text.replace(",", "").replace("−", "-"))


def assert_adds_up(opened):
    steps = dict(
        zip(
            opened.locator("li > :first-child").all_inner_texts(),
            opened.locator("li > :last-child").all_inner_texts(),
            strict=True,
        )
    )
    rounded = next(text for name, text in steps.items() if name.startswith("rounded"))
    scaled = next(text for name, text in steps.items() if name.startswith("×"))
    assert abs(number(rounded) - number(scaled)) <= 0.51, "to the nearest"
    products = [number(text) for text in opened.locator("td:last-child").all_inner_texts()]
    total = next((name, text) for name, text in steps.items() if name.startswith("sum of"))
    sign, bias = re.search(r"products ([+−]) ([\d,]+)", total[0]).groups()
    assert sum(products) + number(bias) * (1 if sign == "+" else -1) == number(total[1])


def test_the_chosen_number_opens_to_whole_numbers(page, network, model):
    opened = page.get_by_role("region", name="In whole numbers")
    opened.get_by_text(re.compile(r"fire5/expand[13]x[13], channel \d+")).wait_for(timeout=60_000)
    # The number of another cell may be on its way.
    retry_assertions(page, lambda: assert_adds_up(opened))


def test_in_float32_nothing_of_it_is_left(page, network):
    page.get_by_role("combobox", name="Precision", exact=True).select_option("fp32")
    page.get_by_role("region", name="In whole numbers").wait_for(state="hidden")
    assert page.get_by_role("button", name="INT8 − FP32").count() == 0
    assert page.get_by_text("in FP32").count() == 0
    assert network.locator(".sqv-costs rect").count() == 0
