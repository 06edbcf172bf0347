"""What ONNX Runtime's profiler writes: JSON in the form of Chrome's trace events, read and checked."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from squeezeviz.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Ran", "read_runs"]

_RUN = "model_run"
_NODE_END = "_kernel_time"
# ONNX Runtime's names of element types, where they are not NumPy's.
_NUMPY_NAMES = {"float": "float32", "double": "float64"}


@dataclass(frozen=True)
class Ran:
    """A node that ONNX Runtime ran, once.

    Attributes:
        name: Of the node, after optimisation.
        kernel: ONNX Runtime's name of the operator.
        ms: How long it took.
        arithmetic: Type of its largest input, by NumPy's name; empty where it has none.
        read_bytes: Of its inputs but for stored ones.
        written_bytes: Of its outputs.
    """

    name: str
    kernel: str
    ms: float
    arithmetic: str
    read_bytes: int
    written_bytes: int


def read_runs(path: Path, expected: int) -> list[list[Ran]]:
    """Return what was run, one list a run, each in the order in which it ran.

    What runs within a node, in the branch of a condition or the body of a loop, is part of that node.

    Args:
        path: The file that the profiler wrote.
        expected: How many runs there were.

    Raises:
        ModelError: It is no such file, or has another number of runs: the profiler keeps a million events.
    """
    try:
        events = json.loads(path.read_text(encoding="utf-8"))
        ends = sorted(event["ts"] + event["dur"] for event in events if event["name"] == _RUN)
        nodes = sorted(
            (event for event in events if event["cat"] == "Node" and event["name"].endswith(_NODE_END)),
            key=lambda event: (event["ts"], -event["dur"]),
        )
        found = _by_run(nodes, ends)
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise ModelError(f"what ONNX Runtime's profiler wrote cannot be read ({type(exc).__name__}: {exc})") from exc
    if len(ends) != expected or any(len(run) != len(found[0]) for run in found):
        raise ModelError(
            f"ONNX Runtime's profiler has kept {len(ends)} runs of {expected}; ask for fewer: it keeps a million events"
        )
    return found


def _by_run(nodes: list[dict[str, Any]], ends: list[int]) -> list[list[Ran]]:
    found: list[list[Ran]] = [[] for _ in ends]
    run, busy_until = 0, 0
    for event in nodes:
        while run < len(ends) and event["ts"] >= ends[run]:
            run += 1
        if event["ts"] < busy_until or run == len(ends):
            continue  # within another node, or of a run that the profiler has not kept whole
        busy_until = event["ts"] + event["dur"]
        found[run].append(_ran(event))
    return found


def _ran(event: dict[str, Any]) -> Ran:
    told = event["args"]
    inputs = [pair for each in told.get("input_type_shape") or () for pair in each.items()]
    kind, _ = max(inputs, key=lambda pair: math.prod(pair[1]), default=("", ()))
    return Ran(
        event["name"].removesuffix(_NODE_END),
        told["op_name"],
        event["dur"] / 1e3,
        _NUMPY_NAMES.get(kind, kind),
        int(told.get("activation_size", 0)),
        int(told.get("output_size", 0)),
    )
