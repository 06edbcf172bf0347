"""Foreign networks, trained and at random: each is run as plain ONNX Runtime runs it, and every number of it opens."""

from functools import cache
from pathlib import Path

import numpy as np
import onnx
import pytest

import squeezeviz as sv
from squeezeviz.evidence.arithmetic import MOST_ROUNDING
from squeezeviz.runtime.model import Model
from squeezeviz.runtime.telemetry import import_onnxruntime

LIGHT = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"
LIGHTS = sorted(path.stem.removeprefix("light_") for path in LIGHT.glob("*.onnx"))
#: Beside the published model: EfficientNet-Lite0, trained, and two at random.
BESIDE = {
    "efficientnet_lite0": "models/efficientnet-lite0/efficientnet_lite0.onnx",
    "shufflenet_v2_x0_5": "networks/shufflenet_v2_x0_5.onnx",
    "squeezenet1_0": "networks/squeezenet1_0.onnx",
}
OWN = ["squeezenet1.1-caffe2", "squeezenet1.1-shapes"]
# VGG-19 and AlexNet have 140 and 60 million weights: to run them takes a gigabyte, and shows nothing that others do not.
SMALL = [name for name in LIGHTS if name not in ("vgg19", "bvlc_alexnet", "zfnet512")]


@pytest.fixture(scope="module")
def path_of(request):
    """Where a network lies; the test is skipped where it is nowhere on this machine."""

    @cache
    def found(name):
        if name in LIGHTS:
            return LIGHT / f"light_{name}.onnx"
        published = request.getfixturevalue("published_files")
        path = published.paths[0].resolve().parents[2] / BESIDE[name]
        if not path.is_file():
            pytest.skip(f"the network {name} is not beside the published model")
        return path

    return found


@pytest.fixture(scope="module")
def loaded(path_of, request):
    @cache
    def found(name):
        if name in OWN:
            if name == OWN[0]:
                request.getfixturevalue("published_files")
            return sv.load_model(name)
        return Model(path_of(name).read_bytes(), name=name, sha256="00")

    return found


def tensor_of(model, count=1):
    """Noise of a strength that neither dies out nor overflows on the way through weights that were never trained."""
    rng = np.random.default_rng(7)
    return (rng.normal(size=(count, *model.architecture.input_shape)) * 0.5).astype(np.float32)


class Opened(sv.Arithmetic):
    """Every number that a model makes of a tensor."""

    def __init__(self, model, tensor):
        self.model, self.architecture, self.tensor = model, model.architecture, tensor
        self.activations = {name: values[0] for name, values in model.activations_of_tensor(tensor).items()}


@pytest.mark.parametrize("name", [*SMALL, *BESIDE])
def test_it_says_what_plain_onnx_runtime_says(loaded, path_of, name):
    model = loaded(name)
    tensor = tensor_of(model, 2)
    options = import_onnxruntime().SessionOptions()
    options.log_severity_level = 4
    session = import_onnxruntime().InferenceSession(path_of(name), options, providers=["CPUExecutionProvider"])
    feed = model.architecture.input_name
    expected = np.concatenate([session.run(None, {feed: tensor[row : row + 1]})[0] for row in range(2)])
    found = model.activations_of_tensor(tensor, model.architecture.output_name)[model.architecture.output_name]
    largest = float(np.abs(expected).max())
    np.testing.assert_allclose(found.reshape(expected.shape), expected, rtol=0, atol=2e-6 * largest)


@pytest.mark.parametrize("name", [*OWN, *SMALL, *BESIDE])
def test_random_cells_of_every_layer_open_exactly(loaded, name):
    model = loaded(name)
    source, rng = Opened(model, tensor_of(model)), np.random.default_rng(3)
    for layer in model.architecture:
        values = source.values(layer.name)
        assert values.shape == (*layer.shape, 1, 1)[:3]
        for place in rng.integers(values.size, size=2).tolist():
            channel, *cell = (int(at) for at in np.unravel_index(place, values.shape))
            made = source.of(layer.name, channel, tuple(cell))
            scale = max(abs(made.bias) + sum(abs(term.product) for term in made.terms), abs(made.value))
            scale = scale if made.kind in ("sum", "mean", "max", "copy") else max(scale, 1.0)
            assert abs(made.residual) <= MOST_ROUNDING * scale, made
            assert made.value == float(values[channel][tuple(cell)])


def test_any_of_the_old_networks_is_read(path_of):
    """Also those that are too large to be run here: their layers, from weights that are made by a rule."""
    from squeezeviz.network.architecture import read_architecture
    from squeezeviz.network.bounds import checked_onnx

    counts = {}
    for name in LIGHTS:
        made = read_architecture(checked_onnx(path_of(name).read_bytes(), name=name))
        counts[name] = (len(made), made.parameters)
        assert made.output_shape[0] == 1000
        assert all(layer.shape for layer in made)
    # In millions, as the papers have them; running statistics are not learned.
    assert {name: round(parameters / 1e6, 1) for name, (_, parameters) in counts.items()} == {
        "bvlc_alexnet": 61.0, "densenet121": 8.1, "inception_v1": 7.0, "inception_v2": 11.2, "resnet50": 25.6,
        "shufflenet": 1.4, "squeezenet": 1.2, "vgg19": 143.7, "zfnet512": 87.3,
    }  # fmt: skip


@pytest.mark.parametrize("name", [*OWN, "efficientnet_lite0", "shufflenet_v2_x0_5", "shufflenet", "resnet50"])
def test_occlusion_is_what_whole_runs_say(loaded, name):
    model = loaded(name)
    size = model.architecture.input_shape[1]
    how = model.preprocessing.replace(crop_px=size, resize_px=size)
    image = sv.read_image(np.random.default_rng(1).integers(0, 255, (size, size, 3), np.uint8))
    found = sv.occlude(model, image, patch_px=size // 2, stride_px=size // 2, preprocessing=how, fill=(20, 90, 200))
    plain = how(sv.read_image(np.full((size, size, 3), (20, 90, 200), np.uint8)))
    half = size // 2
    for y, x in ((0, 0), (1, 1)):
        hidden = how(image)
        rows, columns = (slice(at * half, at * half + half) for at in (y, x))
        hidden[:, :, rows, columns] = plain[:, :, rows, columns]
        expected = model.predict_tensor(hidden)[0].logits
        scale = max(1.0, float(np.abs(expected).max()))
        np.testing.assert_allclose(found.logits[y, x], expected, atol=1e-5 * scale)


def test_a_layer_of_the_trained_network_has_the_name_of_its_module(loaded):
    arch = loaded("efficientnet_lite0").architecture
    assert {"_conv_stem", "_blocks.0._depthwise_conv", "_blocks.2", "logits"} <= {layer.name for layer in arch}
    assert arch["/_blocks.2/Add_output_0"].name == "_blocks.2"
