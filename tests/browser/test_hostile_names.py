"""Names as a stranger might choose them, in every field of the page and of notebook displays: none of them runs."""

import json
import re

import pytest

import squeezeviz as sv
from squeezeviz.visible import visible
from tests.browser.watched import keep_picture
from tests.hostile_names import (
    HOSTILE,
    hostile_content,
    hostile_model,
    hostile_photo,
    hostile_preset,
)

pytestmark = [pytest.mark.browser]

# What must not be there: an element of theirs, whose picture would have failed by now and run its handler.
THEIRS = """() => ({
    ran: window.__pwned ?? null,
    images: document.querySelectorAll('img[src="x"], [onerror], [onload]').length,
    links: document.querySelectorAll('a[href*="x.invalid"]').length,
})"""
NONE = {"ran": None, "images": 0, "links": 0}


def watched(page):
    """Listen for dialogs: there is to be none."""
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    return dialogs


def test_the_exported_page(browser, tmp_path):
    how, other = hostile_preset(), hostile_preset(f"second {HOSTILE}", channel_order="RGB")
    photos = [hostile_photo(at, f"photo {at} {HOSTILE}") for at in range(2)]
    model = hostile_model()
    state = sv.State(lambda: model, presets=[how, other], preset=how.name, compared=[other.name], pinned=[1])
    for photo in photos:
        state.add(photo)
    path = sv.export_page(state, tmp_path / "page.html")
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(120_000)
    problems, dialogs = [], watched(page)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text))
    page.on(
        "request",
        lambda asked: problems.append(asked.url) if not asked.url.startswith(("file:", "data:", "blob:")) else None,
    )
    page.goto(path.as_uri())
    page.locator(".sqv-computed", has_text="were computed").wait_for()
    for layer in model.architecture.layers:
        page.evaluate("name => window.squeezeviz.store.selection.chooseLayer(name)", layer.name)
    for tile in page.locator(".sqv-strip [role=option]").all():
        tile.click()
    page.evaluate("() => window.squeezeviz.store.traits.set({ comparing: true, explaining: true })")
    assert page.evaluate(THEIRS) == NONE
    text = page.locator("body").inner_text()
    assert "</script><img src=x onerror" in text
    assert (problems, dialogs) == ([], [])
    keep_picture(page, "hostile_names_exported", is_whole=True)
    context.close()


CELL = """
import json, numpy as np, squeezeviz as sv
from IPython.display import display
names = json.load(open("names.json"))
how = sv.Preprocessing.from_json(names["preset"])
model = sv.load_model("hostile.onnx")
photo = sv.read_image(np.random.default_rng(0).integers(0, 256, (40, 50, 3), dtype=np.uint8), name=names["photo"] + " $x$")
source = sv.Arithmetic(model, photo, how)
other = how.replace(name="second " + how.name, channel_order="RGB")
answer, activations = model.observe(photo, how)
first = model.architecture.layers[0].name
display(
    answer, activations, how, model.architecture, photo,
    sv.compare_preprocessing(model, photo, [how, other]), source.of(first, 0, (1, 1)),
    sv.decompose_logit(source, 1), sv.contrast(source, 1, 2), sv.predictions_per_location(source), sv.softmax_analysis(source, 1), sv.contributions_by_receptive_field(source, 1),
    sv.ablate(model, photo, {first: [0]}, preprocessing=how), sv.ablation_sweep(model, photo, preprocessing=how),
    sv.occlude(model, photo, patch_px=16, stride_px=16, preprocessing=how), sv.figures.prediction(answer),
)
sv.explore(photo, model=model, preprocessing=how, layer=first)
"""


def test_displays_and_the_explorer_in_jupyterlab(open_cell, page, lab):
    dialogs = watched(page)
    (lab.folder / "hostile.onnx").write_bytes(hostile_content())
    names = {"photo": f"photo {HOSTILE}", "preset": hostile_preset().to_json()}
    (lab.folder / "names.json").write_text(json.dumps(names))
    open_cell(CELL)
    page.locator(".sqv-explorer .sqv-grid canvas").first.wait_for(timeout=120_000)
    page.wait_for_function("() => document.querySelectorAll('.jp-RenderedHTML').length >= 14")
    assert page.evaluate(THEIRS) == NONE
    assert page.locator(".jp-RenderedHTML mjx-container").count() == 0  # no formula is made of a name with dollars
    text = page.locator(".jp-RenderedHTML").first.inner_text()
    # In displays control characters are written out.
    assert re.sub(r"\s+", " ", visible(HOSTILE)) in re.sub(r"\s+", " ", text)
    assert page.locator(".jp-RenderedText[data-mime-type*=stderr]").count() == 0
    assert dialogs == []
