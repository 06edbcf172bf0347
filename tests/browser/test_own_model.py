"""A network of one's own on the page: dropped or chosen, shown with all there is to it, and had again another time."""

import base64
import hashlib
import re

import numpy as np
import pytest
from PIL import Image as Pillow

import squeezeviz as sv
from squeezeviz.zoo.received import received
from tests.browser.conftest import wait_until_idle
from tests.browser.explorer_page import ready
from tests.browser.predictor_page import answered, assert_shows
from tests.unit.test_arrivals import beside
from tests.unit.test_known import foreign

pytestmark = pytest.mark.browser

EXPLORE = """import os
from unittest import mock
import squeezeviz as sv
mock.patch.dict(os.environ, {{"SQUEEZEVIZ_CACHE": {cache!r}}}).start()
"""


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.png"
    Pillow.fromarray(np.random.default_rng(0).integers(0, 256, (90, 120, 3), np.uint8)).save(path)
    return path


@pytest.fixture
def own(tmp_path):
    """A network that says nothing of itself."""
    path = tmp_path / "my_model.onnx"
    path.write_bytes(foreign(64).SerializeToString())
    return path


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def opened(open_cell, cache, photo):
    """Open an explorer on the bundled model and the photo, with a cache of its own."""

    def run(before="", **options):
        source = f"{EXPLORE.format(cache=str(cache))}{before}\n"
        page = open_cell(f"{source}sv.explore({str(photo)!r}, model='squeezenet1.1-shapes')", **options)
        ready(page, "fire5/concat")
        return page

    return run


RESTART = "() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()"


def drop(page, *files):
    """Drop files on the page, as a person does."""
    given = [[name, base64.b64encode(content).decode()] for name, content in files]
    transfer = page.evaluate_handle(
        """files => { const t = new DataTransfer();
            for (const [name, text] of files)
                t.items.add(new File([Uint8Array.from(atob(text), c => c.charCodeAt(0))], name));
            return t; }""",
        given,
    )
    page.dispatch_event(".sqv", "dragover", {"dataTransfer": transfer})
    page.dispatch_event(".sqv", "drop", {"dataTransfer": transfer})


def answering(page, name):
    """Wait until a model answers."""
    page.wait_for_function("name => document.querySelector('.sqv-model')?.value === name", arg=name, timeout=120_000)


def refused(page):
    notice = page.locator(".sqv-notice", has_text=re.compile("."))
    notice.first.wait_for()
    return notice.first.inner_text()


def blocks(page):
    return page.locator(".sqv-diagram [data-layer], .sqv-diagram [data-block]").count()


def test_a_dropped_model_has_its_diagram_its_maps_and_its_classes_by_number(opened, own, photo):
    page = opened()
    drop(page, (own.name, own.read_bytes()))
    answering(page, "my_model")
    ready(page, "r")
    model = sv.load_model(own)
    page.wait_for_function("() => /^class \\d/.test(document.querySelector('.sqv-label')?.textContent)")
    assert_shows(page, model.predict(photo))
    assert "Labels unknown" in page.get_by_role("note", name="What is unknown of the model").inner_text()
    chosen = page.locator(".sqv-model option:checked").inner_text()
    digest = hashlib.sha256(own.read_bytes()).hexdigest()
    assert chosen == f"my_model · 1 KB · {digest[:8]}"
    assert not page.locator(".sqv-arriving").is_visible()
    assert not page.locator(".sqv-notice:visible").count()
    page.get_by_label("Model", exact=True).select_option("squeezenet1.1-shapes")
    answering(page, "squeezenet1.1-shapes")
    ready(page, "conv1")


def test_a_damaged_file_is_said_to_be_one_and_the_model_before_goes_on(opened, own):
    page = opened()
    drop(page, ("broken.onnx", own.read_bytes()[:60]))
    assert "broken: expected an ONNX model" in refused(page)
    assert page.locator(".sqv-model").input_value() == "squeezenet1.1-shapes"
    page.get_by_role("button", name="Dismiss").click()
    page.wait_for_function("() => !document.querySelector('.sqv-notice:not([hidden])')")
    drop(page, ("net.pt", b"PK\x03\x04" + bytes(60)))
    assert 'torch.onnx.export(model.eval(), torch.zeros(1, 3, 224, 224), "my_model.onnx")' in refused(page)
    drop(page, (own.name, own.read_bytes()))
    answering(page, "my_model")
    assert not page.locator(".sqv-notice:visible").count(), "what was said of another is said no more"


def test_by_keyboard_with_weights_in_a_second_file_and_a_photo_beside(opened, tmp_path, own):
    page = opened()
    network, values = beside()
    for name, content in (("my_model.onnx", network), ("net.data", values)):
        (tmp_path / name).write_bytes(content)
    wait_until_idle(page)  # JupyterLab takes the focus back when its cell has run
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Open a model…").press("Space")
    files = [tmp_path / "net.data", tmp_path / "my_model.onnx", tmp_path / "photo.png"]
    chooser.value.set_files([str(path) for path in files])
    answering(page, "my_model")
    answered(page, 2)
    ready(page, "r")
    # A photo is still a photo.
    drop(page, ("photo.png", (tmp_path / "photo.png").read_bytes()))
    answered(page, 3)
    assert not page.locator(".sqv-failure").count()


def test_a_model_of_another_day_is_chosen_again(opened, own, cache, photo, open_cell):
    page = opened()
    drop(page, (own.name, own.read_bytes()))
    answering(page, "my_model")
    (kept,) = received(cache / "received")
    page.evaluate(RESTART)  # a kernel that knows nothing of the one before
    page = opened()
    recent = page.locator(".sqv-model optgroup[label=Recent] option")
    recent.wait_for(state="attached")
    assert recent.inner_text() == f"my_model · 1 KB · {kept.sha256[:8]}"
    assert "last used" in recent.get_attribute("title")
    page.get_by_label("Model", exact=True).select_option("my_model")
    answering(page, "my_model")
    ready(page, "r")
    assert_shows(page, sv.load_model(own).predict(photo))


HELD = """
import time
from pathlib import Path
from squeezeviz.explorer.models import bringing

def held(model):
    while not Path({until!r}).exists():
        time.sleep(0.02)

mock.patch.object(bringing, "_try_out", held).start()
"""


def test_what_is_on_its_way_is_named_and_escape_ends_it(opened, own, tmp_path):
    page = opened(HELD.format(until=str(tmp_path / "ended")))
    drop(page, (own.name, own.read_bytes()))
    coming = page.get_by_label("A model on its way")
    page.wait_for_function("() => document.querySelector('.sqv-arriving')?.innerText.includes('being read')")
    assert "my_model.onnx is here; the network is being read" in coming.inner_text()
    page.keyboard.press("Escape")
    coming.wait_for(state="hidden")
    assert page.locator(".sqv-model").input_value() == "squeezenet1.1-shapes"
    # The page goes on.
    page.locator(".sqv-sample").first.click()
    answered(page, 2)
    (tmp_path / "ended").touch()


def test_in_the_app_nobody_is_offered_what_another_has_dropped(empty_app, browser, voila_explorer, own):
    page = empty_app
    page.locator(".sqv-sample").first.click()
    answered(page, 1)
    drop(page, ("secret.onnx", own.read_bytes()))
    answering(page, "secret")
    context = browser.new_context()
    other = context.new_page()
    other.goto(voila_explorer)
    other.locator(".sqv-sample").first.wait_for(timeout=120_000)
    other.wait_for_function("() => document.querySelector('.sqv-model')?.value")
    assert "secret" in page.locator(".sqv-model").inner_text()
    assert "secret" not in other.locator(".sqv-model").inner_text()
    other.goto("about:blank")
    context.close()
