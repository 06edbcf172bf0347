"""Writing a converted model for use elsewhere: ONNX or OpenVINO, single or half precision, means folded in or not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from squeezeviz.errors import ConversionError, spoken
from squeezeviz.files import write_whole
from squeezeviz.network.bounds import checked_onnx
from squeezeviz.preprocessing.folding import fold
from squeezeviz.runtime.metadata import LABELS_KEY, PREPROCESSING_KEY, with_text
from squeezeviz.telemetry import import_openvino

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    import onnx
    from numpy.typing import NDArray

    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.model import Model

__all__ = ["Format", "Precision", "export_model", "fold_preprocessing", "halve_weights", "known_text", "round_weights"]

Format = Literal["onnx", "openvino"]
Precision = Literal["fp32", "fp16"]


def known_text(model: Model) -> dict[str, str]:
    """Return the text that tells what is known of a model's labels and its preprocessing; never what is assumed."""
    assumed = {each.about for each in model.assumptions}
    said = {"labels": json.dumps(model.labels.to_rows()), "preprocessing": model.preprocessing.to_json()}
    keys = {"labels": LABELS_KEY, "preprocessing": PREPROCESSING_KEY}
    return {keys[what]: text for what, text in said.items() if what not in assumed}


def export_model(
    content: bytes,
    output: str | os.PathLike[str],
    *,
    to: Format = "onnx",
    precision: Precision = "fp32",
    preprocessing: Preprocessing | None = None,
    text: Mapping[str, str] | None = None,
) -> tuple[Path, ...]:
    """Write a model to disk.

    Args:
        content: An ONNX file's bytes.
        output: A file (``.onnx`` or ``.xml``), or a folder in which to write ``model.onnx`` or ``model.xml``.
        to: ``"onnx"``, or ``"openvino"``: its own pair of ``.xml`` and ``.bin``, through the package ``openvino``.
        precision: ``"fp16"`` stores weights in half precision; both runtimes compute in float32 all the same, and
            inputs and outputs stay float32.
        preprocessing: Fold this preprocessing's means and scales into the first convolution: the written model then
            takes plain values, 0–255, in the preprocessing's channel order.
        text: What an ONNX file then says of itself, by key; see `known_text`.

    Returns:
        The files written.

    Raises:
        ConversionError: The model cannot be written that way, ``openvino`` is missing, or the disk refuses.
    """
    model = checked_onnx(content, name="the model to be written")
    if text:
        model = with_text(model, text)
    if preprocessing is not None:
        model = fold_preprocessing(model, preprocessing)
    suffix = ".onnx" if to == "onnx" else ".xml"
    path = Path(output)
    if path.suffix != suffix:
        if path.suffix in (".onnx", ".xml", ".bin"):
            raise ConversionError(f"{path}: a model written as {to} is called *{suffix}")
        path = path / f"model{suffix}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if to == "openvino":
            return _write_openvino(model, path, precision)
        write_whole(path, (halve_weights(model) if precision == "fp16" else model).SerializeToString())
    except OSError as exc:
        raise ConversionError(f"{spoken(str(path))}: cannot be written ({exc.strerror or exc})") from exc
    return (path,)


def fold_preprocessing(model: onnx.ModelProto, preprocessing: Preprocessing) -> onnx.ModelProto:
    """Fold ``slope · value + offset`` a channel into the first convolution.

    With no padding this is exact (see `squeezeviz.preprocessing.folding.fold`): summed in float64 and rounded once.

    Returns:
        A copy of the model that takes values 0–255 in the preprocessing's channel order.

    Raises:
        ConversionError: The first layer is not a convolution without padding that alone reads the input.
    """
    import onnx  # noqa: PLC0415 - heavy
    from onnx import numpy_helper  # noqa: PLC0415

    folded = onnx.ModelProto()
    folded.CopyFrom(model)
    weights = {tensor.name: tensor for tensor in folded.graph.initializer}
    source = next(value.name for value in folded.graph.input if value.name not in weights)
    readers = [node for node in folded.graph.node if source in node.input]
    if len(readers) != 1 or readers[0].op_type != "Conv" or readers[0].input[1] not in weights:
        found = ", ".join(node.op_type for node in readers)
        raise ConversionError(f"expected one convolution to read the input {source!r}, found {found or 'nothing'}")
    conv = readers[0]
    rules = {attribute.name: attribute for attribute in conv.attribute}
    is_padded = "pads" in rules and any(rules["pads"].ints)
    if is_padded or ("auto_pad" in rules and rules["auto_pad"].s in (b"SAME_UPPER", b"SAME_LOWER")):
        raise ConversionError(f"{conv.name}: pads its input, so that means cannot be folded in exactly at the border")
    kernels = numpy_helper.to_array(weights[conv.input[1]])
    if len(conv.input) < 3:
        name = f"{conv.output[0]}:bias"
        folded.graph.initializer.append(numpy_helper.from_array(np.zeros(len(kernels), np.float32), name))
        weights[name] = folded.graph.initializer[-1]
        conv.input.append(name)
    bias = numpy_helper.to_array(weights[conv.input[2]])
    for name, array in zip(conv.input[1:], fold(kernels, bias, preprocessing), strict=True):
        weights[name].CopyFrom(numpy_helper.from_array(array.astype(np.float32), name))
    plain = preprocessing.replace(
        name=f"{preprocessing.name}-folded",
        origin=f"{preprocessing.name}, with its means and scales folded into {conv.name}",
        scale=1.0,
        mean=(0.0,) * preprocessing.channels,
        std=(1.0,) * preprocessing.channels,
    )
    return with_text(folded, {PREPROCESSING_KEY: plain.to_json()})


def halve_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return a copy that stores float32 weights as float16, each cast back where it is read.

    Raises:
        ConversionError: A weight is too large for half precision.
    """
    import onnx  # noqa: PLC0415 - heavy
    from onnx import TensorProto, helper, numpy_helper  # noqa: PLC0415

    halved = onnx.ModelProto()
    halved.CopyFrom(model)
    casts = []
    for tensor in halved.graph.initializer:
        if tensor.data_type != TensorProto.FLOAT:
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(_halves(tensor), f"{name}:fp16"))
        casts.append(helper.make_node("Cast", [f"{name}:fp16"], [name], name=f"{name}:cast", to=TensorProto.FLOAT))
    nodes = [*casts, *halved.graph.node]
    del halved.graph.node[:]
    halved.graph.node.extend(nodes)
    return halved


def round_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return a copy whose kernels and matrices are what half precision holds of them, in float32 all the same.

    Biases and all else that has one axis stay as they are: they take next to no room.

    Raises:
        ConversionError: A weight is too large for half precision.
    """
    import onnx  # noqa: PLC0415 - heavy
    from onnx import TensorProto, numpy_helper  # noqa: PLC0415

    rounded = onnx.ModelProto()
    rounded.CopyFrom(model)
    within = (attribute.t for node in rounded.graph.node if node.op_type == "Constant" for attribute in node.attribute)
    for tensor in (*rounded.graph.initializer, *within):
        if tensor.data_type == TensorProto.FLOAT and len(tensor.dims) > 1:
            tensor.CopyFrom(numpy_helper.from_array(_halves(tensor).astype(np.float32), tensor.name))
    return rounded


def _halves(tensor: onnx.TensorProto) -> NDArray[np.float16]:
    from onnx import numpy_helper  # noqa: PLC0415 - heavy

    array: NDArray[np.float32] = numpy_helper.to_array(tensor)
    if np.abs(array).max(initial=0) > np.finfo(np.float16).max:
        raise ConversionError(f"{tensor.name}: holds values beyond half precision's ±65504")
    return array.astype(np.float16)


def _write_openvino(model: onnx.ModelProto, path: Path, precision: Precision) -> tuple[Path, ...]:
    import io  # noqa: PLC0415

    try:
        openvino = import_openvino()
    except ImportError as exc:
        raise ConversionError(
            "writing OpenVINO files takes the package openvino: pip install 'squeezeviz[openvino]'"
        ) from exc
    try:
        converted = openvino.convert_model(io.BytesIO(model.SerializeToString()))
        openvino.save_model(converted, path, compress_to_fp16=precision == "fp16")
    except RuntimeError as exc:
        raise ConversionError(f"{path}: OpenVINO refuses the model ({exc})") from exc
    return path, path.with_suffix(".bin")
