"""What a page may have done: one function a kind of message, beside the questions, which change nothing.

Whoever has the page open sends these. They are read by incoming.py; what a message names is looked up among what
was offered to the page or came from it, and nowhere else; what it brings stays within limits.py.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any, TypeVar

from squeezeviz.errors import ImageError, SqueezeVizError
from squeezeviz.explorer import across, incoming, messages, protocol
from squeezeviz.explorer.answering import YOURS
from squeezeviz.explorer.camera import read_frame
from squeezeviz.explorer.editing import read_edit
from squeezeviz.explorer.growing import growing
from squeezeviz.explorer.judging import judging
from squeezeviz.explorer.kept import Kept, kept, kept_sample
from squeezeviz.explorer.limits import MOST_BYTES
from squeezeviz.explorer.long_work import Aside
from squeezeviz.explorer.models import bringing
from squeezeviz.explorer.models.doctor import diagnosis
from squeezeviz.explorer.models.feeding import described, labels_named
from squeezeviz.explorer.photos import Photo
from squeezeviz.explorer.questions import QUESTIONS
from squeezeviz.explorer.uploads import Refused
from squeezeviz.explorer.what_if import task
from squeezeviz.preprocessing import PRESETS
from squeezeviz.results import label_files
from squeezeviz.runtime.assumptions import ASSUMED

if TYPE_CHECKING:
    from collections.abc import Callable

    from squeezeviz.explorer.exploration import Exploration
    from squeezeviz.image import Image
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.results.label_files import LabelsTold

__all__ = ["ACTIONS", "receive", "reply"]

_log = logging.getLogger("squeezeviz")

T = TypeVar("T")


def receive(state: Exploration, content: dict[str, Any], buffers: list[memoryview]) -> None:
    """Do or answer what a page asks; tell it in words what can't be done."""
    request, name, kind = "", incoming.called(content, "photo"), content.get("kind")
    try:
        request = incoming.identity(content)
        asked = incoming.request(content, buffers)
        if asked is not None and asked.kind in ACTIONS:
            ACTIONS[asked.kind](state, asked)
        elif asked is not None:
            reply(state, asked)
    except SqueezeVizError as exc:
        state.say(protocol.FailedMessage(id=request, name=name, message=str(exc)))
    except Exception:  # noqa: BLE001 - logged in full; the page goes on, and says that something failed
        _log.exception("%r: the widget failed on a %.40r message", name, kind)
        state.say(protocol.FailedMessage(id=request, name=name, message=f"{name}: {messages.UNEXPECTED}"))


def reply(state: Exploration, asked: protocol.Request) -> None:
    """Answer a question."""
    with state.guard:
        answer = QUESTIONS[asked.kind](state, asked)
    if isinstance(answer, Aside):
        state.work.aside(asked.id, getattr(asked, "name", "") or asked.kind, answer)
    else:
        state.say(answer() if callable(answer) else answer)


def _ready(state: Exploration, asked: protocol.ReadyRequest) -> None:
    """A page has opened."""
    state.send_everything(asked.id)


def _sample(state: Exploration, asked: protocol.SampleRequest) -> None:
    """Put a sample on the stage, one of those that the page shows."""
    sample = state.offers.sample(asked.name)
    _bring(state, asked, lambda: kept_sample(sample))


def _piece(state: Exploration, asked: protocol.PieceRequest) -> None:
    """Take a piece of an upload; with the last one, put the photo on the stage."""
    name, count = asked.name or "photo", asked.count
    incoming.below("count", count, MOST_BYTES + 1)
    index = incoming.below("index", asked.index, count)
    if index == 0:
        _with_name(name, lambda: state.check_room(asked.id))
    try:
        whole = _with_name(name, lambda: state.uploads.add(asked.id, asked.piece, index=index, count=count))
    except Refused:
        state.say(protocol.GoneMessage(id=asked.id))
        return
    if whole is None:
        state.say(protocol.WorkingMessage(id=asked.id, name=name))
    else:
        _bring(state, asked, lambda: kept(whole, name=name))


def _freeze(state: Exploration, asked: protocol.FreezeRequest) -> None:
    """Keep a frame, of the camera or painted, as an ordinary photo."""
    image = _frame_of(state, asked)
    _bring(state, asked, lambda: Kept(image))


def _example(state: Exploration, asked: protocol.ExampleRequest) -> None:
    """Put a photo on the stage that the atlas has crops of."""
    _bring(state, asked, lambda: across.example_photo(state.atlas, state.model, asked.name))


def _catalog_photo(state: Exploration, asked: protocol.CatalogPhotoRequest) -> None:
    """Put a picture of a catalogue on the stage."""
    _bring(state, asked, lambda: state.catalogs.photo(state.model, asked))


def _bring(state: Exploration, asked: protocol.Request, read: Callable[[], Kept]) -> None:
    def within_bounds() -> Kept:
        picture = read()
        _with_name(picture.name, lambda: state.check_room(asked.id, picture.kept_bytes))
        return picture

    state.show(asked.id, within_bounds)


def _frame(state: Exploration, asked: protocol.FrameRequest) -> None:
    """Answer the newest frame, the camera's or a painted photo's. The one before makes room: nothing grows."""
    start = time.perf_counter()
    image = _frame_of(state, asked)
    decode_ms = (time.perf_counter() - start) * 1e3
    _with_name(image.name, lambda: state.check_room(asked.photo, image.width * image.height * 3))
    model = state.model
    with state.guard:
        how = state.preprocessing_called(state.preset)
        # On one thread: the page draws the frame before meanwhile, and leaves no second processor idle.
        photo = Photo.seen_by(state.asked, how, asked.photo, image, decode_ms, threads=1)
        state.put(photo)
        is_passing = asked.of is None  # what is painted may stay as it is
        state.say(messages.frame(asked.id, photo, model, asked.layers, start=start, is_passing=is_passing))


def _frame_of(state: Exploration, asked: protocol.RawPixels) -> Image:
    """A frame of the camera, or what is being painted ``of`` a photo."""
    if asked.of is None:
        return read_frame(asked)
    before = state.find(asked.of)
    with state.guard:
        return read_edit(asked, before)


def _use(state: Exploration, asked: protocol.UseRequest) -> None:
    """Let another model answer, one of those on offer."""
    bringing.choose(state, asked.id, asked.name)


def _model_piece(state: Exploration, asked: protocol.ModelPieceRequest) -> None:
    """Take a piece of a model; with the last one, read it."""
    if not bringing.take_piece(state, asked):
        state.say(protocol.GoneMessage(id=asked.id))


def _leave_model(state: Exploration, asked: protocol.LeaveModelRequest) -> None:
    """Nobody wants the model any more that is on its way."""
    state.arrivals.leave(asked.id)


def _begin(state: Exploration, asked: protocol.TrialRequest) -> None:
    """Begin what takes seconds."""
    with state.guard:
        begun = task(state, asked)
    state.work.begin(asked.id, begun)


def _tell(state: Exploration, asked: protocol.TellRequest) -> None:
    """Say something of the model that answers."""
    how: str | Preprocessing | None = asked.preset
    if asked.preset is not None and asked.preset not in PRESETS:
        how = state.preprocessing_called(asked.preset)  # one that Python has given, or the model's own
    if asked.labels is None and how is None and asked.preprocessing is None:
        raise SqueezeVizError("the page said nothing of the model; reload the page and try it again")
    if asked.preprocessing is not None:
        how = state.bounded(described(asked.preprocessing, frozenset({*PRESETS, YOURS, ASSUMED})))
    _told(state, asked, labels=labels_named(asked.labels, state.model), how=how)


def _labels(state: Exploration, asked: protocol.LabelsRequest) -> None:
    """Take a piece of a file of labels; with the last one, name the model's classes so."""
    name = asked.name or "labels"
    incoming.below("count", asked.count, label_files.MOST_BYTES + 1)
    index = incoming.below("index", asked.index, asked.count)
    try:
        whole = state.uploads.add(asked.id, asked.piece, index=index, count=asked.count)
    except Refused:
        state.say(protocol.GoneMessage(id=asked.id))
        return
    if whole is None:
        state.say(protocol.WorkingMessage(id=asked.id, name=name))
    else:
        _told(state, asked, labels=label_files.labels_of_content(whole, name))


def _told(
    state: Exploration,
    asked: protocol.Request,
    *,
    labels: LabelsTold | None = None,
    how: str | Preprocessing | None = None,
) -> None:
    with state.guard:
        told = state.feeding.tell(state.model, state.preset, labels=labels, preprocessing=how)
        state.take_told(asked.id, told, None if how is None else told.preprocessing.name)


def _remember(state: Exploration, asked: protocol.RememberRequest) -> None:
    """Keep what was said of the model beside its file."""
    with state.guard:
        state.feeding.remember(state.model, state.preset)
    state.tell_model(asked.id, lambda: state.model)


def _undo(state: Exploration, asked: protocol.UndoRequest) -> None:
    """Take back what was said last."""
    with state.guard:
        state.take_told(asked.id, *state.feeding.undo())


def _diagnose(state: Exploration, asked: protocol.DiagnoseRequest) -> None:
    """Try preprocessings on photos."""
    with state.guard:
        begun = diagnosis(state, asked)
    state.work.begin(asked.id, begun)


def _judge(state: Exploration, asked: protocol.JudgingRequest) -> None:
    """Measure attributions."""
    with state.guard:
        begun = judging(state, asked)
    state.work.begin(asked.id, begun)


def _grow(state: Exploration, asked: protocol.GrowRequest) -> None:
    """Grow a picture."""
    with state.guard:
        begun = growing(state, asked)
    state.work.begin(asked.id, begun)


def _stop(state: Exploration, asked: protocol.StopRequest) -> None:
    """End what takes seconds."""
    state.work.stop(asked.id)


def _forget(state: Exploration, asked: protocol.ForgetRequest) -> None:
    """Let a photo go."""
    state.forget(asked.id)
    state.say(protocol.ForgottenMessage(id=asked.id))


def _with_name(name: str, do: Callable[[], T]) -> T:
    """Do something about a photo; should it fail, the message says which photo it was."""
    try:
        return do()
    except ImageError as exc:
        raise ImageError(f"{name}: {exc}") from exc


#: By kind: each takes the request of that kind.
ACTIONS: dict[str, Callable[[Exploration, Any], None]] = {
    "ready": _ready,
    "sample": _sample,
    "piece": _piece,
    "freeze": _freeze,
    "example": _example,
    "catalog-photo": _catalog_photo,
    "frame": _frame,
    "use": _use,
    "tell": _tell,
    "labels": _labels,
    "remember": _remember,
    "undo": _undo,
    "diagnose": _diagnose,
    "model-piece": _model_piece,
    "leave-model": _leave_model,
    "begin": _begin,
    "judge": _judge,
    "grow": _grow,
    "stop": _stop,
    "forget": _forget,
}
