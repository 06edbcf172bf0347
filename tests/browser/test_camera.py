"""The camera, with Chromium's own fake one: live frames through every layer, frozen ones exact, and what is said without."""

import contextlib
import hashlib

import pytest

import squeezeviz as sv
from tests.browser.conftest import launched
from tests.browser.explorer_page import choose_layer, frames, ready, shown_classes
from tests.browser.predictor_page import percent
from tests.browser.watched import CAMERA, FLAGS, chromium, fresh_page, headless_shell

pytestmark = [pytest.mark.browser, pytest.mark.model]

FRAMES = "() => Number(document.querySelector('.sqv-live-bar').dataset.frames)"
MORE_FRAMES = "n => Number(document.querySelector('.sqv-live-bar')?.dataset.frames) >= n"
# What the page was given, so that a test can tell whether the camera's light is off.
KEEP_TRACKS = """() => { const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async wanted => {
        const stream = await ask(wanted); window.tracks = stream.getTracks(); return stream; }; }"""
# Keeps what the kernel has of each frozen frame, without loss; and how many frames it was asked to answer.
KEEP_FROZEN = """
import squeezeviz as sv
from pathlib import Path
from unittest import mock
from squeezeviz.explorer.actions import ACTIONS
explorer, answer, asked = sv.explore(), ACTIONS["frame"], []
def count(state, request):
    asked.append(request.id)
    answer(state, request)
mock.patch.dict(ACTIONS, frame=count).start()
def keep(change):
    Path("asked.txt").write_text(str(len(asked)))
    photo = explorer.state._photos.get(change["new"])
    if photo is not None and photo.image.name.startswith("camera "):
        photo.image.picture.save("frozen.png")
explorer.state.observe(keep, "photo")
explorer
"""
SHOWN_PIXELS = """async () => {
    for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame); // what was due is drawn
    const canvas = document.querySelector('canvas.sqv-picture'), {width, height} = canvas;
    const rgba = canvas.getContext('2d').getImageData(0, 0, width, height).data;
    const hash = await crypto.subtle.digest('SHA-256', rgba.filter((_, index) => index % 4 < 3));
    return [width, height, [...new Uint8Array(hash)].map(byte => byte.toString(16).padStart(2, '0')).join('')]; }"""


@pytest.fixture
def explorer(empty_app, published_files):
    """The explorer as an app; in JupyterLab a test below freezes its frames."""
    return empty_app


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """The address of a page in one file: what a browser says to the page hangs on no kernel."""
    path = tmp_path_factory.mktemp("page") / "page.html"
    return sv.export_page("shape-star", path, model="squeezenet1.1-shapes", compared=[]).as_uri()


@contextlib.contextmanager
def page_in(playwright, path, flags, address, request):
    """A page of another browser."""
    with launched(playwright, path, flags) as browser, fresh_page(browser, request.node) as page:
        page.goto(address)
        page.locator(".sqv-computed", has_text="were computed").wait_for(timeout=120_000)
        page.problems[:] = [problem for problem in page.problems if not problem.endswith(address)]
        yield page


def start(page):
    page.evaluate(KEEP_TRACKS)
    page.get_by_role("button", name="Camera").click()
    page.wait_for_function(MORE_FRAMES, arg=3, timeout=120_000)


def test_the_layers_react_live_until_the_camera_is_stopped(explorer):
    page = explorer
    start(page)
    ready(page, "fire5/concat")
    page.wait_for_function("() => /^\\d+ frames\\/s$/.test(document.querySelector('.sqv-rate').textContent)")
    assert page.evaluate(
        """() => { const bar = document.querySelector('.sqv-live-bar');
            return [...bar.children].every(e => e.getBoundingClientRect().right <= bar.getBoundingClientRect().right + 1); }"""
    ), "nothing sticks out of the bar"
    before = page.evaluate("() => document.querySelector('.sqv-grid canvas').toDataURL()")
    classes = shown_classes(page)
    page.wait_for_function("before => document.querySelector('.sqv-grid canvas').toDataURL() !== before", arg=before)
    page.wait_for_function(
        "logit => document.querySelector('.sqv-logit:not(.sqv-heads *)').textContent !== logit", arg=classes[0][3]
    )
    # Another layer, while it goes on.
    choose_layer(page, "conv1")
    ready(page, "conv1")
    page.wait_for_function(MORE_FRAMES, arg=page.evaluate(FRAMES) + 3)
    choose_layer(page, "fire9")  # a quarter of the maps' numbers
    ready(page, "fire9/concat")
    # Nothing piles up: one tile, one mark, however many frames.
    page.wait_for_function(MORE_FRAMES, arg=30, timeout=120_000)
    shown, maps = page.evaluate(
        "() => ['frames', 'maps'].map(name => Number(document.querySelector('.sqv-live-bar').dataset[name]))"
    )
    assert shown // 3 <= maps <= shown, "where the machine is slow, maps follow every other frame"
    assert page.locator(".sqv-tile").count() == 1
    assert page.evaluate("() => performance.getEntriesByName('squeezeviz:maps').length") == 1
    assert not page.locator(".sqv-failure").count()
    assert page.evaluate("() => tracks.map(track => track.readyState)") == ["live"]
    page.locator(".sqv-live-bar").get_by_role("button", name="Stop").click()
    page.locator(".sqv-tile").wait_for(state="detached")
    assert page.evaluate("() => tracks.map(track => track.readyState)") == ["ended"]
    assert not page.locator(".sqv-live-bar").is_visible()
    shown = page.evaluate(FRAMES)
    frames(page)
    assert page.evaluate(FRAMES) == shown


def test_a_frozen_frame_is_the_one_that_was_shown_and_its_answer_is_pythons(
    page, open_cell, lab, model, published_files
):
    open_cell(KEEP_FROZEN)
    page.locator(".sqv-sample").first.wait_for(timeout=120_000)
    start(page)
    page.wait_for_function(MORE_FRAMES, arg=30, timeout=120_000)
    freeze = page.get_by_role("button", name="Freeze")
    freeze.hover()
    page.mouse.down()  # from here on the frame on show stays, so that it can be looked at
    width, height, expected = page.evaluate(SHOWN_PIXELS)
    page.mouse.up()
    page.locator(".sqv-tile[aria-label^='camera ']").wait_for()
    page.locator(".sqv-resting").wait_for()
    page.wait_for_function("() => document.querySelector('img.sqv-picture')")
    asked = int((lab.folder / "asked.txt").read_text())
    assert asked < page.evaluate(FRAMES) / 2, "the page answers them itself, but for the first"
    frozen = sv.read_image(lab.folder / "frozen.png")
    assert (frozen.width, frozen.height) == (width, height)
    assert hashlib.sha256(frozen.pixels.tobytes()).hexdigest() == expected
    assert shown_classes(page) == [
        (s.class_index, s.label, percent(s.probability), f"{s.logit:.2f}") for s in model.predict(frozen).top(5)
    ]
    # The camera rests while its photo is looked at, and goes on when it is wanted.
    shown = -1
    while shown != (shown := page.evaluate(FRAMES)):  # what was under way comes
        frames(page)
    frames(page)
    assert page.evaluate(FRAMES) == shown
    page.get_by_role("button", name="Go on").click()
    page.wait_for_function(MORE_FRAMES, arg=shown + 3)
    assert page.locator(".sqv-tile").count() == 2


def test_a_camera_that_is_unplugged_is_said(explorer):
    page = explorer
    start(page)
    page.evaluate("() => tracks[0].dispatchEvent(new Event('ended'))")
    page.locator(".sqv-failure", has_text="The camera was disconnected").wait_for()
    assert page.evaluate("() => tracks[0].readyState") == "ended"
    page.get_by_role("button", name="Camera").click()
    page.locator(".sqv-failure").wait_for(state="detached")  # it is there again, and nothing says otherwise
    page.wait_for_function(MORE_FRAMES, arg=page.evaluate(FRAMES) + 3)


def test_a_refused_camera_is_said_with_what_to_do(playwright, exported, request):
    """By the Chromium that would ask a person, of whom there is none."""
    with page_in(playwright, chromium(), [*FLAGS, CAMERA[0]], exported, request) as page:
        page.get_by_role("button", name="Camera").focus()
        page.keyboard.press("Enter")
        page.locator(".sqv-failure", has_text="does not let this page use the camera. Allow it").wait_for()
        assert page.get_by_role("button", name="Camera").get_attribute("aria-pressed") == "false"
        page.evaluate("() => Object.defineProperty(navigator, 'mediaDevices', {value: undefined, configurable: true})")
        page.get_by_role("button", name="Camera").click()
        page.locator(".sqv-failure", has_text="safe addresses only").wait_for()
        assert page.locator(".sqv-failure").count() == 1, "one sentence, not one a try"
        assert page.problems == []


def test_a_missing_camera_is_said_with_what_to_do(playwright, exported, request):
    bare = headless_shell() or chromium()
    with page_in(playwright, bare, FLAGS, exported, request) as page:
        page.context.grant_permissions(["camera"])
        page.get_by_role("button", name="Camera").click()
        page.locator(".sqv-failure", has_text="No camera was found. Connect one").wait_for()
        assert page.problems == []
