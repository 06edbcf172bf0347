"""What kind of block a part of the network is, by its form: how it forks and joins, and what convolutions it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from squeezeviz.network.ops.base import Pointwise
from squeezeviz.network.ops.convolution import Convolution
from squeezeviz.network.ops.elementwise import Product, Sum
from squeezeviz.network.ops.linear import FullyConnected, MatrixProduct
from squeezeviz.network.ops.normalisation import BatchNormalisation
from squeezeviz.network.ops.pooling import GlobalPooling, Reduction
from squeezeviz.network.ops.quantisation import Dequantisation, Quantisation
from squeezeviz.network.ops.rearrangement import Concatenation, Padding, Slicing, Splitting, Transposition
from squeezeviz.network.ops.sliding import Sliding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from squeezeviz.network.layer import Layer
    from squeezeviz.network.regions import Names, Wiring

__all__ = ["Forms", "Kind"]

#: What people call a block.
Kind = Literal[
    "fire", "residual", "bottleneck", "inverted residual", "inception", "dense layer", "transition", "shuffle unit",
    "depthwise separable", "plain", "branched",
]  # fmt: skip

_LEADING = (Sliding, FullyConnected, MatrixProduct, GlobalPooling, Concatenation)
_SCALES = (BatchNormalisation, Quantisation, Dequantisation)


@dataclass(frozen=True)
class Fire:
    """A concatenation of a 1 × 1 and a 3 × 3 convolution that both read one 1 × 1 convolution.

    Attributes:
        squeeze: The convolution they read.
        expands: The 1 × 1 one and the 3 × 3 one.
        is_bare: Whether nothing but ReLUs stands between them.
    """

    squeeze: str
    expands: Names
    is_bare: bool


class Forms:
    """Tells the form of parts of one network.

    Args:
        wiring: Of its layers.

    Attributes:
        fires: Concatenation → the Fire module that ends with it.
    """

    def __init__(self, wiring: Wiring) -> None:
        self.wiring = wiring
        self.fires: dict[str, Fire] = {}
        #: Layer → the convolution whose numbers it is, or hands on: normalised, or through a function.
        self._convolution_of: dict[str, str] = {}
        for name, layer in wiring.layers.items():
            reads = wiring.inputs[name]
            if isinstance(layer.op, Convolution):
                self._convolution_of[name] = name
            elif isinstance(layer.op, Pointwise) and len(reads) == 1 and reads[0] in self._convolution_of:
                self._convolution_of[name] = self._convolution_of[reads[0]]
            fire = self._fire(name)
            if fire is not None:
                self.fires[name] = fire

    # Single layers ----------------------------------------------------------------------------------------------------

    def leads(self, item: Names) -> bool:
        """Return whether an item is more than what is done to the numbers of the layer before."""
        if len(item) > 1:
            return not self.is_within(item)
        op = self.wiring.layers[item[0]].op
        return isinstance(op, _LEADING) or (isinstance(op, Reduction) and op.is_global)

    def prepares(self, item: Names, *, is_behind_join: bool) -> bool:
        """Return whether an item belongs to the layer behind it: padding, or a normalisation left by a join."""
        op = self.wiring.layers[item[0]].op
        return len(item) == 1 and (
            isinstance(op, (Padding, Slicing, Splitting)) or (is_behind_join and isinstance(op, BatchNormalisation))
        )

    def is_within(self, item: Names) -> bool:
        """Return whether a fork and join is no block: a gate on channels or cells, or a function of numbers."""
        branches = self.wiring.branches(item)
        is_gate = isinstance(self.wiring.layers[item[-1]].op, Product) and () in branches
        return is_gate or not any(self.leads((name,)) for name in item)

    def forks(self, part: Names) -> list[Names]:
        """Return the forks and joins in a part that may be blocks of their own."""
        return [item for item in self.wiring.chain(part) if len(item) > 1 and not self.is_within(item)]

    def convolution(self, names: Iterable[str]) -> Layer | None:
        """Return the first convolution of some layers."""
        return next((self.wiring.layers[name] for name in names if self._is_convolution(name)), None)

    def is_linear(self, names: Sequence[str]) -> bool:
        """Return whether what follows a convolution only scales and shifts."""
        layers = [self.wiring.layers[name] for name in names]
        at = next((place for place, layer in enumerate(layers) if isinstance(layer.op, Convolution)), 0)
        return all(
            layer.pre_relu is None and (isinstance(layer.op, _SCALES) or _is_affine(layer))
            for layer in layers[at + 1 :]
        ) and (not layers or layers[at].pre_relu is None)

    def _is_convolution(self, name: str) -> bool:
        return isinstance(self.wiring.layers[name].op, Convolution)

    # Forks and joins --------------------------------------------------------------------------------------------------

    def kind(self, item: Names, tail: Sequence[str] = ()) -> Kind:
        """Return what a fork and join is.

        Args:
            item: Its layers, the join last.
            tail: What is done to the join's numbers.
        """
        join = self.wiring.layers[item[-1]]
        branches = self.wiring.branches(item)
        if any(_is_shuffle(self.wiring.layers[name]) for name in (*item, *tail)):
            return "shuffle unit"
        if isinstance(join.op, Concatenation):
            return self._joined_kind(item[-1], branches)
        return self._added_kind(join, branches) if isinstance(join.op, Sum) else "branched"

    def _joined_kind(self, join: str, branches: list[Names]) -> Kind:
        if join in self.fires:
            return "fire"
        convolved = [branch for branch in branches if self.convolution(branch)]
        if () not in branches:
            is_side_by_side = len(branches) > 1 and all(any(self.leads((name,)) for name in each) for each in branches)
            return "inception" if convolved and is_side_by_side else "branched"
        is_one = len(branches) == 2 and len(convolved) == 1
        read = set(self.wiring.inputs[join])
        if not is_one or len(read.intersection(convolved[0])) > 1 or self._is_all_depthwise(convolved[0]):
            return "branched"
        return "branched" if self.forks(convolved[0]) else "dense layer"

    def _added_kind(self, join: Layer, branches: list[Names]) -> Kind:
        paths = sorted((self.on_map(branch, join) for branch in branches), key=len)
        if len(branches) < 2 or not paths[-1] or any(len(_widening(path)) > 1 for path in paths[:-1]):
            return "branched"
        body = max(branches, key=lambda branch: len(self.on_map(branch, join)))
        if body[-1] in self.fires:
            return "fire"
        if self.forks(body):
            return "residual"
        *inner, last = paths[-1]
        widths = [layer.channels for layer in _widening(inner)]
        if self._is_inverted(paths[-1]) or (widths and max(widths) > last.channels):
            return "inverted residual"
        return "bottleneck" if widths and min(widths) < last.channels else "residual"

    def on_map(self, names: Names, join: Layer) -> list[Layer]:
        """Return the convolutions that work on the map: not on one number a channel, as those of a gate do."""
        layers = [self.wiring.layers[name] for name in names if self._is_convolution(name)]
        return [layer for layer in layers if layer.shape[1:] != (1, 1) or join.shape[1:] == (1, 1)]

    def _is_inverted(self, path: list[Layer]) -> bool:
        """Return whether one depthwise convolution, no narrower than the path's end, stands among 1 × 1 ones."""
        deep = [layer for layer in path if is_depthwise(layer)]
        others = [layer for layer in path if not is_depthwise(layer)]
        return (
            len(deep) == 1
            and 1 <= len(others) <= 2
            and all(is_1x1(layer) for layer in others)
            and deep[0].channels >= path[-1].channels
        )

    def _is_all_depthwise(self, names: Names) -> bool:
        return all(is_depthwise(self.wiring.layers[name]) for name in names if self._is_convolution(name))

    def _fire(self, join: str) -> Fire | None:
        layer = self.wiring.layers[join]
        ends = self.wiring.inputs[join]
        if not layer.op.joins_channels or len(ends) != 2:
            return None
        expands = tuple(self._convolution_of[end] for end in ends if end in self._convolution_of)
        sources = {self.wiring.inputs[expand][0] for expand in expands}
        if len(expands) != 2 or len(sources) != 1:
            return None
        source = sources.pop()
        squeeze = self._convolution_of.get(source)
        kernels = sorted(self.wiring.layers[expand].kernel or (0, 0) for expand in expands)
        if squeeze is None or self.wiring.layers[squeeze].kernel != (1, 1) or kernels != [(1, 1), (3, 3)]:
            return None
        return Fire(squeeze, expands, is_bare=squeeze == source and expands == ends)


def is_depthwise(layer: Layer) -> bool:
    """Return whether a layer is a convolution of each channel for itself."""
    return isinstance(layer.op, Convolution) and layer.op.groups > 1 and layer.op.weight_shape[1] == 1


def is_1x1(layer: Layer) -> bool:
    """Return whether a layer is a 1 × 1 convolution."""
    return isinstance(layer.op, Convolution) and layer.kernel == (1, 1) and not is_depthwise(layer)


def _widening(path: list[Layer]) -> list[Layer]:
    """Return the convolutions that set how many channels there are: a depthwise one keeps them."""
    return [layer for layer in path if not is_depthwise(layer)]


def _is_affine(layer: Layer) -> bool:
    return isinstance(layer.op, (Product, Sum)) and len(layer.inputs) == 1


def _is_shuffle(layer: Layer) -> bool:
    """Return whether a layer only changes the order of channels: groups and their channels, transposed."""
    axes = layer.op.attribute("perm") if isinstance(layer.op, Transposition) else None
    return axes is not None and len(axes) == 5 and list(axes) == [0, 2, 1, 3, 4]
