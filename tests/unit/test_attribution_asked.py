"""Attributions as a page asks for them: what crosses the wire is what the library says."""

import re
import threading
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

import squeezeviz as sv
from squeezeviz.evidence.attribution.methods import METHODS
from squeezeviz.evidence.target import Target
from squeezeviz.explorer.protocol.attribution import AttributionMethod
from tests.unit.test_what_if import Page

_TITLES = Path(sv.__file__).parent / "frontend" / "src" / "views" / "why" / "attribution" / "methods.ts"


@pytest.fixture(scope="module")
def page():
    return Page()


def asked(page, request, **content):
    page.tell("attribution", request, **content)
    reply, buffers = page.wait(lambda reply: reply["id"] == request and reply["kind"] != "steps")
    assert reply["kind"] == "attribution", reply
    (values,) = buffers
    return reply["attribution"], np.frombuffer(values, "<f4").reshape(reply["attribution"]["shape"])


def test_a_page_offers_every_method_and_no_other():
    assert set(get_args(AttributionMethod)) == set(METHODS)
    titles = re.findall(r'"?([a-z+-]+)"?: "[A-Z]', _TITLES.read_text(encoding="utf-8"))
    assert sorted(titles) == sorted(METHODS)


@pytest.mark.parametrize("method", METHODS)
def test_a_classs_logit_by_every_method(page, method):
    said, values = asked(page, method, method=method, class_index=2)
    made = sv.attribute(page.model, page.image, method, 2, preprocessing=page.how)
    np.testing.assert_array_equal(values.reshape(made.values.shape), made.values)
    assert (said["words"], said["layer"], said["unit"]) == (made.target.words, made.layer, made.unit)
    assert said["value"] == pytest.approx(made.value)
    assert said["says"] == METHODS[method].says
    assert (said["completeness"] is None) == (made.completeness is None)


def test_the_distance_to_another_class_and_another_layers_cells(page):
    said, values = asked(page, "two", method="grad-cam", class_index=2, contrast_class=1, over="fire2/concat")
    target = Target.difference(2, 1)
    made = sv.attribute(page.model, page.image, "grad-cam", target, preprocessing=page.how, layer="fire2/concat")
    np.testing.assert_array_equal(values[0], made.values)
    assert said["layer"] == "fire2/concat"


def test_how_far_a_long_one_is_is_told_and_it_can_be_stopped(page, monkeypatch):
    monkeypatch.setattr("squeezeviz.explorer.watched._EVERY_S", 0)
    asked(page, "noisy", method="smoothgrad", class_index=2)
    told = [(each["done"], each["total"]) for each, _ in page.replies if each["id"] == "noisy" and "done" in each]
    assert told == [(done, 50) for done in range(0, 51, 2)]
    runs, run = threading.Semaphore(0), page.model.gradients.run

    def in_turn(*args, **options):
        assert runs.acquire(timeout=30)
        return run(*args, **options)

    monkeypatch.setattr(page.model.gradients, "run", in_turn)
    page.tell("attribution", "stopped", method="smoothgrad", class_index=3)
    page.wait(lambda reply: reply["id"] == "stopped" and reply["kind"] == "steps")
    page.tell("stop", "stopped")
    runs.release(50)
    monkeypatch.undo()
    asked(page, "after", method="saliency", class_index=2)
    assert {each["kind"] for each, _ in page.replies if each["id"] == "stopped"} == {"steps"}


def test_one_value_of_a_layer_one_number_a_pixel(page):
    where = {"layer": "fire2/concat", "channel": 3, "cell": [2, 4]}
    said, values = asked(page, "cell", method="input-x-gradient", **where)
    made = sv.attribute(page.model, page.image, "input-x-gradient", "fire2/concat:3@2,4", preprocessing=page.how)
    np.testing.assert_array_equal(values[0], made.cells)
    assert said["words"] == "fire2/concat, channel 3 at row 2, column 4"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"method": "saliency", "layer": "fire2", "channel": 1}, "no layer is called 'fire2'"),
        ({"method": "saliency", "class_index": 999}, "class_index"),
        ({"method": "magic", "class_index": 1}, "method"),
        ({"method": "grad-cam", "class_index": 1, "over": "pool10"}, "has no map"),
    ],
)
def test_what_cannot_be_attributed_is_said(page, content, words):
    page.tell("attribution", words, name="why", **content)
    reply, _ = page.wait(lambda reply: reply["id"] == words)
    assert reply["kind"] in ("failed", "error"), reply
    assert words in reply["message"]
