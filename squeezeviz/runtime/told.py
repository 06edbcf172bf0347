"""What is said of a network: its classes, and what its photos go through. It may be said anew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from squeezeviz.runtime.answers import Answers
from squeezeviz.runtime.chosen import Chosen
from squeezeviz.runtime.known import known_of
from squeezeviz.runtime.remembering import remember_told

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path
    from typing import Self

    from squeezeviz.network.architecture import Architecture
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.results.label_files import LabelsTold, LabelsToldAs
    from squeezeviz.results.labels import Labels
    from squeezeviz.runtime.assumptions import Assumption
    from squeezeviz.runtime.inputs import Inputs
    from squeezeviz.runtime.reading import Network
    from squeezeviz.zoo import ModelEntry

__all__ = ["Told"]


class Told:
    """What `Model` is told; see there."""

    name: str
    sha256: str
    architecture: Architecture
    labels: Labels
    preprocessing: Preprocessing
    entry: ModelEntry | None
    chosen: Chosen
    assumptions: tuple[Assumption, ...]
    assumed: tuple[str, ...]
    notes: tuple[str, ...]
    in_file: frozenset[str]
    path: Path | None
    _network: Network
    _inputs: Inputs
    _arrival: tuple[Callable[..., Told], tuple[Any, ...]]

    def _know(self, inputs: Inputs, chosen: Chosen) -> None:
        """Take what is said of its classes and its preprocessing, and what is assumed where nothing is."""
        network = self._network
        known = known_of(network, chosen, inputs.architecture_at, name=self.name)
        self.chosen, self._inputs = chosen, inputs
        self.labels, self.preprocessing = known.labels, known.preprocessing
        inputs.preprocessing = known.preprocessing
        self.assumptions = (*network.assumed, *known.assumed)
        self.assumed = tuple(map(str, self.assumptions))
        self.notes = (*self.assumed, *known.notes, *network.notes)
        self.in_file = known.in_file
        if chosen.preprocessing is not None:  # said now, and refused now if it cannot be
            inputs.resolve(None)
        self._answers = Answers(self.architecture, self.labels, self.name, self.sha256, self.entry)

    def told(self, *, labels: LabelsTold | None = None, preprocessing: str | Preprocessing | None = None) -> Self:
        """Return the model with something else said of it; both run the same sessions, and hold the weights once.

        Args:
            labels: Its classes, as `squeezeviz.load_model` takes them; None leaves them as they are.
            preprocessing: What its photos go through, the same.

        Raises:
            LabelError: The labels cannot be read, or are another number than its classes.
            PreprocessingError: The preset is unknown, or makes an input that the model does not take.
        """
        said = Chosen.told(labels=labels, preprocessing=preprocessing)
        other = object.__new__(type(self))  # copy.copy would load it anew
        vars(other).update(vars(self))
        other._know(
            self._inputs.again(),
            replace(
                self.chosen,
                labels=self.chosen.labels if said.labels is None else said.labels,
                preprocessing=self.chosen.preprocessing if said.preprocessing is None else said.preprocessing,
            ),
        )
        before = self._arrival[1][0] if self._arrival[0] is _told_again else self._arrival
        other._arrival = _told_again, (before, other.chosen.labels, other.chosen.preprocessing)
        return other

    @property
    def label_space(self) -> str:
        """What it knows, in a few words."""
        return self.entry.label_space if self.entry else f"{len(self.labels)} classes"

    def remember(self, what: Collection[str] | None = None) -> Path:
        """Keep what was said of the model in ``NAME.squeezeviz.json`` beside its file, for whoever loads it there.

        Args:
            what: Of ``"labels"``, ``"preprocessing"``, ``"input_px"`` and ``"output"``; by default all that was said.

        Raises:
            ModelError: Nothing was said, its file says otherwise, it has no file, or the folder cannot be written.
        """
        path = None if self.entry else self.path
        return remember_told(path, self.chosen, self.labels, self.preprocessing, self.in_file, what=what)

    def __reduce__(self) -> tuple[Any, ...]:
        return self._arrival


def _told_again(
    before: tuple[Callable[..., Told], tuple[Any, ...]],
    labels: LabelsToldAs | None,
    preprocessing: Preprocessing | str | None,
) -> Told:
    """Load a model where it arrived, and say the same of it."""
    make, arguments = before
    return make(*arguments).told(labels=labels, preprocessing=preprocessing)
