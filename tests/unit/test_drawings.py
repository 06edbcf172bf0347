"""The drawn world: reproducible, varied, and told apart by form alone."""

import numpy as np
import pytest

from squeezeviz.errors import LabelError
from squeezeviz.image.drawings.forms import PATTERNS, SHAPES
from squeezeviz.image.drawings.scene import CLASSES, draw, draw_random


def test_the_classes():
    assert len(CLASSES) == len(set(CLASSES)) == 24
    assert set(CLASSES) == set(SHAPES) | set(PATTERNS)


@pytest.mark.parametrize("class_index", range(24))
def test_the_same_seed_draws_the_same_picture(class_index):
    one, again, other = (draw(class_index, seed, size=64) for seed in (5, 5, 6))
    np.testing.assert_array_equal(one, again)
    assert (one.shape, one.dtype) == ((64, 64, 3), np.uint8)
    assert np.abs(one.astype(int) - other).mean() > 5


def test_a_seed_decides_the_class_too():
    seen = {draw_random(seed, size=16)[1] for seed in range(300)}
    assert seen == set(range(24))
    np.testing.assert_array_equal(draw_random(3, size=32)[0], draw_random(3, size=32)[0])


def test_unknown_classes_are_refused():
    with pytest.raises(LabelError, match="0 to 23"):
        draw(24, 0)


def test_colour_alone_does_not_tell_classes_apart():
    """The nearest class by mean colour and its spread, learned on one half and tried on the other: barely above chance."""
    count = 40
    features = np.array(
        [
            [np.concatenate([p.mean(0), p.std(0)]) for p in (draw(c, s, size=24).reshape(-1, 3) for s in range(count))]
            for c in range(24)
        ]
    )
    centres = features[:, : count // 2].mean(axis=1)
    tried = features[:, count // 2 :]
    guesses = np.linalg.norm(tried[:, :, None] - centres[None, None], axis=-1).argmin(axis=-1)
    assert (guesses == np.arange(24)[:, None]).mean() < 0.15


@pytest.mark.parametrize("name", list(SHAPES))
def test_a_shape_has_an_inside_and_an_outside(name):
    axis = np.linspace(-2, 2, 101)
    u, v = np.meshgrid(axis, axis)
    inside = SHAPES[name](u, v, np.random.default_rng(0)) > 0
    assert 0.02 < inside.mean() < 0.25
    assert not inside[0].any()
    assert not inside[:, 0].any()
    far = np.hypot(u, v) > 1.35
    assert not (inside & far).any()


@pytest.mark.parametrize("name", list(PATTERNS))
def test_a_pattern_covers_a_fair_share_everywhere(name):
    axis = np.linspace(-5, 5, 200)
    u, v = np.meshgrid(axis, axis)
    covered = PATTERNS[name](u, v, np.random.default_rng(0)) > 0
    for quarter in (covered[:100, :100], covered[100:, 100:]):
        assert 0.1 < quarter.mean() < 0.9
