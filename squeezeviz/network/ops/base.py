"""What every operator of the table can tell of itself, and what it is read from."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from squeezeviz.errors import LayerError, ModelError, spoken
from squeezeviz.network.ops.window import POINT, Windows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from squeezeviz.network.gradient_nodes import GradientNodes

__all__ = ["CellMap", "Cost", "Kind", "Node", "Op", "Operand", "Read", "Terms", "map_shape"]

#: weights · x + bias: float64 (out, in), or (C,) where each channel is made of its own alone, and (out,).
CellMap = tuple[NDArray[np.float64], NDArray[np.float64]]
#: Which input of a node → its numbers for one image.
Read = Callable[[int], NDArray[Any]]

#: How terms become one number: see `Terms`.
Kind = Literal["sum", "mean", "max", "copy", "product", "softmax", "function"]


def map_shape(shape: Sequence[int]) -> tuple[int, int, int]:
    """Return a value's shape as channels, height and width, its numbers in the same order.

    Args:
        shape: Of a value for one image, its batch axis of 1 included: (1, C, H, W), (1, N), or of any rank.
    """
    axes = tuple(shape[1:])
    if len(axes) <= 1:
        return math.prod(axes), 1, 1
    if len(axes) == 2:
        return axes[0], 1, axes[1]
    return math.prod(axes[:-2]), axes[-2], axes[-1]


@dataclass(frozen=True)
class Operand:
    """One input of an operator.

    Attributes:
        name: Of the value; empty where an optional input is left out.
        shape: For one image, its batch axis of 1 included.
        constant: Reads its numbers where they hang on no image; else None.
    """

    name: str
    shape: tuple[int, ...]
    constant: Callable[[], NDArray[Any]] | None = field(default=None, repr=False)

    @property
    def size(self) -> int:
        """How many numbers it is."""
        return math.prod(self.shape)


@dataclass(frozen=True)
class Node:
    """A node of a graph, as an operator is read from it.

    Attributes:
        op_type: ONNX's name of the operator.
        domain: Of that name; empty for ONNX's own operators.
        version: Of the operator set, which decides what its attributes mean.
        inputs: In the operator's order.
        outputs: Names of what it computes.
        shapes: Of each output, for one image, the batch axis of 1 included.
        attributes: Name → number, text, list or tensor.
    """

    op_type: str
    domain: str
    version: int
    inputs: tuple[Operand, ...]
    outputs: tuple[str, ...]
    shapes: tuple[tuple[int, ...], ...]
    attributes: dict[str, Any]


@dataclass(frozen=True)
class Cost:
    """What an operator takes for one image.

    Attributes:
        macs: Multiply-accumulates.
        operations: By the counting rule of `squeezeviz.network.architecture`.
        parameters: Learned numbers, biases included.
    """

    macs: int = 0
    operations: int = 0
    parameters: int = 0


@dataclass(frozen=True, eq=False)
class Terms:
    """One number of an operator's output, as the numbers it is computed from.

    Attributes:
        kind: ``"sum"``, ``"mean"`` and ``"max"``: weight × value, summed, and the bias; of a maximum, one weight is 1
            and all others are 0. ``"copy"``: one term, or only the bias. ``"product"``: the values, multiplied.
            ``"softmax"``: the exponential's share of all. ``"function"``: of the values, as `formula` says.
        operands: int (n,), which input of the node each is read from.
        places: int (n,), where: an index into that input's numbers, in their order.
        weights: float64 (n,).
        values: float64 (n,), the numbers themselves.
        bias: Added to the terms.
        total: What they come to, in float64.
        formula: Of a function, in the field's signs.
    """

    kind: Kind
    operands: NDArray[np.intp]
    places: NDArray[np.intp]
    weights: NDArray[np.float64]
    values: NDArray[np.float64]
    bias: float
    total: float
    formula: str = ""


class Op:
    """An operator, read from a node: what people call it, its windows, cost and terms, and plain data to run it from.

    A subclass is one row of the table. It reads every attribute that changes what is computed, or refuses it by name.

    Args:
        node: What it is read from.
        output: Which of the node's outputs it stands for.

    Raises:
        ModelError: The node lacks what the operator needs.
    """

    #: ONNX's names of what a class reads.
    types: ClassVar[tuple[str, ...]] = ()
    #: What people call it.
    label: str = ""
    #: Inputs whose constants are learned numbers; None: all constants of more than one number.
    learned: ClassVar[tuple[int, ...] | None] = ()

    def __init__(self, node: Node, output: int = 0) -> None:
        self.node = node
        self.output = output
        self.shape = node.shapes[output]
        self.label = self.label or node.op_type
        self.read()

    def read(self) -> None:
        """Read what the columns need from the node."""

    # What a subclass says -------------------------------------------------------------------------------------------

    def windows(self, operand: int) -> Windows | None:
        """Return how windows move over one of the inputs, along (y, x).

        None where a cell does not read a window of fixed size: then it reads the whole map (`reads_all`), or it is not
        known what it reads.
        """
        return None

    def reads_all(self, operand: int) -> bool:
        """Return whether every cell of the output is computed from the whole map of that input."""
        return False

    def work(self) -> tuple[int, int]:
        """Return multiply-accumulates and operations for one image."""
        return 0, 0

    def terms(self, place: int, read: Read) -> Terms:
        """Return the terms of one number.

        Args:
            place: Which: an index into the output's numbers, in their order.
            read: Which input of the node → its numbers for one image, of its shape; constants too.

        Raises:
            LayerError: It is not known how this operator's numbers come about.
        """
        raise LayerError(f"{self.describe()} is not opened into terms")

    def backward(self, at: GradientNodes, gradient: str) -> Mapping[int, str]:
        """Add the nodes that carry a gradient from the output to the inputs that hang on the image.

        Args:
            at: Takes them.
            gradient: Name of the derivative of some number by each number of the output, of its shape.

        Returns:
            Which input of the node → name of the derivative by that, of its shape.

        Raises:
            LayerError: It has no gradient here.
        """
        raise LayerError(
            f"{self.describe()} has no gradient here; take a number before it, of a quantised network the one in "
            "float32, or what takes no gradient: occlusion, score-cam, recipro-cam"
        )

    def spec(self) -> dict[str, Any] | None:
        """Return plain data that the standalone page runs it from; None where it cannot."""
        return None

    def stored(self) -> tuple[NDArray[Any], NDArray[Any]] | None:
        """Return the constants that the page runs it with, beside its spec: weights of any shape, and a bias.

        By default, where a spec names its ``shapes``: all constants, one behind the other, in the inputs' order.
        """
        apart = [at for at in range(len(self.node.inputs)) if at not in self.moving]
        if not apart or "shapes" not in (self.spec() or {}):
            return None
        held = [self.constant(at).reshape(-1) for at in apart]
        return np.concatenate(held).astype(np.float32), np.zeros(0, np.float32)

    def operands(self) -> dict[str, Any]:
        """Return how the inputs lie, for a spec: their shapes and the output's, and which hang on the image."""
        return {
            "shapes": [list(each.shape) for each in self.node.inputs],
            "shape": list(self.shape),
            "moving": list(self.moving),
        }

    def cell_map(self) -> CellMap | None:
        """Return the affine map that makes a cell's channels of those at its own place; None where none does.

        Where each channel is made of its own alone, the weights are a vector.
        """
        return None

    def slopes(self, values: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """Return how steep a function of one number is at each; None where it is no piecewise linear function.

        Args:
            values: float64, of its input's shape.
        """
        return None

    @property
    def joins_channels(self) -> bool:
        """Whether its channels are those of its inputs, one input behind the other, cell by cell."""
        return False

    @property
    def is_global_mean(self) -> bool:
        """Whether each number is the mean of one channel's whole map."""
        return False

    # What they share ------------------------------------------------------------------------------------------------

    @property
    def cost(self) -> Cost:
        """What it takes for one image."""
        macs, operations = self.work()
        learned = range(len(self.node.inputs)) if self.learned is None else self.learned
        least = 2 if self.learned is None else 0
        parameters = sum(
            self.node.inputs[at].size
            for at in learned
            if self.has(at) and self.node.inputs[at].constant is not None and self.node.inputs[at].size >= least
        )
        return Cost(macs, operations, parameters)

    @property
    def map_shape(self) -> tuple[int, int, int]:
        """The output's channels, height and width."""
        return map_shape(self.shape)

    @property
    def moving(self) -> tuple[int, ...]:
        """Which of the inputs hang on the image."""
        return tuple(at for at, each in enumerate(self.node.inputs) if each.name and each.constant is None)

    def describe(self) -> str:
        """Return the layer and what it is, for messages."""
        return f"{spoken(self.node.outputs[self.output])}: a layer of the kind {spoken(self.label)!r}"

    def refuse(self, problem: str) -> ModelError:
        """Return an error that names the layer."""
        return ModelError(f"{spoken(self.node.outputs[self.output])} ({self.node.op_type}): {problem}")

    def has(self, operand: int) -> bool:
        """Return whether an optional input is given."""
        return operand < len(self.node.inputs) and bool(self.node.inputs[operand].name)

    def attribute(self, name: str, default: Any = None) -> Any:
        """Return an attribute; the default where the node has none of that name."""
        return self.node.attributes.get(name, default)

    def constant(self, operand: int) -> NDArray[Any]:
        """Return the numbers of an input that hangs on no image.

        Raises:
            ModelError: It does hang on the image, or is not there.
        """
        read = self.node.inputs[operand].constant if self.has(operand) else None
        if read is None:
            name = self.node.inputs[operand].name if self.has(operand) else f"its input {operand + 1}"
            raise self.refuse(f"its parameter {spoken(name)!r} is computed from the image; expected a stored one")
        return read()

    def parameter(self, name: str, operand: int, default: Any = None) -> Any:
        """Return what newer operator sets take as an input and older ones as an attribute, as plain numbers."""
        return self.constant(operand).tolist() if self.has(operand) else self.attribute(name, default)

    def axis(self, number: int, rank: int) -> int:
        """Return an axis counted from the first, wherever it was counted from.

        Raises:
            ModelError: There is none of that number.
        """
        if not -rank <= number < rank:
            raise self.refuse(f"axis is {number}; expected {-rank} to {rank - 1}")
        return number % rank

    def one(self, kind: Kind, operand: int, place: int, weight: float, read: Read) -> Terms:
        """Return a number that is made of one other."""
        value = float(read(operand).ravel()[place])
        return self.made(kind, [operand], [place], [weight], [value])

    def made(
        self,
        kind: Kind,
        operands: Any,
        places: Any,
        weights: Any,
        values: Any,
        *,
        bias: float = 0.0,
        total: float | None = None,
        formula: str = "",
    ) -> Terms:
        """Return terms; what they come to is bias and products together, unless it is given."""
        places, values = np.asarray(places, np.intp), np.asarray(values, np.float64)
        operands = np.broadcast_to(np.asarray(operands, np.intp), places.shape)
        weights = np.broadcast_to(np.asarray(weights, np.float64), places.shape)
        come_to = bias + float((weights * values).sum()) if total is None else total
        return Terms(kind, operands, places, weights, values, float(bias), float(come_to), formula)


class Pointwise(Op):
    """An operator each of whose numbers reads the cell at its own place of each input; smaller inputs are broadcast."""

    def windows(self, operand: int) -> Windows | None:
        return POINT if map_shape(self.node.inputs[operand].shape)[1:] == self.map_shape[1:] else None

    def reads_all(self, operand: int) -> bool:
        return map_shape(self.node.inputs[operand].shape)[1:] == (1, 1) != self.map_shape[1:]
