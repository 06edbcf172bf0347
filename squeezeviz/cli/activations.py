"""The subcommand ``activations``: what layers saw of a folder of photos, as a Zarr store."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from squeezeviz.cli.delivery import delivered
from squeezeviz.cli.model_choice import USUAL_MODEL, ModelChoice, takes_model
from squeezeviz.cli.options import Json, Labels, preset_option
from squeezeviz.cli.sources import expand_patterns, load, print_json, read_preset
from squeezeviz.cli.survey import Scheduler, Workers, counted, telling

__all__ = ["activations"]


class Dtype(StrEnum):
    """How `activations` stores values."""

    float32 = "float32"
    float16 = "float16"


_Photos = Annotated[
    list[str],
    typer.Argument(metavar="FOLDER…", help="Folders of photos, or photos: paths, or addresses such as s3://…"),
]
_Output = Annotated[str, typer.Option("--output", "-o", metavar="NAME.zarr", help="The store: a path, or an address.")]
_Layers = Annotated[
    list[str],
    typer.Option(
        "--layers",
        "-l",
        metavar="LAYER,…",
        help="Names of layers; LAYER:pre is the value before ReLU; all is every layer.",
    ),
]
_Dtype = Annotated[
    Dtype, typer.Option(help="float32 is exact; float16 takes about half: 11 significant bits, up to 65,504.")
]
_Preset = Annotated[str | None, preset_option("How photos are preprocessed; by default the model's own.")]


@takes_model()
def activations(
    photos: _Photos,
    output: _Output,
    layers: _Layers,
    dtype: _Dtype = Dtype.float32,
    pre_relu: Annotated[bool, typer.Option("--pre", help="Store each layer's values before ReLU as well.")] = False,
    labels: Labels = None,
    preprocessing: _Preset = None,
    scheduler: Scheduler = None,
    workers: Workers = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Begin anew, whatever activations are stored there.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Begin although the disk seems too small.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what space it will take; write nothing.")] = False,
    model: ModelChoice = USUAL_MODEL,
    as_json: Json = False,
) -> None:
    """Store what layers saw of a folder of photos, as Zarr, for xarray and other readers.

    Says first what space it will take. Stopped with Ctrl-C, the same command goes on from there.

    [dim]Examples:[/]

      squeezeviz activations photos -o photos.zarr --layers fire5/concat,conv10 --dry-run

      squeezeviz activations photos -o photos.zarr --layers fire5/concat,conv10 --dtype float16

      squeezeviz activations val --labels val.txt -o val.zarr --layers all --pre
    """
    from squeezeviz.dataset.stored import ActivationJob  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.show import show  # noqa: PLC0415 - heavy

    sources = expand_patterns(photos)
    job = ActivationJob(
        load(model), sources[0] if len(sources) == 1 else sources, output,
        [name.strip() for several in layers for name in several.split(",") if name.strip()],
        pre_relu=pre_relu, dtype=dtype.value, preprocessing=read_preset(preprocessing) if preprocessing else None,
        listing=labels, overwrite=overwrite,
    )  # fmt: skip
    if not (as_json and dry_run):
        show(job, to_remarks=as_json or not dry_run)
    if dry_run:
        if as_json:
            print_json(job.space.to_dict())
        return
    with counted("photos") as bar:
        made = job.run(scheduler=scheduler, workers=workers, force=force, on_progress=telling(bar))
    with delivered():
        if as_json:
            print_json(made.to_dict())
        else:
            show(made)
