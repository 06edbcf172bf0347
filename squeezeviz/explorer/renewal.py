"""Photos that are answered anew beside the page: another preprocessing or model was chosen, or channels ablated.

With hundreds of photos that takes seconds. The photo on the stage is answered at once, where it was chosen; the others
follow here, one after the other, and the newest choice wins. What is asked meanwhile is answered in between.
"""

from __future__ import annotations

import contextvars
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Renewal"]


class Renewal:
    """One thread at most, which goes on for as long as there is something to do.

    Args:
        step: Does the next thing; says whether there was one.
    """

    def __init__(self, step: Callable[[], bool]) -> None:
        self._step = step
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_due = False

    def begin(self) -> None:
        """See to it that what there is to do is done."""
        with self._guard:
            self._is_due = True
            if self._thread is None:
                # With the context of the request: messages of Jupyter name what they answer.
                run = contextvars.copy_context().run
                self._thread = threading.Thread(target=run, args=(self._go_on,), name="squeezeviz-renewal", daemon=True)
                self._thread.start()

    def wait(self) -> None:
        """Wait until there is nothing left to do."""
        while (thread := self._thread) is not None:
            thread.join()

    def _go_on(self) -> None:
        while True:
            with self._guard:
                if not self._is_due:
                    self._thread = None
                    return
                self._is_due = False
            while self._step():
                pass
