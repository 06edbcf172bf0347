"""What the methods of ``explain`` share: their options, what is asked, and what there is to say."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from squeezeviz.cli.delivery import check_figure
from squeezeviz.cli.options import preset_option
from squeezeviz.cli.sources import load, print_json, read_preset
from squeezeviz.errors import FigureError

if TYPE_CHECKING:
    from collections.abc import Callable

    from squeezeviz.cli.model_choice import ModelChoice
    from squeezeviz.evidence import Arithmetic
    from squeezeviz.figures import Sheet
    from squeezeviz.image import Image
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.render.palettes import Theme
    from squeezeviz.results.labels import Label
    from squeezeviz.runtime.model import Model

__all__ = [
    "Asked",
    "Class",
    "Explained",
    "Photo",
    "Png",
    "Preset",
    "Theming",
    "ask",
    "contrast_option",
    "figure_form",
    "tell",
    "write_figure",
]

Photo = Annotated[str, typer.Argument(metavar="IMAGE", help="A path, or the name of a sample.")]
Class = Annotated[
    str | None,
    typer.Option(
        "--class",
        "-c",
        metavar="NAME|INDEX|WNID",
        help="The class to explain; by default the one that the network ranks first.",
    ),
]
Preset = Annotated[
    str | None,
    preset_option("How the photo is preprocessed; by default the model's own. Larger crops give more cells."),
]
Png = Annotated[Path | None, typer.Option("--png", metavar="FILE", help="Draw it as well: .png, .svg or .pdf.")]
Theming = Annotated[str, typer.Option("--theme", help="Of the drawing: light for paper, dark for slides.")]


def contrast_option(says: str) -> Any:  # noqa: ANN401 - as of typer.Option
    """Return what goes into ``Annotated[str | None, …]`` where a method takes a second class.

    Args:
        says: Its help.
    """
    return typer.Option("--contrast-class", metavar="NAME|INDEX|WNID", help=says)


@dataclass(frozen=True)
class Asked:
    """What somebody wants explained.

    Attributes:
        model: The model to run, from `squeezeviz.load_model`.
        image: Of what.
        preprocessing: How the photo is preprocessed.
        class_key: The class, as it was given, or None: then the one that the network ranks first.
        contrast_key: The contrast class, as it was given, or None.
    """

    model: Model
    image: Image
    preprocessing: Preprocessing
    class_key: str | None
    contrast_key: str | None

    @cached_property
    def source(self) -> Arithmetic:
        """Every number that the model makes of the image."""
        from squeezeviz.evidence import Arithmetic  # noqa: PLC0415 - heavy

        return Arithmetic(self.model, self.image, self.preprocessing)

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
    def chosen(self) -> Label | None:
        """The class, if one was given: known before the long work begins.

        Raises:
            LabelError: No class is called that.
        """
        return None if self.class_key is None else self.model.labels[self.class_key]

    @cached_property
    def chosen_contrast(self) -> Label | None:
        """The contrast class, if one was given.

        Raises:
            LabelError: No class is called that.
        """
        return None if self.contrast_key is None else self.model.labels[self.contrast_key]

    @cached_property
    def contrast_class(self) -> Label:
        """The contrast class; by default the one that the network ranks highest among all others."""
        if self.chosen_contrast is not None:
            return self.chosen_contrast
        return self.model.labels[next(at for at in self.ranking if at != self.label.class_index)]


@dataclass(frozen=True)
class Explained:
    """What there is to say.

    Attributes:
        plain: The same as plain data, for ``--json``.
        show: Prints it on the terminal.
        draw: Draws it in a theme, for ``--png``; None where there is nothing to draw.
    """

    plain: dict[str, Any]
    show: Callable[[], None]
    draw: Callable[[Theme], Sheet] | None = None


def ask(
    image: str,
    model: ModelChoice,
    preprocessing: str | None,
    class_key: str | None = None,
    contrast_key: str | None = None,
    *,
    png: Path | None = None,
) -> Asked:
    """Read the photo and load the model, as the options name them.

    Args:
        image: A path, or the name of a sample.
        model: A name or a path, and what was chosen of it; the default model where it names none.
        preprocessing: A preset or a JSON file; the model's own where None.
        class_key: The class, if one was given.
        contrast_key: The contrast class, if one was given.
        png: The file to draw to, if any; what is no figure's name is refused before the long work begins.

    Raises:
        FigureError: Figures are not written under such a name.
        SqueezeVizError: The photo, the model or the preset cannot be read.
    """
    if png is not None:
        figure_form(png)
    from squeezeviz.image import read_image  # noqa: PLC0415 - heavy

    picture, loaded = read_image(image), load(model)
    how = loaded.resolve(read_preset(preprocessing) if preprocessing else None)
    return Asked(loaded, picture, how, class_key, contrast_key)


def tell(made: Explained, *, as_json: bool, png: Path | None = None, theme: str = "light") -> None:
    """Print what there is to say, in words or as JSON, and draw it where a file was named.

    Raises:
        FigureError: The file cannot be written, or there is no such theme.
    """
    if png is not None and made.draw is not None:
        write_figure(png, made.draw, theme)
    if as_json:
        print_json(made.plain)
        return
    made.show()
    if png is not None:
        from squeezeviz.report.terminal.console import out  # noqa: PLC0415 - heavy

        out.say(out.name(png))


def figure_form(path: Path) -> Any:  # noqa: ANN401 - a Format, whose module loads Matplotlib
    """Return the form of a figure's file, by its name.

    Raises:
        FigureError: Figures are not written under such a name.
    """
    form = path.suffix.removeprefix(".").lower()
    if form not in ("svg", "png", "pdf"):
        raise FigureError(f"{path}: figures are written as .png, .svg or .pdf; the name ends in {path.suffix!r}")
    check_figure(path)
    return form


def write_figure(path: Path, draw: Callable[[Any], Sheet], theme: str) -> None:
    """Write a figure.

    Args:
        path: The file.
        draw: Draws it in a theme.
        theme: Which.

    Raises:
        FigureError: The file cannot be written, or there is no such theme.
    """
    from squeezeviz.figures import as_bytes  # noqa: PLC0415 - heavy
    from squeezeviz.files import write_whole  # noqa: PLC0415 - heavy

    try:
        write_whole(path, as_bytes(draw(theme), figure_form(path)))
    except OSError as exc:
        raise FigureError(f"{path}: cannot be written ({exc.strerror or exc})") from exc
