"""A question asked of every photo of a data set, or of every channel, one at a time, whose answers add up.

A study knows nothing of threads, clusters, files or resuming: who asks (this process, or workers elsewhere) hands it
one photo after another and merges what comes back, in any order and any grouping. What is asked may be no photo but a
name, such as a channel's: then nothing is read for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from squeezeviz.image import Image
    from squeezeviz.runtime.model import Model

__all__ = ["FinishingStudy", "NameStudy", "Part", "PhotoStudy", "Study", "finished"]

Part = TypeVar("Part")


class Study(Protocol[Part]):
    """What is asked, a `PhotoStudy` or a `NameStudy`. Small and picklable: it travels to workers; photos do not.

    `merge` is associative and commutative, and `empty()` changes nothing: the same photos give the same result, to the
    last bit, whatever their order, their grouping and the number of workers. Sums of floats don't do that: count in
    whole numbers, keep the best with ties decided by name, or keep a value a photo.
    """

    @property
    def key(self) -> tuple[str, ...]:
        """Everything answers depend on besides the model's file and the photos, as text: preprocessings, layers, k."""

    def empty(self) -> Part:
        """Return the answer to no photos."""

    def merge(self, first: Part, second: Part) -> Part:
        """Return the answer to both; may use the memory of the first for it, and never that of the second."""

    def dump(self, part: Part) -> bytes:
        """Return an answer as bytes, to be kept or sent."""

    def load(self, content: bytes) -> Part:
        """Return an answer from its bytes.

        Raises:
            ValueError: These bytes are no answer of this study.
        """


@runtime_checkable
class PhotoStudy(Study[Part], Protocol[Part]):
    """A study that looks at photos."""

    def look(self, model: Model, image: Image, name: str, class_index: int | None) -> Part:
        """Return the answer to one photo; many threads call it at once, and each runs the model on one thread.

        Args:
            model: The model to run, from `squeezeviz.load_model`.
            image: The decoded photo.
            name: What the photo is called in results: its path within the data set.
            class_index: What it shows, where that is known.

        Raises:
            ImageError: This photo cannot be answered; it is listed, and the others go on. The same holds for
                `PreprocessingError` and `LabelError`; whatever else is raised ends the survey, with its message.
        """


@runtime_checkable
class NameStudy(Study[Part], Protocol[Part]):
    """A study that is asked about names alone: each stands in a `squeezeviz.dataset.photos.Photo` that lies nowhere."""

    def make(self, model: Model, name: str, is_stopped: Callable[[], bool]) -> Part | None:
        """Return the answer to one name; many threads call it at once, and each runs the model on one thread.

        Args:
            model: The model to run, from `squeezeviz.load_model`.
            name: What is asked about.
            is_stopped: Says, whenever it is asked, whether nobody waits for the answer any more.

        Returns:
            The answer; None where it was stopped before there was one.

        Raises:
            LayerError: This one cannot be answered; it is listed, and the others go on. Whatever else is raised ends
                the survey, with its message.
        """


@runtime_checkable
class FinishingStudy(Study[Part], Protocol[Part]):
    """A study that does something with what a whole chunk of photos gave, before it goes on: writes it to disk."""

    def finish(self, part: Part, names: Sequence[str]) -> Part:
        """Return what goes on in place of a chunk's answer; called where the chunk was asked, once all of it was.

        A chunk may be asked again, after a worker died: doing it twice is doing it once.

        Args:
            part: The answer to the whole chunk.
            names: Of all its photos, in their order; some may have no answer.

        Raises:
            SqueezeVizError: It cannot be done; nothing more is asked.
        """


def finished(study: Study[Part], part: Part, names: Sequence[str]) -> Part:
    """Return a whole chunk's answer as it goes on; whoever asks chunks calls this on each before anything else."""
    return study.finish(part, names) if isinstance(study, FinishingStudy) else part
