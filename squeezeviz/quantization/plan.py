"""The shortest list of layers to keep in float32 that wins back what integers lose, by trying."""

from __future__ import annotations

import contextlib
import itertools
from typing import TYPE_CHECKING, get_args

from squeezeviz.dataset.find import find
from squeezeviz.errors import ConversionError, spoken
from squeezeviz.quantization.calibration import CalibrationPhotos
from squeezeviz.quantization.planned import LayerHarm, PlanTrial, PrecisionPlan, Search
from squeezeviz.quantization.quantiser import Quantiser, layers_named
from squeezeviz.quantization.quantize import checked_path, found_photos, quantized_content, write_quantized
from squeezeviz.quantization.trials import Trials, timed
from squeezeviz.runtime.loading import loaded
from squeezeviz.runtime.sessions import available_threads

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    import onnx

    from squeezeviz.quantization.quantized import Calibration, KernelType
    from squeezeviz.runtime.loading import ModelSource
    from squeezeviz.runtime.model import Model

    Places = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]

__all__ = ["plan_precision"]

_MOST_TRIALS = 300


def plan_precision(
    model: ModelSource,
    photos: Places,
    output: str | os.PathLike[str] | None = None,
    *,
    calibrate: Places | None = None,
    verify: Places | None = None,
    keep: Sequence[str] = (),
    search: Search = "greedy",
    most: int = 4,
    candidates: int = 8,
    method: Calibration = "minmax",
    per_channel: bool = True,
    kernels: KernelType = "int8",
    on_progress: Callable[[int, int], None] | None = None,
) -> PrecisionPlan:
    """Find the fewest layers that have to stay in float32 for a network in integers to be right as often as before.

    Every choice is the network that `quantize` would write, run on the photos. A choice is better that has more of them
    right; of those that have as many, the one nearest to float32 (`PlanTrial.distance`). First each layer with weights
    is put in integers alone; those that harm most are the candidates. Greedy: they are kept in float32 one after the
    other, the one that helps most each time (the most harmful where none helps), and at the end left out again where
    that costs no photo. Exact: all sets of candidates are tried, the small ones first: no shorter one does as well.

    Args:
        model: The network in float32: a loaded model, or the name or path of one.
        photos: What choices are judged by, a folder, or folders and photos: right is what they are labelled as; without
            labels, what the network in float32 says.
        output: The file to write the plan's network to, ``*.onnx``.
        calibrate: What tells the ranges, as `quantize` takes them; `photos` by default.
        verify: Other photos, that the plan is reported on; without, those it was chosen by, on which it looks too good.
        keep: Layers that stay in float32 in any case.
        search: ``"greedy"`` or ``"exact"``.
        most: How many layers at most, besides `keep`.
        candidates: How many layers are tried together.
        method: How ranges are found, as of `quantize`.
        per_channel: Whether each kernel has a scale of its own, as of `quantize`.
        kernels: Their type, as of `quantize`.
        on_progress: Called with (done, all) as choices are tried; of all, at most.

    Raises:
        ConversionError: The network cannot be quantised or written, or a number makes no sense.
        DatasetError: There are no photos, or none can be read.
        ModelError: The model cannot be loaded.
        LayerError: A layer to be kept is unknown.
    """
    path = None if output is None else checked_path(output)
    _check(search, most, candidates)
    model = loaded(model)
    calibration = CalibrationPhotos(model, found_photos(photos if calibrate is None else calibrate))
    with contextlib.ExitStack() as stack:
        trials = stack.enter_context(Trials(model, find(photos, model.labels).photos))
        verified = stack.enter_context(Trials(model, find(verify, model.labels).photos)) if verify else None
        quantiser = stack.enter_context(
            Quantiser(model, calibration, method=method, per_channel=per_channel, kernels=kernels)
        )
        work = _Planning(model, quantiser, trials, [layer.name for layer in layers_named(model, keep)], on_progress)
        work.search(search, most, candidates)
        about = {"method": method, "per_channel": per_channel, "kernels": kernels}
        return work.plan(search, verified, path, about, calibration)


def _check(search: str, most: int, candidates: int) -> None:
    if search not in get_args(Search):
        raise ConversionError(f"search is {spoken(repr(search))}; expected one of {', '.join(get_args(Search))}")
    for name, number in (("most", most), ("candidates", candidates)):
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            raise ConversionError(f"{name} is {number!r}; expected a whole number of at least 1")
    count = sum(1 for _ in _subsets(range(candidates), most)) if search == "exact" and candidates < 64 else 0
    if search == "exact" and not 0 < count <= _MOST_TRIALS:
        raise ConversionError(
            f"search exact: {most} of {candidates} candidates are more than {_MOST_TRIALS} sets to try; take fewer "
            "candidates, or greedy"
        )


def _subsets(names: Iterable[object], most: int) -> Iterable[tuple[object, ...]]:
    found = list(names)
    for size in range(1, min(most, len(found)) + 1):
        yield from itertools.combinations(found, size)


class _Planning:
    """One plan in the making: every choice is tried once."""

    def __init__(
        self,
        model: Model,
        quantiser: Quantiser,
        trials: Trials,
        always: Sequence[str],
        on_progress: Callable[[int, int], None] | None,
    ) -> None:
        self._model, self._quantiser, self._trials, self._tell = model, quantiser, trials, on_progress
        self._order = {layer.name: at for at, layer in enumerate(model.architecture)}
        self._always = tuple(always)
        self._tried: dict[tuple[str, ...], PlanTrial] = {}
        self._done, self._all = 0, 1
        self.harms: tuple[LayerHarm, ...] = ()
        self._float_hits, _ = trials.hits()
        self.best = self._try(())
        self._layers = [
            layer.name for layer in quantiser.separate if layer.parameters and layer.name not in self._always
        ]

    def network(self, names: Sequence[str]) -> onnx.ModelProto:
        """Return the network with some layers in float32, and those that always are."""
        return self._quantiser.network(layers_named(self._model, [*self._always, *names]))

    def search(self, search: Search, most: int, candidates: int) -> None:
        """Look for the best choice, and stop as soon as everything is won back."""
        whole = self._try(())
        if self._is_won(whole):
            return
        self._all = 1 + len(self._layers) + candidates * most
        self.harms = tuple(sorted(map(self._harm, self._layers), key=lambda harm: (harm.right, -harm.distance)))
        names = [harm.layer for harm in self.harms[:candidates]]
        if not names:
            return
        if search == "exact":
            self._exact(names, most)
        else:
            self._greedy(names, most)

    def _greedy(self, names: Sequence[str], most: int) -> None:
        chosen: tuple[str, ...] = ()
        while len(chosen) < most and not self._is_won(self.best):
            left = [name for name in names if name not in chosen]
            if not left:
                break
            # The first of equals: where none helps, the most harmful. Two ruined layers win nothing back one by one.
            found = min((self._try((*chosen, name)) for name in left), key=lambda trial: trial.rank[:2])
            chosen = found.keep
            self.best = min(self.best, found, key=_rank)
        while len(self.best.keep) > 1:  # what has been overtaken by later ones is left out again
            shorter = [self._try(tuple(name for name in self.best.keep if name != out)) for out in self.best.keep]
            found = min(shorter, key=_rank)
            if found.right < self.best.right:
                break
            self.best = found

    def _exact(self, names: Sequence[str], most: int) -> None:
        self._all = 1 + len(self._layers) + sum(1 for _ in _subsets(names, most))
        for size in range(1, min(most, len(names)) + 1):
            found = min((self._try(each) for each in itertools.combinations(names, size)), key=_rank)
            if found.right > self.best.right:
                self.best = found
            if self._is_won(self.best):
                return

    def _is_won(self, trial: PlanTrial) -> bool:
        return trial.right >= sum(self._float_hits)

    def _try(self, names: Sequence[str]) -> PlanTrial:
        key = tuple(sorted(names, key=self._order.__getitem__))
        if key not in self._tried:
            hits, distance = self._trials.hits(self.network(key))
            self._tried[key] = PlanTrial(key, sum(hits), distance)
            self._count()
        return self._tried[key]

    def _count(self) -> None:
        self._done += 1
        if self._tell:
            self._tell(self._done, max(self._all, self._done))

    def _harm(self, name: str) -> LayerHarm:
        """Return what one layer costs alone in integers."""
        hits, distance = self._trials.hits(self.network([other for other in self._layers if other != name]))
        self._count()
        return LayerHarm(name, sum(hits), distance)

    def plan(
        self,
        search: Search,
        verified: Trials | None,
        path: Path | None,
        about: Mapping[str, object],
        calibrated: CalibrationPhotos,
    ) -> PrecisionPlan:
        """Return the best choice, judged by photos that the search has not seen where there are any; and write it."""
        judged = verified or self._trials
        in_float, whole, planned = self._model.as_run(), self.network(()), self.network(self.best.keep)
        keep = (*self._always, *self.best.keep)
        if path is not None:
            told = {**about, "keep": list(keep), "photos": len(calibrated)}
            write_quantized(path, quantized_content(self._model, planned, told))
        troubles = [*self._trials.troubles, *(verified.troubles if verified else []), *calibrated.troubles]
        return PrecisionPlan(
            self._model.name, keep, search, judged.is_labelled, tuple(self._tried.values()), self.harms,
            float_right=sum(self._float_hits),
            searched=len(self._trials),
            is_verified=verified is not None,
            float_hits=judged.hits()[0],
            whole_hits=judged.hits(whole)[0],
            plan_hits=judged.hits(planned)[0],
            speed=timed((in_float, whole, planned), judged.first, available_threads()),
            bytes_whole=whole.ByteSize(),
            bytes_plan=planned.ByteSize(),
            path=path,
            left_out=tuple(dict.fromkeys(troubles)),
        )  # fmt: skip


def _rank(trial: PlanTrial) -> tuple[int, float, int, tuple[str, ...]]:
    return trial.rank
