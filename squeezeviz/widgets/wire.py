"""What crosses the wire to the page; ``frontend/types.js`` declares the same shapes."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PIL import Image as Pillow

from squeezeviz.image import read_image
from squeezeviz.widgets.uploads import MOST_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from squeezeviz.gallery import Sample
    from squeezeviz.image import Image
    from squeezeviz.model import Model
    from squeezeviz.prediction import Prediction
    from squeezeviz.preprocessing import Preprocessing

__all__ = ["Message", "display_jpeg", "failed", "forgotten", "model", "photo", "setting", "working"]

_DISPLAY_PX, _SAMPLE_PX = 680, 192


@dataclass(frozen=True)
class Message:
    """One message: JSON-able content, and pictures as raw bytes behind it."""

    content: dict[str, Any]
    buffers: tuple[bytes, ...] = ()


def setting(
    request: str, presets: Mapping[str, Preprocessing], models: Mapping[str, str], samples: Sequence[Sample]
) -> Message:
    """What the kernel offers: preprocessings, models with what they know, and a small picture of each sample."""
    content = {
        "kind": "setting",
        "id": request,
        "presets": [{"name": name, "words": how.describe(), "origin": how.origin} for name, how in presets.items()],
        "models": [{"name": name, "world": world} for name, world in models.items()],
        "samples": [{"name": s.name, "title": s.title, "credit": s.credit, "is_drawn": s.is_drawn} for s in samples],
        "limit_bytes": MOST_BYTES,
    }
    pictures = (_square_jpeg(read_image(sample.name).picture) for sample in samples)
    return Message(content, tuple(pictures))


def model(request: str, answering: Model | None, error: str | None = None) -> Message:
    """Which model answers, what it knows, and whether it stands in for another; or why the one asked for does not."""
    stands_in = answering.fallback if answering else None
    content = {
        "kind": "model",
        "id": request,
        "name": answering.name if answering else "",
        "world": answering.world if answering else "",
        "is_drawn": bool(answering and answering.entry and answering.entry.is_drawn),
        "fallback": {"headline": stands_in.headline, "details": f"{stands_in.remedy}\nWhy: {stands_in.reason}"}
        if stands_in
        else None,
        "error": error,
    }
    return Message(content)


def photo(request: str, image: Image, prediction: Prediction, decode_ms: float, display: bytes) -> Message:
    """One answered photo: the photo scaled down for display, and the input tensor mapped back to a picture."""
    how = prediction.preprocessing
    if how is None:
        raise ValueError("a prediction made from a tensor has no photo to show")
    left, top, right, bottom = how.geometry(image.width, image.height).visible
    content = {
        "kind": "photo",
        "id": request,
        "name": image.name,
        "model": prediction.model_id,
        "preset": how.name,
        "size": [image.width, image.height],
        "visible": [left / image.width, top / image.height, right / image.width, bottom / image.height],
        "prepared": how.describe(),
        "notes": list(image.notes),
        "caution": prediction.caution,
        "top": [score.to_dict() for score in prediction.top(5)],
        "times": {"decode": decode_ms, "prepare": prediction.prepare_ms, "run": prediction.run_ms},
    }
    seen = io.BytesIO()
    Pillow.fromarray(how.seen_by_network(image)).save(seen, "PNG", compress_level=1)
    return Message(content, (display, seen.getvalue()))


def failed(request: str, name: str, message: str) -> Message:
    """A photo that could not be answered, and why."""
    return Message({"kind": "failed", "id": request, "name": name, "message": message})


def working(request: str, name: str) -> Message:
    """A piece has arrived; more are to come."""
    return Message({"kind": "working", "id": request, "name": name})


def forgotten(request: str) -> Message:
    """A photo is gone."""
    return Message({"kind": "forgotten", "id": request})


def display_jpeg(image: Image) -> bytes:
    """Return the photo scaled down for display, as a JPEG file."""
    picture = image.picture.copy()
    picture.thumbnail((_DISPLAY_PX, _DISPLAY_PX), reducing_gap=2.0)
    return _jpeg(picture)


def _square_jpeg(picture: Pillow.Image) -> bytes:
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    small = picture.resize((_SAMPLE_PX, _SAMPLE_PX), box=(left, top, left + side, top + side), reducing_gap=2.0)
    return _jpeg(small)


def _jpeg(picture: Pillow.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()
