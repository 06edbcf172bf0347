"""What a page may try out on a photo, in steps: patches hidden, channels switched off, one or two at a time.

Each is asked of the whole network, whatever is switched off on the page at the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from squeezeviz.errors import SqueezeVizError
from squeezeviz.prediction import softmax
from squeezeviz.widgets import incoming
from squeezeviz.widgets.limits import MOST_RUNS
from squeezeviz.widgets.long_work import Task
from squeezeviz.widgets.wire import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from threading import Event

    from numpy.typing import NDArray

    from squeezeviz.evidence import Census, Occlusion, PairCensus
    from squeezeviz.evidence.occlusion import Fill
    from squeezeviz.prediction import Prediction
    from squeezeviz.widgets.answering import Answering
    from squeezeviz.widgets.photos import Photo

__all__ = ["WORKS", "task"]

_FILLS = ("grey", "mean", "blur")


def task(state: Answering, request: str, content: dict[str, Any]) -> Task:
    """Return what a page asks for; its ``work`` is one of `WORKS`.

    Raises:
        ImageError: The photo is not here any more.
        SqueezeVizError: There is no such work.
    """
    return WORKS[incoming.choice(content, "work", list(WORKS))](state, request, content)


def _occlusion(state: Answering, request: str, content: dict[str, Any]) -> Task:
    """Hide one patch after the other: ``patch_px``, ``stride_px``, ``fill``."""
    photo, model = state.photo_called(incoming.identity(content, "photo")), state.model
    how, fill = photo.prediction.preprocessing, cast("Fill", incoming.choice(content, "fill", _FILLS))
    patch_px, stride_px = (incoming.number(content, key, least=1) for key in ("patch_px", "stride_px"))
    across = max(0, -(-((how.crop_px if how else 0) - patch_px) // stride_px)) + 1
    _check_count(photo, across**2, "patches", "take a larger step from one patch to the next")

    def steps(cancel: Event) -> Iterator[Occlusion]:
        from squeezeviz.evidence import occlusion_steps  # noqa: PLC0415 - only when it is asked for

        return occlusion_steps(
            model,
            photo.kept.read(),
            patch_px=patch_px,
            stride_px=stride_px,
            fill=fill,
            preprocessing=how,
            cancel=cancel,
        )

    told = _Told(incoming.number(content, "class_index", most=len(model.labels) - 1))

    def tell(made: Occlusion) -> Message:
        about = {
            "rows": made.logits.shape[0],
            "columns": made.logits.shape[1],
            "patch_px": patch_px,
            "stride_px": stride_px,
            "input_px": list(made.input_px),
        }
        return _message(request, "occlusion", made, told.of(made.prediction, [made.logits]), told.before | about)

    return Task("occlusion", photo.kept.name, (*_basis(state, photo), patch_px, stride_px, fill), steps, tell)


def _census(state: Answering, request: str, content: dict[str, Any]) -> Task:
    """Switch every squeeze channel off in turn."""
    photo, model = state.photo_called(incoming.identity(content, "photo")), state.model
    how = photo.prediction.preprocessing

    def steps(cancel: Event) -> Iterator[Census]:
        from squeezeviz.evidence import census_steps  # noqa: PLC0415 - as above

        return census_steps(model, photo.kept.read(), preprocessing=how, cancel=cancel)

    told = _Told(incoming.number(content, "class_index", most=len(model.labels) - 1))

    def tell(made: Census) -> Message:
        about = {"channels": [list(channel) for channel in made.channels]}
        return _message(request, "census", made, told.of(made.prediction, [made.logits]), told.before | about)

    return Task("census", photo.kept.name, _basis(state, photo), steps, tell)


def _pairs(state: Answering, request: str, content: dict[str, Any]) -> Task:
    """Switch every pair of a ``layer``'s channels off in turn."""
    photo, model, layer = (
        state.photo_called(incoming.identity(content, "photo")),
        state.model,
        incoming.text(content, "layer"),
    )
    count = model.architecture[layer].channels
    _check_count(photo, count * (count - 1) // 2, "pairs of channels", "choose a layer with fewer channels")
    how = photo.prediction.preprocessing

    def steps(cancel: Event) -> Iterator[PairCensus]:
        from squeezeviz.evidence import pair_steps  # noqa: PLC0415 - as above

        return pair_steps(model, photo.kept.read(), layer, preprocessing=how, cancel=cancel)

    told = _Told(incoming.number(content, "class_index", most=len(model.labels) - 1))

    def tell(made: PairCensus) -> Message:
        about = {"layer": layer, "count": len(made.single_logits)}
        found = told.of(made.prediction, [made.single_logits, made.pair_logits])
        return _message(request, "pairs", made, found, told.before | about)

    return Task("pairs", photo.kept.name, (*_basis(state, photo), layer), steps, tell)


WORKS: dict[str, Callable[[Answering, str, dict[str, Any]], Task]] = {
    "occlusion": _occlusion,
    "census": _census,
    "pairs": _pairs,
}


def _check_count(photo: Photo, count: int, what: str, advice: str) -> None:
    if count > MOST_RUNS:
        raise SqueezeVizError(
            f"{photo.kept.name}: {count:,} {what}, up to {MOST_RUNS:,} are tried from a page; {advice}"
        )


def _basis(state: Answering, photo: Photo) -> tuple[Any, ...]:
    how = photo.prediction.preprocessing
    return (state.model, photo.kept, str(how.to_dict()) if how else "")


def _message(
    request: str,
    work: str,
    made: Occlusion | Census | PairCensus,
    answers: tuple[NDArray[Any], ...],
    about: dict[str, Any],
) -> Message:
    """What is known so far.

    Buffers: the class's logit in each run, float32 (runs,), NaN where that is not known yet; its probability, the same;
    the most probable class in each, uint16 (runs,); and that one's probability, float32 (runs,).
    """
    content = {
        "kind": "progress",
        "id": request,
        "work": work,
        "done": made.done,
        "total": made.total,
        "is_whole": made.is_complete,
        **about,
    }
    return Message(content, tuple(values.tobytes() for values in answers))


class _Told:
    """What a class comes to in many runs, of which more are known each time: softmax is taken once of each."""

    def __init__(self, class_index: int) -> None:
        self._index = class_index
        self._answers: tuple[NDArray[Any], ...] = ()
        #: What the class had untouched.
        self.before: dict[str, Any] = {}

    def of(self, prediction: Prediction, parts: list[NDArray[np.float32]]) -> tuple[NDArray[Any], ...]:
        """Return what is told of runs' logits, each part float32 (…, N), one after the other."""
        rows = [part.reshape(-1, part.shape[-1]) for part in parts]
        if not self._answers:
            count, index = sum(len(part) for part in rows), self._index
            empty = np.full((3, count), np.nan, "<f4")
            self._answers = (empty[0], empty[1], np.zeros(count, "<u2"), empty[2])
            self.before = {
                "class_index": index,
                "logit": float(prediction.logits[index]),
                "probability": float(prediction.probabilities[index]),
                "best": int(prediction.ranking[0]),
            }
        logits, shares, best, most = self._answers
        start = 0
        for part in rows:
            known = np.isfinite(logits[start : start + len(part)])
            new = np.flatnonzero(np.isfinite(part[:, 0]) & ~known)
            probabilities, at = softmax(part[new]), start + new
            logits[at], shares[at] = part[new, self._index], probabilities[:, self._index]
            best[at], most[at] = probabilities.argmax(axis=1), probabilities.max(axis=1)
            start += len(part)
        return self._answers
