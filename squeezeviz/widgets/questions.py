"""What a page may ask about a photo, and the answers: one function a kind of message, none of which changes anything.

Each takes the state, the request's id and the question, runs under the state's lock, and returns the answer; what takes
long returns the work instead, to be done without the lock; what takes seconds, to be done on a thread of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from squeezeviz.errors import ImageError, PreprocessingError
from squeezeviz.files import plain_stem
from squeezeviz.widgets import across, wire
from squeezeviz.widgets.editing import canvas_of
from squeezeviz.widgets.long_work import Aside

if TYPE_CHECKING:
    from squeezeviz.widgets.state import State

__all__ = ["QUESTIONS", "Answer"]

Answer = wire.Message | Aside | Callable[[], wire.Message]
_MEDIA_TYPES = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}


def _tensor(state: State, request: str, content: dict[str, Any]) -> Answer:
    """A layer's activation under the preparation in use, or under another, named ``preset``."""
    start, layer = time.perf_counter(), str(content["layer"])
    try:
        photo = state.photo_called(content["photo"])
    except ImageError:
        return wire.gone(request)
    if "preset" in content:
        how = state.prepared(str(content["preset"]), content.get("how"))
        values = state.asked.activations(photo.image, layer, preprocessing=how)[layer]
    else:
        values = state.activations_of(photo)[layer]
    return wire.tensor(request, photo, layer, values, start=start, prepared=str(content.get("prepared", "")))


def _variants(state: State, request: str, content: dict[str, Any]) -> Answer:
    """The top 1 in several preparations."""
    try:
        photo = state.photo_called(content["photo"])
    except ImageError:
        return wire.gone(request)
    answers = []
    for name in content.get("presets", state.compared):
        with suppress(PreprocessingError):  # too small a photo, for one; side by side it says so
            if name != state.preset:
                answers.append(state.asked.predict(photo.image, state.prepared(str(name), content.get("how"))))
    return wire.variants(request, photo, [photo.prediction, *answers])


def _variant(state: State, request: str, content: dict[str, Any]) -> Answer:
    """What the network makes of a photo in another preparation."""
    from squeezeviz.comparison import compare_with  # noqa: PLC0415 - only when it is asked for

    photo = state.photo_called(content["photo"])
    how = state.prepared(str(content["preset"]), content.get("how"))
    other = compare_with(state.asked, photo.image, how, state.activations_of(photo))
    return wire.variant(request, photo, other, str(content["prepared"]))


def _kernels(state: State, request: str, content: dict[str, Any]) -> Answer:
    """A preparation as kernels of the first layer."""
    from squeezeviz.folding import effective_kernels  # noqa: PLC0415 - as above

    photo = state.photo_called(content["photo"])
    how = state.prepared(str(content["preset"]), content.get("how"))
    return wire.kernels(request, photo, effective_kernels(state.model, photo.image, how), str(content["prepared"]))


def _calculation(state: State, request: str, content: dict[str, Any]) -> Answer:
    """What one number is made of."""
    photo = state.photo_called(content["photo"])
    y, x = content["cell"]
    made = state.arithmetic_of(photo).of(str(content["layer"]), int(content["channel"]), (int(y), int(x)))
    return wire.calculation(request, photo, made, int(content["count"]))


def _evidence(state: State, request: str, content: dict[str, Any]) -> Answer:
    """Why a class has its logit, and what decides between it and a rival."""
    from squeezeviz.evidence import duel, ledger, softmax_budget  # noqa: PLC0415 - only when it is asked for

    source = state.arithmetic_of(state.photo_called(content["photo"]))
    index, rival = int(content["class_index"]), content.get("rival")
    against = None if rival is None else duel(source, index, int(rival))
    return wire.evidence(request, ledger(source, index), softmax_budget(source, index), against)


def _spectrum(state: State, request: str, content: dict[str, Any]) -> Answer:
    """How far the network looked for a class: a second or two, which the page does not wait for."""
    from squeezeviz.evidence import spectrum  # noqa: PLC0415 - as above

    source = state.arithmetic_of(state.photo_called(content["photo"]))
    index, rival = int(content["class_index"]), content.get("rival")
    return Aside(lambda: wire.spectrum(request, spectrum(source, index, None if rival is None else int(rival))))


def _local(state: State, request: str, content: dict[str, Any]) -> Answer:
    """What each cell alone would have answered."""
    from squeezeviz.evidence import local_answers  # noqa: PLC0415 - as above

    return wire.local(request, local_answers(state.arithmetic_of(state.photo_called(content["photo"]))))


def _weights(state: State, request: str, content: dict[str, Any]) -> Answer:
    """A convolution's kernels."""
    layer = str(content["layer"])
    return wire.weights(request, state.model.name, layer, *state.model.kernels(layer))


def _distance(state: State, request: str, content: dict[str, Any]) -> Answer:
    """How far each layer is from where it is for another photo."""
    from squeezeviz.comparison import drift_between  # noqa: PLC0415 - as above

    photo, other = state.photo_called(content["photo"]), state.photo_called(content["other"])
    drift = drift_between(state.model, state.activations_of(photo), state.activations_of(other))
    return wire.distance(request, photo, other, drift)


def _pixels(state: State, request: str, content: dict[str, Any]) -> Answer:
    """What is painted on when a photo is edited."""
    photo = state.photo_called(content["photo"])
    return wire.pixels(request, photo, canvas_of(photo))


def _page(state: State, request: str, _: dict[str, Any]) -> Answer:
    """The page as one file."""
    return lambda: wire.file(request, *state.page())


def _figure(state: State, request: str, content: dict[str, Any]) -> Answer:
    """One view of a photo as a figure for print."""
    from squeezeviz import figures  # noqa: PLC0415 - loads Matplotlib

    view, suffix = content["view"], content["format"]
    photo, model = state.photo_called(content["photo"]), state.model
    how = model.resolve(photo.prediction.preprocessing)
    chosen = {trait: getattr(state, trait) for trait in ("layer", "pinned", "class_map", "scale", "palette")}
    chosen |= {trait: content[trait] for trait in ("channel", "cell", "class_index")}
    if view == "arithmetic" and state.opened and state.opened[-1]["layer"] in model.architecture:
        chosen |= state.opened[-1]
    chosen["compared"] = [state.prepared(name) for name in state.compared if name != how.name]

    def draw() -> wire.Message:
        drawn = figures.of_view(view, model=model, image=photo.image, how=how, selection=chosen)
        name = f"{plain_stem(photo.image.name)}-{view}.{suffix}"
        return wire.file(request, name, _MEDIA_TYPES[suffix], figures.as_bytes(drawn, suffix))

    return draw


def _across(state: State, request: str, content: dict[str, Any]) -> Answer:
    return across.channel(request, state.atlas, state.model, content)


def _firing(state: State, request: str, content: dict[str, Any]) -> Answer:
    return across.firing(request, state.atlas, state.model, content)


QUESTIONS: dict[str, Callable[[State, str, dict[str, Any]], Answer]] = {
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
