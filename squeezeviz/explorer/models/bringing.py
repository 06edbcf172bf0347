"""Models that a page has brought, or brought another day: read beside the page, and let answer if they can."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.errors import ModelError, spoken
from squeezeviz.explorer.limits import LARGE_MODEL_BYTES
from squeezeviz.explorer.models.arrivals import Arrival
from squeezeviz.explorer.models.folder import model_folder
from squeezeviz.zoo.received import drop

if TYPE_CHECKING:
    from collections.abc import Callable

    from squeezeviz.explorer.exploration import Exploration
    from squeezeviz.explorer.protocol.models import ModelPieceRequest
    from squeezeviz.runtime.model import Model
    from squeezeviz.zoo.received import Received

__all__ = ["bring", "choose", "take_piece"]


def take_piece(state: Exploration, asked: ModelPieceRequest) -> bool:
    """Take a piece of a model; say whether anybody waits for it."""
    try:
        return state.arrivals.take(asked)
    except ModelError as exc:
        state.tell_model(asked.id, partial(_raise, exc))
        return True


def choose(state: Exploration, request: str, name: str) -> None:
    """Let another model answer, one of those on offer; what takes its time is read beside the page."""
    state.arrivals.clear()
    recent = state.offers.recent.get(name)
    if recent is not None:
        state.arrivals.begin(Arrival(request), partial(bring, state, kept=lambda: (recent, False)))
    elif state.offers.size_bytes(name) > LARGE_MODEL_BYTES:
        state.arrivals.begin(Arrival(request), partial(_load_again, state, name))
    else:
        state.tell_model(request, lambda: state.turn_to(state.offers.model(name)))


def bring(state: Exploration, arrival: Arrival, kept: Callable[[], tuple[Received, bool]]) -> None:
    """Read a model that a page has brought, and let it answer; if it cannot be shown, the one before goes on.

    Args:
        state: Of the page.
        arrival: Under which id it came, and whether it is still wanted.
        kept: Returns where it is kept, and whether it is there only now.
    """

    def obtain() -> None:
        received, is_new = kept()
        folder = model_folder()
        try:
            model, load = _loaded(state, received)
        except BaseException:
            if is_new:
                drop(folder.path, received)
            raise
        if model.entry is not None:  # it is there already
            drop(folder.path, received)
        received.use()
        folder.trim()
        with state.guard:
            if not arrival.left.is_set():
                state.offers.give(model, load, received.sha256)
                _turn_to(state, arrival, model)

    state.tell_model(arrival.request, obtain, unless=arrival.is_over)


def _loaded(state: Exploration, received: Received) -> tuple[Model, Callable[[], Model]]:
    from squeezeviz.runtime.loading import load_received  # noqa: PLC0415 - loads ONNX Runtime

    name = state.offers.free_name(received.name, received.sha256)
    load = partial(load_received, received, name=name)
    model = load()
    _check_shown(model)
    _try_out(model)
    return model, load


def _load_again(state: Exploration, name: str, arrival: Arrival) -> None:
    def obtain() -> None:
        model = state.offers.model(name)
        _try_out(model)
        with state.guard:
            if not arrival.left.is_set():
                _turn_to(state, arrival, model)

    state.tell_model(arrival.request, obtain, unless=arrival.is_over)


def _turn_to(state: Exploration, arrival: Arrival, model: Model) -> None:
    arrival.has_answered = True  # and is told so in one message: a large network's takes its time
    state.turn_to(model, is_new=True, request=arrival.request)


def _check_shown(model: Model) -> None:
    """See that a model is what a page is for.

    Raises:
        ModelError: It does not tell classes apart, or has no feature maps.
    """
    arch, name = model.architecture, spoken(model.name)
    if math.prod(arch.output_shape[1:]) != 1:
        raise ModelError(
            f"{name}: is no classifier: its answer {spoken(arch.output_name)} is of the shape {arch.output_shape}, as "
            "of a network that finds or outlines things; expected one number a class"
        )
    if not any("Conv" in layer.op.node.op_type for layer in arch):
        raise ModelError(f"{name}: is no CNN: it has no convolution, and so no feature maps to show")


def _try_out(model: Model) -> None:
    """Run a model once: what it takes to be ready is made here, while the page goes on, and if it fails, it fails here.

    Raises:
        ModelError: It cannot be run.
    """
    model.activations_of_tensor(np.zeros((1, *model.architecture.input_shape), np.float32))


def _raise(error: ModelError) -> None:
    raise error
