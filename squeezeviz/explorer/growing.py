"""Pictures that excite a channel, a cell or a class, as a page asks: told as they grow, and steered while they do.

What a page asks for while one grows takes its place, and may go on from the pictures there are.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from squeezeviz.errors import SqueezeVizError
from squeezeviz.explorer import incoming, protocol
from squeezeviz.explorer.heartbeat import heartbeat
from squeezeviz.explorer.limits import MOST_COMPARED
from squeezeviz.explorer.long_work import Task

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from threading import Event

    from squeezeviz.evidence.target import Target
    from squeezeviz.evidence.visualization.visualization import Visualization
    from squeezeviz.explorer.answering import Answering
    from squeezeviz.explorer.photos import Photo
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.model import Model

__all__ = ["growing"]

_EVERY = 8  # steps from one picture that is told to the next
_COMPARING_S = 0.05  # of photos, after each of these


def growing(state: Answering, asked: protocol.GrowRequest) -> Task:
    """Grow pictures, and tell them every few steps.

    Raises:
        ImageError: The photo to begin from is not here any more.
        PreprocessingError: There is no such preprocessing.
        SqueezeVizError: There is no such layer, channel, cell or class.
    """
    model, how = state.model, state.preprocessing_called(state.preset)
    start = state.photo_called(asked.photo).kept if asked.photo else None
    target = _target(model, how, asked)
    after = state.grown.suiting(model, how, asked.count) if asked.begin == "on" else None
    photos = state.photos_to_compare()[:MOST_COMPARED]

    def steps(cancel: Event) -> Iterator[protocol.GrownMessage]:
        from squeezeviz.evidence.visualization.duration import Duration  # noqa: PLC0415 - when it is asked for
        from squeezeviz.evidence.visualization.visualize import visualize_steps  # noqa: PLC0415 - the same

        duration = Duration()
        against = _Against(model, target, how, photos, is_least=asked.aim == "least")
        # The first step of a large network may take longer than a page waits.
        with heartbeat(state.say, asked.id):
            made = None
            for made in visualize_steps(
                model, target, start=start.read() if start else None, after=after, preprocessing=how, cancel=cancel,
                steps=asked.steps, seed=asked.seed, count=asked.count, minimise=asked.aim == "least",
                parametrisation=asked.form, total_variation=asked.smoothness / 100,
                transformations=asked.motion / 100, stray=float(asked.stray), every=_EVERY,
            ):  # fmt: skip
                if cancel.is_set():
                    return
                state.grown.keep(model, made)
                yield _told(asked, made, against, left_s=duration.left(made))
                against.go_on(cancel)
            while made is not None and against.is_left and not cancel.is_set():
                against.go_on(cancel)
                yield _told(asked, made, against)
            if made is not None:
                yield _told(asked, made, against, is_whole=True)

    return Task("growing", asked.name or "the picture", None, steps, lambda message: message)


def _target(model: Model, how: Preprocessing, asked: protocol.GrowRequest) -> Target:
    """Return what is asked for, having seen that it is there: a page is answered at once, then."""
    from squeezeviz.evidence.target import Target  # noqa: PLC0415 - as above

    if asked.layer is None:
        target = Target.logit(incoming.below("class_index", asked.class_index, len(model.labels)))
    elif asked.cell is None:
        target = Target.channel(asked.layer, asked.channel)
    else:
        target = Target.cell(asked.layer, asked.channel, *asked.cell)
    target.on(model.architecture_at(*how.first_crop.input_px), model.labels)
    return target


def _told(
    asked: protocol.GrowRequest,
    made: Visualization,
    against: _Against,
    *,
    is_whole: bool = False,
    left_s: float | None = None,
) -> protocol.GrownMessage:
    _, height, width, _ = made.pictures.shape
    return protocol.GrownMessage(
        id=asked.id,
        done=made.step,
        total=made.steps,
        left_s=left_s,
        shut_steps=max(made.shut_steps, default=0),
        is_whole=is_whole,
        size=(width, height),
        words=made.words,
        unit=made.unit,
        values=tuple(made.values.tolist()),
        best=made.best,
        at_start=made.value_at_start,
        strongest=against.strongest,
        compared=against.compared,
        photos=against.count,
        pixels=made.pictures.tobytes(),
    )


class _Against:
    """The photos on the page, of which the strongest is found bit by bit, between one picture and the next."""

    def __init__(
        self, model: Model, target: Target, how: Preprocessing, photos: Sequence[Photo], *, is_least: bool
    ) -> None:
        self._model, self._how, self._left = model, how.first_crop, list(photos)
        self._sum = target.on(model.architecture_at(*self._how.input_px), model.labels)
        self._sign = -1 if is_least else 1
        self.count, self.compared = len(photos), 0
        self.strongest: protocol.StrongestPhoto | None = None

    @property
    def is_left(self) -> bool:
        """Whether there are more."""
        return bool(self._left)

    def go_on(self, cancel: Event) -> None:
        """Take as many photos as there is time for, one at least."""
        end = time.monotonic() + _COMPARING_S
        while self._left and not cancel.is_set():
            photo = self._left.pop(0)
            try:
                value = self._value(photo)
            except SqueezeVizError:  # too small for the crop, or its page was closed: it is none to compare with
                self.count -= 1
            else:
                self.compared += 1
                if self.strongest is None or self._sign * (value - self.strongest.value) > 0:
                    self.strongest = protocol.StrongestPhoto(photo.id, photo.kept.name, value)
            if time.monotonic() > end:
                return

    def _value(self, photo: Photo) -> float:
        tensor = self._how([photo.kept.read()])
        seen = self._model.parts.run({self._model.architecture.input_name: tensor}, [self._sum.of])
        return float(self._sum.value(seen[self._sum.of])[0])
