"""The model that a page compares its own with, kept for the next question about it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from squeezeviz.runtime.model import Model

__all__ = ["SecondModel"]


class SecondModel:
    """The second model of a page, kept for its next question: one at a time."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._kept: tuple[str, Model] | None = None

    def called(self, name: str, load: Callable[[str], Model]) -> Model:
        """Return a model, loaded where it is not the one that is kept.

        Raises:
            ModelError: It cannot be loaded.
        """
        with self._guard:
            if self._kept is None or self._kept[0] != name:
                self._kept = None  # the one before makes room first
                self._kept = name, load(name)
            return self._kept[1]

    def forget(self) -> None:
        """Let go of it: its page is gone."""
        with self._guard:
            self._kept = None
