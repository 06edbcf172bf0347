"""Any number of the network, opened into its terms, and each of these into its own, down to the pixels of the photo.

Terms are computed from the network's weights and the activations they are multiplied with, as the operator table says;
nothing is estimated. What a float64 sum of them and the float32 value of the network differ by is stated: it is
rounding and nothing else. Where it were more, the number is not opened: an error says so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import NoneType
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from squeezeviz.arguments import check_whole, expect, is_whole
from squeezeviz.errors import ExactnessError, LayerError
from squeezeviz.image import ImageSource, read_image
from squeezeviz.notebook_display import NotebookDisplay
from squeezeviz.runtime.loading import loaded
from squeezeviz.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from squeezeviz.network.architecture import Layer
    from squeezeviz.network.ops import Terms
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.loading import ModelSource

__all__ = ["Arithmetic", "Calculation", "Term"]

Kind = Literal["sum", "max", "mean", "copy", "product", "softmax", "function", "scaling", "blend"]
#: The most that a value and the sum of its terms may differ by, as a share of what the terms' sizes add up to.
MOST_ROUNDING = 1e-4
_MOST_ROUNDING_HALF = 1e-2  # of networks in half precision
# What stands where a layer's name would: the photo resized and cropped, in pixel values; and the photo itself.
RESIZED, PHOTO = "resized", "photo"


@dataclass(frozen=True)
class Term:
    """One number that another is made of.

    Attributes:
        layer: The layer it is read from; the network's input; ``"resized"``: the photo resized and cropped, pixel
            values 0–255; or ``"photo"``.
        channel: Of that layer; of the photo and the resized photo, 0 is red.
        cell: (y, x).
        weight: What it is multiplied by.
        value: The number itself.
    """

    layer: str
    channel: int
    cell: tuple[int, int]
    weight: float
    value: float

    @property
    def product(self) -> float:
        """What it adds."""
        return self.weight * self.value

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "layer": self.layer,
            "channel": self.channel,
            "cell": list(self.cell),
            "weight": self.weight,
            "value": self.value,
            "product": self.product,
        }


@dataclass(frozen=True)
class Calculation(NotebookDisplay):
    """How one number comes about.

    Attributes:
        layer: Whose it is; the network's input for a preprocessed pixel; ``"resized"`` for its pixel value before that.
        channel: Its channel.
        cell: (y, x).
        kind: ``"sum"`` of weighted terms (convolution), ``"max"`` or ``"mean"`` of them (pooling), ``"copy"`` of one
            (concatenation), ``"product"`` of them, ``"softmax"`` (its exponential's share of all), ``"function"`` of
            them, as `formula` says, ``"scaling"`` (a pixel value, times a factor, plus an offset), ``"blend"`` (of the
            photo's pixels, then rounded to a whole pixel value).
        value: The number, as the network has it.
        bias: Added to the terms.
        has_relu: Whether what is below zero then becomes zero.
        terms: By falling size of what they add.
        total: Bias and terms together, before ReLU: their sum, product, share or function, in float64.
        formula: Of a function, such as ``"1 / (1 + e^−x)"``; else empty.
    """

    layer: str
    channel: int
    cell: tuple[int, int]
    kind: Kind
    value: float
    bias: float
    has_relu: bool
    terms: tuple[Term, ...]
    total: float
    formula: str = ""

    @property
    def result(self) -> float:
        """What the terms come to, after ReLU where there is one."""
        return max(0.0, self.total) if self.has_relu else self.total

    @property
    def residual(self) -> float:
        """The network's value less that: rounding."""
        return self.value - self.result

    def top(self, n: int = 10) -> tuple[tuple[Term, ...], float]:
        """Return the n largest terms, and the sum of the others.

        Raises:
            ValueError: n is no whole number of at least 0.
        """
        check_whole("n", n, least=0, error=ValueError)
        return self.terms[:n], float(np.sum([term.product for term in self.terms[n:]]))

    def to_dict(self, n: int | None = None) -> dict[str, Any]:
        """Return plain data, ready for JSON: the n largest terms and the remainder, or all of them."""
        terms, remainder = (self.terms, 0.0) if n is None else self.top(n)
        return {
            "layer": self.layer,
            "channel": self.channel,
            "cell": list(self.cell),
            "kind": self.kind,
            "value": self.value,
            "bias": self.bias,
            "has_relu": self.has_relu,
            "formula": self.formula,
            "total": self.total,
            "residual": self.residual,
            "terms": [term.to_dict() for term in terms],
            "remainder": remainder,
        }

    def __repr__(self) -> str:
        y, x = self.cell
        place = f"{visible(self.layer)}[{self.channel}, {y}, {x}]"
        return f"<Calculation of {place} = {self.value:.6g}: {self.kind} of {len(self.terms)} terms>"


class Arithmetic:
    """Every number that a model makes of one image, ready to be opened.

    Args:
        model: A loaded model, or the name or path of one.
        image: Anything `squeezeviz.read_image` takes.
        preprocessing: A preset's name or a `Preprocessing`; the model's own by default. Of several crops, the first.
        activations: The model's activations of that very image, where they are known.

    Raises:
        ImageError: The image cannot be read.
        ModelError: The model cannot be loaded.
        PreprocessingError: The preset is unknown, or does not suit the model or the image.
    """

    def __init__(
        self,
        model: ModelSource,
        image: ImageSource,
        preprocessing: str | Preprocessing | None = None,
        *,
        activations: Mapping[str, NDArray[np.float32]] | None = None,
    ) -> None:
        self.model = model = loaded(model)
        self.image = read_image(image)
        how = model.resolve(preprocessing)
        self.preprocessing = how.first_crop
        self.architecture = model.architecture_at(*how.input_px)
        self.tensor = self.preprocessing(self.image)
        expect(activations, (Mapping, NoneType), "what Model.activations returns", LayerError)
        if activations is None:
            activations = {name: values[0] for name, values in model.activations_of_tensor(self.tensor).items()}
        self.activations = activations
        self._kernels: dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]] = {}

    def of(self, layer: str, channel: int, cell: tuple[int, int] = (0, 0)) -> Calculation:
        """Open one number.

        Args:
            layer: A layer's name; the network's input for a preprocessed pixel; ``"resized"`` for the pixel value 0–255
                behind one, which opens into pixels of the photo.
            channel: Of the layer; a class, for logits and probabilities; of the resized photo, 0 is red.
            cell: (y, x); leave it out where a channel has one value.

        Raises:
            LayerError: There is no such layer, channel or cell, or the layer's arithmetic is not known; or the photo
                was resized with a filter that averages more than four pixels.
            ExactnessError: The terms do not come to the network's value.
        """
        expect(layer, str, "a layer's name", LayerError)
        arch = self.architecture
        if layer == RESIZED:
            check_place(layer, self.tensor[0].shape, channel, cell)
            return self._pixel_value(channel, cell)
        if layer == arch.input_name:
            check_place(layer, self.tensor[0].shape, channel, cell)
            return self._pixel(channel, cell)
        found = arch[layer]
        values = self.values(found.name)
        check_place(found.name, values.shape, channel, cell)
        opened = found.op.terms(int(np.ravel_multi_index((channel, *cell), values.shape)), self._reader(found))
        value = float(values[channel][cell])
        made = Calculation(
            found.name, channel, cell, opened.kind, value, opened.bias, found.pre_relu is not None,
            self._terms(found, opened), opened.total, opened.formula,
        )  # fmt: skip
        self._check_rounding(made)
        return made

    def path(self, layer: str, channel: int, cell: tuple[int, int] = (0, 0)) -> tuple[Calculation, ...]:
        """Open one number, then the one that adds most to it, and so on, as far down as the photo's pixels.

        Args:
            layer: A layer's name, as `of` takes it; of a probability, the class's own logit is followed.
            channel: Of the layer; a class, for logits and probabilities.
            cell: (y, x); (0, 0), the default, where a channel has one value.

        Returns:
            The calculations; the last one's terms are pixels of the photo, or none where the photo was padded, or where
            it was resized with a filter that averages more than four pixels: then the last is the preprocessed pixel.

        Raises:
            LayerError: As `of`.
        """
        made = self.of(layer, channel, cell)
        steps = [made]
        while made.terms:
            own = (term for term in made.terms if term.channel == made.channel)
            term = next(own) if made.kind == "softmax" else made.terms[0]
            if term.layer == PHOTO or (term.layer == RESIZED and self._is_filtered):
                break
            made = self.of(term.layer, term.channel, term.cell)
            steps.append(made)
        return tuple(steps)

    def values(self, layer: str) -> NDArray[np.float32]:
        """Return a layer's values as float32 (C, H, W), one cell where a channel is one number; or the input's."""
        expect(layer, str, "a layer's name", LayerError)
        values = self.tensor[0] if layer == self.architecture.input_name else self.activations[layer]
        maps: NDArray[np.float32] = values.reshape(len(values), *(values.shape[1:] or (1, 1)))
        return maps

    def kernels(self, layer: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return a convolution's weights and bias, as `Model.kernels` does; they are read once."""
        if not isinstance(layer, str) or layer not in self._kernels:
            self._kernels[layer] = self.model.kernels(layer)
        return self._kernels[layer]

    # The photo's pixels -----------------------------------------------------------------------------------------------

    def _pixel_value(self, colour: int, cell: tuple[int, int]) -> Calculation:
        how, photo = self.preprocessing, self.preprocessing.photo(self.image)
        value = float(how.cropped(self.image)[cell][colour])
        geometry = how.geometry(photo.width, photo.height)
        x, y = geometry.to_original(cell[1] + 0.5, cell[0] + 0.5)
        left, top, right, bottom = geometry.filled
        if not (left <= cell[1] < right and top <= cell[0] < bottom):
            return _blended(colour, cell, value, value, ())  # padding
        if self._is_filtered:
            raise LayerError(
                f"preprocessing {how.name!r}: {how.interpolation}, antialiased, averages many pixels; "
                "only 'bilinear' and 'nearest' without antialiasing are opened further"
            )
        if geometry.resized == geometry.original or how.interpolation == "nearest":
            across, down = [(int(x), 1.0)], [(int(y), 1.0)]
        else:
            across, down = _blend(x, photo.width), _blend(y, photo.height)
        terms = [
            Term(PHOTO, colour, (row, column), wy * wx, float(photo.pixels[row, column, colour]))
            for row, wy in down
            for column, wx in across
            if wy * wx
        ]
        ordered = tuple(sorted(terms, key=lambda term: -abs(term.product)))
        return _blended(colour, cell, value, 0.0, ordered)

    @property
    def _is_filtered(self) -> bool:
        """Whether resizing averaged more than four pixels."""
        how, photo = self.preprocessing, self.preprocessing.photo(self.image)
        geometry = how.geometry(photo.width, photo.height)
        return how.antialias and geometry.resized != geometry.original and how.interpolation != "nearest"

    def __repr__(self) -> str:
        by = visible(self.model.name)
        return f"<Arithmetic of {self.image.name!r} by {by}, preprocessed as {self.preprocessing.name!r}>"

    # One layer's arithmetic -------------------------------------------------------------------------------------------

    def _reader(self, layer: Layer) -> Callable[[int], NDArray[Any]]:
        """Return what reads a layer's operands, each of the shape that it has in the graph."""
        sources, operands = dict(zip(layer.op.moving, layer.inputs, strict=True)), layer.op.node.inputs

        def read(at: int) -> NDArray[Any]:
            return self.values(sources[at]).reshape(operands[at].shape) if at in sources else layer.op.constant(at)

        return read

    def _terms(self, layer: Layer, opened: Terms) -> tuple[Term, ...]:
        """Return terms with the layers, channels and cells that they are read from, by falling size."""
        sources = dict(zip(layer.op.moving, layer.inputs, strict=True))
        found = []
        columns = (opened.operands, opened.places, opened.weights, opened.values)
        for operand, place, weight, value in zip(*(each.tolist() for each in columns), strict=True):
            name = sources[operand]
            _, height, width = self.values(name).shape
            channel, cell = divmod(place, height * width)
            found.append(Term(name, channel, divmod(cell, width), weight, value))
        return tuple(sorted(found, key=lambda term: -abs(term.product)))

    def _check_rounding(self, made: Calculation) -> None:
        scale = abs(made.bias) + sum(abs(term.product) for term in made.terms)
        if made.kind in ("softmax", "function", "product"):
            scale = max(abs(made.total), abs(made.value), 1.0)
        y, x = made.cell
        what = f"{made.layer} [{made.channel}, {y}, {x}]"
        self.check_rounding(what, made.value, made.residual, max(scale, abs(made.value)))

    def check_rounding(self, what: str, value: float, residual: float, scale: float) -> None:
        """Let pass what rounding leaves of a number.

        Args:
            what: The number, for messages.
            value: As the network has it.
            residual: The value less what its terms come to.
            scale: What the terms' sizes add up to.

        Raises:
            LayerError: The network itself has no finite number there.
            ExactnessError: More is left than rounding.
        """
        if not math.isfinite(value):
            raise LayerError(f"{what} is {value} in the network itself: its numbers have grown beyond single precision")
        most = _MOST_ROUNDING_HALF if self.model.is_half else MOST_ROUNDING
        if not abs(residual) <= most * scale:
            raise ExactnessError(
                f"{what} is {value:.7g}, but its terms come to {value - residual:.7g}: more than rounding. This is a "
                "fault of squeezeviz or of ONNX Runtime; please report it with the model"
            )

    def _pixel(self, channel: int, cell: tuple[int, int]) -> Calculation:
        slope, offset = self.preprocessing.affine
        pixel_value = float(self.preprocessing.cropped(self.image)[cell][self.preprocessing.rgb_index[channel]])
        term = Term(RESIZED, self.preprocessing.rgb_index[channel], cell, float(slope[channel]), pixel_value)
        value = float(self.tensor[0][channel][cell])
        name = self.architecture.input_name
        bias = float(offset[channel])
        total = bias + term.product
        return Calculation(name, channel, cell, "scaling", value, bias, has_relu=False, terms=(term,), total=total)


def check_source(source: object) -> None:
    """Let pass what numbers are opened of.

    Raises:
        SqueezeVizError: It is no `Arithmetic`.
    """
    expect(source, Arithmetic, "a squeezeviz.Arithmetic, such as Arithmetic(model, photo)")


def check_place(layer: str, shape: tuple[int, ...], channel: int, cell: tuple[int, int]) -> None:
    """Refuse a channel or cell, (y, x), that a layer of this shape, (C, H, W), has not.

    Raises:
        LayerError: There is none.
    """
    if not isinstance(cell, tuple) or len(cell) != 2:
        raise LayerError(f"cell is {cell!r}, expected its row and column, such as (0, 0)")
    for what, number, size in zip(("channel", "row", "column"), (channel, *cell), shape, strict=True):
        if not is_whole(number):
            raise LayerError(f"{what} is {number!r}, expected a whole number from 0 to {size - 1}")
        if not 0 <= number < size:
            raise LayerError(f"{layer} has no {what} {number}; there are {size}, counted from 0")


def _blended(colour: int, cell: tuple[int, int], value: float, bias: float, terms: tuple[Term, ...]) -> Calculation:
    total = bias + sum(term.product for term in terms)
    return Calculation(RESIZED, colour, cell, "blend", value, bias, has_relu=False, terms=terms, total=total)


def _blend(centre: float, size: int) -> list[tuple[int, float]]:
    """The two pixels beside a place, with what each counts; at the photo's edge they are one."""
    first = math.floor(centre - 0.5)
    share = centre - 0.5 - first
    left, right = min(size - 1, max(0, first)), min(size - 1, max(0, first + 1))
    return [(left, 1.0)] if left == right else [(left, 1 - share), (right, share)]
