"""Which layer's cells a map is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.errors import LayerError
from squeezeviz.evidence.ending import class_maps
from squeezeviz.network.ops.pooling import AveragePooling, LpPooling, MaxPooling

if TYPE_CHECKING:
    from squeezeviz.evidence.attribution.subject import Subject
    from squeezeviz.network.layer import Layer

__all__ = ["mapped_layer"]

_POOLS = (MaxPooling, AveragePooling, LpPooling)


def mapped_layer(subject: Subject, asked: str | None, method: str) -> Layer:
    """Return the layer whose cells a map is made of.

    Args:
        subject: What is attributed.
        asked: The layer's name; by default the features that the class's map is made of, where the network's graph has
            such maps, else the last layer with a map, before it is pooled, that all of the number passes through.
        method: For messages.

    Raises:
        LayerError: There is no such layer, it has no map, it is not known where its cells lie, or the number does not
            hang on it.
    """
    layer = _usual(subject, method) if asked is None else subject.architecture[asked]
    if len(layer.shape) != 3 or layer.shape[1:] == (1, 1):
        raise LayerError(
            f"{method}: {layer.name} has no map, each of its channels is one number ({layer.kind}); "
            "take a layer before it, such as the last convolution"
        )
    layer.located()
    if layer.name == subject.target.of:
        raise LayerError(f"{method}: {layer.name} is the layer of the number itself; take one before it")
    subject.model.parts.beside([layer.name], [subject.target.of])  # refuses what the number does not hang on
    return layer


def _usual(subject: Subject, method: str) -> Layer:
    arch, of = subject.architecture, subject.target.of
    layers = {layer.name: layer for layer in arch}
    if of in (arch.logits_name, arch.output_name):
        try:
            return class_maps(arch, subject.model.name).features
        except LayerError:
            pass  # it ends otherwise
    for layer in reversed(layers.values()):
        has_map = len(layer.shape) == 3 and layer.shape[1:] != (1, 1) and layer.stride is not None
        if has_map and not isinstance(layer.op, _POOLS) and layer.name != of and _carries_all(subject, layer.name):
            return layer
    raise LayerError(f"{method}: no layer before {of} has a map that all of it passes through; name one")


def _carries_all(subject: Subject, name: str) -> bool:
    try:
        return not subject.model.parts.beside([name], [subject.target.of])
    except LayerError:  # it lies behind the number
        return False
