"""Which layer of one network stands for which layer of another: by name, else by form."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from squeezeviz.network.architecture import Architecture
    from squeezeviz.network.layer import Layer

__all__ = ["Match", "MatchRule", "match_layers"]

#: What tells that two layers are a pair.
MatchRule = Literal["name", "form"]


@dataclass(frozen=True)
class Match:
    """Two layers that stand for each other.

    Attributes:
        a: Of the first network.
        b: Of the second.
        rule: What says so, see `match_layers`.
    """

    a: Layer
    b: Layer
    rule: MatchRule


def match_layers(a: Architecture, b: Architecture) -> tuple[Match, ...]:
    """Pair the layers of two networks, each with one at most.

    By name first: layers that are called the same, and have the same operator or the same shape of output. Of those
    that are left, by form: the same operator and the same shape of output, in the same order in both networks and on
    the same side of every pair by name. Which they are is found as `difflib` compares texts: the longest stretch of
    equal forms first, then those before and behind it (Ratcliff and Metzener 1988, Dr. Dobb's Journal 13(7):46).

    Args:
        a: The first network, at the size of its input.
        b: The second.

    Returns:
        The pairs, in the first network's order.
    """
    names = {layer.name: layer for layer in b}
    by_name = {
        layer.name: names[layer.name] for layer in a if layer.name in names and _are_alike(layer, names[layer.name])
    }
    rest_a, rest_b = (list(_unnamed(network, by_name)) for network in (a, b))
    forms = SequenceMatcher(None, [form for form, _ in rest_a], [form for form, _ in rest_b], autojunk=False)
    by_form = {
        rest_a[at_a + step][1].name: rest_b[at_b + step][1]
        for at_a, at_b, length in forms.get_matching_blocks()
        for step in range(length)
    }
    return tuple(
        Match(layer, by_name[layer.name], "name")
        if layer.name in by_name
        else Match(layer, by_form[layer.name], "form")
        for layer in a
        if layer.name in by_name or layer.name in by_form
    )


def _are_alike(one: Layer, other: Layer) -> bool:
    return one.kind == other.kind or one.shape == other.shape


def _unnamed(network: Architecture, by_name: dict[str, Layer]) -> Iterator[tuple[tuple[object, ...], Layer]]:
    """Yield the layers that no name pairs, each with its form; how many named ones come before it is part of that."""
    before = 0
    for layer in network:
        if layer.name in by_name:
            before += 1
        else:
            yield (layer.kind, layer.shape, before), layer
