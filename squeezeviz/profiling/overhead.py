"""What ONNX Runtime's profiler itself takes: it notes sizes and shapes while the clock of a node still runs.

Some microseconds a node: nothing beside a large convolution, and as much as all the rest of a network of hundreds of
small nodes. So it is measured, on a network of nothing but small nodes, and taken off.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.profiling.events import read_runs
from squeezeviz.runtime.sessions import made_session, plain_options

if TYPE_CHECKING:
    import onnx

__all__ = ["profiler_ms"]

_NODES, _RUNS = 256, 40
_SHAPE = (1, 1, 1, 1)


def profiler_ms(threads: int, folder: Path) -> float:
    """Return how long the profiler takes for a node, in milliseconds.

    Args:
        threads: Of a run.
        folder: Where it may write.
    """
    content, feeds = _chain().SerializeToString(), {"v0": np.ones(_SHAPE, np.float32)}
    sessions = []
    for is_watched in (False, True):
        options = plain_options(threads)
        if is_watched:
            options.enable_profiling, options.profile_file_prefix = True, str(folder / "overhead")
        sessions.append(made_session((content, {}), options))
    bare, watched = sessions
    took = []
    for _ in range(_RUNS):
        start = time.perf_counter()
        bare.run(None, feeds)
        took.append((time.perf_counter() - start) * 1e3)
        watched.run(None, feeds)
    runs = read_runs(Path(watched.end_profiling()), _RUNS)
    said = min(sum(ran.ms for ran in run) for run in runs)  # the best of each: whoever else computes is in neither
    return max(0.0, (said - min(took)) / _NODES)


def _chain() -> onnx.ModelProto:
    """Return a network of many small nodes, each of two inputs of four axes: as many are what there is to note."""
    from onnx import TensorProto, helper, numpy_helper  # noqa: PLC0415 - heavy

    nodes = [helper.make_node("Add", [f"v{at}", "one"], [f"v{at + 1}"]) for at in range(_NODES)]
    ends = [helper.make_tensor_value_info(f"v{at}", TensorProto.FLOAT, _SHAPE) for at in (0, _NODES)]
    one = numpy_helper.from_array(np.ones(_SHAPE, np.float32), "one")
    graph = helper.make_graph(nodes, "chain", ends[:1], ends[1:], [one])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
