"""The pictures that a page had grown last: kept, so that what grows next may go on from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from squeezeviz.evidence.visualization.visualization import Visualization
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.model import Model

__all__ = ["GROWN", "Grown"]

#: The format of a photo that was grown: it is not among those that pictures are compared with.
GROWN = "grown"


class Grown:
    """The pictures that grew last: what grows next may go on from them."""

    def __init__(self) -> None:
        self._last: tuple[Model, Visualization] | None = None

    def keep(self, model: Model, made: Visualization) -> None:
        """Keep pictures, in place of those before."""
        self._last = model, made

    def suiting(self, model: Model, how: Preprocessing, count: int) -> Visualization | None:
        """Return those that are there, if as many as are wanted can go on."""
        if self._last is None or self._last[0] is not model:
            return None
        made = self._last[1]
        is_same = made.preprocessing == how.first_crop and len(made.pictures) == count
        return made if is_same else None

    def forget(self) -> None:
        """Let go of them."""
        self._last = None
