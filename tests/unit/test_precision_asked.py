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


def told(page, kind, request, **content):
    page.tell(kind, request, name=kind, **content)
    reply, buffers = page.wait(lambda reply: reply["id"] == request and reply["kind"] != "steps")
    return reply, buffers


def difference(reply, buffers):
    assert reply["kind"] == "loss_tensor", reply
    values = dict(zip(reply["buffers"], buffers, strict=True))["values"]
    assert reply["encoding"] == "float16"
    return np.frombuffer(values, "<f2").astype(np.float32).reshape(reply["shape"]) * reply["scale"]


def test_a_layer_in_low_precision_less_that_in_float32(page):
    name = asked(page, "again", against="int8")["other"]
    other, tensor = page.state.offers.model(name), page.how(page.image)
    for layer, low in (
        ("fire2/concat", other.parts.run({other.architecture.input_name: tensor}, ["fire2/concat"])["fire2/concat"]),
        ("pool10", other.parts.run({other.architecture.input_name: tensor}, ["pool10"])["pool10"]),
    ):
        exact = page.model.parts.run({page.model.architecture.input_name: tensor}, [layer])[layer]
        reply, buffers = told(page, "loss_tensor", f"of {layer}", other=name, layer=layer)
        found = difference(reply, buffers)
        np.testing.assert_allclose(found.ravel(), (low - exact).ravel(), rtol=1e-3, atol=1e-5)
        assert found.any()
    reply, buffers = told(page, "loss_tensor", "of half", other="", layer="conv1")
    assert (
        0
        < np.abs(difference(reply, buffers)).max()
        < 0.01 * page.model.activations(page.image, "conv1", preprocessing=page.how)["conv1"].max()
    )


def test_a_number_is_opened_in_whole_numbers_by_the_layer_in_float32(page):
    name = asked(page, "once more", against="int8")["other"]
    opened = sv.IntegerArithmetic(page.state.offers.model(name), page.image, page.how).of("fire2/expand3x3", 2, (5, 6))
    reply, _ = told(page, "integers", "number", other=name, layer="fire2/expand3x3", channel=2, cell=[5, 6], count=4)
    assert reply["kind"] == "integers", reply
    number = reply["number"]
    expected = opened.to_dict(4)
    assert {key: number[key] for key in expected if key != "terms"} == {
        k: v for k, v in expected.items() if k != "terms"
    }
    assert [term["product"] for term in number["terms"]] == [term["product"] for term in expected["terms"]]
    assert number["count"] == len(opened.terms)
    assert sum(term["product"] for term in number["terms"]) + number["remainder"] + number["bias"] == number["total"]
    reply, _ = told(page, "integers", "of a pool", other=name, layer="pool1", channel=0, cell=[0, 0], count=4)
    assert "not computed in whole numbers" in reply["message"], reply


def test_both_are_preprocessed_as_the_page_has_photos(page, folder):
    assert asked(page, "own", against="fp16")["preprocessing"] == page.model.preprocessing.name
    how = page.state.preprocessing_called("published")
    said = asked(page, "preset", against="fp16", preset="published")
    assert said["preprocessing"] == "published" != page.model.preprocessing.name
    check(said, sv.precision(page.model, "fp16", folder, preprocessing=how, resume=False))
    asked(page, "int8 so", against="int8", preset="published")
    assert page.state.offers.model(f"{page.model.name} INT8").preprocessing == how
