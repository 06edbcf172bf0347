"""Inside a number: every step of the path is what Python computes; kernels, and where a channel comes from and goes.

One page of an app for all of them, on the photo of a cat: each test begins where all maps of a layer are shown.
"""

import numpy as np
import pytest

import squeezeviz as sv
from tests.browser.explorer_page import choose_layer, chosen, frames, ready

pytestmark = [pytest.mark.browser, pytest.mark.model]


@pytest.fixture(scope="module")
def arithmetic(model, files):
    return sv.Arithmetic(model, files / "chelsea.jpg")


@pytest.fixture
def page(module_explorer):
    page = module_explorer
    page.emulate_media(reduced_motion="reduce")
    if chosen(page)["layer"] != "fire5/concat":
        page.locator('[data-part="fire5"] > .sqv-hit').click(position={"x": 8, "y": 6})  # above what stands in it
    ready(page, "fire5/concat")
    return page


def opened(page, made):
    """Wait for a number; return what is written of it: its value, and what its terms add."""
    layer, channel, (y, x) = made.layer, made.channel, made.cell
    page.wait_for_function(
        "number => { const e = document.querySelector('.sqv-inside'); return e.dataset.number === number && !e.classList.contains('sqv-late'); }",
        arg=f"{layer} {channel} {y} {x}",
    )
    return page.evaluate(
        """() => ({value: Number(document.querySelector('.sqv-inside .sqv-value').dataset.value),
            adds: [...document.querySelectorAll('.sqv-inside [data-adds]')].map(e => Number(e.dataset.adds)),
            total: document.querySelector('.sqv-term-total .sqv-adds')?.textContent,
            rest: document.querySelector('.sqv-term-rest .sqv-adds')?.textContent})"""
    )


def number(text):
    return float(text.replace("−", "-"))


def test_the_window_sweeps_and_stops(page, model, files, arithmetic):
    page.get_by_role("radio", name="expand 3×3").click()
    ready(page, "fire5/expand3x3")
    page.locator(".sqv-facts .sqv-number").click()
    slider = page.get_by_label("Where the window is")
    slider.wait_for()
    activation = model.activations(files / "chelsea.jpg")["fire5/expand3x3"][chosen(page)["channel"]]
    assert int(slider.input_value()) == int(activation.argmax())
    page.emulate_media(reduced_motion="no-preference")
    slider.fill("0")
    page.get_by_role("button", name="Play the sweep").click()
    page.wait_for_function("() => Number(document.querySelector('.sqv-sweep input').value) > 20")
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Play the sweep").wait_for()
    at = int(slider.input_value())
    frames(page)
    assert int(slider.input_value()) == at
    y, x = divmod(at, activation.shape[1])
    assert page.locator(".sqv-sweep-said").inner_text().startswith(f"cell {y}, {x}: this channel adds ")
    page.emulate_media(reduced_motion="reduce")
    slider.fill("0")
    page.get_by_role("button", name="Next row").click()
    page.wait_for_function(
        "at => Number(document.querySelector('.sqv-sweep input').value) === at", arg=activation.shape[1]
    )
    page.get_by_role("button", name="Open this cell").click()
    made = arithmetic.of("fire5/expand3x3", chosen(page)["channel"], (1, 0))
    assert opened(page, made)["value"] == made.value


def test_kernels_and_where_a_channel_comes_from_and_goes(page, model, files):
    page.get_by_role("radio", name="kernels").click()
    figures = page.locator(".sqv-kernels figure")
    figures.nth(1).wait_for()
    for index, layer in enumerate(["fire5/expand1x1", "fire5/expand3x3"]):
        kernels, _ = model.kernels(layer)
        figure = figures.nth(index)
        assert float(figure.get_attribute("data-most")) == float(np.abs(kernels).max())
        assert figure.get_attribute("data-layer") == layer
    choose_layer(page, "conv1")
    page.locator('.sqv-kernels figure[data-layer="conv1"]').wait_for()
    kernels, _ = model.kernels("conv1")
    colour = """() => { const canvas = document.querySelector('.sqv-kernels canvas'); const ratio = canvas.width / canvas.clientWidth;
            return [...canvas.getContext('2d').getImageData(3 * ratio, 3 * ratio, 1, 1).data].join(); }"""
    # The first weight of the first kernel; the network reads blue first.
    expected = [round(128 + 127 * float(v) / float(np.abs(kernels).max())) for v in kernels[0, ::-1, 0, 0]]
    page.wait_for_function(f"expected => ({colour})() === expected", arg=",".join(map(str, [*expected, 255])))

    page.get_by_role("radio", name="maps").click()
    choose_layer(page, "fire5")
    ready(page, "fire5/concat")
    page.get_by_role("radio", name="squeeze 1×1").click()
    ready(page, "fire5/squeeze1x1")
    channel = chosen(page)["channel"]
    activations = model.activations(files / "chelsea.jpg")
    kernels, _ = model.kernels("fire5/squeeze1x1")
    adds = kernels[channel, :, 0, 0] * activations["fire4/concat"].mean(axis=(1, 2))
    strongest = np.argsort(-np.abs(adds), kind="stable")[:5]
    page.locator(".sqv-from [data-to]").first.wait_for()
    assert page.locator(".sqv-from [data-to]").evaluate_all("tiles => tiles.map(tile => tile.dataset.to)") == [
        f"fire4/concat {index}" for index in strongest
    ]
    onward = page.locator(".sqv-to [data-to]").first
    layer, _, target = onward.get_attribute("data-to").rpartition(" ")
    assert layer in ("fire5/expand1x1", "fire5/expand3x3")
    onward.click()
    ready(page, layer)
    assert chosen(page) == {"layer": layer, "channel": int(target)}


def test_from_a_probability_to_a_pixel_by_keyboard_and_back(page, model, files, arithmetic):
    best = int(model.predict(files / "chelsea.jpg").ranking[0])
    page.locator(".sqv-first .sqv-p").focus()
    page.keyboard.press("Enter")
    made, kinds, depth = arithmetic.of("softmaxout", best), [], 0
    while True:
        shown, depth = opened(page, made), depth + 1
        assert shown["value"] == made.value
        kinds.append(made.kind)
        if made.kind == "sum":
            largest, remainder = made.top(10)
            assert shown["adds"] == [term.product for term in largest]
            assert number(shown["rest"]) == pytest.approx(remainder, rel=1e-3, abs=1e-4 * abs(made.total) + 1e-4)
            assert number(shown["total"]) == pytest.approx(made.total, rel=1e-4, abs=1e-4)
        assert page.locator(".sqv-crumb").count() == depth
        if made.layer == "resized":
            break
        term = next(t for t in made.terms if t.channel == best) if made.kind == "softmax" else made.terms[0]
        page.locator("button.sqv-term").first.focus()
        page.keyboard.press("Enter")
        made = arithmetic.of(term.layer, term.channel, term.cell)
    assert kinds[:3] == ["softmax", "mean", "sum"]
    assert kinds[-3:] == ["sum", "scaling", "blend"]
    assert set(kinds) == {"softmax", "mean", "sum", "copy", "max", "scaling", "blend"}
    page.locator(".sqv-inside").focus()
    page.keyboard.press("Backspace")
    opened(page, arithmetic.of("data", term.channel if made.layer == "data" else 2 - made.channel, made.cell))
    page.locator(".sqv-crumb").nth(1).click()
    opened(page, arithmetic.of("pool10", best))
    page.get_by_role("button", name="Close the arithmetic").click()
    page.locator(".sqv-inside").wait_for(state="hidden")


def test_the_chosen_cell_opens_with_a_key_and_follows_the_photo(page, model, arithmetic):
    page.locator(".sqv").first.focus()
    for part, layer in [
        ("conv1", "conv1"),
        ("pool3", "pool3"),
        ("fire6", "fire6/concat"),
        ("softmaxout", "softmaxout"),
    ]:
        choose_layer(page, part)
        ready(page, layer)
        page.locator(".sqv-explorer").focus()
        page.keyboard.press("=")
        cell = page.locator(".sqv-explorer [data-fact=cell]").inner_text()
        y, x = (int(part) for part in cell.split(", "))
        made = arithmetic.of(layer, chosen(page)["channel"], (y, x))
        assert opened(page, made)["value"] == made.value
    page.locator(".sqv-sample", has_text="coffee").click()
    again = sv.Arithmetic(model, "coffee").of(made.layer, made.channel, made.cell)
    page.wait_for_function(
        "value => Number(document.querySelector('.sqv-inside .sqv-value').dataset.value) === value", arg=again.value
    )
