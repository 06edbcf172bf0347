"""What a page may ask about a photo, and the answers: one function a kind of message, none of which changes anything.

Each takes the state and the question, runs under the state's lock, and returns the answer; what takes long returns the
work instead, to be done without the lock; what takes seconds, to be done on a thread of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from squeezeviz.errors import ImageError, PreprocessingError
from squeezeviz.explorer import across, incoming, messages, protocol, replies
from squeezeviz.explorer.costs import cost
from squeezeviz.explorer.editing import canvas_of
from squeezeviz.explorer.judging import pointing, target_of
from squeezeviz.explorer.long_work import Aside
from squeezeviz.explorer.losses import integers, loss_tensor
from squeezeviz.explorer.models.two_models import second_tensor, two_models
from squeezeviz.explorer.page_engine import engine_message
from squeezeviz.explorer.precisions import precision
from squeezeviz.explorer.second_part import SECOND_PART
from squeezeviz.files import plain_stem

if TYPE_CHECKING:
    from squeezeviz.evidence.attribution.attribution import Attribution
    from squeezeviz.explorer.answering import Answering
    from squeezeviz.explorer.watched import OnProgress

__all__ = ["QUESTIONS", "Answer"]

Answer = protocol.Message | Aside | Callable[[], protocol.Message]
_MEDIA_TYPES = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}


def _tensor(state: Answering, asked: protocol.TensorRequest) -> Answer:
    """A layer's activation under the preprocessing in use, or under another."""
    start = time.perf_counter()
    try:
        photo = state.photo_called(asked.photo)
    except ImageError:
        return protocol.GoneMessage(id=asked.id)
    if asked.preset is not None:
        how = state.preprocessing_called(asked.preset, asked.preprocessing)
        values = state.asked.activations(photo.image, asked.layer, preprocessing=how)[asked.layer]
    else:
        values = state.activations_of(photo)[asked.layer]
    return messages.tensor(asked.id, photo, asked.layer, values, start=start, preset_key=asked.preset_key)


def _variants(state: Answering, asked: protocol.VariantsRequest) -> Answer:
    """The top 1 in several preprocessings."""
    try:
        photo = state.photo_called(asked.photo)
    except ImageError:
        return protocol.GoneMessage(id=asked.id)
    answers = []
    for name in dict.fromkeys(state.compared if asked.presets is None else asked.presets):
        with suppress(PreprocessingError):  # too small a photo, for one; side by side it says so
            if name != state.preset:
                answers.append(state.asked.predict(photo.image, state.preprocessing_called(name, asked.preprocessing)))
    return replies.variants(asked.id, photo, [photo.prediction, *answers])


def _variant(state: Answering, asked: protocol.VariantRequest) -> Answer:
    """What the network makes of a photo in another preprocessing."""
    from squeezeviz.evidence.comparison import compare_with  # noqa: PLC0415 - only when it is asked for

    photo, how = state.photo_called(asked.photo), state.preprocessing_called(asked.preset, asked.preprocessing)
    other = compare_with(state.asked, photo.image, how, state.activations_of(photo))
    is_sigmoid = state.asked.architecture.is_independent
    return replies.variant(asked.id, photo, other, asked.preset_key, is_sigmoid=is_sigmoid)


def _kernels(state: Answering, asked: protocol.KernelsRequest) -> Answer:
    """A preprocessing as kernels of the first layer."""
    from squeezeviz.evidence.effective_kernels import effective_kernels  # noqa: PLC0415 - as above

    photo, how = state.photo_called(asked.photo), state.preprocessing_called(asked.preset, asked.preprocessing)
    return replies.kernels(asked.id, photo, effective_kernels(state.model, photo.image, how), asked.preset_key)


def _calculation(state: Answering, asked: protocol.CalculationRequest) -> Answer:
    """What one number is made of."""
    from squeezeviz.evidence.ending import opened_number  # noqa: PLC0415 - only when it is asked for

    photo = state.photo_called(asked.photo)
    made = opened_number(state.arithmetic_of(photo), asked.layer, asked.channel, asked.cell)
    return replies.calculation(asked.id, photo, made, asked.count)


def _class(state: Answering, index: int, what: str = "class_index") -> int:
    return incoming.below(what, index, len(state.model.labels))


def _two_classes(state: Answering, asked: protocol.EvidenceRequest) -> tuple[int, int | None]:
    """The class that is asked about, and the contrast class, if any."""
    return _class(state, asked.class_index), None if asked.contrast_class is None else _class(
        state, asked.contrast_class, "contrast_class"
    )


def _evidence(state: Answering, asked: protocol.EvidenceRequest) -> Answer:
    """Why a class has its logit, and what decides between it and a contrast class."""
    from squeezeviz.evidence import contrast, decompose_logit, softmax_analysis  # noqa: PLC0415 - only when it is asked for

    source, (index, contrast_class) = state.arithmetic_of(state.photo_called(asked.photo)), _two_classes(state, asked)
    against = None if contrast_class is None else contrast(source, index, contrast_class)
    cost = None if source.architecture.is_independent else softmax_analysis(source, index)
    return replies.evidence(asked.id, decompose_logit(source, index), cost, against)


def _receptive_field(state: Answering, asked: protocol.ReceptiveFieldRequest) -> Answer:
    """How far the network looked for a class: a second or two, which the page does not wait for."""
    from squeezeviz.evidence import contributions_by_receptive_field  # noqa: PLC0415 - as above

    source, (index, contrast_class) = state.arithmetic_of(state.photo_called(asked.photo)), _two_classes(state, asked)
    return Aside(
        lambda _: replies.receptive_field(asked.id, contributions_by_receptive_field(source, index, contrast_class))
    )


def _per_location(state: Answering, asked: protocol.PerLocationRequest) -> Answer:
    """What each cell alone would have answered."""
    from squeezeviz.evidence import predictions_per_location  # noqa: PLC0415 - as above

    return replies.per_location(
        asked.id, predictions_per_location(state.arithmetic_of(state.photo_called(asked.photo)))
    )


def _attribution(state: Answering, asked: protocol.AttributionRequest) -> Answer:
    """How much each pixel, or each cell of a layer, has to do with a number: up to seconds, with nothing ablated."""
    from squeezeviz.evidence.attribution.methods import attribute, method_called  # noqa: PLC0415 - as above
    from squeezeviz.evidence.target import Target  # noqa: PLC0415 - as above

    photo, model, method = state.photo_called(asked.photo), state.model, method_called(asked.method)
    how = model.resolve(photo.prediction.preprocessing)
    is_value = asked.class_index is None
    known: dict[str, Attribution] = {}
    target = Target.cell(asked.layer, asked.channel, *asked.cell)
    over = {"layer": asked.over} if asked.over is not None and "layer" in method.options else {}
    if not is_value:
        target, found = target_of(state, asked)
        known = {} if over else found.attributions

    def work(on_progress: OnProgress | None = None) -> protocol.Message:
        made = known.get(asked.method) or attribute(
            model, photo.image, asked.method, target, preprocessing=how, on_progress=on_progress, **over
        )
        known[asked.method] = made
        return replies.attribution(asked.id, made, method, is_reduced=is_value)

    return work if is_value else Aside(work)  # a value's, which follows the pointer, is there at once


def _class_weights(state: Answering, asked: protocol.ClassWeightsRequest) -> Answer:
    """What a class's map weighs features with."""
    from squeezeviz.evidence.ending import class_maps  # noqa: PLC0415 - as above

    model = state.model
    return replies.class_weights(asked.id, class_maps(model.architecture, model.name), _class(state, asked.class_index))


def _weights(state: Answering, asked: protocol.WeightsRequest) -> Answer:
    """A convolution's kernels."""
    return replies.weights(asked.id, state.model.name, asked.layer, *state.model.kernels(asked.layer))


def _distance(state: Answering, asked: protocol.DistanceRequest) -> Answer:
    """How far each layer is from where it is for another photo."""
    from squeezeviz.evidence.comparison import drift_between  # noqa: PLC0415 - as above

    photo, other = state.photo_called(asked.photo), state.photo_called(asked.other)
    drift = drift_between(state.model, state.activations_of(photo), state.activations_of(other))
    return replies.distance(asked.id, photo, other, drift)


def _pixels(state: Answering, asked: protocol.PixelsRequest) -> Answer:
    """What is painted on when a photo is edited."""
    photo = state.photo_called(asked.photo)
    return replies.pixels(asked.id, photo, canvas_of(photo))


def _engine(state: Answering, asked: protocol.EngineRequest) -> Answer:
    """What the page computes frames with."""
    model, presets = state.model, state.offered

    def make() -> protocol.Message:
        return engine_message(asked.id, model, presets, known=asked.known, has_program=asked.wanted == "network")

    return make


def _second_part(_: Answering, asked: protocol.SecondPartRequest) -> Answer:
    """The page's second part."""
    return protocol.SecondPartMessage(id=asked.id, program=SECOND_PART)


def _page(state: Answering, asked: protocol.PageRequest) -> Answer:
    """The page as one file."""

    def make() -> protocol.Message:
        name, media_type, content = state.page()
        return protocol.FileMessage(id=asked.id, name=name, type=media_type, file=content)

    return make


def _figure(state: Answering, asked: protocol.FigureRequest) -> Answer:
    """One view of a photo as a figure for print."""
    from squeezeviz import figures  # noqa: PLC0415 - loads Matplotlib

    photo, model = state.photo_called(asked.photo), state.model
    how = model.resolve(photo.prediction.preprocessing)
    if asked.class_index is not None:
        _class(state, asked.class_index)
    on_show = {trait: getattr(state, trait) for trait in ("layer", "pinned", "cam", "scale", "palette")}
    named = {"channel": asked.channel, "cell": asked.cell, "class_index": asked.class_index}
    chosen: dict[str, Any] = on_show | {trait: value for trait, value in named.items() if value is not None}
    if asked.view == "arithmetic" and state.opened and state.opened[-1]["layer"] in model.architecture:
        chosen |= state.opened[-1]
    chosen["compared"] = [state.preprocessing_called(name) for name in state.compared if name != how.name]

    def draw() -> protocol.Message:
        drawn = figures.of_view(asked.view, model=model, image=photo.kept.read(), preprocessing=how, selection=chosen)
        name, media_type = f"{plain_stem(photo.kept.name)}-{asked.view}.{asked.format}", _MEDIA_TYPES[asked.format]
        return protocol.FileMessage(id=asked.id, name=name, type=media_type, file=figures.as_bytes(drawn, asked.format))

    return draw


def _across(state: Answering, asked: protocol.AcrossRequest) -> Answer:
    return across.channel(state.atlas, state.model, asked)


def _activating_channels(state: Answering, asked: protocol.ActivatingChannelsRequest) -> Answer:
    return across.activating_channels(state.atlas, state.model, asked)


def _catalog(state: Answering, asked: protocol.CatalogRequest) -> Answer:
    return state.catalogs.channel(state.model, asked)


#: By kind: each takes the request of that kind.
QUESTIONS: dict[str, Callable[[Answering, Any], Answer]] = {
    "tensor": _tensor,
    "variants": _variants,
    "variant": _variant,
    "kernels": _kernels,
    "open": _calculation,
    "evidence": _evidence,
    "attribution": _attribution,
    "pointing": pointing,
    "cost": cost,
    "precision": precision,
    "loss_tensor": loss_tensor,
    "integers": integers,
    "class_weights": _class_weights,
    "per_location": _per_location,
    "receptive_field": _receptive_field,
    "weights": _weights,
    "distance": _distance,
    "two_models": two_models,
    "second_tensor": second_tensor,
    "pixels": _pixels,
    "across": _across,
    "activating_channels": _activating_channels,
    "catalog": _catalog,
    "engine": _engine,
    "second_part": _second_part,
    "page": _page,
    "figure": _figure,
}
