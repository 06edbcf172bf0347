"""A tally as bytes, to be kept or sent: arrays in a zip file, as NumPy writes them, and a few words."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.dataset.atlas import bins
from squeezeviz.dataset.atlas.tally import Columns, Strongest, Sums, Tally

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.dataset.atlas.rows import Rows

__all__ = ["pack", "unpack"]

_SUMS = ("peaks", "maxima", "means", "squares")


def pack(tally: Tally) -> bytes:
    """Return a tally as bytes; equal tallies give equal bytes."""
    arrays: dict[str, NDArray[Any]] = {"cells": _narrow(tally.cells)}
    waiting, sums = tally.waiting, tally.sums
    words: dict[str, Any] = {"names": waiting.names, "classes": waiting.classes}
    if waiting.names:
        arrays |= {
            "waiting maxima": np.stack(waiting.maxima),
            "waiting cells": _narrow(np.stack(waiting.cells)),
            "waiting means": np.stack(waiting.means),
        }
    if sums is not None:
        best = sums.strongest
        words |= {
            "photos": sums.photos,
            "best": best.names,
            "counts": {str(index): count for index, (count, _) in sorted(sums.classes.items())},
        }
        arrays |= {"best photo": best.photo, "best value": best.value, "best cell": best.cell}
        arrays |= {name: _narrow(getattr(sums, name)) for name in _SUMS}
        arrays |= {f"products {at}": products for at, products in enumerate(sums.products)}
        arrays |= {f"class {index}": own for index, (_, own) in sorted(sums.classes.items())}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        _put(file, "words.json", json.dumps(words, ensure_ascii=False).encode())
        for name, array in arrays.items():
            with io.BytesIO() as content:
                np.lib.format.write_array(content, array, allow_pickle=False)
                _put(file, name, content.getvalue())
    return buffer.getvalue()


def _put(file: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name)  # of 1980: the time would make equal tallies differ
    entry.compress_type = zipfile.ZIP_DEFLATED
    file.writestr(entry, content)


def _narrow(counts: NDArray[np.integer[Any]]) -> NDArray[Any]:
    """Return whole numbers in as few bytes as hold the largest of them."""
    least, most = int(counts.min(initial=0)), int(counts.max(initial=0))
    return counts.astype(np.promote_types(np.min_scalar_type(least), np.min_scalar_type(most)))


def unpack(content: bytes, rows: Rows, k: int) -> Tally:
    """Return a tally from its bytes.

    Raises:
        ValueError: These bytes are no tally, or one of other layers.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            words = json.loads(file.read("words.json"))
            arrays = {
                name: np.lib.format.read_array(io.BytesIO(file.read(name)), allow_pickle=False)
                for name in file.namelist()
                if name != "words.json"
            }
        return _tally(words, arrays, rows, k)
    except (zipfile.BadZipFile, zlib.error, KeyError, TypeError, AttributeError, EOFError, NotImplementedError) as exc:
        raise ValueError(f"expected a part of an atlas, found something else ({exc})") from exc


def _tally(words: dict[str, Any], arrays: dict[str, NDArray[Any]], rows: Rows, k: int) -> Tally:
    count = rows.count

    def whole(name: str, *shape: int) -> NDArray[np.int64]:
        return _shaped(arrays[name], shape, name).astype(np.int64)

    waiting = Columns()
    if words["names"]:
        shape = (len(words["names"]), count)
        waiting = Columns(
            list(words["names"]),
            [int(index) for index in words["classes"]],
            list(_shaped(arrays["waiting maxima"], shape, "maxima").astype(np.float32)),
            list(_shaped(arrays["waiting cells"], shape, "cells").astype(np.int32)),
            list(_shaped(arrays["waiting means"], shape, "means").astype(np.float32)),
        )
    sums = None
    if "photos" in words:
        best = Strongest(
            list(words["best"]),
            _shaped(arrays["best photo"], (count, k), "photos").astype(np.int32),
            _shaped(arrays["best value"], (count, k), "values").astype(np.float32),
            _shaped(arrays["best cell"], (count, k), "cells").astype(np.int32),
        )
        products = [whole(f"products {at}", group.related, group.related) for at, group in enumerate(rows.asked)]
        classes = {int(index): (int(n), whole(f"class {index}", count)) for index, n in words["counts"].items()}
        sums = Sums(
            int(words["photos"]), best, whole("peaks", count, bins.BINS), whole("maxima", count), products,
            whole("means", count), whole("squares", count), classes,
        )  # fmt: skip
    return Tally(waiting, sums, whole("cells", count, bins.BINS))


def _shaped(array: NDArray[Any], shape: tuple[int, ...], name: str) -> NDArray[Any]:
    if array.shape != shape:
        raise ValueError(f"expected {name} of shape {shape}, found {array.shape}")
    return array
