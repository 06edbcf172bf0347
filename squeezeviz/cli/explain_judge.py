"""The method ``judge`` of ``explain``: which attribution may be believed?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from squeezeviz.cli.explain_asked import Class, Preset
from squeezeviz.cli.model_choice import USUAL_MODEL, ModelChoice, takes_model
from squeezeviz.cli.options import Json
from squeezeviz.cli.sources import expand_patterns, load, print_json, read_preset
from squeezeviz.errors import ImageError, SqueezeVizError, spoken
from squeezeviz.files import expanded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from squeezeviz.evidence.judging.pointing import Box

__all__ = ["judge"]

_Box = Annotated[
    str | None,
    typer.Option(metavar="L,T,R,B", help="Where the class is, in the photo's pixels: does a map point there?"),
]
_Methods = Annotated[
    str | None,
    typer.Option(metavar="NAME,NAME,…", help="Which methods; by default all but score-cam that have a meaning."),
]


@takes_model()
def judge(
    images: Annotated[
        list[str], typer.Argument(metavar="IMAGE…", help="Paths, patterns, folders, or names of samples.")
    ],
    class_key: Class = None,
    methods: _Methods = None,
    box: _Box = None,
    steps: Annotated[int, typer.Option(metavar="N", help="Pictures of a deletion or insertion curve.")] = 16,
    samples: Annotated[int, typer.Option(metavar="N", help="Changed photos for sensitivity; 0 leaves it out.")] = 3,
    stages: Annotated[
        int, typer.Option(metavar="N", help="Steps in which weights are made random; 0 leaves that out.")
    ] = 6,
    seed: Annotated[int, typer.Option(metavar="N", help="Of all that is random.")] = 0,
    preprocessing: Preset = None,
    model: ModelChoice = USUAL_MODEL,
    as_json: Json = False,
) -> None:
    """Which map may be believed: methods of attribution measured side by side, on photos and with random weights.

    Of several photos, or a folder of them, each measure is told as its mean and 95 % interval. What a folder has
    besides is listed, and left out.

    [dim]Examples:[/]

      squeezeviz explain judge coins

      squeezeviz explain judge photos --methods saliency,grad-cam

      squeezeviz explain judge cat.jpg --class tabby --box 120,40,300,280 --methods saliency,grad-cam,cam
    """
    from squeezeviz.evidence.judging.judging import USUAL_METHODS, judge_attributions  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.progress import CountProgress  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.show import show  # noqa: PLC0415 - heavy

    where = _box(box) if box is not None else None
    chosen = [name.strip() for name in methods.split(",")] if methods is not None else None
    photos, loaded = list(_photos(images)), load(model)
    total = len(photos) * len(chosen or USUAL_METHODS) * (1 + samples + stages)
    with CountProgress("attributions") as progress:
        made = judge_attributions(
            loaded, photos, chosen, class_key, box=where, steps=steps, samples=samples, stages=stages, seed=seed,
            preprocessing=read_preset(preprocessing) if preprocessing else None,
            tell=lambda done: progress(done, total),
        )  # fmt: skip
    if as_json:
        print_json(made.to_dict())
    else:
        show(made)


def _photos(given: list[str]) -> Iterator[str]:
    """Give what was named, but for a folder each photo that can be read; say what of it is left out."""
    from squeezeviz.dataset.find import find  # noqa: PLC0415 - heavy
    from squeezeviz.image import read_image  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.console import remarks  # noqa: PLC0415 - heavy

    for named in expand_patterns(given):
        if not expanded(named).is_dir():
            yield named
            continue
        found, count = find(expanded(named)), 0
        troubles = [trouble.message for trouble in found.troubles]
        for photo in found.photos:
            try:
                read_image(photo.place)
            except ImageError as exc:
                troubles.append(str(exc))
            else:
                count += 1
                yield photo.place
        if not count:
            raise ImageError(f"{spoken(named)}: none of its {len(found.photos)} photos can be read", *troubles[:5])
        for trouble in troubles:
            remarks.say(f"left out: {remarks.name(trouble)}")


def _box(text: str) -> Box:
    try:
        left, top, right, bottom = (float(value) for value in text.split(","))
    except ValueError as exc:
        raise SqueezeVizError(
            f"--box is {text!r}, expected left, top, right and bottom, such as 120,40,300,280"
        ) from exc
    return left, top, right, bottom
