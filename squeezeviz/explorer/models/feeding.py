"""What is said on a page of the model that answers: it holds at once, can be kept beside its file, and taken back."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from squeezeviz.errors import ModelError, SqueezeVizError
from squeezeviz.explorer.protocol.offers import Said
from squeezeviz.explorer.visitors import are_visitors
from squeezeviz.preprocessing import Preprocessing
from squeezeviz.results.labels import Labels
from squeezeviz.zoo.beside import path_beside, put_back, recall

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from squeezeviz.explorer.protocol.offers import Source
    from squeezeviz.results.label_files import LabelsTold
    from squeezeviz.runtime.model import Model
    from squeezeviz.zoo.beside import Remembered

__all__ = ["TOLD", "Feeding", "described", "labels_named"]

#: What a preprocessing is called that is said on a page, and is no preset.
TOLD = "as-said"
_MOST_STEPS = 32


@dataclass(frozen=True)
class _Step:
    """How it was before something was said.

    Attributes:
        words: What was said, in words.
        model: The model before it.
        preset: The preprocessing in use before it.
        kept: What of it was kept beside its file already.
        beside: What lay beside its file, where that was changed.
    """

    words: str
    model: Model
    preset: str
    kept: frozenset[str]
    beside: Remembered | None = None


class Feeding:
    """What was said of one model on one page, in steps.

    Each model of a step runs the same sessions: it takes no memory of its own.
    """

    def __init__(self) -> None:
        self._steps: deque[_Step] = deque(maxlen=_MOST_STEPS)
        self._kept: frozenset[str] = frozenset()

    @property
    def first(self) -> Model | None:
        """The model before anything was said of it; None where nothing was."""
        return self._steps[0].model if self._steps else None

    def copy(self) -> Feeding:
        """Return it for another page, which goes on by itself."""
        made = Feeding()
        made._steps.extend(self._steps)
        made._kept = self._kept
        return made

    def tell(
        self, model: Model, preset: str, *, labels: LabelsTold | None, preprocessing: str | Preprocessing | None
    ) -> Model:
        """Return the model of which that is said.

        Args:
            model: The one that answers.
            preset: The preprocessing in use.
            labels: Its classes; None for nothing said.
            preprocessing: What its photos go through; None for nothing said.

        Raises:
            LabelError: The labels are another number than its classes.
            PreprocessingError: It does not suit the model.
        """
        said = {"labels": labels, "preprocessing": preprocessing}
        what = [name for name, value in said.items() if value is not None]
        told = model.told(labels=labels, preprocessing=preprocessing)
        self._steps.append(_Step(f"the {' and the '.join(what)} said last", model, preset, self._kept))
        self._kept -= {*what}
        return told

    def remember(self, model: Model, preset: str) -> None:
        """Keep what was said of the model beside its file.

        Raises:
            ModelError: It cannot be kept, or nothing was said.
            SqueezeVizError: The page is a visitor's.
        """
        if are_visitors():
            raise SqueezeVizError("nothing is kept for visitors of an app; it holds for as long as this page is open")
        due = self._keepable(model)
        path = self._path(model)
        if path is None or not due:
            raise ModelError(f"{model.name}: nothing was said of it that could be kept and is not kept already")
        before, _ = recall(path)
        model.remember(due)
        words = f"that it is kept in {path.name}"
        self._steps.append(_Step(words, model, preset, self._kept, before))
        self._kept |= {*due}

    def undo(self) -> tuple[Model, str]:
        """Return the model and the preprocessing in use before what was said last.

        Raises:
            ModelError: What is kept beside its file cannot be put back.
            SqueezeVizError: Nothing was said.
        """
        if not self._steps:
            raise SqueezeVizError("nothing was said of the model here that could be taken back")
        step = self._steps[-1]
        path = self._path(step.model)
        if step.beside is not None and path is not None:
            put_back(path, step.beside)
        self._kept = self._steps.pop().kept
        return step.model, step.preset

    def forget(self) -> None:
        """Begin anew: another model answers."""
        self._steps.clear()
        self._kept = frozenset()

    def about(self, model: Model) -> Said:
        """Return who says what is known of the model, and what may be done about it."""
        path = None if are_visitors() else self._path(model)
        return Said(
            _source(model, "labels"),
            _source(model, "preprocessing"),
            tuple(sorted(model.in_file)),
            tuple(self._keepable(model)) if path else (),
            path.name if path else "",
            self._steps[-1].words if self._steps else "",
        )

    def _keepable(self, model: Model) -> list[str]:
        said = [name for name in ("labels", "preprocessing") if getattr(model.chosen, name) is not None]
        return [name for name in said if name not in model.in_file and name not in self._kept]

    def _path(self, model: Model) -> Path | None:
        """Where it is kept; None of a model that has no file of the user's own."""
        if model.entry or model.path is None:
            return None
        try:
            return path_beside(model.path)
        except ModelError:  # its file was moved away meanwhile
            return None


def _source(model: Model, what: str) -> Source:
    if getattr(model.chosen, what) is not None:
        return "said"
    if any(each.about == what for each in model.assumptions):
        return "nobody"
    if model.entry:
        return "registry"
    return "file" if what in model.in_file else "beside"


def labels_named(name: str | None, model: Model) -> LabelsTold | None:
    """Return the classes that a page calls by name: ``"imagenet"``, or ``"numbers"``."""
    return Labels.numbered(len(model.labels)) if name == "numbers" else name


def described(plain: Mapping[str, Any], taken: frozenset[str]) -> Preprocessing:
    """Return a preprocessing as a page describes it.

    Args:
        plain: Its fields.
        taken: Names that stand for others: it is called `TOLD` instead.

    Raises:
        PreprocessingError: A field is unknown, or impossible.
    """
    how = Preprocessing.from_dict({"name": TOLD, "origin": "said on this page", **plain})
    return replace(how, name=TOLD, origin="said on this page") if how.name in taken else how
