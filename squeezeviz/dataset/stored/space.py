"""What a store will take on its disk, said before it is made."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from squeezeviz.dataset.places import read_bytes
from squeezeviz.dataset.stored.arrays import compressed_bytes
from squeezeviz.dataset.stored.study import see
from squeezeviz.errors import ImageError, PreprocessingError
from squeezeviz.image import read_image

if TYPE_CHECKING:
    from collections.abc import Sequence

    from squeezeviz.dataset.photos import Photo
    from squeezeviz.dataset.stored.layout import Layout
    from squeezeviz.dataset.stored.store import Store
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.model import Model

__all__ = ["Space", "free_bytes", "measure"]

_SAMPLED = 16  # photos: what they take varies by half; of as many the mean is off by an eighth or so


@dataclass(frozen=True)
class Space:
    """What a store will take.

    Attributes:
        photos: How many it will hold.
        due_photos: How many of them are not in it yet.
        raw_bytes: What all photos take uncompressed.
        estimated_bytes: What all photos will take, as far as a sample tells.
        due_bytes: What those not in it yet will take.
        free_bytes: What is free on the disk, a store that goes included; None where that is not known.
        sampled: How many photos the estimate comes from; 0 where those tried can't be read: then it is the raw size.
    """

    photos: int
    due_photos: int
    raw_bytes: int
    estimated_bytes: int
    due_bytes: int
    free_bytes: int | None
    sampled: int

    @property
    def fits(self) -> bool:
        """Whether there is room for it, as far as that is known."""
        return self.free_bytes is None or self.due_bytes <= self.free_bytes

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {**self.__dict__, "fits": self.fits}


def measure(
    model: Model, preprocessing: Preprocessing, layout: Layout, photos: Sequence[Photo], *, due: int, free: int | None
) -> Space:
    """Store a few photos, from all over the data set, in memory, and scale up.

    Args:
        model: The model to run, from `squeezeviz.load_model`.
        preprocessing: How photos are preprocessed.
        layout: What is stored of each.
        photos: All of them.
        due: How many of them are not stored yet.
        free: Bytes that are free.
    """
    seen = []
    sampled = min(_SAMPLED, len(photos))
    for photo in (photos[at * len(photos) // sampled] for at in range(sampled)):
        try:
            image = read_image(read_bytes(photo.place, photo.name), name=photo.name)
            seen.append(see(model, preprocessing, layout, image, photo.name))
        except (ImageError, PreprocessingError):  # it will be listed when its turn comes
            continue
    each = compressed_bytes(layout, seen) / len(seen) if seen else layout.photo_bytes
    return Space(
        len(photos),
        due,
        len(photos) * layout.photo_bytes,
        round(len(photos) * each),
        round(due * each),
        free,
        len(seen),
    )


def free_bytes(store: Store) -> int | None:
    """Return how much room there is where a store will be; None where that is not known."""
    if store.is_remote:
        return None
    path = Path(store.where)
    return shutil.disk_usage(next(above for above in (path, *path.parents) if above.exists())).free
