"""Work that takes seconds: it goes on beside the page, which hears of every step, and ends when nobody wants it.

A page asks for a layer or chooses a photo meanwhile, and is answered: nothing here holds the state's lock.
"""

from __future__ import annotations

import contextvars
import logging
import threading
from collections import deque
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from squeezeviz.errors import SqueezeVizError
from squeezeviz.explorer import messages
from squeezeviz.explorer.heartbeat import heartbeat
from squeezeviz.explorer.limits import MOST_ASIDES
from squeezeviz.explorer.protocol import FailedMessage, GoneMessage, Message, StepsMessage
from squeezeviz.explorer.watched import Stopped, watched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from squeezeviz.explorer.watched import OnProgress

__all__ = ["Aside", "LongWork", "Task", "is_same"]

_log = logging.getLogger("squeezeviz")


@dataclass(frozen=True)
class Task:
    """What is to be done, and how it is told.

    Attributes:
        kind: Of these, one is under way at a time: the next takes its place.
        name: What it is called, should it fail.
        basis: What its result follows from; models and images among these are told apart by what they are. None of a
            task whose result is not kept.
        steps: Yields what is known so far, until the event is set.
        tell: What the page hears of a step.
    """

    kind: str
    name: str
    basis: tuple[Any, ...] | None
    steps: Callable[[threading.Event], Iterator[Any]]
    tell: Callable[[Any], Message]


@dataclass(frozen=True)
class Aside:
    """One answer that takes its time: it is worked out on a thread of its own, and told when it is there.

    Attributes:
        work: Returns it. What this is given may be called after each part, with how many are done, of how many: the
            page hears of it, and where nobody wants the answer any more it raises, which ends the work.
    """

    work: Callable[[OnProgress], Message]


@dataclass(frozen=True)
class _Running:
    request: str
    cancel: threading.Event


class LongWork:
    """Tasks of one page, one after the other: side by side each would be slower, and the page as well.

    However much is asked for, there is one thread for each kind of task and one for single answers.

    Args:
        send: Takes what the page is to hear; called on threads of their own.
    """

    def __init__(self, send: Callable[[Message], None]) -> None:
        self._send = send
        self._guard, self._turn = threading.Lock(), threading.Lock()
        self._running: dict[str, _Running] = {}
        # Kind → what is to be done next, in the context of the request: messages of Jupyter name what they answer.
        self._next: dict[str, Callable[[], None]] = {}
        self._at_work: set[str] = set()
        self._asides: deque[tuple[str, Callable[[], None]]] = deque()
        # Of each of these, and of the one that is worked out: what ends it, by the request.
        self._wanted: dict[str, threading.Event] = {}
        # The last whole result of each kind: asked about another class, it is there already.
        self._kept: dict[str, tuple[tuple[Any, ...], Any]] = {}

    def begin(self, request: str, task: Task) -> None:
        """Begin; what is under way of the same kind ends. A result that is there already is told at once."""
        self.stop(kind=task.kind)
        kept = self._kept.get(task.kind)
        if kept and task.basis is not None and is_same(kept[0], task.basis):
            self._send(task.tell(kept[1]))
            return
        running = _Running(request, threading.Event())
        with self._guard:
            self._running[task.kind] = running
            self._next[task.kind] = partial(contextvars.copy_context().run, self._go_on, task, running)
        self._set_to_work(task.kind, lambda: self._next.pop(task.kind, None))

    def aside(self, request: str, name: str, answer: Aside) -> None:
        """Tell one answer when it is there; one after the other, but beside tasks.

        Raises:
            SqueezeVizError: Too many wait already.
        """
        with self._guard:
            if len(self._asides) >= MOST_ASIDES:
                raise SqueezeVizError(
                    f"{name}: {MOST_ASIDES} answers are being worked out already; ask again after them"
                )
            cancel = self._wanted[request] = threading.Event()
            job = partial(contextvars.copy_context().run, self._answer, request, name, answer, cancel)
            self._asides.append((request, job))
        self._set_to_work("aside", lambda: self._asides.popleft()[1] if self._asides else None)

    def _set_to_work(self, name: str, take: Callable[[], Callable[[], None] | None]) -> None:
        """Have a thread do what there is to do, if none does."""

        def work() -> None:
            while True:
                with self._guard:
                    job = take()
                    if job is None:
                        self._at_work.discard(name)
                        return
                job()

        with self._guard:
            if name in self._at_work:
                return
            self._at_work.add(name)
        threading.Thread(target=work, name=f"squeezeviz-{name}", daemon=True).start()

    def stop(self, request: str = "", *, kind: str = "") -> None:
        """End a task, by the request that began it or by its kind, or a single answer: no more is told of it."""
        with self._guard:
            if request in self._wanted:
                self._wanted.pop(request).set()
                self._asides = deque(each for each in self._asides if each[0] != request)
            for name, running in list(self._running.items()):
                if running.request == request or name == kind:
                    running.cancel.set()
                    del self._running[name]

    def forget(self) -> None:
        """End everything, and let go of what is kept."""
        with self._guard:
            for running in self._running.values():
                running.cancel.set()
            self._running.clear()
            self._next.clear()
            left = [request for request, _ in self._asides]
            self._asides.clear()
            for request in left:
                self._wanted.pop(request, None)
            self._kept.clear()
        for request in left:  # a page that went on waiting would take the kernel for silent
            self._send(GoneMessage(id=request))

    def _go_on(self, task: Task, running: _Running) -> None:
        result = None
        try:
            with self._turn:
                if running.cancel.is_set():
                    return
                for result in task.steps(running.cancel):
                    if running.cancel.is_set():
                        return
                    self._send(task.tell(result))
        except SqueezeVizError as exc:
            self._fail(task, running, str(exc))
        except Exception:  # noqa: BLE001 - logged in full; the page goes on, and says that something failed
            _log.exception("%r: the %s failed", task.name, task.kind)
            self._fail(task, running, f"{task.name}: {messages.UNEXPECTED}")
        else:
            if not running.cancel.is_set() and result is not None and task.basis is not None:
                self._kept[task.kind] = (task.basis, result)
        finally:
            with self._guard:
                if self._running.get(task.kind) is running:
                    del self._running[task.kind]

    def _answer(self, request: str, name: str, answer: Aside, cancel: threading.Event) -> None:
        def tell(done: int, total: int) -> None:
            self._send(StepsMessage(id=request, done=done, total=total))

        try:
            with heartbeat(self._send, request):
                message: Message = answer.work(watched(cancel, tell))
        except Stopped:
            return
        except SqueezeVizError as exc:
            message = FailedMessage(id=request, name=name, message=str(exc))
        except Exception:  # noqa: BLE001 - as above
            _log.exception("%r: an answer failed", name)
            message = FailedMessage(id=request, name=name, message=f"{name}: {messages.UNEXPECTED}")
        with self._guard:
            if self._wanted.get(request) is cancel:
                del self._wanted[request]
        if not cancel.is_set():
            self._send(message)

    def _fail(self, task: Task, running: _Running, words: str) -> None:
        if not running.cancel.is_set():
            self._send(FailedMessage(id=running.request, name=task.name, message=words))


def is_same(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Return whether results that follow from these are the same: plain values are compared, others are told apart."""
    plain = (str, int, float, bool, type(None), tuple)
    return len(one) == len(other) and all(
        a is b or (isinstance(a, plain) and isinstance(b, plain) and a == b) for a, b in zip(one, other, strict=True)
    )
