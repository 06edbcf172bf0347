"""Answers to several crops of one image."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from squeezeviz.results.prediction import averaged, averaged_odds, sigmoid, softmax


@st.composite
def answers(draw, spread=40):
    images, windows, classes = (draw(st.integers(1, top)) for top in (3, 10, 6))
    values = st.floats(-spread, spread, width=32)
    return draw(arrays(np.float32, (images * windows, classes), elements=values)), windows


@given(answers())
def test_probabilities_are_what_is_averaged(drawn):
    logits, windows = drawn
    mean = softmax(logits.astype(np.float64)).reshape(-1, windows, logits.shape[1]).mean(axis=1)
    got = averaged(logits, windows)
    assert got.dtype == np.float32
    np.testing.assert_allclose(softmax(got.astype(np.float64)), mean, rtol=1e-4, atol=1e-9)


@given(answers())
def test_of_one_window_they_are_its_own(drawn):
    logits, _ = drawn
    np.testing.assert_array_equal(averaged(logits, 1), logits)


@given(answers(), st.integers(2, 10))
def test_windows_that_say_the_same_change_nothing(drawn, windows):
    logits, _ = drawn
    np.testing.assert_allclose(averaged(logits.repeat(windows, axis=0), windows), logits, atol=1e-3)


@pytest.mark.parametrize("spread", [100, 1000, 1e6])
def test_a_class_out_of_reach_keeps_a_finite_logit(spread):
    """Its probability is less than float64 can hold; that of the windows together is still that of each."""
    logits = np.array([[0, -spread], [0, -spread]], np.float32)
    np.testing.assert_allclose(averaged(logits, 2), logits[:1], rtol=1e-6)


def test_probabilities_of_classes_apart_are_what_is_averaged_however_sure_the_crops_are():
    logits = np.array([[-3, 0, 30, 200, -200], [1, 2, 31, 300, -300]], np.float32)
    (got,) = averaged_odds(logits, 2)
    np.testing.assert_allclose(sigmoid(got), sigmoid(logits).mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(
        got[2:], [30 + np.log(2 / (1 + np.exp(-1))), 200 + np.log(2), -200 - np.log(2)], rtol=1e-6
    )
