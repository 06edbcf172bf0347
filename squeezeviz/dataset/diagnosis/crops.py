"""Photos decoded once each, and kept as the few small crops that are tried; the decoded photo is let go."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.dataset.identity import content_digest
from squeezeviz.dataset.places import read_bytes
from squeezeviz.errors import DatasetError, ImageError, PreprocessingError
from squeezeviz.image import read_image
from squeezeviz.preprocessing.candidates import framing
from squeezeviz.runtime.sessions import available_threads

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from squeezeviz.dataset.photos import Photo
    from squeezeviz.image import Image
    from squeezeviz.preprocessing import Preprocessing

    Opened = tuple[str, Image]  # a digest of the photo, and the photo

__all__ = ["MOST_BYTES", "Crops", "read_crops"]

#: Crops that are kept at once: 178 photos in ten ways at 224 × 224.
MOST_BYTES = 256 << 20


@dataclass(eq=False)
class Crops:
    """What is kept of photos.

    Attributes:
        photos: Those that could be read, in an order drawn by lot: the first few are like the rest.
        left_out: Why others are not among them, in words.
    """

    photos: list[Photo] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    _pixels: list[dict[Preprocessing, NDArray[np.uint8]]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.photos)

    def keep(self, photo: Photo, crops: dict[Preprocessing, NDArray[np.uint8]]) -> None:
        """Add a photo, uint8 (height, width, 3 or 1) for each framing."""
        self.photos.append(photo)
        self._pixels.append(crops)

    def tensor(self, how: Preprocessing, start: int, stop: int) -> NDArray[np.float32]:
        """Return some photos as a network is given them, float32 (stop − start, C, H, W)."""
        made, frame = np.empty((stop - start, how.channels, *how.input_px), np.float32), framing(how)
        for planes, pixels in zip(made, self._pixels[start:stop], strict=True):
            how.fill(planes, pixels[frame])
        return made


def read_crops(
    photos: Sequence[Photo],
    hows: Sequence[Preprocessing],
    *,
    opened: Callable[[Photo], Opened] | None = None,
    on_photo: Callable[[], None] = lambda: None,
) -> Crops:
    """Read photos, each once.

    Args:
        photos: Any number; of more than fit into `MOST_BYTES` as crops, as many as do are drawn by lot.
        hows: The preprocessings that will be asked for.
        opened: Returns a photo, decoded, and a digest of it, from many threads; by default what lies at its place.
        on_photo: Called after each photo.

    Raises:
        DatasetError: None of them can be read; the message has the first reason.
    """
    frames = tuple(dict.fromkeys(map(framing, hows)))
    most = max(1, MOST_BYTES // sum(math.prod(frame.input_px) * frame.channels for frame in frames))
    made = Crops()
    by_digest: dict[str, Photo] = {}
    read = partial(_read, frames=frames, opened=opened or _opened)
    # The same lot each time: the same photos give the same result.
    due = [photos[at] for at in np.random.default_rng(0).permutation(len(photos))]
    readers = ThreadPoolExecutor(available_threads())
    try:
        while due and len(made) < most:
            taken, due = due[: most - len(made)], due[most - len(made) :]
            for photo, found in zip(taken, readers.map(read, taken), strict=True):
                on_photo()
                if isinstance(found, str):
                    made.left_out.append(found)
                elif (same := by_digest.setdefault(found[0], photo)) is not photo:
                    made.left_out.append(f"{photo.name}: is the same photo as {same.name}; it counts once")
                else:
                    made.keep(photo, found[1])
    finally:
        readers.shutdown(cancel_futures=True)  # what was stopped waits for nothing
    if not made.photos:
        whole = f"none of the {len(photos):,} photos can be read" if len(photos) > 1 else "no photo to try it on"
        raise DatasetError(f"{whole}: {made.left_out[0]}")
    if due:
        said = f"{len(made):,}, drawn by lot, are enough and fit into memory"
        made.left_out.append(f"{len(due):,} further photos: {said}")
    return made


def _opened(photo: Photo) -> Opened:
    content = read_bytes(photo.place, photo.name)
    return content_digest(content), read_image(content, name=photo.name)


def _read(
    photo: Photo, *, frames: tuple[Preprocessing, ...], opened: Callable[[Photo], Opened]
) -> tuple[str, dict[Preprocessing, NDArray[np.uint8]]] | str:
    """Return a digest and the crops; why there are none, in words."""
    try:
        digest, image = opened(photo)
        # A copy of its own: a view would keep the whole photo.
        crops = {frame: frame.cropped(image)[:, :, : frame.channels].copy() for frame in frames}
    except (ImageError, PreprocessingError) as exc:
        return str(exc)
    return digest, crops
