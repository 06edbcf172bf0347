"""What this machine can do: operations a second through ONNX Runtime, and bytes a second through its memory."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.profiling.profiled import Machine
from squeezeviz.runtime.heap import trim_heap
from squeezeviz.runtime.sessions import made_session, plain_options

if TYPE_CHECKING:
    from collections.abc import Callable

    import onnx

__all__ = ["measured_machine"]

_TRIED_S, _LEAST_TRIES = 0.2, 8  # the best of many short runs: whoever else computes leaves some of them alone
_SIDE = 512
_CHANNELS, _CELLS, _KERNEL = 128, 28, 3
_COPY_BYTES, _PIECE_BYTES = 1 << 27, 1 << 23  # no cache holds all of it


def measured_machine(threads: int, *, computes_integers: bool, tick: Callable[[], None] = lambda: None) -> Machine:
    """Measure this machine.

    Args:
        threads: As many as compute at once.
        computes_integers: Whether to measure 8-bit integers too.
        tick: Called after each of the parts, of which there are five, or three without integers.
    """
    floats = [_best_gops(_product(), threads, tick), _best_gops(_convolution(), threads, tick)]
    integers = []
    if computes_integers:
        integers = [_best_gops(_product_of_integers(), threads, tick)]
        integers.append(_best_gops(_convolution_of_integers(), threads, tick))
    bandwidth = _bandwidth(threads)
    tick()
    return Machine(threads, max(floats), max(integers) if integers else None, bandwidth)


# Arithmetic -----------------------------------------------------------------------------------------------------------

_PRODUCT_OPERATIONS = 2 * _SIDE**3
_CONVOLUTION_OPERATIONS = 2 * _CHANNELS**2 * _KERNEL**2 * _CELLS**2
_Work = tuple["onnx.ModelProto", dict[str, Any], int]


def _best_gops(work: _Work, threads: int, tick: Callable[[], None]) -> float:
    model, feeds, operations = work
    session = made_session((model.SerializeToString(), {}), plain_options(threads))
    best = _best_seconds(lambda: session.run(None, feeds))
    tick()
    return operations / best / 1e9


def _best_seconds(work: Callable[[], object]) -> float:
    took: list[float] = []
    until = time.perf_counter() + _TRIED_S
    while len(took) < _LEAST_TRIES or time.perf_counter() < until:
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return min(took)


def _product() -> _Work:
    a, b = (_noise(_SIDE, _SIDE) for _ in range(2))
    return _model("MatMul", {"a": a}, {"b": b}), {"a": a}, _PRODUCT_OPERATIONS


def _convolution() -> _Work:
    x, w = _noise(1, _CHANNELS, _CELLS, _CELLS), _noise(_CHANNELS, _CHANNELS, _KERNEL, _KERNEL)
    made = _model("Conv", {"x": x}, {"w": w}, pads=[1, 1, 1, 1])
    return made, {"x": x}, _CONVOLUTION_OPERATIONS


def _product_of_integers() -> _Work:
    a, b = _bytes(_SIDE, _SIDE), _bytes(_SIDE, _SIDE).view(np.int8)
    return _model("MatMulInteger", {"a": a}, {"b": b}), {"a": a}, _PRODUCT_OPERATIONS


def _convolution_of_integers() -> _Work:
    x, w = _bytes(1, _CHANNELS, _CELLS, _CELLS), _bytes(_CHANNELS, _CHANNELS, _KERNEL, _KERNEL).view(np.int8)
    scale, zero = np.float32(0.01), np.uint8(128)
    rest = {"xs": scale, "xz": zero, "w": w, "ws": scale, "wz": np.int8(0), "ys": np.float32(1), "yz": zero}
    made = _model("QLinearConv", {"x": x}, rest, pads=[1, 1, 1, 1])
    return made, {"x": x}, _CONVOLUTION_OPERATIONS


def _noise(*shape: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.random.default_rng(0).standard_normal(shape, np.float32)


def _bytes(*shape: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.random.default_rng(0).integers(0, 256, shape, np.uint8)


def _model(kind: str, given: dict[str, Any], stored: dict[str, Any], **attributes: Any) -> onnx.ModelProto:  # noqa: ANN401
    """Return a network of one operator: what is given at each run, and what is stored in it."""
    from onnx import helper, numpy_helper  # noqa: PLC0415 - heavy

    node = helper.make_node(kind, [*given, *stored], ["y"], **attributes)
    inputs = [
        helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(values.dtype), values.shape)
        for name, values in given.items()
    ]
    weights = [numpy_helper.from_array(np.asarray(values), name) for name, values in stored.items()]
    output = helper.make_empty_tensor_value_info("y")
    graph = helper.make_graph([node], "peak", inputs, [output], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


# Memory ---------------------------------------------------------------------------------------------------------------


def _bandwidth(threads: int) -> float:
    """Return bytes read and written a second, in billions."""
    best = _best_piece_seconds(threads)
    trim_heap()
    return 2 * _PIECE_BYTES / best / 1e9


def _best_piece_seconds(threads: int) -> float:
    """Copy piece after piece of what no cache holds, so that each comes from memory; return the shortest time."""
    source = np.ones(_COPY_BYTES // 4, np.float32)
    target = np.zeros_like(source)
    count = _COPY_BYTES // _PIECE_BYTES
    pieces = [
        list(zip(np.array_split(to, threads), np.array_split(of, threads), strict=True))
        for to, of in zip(np.array_split(target, count), np.array_split(source, count), strict=True)
    ]
    ahead = cycle(pieces)
    with ThreadPoolExecutor(threads) as pool:  # each thread copies its own part; NumPy lets the others run
        return _best_seconds(lambda: list(pool.map(lambda part: np.copyto(*part), next(ahead))))
