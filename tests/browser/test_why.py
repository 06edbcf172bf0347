"""Why this class, and what would change its mind: what the page shows is what Python computes, and it never waits.

One page of an app for all of them: each test goes on where the one before ended, on the photo of coins.
"""

import re

import numpy as np
import pytest

import squeezeviz as sv
from tests.browser.explorer_page import choose_layer, chosen, frames, ready
from tests.browser.predictor_page import percent

pytestmark = [pytest.mark.browser, pytest.mark.model]


@pytest.fixture(scope="module")
def page(module_app, published_files):
    page = module_app
    page.locator(".sqv-sample", has_text="coins").click(timeout=120_000)
    ready(page, "fire5/concat")
    page.locator(".sqv-why-button").click()
    page.locator(".sqv-why .sqv-value").wait_for()
    return page


@pytest.fixture(scope="module")
def prediction(model):
    return model.predict("coins")


@pytest.fixture(scope="module")
def source(model):
    return sv.Arithmetic(model, "coins")


def numbers(page, selector, field):
    return [
        float(value)
        for value in page.eval_on_selector_all(selector, "(all, name) => all.map(e => e.dataset[name])", field)
    ]


def shows(page, logit):
    """Wait until the evidence is of a logit."""
    page.wait_for_function(
        """logit => { const [why, value] = ['.sqv-why', '.sqv-why .sqv-value'].map(s => document.querySelector(s));
            return value && !why.classList.contains('sqv-late') && Math.abs(Number(value.dataset.logit) - logit) < 1e-4; }""",
        arg=float(logit),
    )


def state_of(page, kind):
    index = ["occlusion", "ablation_sweep", "pairwise_ablation"].index(kind)
    return page.locator(".sqv-what-if .sqv-run").nth(index).get_attribute("data-state")


def reaches(page, kind, state):
    page.wait_for_function(
        "([i, state]) => document.querySelectorAll('.sqv-what-if .sqv-run')[i].dataset.state === state",
        arg=[["occlusion", "ablation_sweep", "pairwise_ablation"].index(kind), state],
        timeout=120_000,
    )


def choose_class(page, index):
    page.locator(f'.sqv-prediction [data-class="{index}"]').first.click()


def back_to_the_best(page, prediction):
    choose_class(page, int(prediction.ranking[0]))
    page.get_by_label("Compare with another class").select_option("")
    shows(page, prediction.logits[prediction.ranking[0]])


def restore(page, prediction):
    """Restore all channels; the rows of classes are the photo's own again."""
    page.get_by_role("button", name="Restore all").click()
    page.locator(".sqv-ablated-bar").wait_for(state="hidden")
    page.wait_for_function(
        "text => document.querySelector('.sqv-first .sqv-logit').textContent === text",
        arg=f"{prediction.top(1)[0].logit:.2f}",
    )


def test_the_evidence_adds_up(page, prediction, source):
    best = int(prediction.ranking[0])
    shows(page, prediction.logits[best])
    decomposition, analysis = sv.decompose_logit(source, best), sv.softmax_analysis(source, best)
    adds = numbers(page, ".sqv-why-body .sqv-adds[data-adds]", "adds")
    assert sum(adds) == pytest.approx(decomposition.logit, abs=1e-3)
    assert adds[:-2] == pytest.approx([each.evidence for each in decomposition.top_channels(10)], abs=1e-5)
    assert abs(numbers(page, "[data-residual]", "residual")[0]) < 1e-4
    assert page.locator(".sqv-why h2").first.inner_text() == f"Why {prediction[best].label}?"
    said = page.locator(".sqv-softmax").inner_text()
    assert f"needs a logit of {analysis.needed():.2f}" in said
    assert f"it has {analysis.logit:.2f}" in said
    assert "ln 999" in said
    page.locator(".sqv-receptive-fields i").first.wait_for(timeout=120_000)
    contributions = sv.contributions_by_receptive_field(source, best)
    sizes = [(int(size), int(size)) for size in numbers(page, ".sqv-receptive-fields i", "size")]
    assert sizes == list(contributions.sizes)
    assert numbers(page, ".sqv-receptive-fields i", "adds") == pytest.approx(list(contributions.evidence), abs=1e-4)
    row = page.locator(".sqv-why-body button.sqv-term").first
    row.click()
    ready(page, "fire9/concat")
    assert chosen(page) == {"layer": "fire9/concat", "channel": decomposition.top_channels(1)[0].channel}


def test_one_class_against_another(page, prediction, source):
    first, second = (int(index) for index in prediction.ranking[:2])
    page.get_by_label("Compare with another class").select_option(str(second))
    contrast = sv.contrast(source, first, second)
    shows(page, contrast.logit_difference)
    adds = numbers(page, ".sqv-why-body .sqv-adds[data-adds]", "adds")
    assert adds[:-2] == pytest.approx([each.evidence for each in contrast.top_channels(10)], abs=1e-5)
    assert sum(adds) == pytest.approx(contrast.logit_difference, abs=1e-3)
    assert prediction[second].label in page.locator(".sqv-why h2").first.inner_text()
    back_to_the_best(page, prediction)


def test_each_cells_own_answer(page, source):
    page.get_by_role("radio", name="per location").click()
    per_location = sv.predictions_per_location(source)
    canvas = page.locator(".sqv-why canvas.sqv-evidence")
    canvas.focus()
    for _ in range(14):
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    told = page.locator(".sqv-cell-said").first
    page.wait_for_function("() => document.querySelector('.sqv-cell-said b').textContent === 'cell 0, 1'")
    expected = per_location.top(0, 1, 5)
    assert told.locator("li .sqv-cut-off").all_inner_texts() == [score.label for score in expected]
    assert told.locator("li .sqv-num").all_inner_texts() == [percent(score.probability) for score in expected]
    label, count = per_location.winners()[0]
    assert f"{label.label} {count}" in page.locator(".sqv-label-key").first.inner_text().replace("\n", " ")
    page.get_by_role("radio", name="evidence").click()


def choose_patches(page, patch_px, stride_px):
    """Both before the page has drawn either."""
    page.get_by_label("Size of the patch").wait_for()
    page.evaluate(
        """chosen => { for (const [label, value] of Object.entries(chosen)) {
            const select = document.querySelector(`select[aria-label="${label}"]`);
            select.value = value;
            select.dispatchEvent(new Event('change', { bubbles: true })); } }""",
        {"Size of the patch": str(patch_px), "From one patch to the next": str(stride_px)},
    )


def assert_worth(page, row, column, expected, within):
    """Walk to a patch by keyboard, and wait for what is said of it."""
    canvas, said = page.locator(".sqv-occluded"), page.locator(".sqv-occlusion .sqv-cell-said[data-cell]")
    said.wait_for()  # of a class chosen just now, what is known comes a moment later
    canvas.focus()
    while (at := said.get_attribute("data-cell")) != f"{row} {column}":
        y, x = (int(part) for part in at.split())
        down, across = np.sign(row - y), np.sign(column - x)
        page.keyboard.press(
            {1: "ArrowDown", -1: "ArrowUp"}[down] if down else {1: "ArrowRight", -1: "ArrowLeft"}[across]
        )
        page.wait_for_function(
            """at => { const { cell } = document.querySelector('.sqv-occlusion .sqv-cell-said').dataset;
                return cell !== undefined && cell !== at; }""",
            arg=at,
        )
    for _ in range(200):
        found = numbers(page, ".sqv-occlusion .sqv-cell-said", "worth")[0]
        if found == pytest.approx(float(expected), abs=within):
            return
        page.wait_for_timeout(50)
    assert found == pytest.approx(float(expected), abs=within)


def strongest(made):
    return [int(at) for at in np.unravel_index(int(np.abs(made.cells).argmax()), made.cells.shape)]


def slot(page, name):
    return page.locator(".sqv-attribution").filter(has=page.get_by_label(name, exact=True))


def says(page, name, words):
    """Wait until a method's map is of what Python computes: the strongest of its cells, with its value."""
    page.wait_for_function(
        """([name, words]) => [...document.querySelectorAll('.sqv-attribution')].some(
            (one) => one.querySelector('select').ariaLabel === name && one.dataset.method
                && one.querySelector('canvas').ariaLabel.startsWith(words))""",
        arg=[name, words],
    )


def test_attribution_methods_stand_side_by_side(page, model, prediction):
    index = int(prediction.ranking[0])
    made = sv.attribute(model, "coins", "grad-cam", index)
    row, column = strongest(made)
    says(page, "First method", f"Cell {row}, {column}: {float(made.cells[row, column]):.2g}"[:-1])
    second = slot(page, "Second method")
    page.get_by_label("Second method", exact=True).select_option("input-x-gradient")
    made = sv.attribute(model, "coins", "input-x-gradient", index)
    row, column = strongest(made)
    says(page, "Second method", f"Pixel {row}, {column}: ")
    second.get_by_text(re.compile("Adds up to .*expected")).wait_for()
    second.get_by_text("warm raises it, blue lowers it").wait_for()
    second.get_by_role("radio", name="colours").click()
    second.get_by_text("Grey is none").wait_for()
    second.locator("canvas").first.focus()
    page.keyboard.press("ArrowRight" if column < 226 else "ArrowLeft")
    says(page, "Second method", f"Pixel {row}, {column + (1 if column < 226 else -1)}: ")
    layers = page.get_by_label("First method: of which layer")
    layers.select_option(index=1)
    over = layers.input_value()
    made = sv.attribute(model, "coins", "grad-cam", index, layer=over)
    row, column = strongest(made)
    says(page, "First method", f"Cell {row}, {column}: ")
    slot(page, "First method").get_by_text(f" in {over}").wait_for()


def test_a_long_attribution_says_how_far_it_is_and_escape_ends_it(page, model, prediction):
    picker, slot_ = page.get_by_label("Second method", exact=True), slot(page, "Second method")
    made = sv.attribute(model, "coins", "score-cam", int(prediction.ranking[0]))
    picker.select_option("score-cam")
    slot_.locator(".sqv-run[data-state=running] progress[value]").wait_for()
    picker.press("Escape")
    slot_.get_by_text(re.compile(rf"stopped after \d+ of {made.settings['runs'] - 1}")).wait_for()
    slot_.get_by_text("Below is what was there before: Input × gradient").wait_for()
    slot_.get_by_role("button", name="Go on from the start").click()
    row, column = strongest(made)
    says(page, "Second method", f"Cell {row}, {column}: ")
    slot_.locator(".sqv-run").wait_for(state="detached")


def test_pixels_that_raise_a_cell_are_shown_over_the_photo(page, model):
    page.get_by_role("button", name="Pixels that raise it").click()
    said = page.locator(".sqv-pixels-that-raise p[data-value]")
    said.wait_for()
    layer, *place = re.fullmatch(
        r"(.+), channel (\d+) at row (\d+), column (\d+): input × gradient", said.get_attribute("title")
    ).groups()
    expected = model.activations("coins", [layer])[layer][tuple(map(int, place))]
    assert float(said.get_attribute("data-value")) == pytest.approx(float(expected), rel=1e-4)
    made = sv.attribute(model, "coins", "input-x-gradient", f"{layer}:{place[0]}@{place[1]},{place[2]}")
    seen = np.abs(made.cells).max(axis=1)
    assert np.flatnonzero(seen).size < len(seen)  # nothing beyond its receptive field
    page.locator(".sqv-explorer").focus()
    page.keyboard.press("g")
    said.wait_for(state="detached")


def test_patches_are_hidden_and_every_one_is_what_python_says(page, model, prediction):
    best, second = (int(index) for index in prediction.ranking[:2])
    choose_patches(page, 64, 32)
    page.get_by_role("button", name="Hide 49 patches").click()
    reaches(page, "occlusion", "whole")
    made = sv.occlude(model, "coins", patch_px=64, stride_px=32)
    expected = made.map(best)
    strongest = np.unravel_index(expected.argmax(), expected.shape)
    said = page.locator(".sqv-occlusion .sqv-cell-said")
    assert said.get_attribute("data-cell") == f"{strongest[0]} {strongest[1]}", "it begins with the one worth most"
    answer = made.answer(*(int(at) for at in strongest))
    assert f"{percent(prediction.probabilities[best])} → {percent(answer.probabilities[best])}" in said.inner_text()
    now = answer.top(1)[0]
    assert (f"would say {now.label}" in said.inner_text()) == (now.class_index != best)
    for row, column in [(0, 0), (6, 6), (3, 2)]:
        assert_worth(page, row, column, expected[row, column], 2e-3)
    box = page.locator(".sqv-occluded").bounding_box()
    scale = box["width"] / 227  # a patch stands for the pixels round its centre
    page.mouse.move(box["x"] + (4 * 32 + 32) * scale, box["y"] + (1 * 32 + 32) * scale)
    page.wait_for_function("() => document.querySelector('.sqv-occlusion .sqv-cell-said').dataset.cell === '1 4'")
    page.get_by_role("radio", name="probability").click()
    assert_worth(page, 1, 4, made.map(best, "probability")[1, 4], 1e-4)
    page.get_by_role("radio", name="logit", exact=True).click()
    # Another class is another map, of the same patches.
    choose_class(page, second)
    shows(page, prediction.logits[second])
    reaches(page, "occlusion", "whole")
    assert_worth(page, 3, 2, made.map(second)[3, 2], 2e-3)
    back_to_the_best(page, prediction)
    # Another filling is another run, and nothing of the one before stays.
    page.get_by_label("What the patch shows").select_option("blur")
    reaches(page, "occlusion", "whole")
    blurred = sv.occlude(model, "coins", patch_px=64, stride_px=32, fill="blur").map(best)
    assert_worth(page, 3, 2, blurred[3, 2], 2e-3)


def test_the_page_answers_while_patches_are_hidden_and_escape_ends_it(page, model):
    choose_patches(page, 16, 4)
    frames(page)  # a map that was asked for goes on by itself with other patches: then its button would stop it
    if state_of(page, "occlusion") != "running":
        page.locator(".sqv-occlusion .sqv-run .sqv-button:visible").click()
    page.wait_for_function("() => Number(document.querySelector('.sqv-occlusion progress').value) > 0")
    for part, layer in [("fire3", "fire3/concat"), ("conv1", "conv1"), ("fire9", "fire9/concat")]:
        choose_layer(page, part)
        ready(page, layer)
        assert state_of(page, "occlusion") == "running", "the layer was there first"
    page.locator(".sqv-explorer").focus()
    page.keyboard.press("Escape")
    reaches(page, "occlusion", "stopped")
    said = page.locator(".sqv-occlusion .sqv-run").inner_text()
    assert "stopped after" in said
    frames(page)
    assert page.locator(".sqv-occlusion .sqv-run").inner_text() == said, "no more is heard of it"


def test_which_channels_this_class_cannot_do_without(page, model, prediction):
    best = int(prediction.ranking[0])
    page.get_by_role("button", name="Ablate each of 320").click()
    reaches(page, "ablation_sweep", "whole")
    made = sv.ablation_sweep(model, "coins")
    ranked = made.ranked(best, 10)
    rows = page.locator(".sqv-sweep-bars [data-channel]")
    names = rows.evaluate_all("rows => rows.map(row => row.dataset.channel)")
    assert names == [f"{effect.layer} {effect.channel}" for effect in ranked]
    worths = numbers(page, ".sqv-sweep-bars [data-channel]", "worth")
    assert worths == pytest.approx([-effect.logit_change for effect in ranked], abs=2e-3)
    for row, effect in zip(rows.all_inner_texts(), ranked, strict=True):
        assert (effect.answer in row) == (effect.answer != prediction[best].label)
    rows.first.click()
    ready(page, ranked[0].layer)
    assert chosen(page) == {"layer": ranked[0].layer, "channel": ranked[0].channel}
    rows.first.focus()
    page.keyboard.press("x")
    page.locator(".sqv-ablated-bar").wait_for()
    ablated = sv.ablate(model, "coins", {ranked[0].layer: ranked[0].channel}).after
    page.wait_for_function(
        "text => document.querySelector('.sqv-first .sqv-logit').textContent === text",
        arg=f"{ablated.top(1)[0].logit:.2f}",
    )
    assert rows.first.is_visible(), "the sweep is of the whole network, and stays"
    assert state_of(page, "ablation_sweep") in ("whole", "running")
    restore(page, prediction)


def test_two_channels_at_a_time(page, model, prediction):
    best = int(prediction.ranking[0])
    back_to_the_best(page, prediction)
    page.get_by_label("Whose channels").select_option("fire2/squeeze1x1")
    page.get_by_role("button", name="Ablate 120 pairs").click()
    reaches(page, "pairwise_ablation", "whole")
    made = sv.pairwise_ablation(model, "coins", "fire2/squeeze1x1")
    strongest = made.strongest(best, 5)
    listed = page.locator(".sqv-pair-list [data-pair]")
    assert listed.evaluate_all("all => all.map(e => e.dataset.pair)") == [f"{a} {b}" for a, b, _ in strongest]
    more = numbers(page, ".sqv-pair-list [data-pair]", "more")
    assert more == pytest.approx([-interaction for *_, interaction in strongest], abs=4e-3)
    listed.nth(1).click()
    a, b, _ = strongest[1]
    page.wait_for_function(
        "pair => document.querySelector('[data-pair][data-together]').dataset.pair === pair", arg=f"{a} {b}"
    )
    together = numbers(page, "[data-pair][data-together]", "together")[0]
    assert together == pytest.approx(-float(made.changes(best)[a, b]), abs=2e-3)
    page.get_by_role("button", name="ablate both").click()
    after = sv.ablate(model, "coins", {"fire2/squeeze1x1": [a, b]}).after
    page.wait_for_function(
        "text => document.querySelector('.sqv-first .sqv-logit').textContent === text",
        arg=f"{after.top(1)[0].logit:.2f}",
    )
    restore(page, prediction)


def test_another_photo_ends_what_is_under_way_and_shows_nothing_of_it(page):
    choose_patches(page, 16, 4)
    page.locator(".sqv-occlusion .sqv-run .sqv-button:visible").click()
    reaches(page, "occlusion", "running")
    page.locator(".sqv-sample", has_text="coffee").click()
    page.wait_for_function("() => document.querySelectorAll('.sqv-tile[aria-label]').length === 2")
    reaches(page, "occlusion", "idle")
    for kind in ("ablation_sweep", "pairwise_ablation"):
        assert state_of(page, kind) == "idle"
    assert not page.locator(".sqv-sweep-bars").is_visible()
    frames(page)
    assert state_of(page, "occlusion") == "idle"
    assert "hidden in turn" in page.locator(".sqv-occlusion .sqv-cell-said").inner_text()
    page.keyboard.press("e")
