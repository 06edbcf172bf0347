"""Networks of blocks in ONNX, made in the tests layer by layer, with names or without."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from squeezeviz.network.architecture import read_architecture


class Stack:
    """A network that grows; each method adds a layer to what it is given, and returns its name.

    Args:
        size: Height and width of the input.
        seed: Of random weights; all are 0.1 without.
    """

    def __init__(self, size=16, seed=None):
        self.random = None if seed is None else np.random.default_rng(seed)
        self.size, self.nodes, self.weights, self.channels = size, [], [], {"data": 3}

    def node(self, kind, inputs, channels, name=None, **attributes):
        name = name or f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        self.channels[name] = channels
        return name

    def weight(self, *shape):
        name = f"w{len(self.weights)}"
        values = np.full(shape, 0.1) if self.random is None else self.random.uniform(-0.5, 0.6, shape)
        self.weights.append(numpy_helper.from_array(values.astype(np.float32), name))
        return name

    def held(self, values):
        """A weight of these very values."""
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.asarray(values, np.float32), name))
        return name

    def whole(self, *numbers):
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.array(numbers, np.int64), name))
        return name

    def conv(self, x, channels, kernel=1, *, stride=1, groups=1, relu=True, norm=False, name=None):
        """A convolution, with its batch normalisation and ReLU where asked for."""
        weight = self.weight(channels, self.channels[x] // groups, kernel, kernel)
        pads, strides = [kernel // 2] * 4, [stride] * 2
        last = self.node("Conv", [x, weight], channels, name, pads=pads, strides=strides, group=groups)
        last = self.norm(last, name and f"{name}.bn") if norm else last
        return self.node("Relu", [last], channels, name and f"{name}.relu") if relu else last

    def depthwise(self, x, kernel=3, **how):
        return self.conv(x, self.channels[x], kernel, groups=self.channels[x], **how)

    def norm(self, x, name=None):
        learned = [self.weight(self.channels[x]) for _ in range(4 if self.random is None else 3)]
        if self.random is not None:
            learned.append(self.held(self.random.uniform(0.5, 2.0, self.channels[x])))  # no variance is below 0
        return self.node("BatchNormalization", [x, *learned], self.channels[x], name)

    def relu(self, x, name=None):
        return self.node("Relu", [x], self.channels[x], name)

    def swish(self, x):
        return self.node("Mul", [x, self.node("Sigmoid", [x], self.channels[x])], self.channels[x])

    def add(self, *parts, name=None):
        return self.node("Add", parts, self.channels[parts[0]], name)

    def concat(self, *parts, name=None):
        return self.node("Concat", parts, sum(self.channels[part] for part in parts), name, axis=1)

    def pool(self, x, kernel=2, *, stride=2, kind="MaxPool", name=None):
        pads = [0 if stride == kernel else kernel // 2] * 4
        how = {"kernel_shape": [kernel] * 2, "strides": [stride] * 2, "pads": pads}
        return self.node(kind, [x], self.channels[x], name, **how)

    def mean(self, x, name=None):
        return self.node("GlobalAveragePool", [x], self.channels[x], name)

    def squeeze_and_excite(self, x):
        """A gate of each channel by what all channels are on average (Hu et al., 2018)."""
        gate = self.conv(self.conv(self.mean(x), 2), self.channels[x], relu=False)
        return self.node("Mul", [x, self.node("Sigmoid", [gate], self.channels[x])], self.channels[x])

    def shuffle(self, x, groups, size):
        channels = self.channels[x]
        apart = self.node("Reshape", [x, self.whole(1, groups, channels // groups, size, size)], channels)
        turned = self.node("Transpose", [apart], channels, perm=[0, 2, 1, 3, 4])
        return self.node("Reshape", [turned, self.whole(1, channels, size, size)], channels)

    def halves(self, x):
        """The first and the last half of the channels."""
        half = self.channels[x] // 2
        names = f"n{len(self.nodes)}a", f"n{len(self.nodes)}b"
        self.nodes.append(helper.make_node("Split", [x, self.whole(half, half)], names, axis=1))
        self.channels |= dict.fromkeys(names, half)
        return names

    def head(self, x, classes=5):
        """What makes logits of the last map."""
        flat = self.node("Flatten", [self.mean(x, "mean")], self.channels[x], "flat")
        return self.node("Gemm", [flat, self.weight(self.channels[x], classes)], classes, "logits")

    def model(self, answer):
        graph = helper.make_graph(
            self.nodes,
            "stack",
            [helper.make_tensor_value_info("data", TensorProto.FLOAT, (1, 3, self.size, self.size))],
            [onnx.ValueInfoProto(name=answer)],
            self.weights,
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)

    def architecture(self, answer):
        return read_architecture(self.model(answer))
