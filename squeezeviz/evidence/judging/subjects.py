"""What is judged, of several photos: one at a time is in memory, so that a folder of any size fits."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any

from squeezeviz.evidence.attribution.subject import subject_of
from squeezeviz.image import read_image

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from squeezeviz.evidence.attribution.subject import Subject
    from squeezeviz.evidence.target import Target
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.model import Model

__all__ = ["Subjects"]


class Subjects:
    """The number that is attributed, on each of several photos. A file is read anew whenever its turn comes.

    Attributes:
        images: What each photo is called.
        targets: What each number is called.

    Args:
        model: The model to run, from `squeezeviz.load_model`.
        images: Each anything `squeezeviz.read_image` takes.
        target: See `squeezeviz.evidence.attribution.subject.subject_of`; so is `preprocessing`.
        preprocessing: As there.

    Raises:
        SqueezeVizError: What `subject_of` raises of any of them, before there is any work.
    """

    def __init__(
        self,
        model: Model,
        images: Iterable[Any],
        target: Target | int | str | None,
        preprocessing: str | Preprocessing | None,
    ) -> None:
        # An opened file can be read but once.
        sources = (each if isinstance(each, (str, os.PathLike)) else read_image(each) for each in images)
        self._make: list[Callable[[], Subject]] = [
            partial(subject_of, model, source, target, preprocessing) for source in sources
        ]
        called = [(subject.start.image.name, subject.target.words) for subject in self]
        self.images = tuple(image for image, _ in called)
        self.targets = tuple(target for _, target in called)

    def __iter__(self) -> Iterator[Subject]:
        return (make() for make in self._make)
