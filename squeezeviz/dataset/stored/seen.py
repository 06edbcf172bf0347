"""What there is to store of one photo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Seen"]


@dataclass(frozen=True, eq=False)
class Seen:
    """What there is to store of one photo.

    Attributes:
        arrays: One a value of the layout, in its order: (C, H, W) or (N,), of the layout's dtype.
        logits: float32 (classes,).
        width: Of the photo as the preprocessing takes it, in pixels.
        height: The same.
    """

    arrays: tuple[NDArray[np.float32 | np.float16], ...]
    logits: NDArray[np.float32]
    width: int
    height: int
