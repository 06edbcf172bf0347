"""What operators write their gradients with: ONNX nodes, constants, and the few forms that many of them share.

Everything is of operator set 16 or newer and reads no attribute that a later set has moved, so that the nodes mean the
same in each of them. Sizes are those of the graph; the batch axis stays as free as it is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import onnx
    from numpy.typing import ArrayLike, NDArray

__all__ = ["GradientNodes", "Rule"]

#: What a node says of what it computes: a number, text, a list, a tensor.
Attribute = Any
#: How ReLU hands a gradient on: see `squeezeviz.network.backward`.
Rule = Literal["exact", "guided", "deconvnet"]

_LEAST_NUMBERS = 1 << 14  # constants of so many numbers are held beside the graph, as its weights are


class GradientNodes:
    """Nodes that carry a gradient, in the order in which they are run.

    Args:
        rule: How ReLU hands a gradient on.
        taken: Names that the network uses.

    Attributes:
        nodes: Those that were added.
        tensors: Small constants.
        weights: Large ones, held beside the graph.
        dtype: Of the gradient that is carried just now, and so of its constants.
        is_steep: Whether an operator was passed whose derivative may be infinite.
    """

    def __init__(self, rule: Rule, taken: set[str]) -> None:
        self.rule = rule
        self.nodes: list[onnx.NodeProto] = []
        self.tensors: list[onnx.TensorProto] = []
        self.weights: dict[str, NDArray[Any]] = {}
        self.dtype: np.dtype[Any] = np.dtype(np.float32)
        self.is_steep = False
        self._taken = taken
        self._known: dict[tuple[str, tuple[int, ...], bytes], str] = {}
        self._at = 0

    # Nodes and constants ----------------------------------------------------------------------------------------------

    def node(self, op_type: str, *inputs: str, **attributes: Attribute) -> str:
        """Add a node; return the name of its output."""
        return self.outputs(1, op_type, *inputs, **attributes)[0]

    def outputs(self, count: int, op_type: str, *inputs: str, **attributes: Attribute) -> list[str]:
        """Add a node of several outputs; return their names."""
        from onnx import helper  # noqa: PLC0415 - heavy

        names = [self._new(op_type) for _ in range(count)]
        self.nodes.append(helper.make_node(op_type, inputs, names, **attributes))
        return names

    def constant(self, values: NDArray[Any]) -> str:
        """Add numbers as they are; return their name. The same ones are added once."""
        from onnx import TensorProto, helper, numpy_helper  # noqa: PLC0415 - heavy

        values = np.asarray(values)  # a number has no axes, and keeps none
        is_small = values.size < _LEAST_NUMBERS
        key = str(values.dtype), values.shape, values.tobytes()
        if is_small and key in self._known:
            return self._known[key]
        name = self._new("constant")
        if is_small:
            self.tensors.append(numpy_helper.from_array(values, name))
            self._known[key] = name
        else:
            kind = helper.np_dtype_to_tensor_dtype(values.dtype)
            stub = TensorProto(name=name, data_type=kind, dims=values.shape, data_location=TensorProto.EXTERNAL)
            stub.external_data.add(key="location", value="held")
            self.tensors.append(stub)
            self.weights[name] = np.ascontiguousarray(values)
        return name

    def numbers(self, values: ArrayLike) -> str:
        """Add numbers of the gradient's own type; return their name."""
        return self.constant(np.asarray(values, self.dtype))

    def ints(self, values: Sequence[int]) -> str:
        """Add whole numbers, such as a shape or axes; return their name."""
        return self.constant(np.array(values, np.int64))

    def _new(self, kind: str) -> str:
        while True:
            self._at += 1
            name = f"gradient/{kind}_{self._at}"
            if name not in self._taken:
                return name

    # What many operators do -------------------------------------------------------------------------------------------

    def scaled(self, gradient: str, factor: float) -> str:
        """Multiply with a number."""
        return gradient if factor == 1 else self.node("Mul", gradient, self.numbers(factor))

    def where(self, condition: str, gradient: str) -> str:
        """Keep a gradient where a condition holds; it is 0 elsewhere."""
        from onnx import helper  # noqa: PLC0415 - heavy

        if self.is_steep:  # infinity times 0 is no number
            return self.node("Where", condition, gradient, self.numbers(0))
        # ONNX Runtime's Where takes four times as long as a product (conv1 of SqueezeNet: 5.6 ms and 1.3 ms).
        mask = self.node("Cast", condition, to=helper.np_dtype_to_tensor_dtype(self.dtype))
        return self.node("Mul", gradient, mask)

    def zeros_like(self, name: str) -> str:
        """Return as many zeros as a value has numbers, in its shape."""
        from onnx import numpy_helper  # noqa: PLC0415 - heavy

        zero = numpy_helper.from_array(np.zeros(1, self.dtype))
        return self.node("ConstantOfShape", self.node("Shape", name), value=zero)

    def added(self, gradients: Sequence[str]) -> str:
        """Add up gradients of one shape."""
        first, *rest = gradients
        for each in rest:
            first = self.node("Add", first, each)
        return first

    def shaped(self, name: str, shape: Sequence[int]) -> str:
        """Return the same numbers in another shape, given for one image."""
        return self.node("Reshape", name, self.ints([-1, *shape[1:]]))

    def summed(self, name: str, axes: Sequence[int], *, keepdims: bool = True) -> str:
        """Add up along some axes."""
        return self.node("ReduceSum", name, self.ints(axes), keepdims=int(keepdims)) if axes else name

    def summed_to(self, gradient: str, before: Sequence[int], shape: Sequence[int]) -> str:
        """Add up a gradient of one shape to that of an operand that was broadcast to it; both of one rank."""
        pairs = zip(before, shape, strict=True)
        return self.summed(gradient, [axis for axis, (whole, own) in enumerate(pairs) if own == 1 != whole])

    def spread_to(self, gradient: str, shape: Sequence[int]) -> str:
        """Repeat a gradient along the axes where it has one cell and the shape, given for one image, has more."""
        return self.node("Expand", gradient, self.ints([1, *shape[1:]]))

    def turned(self, name: str, rank: int) -> str:
        """Exchange the last two axes."""
        return self.node("Transpose", name, perm=[*range(rank - 2), rank - 1, rank - 2])

    def mixed(self, gradient: str, axis: int, shape: Sequence[int], matrix: NDArray[Any]) -> str:
        """Multiply a matrix with the numbers along one axis.

        Args:
            gradient: Of this shape.
            axis: Which.
            shape: For one image.
            matrix: (cells afterwards, cells of the axis).

        Returns:
            The name of the value, of the same shape but along that axis.
        """
        after = [*shape[:axis], len(matrix), *shape[axis + 1 :]]
        if axis == len(shape) - 1:
            return self.node("MatMul", gradient, self.numbers(matrix.T))
        rows = self.node("Reshape", gradient, self.ints([-1, shape[axis], int(np.prod(shape[axis + 1 :]))]))
        return self.shaped(self.node("MatMul", self.numbers(matrix), rows), after)

    def cut(self, name: str, axes: Sequence[int], starts: Sequence[int], ends: Sequence[int]) -> str:
        """Return some cells along some axes, from start to end."""
        return self.node("Slice", name, self.ints(starts), self.ints(ends), self.ints(axes)) if axes else name

    def padded(self, name: str, before: Sequence[int], after: Sequence[int]) -> str:
        """Return zeros around a value: how many before and after, for each of its axes."""
        if not any((*before, *after)):
            return name
        return self.node("Pad", name, self.ints([*before, *after]), self.numbers(0))
