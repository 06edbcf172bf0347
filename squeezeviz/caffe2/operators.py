"""What each Caffe2 operator means in ONNX: one function a type, with the shape it produces.

Pooling arithmetic: Caffe2 rounds the output size down unless ``legacy_pad`` is 3 (`CAFFE_LEGACY_POOLING`), the
arithmetic of Caffe: ``ceil((in + 2·pad − kernel) / stride) + 1``. That is ONNX's ``ceil_mode``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.caffe2.graph import Graph, Node, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from squeezeviz.caffe2.arguments import Operator

_CAFFE_LEGACY_POOLING = 3
_MOST_CELLS = 1 << 28  # of one image's activation


class Translation:
    """The graph while it grows: which value each blob holds at this point, and the nodes so far."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.current: dict[str, Value] = {graph.source.blob: graph.source}

    def add(self, op: Operator) -> None:
        """Translate one operator.

        Raises:
            ConversionError: Its type is unknown, or what it asks for is impossible.
        """
        translate = _OPERATORS.get(op.type)
        if translate is None:
            raise op.error(f"is of a type this reader does not know; known here: {', '.join(sorted(_OPERATORS))}")
        translate(self, op)
        op.finish()

    def value(self, op: Operator, index: int, *, rank: int | None = None) -> Value:
        """Return the value of an input, refusing blobs not written yet and, if asked, other numbers of axes."""
        blob = op.inputs[index]
        if blob not in self.current:
            kind = "a weight, not an activation" if blob in self.graph.weights else "written by no earlier operator"
            raise op.error(f"reads {blob!r}, which is {kind}")
        value = self.current[blob]
        if rank is not None and len(value.shape) != rank:
            raise op.error(f"reads {blob!r} of shape {('B', *value.shape)}, expected {rank + 1} axes")
        return value

    def weight(self, op: Operator, index: int, *, rank: int) -> tuple[str, np.ndarray[Any, Any]]:
        """Return a weight's name and values."""
        blob = op.inputs[index]
        array = self.graph.weights.get(blob)
        if array is None:
            raise op.error(f"needs the weight {blob!r}, which init_net.pb does not hold")
        if array.ndim != rank:
            raise op.error(f"needs {blob!r} with {rank} axes, but it has the shape {array.shape}")
        return blob, array

    def emit(
        self, op: Operator, onnx_op: str, inputs: list[Value | str], shape: tuple[int, ...], **attributes: object
    ) -> Value:
        """Append a node that writes the operator's first output."""
        if any(size < 1 for size in shape) or math.prod(shape) > _MOST_CELLS:
            raise op.error(f"would produce an activation of shape {('B', *shape)}")
        output = Value(op.outputs[0], shape)
        self.graph.nodes.append(Node(onnx_op, inputs, output, dict(attributes)))
        self.current[output.blob] = output
        return output


def _window(op: Operator, shape: tuple[int, ...], kernel: tuple[int, int], *, ceil: bool = False) -> dict[str, Any]:
    """Return the ONNX attributes of a sliding window, with ``size``: the (height, width) it produces."""
    strides, pads, dilations = op.per_axis("stride", 1), op.padding(), op.per_axis("dilation", 1)
    if min(*kernel, *strides, *dilations) < 1 or min(pads) < 0:
        raise op.error(
            f"has kernel {kernel}, strides {strides}, dilations {dilations}, pads {pads}: all must be positive"
        )
    size = []
    for axis in range(2):
        reach = dilations[axis] * (kernel[axis] - 1) + 1
        room = shape[1 + axis] + pads[axis] + pads[axis + 2] - reach
        if room < 0:
            raise op.error(f"slides a window of {reach} px over {shape[1 + axis]} px plus padding: it does not fit")
        steps = -(-room // strides[axis]) if ceil else room // strides[axis]
        # A last window that would start in the padding behind the image is dropped, as Caffe does.
        if ceil and steps * strides[axis] >= shape[1 + axis] + pads[axis]:
            steps -= 1
        size.append(steps + 1)
    if max(pads[0], pads[2]) >= kernel[0] * dilations[0] or max(pads[1], pads[3]) >= kernel[1] * dilations[1]:
        raise op.error(f"pads by {pads}, more than its kernel {kernel} reaches")
    return {"kernel_shape": kernel, "strides": strides, "pads": pads, "dilations": dilations, "size": tuple(size)}


def _conv(t: Translation, op: Operator) -> None:
    op.expect(inputs=range(2, 4), outputs=range(1, 2))
    image = t.value(op, 0, rank=3)
    name, kernel = t.weight(op, 1, rank=4)
    group = op.integer("group", 1)
    if op.integer("legacy_pad", 0) != 0:
        raise op.error("uses 'legacy_pad', which is read for pooling only")
    declared = op.per_axis("kernel", 0)
    if declared not in ((0, 0), kernel.shape[2:]):
        raise op.error(f"declares a kernel of {declared}, but {name!r} has the shape {kernel.shape}")
    if group < 1 or kernel.shape[1] * group != image.shape[0] or kernel.shape[0] % group:
        raise op.error(
            f"reads {op.inputs[0]!r} with {image.shape[0]} channels in {group} group(s), but {name!r} of shape "
            f"{kernel.shape} takes {kernel.shape[1]} a group"
        )
    inputs: list[Value | str] = [image, name]
    if len(op.inputs) == 3:
        bias_name, bias = t.weight(op, 2, rank=1)
        if bias.shape[0] != kernel.shape[0]:
            raise op.error(f"adds {bias.shape[0]} biases of {bias_name!r} to {kernel.shape[0]} channels")
        inputs.append(bias_name)
    attributes = _window(op, image.shape, (kernel.shape[2], kernel.shape[3]))
    size = attributes.pop("size")
    t.emit(op, "Conv", inputs, (kernel.shape[0], *size), group=group, **attributes)


def _add(t: Translation, op: Operator) -> None:
    """``Add`` with ``broadcast`` carries a convolution's bias in files exported from other frameworks."""
    op.expect(inputs=range(2, 3), outputs=range(1, 2))
    value = t.value(op, 0)
    broadcast, axis = op.integer("broadcast", 0), op.integer("axis", -1)
    if op.inputs[1] in t.current:
        other = t.value(op, 1)
        if other.shape != value.shape:
            raise op.error(f"adds shapes {value.shape} and {other.shape}")
        t.emit(op, "Add", [value, other], value.shape)
        return
    name, bias = t.weight(op, 1, rank=1)
    per_channel = axis == 1 or (axis == -1 and len(value.shape) == 1)
    if not broadcast or not per_channel or bias.shape[0] != value.shape[0]:
        raise op.error(
            f"adds {name!r} of shape {bias.shape} to {value.shape} with broadcast={broadcast}, axis={axis}; "
            "expected one value a channel, broadcast along axis 1"
        )
    producer = next((node for node in t.graph.nodes if node.output is value), None)
    if producer is not None and producer.op == "Conv" and len(producer.inputs) == 2 and not t.graph.readers(value):
        # The convolution takes the bias itself; its bare product is no value anyone could ask for.
        producer.inputs.append(name)
        producer.output = t.current[op.outputs[0]] = Value(op.outputs[0], value.shape)
        return
    spread = f"{name}:per-channel"
    t.graph.weights[spread] = bias.reshape(-1, *(1 for _ in value.shape[1:]))
    t.emit(op, "Add", [value, spread], value.shape)


def _relu(t: Translation, op: Operator) -> None:
    op.expect(inputs=range(1, 2), outputs=range(1, 2))
    value = t.value(op, 0)
    t.emit(op, "Relu", [value], value.shape)


def _legacy_ceil(op: Operator) -> bool:
    legacy_pad = op.integer("legacy_pad", 0)
    if legacy_pad not in (0, _CAFFE_LEGACY_POOLING):
        raise op.error(f"has legacy_pad = {legacy_pad}, expected 0 or {_CAFFE_LEGACY_POOLING}")
    return legacy_pad == _CAFFE_LEGACY_POOLING


def _max_pool(t: Translation, op: Operator) -> None:
    op.expect(inputs=range(1, 2), outputs=range(1, 2))
    value = t.value(op, 0, rank=3)
    ceil = _legacy_ceil(op)
    if op.integer("global_pooling", 0):
        op.per_axis("kernel", 0), op.per_axis("stride", 1), op.padding()
        t.emit(op, "GlobalMaxPool", [value], (value.shape[0], 1, 1))
        return
    attributes = _window(op, value.shape, op.per_axis("kernel", 0), ceil=ceil)
    size = attributes.pop("size")
    t.emit(op, "MaxPool", [value], (value.shape[0], *size), ceil_mode=int(ceil), **attributes)


def _average_pool(t: Translation, op: Operator) -> None:
    op.expect(inputs=range(1, 2), outputs=range(1, 2))
    value = t.value(op, 0, rank=3)
    ceil = _legacy_ceil(op)
    if op.integer("global_pooling", 0):
        # The published file also writes kernel 0, stride 1, pad 0 here; a global pool uses none of them.
        op.per_axis("kernel", 0), op.per_axis("stride", 1), op.padding()
        t.emit(op, "GlobalAveragePool", [value], (value.shape[0], 1, 1))
        return
    include_pad = op.integer("count_include_pad", 0)
    attributes = _window(op, value.shape, op.per_axis("kernel", 0))
    size = attributes.pop("size")
    if ceil or attributes.pop("dilations") != (1, 1):
        raise op.error("averages with Caffe's rounding or with dilation, which is read for max pooling only")
    t.emit(op, "AveragePool", [value], (value.shape[0], *size), count_include_pad=int(include_pad != 0), **attributes)


def _concat(t: Translation, op: Operator) -> None:
    op.expect(inputs=range(1, 65), outputs=range(1, 3))
    values = [t.value(op, index, rank=3) for index in range(len(op.inputs))]
    axis = op.integer("axis", 1)
    if axis != 1 or op.integer("add_axis", 0):
        raise op.error(f"joins along axis {axis}, expected the channels (axis 1)")
    if len({value.shape[1:] for value in values}) > 1:
        raise op.error(f"joins maps of different sizes: {', '.join(str(value.shape) for value in values)}")
    channels = sum(value.shape[0] for value in values)
    t.emit(op, "Concat", list(values), (channels, *values[0].shape[1:]), axis=1)


def _dropout(t: Translation, op: Operator) -> None:
    """In test mode dropout passes its input through: no node, the name moves on."""
    op.expect(inputs=range(1, 2), outputs=range(1, 3))
    value = t.value(op, 0)
    op.message("ratio")
    if op.integer("is_test", 0) != 1:
        raise op.error("drops at random (is_test is not 1): this file was saved for training, not for prediction")
    t.current[op.outputs[0]] = value


def _reshape(t: Translation, op: Operator) -> None:
    op.expect(inputs=range(1, 3), outputs=range(1, 3))
    value = t.value(op, 0)
    if len(op.inputs) == 2:
        _, array = t.weight(op, 1, rank=1)
        target = tuple(int(size) for size in array)
    else:
        target = op.integers("shape") or ()
    cells = math.prod(value.shape)
    inner = list(target[1:])
    if inner.count(-1) == 1 and target[0] != -1:
        others = math.prod(size for size in inner if size != -1)
        inner[inner.index(-1)] = cells // others if others > 0 else 0
    if len(target) < 2 or target[0] not in (-1, 0, 1) or math.prod(inner) != cells or min(inner) < 1:
        raise op.error(f"reshapes {('B', *value.shape)} to {target}: the batch axis must stay, and every cell with it")
    # Files exported for one image say 1 for the batch; 0 keeps whatever comes in.
    name = f"{op.outputs[0]}:shape"
    t.graph.weights[name] = np.array([0, *inner], dtype=np.int64)
    t.emit(op, "Reshape", [value, name], tuple(inner))


def _softmax(t: Translation, op: Operator) -> None:
    op.expect(inputs=range(1, 2), outputs=range(1, 2))
    value = t.value(op, 0)
    axis = op.integer("axis", 1)
    if axis not in (1, -1) or (axis == -1 and len(value.shape) > 1):
        raise op.error(f"normalises along axis {axis}, expected the classes (axis 1)")
    if len(value.shape) > 1:
        # Caffe2's softmax reads everything behind the batch axis as one row of classes.
        flat = Value(f"{value.blob}:flat", (math.prod(value.shape),))
        t.graph.nodes.append(Node("Flatten", [value], flat, {"axis": 1}))
        value = flat
    t.emit(op, "Softmax", [value], value.shape, axis=-1)


_OPERATORS: dict[str, Callable[[Translation, Operator], None]] = {
    "Add": _add,
    "AveragePool": _average_pool,
    "Concat": _concat,
    "Conv": _conv,
    "Dropout": _dropout,
    "MaxPool": _max_pool,
    "Relu": _relu,
    "Reshape": _reshape,
    "Softmax": _softmax,
}
