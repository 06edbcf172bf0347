"""ONNX files that ask for too much, never end, read other files or contradict themselves: one line each, in no time."""

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from squeezeviz.errors import LayerError, ModelError
from squeezeviz.evidence import Arithmetic, path_gradients
from squeezeviz.evidence.receptive_field import contributions_by_receptive_field
from squeezeviz.image import read_image
from squeezeviz.network.architecture import read_architecture
from squeezeviz.runtime.export import export_model
from squeezeviz.runtime.model import Model
from tests.nets import tiny_model

BIG = 50_000


def net(*nodes, shape=("B", 3, 8, 8), weights=(), functions=(), output="y"):
    graph = helper.make_graph(
        nodes,
        "hostile",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)],
        list(weights),
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("mine", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8, functions=list(functions))


def node(op, inputs, outputs, **attributes):
    return helper.make_node(op, inputs.split(), outputs.split(), **attributes)


def ints(name, *values):
    return numpy_helper.from_array(np.array(values, np.int64), name)


def floats(name, *shape):
    return numpy_helper.from_array(np.zeros(shape, np.float32), name)


def declared(name, *shape):
    """A weight that declares a shape, and holds nothing."""
    return TensorProto(name=name, dims=shape, data_type=TensorProto.FLOAT)


def elsewhere(location):
    weight = floats("w", 1, 3, 1, 1)
    weight.ClearField("raw_data")
    weight.data_location = TensorProto.EXTERNAL
    weight.external_data.add(key="location", value=location)
    return net(node("Conv", "x w", "y"), weights=[weight])


def loop():
    always = helper.make_graph(
        [node("Identity", "c", "again"), node("Relu", "v", "w")],
        "body",
        [
            helper.make_tensor_value_info("i", TensorProto.INT64, []),
            helper.make_tensor_value_info("c", TensorProto.BOOL, []),
            helper.make_tensor_value_info("v", TensorProto.FLOAT, ["B", 3, 8, 8]),
        ],
        [
            helper.make_tensor_value_info("again", TensorProto.BOOL, []),
            helper.make_tensor_value_info("w", TensorProto.FLOAT, ["B", 3, 8, 8]),
        ],
    )
    cond = numpy_helper.from_array(np.array(True), "cond")
    return net(helper.make_node("Loop", ["", "cond", "x"], ["y"], body=always), weights=[cond])


def function(name, *calls):
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("mine", 1)]
    values = ["a", *(f"v{at}" for at in range(len(calls)))]
    nodes = [
        helper.make_node(op, [before], [after], domain="mine" if op[0] == "f" else "")
        for op, before, after in zip(calls, values[:-1], values[1:], strict=True)
    ]
    return helper.make_function("mine", name, ["a"], [values[-1]], nodes, opsets)


def calling(name, *functions):
    return net(helper.make_node(name, ["x"], ["y"], domain="mine"), functions=functions)


def doubling():
    return [function("f0", "Relu", "Relu"), *(function(f"f{at}", f"f{at - 1}", f"f{at - 1}") for at in range(1, 60))]


def lying():
    """A value's declared size is small; the shape it is expanded to is computed, and huge."""
    model = net(
        node("Mul", "side side", "area"),
        node("Expand", "x area", "wide"),
        node("Relu", "wide", "y"),
        weights=[ints("side", 1, 1, 60_000, 60_000)],
        shape=("B", 3, 1, 1),
    )
    model.graph.value_info.append(helper.make_tensor_value_info("wide", TensorProto.FLOAT, ["B", 3, 8, 8]))
    return model


BOMBS = {
    "a constant that is declared huge": (
        lambda: net(node("Add", "x w", "y"), weights=[declared("w", BIG, BIG)]),
        "declares w of the shape",
    ),
    "a constant that holds nothing": (
        lambda: net(node("Add", "x w", "y"), weights=[declared("w", 1, 3, 8, 8)]),
        "but its numbers are others",
    ),
    "a constant of a negative size": (lambda: net(node("Add", "x w", "y"), weights=[declared("w", -1)]), "impossible"),
    "ten gigabytes of one number": (
        lambda: net(
            node("ConstantOfShape", "s", "c"),
            node("Add", "x c", "y"),
            weights=[ints("s", 1, 3, BIG, BIG)],
            shape=("B", 3, 1, 1),
        ),
        "numbers at once",
    ),
    "a chain of doublings out of order": (
        lambda: net(
            *(node("Concat", f"v{at} v{at}", f"v{at + 1}", axis=1) for at in range(40)),
            node("Identity", "x", "v0"),
            output="v40",
        ),
        "is not fixed by the graph",
    ),
    "a chain of doublings": (
        lambda: net(
            node("Identity", "x", "v0"),
            *(node("Concat", f"v{at} v{at}", f"v{at + 1}", axis=1) for at in range(40)),
            output="v40",
        ),
        "numbers at once",
    ),
    "a size that is computed": (lying, "numbers at once"),
    "a size that hangs on the image": (
        lambda: net(
            node("ReduceMax", "x", "m", keepdims=0),
            node("Cast", "m", "n", to=TensorProto.INT64),
            node("Range", "zero n one", "y"),
            weights=[numpy_helper.from_array(np.array(v, np.int64), n) for n, v in (("zero", 0), ("one", 1))],
        ),
        "is not fixed by the graph",
    ),
    "an image of a terapixel": (lambda: net(node("Relu", "x", "y"), shape=("B", 3, 10**6, 10**6)), "numbers at once"),
    "many layers of a gigabyte each": (
        lambda: net(
            *(node("Relu", f"v{at}" if at else "x", f"v{at + 1}") for at in range(20)),
            shape=("B", 3, 5000, 5000),
            output="v20",
        ),
        "are shown",
    ),
    "a convolution that never ends": (
        lambda: net(
            node("ConstantOfShape", "s", "w"),
            node("Conv", "x w", "y", pads=[2000] * 4),
            weights=[ints("s", 1, 3, 4000, 4000)],
            shape=("B", 3, 5000, 5000),
        ),
        "multiply-accumulates",
    ),
    "a pool that never ends": (
        lambda: net(node("MaxPool", "x", "y", kernel_shape=[4001] * 2, pads=[2000] * 4), shape=("B", 3, 4000, 4000)),
        "multiply-accumulates",
    ),
    "a loop": (loop, r"holds control flow \(Loop\)"),
    "a function that calls itself": (lambda: calling("f1", function("f1", "f2"), function("f2", "f1")), "calls itself"),
    "functions that double": (lambda: calling("f59", *doubling()), "with its functions unfolded"),
    "a function without bounds": (
        lambda: calling("f0", function("f0", *["Relu"] * 10_001)),
        "at most 10,000 are read",
    ),
    "too many nodes": (
        lambda: net(*(node("Relu", f"v{at}" if at else "x", f"v{at + 1}") for at in range(10_001)), output="v10001"),
        "has 10,001 nodes",
    ),
    "a name of a megabyte": (
        lambda: net(node("Relu", "x", "y", name="n" * (1 << 20))),
        "a name of 1,048,576 characters",
    ),
    "numbers in another file": (lambda: elsewhere("w.data"), "keeps the numbers of w in another file"),
    "numbers in a file above": (lambda: elsewhere("../../../etc/passwd"), "in another file, which is read where"),
    "numbers in a device": (lambda: elsewhere("/dev/zero"), "in another file, which is read where"),
    "a circle": (
        lambda: net(node("Add", "x b", "a"), node("Relu", "a", "b"), node("Relu", "b", "y")),
        "is not fixed by the graph",
    ),
    "one name for two values": (
        lambda: net(node("Relu", "x", "y"), node("Sigmoid", "x", "y")),
        "Duplicate definition of name",
    ),
    "an axis of nothing": (
        lambda: net(node("Relu", "x", "y"), shape=("B", 3, 0, 8)),
        r"\(B, 3, 0, 8\); expected a fixed size",
    ),
    "a negative axis": (
        lambda: net(node("Relu", "x", "y"), shape=("B", 3, -8, 8)),
        r"\(B, 3, -8, 8\); expected a fixed size",
    ),
    "a convolution without a kernel": (lambda: net(node("Conv", "x", "y")), "is not fixed by the graph"),
    "a pool without a window": (lambda: net(node("MaxPool", "x", "y")), "is not fixed by the graph"),
    "a node without an output": (lambda: net(node("Relu", "x", "y"), node("Relu", "y", "")), "contradicts itself"),
    "strides that multiply": (
        lambda: net(
            *(
                node("MaxPool", f"v{at}" if at else "x", f"v{at + 1}", kernel_shape=[1, 1], strides=[1 << 30] * 2)
                for at in range(9)
            ),
            output="v9",
        ),
        "beyond all bounds",
    ),
    "a million classes": (
        lambda: net(node("Relu", "x", "a"), node("Flatten", "a", "y"), shape=("B", 3, 1000, 1000)),
        "3,000,000 classes",
    ),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_bombs_are_refused_in_one_line(kind):
    make, words = BOMBS[kind]
    with pytest.raises(ModelError, match=words) as caught:
        Model(make().SerializeToString(), name="hostile", sha256="00", threads=1)
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 1000


def test_names_that_are_no_text():
    content = net(node("Relu", "x", "y", name="PLAIN")).SerializeToString().replace(b"PLAIN", b"\xff\xfe\xfd\xfc\xfb")
    with pytest.raises(ModelError, match="hostile: "):
        Model(content, name="hostile", sha256="00", threads=1)


def test_a_function_is_read_as_what_it_does():
    model = Model(calling("f1", function("f1", "f0"), function("f0", "Relu")).SerializeToString(), name="f", sha256="0")
    assert [layer.kind for layer in model.architecture] == ["ReLU"]


def test_a_bomb_is_not_written_elsewhere_either(tmp_path):
    with pytest.raises(ModelError, match="do not parse"):
        export_model(b"no model", tmp_path)
    with pytest.raises(ModelError, match="control flow"):
        export_model(loop().SerializeToString(), tmp_path)


# Receptive fields ----------------------------------------------------------------------------------------------------


def two_paths(blocks, most=1 << 20):
    """Two windows of different sizes a block: their paths double, and so do the sizes of their receptive fields."""
    nodes = []
    for at in range(blocks):
        before, pad = f"v{at}" if at else "x", min(1 << at, most)
        nodes += [
            node("MaxPool", before, f"a{at}", kernel_shape=[2 * pad + 1] * 2, pads=[pad] * 4),
            node("Add", f"a{at} {before}", f"v{at + 1}"),
        ]
    return net(*nodes, shape=("B", 3, 2, 2), output=f"v{blocks}")


@pytest.mark.parametrize("blocks", [3, 8, 9, 12, 40])
def test_receptive_fields_of_paths_that_double(blocks):
    arch = read_architecture(two_paths(blocks))
    fields = arch[f"v{blocks}"].receptive_fields
    largest = 1 + sum(2 * min(1 << at, 1 << 20) for at in range(blocks))
    assert (fields[0], fields[-1]) == ((1, 1), (largest, largest)), "the smallest and the largest are exact"
    assert list(fields) == sorted(set(fields))
    assert len(fields) == min(2**blocks, 512)
    assert arch[f"v{blocks}"].has_more_fields == (blocks > 9)
    if blocks <= 20:
        assert all(height == width and width % 2 for height, width in fields), "each is some path's"


def test_an_ordinary_network_leaves_out_no_field():
    assert not any(layer.has_more_fields for layer in tiny_model().architecture)


def test_contributions_of_too_many_paths_is_refused(monkeypatch):
    source = Arithmetic(tiny_model(), read_image(np.zeros((40, 40, 3), np.uint8)))
    assert contributions_by_receptive_field(source, 0).sizes
    monkeypatch.setattr(path_gradients, "_MOST_BYTES", 1000)
    with pytest.raises(LayerError, match="receptive fields, too many to be held apart"):
        contributions_by_receptive_field(source, 0)
