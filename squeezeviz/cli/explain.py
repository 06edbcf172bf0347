"""The verb ``explain``: why the network says what it says, by one of several methods.

A method is a function from what was asked to what there is to say; `method` adds one. Files that hold methods are
imported with the command line, and load whatever is heavy only when they are asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from squeezeviz.cli.options import Json, ModelName, preset_option
from squeezeviz.cli.sources import load, print_json, read_preset
from squeezeviz.errors import FigureError, SqueezeVizError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

    from squeezeviz.evidence import Arithmetic
    from squeezeviz.figures import Sheet
    from squeezeviz.image import Image
    from squeezeviz.labels import Label
    from squeezeviz.model import Model
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.render.palettes import Theme

__all__ = ["METHODS", "Asked", "Explained", "Method", "WhatIf", "explain", "method"]


@dataclass(frozen=True)
class WhatIf:
    """What is hidden or switched off.

    Attributes:
        patch_px: Height and width of a patch that hides the photo, in input pixels.
        stride_px: From one patch to the next, in input pixels.
        fill: What patches show, as it was given.
        unit: Of a map: ``"logit"`` or ``"probability"``.
        off: Layers with their channels, as they were given.
        is_mean: Whether a map that is switched off is its own mean everywhere, not zero.
    """

    patch_px: int = 32
    stride_px: int = 16
    fill: str = "grey"
    unit: str = "logit"
    off: tuple[str, ...] = ()
    is_mean: bool = False


@dataclass(frozen=True)
class Asked:
    """What somebody wants explained.

    Attributes:
        model: Who answers.
        image: Of what.
        how: How it is prepared.
        class_key: The class, as it was given, or None: then the one that the network names first.
        against_key: The class it is held against, or None.
        probability: The probability whose price is asked for, 0–1.
        what_if: What is hidden or switched off, for the methods that do so.
    """

    model: Model
    image: Image
    how: Preprocessing
    class_key: str | None
    against_key: str | None
    probability: float
    what_if: WhatIf = field(default_factory=WhatIf)

    @cached_property
    def source(self) -> Arithmetic:
        """Every number that the model makes of the image."""
        from squeezeviz.evidence import Arithmetic  # noqa: PLC0415 - heavy

        return Arithmetic(self.model, self.image, self.how)

    @cached_property
    def ranking(self) -> list[int]:
        """The classes by falling logit; of several crops, the first's."""
        import numpy as np  # noqa: PLC0415 - heavy

        logits = self.source.values(self.source.architecture.logits_name).ravel()
        return [int(at) for at in np.argsort(-logits, kind="stable")]

    @cached_property
    def label(self) -> Label:
        """The class.

        Raises:
            LabelError: No class is called that.
        """
        return self.model.labels[self.ranking[0] if self.class_key is None else self.class_key]

    @cached_property
    def against(self) -> Label | None:
        """The class it is held against, if one was given.

        Raises:
            LabelError: No class is called that.
        """
        return None if self.against_key is None else self.model.labels[self.against_key]

    @cached_property
    def rival(self) -> Label:
        """The class it is held against; by default the one that the network ranks highest among all others."""
        if self.against is not None:
            return self.against
        return self.model.labels[next(at for at in self.ranking if at != self.label.class_index)]


@dataclass(frozen=True)
class Explained:
    """What there is to say.

    Attributes:
        plain: The same as plain data, for ``--json``.
        show: Prints it on the terminal.
        draw: Draws it in a theme, for ``--png``.
    """

    plain: dict[str, Any]
    show: Callable[[], None]
    draw: Callable[[Theme], Sheet]


@dataclass(frozen=True)
class Method:
    """One way to explain.

    Attributes:
        name: What ``--method`` calls it.
        says: What it says, in a few words.
        explain: Does it.
    """

    name: str
    says: str
    explain: Callable[[Asked], Explained]


METHODS: dict[str, Method] = {}


def method(name: str, says: str) -> Callable[[Callable[[Asked], Explained]], Callable[[Asked], Explained]]:
    """Add a way to explain: a decorator of a function from `Asked` to `Explained`.

    Args:
        name: What ``--method`` calls it.
        says: What it says, in a few words.
    """

    def add(explain: Callable[[Asked], Explained]) -> Callable[[Asked], Explained]:
        METHODS[name] = Method(name, says, explain)
        return explain

    return add


def explain(
    image: Annotated[str, typer.Argument(metavar="IMAGE", help="A path, or the name of a sample.")],
    method: Annotated[str, typer.Option("--method", metavar="METHOD", help=_listed())] = "ledger",
    class_key: Annotated[
        str | None,
        typer.Option("--class", "-c", metavar="NAME|INDEX|WNID", help="Which class; by default the one named first."),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option("--against", metavar="NAME|INDEX|WNID", help="The class it is held against."),
    ] = None,
    probability: Annotated[
        float, typer.Option("--probability", metavar="P", help="With budget: the probability to be had, 0–1.")
    ] = 0.5,
    patch: Annotated[
        int, typer.Option("--patch", metavar="PX", help="With occlusion: a patch's side, in input pixels.")
    ] = 32,
    stride: Annotated[
        int, typer.Option("--stride", metavar="PX", help="With occlusion: from one patch to the next.")
    ] = 16,
    fill: Annotated[
        str, typer.Option(metavar="FILL", help="With occlusion: grey, mean, blur, or a colour such as 255,0,0.")
    ] = "grey",
    unit: Annotated[str, typer.Option(metavar="UNIT", help="With occlusion: logit or probability.")] = "logit",
    off: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LAYER[:CHANNELS]",
            help="With ablation, repeatable: what is switched off, such as fire5/expand3x3 (all of it), "
            "fire5/concat:3,17 or fire2/squeeze1x1:0-7. Without it every squeeze channel is, in turn.",
        ),
    ] = None,
    mean: Annotated[
        bool, typer.Option("--mean", help="With ablation: in place of a map its own mean, not zero.")
    ] = False,
    png: Annotated[
        Path | None, typer.Option("--png", metavar="FILE", help="Draw it as well: .png, .svg or .pdf.")
    ] = None,
    theme: Annotated[str, typer.Option(help="Of the drawing: light for paper, dark for slides.")] = "light",
    preprocessing: Annotated[
        str | None,
        preset_option("How the photo is prepared; by default the model's own. Larger crops give more cells."),
    ] = None,
    model: ModelName = None,
    as_json: Json = False,
) -> None:
    """Say where an answer comes from, in numbers that add up to it.

    [dim]Examples:[/]

      squeezeviz explain coins

      squeezeviz explain coins --method duel --class "golf ball" --against "Petri dish"

      squeezeviz explain cat.jpg --method spectrum --png why.png

      squeezeviz explain coins --method occlusion --fill mean --png where.png

      squeezeviz explain coins --method ablation --off fire5/expand3x3 --off fire9/squeeze1x1:3,17

      squeezeviz explain cat.jpg --json | jq '.cells | flatten | add'
    """
    form = _form(png) if png is not None else None
    if method not in METHODS:
        hint = did_you_mean(method, METHODS)
        raise SqueezeVizError(f"no method is called {method!r}; there are {', '.join(METHODS)}.{hint}")
    if not 0 < probability < 1:
        raise SqueezeVizError(f"--probability is {probability:g}, expected a number between 0 and 1")
    from squeezeviz.image import read_image  # noqa: PLC0415 - heavy

    picture, loaded = read_image(image), load(model)
    prepared = loaded.resolve(read_preset(preprocessing) if preprocessing else None)
    what_if = WhatIf(patch, stride, fill, unit, tuple(off or ()), mean)
    made = METHODS[method].explain(Asked(loaded, picture, prepared, class_key, against, probability, what_if))
    if png is not None:
        _write(png, made, form, theme)
    if as_json:
        print_json(made.plain)
    else:
        made.show()
        if png is not None:
            from squeezeviz.report.terminal.console import out  # noqa: PLC0415 - heavy

            out.say(out.name(png))


def _listed() -> str:
    return "; ".join(f"{each.name}: {each.says}" for each in METHODS.values()) + "."


def _form(path: Path) -> str:
    form = path.suffix.removeprefix(".").lower()
    if form not in ("svg", "png", "pdf"):
        raise FigureError(f"{path}: figures are written as .png, .svg or .pdf; the name ends in {path.suffix!r}")
    return form


def _write(path: Path, made: Explained, form: Any, theme: Any) -> None:  # noqa: ANN401 - their types' module is heavy
    from squeezeviz.figures import as_bytes  # noqa: PLC0415 - heavy
    from squeezeviz.files import write_whole  # noqa: PLC0415 - heavy

    try:
        write_whole(path, as_bytes(made.draw(theme), form))
    except OSError as exc:
        raise FigureError(f"{path}: cannot be written ({exc.strerror or exc})") from exc
