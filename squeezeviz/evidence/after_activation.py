"""Where a channel is ablated: after all that is done to it alone.

A channel of a convolution or of a fully connected layer is what the layers behind it read: its numbers after batch
normalisation, a bias or factor of their own, and the activation function, be it ReLU6, hard swish, a gate's sigmoid,
or SiLU in two nodes, ``x · sigmoid(x)``. Zero in the convolution itself would be an offset after batch normalisation,
and a gate half open after a sigmoid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.network.ops.activation import Function
from squeezeviz.network.ops.convolution import Convolution
from squeezeviz.network.ops.elementwise import Product, Quotient, Sum
from squeezeviz.network.ops.linear import FullyConnected, MatrixProduct
from squeezeviz.network.ops.normalisation import BatchNormalisation

if TYPE_CHECKING:
    from squeezeviz.network.architecture import Architecture, Layer

__all__ = ["after_activation", "bottlenecks"]

_WEIGHTED = (Convolution, FullyConnected, MatrixProduct)
_OWN = (BatchNormalisation, Sum, Product, Quotient)


def after_activation(architecture: Architecture, name: str) -> tuple[str, ...]:
    """Return a layer and those that follow it up to its activation, each of which alone reads the one before.

    Args:
        architecture: The layer table.
        name: The layer.

    Returns:
        Names; the last is where its channels are ablated. The layer alone where it is no convolution or fully connected
        layer, or something else reads it.
    """
    chain = [name]
    layer = architecture[name]
    if not isinstance(layer.op, (*_WEIGHTED, BatchNormalisation)):
        return (name,)
    while layer.pre_relu is None and layer.name != architecture.logits_name:
        following, is_activation = _following(layer, architecture)
        if not following or following[-1].shape != layer.shape:
            break
        chain += [each.name for each in following]
        layer = following[-1]
        if is_activation:
            break
    return tuple(chain)


def _following(layer: Layer, architecture: Architecture) -> tuple[list[Layer], bool]:
    """Return what is done to a layer's channels alone, in one step, and whether it is an activation function."""
    readers = _readers(layer, architecture)
    if len(readers) == 1:
        (reader,) = readers
        if isinstance(reader.op, Function):
            return [reader], True
        is_own = isinstance(reader.op, _OWN) and len(reader.inputs) == 1 and reader.op.cell_map() is not None
        return ([reader], False) if is_own else ([], False)
    if len(readers) == 2:  # SiLU, and hard swish in two nodes: a gate of itself
        gate, product = readers
        is_gated = isinstance(gate.op, Function) and isinstance(product.op, Product)
        is_alone = _readers(gate, architecture) == [product]
        if is_gated and is_alone and set(product.inputs) == {layer.name, gate.name}:
            return [gate, product], True
    return [], False


def _readers(layer: Layer, architecture: Architecture) -> list[Layer]:
    return [each for each in architecture if layer.name in each.inputs]


def bottlenecks(architecture: Architecture) -> list[str]:
    """Return the narrowest convolution of each block, the first of equals: a Fire module's squeeze, for one.

    All that a block adds has gone through these few channels. Convolutions of one cell, as in squeeze-and-excite, are
    gates and no bottlenecks.
    """
    found = []
    for block in architecture.blocks:
        layers = [architecture[name] for name in block.layers] if block.kind != "plain" else []
        narrow = [each for each in layers if isinstance(each.op, Convolution) and each.shape[1:] != (1, 1)]
        if narrow:
            found.append(min(narrow, key=lambda layer: layer.channels).name)
    return found
