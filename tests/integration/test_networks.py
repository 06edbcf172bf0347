"""Foreign networks, trained and at random: each is run as plain ONNX Runtime runs it, and every number of it opens."""

from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import onnx
import pytest

import squeezeviz as sv
from squeezeviz.evidence.arithmetic import MOST_ROUNDING
from squeezeviz.network.ops.rearrangement import Padding
from squeezeviz.runtime.model import Model
from squeezeviz.telemetry import import_onnxruntime

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


#: As their papers count; the first and the last block are plain.
BLOCKS = {
    "squeezenet1.1-caffe2": {"fire": 8, "plain": 4}, "squeezenet1.1-shapes": {"fire": 8, "plain": 4},
    "squeezenet": {"fire": 8, "plain": 4}, "squeezenet1_0": {"fire": 8, "plain": 4},
    "resnet50": {"bottleneck": 3 + 4 + 6 + 3, "plain": 2},
    "inception_v1": {"inception": 9, "plain": 5}, "inception_v2": {"inception": 10, "plain": 3},
    "densenet121": {"dense layer": 6 + 12 + 24 + 16, "transition": 3, "plain": 2},
    "efficientnet_lite0": {"inverted residual": 16, "plain": 2},
    "shufflenet": {"shuffle unit": 4 + 8 + 4, "plain": 2}, "shufflenet_v2_x0_5": {"shuffle unit": 4 + 8 + 4, "plain": 2},
    "vgg19": {"plain": 6}, "bvlc_alexnet": {"plain": 4}, "zfnet512": {"plain": 4},
}  # fmt: skip


@pytest.fixture(scope="module")
def architecture(path_of, request):
    from squeezeviz.network.architecture import read_architecture
    from squeezeviz.network.bounds import checked_onnx

    @cache
    def found(name):
        if name in OWN:
            return request.getfixturevalue("loaded")(name).architecture
        return read_architecture(checked_onnx(path_of(name).read_bytes(), name=name))

    return found


@pytest.mark.parametrize("name", BLOCKS)
def test_blocks_are_those_of_the_paper(architecture, name):
    arch = architecture(name)
    assert Counter(block.kind for block in arch.blocks) == BLOCKS[name]
    assert (arch.blocks[0].kind, arch.blocks[-1].kind) == ("plain", "plain")
    assert sorted(layer for block in arch.blocks for layer in block.layers) == sorted(layer.name for layer in arch)
    assert [block.inputs for block in arch.blocks] == [
        (name,) for name in (arch.input_name, *(block.name for block in arch.blocks[:-1]))
    ]


def test_blocks_have_the_names_of_their_modules(architecture):
    names = [block.name for block in architecture("squeezenet1.1-caffe2").blocks if block.kind == "fire"]
    assert names == [f"fire{number}" for number in range(2, 10)]
    names = [block.name for block in architecture("squeezenet1_0").blocks if block.kind == "fire"]
    assert names == [f"features.{number}" for number in (3, 4, 5, 7, 8, 9, 10, 12)]
    names = [block.name for block in architecture("efficientnet_lite0").blocks]
    assert names == ["_conv_stem–_swish", *(f"_blocks.{number}" for number in range(16)), "_conv_head–logits"]
    names = [block.name for block in architecture("shufflenet_v2_x0_5").blocks[1:-1]]
    assert names == [f"stage{stage}.{at}" for stage, count in ((2, 4), (3, 8), (4, 4)) for at in range(count)]


def test_shortcuts_and_projections_of_blocks(architecture):
    blocks = [block for block in architecture("resnet50").blocks if block.kind == "bottleneck"]
    projected = [at for at, block in enumerate(blocks) if () not in block.branches]
    assert projected == [0, 3, 7, 13]
    assert [len(block.branches) for block in blocks] == [2] * 16
    added = [block.name for block in architecture("efficientnet_lite0").blocks if block.join]
    assert added == [f"_blocks.{at}" for at in (2, 4, 6, 7, 9, 10, 12, 13, 14)]
    assert {len(block.branches) for block in architecture("inception_v1").blocks if block.join} == {4}
    dense = [block for block in architecture("densenet121").blocks if block.group]
    assert Counter(block.group for block in dense) == {
        f"dense block {at}": n for at, n in enumerate((6, 12, 24, 16), 1)
    }


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


def test_what_a_padding_reaches_is_found_once(loaded):
    """To find it each of its places is looked at, and a plan of an occlusion asks thousands of times."""
    paddings = [layer.op for layer in loaded("efficientnet_lite0").architecture if isinstance(layer.op, Padding)]
    assert paddings
    assert all(op.windows(0) is op.windows(0) is not None for op in paddings)
