"""The verb ``activations``: what layers saw of a folder of photos, as a Zarr store."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - Typer reads it at run time
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from squeezeviz.dataset.stored import ActivationJob, StoredActivations
    from squeezeviz.model import Model
    from squeezeviz.preprocessing import Preprocessing

__all__ = ["add_activations"]


class Dtype(StrEnum):
    """How `activations` stores values."""

    float32 = "float32"
    float16 = "float16"


def add_activations(app: typer.Typer, load: Callable[[str | None], Model], how: Callable[[str], Preprocessing]) -> None:
    """Add the verb.

    Args:
        app: The command line.
        load: Loads a model, saying so where another stands in.
        how: Reads a preset from a JSON file, or looks it up by name.
    """

    @app.command()
    def activations(
        photos: Annotated[
            list[str],
            typer.Argument(metavar="FOLDER…", help="Folders of photos, or photos: paths, or addresses such as s3://…"),
        ],
        output: Annotated[
            str, typer.Option("--output", "-o", metavar="NAME.zarr", help="The store: a path, or an address.")
        ],
        layers: Annotated[
            list[str],
            typer.Option(
                "--layers",
                "-l",
                metavar="LAYER,…",
                help="Names of layers; LAYER:pre is the value before ReLU; all is every layer.",
            ),
        ],
        dtype: Annotated[
            Dtype, typer.Option(help="float32 is exact; float16 takes about half: 11 significant bits, up to 65,504.")
        ] = Dtype.float32,
        pre_relu: Annotated[bool, typer.Option("--pre", help="Store each layer's values before ReLU as well.")] = False,
        labels: Annotated[
            Path | None,
            typer.Option(
                "--labels",
                metavar="FILE",
                help="Lines of 'file label', or a table; by default labels.tsv or the like in FOLDER.",
            ),
        ] = None,
        preprocessing: Annotated[
            str | None,
            typer.Option(
                "--preprocessing",
                "-p",
                metavar="PRESET|FILE",
                help="How photos are prepared; by default the model's own.",
            ),
        ] = None,
        scheduler: Annotated[
            str | None,
            typer.Option(
                metavar="ADDRESS", help="A Dask scheduler, tcp://host:8786, or local; by default threads of its own."
            ),
        ] = None,
        workers: Annotated[
            int | None, typer.Option(min=1, help="Photos under way at once; one a processor by default.")
        ] = None,
        overwrite: Annotated[
            bool, typer.Option("--overwrite", help="Begin anew, whatever activations are stored there.")
        ] = False,
        force: Annotated[bool, typer.Option("--force", help="Begin although the disk seems too small.")] = False,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what space it will take; write nothing.")] = False,
        model: Annotated[
            str | None,
            typer.Option("--model", "-m", metavar="NAME|PATH", help="A registered name, a folder, or an .onnx file."),
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
    ) -> None:
        """Store what layers saw of a folder of photos, as Zarr, for xarray and other readers.

        Says first what space it will take. Stopped with Ctrl-C, the same command goes on from there.

        [dim]Examples:[/]

          squeezeviz activations photos -o photos.zarr --layers fire5/concat,conv10 --dry-run

          squeezeviz activations photos -o photos.zarr --layers fire5/concat,conv10 --dtype float16

          squeezeviz activations val --labels val.txt -o val.zarr --layers all --pre
        """
        from squeezeviz.console_activations import print_space, print_stored  # noqa: PLC0415 - heavy
        from squeezeviz.dataset.stored import ActivationJob  # noqa: PLC0415 - heavy

        job = ActivationJob(
            load(model), photos[0] if len(photos) == 1 else photos, output,
            [name.strip() for several in layers for name in several.split(",") if name.strip()],
            pre_relu=pre_relu, dtype=dtype.value, preprocessing=how(preprocessing) if preprocessing else None,
            listing=labels, overwrite=overwrite,
        )  # fmt: skip
        if not (as_json and dry_run):
            print_space(job, to_remarks=as_json or not dry_run)
        if dry_run:
            if as_json:
                typer.echo(json.dumps(job.space.to_dict(), indent=2))
            return
        made = _run(job, scheduler=scheduler, workers=workers, force=force)
        if as_json:
            typer.echo(json.dumps(made.to_dict(), ensure_ascii=False, indent=2))
        else:
            print_stored(made)


def _run(job: ActivationJob, *, scheduler: str | None, workers: int | None, force: bool) -> StoredActivations:
    from squeezeviz.console import CountProgress, remarks  # noqa: PLC0415 - heavy

    with CountProgress("photos") as progress:
        try:
            return job.run(
                scheduler=scheduler, workers=workers, force=force,
                on_progress=lambda told: progress(told.done, told.all),
            )  # fmt: skip
        except KeyboardInterrupt:
            remarks.print(f"stopped after {progress.done:,} of {job.photos:,}; the same command goes on from there")
            raise typer.Exit(130) from None
