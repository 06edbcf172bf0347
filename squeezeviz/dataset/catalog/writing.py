"""A catalogue as a folder: one table, one file of pictures, and what it is of as JSON.

    NAME.catalog/
      catalog.json      model, preprocessing, how pictures were grown, for which channels that could not be done
      catalog.parquet   a row a picture: layer, channel, rank, sign (1 excites, −1 silences), value, width, height,
                        where in the zip file it lies (offset, size, crc32), and the channels most like it, with
                        correlations
      pictures.zip      000000.jpg, …, stored as they are, in the order of the table

`schema.py` declares the columns. While a catalogue is being written, its files lie in a folder within it; without
`catalog.json` it is none.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.dataset.catalog.about import CATALOG, FORMAT, NAME, PICTURES, TABLE
from squeezeviz.dataset.catalog.schema import ALIKE, COLUMNS
from squeezeviz.dataset.catalog.study import channel_name
from squeezeviz.dataset.stored_pictures import write_pictures
from squeezeviz.dataset.tables import arrow_table, parquet, texts
from squeezeviz.dataset.whole_folder import written_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from squeezeviz.dataset.catalog.grown import Grown

__all__ = ["most_alike", "write_catalog"]


def write_catalog(path: Path, *, about: Mapping[str, Any], grown: Mapping[str, tuple[Grown, ...]]) -> None:
    """Write a catalogue, whole or not at all; what stood there before is replaced.

    Args:
        path: The folder.
        about: What it is of: among others ``layers`` and ``channels``, how many each has.
        grown: The pictures of each channel, as `channel_name` calls it.

    Raises:
        DatasetError: pyarrow is missing, or the disk refuses.
    """
    parquet("a catalogue")
    with written_whole(path, CATALOG) as made:
        rows = list(_rows(dict(zip(about["layers"], about["channels"], strict=True)), grown))
        places = write_pictures(made / PICTURES, (picture.file for *_, picture, _ in rows))
        table = arrow_table(COLUMNS, _columns(rows, places))
        parquet().write_table(table, made / TABLE, compression="zstd")
        written = {"format": FORMAT, **about}
        (made / NAME).write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


_Alike = list[tuple[int, float]]


def _rows(
    channels: Mapping[str, int], grown: Mapping[str, tuple[Grown, ...]]
) -> Iterator[tuple[str, int, int, Grown, _Alike]]:
    """Yield every picture in the table's order: layer, channel, rank, itself, and the channels most like it."""
    for layer, count in channels.items():
        here = [grown.get(channel_name(layer, channel), ()) for channel in range(count)]
        means = [each.means for pictures in here for each in pictures if each.sign > 0]
        alike = most_alike(np.stack(means)) if len(means) > 1 else []
        for channel, pictures in enumerate(here):
            for at, each in enumerate(pictures):
                yield layer, channel, at + 1, each, alike[channel] if alike else []


def most_alike(means: NDArray[np.float32]) -> list[_Alike]:
    """Return each channel's most alike: by Pearson's correlation of their means over pictures.

    Args:
        means: float32 (pictures, channels).
    """
    centred = means.astype(np.float64) - means.mean(axis=0, dtype=np.float64)
    sizes = np.linalg.norm(centred, axis=0)
    units = np.divide(centred, sizes, out=np.zeros_like(centred), where=(sizes > 0) & np.isfinite(sizes))
    found = []
    for channel in range(units.shape[1]):  # one at a time: of all at once, pairs would take the memory of many layers
        cosines = units[:, channel] @ units
        cosines[channel] = -np.inf
        cosines[~(sizes > 0)] = -np.inf
        order = np.argsort(-cosines, kind="stable")[:ALIKE]
        found.append([(int(at), float(min(1.0, cosines[at]))) for at in order if cosines[at] > 0])
    return found


def _columns(
    rows: list[tuple[str, int, int, Grown, _Alike]], places: Mapping[str, NDArray[np.int64]]
) -> dict[str, Any]:
    pictures = [each for *_, each, _ in rows]
    alike = [found for *_, found in rows]
    layers = {layer: code for code, layer in enumerate(dict.fromkeys(layer for layer, *_ in rows))}
    return {
        "layer": texts(list(layers), np.array([layers[layer] for layer, *_ in rows], np.int16)),
        "channel": np.array([channel for _, channel, *_ in rows], np.int32),
        "rank": np.array([rank for _, _, rank, *_ in rows], np.int16),
        "sign": np.array([each.sign for each in pictures], np.int16),
        "value": np.array([each.value for each in pictures], np.float64),
        "width": np.array([each.size_px[1] for each in pictures], np.int32),
        "height": np.array([each.size_px[0] for each in pictures], np.int32),
        **places,
        "alike": [np.array([at for at, _ in found], np.int32) for found in alike],
        "correlations": [np.array([value for _, value in found], np.float64) for found in alike],
    }
