"""Whether this process may use the net: ``SQUEEZEVIZ_OFFLINE`` forbids it."""

from __future__ import annotations

import os

__all__ = ["is_offline"]


def is_offline() -> bool:
    """Say whether ``SQUEEZEVIZ_OFFLINE`` is set to anything but an empty text, ``0``, ``false`` or ``no``."""
    return os.environ.get("SQUEEZEVIZ_OFFLINE", "").strip().lower() not in ("", "0", "false", "no")
