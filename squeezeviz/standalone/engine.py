"""What a page in a notebook is given of the engine, which a standalone page carries: its program, and the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.explorer.exporting import EngineParts
from squeezeviz.standalone.blocks import Blocks
from squeezeviz.standalone.contents import contents
from squeezeviz.standalone.page import program

if TYPE_CHECKING:
    from collections.abc import Sequence

    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.model import Model

__all__ = ["engine_of"]


def engine_of(model: Model, presets: Sequence[Preprocessing]) -> EngineParts:
    """Return an engine's parts for a model.

    Args:
        model: The model.
        presets: The preprocessings on offer; the one in use comes first.

    Raises:
        ModelError: The model has a layer of a kind that a page cannot compute.
    """
    blocks = Blocks(level=_STORED)
    traits = {"preset": presets[0].name, "ablated": {}, "ablation_fill": "zero", "tuned": {}, "photo": ""}
    data, _ = contents(model, [], presets, traits, blocks)
    blocks.begin("contents")
    entry = blocks.plain(data)
    return EngineParts(
        program("engine.js").encode("utf-8"), entry, blocks.parts.get("weights", {}), blocks.parts["contents"]
    )


_STORED = 0  # between a kernel and a page near it, compressing takes longer than it saves
