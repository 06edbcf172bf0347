"""A graph of ONNX run in float64: onnx's reference implementation, with PyTorch in the place of its slow operators.

ONNX Runtime has no convolution in float64. In float64 no number is so near a kink that rounding decides, so that two
gradients either are the same or are not. What a run in float32 chose where rounding decided (on which side of 0 a number
lies, which of several is the largest) can be given to the run in float64: what then differs is rounding alone.
"""

# ruff: noqa: ANN001, ANN202, ARG002, PLR0917 - onnx calls an operator's _run by its attributes
# mypy: disable-error-code="no-untyped-def,no-untyped-call,misc"

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
import onnx.reference
from onnx import TensorProto, numpy_helper
from onnx.reference.op_run import OpRun

from squeezeviz.telemetry import import_onnxruntime

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["run_in_double", "run_with_choices"]

_CHOOSING = {"Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Equal", "Sign", "ArgMax"}


def run_with_choices(
    model: onnx.ModelProto, feed: dict[str, NDArray[Any]], output: str
) -> tuple[NDArray[np.float32], dict[str, NDArray[Any]]]:
    """Return one output of a model, as ONNX Runtime computes it in float32, and what was chosen on the way there.

    Args:
        model: In float32.
        feed: Its inputs.
        output: Which output.
    """
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    names = [name for node in model.graph.node for name in _chosen(node)]
    watched.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    session = import_onnxruntime().InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    found, *choices = session.run([output, *names], feed)
    return found, dict(zip(names, choices, strict=True))


def _chosen(node: onnx.NodeProto) -> list[str]:
    """Return the values of a node that jump where the numbers they are made of pass a kink."""
    if node.op_type == "MaxPool":
        return list(node.output[1:])
    return list(node.output) if node.op_type in _CHOOSING else []


def run_in_double(
    model: onnx.ModelProto,
    feed: dict[str, NDArray[Any]],
    output: str,
    choices: dict[str, NDArray[Any]] | None = None,
) -> NDArray[np.float64]:
    """Return one output of a model, computed in float64 throughout.

    Args:
        model: In float32; it is changed.
        feed: Its inputs.
        output: Which output.
        choices: What `run_with_choices` chose, by name, taken as it is; everything is computed by default.
    """
    given = {name: values.astype(np.float64) for name, values in feed.items()}
    for name, values in (choices or {}).items():
        given[name] = values.astype(np.float64) if values.dtype == np.float32 else values
        kind = onnx.helper.np_dtype_to_tensor_dtype(given[name].dtype)
        model.graph.input.append(onnx.helper.make_tensor_value_info(name, kind, None))
        for node in model.graph.node:
            node.output[:] = [f"{each}_unused" if each == name else each for each in node.output]
    for tensor in _tensors(model.graph):
        if tensor.data_type == TensorProto.FLOAT:
            values = numpy_helper.to_array(tensor).astype(np.float64)
            tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))
    for node in model.graph.node:
        for attribute in node.attribute:
            if node.op_type == "Cast" and attribute.name == "to" and attribute.i == TensorProto.FLOAT:
                attribute.i = TensorProto.DOUBLE
    for value in (*model.graph.input, *model.graph.output):
        if value.type.tensor_type.elem_type == TensorProto.FLOAT:
            value.type.tensor_type.elem_type = TensorProto.DOUBLE
    del model.graph.value_info[:]
    session = onnx.reference.ReferenceEvaluator(
        model, new_ops=[Conv, ConvTranspose, MaxPool, AveragePool, ScatterElements]
    )
    (found,) = session.run([output], given)
    return np.asarray(found, np.float64)


def _tensors(graph: onnx.GraphProto) -> Iterator[onnx.TensorProto]:
    yield from graph.initializer
    for node in graph.node:
        yield from (attribute.t for attribute in node.attribute if attribute.HasField("t"))


def _torch(*arrays: NDArray[Any] | None) -> list[Any]:
    import torch

    return [None if each is None else torch.from_numpy(np.require(each, requirements=["C", "W"])) for each in arrays]


def _padded(values: Any, pads: list[int] | None, fill: float = 0.0) -> Any:  # noqa: ANN401 - a tensor
    import torch

    top, left, bottom, right = pads or (0, 0, 0, 0)
    return torch.nn.functional.pad(values, (left, right, top, bottom), value=fill)


class Conv(OpRun):
    """Convolution over two axes, padded by numbers and by no rule."""

    def _run(self, x, w, b=None, auto_pad=None, dilations=None, group=None, kernel_shape=None, pads=None, strides=None):
        import torch

        x, w, b = _torch(x, w, b)
        found = torch.nn.functional.conv2d(_padded(x, pads), w, b, strides or 1, 0, dilations or 1, group or 1)
        return (found.numpy(),)


class ConvTranspose(OpRun):
    """Transposed convolution over two axes."""

    def _run(
        self, x, w, b=None, auto_pad=None, dilations=None, group=None, kernel_shape=None, output_padding=None,
        output_shape=None, pads=None, strides=None,
    ):  # fmt: skip
        import torch

        x, w, b = _torch(x, w, b)
        whole = torch.nn.functional.conv_transpose2d(x, w, b, strides or 1, 0, 0, group or 1, dilations or 1)
        down, right = output_padding or (0, 0)
        top, left, bottom, right_end = pads or (0, 0, 0, 0)
        return (_padded(whole, [-top, -left, down - bottom, right - right_end]).numpy(),)


class MaxPool(OpRun):
    """Max pooling over two axes, with the places counted through the whole batch."""

    def _run(
        self, x, auto_pad=None, ceil_mode=None, dilations=None, kernel_shape=None, pads=None, storage_order=None,
        strides=None,
    ):  # fmt: skip
        import torch

        (values,) = _torch(x)
        top, left, *_ = pads or (0, 0, 0, 0)
        found, places = torch.nn.functional.max_pool2d(
            _padded(values, pads, -np.inf),
            kernel_shape,
            strides,
            0,
            dilations or 1,
            bool(ceil_mode),
            return_indices=True,
        )
        if len(self.onnx_node.output) == 1:
            return (found.numpy(),)
        height, width = x.shape[2:]
        rows, columns = np.divmod(places.numpy(), width + left + (pads[3] if pads else 0))
        planes = np.arange(x.shape[0] * x.shape[1]).reshape(*x.shape[:2], 1, 1)
        return found.numpy(), (planes * height + rows - top) * width + columns - left


class AveragePool(OpRun):
    """Average pooling over two axes."""

    def _run(
        self, x, auto_pad=None, ceil_mode=None, dilations=None, kernel_shape=None, pads=None, strides=None,
        count_include_pad=None,
    ):  # fmt: skip
        import torch

        (values,) = _torch(x)
        how = {"ceil_mode": bool(ceil_mode), "count_include_pad": bool(count_include_pad)}
        return (torch.nn.functional.avg_pool2d(values, kernel_shape, strides, (pads or (0, 0))[:2], **how).numpy(),)


class ScatterElements(OpRun):
    """Numbers added to those of one axis."""

    def _run(self, data, indices, updates, axis=None, reduction=None):
        if data.ndim != 1 or reduction != "add":
            raise NotImplementedError(f"ScatterElements over {data.ndim} axes with the reduction {reduction}")
        found = data.copy()
        np.add.at(found, indices, updates)
        return (found,)
