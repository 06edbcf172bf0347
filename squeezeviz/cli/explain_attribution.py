"""Methods of ``explain`` that attribute a number of the network to pixels, or to the cells of a layer: one a method."""

from __future__ import annotations

import inspect
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from squeezeviz.cli.explain_asked import Class, Explained, Photo, Png, Preset, Theming, ask, contrast_option, tell
from squeezeviz.cli.model_choice import USUAL_MODEL, ModelChoice, takes_model
from squeezeviz.cli.options import Json
from squeezeviz.errors import SqueezeVizError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from squeezeviz.evidence.target import Target

__all__ = ["attributions"]

_UNITS = ("logit", "probability")

_Contrast = Annotated[str | None, contrast_option("Explain the logit of the class less that of this one.")]
_Unit = Annotated[str, typer.Option(metavar="UNIT", help="Of the class: logit or probability.")]
_Of = Annotated[
    str | None,
    typer.Option(
        "--of",
        metavar="LAYER:CHANNEL[@Y,X]",
        help="Explain not a class, but a layer's channel (its mean), such as fire5/concat:12, or a cell of it, such as "
        "fire5/concat:12@3,7.",
    ),
]
_Layer = Annotated[
    str | None, typer.Option(metavar="LAYER", help="Whose cells make the map; by default the last that has a map.")
]
#: What is asked of every method, in the order of its help; what a method has besides stands behind the class.
_FIRST: dict[str, tuple[Any, Any]] = {"image": (Photo, inspect.Parameter.empty), "class_key": (Class, None)}
_LAST: dict[str, tuple[Any, Any]] = {
    "contrast_class": (_Contrast, None),
    "unit": (_Unit, "logit"),
    "of": (_Of, None),
    "preprocessing": (Preset, None),
    "model": (ModelChoice, USUAL_MODEL),
    "png": (Png, None),
    "theme": (Theming, "light"),
    "as_json": (Json, False),
}
#: Options of methods by name, as the library calls them: what Typer reads, and their default.
_OWN: dict[str, tuple[Any, Any]] = {
    "layer": (_Layer, None),
    "baseline": (Annotated[str, typer.Option(help="What the way begins with: black, mean or blur.")], "black"),
    "steps": (Annotated[int, typer.Option(metavar="N", help="Of the integral.")], 50),
    "samples": (Annotated[int, typer.Option(metavar="N", help="How many noisy copies.")], 50),
    "noise": (
        Annotated[float, typer.Option(metavar="SHARE", help="Standard deviation, as a share of the input's range.")],
        0.15,
    ),
    "seed": (Annotated[int, typer.Option(metavar="N", help="Of the noise.")], 0),
    "epsilon": (
        Annotated[float, typer.Option(metavar="SHARE", help="Of a layer's size, by which what is small is damped.")],
        0.1,
    ),
    "alpha": (Annotated[float, typer.Option(metavar="A", help="How much what speaks for it counts, from 1.")], 2.0),
    "beta": (
        Annotated[float | None, typer.Option(metavar="B", help="How much what speaks against it counts: A − 1.")],
        None,
    ),
    "rectified": (
        Annotated[bool, typer.Option("--rectified/--signed", help="What is below 0 becomes 0, or is shown.")],
        True,
    ),
    "gaussian": (
        Annotated[bool, typer.Option("--gaussian/--single", help="Each cell with its neighbours, or alone.")],
        True,
    ),
}
#: Name, options of its own and what it does. The library has the same: a test compares.
_METHODS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("saliency", (), "Gradient by the pixels: what a small change of each would do."),
    ("input-x-gradient", (), "Input times gradient: each pixel's part, but for what biases put in."),
    ("integrated-gradients", ("baseline", "steps"), "Gradients on the way from a baseline to the photo; they add up."),
    ("smoothgrad", ("samples", "noise", "seed"), "Mean gradient of noisy copies of the photo."),
    ("guided-backpropagation", (), "Sharp, and no gradient: hardly depends on the class, see its caution."),
    ("deconvnet", (), "A number carried back through the network in reverse; no gradient, see its caution."),
    ("lrp-epsilon", ("epsilon",), "The number handed back layer by layer, by what each input put in."),
    ("lrp-alpha-beta", ("alpha", "beta"), "The same, what speaks for it and what against it weighed apart."),
    ("cam", (), "The exact class activation map: its cells add up to the logit."),
    ("grad-cam", ("layer", "rectified"), "A layer's maps, weighted by their mean gradient."),
    ("grad-cam++", ("layer",), "A layer's maps, weighted by higher derivatives."),
    ("layer-cam", ("layer",), "A layer's maps, each cell weighted by its own gradient above 0."),
    ("hires-cam", ("layer",), "A layer's maps, each cell weighted by its own gradient: they add up, but for biases."),
    ("score-cam", ("layer",), "A layer's maps, weighted by what is said of the photo seen through each: no gradient."),
    ("recipro-cam", ("layer", "gaussian"), "What is said of each of a layer's cells alone: no gradient."),
)


def attributions() -> Iterator[tuple[str, Callable[..., None]]]:
    """Give each method's name, and the subcommand that Typer reads."""
    for name, own, says in _METHODS:
        yield name, _subcommand(name, own, says)


def _subcommand(method: str, own: tuple[str, ...], says: str) -> Callable[..., None]:
    def asked(**given: Any) -> None:  # noqa: ANN401 - as in the signature below
        _explain(method, {name: given.pop(name) for name in own}, **given)

    parameters = [
        inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=annotation)
        for name, (annotation, default) in {**_FIRST, **{name: _OWN[name] for name in own}, **_LAST}.items()
    ]
    asked.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what Typer reads
    asked.__doc__ = f"{says}\n\n[dim]Example:[/]\n\n  squeezeviz explain {method} coins --png where.png\n"
    return takes_model()(asked)


def _explain(
    method: str,
    options: dict[str, Any],
    *,
    image: str,
    class_key: str | None,
    contrast_class: str | None,
    unit: str,
    of: str | None,
    preprocessing: str | None,
    model: ModelChoice,
    png: Any,  # noqa: ANN401 - a path, or None
    theme: str,
    as_json: bool,
) -> None:
    _check(class_key, contrast_class, unit, of)
    asked = ask(image, model, preprocessing, class_key, contrast_class, png=png)
    from squeezeviz import figures  # noqa: PLC0415 - heavy
    from squeezeviz.evidence.attribution.methods import attribute  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.show import show  # noqa: PLC0415 - heavy

    target = _target(class_key, contrast_class, unit, of)
    made = attribute(asked.model, asked.image, method, target, preprocessing=asked.preprocessing, **options)
    said = Explained(
        made.to_dict(),
        partial(show, made),
        lambda look: figures.attribution(made, asked.image, theme=look),
    )
    tell(said, as_json=as_json, png=png, theme=theme)


def _check(class_key: str | None, contrast_class: str | None, unit: str, of: str | None) -> None:
    """Refuse what contradicts itself, before the model is loaded."""
    if unit not in _UNITS:
        raise SqueezeVizError(f"--unit is {unit!r}, expected logit or probability.{did_you_mean(unit, _UNITS)}")
    if of is not None and (class_key is not None or contrast_class is not None or unit != "logit"):
        raise SqueezeVizError("--of names a number of a layer; leave out --class, --contrast-class and --unit")
    if contrast_class is not None and unit != "logit":
        raise SqueezeVizError("--contrast-class is of logits; leave out --unit probability, or the other class")


def _target(class_key: str | None, contrast_class: str | None, unit: str, of: str | None) -> Target:
    from squeezeviz.evidence.target import Target  # noqa: PLC0415 - heavy

    if of is not None:
        return Target.of_layer(of)
    if contrast_class is not None:
        return Target.difference(class_key, contrast_class)
    return Target.probability(class_key) if unit == "probability" else Target.logit(class_key)
