"""A network whose numbers grow beyond single precision: the page says so, draws what there is, and goes on."""

import pytest

from tests.browser.explorer_page import choose_layer
from tests.overflowing import overflowing

pytestmark = [pytest.mark.browser]

CELL = """
import numpy as np, squeezeviz as sv
photo = sv.read_image(np.random.default_rng(0).integers(150, 256, (40, 50, 3), dtype=np.uint8), name="noise")
explorer = sv.explore(photo, model=sv.load_model("overflowing.onnx"))
explorer
"""


@pytest.mark.parametrize(("to_nan", "figure"), [(False, "∞"), (True, "NaN")], ids=["infinity", "not a number"])
def test_what_is_no_number_is_shown_as_such(open_cell, lab, to_nan, figure):
    (lab.folder / "overflowing.onnx").write_bytes(overflowing(to_nan=to_nan))
    page = open_cell(CELL)
    page.locator(".sqv-explorer .sqv-grid canvas").first.wait_for(timeout=120_000)
    page.locator(".sqv-caution", has_text="5 of 5 logits are infinite or no number").wait_for()
    assert set(page.locator(".sqv-row .sqv-p").all_inner_texts()) == {"NaN"}
    assert set(page.locator(".sqv-row .sqv-logit").all_inner_texts()) <= {"∞", "−∞", "NaN"}
    choose_layer(page, "classes")
    page.wait_for_function("() => document.querySelector('.sqv-layer-name').textContent === 'classes'")
    page.locator(".sqv-network [role=status]", has_text=f"rms {figure}").wait_for()
    page.wait_for_function(
        "text => document.querySelector('.sqv-facts').innerText.split('\\n').includes(text)", arg=figure
    )
    page.get_by_role("button", name="Side by side").click()
    page.locator(".sqv-card:not(.sqv-late) .sqv-card-top").nth(1).wait_for()
    # A number that overflows cannot be opened: it says why, and the page goes on.
    page.locator(".sqv-facts .sqv-number").first.click()
    page.get_by_text("beyond single precision").last.wait_for()
    choose_layer(page, "relu1")
    page.wait_for_function("() => document.querySelector('.sqv-layer-name').textContent === 'relu1'")
