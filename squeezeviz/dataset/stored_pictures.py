"""JPEG files in one zip file, and the columns of a table that say where each lies: ``offset``, ``size``, ``crc32``.

By the table each is read alone; the zip file's own list of contents is for people and other programs.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image as Pillow

from squeezeviz.image.quiet import quietly

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from squeezeviz.dataset.tables import Table

__all__ = ["read_picture", "write_pictures"]

_HEADER = 30  # bytes before a file's name in a zip file, says its specification


def write_pictures(path: Path, files: Iterable[bytes]) -> dict[str, NDArray[np.int64]]:
    """Write JPEG files as ``000000.jpg``, …, as they are; return the columns that say where each lies, int64 (n,)."""
    places = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as stored:
        for number, file in enumerate(files):
            entry = zipfile.ZipInfo(f"{number:06d}.jpg")  # of 1980: the time would make equal folders differ
            stored.writestr(entry, file)
            places.append((entry.header_offset + _HEADER + len(entry.filename), entry.file_size, entry.CRC))
    where = np.array(places, np.int64).reshape(-1, 3)
    return {name: where[:, at] for at, name in enumerate(("offset", "size", "crc32"))}


def read_picture(path: Path, table: Table, row: int, what: str) -> tuple[bytes, tuple[int, int]]:
    """Return a JPEG file, and its width and height in pixels: a page opens whatever it is given, so its kind is seen.

    Args:
        path: The zip file.
        table: It says where each lies.
        row: Which one.
        what: What one is, for the error.

    Raises:
        ValueError: It has other bytes than were written, or is no JPEG.
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        file.seek(int(table["offset"][row]))
        content = file.read(int(table["size"][row]))
    if zlib.crc32(content) != table["crc32"][row]:
        raise ValueError(f"{what} {row} of {path.name} has other bytes than were written")
    try:
        with quietly(), Pillow.open(io.BytesIO(content), formats=["JPEG"]) as opened:
            return content, opened.size
    except Exception as exc:  # whatever Pillow says of what is no picture
        raise ValueError(f"{what} {row} of {path.name} is no JPEG ({exc})") from exc
