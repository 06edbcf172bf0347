"""Photos decoded once each, and kept as the few small crops that are tried; the decoded photo is let go."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
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
    from squeezeviz.preprocessing import Preprocessing

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
    on_photo: Callable[[], None] = lambda: None,
) -> Crops:
    """Read photos, each once.

    Args:
        photos: Any number; of more than fit into `MOST_BYTES` as crops, as many as do are drawn by lot.
        hows: The preprocessings that will be asked for.
        on_photo: Called after each photo.

    Raises:
        DatasetError: None of them can be read; the message has the first reason.
    """
    frames = tuple(dict.fromkeys(map(framing, hows)))
    most = max(1, MOST_BYTES // sum(math.prod(frame.input_px) * frame.channels for frame in frames))
    made = Crops()
    by_digest: dict[str, str] = {}
    # The same lot each time: the same photos give the same result.
    due = [photos[at] for at in np.random.default_rng(0).permutation(len(photos))]
    with ThreadPoolExecutor(available_threads()) as readers:
        while due and len(made) < most:
            taken, due = due[: most - len(made)], due[most - len(made) :]
            for photo, found in zip(taken, readers.map(lambda each: _read(each, frames), taken), strict=True):
                on_photo()
                if isinstance(found, str):
                    made.left_out.append(found)
                elif (same := by_digest.setdefault(found[0], photo.name)) != photo.name:
                    made.left_out.append(f"{photo.name}: is the same photo as {same}; it counts once")
                else:
                    made.keep(photo, found[1])
    if not made.photos:
        whole = f"none of the {len(photos):,} photos can be read" if len(photos) > 1 else "no photo to try it on"
        raise DatasetError(f"{whole}: {made.left_out[0]}")
    if due:
        said = f"{len(made):,}, drawn by lot, are enough and fit into memory"
        made.left_out.append(f"{len(due):,} further photos: {said}")
    return made


def _read(photo: Photo, frames: tuple[Preprocessing, ...]) -> tuple[str, dict[Preprocessing, NDArray[np.uint8]]] | str:
    """Return a digest and the crops; why there are none, in words."""
    try:
        content = read_bytes(photo.place, photo.name)
        image = read_image(content, name=photo.name)
        # A copy of its own: a view would keep the whole photo.
        crops = {frame: frame.cropped(image)[:, :, : frame.channels].copy() for frame in frames}
    except (ImageError, PreprocessingError) as exc:
        return str(exc)
    return content_digest(content), crops
