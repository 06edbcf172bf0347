"""The subcommand ``visualize``: a picture that excites a channel, a cell or a class, as a PNG file."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from squeezeviz.cli.delivery import check_figure
from squeezeviz.cli.explain_asked import figure_form, write_figure
from squeezeviz.cli.model_choice import ModelChoice, takes_model
from squeezeviz.cli.options import Json
from squeezeviz.cli.sources import load, print_json
from squeezeviz.errors import FigureError
from squeezeviz.report.words import time_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from squeezeviz.evidence.visualization.visualization import Visualization

__all__ = ["visualize"]

_Model = Annotated[
    str, typer.Argument(metavar="MODEL", help="A registered name, a folder, or an .onnx file of a model.")
]


_Output = Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The PNG file to write.")]


_Targets = Annotated[
    list[str],
    typer.Argument(
        metavar="TARGET...",
        help="What to excite: LAYER:CHANNEL, such as fire5/concat:12, LAYER:CHANNEL@Y,X for one cell, or a class "
        "(name, index or WordNet id); several for their sum.",
    ),
]
_Stray = Annotated[float, typer.Option(metavar="VALUE", help="How far a pixel may go from the photo's, 1 to 255.")]
_Transparent = Annotated[
    bool, typer.Option("--transparent", help="Make transparent what the number hardly hung on, as MACO does.")
]
_Figure = Annotated[
    Path | None, typer.Option("--figure", metavar="FILE", help="Draw it, too: .svg, .pdf or .png (300 dpi).")
]


@takes_model(_Model)
def visualize(
    model: ModelChoice,
    *,  # what must be given stands behind options here
    targets: _Targets,
    output: _Output = Path("picture.png"),
    steps: Annotated[int, typer.Option(metavar="N", help="Steps uphill.")] = 512,
    seed: Annotated[int, typer.Option(metavar="N", help="Of the noise: another seed, another picture.")] = 0,
    size: Annotated[int | None, typer.Option(metavar="PX", help="The picture's shorter side, if another.")] = None,
    minimise: Annotated[bool, typer.Option("--minimise", help="Make the number small, and not large.")] = False,
    parametrisation: Annotated[
        str,
        typer.Option(metavar="FORM", help="fourier; or phases, which keeps magnitudes as natural images have them."),
    ] = "fourier",
    start: Annotated[str | None, typer.Option(metavar="IMAGE", help="A photo to begin from; noise by default.")] = None,
    stray: _Stray = 255,
    transparent: _Transparent = False,
    figure: _Figure = None,
    as_json: Json = False,
) -> None:
    """Grow a picture that excites a channel, a cell or a class, and write it as PNG.

    A picture that excites is no explanation: it shows what a number grows with, not what it stands for.

    [dim]Examples:[/]

      squeezeviz visualize squeezenet1.1-shapes star -o star.png

      squeezeviz visualize my.onnx layer3:12 --seed 3 -o channel.png

      squeezeviz visualize my.onnx tabby --start coffee --stray 40 --figure tabby.pdf
    """
    if output.suffix.lower() != ".png":
        raise FigureError(f"{output}: pictures are written as .png; the name ends in {output.suffix!r}")
    check_figure(output)
    if figure is not None:
        figure_form(figure)  # what is no figure's name is refused before the long work begins
        if figure.absolute() == output.absolute():
            raise FigureError(f"{figure}: --output and --figure are one file; name another for one of them")
    loaded = load(model)
    from squeezeviz.evidence.visualization.visualize import visualize_steps  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.console import out  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.show import show  # noqa: PLC0415 - heavy

    growing = visualize_steps(
        loaded, targets, steps=steps, seed=seed, size=size, minimise=minimise, parametrisation=parametrisation,
        start=start, stray=stray,
    )  # fmt: skip
    made = _last(growing)
    path = made.save(output, transparent=transparent)
    if figure is not None:
        from squeezeviz.figures import visualization as draw  # noqa: PLC0415 - heavy

        write_figure(figure, lambda theme: draw(made, theme=theme), "light")
    if as_json:
        print_json(made.to_dict())
        return
    show(made)
    out.say(out.name(path))


def _last(growing: Iterator[Visualization]) -> Visualization:
    """Take all steps, and say beforehand how long they take, and on the way how far they are."""
    from squeezeviz.evidence.visualization.duration import LONG_S, Duration  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.console import remarks  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.progress import CountProgress  # noqa: PLC0415 - heavy

    duration, is_said = Duration(), False
    with CountProgress("steps") as progress:
        for made in growing:
            whole_s = duration.of_all(made)
            if not is_said and not math.isnan(whole_s):
                is_said = True
                if whole_s > LONG_S:
                    remarks.say(f"{made.steps:,} steps: about {time_text(whole_s)} on this machine")
            progress(made.step, made.steps)
    return made
