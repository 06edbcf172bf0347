"""The forms behind the classes: functions of the plane, positive inside.

Each takes coordinates ``u`` (right) and ``v`` (down), float64 (H, W), in which a shape has about radius 1 and a pattern
about one period a unit, and a generator for what may vary within the class. What it returns is about the distance to
the edge, in the same unit, so that edges can be drawn smoothly at any size.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["PATTERNS", "SHAPES", "Form"]

Plane: TypeAlias = "NDArray[np.float64]"
Form: TypeAlias = Callable[[Any, Any, np.random.Generator], Any]


def _circle(u: Plane, v: Plane, rng: np.random.Generator) -> Plane:
    del rng
    return 1 - np.hypot(u, v)


def _polygon(sides: int) -> Form:
    def form(u: Plane, v: Plane, rng: np.random.Generator) -> Plane:
        del rng
        sector = 2 * np.pi / sides
        angle = np.mod(np.arctan2(v, u), sector) - sector / 2
        return np.cos(sector / 2) - np.hypot(u, v) * np.cos(angle)

    return form


def _star(u: Plane, v: Plane, rng: np.random.Generator) -> Plane:
    points, inner = 5, rng.uniform(0.36, 0.5)
    half = np.pi / points
    angle = np.abs(np.mod(np.arctan2(v, u) + half, 2 * half) - half)
    # The edge between a tip and a notch is a straight line: its radius at an angle, in polar form.
    edge = inner * np.sin(half) / (inner * np.sin(half) * np.cos(angle) + (1 - inner * np.cos(half)) * np.sin(angle))
    return (edge - np.hypot(u, v)) * 0.6


def _ring(u: Plane, v: Plane, rng: np.random.Generator) -> Plane:
    width = rng.uniform(0.1, 0.2)
    return width - np.abs(np.hypot(u, v) - (1 - width))


def _cross(u: Plane, v: Plane, rng: np.random.Generator) -> Plane:
    width = rng.uniform(0.2, 0.36)
    along = np.minimum(width - np.abs(u), 1 - np.abs(v))
    across = np.minimum(width - np.abs(v), 1 - np.abs(u))
    return np.maximum(along, across)


def _crescent(u: Plane, v: Plane, rng: np.random.Generator) -> Plane:
    shift = rng.uniform(0.4, 0.6)
    return np.minimum(1 - np.hypot(u, v), np.hypot(u - shift, v) - rng.uniform(0.78, 0.9))


def _semicircle(u: Plane, v: Plane, rng: np.random.Generator) -> Plane:
    del rng
    return np.minimum(1 - np.hypot(u, v + 0.4), v + 0.4)


def _heart(u: Plane, v: Plane, rng: np.random.Generator) -> Plane:
    del rng
    x, y = 1.15 * u, -1.15 * v + 0.1
    curve = (x * x + y * y - 1) ** 3 - x * x * y**3
    return -np.sign(curve) * np.minimum(np.abs(curve), 1) ** 0.5 * 0.4


def _arrow(u: Plane, v: Plane, rng: np.random.Generator) -> Plane:
    neck, width = rng.uniform(0.0, 0.2), rng.uniform(0.14, 0.26)
    shaft = np.minimum(width - np.abs(v), np.minimum(u + 1, neck + 0.05 - u))
    head = np.minimum(u - neck, (1 - u) * 0.75 / (1 - neck) - np.abs(v))
    return np.maximum(shaft, head)


def _spiral(u: Plane, v: Plane, rng: np.random.Generator) -> Plane:
    turns, hand = rng.uniform(1.9, 2.9), rng.choice([-1, 1])
    radius = np.hypot(u, v)
    phase = np.mod(radius * turns - hand * np.arctan2(v, u) / (2 * np.pi), 1)
    return np.minimum((0.24 - np.abs(phase - 0.5)) / turns, 1 - radius)


#: Things with an outline: they stand somewhere in the picture, in any size and at any angle.
SHAPES: dict[str, Form] = {
    "circle": _circle,
    "triangle": _polygon(3),
    "square": _polygon(4),
    "pentagon": _polygon(5),
    "star": _star,
    "ring": _ring,
    "cross": _cross,
    "crescent": _crescent,
    "semicircle": _semicircle,
    "heart": _heart,
    "arrow": _arrow,
    "spiral": _spiral,
}


def _triangle_wave(x: Plane) -> Plane:
    """Return 0 to 1 and back with period 1."""
    return np.abs(2 * np.mod(x, 1) - 1)


def _stripes(u: Plane, v: Plane, rng: np.random.Generator) -> Plane:
    del u
    return (_triangle_wave(v) - rng.uniform(0.4, 0.6)) / 2


def _waves(u: Plane, v: Plane, rng: np.random.Generator) -> Plane:
    swing, length = rng.uniform(0.3, 0.5), rng.uniform(1.6, 2.4)
    return (_triangle_wave(v + swing * np.sin(2 * np.pi * u / length)) - 0.5) / 3


def _zigzag(u: Plane, v: Plane, rng: np.random.Generator) -> Plane:
    swing, length = rng.uniform(0.7, 1.1), rng.uniform(1.4, 2.0)
    return (_triangle_wave(v + swing * _triangle_wave(u / length)) - 0.5) / 3


def _checkerboard(u: Plane, v: Plane, rng: np.random.Generator) -> Plane:
    del rng
    a, b = _triangle_wave(u / 2) - 0.5, _triangle_wave(v / 2) - 0.5
    return np.sign(a * b) * np.minimum(np.abs(a), np.abs(b))


def _dots(u: Plane, v: Plane, rng: np.random.Generator) -> Plane:
    shifted = u + 0.5 * np.mod(np.floor(v), 2) * rng.integers(0, 2)
    return rng.uniform(0.24, 0.36) - np.hypot(np.mod(shifted, 1) - 0.5, np.mod(v, 1) - 0.5)


def _bricks(u: Plane, v: Plane, rng: np.random.Generator) -> Plane:
    mortar, length = rng.uniform(0.06, 0.1), rng.uniform(1.9, 2.4)
    shifted = u / length + 0.5 * np.mod(np.floor(v), 2)
    across, along = 0.5 - np.abs(np.mod(v, 1) - 0.5), (0.5 - np.abs(np.mod(shifted, 1) - 0.5)) * length
    return np.minimum(across, along) - mortar


def _grid(u: Plane, v: Plane, rng: np.random.Generator) -> Plane:
    line = rng.uniform(0.06, 0.12)
    return line - np.minimum(0.5 - np.abs(np.mod(u, 1) - 0.5), 0.5 - np.abs(np.mod(v, 1) - 0.5))


def _honeycomb(u: Plane, v: Plane, rng: np.random.Generator) -> Plane:
    """Cells round two interleaved lattices: the nearer centre owns a point; hexagonal distance to its edge."""
    height = np.sqrt(3.0)

    def to_edge(x: Plane, y: Plane) -> Plane:
        x, y = np.abs(np.mod(x, 1) - 0.5), np.abs(np.mod(y, height) - height / 2)
        return 0.5 - np.maximum(x, 0.5 * x + y * height / 2)

    return rng.uniform(0.05, 0.09) - np.maximum(to_edge(u, v), to_edge(u + 0.5, v + height / 2))


def _target(u: Plane, v: Plane, rng: np.random.Generator) -> Plane:
    return (_triangle_wave(np.hypot(u - rng.uniform(-0.8, 0.8), v - rng.uniform(-0.8, 0.8))) - 0.5) / 2


def _rays(u: Plane, v: Plane, rng: np.random.Generator) -> Plane:
    x, y = u - rng.uniform(-0.8, 0.8), v - rng.uniform(-0.8, 0.8)
    count = rng.integers(7, 14)
    return (_triangle_wave(count * np.arctan2(y, x) / (2 * np.pi)) - 0.5) * np.hypot(x, y) / count * np.pi


#: Things without one: they fill the picture, or a large part of it.
PATTERNS: dict[str, Form] = {
    "horizontal stripes": _stripes,
    "vertical stripes": _stripes,
    "diagonal stripes": _stripes,
    "waves": _waves,
    "zigzag": _zigzag,
    "checkerboard": _checkerboard,
    "dots": _dots,
    "bricks": _bricks,
    "grid": _grid,
    "honeycomb": _honeycomb,
    "target": _target,
    "rays": _rays,
}
