"""The bundled model, as it is shipped: what its card says of it holds, and it travels with the package."""

import json

import numpy as np
import pytest

import squeezeviz as sv
from squeezeviz.caffe2.weights import read_weights
from squeezeviz.image.drawings.scene import CLASSES
from squeezeviz.image.drawings.seeds import HELD_OUT
from squeezeviz.resources import shipped
from squeezeviz.shapes.held_out import score
from squeezeviz.zoo import entry
from squeezeviz.zoo.squeezenet11 import CONVOLUTIONS, predict_net

NAME = "squeezenet1.1-shapes"


@pytest.fixture(scope="module")
def folder():
    return shipped(f"data/{NAME}")


@pytest.fixture(scope="module")
def shapes():
    return sv.load_model(NAME)


def test_fresh_pictures_are_named_as_well_as_the_card_says(folder, shapes):
    card = json.loads((folder / "card.json").read_text())
    assert card["top1"] >= 0.97
    per_class = 20
    result = score(shapes, per_class, first=HELD_OUT + 1_000_000)
    deviation = (card["top1"] * (1 - card["top1"]) / result.count) ** 0.5
    assert result.count == per_class * len(CLASSES)
    assert result.accuracy >= card["top1"] - 3 * deviation
    assert result.recall.min() > 0.6, "no class is given up for another"


def test_the_card_is_of_these_files(folder):
    text = (folder / "README.md").read_text(encoding="utf-8")
    for file in entry(NAME).files:
        assert file.sha256 in text
        assert f"{file.size_bytes:,}" in text
    card = json.loads((folder / "card.json").read_text())
    assert f"top-1 {card['top1']:.2%}" in text
    assert f"{card['pictures']:,} freshly drawn pictures" in text
    assert "out of its world" in text
    record = json.loads((folder / "training.json").read_text())
    assert record["log"][-1]["step"] == record["recipe"]["steps"]
    for name in ("training.svg", "classes.jpg"):
        assert f"({name})" in text
        assert (folder / name).is_file()


def test_the_gallery_of_drawings_is_named_right(shapes):
    drawn = [sample for sample in sv.samples() if sample.is_drawn]
    told = [prediction.top(1)[0].label for prediction in shapes.predict([sample.name for sample in drawn])]
    assert sum(label == CLASSES[s.shape] for label, s in zip(told, drawn, strict=True)) >= len(CLASSES) - 2


def test_it_is_the_published_architecture_in_the_published_form(folder, shapes):
    network = (folder / "predict_net.pb").read_bytes()
    assert network == predict_net(entry("squeezenet1.1-shapes").name)
    assert network.endswith(predict_net()[2:]), "the very operators of the published model, under a name of its own"
    assert sum((folder / name).stat().st_size for name in ("init_net.pb", "predict_net.pb")) < 4_000_000
    arrays = read_weights((folder / "init_net.pb").read_bytes()).arrays
    for convolution in CONVOLUTIONS[:-1]:
        assert arrays[f"{convolution.name}_w"].shape == convolution.shape
    assert arrays["conv10_w"].shape == (24, 512, 1, 1)
    for array in arrays.values():
        np.testing.assert_array_equal(array, array.astype(np.float16).astype(np.float32))
    assert shapes.architecture.parameters == 734_808
    assert shapes.architecture.output_shape == (24,)
    assert shapes.preprocessing == sv.preset("caffe2")


def test_every_layer_says_something(shapes):
    activations = shapes.activations(["shape-star", "shape-waves"])
    for layer in ("conv1", "fire2/concat", "fire5/concat", "fire9/concat", "conv10"):
        assert (np.abs(activations[0][layer] - activations[1][layer])).max() > 0.1, layer
