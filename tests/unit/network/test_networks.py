"""Networks as people bring them: what is made of their graphs, and how they run."""

import hashlib

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

import squeezeviz as sv
from squeezeviz.dataset.atlas.rows import rows_of
from squeezeviz.dataset.stored.layout import plan_layout
from squeezeviz.network.graph import read_graph
from squeezeviz.network.names import names_for_people
from squeezeviz.runtime.model import Model
from squeezeviz.telemetry import import_onnxruntime
from tests.nets import tiny_model

RNG = np.random.default_rng(0)
NODE = helper.make_node
MAPS = [NODE("Conv", ["x", "w"], ["c"], pads=[1] * 4), NODE("Relu", ["c"], ["r"])]
MEAN = [NODE("GlobalAveragePool", ["r"], ["g"]), NODE("Flatten", ["g"], ["f"])]


def weight(name, *shape, dtype=np.float32):
    return numpy_helper.from_array(RNG.normal(size=shape).astype(dtype), name)


def network(nodes, weights, *, image=("B", 3, 12, 12), answers=("y",), kind=TensorProto.FLOAT, opset=17, listed=False):
    inputs = [helper.make_tensor_value_info("x", kind, image)]
    if listed:  # as files before IR version 4: weights stand among the inputs
        inputs += [helper.make_tensor_value_info(held.name, held.data_type, held.dims) for held in weights]
    graph = helper.make_graph(nodes, "g", inputs, [onnx.ValueInfoProto(name=name) for name in answers], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=3 if listed else 8)


def model_of(made):
    return Model(made.SerializeToString(), name="net", sha256="00")


def by_runtime(made, tensor):
    """What plain ONNX Runtime says, image by image."""
    options = import_onnxruntime().SessionOptions()
    options.log_severity_level = 4
    session = import_onnxruntime().InferenceSession(
        made.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    (name,) = {each.name for each in session.get_inputs()} - {held.name for held in made.graph.initializer}
    return np.concatenate([session.run(None, {name: tensor[row : row + 1]})[0] for row in range(len(tensor))])


def tensor(*shape):
    return RNG.normal(size=shape).astype(np.float32)


SOFTMAX = NODE("Softmax", ["f"], ["y"], axis=-1)
WEIGHTS = {
    "stored": ([], [weight("w", 4, 3, 3, 3)]),
    "in a Constant": ([NODE("Constant", [], ["w"], value=weight("w", 4, 3, 3, 3))], []),
    "shared": ([NODE("Identity", ["v"], ["u"]), NODE("Identity", ["u"], ["w"])], [weight("v", 4, 3, 3, 3)]),
    "cast": ([NODE("Cast", ["v"], ["w"], to=TensorProto.FLOAT)], [weight("v", 4, 3, 3, 3, dtype=np.float16)]),
    "dequantised": (
        [NODE("DequantizeLinear", ["q", "s", "z"], ["w"])],
        [
            numpy_helper.from_array(RNG.integers(-127, 127, (4, 3, 3, 3)).astype(np.int8), "q"),
            numpy_helper.from_array(np.float32(0.02), "s"), numpy_helper.from_array(np.int8(3), "z"),
        ],
    ),
    "made by a rule": (
        [NODE("ConstantOfShape", ["shape"], ["w"], value=numpy_helper.from_array(np.array([0.5], np.float32)))],
        [numpy_helper.from_array(np.array([4, 3, 3, 3], np.int64), "shape")],
    ),
    "computed from weights": ([NODE("Mul", ["v", "two"], ["w"])], [weight("v", 4, 3, 3, 3), weight("two", 4, 1, 1, 1)]),
}  # fmt: skip


@pytest.mark.parametrize("listed", [False, True], ids=["", "listed"])
@pytest.mark.parametrize("how", WEIGHTS)
def test_weights_are_what_the_graph_makes_of_constants(how, listed):
    nodes, weights = WEIGHTS[how]
    made = network([*nodes, *MAPS, *MEAN, SOFTMAX], weights, listed=listed)
    model, given = model_of(made), tensor(3, 3, 12, 12)
    np.testing.assert_array_equal(model.activations_of_tensor(given, "y")["y"], by_runtime(made, given))
    kernels, bias = model.kernels("r")
    assert kernels.shape == (4, 3, 3, 3)
    assert not bias.any()
    rows = sv.Arithmetic(model, sv.read_image(np.full((12, 12, 3), 99, np.uint8)), plain(model))
    for layer in model.architecture:
        assert rows.of(layer.name, 1).residual == pytest.approx(0, abs=1e-4)


def plain(model, size=12):
    return model.preprocessing.replace(crop_px=size, resize_px=size)


def test_shapes_computed_from_shapes_are_followed():
    nodes = [
        *MAPS, NODE("Shape", ["r"], ["s"]), NODE("Gather", ["s", "zero"], ["b"], axis=0), NODE("Unsqueeze", ["b", "zero"], ["b1"]),
        NODE("Concat", ["b1", "two"], ["to"], axis=0), NODE("Reshape", ["r", "to"], ["p"]),
        NODE("Transpose", ["p"], ["t"], perm=[0, 2, 1, 3, 4]), NODE("Concat", ["b1", "back"], ["to2"], axis=0),
        NODE("Reshape", ["t", "to2"], ["q"]), NODE("GlobalAveragePool", ["q"], ["g"]), NODE("Flatten", ["g"], ["y"]),
    ]  # fmt: skip
    ints = {"zero": [0], "two": [2, 2, 12, 12], "back": [4, 12, 12]}
    weights = [weight("w", 4, 3, 3, 3), *(numpy_helper.from_array(np.array(v, np.int64), k) for k, v in ints.items())]
    weights[1] = numpy_helper.from_array(np.array(0, np.int64), "zero")
    nodes[4] = NODE("Unsqueeze", ["b", "first"], ["b1"])
    weights.append(numpy_helper.from_array(np.array([0], np.int64), "first"))
    made = network(nodes, weights)
    model, given = model_of(made), tensor(2, 3, 12, 12)
    assert [(layer.name, layer.kind, layer.shape) for layer in model.architecture] == [
        ("r", "convolution", (4, 12, 12)), ("t", "transposition", (4, 12, 12)), ("g", "global average pooling", (4, 1, 1)),
    ]  # fmt: skip
    got = model.activations_of_tensor(given)
    np.testing.assert_array_equal(got["y"], by_runtime(made, given))
    assert got["t"].shape == (2, 4, 12, 12)
    np.testing.assert_array_equal(got["t"][:, [0, 2, 1, 3]], got["r"])


def batch_of_the_image(asked="x"):
    """A network that flattens its means by the batch of its image, as exporters write ``view(images.size(0), -1)``."""
    nodes = [
        *MAPS, NODE("GlobalAveragePool", ["r"], ["g"]), NODE("Shape", [asked], ["s"]),
        NODE("Gather", ["s", "zero"], ["b"], axis=0), NODE("Unsqueeze", ["b", "first"], ["b1"]),
        NODE("Concat", ["b1", "rest"], ["to"], axis=0), NODE("Reshape", ["g", "to"], ["f"]), SOFTMAX,
    ]  # fmt: skip
    whole = {"zero": np.array(0), "first": np.array([0]), "rest": np.array([-1])}
    return network(nodes, [weight("w", 4, 3, 3, 3), *(numpy_helper.from_array(v, k) for k, v in whole.items())])


@pytest.mark.parametrize("asked", ["x", "c"])
def test_a_shape_that_an_earlier_value_is_asked_for_is_no_number_that_a_part_needs(asked):
    made = batch_of_the_image(asked)
    model, given = model_of(made), tensor(3, 3, 12, 12)
    assert model.parts.beside(["r"], ["y"]) == ()
    changed = model.activations_of_tensor(given, "r")["r"]
    np.testing.assert_allclose(sv.run_from(model, "r", changed, "y")["y"], by_runtime(made, given), rtol=1e-5)
    photo = np.random.default_rng(0).integers(0, 256, (12, 12, 3), np.uint8)
    ablated = sv.ablate(model, photo, {"r": [1]})
    assert ablated.activations["r"][1].max() == 0
    assert sv.attribute(model, photo, "recipro-cam", layer="r").values.shape == (12, 12)


def test_a_file_for_one_image_runs_photos_one_by_one():
    nodes = [*MAPS, NODE("GlobalAveragePool", ["r"], ["g"]), NODE("Reshape", ["g", "to"], ["f"]), SOFTMAX]
    made = network(
        nodes,
        [weight("w", 4, 3, 3, 3), numpy_helper.from_array(np.array([1, 4], np.int64), "to")],
        image=(1, 3, 12, 12),
    )
    model, given = model_of(made), tensor(5, 3, 12, 12)
    np.testing.assert_array_equal(model.activations_of_tensor(given, "y")["y"], by_runtime(made, given))
    changed = model.activations_of_tensor(given)["r"]
    run = sv.run_from(model, "r", changed, "y")["y"]
    np.testing.assert_allclose(run, by_runtime(made, given), rtol=1e-5)


def test_half_precision_is_cast_at_the_border():
    made = network([*MAPS, *MEAN, SOFTMAX], [weight("w", 4, 3, 3, 3, dtype=np.float16)], kind=TensorProto.FLOAT16)
    model, given = model_of(made), tensor(2, 3, 12, 12)
    assert model.is_half
    got = model.activations_of_tensor(given)
    assert {values.dtype for values in got.values()} == {np.dtype(np.float32)}
    np.testing.assert_array_equal(got["y"], by_runtime(made, given.astype(np.float16)).astype(np.float32))
    rows = sv.Arithmetic(model, sv.read_image(np.full((12, 12, 3), 99, np.uint8)), plain(model))
    assert rows.of("r", 1, (5, 5)).terms


def test_weights_beside_the_file(tmp_path):
    made = network([*MAPS, *MEAN, SOFTMAX], [weight("w", 4, 3, 3, 3)])
    given, path = tensor(2, 3, 12, 12), tmp_path / "net.onnx"
    expected = by_runtime(made, given)
    onnx.save(made, path, save_as_external_data=True, location="net.data", size_threshold=0)
    model = sv.load_model(path)
    np.testing.assert_array_equal(model.activations_of_tensor(given, "y")["y"], expected)
    before = model.sha256
    data = bytearray((tmp_path / "net.data").read_bytes())
    data[:4] = np.float32(7).tobytes()
    (tmp_path / "net.data").write_bytes(data)
    changed = sv.load_model(path)
    assert changed.sha256 != before, "what lies beside is the network, too"
    assert changed.kernels("r")[0].ravel()[0] == 7
    (tmp_path / "net.data").write_bytes(data[:100])
    with pytest.raises(sv.ModelError, match=r"net\.data holds 100 bytes where 'w' takes 432"):
        sv.load_model(path)
    (tmp_path / "net.data").unlink()
    with pytest.raises(
        sv.ModelError, match=r"keeps its weights in net\.data, which is missing; put it beside the model"
    ):
        sv.load_model(path)


@pytest.mark.parametrize("place", ["../net.data", "/etc/passwd", "sub/net.data", "..", "C:\\net.data", "link.data"])
def test_weights_elsewhere_are_not_read(tmp_path, place):
    made = network([*MAPS, *MEAN, SOFTMAX], [weight("w", 4, 3, 3, 3)])
    (tmp_path / "net.data").write_bytes(bytes(1000))
    (tmp_path / "link.data").symlink_to("net.data")
    (held,) = made.graph.initializer
    held.ClearField("raw_data")
    held.data_location = TensorProto.EXTERNAL
    held.external_data.add(key="location", value=place)
    (tmp_path / "net.onnx").write_bytes(made.SerializeToString())
    with pytest.raises(sv.ModelError, match="only a file in the same folder is read, by its plain name"):
        sv.load_model(tmp_path / "net.onnx")


HEADS = {
    "softmax": ([SOFTMAX], "softmax"),
    "softmax handed on": ([NODE("Softmax", ["f"], ["s"], axis=-1), NODE("Identity", ["s"], ["y"])], "softmax"),
    "log softmax": ([NODE("LogSoftmax", ["f"], ["y"], axis=-1)], "log softmax"),
    "sigmoid": ([NODE("Sigmoid", ["f"], ["y"])], "sigmoid"),
    "logits": ([NODE("Identity", ["f"], ["y"])], "logits"),
}


@pytest.mark.parametrize("head", HEADS)
def test_what_the_answer_is(head):
    nodes, known = HEADS[head]
    made = network([*MAPS, *MEAN, *nodes], [weight("w", 4, 3, 3, 3)])
    model, given = model_of(made), tensor(2, 3, 12, 12)
    assert (model.architecture.head, model.architecture.logits_name) == (known, "g")
    said, answer = model.predict_tensor(given), by_runtime(made, given)
    for row, prediction in enumerate(said):
        logits = prediction.logits.astype(np.float64)
        shares = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
        expected = 1 / (1 + np.exp(-logits)) if known == "sigmoid" else shares
        np.testing.assert_allclose(prediction.probabilities, expected, rtol=1e-5)
        kept = {"softmax": expected, "sigmoid": expected, "log softmax": np.log(shares), "logits": logits}[known]
        np.testing.assert_allclose(answer[row], kept, rtol=1e-4, atol=1e-5)


def test_of_several_outputs_the_first_answers_and_the_others_are_named():
    nodes = [*MAPS, *MEAN, SOFTMAX, NODE("MaxPool", ["r"], ["side"], kernel_shape=[2, 2])]
    made = network(nodes, [weight("w", 4, 3, 3, 3)], answers=("y", "side"))
    graph = read_graph(made)
    assert (graph.output, graph.other_outputs) == ("y", ("side",))
    assert "side" not in graph.ops
    assert read_graph(made, output="side").output == "side"
    with pytest.raises(sv.ModelError, match="no output is called 'z'; there are y, side"):
        read_graph(made, output="z")


def test_padding_by_a_rule_is_written_out_for_parts():
    nodes = [
        NODE("Conv", ["x", "w"], ["c"], auto_pad="SAME_UPPER", strides=[2, 2]), NODE("Relu", ["c"], ["r"]), *MEAN, SOFTMAX,
    ]  # fmt: skip
    made = network(nodes, [weight("w", 4, 3, 3, 3)], image=("B", 3, 64, 64))
    model = model_of(made)
    assert model.architecture["r"].offset == (1.0, 1.0), "the pad is below and to the right: cell 0 begins at the edge"
    image = sv.read_image(RNG.integers(0, 255, (64, 64, 3), np.uint8))
    how = plain(model, 64)
    found = sv.occlude(model, image, patch_px=16, stride_px=16, preprocessing=how)
    for (y, x), expected in np.ndenumerate(found.logits[:, :, 0]):
        patch = how(image)
        patch[0, :, 16 * y : 16 * y + 16, 16 * x : 16 * x + 16] = grey_of(found, how, image)
        assert by_hand(model, patch)[0] == pytest.approx(expected, abs=1e-5)


def grey_of(found, how, image):
    grey = np.full(image.pixels.shape, 128, np.uint8)
    return how(sv.read_image(grey))[0, :, :1, :1]


def by_hand(model, given):
    return model.predict_tensor(given)[0].logits


REFUSED = {
    "drawn at random": (
        [NODE("RandomNormal", [], ["w"], shape=[4, 3, 3, 3]), *MAPS, *MEAN, SOFTMAX], [], "draws w at random",
    ),
    "a weight from the image": (
        [NODE("ReduceMean", ["x"], ["m"], axes=[2, 3]), NODE("Conv", ["x", "m"], ["y"])], [], "weights are computed",
    ),
    "normalised by the batch": (
        [
            *MAPS, NODE("BatchNormalization", ["r", "a", "a", "a", "a"], ["n", "m", "v"], training_mode=1),
            NODE("Relu", ["n"], ["y"]),
        ],
        [weight("w", 4, 3, 3, 3), weight("a", 4)], "training mode",
    ),
    "a window beyond the map": (
        [NODE("MaxPool", ["x"], ["y"], kernel_shape=[2, 2], strides=[5, 5], ceil_mode=1)], [], "ceil_mode rounds up",
    ),
    "several images at once": ([*MAPS, *MEAN, SOFTMAX], [weight("w", 4, 3, 3, 3)], "exactly 7 images at once"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_not_known_to_be_right_is_refused_by_name(kind, capfd):
    nodes, weights, words = REFUSED[kind]
    image = (7, 3, 12, 12) if "several" in kind else ("B", 3, 10, 10) if "window" in kind else ("B", 3, 12, 12)
    with pytest.raises(sv.ModelError, match=words) as caught:
        model_of(network(nodes, weights, image=image))
    assert len(str(caught.value).splitlines()) == 1
    assert capfd.readouterr() == ("", ""), "ONNX Runtime says nothing of its own accord"


def test_names_for_people():
    told = {
        "/features/features.3/squeeze_activation/Relu_output_0": "/features/features.3/squeeze/Conv_output_0",
        "/features/features.3/Concat_output_0": "/features/features.3/Concat_output_0",
        "/stage2/stage2.1/Concat_output_0": "/stage2/stage2.1/Concat_output_0",
        "/stage2/stage2.1/Concat_1_output_0": "/stage2/stage2.1/Concat_1_output_0",
        "/Split_output_1": "/Split_output_1",
        "logits": "logits",
        "fire2/concat": "fire2/concat",
    }
    assert names_for_people(told, []) == {
        "/features/features.3/squeeze_activation/Relu_output_0": "features.3.squeeze",
        "/features/features.3/Concat_output_0": "features.3",
        "/stage2/stage2.1/Concat_output_0": "stage2.1.Concat",
        "/stage2/stage2.1/Concat_1_output_0": "stage2.1.Concat_1",
        "/Split_output_1": "Split.1",
    }
    assert "/a/Conv_output_0" not in names_for_people({"/a/Conv_output_0": "/a/Conv_output_0"}, ["a"]), "a is another's"


def test_exported_names_are_told_and_the_raw_ones_accepted():
    nodes = [
        NODE("Conv", ["x", "w"], ["/net/net.0/Conv_output_0"], pads=[1] * 4),
        NODE("Relu", ["/net/net.0/Conv_output_0"], ["/net/net.1/Relu_output_0"]),
        NODE("GlobalAveragePool", ["/net/net.1/Relu_output_0"], ["/pool/GlobalAveragePool_output_0"]),
        NODE("Flatten", ["/pool/GlobalAveragePool_output_0"], ["y"]),
    ]
    model = model_of(network(nodes, [weight("w", 4, 3, 3, 3)]))
    first, pool = model.architecture
    assert (first.name, first.raw_name, first.pre_relu) == ("net.0", "/net/net.1/Relu_output_0", "net.0:pre")
    assert (pool.name, pool.inputs) == ("pool", ("net.0",))
    given = tensor(1, 3, 12, 12)
    both = [model.activations_of_tensor(given, name) for name in (first.name, first.raw_name)]
    np.testing.assert_array_equal(*(values["net.0"] for values in both))
    assert model.architecture["/pool/GlobalAveragePool_output_0"] is pool


def flattened_at_its_end():
    """Ends as exports of PyTorch's SqueezeNet do: what is flattened last is no layer of its own."""
    nodes = [
        NODE("Conv", ["x", "w"], ["/net/net.0/Conv_output_0"], pads=[1] * 4),
        NODE("Relu", ["/net/net.0/Conv_output_0"], ["/net/net.1/Relu_output_0"]),
        NODE("Conv", ["/net/net.1/Relu_output_0", "v"], ["/head/Conv_output_0"]),
        NODE("GlobalAveragePool", ["/head/Conv_output_0"], ["/pool/GlobalAveragePool_output_0"]),
        NODE("Flatten", ["/pool/GlobalAveragePool_output_0"], ["y"]),
    ]
    return model_of(network(nodes, [weight("w", 4, 3, 3, 3), weight("v", 3, 4, 1, 1)]))


@pytest.mark.parametrize(
    "ask",
    [
        lambda model, image, name: sv.ablate(model, image, {name: [0]}).ablated,
        lambda model, image, name: sv.ablation_sweep(model, image, name).channels[0][0],
        lambda model, image, name: sv.ablation_sweep(model, image, [name], target=0).channels[0][0],
        lambda model, image, name: sv.pairwise_ablation(model, image, name).layer,
        lambda model, image, name: sv.Arithmetic(model, image).of(name, 1, (2, 3)).layer,
        lambda model, image, name: sv.Arithmetic(model, image).path(name, 1, (2, 3))[0].layer,
        lambda model, _, name: [*sv.run_from(model, name, np.ones((1, 4, 12, 12), np.float32))],
        lambda model, _, name: rows_of(model.architecture, [name]),
        lambda model, _, name: plan_layout(model.architecture, [name], photos=1, pre_relu=True, dtype="float32"),
        lambda model, image, name: sv.figures.channel(model, image, name).caption,
        lambda model, image, name: sv.figures.explorer(model, image, layer=name).caption,
        lambda model, image, name: sv.figures.photo(model, image, layer=name).caption,
        lambda model, image, name: sv.figures.arithmetic(sv.Arithmetic(model, image), name, 1, (2, 3)).caption,
    ],
    ids=[
        "ablate", "sweep", "sweep of one class", "pairs", "arithmetic", "path", "run_from", "atlas", "store", "channel",
        "explorer", "photo", "figure of a number",
    ],
)  # fmt: skip
def test_whatever_takes_a_layer_takes_its_raw_name(ask):
    model = flattened_at_its_end()
    image = sv.read_image(np.random.default_rng(0).integers(0, 256, (14, 14, 3), np.uint8))
    assert str(ask(model, image, "/net/net.1/Relu_output_0")) == str(ask(model, image, "net.0")) != ""


def test_what_follows_a_layer_is_run_where_the_answer_is_no_layer():
    model = flattened_at_its_end()
    given = tensor(1, 3, 12, 12)
    values = model.activations_of_tensor(given)
    rest = sv.run_from(model, "net.0", values["net.0"])
    assert list(rest) == ["pool", "y"]
    np.testing.assert_allclose(rest["y"].ravel(), values["y"].ravel(), rtol=1e-5)


def test_published_names_are_untouched():
    arch = tiny_model().architecture
    assert all(layer.name == layer.raw_name for layer in arch)


def test_learned_numbers_are_counted():
    nodes = [
        MAPS[0], NODE("BatchNormalization", ["c", "a", "a", "a", "a"], ["n"]), NODE("Relu", ["n"], ["r"]), *MEAN,
        NODE("Gemm", ["f", "h", "k"], ["l"]), NODE("Softmax", ["l"], ["y"]),
    ]  # fmt: skip
    weights = [weight("w", 10, 3, 3, 3), weight("a", 10), weight("h", 10, 100), weight("k", 100)]
    weights[1] = numpy_helper.from_array(np.ones(10, np.float32), "a")
    counted = {layer.name: layer.parameters for layer in model_of(network(nodes, weights)).architecture}
    assert counted == {"c": 270, "r": 20, "g": 0, "l": 1100, "y": 0}


@pytest.mark.parametrize("channels", [2, 4])
def test_a_photo_is_not_made_into_something_else_without_a_word(channels):
    made = network([*MAPS, *MEAN, SOFTMAX], [weight("w", 4, channels, 3, 3)], image=("B", channels, 12, 12))
    model = model_of(made)
    with pytest.raises(sv.PreprocessingError, match=rf"net takes inputs of {channels} × 12 × 12; photos are made into"):
        model.predict(sv.read_image(np.zeros((30, 30, 3), np.uint8)))
    assert len(model.predict_tensor(tensor(2, channels, 12, 12))) == 2


def test_an_input_that_is_not_square():
    model = model_of(network([*MAPS, *MEAN, SOFTMAX], [weight("w", 4, 3, 3, 3)], image=("B", 3, 24, 32)))
    assert model.architecture.input_shape == (3, 24, 32)
    assert model.architecture["g"].receptive_field == (24, 32)


def test_a_hash_names_the_file(tmp_path):
    made = network([*MAPS, *MEAN, SOFTMAX], [weight("w", 4, 3, 3, 3)])
    (tmp_path / "net.onnx").write_bytes(made.SerializeToString())
    assert sv.load_model(tmp_path / "net.onnx").sha256 == hashlib.sha256(made.SerializeToString()).hexdigest()


def source_of(nodes, weights):
    model = model_of(network(nodes, weights))
    pixels = np.random.default_rng(5).integers(0, 255, (12, 12, 3), np.uint8)
    return sv.Arithmetic(model, sv.read_image(pixels), plain(model))


BRANCHES = [NODE("Conv", ["x", "w"], ["a"], pads=[1] * 4), NODE("Conv", ["x", "v"], ["b"])]
BRANCH_WEIGHTS = [weight("w", 4, 3, 3, 3), weight("v", 2, 3, 1, 1), weight("k", 5, 6, 1, 1)]
ENDING = [NODE("Conv", ["r", "k"], ["m"]), NODE("GlobalAveragePool", ["m"], ["g"]), NODE("Flatten", ["g"], ["y"])]


def test_a_relu_behind_a_concatenation_is_a_gate_too():
    source = source_of(
        [*BRANCHES, NODE("Concat", ["a", "b"], ["j"], axis=1), NODE("Relu", ["j"], ["r"]), *ENDING], BRANCH_WEIGHTS
    )
    assert source.architecture["r"].pre_relu == "j"
    made = sv.contributions_by_receptive_field(source, 1)
    assert made.evidence.sum() + made.bias == pytest.approx(made.logit, rel=1e-5)
    assert made.sizes == ((1, 1), (3, 3))


def test_channels_that_a_constant_joins_are_nobodys_branch():
    constant = weight("j0", 1, 2, 12, 12)
    nodes = [BRANCHES[0], NODE("Concat", ["j0", "a"], ["j"], axis=1), NODE("Relu", ["j"], ["r"]), *ENDING]
    source = source_of(nodes, [BRANCH_WEIGHTS[0], constant, BRANCH_WEIGHTS[2]])
    assert source.of("r", 3, (4, 4)).terms[0].channel == 1, "two channels are constants"
    assert not source.of("r", 1, (4, 4)).terms
    made = sv.decompose_logit(source, 1)
    assert set(made.branches) == {"r"}
    with pytest.raises(sv.LayerError, match="r: a layer of the kind 'concatenation' is not divided into paths"):
        sv.contributions_by_receptive_field(source, 1)


def test_a_logit_that_is_cut_off_at_zero_is_no_mean_of_its_map():
    nodes = [*MAPS, NODE("GlobalAveragePool", ["r"], ["g"]), NODE("Relu", ["g"], ["z"]), NODE("Flatten", ["z"], ["y"])]
    with pytest.raises(sv.LayerError, match="has no map a class"):
        sv.decompose_logit(source_of(nodes, [weight("w", 4, 3, 3, 3)]), 1)


def test_numbers_beyond_single_precision_are_the_networks_own():
    huge = numpy_helper.from_array(np.full((4, 3, 3, 3), 3e38, np.float32), "w")
    source = source_of([*MAPS, *MEAN, NODE("Identity", ["f"], ["y"])], [huge])
    beyond = tuple(int(at[0]) for at in np.nonzero(~np.isfinite(source.values("r")[0])))
    with pytest.raises(sv.LayerError, match="in the network itself: its numbers have grown beyond single precision"):
        source.of("r", 0, beyond)
