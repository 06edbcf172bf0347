"""Methods of ``explain`` that ask the network again, with something hidden or ablated: occlusion, ablation."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Annotated, cast

import typer

from squeezeviz.cli.explain_asked import Class, Explained, Photo, Png, Preset, Theming, ask, tell
from squeezeviz.cli.model_choice import USUAL_MODEL, ModelChoice, takes_model
from squeezeviz.cli.options import Json
from squeezeviz.errors import SqueezeVizError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeVar

    from squeezeviz.evidence import AblationSweep, Occlusion
    from squeezeviz.evidence.ablation import ChannelFill, Channels
    from squeezeviz.evidence.filling import Fill
    from squeezeviz.evidence.occlusion import Units

    Steps = TypeVar("Steps", Occlusion, AblationSweep)

__all__ = ["ablation", "occlusion"]

_UNITS = ("logit", "probability")
_FILLS = ("grey", "mean", "blur")


@takes_model()
def occlusion(
    image: Photo,
    class_key: Class = None,
    patch: Annotated[
        int | None,
        typer.Option(metavar="PX", help="A patch's side, in input pixels; by default a seventh of the input's."),
    ] = None,
    stride: Annotated[
        int | None,
        typer.Option(metavar="PX", help="From one patch to the next, in input pixels; half a patch by default."),
    ] = None,
    fill: Annotated[
        str,
        typer.Option(metavar="FILL", help="What a patch shows: grey, mean, blur, or a colour such as 255,0,0."),
    ] = "grey",
    unit: Annotated[str, typer.Option(metavar="UNIT", help="Of the map: logit or probability.")] = "logit",
    preprocessing: Preset = None,
    model: ModelChoice = USUAL_MODEL,
    png: Png = None,
    theme: Theming = "light",
    as_json: Json = False,
) -> None:
    """Which parts of the photo matter: each patch is hidden in turn, and the network asked again.

    A patch whose hiding lowers the class's logit speaks for the class; one whose hiding raises it speaks against it.

    [dim]Examples:[/]

      squeezeviz explain occlusion coins --png where.png

      squeezeviz explain occlusion cat.jpg --class tabby --fill mean --patch 48 --stride 24
    """
    units, filled = _units(unit), _fill(fill)
    asked = ask(image, model, preprocessing, class_key, png=png)
    from squeezeviz import figures  # noqa: PLC0415 - heavy
    from squeezeviz.evidence import occlusion_steps  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.show import show  # noqa: PLC0415 - heavy

    label = asked.chosen  # before the long work
    steps = occlusion_steps(
        asked.model, asked.image, patch_px=patch, stride_px=stride, fill=filled, preprocessing=asked.preprocessing
    )
    made = _finished(steps, "patches hidden")
    key = int(made.prediction.ranking[0]) if label is None else label.class_index
    plain = made.to_dict(key, units) | {"places": made.patches_in_photo, "unit": unit, "baseline": _baseline(made, key)}
    said = Explained(
        plain,
        partial(show, made, key=key, units=units),
        lambda theme: figures.occlusion(made, asked.image, key, units=units, theme=theme),
    )
    tell(said, as_json=as_json, png=png, theme=theme)


@takes_model()
def ablation(
    image: Photo,
    class_key: Class = None,
    ablated: Annotated[
        list[str] | None,
        typer.Option(
            "--ablate",
            metavar="LAYER[:CHANNELS]",
            help="What is ablated, such as fire5/expand3x3 (all of it), fire5/concat:3,17 or fire2/squeeze1x1:0-7; "
            "may be given several times. Without it every squeeze channel is, in turn.",
        ),
    ] = None,
    mean: Annotated[bool, typer.Option("--mean", help="In place of a channel its own mean, not zero.")] = False,
    preprocessing: Preset = None,
    model: ModelChoice = USUAL_MODEL,
    as_json: Json = False,
) -> None:
    """Which channels matter: some are replaced by zero or by their mean, and the network asked again.

    [dim]Examples:[/]

      squeezeviz explain ablation coins

      squeezeviz explain ablation coins --ablate fire5/expand3x3 --ablate fire9/squeeze1x1:3,17 --mean
    """
    wanted = _together(ablated or [])
    asked = ask(image, model, preprocessing, class_key)
    from squeezeviz.evidence import ablate, ablation_sweep_steps  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.show import show  # noqa: PLC0415 - heavy

    replaced: ChannelFill = "mean" if mean else "zero"
    label = asked.chosen
    if not wanted:
        made = _finished(
            ablation_sweep_steps(asked.model, asked.image, fill=replaced, preprocessing=asked.preprocessing),
            "channels ablated",
        )
        key = None if label is None else label.class_index
        tell(Explained(made.to_dict(key), partial(show, made, key=key)), as_json=as_json)
        return
    done = ablate(asked.model, asked.image, wanted, fill=replaced, preprocessing=asked.preprocessing)
    index = int(done.before.ranking[0]) if label is None else label.class_index
    plain = done.to_dict() | {"class": done.change(index)}
    tell(Explained(plain, partial(show, done, index=index)), as_json=as_json)


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
        red, green, blue = (int(value) for value in text.split(","))
        return red, green, blue
    if text not in _FILLS:
        hint = did_you_mean(text, _FILLS)
        raise SqueezeVizError(f"--fill is {text!r}, expected grey, mean, blur, or a colour such as 255,0,0.{hint}")
    return cast("Fill", text)


def _layer_channels(text: str) -> tuple[str, Channels]:
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
            raise SqueezeVizError(
                f"--ablate {text}: {part!r} is no channel; expected such as {name}:3,17 or {name}:0-7"
            )
        first, last = int(found[1]), int(found[2] or found[1])
        if last < first or last - first > 100_000:
            raise SqueezeVizError(f"--ablate {text}: {part.strip()} are no channels; expected the smaller index first")
        channels.extend(range(first, last + 1))
    return name, channels


def _together(given: Iterable[str]) -> dict[str, Channels]:
    """Read what is ablated, each layer once: what several options name of one is joined."""
    together: dict[str, Channels] = {}
    for text in given:
        name, more = _layer_channels(text)
        before = together.get(name, more)
        if isinstance(before, list) and isinstance(more, list) and name in together:
            together[name] = [*before, *more]
        elif before == more:
            together[name] = more
        else:
            raise SqueezeVizError(f"--ablate {text}: this layer is ablated already, in another way; say all of it once")
    return together


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
        raise SqueezeVizError("there was nothing to hide or to ablate")
    return last
