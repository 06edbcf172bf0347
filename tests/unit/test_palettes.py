"""Colours of activations: even steps, zero apart, and the same in Python as on the page."""

from pathlib import Path

import numpy as np
import pytest

import squeezeviz
from squeezeviz.render.palettes import PALETTES, as_json, palette

FRONTEND = Path(squeezeviz.__file__).parent / "frontend" / "src"


def lightness(rgb):
    """CIE L*, 0–100."""
    linear = np.where(rgb <= 10.31, rgb / 255 / 12.92, ((rgb / 255 + 0.055) / 1.055) ** 2.4)
    y = linear @ [0.2126, 0.7152, 0.0722]
    return np.where(y > 0.008856, 116 * np.cbrt(y) - 16, 903.3 * y)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PALETTES)
def test_lightness_is_monotonic_and_even_and_high_leaves_the_ground(name, theme):
    steps = lightness(palette(name, theme)[1:].astype(float))
    if theme == "light":
        steps = steps[::-1]
    assert np.all(np.diff(steps) > -0.6), "a grey print keeps the order (up to rounding to 8 bits)"
    halves = np.diff(steps[[0, 127, 254]])
    assert 0.6 < halves[0] / halves[1] < 1.7
    assert steps[-1] - steps[0] > 55


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PALETTES)
def test_no_value_above_zero_wears_the_colour_of_zero(name, theme):
    table = palette(name, theme).astype(int)
    assert np.abs(table[1:] - table[0]).sum(axis=1).min() >= 8


def test_an_unknown_palette():
    with pytest.raises(ValueError, match="ember, viridis, magma"):
        palette("jet")


@pytest.mark.skipif(not FRONTEND.is_dir(), reason="an installed wheel carries the bundle only")
def test_the_page_has_the_same_colours():
    assert (FRONTEND / "palettes.json").read_text() == as_json(), "run: python -m squeezeviz.render.palettes"
