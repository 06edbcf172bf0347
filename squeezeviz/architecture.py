"""The layer table of a network, computed from its ONNX graph: shapes, parameters, operations, receptive fields.

Counting rule, for one image: a multiply-accumulate is two operations; each bias addition and each ReLU is one; a
pooling window over n cells costs n (comparisons, or additions with the division). Concatenation, reshaping, dropout in
test mode and softmax count nothing. So counted, the published model takes 0.784 GFLOPs.

Receptive fields follow Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks" (Distill,
2019), for every path at once: a Fire module has a narrow and a wide one.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from squeezeviz.errors import LayerError, ModelError, SqueezeVizError, did_you_mean, in_one_line
from squeezeviz.notebook_display import NotebookDisplay
from squeezeviz.onnx_bounds import inferred

if TYPE_CHECKING:
    from collections.abc import Iterator

    import onnx

__all__ = ["Architecture", "Layer", "read_architecture"]

PRE = ":pre"

_KINDS = {
    "Conv": "convolution",
    "MaxPool": "max pooling",
    "AveragePool": "average pooling",
    "GlobalAveragePool": "global average pooling",
    "GlobalMaxPool": "global max pooling",
    "Concat": "concatenation",
    "Softmax": "softmax",
}
_MOST_PX = 1 << 53  # of a receptive field or stride: whole numbers that a page's program can hold
_MOST_FIELDS = 512  # sizes of one layer's receptive fields; DenseNet-201 has 478

# These move numbers or hand them on: their output is not a layer of its own.
_TRANSPARENT = frozenset({"Flatten", "Reshape", "Identity", "Dropout", "Squeeze", "Cast"})


@dataclass(frozen=True)
class Layer:
    """One layer.

    Attributes:
        name: Published name; also the name of its activation, after ReLU where there is one.
        kind: ``"convolution"``, ``"max pooling"``, ``"concatenation"``, ``"softmax"``, …
        shape: Of its activation for one image: (C, H, W), or (N,).
        inputs: Names of the layers it reads; the network's input for the first.
        parameters: Learned numbers, biases included.
        macs: Multiply-accumulates for one image.
        operations: Everything counted by the module's rule, for one image.
        receptive_fields: Sizes in input pixels, ascending, each of a path through the network; not clipped at the
            border, except that a global pool sees the whole input. The first and the last are always the smallest and
            the largest of all paths.
        has_more_fields: Whether there are sizes between these that are left out, as there would be too many.
        stride: Input pixels between neighbouring cells.
        offset: Input coordinate of the centre of cell 0's receptive field, in pixels; pixel centres are whole numbers.
        kernel: (height, width) of the window, or None.
        module: The Fire module it belongs to, such as ``"fire2"``, or None.
        branch: ``"squeeze"``, ``"expand1x1"``, ``"expand3x3"`` or ``"concat"`` within a Fire module, else None.
        pre_relu: Name of the value before ReLU, or None where no ReLU follows.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    inputs: tuple[str, ...]
    parameters: int
    macs: int
    operations: int
    receptive_fields: tuple[int, ...]
    stride: int
    offset: float
    kernel: tuple[int, int] | None
    module: str | None
    branch: str | None
    pre_relu: str | None
    has_more_fields: bool = False

    @property
    def channels(self) -> int:
        """Number of feature maps."""
        return self.shape[0]

    @property
    def receptive_field(self) -> int:
        """Size of the widest path's receptive field, in input pixels."""
        return self.receptive_fields[-1]

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
            "receptive_field": self.receptive_field,
            "receptive_fields": list(self.receptive_fields),
            "stride": self.stride,
            "offset": self.offset,
            "kernel": list(self.kernel) if self.kernel else None,
            "module": self.module,
            "branch": self.branch,
            "pre_relu": self.pre_relu,
        }


@dataclass(frozen=True)
class Architecture(NotebookDisplay):
    """All layers of a network, in execution order.

    Attributes:
        input_name: Name of the input.
        input_shape: (C, H, W).
        output_name: Name of the output.
        output_shape: (N,), as a rule.
        logits_name: The layer whose values, flattened, go into the closing softmax; the output where there is none.
        has_softmax: Whether the output is probabilities already.
        layers: In execution order.
    """

    input_name: str
    input_shape: tuple[int, int, int]
    output_name: str
    output_shape: tuple[int, ...]
    logits_name: str
    has_softmax: bool
    layers: tuple[Layer, ...]

    def __iter__(self) -> Iterator[Layer]:
        return iter(self.layers)

    def __len__(self) -> int:
        return len(self.layers)

    def __contains__(self, name: object) -> bool:
        return any(layer.name == name for layer in self.layers)

    def __getitem__(self, name: str) -> Layer:
        """Return a layer by name.

        Raises:
            LayerError: There is none of that name; the message suggests the nearest.
        """
        for layer in self.layers:
            if layer.name == name:
                return layer
        names = [layer.name for layer in self.layers]
        hint = did_you_mean(str(name), names) or f" The layers are {', '.join(names[:4])}, …, {names[-1]}."
        raise LayerError(f"no layer is called {name!r}.{hint}")

    @property
    def parameters(self) -> int:
        """Learned numbers in the whole network."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def macs(self) -> int:
        """Multiply-accumulates for one image."""
        return sum(layer.macs for layer in self.layers)

    @property
    def operations(self) -> int:
        """Operations for one image, by the counting rule of this module."""
        return sum(layer.operations for layer in self.layers)

    @property
    def mparams(self) -> float:
        """Parameters in millions."""
        return self.parameters / 1e6

    @property
    def gflops(self) -> float:
        """Operations for one image in billions."""
        return self.operations / 1e9

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "gflops": self.gflops,
            "mparams": self.mparams,
            "parameters": self.parameters,
            "macs": self.macs,
            "operations": self.operations,
            "input": {"name": self.input_name, "shape": ["B", *self.input_shape], "dtype": "float32"},
            "output": {"name": self.output_name, "shape": ["B", *self.output_shape], "dtype": "float32"},
            "logits": self.logits_name,
            "layers": [layer.to_dict() for layer in self.layers],
        }

    def __repr__(self) -> str:
        return f"<Architecture: {len(self)} layers, {self.mparams:.3f} M parameters, {self.gflops:.3f} GFLOPs>"


@dataclass(frozen=True)
class _Field:
    """Receptive fields of one value: sizes over all paths, and where its cells lie (in input pixels).

    The number of paths may double with every block, and with it that of their sizes: beyond `_MOST_FIELDS` some between
    the smallest and the largest are dropped. What a window adds is the same for all, so that the ends stay exact.
    """

    sizes: tuple[int, ...]
    stride: int
    offset: float
    has_more: bool = False


class _Reader:
    """One pass over the nodes of an ONNX graph."""

    def __init__(self, model: onnx.ModelProto) -> None:
        graph = inferred(model)
        self.graph = graph
        self.weights = {tensor.name: tuple(tensor.dims) for tensor in graph.initializer}
        for node in graph.node:  # weights stored in half precision are cast where they are read
            if node.op_type == "Cast" and node.input[0] in self.weights:
                self.weights[node.output[0]] = self.weights[node.input[0]]
        self.shapes = {
            info.name: tuple(d.dim_value for d in info.type.tensor_type.shape.dim[1:])
            for info in [*graph.input, *graph.value_info, *graph.output]
        }
        self.reads = Counter(name for node in graph.node for name in node.input)
        sources = [value for value in graph.input if value.name not in self.weights]
        if len(sources) != 1 or len(self.shapes[sources[0].name]) != 3 or len(graph.output) != 1:
            found = ", ".join(f"{s.name} {self.shapes[s.name]}" for s in sources) or "none"
            raise ModelError(
                f"expected a network with one image input (B, C, H, W) and one output; "
                f"found the inputs {found} and {len(graph.output)} output(s)"
            )
        self.source = sources[0].name
        if min(self.shapes[self.source]) < 1:
            found = ", ".join(map(str, self.shapes[self.source]))
            raise ModelError(f"the input {self.source!r} has the shape (B, {found}); expected a fixed size, 1 or more")
        self.layer_of: dict[str, str] = {self.source: self.source}  # value → the layer whose activation it carries
        self.fields = {self.source: _Field((1,), 1, 0.0)}
        self.relu_of = {
            n.input[0]: n.output[0] for n in graph.node if n.op_type == "Relu" and self.reads[n.input[0]] == 1
        }

    def read(self) -> Architecture:
        layers: list[Layer] = []
        softmax_input = None
        for node in self.graph.node:
            activations = [name for name in node.input if name in self.layer_of]
            if not activations:
                continue
            output = node.output[0]
            if node.op_type in _TRANSPARENT or (node.op_type == "Relu" and node.input[0] in self.relu_of):
                self.layer_of[output] = self.layer_of[activations[0]]
                self.fields[output] = self.fields[activations[0]]
                continue
            if node.op_type == "Softmax" and output == self.graph.output[0].name:
                softmax_input = self.layer_of[activations[0]]
            layers.append(self._layer(node, activations))
        output = self.graph.output[0].name
        if output not in self.layer_of:
            raise ModelError(f"the output {output!r} does not depend on the input {self.source!r}")
        last = self.layer_of[output]
        channels, height, width = self.shapes[self.source]
        return Architecture(
            self.source,
            (channels, height, width),
            output,
            self.shapes[output],
            softmax_input or last,
            softmax_input is not None,
            tuple(_with_modules(layers)),
        )

    def _layer(self, node: onnx.NodeProto, activations: list[str]) -> Layer:
        before = node.output[0]
        name = self.relu_of.get(before, before)
        shape = self.shapes.get(before, ())
        if not shape or min(shape) < 1:
            raise ModelError(f"layer {name!r}: its shape {('B', *shape)} is not fixed by the graph")
        parameters = sum(math.prod(self.weights[key]) for key in node.input if key in self.weights)
        cells = math.prod(shape)
        relus = cells if before in self.relu_of else 0
        attributes = {a.name: list(a.ints) for a in node.attribute if a.ints}
        kernel: tuple[int, int] | None = None
        macs = operations = 0
        if node.op_type == "Conv":
            if node.input[1] not in self.weights:
                raise ModelError(f"layer {name!r}: its weights {node.input[1]!r} are computed; expected stored ones")
            weight = self.weights[node.input[1]]
            kernel = (weight[2], weight[3])
            macs = cells * math.prod(weight[1:])
            operations = 2 * macs + (cells if len(node.input) > 2 else 0)
        elif node.op_type in ("MaxPool", "AveragePool"):
            kernel = (attributes["kernel_shape"][0], attributes["kernel_shape"][1])
            operations = cells * math.prod(kernel)
        elif node.op_type in ("GlobalAveragePool", "GlobalMaxPool"):
            operations = math.prod(self.shapes[activations[0]])
        field = self._field(node.op_type, activations, kernel, attributes)
        self.layer_of[before], self.fields[before] = name, field
        return Layer(
            name=name,
            kind=_KINDS.get(node.op_type, node.op_type),
            shape=shape,
            inputs=tuple(self.layer_of[key] for key in activations),
            parameters=parameters,
            macs=macs,
            operations=operations + relus,
            receptive_fields=field.sizes,
            stride=field.stride,
            offset=field.offset,
            kernel=kernel,
            module=None,
            branch=None,
            pre_relu=before if before in self.relu_of else None,
            has_more_fields=field.has_more,
        )

    def _field(
        self, op: str, activations: list[str], kernel: tuple[int, int] | None, attributes: dict[str, list[int]]
    ) -> _Field:
        fields = [self.fields[key] for key in activations]
        first = fields[0]
        if op in ("GlobalAveragePool", "GlobalMaxPool"):
            cells = self.shapes[activations[0]][2]
            centre = first.offset + first.stride * (cells - 1) / 2
            return _Field((self.shapes[self.source][2],), first.stride, centre)
        sizes, has_more = _joined(fields)
        if kernel is None:
            return _Field(sizes, first.stride, first.offset, has_more)
        reach = attributes.get("dilations", [1, 1])[1] * (kernel[1] - 1)
        pad = attributes.get("pads", [0, 0, 0, 0])[1]
        step = attributes.get("strides", [1, 1])[1]
        if max(sizes[-1] + reach * first.stride, first.stride * step) > _MOST_PX:
            raise ModelError("its windows and strides add up to receptive fields beyond all bounds")
        return _Field(
            tuple(size + reach * first.stride for size in sizes),
            first.stride * step,
            first.offset + (reach / 2 - pad) * first.stride,
            has_more,
        )


def _joined(fields: list[_Field]) -> tuple[tuple[int, ...], bool]:
    """Return the sizes of several values, ascending, and whether some between the ends are left out."""
    has_more = any(field.has_more for field in fields)
    if len(fields) == 1:
        return fields[0].sizes, has_more
    sizes = sorted(frozenset().union(*(field.sizes for field in fields)))
    if len(sizes) <= _MOST_FIELDS:
        return tuple(sizes), has_more
    last = len(sizes) - 1
    return tuple(sizes[place * last // (_MOST_FIELDS - 1)] for place in range(_MOST_FIELDS)), True


def _with_modules(layers: list[Layer]) -> Iterator[Layer]:
    """Mark Fire modules by their form: a concatenation of convolutions that all read one squeeze convolution."""
    by_name = {layer.name: layer for layer in layers}
    roles: dict[str, tuple[str, str]] = {}
    for layer in layers:
        expands = [by_name[key] for key in layer.inputs if key in by_name]
        sources = {key for expand in expands for key in expand.inputs}
        if layer.kind != "concatenation" or len(expands) < 2 or len(sources) != 1:
            continue
        squeeze = by_name.get(next(iter(sources)))
        if squeeze is None or any(part.kind != "convolution" for part in (squeeze, *expands)):
            continue
        module = layer.name.split("/")[0]
        roles[layer.name], roles[squeeze.name] = (module, "concat"), (module, "squeeze")
        for expand in expands:
            height, width = expand.kernel or (0, 0)
            roles[expand.name] = (module, f"expand{height}x{width}")
    for layer in layers:
        module_name, branch = roles.get(layer.name, (None, None))
        yield replace(layer, module=module_name, branch=branch)


def read_architecture(model: onnx.ModelProto) -> Architecture:
    """Compute the layer table of an ONNX model.

    Raises:
        ModelError: It is not a network with one image input and one output, or its shapes are not fixed.
    """
    try:
        return _Reader(model).read()
    except SqueezeVizError:
        raise
    except Exception as exc:  # a node without its weight, a window without a size: whatever a graph may lack
        raise ModelError(f"the graph cannot be read as layers ({type(exc).__name__}: {in_one_line(exc)})") from exc
