"""One layer of a network, as the layer table has it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from squeezeviz.errors import LayerError
from squeezeviz.network.ops.sliding import Sliding
from squeezeviz.preprocessing.sizes import size_text

if TYPE_CHECKING:
    from squeezeviz.network.ops import Op

__all__ = ["Layer"]


@dataclass(frozen=True)
class Layer:
    """One layer.

    Attributes:
        name: Published name, or that of its module; also the name of its activation, after ReLU where there is one.
        op: Its operator, read from the graph with every attribute.
        shape: Of its activation for one image: (C, H, W), or (N,).
        inputs: Names of the layers it reads; the network's input for the first.
        parameters: Learned numbers, biases included.
        macs: Multiply-accumulates for one image.
        operations: Everything counted by the module's rule, for one image.
        receptive_fields: (height, width) in input pixels, ascending, each of a path through the network; not clipped at
            the border. The first and the last are always the smallest and the largest of all paths. Empty where it is
            not known which part of the input a cell hangs on.
        stride: Input pixels between neighbouring cells, (down, right); None where it is not known.
        offset: Input coordinates (y, x) of the centre of cell (0, 0)'s receptive field, in pixels; pixel centres are
            whole numbers. None where it is not known.
        sees_all: Whether every cell hangs on the whole input, by a global pool or a fully connected layer on the way.
        kernel: (height, width) of the window, or None.
        module: The block it belongs to, such as ``"fire2"``, or None.
        branch: ``"squeeze"``, ``"expand1x1"``, ``"expand3x3"`` or ``"concat"`` within a Fire module, else None.
        pre_relu: Name of the value before ReLU, or None where no ReLU follows.
        has_more_fields: Whether there are paths between these that are left out, as there would be too many.
        raw_name: What the file calls its activation.
    """

    name: str
    op: Op = field(repr=False, compare=False)
    shape: tuple[int, ...]
    inputs: tuple[str, ...]
    parameters: int
    macs: int
    operations: int
    receptive_fields: tuple[tuple[int, int], ...]
    stride: tuple[int, int] | None
    offset: tuple[float, float] | None
    sees_all: bool
    kernel: tuple[int, int] | None
    module: str | None
    branch: str | None
    pre_relu: str | None
    has_more_fields: bool
    raw_name: str

    @property
    def kind(self) -> str:
        """What people call its operator, such as ``"convolution"`` or ``"max pooling"``."""
        return self.op.label

    @property
    def channels(self) -> int:
        """Number of feature maps."""
        return self.shape[0]

    @property
    def receptive_field(self) -> tuple[int, int]:
        """Receptive field of all paths together, (height, width) in input pixels.

        Raises:
            LayerError: It is not known which part of the input a cell hangs on.
        """
        self.located()
        return self.receptive_fields[-1]

    @property
    def field_text(self) -> str:
        """Receptive fields in a few words, such as ``"15–31"`` or ``"7 × 15"``, in input pixels."""
        if not self.receptive_fields:
            return "?"
        least, most = self.receptive_fields[0], self.receptive_fields[-1]
        return size_text(most) if least == most else f"{size_text(least)}–{size_text(most)}"

    def located(self) -> tuple[tuple[int, int], tuple[float, float]]:
        """Return stride and offset.

        Raises:
            LayerError: It is not known where its cells lie on the input.
        """
        if self.stride is None or self.offset is None:
            raise LayerError(f"{self.name}: it is not known which part of the image a cell of it sees ({self.kind})")
        return self.stride, self.offset

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "name": self.name,
            "kind": self.kind,
            "shape": list(self.shape),
            "inputs": list(self.inputs),
            "parameters": self.parameters,
            "macs": self.macs,
            "operations": self.operations,
            "receptive_field": list(self.receptive_fields[-1]) if self.receptive_fields else None,
            "receptive_fields": [list(size) for size in self.receptive_fields],
            "sees_all": self.sees_all,
            "stride": list(self.stride) if self.stride else None,
            "offset": list(self.offset) if self.offset else None,
            "kernel": list(self.kernel) if self.kernel else None,
            "window": self.op.moves() if isinstance(self.op, Sliding) and self.op.window else None,
            "module": self.module,
            "branch": self.branch,
            "pre_relu": self.pre_relu,
            "raw_name": self.raw_name,
        }
