"""Which attribution may be believed, as a page asks: measured in steps, and nothing twice on the same number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.errors import LayerError
from squeezeviz.explorer import incoming, protocol
from squeezeviz.explorer.encoding import as_float32
from squeezeviz.explorer.long_work import Task
from squeezeviz.explorer.watched import Stopped, watched

if TYPE_CHECKING:
    from collections.abc import Iterator
    from threading import Event

    from squeezeviz.evidence.attribution.attribution import Attribution
    from squeezeviz.evidence.judging.measuring import Finding, Measuring
    from squeezeviz.evidence.target import Target
    from squeezeviz.explorer.answering import Answering
    from squeezeviz.explorer.judged import Known
    from squeezeviz.runtime.model import Model

__all__ = ["judging", "pointing", "target_of"]

_THUMB_PX = 64  # of a map's longer side, as a row shows it


def target_of(
    state: Answering, asked: protocol.JudgingRequest | protocol.AttributionRequest | protocol.PointingRequest
) -> tuple[Target, Known]:
    """Return the number that a class stands for, or the difference of two, and what is known of it.

    Raises:
        ImageError: The photo is not here any more.
        SqueezeVizError: There is no such class.
    """
    from squeezeviz.evidence.target import Target  # noqa: PLC0415 - only when it is asked for

    count, contrast = len(state.model.labels), asked.contrast_class
    index = incoming.below("class_index", asked.class_index or 0, count)
    against = None if contrast is None else incoming.below("contrast_class", contrast, count)
    target = Target.logit(index) if against is None else Target.difference(index, against)
    return target, state.judged.about(state.model, state.photo_called(asked.photo), index, against)


def judging(state: Answering, asked: protocol.JudgingRequest) -> Task:
    """Measure methods: those that are known already are told first.

    Raises:
        ImageError: The photo is not here any more.
        SqueezeVizError: There is no such class.
    """
    photo, model = state.photo_called(asked.photo), state.model
    target, known = target_of(state, asked)
    how = model.resolve(photo.prediction.preprocessing)

    def steps(cancel: Event) -> Iterator[protocol.JudgedMessage]:
        from squeezeviz.evidence.attribution.subject import subject_of  # noqa: PLC0415 - as above
        from squeezeviz.evidence.judging.measuring import MAP, Measuring  # noqa: PLC0415 - as above

        before = {key: each for key, each in known.findings.items() if key[0] in ("", "chance", *asked.methods)}
        refused = {method for method, measure, _ in before if measure == MAP and before[method, MAP, 0].problem}
        measuring = Measuring(
            tuple(method for method in asked.methods if method not in refused),
            is_lenient=True, known=dict(known.attributions), there=frozenset(before),
        )  # fmt: skip
        told = _Told(asked.id, measuring, _stages(model, measuring.stages))
        yield told.of(*before.values())
        subject = subject_of(model, photo.kept.read(), target, how, on_progress=watched(cancel, lambda *_: None))
        try:
            for finding in measuring.findings(model, [subject]):
                if finding.key not in before:
                    known.findings[finding.key] = finding
                    if finding.made is not None:
                        known.attributions[finding.method] = finding.made
                    yield told.of(finding)
        except Stopped:
            return
        yield told.of(is_whole=True)

    return Task("judging", photo.kept.name, None, steps, lambda message: message)


def _stages(model: Model, count: int) -> tuple[str, ...]:
    from squeezeviz.evidence.judging.randomised import stage_names  # noqa: PLC0415 - as above

    try:
        return stage_names(model, count)
    except LayerError:  # a finding says why
        return ()


class _Told:
    """What a page is told, message by message."""

    def __init__(self, request: str, measuring: Measuring, stages: tuple[str, ...]) -> None:
        self._request, self._measuring, self._stages = request, measuring, stages
        self._total = measuring.total

    def of(self, *findings: Finding, is_whole: bool = False) -> protocol.JudgedMessage:
        return protocol.JudgedMessage(
            id=self._request,
            done=self._total if is_whole else min(self._measuring.done, self._total),
            total=self._total,
            is_whole=is_whole,
            samples=self._measuring.samples,
            radius=self._measuring.radius,
            stages=self._stages,
            findings=tuple(_said(each) for each in findings),
            maps={each.method: as_float32(_thumb(each.made)) for each in findings if each.made is not None},
        )


def _said(finding: Finding) -> protocol.JudgedFinding:
    shape = _thumb(finding.made).shape if finding.made else (0, 0)
    return protocol.JudgedFinding(
        method=finding.method,
        measure=finding.measure,  # type: ignore[arg-type]  # of MEASURES
        stage=finding.stage,
        value=None if np.isnan(finding.value) else finding.value,
        curve=() if finding.curve is None else tuple(finding.curve.tolist()),
        shape=(shape[0], shape[1]),
        problem=finding.problem,
    )


def _thumb(made: Attribution) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return a map as small as a row shows it: the mean of as many pixels as make one."""
    from PIL import Image as Pillow  # noqa: PLC0415 - as above

    height, width = made.cells.shape
    longer = max(height, width)
    if longer <= _THUMB_PX:
        return made.cells
    size = max(1, round(width * _THUMB_PX / longer)), max(1, round(height * _THUMB_PX / longer))
    return np.asarray(Pillow.fromarray(made.cells).resize(size, Pillow.Resampling.BOX))


def pointing(state: Answering, asked: protocol.PointingRequest) -> protocol.PointingMessage:
    """Say whether maps that are known point at a box.

    Raises:
        ImageError: The photo is not here any more.
        SqueezeVizError: There is no such class, or the network sees nothing of the box.
    """
    from squeezeviz.evidence.judging import pointing as measure  # noqa: PLC0415 - as above

    _, known = target_of(state, asked)
    found, box = [], (0.0, 0.0, 0.0, 0.0)
    for method in asked.methods:
        made = known.attributions.get(method)
        if made is None:
            continue
        right, bottom = asked.left + asked.width, asked.top + asked.height
        (x0, y0), (x1, y1) = (made.geometry.to_original(*at) for at in ((asked.left, asked.top), (right, bottom)))
        box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        hit, share = measure.pointing(made, box)
        found.append(protocol.Pointed(method, hit, share))
    return protocol.PointingMessage(id=asked.id, box=box, found=tuple(found))
