"""Methods of ``explain`` that ask the network again, with something hidden or switched off: occlusion, ablation."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, cast

import typer

from squeezeviz.cli.explain import Explained, method
from squeezeviz.errors import FigureError, SqueezeVizError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeVar

    from squeezeviz.cli.explain import Asked
    from squeezeviz.evidence import Census, Occlusion
    from squeezeviz.evidence.ablation import Channels, Switch
    from squeezeviz.evidence.occlusion import Fill, Units
    from squeezeviz.figures import Sheet
    from squeezeviz.render.palettes import Theme

    Steps = TypeVar("Steps", Occlusion, Census)

__all__: list[str] = []

_UNITS = ("logit", "probability")
_FILLS = ("grey", "mean", "blur")


@method("occlusion", "what hiding each patch of the photo does")
def _occlusion(asked: Asked) -> Explained:
    from squeezeviz import figures  # noqa: PLC0415 - heavy
    from squeezeviz.evidence import occlusion_steps  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.show import show  # noqa: PLC0415 - heavy

    wanted, units = asked.what_if, _units(asked.what_if.unit)
    label = asked.model.labels[asked.class_key] if asked.class_key is not None else None  # before the long work
    steps = occlusion_steps(
        asked.model,
        asked.image,
        patch_px=wanted.patch_px,
        stride_px=wanted.stride_px,
        fill=_fill(wanted.fill),
        preprocessing=asked.how,
    )
    made = _finished(steps, "patches hidden")
    key = int(made.prediction.ranking[0]) if label is None else label.class_index
    plain = made.to_dict(key, units) | {
        "places": made.patches_in_photo,
        "unit": units,
        "baseline": _baseline(made, key),
    }
    return Explained(
        plain,
        partial(show, made, key=key, units=units),
        lambda theme: figures.occlusion(made, asked.image, key, units=units, theme=theme),
    )


@method("ablation", "what switching channels off does")
def _ablation(asked: Asked) -> Explained:
    from squeezeviz.evidence import ablate, census_steps  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.show import show  # noqa: PLC0415 - heavy

    fill: Switch = "mean" if asked.what_if.is_mean else "zero"
    label = asked.model.labels[asked.class_key] if asked.class_key is not None else None
    if not asked.what_if.off:
        made = _finished(census_steps(asked.model, asked.image, fill=fill, preprocessing=asked.how), "channels off")
        key = None if label is None else label.class_index
        return Explained(made.to_dict(key), partial(show, made, key=key), _undrawn)
    off: dict[str, Channels] = {}
    for each in asked.what_if.off:
        name, channels = _switch(each)
        off[name] = _together(off.get(name), channels, each)
    done = ablate(asked.model, asked.image, off, fill=fill, preprocessing=asked.how)
    index = int(done.before.ranking[0]) if label is None else label.class_index
    return Explained(done.to_dict() | {"class": done.change(index)}, partial(show, done, index=index), _undrawn)


def _undrawn(_: Theme) -> Sheet:
    raise FigureError("ablation is not drawn; leave --png out, or ask for --json")


def _baseline(made: Occlusion, key: int) -> dict[str, float]:
    score = made.prediction[key]
    return {"logit": score.logit, "probability": score.probability}


# What was given -------------------------------------------------------------------------------------------------------


def _units(text: str) -> Units:
    if text not in _UNITS:
        hint = did_you_mean(text, _UNITS)
        raise SqueezeVizError(f"--unit is {text!r}, expected logit or probability.{hint}")
    return cast("Units", text)


def _fill(text: str) -> Fill:
    """Read what patches show; what is neither a name nor three numbers, the library refuses."""
    if re.fullmatch(r"\s*\d+\s*,\s*\d+\s*,\s*\d+\s*", text):
        red, green, blue = (int(level) for level in text.split(","))
        return red, green, blue
    if text not in _FILLS:
        hint = did_you_mean(text, _FILLS)
        raise SqueezeVizError(f"--fill is {text!r}, expected grey, mean, blur, or a colour such as 255,0,0.{hint}")
    return cast("Fill", text)


def _switch(text: str) -> tuple[str, Channels]:
    """Read ``LAYER``, ``LAYER:3,17``, ``LAYER:0-7`` or, of a concatenation, ``LAYER:expand3x3``."""
    name, colon, listed = text.partition(":")
    if not colon:
        return name, "all"
    channels: list[int] = []
    for part in listed.split(","):
        found = re.fullmatch(r"\s*(\d+)\s*(?:-\s*(\d+)\s*)?", part)
        if found is None:
            if "," not in listed and part.strip():
                return name, part.strip()  # a branch, or "all": the library says what there is
            raise SqueezeVizError(f"--off {text}: {part!r} is no channel; expected such as {name}:3,17 or {name}:0-7")
        first, last = int(found[1]), int(found[2] or found[1])
        if last < first or last - first > 100_000:
            raise SqueezeVizError(f"--off {text}: {part.strip()} are no channels; expected the smaller index first")
        channels.extend(range(first, last + 1))
    return name, channels


def _together(before: Channels | None, more: Channels, text: str) -> Channels:
    """Join what is switched off of one layer by several options."""
    if before is None or before == more:
        return more
    if isinstance(before, list) and isinstance(more, list):
        return [*before, *more]
    raise SqueezeVizError(f"--off {text}: this layer is switched off already, in another way; say all of it once")


# Progress -------------------------------------------------------------------------------------------------------------


def _finished(steps: Iterator[Steps], words: str) -> Steps:
    """Go through partial results to the last, saying on stderr how far it is where somebody watches."""
    from squeezeviz.report.terminal.console import remarks  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.progress import CountProgress  # noqa: PLC0415 - heavy

    last: Steps | None = None
    with CountProgress(words) as progress:
        try:
            for each in steps:
                last = each
                progress(each.done, each.total)
        except KeyboardInterrupt:
            done = f"{progress.done:,} of {progress.count:,}" if progress.count else "none"
            remarks.say(f"stopped: {done} {words}")
            raise typer.Exit(130) from None
    if last is None:
        raise SqueezeVizError("there was nothing to hide or to switch off")
    return last
