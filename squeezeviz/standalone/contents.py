"""What a page carries: the network with its weights, and each photo in each preprocessing, as the network gets it."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.errors import LayerError, SqueezeVizError
from squeezeviz.evidence.ending import class_maps
from squeezeviz.explorer import messages
from squeezeviz.explorer.kept import kept_sample
from squeezeviz.explorer.offers import offered_samples
from squeezeviz.explorer.photos import Photo
from squeezeviz.explorer.protocol import Times
from squeezeviz.image.profiles import read_profile
from squeezeviz.standalone.graph_spec import graph_spec
from squeezeviz.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from squeezeviz.image import Image
    from squeezeviz.image.gallery import Sample
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.results.activations import Activations
    from squeezeviz.results.prediction import Prediction
    from squeezeviz.runtime.model import Model
    from squeezeviz.standalone.blocks import Blocks

__all__ = ["Shown", "contents"]

#: What the page can do without a kernel; see `squeezeviz.explorer.messages.ABILITIES`.
_ABILITIES = ("upload", "forget", "edit", "ablation", "figure", "side-by-side", "what-if")
#: A photo of up to so many pixels travels whole, so that the page can prepare it otherwise, and it can be painted on;
#: of a larger one as much as the preprocessings on the page take.
_MOST_WHOLE = 400_000


@dataclass(frozen=True)
class Shown:
    """A photo for the page: what it is known by, what decodes it, and the milliseconds that this took."""

    id: str
    read: Callable[[], Image]
    decode_ms: float


def contents(
    model: Model,
    shown: Sequence[Shown],
    presets: Sequence[Preprocessing],
    traits: Mapping[str, Any],
    blocks: Blocks,
    *,
    rounding: str = "",
) -> tuple[dict[str, Any], list[Prediction]]:
    """Gather what a page carries.

    Args:
        model: The model to run, from `squeezeviz.load_model`.
        shown: The photos.
        presets: The preprocessings that can be chosen on the page; the one in use comes first.
        traits: What is chosen, by the names of `squeezeviz.explorer.selection.Selection`.
        blocks: Where numbers and pictures go.
        rounding: What rounding the model's weights to half precision has changed, in words; empty where they were not.

    Returns:
        Plain data for the page, naming blocks by number; and the photos' answers in the preprocessing in use.

    Raises:
        ModelError: The model has a layer of a kind that a page cannot compute.
        PreprocessingError: The preprocessing in use does not suit a photo.
    """
    blocks.begin("weights")
    weights, class_weights = _weights(model, blocks), _class_weights(model, blocks)
    photos, answers = [], []
    for number, one in enumerate(shown, 1):
        blocks.begin(f"photo-{number}")
        first = Photo.seen_by(model, presets[0], one.id, one.read(), one.decode_ms)
        answers.append(first.prediction)
        photos.append(_photo(model, first, presets, blocks))
    described = {how.name: how for how in presets}
    network = _for_others(messages.model("", model).content, model)
    drawings = [] if shown else _drawings(model)
    setting = messages.setting("", described, [], drawings, abilities=_ABILITIES)
    blocks.begin("samples")
    return {
        "setting": setting.content,
        "samples": [_sample(each, setting.pictures[each.name], blocks) for each in drawings],
        "model": network,
        "input": model.architecture.input_name,
        "graph_spec": graph_spec(model.architecture),
        "sizes": _sizes(model, presets),
        "is_sigmoid": model.architecture.is_independent,
        "caution": model.entry.caution if model.entry else "",
        "weights": weights,
        "class_weights": class_weights,
        "own": model.preprocessing.to_dict(),
        "photos": photos,
        "traits": dict(traits),
        "about": _about(model, rounding),
    }, answers


def _for_others(network: dict[str, Any], model: Model) -> dict[str, Any]:
    """Leave out why another model was not to be had: it names folders of whoever writes the page."""
    if model.fallback is None:
        return network
    return {**network, "fallback": {"headline": model.fallback.headline, "details": model.fallback.remedy}}


def _about(model: Model, rounding: str) -> dict[str, Any]:
    return {
        "sha256": model.sha256,
        "parameters": model.architecture.parameters,
        "version": __version__,
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "rounding": rounding,
    }


def _weights(model: Model, blocks: Blocks) -> dict[str, Any]:
    """The constants of each layer that has any, such as kernels, and the biases behind them."""
    found = {}
    for layer in model.architecture:
        held = layer.op.stored()
        if held is not None:
            weights, bias = (each.astype(np.float32, copy=False) for each in held)
            found[layer.name] = {"shape": list(weights.shape), **_stored(weights, bias, blocks)}
    return found


def _stored(weights: NDArray[np.float32], bias: NDArray[np.float32], blocks: Blocks) -> dict[str, int]:
    """Put weights in, and the biases behind: in half precision where that holds each weight exactly."""
    with np.errstate(over="ignore"):
        halves = weights.size if np.array_equal(weights.astype(np.float16), weights) else 0
    content = np.concatenate([weights.reshape(-1), bias])
    return {"block": blocks.numbers(content, halves=halves), "halves": halves}


def _class_weights(model: Model, blocks: Blocks) -> dict[str, Any] | None:
    """What classes' maps weigh features with, and the biases behind; None where a layer has the maps, or none are."""
    try:
        found = class_maps(model.architecture, model.name)
    except LayerError:
        return None
    if not found.is_weighted:
        return None
    weights, bias = (each.astype(np.float32) for each in found.linear)
    return {"shape": [*weights.shape, 1, 1], **_stored(weights, bias, blocks)}


def _sizes(model: Model, presets: Sequence[Preprocessing]) -> list[dict[str, Any]]:
    """The network at each size of the input that is not its own."""
    archs = {arch.input_shape: arch for arch in (model.architecture_at(*how.input_px) for how in presets)}
    archs.pop(model.architecture.input_shape, None)
    return [
        {"input": size, "layers": [layer.to_dict() for layer in arch], "graph_spec": graph_spec(arch)}
        for size, arch in archs.items()
    ]


def _photo(model: Model, first: Photo, presets: Sequence[Preprocessing], blocks: Blocks) -> dict[str, Any]:
    preprocessed, problems = {}, {}
    for how in presets:
        if how is presets[0]:
            preprocessed[how.name] = _preprocessed(model, first, how, blocks, is_in_use=True)
            continue
        try:
            seen = Photo.seen_by(model, how, first.id, first.image, first.decode_ms)
        except SqueezeVizError as exc:  # too small a photo, for one
            problems[how.name] = str(exc)
            continue
        preprocessed[how.name] = _preprocessed(model, seen, how, blocks, is_in_use=False)
    return {
        "id": first.id,
        "name": first.kept.name,
        "whole": _whole(first.image, blocks),
        "preprocessed": preprocessed,
        "problems": problems,
    }


def _drawings(model: Model) -> list[Sample]:
    """What an empty page offers to begin with, where the model knows drawings: some of those that pages show."""
    is_drawn = bool(model.entry and model.entry.is_drawn)
    return [each for each in offered_samples() if each.is_drawn][::2] if is_drawn else []


def _sample(sample: Sample, picture: bytes, blocks: Blocks) -> dict[str, Any]:
    """A sample, and a small picture of it: a JPEG file."""
    whole = _whole(kept_sample(sample).read(), blocks)
    return {"name": sample.name, "picture": blocks.file(picture), "whole": whole}


def _is_small(image: Image) -> bool:
    return image.width * image.height <= _MOST_WHOLE


def _whole(image: Image, blocks: Blocks) -> dict[str, Any] | None:
    """The photo itself, where it is small."""
    if not _is_small(image):
        return None
    profile = read_profile(image.icc_profile) if image.icc_profile else None
    return {
        "block": blocks.picture(image.pixels),
        "orientation": image.orientation,
        "profile": profile and profile.name,
        "notes": list(image.notes),
        "format": image.format,
    }


def _preprocessed(model: Model, photo: Photo, how: Preprocessing, blocks: Blocks, *, is_in_use: bool) -> dict[str, Any]:
    """One photo in one preprocessing; of several crops, the first is what the layers see."""
    # The page computes anew: what it took here is of no interest there.
    message = replace(messages.photo(photo, model), times=Times()).content
    pixels, geometry = _pixels(photo.as_taken, how)
    return {
        "message": message,
        "windows": len(how.windows),
        "display": blocks.file(photo.display),
        "cropped": blocks.picture(how.cropped(photo.image)),
        "logits": blocks.numbers(photo.prediction.logits),
        "statistics": _statistics(photo.activations, blocks) if is_in_use and photo.activations else None,
        "geometry": geometry,
        # Of a photo that travels whole they are there already.
        "pixels": blocks.picture(pixels) if is_in_use and pixels is not None and not _is_small(photo.image) else None,
    }


def _statistics(activations: Activations, blocks: Blocks) -> int:
    """Every layer's largest values, then its means, a channel each: what the page compares its own with."""
    rows = []
    for values in activations.values():
        flat = values.reshape(len(values), -1)
        rows += [flat.max(axis=1), flat.mean(axis=1, dtype=np.float64).astype(np.float32)]
    return blocks.numbers(np.concatenate(rows))


def _pixels(photo: Image, how: Preprocessing) -> tuple[NDArray[np.uint8] | None, dict[str, Any]]:
    """The photo's own pixels that the network's are blended of, at most 4 for 1; and which they are.

    However large a photo is, there are no more than twice as many rows and columns of them as the input has.
    """
    geometry = how.geometry(photo.width, photo.height)
    plain = {
        "original": list(geometry.original),
        "resized": list(geometry.resized),
        "crop": list(geometry.crop),
        "filled": list(geometry.filled),
        "is_flipped": geometry.is_flipped,
    }
    is_whole = geometry.resized == geometry.original or how.interpolation == "nearest"
    if how.antialias and not is_whole:
        reason = (
            f"preprocessing {how.name!r}: {how.interpolation}, antialiased, averages many pixels; "
            "only 'bilinear' and 'nearest' without antialiasing are opened further"
        )
        return None, {**plain, "problem": reason}
    width, height = geometry.crop[2:]
    columns = _under([geometry.to_original(x + 0.5, 0)[0] for x in range(width)], photo.width, is_whole=is_whole)
    rows = _under([geometry.to_original(0, y + 0.5)[1] for y in range(height)], photo.height, is_whole=is_whole)
    return photo.pixels[np.ix_(rows, columns)], {**plain, "is_whole": is_whole, "rows": rows, "columns": columns}


def _under(centres: Iterable[float], size: int, *, is_whole: bool) -> list[int]:
    """The pixels under the centres of the input's, along one axis: the one there, or the two beside it."""
    found = set()
    for centre in centres:
        first = math.floor(centre if is_whole else centre - 0.5)
        found |= {min(size - 1, max(0, index)) for index in ([first] if is_whole else [first, first + 1])}
    return sorted(found)
