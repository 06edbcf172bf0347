"""A person's path through the explorer, in JupyterLab and as an app: what the page shows is what Python computes."""

import re

import numpy as np
import pytest

import squeezeviz as sv
from squeezeviz.render.palettes import palette
from tests.browser.conftest import in_both_hosts, in_jupyterlab
from tests.browser.explorer_page import box_of, choose_layer, chosen, fact, hover_cell, ready, shown_classes
from tests.browser.predictor_page import percent, upload
from tests.browser.servers import save
from tests.browser.waiting import retry_assertions

pytestmark = [pytest.mark.browser, pytest.mark.model]


@in_both_hosts
def test_from_a_photo_to_a_number_and_back(empty_explorer, files, model):
    page = empty_explorer
    upload(page, files / "chelsea.jpg")
    ready(page, "fire5/concat")
    prediction, activations = model.observe(files / "chelsea.jpg")
    assert shown_classes(page) == [
        (s.class_index, s.label, percent(s.probability), f"{s.logit:.2f}") for s in prediction.top(5)
    ]
    maps = activations["fire5/concat"]
    strongest = int(maps.mean(axis=(1, 2)).argmax())
    assert chosen(page)["channel"] == strongest

    choose_layer(page, "fire9")
    ready(page, "fire9/concat")
    maps = activations["fire9/concat"]
    for channel, cell in [(300, (3, 5)), (17, (0, 13)), (511, (13, 0))]:
        hover_cell(page, channel, cell)
        assert (fact(page, "channel"), fact(page, "cell")) == (str(channel), f"{cell[0]}, {cell[1]}")
        value = float(maps[channel][cell])
        assert float(fact(page, "value")) == pytest.approx(value, rel=0.01, abs=0.006)
    # The box over the photo is where the arithmetic says: stride 16, the widest path through a 3 × 3 branch.
    branch = model.architecture["fire9/expand3x3"]
    hover_cell(page, 300, (6, 7))
    assert fact(page, "sees") == " × ".join(map(str, branch.receptive_field)) + " px"
    expected = expected_box(branch, (6, 7), sv.preset("caffe2").geometry(451, 300), (451, 300))
    np.testing.assert_allclose(box_of(page), expected, atol=0.01)


def expected_box(layer, cell, geometry, size):
    """Left, top, width and height of a cell's receptive field, in shares of the stage's side."""
    spans = []
    for axis, index in enumerate(cell):
        first = layer.offset[axis] + layer.stride[axis] * index - (layer.receptive_field[axis] - 1) / 2
        spans.append((max(0, first), min(227, first + layer.receptive_field[axis])))
    (top, bottom), (left, right) = spans
    x0, y0 = geometry.to_original(left, top)
    x1, y1 = geometry.to_original(right, bottom)
    side = max(size)
    margin_x, margin_y = (side - size[0]) / 2, (side - size[1]) / 2
    return [(x0 + margin_x) / side, (y0 + margin_y) / side, (x1 - x0) / side, (y1 - y0) / side]


def test_orders_scales_and_palettes(empty_explorer, model):
    page = empty_explorer
    page.locator(".sqv-sample", has_text="coffee").click()
    ready(page, "fire5/concat")
    maps = model.activations("coffee")["fire5/concat"]
    for name, key in [("mean", maps.mean((1, 2))), ("max", maps.max((1, 2))), ("sparsity", (maps == 0).mean((1, 2)))]:
        page.get_by_role("radio", name=name, exact=True).click()
        page.wait_for_function(
            "name => document.querySelector('.sqv-sort [aria-checked=true]').dataset.value === name", arg=name
        )
        hover_cell(page, None, (0, 0), place=(1, 0))
        best = pytest.approx(key[128:].max(), rel=1e-3)

        def is_first_of_the_right_branch(key=key, best=best):
            assert key[int(fact(page, "channel"))] == best

        retry_assertions(page, is_first_of_the_right_branch)
    page.get_by_role("radio", name="layer", exact=True).click()
    page.wait_for_function(
        "most => Math.abs(Number(document.querySelector('.sqv-colours').innerText.split('\\n').at(-1)) - most) < 1",
        arg=float(maps.max()),
    )
    before = picture(page)
    page.get_by_label("Palette", exact=True).select_option("viridis")
    page.wait_for_function("before => document.querySelector('.sqv-grid canvas').toDataURL() !== before", arg=before)


def picture(page):
    return page.evaluate("() => document.querySelector('.sqv-grid canvas').toDataURL()")


def test_classes_are_found_chosen_pinned_and_laid_over_the_photo(empty_explorer, model):
    page = empty_explorer
    page.locator(".sqv-sample", has_text="coffee").click()
    ready(page, "fire5/concat")
    prediction = model.predict("coffee")
    page.keyboard.press("Escape")
    page.locator(".sqv").first.focus()
    page.keyboard.press("/")
    page.wait_for_function("() => document.activeElement.className === 'sqv-field'")
    page.keyboard.type("volcano")
    row = page.locator(".sqv-found .sqv-row").first
    row.wait_for()
    score = prediction["volcano"]
    assert row.locator(".sqv-label").inner_text() == "volcano"
    assert row.locator(".sqv-logit").inner_text() == f"{score.logit:.2f}"
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")  # the search is cleared; what was chosen stays
    page.locator(".sqv-pinned .sqv-chosen", has_text="volcano").wait_for()
    page.keyboard.press("Escape")
    page.locator(".sqv").first.focus()
    before = page.evaluate("() => document.querySelector('.sqv-over').toDataURL()")
    page.keyboard.press("m")
    page.wait_for_function("before => document.querySelector('.sqv-over').toDataURL() !== before", arg=before)
    page.keyboard.press(" ")
    page.locator(".sqv-pinned .sqv-pin[aria-pressed=true]").wait_for()
    page.locator(".sqv-sample", has_text="rocket").click()
    page.locator(".sqv-first .sqv-label", has_text="missile").or_(page.locator(".sqv-tile").nth(1)).first.wait_for()
    page.locator(".sqv-pinned .sqv-label", has_text="volcano").wait_for()


@in_jupyterlab  # whose own keys lie in wait
def test_by_keyboard_alone(empty_explorer, files, model):
    page = empty_explorer
    page.locator(".sqv-hero").click()
    for _ in ("the model", "another file", "labels and preprocessing", "photos", "the camera", "the first sample"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    ready(page, "fire5/concat")
    page.locator(".sqv").first.focus()
    cells = page.locator(".jp-Cell").count()
    page.keyboard.press("]")
    ready(page, "pool5")
    page.keyboard.press("[")
    ready(page, "fire5/concat")
    first = chosen(page)["channel"]
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "n => document.querySelector('.sqv-channel h2').textContent === `Channel ${n}`", arg=first + 1
    )
    page.keyboard.press("Shift+ArrowRight")
    page.wait_for_function(
        "n => document.querySelector('.sqv-channel h2').textContent === `Channel ${n}`", arg=first + 11
    )
    page.keyboard.press("o")
    page.wait_for_function("() => document.querySelector('.sqv-picture').naturalWidth === 227")
    page.keyboard.press("?")
    page.locator(".sqv-help").wait_for()
    page.keyboard.press("Escape")
    page.locator(".sqv-help").wait_for(state="hidden")
    page.locator(".sqv-large").focus()
    page.keyboard.press("Home")
    before = fact(page, "cell")
    page.keyboard.press("ArrowDown" if not before.startswith("27") else "ArrowUp")
    page.wait_for_function("before => document.querySelector('[data-fact=cell]').textContent !== before", arg=before)
    page.locator('.sqv-part[aria-checked="true"]').focus()
    page.keyboard.press("ArrowUp")
    ready(page, "fire5/expand3x3")
    for key in ("a", "b", "d"):
        page.keyboard.press(key)
    assert page.locator(".jp-Cell").count() == cells, "keys pressed on the page do not leak into JupyterLab"


def test_other_preprocessings_are_live(empty_explorer, model):
    page = empty_explorer
    page.locator(".sqv-sample", has_text="chelsea").click()
    ready(page, "fire5/concat")
    page.locator(".sqv-variant").nth(3).wait_for()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.sqv-variant-label')].every(e => e.textContent !== '…')"
    )
    told = [row.split("\n") for row in page.locator(".sqv-variant").all_inner_texts()]
    for name, label, p in told:
        best = model.predict("chelsea", name).top(1)[0]
        assert (label, p) == (best.label, percent(best.probability))
    page.locator(".sqv-variant", has_text="rgb-by-mistake").click()
    expected = model.predict("chelsea", "rgb-by-mistake")
    page.wait_for_function(
        "text => document.querySelector('.sqv-logit').textContent === text", arg=f"{expected.top(1)[0].logit:.2f}"
    )
    assert shown_classes(page)[0][1] == expected.top(1)[0].label


def test_bad_files_get_a_sentence_and_the_rest_stays_alive(empty_explorer, files, model):
    page = empty_explorer
    upload(page, files / "letter.jpg", files / "cut.jpg", files / "bomb.png")
    page.wait_for_function("() => document.querySelectorAll('.sqv-failure').length === 3")
    told = " ".join(page.locator(".sqv-failure").all_inner_texts())
    assert re.search(r"letter\.jpg: expected a picture.*cut\.jpg: is damaged or cut off.*bomb\.png: ", told)
    assert page.locator(".sqv-hero").is_visible(), "the page is still the first visit's"
    upload(page, files / "chelsea.jpg", files / "coffee.jpg")
    upload(page, files / "large.png")  # while the others are on their way
    page.wait_for_function("() => document.querySelectorAll('.sqv-tile[aria-label]').length === 3", timeout=120_000)
    page.locator(".sqv-tile", has_text="tiger cat").click()
    page.wait_for_function("() => document.querySelector('.sqv-first .sqv-label').textContent === 'tiger cat'")


def test_views_of_one_state_are_linked_and_two_explorers_are_not(open_cell, published_files, model):
    page = open_cell(
        "import ipywidgets\nimport squeezeviz as sv\nimport traitlets\nfrom IPython.display import display\n"
        "one, two = sv.explore('coffee'), sv.explore('chelsea')\n"
        "text = ipywidgets.Text(description='layer')\n"
        "traitlets.link((one.state, 'layer'), (text, 'value'))\n"
        "display(sv.FeatureMaps(one), sv.NetworkMap(one), sv.TopK(two), text)"
    )
    page.locator(".sqv-row").first.wait_for()
    assert page.locator(".sqv-row .sqv-label").first.inner_text() == model.predict("chelsea").top(1)[0].label
    page.locator(".sqv-maps h2").wait_for()
    page.locator('[data-part="fire3"] .sqv-hit').click()
    page.wait_for_function("() => document.querySelector('.sqv-layer-name').textContent === 'fire3/concat'")
    page.wait_for_function("() => document.querySelector('.widget-text input').value === 'fire3/concat'")
    page.locator(".widget-text input").fill("conv1")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('.sqv-layer-name').textContent === 'conv1'")


def test_widgets_of_one_state_share_one_runtime_and_follow_each_other(open_cell, published_files):
    # Each widget loads the program anew: signals of one copy would be nothing to the components of another.
    page = open_cell(
        "import squeezeviz as sv\nfrom IPython.display import display\n"
        "one, two = sv.PhotoView(['coffee', 'chelsea']), sv.PhotoView(['coffee', 'rocket'])\n"
        "display(one, sv.PhotoView(one), two)"
    )
    page.wait_for_function("() => document.querySelectorAll('.sqv-tile[aria-label]').length === 6")
    strips = page.locator(".sqv-strip")
    assert strips.count() == 3
    strips.nth(1).locator(".sqv-tile").first.click()
    for strip in (strips.nth(0), strips.nth(1)):
        strip.locator('.sqv-tile[aria-selected="true"][aria-label^="coffee"]').wait_for()
    assert strips.nth(2).locator('[aria-selected="true"]').get_attribute("aria-label").startswith("rocket")
    assert page.evaluate("() => globalThis[Symbol.for('squeezeviz.runtime')].size") == 1


def test_the_page_comes_back_after_a_reload_and_a_second_run(open_cell, published_files):
    page = open_cell(
        "import squeezeviz as sv\nexplorer = sv.explore('coffee')\nexplorer", "explorer.state.layer = 'fire9/concat'"
    )
    ready(page, "fire9/concat")  # the later cell chooses it
    page.locator(".sqv-explorer .sqv-sample", has_text="chelsea").click()
    page.wait_for_function("() => document.querySelectorAll('.sqv-explorer .sqv-tile[aria-label]').length === 2")
    choose_layer(page, "fire3")
    ready(page, "fire3/concat")
    save(page)
    page.goto(page.url.split("?")[0] + "?token=test-token")
    ready(page, "fire3/concat")
    page.wait_for_function("() => document.querySelectorAll('.sqv-explorer .sqv-tile[aria-label]').length === 2")
    page.locator(".jp-CodeCell").first.click()
    page.evaluate(
        """() => { document.querySelector('.sqv-explorer').dataset.before = '';
            return window.jupyterapp.commands.execute('notebook:run-cell'); }"""
    )
    page.locator(".sqv-explorer:not([data-before])").wait_for()
    page.locator("[data-before]").wait_for(state="detached")
    ready(page, "fire3/concat")
    page.wait_for_function("() => document.querySelectorAll('.sqv-explorer .sqv-tile[aria-label]').length === 2")
    assert chosen(page)["layer"] == "fire3/concat"


def test_dark(open_cell, published_files):
    page = open_cell("import squeezeviz as sv\nsv.explore('coffee', view='seen')", theme="JupyterLab Dark")
    ready(page, "fire5/concat")
    zero = tuple(int(part) for part in palette("ember", "dark")[0])
    found = page.evaluate(
        """zero => { const c = document.querySelector('.sqv-grid canvas'), d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
            let n = 0; for (let i = 0; i < d.length; i += 4) n += d[i] === zero[0] && d[i + 1] === zero[1] && d[i + 2] === zero[2]; return n; }""",
        list(zero),
    )
    assert found > 100, "the maps wear the dark theme's colours"
