"""Numbers of a quantised network, opened in exact whole numbers: scale, zero point, rounding, saturation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.errors import ExactnessError, LayerError
from squeezeviz.image import ImageSource, read_image
from squeezeviz.network.ops.convolution import Convolution
from squeezeviz.network.ops.integers import IntegerKernels, Steps, integer_terms
from squeezeviz.network.ops.quantisation import Dequantisation, Quantisation
from squeezeviz.runtime.loading import loaded

if TYPE_CHECKING:
    import onnx
    from numpy.typing import NDArray

    from squeezeviz.network.architecture import Layer
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.loading import ModelSource

__all__ = ["IntegerArithmetic", "IntegerCalculation", "IntegerTerm"]


@dataclass(frozen=True)
class IntegerTerm:
    """One number that another is made of.

    Attributes:
        layer: The layer it is read from: its dequantised values.
        channel: Of that layer.
        cell: (y, x).
        code: The number, as it is stored.
        weight: The kernel's, as it is stored.
        product: (code − the input's zero point) · (weight − the kernel's zero point).
    """

    layer: str
    channel: int
    cell: tuple[int, int]
    code: int
    weight: int
    product: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "layer": self.layer,
            "channel": self.channel,
            "cell": list(self.cell),
            "code": self.code,
            "weight": self.weight,
            "product": self.product,
        }


@dataclass(frozen=True)
class IntegerCalculation:
    """How one number of a quantised convolution comes about, in whole numbers; see `squeezeviz.network.ops.integers`.

    Attributes:
        layer: The convolution.
        channel: Its channel.
        cell: (y, x).
        terms: By falling size of what they add. Padding adds nothing, and is left out.
        bias: Added to them.
        total: Products and bias together: a whole number.
        input_scale: What a step of the input is worth.
        input_zero_point: The input's code of 0.
        weight_scale: What a step of the kernel is worth.
        weight_zero_point: The kernel's code of 0.
        output_scale: What a step of the output is worth.
        output_zero_point: The output's code of 0.
        multiplier: input_scale · weight_scale / output_scale, in float32.
        scaled: total · multiplier, in float32.
        rounded: That rounded, halves to even, with the output's zero point.
        low: The least code that is possible: a ReLU raises it to the zero point.
        high: The largest.
        code: The number, as ONNX Runtime has it: `rounded`, cut off at `low` and `high`.
    """

    layer: str
    channel: int
    cell: tuple[int, int]
    terms: tuple[IntegerTerm, ...]
    bias: int
    total: int
    input_scale: float
    input_zero_point: int
    weight_scale: float
    weight_zero_point: int
    output_scale: float
    output_zero_point: int
    multiplier: float
    scaled: float
    rounded: int
    low: int
    high: int
    code: int

    @property
    def is_saturated(self) -> bool:
        """Whether the number was cut off."""
        return self.code != self.rounded

    @property
    def value(self) -> float:
        """What the code stands for."""
        return (self.code - self.output_zero_point) * self.output_scale

    @property
    def exact(self) -> float:
        """What the sum stands for, before it is rounded and cut off."""
        return self.total * self.input_scale * self.weight_scale

    def to_dict(self, n: int | None = None) -> dict[str, Any]:
        """Return plain data, ready for JSON: the n largest terms and what the others add, or all of them."""
        shown = self.terms if n is None else self.terms[:n]
        names = (
            "layer", "channel", "bias", "total", "input_scale", "input_zero_point", "weight_scale", "weight_zero_point",
            "output_scale", "output_zero_point", "multiplier", "scaled", "rounded", "low", "high", "code",
            "is_saturated", "value", "exact",
        )  # fmt: skip
        return {
            **{name: getattr(self, name) for name in names},
            "cell": list(self.cell),
            "terms": [term.to_dict() for term in shown],
            "remainder": sum(term.product for term in self.terms[len(shown) :]),
        }


class IntegerArithmetic:
    """The numbers that a quantised network's convolutions make of one image, ready to be opened.

    Args:
        model: A loaded model, or the name or path of one, such as `squeezeviz.quantize` writes: convolutions between
            DequantizeLinear and QuantizeLinear.
        image: Anything `squeezeviz.read_image` takes.
        preprocessing: A preset's name or a `Preprocessing`; the model's own by default. Of several crops, the first.

    Raises:
        ImageError: The image cannot be read.
        ModelError: The model cannot be loaded.
        PreprocessingError: The preset is unknown, or does not suit the model or the image.
    """

    def __init__(
        self, model: ModelSource, image: ImageSource, preprocessing: str | Preprocessing | None = None
    ) -> None:
        self.model = model = loaded(model)
        how = model.resolve(preprocessing)
        self.tensor = how.first_crop([read_image(image)])
        self.architecture = model.architecture_at(*how.input_px)

    def of(self, layer: str, channel: int, cell: tuple[int, int] = (0, 0)) -> IntegerCalculation:
        """Open one number.

        Args:
            layer: A convolution's name, or that of its quantised or dequantised values.
            channel: Of the layer.
            cell: (y, x).

        Raises:
            LayerError: There is no such layer, channel or cell, or it is not computed in whole numbers.
            ExactnessError: The terms do not come to ONNX Runtime's code.
        """
        found = self._convolution(layer)
        source, result = self.architecture[found.inputs[0]], self._result(found)
        op = found.op
        assert isinstance(op, Convolution)  # noqa: S101 - as just seen
        _, height, width = op.map_shape
        if not (0 <= channel < found.shape[0] and 0 <= cell[0] < height and 0 <= cell[1] < width):
            raise LayerError(
                f"{found.name} has no number [{channel}, {cell[0]}, {cell[1]}]; its shape is {found.shape}"
            )
        codes = self._codes(source.inputs[0], result.name)
        given, made = _steps(source), _steps(result)
        place = int(np.ravel_multi_index((channel, *cell), op.map_shape))
        has_relu = found.pre_relu is not None
        numbers = codes[source.inputs[0]]
        opened = integer_terms(op, self._kernels(found), place, numbers, steps=(given, made), has_relu=has_relu)
        has = int(codes[result.name].reshape(-1)[place])
        if opened.code != has:
            raise ExactnessError(f"{found.name}: its terms come to the code {opened.code}, ONNX Runtime has {has}")
        order = np.argsort(-np.abs(opened.products), kind="stable")
        where = np.stack(np.unravel_index(opened.places, op.node.inputs[0].shape[1:]), axis=1).tolist()
        rows = zip(opened.codes.tolist(), opened.weights.tolist(), opened.products.tolist(), strict=True)
        terms = [IntegerTerm(source.name, at[0], (at[1], at[2]), *row) for at, row in zip(where, rows, strict=True)]
        return IntegerCalculation(
            found.name, channel, cell, tuple(terms[at] for at in order), opened.bias, opened.total,
            float(given.scale), given.zero_point, float(opened.weight_scale), opened.weight_zero_point,
            float(made.scale), made.zero_point, float(opened.multiplier), float(opened.scaled), opened.rounded,
            max(made.low, made.zero_point) if has_relu else made.low, made.high, opened.code,
        )  # fmt: skip

    def _convolution(self, name: str) -> Layer:
        """Return the convolution that makes a value, however far it is quantised."""
        found = self.architecture[name]
        while isinstance(found.op, (Quantisation, Dequantisation)) and found.inputs[0] in self.architecture:
            found = self.architecture[found.inputs[0]]
        is_between = isinstance(found.op, Convolution) and found.inputs[0] in self.architecture
        if not is_between or not isinstance(self.architecture[found.inputs[0]].op, Dequantisation):
            raise LayerError(
                f"{found.name} ({found.kind}) is not computed in whole numbers: expected a convolution of dequantised "
                "numbers, as squeezeviz.quantize writes"
            )
        return found

    def _result(self, convolution: Layer) -> Layer:
        readers = [layer for layer in self.architecture if convolution.name in layer.inputs]
        if len(readers) != 1 or not isinstance(readers[0].op, Quantisation):
            raise LayerError(f"{convolution.name} is not quantised: expected QuantizeLinear alone to read it")
        return readers[0]

    def _codes(self, *names: str) -> dict[str, NDArray[np.int64]]:
        held = self._held
        missing = [name for name in names if name not in held]
        if missing:
            found = self.model.parts.run({self.architecture.input_name: self.tensor}, missing)
            held.update({name: np.rint(values).astype(np.int64) for name, values in found.items()})
        return held

    @cached_property
    def _held(self) -> dict[str, NDArray[np.int64]]:
        return {}

    @cached_property
    def _network(self) -> onnx.ModelProto:
        return self.model.as_run()

    def _kernels(self, convolution: Layer) -> IntegerKernels:
        """Return a convolution's weights as they are stored.

        Raises:
            LayerError: They are not stored in whole numbers.
        """
        from onnx import numpy_helper  # noqa: PLC0415 - heavy

        graph = self._network.graph
        stored = {tensor.name: tensor for tensor in graph.initializer}
        made = {output: node for node in graph.node for output in node.output}
        node = made[convolution.pre_relu or convolution.name]
        found: list[list[NDArray[Any]]] = []
        for name in node.input[1:3]:
            maker = made.get(name)
            if maker is None or maker.op_type != "DequantizeLinear" or not set(maker.input) <= stored.keys():
                raise LayerError(f"{convolution.name}: its weights or bias are not stored in whole numbers")
            found.append([numpy_helper.to_array(stored[each]) for each in maker.input])
        codes, scales, *zeros = found[0]
        count = len(codes)
        zero = zeros[0].astype(np.int64).ravel() if zeros else np.zeros(1, np.int64)
        return IntegerKernels(
            codes.astype(np.int64),
            np.broadcast_to(scales.astype(np.float32).ravel(), (count,)),
            np.broadcast_to(zero, (count,)),
            found[1][0].astype(np.int64) if len(found) > 1 else np.zeros(count, np.int64),
        )


def _steps(layer: Layer) -> Steps:
    op = layer.op
    assert isinstance(op, (Quantisation, Dequantisation))  # noqa: S101 - as just seen
    spec, ends = op.steps(), op.ends()
    if len(spec["scales"]) != 1:
        raise LayerError(f"{layer.name} has a scale a channel; expected one for all its numbers")
    return Steps(np.float32(spec["scales"][0]), int(spec["zeros"][0]), int(ends.min), int(ends.max))
