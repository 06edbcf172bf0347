"""The page's own engine: the network as plain data and weights, so that frames are answered where they are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from squeezeviz.explorer.protocol.fields import Message, Request, Text

__all__ = ["EngineMessage", "EngineRequest"]


@dataclass(frozen=True, kw_only=True)
class EngineMessage(Message):
    """What a page computes frames with, the camera's and those of a photo that is painted on.

    Attributes:
        model: The model.
        sha256: Digest of its file: of the same digest the weights are the same.
        problem: Why frames are computed by the kernel instead; empty as a rule.
        entry: Which block says what the others are, as in a standalone page.
        program: The engine's, as text; missing where the page has it.
        blocks: Numbers, by their block's number; the network's weights are missing where the page has them.
    """

    kind: ClassVar = "engine"

    model: str
    sha256: str
    problem: str
    entry: int
    program: bytes | None
    blocks: dict[str, bytes]


@dataclass(frozen=True, kw_only=True)
class EngineRequest(Request):
    """What the page computes frames with.

    Attributes:
        known: Digest of the model whose weights the page has; empty while it has none.
        wanted: Whether it has the engine's program: then the network alone is sent.
    """

    kind: ClassVar = "engine"

    known: Text = ""
    wanted: Literal["all", "network"] = "all"
