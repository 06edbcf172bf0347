"""Methods of ``explain`` whose numbers are exact: logit, contrast, receptive-field, per-location, softmax."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from squeezeviz.cli.explain_asked import Class, Explained, Photo, Png, Preset, Theming, ask, contrast_option, tell
from squeezeviz.cli.model_choice import USUAL_MODEL, ModelChoice, takes_model
from squeezeviz.cli.options import Json
from squeezeviz.errors import SqueezeVizError

__all__ = ["contrast", "logit", "per_location", "receptive_field", "softmax"]


@takes_model()
def logit(
    image: Photo,
    class_key: Class = None,
    preprocessing: Preset = None,
    model: ModelChoice = USUAL_MODEL,
    png: Png = None,
    theme: Theming = "light",
    as_json: Json = False,
) -> None:
    """Why a class has its logit: what each place in the photo and each channel adds to it.

    The logit is the mean of the class's own map, made by the last convolution: the map's cells add up to it.

    [dim]Examples:[/]

      squeezeviz explain logit coins

      squeezeviz explain logit cat.jpg --class tabby --png why.png

      squeezeviz explain logit cat.jpg --json | jq '.cells | flatten | add'
    """
    asked = ask(image, model, preprocessing, class_key, png=png)
    from squeezeviz import evidence  # noqa: PLC0415 - heavy
    from squeezeviz.figures import decomposition as figures  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.show import show  # noqa: PLC0415 - heavy

    made = evidence.decompose_logit(asked.source, asked.label.class_index)
    said = Explained(made.to_dict(), partial(show, made), lambda theme: figures.logit_decomposition(made, theme=theme))
    tell(said, as_json=as_json, png=png, theme=theme)


@takes_model()
def contrast(
    image: Photo,
    class_key: Class = None,
    contrast_class: Annotated[
        str | None,
        contrast_option(
            "The contrast class, whose logit is subtracted; by default the one that is ranked highest of all others."
        ),
    ] = None,
    preprocessing: Preset = None,
    model: ModelChoice = USUAL_MODEL,
    png: Png = None,
    theme: Theming = "light",
    as_json: Json = False,
) -> None:
    """Why one class and not another: what each place and each channel adds to the difference of their logits.

    [dim]Examples:[/]

      squeezeviz explain contrast coins

      squeezeviz explain contrast coins --class "golf ball" --contrast-class "Petri dish" --png why.png
    """
    asked = ask(image, model, preprocessing, class_key, contrast_class, png=png)
    from squeezeviz import evidence  # noqa: PLC0415 - heavy
    from squeezeviz.figures import decomposition as figures  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.show import show  # noqa: PLC0415 - heavy

    made = evidence.contrast(asked.source, asked.label.class_index, asked.contrast_class.class_index)
    said = Explained(made.to_dict(), partial(show, made), lambda theme: figures.class_contrast(made, theme=theme))
    tell(said, as_json=as_json, png=png, theme=theme)


@takes_model()
def receptive_field(
    image: Photo,
    class_key: Class = None,
    contrast_class: Annotated[
        str | None,
        contrast_option("Explain the difference of the class's logit and this one's; by default the logit alone."),
    ] = None,
    preprocessing: Preset = None,
    model: ModelChoice = USUAL_MODEL,
    png: Png = None,
    theme: Theming = "light",
    as_json: Json = False,
) -> None:
    """How much detail and how much context: a logit by receptive field, the pixels that each path through it sees.

    Small receptive fields see texture, large ones shape and surroundings. The contributions add up to the logit.

    [dim]Examples:[/]

      squeezeviz explain receptive-field cat.jpg

      squeezeviz explain receptive-field cat.jpg --class tabby --contrast-class "Egyptian cat" --png detail.png
    """
    asked = ask(image, model, preprocessing, class_key, contrast_class, png=png)
    from squeezeviz import evidence  # noqa: PLC0415 - heavy
    from squeezeviz.figures import decomposition as figures  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.show import show  # noqa: PLC0415 - heavy

    other = asked.chosen_contrast.class_index if asked.chosen_contrast else None
    made = evidence.contributions_by_receptive_field(asked.source, asked.label.class_index, other)
    said = Explained(
        made.to_dict(), partial(show, made), lambda theme: figures.receptive_field_contributions(made, theme=theme)
    )
    tell(said, as_json=as_json, png=png, theme=theme)


@takes_model()
def per_location(
    image: Photo,
    preprocessing: Preset = None,
    model: ModelChoice = USUAL_MODEL,
    png: Png = None,
    theme: Theming = "light",
    as_json: Json = False,
) -> None:
    """What each place would say alone: the class that each cell of the last map ranks first, of all classes.

    The network averages what its cells say. Here each is read as a classifier of its own.

    [dim]Examples:[/]

      squeezeviz explain per-location coins

      squeezeviz explain per-location street.jpg --png places.png
    """
    asked = ask(image, model, preprocessing, png=png)
    from squeezeviz.evidence import predictions_per_location  # noqa: PLC0415 - heavy
    from squeezeviz.figures import decomposition as figures  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.show import show  # noqa: PLC0415 - heavy

    made = predictions_per_location(asked.source)
    said = Explained(made.to_dict(), partial(show, made), lambda theme: figures.location_predictions(made, theme=theme))
    tell(said, as_json=as_json, png=png, theme=theme)


@takes_model()
def softmax(
    image: Photo,
    class_key: Class = None,
    probability: Annotated[float, typer.Option(metavar="P", help="The probability to be reached, 0–1.")] = 0.5,
    preprocessing: Preset = None,
    model: ModelChoice = USUAL_MODEL,
    png: Png = None,
    theme: Theming = "light",
    as_json: Json = False,
) -> None:
    """What a probability takes: the logit that a class needs, given the logits of all other classes.

    [dim]Examples:[/]

      squeezeviz explain softmax coins

      squeezeviz explain softmax cat.jpg --class tabby --probability 0.9
    """
    if not 0 < probability < 1:
        raise SqueezeVizError(f"--probability is {probability:g}, expected a number between 0 and 1")
    asked = ask(image, model, preprocessing, class_key, png=png)
    from squeezeviz.evidence import softmax_analysis  # noqa: PLC0415 - heavy
    from squeezeviz.figures import decomposition as figures  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.show import show  # noqa: PLC0415 - heavy

    made, source = softmax_analysis(asked.source, asked.label.class_index), asked.source
    plain = {"image": source.image.name, "model": source.model.name, "preprocessing": source.preprocessing.name}
    said = Explained(
        plain | made.to_dict(probability),
        partial(show, made, probability=probability, source=source),
        lambda theme: figures.softmax_analysis(made, source, probability=probability, theme=theme),
    )
    tell(said, as_json=as_json, png=png, theme=theme)
