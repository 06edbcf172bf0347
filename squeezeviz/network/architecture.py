"""The layer table of a network, filled from its operators: shapes, parameters, operations, receptive fields.

Counting rule, for one image: a multiply-accumulate is two operations; each bias addition and each ReLU is one; a
pooling window over n cells costs n (comparisons, or additions with the division); any other function of numbers costs
one a number. Concatenation, reshaping, dropout in test mode and softmax count nothing. So counted, the published model
takes 0.784 GFLOPs.

A value that is only handed on (flattened, reshaped, left out by dropout) is no layer of its own, and neither is a ReLU
that alone reads a layer: the layer's activation is what the ReLU makes of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from squeezeviz.errors import LayerError, ModelError, SqueezeVizError, did_you_mean, in_one_line
from squeezeviz.network.blocks import Block, blocks_of, with_modules
from squeezeviz.network.fields import Field, field_of
from squeezeviz.network.graph import Graph, read_graph, relus_of
from squeezeviz.network.head import ANSWERS, GIVES_PROBABILITIES, LACKS_LOGITS, Head
from squeezeviz.network.layer import Layer
from squeezeviz.network.ops.activation import Named
from squeezeviz.network.ops.quantisation import Dequantisation, Quantisation
from squeezeviz.network.ops.rearrangement import HandOn
from squeezeviz.network.ops.sliding import Sliding
from squeezeviz.network.ops.softmax import Softmax
from squeezeviz.network.ops.window import POINT
from squeezeviz.notebook_display import NotebookDisplay

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import onnx

    from squeezeviz.network.ops import Op

__all__ = ["Architecture", "Head", "Layer", "architecture_of", "read_architecture"]

PRE = ":pre"


@dataclass(frozen=True)
class Architecture(NotebookDisplay):
    """All layers of a network, in execution order.

    Attributes:
        input_name: Name of the input.
        input_shape: (C, H, W).
        output_name: Name of the output.
        output_shape: (N,), as a rule.
        logits_name: The layer whose values, flattened, go into the closing softmax or sigmoid; the last layer where
            there is none. Where no layer has logits, what stands for them: the logarithm of the probabilities.
        head: What the output is: ``"softmax"`` or ``"sigmoid"`` where it is probabilities of a layer's logits,
            ``"log softmax"`` their logarithms, ``"probabilities"`` (that sum to 1) or ``"independent probabilities"``
            where they come about otherwise, ``"logits"`` where it is none of these.
        layers: In execution order.
        appended: Those of them that are computed behind the output and that its file does not have: where no layer has
            logits, what stands for them.
    """

    input_name: str
    input_shape: tuple[int, int, int]
    output_name: str
    output_shape: tuple[int, ...]
    logits_name: str
    head: Head
    layers: tuple[Layer, ...]
    appended: frozenset[str] = frozenset()

    def __iter__(self) -> Iterator[Layer]:
        return iter(self.layers)

    def __len__(self) -> int:
        return len(self.layers)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._by_name

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Its layers grouped as people draw them; each block stands behind those it reads."""
        return blocks_of(self.layers)

    @cached_property
    def _by_name(self) -> dict[str, Layer]:
        """The first layer of each name, its own or the file's."""
        found: dict[str, Layer] = {}
        for layer in self.layers:
            found.setdefault(layer.name, layer)
            found.setdefault(layer.raw_name, layer)
        return found

    @property
    def first_convolution(self) -> Layer:
        """Where looking begins: padding before it shows no more than the image. The first layer if there is none."""
        convolutions = (layer for layer in self.layers if "Conv" in layer.op.node.op_type)
        return next(convolutions, self.layers[0])

    @property
    def has_softmax(self) -> bool:
        """Whether the output is probabilities that sum to 1."""
        return self.head == "softmax"

    def __getitem__(self, name: str) -> Layer:
        """Return a layer by name.

        Raises:
            LayerError: There is none of that name; the message suggests the nearest.
        """
        if name in self:
            return self._by_name[name]
        names = [layer.name for layer in self.layers]
        hint = did_you_mean(str(name), names) or f" The layers are {_shortened(names)}."
        raise LayerError(f"no layer is called {name!r}.{hint}")

    @property
    def gives_probabilities(self) -> bool:
        """Whether the output is probabilities, and not what they are computed from."""
        return self.head in GIVES_PROBABILITIES

    @property
    def is_independent(self) -> bool:
        """Whether each class is answered for itself: its probability is a sigmoid of its own logit alone."""
        return self.head in ("sigmoid", "independent probabilities")

    @property
    def logit_words(self) -> str:
        """What stands where others have logits: ``"logit"``, or what is computed from the probabilities."""
        if self.head not in LACKS_LOGITS:
            return "logit"
        return "log-odds" if self.is_independent else "ln p"

    def check_logits(self, name: str) -> None:
        """See that a layer has the logits, for whoever takes them apart.

        Args:
            name: What to call the network.

        Raises:
            LayerError: None has.
        """
        if self.head in LACKS_LOGITS:
            raise LayerError(
                f"no layer of {name} has logits: its answer, {self.output_name}, is {self.answer}; ablation and "
                "occlusion try what changes it all the same"
            )

    @property
    def answer(self) -> str:
        """What its output is, in a few words."""
        return ANSWERS[self.head]

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
        return sum(layer.operations for layer in self.layers if layer.name not in self.appended)

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
            "head": self.head,
            "layers": [layer.to_dict() for layer in self.layers],
            "blocks": [block.to_dict() for block in self.blocks],
        }

    def __repr__(self) -> str:
        return f"<Architecture: {len(self)} layers, {self.mparams:.3f} M parameters, {self.gflops:.3f} GFLOPs>"


def read_architecture(model: onnx.ModelProto) -> Architecture:
    """Compute the layer table of an ONNX model that `checked_onnx` has let through.

    Raises:
        ModelError: It is not a network with one image input, its shapes are not fixed, or an operator contradicts
            itself.
    """
    return architecture_of(read_graph(model))


def architecture_of(graph: Graph) -> Architecture:
    """Compute the layer table of a graph.

    Raises:
        ModelError: An operator contradicts itself.
    """
    try:
        return _architecture_of(graph)
    except SqueezeVizError:
        raise
    except Exception as exc:  # whatever a graph may lack
        raise ModelError(f"the graph cannot be read as layers ({type(exc).__name__}: {in_one_line(exc)})") from exc


def _architecture_of(graph: Graph) -> Architecture:
    relus = relus_of(graph.model.graph, graph.ops)
    before = {after: value for value, after in relus.items()}
    layer_of = {graph.source: graph.source}  # value → the layer whose activation it carries
    fields: dict[str, Field | None] = {graph.source: Field.of_pixels()}
    layers: list[Layer] = []
    for value, op in graph.ops.items():
        source = op.node.inputs[0].name
        if value in before or _hands_on(op):
            layer_of[value] = layer_of[source]
            fields[value] = fields[source] if value in before or op.windows(0) == POINT else _mixed(fields[source])
            continue
        fields[value] = field_of(op, fields, graph.input_shape)
        layer_of[value] = relus.get(value, value)
        layers.append(_layer(graph, value, layer_of, fields[value]))
    last = layer_of[graph.output]
    if not layers:
        raise ModelError("the network does nothing: its output is its input")
    head, logits = (graph.closing.head, graph.closing.logits) if graph.closing else _head(layers, last)
    return Architecture(
        graph.source,
        graph.input_shape,
        graph.output,
        graph.shapes[graph.output][1:],
        logits,
        head,
        tuple(with_modules(layers)),
        frozenset(graph.closing.appended if graph.closing else ()),
    )


def _hands_on(op: Op) -> bool:
    """Whether a value is the one before: the same map, or all of its numbers in a row."""
    return isinstance(op, HandOn) and (op.windows(0) == POINT or op.map_shape[1:] == (1, 1))


def _mixed(known: Field | None) -> Field | None:
    return replace(known, is_mixed=True) if known else None


def _layer(graph: Graph, value: str, layer_of: Mapping[str, str], known: Field | None) -> Layer:
    op, name = graph.ops[value], layer_of[value]
    is_rectified = name != value
    cost = op.cost
    channels, height, width = op.map_shape
    window = op.window if isinstance(op, Sliding) else None
    return Layer(
        name=name,
        op=op,
        shape=(channels,) if len(op.shape) <= 2 else (channels, height, width),
        inputs=tuple(layer_of[each.name] for each in op.node.inputs if each.name in layer_of),
        parameters=cost.parameters,
        macs=cost.macs,
        operations=cost.operations + (channels * height * width if is_rectified else 0),
        receptive_fields=known.sizes if known else (),
        stride=known.stride if known else None,
        offset=known.offset if known else None,
        sees_all=bool(known and known.sees_all),
        kernel=(window[0].kernel, window[1].kernel) if window else None,
        module=None,
        branch=None,
        pre_relu=value if is_rectified else None,
        has_more_fields=bool(known and known.has_more),
        raw_name=graph.raw_names.get(name, name),
    )


def _head(layers: list[Layer], last: str) -> tuple[Head, str]:
    """Return what the answer is, and the name of the layer with the logits."""
    by_name = {layer.name: layer for layer in layers}
    closing = by_name[last]
    while isinstance(closing.op, (Quantisation, Dequantisation)) and closing.inputs[0] in by_name:
        closing = by_name[closing.inputs[0]]  # what is quantised at the end is what it was, a little coarser
    if isinstance(closing.op, Softmax) and closing.op.is_over_classes and not (closing.op.is_log and closing.pre_relu):
        return ("log softmax" if closing.op.is_log else "softmax"), closing.inputs[0]
    if isinstance(closing.op, Named) and closing.op.node.op_type == "Sigmoid":
        return "sigmoid", closing.inputs[0]
    return "logits", last


def _shortened(names: list[str]) -> str:
    most = 5
    return ", ".join(names if len(names) <= most else [*names[: most - 1], "…", names[-1]])
