"""What most verbs begin and end with: a model, a preset, JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from squeezeviz.errors import SqueezeVizError, spoken
from squeezeviz.files import expanded, read_file

if TYPE_CHECKING:
    from squeezeviz.model import Model
    from squeezeviz.preprocessing import Preprocessing

__all__ = ["load", "print_json", "read_preset"]

_MOST_BYTES = 1 << 20  # of a preset


def load(name: str | None) -> Model:
    """Load a model, and say on standard error if another stands in for the one wanted."""
    from squeezeviz.console import print_fallback  # noqa: PLC0415 - heavy
    from squeezeviz.loading import load_without_warning  # noqa: PLC0415 - heavy

    model = load_without_warning(name)
    if model.fallback is not None:
        print_fallback(model.fallback)
    return model


def read_preset(text: str) -> Preprocessing:
    """Read a preset from a JSON file, or look it up by name."""
    from squeezeviz.preprocessing import Preprocessing, preset  # noqa: PLC0415 - heavy

    if Path(text).suffix != ".json":
        return preset(text)
    try:
        return Preprocessing.from_json(read_file(expanded(text), most_bytes=_MOST_BYTES).decode())
    except (OSError, UnicodeDecodeError) as exc:
        reason = getattr(exc, "strerror", None) or exc
        raise SqueezeVizError(f"{spoken(text)}: expected a preset as JSON; cannot be read ({reason})") from exc


def print_json(value: Any) -> None:  # noqa: ANN401 - plain data
    """Print plain data as JSON on standard output."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
