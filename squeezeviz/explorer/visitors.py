"""Whether whoever has a page open is a visitor: of an app, where the page is all that is offered.

A person with a notebook may run any code on the kernel's machine; a visitor may neither read its folders nor write to
them. Kernels of `squeezeviz app`, and of any other Voilà, serve visitors: Voilà says so in their environment.
"""

from __future__ import annotations

import os

__all__ = ["are_visitors"]


def are_visitors() -> bool:
    """Say whether this process is a kernel behind an app."""
    return os.environ.get("SERVER_SOFTWARE", "").lower().startswith("voila") or any(
        name.startswith("VOILA_") for name in os.environ
    )
