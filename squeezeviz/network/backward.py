"""The backward graph of a network: the derivative of a number by its input or a layer, as plain ONNX.

A backward graph is a vector–Jacobian product. Beside the image it takes ``weights``, of the shape of a value of the
network: how much each of its numbers counts in the number that is differentiated, Σ weights · value. So one graph
serves every target of a layer: a logit is one weight of 1, a difference of two has 1 and −1, the mean of a channel
1/cells in it.

Where a function has a kink, its derivative is the one that PyTorch's autograd takes; each operator's ``backward``
says which. The rules differ from the derivative on purpose, at ReLU alone:

- ``"exact"``: the derivative. A gradient passes where the number was above 0.
- ``"guided"``: it passes where the number was above 0 and the gradient is, too (guided backpropagation, Springenberg et
  al., 2015).
- ``"deconvnet"``: it passes where the gradient is above 0, whatever the number was (Zeiler & Fergus, 2014).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from squeezeviz.errors import LayerError, ModelError, did_you_mean, spoken
from squeezeviz.network.gradient_nodes import GradientNodes, Rule
from squeezeviz.network.modern import in_newer_set
from squeezeviz.network.weights import held_names, with_weights

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import onnx

    from squeezeviz.network.graph import Graph
    from squeezeviz.network.weights import Weights

__all__ = ["RULES", "BackwardGraph", "Rule", "backward", "depends_on"]

_MOST_BYTES = (1 << 31) - 1  # of protobuf

#: How ReLU may hand a gradient on.
RULES: tuple[Rule, ...] = ("exact", "guided", "deconvnet")


@dataclass(frozen=True)
class BackwardGraph:
    """A backward graph.

    Attributes:
        content: It, as ONNX.
        weights: The numbers of its large weights, which it only names.
        image: Name of the input that takes images, as in the network.
        seed: Name of the input that takes the weights of `of`'s numbers: ``"weights"``.
        of: Name of the value that is differentiated, which it also returns.
        gradients: Value → name of the output that is the derivative by it: ``"gradient"`` for the first.
    """

    content: bytes = field(repr=False)
    weights: Weights = field(repr=False)
    image: str
    seed: str
    of: str
    gradients: Mapping[str, str]

    def model(self) -> onnx.ModelProto:
        """Return it as one model that holds its weights.

        Raises:
            ModelError: They are larger than a file of ONNX may be.
        """
        total = len(self.content) + sum(values.nbytes for values in self.weights.values())
        if total > _MOST_BYTES:
            raise ModelError(
                f"the gradient of {spoken(self.of)} has {total:,} bytes, more than the {_MOST_BYTES:,} of one ONNX file"
            )
        return with_weights(self.content, self.weights)


def backward(
    graph: Graph, of: str, by: Sequence[str], rule: Rule = "exact", *, keep: Sequence[str] = ()
) -> BackwardGraph:
    """Return the backward graph from one value to others.

    Args:
        graph: The network.
        of: The value whose numbers, each times its weight, are what is differentiated.
        by: The values by whose numbers it is differentiated; the graph's input, or what is computed before `of`.
        rule: How ReLU hands a gradient on.
        keep: Further values of the network that the graph returns as they are, each under its own name.

    Raises:
        LayerError: A value is unknown, none of `of`'s numbers hangs on it, or an operator between has no gradient.
        ModelError: The graph is of an operator set that cannot be converted.
    """
    _check(graph, of, by, rule)
    _check_known(graph, keep)
    model = in_newer_set(graph.model)
    taken = {name for node in model.graph.node for name in (*node.input, *node.output)} | set(graph.shapes)
    seed = _free("weights", taken)
    names = {name: _free("gradient" if not at else f"gradient:{name}", taken) for at, name in enumerate(by)}
    at = GradientNodes(rule, taken)
    found = _carried(graph, of, by, seed, at)
    for name, output in names.items():
        at.nodes.append(_identity(found[name], output))
    return _put_together(
        graph,
        model,
        at,
        _Names(graph.source, seed, of, names, tuple(dict.fromkeys(name for name in keep if name != of))),
    )


def depends_on(graph: Graph, of: str) -> set[str]:
    """Return the values that one hangs on, and itself: all that it may be differentiated by."""
    needed = {of}
    for value in reversed(list(graph.ops)):
        if value in needed:
            needed.update(each.name for each in graph.ops[value].node.inputs if each.name in graph.ops)
            needed.update({graph.source} & {each.name for each in graph.ops[value].node.inputs})
    return needed


def _check(graph: Graph, of: str, by: Sequence[str], rule: Rule) -> None:
    if rule not in RULES:
        raise LayerError(f"no rule is called {spoken(str(rule))!r}; there are {', '.join(RULES)}")
    _check_known(graph, (of, *by))
    if not by:
        raise LayerError("by names no value; expected the input or a layer")
    before = depends_on(graph, of) - {of}
    for name in by:
        if name not in before:
            raise LayerError(
                f"{spoken(of)!r} does not depend on {spoken(name)!r}, so it has no derivative by it; expected a layer "
                "before it, or the input"
            )


def _check_known(graph: Graph, names: Sequence[str]) -> None:
    known = [graph.source, *graph.ops]
    for name in names:
        if name not in known:
            raise LayerError(f"no layer is called {spoken(str(name))!r}.{did_you_mean(str(name), known)}")


def _carried(graph: Graph, of: str, by: Sequence[str], seed: str, at: GradientNodes) -> dict[str, str]:
    """Add the nodes that carry a gradient from one value to others; return value → gradient."""
    from onnx import helper  # noqa: PLC0415 - heavy

    after = _after(graph, by)
    arrived: dict[str, list[str]] = {of: [seed]}
    found: dict[str, str] = {}
    for value in [*reversed(list(graph.ops)), graph.source]:
        if value not in arrived:
            continue
        at.dtype = helper.tensor_dtype_to_np_dtype(graph.types[value])
        found[value] = at.added(arrived.pop(value))
        op = graph.ops.get(value)
        if op is None or not any(each.name in after for each in op.node.inputs):
            continue
        for operand, gradient in op.backward(at, found[value]).items():
            name = op.node.inputs[operand].name
            if name in after:
                arrived.setdefault(name, []).append(gradient)
    return found


def _after(graph: Graph, by: Sequence[str]) -> set[str]:
    """Return the values that gradients have to reach: these, and what hangs on them."""
    after = set(by)
    for value, op in graph.ops.items():
        if any(each.name in after for each in op.node.inputs):
            after.add(value)
    return after


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name = f"{name}_"
    return name


def _identity(name: str, output: str) -> onnx.NodeProto:
    from onnx import helper  # noqa: PLC0415 - heavy

    return helper.make_node("Identity", [name], [output])


@dataclass(frozen=True)
class _Names:
    image: str
    seed: str
    of: str
    gradients: Mapping[str, str]
    keep: tuple[str, ...]


def _put_together(graph: Graph, model: onnx.ModelProto, at: GradientNodes, names: _Names) -> BackwardGraph:
    """Put forward and backward nodes together, as many as are needed."""
    from onnx import helper  # noqa: PLC0415 - heavy

    nodes = _needed([*model.graph.node, *at.nodes], [*names.gradients.values(), names.of, *names.keep])
    read = {name for node in nodes for name in node.input}
    tensors = [tensor for tensor in (*model.graph.initializer, *at.tensors) if tensor.name in read]
    made = helper.make_graph(nodes, "backward", *_interface(graph, names), tensors)
    whole = helper.make_model(made, opset_imports=model.opset_import, ir_version=model.ir_version)
    whole.doc_string = _documentation(names, at.rule)
    held = {**graph.weights, **at.weights}
    return BackwardGraph(
        content=whole.SerializeToString(),
        weights={name: held[name] for name in held_names(made)},
        image=names.image,
        seed=names.seed,
        of=names.of,
        gradients=dict(names.gradients),
    )


def _interface(graph: Graph, names: _Names) -> tuple[list[onnx.ValueInfoProto], list[onnx.ValueInfoProto]]:
    """Return inputs and outputs, each with what it is."""
    from onnx import helper  # noqa: PLC0415 - heavy

    batch = graph.model.graph.input[0].type.tensor_type.shape.dim[0].dim_param or "batch"

    def info(name: str, value: str, doc: str) -> onnx.ValueInfoProto:
        first, *rest = graph.shapes[value]
        rows: int | str = first
        if graph.is_batch_free:
            rows = batch if first == 1 else f"{value}:rows"
        return helper.make_tensor_value_info(name, graph.types[value], [rows, *rest], doc)

    number = f"Σ {names.seed} · {names.of}"
    inputs = [
        info(names.image, names.image, "Images, preprocessed as the network expects them."),
        info(names.seed, names.of, f"How much each number of {names.of} counts in what is differentiated: {number}."),
    ]
    outputs = [
        info(name, by, f"The derivative of {number} by each number of {by}.") for by, name in names.gradients.items()
    ]
    own = [
        info(name, name, f"The value {name} itself, as the network computes it.") for name in (names.of, *names.keep)
    ]
    return inputs, [*outputs, *own]


def _needed(nodes: Sequence[onnx.NodeProto], outputs: Sequence[str]) -> list[onnx.NodeProto]:
    needed, kept = set(outputs), []
    for node in reversed(nodes):
        if not needed.isdisjoint(node.output):
            kept.append(node)
            needed.update(node.input)
    return kept[::-1]


def _documentation(names: _Names, rule: Rule) -> str:
    said = {
        "exact": "the derivative",
        "guided": "guided backpropagation (Springenberg et al., 2015), which is not the derivative",
        "deconvnet": "DeconvNet (Zeiler & Fergus, 2014), which is not the derivative",
    }[rule]
    lines = [f"Inputs: {names.image} (images) and {names.seed} (of the shape of {names.of})."]
    lines += [f"Output {name}: of Σ {names.seed} · {names.of} by {by}." for by, name in names.gradients.items()]
    return " ".join([f"A vector–Jacobian product: {said}.", *lines, f"Output {names.of}: the value itself."])
