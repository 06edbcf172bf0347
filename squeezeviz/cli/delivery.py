"""Seeing to it that results arrive: before the work, that their file can be written; after it, that they were."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from squeezeviz.errors import FigureError, SqueezeVizError
from squeezeviz.files import check_target

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

__all__ = ["check_figure", "delivered"]


@contextmanager
def delivered() -> Generator[None]:
    """Print results within this; what follows happens only once they are all written.

    A reader that has closed its pipe, as ``head`` does, ends the command as it ends others: exit code 1, in silence.

    Raises:
        SqueezeVizError: Standard output refuses them: its disk is full, or its encoding lacks a letter.
    """
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except (OSError, UnicodeEncodeError) as exc:
        _let_go()
        said = getattr(exc, "strerror", None) or exc
        raise SqueezeVizError(
            f"results cannot be written to standard output ({said}); they are kept, and the same command prints them"
        ) from exc


def _let_go() -> None:
    """Leave what cannot be written: Python would try it again as it ends, and say so."""
    with suppress(OSError, ValueError):  # ValueError: a stream of a test, which is no file
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def check_figure(path: Path) -> None:
    """Let pass a path that a figure can be written to, before the work that it is the end of.

    Raises:
        FigureError: It cannot.
    """
    try:
        check_target(path)
    except OSError as exc:
        raise FigureError(f"{path}: cannot be written ({exc.strerror or exc}); name another file") from exc
