"""What a page may have done: one function a kind of message, beside the questions, which change nothing.

Whoever has the page open sends these. Each field is read by incoming.py; what a message names is looked up among what
was offered to the page or came from it, and nowhere else; what it brings stays within limits.py.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any, TypeVar

from squeezeviz.errors import ImageError, SqueezeVizError
from squeezeviz.widgets import across, incoming, wire
from squeezeviz.widgets.camera import read_frame
from squeezeviz.widgets.editing import read_edit
from squeezeviz.widgets.kept import Kept, kept, kept_sample
from squeezeviz.widgets.limits import MOST_BYTES
from squeezeviz.widgets.long_work import Aside
from squeezeviz.widgets.photos import Photo
from squeezeviz.widgets.questions import QUESTIONS
from squeezeviz.widgets.uploads import Refused
from squeezeviz.widgets.what_if import task

if TYPE_CHECKING:
    from collections.abc import Callable

    from squeezeviz.image import Image
    from squeezeviz.widgets.exploration import Exploration

__all__ = ["ACTIONS", "receive", "reply"]

_log = logging.getLogger("squeezeviz")

Buffers = list[memoryview]
T = TypeVar("T")


def receive(state: Exploration, content: dict[str, Any], buffers: Buffers) -> None:
    """Do or answer what a page asks; tell it in words what can't be done."""
    request, name, kind = "", incoming.called(content, "photo"), content.get("kind")
    try:
        request = incoming.identity(content)
        act = ACTIONS.get(kind) if isinstance(kind, str) else None
        if act is not None:
            act(state, request, content, buffers)
        else:
            reply(state, kind, request, content)
    except SqueezeVizError as exc:
        state.say(wire.failed(request, name, str(exc)))
    except Exception:  # noqa: BLE001 - logged in full; the page goes on, and says that something failed
        _log.exception("%r: the widget failed on a %.40r message", name, kind)
        state.say(wire.failed(request, name, f"{name}: {wire.UNEXPECTED}"))


def reply(state: Exploration, kind: object, request: str, content: dict[str, Any]) -> None:
    """Answer a question."""
    question = QUESTIONS.get(kind) if isinstance(kind, str) else None
    if question is None:
        return
    with state.guard:
        answer = question(state, request, content)
    if isinstance(answer, Aside):
        state.work.aside(request, incoming.called(content, str(kind)), answer)
    else:
        state.say(answer() if callable(answer) else answer)


def _ready(state: Exploration, request: str, _: dict[str, Any], __: Buffers) -> None:
    """A page has opened."""
    state.send_everything(request)


def _sample(state: Exploration, request: str, content: dict[str, Any], _: Buffers) -> None:
    """Put a sample on the stage, one of those that the page shows."""
    sample = state.offers.sample(incoming.text(content, "name"))
    _bring(state, request, lambda: kept_sample(sample))


def _piece(state: Exploration, request: str, content: dict[str, Any], buffers: Buffers) -> None:
    """Take a piece of an upload; with the last one, put the photo on the stage."""
    name, piece = incoming.called(content, "photo"), incoming.buffer(buffers)
    count = incoming.number(content, "count", least=1, most=MOST_BYTES)
    index = incoming.number(content, "index", most=count - 1)
    if index == 0:
        _with_name(name, lambda: state.check_room(request))
    try:
        whole = _with_name(name, lambda: state.uploads.add(request, piece, index=index, count=count))
    except Refused:
        state.say(wire.gone(request))
        return
    if whole is None:
        state.say(wire.working(request, name))
    else:
        _bring(state, request, lambda: kept(whole, name=name))


def _freeze(state: Exploration, request: str, content: dict[str, Any], buffers: Buffers) -> None:
    """Keep a frame, of the camera or painted, as an ordinary photo."""
    image = _frame_of(state, content, buffers)
    _bring(state, request, lambda: Kept(image))


def _sighting(state: Exploration, request: str, content: dict[str, Any], _: Buffers) -> None:
    """Put a photo on the stage that the atlas has crops of."""
    _bring(state, request, lambda: across.sighted(state.atlas, state.model, content))


def _bring(state: Exploration, request: str, read: Callable[[], Kept]) -> None:
    def within_bounds() -> Kept:
        picture = read()
        _with_name(picture.name, lambda: state.check_room(request, picture.kept_bytes))
        return picture

    state.show(request, within_bounds)


def _frame(state: Exploration, request: str, content: dict[str, Any], buffers: Buffers) -> None:
    """Answer the newest frame, the camera's or a painted photo's. The one before makes room: nothing grows."""
    start = time.perf_counter()
    image = _frame_of(state, content, buffers)
    decode_ms = (time.perf_counter() - start) * 1e3
    photo_id, layers = incoming.identity(content, "photo"), incoming.names(content, "layers")
    _with_name(image.name, lambda: state.check_room(photo_id, image.width * image.height * 3))
    model = state.model
    with state.guard:
        how = state.prepared(state.preset)
        # On one thread: the page draws the frame before meanwhile, and leaves no second processor idle.
        photo = Photo.seen_by(state.asked, how, photo_id, image, decode_ms, threads=1)
        state.put(photo)
        is_passing = "of" not in content  # what is painted may stay as it is
        state.say(wire.frame(request, photo, model, layers, start=start, is_passing=is_passing))


def _frame_of(state: Exploration, content: dict[str, Any], buffers: Buffers) -> Image:
    """A frame of the camera, or what is being painted ``of`` a photo."""
    if "of" not in content:
        return read_frame(content, buffers)
    before = state.find(incoming.identity(content, "of"))
    with state.guard:
        return read_edit(content, buffers, before)


def _use(state: Exploration, request: str, content: dict[str, Any], _: Buffers) -> None:
    """Let another model answer, one of those on offer."""
    state.tell_model(request, lambda: state.turn_to(state.offers.model(incoming.text(content, "name"))))


def _begin(state: Exploration, request: str, content: dict[str, Any], _: Buffers) -> None:
    """Begin what takes seconds."""
    with state.guard:
        asked = task(state, request, content)
    state.work.begin(request, asked)


def _stop(state: Exploration, request: str, _: dict[str, Any], __: Buffers) -> None:
    """End what takes seconds."""
    state.work.stop(request)


def _forget(state: Exploration, request: str, _: dict[str, Any], __: Buffers) -> None:
    """Let a photo go."""
    state.forget(request)
    state.say(wire.forgotten(request))


def _with_name(name: str, do: Callable[[], T]) -> T:
    """Do something about a photo; should it fail, the message says which photo it was."""
    try:
        return do()
    except ImageError as exc:
        raise ImageError(f"{name}: {exc}") from exc


ACTIONS: dict[str, Callable[[Exploration, str, dict[str, Any], Buffers], None]] = {
    "ready": _ready,
    "sample": _sample,
    "piece": _piece,
    "freeze": _freeze,
    "sighting": _sighting,
    "frame": _frame,
    "use": _use,
    "begin": _begin,
    "stop": _stop,
    "forget": _forget,
}
