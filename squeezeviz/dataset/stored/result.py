"""What came of storing activations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from squeezeviz.visible import visible

if TYPE_CHECKING:
    from squeezeviz.dataset.photos import Trouble

__all__ = ["StoredActivations"]


@dataclass(frozen=True, eq=False)
class StoredActivations:
    """What has been stored, and where.

    Attributes:
        path: Of the Zarr store: a path or an address.
        model_id: Name of the model.
        layers: Names of what is stored.
        dtype: Of the values.
        photos: How many photos the store has rows for.
        answered: How many of them have values.
        troubles: What was the matter with the others, and what else lay among the photos and was left out.
        duplicates: How many photos of this run have the same bytes as another; they are stored all the same.
        resumed: How many photos were there from an earlier run.
        raw_bytes: What the values take uncompressed.
        stored_bytes: What the store takes on its disk.
        seconds: How long this run took.
    """

    path: str
    model_id: str
    layers: tuple[str, ...]
    dtype: str
    photos: int
    answered: int
    troubles: tuple[Trouble, ...] = field(repr=False)
    duplicates: int
    resumed: int
    raw_bytes: int
    stored_bytes: int
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        troubles = [{"name": trouble.name, "message": trouble.message} for trouble in self.troubles]
        return {**self.__dict__, "layers": list(self.layers), "troubles": troubles}

    def __repr__(self) -> str:
        size = f"{self.stored_bytes / 1e6:,.1f} MB"
        return visible(
            f"<StoredActivations of {self.answered:,} photos, {len(self.layers)} layers, {size}: {self.path}>"
        )
