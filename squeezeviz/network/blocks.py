"""Layers grouped as people draw them: Fire, residual, inception and dense blocks, and what runs plainly in between.

Blocks are found by form. All paths of a network meet in some layers (`squeezeviz.network.regions`); what forks and
joins between two of them is a block, and its kind is told by what it joins and which convolutions it has
(`squeezeviz.network.block_forms`). Where a fork holds whole blocks, as in a network whose stages feed several others,
these are taken, and read from several blocks. The rest is a chain: the forms that need no fork are looked for in it (an
inverted residual without its addition), and what is left is cut where the map shrinks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from squeezeviz.network.block_forms import Forms, Kind, is_1x1, is_depthwise
from squeezeviz.network.block_names import block_names, dense_names
from squeezeviz.network.ops.pooling import GlobalPooling
from squeezeviz.network.ops.sliding import Sliding
from squeezeviz.network.regions import Names, Wiring

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from squeezeviz.network.layer import Layer

__all__ = ["Block", "Kind", "blocks_of", "with_modules"]

_DEEPEST = 8  # a fork within a fork within …: what lies deeper is not taken apart
_MOST_CONVOLUTIONS = 32  # that people draw as one block of no known form; the cells of PNASNet have 27


@dataclass(frozen=True)
class Block:
    """Layers that people draw as one.

    Attributes:
        name: That of its module where the layers' names tell one; else its kind and number, or the first and last of
            plain layers.
        kind: What people call it: ``"fire"``, ``"residual"``, ``"bottleneck"`` (a residual block that narrows),
            ``"inverted residual"`` (with its addition or without), ``"inception"``, ``"dense layer"``, ``"transition"``
            (between dense blocks), ``"shuffle unit"``, ``"depthwise separable"``, ``"plain"``, or ``"branched"``: a
            fork and join of no known form.
        layers: Names of its layers, in execution order. Every layer is in exactly one block.
        branches: What runs side by side between fork and join, each the names of its layers; empty for a shortcut.
            Layers of the block that are in no branch stand before the fork, or from the join on. () where nothing
            forks.
        join: Name of the layer that joins the branches; None where nothing forks.
        inputs: Names of the blocks it reads; the network's input for the first.
        output: Name of the layer that other blocks read.
        group: What it forms with the blocks beside it: the dense block of a dense layer; else None.
    """

    name: str
    kind: Kind
    layers: tuple[str, ...]
    branches: tuple[tuple[str, ...], ...]
    join: str | None
    inputs: tuple[str, ...]
    output: str
    group: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "name": self.name,
            "kind": self.kind,
            "layers": list(self.layers),
            "branches": [list(branch) for branch in self.branches],
            "join": self.join,
            "inputs": list(self.inputs),
            "output": self.output,
            "group": self.group,
        }


@dataclass
class _Unit:
    """A layer that counts, or a fork and join, with what is done to its numbers."""

    layers: Names = ()
    item: Names = ()  # the layer, or the fork and join
    tail: Names = ()

    @property
    def names(self) -> Names:
        return self.layers + self.item + self.tail


@dataclass
class _Draft:
    """A block before it is named."""

    kind: Kind
    layers: Names
    item: Names = ()


def blocks_of(layers: Sequence[Layer]) -> tuple[Block, ...]:
    """Group the layers of a network.

    Args:
        layers: In execution order.

    Returns:
        Blocks, each behind those it reads.
    """
    wiring = Wiring(layers)
    forms = Forms(wiring)
    drafts = _Grouping(forms).drafts(tuple(wiring.layers))
    at = {name: place for place, name in enumerate(wiring.layers)}
    drafts.sort(key=lambda draft: at[draft.layers[-1]])
    taken = {name for layer in layers for name in layer.inputs} - wiring.layers.keys()
    names = block_names([(draft.kind, _telling(draft, forms)) for draft in drafts], taken)
    groups = dense_names([draft.kind for draft in drafts], names)
    block_of = {layer: name for draft, name in zip(drafts, names, strict=True) for layer in draft.layers}
    return tuple(
        Block(
            name=name,
            kind=draft.kind,
            layers=draft.layers,
            branches=tuple(wiring.branches(draft.item)) if draft.item else (),
            join=draft.item[-1] if draft.item else None,
            inputs=_read_by(draft, wiring, block_of),
            output=draft.layers[-1],
            group=group,
        )
        for draft, name, group in zip(drafts, names, groups, strict=True)
    )


def _telling(draft: _Draft, forms: Forms) -> Names:
    """Return the layers whose names tell what a block is called.

    A join may be another module's, as where a dense layer lists anew what there is; what comes before the first layer
    that counts says nothing.
    """
    if draft.item:
        inner = tuple(name for name in draft.layers if name != draft.item[-1])
        return inner if len(inner) > 1 else draft.layers
    first = next((at for at, name in enumerate(draft.layers) if forms.leads((name,))), 0)
    return draft.layers[first:]


def _read_by(draft: _Draft, wiring: Wiring, block_of: dict[str, str]) -> Names:
    own = set(draft.layers)
    read = (name for layer in draft.layers for name in wiring.inputs[layer] if name not in own)
    return tuple(dict.fromkeys(block_of.get(name, name) for name in read))


class _Grouping:
    """Groups the layers of one network."""

    def __init__(self, forms: Forms) -> None:
        self.forms, self.wiring = forms, forms.wiring

    def drafts(self, part: Names, depth: int = 0) -> list[_Draft]:
        """Return the blocks of a part of the network that has one way out."""
        found: list[_Draft] = []
        run: list[_Unit] = []  # plain so far
        units = self._units(part)
        at = 0
        while at < len(units):
            unit = units[at]
            if len(unit.item) > 1 and self._holds_blocks(unit.item, depth):
                found += self._plain(run)
                for cluster in self.wiring.clusters(unit.item):
                    found += self.drafts(cluster, depth + 1)
                run = [_Unit(unit.layers, unit.item[-1:], unit.tail)]
                at += 1
                continue
            kind, length = self._form(units, at)
            if kind == "plain":
                run.append(unit)
            else:
                before = [run.pop()] if kind == "fire" and run and self._is_squeeze(run[-1], unit) else []
                found += self._plain(run)
                run = []
                names = tuple(name for each in (*before, *units[at : at + length]) for name in each.names)
                found.append(_Draft(kind, names, unit.item if len(unit.item) > 1 else ()))
            at += length
        found += self._plain(run)
        return _with_transitions(found)

    def _units(self, part: Names) -> list[_Unit]:
        units: list[_Unit] = []
        before: Names = ()
        for item in self.wiring.chain(part):
            is_behind_join = bool(units) and len(units[-1].item) > 1
            if self.forms.leads(item):
                units.append(_Unit(before, item))
                before = ()
            elif before or not units or self.forms.prepares(item, is_behind_join=is_behind_join):
                before += item
            else:
                units[-1].tail += item
        if before and units:
            units[-1].tail += before
        elif before:
            units.append(_Unit(before))
        return units

    def _form(self, units: list[_Unit], at: int) -> tuple[Kind, int]:
        """Return the kind of block that begins with a unit, and how many units it takes."""
        unit = units[at]
        if len(unit.item) > 1:
            return self.forms.kind(unit.item, unit.tail), 1
        first, second, third = (self._convolution(units, at + step) for step in range(3))
        if first is not None and second is not None:
            if is_depthwise(first) and is_1x1(second):
                return ("inverted residual" if self._is_linear(units[at + 1]) else "depthwise separable"), 2
            widens = first.channels > _channels_in(first) and not self._is_linear(unit)
            narrows = is_1x1(second) and second.channels < first.channels and self._is_linear(units[at + 1])
            if widens and is_1x1(first) and is_depthwise(second) and third is not None and is_1x1(third):
                return ("inverted residual", 3) if self._is_linear(units[at + 2]) else ("plain", 1)
            goes_on = at + 2 < len(units) and (third is not None or len(units[at + 2].item) > 1)
            if widens and narrows and goes_on and not is_1x1(first):
                return "inverted residual", 2  # its 1 × 1 and depthwise convolutions fused into one (EfficientNetV2)
        return "plain", 1

    def _convolution(self, units: list[_Unit], at: int) -> Layer | None:
        return self.forms.convolution(units[at].item) if at < len(units) and len(units[at].item) == 1 else None

    def _is_linear(self, unit: _Unit) -> bool:
        return self.forms.is_linear(unit.names)

    def _is_squeeze(self, unit: _Unit, fork: _Unit) -> bool:
        fire = self.forms.fires.get(fork.item[-1])
        return fire is not None and fire.squeeze in unit.item and not fork.layers

    def _holds_blocks(self, item: Names, depth: int) -> bool:
        """Return whether a fork and join is more than a block: whole blocks lie within."""
        if depth >= _DEEPEST or self.forms.is_within(item):
            return False
        if self.forms.kind(item) == "branched":
            if sum(self.forms.convolution((name,)) is not None for name in item) <= _MOST_CONVOLUTIONS:
                return False
            return any(self.forms.forks(cluster) for cluster in self.wiring.clusters(item))
        # Two that concatenate are still a block (GhostNet's bottleneck has two such), two that add are not.
        for branch in self.wiring.branches(item):
            forks = self.forms.forks(branch) if branch else []
            adds = sum(not self.wiring.layers[fork[-1]].op.joins_channels for fork in forks)
            if len(forks) > 1 and len(forks) + adds > 2:
                return True
        return False

    def _plain(self, run: list[_Unit]) -> Iterator[_Draft]:
        """Cut a run where the map shrinks: behind a pooling, before a convolution."""
        stage: Names = ()
        for unit in run:
            shrinks = any(_shrinks(self.wiring.layers[name]) for name in unit.item)
            is_pooling = bool(unit.item) and self.forms.convolution(unit.item) is None
            if stage and shrinks and not is_pooling:
                yield _Draft("plain", stage)
                stage = ()
            stage += unit.names
            if shrinks and is_pooling:
                yield _Draft("plain", stage)
                stage = ()
        if stage:
            yield _Draft("plain", stage)


def _channels_in(layer: Layer) -> int:
    return layer.op.node.inputs[0].shape[1]


def _shrinks(layer: Layer) -> bool:
    """Return whether a layer's window makes the map smaller, and leaves a map."""
    if not isinstance(layer.op, Sliding) or isinstance(layer.op, GlobalPooling) or layer.op.window is None:
        return False
    return max(axis.stride for axis in layer.op.window) > 1 and layer.shape[1:] != (1, 1)


def _with_transitions(drafts: list[_Draft]) -> list[_Draft]:
    """Call what stands between two dense blocks by its name."""
    kinds = [draft.kind for draft in drafts]
    return [
        replace(draft, kind="transition")
        if kinds[at - 1 : at + 2] == ["dense layer", "plain", "dense layer"] and at
        else draft
        for at, draft in enumerate(drafts)
    ]


# Modules --------------------------------------------------------------------------------------------------------------


def with_modules(layers: Sequence[Layer]) -> Iterator[Layer]:
    """Mark the parts of Fire modules that have nothing but ReLUs between their convolutions."""
    forms = Forms(Wiring(layers))
    roles: dict[str, tuple[str, str]] = {}
    for joined, fire in forms.fires.items():
        if not fire.is_bare:
            continue
        module = _module_of(fire.squeeze, joined)
        roles[joined], roles[fire.squeeze] = (module, "concat"), (module, "squeeze")
        for name in fire.expands:
            height, width = forms.wiring.layers[name].kernel or (0, 0)
            roles[name] = (module, f"expand{height}x{width}")
    for layer in layers:
        if layer.name in roles:
            module, branch = roles[layer.name]
            yield replace(layer, module=module, branch=branch)
        else:
            yield layer


def _module_of(squeeze: str, joined: str) -> str:
    """Return what a Fire module is called: what stands before the squeeze's own name, where that tells."""
    if "/" not in joined and "." in squeeze:
        return squeeze.rpartition(".")[0]
    return joined.split("/", maxsplit=1)[0]
