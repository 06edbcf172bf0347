"""The operator table, walked: what each row says holds, by ONNX Runtime's own numbers."""

import math
from functools import cache

import numpy as np
import pytest

from squeezeviz.network.graph import read_graph
from squeezeviz.network.ops import TABLE, map_shape
from squeezeviz.network.ops.rearrangement import HandOn
from squeezeviz.network.ops.sliding import Sliding
from squeezeviz.network.runnable import with_outputs
from squeezeviz.runtime.sessions import made_session
from squeezeviz.telemetry import import_onnxruntime
from tests.op_cases import CASES

by_case = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])


@cache
def session_of(name):
    case = next(each for each in CASES if each.name == name)
    graph = case.graph()
    options = import_onnxruntime().SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    content = with_outputs(graph, list(graph.ops))
    return graph, made_session(content, options)


def run(case, tensor):
    graph, session = session_of(case.name)
    values = session.run(list(graph.ops), {graph.source: tensor.reshape(1, *graph.input_shape)})
    return graph, dict(zip(graph.ops, values, strict=True)) | {graph.source: tensor.reshape(1, *graph.input_shape)}


def rows_of(graph):
    """The operators under test: without the reshaping that a flat input begins with."""
    return {value: op for value, op in graph.ops.items() if value != "x"}


@by_case
def test_terms_sum_to_what_onnx_runtime_says(case):
    graph, values = run(case, case.tensor())
    for value, op in rows_of(graph).items():
        found = values[value]
        assert op.shape == found.shape

        def read(at, op=op):
            each = op.node.inputs[at]
            return op.constant(at) if each.constant is not None else values[each.name]

        places = np.random.default_rng(1).permutation(found.size)[:40]
        for place in places.tolist():
            made = op.terms(place, read)
            least = 1.0 if made.kind == "function" else 1e-3  # a function may lose digits on the way: e^x − 1
            scale = max(abs(made.bias) + np.abs(made.weights * made.values).sum(), abs(made.total), least)
            assert abs(float(found.ravel()[place]) - made.total) <= 2e-6 * scale, (
                value,
                np.unravel_index(place, op.shape),
            )
            for operand, at, number in zip(made.operands, made.places, made.values, strict=True):
                assert float(np.ravel(read(operand))[at]) == number
            if made.kind in ("sum", "mean", "max", "copy"):
                assert made.total == pytest.approx(made.bias + (made.weights * made.values).sum(), abs=1e-9)
            else:
                assert made.formula or made.kind == "softmax"


@by_case
def test_windows_hold_what_a_cell_reads(case):
    """Change the numbers of one cell of the input: only cells whose windows lie on it may change."""
    graph, before = run(case, case.tensor())
    ops = rows_of(graph)
    value, op = next(iter(ops.items()))
    _, height, width = map_shape((1, *case.shape))
    rng = np.random.default_rng(2)
    for _ in range(2):
        y, x = int(rng.integers(height)), int(rng.integers(width))
        tensor = case.tensor()
        tensor.reshape(-1, height, width)[:, y, x] = tensor.reshape(-1, height, width)[:, y, x] * 1.7 + 0.9
        _, after = run(case, tensor)
        moved = (before[value] != after[value]).reshape(op.map_shape).any(axis=0)
        for operand in op.moving:
            windows = op.windows(operand)
            if windows is None:
                break  # it is not known, or the whole map: nothing to hold
            for axis, at, size in ((0, y, height), (1, x, width)):
                cells = op.map_shape[1 + axis]
                low, high = windows[axis].touched((at, at + 1), cells)
                assert set(np.flatnonzero(moved.any(axis=1 - axis))) <= set(range(low, high))
                for cell in range(low, high):
                    first, end = windows[axis].made_of((cell, cell + 1), size)
                    assert 0 <= first <= end <= size
    if isinstance(op, Sliding):
        assert op.window is not None


@by_case
def test_costs_are_what_counting_gives(case):
    graph, values = run(case, case.tensor())
    for op in rows_of(graph).values():
        cost = op.cost
        learned = [each for at, each in enumerate(op.node.inputs) if op.learned is None or at in op.learned]
        stored = sum(
            each.size for each in learned if each.constant is not None and (op.learned is not None or each.size > 1)
        )
        assert cost.parameters == stored
        assert cost.macs >= 0
        assert cost.operations >= 2 * cost.macs
        if op.node.op_type in ("Gemm", "MatMul") or (op.node.op_type == "Conv" and not any(op.pads)):

            def read(at, op=op):
                each = op.node.inputs[at]
                return op.constant(at) if each.constant is not None else values[each.name]

            size = math.prod(op.shape)
            assert cost.macs == sum(len(op.terms(place, read).values) for place in range(size))
        if isinstance(op, HandOn):
            assert (cost.macs, cost.operations, cost.parameters) == (0, 0, 0)


def test_every_row_of_the_table_is_walked():
    walked = {case.op for case in CASES} | {op for case in CASES for op, _ in case.chain}
    assert set(TABLE) == walked


def test_what_is_not_in_the_table_is_run_and_refused_by_name():
    from squeezeviz.errors import LayerError
    from tests.op_cases import Case

    case = Case("odd", "Celu")
    graph = read_graph(case.model())
    (op,) = graph.ops.values()
    assert op.label == "Celu"
    with pytest.raises(LayerError, match=r"o0: a layer of the kind 'Celu' is not opened into terms"):
        op.terms(0, lambda at: case.tensor())
