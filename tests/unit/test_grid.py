"""Feature maps as one picture: every cell in its place, zero apart."""

import numpy as np
import pytest

from squeezeviz.render.grid import grid
from squeezeviz.render.palettes import palette
from squeezeviz.results.activations import Activations
from squeezeviz.results.provenance import Provenance


def test_every_cell_is_in_its_place_and_wears_its_colour():
    maps = np.random.default_rng(0).random((7, 3, 4)).astype(np.float32) * 5
    maps[2] = 0
    maps[3, 0, 0] = 1e-30
    table = palette("ember", "light")
    for scale in ("channel", "layer"):
        picture = grid(maps, columns=3, scale=scale, gap=2)
        assert picture.shape == (3 * 5 - 2, 3 * 6 - 2, 3)
        for channel in range(7):
            top = maps[channel].max() if scale == "channel" else maps.max()
            for y in range(3):
                for x in range(4):
                    value = maps[channel, y, x]
                    index = 1 + min(254, int(value / top * 254.999)) if value > 0 else 0
                    pixel = picture[channel // 3 * 5 + y, channel % 3 * 6 + x]
                    np.testing.assert_array_equal(pixel, table[index])
        assert (picture[3:5] == 255).all(), "the gap wears the ground's colour"
        assert (picture[10:, 6:] == 255).all(), "places without a map stay empty"


def test_what_is_no_stack_of_maps_is_refused():
    for array in (np.zeros((3, 4), np.float32), np.zeros((0, 3, 4), np.float32)):
        with pytest.raises(ValueError, match=r"\(C, H, W\)"):
            grid(array)


def test_a_picture_of_a_layer():
    arrays = {"conv1": np.ones((5, 6, 6), np.float32), "softmaxout": np.ones(4, np.float32)}
    activations = Activations("a", arrays, Provenance("m", "00", None))
    assert activations.picture("conv1").size == (3 * 7 - 1, 2 * 7 - 1)
    assert activations.picture("conv1", columns=5).size == (5 * 7 - 1, 6)
    assert activations.picture("softmaxout").mode == "RGB"
