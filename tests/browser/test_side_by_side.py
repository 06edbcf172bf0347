"""The same photo preprocessed differently: what the page shows is what Python computes.

One page of an app for all of them: each test goes on where the one before ended.
"""

import pytest

import squeezeviz as sv
from tests.browser.explorer_page import choose_layer, frames, ready
from tests.browser.predictor_page import percent

pytestmark = [pytest.mark.browser, pytest.mark.model]

COMPARED = ["caffe2", "caffe2-aspect", "antialiased", "rgb-by-mistake", "no-mean", "torchvision"]


@pytest.fixture(scope="module")
def side_by_side(module_explorer):
    """The explorer on a photo, its preprocessings opened side by side."""
    page = module_explorer
    page.get_by_role("button", name="Side by side").click()
    answered(page, "torchvision")
    return page


def card(page, name):
    return page.locator(f'.sqv-card[data-preset="{name}"]')


def answered(page, name):
    page.wait_for_function(
        "name => document.querySelector(`.sqv-card[data-preset='${name}']:not(.sqv-late) .sqv-card-top`)", arg=name
    )


def test_each_preprocessing_shows_its_answer_and_what_moved(side_by_side, files, model):
    page = side_by_side
    assert page.locator(".sqv-card").evaluate_all("cards => cards.map(c => c.dataset.preset)") == COMPARED
    made = sv.compare_preprocessing(model, files / "chelsea.jpg", COMPARED)
    delta = made.logit_differences(int(made.reference.prediction.ranking[0]))
    for variant in made:
        rows = (
            card(page, variant.name)
            .locator(".sqv-card-top li")
            .evaluate_all("rows => rows.map(row => [...row.querySelectorAll('span')].map(span => span.textContent))")
        )
        expected = []
        for rank, (score, before) in enumerate(made.moved(variant.name), 1):
            step = before - rank
            mark = "" if not step else f"▲{step}" if step > 0 else f"▼{-step}"
            expected.append([score.label, mark, percent(score.probability)])
        assert rows == expected
        if variant is not made.reference:
            said = card(page, variant.name).locator("[data-delta]").inner_text().replace("−", "-")
            assert float(said) == pytest.approx(delta[variant.name], abs=0.006)
    first_divergent_layer = made["rgb-by-mistake"].first_divergent_layer.layer
    assert f"rgb-by-mistake diverges at {first_divergent_layer}:" in page.locator(".sqv-side-by-side").inner_text()


def test_what_stands_below_the_answers_stays_put_while_they_come(side_by_side):
    """A row that went when the kernel's answers came took the button away from under a pressed pointer."""
    side_by_side.wait_for_function(
        "() => [...document.querySelectorAll('.sqv-variant-label')].every(e => e.textContent !== '…')"
    )
    tops = side_by_side.evaluate(
        """async () => {
            const frames = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done))));
            const button = [...document.querySelectorAll('.sqv-button')].find(e => e.textContent === 'Close side by side');
            const top = () => button.offsetTop;
            const before = top();
            document.querySelector('[aria-label="Leave no-mean out"]').click();
            await frames();
            const at_once = top();
            await new Promise(done => setTimeout(done, 2500));
            return [before, at_once, top()]; }"""
    )
    assert tops[0] > tops[1] == tops[2]
    side_by_side.get_by_label("Compare with one more").select_option("no-mean")
    answered(side_by_side, "no-mean")


def test_a_preprocessing_is_the_same_as_other_kernels(side_by_side, files, model):
    page = side_by_side
    page.locator(".sqv-folded summary").click()
    for name in ("rgb-by-mistake", "torchvision"):
        page.locator(f'.sqv-sheets [data-preset="{name}"] [data-difference]').wait_for()
        proof = page.locator(f'.sqv-sheets [data-preset="{name}"] [data-difference]')
        image = sv.read_image(files / "chelsea.jpg")
        expected = sv.effective_kernels(model, image, sv.preset(name))
        assert float(proof.get_attribute("data-difference")) == pytest.approx(expected.difference, rel=1e-6)


@pytest.mark.parametrize("width", [1280, 900])
def test_nothing_sticks_out(side_by_side, width):
    page = side_by_side
    page.set_viewport_size({"width": width, "height": 1000})
    frames(page, 5)
    page.locator(".sqv-proof").nth(1).wait_for()  # it was opened above
    outside = page.evaluate(
        """() => { const edge = document.querySelector('.sqv').getBoundingClientRect().right + 1;
            return [...document.querySelectorAll('.sqv-side-by-side *')].filter(e => e.checkVisibility()
                && !e.closest('.sqv-cards, svg, .sqv-tune-photo') && e.getBoundingClientRect().right > edge).map(e => e.className); }"""
    )
    assert outside == []
    page.set_viewport_size({"width": 1280, "height": 900})


def test_one_of_your_own_answers_while_it_is_tuned(side_by_side, files, model):
    page = side_by_side
    caffe2 = sv.preset("caffe2")

    def shows(how):
        best = model.predict(files / "chelsea.jpg", how).top(1)[0]
        page.wait_for_function(
            """([label, p]) => document.querySelector('.sqv-card[data-preset="yours"]:not(.sqv-late) .sqv-card-top li')
                ?.innerText.replaceAll('\\n', ' ').match(new RegExp(`^${label} .*${p}$`))""",
            arg=[best.label, percent(best.probability)],
        )

    blue = page.get_by_label("mean of blue")
    blue.focus()
    for _ in range(20):  # faster than answers come: those in between are left out
        page.keyboard.press("PageUp")
    level = float(blue.input_value())
    assert level > 200
    shows(caffe2.replace(name="yours", mean=(level, 116.78, 123.68)))
    page.locator(".sqv-frame").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowDown")
    shows(caffe2.replace(name="yours", mean=(level, 116.78, 123.68), crop=(0.5 - 2 / 29, 0.5 + 10 / 29)))
    page.get_by_label("colours to sRGB").check()
    page.locator('.sqv-card[data-preset="yours"] .sqv-card-words', has_text="colours to sRGB").wait_for()
    page.get_by_label("Channel order").select_option("RGB")
    photo, crop = (page.locator(name).bounding_box() for name in (".sqv-tune-photo img", ".sqv-frame"))
    assert photo["width"] == photo["height"] == 200, "squashed, and as large as there is room"
    assert crop["width"] == pytest.approx(200 * 227 / 256, abs=1)
    page.mouse.move(crop["x"] + 60, crop["y"] + 60)
    page.mouse.down()
    page.mouse.move(crop["x"] + 70, crop["y"] + 55)
    page.mouse.up()
    page.wait_for_function(
        "left => document.querySelector('.sqv-frame').getBoundingClientRect().left > left + 5", arg=crop["x"]
    )
    page.get_by_role("button", name="Begin again").click()
    page.wait_for_function("() => !document.querySelector('.sqv-card[data-preset=\"yours\"]')")


def test_maps_and_their_difference_on_one_scale(side_by_side, files, model):
    page = side_by_side
    choose_layer(page, "fire9")
    ready(page, "fire9/concat")
    card(page, "no-mean").locator(".sqv-card-name").click()
    page.locator(".sqv-side-by-side .sqv-trio figcaption", has_text="no-mean").wait_for()
    how = [model.activations(files / "chelsea.jpg", "fire9/concat", preprocessing=p) for p in ("caffe2", "no-mean")]
    here, there = (activations["fire9/concat"] for activations in how)
    most_moved = int(((there - here) ** 2).sum(axis=(1, 2)).argmax())
    page.locator(".sqv-side-by-side .sqv-moved-map").first.wait_for()
    assert page.locator(".sqv-side-by-side .sqv-moved-map").first.inner_text() == str(most_moved)
    page.locator(".sqv-side-by-side .sqv-moved-map").first.click()
    page.locator(".sqv-side-by-side .sqv-difference h2", has_text=f"fire9/concat, channel {most_moved}").wait_for()
    most = float(abs(there - here)[most_moved].max())
    page.wait_for_function(
        "most => Math.abs(document.querySelector('.sqv-side-by-side .sqv-trio figure:last-child canvas').dataset.most / most - 1) < 0.002",
        arg=most,
    )
    page.locator('.sqv-side-by-side [data-drift="conv1"]').click()
    ready(page, "conv1")


def test_maps_of_other_sizes_are_shown_without_a_difference(side_by_side):
    page = side_by_side
    choose_layer(page, "fire5")
    ready(page, "fire5/concat")
    card(page, "torchvision").locator(".sqv-card-name").click()
    page.locator(".sqv-side-by-side .sqv-difference", has_text="inputs are of different sizes").wait_for()
    assert page.locator(".sqv-side-by-side .sqv-trio figure:last-child").is_hidden()
    card(page, "torchvision").get_by_role("button", name="Use").click()
    page.locator('.sqv-card[data-preset="torchvision"] .sqv-badge').wait_for()
    ready(page, "fire5/concat")
    grid = page.locator(".sqv-explorer .sqv-grid").first
    page.wait_for_function("() => document.querySelector('.sqv-explorer .sqv-grid').dataset.grid.endsWith('27 27')")
    assert grid.is_visible()


def test_preprocessings_come_and_go(side_by_side):
    page = side_by_side
    page.get_by_label("Compare with one more").select_option("keras-style")
    answered(page, "keras-style")
    page.get_by_role("button", name="Leave keras-style out").click()
    page.wait_for_function("() => !document.querySelector('.sqv-card[data-preset=\"keras-style\"]')")
    page.get_by_role("button", name="Close side by side").click()
    page.locator(".sqv-side-by-side").wait_for(state="detached")
