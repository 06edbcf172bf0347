"""Where photos lie: paths, and addresses such as ``s3://…`` and ``http://…`` through fsspec. No other file knows it."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes

from squeezeviz.errors import DatasetError, ImageError

__all__ = [
    "Stamp",
    "absolute",
    "as_path",
    "as_text",
    "fsspec_at",
    "is_address",
    "read_bytes",
    "stamp_of",
    "stamp_of_listing",
]

#: What tells that a file has changed: size and times, or whatever a store knows. Empty where nothing is known.
Stamp = tuple[str, ...]

_FILE = "file://"
_TRIES = 3  # of reading from elsewhere: a store that is busy answers a moment later
_PAUSE_S = 0.2
# What stores call their marks of a version, the surest first.
_MARKS = ("ETag", "etag", "md5Hash", "mtime", "LastModified", "last_modified", "updated", "created")


def is_address(place: str) -> bool:
    """Say whether a place is an address for fsspec, not a path."""
    scheme, separator, _ = place.partition("://")
    return bool(separator) and scheme.replace("+", "").replace("::", "").isalnum()


def absolute(place: str | os.PathLike[str]) -> str:
    """Return a place that means the same in any working folder; links stay as they are."""
    text = os.fspath(place)
    return text if is_address(text) else os.path.abspath(Path(text).expanduser())  # noqa: PTH100 - resolve follows links


def as_text(place: str) -> str:
    """Return a place that can be written down: if not UTF-8, a path as ``file:///caf%E9.jpg``."""
    try:
        place.encode()
    except UnicodeEncodeError:
        return _FILE + quote_from_bytes(os.fsencode(place))
    return place


def as_path(text: str) -> str:
    """Return a place from what `as_text` made of it."""
    return os.fsdecode(unquote_to_bytes(text.removeprefix(_FILE))) if text.startswith(_FILE) else text


def fsspec_at(address: str) -> tuple[Any, str]:
    """Return fsspec's file system for an address, and the path within it.

    Raises:
        DatasetError: fsspec, or what it needs for this kind of address, is missing, or it refuses the address.
    """
    try:
        from fsspec.core import url_to_fs  # noqa: PLC0415 - an extra
    except ImportError as exc:
        raise DatasetError(
            f"{address}: reading from addresses takes fsspec: pip install 'squeezeviz[cluster]'"
        ) from exc
    try:
        system, path = url_to_fs(address)
    except ImportError as exc:
        raise DatasetError(f"{address}: {exc}") from exc
    except Exception as exc:  # every kind of address has errors of its own
        raise DatasetError(f"{address}: cannot be opened ({exc})") from exc
    return system, path


def read_bytes(place: str, name: str) -> bytes:
    """Return what lies at a place.

    Args:
        place: A path or an address.
        name: What to call it in errors.

    Raises:
        ImageError: Nothing lies there, or it cannot be read.
        DatasetError: It is an address, and fsspec is missing.
    """
    if is_address(place):
        return _fetched(place, name)
    try:
        return Path(place).read_bytes()
    except FileNotFoundError as exc:
        raise ImageError(f"{name}: no such file") from exc
    except (OSError, ValueError) as exc:  # ValueError: a NUL in the path
        raise ImageError(f"{name}: cannot be read ({getattr(exc, 'strerror', None) or exc})") from exc


def _fetched(address: str, name: str) -> bytes:
    system, path = fsspec_at(address)
    for is_last in [False] * (_TRIES - 1) + [True]:
        try:
            content: bytes = system.cat_file(path)
        except FileNotFoundError as exc:
            raise ImageError(f"{name}: no such file") from exc
        except Exception as exc:  # stores raise errors of their own
            if is_last:
                raise ImageError(f"{name}: cannot be read ({type(exc).__name__}: {exc})") from exc
            time.sleep(_PAUSE_S)
        else:
            return content
    raise AssertionError  # pragma: no cover - the last try returns or raises


def stamp_of(place: str) -> Stamp:
    """Return what tells that a local file has changed; empty for addresses, and where nothing lies.

    Size, time of the last change of its bytes, of the last change at all, and which file of its disk it is: the last
    two are the file system's own, and tell a file from another that was given its size and time.
    """
    if is_address(place):
        return ()
    try:
        state = os.stat(place)  # noqa: PTH116 - a million of them
    except (OSError, ValueError):
        return ()
    return str(state.st_size), str(state.st_mtime_ns), str(state.st_ctime_ns), str(state.st_ino)


def stamp_of_listing(entry: dict[str, Any]) -> Stamp:
    """Return the same from what fsspec tells of a file; empty where it tells nothing of its version."""
    mark = next((entry[key] for key in _MARKS if entry.get(key) is not None), None)
    return () if mark is None else (str(entry.get("size")), str(mark))
