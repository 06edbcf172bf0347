"""SqueezeNet 1.1 written down once, in the form of the published Caffe2 files.

The architecture is that of the authors' version 1.1: Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50x fewer
parameters and <0.5MB model size", arXiv:1602.07360, with the squeezes and pools of their later release. The functions
here write a network and its weights exactly as the published files have them, to the byte.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.caffe2.schema import NetDef
from squeezeviz.errors import ConversionError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

__all__ = ["CONVOLUTIONS", "Convolution", "convolutions", "init_net", "predict_net"]


@dataclass(frozen=True)
class Convolution:
    """One convolution; a ReLU follows each.

    Attributes:
        name: Published name.
        shape: Of its kernel: (out, in, height, width).
        stride: Input cells between outputs.
        pad: Cells of zero on each side.
    """

    name: str
    shape: tuple[int, int, int, int]
    stride: int = 1
    pad: int = 0


# Fire module → channels in, channels of the squeeze, channels of each expand.
_FIRES = {
    "fire2": (64, 16, 64),
    "fire3": (128, 16, 64),
    "fire4": (128, 32, 128),
    "fire5": (256, 32, 128),
    "fire6": (256, 48, 192),
    "fire7": (384, 48, 192),
    "fire8": (384, 64, 256),
    "fire9": (512, 64, 256),
}
_POOL_AFTER = {"conv1": "pool1", "fire3": "pool3", "fire5": "pool5"}


def _fire(name: str) -> tuple[Convolution, Convolution, Convolution]:
    source, squeeze, expand = _FIRES[name]
    return (
        Convolution(f"{name}/squeeze1x1", (squeeze, source, 1, 1)),
        Convolution(f"{name}/expand1x1", (expand, squeeze, 1, 1)),
        Convolution(f"{name}/expand3x3", (expand, squeeze, 3, 3), pad=1),
    )


_CONV1 = Convolution("conv1", (64, 3, 3, 3), stride=2)


def convolutions(classes: int = 1000) -> tuple[Convolution, ...]:
    """Return all 26 convolutions in the order of the published files, for a number of classes."""
    return (_CONV1, *(part for name in _FIRES for part in _fire(name)), Convolution("conv10", (classes, 512, 1, 1)))


#: Those of the published model.
CONVOLUTIONS = convolutions()


def predict_net(name: str = "") -> bytes:
    """Return a ``predict_net.pb`` in the published form; it does not depend on the number of classes.

    Args:
        name: The network's; the published file carries an explicit empty one, and is returned byte for byte.
    """
    net = NetDef(name=name)
    net.external_input.append("data")
    blob = _convolve(net, _CONV1, "data")
    blob = _max_pool(net, blob, _POOL_AFTER["conv1"])
    for fire in _FIRES:
        squeeze, *expands = _fire(fire)
        squeezed = _convolve(net, squeeze, blob)
        expanded = [_convolve(net, expand, squeezed) for expand in expands]
        blob = f"{fire}/concat"
        _add(net, "Concat", expanded, [blob, f"_{blob}_dims"], order="NCHW")
        if fire in _POOL_AFTER:
            blob = _max_pool(net, blob, _POOL_AFTER[fire])
    _add(net, "Dropout", [blob], [blob, f"_{blob}_mask"], ratio=0.5, is_test=1)
    blob = _convolve(net, CONVOLUTIONS[-1], blob)
    _add(
        net, "AveragePool", [blob], ["pool10"], stride=1, pad=0, kernel=0, order="NCHW", legacy_pad=3, global_pooling=1
    )
    _add(net, "Softmax", ["pool10"], ["softmaxout"])
    net.external_output.append("softmaxout")
    content: bytes = net.SerializeToString()
    return content


def init_net(weights: Mapping[str, tuple[NDArray[np.float32], NDArray[np.float32]]], *, classes: int = 1000) -> bytes:
    """Return an ``init_net.pb`` in the published form.

    Args:
        weights: Convolution's name → (kernel float32 (out, in, height, width), bias float32 (out,)).
        classes: How many conv10 tells apart.

    Raises:
        ConversionError: A convolution is missing, superfluous, or of another shape.
    """
    expected = {convolution.name: convolution.shape for convolution in convolutions(classes)}
    problems = [f"{name} is missing" for name in expected if name not in weights]
    problems += [f"{name} is no layer of SqueezeNet 1.1" for name in weights if name not in expected]
    for name, (kernel, bias) in weights.items():
        wanted = expected.get(name, kernel.shape)
        if kernel.shape != wanted or bias.shape != wanted[:1]:
            problems.append(f"{name} has shapes {kernel.shape} and {bias.shape}, expected {wanted} and {wanted[:1]}")
    if problems:
        more = f", and {len(problems) - 4} more" if len(problems) > 4 else ""
        raise ConversionError(f"these are not the weights of SqueezeNet 1.1: {'; '.join(problems[:4])}{more}")
    net = NetDef()
    for name in expected:
        kernel, bias = weights[name]
        _fill(net, f"{name}_w", kernel)
        _fill(net, f"{name}_b", bias)
    data = net.op.add(name="", type="ConstantFill")
    data.output.append("data")
    data.arg.add(name="shape").ints.append(1)
    content: bytes = net.SerializeToString()
    return content


def _convolve(net: Any, convolution: Convolution, source: str) -> str:  # noqa: ANN401 - NetDef is made at run time
    name = convolution.name
    learned = [f"{name}_w", f"{name}_b"]
    net.external_input.extend(learned)
    kernel = convolution.shape[2]
    _add(net, "Conv", [source, *learned], [name], stride=convolution.stride, pad=convolution.pad, kernel=kernel)
    _add(net, "Relu", [name], [name])
    return name


def _max_pool(net: Any, source: str, name: str) -> str:  # noqa: ANN401 - see _convolve
    _add(net, "MaxPool", [source], [name], stride=2, pad=0, kernel=3, order="NCHW", legacy_pad=3)
    return name


def _add(net: Any, kind: str, inputs: list[str], outputs: list[str], **arguments: int | float | str) -> None:  # noqa: ANN401
    op = net.op.add(type=kind)
    op.input.extend(inputs)
    op.output.extend(outputs)
    for name, value in arguments.items():
        argument = op.arg.add(name=name)
        if isinstance(value, int):
            argument.i = value
        elif isinstance(value, float):
            argument.f = value
        else:
            argument.s = value.encode()


def _fill(net: Any, blob: str, array: NDArray[np.float32]) -> None:  # noqa: ANN401 - see _convolve
    op = net.op.add(name="", type="GivenTensorFill")  # explicit empty names, as published
    op.output.append(blob)
    op.arg.add(name="shape").ints.extend(array.shape)
    op.arg.add(name="values").floats.extend(_floats(array))


def _floats(array: NDArray[np.float32]) -> Iterator[float]:
    return iter(array.astype(np.float32).ravel().tolist())
