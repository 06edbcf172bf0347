"""Does a map point at a box that somebody drew?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.errors import SqueezeVizError, spoken

if TYPE_CHECKING:
    from squeezeviz.evidence.attribution.attribution import Attribution

__all__ = ["Box", "checked_box", "pointing"]

Box = tuple[float, float, float, float]


def pointing(made: Attribution, box: Box) -> tuple[bool, float]:
    """Return whether the largest value lies in a box, and which share of all above 0 does.

    The pointing game of J. Zhang, S. Bargal, Z. Lin, J. Brandt, X. Shen and S. Sclaroff, "Top-Down Neural Attention by
    Excitation Backprop" (2016), without its tolerance; the energy-based one of H. Wang and others, "Score-CAM" (2020).

    Args:
        made: The attribution.
        box: (left, top, right, bottom) in pixels of the photo.

    Raises:
        SqueezeVizError: The box is none, or the network sees nothing of it.
    """
    left, top, right, bottom = checked_box(box)
    corners = [made.geometry.to_input(x, y) for x, y in ((left, top), (right, bottom))]
    (x0, y0), (x1, y1) = corners
    rows, columns = (np.arange(size) + 0.5 for size in made.input_px)
    inside = ((rows > y0) & (rows < y1))[:, None] & ((columns > min(x0, x1)) & (columns < max(x0, x1)))
    if not inside.any():
        raise SqueezeVizError(f"box is {box}: it holds the centre of no pixel that the network sees")
    values = made.map().astype(np.float64)
    above = np.maximum(0, values)
    return bool(inside.ravel()[values.argmax()]), float(above[inside].sum() / (above.sum() or 1.0))


def checked_box(box: Box) -> Box:
    """Return a box, of plain numbers.

    Raises:
        SqueezeVizError: It is none.
    """
    try:
        left, top, right, bottom = (float(each) for each in box)
    except (TypeError, ValueError):
        left = right = top = bottom = math.nan
    if not (all(map(math.isfinite, (left, top, right, bottom))) and left < right and top < bottom):
        raise SqueezeVizError(
            f"box is {spoken(repr(box))}, expected left, top, right, bottom in the photo's pixels, such as "
            "(120, 40, 300, 280)"
        )
    return left, top, right, bottom
