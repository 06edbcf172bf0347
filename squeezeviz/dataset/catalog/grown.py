"""The pictures of channels as they are kept and sent on the way: JPEG files, and what each excites."""

from __future__ import annotations

import io
import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image as Pillow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["QUALITY", "Grown", "as_jpeg", "pack", "unpack"]

#: Of the files, by default: 1 to 95.
QUALITY = 88


@dataclass(frozen=True, eq=False)
class Grown:
    """One picture of a channel.

    Attributes:
        sign: 1 for a picture that excites, −1 for one that silences.
        value: What was climbed, on this very file as any photo is shown: the mean of the channel over its cells; of a
            picture that silences, that before ReLU, where the layer has one.
        means: The same of every channel of the layer, after ReLU: float32 (C,).
        file: JPEG.
        size_px: (height, width).
    """

    sign: int
    value: float
    means: NDArray[np.float32]
    file: bytes = field(repr=False)
    size_px: tuple[int, int]


def as_jpeg(picture: NDArray[np.uint8], quality: int = QUALITY) -> bytes:
    """Return a picture, uint8 (H, W, 3) RGB, as a JPEG file that keeps colours as sharp as light and dark.

    Args:
        picture: The pixels.
        quality: As Pillow has it, 1 to 95.
    """
    buffer = io.BytesIO()
    Pillow.fromarray(picture).save(buffer, "JPEG", quality=quality, subsampling=0, optimize=True)
    return buffer.getvalue()


def pack(part: Mapping[str, tuple[Grown, ...]]) -> bytes:
    """Return channels' pictures as bytes: a line of JSON, then files and means; equal ones give equal bytes."""
    listed: dict[str, list[list[Any]]] = {}
    pieces: list[bytes] = []
    for name, pictures in sorted(part.items()):
        listed[name] = [
            [each.sign, each.value, list(each.size_px), len(each.file), len(each.means)] for each in pictures
        ]
        for each in pictures:
            pieces += [each.file, np.ascontiguousarray(each.means, "<f4").tobytes()]
    return json.dumps(listed, allow_nan=False).encode() + b"\n" + b"".join(pieces)


def unpack(content: bytes) -> dict[str, tuple[Grown, ...]]:
    """Return channels' pictures from their bytes.

    Raises:
        ValueError: These bytes are none.
    """
    head, _, rest = content.partition(b"\n")
    part: dict[str, tuple[Grown, ...]] = {}
    at = 0
    try:
        for name, rows in json.loads(head).items():
            pictures = []
            for sign, value, (height, width), size, count in rows:
                end = at + size + 4 * count
                if not math.isfinite(value) or end > len(rest) or min(size, count) < 1:
                    raise ValueError(f"{name}: a picture is cut off")
                means = np.frombuffer(rest[at + size : end], "<f4").astype(np.float32)
                pictures.append(Grown(int(sign), float(value), means, rest[at : at + size], (int(height), int(width))))
                at = end
            part[name] = tuple(pictures)
    except (TypeError, AttributeError, KeyError) as exc:
        raise ValueError(f"expected a part of a catalogue, found something else ({exc})") from exc
    if at != len(rest):
        raise ValueError("expected a part of a catalogue, found more than that")
    return part
