"""Editing the photo: strokes move the answer, exactly; undo brings the first one back; by pointer, by keyboard; nothing is lost.

One page of an app for all of them: each test begins with one photo, of which nothing is edited. Tools stay as they were left.
"""

import base64
import re

import numpy as np
import pytest

import squeezeviz as sv
from tests.browser.explorer_page import frames, ready, shown_classes

pytestmark = [pytest.mark.browser, pytest.mark.model]

ANSWERED = """() => { const panel = document.querySelector('.sqv-edit-panel');
    return !panel.hidden && panel.dataset.answered === 'true'; }"""
# Read out again, as nothing moves any more: everything that the page says is of one state.
STEADY = """() => !document.querySelector('.sqv-explorer .sqv-late')
    && document.querySelector('.sqv-explorer .sqv-read-out').getAttribute('aria-live') === 'polite'"""
PIXELS = """() => { const canvas = document.querySelector('.sqv-edit-paper canvas'), {width, height} = canvas;
    const rgba = canvas.getContext('2d').getImageData(0, 0, width, height).data;
    const rgb = rgba.filter((_, at) => at % 4 < 3), pieces = []; // as text: a list of so many numbers takes seconds
    for (let at = 0; at < rgb.length; at += 30000) pieces.push(String.fromCharCode(...rgb.subarray(at, at + 30000)));
    return [width, height, btoa(pieces.join(''))]; }"""


@pytest.fixture(scope="module")
def page(module_app, published_files):
    page = module_app
    page.locator(".sqv-sample", has_text="chelsea").click(timeout=120_000)
    ready(page, "fire5/concat")
    return page


@pytest.fixture
def opened(page):
    """An explorer with one sample on the stage; what a test has begun or kept goes again."""
    yield page
    for name in ("Discard", "Done"):  # whichever there is
        button = page.get_by_role("button", name=name, exact=True)
        if button.is_visible():
            button.click()
    page.locator(".sqv-edit-panel").wait_for(state="hidden")
    frames(page, 15)  # its tile has gone by then, too
    tiles = page.locator(".sqv-tile[aria-label]")
    for count in range(tiles.count(), 1, -1):
        tiles.nth(count - 1).click()
        page.locator(".sqv-tile[aria-selected=true]").and_(tiles.nth(count - 1)).wait_for()
        tiles.nth(count - 1).press("Delete")
        tiles.nth(count - 1).wait_for(state="detached")
    page.locator(".sqv-name", has_text=re.compile("^chelsea$")).wait_for()
    ready(page, "fire5/concat")


def begin(page):
    page.get_by_role("button", name="Edit", exact=True).click()
    page.locator(".sqv-edit-layer").wait_for()
    page.locator(".sqv-edit-layer").scroll_into_view_if_needed()
    steady(page)


def steady(page):
    page.wait_for_function(ANSWERED)
    frames(page, 15)  # 0.25 s: what was answered last has settled, and is drawn everywhere
    page.wait_for_function(STEADY)
    page.wait_for_function(ANSWERED)


def stroke(page, start, end):
    """Drag the pointer over the photo; places are shares of its width and height."""
    box = page.locator(".sqv-edit-layer").bounding_box()
    (x, y), (z, w) = [(box["x"] + u * box["width"], box["y"] + v * box["height"]) for u, v in (start, end)]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(z, w, steps=6)
    page.mouse.up()


def painted(page):
    """What is painted on, uint8 (H, W, 3)."""
    width, height, values = page.evaluate(PIXELS)
    return np.frombuffer(base64.b64decode(values), np.uint8).reshape(height, width, 3)


def focused(page, text):
    page.wait_for_function("text => document.activeElement?.textContent === text", arg=text)


def effect(page):
    return page.locator(".sqv-edit-effect").inner_text()


def test_painting_moves_the_answer_by_what_python_says_and_undo_brings_the_first_back(opened, model):
    page = opened
    before = shown_classes(page)
    begin(page)
    assert shown_classes(page) == before, "nothing painted: exactly the photo's own answer"
    np.testing.assert_array_equal(painted(page), sv.read_image("chelsea").pixels)
    page.keyboard.press("]")
    stroke(page, (0.3, 0.4), (0.7, 0.75))
    steady(page)
    after = shown_classes(page)
    assert after != before
    pixels = painted(page)
    said = model.predict(pixels)
    assert [(index, logit) for index, _, _, logit in after] == [(s.class_index, f"{s.logit:.2f}") for s in said.top(5)]
    first = model.predict("chelsea")
    best = first.top(1)[0]
    assert f"logit {best.logit:.2f} → {said.logits[best.class_index]:.2f}" in effect(page)
    assert best.label in effect(page)
    # The other views are of the same pixels: of the chosen channel, the largest value.
    channel = int(page.locator(".sqv-explorer .sqv-channel h2").inner_text().split()[1])
    largest = model.activations(pixels)["fire5/concat"][channel].max()
    shown = page.locator('.sqv-channel dl dd, .sqv-channel [data-fact="max"]').first.inner_text()
    assert float(shown) == pytest.approx(float(largest), rel=0.02)
    page.keyboard.press("Control+z")
    steady(page)
    assert shown_classes(page) == before
    np.testing.assert_array_equal(painted(page), sv.read_image("chelsea").pixels)
    page.keyboard.press("Control+Shift+Z")
    steady(page)
    assert shown_classes(page) == after
    np.testing.assert_array_equal(painted(page), pixels)
    page.get_by_role("button", name="Reset").click()
    steady(page)
    assert shown_classes(page) == before


def test_it_works_without_a_mouse(opened, model):
    page = opened
    button = page.get_by_role("button", name="Edit", exact=True)
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement?.classList.contains('sqv-edit-layer')")
    steady(page)
    before = shown_classes(page)
    page.keyboard.press("Enter")  # a rectangle in the middle
    steady(page)
    middle = painted(page)
    grey = (middle == 128).all(-1)
    assert grey.sum() >= 75 * 75
    top, left = np.argwhere(grey)[0]
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    steady(page)
    moved = (painted(page) == 128).all(-1)
    step = round(300 / 32)
    assert moved[top - step, left - step]
    assert not moved[top - step, left - step - 1]
    assert moved[top - step].sum() == 75 + 3 * step, "wider by three steps"
    said = model.predict(painted(page))
    assert [row[0] for row in shown_classes(page)] == [score.class_index for score in said.top(5)]
    assert "Rectangle at" in page.locator(".sqv-edit-layer").get_attribute("aria-label")
    page.keyboard.press("Control+z")
    steady(page)
    assert shown_classes(page) == before, "one step, however often it was moved"
    page.keyboard.press("Escape")
    page.locator(".sqv-edit-panel").wait_for(state="hidden")
    assert page.locator(".sqv-name").inner_text() == "chelsea"
    focused(page, "Edit")


def test_the_focus_goes_on_where_its_button_is_of_no_use_any_more(opened):
    page = opened
    begin(page)
    stroke(page, (0.3, 0.4), (0.7, 0.75))
    steady(page)
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    steady(page)
    undo = page.get_by_role("button", name="Undo")
    assert undo.is_disabled()
    focused(page, "Undo")
    page.keyboard.press("Enter")  # nothing is left
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    focused(page, "Redo")
    steady(page)
    assert undo.is_enabled(), "done again"
    page.locator(".sqv-sample", has_text="coffee").click()
    page.get_by_role("button", name="Go on").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement?.classList.contains('sqv-edit-layer')")
    page.get_by_role("button", name="Discard").focus()
    page.keyboard.press("Enter")
    focused(page, "Edit")


def test_a_kept_edit_is_a_photo_and_the_original_is_still_there(opened):
    page = opened
    before = shown_classes(page)
    begin(page)
    stroke(page, (0.3, 0.4), (0.7, 0.75))
    steady(page)
    after = shown_classes(page)
    page.get_by_role("button", name="Keep as a photo").click()
    page.locator(".sqv-edit-panel").wait_for(state="hidden")
    page.wait_for_function("() => document.querySelectorAll('.sqv-tile').length === 2")
    assert page.locator(".sqv-name").inner_text() == "chelsea, edited"
    ready(page, "fire5/concat")
    assert shown_classes(page) == after, "the very pixels"
    page.locator(".sqv-tile").first.click()
    page.wait_for_function("() => document.querySelector('.sqv-name').textContent === 'chelsea'")
    assert shown_classes(page) == before
    # Edited again, and let go of: only what was kept stays.
    begin(page)
    stroke(page, (0.3, 0.4), (0.7, 0.75))
    steady(page)
    page.get_by_role("button", name="Discard").click()
    page.wait_for_function("() => document.querySelectorAll('.sqv-tile').length === 2")
    assert page.locator(".sqv-name").inner_text() == "chelsea"


def test_another_photo_chosen_meanwhile_loses_nothing(opened):
    page = opened
    begin(page)
    stroke(page, (0.3, 0.4), (0.7, 0.75))
    steady(page)
    after, pixels = shown_classes(page), painted(page)
    page.locator(".sqv-sample", has_text="coffee").click()
    page.get_by_text("Edit of chelsea rests").wait_for()
    assert not page.locator(".sqv-edit-layer").is_visible()
    # Preprocessed otherwise and back again while it rests.
    page.get_by_role("button", name="Go on").click()
    page.locator(".sqv-edit-layer").wait_for()
    steady(page)
    assert shown_classes(page) == after
    np.testing.assert_array_equal(painted(page), pixels)
    page.locator(".sqv-tile", has=page.locator("img")).nth(1).click()
    page.wait_for_function("() => document.querySelector('.sqv-name').textContent === 'coffee'")
    # An edit of another photo keeps this one first.
    begin(page)
    page.wait_for_function("() => document.querySelector('.sqv-name').textContent === 'coffee, edited'")
    names = page.eval_on_selector_all(
        ".sqv-tile", "tiles => tiles.map(tile => tile.getAttribute('aria-label').split(':')[0])"
    )
    assert sorted(names) == ["chelsea", "chelsea, edited", "coffee", "coffee, edited"]


def test_a_preprocessing_chosen_while_editing_answers_what_is_painted(opened, model):
    page = opened
    begin(page)
    stroke(page, (0.3, 0.4), (0.7, 0.75))
    steady(page)
    pixels = painted(page)
    page.get_by_label("Preprocessing", exact=True).select_option("rgb-by-mistake")
    said = model.predict(pixels, preprocessing="rgb-by-mistake")
    page.wait_for_function(
        "logit => document.querySelector('.sqv-first .sqv-logit').textContent === logit",
        arg=f"{said.top(1)[0].logit:.2f}",
    )
    steady(page)
    assert [(index, logit) for index, _, _, logit in shown_classes(page)] == [
        (score.class_index, f"{score.logit:.2f}") for score in said.top(5)
    ]
    best = model.predict("chelsea", preprocessing="rgb-by-mistake").top(1)[0]
    assert f"logit {best.logit:.2f} → {said.logits[best.class_index]:.2f}" in effect(page)
    page.get_by_label("Preprocessing", exact=True).select_option("caffe2")
    steady(page)


def test_every_tool_does_what_it_says_and_the_original_is_held_beside_it(opened, model):
    page = opened
    original = sv.read_image("chelsea").pixels.astype(int)
    begin(page)
    page.get_by_role("radio", name="Rectangle").click()
    stroke(page, (0.25, 0.25), (0.5, 0.75))
    assert (painted(page)[100:200, 130:200] == 128).all(), "grey"
    page.get_by_role("radio", name="Cut").click()  # the same rectangle, tried in another way
    mean = np.rint(original.mean((0, 1)))
    assert (painted(page)[100:200, 130:200] == mean).all()
    page.get_by_role("radio", name="Blur").click()
    blurred = painted(page)[100:200, 130:200].astype(int)
    assert 0 < blurred.std() < 0.8 * original[100:200, 130:200].std()
    assert np.abs(blurred.mean((0, 1)) - original[100:200, 130:200].mean((0, 1))).max() < 8
    page.keyboard.press("Escape")  # laid down
    page.get_by_role("radio", name="Restore").click()
    stroke(page, (0.2, 0.2), (0.55, 0.8))
    np.testing.assert_array_equal(painted(page), original)
    page.keyboard.press("Escape")
    page.get_by_role("radio", name="Paint").click()
    page.get_by_role("radio", name="Brush").click()
    box = page.locator(".sqv-edit-layer").bounding_box()
    page.keyboard.down("Alt")
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.8)
    page.keyboard.up("Alt")
    np.testing.assert_array_equal(painted(page), original, "picking a colour paints nothing")
    frames(page, 3)  # the swatch has it, too
    picked = page.locator("input.sqv-swatch").input_value()
    page.mouse.click(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.2)
    assert "#" + bytes(painted(page)[60, 45].tolist()).hex() == picked
    page.get_by_role("button", name="Compare", exact=True).click()
    held = page.locator(".sqv-held")
    held.locator("figcaption", has_text="A chelsea").wait_for()
    held.locator("figcaption", has_text="B chelsea, edited").wait_for()
    steady(page)
    first = model.predict("chelsea").top(1)[0]
    row = held.locator(f'tr[data-class="{first.class_index}"] td')
    assert row.nth(2).inner_text() == f"{first.logit:.2f}"
