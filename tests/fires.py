"""Small networks for evidence: two Fire modules, and one that ends without a map a class."""

from __future__ import annotations

import numpy as np

from squeezeviz.caffe2.schema import NetDef
from tests.nets import add_op, fill, weights


def fires_net(seed, *, classes=5, pooled=True, ends="map"):
    """Two Fire modules with a pool between them, whose 3 × 3 branches widen paths by different steps."""
    rng = np.random.default_rng(seed)
    init, net = NetDef(), NetDef()

    def conv(name, source, shape, *, pad=0, stride=1, relu=True):
        fill(init, f"{name}_w", weights(rng, *shape))
        fill(init, f"{name}_b", weights(rng, shape[0]))
        net.external_input.extend([f"{name}_w", f"{name}_b"])
        add_op(net, "Conv", [source, f"{name}_w", f"{name}_b"], [name], stride=stride, pad=pad, kernel=shape[2])
        if relu:
            add_op(net, "Relu", [name], [name])

    def fire(name, source, channels):
        conv(f"{name}/squeeze1x1", source, (2, channels, 1, 1))
        conv(f"{name}/expand1x1", f"{name}/squeeze1x1", (3, 2, 1, 1))
        conv(f"{name}/expand3x3", f"{name}/squeeze1x1", (3, 2, 3, 3), pad=1)
        parts = [f"{name}/expand1x1", f"{name}/expand3x3"]
        add_op(net, "Concat", parts, [f"{name}/concat", f"{name}_dims"], order="NCHW")
        return f"{name}/concat"

    net.external_input.append("data")
    conv("conv1", "data", (4, 3, 3, 3), stride=2)
    add_op(net, "MaxPool", ["conv1"], ["pool1"], stride=2, pad=0, kernel=3, order="NCHW", legacy_pad=3)
    last = fire("fire2", "pool1", 4)
    if pooled:
        add_op(net, "MaxPool", [last], ["pool2"], stride=2, pad=0, kernel=3, order="NCHW", legacy_pad=3)
        last = "pool2"
    last = fire("fire3", last, 6)
    wide = 3 if ends == "wide" else 1
    conv("conv10", last, (classes, 6, wide, wide), relu=ends != "linear")
    add_op(net, "AveragePool", ["conv10"], ["pool10"], stride=1, pad=0, kernel=0, order="NCHW", legacy_pad=3,
           global_pooling=1)  # fmt: skip
    add_op(net, "Softmax", ["pool10"], ["softmaxout"])
    net.external_output.append("softmaxout")
    return init, net


def without_maps():
    """A network whose logits are one convolution over everything."""
    init, net = NetDef(), NetDef()
    rng = np.random.default_rng(0)
    net.external_input.extend(["data", "w", "b"])
    fill(init, "w", weights(rng, 4, 3, 33, 33))
    fill(init, "b", weights(rng, 4))
    add_op(net, "Conv", ["data", "w", "b"], ["scores"], stride=1, pad=0, kernel=33)
    add_op(net, "Softmax", ["scores"], ["softmaxout"])
    net.external_output.append("softmaxout")
    return init, net
