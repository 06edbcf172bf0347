"""What a page may ask about a photo, and the answers: one function a kind of message, none of which changes anything.

Each takes the state, the request's id and the question, runs under the state's lock, and returns the answer; what takes
long returns the work instead, to be done without the lock; what takes seconds, to be done on a thread of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from squeezeviz.errors import ImageError, PreprocessingError
from squeezeviz.files import plain_stem
from squeezeviz.widgets import across, incoming, wire
from squeezeviz.widgets.editing import canvas_of
from squeezeviz.widgets.limits import MOST_PATH, MOST_TERMS
from squeezeviz.widgets.long_work import Aside

if TYPE_CHECKING:
    from squeezeviz.figures.sheet import Format
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.widgets.answering import Answering
    from squeezeviz.widgets.photos import Photo

__all__ = ["QUESTIONS", "Answer"]

Answer = wire.Message | Aside | Callable[[], wire.Message]
_MEDIA_TYPES = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}


def _photo(state: Answering, content: dict[str, Any], key: str = "photo") -> Photo:
    return state.photo_called(incoming.identity(content, key))


def _class(state: Answering, content: dict[str, Any], key: str = "class_index") -> int:
    return incoming.number(content, key, most=len(state.model.labels) - 1)


def _prepared(state: Answering, content: dict[str, Any], name: str | None = None) -> Preprocessing:
    """The preparation of that name, by default the one called ``preset``; one's own is sent along as ``how``."""
    called = incoming.text(content, "preset") if name is None else name
    return state.prepared(called, incoming.plain(content, "how"))


def _as_called(content: dict[str, Any], default: str | None = None) -> str:
    """What the page calls a preparation: of its own, its whole description."""
    return incoming.text(content, "prepared", default, most=MOST_PATH)


def _tensor(state: Answering, request: str, content: dict[str, Any]) -> Answer:
    """A layer's activation under the preparation in use, or under another, named ``preset``."""
    start, layer = time.perf_counter(), incoming.text(content, "layer")
    try:
        photo = _photo(state, content)
    except ImageError:
        return wire.gone(request)
    if "preset" in content:
        how = _prepared(state, content)
        values = state.asked.activations(photo.image, layer, preprocessing=how)[layer]
    else:
        values = state.activations_of(photo)[layer]
    return wire.tensor(request, photo, layer, values, start=start, prepared=_as_called(content, ""))


def _variants(state: Answering, request: str, content: dict[str, Any]) -> Answer:
    """The top 1 in several preparations."""
    try:
        photo = _photo(state, content)
    except ImageError:
        return wire.gone(request)
    answers = []
    for name in incoming.names(content, "presets", state.compared):
        with suppress(PreprocessingError):  # too small a photo, for one; side by side it says so
            if name != state.preset:
                answers.append(state.asked.predict(photo.image, _prepared(state, content, name)))
    return wire.variants(request, photo, [photo.prediction, *answers])


def _variant(state: Answering, request: str, content: dict[str, Any]) -> Answer:
    """What the network makes of a photo in another preparation."""
    from squeezeviz.comparison import compare_with  # noqa: PLC0415 - only when it is asked for

    photo, how = _photo(state, content), _prepared(state, content)
    other = compare_with(state.asked, photo.image, how, state.activations_of(photo))
    return wire.variant(request, photo, other, _as_called(content))


def _kernels(state: Answering, request: str, content: dict[str, Any]) -> Answer:
    """A preparation as kernels of the first layer."""
    from squeezeviz.folding import effective_kernels  # noqa: PLC0415 - as above

    photo, how = _photo(state, content), _prepared(state, content)
    return wire.kernels(request, photo, effective_kernels(state.model, photo.image, how), _as_called(content))


def _calculation(state: Answering, request: str, content: dict[str, Any]) -> Answer:
    """What one number is made of."""
    photo, layer = _photo(state, content), incoming.text(content, "layer")
    channel, count = incoming.number(content, "channel"), incoming.number(content, "count", most=MOST_TERMS)
    made = state.arithmetic_of(photo).of(layer, channel, incoming.cell(content))
    return wire.calculation(request, photo, made, count)


def _two_classes(state: Answering, content: dict[str, Any]) -> tuple[int, int | None]:
    """The class that is asked about, and its rival, if any."""
    return _class(state, content), None if content.get("rival") is None else _class(state, content, "rival")


def _evidence(state: Answering, request: str, content: dict[str, Any]) -> Answer:
    """Why a class has its logit, and what decides between it and a rival."""
    from squeezeviz.evidence import duel, ledger, softmax_budget  # noqa: PLC0415 - only when it is asked for

    source, (index, rival) = state.arithmetic_of(_photo(state, content)), _two_classes(state, content)
    against = None if rival is None else duel(source, index, rival)
    return wire.evidence(request, ledger(source, index), softmax_budget(source, index), against)


def _spectrum(state: Answering, request: str, content: dict[str, Any]) -> Answer:
    """How far the network looked for a class: a second or two, which the page does not wait for."""
    from squeezeviz.evidence import spectrum  # noqa: PLC0415 - as above

    source, (index, rival) = state.arithmetic_of(_photo(state, content)), _two_classes(state, content)
    return Aside(lambda: wire.spectrum(request, spectrum(source, index, rival)))


def _local(state: Answering, request: str, content: dict[str, Any]) -> Answer:
    """What each cell alone would have answered."""
    from squeezeviz.evidence import local_answers  # noqa: PLC0415 - as above

    return wire.local(request, local_answers(state.arithmetic_of(_photo(state, content))))


def _weights(state: Answering, request: str, content: dict[str, Any]) -> Answer:
    """A convolution's kernels."""
    layer = incoming.text(content, "layer")
    return wire.weights(request, state.model.name, layer, *state.model.kernels(layer))


def _distance(state: Answering, request: str, content: dict[str, Any]) -> Answer:
    """How far each layer is from where it is for another photo."""
    from squeezeviz.comparison import drift_between  # noqa: PLC0415 - as above

    photo, other = _photo(state, content), _photo(state, content, "other")
    drift = drift_between(state.model, state.activations_of(photo), state.activations_of(other))
    return wire.distance(request, photo, other, drift)


def _pixels(state: Answering, request: str, content: dict[str, Any]) -> Answer:
    """What is painted on when a photo is edited."""
    photo = _photo(state, content)
    return wire.pixels(request, photo, canvas_of(photo))


def _page(state: Answering, request: str, _: dict[str, Any]) -> Answer:
    """The page as one file."""
    return lambda: wire.file(request, *state.page())


def _figure(state: Answering, request: str, content: dict[str, Any]) -> Answer:
    """One view of a photo as a figure for print."""
    from squeezeviz import figures  # noqa: PLC0415 - loads Matplotlib

    suffix, view = incoming.choice(content, "format", list(_MEDIA_TYPES)), incoming.text(content, "view")
    photo, model = _photo(state, content), state.model
    how = model.resolve(photo.prediction.preprocessing)
    chosen = {trait: getattr(state, trait) for trait in ("layer", "pinned", "class_map", "scale", "palette")}
    readers: dict[str, Callable[..., object]] = {
        "channel": incoming.number,
        "cell": incoming.cell,
        "class_index": partial(_class, state),
    }
    chosen |= {trait: read(content, trait) for trait, read in readers.items() if content.get(trait) is not None}
    if view == "arithmetic" and state.opened and state.opened[-1]["layer"] in model.architecture:
        chosen |= state.opened[-1]
    chosen["compared"] = [state.prepared(name) for name in state.compared if name != how.name]

    def draw() -> wire.Message:
        drawn = figures.of_view(view, model=model, image=photo.kept.read(), how=how, selection=chosen)
        name = f"{plain_stem(photo.kept.name)}-{view}.{suffix}"
        return wire.file(request, name, _MEDIA_TYPES[suffix], figures.as_bytes(drawn, cast("Format", suffix)))

    return draw


def _across(state: Answering, request: str, content: dict[str, Any]) -> Answer:
    return across.channel(request, state.atlas, state.model, content)


def _firing(state: Answering, request: str, content: dict[str, Any]) -> Answer:
    return across.firing(request, state.atlas, state.model, content)


QUESTIONS: dict[str, Callable[[Answering, str, dict[str, Any]], Answer]] = {
    "tensor": _tensor,
    "variants": _variants,
    "variant": _variant,
    "kernels": _kernels,
    "open": _calculation,
    "evidence": _evidence,
    "local": _local,
    "spectrum": _spectrum,
    "weights": _weights,
    "distance": _distance,
    "pixels": _pixels,
    "across": _across,
    "firing": _firing,
    "page": _page,
    "figure": _figure,
}
