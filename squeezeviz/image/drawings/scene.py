"""Pictures of shapes and patterns, drawn from a seed: the world of the embedded model.

Colour, size, place, angle, light, noise, clutter and occlusion vary freely within every class, and no class has colours
of its own: only form tells them apart. The same class, seed and size always give the same picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image as Pillow
from PIL import ImageFilter

from squeezeviz.errors import LabelError
from squeezeviz.image.drawings.forms import PATTERNS, SHAPES

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CLASSES", "draw", "draw_random"]

#: Class index → name, in the order of the model's outputs.
CLASSES: tuple[str, ...] = (*SHAPES, *PATTERNS)

# Turned by (least, most) degrees from the upright; patterns not named here may lie at any angle.
_ANGLES = {"horizontal stripes": (-14, 14), "vertical stripes": (76, 104), "diagonal stripes": (31, 59)}
_LUMINANCE = np.array([0.299, 0.587, 0.114])


def draw(class_index: int, seed: int, *, size: int = 256) -> NDArray[np.uint8]:
    """Draw one picture.

    Args:
        class_index: Which of `CLASSES`.
        seed: Everything else follows from it.
        size: Height and width in pixels.

    Returns:
        uint8 (size, size, 3), RGB.

    Raises:
        LabelError: There is no such class.
    """
    if not 0 <= class_index < len(CLASSES):
        raise LabelError(f"class index {class_index} does not exist; the classes are 0 to {len(CLASSES) - 1}")
    rng = np.random.default_rng([class_index, seed])
    name = CLASSES[class_index]
    axis = (np.arange(size) + 0.5) / size * 2 - 1
    x, y = np.meshgrid(axis, axis)
    front, back = _colours(rng)
    picture = _ground(x, y, back, rng)
    if rng.random() < 0.75:
        picture = _cluttered(picture, x, y, rng)
    cover = _shape(name, x, y, rng) if name in SHAPES else _pattern(name, x, y, rng)
    picture = picture + cover[..., None] * (_ground(x, y, front, rng) - picture)
    if rng.random() < 0.5:
        picture = _occluded(picture, x, y, rng)
    return _finished(picture, x, y, rng)


def draw_random(seed: int, *, size: int = 256) -> tuple[NDArray[np.uint8], int]:
    """Draw a picture of a class that the seed decides too; return it with its class index."""
    class_index = int(np.random.default_rng([seed, 0x5A]).integers(len(CLASSES)))
    return draw(class_index, seed, size=size), class_index


def _colours(rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return two colours, 0–1, that differ enough in lightness to be told apart without colour."""
    while True:
        front, back = rng.random(3), rng.random(3)
        if abs((front - back) @ _LUMINANCE) > 0.22:
            return front, back


def _ground(
    x: NDArray[np.float64], y: NDArray[np.float64], colour: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return a surface of about one colour: even, shaded, or mottled."""
    kind = rng.integers(3)
    if kind == 0:
        return np.broadcast_to(colour, (*x.shape, 3))
    shade = np.zeros_like(x)
    if kind == 1:
        angle = rng.uniform(0, 2 * np.pi)
        shade = rng.uniform(0.03, 0.1) * (x * np.cos(angle) + y * np.sin(angle))
    else:
        for _ in range(3):
            a, b = rng.normal(0, 5, 2)
            shade = shade + 0.025 * np.sin(a * x + b * y + rng.uniform(0, 6.28))
    return np.asarray(colour + shade[..., None])


def _turned(
    x: NDArray[np.float64], y: NDArray[np.float64], degrees: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    angle = np.deg2rad(degrees)
    return x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)


def _cover(distance: NDArray[np.float64], pixel: float) -> NDArray[np.float64]:
    """Turn a distance to the edge into how much of each pixel is covered, 0–1."""
    return np.clip(distance / pixel + 0.5, 0, 1)


def _shape(name: str, x: NDArray[np.float64], y: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    radius = rng.uniform(0.32, 0.72)
    room = max(0.0, 0.86 - radius)
    u, v = _turned(x - rng.uniform(-room, room), y - rng.uniform(-room, room), rng.uniform(0, 360))
    if rng.random() < 0.5:
        v = -v
    stretch = rng.uniform(0.92, 1.08)
    return _cover(SHAPES[name](u / radius * stretch, v / radius / stretch, rng), 2 / len(x) / radius)


def _pattern(
    name: str, x: NDArray[np.float64], y: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    lowest, highest = _ANGLES.get(name, (0, 360))
    angle = rng.uniform(lowest, highest) * (rng.choice([-1, 1]) if name == "diagonal stripes" else 1)
    period = rng.uniform(0.2, 0.46)
    u, v = _turned(x, y, angle)
    origin = rng.uniform(0, 10, 2) if name not in ("target", "rays") else (0, 0)
    cover = _cover(PATTERNS[name](u / period + origin[0], v / period + origin[1], rng), 2 / len(x) / period)
    if rng.random() < 0.4:  # a patch of it, with a soft round edge
        centre = rng.uniform(-0.15, 0.15, 2)
        cover = cover * np.clip((rng.uniform(0.8, 1.1) - np.hypot(x - centre[0], y - centre[1])) * 6, 0, 1)
    return cover


def _cluttered(
    picture: NDArray[np.float64], x: NDArray[np.float64], y: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Lay small blots and lines of any colour behind the thing itself; only the part that each lies on is computed."""
    picture, pixel = picture.copy(), 2 / len(x)
    for _ in range(rng.integers(1, 7)):
        colour, strength = rng.random(3), rng.uniform(0.2, 0.7)
        centre_x, centre_y, degrees = rng.uniform(-1, 1), rng.uniform(-1, 1), rng.uniform(0, 360)
        length, width = rng.uniform(0.03, 0.5), rng.uniform(0.015, 0.07)
        reach = np.hypot(length, width) * (1 + pixel / width)
        part = tuple(
            slice(*np.searchsorted(axis, (centre - reach, centre + reach)))
            for axis, centre in ((y[:, 0], centre_y), (x[0], centre_x))
        )
        u, v = _turned(x[part] - centre_x, y[part] - centre_y, degrees)
        inside = 1 - np.maximum(np.abs(u) / length, np.abs(v) / width)
        mark = _cover(inside * width, pixel) * strength
        picture[part] += mark[..., None] * (colour - picture[part])
    return picture


def _occluded(
    picture: NDArray[np.float64], x: NDArray[np.float64], y: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Lay a bar across, or a blot on top."""
    u, v = _turned(x - rng.uniform(-0.7, 0.7), y - rng.uniform(-0.7, 0.7), rng.uniform(0, 360))
    size = rng.uniform(0.05, 0.13)
    distance = size - (np.abs(v) if rng.random() < 0.5 else np.hypot(u, v) * 0.6)
    return np.asarray(picture + _cover(distance, 2 / len(x))[..., None] * (rng.random(3) - picture))


def _finished(
    picture: NDArray[np.float64], x: NDArray[np.float64], y: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Light, blur and noise, as a camera adds them."""
    angle, depth = rng.uniform(0, 2 * np.pi), rng.uniform(0, 0.35)
    light = rng.uniform(0.75, 1.15) + depth * (x * np.cos(angle) + y * np.sin(angle)) / 1.4
    lit = picture * light[..., None]
    noisy = lit + rng.normal(0, rng.uniform(0, 0.06), lit.shape)
    pixels = np.clip(noisy * 255, 0, 255).astype(np.uint8)
    if rng.random() < 0.3:
        radius = rng.uniform(0.3, 1.4) * len(x) / 256
        pixels = np.asarray(Pillow.fromarray(pixels).filter(ImageFilter.GaussianBlur(radius)))
    return pixels
