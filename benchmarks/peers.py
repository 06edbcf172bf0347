"""What a user would write instead: bare ONNX Runtime, PyTorch with hooks; the same weights in all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from squeezeviz.telemetry import import_onnxruntime

onnxruntime = import_onnxruntime()

Run = Callable[[NDArray[np.float32]], Any]


def bare_onnxruntime(content: bytes, *, threads: int) -> Run:
    """A session on the same converted file, nothing around it."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    return lambda tensor: session.run(None, {"data": tensor})


def torch_network(content: bytes, *, threads: int) -> tuple[Run, Run]:
    """The same network in PyTorch: (predict, predict with a forward hook on each of the 26 ReLUs)."""
    import torch
    from torch import nn

    network = torch_module(content, threads=threads)

    @torch.inference_mode()
    def forward(tensor: NDArray[np.float32]) -> NDArray[np.float32]:
        probabilities: NDArray[np.float32] = network(torch.from_numpy(tensor)).softmax(-1).numpy()
        return probabilities

    def hooked(tensor: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        seen: dict[str, NDArray[np.float32]] = {}
        handles = [
            module.register_forward_hook(lambda _m, _i, out, name=name: seen.__setitem__(name, out.numpy()))
            for name, module in network.layers.items()
            if isinstance(module, nn.ReLU)
        ]
        try:
            forward(tensor)
        finally:
            for handle in handles:
                handle.remove()
        return seen

    return forward, hooked


def torch_module(content: bytes, *, threads: int) -> Any:  # noqa: ANN401 - PyTorch is an extra
    """The same network as a PyTorch module from tensor to logits, as attribution libraries want it; see its `at`."""
    import torch
    from torch import nn

    torch.set_num_threads(threads)
    graph = onnx.load_model_from_string(content).graph
    weights = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in graph.initializer}

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers = nn.ModuleDict()
            for node in graph.node:
                attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
                if node.op_type == "Conv":
                    kernel, bias = weights[node.input[1]], weights[node.input[2]]
                    layer: nn.Module = nn.Conv2d(
                        kernel.shape[1],
                        kernel.shape[0],
                        tuple(kernel.shape[2:]),
                        attributes["strides"],
                        attributes["pads"][:2],
                    )
                    layer.weight, layer.bias = nn.Parameter(kernel), nn.Parameter(bias)
                elif node.op_type == "Relu":
                    layer = nn.ReLU()
                elif node.op_type == "MaxPool":
                    layer = nn.MaxPool2d(attributes["kernel_shape"], attributes["strides"], ceil_mode=True)
                else:
                    continue
                self.layers[node.output[0]] = layer

        def at(self, name: str) -> nn.Module:
            """The module whose output is a layer's activation."""
            return self.layers[name]

        def forward(self, tensor: torch.Tensor) -> torch.Tensor:
            values = {"data": tensor}
            for node in graph.node:
                inputs = [values[name] for name in node.input if name in values]
                output = node.output[0]
                if output in self.layers:
                    values[output] = self.layers[output](inputs[0])
                elif node.op_type == "Concat":
                    values[output] = torch.cat(inputs, 1)
                elif node.op_type == "GlobalAveragePool":
                    return inputs[0].mean((2, 3))
            raise ValueError("the graph has no global average pooling")

    return Network().eval()


def subplots(maps: NDArray[np.float32]) -> bytes:
    """What people write to see 128 maps: a subplot each."""
    import io

    import matplotlib as mpl
    from matplotlib.figure import Figure

    mpl.use("Agg")
    figure = Figure(figsize=(16, 8))
    for index, axes in enumerate(figure.subplots(8, 16).flat):
        axes.imshow(maps[index])
        axes.axis("off")
    buffer = io.BytesIO()
    figure.savefig(buffer)
    return buffer.getvalue()


def matrix_product_rate(*, threads: int, rounds: int = 15) -> float:
    """The machine's FP32 matrix-product rate through the same runtime, in operations a second: the median."""
    import time

    size = 1024
    node = onnx.helper.make_node("MatMul", ["a", "b"], ["c"])
    shapes = [onnx.helper.make_tensor_value_info(n, onnx.TensorProto.FLOAT, [size, size]) for n in "abc"]
    graph = onnx.helper.make_graph([node], "product", shapes[:2], shapes[2:])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(0)
    feed = {name: rng.normal(size=(size, size)).astype(np.float32) for name in "ab"}
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        session.run(None, feed)
        times.append(time.perf_counter() - start)
    return 2 * size**3 / float(np.median(times))
