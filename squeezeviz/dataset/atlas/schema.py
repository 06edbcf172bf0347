"""The tables of an atlas: what each column holds. They are written by this, and checked by it when read."""

from __future__ import annotations

import numpy as np

from squeezeviz.dataset.atlas import bins
from squeezeviz.dataset.atlas.findings import ALIKE
from squeezeviz.dataset.tables import Column

__all__ = ["CLASSES", "TABLES"]

#: Classes that are named for a channel, those it activates on most.
CLASSES = 5
_LAYER, _INDEX, _PIXELS = Column("layer"), Column("int32"), Column("float64")
_BOX = {side: Column("int64") for side in ("left", "top", "right", "bottom")}
_FINITE = float(np.finfo(np.float32).max)

#: Table → its columns, in their order.
TABLES: dict[str, dict[str, Column]] = {
    "channels": {
        "layer": _LAYER,
        "channel": _INDEX,
        "photos": Column("int64"),
        "active_photos": Column("int64"),
        "largest": Column("float32", most=_FINITE),
        "mean": Column("float64", most=_FINITE),
        "spread": Column("float64", most=_FINITE),
        "zeros": Column("float64", most=1),
        "selectivity": Column("float64", least=-1, most=1, is_optional=True),
        "classes": Column("ints", per_row=CLASSES),
        "class_means": Column("floats", most=_FINITE, per_row=CLASSES),
    },
    "strongest": {
        "layer": _LAYER,
        "channel": _INDEX,
        "rank": Column("int16", least=1),
        "photo": Column("text"),
        "value": Column("float32", most=_FINITE),
        "y": _INDEX,
        "x": _INDEX,
        "crop": _INDEX,
        **dict.fromkeys(("left", "top", "right", "bottom"), _PIXELS),
    },
    "histograms": {
        "layer": _LAYER,
        "channel": _INDEX,
        "photos": Column("counts", most=2.0**53, per_row=bins.BINS),
        "cells": Column("counts", most=2.0**53, per_row=bins.BINS),
    },
    "classes": {
        "class_index": _INDEX,
        "layer": _LAYER,
        "channel": _INDEX,
        "mean": Column("float32", most=_FINITE),
    },
    "similar": {
        "layer": _LAYER,
        "channel": _INDEX,
        "rank": Column("int16", least=1, most=ALIKE),
        "other": _INDEX,
        "correlation": Column("float64", least=-1, most=1),
    },
    "photos": {
        "photo": Column("text"),
        "place": Column("text"),
        "class_index": Column("int32", is_optional=True),
        "width": Column("int32", least=1),
        "height": Column("int32", least=1),
    },
    "crops": {
        "crop": _INDEX,
        "photo": Column("text"),
        **_BOX,
        "offset": Column("int64", most=2.0**53),
        "size": Column("int64", least=1, most=2.0**20),
        "crc32": Column("int64", most=2.0**32 - 1),
    },
}
