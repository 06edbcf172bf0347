"""The subcommand ``download``: a model, fetched and verified."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from squeezeviz.cli.sources import print_json
from squeezeviz.report.streams import write_json

__all__ = ["download"]


def download(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="A registered model; the published one by default.")
    ] = None,
    source_dir: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="DIR",
            help="Take the files from a folder instead: the Caffe2 pair, or the original .caffemodel.",
        ),
    ] = None,
    list_models: Annotated[bool, typer.Option("--list", help="List the registered models and where they are.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print progress as JSON lines for programs.")] = False,
) -> None:
    """Fetch and verify a model; nothing happens if it is here already.

    [dim]Examples:[/]

      squeezeviz download

      squeezeviz download --from ~/Downloads

      squeezeviz download --list
    """
    from squeezeviz.report.terminal.console import out  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.progress import BarProgress, JsonProgress  # noqa: PLC0415 - heavy
    from squeezeviz.zoo import DEFAULT_MODEL, REGISTRY, locate  # noqa: PLC0415 - heavy
    from squeezeviz.zoo import download as fetch  # noqa: PLC0415

    name = name or DEFAULT_MODEL
    if list_models:
        _list_models(as_json=as_json)
        return
    if source_dir is None and name in REGISTRY and (here := locate(name)) is not None:
        folder = here.paths[0].parent
        if as_json:
            write_json({"kind": "done", "folder": str(folder)})
        else:
            out.say(f"{name}: verified in {out.name(folder)}")
        return
    with JsonProgress() if as_json else BarProgress() as progress:
        files = fetch(name, from_dir=source_dir, on_event=progress)
    if not as_json:
        out.say(f"{name}: verified in {out.name(files.paths[0].parent)}")


def _list_models(*, as_json: bool) -> None:
    from squeezeviz.report.terminal.console import out  # noqa: PLC0415 - heavy
    from squeezeviz.zoo import REGISTRY, locate  # noqa: PLC0415 - heavy

    rows = []
    for entry in REGISTRY.values():
        here = locate(entry.name)
        size = sum(file.size_bytes for file in entry.files)
        folder = str(here.paths[0].parent) if here else None
        rows.append(
            {"name": entry.name, "title": entry.title, "bytes": size, "licence": entry.licence, "folder": folder}
        )
    if as_json:
        print_json(rows)
        return
    for row in rows:
        facts = f"{row['bytes']:,} bytes, {row['licence']}"
        out.say((f"{row['name']}", "bold"), f"  {row['title']}  ", (facts, "dim"))
        where = out.name(row["folder"]) if row["folder"] else f"not here yet: squeezeviz download {row['name']}"
        out.say(f"  {where}")
