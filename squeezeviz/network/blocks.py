"""Layers grouped as people draw them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from squeezeviz.network.ops.convolution import Convolution

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from squeezeviz.network.layer import Layer

__all__ = ["with_blocks"]


def with_blocks(layers: Sequence[Layer]) -> Iterator[Layer]:
    """Mark Fire modules by their form: a concatenation of convolutions that all read one squeeze convolution."""
    by_name = {layer.name: layer for layer in layers}
    roles: dict[str, tuple[str, str]] = {}
    for layer in layers:
        expands = [by_name[key] for key in layer.inputs if key in by_name]
        sources = {key for expand in expands for key in expand.inputs}
        if not layer.op.joins_channels or len(expands) < 2 or len(sources) != 1:
            continue
        squeeze = by_name.get(next(iter(sources)))
        if squeeze is None or any(not isinstance(part.op, Convolution) for part in (squeeze, *expands)):
            continue
        module = _module_of(squeeze.name, layer.name)
        roles[layer.name], roles[squeeze.name] = (module, "concat"), (module, "squeeze")
        for expand in expands:
            height, width = expand.kernel or (0, 0)
            roles[expand.name] = (module, f"expand{height}x{width}")
    for layer in layers:
        module_name, branch = roles.get(layer.name, (None, None))
        yield replace(layer, module=module_name, branch=branch)


def _module_of(squeeze: str, joined: str) -> str:
    """Return what a Fire module is called: what stands before the squeeze's own name, where that tells."""
    if "/" not in joined and "." in squeeze:
        return squeeze.rpartition(".")[0]
    return joined.split("/", maxsplit=1)[0]
