"""Colour maps for activations: index 0 is exactly zero, 1–255 rise with the value.

*ember* is made in OKLCH (Ottosson, "A perceptual color space for image processing", 2020) with lightness linear in the
value, so that equal steps look equal and a grey print keeps the order. *viridis* and *magma* are Matplotlib's, run
backwards on a light page, so that high values leave the ground in either theme. Zero has a cool colour of its own,
which no value above zero ever wears. For differences there is a scale with two arms of equal lightness, blue below zero
and orange above: the pair that every kind of colour blindness tells apart.

``python -m squeezeviz.render.palettes`` writes them for the front end; a test compares.
"""

from __future__ import annotations

import json
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["PALETTES", "Theme", "difference_palette", "palette"]

Theme = Literal["light", "dark"]
PALETTES = ("ember", "viridis", "magma")

_ZERO: dict[Theme, tuple[int, int, int]] = {"light": (0xED, 0xF0, 0xF3), "dark": (0x2B, 0x32, 0x39)}
# (lightness, chroma, hue in degrees) from just above zero to the maximum.
_EMBER: dict[Theme, tuple[tuple[float, float, float], ...]] = {
    "light": (
        (0.93, 0.05, 84), (0.80, 0.115, 72), (0.65, 0.15, 56), (0.50, 0.14, 42), (0.35, 0.10, 30), (0.20, 0.045, 22),
    ),
    "dark": (
        (0.27, 0.055, 24), (0.41, 0.11, 30), (0.55, 0.15, 43), (0.69, 0.15, 58), (0.83, 0.11, 76), (0.97, 0.03, 92),
    ),
}  # fmt: skip


# Lightness and chroma from no difference to the largest; hues of less and of more.
_DIFFERENCE: dict[Theme, tuple[tuple[float, float], ...]] = {
    "light": ((0.955, 0.0), (0.80, 0.09), (0.62, 0.15), (0.45, 0.13), (0.30, 0.08)),
    "dark": ((0.30, 0.0), (0.45, 0.09), (0.62, 0.13), (0.78, 0.11), (0.93, 0.04)),
}
_LESS, _MORE = 255.0, 50.0


@cache
def difference_palette(theme: Theme = "light") -> NDArray[np.uint8]:
    """Return the colours of differences.

    Args:
        theme: The page it is for.

    Returns:
        uint8 (255, 3), RGB; row 127 is no difference, row 0 the most below zero, row 254 the most above.
    """
    stops = np.array(_DIFFERENCE[theme])
    shares = np.abs(np.linspace(-1, 1, 255))
    at = np.linspace(0, 1, len(stops))
    lightness, chroma = (np.interp(shares, at, stops[:, axis]) for axis in range(2))
    hue = np.where(np.arange(255) < 127, _LESS, _MORE)
    table: NDArray[np.uint8] = np.round(_srgb(lightness, chroma, hue) * 255).astype(np.uint8)
    table.flags.writeable = False
    return table


@cache
def palette(name: str, theme: Theme = "light") -> NDArray[np.uint8]:
    """Return a palette.

    Args:
        name: One of `PALETTES`.
        theme: The page it is for.

    Returns:
        uint8 (256, 3), RGB; row 0 is the colour of exactly zero.

    Raises:
        ValueError: There is no such palette.
    """
    if not isinstance(name, str) or name not in PALETTES:
        raise ValueError(f"no palette is called {name!r}; there are {', '.join(PALETTES)}")
    shares = np.linspace(0, 1, 255)
    if name == "ember":
        stops = np.array(_EMBER[theme])
        at = np.linspace(0, 1, len(stops))
        rising = _srgb(*(np.interp(shares, at, stops[:, axis]) for axis in range(3)))
    else:
        import matplotlib as mpl  # noqa: PLC0415 - heavy

        rising = np.asarray(mpl.colormaps[name](1 - shares if theme == "light" else shares))[:, :3]
    table = np.vstack([np.array(_ZERO[theme])[None], np.round(rising * 255)]).astype(np.uint8)
    table.flags.writeable = False
    return table


def _srgb(lightness: NDArray[np.float64], chroma: NDArray[np.float64], hue: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn OKLCH into sRGB, 0–1, float64 (N, 3)."""
    a, b = chroma * np.cos(np.deg2rad(hue)), chroma * np.sin(np.deg2rad(hue))
    cones = np.stack(
        [
            (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3,
            (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3,
            (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3,
        ],
        axis=-1,
    )
    to_linear = np.array(
        [
            [4.0767416621, -3.3077115913, 0.2309699292],
            [-1.2684380046, 2.6097574011, -0.3413193965],
            [-0.0041960863, -0.7034186147, 1.707614701],
        ]
    )
    linear = np.clip(cones @ to_linear.T, 0, 1)
    encoded: NDArray[np.float64] = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return encoded


def _as_text(table: NDArray[np.uint8]) -> str:
    return b64encode(table.tobytes()).decode("ascii")


def as_json() -> str:
    """Return every palette as JSON: name → theme → its colours, red, green, blue, as base64."""
    themes: tuple[Theme, ...] = ("light", "dark")
    table = {name: {theme: _as_text(palette(name, theme)) for theme in themes} for name in PALETTES}
    table["difference"] = {theme: _as_text(difference_palette(theme)) for theme in themes}
    return json.dumps(table, indent=1) + "\n"


if __name__ == "__main__":
    target = Path(__file__).parents[1] / "frontend" / "src" / "palettes.json"
    target.write_text(as_json())
    print(target)  # noqa: T201
