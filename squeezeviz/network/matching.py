"""Which layer of one network stands for which layer of another: by name, else by form."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal

from squeezeviz.network.ops.quantisation import Dequantisation, Quantisation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence, Set

    from squeezeviz.network.architecture import Architecture
    from squeezeviz.network.layer import Layer

__all__ = ["Match", "MatchRule", "Matching", "match_layers"]

#: What tells that two layers are a pair.
MatchRule = Literal["name", "form"]


@dataclass(frozen=True)
class Match:
    """Two layers that stand for each other.

    Attributes:
        a: Of the first network: the layer with the values to compare.
        b: Of the second.
        kind: What people call the first's operator.
        rule: What says that they are a pair, see `match_layers`.
    """

    a: Layer
    b: Layer
    kind: str
    rule: MatchRule


@dataclass(frozen=True)
class Matching:
    """What came of matching the layers of two networks.

    Attributes:
        pairs: In the first network's order.
        lone_a: Names of the first's layers that are in no pair.
        lone_b: Names of the second's.
    """

    pairs: tuple[Match, ...]
    lone_a: tuple[str, ...]
    lone_b: tuple[str, ...]


@dataclass(frozen=True)
class _Unit:
    """A layer, and its values as others read them: of one that is quantised at once, dequantised."""

    layer: Layer
    read: Layer

    def names(self, *, with_read: bool) -> tuple[str, ...]:
        """Return what it is called, its own name first."""
        return (self.layer.name, self.read.name) if with_read else (self.layer.name,)


def match_layers(a: Architecture, b: Architecture) -> Matching:
    """Pair the layers of two networks, each with one at most.

    By name first: layers that are called the same, and have the same operator or the same shape of output. Of those
    that are left, by form: the same operator and the same shape of output, in the same order in both networks and on
    the same side of every pair by name. Which they are is found as `difflib` compares texts: the longest stretch of
    equal forms first, then those before and behind it (Ratcliff and Metzener 1988, Dr. Dobb's Journal 13(7):46).

    A layer that only its quantisation reads is one with it, and its values are those that come out of the
    dequantisation: quantisers leave a ReLU out where cutting off at zero does the same.

    Args:
        a: The first network, at the size of its input.
        b: The second.
    """
    units_a, units_b = _units(a), _units(b)
    by_name = _by_name(units_a, units_b)
    named_b = {unit.layer.name for unit in by_name.values()}
    rest_a, rest_b = list(_unnamed(units_a, by_name.keys())), list(_unnamed(units_b, named_b))
    forms = SequenceMatcher(None, [form for form, _ in rest_a], [form for form, _ in rest_b], autojunk=False)
    by_form = {
        rest_a[at_a + step][1].layer.name: rest_b[at_b + step][1]
        for at_a, at_b, length in forms.get_matching_blocks()
        for step in range(length)
    }
    found = by_name | by_form
    pairs = tuple(
        Match(unit.read, found[name].read, unit.layer.kind, "name" if name in by_name else "form")
        for unit in units_a
        if (name := unit.layer.name) in found
    )
    taken = {unit.layer.name for unit in found.values()}
    return Matching(
        pairs,
        tuple(unit.layer.name for unit in units_a if unit.layer.name not in found),
        tuple(unit.layer.name for unit in units_b if unit.layer.name not in taken),
    )


def _by_name(units_a: Sequence[_Unit], units_b: Sequence[_Unit]) -> dict[str, _Unit]:
    """Pair what is called the same: layers first, then what comes out of their quantisation."""
    found: dict[str, _Unit] = {}
    taken: set[str] = set()
    for with_read in (False, True):
        names = {name: unit for unit in units_b for name in unit.names(with_read=with_read)}
        for unit in units_a:
            named = next((names[name] for name in unit.names(with_read=with_read) if name in names), None)
            if named is None or unit.layer.name in found or named.layer.name in taken:
                continue
            if _are_alike(unit.layer, named.layer):
                found[unit.layer.name] = named
                taken.add(named.layer.name)
    return found


def _units(network: Architecture) -> list[_Unit]:
    """Return a network's own layers, each with the quantisation that alone reads it."""
    layers = [layer for layer in network if layer.name not in network.appended]
    readers: dict[str, list[Layer]] = {}
    for layer in layers:
        for name in layer.inputs:
            readers.setdefault(name, []).append(layer)
    dequantised: dict[str, Layer] = {}
    inner: set[str] = set()
    for layer in layers:
        match readers.get(layer.name, []):
            case [whole] if isinstance(whole.op, Quantisation):
                match readers.get(whole.name, []):
                    case [back] if isinstance(back.op, Dequantisation):
                        dequantised[layer.name] = back
                        inner |= {whole.name, back.name}
    return [_Unit(layer, dequantised.get(layer.name, layer)) for layer in layers if layer.name not in inner]


def _are_alike(one: Layer, other: Layer) -> bool:
    return one.kind == other.kind or one.shape == other.shape


def _unnamed(units: Sequence[_Unit], by_name: Set[str]) -> Iterator[tuple[tuple[object, ...], _Unit]]:
    """Yield the layers that no name pairs, each with its form; how many named ones come before it is part of that."""
    before = 0
    for unit in units:
        if unit.layer.name in by_name:
            before += 1
        else:
            yield (unit.layer.kind, unit.layer.shape, before), unit
