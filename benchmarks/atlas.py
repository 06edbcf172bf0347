"""A photo of an atlas, against running all activations of it alone: what finding the strongest cells and counting add."""

from __future__ import annotations

import io
import itertools
from typing import TYPE_CHECKING

import squeezeviz as sv
from benchmarks.timing import Row, compare
from squeezeviz.dataset.atlas.study import AtlasStudy

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["atlas_rows"]


def atlas_rows(rounds: int) -> Iterator[Row]:
    """Milliseconds a photo, one thread, on a decoded photo and on a JPEG file of it."""
    model = sv.load_model()
    study = AtlasStudy.of(model)
    image = sv.read_image("hopper")
    buffer = io.BytesIO()
    image.picture.save(buffer, "JPEG", quality=90)
    content, numbers = buffer.getvalue(), itertools.count()
    part = study.empty()

    def take(seen: sv.Image) -> None:
        nonlocal part
        number = next(numbers)
        part = study.merge(part, study.look(model, seen, f"{number:06d}", number % 10))

    yield compare(
        "a decoded photo of an atlas", lambda: take(image),
        "all its activations alone", lambda: model.observe(image, threads=1), rounds=rounds, budget="≤ 1.3",
    )  # fmt: skip
    yield compare(
        "a JPEG of an atlas", lambda: take(sv.read_image(content, name="jpeg")),
        "decoding and all its activations", lambda: model.observe(sv.read_image(content), threads=1), rounds=rounds,
        budget="≤ 1.3",
    )  # fmt: skip
