"""The subcommand ``atlas``: what excites every channel of every layer, over a folder of photos."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from squeezeviz.cli.delivery import delivered
from squeezeviz.cli.model_choice import USUAL_MODEL, ModelChoice, takes_model
from squeezeviz.cli.options import Json, preset_option
from squeezeviz.cli.sources import expand_patterns, load, print_json, read_preset
from squeezeviz.cli.survey import Fresh, Scheduler, Workers
from squeezeviz.report.words import bytes_text, time_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from squeezeviz.dataset import Progress
    from squeezeviz.dataset.atlas import Atlas, Estimate

__all__ = ["AtlasPath", "atlas", "with_atlas"]

#: The option of the subcommands that open the explorer.
AtlasPath = Annotated[
    Path | None, typer.Option("--atlas", metavar="ATLAS", help="Show what excites channels in this atlas, too.")
]

_Labels = Annotated[
    Path | None,
    typer.Option("--labels", metavar="FILE", help="Lines of 'file label', or a table, that labels the photos."),
]

_TROUBLES_TOLD = 3


@takes_model()
def atlas(
    photos: Annotated[
        list[str],
        typer.Argument(metavar="FOLDER…", help="Folders and photos, labelled or not.", show_default=False),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="ATLAS", help="The folder to write, such as birds.atlas.")
    ],
    k: Annotated[int, typer.Option("--k", min=1, help="Photos kept for each channel.")] = 9,
    layers: Annotated[
        str | None, typer.Option(metavar="NAME,…", help="Only these layers; every layer by default.")
    ] = None,
    labels: _Labels = None,
    preprocessing: Annotated[str | None, preset_option("How photos are preprocessed; by default the model's.")] = None,
    scheduler: Scheduler = None,
    workers: Workers = None,
    fresh: Fresh = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the atlas that stands there.")] = False,
    model: ModelChoice = USUAL_MODEL,
    as_json: Json = False,
) -> None:
    """Find what excites every channel of every layer over a folder of photos, for the explorer and for Python.

    Stopped with Ctrl-C, the same command goes on from there. Takes the extra called dataset.

    [dim]Examples:[/]

      squeezeviz atlas birds -o birds.atlas

      squeezeviz atlas val --labels val.txt -o val.atlas --layers fire5/concat,conv10 --k 16

      squeezeviz lab --atlas birds.atlas
    """
    from squeezeviz.dataset.atlas import make_atlas  # noqa: PLC0415 - heavy
    from squeezeviz.dataset.atlas.writing import check_target  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.console import remarks  # noqa: PLC0415 - heavy

    check_target(output, overwrite=overwrite)
    loaded, bars = load(model), _Bars()
    try:
        made = make_atlas(
            loaded, expand_patterns(photos), output,
            layers=None if layers is None else [name.strip() for name in layers.split(",") if name.strip()],
            k=k, preprocessing=read_preset(preprocessing) if preprocessing else None, listing=labels,
            scheduler=scheduler, workers=workers, resume=not fresh, overwrite=overwrite,
            on_estimate=_say, on_progress=bars,
        )  # fmt: skip
    except KeyboardInterrupt:
        bars.close()
        remarks.say(f"stopped while {bars.words}; the same command goes on from there")
        raise typer.Exit(130) from None
    finally:
        bars.close()
    size = sum(file.stat().st_size for file in output.iterdir())
    with delivered():
        if as_json:
            print_json({"path": str(output), "bytes": size, **made.to_dict()})
        else:
            _show(made, output, size)


def with_atlas(path: Path | None, environment: dict[str, str]) -> dict[str, str]:
    """Return an environment in which explorers show an atlas, once it is known to be one.

    Raises:
        DatasetError: It is none.
    """
    if path is None:
        return environment
    from squeezeviz.dataset.atlas import read_atlas  # noqa: PLC0415 - heavy

    read_atlas(path)
    return {**environment, "SQUEEZEVIZ_ATLAS": str(path.expanduser().resolve())}  # a kernel runs in another folder


class _Bars:
    """A progress bar for each pass over the photos."""

    def __init__(self) -> None:
        self._stage = self.words = ""
        self._stack: list[Callable[[], None]] = []

    def __call__(self, stage: str, progress: Progress) -> None:
        from squeezeviz.report.terminal.progress import CountProgress  # noqa: PLC0415 - heavy

        if stage != self._stage:
            self.close()
            self._stage, self._bar = stage, CountProgress(f"photos, {stage}")
            self._bar.__enter__()
            self._stack.append(lambda: self._bar.__exit__(None, None, None))
        self.words = f"{stage}, after {progress.done:,} of {progress.all:,}"
        self._bar(progress.done, progress.all)

    def close(self) -> None:
        while self._stack:
            self._stack.pop()()


def _say(expected: Estimate) -> None:
    """Say what it will cost, on standard error."""
    from squeezeviz.report.terminal.console import remarks  # noqa: PLC0415 - heavy

    room = f"up to {bytes_text(round(expected.content_bytes))} on disk"
    if math.isnan(expected.seconds):
        remarks.say(f"{expected.photos:,} photos; {room}")
        return
    remarks.say(f"{expected.photos:,} photos: about {time_text(expected.seconds)} on this machine, {room}")


def _show(made: Atlas, output: Path, size: int) -> None:
    from squeezeviz.report.terminal.console import out, remarks  # noqa: PLC0415 - heavy

    own = made.about["distinct"]  # a pool's channels, and a branch's, are those of another layer
    dead, always = (sum(layer in own for layer, _ in found) for found in (made.dead(), made.always_on()))
    counts = f"{sum(map(made.channels, own)):,} channels of their own: {dead:,} dead, {always:,} always on"
    out.say((out.name(output), "bold"), f"  {bytes_text(size)}")
    out.say(f"{made.photos:,} photos, {len(made.layers)} layers, {counts}")
    if made.classes:
        out.say(f"{len(made.classes):,} classes are shown")
    count, told = made.about["troubles_in_all"], made.about["troubles"][:_TROUBLES_TOLD]
    if count:
        remarks.say((f"{count:,} left out", "yellow"))
        for trouble in told:
            remarks.say(f"  {remarks.name(trouble['message'])}")
        if count > len(told):
            remarks.say("  … atlas.json lists them")
    out.say((f"squeezeviz lab --atlas {out.name(output)}", "dim"))
