"""Methods of ``explain`` whose numbers are exact: ledger, duel, spectrum, local, budget."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from squeezeviz.cli.explain_asked import Class, Explained, Photo, Png, Preset, Theming, ask, contrast_option, tell
from squeezeviz.cli.options import Json, ModelName
from squeezeviz.errors import SqueezeVizError

__all__ = ["budget", "duel", "ledger", "local", "spectrum"]


def ledger(
    image: Photo,
    class_key: Class = None,
    preprocessing: Preset = None,
    model: ModelName = None,
    png: Png = None,
    theme: Theming = "light",
    as_json: Json = False,
) -> None:
    """Why a class has its logit: what each place in the photo and each channel adds to it.

    The logit is the mean of the class's own map, made by the last convolution: the map's cells add up to it.

    [dim]Examples:[/]

      squeezeviz explain ledger coins

      squeezeviz explain ledger cat.jpg --class tabby --png why.png

      squeezeviz explain ledger cat.jpg --json | jq '.cells | flatten | add'
    """
    asked = ask(image, model, preprocessing, class_key, png=png)
    from squeezeviz import console_evidence as console  # noqa: PLC0415 - heavy
    from squeezeviz import evidence  # noqa: PLC0415 - heavy
    from squeezeviz.figures import evidence as figures  # noqa: PLC0415 - heavy

    made = evidence.ledger(asked.source, asked.label.class_index)
    said = Explained(
        made.to_dict(), partial(console.print_ledger, made), lambda theme: figures.ledger(made, theme=theme)
    )
    tell(said, as_json=as_json, png=png, theme=theme)


def duel(
    image: Photo,
    class_key: Class = None,
    against: Annotated[
        str | None,
        contrast_option("The class to hold it against; by default the one that is ranked highest of all others."),
    ] = None,
    preprocessing: Preset = None,
    model: ModelName = None,
    png: Png = None,
    theme: Theming = "light",
    as_json: Json = False,
) -> None:
    """Why one class and not another: what each place and each channel adds to the difference of their logits.

    [dim]Examples:[/]

      squeezeviz explain duel coins

      squeezeviz explain duel coins --class "golf ball" --against "Petri dish" --png why.png
    """
    asked = ask(image, model, preprocessing, class_key, against, png=png)
    from squeezeviz import console_evidence as console  # noqa: PLC0415 - heavy
    from squeezeviz import evidence  # noqa: PLC0415 - heavy
    from squeezeviz.figures import evidence as figures  # noqa: PLC0415 - heavy

    made = evidence.duel(asked.source, asked.label.class_index, asked.rival.class_index)
    said = Explained(made.to_dict(), partial(console.print_duel, made), lambda theme: figures.duel(made, theme=theme))
    tell(said, as_json=as_json, png=png, theme=theme)


def spectrum(
    image: Photo,
    class_key: Class = None,
    against: Annotated[
        str | None,
        contrast_option("Explain the difference of the class's logit and this one's; by default the logit alone."),
    ] = None,
    preprocessing: Preset = None,
    model: ModelName = None,
    png: Png = None,
    theme: Theming = "light",
    as_json: Json = False,
) -> None:
    """How much detail and how much context: a logit by receptive field, the pixels that each path through it sees.

    Small receptive fields see texture, large ones shape and surroundings. The contributions add up to the logit.

    [dim]Examples:[/]

      squeezeviz explain spectrum cat.jpg

      squeezeviz explain spectrum cat.jpg --class tabby --against "Egyptian cat" --png detail.png
    """
    asked = ask(image, model, preprocessing, class_key, against, png=png)
    from squeezeviz import console_evidence as console  # noqa: PLC0415 - heavy
    from squeezeviz import evidence  # noqa: PLC0415 - heavy
    from squeezeviz.figures import evidence as figures  # noqa: PLC0415 - heavy

    other = asked.against.class_index if asked.against else None
    made = evidence.spectrum(asked.source, asked.label.class_index, other)
    said = Explained(
        made.to_dict(), partial(console.print_spectrum, made), lambda theme: figures.spectrum(made, theme=theme)
    )
    tell(said, as_json=as_json, png=png, theme=theme)


def local(
    image: Photo,
    preprocessing: Preset = None,
    model: ModelName = None,
    png: Png = None,
    theme: Theming = "light",
    as_json: Json = False,
) -> None:
    """What each place would say alone: the class that each cell of the last map ranks first, of all classes.

    The network averages what its cells say. Here each is read as a classifier of its own.

    [dim]Examples:[/]

      squeezeviz explain local coins

      squeezeviz explain local street.jpg --png places.png
    """
    asked = ask(image, model, preprocessing, png=png)
    from squeezeviz import console_evidence as console  # noqa: PLC0415 - heavy
    from squeezeviz.evidence import local_answers  # noqa: PLC0415 - heavy
    from squeezeviz.figures import evidence as figures  # noqa: PLC0415 - heavy

    made = local_answers(asked.source)
    said = Explained(made.to_dict(), partial(console.print_local, made), lambda theme: figures.local(made, theme=theme))
    tell(said, as_json=as_json, png=png, theme=theme)


def budget(
    image: Photo,
    class_key: Class = None,
    probability: Annotated[float, typer.Option(metavar="P", help="The probability to be reached, 0–1.")] = 0.5,
    preprocessing: Preset = None,
    model: ModelName = None,
    png: Png = None,
    theme: Theming = "light",
    as_json: Json = False,
) -> None:
    """What a probability takes: the logit that a class needs, given the logits of all other classes.

    [dim]Examples:[/]

      squeezeviz explain budget coins

      squeezeviz explain budget cat.jpg --class tabby --probability 0.9
    """
    if not 0 < probability < 1:
        raise SqueezeVizError(f"--probability is {probability:g}, expected a number between 0 and 1")
    asked = ask(image, model, preprocessing, class_key, png=png)
    from squeezeviz import console_evidence as console  # noqa: PLC0415 - heavy
    from squeezeviz.evidence import softmax_budget  # noqa: PLC0415 - heavy
    from squeezeviz.figures import evidence as figures  # noqa: PLC0415 - heavy

    made, source = softmax_budget(asked.source, asked.label.class_index), asked.source
    plain = {"image": source.image.name, "model": source.model.name, "preprocessing": source.preprocessing.name}
    said = Explained(
        plain | made.to_dict(probability),
        partial(console.print_budget, made, probability, source),
        lambda theme: figures.budget(made, source, probability=probability, theme=theme),
    )
    tell(said, as_json=as_json, png=png, theme=theme)
