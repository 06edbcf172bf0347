"""Feature visualization: grow a picture that excites a number of a network; step by step, or all at once.

After Olah, Mordvintsev and Schubert, "Feature Visualization" (Distill, 2017). Three departures. A picture grows through
sizes: what is large is found at half the size, where a step costs a quarter. It is as large as preprocessing leaves it
alone, and the network is shown a moved view of it, so that nothing lies outside; what views rarely show counts for
more at first, or pictures would fade towards their borders. And each pixel may be bound to stay near a photo's.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.arguments import check_whole, expect
from squeezeviz.errors import LabelError, LayerError
from squeezeviz.evidence.target import Target
from squeezeviz.evidence.visualization.adam import Adam
from squeezeviz.evidence.visualization.ascent import Stage, ToTensor
from squeezeviz.evidence.visualization.colour import Bounds
from squeezeviz.evidence.visualization.few import few
from squeezeviz.evidence.visualization.fourier import frequencies
from squeezeviz.evidence.visualization.objective import Objective
from squeezeviz.evidence.visualization.opacity import Opacity
from squeezeviz.evidence.visualization.parametrisation import Fourier, Phases, Planes, coefficients_of
from squeezeviz.evidence.visualization.settings import Settings
from squeezeviz.evidence.visualization.shown import growth, photo_at, whole
from squeezeviz.evidence.visualization.transformations import Motion
from squeezeviz.evidence.visualization.visualization import Visualization
from squeezeviz.image import read_image
from squeezeviz.runtime.loading import loaded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from threading import Event

    from numpy.typing import NDArray

    from squeezeviz.evidence.target import WeightedSum
    from squeezeviz.evidence.visualization.parametrisation import Parametrisation
    from squeezeviz.evidence.visualization.shown import Shown
    from squeezeviz.image import Image, ImageSource
    from squeezeviz.network.architecture import Architecture
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.loading import ModelSource
    from squeezeviz.runtime.model import Model

__all__ = ["visualize", "visualize_steps"]

Asked = Target | int | str
_SLOWEST = 0.1  # of the learning rate, at the end
_EVEN = 0.7  # of the steps: for so long, pixels near the border, which views rarely show, count for more


def visualize(
    model: ModelSource,
    target: Asked | Sequence[Asked] | None = None,
    *,
    start: ImageSource | None = None,
    after: Visualization | None = None,
    preprocessing: str | Preprocessing | None = None,
    **settings: Any,  # noqa: ANN401 - named in visualize_steps
) -> Visualization:
    """Grow a picture that excites a number of a network; see `visualize_steps` for every choice.

    The same seed gives the same picture on the same machine.

    Args:
        model: A loaded model, or the name or path of one.
        target: What to excite, such as ``"fire5/concat:12"``, ``"tabby"``; or several.
        start: A photo to begin from; noise by default.
        after: An earlier result, whose pictures are grown on.
        preprocessing: A preset's name or a `Preprocessing`; the model's own by default.
        settings: steps, size, seed, count, and the others that `visualize_steps` names.

    Raises:
        ImageError: The photo cannot be read.
        LabelError: No class is called that, or none is named.
        LayerError: There is no such layer, channel or cell; no gradient reaches the picture; a number is no number any
            more; or a choice cannot be.
        ModelError: The model cannot be loaded.
        PreprocessingError: The preset is unknown, or the model takes no input of that size.
    """
    *_, last = visualize_steps(model, target, start=start, after=after, preprocessing=preprocessing, **settings)
    return last


def visualize_steps(
    model: ModelSource,
    target: Asked | Sequence[Asked] | None = None,
    *,
    start: ImageSource | None = None,
    after: Visualization | None = None,
    preprocessing: str | Preprocessing | None = None,
    cancel: Event | None = None,
    threads: int | None = None,
    **settings: Any,  # noqa: ANN401 - named below, and checked by Settings
) -> Iterator[Visualization]:
    """Grow a picture that excites a number of a network; yield it as it is after every few steps.

    Args:
        model: A loaded model, or the name or path of one.
        target: A class (index, WordNet id or name) for its logit; a `Target`; text such as ``"fire5/concat:12"`` for a
            channel's mean, ``"fire5/concat:12@3,7"`` for one cell of it; several of these for their sum. None stands
            for the most probable class of `start`.
        start: A photo to begin from, anything `read_image` takes; noise by default.
        after: An earlier result, partial or not, whose pictures are grown on, be it for another target or with other
            settings, but of as many pictures of the same size. Where there is a `start`, too, they stay as near to it
            as ``stray`` says.
        preprocessing: A preset's name or a `Preprocessing`; the model's own by default. Of several crops, the first.
        cancel: Once it is set, no further step is begun; what there is then comes last. Closing the generator ends
            it, too.
        threads: Of each run of the network; the model's own number by default. One is best where several pictures grow
            side by side.
        settings: ``steps`` (512). ``size``, the picture's shorter side in pixels: by default what preprocessing leaves
            as it is. ``seed`` (0). ``count`` (1), pictures at once, driven apart by ``diversity`` (0.5; 0 does not).
            ``minimise`` (False): make the number small. ``parametrisation``: ``"fourier"``, or ``"phases"``, whose
            magnitudes stay those of natural images, or of the photo. ``stray`` (255): how far a pixel may go from the
            photo's, in pixel values. ``learning_rate``: by default what suits the parametrisation.
            ``transformations`` (1): how much the picture is moved about at each step; 0 not at all.
            ``total_variation``, ``high_frequencies`` (0): how much each costs; 1 weighs about as much as the number.
            ``every`` (16): steps from one yield to the next.

    Yields:
        Partial results, the last one complete unless it was cancelled.

    Raises:
        ImageError: The photo cannot be read.
        LabelError: No class is called that, or none is named.
        LayerError: There is no such layer, channel or cell; no gradient reaches the picture; a number is no number any
            more (what there was before has been yielded); or a choice cannot be.
        ModelError: The model cannot be loaded.
        PreprocessingError: The preset is unknown, or the model takes no input of that size.
    """
    chosen, model = _settings(settings), loaded(model)
    if threads is not None:
        check_whole("threads", threads, error=LayerError)
    how = model.resolve(preprocessing).first_crop
    photo = None if start is None else read_image(start)
    full = whole(model, how, chosen.size)
    before = None if after is None else _pictures(after, chosen, full)
    asked = _read(target, model, how, photo)
    ascent = _Ascent(model, asked, how=how, full=full, photo=photo, before=before, chosen=chosen, threads=threads)
    yield from ascent.run(cancel)


class _Ascent:
    """One picture, or several, on their way up."""

    def __init__(
        self,
        model: Model,
        asked: Sequence[Target],
        *,
        how: Preprocessing,
        full: Shown,
        photo: Image | None,
        before: NDArray[np.float64] | None,
        chosen: Settings,
        threads: int | None,
    ) -> None:
        self._threads = threads
        self._model, self._asked, self._how, self._photo, self._chosen = model, asked, how, photo, chosen
        self._before = before
        self._full, self._logits = full, _logits(model, how, photo)
        self._own = self._sums(model.architecture_at(*how.input_px))
        self._rng = np.random.default_rng(chosen.seed)
        self._parametrisation = self._begun()
        self._climbed: list[Objective] = []
        self._opacity = Opacity(chosen.count, full.picture)
        self._planned = growth(model, how, full, chosen.steps)
        self._end = self._stage(full)
        self._history: list[NDArray[np.float64]] = []
        self._at_start = None if photo is None else float(self._values(how([photo]))[0])

    def run(self, cancel: Event | None) -> Iterator[Visualization]:
        """Take the steps, and yield after every few."""
        chosen, motion = self._chosen, Motion().times(self._chosen.transformations)
        rate = self._parametrisation.rate if chosen.learning_rate is None else chosen.learning_rate
        yielded = 0
        for shown, count in self._planned:
            stage = self._end if shown == self._full else self._stage(shown)
            adam = Adam(self._parametrisation.numbers[stage.planes.part])
            rarity = motion.rarity(shown.picture, shown.window)
            self._opacity.begin(rarity)
            for _ in range(count):
                if cancel is not None and cancel.is_set():
                    break
                view = motion.view(self._rng, shown.picture, shown.window)
                values, _, gradient = stage.gradient(view, rarity if self._done < _EVEN else None)
                if not (np.isfinite(values).all() and np.isfinite(gradient).all()):
                    if len(self._history) > yielded:
                        yield self._result()
                    raise LayerError(self._overflow(values))
                self._check_moves(gradient)
                adam.step(gradient, rate * _slower(self._done))
                self._history.append(values)
                self._opacity.add(stage.hung)
                if len(self._history) - yielded >= chosen.every and len(self._history) < chosen.steps:
                    yielded = len(self._history)
                    yield self._result()
        yield self._result()

    @property
    def _done(self) -> float:
        """The share of steps taken."""
        return len(self._history) / self._chosen.steps

    def _begun(self) -> Parametrisation:
        count, size = self._chosen.count, self._full.picture
        bounds, is_fourier = self._around(size), self._chosen.parametrisation == "fourier"
        if self._before is not None:
            z = bounds.undone(self._before)
            return Fourier.of(coefficients_of(z - bounds.start)) if is_fourier else Phases(coefficients_of(z))
        if is_fourier:
            return Fourier(count, size, self._rng if self._photo is None or count > 1 else None)
        if self._photo is None:
            return Phases.natural(count, size, self._rng)
        return Phases(np.repeat(coefficients_of(bounds.start), count, axis=0))

    def _around(self, size: tuple[int, int]) -> Bounds:
        if self._photo is None:
            return Bounds.free()
        return Bounds.around(photo_at(self._photo, self._how, self._full, size), self._chosen.stray / 255)

    def _stage(self, shown: Shown) -> Stage:
        bounds = self._around(shown.picture)
        is_begun = self._chosen.parametrisation == "phases"  # the photo is in the phases
        start = np.float32(0) if is_begun else np.asarray(bounds.start, np.float32)
        bounds = Bounds(np.asarray(bounds.low, np.float32), np.asarray(bounds.high, np.float32), start)  # type: ignore[arg-type]
        architecture = self._model.architecture_at(*shown.input_px)
        planes = Planes(shown.picture, self._full.picture)
        sign = -1 if self._chosen.minimise else 1
        rows, columns = (frequencies(part.stop) for part in planes.part[2:])
        climbed = Objective(
            self._model, self._sums(architecture), architecture, sign=sign, diversity=self._chosen.diversity,
            threads=self._threads,
        )  # fmt: skip
        self._climbed.append(climbed)
        return Stage(
            parametrisation=self._parametrisation,
            planes=planes,
            bounds=bounds,
            tensor=ToTensor(self._how),
            climb=climbed,
            sign=sign,
            variation=self._chosen.total_variation,
            frequencies=self._chosen.high_frequencies,
            slopes=(np.hypot(rows[:, None], columns) / 16).astype(np.float32),
        )

    def _sums(self, architecture: Architecture) -> tuple[WeightedSum, ...]:
        own = self._model.architecture_at(*self._how.input_px)
        return tuple(
            each.moved(own, architecture).on(architecture, self._model.labels, self._logits) for each in self._asked
        )

    def _result(self) -> Visualization:
        pictures, values = self._shown()
        chosen = self._chosen
        return Visualization(
            model_id=self._model.name,
            targets=self._own,
            preprocessing=self._how,
            pictures=pictures,
            values=values,
            history=np.array(self._history).reshape(-1, chosen.count),
            step=len(self._history),
            steps=chosen.steps,
            seed=chosen.seed,
            settings=chosen.to_dict(),
            minimised=chosen.minimise,
            start=self._photo.name if self._photo else "",
            value_at_start=self._at_start,
            opacity=self._opacity(),
            work_done=self._work_done(),
            shut_steps=tuple(
                map(int, np.sum([np.broadcast_to(each.shut_calls, chosen.count) for each in self._climbed], axis=0))
            ),
            model_sha256=self._model.sha256,
        )

    def _work_done(self) -> float:
        """Return the share of all work that is done, by the pixels that the network has been shown."""
        left, done, whole = len(self._history), 0, 0
        for shown, count in self._planned:
            area, taken = math.prod(shown.input_px), min(left, count)
            left, done, whole = left - taken, done + area * taken, whole + area * count
        return done / whole

    def _shown(self) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
        """Return the pictures in 8 bits, (B, H, W, 3), and the number for each as for any photo, (B,)."""
        pictures, values = [], []
        for rows in few(self._chosen.count):
            pixels = np.rint(np.clip(self._end.pixels(rows), 0, 1) * 255).astype(np.uint8)
            pictures.append(np.ascontiguousarray(pixels.transpose(0, 2, 3, 1)))
            values.append(self._values(self._how([read_image(each) for each in pictures[-1]])))
        return np.concatenate(pictures), np.concatenate(values)

    def _values(self, tensor: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the number for input tensors as any photo's."""
        names = list(dict.fromkeys(each.of for each in self._own))
        seen = self._model.parts.run({self._model.architecture.input_name: tensor}, names, threads=self._threads)
        with np.errstate(all="ignore"):  # what is no number is refused where the step is known
            summed: NDArray[np.float64] = np.sum([each.value(seen[each.of]) for each in self._own], axis=0)
        return summed

    def _check_moves(self, gradient: NDArray[np.floating]) -> None:
        if not self._history and not self._chosen.minimise and not gradient.any():
            raise LayerError(
                f"{self._own[0].words}: no gradient reaches the picture, at no pixel; every ReLU on the way is shut, "
                "or nothing hangs on the input. Try another seed, or begin from a photo that excites it"
            )

    def _overflow(self, values: NDArray[np.float64]) -> str:
        step, odd = len(self._history) + 1, values[~np.isfinite(values)]
        return (
            f"{self._own[0].words} is {(odd if odd.size else values)[0]:g} at step {step} of {self._chosen.steps}, "
            f"or its derivative is no number: they grow beyond single precision; "
            f"the picture of step {step - 1} is the last. Another seed may go further, or a smaller learning_rate"
        )


def _slower(done: float) -> float:
    """Return the share of the learning rate by how much is done: whole for a half, then falling."""
    if done < 0.5:
        return 1.0
    return float(_SLOWEST + (1 - _SLOWEST) * (1 + np.cos(np.pi * (2 * done - 1))) / 2)


def _settings(given: dict[str, Any]) -> Settings:
    known = list(Settings.__dataclass_fields__)
    for name in given:
        if name not in known:
            raise TypeError(f"visualize has no choice {name!r}; there are {', '.join(known)}")
    return Settings(**given)


def _read(
    target: Asked | Sequence[Asked] | None, model: Model, how: Preprocessing, photo: Image | None
) -> tuple[Target, ...]:
    architecture = model.architecture_at(*how.input_px)
    several: Sequence[Asked | None] = target if isinstance(target, (list, tuple)) else [target]  # type: ignore[list-item]
    if not several:
        raise LayerError("no target is named; expected a class, a channel such as fire5/concat:12, or several")
    read = tuple(Target.read(each, architecture) for each in several)
    if photo is None and any(each.needs_logits for each in read):
        raise LabelError(
            "no class is named, and there is no photo whose most probable one could be meant; name a class, or a "
            "channel such as fire5/concat:12"
        )
    return read


def _pictures(after: Visualization, chosen: Settings, full: Shown) -> NDArray[np.float64]:
    """Return an earlier result's pictures, float64 (B, 3, H, W), 0 to 1."""
    expect(after, Visualization, "what squeezeviz.visualize returns, to go on from", LayerError)
    found, wanted = after.pictures.shape[:3], (chosen.count, *full.picture)
    if found != wanted:
        raise LayerError(
            f"after has {found[0]} picture{'' if found[0] == 1 else 's'} of {found[1]} × {found[2]} px; expected "
            f"{wanted[0]} of {wanted[1]} × {wanted[2]}, as count, size and the preprocessing say"
        )
    planes: NDArray[np.float64] = after.pictures.transpose(0, 3, 1, 2) / 255
    return planes


def _logits(model: Model, how: Preprocessing, photo: Image | None) -> NDArray[np.float32] | None:
    if photo is None:
        return None
    logits, _ = model.answers(how([photo]), how)
    only: NDArray[np.float32] = logits[0]
    return only
