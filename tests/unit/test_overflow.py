"""A network whose numbers grow beyond single precision: all that a page is told of it is JSON, and nothing fails."""

import json

import numpy as np
import pytest

import squeezeviz as sv
from squeezeviz.explorer.encoding import as_halves
from squeezeviz.explorer.protocol.fields import plain
from squeezeviz.results.prediction import softmax
from squeezeviz.runtime.model import Model
from squeezeviz.standalone.blocks import Blocks
from tests.overflowing import overflowing
from tests.unit.test_widgets import Page, png


@pytest.fixture(params=[False, True], ids=["infinity", "not a number"])
def page(request):
    """A page whose network overflows, with a photo."""
    model = Model(overflowing(to_nan=request.param), name="overflowing", sha256="00")
    page = Page(lambda: model)
    page.upload(png(200), request="r1")
    page.upload(png(250), request="r2")
    page.settle()
    yield page
    page.widget.close()


def told(page, kind, **asked):
    """What a page is told when it asks, once it is known to be JSON."""
    page.replies.clear()
    page.tell(kind=kind, id="q", **asked)
    (content, buffers), *_ = [reply for reply in page.replies if reply[0]["id"] == "q"]
    assert content["kind"] != "failed", content
    json.dumps(content, allow_nan=False)
    return content, dict(zip(content.get("buffers", []), buffers or [], strict=True))


def test_a_photo_is_answered(page):
    contents = [content for content, _ in page.replies]
    json.dumps(contents, allow_nan=False)
    assert "failed" not in {content["kind"] for content in contents}
    first = page.photos()[0]
    assert first["caution"].startswith("5 of 5 logits are infinite or no number: ")
    assert first["rms_activation"]["classes"] in ({"$number": "NaN"}, {"$number": "Infinity"})
    assert 1e19 < first["rms_activation"]["relu1"] < 1e25, "a number, though its square is none"


def test_a_softmax_of_infinite_logits_is_no_number():
    assert np.isnan(softmax(np.array([1, np.inf, np.inf], np.float32))).any()


def test_every_layer_is_shown(page):
    for layer in page.widget.model.architecture:
        content, buffers = told(page, "tensor", photo="r1", layer=layer.name)
        shown = np.frombuffer(buffers["values"], "<f2").astype(np.float32) * np.float32(content["scale"])
        expected = page.widget.activations_of(page.widget.photo_called("r1"))[layer.name].reshape(-1)
        np.testing.assert_allclose(shown, expected, rtol=2**-10)


def test_what_is_asked_of_it_is_answered(page):
    told(page, "variants", photo="r1")
    content, _ = told(page, "variant", photo="r1", preset="rgb-by-mistake", preset_key="rgb")
    assert [name for name, *_ in content["drift"]] == [layer.name for layer in page.widget.model.architecture][:-1]
    told(page, "distance", photo="r1", other="r2")


def test_opening_such_a_number_says_what_it_is(page):
    page.replies.clear()
    page.tell(kind="open", id="q", photo="r1", layer="classes", channel=0, cell=[0, 0], count=8)
    assert "beyond single precision" in page.replies[-1][0]["message"]


def test_a_page_as_one_file_is_written(page, tmp_path):
    sv.export_page("shape-star", tmp_path / "page.html", model=page.widget.model, compared=[])


def test_what_json_has_no_number_for():
    found = plain({"a": (1.5, float("nan")), "b": [float("inf"), -float("inf"), 0.0], "c": np.float64("nan")})
    odd = [{"$number": name} for name in ("NaN", "Infinity", "-Infinity")]
    assert found == {"a": [1.5, odd[0]], "b": [odd[1], odd[2], 0.0], "c": odd[0]}
    Blocks().plain({"least": -float("inf")})


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_halves_beside_numbers_that_overflow_keep_their_precision(odd):
    values = np.array([[-3e9, odd, 0, 1, 7e8]], np.float32)
    halves, scale = as_halves(values)
    back = halves.astype(np.float64) * scale
    assert np.array_equal(back[0, 1], odd, equal_nan=True)
    np.testing.assert_allclose(back[0, [0, 2, 4]], [-3e9, 0, 7e8], rtol=2**-11)
