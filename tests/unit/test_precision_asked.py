"""What each layer loses, as a page asks for it on its photos: what crosses the wire is what `sv.precision` says."""

import numpy as np
import pytest
from PIL import Image as Pillow

import squeezeviz as sv
from squeezeviz.quantization.quantize import quantize
from tests.unit.test_what_if import Page


@pytest.fixture(scope="module")
def page():
    return Page()


@pytest.fixture(scope="module")
def folder(page, tmp_path_factory):
    root = tmp_path_factory.mktemp("photos")
    Pillow.fromarray(page.image.pixels).save(root / "only.png")
    return root


def asked(page, request, **content):
    page.tell("precision", request, name="precision", **content)
    reply, _ = page.wait(lambda reply: reply["id"] == request and reply["kind"] != "steps")
    assert reply["kind"] == "precision", reply
    return reply["lost"]


def check(said, made):
    assert [each["layer"] for each in said["layers"]] == [layer.name for layer in made]
    for each, layer in zip(said["layers"], made, strict=True):
        for name in ("made", "inherited", "total"):
            assert each[name] == pytest.approx(getattr(layer, name).relative_l2), (layer.name, name)
        assert each["worst_channel"] == layer.made.worst_channel
        assert each["saturation"] == (pytest.approx(layer.use.saturation) if layer.use else None)
    assert said["verdict"].split(". ")[0] == made.verdict.split(". ")[0]


def test_half_precision_is_emulated_and_says_so(page, folder):
    said = asked(page, "half", against="fp16")
    check(said, sv.precision(page.model, "fp16", folder, resume=False))
    assert "Emulated" in said["arithmetic"]
    assert said["photos"] == 1


def test_integers_are_made_of_the_photos_of_the_page_and_offered_beside_the_others(page, folder, tmp_path):
    said = asked(page, "int8", against="int8")
    made = quantize(page.model, folder, tmp_path / "int8.onnx")
    other = sv.load_model(made.path, labels=page.model.labels, preprocessing=page.model.preprocessing)
    check(said, sv.precision(page.model, other, folder, resume=False))
    assert said["other"] == f"{page.model.name} INT8"
    first = said["layers"][0]
    assert (first["layer"], first["zero_point"] is not None) == (page.model.architecture.input_name, True)
    setting = [reply for reply, _ in page.replies if reply["kind"] == "setting"][-1]
    assert said["other"] in [each["name"] for each in setting["models"]]
    np.testing.assert_array_equal(
        page.state.offers.model(said["other"]).predict(page.image).logits, other.predict(page.image).logits
    )
    assert asked(page, "model", against="model", other=said["other"])["layers"] == said["layers"]


def test_a_model_that_is_not_on_offer_is_refused(page):
    page.tell("precision", "none", name="precision", against="model", other="/etc/passwd")
    reply, _ = page.wait(lambda reply: reply["id"] == "none" and reply["kind"] != "steps")
    assert reply["kind"] == "failed"
    assert "no model of this page is called so" in reply["message"]
