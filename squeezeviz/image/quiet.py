"""What Pillow and the libraries under it would print by themselves: kept from the terminal, given to who reads."""

from __future__ import annotations

import ctypes
import logging
import threading
import warnings
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from PIL import _imaging

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["quietly"]

_SPEAKERS = {"PIL", "pillow_heif"}
_HEARD = threading.local()


class _Silence:
    """Held by everybody who decodes; what is global is changed by the first to come, and put back by the last to go.

    Each doing so alone would be wrong: `warnings.catch_warnings` in two threads that overlap leaves the filters of one
    in place for good.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holders = 0
        self._undo = ExitStack()

    def acquire(self) -> None:
        with self._lock:
            if self._holders == 0:
                self._begin()
            self._holders += 1

    def release(self) -> None:
        with self._lock:
            self._holders -= 1
            if self._holders == 0:
                self._undo.close()

    def _begin(self) -> None:
        self._undo.enter_context(warnings.catch_warnings())
        warnings.filterwarnings("always", module=rf"({'|'.join(_SPEAKERS)})(\.|$)")
        otherwise = warnings.showwarning

        def hear(  # noqa: PLR0917 - as warnings calls it
            message: Warning | str,
            category: type[Warning],
            filename: str,
            lineno: int,
            file: TextIO | None = None,
            line: str | None = None,
        ) -> None:
            heard = getattr(_HEARD, "messages", None)
            if heard is not None and not _SPEAKERS.isdisjoint(Path(filename).parts):
                heard.append(str(message))
            else:
                otherwise(message, category, filename, lineno, file, line)

        warnings.showwarning = hear
        # Without any handler, logging writes errors to the terminal.
        log, nothing = logging.getLogger("PIL"), logging.NullHandler()
        log.addHandler(nothing)
        self._undo.callback(log.removeHandler, nothing)
        handler = _libtiff_handler()
        if handler is not None:
            self._undo.callback(handler, handler(None))


_SILENCE = _Silence()


@contextmanager
def quietly() -> Iterator[list[str]]:
    """Decode without a word on the terminal; yields the warnings that Pillow gives in this thread meanwhile."""
    before = getattr(_HEARD, "messages", None)
    _HEARD.messages = heard = list[str]()
    _SILENCE.acquire()
    try:
        yield heard
    finally:
        _SILENCE.release()
        _HEARD.messages = before


@cache
def _libtiff_handler() -> Callable[[int | None], int | None] | None:
    """Return ``TIFFSetErrorHandler`` of the libtiff that Pillow uses, or None where that cannot be reached.

    libtiff writes what it finds wrong straight to file descriptor 2, and Pillow has no switch for it. A symbol that
    is looked up in Pillow's own library is also found in those that it is linked to. On Windows libtiff is built into
    it, and cannot be reached.
    """
    try:
        handler = ctypes.CDLL(_imaging.__file__).TIFFSetErrorHandler
    except (AttributeError, OSError, TypeError):
        return None
    handler.argtypes, handler.restype = [ctypes.c_void_p], ctypes.c_void_p
    return handler
