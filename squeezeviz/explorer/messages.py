"""What a page is told of what there is: what is offered, which model answers, photos and what layers see of them."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.errors import LayerError
from squeezeviz.explorer.encoding import as_float32, as_halves, as_steps, square_jpeg
from squeezeviz.explorer.kept import kept_sample
from squeezeviz.explorer.limits import MOST_BYTES
from squeezeviz.explorer.protocol.numbers import Maps, TensorMessage
from squeezeviz.explorer.protocol.offers import (
    Assumed,
    AtlasAbout,
    Block,
    ClassMaps,
    Fallback,
    Label,
    Layer,
    ModelMessage,
    OfferedModel,
    OfferedSample,
    Preset,
    Said,
    SettingMessage,
)
from squeezeviz.explorer.protocol.photos import FailedMessage, FrameMessage, PhotoMessage, Times

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from squeezeviz.explorer.photos import Photo, Taken
    from squeezeviz.explorer.protocol import Message
    from squeezeviz.image.gallery import Sample
    from squeezeviz.network.architecture import Architecture
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.model import Model

__all__ = ["ABILITIES", "OWN_ABILITIES", "UNEXPECTED", "frame", "maps", "model", "photo", "setting", "tensor", "worded"]

#: What a kernel can do for a page.
ABILITIES = (
    *("upload", "forget", "models", "side-by-side", "two-models", "page", "atlas", "catalog", "tell", "diagnose"),
    *("cost", "precision"),
    *("figure", "all-figures", "ablation", "why", "attribute", "what-if", "edit", "grow"),
)
#: What it can do besides for whoever may use the machine that it runs on: not for visitors of an app.
OWN_ABILITIES = ("folders",)
UNEXPECTED = "something went wrong in squeezeviz; the log has the details"


def worded(message: Message, rewrite: Callable[[str], str]) -> Message:
    """Return a message with its errors, and what stands beside them, in words that a page may show."""
    if isinstance(message, FailedMessage):
        return replace(message, message=rewrite(message.message))
    if not isinstance(message, ModelMessage):
        return message
    error, stands_in = message.error, message.fallback
    return replace(
        message,
        error=error and rewrite(error),
        fallback=stands_in and Fallback(rewrite(stands_in.headline), rewrite(stands_in.details)),
    )


def setting(
    request: str,
    presets: Mapping[str, Preprocessing],
    models: Sequence[OfferedModel],
    samples: Sequence[Sample],
    *,
    abilities: Sequence[str] = ABILITIES,
    atlas: AtlasAbout | None = None,
    model_limit_bytes: int = 0,
) -> SettingMessage:
    """What the kernel offers: preprocessings, models with what they know, and a small picture of each sample.

    Views show only what is among the abilities: a page that was sent as one file has no kernel to ask.
    """
    return SettingMessage(
        id=request,
        presets=tuple(Preset(name, how.describe(), how.origin, how.to_dict()) for name, how in presets.items()),
        models=tuple(models),
        samples=tuple(OfferedSample(s.name, s.title, s.credit, s.is_drawn) for s in samples),
        limit_bytes=MOST_BYTES,
        model_limit_bytes=model_limit_bytes,
        # Where no model may be brought, none is asked for.
        abilities=(*abilities, *(["open-model"] if model_limit_bytes else [])),
        atlas=atlas,
        pictures={sample.name: _sample_jpeg(sample) for sample in samples},
    )


def model(request: str, answering: Model | None, error: str | None = None, *, said: Said | None = None) -> ModelMessage:
    """Which model answers, what it is made of and what it knows, and whether it stands in for another.

    With an error: why the one asked for does not answer; what is said of the model is then of the one before, if any.
    """
    if answering is None:
        return ModelMessage(id=request, error=error)
    from squeezeviz.evidence.after_activation import bottlenecks  # noqa: PLC0415 - only when a model answers

    stands_in, arch = answering.fallback, answering.architecture
    return ModelMessage(
        id=request,
        error=error,
        name=answering.name,
        label_space=answering.label_space,
        is_drawn=bool(answering.entry and answering.entry.is_drawn),
        preprocessing=answering.preprocessing.name,
        fallback=Fallback(stands_in.headline, f"{stands_in.remedy}\nWhy: {stands_in.reason}") if stands_in else None,
        assumed=tuple(Assumed(each.about, each.words, each.remedy) for each in answering.assumptions),
        said=said,
        notes=tuple(note for note in answering.notes if note not in answering.assumed),
        input=arch.input_shape,
        layers=_layers(arch),
        blocks=tuple(Block(**block.to_dict()) for block in arch.blocks),
        logits=arch.logits_name,
        logit_words=arch.logit_words,
        labels=tuple(Label(label.label, label.wnid, tuple(label.also)) for label in answering.labels),
        bottlenecks=tuple(bottlenecks(arch)),
        **_class_maps(arch, answering.name),
    )


def _class_maps(arch: Architecture, name: str) -> dict[str, Any]:
    """The maps whose means are the logits, or why there are none: fields of `ModelMessage`."""
    from squeezeviz.evidence.ending import class_maps  # noqa: PLC0415 - only when a model answers

    try:
        found = class_maps(arch, name)
    except LayerError as exc:
        return {"no_class_maps": str(exc)}
    return {"class_maps": ClassMaps(found.name, found.layer.name, found.is_weighted, found.is_decomposed)}


def photo(shown: Photo, answering: Model) -> PhotoMessage:
    """One answered photo: every logit, the photo scaled down, and the input tensor mapped back to a picture.

    The layer table is sent along where the input is of another size than the model's own: the maps are then, too.
    """
    how = shown.prediction.preprocessing
    if how is None:
        raise ValueError("a prediction made from a tensor has no photo to show")
    return PhotoMessage(
        id=shown.id, original=shown.display, seen=shown.seen(answering), **_answer(shown, answering, how)
    )


def frame(
    request: str, shown: Photo, answering: Model, layers: Sequence[str], *, start: float, is_passing: bool
) -> FrameMessage:
    """One answered frame, of the camera or of a photo that is painted on: all that the page draws of it.

    Maps of a frame that passes have values in steps, see `as_steps`: half the bytes, and so more frames a second.

    Args:
        request: What this answers.
        shown: The frame, with its activations.
        answering: The model.
        layers: Names of the layers that the page looks at.
        start: When the work on it began, by ``time.perf_counter``.
        is_passing: Whether the next one takes its place in a moment, as the camera's does.
    """
    how, activations = shown.prediction.preprocessing, shown.activations
    if how is None or activations is None:
        raise ValueError("a frame is told of while its activations are here")
    told = [maps(layer, activations[layer], is_passing=is_passing) for layer in layers if layer in activations]
    seen = answering.seen(shown.image, how)
    answer = _answer(shown, answering, how)
    return FrameMessage(
        id=request,
        photo=shown.id,
        kernel_ms=(time.perf_counter() - start) * 1e3,
        seen_size=(seen.shape[1], seen.shape[0]),
        tensors=tuple(about for about, _, _ in told),
        seen=seen.tobytes(),
        values={about.layer: values for about, values, _ in told},
        statistics={about.layer: statistics for about, _, statistics in told},
        **answer,
    )


def _answer(shown: Photo, answering: Model, how: Preprocessing) -> dict[str, Any]:
    """What is said of every answered photo, besides its pictures: the fields of `AnswerMessage`, and the logits."""
    image, prediction = shown.taken, shown.prediction
    arch = answering.architecture_at(*how.input_px)
    return {
        "name": image.name,
        "model": prediction.model_id,
        "preset": how.name,
        "size": (image.width, image.height),
        "visible": _visible(how, image),
        "input": arch.input_shape,
        "layers": None if arch is answering.architecture else _layers(arch),
        "preprocessing_words": how.describe(),
        "notes": image.notes,
        "caution": prediction.caution,
        "rms_activation": shown.rms_activation,
        "times": Times(shown.decode_ms, prediction.preprocess_ms, prediction.run_ms),
        "is_sigmoid": arch.is_independent,
        "logits": as_float32(prediction.logits),
    }


def tensor(
    request: str, shown: Photo, layer: str, values: NDArray[np.float32], *, start: float, preset_key: str = ""
) -> TensorMessage:
    """One layer's activation of one photo, in half precision; its statistics are computed in full precision.

    Args:
        request: What this answers, or empty.
        shown: The photo.
        layer: Its name.
        values: float32 (C, H, W), or (N,).
        start: When the work on it began, by ``time.perf_counter``.
        preset_key: What the page calls the preprocessing; by default the one in use.
    """
    about, encoded, statistics = maps(layer, values)
    return TensorMessage(
        id=request,
        photo=shown.id,
        model=shown.prediction.model_id,
        preset=preset_key or (shown.prediction.preprocessing.name if shown.prediction.preprocessing else ""),
        layer=about.layer,
        shape=about.shape,
        encoding=about.encoding,
        scale=about.scale,
        kernel_ms=(time.perf_counter() - start) * 1e3,
        values=encoded,
        statistics=statistics,
    )


def maps(layer: str, values: NDArray[np.float32], *, is_passing: bool = False) -> tuple[Maps, bytes, bytes]:
    """A layer's activation as `tensor` and `frame` send it: what is said of it, its values, and their statistics."""
    height, width = values.shape[1:] or (1, 1)
    shape = (len(values), height, width)
    flat = values.reshape(len(values), -1)
    maxima = flat.max(axis=1)
    zero = (flat.shape[1] - np.count_nonzero(flat, axis=1)) / flat.shape[1]
    with np.errstate(invalid="ignore"):  # infinity less infinity: what a network overflows to is shown as it is
        means = flat.mean(axis=1, dtype=np.float64)
    statistics = as_float32(np.stack([maxima, means, zero]))
    if is_passing and flat.min(initial=0) >= 0 and maxima.max(initial=0) < np.inf:
        return Maps(layer, shape, "steps"), as_steps(flat, maxima).tobytes(), statistics
    halves, scale = as_halves(values)
    return Maps(layer, shape, "float16", scale), halves.tobytes(), statistics


def _layers(arch: Architecture) -> tuple[Layer, ...]:
    return tuple(Layer(**layer.to_dict()) for layer in arch)


def _visible(how: Preprocessing, image: Taken) -> tuple[float, ...]:
    """What the network sees of a photo: left, top, right, bottom as shares of it; beyond 0 and 1 lies padding."""
    visible = how.geometry(image.width, image.height).visible
    return tuple(side / full for side, full in zip(visible, 2 * (image.width, image.height), strict=True))


@cache
def _sample_jpeg(sample: Sample) -> bytes:
    return square_jpeg(kept_sample(sample).read().picture)
