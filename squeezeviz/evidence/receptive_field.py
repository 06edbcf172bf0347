"""Contributions by receptive field: how much of a logit came through narrow paths, and how much through wide ones.

With one photo's ReLUs held as they are (open where the activation is above zero) and each max pool held to the cell
that won, the network is linear in its input, up to biases. A number of it is then exactly

    Σ over paths: (product of the weights along the path) × (input value at its end)   +   what the biases add

which is gradient × input plus the bias gradients (S. Srinivas and F. Fleuret, "Full-Gradient Representation for Neural
Network Visualization", 2019, prove it). A path's receptive field is ``1 + Σ (kernel width − 1) × stride`` over its
layers (A. Araujo, W. Norris and J. Sim, "Computing Receptive Fields of Convolutional Neural Networks", 2019), which
depends only on the branches it takes: in SqueezeNet 1.1 ``31 + 8a + 16b + 32c`` pixels, for a, b, c wide branches in
fire2–3, fire4–5 and fire6–9. So all paths of one receptive field are summed together, by carrying the gradient backward
apart for each width gathered so far.

Two conventions. A path belongs to the branches it takes, not to the pixels it happens to touch: the middle of a 3 × 3
kernel counts as the 3 × 3 branch. And which ReLUs are open is taken from the whole network: a narrow path may pass a
gate that the neighbourhood opened. The input has had its mean subtracted, so that evidence is counted from that colour:
a patch of it adds nothing. Biases have no end in the input, and are listed on their own.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.errors import LabelError, LayerError
from squeezeviz.network.ops import POINT, Windows
from squeezeviz.network.ops.convolution import Convolution
from squeezeviz.network.ops.pooling import MaxPooling
from squeezeviz.notebook_display import NotebookDisplay
from squeezeviz.preprocessing.sizes import size_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.evidence.arithmetic import Arithmetic
    from squeezeviz.network.architecture import Layer
    from squeezeviz.results.labels import Label

__all__ = ["BranchSplit", "ReceptiveFieldContributions", "contributions_by_receptive_field"]

_MOST_BYTES = 1 << 31  # of one layer's gradients, one a receptive field: their number may double with every block

Size = tuple[int, int]  # (height, width) in input pixels
Flow = dict[Size, "NDArray[np.float64]"]  # what windows have added so far, in input pixels → gradient (C, H, W)


@dataclass(frozen=True)
class BranchSplit:
    """A number, cut where one Fire module's branches join.

    Attributes:
        layer: The concatenation.
        parts: Branch → what came through it, in logit units: Σ gradient × activation over its channels.
        biases: What the biases of later layers add.
    """

    layer: str
    parts: dict[str, float]
    biases: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {"layer": self.layer, "parts": self.parts, "biases": self.biases}


@dataclass(frozen=True, eq=False)
class ReceptiveFieldContributions(NotebookDisplay):
    """A logit, or the difference of two, by the receptive field of the paths that it came through.

    How it is divided, and what that means, stands at the head of this module.

    Attributes:
        source: Every number of the image.
        label: The class.
        contrast_class: The class whose logit was subtracted, or None.
        logit: As the network computed it; with a contrast class, the difference.
        sizes: Receptive fields, (height, width) in input pixels, ascending.
        evidence: float64, one a size, in logit units: what all paths of that size add together.
        biases: Layer → what its biases add, in logit units.
        splits: One a Fire module, from the last to the first; each sums to the logit.
    """

    source: Arithmetic
    label: Label
    contrast_class: Label | None
    logit: float
    sizes: tuple[tuple[int, int], ...]
    evidence: NDArray[np.float64]
    biases: dict[str, float]
    splits: tuple[BranchSplit, ...]

    @property
    def bias(self) -> float:
        """What all biases add, in logit units."""
        return sum(self.biases.values())

    @property
    def residual(self) -> float:
        """The network's logit less all evidence and biases: rounding."""
        return self.logit - float(self.evidence.sum()) - self.bias

    def up_to(self, size: tuple[int, int]) -> float:
        """Return what the paths add whose receptive field is no larger than that in any direction, in logit units."""
        return float(
            sum(
                value
                for (height, width), value in zip(self.sizes, self.evidence, strict=True)
                if height <= size[0] and width <= size[1]
            )
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "image": self.source.image.name,
            "model": self.source.model.name,
            "preprocessing": self.source.preprocessing.name,
            "class_index": self.label.class_index,
            "wnid": self.label.wnid,
            "label": self.label.label,
            "contrast_class_index": self.contrast_class.class_index if self.contrast_class else None,
            "logit": self.logit,
            "sizes_px": [list(size) for size in self.sizes],
            "evidence": self.evidence.tolist(),
            "biases": self.biases,
            "bias": self.bias,
            "residual": self.residual,
            "splits": [split.to_dict() for split in self.splits],
        }

    def __repr__(self) -> str:
        of = f"{self.label.label!r}" + (f" less {self.contrast_class.label!r}" if self.contrast_class else "")
        ends = [size_text(size) for size in (self.sizes[0], self.sizes[-1])] if self.sizes else []
        sizes = f"{ends[0]}–{ends[1]} px" if ends else "no paths"
        total = f"{self.logit:.4f} = {self.evidence.sum():.4f} ({sizes}) + biases {self.bias:.4f}"
        return f"<ReceptiveFieldContributions of {of}: {total}>"


def contributions_by_receptive_field(
    source: Arithmetic, class_index: int | str, contrast_class: int | str | None = None
) -> ReceptiveFieldContributions:
    """Divide a logit by the receptive field of the paths that it came through.

    Args:
        source: ``squeezeviz.Arithmetic(model, image)``; of several crops, the first.
        class_index: An index, WordNet id or name.
        contrast_class: An index, WordNet id or name: divide the class's logit less this one's. None, the default: the
            logit alone.

    Raises:
        LabelError: No class is called that, or both are the same.
        LayerError: The network has a layer other than convolutions, max pooling, concatenation and a closing mean, or
            paths of too many receptive fields.
    """
    labels, arch = source.model.labels, source.architecture
    label = labels[class_index]
    other = None if contrast_class is None else labels[contrast_class]
    if label == other:
        raise LabelError(f"{class_index!r} and {contrast_class!r} are both {label.label!r}; expected two classes")
    logits = source.values(arch.logits_name)
    start = np.zeros(logits.shape)
    start[label.class_index] = 1.0
    if other is not None:
        start[other.class_index] = -1.0
    backward = _Backward(source)
    backward.run(start)
    sizes = tuple(sorted(backward.evidence, key=lambda size: (size[0] * size[1], size)))
    made = ReceptiveFieldContributions(
        source=source,
        label=label,
        contrast_class=other,
        logit=float((start * logits).sum()),
        sizes=sizes,
        evidence=np.array([backward.evidence[size] for size in sizes]),
        biases=backward.biases,
        splits=tuple(backward.splits),
    )
    scale = float(np.abs(made.evidence).sum()) + sum(map(abs, made.biases.values())) + abs(made.logit)
    source.check_rounding(f"the logit of {label.label!r}", made.logit, made.residual, scale)
    return made


class _Backward:
    """One walk from the logits to the input.

    Attributes:
        evidence: Receptive field, (height, width) → what its paths add.
        biases: Layer → what its biases add.
        splits: The branches of each concatenation on the way.
    """

    def __init__(self, source: Arithmetic) -> None:
        self.source = source
        self.arch = source.architecture
        self.evidence: dict[Size, float] = defaultdict(float)
        self.biases: dict[str, float] = {}
        self.splits: list[BranchSplit] = []
        self._flows: dict[str, Flow] = defaultdict(dict)

    def run(self, start: NDArray[np.float64]) -> None:
        self._flows[self.arch.logits_name] = {(0, 0): start}
        for layer in reversed(self.arch.layers):
            flow = self._flows.pop(layer.name, None)
            if flow:
                self._back(layer, flow)
        for size, gradient in self._flows.pop(self.arch.input_name, {}).items():
            self.evidence[_wider(size, (1, 1))] += float((gradient * self.source.values(self.arch.input_name)).sum())

    def _back(self, layer: Layer, flow: Flow) -> None:
        if layer.pre_relu:
            is_open = self.source.values(layer.name) > 0
            flow = {size: gradient * is_open for size, gradient in flow.items()}
        if isinstance(layer.op, Convolution) and layer.op.window:
            self._convolution(layer, layer.op, flow)
        elif layer.op.joins_channels:
            self._concatenation(layer, flow)
        elif isinstance(layer.op, MaxPooling) and layer.op.window:
            self._max_pooling(layer, layer.op, flow)
        elif layer.op.is_global_mean:
            name = layer.inputs[0]
            shape = self.source.values(name).shape
            for size, gradient in flow.items():
                self._add(name, size, gradient.reshape(-1, 1, 1) * np.full(shape, 1 / (shape[1] * shape[2])))
        else:
            raise LayerError(
                f"{layer.name}: a layer of the kind {layer.kind!r} is not divided into paths; expected convolutions, "
                "max pooling, concatenation and a closing mean"
            )

    def _add(self, name: str, size: Size, gradient: NDArray[np.float64]) -> None:
        held = self._flows[name]
        if size not in held and (len(held) + 1) * gradient.nbytes > _MOST_BYTES:
            raise LayerError(
                f"{name}: its paths have more than {len(held):,} receptive fields, too many to be held apart; "
                "take a smaller input"
            )
        held[size] = held[size] + gradient if size in held else gradient

    def _added(self, layer: Layer, windows: Windows) -> Size:
        """How much a window adds to the receptive field, in input pixels."""
        name = layer.inputs[0]
        down, right = (1, 1) if name == self.arch.input_name else self.arch[name].located()[0]
        return (windows[0].span - 1) * down, (windows[1].span - 1) * right

    def _convolution(self, layer: Layer, op: Convolution, flow: Flow) -> None:
        name, windows = layer.inputs[0], op.window
        assert windows is not None  # noqa: S101 - of _back
        more = self._added(layer, windows)
        kernels, bias = op.kernels().astype(np.float64), op.bias().astype(np.float64)
        values, below = self.source.values(layer.name), self.source.values(name)
        added = 0.0
        for size, gradient in flow.items():
            from_bias = float(gradient.sum(axis=(1, 2)) @ bias)
            added += from_bias
            if name == self.arch.input_name:
                # What the input adds is the layer's own value less its bias: no need for a gradient of its size.
                self.evidence[_wider(_wider(size, more), (1, 1))] += float((gradient * values).sum()) - from_bias
            else:
                back = _transposed(gradient, kernels, below.shape, windows, op.groups)
                self._add(name, _wider(size, more), back)
        self.biases[layer.name] = added

    def _concatenation(self, layer: Layer, flow: Flow) -> None:
        values, parts, start = self.source.values(layer.name), {}, 0
        for name in layer.inputs:
            stop = start + len(self.source.values(name))
            parts[name] = float(sum((gradient[start:stop] * values[start:stop]).sum() for gradient in flow.values()))
            for size, gradient in flow.items():
                self._add(name, size, gradient[start:stop])
            start = stop
        self.splits.append(BranchSplit(layer.name, parts, sum(self.biases.values())))

    def _max_pooling(self, layer: Layer, op: MaxPooling, flow: Flow) -> None:
        name, windows = layer.inputs[0], op.window
        assert windows is not None  # noqa: S101 - of _back
        more = self._added(layer, windows)
        below = self.source.values(name)
        route = _routes(below, self.source.values(layer.name).shape, windows)
        for size, gradient in flow.items():
            back = np.zeros(below.size)
            back += np.bincount(route.ravel(), weights=gradient.ravel(), minlength=below.size)
            self._add(name, _wider(size, more), back.reshape(below.shape))


def _wider(size: Size, more: Size) -> Size:
    return size[0] + more[0], size[1] + more[1]


def _transposed(
    through: NDArray[np.float64],
    kernels: NDArray[np.float64],
    shape: tuple[int, ...],
    windows: Windows,
    groups: int,
) -> NDArray[np.float64]:
    """Return a convolution's gradient with regard to its input, (in, H, W) of that shape."""
    count, rows, columns = through.shape
    height, width = kernels.shape[2:]
    split = through.reshape(groups, count // groups, rows * columns)
    products = kernels.reshape(groups, count // groups, -1).transpose(0, 2, 1) @ split
    if windows == POINT:
        return products.reshape(shape)
    taps = products.reshape(shape[0], height, width, rows, columns)
    down, right = windows
    # Room for all that a window may reach beyond the edges; what falls there is lost, as padding is zero.
    tall = max(shape[1] + down.pad, (rows - 1) * down.stride + down.span)
    wide = max(shape[2] + right.pad, (columns - 1) * right.stride + right.span)
    whole = np.zeros((shape[0], tall, wide))
    for dy in range(height):
        for dx in range(width):
            above, before = dy * down.dilation, dx * right.dilation
            across = slice(before, before + right.stride * (columns - 1) + 1, right.stride)
            along = slice(above, above + down.stride * (rows - 1) + 1, down.stride)
            whole[:, along, across] += taps[:, dy, dx]
    return whole[:, down.pad : down.pad + shape[1], right.pad : right.pad + shape[2]]


def _routes(below: NDArray[np.float32], shape: tuple[int, ...], windows: Windows) -> NDArray[np.intp]:
    """Return which cell of its input each cell of a max pool took: flat indices, (C, H, W); the first of equals."""
    channels, rows, columns = below.shape
    best = np.full(shape, -np.inf)
    route = np.zeros(shape, np.intp)
    down, right = windows
    first = (np.arange(channels) * rows * columns)[:, None, None]
    for dy in range(down.kernel):
        for dx in range(right.kernel):
            y = np.arange(shape[1]) * down.stride - down.pad + dy * down.dilation
            x = np.arange(shape[2]) * right.stride - right.pad + dx * right.dilation
            is_inside = ((y >= 0) & (y < rows))[:, None] & ((x >= 0) & (x < columns))
            y, x = np.clip(y, 0, rows - 1), np.clip(x, 0, columns - 1)
            found = np.where(is_inside, below[:, y[:, None], x], -np.inf)
            is_better = found > best
            best[is_better] = found[is_better]
            route = np.where(is_better, first + (y[:, None] * columns + x), route)
    return route
