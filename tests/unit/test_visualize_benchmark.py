"""What the benchmark of feature visualization calls more, and how sure it is."""

import pytest

pytest.importorskip("onnx", reason="the benchmark takes onnx, which is not installed")

from benchmarks.visualize import advantage


def test_an_advantage_is_a_share_of_both_with_the_seeds_own_error():
    more, error = advantage([[(3.0, 1.0), (3.0, 1.0)], [(1.0, 3.0), (1.0, 3.0)]])
    assert (more, error) == (0.0, 0.0)
    more, error = advantage([[(30.0, 10.0), (26.0, 14.0)]])
    assert more == pytest.approx(16 / 20)
    assert error == pytest.approx(((8 + 8) / 2) ** 0.5 / 20)


def test_what_lies_within_the_seeds_spread_is_told_from_what_does_not():
    for theirs, is_less in ((2.1, False), (4.0, True)):
        more, error = advantage([[(1.5, theirs), (2.5, theirs)], [(1.6, theirs), (2.4, theirs)]])
        assert (more < -2 * error) is is_less
