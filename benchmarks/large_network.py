"""A network of 25 or 60 million parameters on a page: what it takes until its first maps are there, in time and memory."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.timing import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

_NETWORKS = {"ResNet-50": (3, 4, 6, 3), "ResNet-152": (3, 8, 36, 3)}
_CODE = """
import os, sys, time
import numpy as np
import squeezeviz as sv
explorer = sv.explore(model="squeezenet1.1-shapes")
state = explorer.state
state.send = lambda *_: None  # no page: what would be sent is made all the same
state.add(np.zeros((480, 640, 3), np.uint8))
before = time.process_time(), time.perf_counter()
count = -(-os.path.getsize(sys.argv[1]) // (1 << 20))
with open(sys.argv[1], "rb") as file:
    for index in range(count):
        place = {"file": 0, "files": 1, "index": index, "count": count}
        said = {"kind": "model-piece", "id": "m", "name": "network.onnx", **place, "buffers": ["piece"]}
        state._receive(None, said, [memoryview(file.read(1 << 20))])
state.arrivals.wait()
assert state.prediction.model_id == "network", "it does not answer"
print(time.perf_counter() - before[1], time.process_time() - before[0])
for seed in range(3):
    state.add(np.random.default_rng(seed).integers(0, 256, (480, 640, 3), dtype=np.uint8))
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(int(peak.split()[1]) / 1e3)
"""


def large_network_rows() -> Iterator[Row]:
    """Seconds from the first piece of a dropped file to its maps, of time and of processors'; and the peak memory."""
    if not Path("/proc/self/status").exists():
        return
    for name, depths in _NETWORKS.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "network.onnx"
            count = write_resnet(path, depths)
            done = subprocess.run(
                [sys.executable, "-c", _CODE, str(path)],
                check=True,
                capture_output=True,
                text=True,
                env={**os.environ, "SQUEEZEVIZ_CACHE": folder},
            )
        passed_s, busy_s, peak_mb = map(float, done.stdout.split())
        what = f"{name}, {count / 1e6:.0f} M parameters, dropped"
        yield Row(f"{what} → first maps", passed_s, "of processors", busy_s, passed_s / busy_s, "≤ 3 s", "s")
        yield Row(
            f"{what}: peak memory", peak_mb, "its weights", count * 4e-6, peak_mb / (count * 4e-6), "≤ 1000 MB", "MB"
        )


def write_resnet(path: Path, depths: tuple[int, ...]) -> int:
    """Write a residual network of bottlenecks at random weights, its batch normalisations folded; return its parameters."""
    import onnx
    from onnx import helper, numpy_helper

    rng = np.random.default_rng(0)
    nodes: list[onnx.NodeProto] = []
    weights: list[onnx.TensorProto] = []

    def weight(name: str, *shape: int) -> str:
        scale = np.float32(1 / math.sqrt(math.prod(shape[1:])))
        values = rng.standard_normal(shape, dtype=np.float32) * scale if len(shape) > 1 else np.zeros(shape, np.float32)
        weights.append(numpy_helper.from_array(values, name))
        return name

    def conv(source: str, inner: int, outer: int, size: int, stride: int = 1, *, rectified: bool = True) -> str:
        name = f"conv{len(nodes)}"
        given = [source, weight(f"{name}_w", outer, inner, size, size), weight(f"{name}_b", outer)]
        nodes.append(helper.make_node("Conv", given, [name], strides=[stride] * 2, pads=[size // 2] * 4))
        return relu(name) if rectified else name

    def relu(source: str) -> str:
        nodes.append(helper.make_node("Relu", [source], [f"{source}_r"]))
        return f"{source}_r"

    x, inner = conv("x", 3, 64, 7, 2), 64
    nodes.append(helper.make_node("MaxPool", [x], ["pool"], kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4))
    x = "pool"
    for stage, depth in enumerate(depths):
        width = 64 << stage
        for block in range(depth):
            stride = 2 if stage and not block else 1
            y = conv(conv(x, inner, width, 1), width, width, 3, stride)
            y = conv(y, width, 4 * width, 1, rectified=False)
            beside = x if block else conv(x, inner, 4 * width, 1, stride, rectified=False)
            nodes.append(helper.make_node("Add", [y, beside], [f"{y}_sum"]))
            x, inner = relu(f"{y}_sum"), 4 * width
    nodes.append(helper.make_node("GlobalAveragePool", [x], ["mean"]))
    nodes.append(helper.make_node("Flatten", ["mean"], ["flat"]))
    nodes.append(helper.make_node("Gemm", ["flat", weight("fc_w", 1000, inner), weight("fc_b", 1000)], ["y"], transB=1))
    image = helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, ["B", 3, 224, 224])
    graph = helper.make_graph(nodes, "resnet", [image], [onnx.ValueInfoProto(name="y")], weights)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return sum(int(np.prod(each.dims)) for each in weights)
