"""What crosses the wire to the page; ``frontend/types.js`` declares the same shapes."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.widgets.limits import MOST_BYTES
from squeezeviz.widgets.pictures import png, sample_jpeg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from squeezeviz.comparison import LayerDrift, Variant
    from squeezeviz.evidence import Budget, Calculation, Duel, Ledger, LocalAnswers, Spectrum
    from squeezeviz.folding import EffectiveKernels
    from squeezeviz.gallery import Sample
    from squeezeviz.image import Image
    from squeezeviz.model import Model
    from squeezeviz.prediction import Prediction
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.widgets.photos import Photo, Taken

__all__ = [
    "ABILITIES",
    "UNEXPECTED",
    "Message",
    "as_halves",
    "as_steps",
    "calculation",
    "distance",
    "evidence",
    "failed",
    "file",
    "forgotten",
    "frame",
    "gone",
    "kernels",
    "local",
    "model",
    "photo",
    "pixels",
    "setting",
    "spectrum",
    "tensor",
    "variant",
    "variants",
    "weights",
    "worded",
    "working",
]

_CHANNELS = 10
#: What a kernel can do for a page.
ABILITIES = (
    *("upload", "forget", "models", "side-by-side", "page", "figure"),
    *("off", "why", "what-if", "edit", "atlas"),
)
UNEXPECTED = "something went wrong in squeezeviz; the log has the details"


@dataclass(frozen=True)
class Message:
    """One message: JSON-able content, and pictures as raw bytes behind it."""

    content: dict[str, Any]
    buffers: tuple[bytes, ...] = ()


def worded(message: Message, rewrite: Callable[[str], str]) -> Message:
    """Return a message with its errors, and what stands beside them, in words that a page may show."""
    content = message.content
    if content.get("kind") == "failed":
        return replace(message, content={**content, "message": rewrite(content["message"])})
    if content.get("kind") != "model":
        return message
    error, stands_in = content.get("error"), content.get("fallback")
    said = {**content, "error": error and rewrite(error)}
    if stands_in:
        said["fallback"] = {part: rewrite(words) for part, words in stands_in.items()}
    return replace(message, content=said)


def setting(
    request: str,
    presets: Mapping[str, Preprocessing],
    models: Mapping[str, str],
    samples: Sequence[Sample],
    *,
    abilities: Sequence[str] = ABILITIES,
    atlas: Mapping[str, Any] | None = None,
) -> Message:
    """What the kernel offers: preprocessings, models with what they know, and a small picture of each sample.

    Views show only what is among the abilities: a page that was sent as one file has no kernel to ask.
    """
    content = {
        "kind": "setting",
        "id": request,
        "presets": [
            {"name": name, "words": how.describe(), "origin": how.origin, "how": how.to_dict()}
            for name, how in presets.items()
        ],
        "models": [{"name": name, "world": world} for name, world in models.items()],
        "samples": [{"name": s.name, "title": s.title, "credit": s.credit, "is_drawn": s.is_drawn} for s in samples],
        "limit_bytes": MOST_BYTES,
        "abilities": list(abilities),
        "atlas": atlas,
    }
    return Message(content, tuple(map(sample_jpeg, samples)))


def model(request: str, answering: Model | None, error: str | None = None) -> Message:
    """Which model answers, what it is made of and what it knows, and whether it stands in for another.

    With an error: why the one asked for does not answer; what is said of the model is then of the one before, if any.
    """
    content: dict[str, Any] = {"kind": "model", "id": request, "error": error, "name": ""}
    if answering is None:
        return Message(content)
    stands_in, arch = answering.fallback, answering.architecture
    content |= {
        "name": answering.name,
        "world": answering.world,
        "is_drawn": bool(answering.entry and answering.entry.is_drawn),
        "preprocessing": answering.preprocessing.name,
        "fallback": {"headline": stands_in.headline, "details": f"{stands_in.remedy}\nWhy: {stands_in.reason}"}
        if stands_in
        else None,
        "input": list(arch.input_shape),
        "layers": [layer.to_dict() for layer in arch],
        "logits": arch.logits_name,
        "labels": [{"label": label.label, "wnid": label.wnid, "also": list(label.also)} for label in answering.labels],
    }
    return Message(content)


def photo(shown: Photo, answering: Model) -> Message:
    """One answered photo: every logit, the photo scaled down, and the input tensor mapped back to a picture.

    The layer table is sent along where the input is of another size than the model's own: the maps are then, too.

    Buffers: the photo (JPEG), what the network sees of it (PNG), the logits (float32, little-endian).
    """
    prediction = shown.prediction
    how = prediction.preprocessing
    if how is None:
        raise ValueError("a prediction made from a tensor has no photo to show")
    logits = prediction.logits.astype("<f4").tobytes()
    return Message(_answer(shown, answering, how), (shown.display, shown.seen(answering), logits))


def frame(
    request: str, shown: Photo, answering: Model, layers: Sequence[str], *, start: float, is_passing: bool
) -> Message:
    """One answered frame, of the camera or of a photo that is painted on: all that the page draws of it.

    Buffers: the logits (float32, little-endian); what the network sees of it, uint8 (H, W, 3), RGB; then two for each
    layer, as `tensor` has them. Those of a frame that passes have values in steps of 1/255 of their channel's maximum,
    uint8 (C, H, W), see `as_steps`: half the bytes, and so more frames a second. The page has the frame itself: it sent
    it.

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
    maps = [_maps(layer, activations[layer], is_passing=is_passing) for layer in layers if layer in activations]
    seen = answering.seen(shown.image, how)
    logits = shown.prediction.logits.astype("<f4").tobytes()
    content = _answer(shown, answering, how) | {
        "kind": "frame",
        "id": request,
        "photo": shown.id,
        "kernel_ms": (time.perf_counter() - start) * 1e3,
        "seen": [seen.shape[1], seen.shape[0]],
        "tensors": [about for about, _ in maps],
    }
    buffers = (logits, seen.tobytes(), *(buffer for _, pair in maps for buffer in pair))
    return Message(content, buffers)


def _answer(shown: Photo, answering: Model, how: Preprocessing) -> dict[str, Any]:
    """What is said of every answered photo, besides its pictures and logits."""
    image, prediction = shown.taken, shown.prediction
    arch = answering.architecture_at(how.crop_px, how.crop_px)
    return {
        "kind": "photo",
        "id": shown.id,
        "name": image.name,
        "model": prediction.model_id,
        "preset": how.name,
        "size": [image.width, image.height],
        "visible": _visible(how, image),
        "input": list(arch.input_shape),
        "layers": None if arch is answering.architecture else [layer.to_dict() for layer in arch],
        "prepared": how.describe(),
        "notes": list(image.notes),
        "caution": prediction.caution,
        "energy": shown.energy,
        "times": {"decode": shown.decode_ms, "prepare": prediction.prepare_ms, "run": prediction.run_ms},
    }


def tensor(
    request: str, shown: Photo, layer: str, values: NDArray[np.float32], *, start: float, prepared: str = ""
) -> Message:
    """One layer's activation of one photo.

    Buffers: the values as half precision, to be multiplied by ``scale``, (C, H, W); then the channels' maxima, means
    and shares of zeros, computed in full precision, float32 (3, C). All little-endian.

    Args:
        request: What this answers, or empty.
        shown: The photo.
        layer: Its name.
        values: float32 (C, H, W), or (N,).
        start: When the work on it began, by ``time.perf_counter``.
        prepared: What the page calls the preparation; by default the one in use.
    """
    about, buffers = _maps(layer, values)
    content = {
        "kind": "tensor",
        "id": request,
        "photo": shown.id,
        "model": shown.prediction.model_id,
        "preset": prepared or (shown.prediction.preprocessing.name if shown.prediction.preprocessing else ""),
        **about,
        "kernel_ms": (time.perf_counter() - start) * 1e3,
    }
    return Message(content, buffers)


def _maps(
    layer: str, values: NDArray[np.float32], *, is_passing: bool = False
) -> tuple[dict[str, Any], tuple[bytes, bytes]]:
    """A layer's activation as `tensor` or `frame` sends it: what is said of it, and its two buffers."""
    maps = values.reshape(len(values), *(values.shape[1:] or (1, 1)))
    flat = maps.reshape(len(maps), -1)
    maxima = flat.max(axis=1)
    zero = (flat.shape[1] - np.count_nonzero(flat, axis=1)) / flat.shape[1]
    statistics = np.stack([maxima, flat.mean(axis=1, dtype=np.float64), zero]).astype("<f4").tobytes()
    about = {"layer": layer, "shape": list(maps.shape)}
    if is_passing and flat.min(initial=0) >= 0:
        return about | {"steps": True}, (as_steps(flat, maxima).tobytes(), statistics)
    halves, scale = as_halves(maps)
    return about | {"scale": scale}, (halves.tobytes(), statistics)


_NEXT_TO_NOTHING = 1e-30  # so that 255 divided by a channel's maximum is a number


def as_steps(values: NDArray[np.float32], maxima: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return values from 0 up, (C, N), in steps of 1/255 of their channel's maximum, (C,).

    Zero, and nothing else, is 0; the maximum is 255. Rounded up, and so at most a step too large.
    """
    # A hair less than 255, lest the largest be rounded up to 256.
    factors = np.divide(254.9999, maxima, out=np.zeros_like(maxima), where=maxima > _NEXT_TO_NOTHING)
    steps = values * factors[:, None]
    return np.ceil(steps, out=steps).astype(np.uint8)


def as_halves(values: NDArray[np.float32]) -> tuple[NDArray[np.float16], float]:
    """Return values in half precision, and the power of two to multiply them by.

    The relative error is at most 2⁻¹¹; the largest value never overflows, and what is above zero stays above it.

    By bits, which takes less than half of NumPy's own conversion: 2⁻¹¹² times a number has, as float32, the exponent
    that it has in half precision, subnormal ones included (F. Giesen, "Float → half conversions", 2012). What is left
    is to round 13 bits away, half to even.
    """
    least = float(values.min(initial=0))
    largest = max(float(values.max(initial=0)), -least)
    exponent = math.ceil(math.log2(largest)) - 15 if largest > 0 else 0
    bits = np.ldexp(values, -exponent - 112).astype("<f4", copy=False).view("<u4")
    signs = ((bits >> 16) & 0x8000).astype("<u2") if least < 0 else None
    if signs is not None:
        bits &= 0x7FFFFFFF
    odd = bits >> 13
    odd &= 1
    odd += 0xFFF
    bits += odd
    bits >>= 13
    halves = bits.astype("<u2")
    lost = (halves == 0) & (values != 0)
    if lost.any():
        halves[lost] = 1
    if signs is not None:
        halves |= signs
    return halves.view("<f2"), 2.0**exponent


def variants(request: str, shown: Photo, predictions: Sequence[Prediction]) -> Message:
    """What the model says of one photo prepared in several ways; the one in use comes first."""
    rows = []
    for prediction in predictions:
        best, how = prediction.top(1)[0], prediction.preprocessing
        rows.append(
            {
                "preset": how.name if how else "",
                "origin": how.origin if how else "",
                "class_index": best.class_index,
                "label": best.label,
                "probability": best.probability,
            }
        )
    first = shown.prediction
    content = {"kind": "variants", "id": request, "photo": shown.id, "model": first.model_id, "rows": rows}
    return Message(content)


def variant(request: str, shown: Photo, other: Variant, prepared: str) -> Message:
    """One photo in another preparation, compared with the one in use.

    Buffers: what the network sees (PNG), the logits (float32, little-endian).

    Args:
        request: What this answers.
        shown: The photo.
        other: What the network makes of it.
        prepared: What the page calls the preparation.
    """
    how, first = other.preprocessing, shown.prediction
    content = {
        "kind": "variant",
        "id": request,
        "photo": shown.id,
        "model": first.model_id,
        "reference": first.preprocessing.name if first.preprocessing else "",
        "prepared": prepared,
        "preset": how.name,
        "words": how.describe(),
        "origin": how.origin,
        "parting": other.parting.layer if other.parting else None,
        "drift": [[drift.layer, drift.relative_l2, drift.cosine] for drift in other.drift],
    }
    return Message(content, (png(other.seen), other.prediction.logits.astype("<f4").tobytes()))


def kernels(request: str, shown: Photo, folded: EffectiveKernels, prepared: str) -> Message:
    """The first convolution with a preparation folded in, and the proof.

    Buffer: the kernels (float32, little-endian), (out, 3, height, width), RGB.
    """
    content = {
        "kind": "kernels",
        "id": request,
        "photo": shown.id,
        "model": shown.prediction.model_id,
        "prepared": prepared,
        "layer": folded.layer,
        "shape": list(folded.kernels.shape),
        "difference": folded.difference,
        "largest": folded.largest,
    }
    return Message(content, (folded.kernels.astype("<f4").tobytes(),))


def evidence(request: str, why: Ledger, cost: Budget, against: Duel | None) -> Message:
    """Why a class has its logit; and what decides between it and another.

    Buffers: what each cell adds, float32 (H, W), in logits; then, of a duel, first less second, the same.
    """
    size = len(why.channels)
    of_the_duel: dict[str, Any] | None = None
    cells = [why.cells]
    if against is not None:
        cells.append(against.cells)
        of_the_duel = {
            "against": against.second.class_index,
            "difference": against.logit_difference,
            "residual": against.residual,
            **_adding(against),
        }
    content = {
        "class_index": why.class_index,
        "logit": why.logit,
        "residual": why.residual,
        "shape": list(why.cells.shape),
        "count": size,
        **_adding(why),
        "branches": [{"name": name, "adds": adds} for name, adds in (against or why).branches.items()],
        "budget": {
            "zero": cost.zeros,
            "count": len(cost.logits),
            "floor": cost.floor,
            "needed": {"half": cost.least(), "here": cost.needed()},
        },
        "duel": of_the_duel,
    }
    buffers = tuple(values.astype("<f4").tobytes() for values in cells)
    return Message({"kind": "evidence", "id": request, "evidence": content}, buffers)


def _adding(why: Ledger | Duel) -> dict[str, Any]:
    """What channels add: the largest, the others together, and the bias."""
    strongest = why.top_channels(_CHANNELS)
    return {
        "source": why.places.layer.inputs[0],
        "channels": [{"channel": each.channel, "adds": each.evidence} for each in strongest],
        "rest": float(why.channels.sum()) - sum(each.evidence for each in strongest),
        "bias": why.bias,
    }


def spectrum(request: str, seen: Spectrum) -> Message:
    """How much of a logit, or of the difference of two, came along paths that see so many pixels."""
    sizes = [{"size": width, "adds": float(adds)} for width, adds in zip(seen.sizes, seen.evidence, strict=True)]
    return Message({"kind": "spectrum", "id": request, "spectrum": {"sizes": sizes, "bias": seen.bias}})


def local(request: str, answers: LocalAnswers) -> Message:
    """What each cell alone would have answered.

    Buffers: its five most probable classes, uint16 (cells, 5), and their probabilities, float32 (cells, 5).
    """
    height, width = answers.label_map.shape
    tops = [answers.top(y, x, 5) for y in range(height) for x in range(width)]
    classes = np.array([[score.class_index for score in top] for top in tops], "<u2")
    shares = np.array([[score.probability for score in top] for top in tops], "<f4")
    return Message({"kind": "local", "id": request}, (classes.tobytes(), shares.tobytes()))


def distance(request: str, shown: Photo, other: Photo, drift: Sequence[LayerDrift]) -> Message:
    """How far each layer is from where it is for another photo."""
    parting = next((each.layer for each in drift if not each.agrees), None)
    content = {
        "kind": "distance",
        "id": request,
        "photo": shown.id,
        "other": other.id,
        "parting": parting,
        "drift": [[each.layer, each.relative_l2, each.cosine] for each in drift],
    }
    return Message(content)


def pixels(request: str, shown: Photo, canvas: Image) -> Message:
    """A photo's own pixels, to be painted on. Buffer: uint8 (height, width, 3), RGB, row by row."""
    taken = shown.taken
    content = {
        "kind": "pixels",
        "id": request,
        "photo": shown.id,
        "name": canvas.name,
        "size": [canvas.width, canvas.height],
        "original": [taken.width, taken.height],
    }
    return Message(content, (canvas.picture.tobytes(),))


def weights(request: str, model_id: str, layer: str, values: NDArray[np.float32], bias: NDArray[np.float32]) -> Message:
    """A convolution's kernels.

    Buffers: the kernels, float32 (out, in, height, width), and the biases, float32 (out,); little-endian.
    """
    content = {"kind": "weights", "id": request, "model": model_id, "layer": layer, "shape": list(values.shape)}
    return Message(content, (values.astype("<f4").tobytes(), bias.astype("<f4").tobytes()))


def calculation(request: str, shown: Photo, made: Calculation, count: int) -> Message:
    """How one number comes about: its largest terms, and what the others add."""
    first = shown.prediction
    content = {
        "kind": "calculation",
        "id": request,
        "photo": shown.id,
        "model": first.model_id,
        "preset": first.preprocessing.name if first.preprocessing else "",
        "calculation": {**made.to_dict(count), "count": len(made.terms)},
    }
    return Message(content)


def _visible(how: Preprocessing, image: Taken) -> list[float]:
    """What the network sees of a photo: left, top, right, bottom as shares of it; beyond 0 and 1 lies padding."""
    visible = how.geometry(image.width, image.height).visible
    return [side / full for side, full in zip(visible, 2 * (image.width, image.height), strict=True)]


def failed(request: str, name: str, message: str) -> Message:
    """A photo that could not be answered, and why."""
    return Message({"kind": "failed", "id": request, "name": name, "message": message})


def working(request: str, name: str) -> Message:
    """A piece has arrived; more are to come."""
    return Message({"kind": "working", "id": request, "name": name})


def file(request: str, name: str, media_type: str, content: bytes) -> Message:
    """A file for whoever asked, to be kept. Buffer: its content."""
    return Message({"kind": "file", "id": request, "name": name, "type": media_type}, (content,))


def gone(request: str) -> Message:
    """What was asked is of a photo that was removed meanwhile: nobody waits for it any more."""
    return Message({"kind": "gone", "id": request})


def forgotten(request: str) -> Message:
    """A photo is gone."""
    return Message({"kind": "forgotten", "id": request})
