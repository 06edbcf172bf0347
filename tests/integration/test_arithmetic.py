"""Every number of both models opens into terms that add up to it, down to the photo's pixels."""

import json

import numpy as np
import pytest

import squeezeviz as sv
from squeezeviz.explorer.state import State

RNG = np.random.default_rng(5)
PHOTOS = [("chelsea", "caffe2"), ("shape-star", "caffe2-aspect"), ("coffee", "letterbox"), ("rocket", "torchvision")]


@pytest.fixture(params=["squeezenet1.1-caffe2", "squeezenet1.1-shapes"])
def any_model(request):
    if request.param == "squeezenet1.1-caffe2":
        request.getfixturevalue("published_files")
    return sv.load_model(request.param)


def random_cell(shape):
    channel, y, x = (int(RNG.integers(size)) for size in (*shape, 1, 1)[:3])
    return channel, (y, x)


@pytest.mark.model
@pytest.mark.parametrize(("photo", "how"), PHOTOS)
def test_terms_add_up_in_every_layer(any_model, photo, how):
    pytest.importorskip("skimage", reason="the samples come with scikit-image, which is not installed")
    arithmetic = sv.Arithmetic(any_model, photo, how)
    activations = any_model.activations(photo, preprocessing=how)
    for layer in arithmetic.architecture:
        for _ in range(4):
            channel, cell = random_cell(layer.shape)
            made = arithmetic.of(layer.name, channel, cell)
            maps = activations[layer.name].reshape((*layer.shape, 1, 1)[:3])
            assert made.value == maps[channel][cell]
            size = 1 if made.kind == "softmax" else abs(made.bias) + sum(abs(term.product) for term in made.terms)
            assert abs(made.residual) <= 1e-6 * max(size, 1e-6), (layer.name, channel, cell)
            products = [abs(term.product) for term in made.terms]
            assert products == sorted(products, reverse=True)
            largest, remainder = made.top(5)
            if made.kind != "softmax":
                assert made.bias + sum(t.product for t in largest) + remainder == pytest.approx(
                    made.total, abs=1e-9 * size
                )


@pytest.mark.model
def test_each_term_opens_further_down_to_the_photo(any_model):
    pytest.importorskip("skimage", reason="the samples come with scikit-image, which is not installed")
    arithmetic = sv.Arithmetic(any_model, "chelsea")
    made = arithmetic.of("softmaxout", int(any_model.predict("chelsea").ranking[0]))
    path = []
    while made.layer != "data":
        path.append(made.layer)
        # The strongest input, unless it is one that ReLU has cut off.
        term = max(
            made.terms, key=lambda term: (term.channel == made.channel) if made.kind == "softmax" else abs(term.product)
        )
        opened = arithmetic.of(term.layer, term.channel, term.cell)
        assert opened.value == term.value
        made = opened
    assert path[:3] == ["softmaxout", "pool10", "conv10"]
    assert path[-1] == "conv1"
    assert made.kind == "scaling"
    assert made.residual == pytest.approx(0, abs=1e-6)
    (level,) = made.terms
    assert level.layer == "resized"
    blended = arithmetic.of(level.layer, level.channel, level.cell)
    assert blended.value == level.value
    assert abs(blended.residual) <= 0.5, "pixel values are whole numbers"
    pixels = sv.read_image("chelsea").pixels
    for term in blended.terms:
        assert pixels[term.cell][term.channel] == term.value
    json.dumps(made.to_dict(3), allow_nan=False)


@pytest.mark.parametrize(
    ("layer", "channel", "cell", "words"),
    [
        ("fire5/concat", 256, (0, 0), "no channel 256; there are 256"),
        ("fire5/concat", 0, (28, 0), "no row 28"),
        ("conv1", 0, (0, -1), "no column -1"),
        ("data", 3, (0, 0), "no channel 3"),
        ("fire5/conct", 0, (0, 0), "Did you mean 'fire5/concat'"),
    ],
)
def test_what_is_not_there_is_refused(layer, channel, cell, words):
    model = sv.load_model("squeezenet1.1-shapes")
    arithmetic = sv.Arithmetic(model, "shape-star")
    with pytest.raises(sv.LayerError, match=words):
        arithmetic.of(layer, channel, cell)


def test_levels_behind_a_filter_are_not_made_up():
    image = sv.read_image(RNG.integers(0, 256, (300, 400, 3), dtype=np.uint8))
    arithmetic = sv.Arithmetic(sv.load_model("squeezenet1.1-shapes"), image, "antialiased")
    assert arithmetic.of("data", 0, (3, 4)).kind == "scaling"
    with pytest.raises(sv.LayerError, match="averages many pixels"):
        arithmetic.of("resized", 0, (3, 4))


def test_padding_is_no_pixel():
    image = sv.read_image(np.full((40, 80, 3), 9, np.uint8))
    arithmetic = sv.Arithmetic(sv.load_model("squeezenet1.1-shapes"), image, "letterbox")
    made = arithmetic.of("resized", 2, (0, 0))
    assert (made.value, made.terms, made.residual) == (104, (), 0)


def test_a_page_gets_what_python_computes():
    model = sv.load_model("squeezenet1.1-shapes")
    state, replies = State(lambda: model), []
    state.send = lambda content, buffers=None: replies.append((content, buffers))
    state.add("shape-star")
    question = {"id": "q", "photo": state.photo, "layer": "fire3/expand3x3", "channel": 5, "cell": [7, 9], "count": 4}
    state._receive(None, {"kind": "open", **question}, [])
    content, _ = replies[-1]
    made = sv.Arithmetic(model, "shape-star").of("fire3/expand3x3", 5, (7, 9))
    assert content["calculation"] == json.loads(json.dumps({**made.to_dict(4), "count": len(made.terms)}))
    state._receive(None, {"kind": "open", **question, "channel": 999}, [])
    assert (replies[-1][0]["kind"], replies[-1][0]["id"]) == ("failed", "q")
    assert "no channel 999" in replies[-1][0]["message"]
    state._receive(None, {"kind": "weights", "id": "w", "layer": "fire3/expand3x3"}, [])
    content, (kernels, bias) = replies[-1]
    expected, offsets = model.kernels("fire3/expand3x3")
    assert content["shape"] == list(expected.shape)
    assert (kernels, bias) == (expected.tobytes(), offsets.tobytes())
    # Another photo: other numbers, and none of the photo before.
    state.add("shape-ring")
    state._receive(None, {"kind": "open", **question, "photo": state.photo}, [])
    assert (
        replies[-1][0]["calculation"]["value"]
        == sv.Arithmetic(model, "shape-ring").of("fire3/expand3x3", 5, (7, 9)).value
    )
