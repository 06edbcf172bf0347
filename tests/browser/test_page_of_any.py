"""Exported pages of networks that are not ours: every layer of theirs is computed in the page, and equals ONNX Runtime's."""

import numpy as np
import pytest

import squeezeviz as sv
from squeezeviz.evidence.ending import class_maps
from tests.browser.test_page import (
    ask,
    assert_layers_are_pythons,
    assert_opens_as_in_python,
    numbers,
    open_file,
    photo_id,
)
from tests.stacks import Stack
from tests.unit.test_endings import flat, gemm, model_of

__all__ = ["open_file"]

pytestmark = [pytest.mark.browser]


def of_every_kind(size=16):
    """Residual, gated, shuffled, dense and padded, with activation functions of several kinds."""
    net = Stack(size=size, seed=10)
    pads = net.whole(0, 0, 1, 1, 0, 0, 1, 1)
    x = net.node("Pad", ["data", pads, net.held(0.0)], 3, "padded")
    x = net.node("HardSwish", [net.conv(x, 6, 3, stride=2, relu=False, norm=True, name="stem")], 6, "stem.swish")
    x = net.add(x, net.node("Clip", [net.depthwise(x, relu=False), net.held(0), net.held(6)], 6), name="residual")
    x = net.squeeze_and_excite(x)
    x = net.shuffle(x, 2, size // 2 + 1)
    x = net.concat(x, net.swish(net.conv(x, 2, relu=False)), name="dense")
    x = net.pool(net.norm(x, "normed"), 3, kind="AveragePool", name="pool")
    return model_of(net, gemm(net, flat(net, net.mean(x)), transB=1), name="every-kind")


def photo(size=16):
    return sv.read_image(np.random.default_rng(3).integers(0, 256, (size, size, 3), dtype=np.uint8), name="noise.png")


def test_every_number_of_a_network_of_every_kind_is_pythons(open_file, tmp_path):
    model, image = of_every_kind(), photo()
    path = sv.export_page(image, tmp_path / "page.html", model=model, compared=[], layer="dense")
    page = open_file(path)
    # The run that gave the page its layers gave it its logits: one of these alone may differ in the last bit.
    prediction, _ = model.observe(image, model.preprocessing)
    assert_layers_are_pythons(page, model, image, model.preprocessing, prediction=prediction)
    arithmetic = sv.Arithmetic(model, image)
    rng = np.random.default_rng(0)
    for layer in model.architecture:
        shape = (*layer.shape, 1, 1)[:3]
        channel, y, x = (int(rng.integers(size)) for size in shape)
        if layer.kind in ("batch normalisation", "fully connected"):  # Python has their weights in double precision
            continue
        assert_opens_as_in_python(page, arithmetic, layer.name, channel, (y, x))


def test_classs_maps_are_made_of_the_files_own_weights(open_file, tmp_path):
    model, image = of_every_kind(), photo()
    page = open_file(sv.export_page(image, tmp_path / "page.html", model=model, compared=[]))
    assert page.get_by_role("switch", name="Class activation map over the photo").is_visible()
    weights, bias = class_maps(model.architecture, model.name).linear
    for index in range(4):
        answer = ask(page, {"kind": "class_weights", "class_index": index})
        assert answer["message"]["bias"] == pytest.approx(bias[index], rel=1e-6)
        np.testing.assert_allclose(numbers(answer["buffers"][0], (8,)), weights[index], rtol=1e-6)
    own = page.wait_for_function(  # the photo's own answer may still be on its way
        "() => { const m = window.squeezeviz.store.classMaps.of(1); return m && [...m.tensor.values]; }"
    ).json_value()
    features = model.activations(image, "pool")["pool"]
    np.testing.assert_allclose(own, class_maps(model.architecture, "").of(features)[1].ravel(), rtol=1e-4, atol=1e-4)


def test_a_trained_network_is_computed_as_onnx_runtime_computes_it(open_file, tmp_path, published_files):
    path = published_files.paths[0].resolve().parents[1] / "efficientnet-lite0" / "efficientnet_lite0.onnx"
    if not path.is_file():
        pytest.skip("EfficientNet-Lite0 is not beside the published model")
    model = sv.load_model(str(path))
    page = open_file(sv.export_page("chelsea", tmp_path / "page.html", model=model, compared=[]))
    logits = model.predict("chelsea").logits
    answer = ask(page, {"kind": "tensor", "photo": photo_id(page), "layer": model.architecture.logits_name})
    found = numbers(answer["buffers"][0], logits.shape)
    np.testing.assert_allclose(found, logits, atol=2e-5 * np.abs(logits).max())
    assert found.argmax() == logits.argmax()
    assert page.get_by_role("switch", name="Class activation map over the photo").is_visible()
