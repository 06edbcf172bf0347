"""The memory that was freed, given back to the system."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from functools import cache
from typing import Any

__all__ = ["trim_heap"]


def trim_heap() -> None:
    """Give freed memory back to the system, where the C library is glibc; elsewhere it does so itself, or can't.

    glibc keeps what is freed between pieces in use, for the next who asks. Of pictures and activations that are
    made and let go these are megabytes, which nobody else on the machine can have. It takes some milliseconds.
    """
    trim = _malloc_trim()
    if trim is not None:
        trim(0)


@cache
def _malloc_trim() -> Any:  # noqa: ANN401 - a function of the C library
    if sys.platform != "linux":
        return None
    with suppress(OSError, AttributeError):  # musl has none
        return ctypes.CDLL(None).malloc_trim
    return None
