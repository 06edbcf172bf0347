"""Every operator of the table with a matrix of its attributes: networks of one operator, for what must hold of each."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from squeezeviz.network.graph import Graph, read_graph

PADS = {"even": [1, 1, 1, 1], "uneven": [0, 1, 2, 1], "none": [0, 0, 0, 0]}
_RNG = np.random.default_rng(0)


@dataclass
class Case:
    """One operator on an input ``x``.

    Attributes:
        name: For the test's name.
        op: ONNX's name.
        attributes: Of the node.
        shape: Of ``x`` for one image, without the batch axis.
        constants: Further inputs, in their order; an array, or None for one left out, or ``"x"`` for ``x`` again.
        outputs: Of the node; the last is the network's.
        opset: Its version.
        before: ``x`` stands at this place among the inputs.
        spread: Standard deviation of what ``x`` holds.
    """

    name: str
    op: str
    attributes: dict[str, Any] = field(default_factory=dict)
    shape: tuple[int, ...] = (4, 7, 9)
    constants: tuple[Any, ...] = ()
    outputs: int = 1
    opset: int = 17
    before: int = 0
    spread: float = 2.0
    chain: tuple[tuple[str, dict[str, Any]], ...] = ()

    def model(self) -> onnx.ModelProto:
        inputs, tensors = [], []
        for at, given in enumerate(self.constants):
            if given is None:
                inputs.append("")
            elif isinstance(given, str):
                inputs.append(given)
            else:
                tensors.append(numpy_helper.from_array(given, f"c{at}"))
                inputs.append(f"c{at}")
        inputs.insert(self.before, "x")
        outputs = [f"o{at}" for at in range(self.outputs)]
        nodes = [helper.make_node(self.op, inputs, outputs, **self.attributes)]
        last = outputs[-1]
        for at, (op, attributes) in enumerate(self.chain):
            nodes.append(helper.make_node(op, [last, *inputs[1:]], [f"n{at}"], **attributes))
            last = f"n{at}"
        graph = helper.make_graph(
            nodes,
            "g",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["B", *self.shape])],
            [onnx.ValueInfoProto(name=last)],
            tensors,
        )
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", self.opset)])
        made.ir_version = 8
        return made

    def graph(self) -> Graph:
        """Return the network as it is read; an input of another rank is reshaped from an image."""
        model = self.model()
        if len(self.shape) == 3:
            return read_graph(model)
        model.graph.node.insert(0, helper.make_node("Reshape", ["image", "to"], ["x"]))
        model.graph.initializer.append(numpy_helper.from_array(np.array([-1, *self.shape], np.int64), "to"))
        del model.graph.input[:]
        flat = len(self.shape) == 1
        image = [self.shape[0], 1, 1] if flat else [math.prod(self.shape[:-1]), 1, self.shape[-1]]
        model.graph.input.append(helper.make_tensor_value_info("image", TensorProto.FLOAT, ["B", *image]))
        return read_graph(model)

    def tensor(self, seed: int = 0) -> np.ndarray:
        rng = np.random.default_rng(seed)
        values = rng.normal(0, self.spread, (1, *self.shape))
        return (np.abs(values) + 0.1 if self.op in ("Log", "Sqrt") else values).astype(np.float32)


def floats(*shape: int, low: float = -1.0, high: float = 1.0) -> np.ndarray:
    return _RNG.uniform(low, high, shape).astype(np.float32)


def ints(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int64)


def convolutions() -> list[Case]:
    cases = []
    for (pads, rows), strides, dilations, group in product(
        PADS.items(), ([1, 1], [1, 2], [2, 3]), ([1, 1], [2, 1]), (1, 2, 4)
    ):
        weights = floats(8, 4 // group, 3, 2), floats(8)
        how = {"pads": rows, "strides": strides, "dilations": dilations, "group": group}
        cases.append(Case(f"conv-{pads}-{strides}-{dilations}-{group}", "Conv", how, constants=weights))
    for rule, strides in product(("SAME_UPPER", "SAME_LOWER", "VALID"), ([1, 1], [2, 2], [2, 3])):
        how = {"auto_pad": rule, "strides": strides}
        cases.append(Case(f"conv-{rule}-{strides}", "Conv", how, constants=(floats(5, 4, 3, 4),)))
    cases.append(Case("conv-opset7", "Conv", {"pads": PADS["uneven"]}, constants=(floats(5, 4, 3, 3),), opset=7))
    return cases


def poolings() -> list[Case]:
    cases = []
    for op, (pads, rows), strides, ceil, opset in product(
        ("MaxPool", "AveragePool"), PADS.items(), ([1, 1], [2, 3]), (0, 1), (12, 19)
    ):
        how = {"kernel_shape": [3, 3], "pads": rows, "strides": strides, "ceil_mode": ceil}
        cases.append(Case(f"{op}-{pads}-{strides}-ceil{ceil}-opset{opset}", op, how, opset=opset))
        if op == "AveragePool":
            counted = {**how, "count_include_pad": 1}
            cases.append(Case(f"{op}-{pads}-{strides}-ceil{ceil}-counted-opset{opset}", op, counted, opset=opset))
    for op, rule in product(("MaxPool", "AveragePool", "LpPool"), ("SAME_UPPER", "SAME_LOWER", "VALID")):
        cases.append(Case(f"{op}-{rule}", op, {"kernel_shape": [3, 2], "auto_pad": rule, "strides": [2, 2]}))
    cases += [
        Case("MaxPool-dilated", "MaxPool", {"kernel_shape": [2, 3], "dilations": [3, 2], "strides": [1, 2]}),
        Case("AveragePool-dilated", "AveragePool", {"kernel_shape": [2, 3], "dilations": [3, 2]}, opset=19),
        Case("LpPool-2", "LpPool", {"kernel_shape": [3, 2], "strides": [2, 1], "pads": [1, 0, 1, 1]}, opset=18),
        Case("LpPool-3", "LpPool", {"kernel_shape": [3, 2], "p": 3}, opset=18),
        *(Case(op, op) for op in ("GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool")),
        Case("GlobalLpPool-3", "GlobalLpPool", {"p": 3}),
    ]
    for op in ("ReduceMean", "ReduceSum", "ReduceMax"):
        old = 17 if op != "ReduceSum" else 11
        cases += [
            Case(f"{op}-map", op, {"axes": [2, 3], "keepdims": 0}, opset=old),
            Case(f"{op}-map-kept", op, {"axes": [-2, -1], "keepdims": 1}, opset=old),
            Case(f"{op}-channels", op, {"axes": [1], "keepdims": 1}, opset=old),
            Case(f"{op}-rows", op, {"axes": [2], "keepdims": 0}, opset=old),
            Case(f"{op}-by-input", op, {"keepdims": 0}, constants=(ints(2, 3),), opset=18),
        ]
    return cases


def linear() -> list[Case]:
    flat = (6,)
    return [
        Case("Gemm", "Gemm", shape=flat, constants=(floats(6, 5), floats(5))),
        Case("Gemm-no-bias", "Gemm", {"transB": 1}, shape=flat, constants=(floats(5, 6),)),
        Case("Gemm-scaled", "Gemm", {"alpha": 0.5, "beta": 2.0}, shape=flat, constants=(floats(6, 5), floats(1, 5))),
        Case("Gemm-one-bias", "Gemm", {"alpha": 0.5, "beta": 2.0}, shape=flat, constants=(floats(6, 5), floats(1))),
        Case("MatMul", "MatMul", shape=flat, constants=(floats(6, 5),)),
        Case("MatMul-map", "MatMul", shape=(3, 4, 6), constants=(floats(6, 5),)),
        Case("MatMul-left", "MatMul", shape=(3, 4, 6), constants=(floats(5, 4),), before=1),
        Case("MatMul-by-batch", "MatMul", shape=(3, 4, 6), constants=(floats(3, 6, 2),)),
        Case("MatMul-vector", "MatMul", shape=(3, 4, 6), constants=(floats(6),)),
    ]


def normalisations() -> list[Case]:
    learned = floats(4), floats(4), floats(4), floats(4, low=0.1, high=2.0)
    return [
        Case("BatchNormalization", "BatchNormalization", {"epsilon": 1e-3}, constants=learned),
        Case("BatchNormalization-opset7", "BatchNormalization", constants=learned, opset=7),
        Case("BatchNormalization-opset14", "BatchNormalization", constants=learned, opset=14),
        Case("BatchNormalization-flat", "BatchNormalization", shape=(4,), constants=learned),
        *(
            Case(f"LRN-{size}", "LRN", {"size": size, "alpha": 0.3, "beta": 0.6, "bias": 1.5}, shape=(6, 3, 3))
            for size in (1, 3, 5)
        ),
        Case("LayerNormalization", "LayerNormalization", constants=(floats(9), floats(9))),
        Case("LayerNormalization-rows", "LayerNormalization", {"axis": 2, "epsilon": 0.1}, constants=(floats(7, 9),)),
        Case("LayerNormalization-all", "LayerNormalization", {"axis": 1}, constants=(floats(4, 7, 9), floats(4, 7, 9))),
        Case("LRN-plain", "LRN", {"size": 5}),
    ]


def elementwise() -> list[Case]:
    cases = []
    shapes = {"number": (), "channel": (4, 1, 1), "row": (1, 9), "map": (1, 4, 7, 9), "batch": (1, 1, 1, 1)}
    for op, (name, shape), before in product(("Add", "Sub", "Mul", "Div"), shapes.items(), (0, 1)):
        held = floats(*shape, low=0.5, high=2.0) if shape else np.float32(1.5).reshape(())
        cases.append(Case(f"{op}-{name}-{before}", op, constants=(held,), before=before, opset=14))
    cases += [Case(f"{op}-itself", op, constants=("x",)) for op in ("Add", "Sub", "Mul", "Div")]
    cases += [
        Case("Sum-3", "Sum", constants=("x", floats(4, 1, 1))),
        Case("Sum-1", "Sum"),
        Case("Add-opset7", "Add", constants=(floats(4, 1, 1),), opset=7),
    ]
    return cases


def functions() -> list[Case]:
    plain = (
        "Relu", "Sigmoid", "Tanh", "Erf", "Softplus", "Softsign", "Exp", "Log", "Sqrt", "Abs", "Neg", "Reciprocal",
        "HardSwish", "LeakyRelu", "HardSigmoid", "Elu", "Selu",
    )  # fmt: skip
    return [
        *(Case(op, op) for op in plain),
        Case("Mish", "Mish", opset=18),
        Case("Gelu", "Gelu", opset=20),
        Case("Gelu-tanh", "Gelu", {"approximate": "tanh"}, opset=20),
        Case("LeakyRelu-0.3", "LeakyRelu", {"alpha": 0.3}),
        Case("HardSigmoid-0.3", "HardSigmoid", {"alpha": 0.3, "beta": 0.4}),
        Case("Elu-0.3", "Elu", {"alpha": 0.3}),
        Case("Selu-1", "Selu", {"alpha": 1.0, "gamma": 2.0}),
        Case("PRelu-channel", "PRelu", constants=(floats(4, 1, 1),)),
        Case("PRelu-number", "PRelu", constants=(floats(1),)),
        Case("PRelu-map", "PRelu", constants=(floats(4, 7, 9),)),
        Case("Clip-6", "Clip", constants=(np.float32(0), np.float32(6)), spread=6.0),
        Case("Clip-low", "Clip", constants=(np.float32(-0.5),)),
        Case("Clip-high", "Clip", constants=(None, np.float32(0.5))),
        Case("Clip-opset6", "Clip", {"min": 0.0, "max": 6.0}, opset=7, spread=6.0),
        Case("Clip-none", "Clip"),
        *(
            Case(f"{op}-{axis}-opset{opset}", op, {"axis": axis}, opset=opset)
            for op, axis, opset in product(("Softmax", "LogSoftmax"), (1, 2, 3), (11, 13))
        ),
        Case("Softmax-default", "Softmax"),
        Case("Softmax-one-cell", "Softmax", {"axis": 1}, shape=(9, 1, 1)),
        Case("Softmax-default-opset11", "Softmax", opset=11),
        Case("Softmax-flat", "Softmax", {"axis": -1}, shape=(9,)),
        Case("LogSoftmax-flat", "LogSoftmax", {"axis": -1}, shape=(9,)),
    ]


def rearrangements() -> list[Case]:
    image = (4, 6, 8)
    return [
        Case("Concat-channels", "Concat", {"axis": 1}, constants=("x", floats(1, 2, 7, 9))),
        Case("Concat-twice", "Concat", {"axis": 1}, constants=("x",)),
        Case("Concat-rows", "Concat", {"axis": 2}, constants=(floats(1, 4, 2, 9), "x")),
        Case("Concat-columns", "Concat", {"axis": -1}, constants=("x",)),
        Case("Concat-flat", "Concat", {"axis": 1}, shape=(5,), constants=("x", floats(1, 3))),
        Case("Identity", "Identity"),
        Case("Dropout", "Dropout"),
        Case("Dropout-opset7", "Dropout", {"ratio": 0.3}, opset=7),
        Case("Cast", "Cast", {"to": TensorProto.DOUBLE}),
        *(Case(f"Flatten-{axis}", "Flatten", {"axis": axis}) for axis in (1,)),
        Case("Reshape-flat", "Reshape", constants=(ints(0, -1),)),
        Case("Reshape-groups", "Reshape", constants=(ints(0, 2, 2, 7, 9),)),
        Case("Reshape-rows", "Reshape", constants=(ints(-1, 4, 63),)),
        Case("Squeeze", "Squeeze", shape=(4, 1, 1), constants=(ints(2, 3),)),
        Case("Squeeze-opset11", "Squeeze", {"axes": [2, 3]}, shape=(4, 1, 1), opset=11),
        Case("Unsqueeze", "Unsqueeze", shape=(5,), constants=(ints(2, 3),)),
        Case("Unsqueeze-opset11", "Unsqueeze", {"axes": [2, 3]}, shape=(5,), opset=11),
        Case("Transpose-turned", "Transpose", {"perm": [0, 1, 3, 2]}, shape=image),
        Case("Transpose-last", "Transpose", {"perm": [0, 2, 3, 1]}, shape=image),
        Case("Transpose-groups", "Transpose", {"perm": [0, 2, 1, 3, 4]}, shape=(2, 3, 4, 5)),
        Case("Pad-plain", "Pad", constants=(ints(0, 0, 1, 2, 0, 0, 3, 0),), shape=image),
        Case("Pad-value", "Pad", constants=(ints(0, 1, 1, 2, 0, 0, 3, 0), np.float32(2.5)), shape=image),
        Case("Pad-cut", "Pad", constants=(ints(0, 0, -1, 2, 0, 0, 0, -2),), shape=image),
        Case("Pad-edge", "Pad", {"mode": "edge"}, constants=(ints(0, 0, 1, 2, 0, 0, 3, 0),), shape=image),
        Case("Pad-reflect", "Pad", {"mode": "reflect"}, constants=(ints(0, 0, 1, 2, 0, 0, 3, 0),), shape=image),
        Case("Pad-axes", "Pad", constants=(ints(1, 2), np.float32(1), ints(3)), shape=image, opset=18),
        Case("Pad-opset7", "Pad", {"pads": [0, 0, 1, 2, 0, 0, 3, 0], "value": 1.5}, shape=image, opset=7),
        Case("Slice-channels", "Slice", constants=(ints(1), ints(3), ints(1)), shape=image),
        Case("Slice-steps", "Slice", constants=(ints(1, 0), ints(100, -1), ints(2, 3), ints(2, 3)), shape=image),
        Case("Slice-back", "Slice", constants=(ints(-1), ints(-100), ints(3), ints(-2)), shape=image),
        Case("Slice-opset7", "Slice", {"starts": [1, 2], "ends": [5, 7], "axes": [2, 3]}, shape=image, opset=7),
        *(Case(f"Split-{at}", "Split", {"axis": 1}, constants=(ints(1, 3),), outputs=at, shape=image) for at in (2,)),
        Case("Split-opset11", "Split", {"axis": 1, "split": [3, 1]}, outputs=2, shape=image, opset=11),
        Case("Split-columns", "Split", {"axis": 3}, outputs=2, shape=image, opset=13),
    ]


def resizings() -> list[Case]:
    cases = []
    modes = ("half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric")
    for how, (name, scales) in product(
        modes, {"up": (1, 1, 2, 2), "odd": (1, 1, 1.5, 2.5), "down": (1, 1, 0.6, 0.5)}.items()
    ):
        held = None, np.array(scales, np.float32)
        linear = {"mode": "linear", "coordinate_transformation_mode": how}
        cases.append(Case(f"Resize-linear-{how}-{name}", "Resize", linear, constants=held))
        for nearest in ("round_prefer_floor", "round_prefer_ceil", "floor", "ceil"):
            given = {"mode": "nearest", "coordinate_transformation_mode": how, "nearest_mode": nearest}
            cases.append(Case(f"Resize-{nearest}-{how}-{name}", "Resize", given, constants=held))
    cases += [
        Case("Resize-sizes", "Resize", {"mode": "linear"}, constants=(None, None, ints(1, 4, 5, 20))),
        Case("Resize-opset10", "Resize", constants=(np.array([1, 1, 2, 3], np.float32),), opset=10),
        Case("Upsample-opset9", "Upsample", constants=(np.array([1, 1, 2, 3], np.float32),), opset=9),
        Case(
            "Upsample-linear", "Upsample", {"mode": "linear"}, constants=(np.array([1, 1, 2, 2], np.float32),), opset=9
        ),
    ]
    return cases


def quantisations() -> list[Case]:
    there = ("DequantizeLinear", {})
    return [
        Case("QuantizeLinear", "QuantizeLinear", constants=(np.float32(0.03), np.uint8(120)), chain=(there,)),
        Case("QuantizeLinear-signed", "QuantizeLinear", constants=(np.float32(0.03), np.int8(-3)), chain=(there,)),
        Case(
            "QuantizeLinear-channels", "QuantizeLinear", {"axis": 1},
            constants=(floats(4, low=0.01, high=0.1), np.zeros(4, np.int8)), chain=(("DequantizeLinear", {"axis": 1}),),
        ),
    ]  # fmt: skip


CASES = [
    *convolutions(), *poolings(), *linear(), *normalisations(), *elementwise(), *functions(), *rearrangements(),
    *resizings(), *quantisations(),
]  # fmt: skip
