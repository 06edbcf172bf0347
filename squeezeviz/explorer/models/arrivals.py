"""Models that a page brings: their files come in pieces, are kept, and read beside the page.

Pieces are written to a file as they come: a model is as large as a hundred photos. What is read holds no message up,
and until it is known to be a network that can be shown, the one before goes on.
"""

from __future__ import annotations

import contextvars
import shutil
import threading
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Protocol

from squeezeviz.errors import ModelError, spoken
from squeezeviz.explorer.protocol.models import ArrivingMessage
from squeezeviz.zoo.foreign import why_not_read
from squeezeviz.zoo.received import begin, keep

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from squeezeviz.explorer.models.folder import ModelFolder
    from squeezeviz.explorer.protocol.models import ModelPieceRequest
    from squeezeviz.zoo.received import Received

    class _Load(Protocol):
        def __call__(self, arrival: Arrival, kept: Callable[[], tuple[Received, bool]]) -> None:
            """Read what `kept` puts where it is kept."""


__all__ = ["Arrival", "Arrivals"]


@dataclass
class Arrival:
    """Files of one model on their way.

    Attributes:
        request: The page's id of it.
        place: The folder in which they are put together.
        files: What each is called → where it lies.
        pieces: Of the file that comes now.
        nbytes: Of all that have come.
        left: Set when nobody wants it any more.
        has_answered: Whether it is the one that answers, and the page has been told.
    """

    request: str
    place: Path | None = None
    files: dict[str, Path] = field(default_factory=dict)
    pieces: int = 0
    nbytes: int = 0
    left: threading.Event = field(default_factory=threading.Event)
    has_answered: bool = False

    def is_over(self) -> bool:
        """Whether there is no more to be said of it."""
        return self.has_answered or self.left.is_set()

    def clear(self) -> None:
        """Remove what has come."""
        if self.place is not None:
            shutil.rmtree(self.place, ignore_errors=True)


class Arrivals:
    """The model that is on its way to a page, one at a time: the next takes its place.

    Args:
        folder: Returns where models are kept.
        say: Tells the page how far it is.
        load: Reads a model and lets it answer, or says why not; called on a thread of its own. It is given the arrival,
            and what puts its files where they are kept.
    """

    def __init__(
        self,
        folder: Callable[[], ModelFolder],
        say: Callable[[ArrivingMessage], None],
        load: _Load,
    ) -> None:
        self._folder, self._say, self._load = folder, say, load
        self._guard, self._turn = threading.Lock(), threading.Lock()
        self._now: Arrival | None = None
        self._threads: list[threading.Thread] = []

    def take(self, asked: ModelPieceRequest) -> bool:
        """Take a piece; with the last one, begin to read the model.

        Returns:
            Whether anybody waits for it: what was refused or left may still be on its way.

        Raises:
            ModelError: It is no model, too large, or cannot be written; nothing is kept of it.
        """
        with self._guard:
            if asked.file == asked.index == 0:
                self._leave()
                self._now = Arrival(asked.id)
            arrival = self._now
            if arrival is None or arrival.request != asked.id:
                return False
            try:
                self._write(arrival, asked)
            except BaseException:
                self._leave()
                raise
            is_whole = asked.file == asked.files - 1 and asked.index == asked.count - 1
        self._say(ArrivingMessage(id=asked.id, bytes=arrival.nbytes, is_loading=is_whole))
        if is_whole:
            self.begin(arrival, partial(self._load, kept=partial(self._kept, arrival)))
        return True

    def begin(self, arrival: Arrival, work: Callable[[Arrival], None]) -> None:
        """Have a model read on a thread of its own, in place of the one that is on its way.

        Args:
            arrival: Under which id, and whether it is still wanted.
            work: Reads it, and lets it answer.
        """
        with self._guard:
            if self._now is not arrival:
                self._leave()
                self._now = arrival
            # With the context of the request: messages of Jupyter name what they answer.
            run = partial(contextvars.copy_context().run, self._go_on, arrival, work)
            thread = threading.Thread(target=run, name="squeezeviz-arrival", daemon=True)
            self._threads = [*(each for each in self._threads if each.is_alive()), thread]
            thread.start()

    def leave(self, request: str) -> None:
        """Let go of a model that nobody wants any more; what has been read of it is not shown."""
        with self._guard:
            if self._now is not None and self._now.request == request:
                self._leave()

    def clear(self) -> None:
        """Let go of what is on its way: the page is gone, or another model was chosen."""
        with self._guard:
            self._leave()

    def wait(self) -> None:
        """Wait until nothing is being read."""
        for thread in self._threads:
            thread.join()

    def _leave(self) -> None:
        if self._now is not None:
            self._now.left.set()
            self._now.clear()
            self._now = None

    def _write(self, arrival: Arrival, asked: ModelPieceRequest) -> None:
        folder, name = self._folder(), asked.name or "model"
        is_next = asked.index == arrival.pieces and asked.file == len(arrival.files) - (asked.index > 0)
        if not is_next or asked.index >= asked.count:
            raise ModelError(f"{spoken(name)}: its pieces came in the wrong order; drop it again")
        if asked.index == 0:
            problem = why_not_read(name, asked.piece[:64])
            if problem:
                raise ModelError(problem)
            if name in arrival.files:
                raise ModelError(f"{spoken(name)}: two files are called so; drop one model at a time")
        if not asked.piece:  # each brings something, so that there are no more pieces than bytes
            raise ModelError(f"{spoken(name)}: a piece of it came without its bytes; drop it again")
        arrival.nbytes += len(asked.piece)
        if arrival.nbytes > folder.most_bytes:
            raise ModelError(
                f"{spoken(name)}: a model of up to {folder.most_bytes / 1e6:.0f} MB is taken from a page, and this one "
                f"is larger; give its path to Python: sv.explore(model=PATH)"
            )
        try:
            arrival.place = arrival.place or begin(folder.path)
            path = arrival.files.setdefault(name, arrival.place / f"{asked.file}")
            with path.open("ab") as file:
                file.write(asked.piece)
        except OSError as exc:
            raise ModelError(
                f"{spoken(name)}: cannot be written ({exc.strerror or exc}); free some space, or say with "
                "SQUEEZEVIZ_CACHE where there is some"
            ) from exc
        arrival.pieces = 0 if asked.index == asked.count - 1 else asked.index + 1

    def _kept(self, arrival: Arrival) -> tuple[Received, bool]:
        folder = self._folder()
        try:
            return keep(folder.path, arrival.files, most_bytes=folder.most_bytes)
        except OSError as exc:
            raise ModelError(f"the model cannot be kept ({exc.strerror or exc})") from exc

    def _go_on(self, arrival: Arrival, work: Callable[[Arrival], None]) -> None:
        try:
            with self._turn:  # one after the other: two would take twice the memory
                if not arrival.left.is_set():
                    work(arrival)
        finally:
            arrival.clear()
            with self._guard:
                if self._now is arrival:
                    self._now = None
