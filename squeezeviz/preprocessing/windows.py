"""Which part of the resized photo the network gets, or which parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

__all__ = ["Crop", "CropName", "Window", "windows_of"]

CropName = Literal["centre", "top-left", "top-right", "bottom-left", "bottom-right", "five", "ten"]
#: A place by name, several (``"five"``, ``"ten"``), or (x, y) from (0, 0), top left, to (1, 1), bottom right.
Crop: TypeAlias = CropName | tuple[float, float]


@dataclass(frozen=True)
class Window:
    """One crop.

    Attributes:
        x: Share of the room at its left: 0 is the left edge, 0.5 the middle, 1 the right edge.
        y: The same of the room above it.
        is_flipped: Whether it is mirrored, left to right.
    """

    x: float = 0.5
    y: float = 0.5
    is_flipped: bool = False


_CENTRE = Window()
_CORNERS = {
    "top-left": Window(0, 0),
    "top-right": Window(1, 0),
    "bottom-left": Window(0, 1),
    "bottom-right": Window(1, 1),
}
_FIVE = (_CENTRE, *_CORNERS.values())
_NAMED: dict[str, tuple[Window, ...]] = {
    "centre": (_CENTRE,),
    **{name: (window,) for name, window in _CORNERS.items()},
    "five": _FIVE,
    # As in Krizhevsky, Sutskever and Hinton, "ImageNet Classification with Deep Convolutional Neural Networks" (2012).
    "ten": (*_FIVE, *(Window(w.x, w.y, is_flipped=True) for w in _FIVE)),
}


def windows_of(crop: Crop) -> tuple[Window, ...]:
    """Return the crops that a name or a place stands for; of several, the centre comes first.

    Raises:
        ValueError: It is neither.
    """
    if isinstance(crop, str):
        if crop in _NAMED:
            return _NAMED[crop]
    elif isinstance(crop, tuple) and len(crop) == 2 and all(_is_share(place) for place in crop):
        return (Window(float(crop[0]), float(crop[1])),)
    raise ValueError(f"expected {', '.join(map(repr, get_args(CropName)))}, or (x, y) from 0 to 1")


def _is_share(place: object) -> bool:
    is_number = isinstance(place, (int, float)) and not isinstance(place, bool)
    return is_number and 0 <= place <= 1  # type: ignore[operator]
