"""The table of a catalogue: what each column holds. It is written by this, and checked by it when read."""

from __future__ import annotations

import numpy as np

from squeezeviz.dataset.tables import Column

__all__ = ["ALIKE", "COLUMNS", "MOST_PICTURES", "MOST_PX"]

#: Channels that are named as most alike.
ALIKE = 8
#: Of a channel.
MOST_PICTURES = 17
#: Of a picture's longer side.
MOST_PX = 4096
_FINITE = float(np.finfo(np.float32).max)
_MOST_BYTES = 2.0**23  # of a picture

#: A row a picture, in the network's order of layers, then by channel, then by rank.
COLUMNS: dict[str, Column] = {
    "layer": Column("layer"),
    "channel": Column("int32"),
    "rank": Column("int16", least=1, most=MOST_PICTURES),
    "sign": Column("int16", least=-1, most=1),
    "value": Column("float64", least=-_FINITE, most=_FINITE),
    "width": Column("int32", least=1, most=MOST_PX),
    "height": Column("int32", least=1, most=MOST_PX),
    "offset": Column("int64", most=2.0**53),
    "size": Column("int64", least=1, most=_MOST_BYTES),
    "crc32": Column("int64", most=2.0**32 - 1),
    "alike": Column("ints", per_row=ALIKE),
    "correlations": Column("floats", least=-1, per_row=ALIKE, most=1),
}
