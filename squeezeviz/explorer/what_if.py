"""What a page may try out on a photo, in steps: patches hidden, channels ablated, one or two at a time.

Each is asked of the whole network, whatever is ablated on the page at the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from squeezeviz.errors import SqueezeVizError
from squeezeviz.explorer import incoming
from squeezeviz.explorer.limits import MOST_RUNS
from squeezeviz.explorer.long_work import Task
from squeezeviz.explorer.protocol import ProgressMessage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from threading import Event

    from numpy.typing import NDArray

    from squeezeviz.evidence import AblationSweep, Occlusion, PairwiseAblation
    from squeezeviz.explorer.answering import Answering
    from squeezeviz.explorer.photos import Photo
    from squeezeviz.explorer.protocol import (
        AblationSweepRequest,
        OcclusionRequest,
        PairwiseAblationRequest,
        TrialRequest,
    )
    from squeezeviz.explorer.protocol.trials import Work
    from squeezeviz.results.prediction import Prediction

__all__ = ["WORKS", "task"]


def task(state: Answering, asked: TrialRequest) -> Task:
    """Return what a page asks for.

    Raises:
        ImageError: The photo is not here any more.
        SqueezeVizError: It is too much.
    """
    return WORKS[asked.work](state, asked)


def _occlusion(state: Answering, asked: OcclusionRequest) -> Task:
    """Hide one patch after the other."""
    photo, model = state.photo_called(asked.photo), state.model
    how, fill, patch_px, stride_px = photo.prediction.preprocessing, asked.fill, asked.patch_px, asked.stride_px
    rows, columns = (max(0, -(-(side - patch_px) // stride_px)) + 1 for side in (how.input_px if how else (0, 0)))
    _check_count(photo, rows * columns, "patches", "take a larger step from one patch to the next")

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

    told = _Told(incoming.below("class_index", asked.class_index, len(model.labels)))

    def tell(made: Occlusion) -> ProgressMessage:
        about = {
            "rows": made.logits.shape[0],
            "columns": made.logits.shape[1],
            "patch_px": patch_px,
            "stride_px": stride_px,
            "input_px": made.input_px,
        }
        return _message(asked, made, told.of(made.prediction, [made.logits]), told.before | about)

    return Task("occlusion", photo.kept.name, (*_basis(state, photo), patch_px, stride_px, fill), steps, tell)


def _ablation_sweep(state: Answering, asked: AblationSweepRequest) -> Task:
    """Ablate every squeeze channel in turn."""
    photo, model = state.photo_called(asked.photo), state.model
    how = photo.prediction.preprocessing

    def steps(cancel: Event) -> Iterator[AblationSweep]:
        from squeezeviz.evidence import ablation_sweep_steps  # noqa: PLC0415 - as above

        return ablation_sweep_steps(model, photo.kept.read(), preprocessing=how, cancel=cancel)

    told = _Told(incoming.below("class_index", asked.class_index, len(model.labels)))

    def tell(made: AblationSweep) -> ProgressMessage:
        about = {"channels": tuple(made.channels)}
        return _message(asked, made, told.of(made.prediction, [made.logits]), told.before | about)

    return Task("ablation_sweep", photo.kept.name, _basis(state, photo), steps, tell)


def _pairwise_ablation(state: Answering, asked: PairwiseAblationRequest) -> Task:
    """Ablate every pair of a layer's channels in turn."""
    photo, model, layer = state.photo_called(asked.photo), state.model, asked.layer
    count = model.architecture[layer].channels
    _check_count(photo, count * (count - 1) // 2, "pairs of channels", "choose a layer with fewer channels")
    how = photo.prediction.preprocessing

    def steps(cancel: Event) -> Iterator[PairwiseAblation]:
        from squeezeviz.evidence import pairwise_ablation_steps  # noqa: PLC0415 - as above

        return pairwise_ablation_steps(model, photo.kept.read(), layer, preprocessing=how, cancel=cancel)

    told = _Told(incoming.below("class_index", asked.class_index, len(model.labels)))

    def tell(made: PairwiseAblation) -> ProgressMessage:
        about = {"layer": layer, "count": len(made.single_logits)}
        found = told.of(made.prediction, [made.single_logits, made.pair_logits])
        return _message(asked, made, found, told.before | about)

    return Task("pairwise_ablation", photo.kept.name, (*_basis(state, photo), layer), steps, tell)


#: By the work that is begun.
WORKS: dict[str, Callable[[Answering, Any], Task]] = {
    "occlusion": _occlusion,
    "ablation_sweep": _ablation_sweep,
    "pairwise_ablation": _pairwise_ablation,
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
    asked: TrialRequest,
    made: Occlusion | AblationSweep | PairwiseAblation,
    answers: tuple[NDArray[Any], ...],
    about: dict[str, Any],
) -> ProgressMessage:
    """What is known so far."""
    logits, probabilities, best, most = (values.tobytes() for values in answers)
    return ProgressMessage(
        id=asked.id,
        work=cast("Work", asked.work),
        done=made.done,
        total=made.total,
        is_whole=made.is_complete,
        **about,
        logits=logits,
        probabilities=probabilities,
        best_classes=best,
        best_probabilities=most,
    )


class _Told:
    """What a class comes to in many runs, of which more are known each time: its share is worked out once of each."""

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
            probabilities, at = prediction.probabilities_of(part[new]), start + new
            logits[at], shares[at] = part[new, self._index], probabilities[:, self._index]
            best[at], most[at] = probabilities.argmax(axis=1), probabilities.max(axis=1)
            start += len(part)
        return self._answers
