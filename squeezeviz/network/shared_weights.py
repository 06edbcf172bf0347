"""Large weights as one file, mapped into memory: processes that look at the same network share what they read of it.

The kernels of one app do (`squeezeviz.serving.kernels` names the folder), of registered models alone: what a visitor
brings is nobody else's. What ONNX Runtime makes of weights as it makes a session, such as kernels in the order that its
convolutions read them in, is each process's own all the same.
"""

from __future__ import annotations

import hashlib
import mmap
import os
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from numpy.typing import NDArray

__all__ = ["FOLDER_VARIABLE", "shared", "sharing"]

#: Names the folder; without it nothing is shared. Whoever may write there may change what the network says: it has to
#: be this user's or root's, and writable for nobody else.
FOLDER_VARIABLE = "SQUEEZEVIZ_SHARED_WEIGHTS"
_ALIGNED = 64  # bytes: ONNX Runtime reads no slower than from memory of its own
_OTHERS_MAY_WRITE = 0o022


_is_registered: ContextVar[bool] = ContextVar("_is_registered", default=False)


@contextmanager
def sharing(*, is_registered: bool) -> Generator[None]:
    """Share what is read while the block runs, if it is of a registered model.

    Args:
        is_registered: Whether it is.
    """
    token = _is_registered.set(is_registered)
    try:
        yield
    finally:
        _is_registered.reset(token)


def shared(weights: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Return the same numbers, mapped from a file where the environment names a folder for it; else as they are.

    Args:
        weights: Name → numbers.
    """
    folder = os.environ.get(FOLDER_VARIABLE, "")
    if not (folder and weights and _is_registered.get() and hasattr(os, "getuid")):
        return dict(weights)
    with suppress(OSError):  # no room, no such folder: each process has its own, as without it
        return _mapped(weights, Path(folder))
    return dict(weights)


def _mapped(weights: Mapping[str, NDArray[Any]], folder: Path) -> dict[str, NDArray[Any]]:
    if not _is_ours(folder):
        return dict(weights)
    digest = hashlib.sha256()
    for name, values in weights.items():
        digest.update(f"{name} {values.dtype.str} {values.shape}\n".encode("utf-8", "surrogatepass"))
        digest.update(np.ascontiguousarray(values).tobytes())
    path = folder / f"{digest.hexdigest()}.weights"
    if not path.exists():
        write_whole(path, b"".join(_padded(values) for values in weights.values()))
    with path.open("rb") as file:
        if not _is_ours(path) or os.fstat(file.fileno()).st_size != sum(map(_room, weights.values())):
            return dict(weights)
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    found, at = {}, 0
    for name, values in weights.items():
        found[name] = np.frombuffer(content, values.dtype, values.size, at).reshape(values.shape)
        at += _room(values)
    return found


def _is_ours(path: Path) -> bool:
    about = path.stat()
    return about.st_uid in {0, os.getuid()} and not about.st_mode & _OTHERS_MAY_WRITE


def _room(values: NDArray[Any]) -> int:
    return -(-values.nbytes // _ALIGNED) * _ALIGNED


def _padded(values: NDArray[Any]) -> bytes:
    return np.ascontiguousarray(values).tobytes().ljust(_room(values), b"\0")
