"""Weights that an ONNX file keeps in other files: read from beside it, and from nowhere else."""

from __future__ import annotations

import math
from pathlib import PurePath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from squeezeviz.errors import ModelError, spoken
from squeezeviz.files import read_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import onnx

__all__ = ["with_external_data"]

_LOCATION = b"location"


def with_external_data(content: bytes, path: Path, *, most_bytes: int) -> bytes:
    """Return an ONNX file's bytes with the weights in them that it keeps in other files.

    Args:
        content: Its bytes.
        path: Where it lies: the other files lie in the same folder.
        most_bytes: Of all together.

    Raises:
        ModelError: A file is named that is not a plain name, is missing or too short, or all are too large.
    """
    if _LOCATION not in content:
        return content  # the key that names the other file is text: without it, there is none
    import onnx  # noqa: PLC0415 - heavy

    try:
        model = onnx.load_model_from_string(content)
    except Exception:  # noqa: BLE001 - whoever reads the graph says so
        return content
    tensors = [tensor for tensor in _tensors(model) if tensor.data_location == onnx.TensorProto.EXTERNAL]
    if not tensors:
        return content
    if sum(math.prod(max(0, size) for size in tensor.dims) for tensor in tensors) > most_bytes:
        raise ModelError(f"{path}: its weights are larger than {most_bytes:,} bytes, which are not read")
    held: dict[str, bytes] = {}
    for tensor in tensors:
        _fill(tensor, path, held, most_bytes)
    whole: bytes = model.SerializeToString()
    return whole


def _tensors(model: onnx.ModelProto) -> Iterator[onnx.TensorProto]:
    yield from model.graph.initializer
    for node in model.graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t


def _fill(tensor: onnx.TensorProto, path: Path, held: dict[str, bytes], most_bytes: int) -> None:
    """Put one tensor's numbers into it."""
    import onnx  # noqa: PLC0415 - heavy

    said: dict[str, Any] = {entry.key: entry.value for entry in tensor.external_data}
    name = str(said.get("location", ""))
    if name not in held:
        held[name] = _read(name, path, most_bytes - sum(map(len, held.values())))
    content = held[name]
    try:
        offset, length = int(said.get("offset", 0)), int(said.get("length", len(content)))
        size = onnx.helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize * math.prod(tensor.dims)
    except (ValueError, KeyError, TypeError) as exc:
        raise ModelError(f"{path}: it is not said rightly where the numbers of {spoken(tensor.name)!r} lie") from exc
    part = content[offset : offset + length] if offset >= 0 and length >= 0 else b""
    if len(part) < size:
        raise ModelError(
            f"{path}: {spoken(name)} holds {len(part):,} bytes where {spoken(tensor.name)!r} takes {size:,}; bring the "
            "file that was written with the model"
        )
    tensor.raw_data = part[:size]
    del tensor.external_data[:]
    tensor.ClearField("data_location")


def _read(name: str, path: Path, most_bytes: int) -> bytes:
    is_plain = name not in ("", ".", "..") and PurePath(name).name == name == PureWindowsPath(name).name
    beside = path.parent / name if is_plain else None
    if beside is None or beside.is_symlink():
        raise ModelError(
            f"{path}: keeps weights in {spoken(name)!r}; only a file in the same folder is read, by its plain name"
        )
    try:
        return read_file(beside, most_bytes=max(0, most_bytes))
    except FileNotFoundError as exc:
        raise ModelError(
            f"{path}: keeps its weights in {spoken(name)}, which is missing; put it beside the model, or "
            "drop both on the page together"
        ) from exc
    except OSError as exc:
        raise ModelError(f"{path}: {spoken(name)} cannot be read ({exc.strerror or exc})") from exc
