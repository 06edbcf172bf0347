"""The result: pictures that excite a number of a network, and how much they do."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.files import given_path, write_whole
from squeezeviz.image import Image, read_image
from squeezeviz.notebook_display import NotebookDisplay
from squeezeviz.visible import visible

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from squeezeviz.evidence.target import WeightedSum
    from squeezeviz.preprocessing import Preprocessing

__all__ = ["Visualization"]


@dataclass(frozen=True, eq=False)
class Visualization(NotebookDisplay):
    """Pictures made to excite a number of a network; of a partial result, as they are by now.

    Attributes:
        model_id: Which model.
        targets: The numbers whose sum was climbed; one as a rule.
        preprocessing: What the pictures are made for.
        pictures: uint8 (B, H, W, 3), RGB. Of the size that the preprocessing leaves as it is.
        values: What the number is on each picture, shown as any photo is: float64 (B,).
        history: The number at each step, on the moved picture that the network was shown then: float64 (step, B).
        step: Steps taken.
        steps: Steps asked for.
        seed: Of all that is random.
        settings: What else was chosen.
        minimised: Whether the number was made small, and not large.
        start: Name of the photo that the pictures began from; empty where they began from noise.
        value_at_start: What the number is on that photo; None where there is none.
        shut_steps: How many steps of each picture climbed the value before ReLU, since shut ReLUs kept every gradient
            of the number itself from it; a number a picture, 0 as a rule.
        opacity: How much the number hung on each pixel as the picture grew, 0 to 1: float32 (B, H, W). What little
            hung on, such as a background without effect, may be made transparent with it.
        work_done: The share of all work that is done, 0 to 1: steps at smaller sizes come first, and take less.
        model_sha256: Hash of the model's file, hexadecimal.
    """

    model_id: str
    targets: tuple[WeightedSum, ...]
    preprocessing: Preprocessing
    pictures: NDArray[np.uint8] = field(repr=False)
    values: NDArray[np.float64]
    history: NDArray[np.float64] = field(repr=False)
    step: int
    steps: int
    seed: int
    settings: Mapping[str, Any] = field(default_factory=dict)
    minimised: bool = False
    start: str = ""
    value_at_start: float | None = None
    shut_steps: tuple[int, ...] = ()
    opacity: NDArray[np.float32] | None = field(default=None, repr=False)
    work_done: float = 1.0
    model_sha256: str = ""

    @property
    def picture(self) -> NDArray[np.uint8]:
        """The picture, uint8 (H, W, 3) RGB; of several the one that does most."""
        only: NDArray[np.uint8] = self.pictures[self.best]
        return only

    @property
    def value(self) -> float:
        """What the number is on `picture`."""
        return float(self.values[self.best])

    @property
    def best(self) -> int:
        """Which picture does most."""
        return int(self.values.argmin() if self.minimised else self.values.argmax())

    @property
    def image(self) -> Image:
        """The picture as any photo is taken: for `Model.predict`, `Model.activations` and the rest."""
        return read_image(self.picture)

    @property
    def is_complete(self) -> bool:
        """Whether all steps were taken."""
        return self.step == self.steps

    @property
    def words(self) -> str:
        """What was climbed, in words."""
        return " + ".join(each.words for each in self.targets)

    @property
    def unit(self) -> str:
        """Of the values; of a sum of unlike numbers, all of them."""
        return " + ".join(dict.fromkeys(each.unit for each in self.targets))

    def to_png(self, *, transparent: bool = False) -> bytes:
        """Return `picture` as a PNG file, which says what it is.

        Args:
            transparent: Whether what little hung on is transparent, by `opacity`.
        """
        from PIL import Image as Pillow  # noqa: PLC0415 - for who writes it
        from PIL.PngImagePlugin import PngInfo  # noqa: PLC0415

        said = PngInfo()
        said.add_itxt("Title", visible(f"{'least' if self.minimised else 'most'} {self.words}"))
        said.add_itxt("Software", "squeezeviz")
        said.add_itxt("Comment", visible(f"{self.model_id}; seed {self.seed}, {self.step} steps; {self.value:.5g}"))
        buffer = io.BytesIO()
        drawn = Pillow.fromarray(self.picture)
        if transparent and self.opacity is not None:
            drawn.putalpha(Pillow.fromarray(np.rint(255 * self.opacity[self.best]).astype(np.uint8)))
        drawn.save(buffer, "PNG", pnginfo=said)
        return buffer.getvalue()

    def save(self, path: str | os.PathLike[str], *, transparent: bool = False) -> Path:
        """Write `picture` as a PNG file, whole or not at all, and return its path; `transparent` as of `to_png`."""
        where = given_path(path, "picture.png")
        write_whole(where, self.to_png(transparent=transparent))
        return where

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON; without the pictures' pixels."""
        return {
            "model": self.model_id,
            "preprocessing": self.preprocessing.name,
            "targets": [each.to_dict() for each in self.targets],
            "minimised": self.minimised,
            "size_px": list(self.pictures.shape[1:3]),
            "values": self.values.tolist(),
            "unit": self.unit,
            "step": self.step,
            "steps": self.steps,
            "seed": self.seed,
            "settings": dict(self.settings),
            "start": self.start or None,
            "value_at_start": self.value_at_start,
            "shut_steps": list(self.shut_steps),
            "history": self.history.mean(axis=1).tolist(),
        }

    def __repr__(self) -> str:
        done = f"{self.steps} steps" if self.is_complete else f"{self.step} of {self.steps} steps"
        size = " × ".join(map(str, self.pictures.shape[1:3]))
        several = f"{len(self.pictures)} pictures of " if len(self.pictures) > 1 else ""
        return visible(
            f"<Visualization of {self.words} ({self.value:.4f}) by {self.model_id}: {several}{size} px, {done}>"
        )
