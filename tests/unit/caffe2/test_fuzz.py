"""Whatever the bytes, the reader says `ConversionError` or makes a valid model."""

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from squeezeviz.errors import ConversionError
from tests.fuzz import caffe2_pairs
from tests.mutations import damaged

relaxed = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
numbers = st.integers(0, 2**32 - 1)
pairs = st.sampled_from(caffe2_pairs.PAIRS)


def holds(init, predict):
    try:
        caffe2_pairs.try_({"init_net.pb": init, "predict_net.pb": predict}, None)
    except ConversionError as exc:
        assert str(exc)


def test_the_pairs_that_are_damaged_are_converted():
    for init, predict in caffe2_pairs.PAIRS:
        caffe2_pairs.try_({"init_net.pb": init, "predict_net.pb": predict}, None)


@relaxed
@given(st.binary(max_size=400), st.binary(max_size=400))
def test_random_bytes(init, predict):
    holds(init, predict)


@relaxed
@given(pairs, st.booleans(), numbers)
def test_damaged_bytes(pair, is_init, number):
    init, predict = pair
    rng = random.Random(number)
    holds(*((damaged(init, rng, most=2), predict) if is_init else (init, damaged(predict, rng, most=2))))


@relaxed
@given(pairs, numbers)
def test_shuffled_operators_and_hostile_arguments(pair, number):
    """Well-formed files that say odd things: the deeper half of the reader."""
    init, predict = pair
    holds(init, caffe2_pairs.odd_net(predict, random.Random(number)))
