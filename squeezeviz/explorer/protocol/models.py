"""Models that a page brings: how their files come, and how far that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from squeezeviz.explorer.limits import MOST_MODEL_FILES
from squeezeviz.explorer.protocol.fields import Between, Index, Message, NamedRequest, Positive, Request

__all__ = ["ArrivingMessage", "LeaveModelRequest", "ModelPieceRequest"]


@dataclass(frozen=True, kw_only=True)
class ModelPieceRequest(NamedRequest):
    """A piece of a file of a model. Files that belong together have one id, and come one after the other.

    Attributes:
        file: Which file, from 0.
        files: How many.
        index: Which piece of it, from 0.
        count: Of its pieces.
        piece: Its bytes.
    """

    kind: ClassVar = "model-piece"

    file: Annotated[int, Between(0, MOST_MODEL_FILES - 1)]
    files: Annotated[int, Between(1, MOST_MODEL_FILES)]
    index: Index
    count: Positive
    piece: bytes


@dataclass(frozen=True, kw_only=True)
class LeaveModelRequest(Request):
    """Nobody wants the model any more that comes, or is loaded, under this id: the one before goes on."""

    kind: ClassVar = "leave-model"


@dataclass(frozen=True, kw_only=True)
class ArrivingMessage(Message):
    """How far a model has come; `ModelMessage` says which one answers at last.

    Attributes:
        bytes: Of its files that are here.
        is_loading: Whether they are all here, and it is read.
    """

    kind: ClassVar = "arriving"

    bytes: int
    is_loading: bool
