"""Figures of what is on the page, saved from the page."""

import pytest

import squeezeviz as sv
from tests.browser.explorer_page import choose_layer, chosen, ready

# All before the page has drawn any of it, as on a machine that is busy.
KERNELS_AS_PNG = """() => {
    for (const [label, value] of [['What the figure shows', 'kernels'], ['Format of the figure', 'png']]) {
        const select = document.querySelector(`select[aria-label="${label}"]`);
        select.value = value;
        select.dispatchEvent(new Event('change', { bubbles: true }));
    }
    [...document.querySelectorAll('.sqv-take button')].find((button) => button.textContent === 'Save the figure').click(); }"""

pytestmark = [pytest.mark.browser, pytest.mark.model]


def test_a_figure_of_what_is_on_show(empty_explorer, model):
    page = empty_explorer
    page.locator(".sqv-sample", has_text="coffee").click(timeout=120_000)
    ready(page, "fire5/concat")
    choose_layer(page, "fire3")
    ready(page, "fire3/concat")
    page.get_by_label("What the figure shows").select_option("channel")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the figure").click()
    svg = download.value.path().read_text()
    assert download.value.suggested_filename == "coffee-channel.svg"
    channel = chosen(page)["channel"]
    assert svg.count("<text") > 5
    assert f"Channel {channel}" in svg
    assert "squeezenet1.1-caffe2, SHA-256" in svg
    value = sv.Arithmetic(model, "coffee").activations["fire3/concat"][channel].max()
    assert f"{value:.3g}" in svg, "its largest value"
    page.locator(".sqv-take button:enabled", has_text="Save the figure").wait_for()  # the first one has been drawn
    with page.expect_download() as download:
        page.evaluate(KERNELS_AS_PNG)
    assert download.value.path().read_bytes().startswith(b"\x89PNG")
    page.get_by_text("coffee-kernels.png").wait_for()
