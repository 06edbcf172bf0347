"""The page's second part: what a widget loads once its first view is painted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from squeezeviz.explorer.protocol.fields import Message, Request

__all__ = ["SecondPartMessage", "SecondPartRequest"]


@dataclass(frozen=True, kw_only=True)
class SecondPartMessage(Message):
    """The page's second part.

    Attributes:
        program: A JavaScript module, as UTF-8.
    """

    kind: ClassVar = "second_part"

    program: bytes


@dataclass(frozen=True, kw_only=True)
class SecondPartRequest(Request):
    """The page's second part is wanted: the views that open on demand."""

    kind: ClassVar = "second_part"
