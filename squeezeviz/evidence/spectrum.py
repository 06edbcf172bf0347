"""The receptive-field spectrum: how much of a logit came through narrow paths, and how much through wide ones.

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
from squeezeviz.evidence.wiring import step_and_pad
from squeezeviz.notebook_display import NotebookDisplay

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.architecture import Layer
    from squeezeviz.evidence.arithmetic import Arithmetic
    from squeezeviz.labels import Label

__all__ = ["BranchSplit", "Spectrum", "spectrum"]

_MOST_BYTES = 1 << 31  # of one layer's gradients, one a receptive field: their number may double with every block

Flow = dict[int, "NDArray[np.float64]"]  # width gathered so far, in input pixels → gradient (C, H, W)


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
class Spectrum(NotebookDisplay):
    """A logit, or the difference of two, by the receptive field of the paths that it came through.

    How it is divided, and what that means, stands at the head of this module.

    Attributes:
        source: Every number of the image.
        label: The class.
        against: Another class whose logit was subtracted, or None.
        logit: As the network computed it; with `against`, the difference.
        sizes: Receptive fields, in input pixels, ascending.
        evidence: float64, one a size, in logit units: what all paths of that size add together.
        biases: Layer → what its biases add, in logit units.
        splits: One a Fire module, from the last to the first; each sums to the logit.
    """

    source: Arithmetic
    label: Label
    against: Label | None
    logit: float
    sizes: tuple[int, ...]
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

    def up_to(self, size: int) -> float:
        """Return what the paths add whose receptive field is that many input pixels or fewer, in logit units."""
        return float(sum(value for at, value in zip(self.sizes, self.evidence, strict=True) if at <= size))

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "image": self.source.image.name,
            "model": self.source.model.name,
            "preprocessing": self.source.preprocessing.name,
            "class_index": self.label.class_index,
            "wnid": self.label.wnid,
            "label": self.label.label,
            "against": self.against.class_index if self.against else None,
            "logit": self.logit,
            "sizes_px": list(self.sizes),
            "evidence": self.evidence.tolist(),
            "biases": self.biases,
            "bias": self.bias,
            "residual": self.residual,
            "splits": [split.to_dict() for split in self.splits],
        }

    def __repr__(self) -> str:
        of = f"{self.label.label!r}" + (f" less {self.against.label!r}" if self.against else "")
        sizes = f"{self.sizes[0]}–{self.sizes[-1]} px" if self.sizes else "no paths"
        return f"<Spectrum of {of}: {self.logit:.4f} = {self.evidence.sum():.4f} ({sizes}) + biases {self.bias:.4f}>"


def spectrum(source: Arithmetic, class_index: int | str, against: int | str | None = None) -> Spectrum:
    """Divide a logit by the receptive field of the paths that it came through.

    Args:
        source: ``squeezeviz.Arithmetic(model, image)``; of several crops, the first.
        class_index: An index, WordNet id or name.
        against: Divide the difference to this class's logit instead.

    Raises:
        LabelError: No class is called that, or both are the same.
        LayerError: The network has a layer other than convolutions, max pooling, concatenation and a closing mean, or
            paths of too many receptive fields.
    """
    labels, arch = source.model.labels, source.architecture
    label = labels[class_index]
    other = None if against is None else labels[against]
    if label == other:
        raise LabelError(f"{class_index!r} and {against!r} are both {label.label!r}; expected two classes")
    logits = source.values(arch.logits_name)
    start = np.zeros(logits.shape)
    start[label.class_index] = 1.0
    if other is not None:
        start[other.class_index] = -1.0
    backward = _Backward(source)
    backward.run(start)
    sizes = tuple(sorted(backward.evidence))
    return Spectrum(
        source=source,
        label=label,
        against=other,
        logit=float((start * logits).sum()),
        sizes=sizes,
        evidence=np.array([backward.evidence[size] for size in sizes]),
        biases=backward.biases,
        splits=tuple(backward.splits),
    )


class _Backward:
    """One walk from the logits to the input.

    Attributes:
        evidence: Receptive field → what its paths add.
        biases: Layer → what its biases add.
        splits: The branches of each concatenation on the way.
    """

    def __init__(self, source: Arithmetic) -> None:
        self.source = source
        self.arch = source.architecture
        self.evidence: dict[int, float] = defaultdict(float)
        self.biases: dict[str, float] = {}
        self.splits: list[BranchSplit] = []
        self._flows: dict[str, Flow] = defaultdict(dict)

    def run(self, start: NDArray[np.float64]) -> None:
        self._flows[self.arch.logits_name] = {0: start}
        for layer in reversed(self.arch.layers):
            flow = self._flows.pop(layer.name, None)
            if flow:
                self._back(layer, flow)
        for width, gradient in self._flows.pop(self.arch.input_name, {}).items():
            self.evidence[width + 1] += float((gradient * self.source.values(self.arch.input_name)).sum())

    def _back(self, layer: Layer, flow: Flow) -> None:
        if layer.kind == "convolution":
            self._convolution(layer, flow)
        elif layer.kind == "concatenation":
            self._concatenation(layer, flow)
        elif layer.kind == "max pooling":
            self._max_pooling(layer, flow)
        elif layer.kind == "global average pooling":
            name = layer.inputs[0]
            shape = self.source.values(name).shape
            for width, gradient in flow.items():
                self._add(name, width, gradient * np.full(shape, 1 / (shape[1] * shape[2])))
        else:
            raise LayerError(
                f"{layer.name}: a layer of the kind {layer.kind!r} is not divided into paths; expected convolutions, "
                "max pooling, concatenation and a closing mean"
            )

    def _add(self, name: str, width: int, gradient: NDArray[np.float64]) -> None:
        held = self._flows[name]
        if width not in held and (len(held) + 1) * gradient.nbytes > _MOST_BYTES:
            raise LayerError(
                f"{name}: its paths have more than {len(held):,} receptive fields, too many to be held apart; "
                "take a smaller input"
            )
        held[width] = held[width] + gradient if width in held else gradient

    def _wider(self, layer: Layer) -> int:
        """How much a window adds to the receptive field, in input pixels."""
        name = layer.inputs[0]
        across = (layer.kernel or (1, 1))[1] - 1
        if name == self.arch.input_name:
            before, stride = 1, 1
        else:
            before, stride = self.arch[name].receptive_field, self.arch[name].stride
        if layer.receptive_field - before != across * stride:
            raise LayerError(f"{layer.name}: a window with gaps in it (dilation) is not divided into paths")
        return across * stride

    def _convolution(self, layer: Layer, flow: Flow) -> None:
        name, wider = layer.inputs[0], self._wider(layer)
        kernels, bias = (array.astype(np.float64) for array in self.source.kernels(layer.name))
        values, below = self.source.values(layer.name), self.source.values(name)
        if kernels.shape[1] != len(below):
            raise LayerError(f"{layer.name}: a convolution in groups is not divided into paths")
        step, pad = step_and_pad(self.arch, layer)
        added = 0.0
        for width, gradient in flow.items():
            through = gradient * (values > 0) if layer.pre_relu else np.asarray(gradient)
            from_bias = float(through.sum(axis=(1, 2)) @ bias)
            added += from_bias
            if name == self.arch.input_name:
                # What the input adds is the layer's own value less its bias: no need for a gradient of its size.
                self.evidence[width + wider + 1] += float((through * values).sum()) - from_bias
            else:
                self._add(name, width + wider, _transposed(through, kernels, below.shape, step, pad))
        self.biases[layer.name] = added

    def _concatenation(self, layer: Layer, flow: Flow) -> None:
        values, parts, start = self.source.values(layer.name), {}, 0
        for name in layer.inputs:
            stop = start + len(self.source.values(name))
            parts[name] = float(sum((gradient[start:stop] * values[start:stop]).sum() for gradient in flow.values()))
            for width, gradient in flow.items():
                self._add(name, width, gradient[start:stop])
            start = stop
        self.splits.append(BranchSplit(layer.name, parts, sum(self.biases.values())))

    def _max_pooling(self, layer: Layer, flow: Flow) -> None:
        name, wider = layer.inputs[0], self._wider(layer)
        below = self.source.values(name)
        route = _routes(below, self.source.values(layer.name).shape, layer, *step_and_pad(self.arch, layer))
        for width, gradient in flow.items():
            back = np.zeros(below.size)
            back += np.bincount(route.ravel(), weights=gradient.ravel(), minlength=below.size)
            self._add(name, width + wider, back.reshape(below.shape))


def _transposed(
    through: NDArray[np.float64], kernels: NDArray[np.float64], shape: tuple[int, ...], step: int, pad: int
) -> NDArray[np.float64]:
    """Return a convolution's gradient with regard to its input, (in, H, W) of that shape."""
    count, rows, columns = through.shape
    height, width = kernels.shape[2:]
    products = kernels.reshape(count, -1).T @ through.reshape(count, -1)
    if (height, width, step, pad) == (1, 1, 1, 0):
        return products.reshape(shape)
    taps = products.reshape(shape[0], height, width, rows, columns)
    # Room for all that a window may reach beyond the edges; what falls there is lost, as padding is zero.
    tall, wide = max(shape[1] + pad, (rows - 1) * step + height), max(shape[2] + pad, (columns - 1) * step + width)
    whole = np.zeros((shape[0], tall, wide))
    for dy in range(height):
        for dx in range(width):
            across = slice(dx, dx + step * (columns - 1) + 1, step)
            whole[:, dy : dy + step * (rows - 1) + 1 : step, across] += taps[:, dy, dx]
    return whole[:, pad : pad + shape[1], pad : pad + shape[2]]


def _routes(
    below: NDArray[np.float32], shape: tuple[int, ...], layer: Layer, step: int, pad: int
) -> NDArray[np.intp]:  # fmt: skip
    """Return which cell of its input each cell of a max pool took: flat indices, (C, H, W); the first of equals."""
    channels, rows, columns = below.shape
    best = np.full(shape, -np.inf)
    route = np.zeros(shape, np.intp)
    height, width = layer.kernel or (1, 1)
    first = (np.arange(channels) * rows * columns)[:, None, None]
    for dy in range(height):
        for dx in range(width):
            y = np.arange(shape[1]) * step - pad + dy
            x = np.arange(shape[2]) * step - pad + dx
            is_inside = ((y >= 0) & (y < rows))[:, None] & ((x >= 0) & (x < columns))
            y, x = np.clip(y, 0, rows - 1), np.clip(x, 0, columns - 1)
            found = np.where(is_inside, below[:, y[:, None], x], -np.inf)
            is_better = found > best
            best[is_better] = found[is_better]
            route = np.where(is_better, first + (y[:, None] * columns + x), route)
    return route
