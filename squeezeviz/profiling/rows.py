"""What ONNX Runtime ran, under the layers' published names: its kernels put together to rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from squeezeviz.network.ops.quantisation import Dequantisation, Quantisation
from squeezeviz.profiling.profiled import LayerCost, spread_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from squeezeviz.network.architecture import Architecture, Layer
    from squeezeviz.profiling.events import Ran
    from squeezeviz.profiling.fusion import Kernel

__all__ = ["rows_of"]

_QUANTISING = ("QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear")
_SHAPES = ("int32", "int64")  # what is computed of shapes


@dataclass
class _Group:
    """Kernels that compute the same layers, or are of one kind between layers; by their places in a run."""

    name: str = ""
    kind: str = ""
    layers: set[str] = field(default_factory=set)
    places: list[int] = field(default_factory=list)


def rows_of(
    runs: Sequence[Sequence[Ran]],
    kernels: Mapping[str, Kernel],
    architecture: Architecture,
    names: Mapping[str, str],
    batch: int,
) -> tuple[LayerCost, ...]:
    """Return a row for each layer or group of layers that is computed together, and for what is done between them.

    Args:
        runs: What was run, in each run the same.
        kernels: What each node stands for, by its name.
        architecture: The layers.
        names: Token → name of a value.
        batch: Images at once.
    """
    layer_of = {value: layer for layer in architecture for value in (layer.name, layer.pre_relu) if value}
    place_of = {layer.name: at for at, layer in enumerate(architecture)}
    made = []
    for group in _groups(runs[0], kernels, layer_of, names):
        layers = [architecture[name] for name in sorted(group.layers, key=place_of.__getitem__)]
        made.append(_row(group, layers, runs, kernels, batch))
    return tuple(made)


def _row(
    group: _Group,
    layers: Sequence[Layer],
    runs: Sequence[Sequence[Ran]],
    kernels: Mapping[str, Kernel],
    batch: int,
) -> LayerCost:
    ran = [runs[0][at] for at in sorted(group.places)]
    # Where integers stay integers, what stands around them in the file is not computed.
    is_by_itself = any(each.kernel in _QUANTISING for each in ran)
    counted = [layer for layer in layers if is_by_itself or not _is_quantisation(layer)]
    main = max(layers, key=lambda layer: (layer.macs, not _is_quantisation(layer))) if layers else None
    computing = max(ran, key=lambda each: each.ms)
    return LayerCost(
        name=main.name if main else group.name,
        layers=tuple(layer.name for layer in layers),
        fused=tuple(layer.name for layer in layers if layer is not main and not _is_quantisation(layer)),
        is_quantised=any(layer is not main and _is_quantisation(layer) for layer in layers),
        kind=(main.kind if counted else "handed on") if main else group.kind,
        kernels=tuple(each.kernel for each in ran),
        arithmetic=computing.arithmetic,
        time=spread_of([sum(run[at].ms for at in group.places) for run in runs]),
        macs=batch * sum(layer.macs for layer in counted),
        operations=batch * sum(layer.operations for layer in counted),
        weight_bytes=sum(kernels[each.name].weight_bytes for each in ran if each.name in kernels),
        read_bytes=sum(each.read_bytes for each in ran),
        written_bytes=sum(each.written_bytes for each in ran),
    )


def _is_quantisation(layer: Layer) -> bool:
    return isinstance(layer.op, (Quantisation, Dequantisation))


def _groups(
    ran: Sequence[Ran], kernels: Mapping[str, Kernel], layer_of: Mapping[str, Layer], names: Mapping[str, str]
) -> list[_Group]:
    """Return what belongs together, in the order in which it begins."""
    groups: list[_Group] = []
    for at, each in enumerate(ran):
        kernel = kernels.get(each.name)
        values = [names[token] for token in (kernel.values if kernel else ())]
        layers = {layer_of[value].name for value in values if value in layer_of}
        name, kind = ("", "") if layers else _between(each, kernel, values, layer_of, names)
        mine = _Group(name, kind, layers, [at])
        for other in list(groups):
            if other.layers & mine.layers or (kind and (other.name, other.kind) == (name, kind)):
                groups.remove(other)
                mine = _Group(name, kind, mine.layers | other.layers, [*other.places, *mine.places])
        groups.append(mine)
    return sorted(groups, key=lambda group: min(group.places))


def _between(
    ran: Ran,
    kernel: Kernel | None,
    values: Sequence[str],
    layer_of: Mapping[str, Layer],
    names: Mapping[str, str],
) -> tuple[str, str]:
    """Return name and kind of what computes no layer."""
    if kernel is not None and kernel.converts is not None:
        value = names.get(kernel.converts, "")
        layer = layer_of.get(value)
        return (layer.name if layer else value) or ran.kernel, "conversion"
    if not values:
        return ran.kernel, "not mapped"
    if ran.arithmetic in _SHAPES or ran.kernel == "Shape":
        return "shapes", "shape arithmetic"
    return min(values), "handed on"
