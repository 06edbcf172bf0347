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

So it goes for every network that is linear in pieces: residual sums, batch normalisation, ReLU6 and leaky ReLU,
padding, splits and shuffles, fully connected layers (which add nothing to a path's receptive field, as the mean does
not). A product of two numbers of the image, as in squeeze-and-excite, and smooth functions such as SiLU are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.arguments import expect
from squeezeviz.errors import LabelError, LayerError
from squeezeviz.evidence.arithmetic import check_source
from squeezeviz.evidence.path_gradients import PathGradients
from squeezeviz.notebook_display import NotebookDisplay
from squeezeviz.preprocessing.sizes import size_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.evidence.arithmetic import Arithmetic
    from squeezeviz.evidence.path_gradients import BranchSplit
    from squeezeviz.results.labels import Label

__all__ = ["ReceptiveFieldContributions", "contributions_by_receptive_field"]


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
        splits: One a concatenation through which all paths go, from the last to the first; each sums to the logit.
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
        """Return what the paths add whose receptive field is no larger than that in any direction, in logit units.

        Raises:
            LayerError: It is no (height, width).
        """
        expect(size, tuple, "a receptive field as (height, width) in pixels", LayerError)
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
        LayerError: The network has a layer that is not linear in pieces, or paths of too many receptive fields;
            or no layer has the logits.
    """
    check_source(source)
    labels, arch = source.model.labels, source.architecture
    arch.check_logits(source.model.name)
    label = labels[class_index]
    other = None if contrast_class is None else labels[contrast_class]
    if label == other:
        raise LabelError(f"{class_index!r} and {contrast_class!r} are both {label.label!r}; expected two classes")
    logits = source.values(arch.logits_name)
    start = np.zeros(logits.shape)
    start.reshape(-1)[label.class_index] = 1.0  # some networks lay the classes along the last axis
    if other is not None:
        start.reshape(-1)[other.class_index] = -1.0
    backward = PathGradients(source)
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
