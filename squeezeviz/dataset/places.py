"""Where photos lie: paths, and addresses such as ``s3://…`` and ``http://…`` through fsspec. No other file knows it.

An address is asked because a person has named it, or the folder or store that it lies in. Lists, stores and atlases may
come from strangers: what they name beyond that is not opened (`leads_elsewhere`, `lies_below`).
"""

from __future__ import annotations

import os
import time
import urllib.parse
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes

from squeezeviz.arguments import expect
from squeezeviz.errors import DatasetError, ImageError, spoken
from squeezeviz.files import expanded, read_file
from squeezeviz.offline import is_offline

__all__ = [
    "Stamp",
    "absolute",
    "as_path",
    "as_text",
    "fsspec_at",
    "is_address",
    "leads_elsewhere",
    "lies_below",
    "read_bytes",
    "stamp_of",
    "stamp_of_listing",
]

#: What tells that a file has changed: size and times, or whatever a store knows. Empty where nothing is known.
Stamp = tuple[str, ...]

_MOST_BYTES = 512 << 20  # of a file: no photo and no list has more, and a list may name a device that has no end
_FILE = "file://"
_TRIES = 3  # of reading from elsewhere: a store that is busy answers a moment later
_PAUSE_S = 0.2
# Kinds of addresses that lead nowhere by themselves: of "zip://a.png::s3://b/c.zip" the second part does.
_HERE = frozenset({"file", "local", "memory", "zip", "tar", "simplecache", "filecache", "blockcache"})
# What stores call their marks of a version, the surest first.
_MARKS = ("ETag", "etag", "md5Hash", "mtime", "LastModified", "last_modified", "updated", "created")


def is_address(place: str) -> bool:
    """Say whether a place is an address for fsspec, not a path."""
    scheme, separator, _ = place.partition("://")
    return bool(separator) and scheme.replace("+", "").replace("::", "").isalnum()


def leads_elsewhere(place: str) -> bool:
    r"""Say whether a place may be another machine's: an address, or a path such as ``\\server\share`` of Windows."""
    return is_address(place) or place[:2].replace("\\", "/") == "//"


def lies_below(place: str, root: str) -> bool:
    """Say whether a place is a folder or store, or lies in it, by its letters alone: none lead up or elsewhere."""
    if not is_address(place):
        place, root = place.replace("\\", "/"), root.replace("\\", "/")
    root = root.rstrip("/")
    rest = place.removeprefix(root)
    if not place.startswith(root) or rest[:1] not in ("", "/"):
        return False
    return "::" not in rest and ".." not in urllib.parse.unquote(rest).replace("\\", "/").split("/")


def absolute(place: str | os.PathLike[str]) -> str:
    """Return a place that means the same in any working folder; links stay as they are.

    Raises:
        DatasetError: It begins with the home of a user that does not exist.
    """
    expect(place, (str, os.PathLike), "a folder of photos: a path or an address", DatasetError)
    text = os.fspath(place)
    if is_address(text):
        return text
    try:
        return os.path.abspath(expanded(text))  # noqa: PTH100 - resolve follows links
    except OSError as exc:
        raise DatasetError(f"{spoken(text)}: {exc.strerror}") from exc


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
        DatasetError: fsspec, or what it needs for this kind of address, is missing, or it refuses the address; or
            ``SQUEEZEVIZ_OFFLINE`` does.
    """
    if is_offline() and not _is_here(address):
        raise DatasetError(
            f"{address}: SQUEEZEVIZ_OFFLINE forbids asking other machines; unset it, or give a folder on this one"
        )
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


def _is_here(address: str) -> bool:
    """Say whether all parts of an address stay on this machine; the last may be a plain path."""
    *links, last = address.split("::")
    schemes = {link.partition("://")[0] for link in [*links, last] if link is not last or "://" in last}
    return schemes <= _HERE


def read_bytes(place: str, name: str) -> bytes:
    """Return what lies at a place.

    Args:
        place: A path or an address.
        name: What to call it in errors.

    Raises:
        ImageError: Nothing lies there, or it cannot be read.
        DatasetError: It is an address, and fsspec is missing, or ``SQUEEZEVIZ_OFFLINE`` is set.
    """
    if is_address(place):
        return _fetched(place, name)
    try:
        return read_file(Path(place), most_bytes=_MOST_BYTES)
    except (FileNotFoundError, NotADirectoryError) as exc:
        raise ImageError(f"{spoken(name)}: no such file") from exc
    except OSError as exc:
        raise ImageError(f"{spoken(name)}: cannot be read ({exc.strerror or exc})") from exc


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
