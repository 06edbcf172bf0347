"""A graph of an old operator set, said in a newer one: what gradients are written in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.errors import ModelError, in_one_line
from squeezeviz.network.weights import held_names

if TYPE_CHECKING:
    import onnx

__all__ = ["LEAST_VERSION", "in_newer_set"]

#: The first operator set whose ``ScatterElements`` adds, which the gradient of max pooling takes.
LEAST_VERSION = 16
_RESIZED_OTHERWISE = 11  # from this set on, Resize counts from the middle of a cell unless it is told otherwise
_LEAST_IR = 8  # the file format that came with it


def in_newer_set(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return a model in operator set 16 at least, converted by onnx where it is older.

    Args:
        model: It is left as it is. Weights of which it only says what they are stay so.

    Raises:
        ModelError: It cannot be converted.
    """
    import onnx  # noqa: PLC0415 - heavy
    from onnx import version_converter  # noqa: PLC0415 - heavy

    version = next((held.version for held in model.opset_import if held.domain in ("", "ai.onnx")), 1)
    if version >= LEAST_VERSION:
        return model
    held = set(held_names(model.graph))
    stubs = [tensor for tensor in model.graph.initializer if tensor.name in held]
    # The converter reads every number: what only says what it is is an input meanwhile.
    plain = onnx.ModelProto()
    plain.CopyFrom(model)
    kept = [tensor for tensor in plain.graph.initializer if tensor.name not in held]
    del plain.graph.initializer[:]
    plain.graph.initializer.extend(kept)
    plain.graph.input.extend(
        onnx.helper.make_tensor_value_info(stub.name, stub.data_type, list(stub.dims)) for stub in stubs
    )
    try:
        made = version_converter.convert_version(plain, LEAST_VERSION)
    except Exception as exc:  # of its C++ part: RuntimeError, or anything
        raise ModelError(
            f"gradients need operator set {LEAST_VERSION} or newer; the file has {version}, and onnx cannot convert "
            f"it ({in_one_line(exc)}); export it anew"
        ) from exc
    inputs = [value for value in made.graph.input if value.name not in held]
    del made.graph.input[:]
    made.graph.input.extend(inputs)
    made.graph.initializer.extend(stubs)
    if version < _RESIZED_OTHERWISE:
        _resize_as_before(model, made)
    made.ir_version = max(model.ir_version, _LEAST_IR)
    return made


def _resize_as_before(model: onnx.ModelProto, made: onnx.ModelProto) -> None:
    """Say of resizings how they were meant, which onnx's converter leaves out: their numbers would be others."""
    from onnx import helper  # noqa: PLC0415 - heavy

    old = {node.output[0] for node in model.graph.node if node.op_type in ("Resize", "Upsample")}
    for node in made.graph.node:
        if node.op_type == "Resize" and node.output[0] in old:
            kept = [held for held in node.attribute if held.name == "mode"]
            del node.attribute[:]
            how = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
            node.attribute.extend([*kept, *(helper.make_attribute(name, value) for name, value in how.items())])
