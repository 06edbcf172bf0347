"""Photos and frames: how they come, their answers, and how they go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from squeezeviz.explorer.protocol.fields import (
    Id,
    Index,
    Message,
    NamedRequest,
    PhotoRequest,
    Positive,
    Request,
    Side,
    Text,
)
from squeezeviz.explorer.protocol.numbers import Maps
from squeezeviz.explorer.protocol.offers import Layer

__all__ = [
    "AnswerMessage",
    "FailedMessage",
    "ForgetRequest",
    "ForgottenMessage",
    "FrameMessage",
    "FrameRequest",
    "FreezeRequest",
    "GoneMessage",
    "PhotoMessage",
    "PieceRequest",
    "PixelsMessage",
    "PixelsRequest",
    "RawPixels",
    "StillMessage",
    "Times",
    "WorkingMessage",
]


@dataclass(frozen=True)
class Times:
    """What an answer took, in milliseconds; empty where that is of no interest.

    Attributes:
        decode: Reading the photo.
        preprocess: Preprocessing.
        run: The network.
    """

    decode: float | None = None
    preprocess: float | None = None
    run: float | None = None


@dataclass(frozen=True, kw_only=True)
class AnswerMessage(Message):
    """A photo that has been answered.

    Attributes:
        name: The photo's.
        model: The model that this answer is of.
        preset: The preprocessing that it belongs to.
        size: Width and height of the original, in pixels.
        visible: What the network sees of it: left, top, right, bottom, as shares of it; beyond 0 and 1 lies padding.
        input: Channels, height, width of what the network gets.
        layers: The layer table, where the input is not of the model's own size: the maps are not, either.
        preprocessing_words: How it was preprocessed, in words.
        notes: What reading it took, in words.
        caution: Why not to believe the answer; empty as a rule.
        rms_activation: Layer → root mean square of its activation.
        times: What it took.
        is_sigmoid: Whether each class is answered for itself, by a sigmoid of its logit; else by a softmax of all.
    """

    name: str
    model: str
    preset: str
    size: tuple[int, int]
    visible: tuple[float, float, float, float]
    input: tuple[int, int, int]
    layers: tuple[Layer, ...] | None
    preprocessing_words: str
    notes: tuple[str, ...]
    caution: str
    rms_activation: dict[str, float]
    times: Times
    is_sigmoid: bool


@dataclass(frozen=True, kw_only=True)
class PhotoMessage(AnswerMessage):
    """A photo that has been answered: its pictures, every logit, and what is said of it. Its id is the photo's.

    Attributes:
        original: The photo scaled down, a JPEG file.
        seen: The input tensor mapped back to a picture, a PNG file.
        logits: Every class's, float32.
    """

    kind: ClassVar = "photo"

    original: bytes
    seen: bytes
    logits: bytes


@dataclass(frozen=True, kw_only=True)
class FrameMessage(AnswerMessage):
    """A frame that has been answered, of the camera or of a photo that is painted on: all that the page draws of it.

    The page has the frame itself: it sent it.

    Attributes:
        photo: Id of the photo that the frame is one state of.
        kernel_ms: What the kernel took over it.
        seen_size: Width and height of what the network sees of it.
        tensors: The layers that the page looks at.
        logits: Every class's, float32.
        seen: What the network sees of it, uint8 (height, width, 3), RGB.
        values: Of each layer, by its name; see `Maps`.
        statistics: Of each layer, by its name: its channels' maxima, means and shares of zeros, float32 (3, C).
    """

    kind: ClassVar = "frame"

    photo: str
    kernel_ms: float
    seen_size: tuple[int, int]
    tensors: tuple[Maps, ...]
    logits: bytes
    seen: bytes
    values: dict[str, bytes]
    statistics: dict[str, bytes]


@dataclass(frozen=True, kw_only=True)
class PixelsMessage(Message):
    """A photo's own pixels, to be painted on.

    Attributes:
        photo: The photo.
        name: Its name.
        size: Width and height of what is painted on.
        original: Width and height of the photo.
        pixels: uint8 (height, width, 3), RGB, row by row.
    """

    kind: ClassVar = "pixels"

    photo: str
    name: str
    size: tuple[int, int]
    original: tuple[int, int]
    pixels: bytes


@dataclass(frozen=True, kw_only=True)
class FailedMessage(Message):
    """What could not be done, and why.

    Attributes:
        name: What it is about: a photo, as a rule.
        message: Why, in words for the page.
    """

    kind: ClassVar = "failed"

    name: str
    message: str


@dataclass(frozen=True, kw_only=True)
class WorkingMessage(Message):
    """A piece has arrived; more are to come.

    Attributes:
        name: Of the file.
    """

    kind: ClassVar = "working"

    name: str


@dataclass(frozen=True, kw_only=True)
class StillMessage(Message):
    """What was asked is still being worked on: a model may have to be downloaded first."""

    kind: ClassVar = "still"


@dataclass(frozen=True, kw_only=True)
class GoneMessage(Message):
    """What was asked is of a photo that was removed meanwhile: nobody waits for it any more."""

    kind: ClassVar = "gone"


@dataclass(frozen=True, kw_only=True)
class ForgottenMessage(Message):
    """A photo is gone. The id is the photo's."""

    kind: ClassVar = "forgotten"


@dataclass(frozen=True, kw_only=True)
class PieceRequest(NamedRequest):
    """A piece of a file: each message stays far below every limit, however Jupyter was started.

    Attributes:
        index: Which piece, from 0.
        count: Of pieces.
        piece: Its bytes.
    """

    kind: ClassVar = "piece"

    index: Index
    count: Positive
    piece: bytes


@dataclass(frozen=True, kw_only=True)
class RawPixels(NamedRequest):
    """Raw pixels: a frame of the camera, a photo as it is painted, or a picture as it grows.

    Attributes:
        width: In pixels.
        height: In pixels.
        of: Id of the photo that is painted on; None of others.
        source: Where others come from.
        pixels: uint8 (height, width, 3), RGB, row by row.
    """

    width: Side = 0
    height: Side = 0
    of: Id | None = None
    source: Literal["camera", "grown"] = "camera"
    pixels: bytes


@dataclass(frozen=True, kw_only=True)
class FrameRequest(RawPixels):
    """Answer a frame, which takes the place of the one before.

    Attributes:
        photo: Id of the photo that it is one state of.
        layers: Names of the layers that the page looks at.
    """

    kind: ClassVar = "frame"

    photo: Id = ""
    layers: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FreezeRequest(RawPixels):
    """Keep a frame as an ordinary photo."""

    kind: ClassVar = "freeze"


@dataclass(frozen=True, kw_only=True)
class PixelsRequest(PhotoRequest):
    """What is painted on when a photo is edited."""

    kind: ClassVar = "pixels"


@dataclass(frozen=True, kw_only=True)
class ForgetRequest(Request):
    """Let a photo go. The id is the photo's."""

    kind: ClassVar = "forget"
