"""Where models from a page are kept, and how large they may be: in a person's own cache, or a visitor's own folder.

``squeezeviz app`` gives each visitor's kernel a folder of its own, by the environment, and removes it when the kernel
ends: so nobody is offered what another has brought. Visitors of another Voilà have no such folder, and bring no models.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from squeezeviz.errors import ModelError, spoken
from squeezeviz.explorer.limits import KEPT_MODELS_BYTES, MOST_KEPT_MODELS, MOST_MODEL_BYTES, VISITOR_MODEL_BYTES
from squeezeviz.explorer.visitors import are_visitors
from squeezeviz.zoo import cache_folder
from squeezeviz.zoo.received import Received, received, trim

__all__ = ["LIMIT_VARIABLE", "VISITOR_VARIABLE", "ModelFolder", "model_folder"]

#: Names a visitor's folder; only kernels of an app have it.
VISITOR_VARIABLE = "SQUEEZEVIZ_VISITOR_FOLDER"
#: The largest model that a page may bring, in MB; 0: none.
LIMIT_VARIABLE = "SQUEEZEVIZ_MOST_MODEL_MB"
_MOST_DIGITS = 6


@dataclass(frozen=True)
class ModelFolder:
    """Where models are kept.

    Attributes:
        path: The folder; made when it is needed.
        most_bytes: Of one model; 0 where none may be brought.
        is_visitors: Whether it is of a visitor, and goes with the kernel.
    """

    path: Path
    most_bytes: int
    is_visitors: bool

    @property
    def models(self) -> list[Received]:
        """What is kept there, the newest first; nothing where none may be brought."""
        return received(self.path)[:MOST_KEPT_MODELS] if self.most_bytes else []

    def trim(self) -> None:
        """Let go of what was used longest ago, where there is too much."""
        if self.is_visitors:
            trim(self.path, most=2, most_bytes=2 * self.most_bytes)
        else:
            trim(self.path, most=MOST_KEPT_MODELS, most_bytes=KEPT_MODELS_BYTES)


def model_folder() -> ModelFolder:
    """Return where models from this process's pages are kept.

    Raises:
        ModelError: A variable of the environment is not what it has to be.
    """
    visitors = os.environ.get(VISITOR_VARIABLE, "")
    if visitors:
        return ModelFolder(Path(visitors), _limit(VISITOR_MODEL_BYTES), is_visitors=True)
    limit = 0 if are_visitors() else _limit(MOST_MODEL_BYTES)
    return ModelFolder(cache_folder() / "received", limit, is_visitors=are_visitors())


def _limit(usual: int) -> int:
    asked = os.environ.get(LIMIT_VARIABLE, "").strip()
    if not asked:
        return usual
    if not asked.isdecimal() or len(asked) > _MOST_DIGITS:
        raise ModelError(f"{LIMIT_VARIABLE} is {spoken(asked)!r}; expected a number of megabytes, or 0 for no models")
    return int(asked) * 1_000_000
