"""Whatever the bytes of an ONNX file, a model is loaded and run, or one line says why not."""

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from squeezeviz.errors import SqueezeVizError
from tests.fuzz import onnx_files
from tests.mutations import damaged

relaxed = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
numbers = st.integers(0, 2**32 - 1)


def holds(content):
    """Load, run and look at a model, or say in one line why not."""
    try:
        onnx_files.try_({"model.onnx": content}, None)
    except SqueezeVizError as exc:
        assert len(str(exc).splitlines()) == 1


def test_the_models_that_are_damaged_run():
    for content in onnx_files.SEEDS:
        onnx_files.try_({"model.onnx": content}, None)


@relaxed
@given(st.sampled_from(onnx_files.SEEDS), numbers)
def test_damaged_bytes(content, number):
    holds(damaged(content, random.Random(number), most=2))


@relaxed
@given(st.sampled_from(onnx_files.SEEDS), numbers)
def test_well_formed_files_that_say_odd_things(content, number):
    holds(onnx_files.odd_model(content, random.Random(number)))
