"""A picture that excites a channel, a cell or a class, as it grows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from squeezeviz.explorer.limits import MOST_GROWN, MOST_GROWN_STEPS
from squeezeviz.explorer.protocol.fields import Between, Cell, Index, Message, PhotoRequest, Text

__all__ = ["GrowRequest", "GrownMessage", "StrongestPhoto"]

_Percent = Annotated[int, Between(0, 300)]


@dataclass(frozen=True, kw_only=True)
class GrowRequest(PhotoRequest):
    """Grow a picture that excites a channel of a layer, one cell of it, or a class; begin from a photo, or from noise.

    Attributes:
        layer: The layer; None of a class.
        channel: Which of its channels, whose mean is climbed.
        cell: One cell of it instead.
        class_index: The class whose logit is climbed, where there is no layer.
        aim: Whether the number is made large or small.
        begin: Whether it begins anew, or goes on from the pictures that are there, where these suit.
        seed: Of all that is random.
        steps: To be taken.
        count: Pictures at once.
        form: What is moved: see `squeezeviz.visualize`.
        smoothness: How much differences between neighbouring pixels cost, in percent of what the number weighs.
        motion: How much the picture is moved about at each step, in percent of what is usual.
        stray: How far a pixel may go from the photo's, in pixel values.
    """

    kind: ClassVar = "grow"

    layer: Text | None = None
    channel: Index = 0
    cell: Cell | None = None
    class_index: Index = 0
    aim: Literal["most", "least"] = "most"
    begin: Literal["anew", "on"] = "anew"
    seed: Index = 0
    steps: Annotated[int, Between(1, MOST_GROWN_STEPS)] = 512
    count: Annotated[int, Between(1, MOST_GROWN)] = 1
    form: Literal["fourier", "phases"] = "fourier"
    smoothness: _Percent = 0
    motion: _Percent = 100
    stray: Annotated[int, Between(1, 255)] = 255


@dataclass(frozen=True)
class StrongestPhoto:
    """The photo on the page that excites it most; where little is wanted, least.

    Attributes:
        photo: Its id.
        name: Its name.
        value: What the number is on it.
    """

    photo: str
    name: str
    value: float


@dataclass(frozen=True, kw_only=True)
class GrownMessage(Message):
    """The pictures as they are by now, and how much they excite, shown as any photo is.

    Attributes:
        done: Steps taken.
        total: Steps to be taken.
        left_s: How many seconds all others take, about; None as long as nothing tells.
        shut_steps: At how many steps ReLU was shut, so that the value before it was climbed.
        is_whole: Whether this is all.
        size: Width and height of each picture.
        words: What the number is.
        unit: Of the values.
        values: What the number is on each picture.
        best: Which of them does most.
        at_start: What it is on the photo that they began from; None where there is none.
        strongest: The strongest photo of those compared so far; None where there is none.
        compared: How many photos these are.
        photos: How many there are to be compared.
        pixels: The pictures, uint8 (count, height, width, 3), RGB.
    """

    kind: ClassVar = "grown"

    done: int
    total: int
    left_s: float | None
    shut_steps: int
    is_whole: bool
    size: tuple[int, int]
    words: str
    unit: str
    values: tuple[float, ...]
    best: int
    at_start: float | None
    strongest: StrongestPhoto | None
    compared: int
    photos: int
    pixels: bytes
