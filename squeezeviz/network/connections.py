"""Which channels a channel is computed from, and which are computed from it, by the weights between them.

Only where weights connect layers directly: of a convolution or a fully connected layer and what it reads, with nothing
between but what keeps channels apart (pooling, joining, handing on). Everywhere else nothing is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.errors import SqueezeVizError
from squeezeviz.network.ops.convolution import Convolution
from squeezeviz.network.ops.linear import FullyConnected, MatrixProduct
from squeezeviz.network.ops.pooling import AveragePooling, GlobalPooling, LpPooling, MaxPooling

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.network.architecture import Architecture
    from squeezeviz.network.layer import Layer

__all__ = ["Connection", "inputs_by_weight", "origin", "outputs_by_weight", "within"]

_POOLS = (AveragePooling, GlobalPooling, LpPooling, MaxPooling)


@dataclass(frozen=True)
class Connection:
    """A channel that another is connected with by a kernel.

    Attributes:
        layer: Its layer.
        channel: Its index.
        size: Of the kernel between the two: the root of the sum of its squares (Frobenius norm).
        total: The sum of the kernel's weights: above 0 it excites on the whole, below it inhibits.
    """

    layer: str
    channel: int
    size: float
    total: float


def origin(architecture: Architecture, layer: str, channel: int) -> tuple[str, int]:
    """Return where a channel comes about: within a concatenation, in one of its branches; else where it is.

    Args:
        architecture: The network.
        layer: Name of the layer.
        channel: Index within it.
    """
    known = architecture[layer]
    if not known.op.joins_channels:
        return known.name, channel
    for name in known.inputs:
        if name not in architecture:  # the network's input
            break
        count = architecture[name].channels
        if channel < count:
            return origin(architecture, name, channel)
        channel -= count
    return known.name, channel


def inputs_by_weight(architecture: Architecture, layer: str, channel: int, count: int = 6) -> tuple[Connection, ...]:
    """Return the channels that a channel is computed from, those with the largest kernels first.

    Args:
        architecture: The network.
        layer: Name of the channel's layer.
        channel: Its index.
        count: How many at most.

    Returns:
        None of them where its layer is no convolution that reads another layer's channels directly.
    """
    name, own = origin(architecture, layer, channel)
    known = architecture[name]
    kernels = _kernels(architecture, known)
    read = None if kernels is None else _below_pools(architecture, known.inputs[0])
    if kernels is None or read is None:
        return ()
    first = own // (kernels.shape[0] // _groups(known)) * kernels.shape[1]
    sizes, totals = _norms(kernels[own])
    return tuple(
        Connection(read, int(first + at), float(sizes[at]), float(totals[at]))
        for at in np.argsort(-sizes, kind="stable")[:count]
        if sizes[at] > 0
    )


def outputs_by_weight(architecture: Architecture, layer: str, channel: int, count: int = 6) -> tuple[Connection, ...]:
    """Return the channels that are computed from a channel, those with the largest kernels first.

    Args:
        architecture: The network.
        layer: Name of the channel's layer.
        channel: Its index.
        count: How many at most.

    Returns:
        None of them where no convolution reads its layer directly.
    """
    found: list[Connection] = []
    for reader in architecture:
        read = _read(architecture, reader)
        places = [] if read is None else within(architecture, read, layer, channel)
        kernels = _kernels(architecture, reader) if places else None  # large ones are converted for nobody
        if kernels is None:
            continue
        per_group = kernels.shape[0] // _groups(reader)
        for at in places:
            group, inner = divmod(at, kernels.shape[1])
            part = kernels[group * per_group : (group + 1) * per_group, inner]
            sizes, totals = _norms(part)
            found += [
                Connection(reader.name, group * per_group + out, float(sizes[out]), float(totals[out]))
                for out in range(len(part))
                if sizes[out] > 0
            ]
    return tuple(sorted(found, key=lambda each: (-each.size, each.layer, each.channel))[:count])


def _norms(kernels: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    flat = kernels.reshape(len(kernels), -1)
    with np.errstate(all="ignore"):
        sizes, totals = np.sqrt((flat**2).sum(axis=1)), flat.sum(axis=1)
    return np.nan_to_num(sizes, posinf=0.0), np.nan_to_num(totals, posinf=0.0, neginf=0.0)


def _groups(layer: Layer) -> int:
    return layer.op.groups if isinstance(layer.op, Convolution) else 1


def _kernels(architecture: Architecture, layer: Layer) -> NDArray[np.float64] | None:
    """Return weights, float64 (out, in of a group, …), between the channels of a layer and of the one it reads.

    None where there are none between two channels, or it does not read another layer's channels one for one.
    """
    read = _read(architecture, layer)
    if read is None:
        return None
    try:
        if type(layer.op) is Convolution:
            kernels = layer.op.kernels().astype(np.float64)
        else:
            found = layer.op.cell_map() if isinstance(layer.op, (FullyConnected, MatrixProduct)) else None
            if found is None or found[0].ndim != 2:
                return None
            kernels = found[0]
    except SqueezeVizError:
        return None
    return kernels if kernels.shape[1] * _groups(layer) == architecture[read].channels else None


def _keeps_channels(layer: Layer) -> bool:
    """Whether each of its channels is made of the same one of what it reads alone."""
    return isinstance(layer.op, _POOLS) and len(layer.inputs) == 1


def _read(architecture: Architecture, layer: Layer) -> str | None:
    """Return the one layer that a layer reads; None where it reads several, or the network's input."""
    name = layer.inputs[0] if len(layer.inputs) == 1 else None
    return name if name is not None and name in architecture else None


def _below_pools(architecture: Architecture, name: str | None) -> str | None:
    while name is not None and _keeps_channels(architecture[name]):
        below = architecture[name].inputs[0]
        name = below if below in architecture else None
    return name


def within(architecture: Architecture, read: str, layer: str, channel: int) -> list[int]:
    """Return at which of a layer's channels another one's stands: through pools and concatenations.

    Args:
        architecture: The network.
        read: The layer whose channels these are.
        layer: The other layer.
        channel: Index within that.

    Returns:
        Indices within `read`; none where it is made of more than that.
    """
    known = architecture[read]
    if known.name == architecture[layer].name:
        return [channel]
    if _keeps_channels(known) and known.inputs[0] in architecture:
        return within(architecture, known.inputs[0], layer, channel)
    if not known.op.joins_channels or not all(name in architecture for name in known.inputs):
        return []
    found, before = [], 0
    for name in known.inputs:
        found += [before + at for at in within(architecture, name, layer, channel)]
        before += architecture[name].channels
    return found
