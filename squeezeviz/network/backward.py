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
from squeezeviz.network.relevance import RelevanceRule, RelevanceRun
from squeezeviz.network.relevance_nodes import RelevanceNodes, Taker
from squeezeviz.network.weights import held_names, with_weights

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import onnx

    from squeezeviz.network.graph import Graph
    from squeezeviz.network.ops import Op
    from squeezeviz.network.weights import Weights

    _Carry = Callable[[Op, str], Mapping[int, str]]

__all__ = ["RULES", "BackwardGraph", "Rule", "backward", "depends_on", "relevance"]

_MOST_BYTES = (1 << 31) - 1  # of protobuf

#: How ReLU may hand a gradient on.
RULES: tuple[Rule, ...] = ("exact", "guided", "deconvnet")
_SAID = {
    "exact": "the derivative",
    "guided": "guided backpropagation (Springenberg et al., 2015), which is not the derivative",
    "deconvnet": "DeconvNet (Zeiler & Fergus, 2014), which is not the derivative",
}
_DONE = {"derivative": "differentiated", "relevance": "explained"}
_TAKES = {"biases": "biases took", "rest": "was left over"}


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
        takes: Of relevance: what took some on the way → name of the output that says how much, float64 (B, 1).
    """

    content: bytes = field(repr=False)
    weights: Weights = field(repr=False)
    image: str
    seed: str
    of: str
    gradients: Mapping[str, str]
    takes: Mapping[Taker, str] = field(default_factory=dict)

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
    if rule not in RULES:
        raise LayerError(f"no rule is called {spoken(str(rule))!r}; there are {', '.join(RULES)}")
    _check(graph, of, by)
    _check_known(graph, keep)
    model = in_newer_set(graph.model)
    at = GradientNodes(rule, _taken(graph, model))
    said = f"A vector–Jacobian product: {_SAID[rule]}."
    return _made(graph, model, at, _Asked(of, by, "gradient", "derivative", said, keep))


def relevance(graph: Graph, of: str, rule: RelevanceRule) -> BackwardGraph:
    """Return the graph that hands the relevance of a value's numbers, each times its weight, back to the input.

    Args:
        graph: The network.
        of: The value whose numbers are explained.
        rule: How linear operators share relevance out.

    Raises:
        LayerError: The value is unknown, none of its numbers hangs on the input, or an operator between has no rule.
        ModelError: The graph is of an operator set that cannot be converted.
    """
    _check(graph, of, [graph.source])
    model = in_newer_set(graph.model)
    forward = {name: node for node in model.graph.node for name in node.output}
    at = RelevanceRun(rule, _taken(graph, model), graph.ops, forward)
    return _made(graph, model, at, _Asked(of, [graph.source], "relevance", "relevance", f"It is {rule.says}."))


@dataclass(frozen=True)
class _Asked:
    """What a graph is to compute.

    Attributes:
        of: The value that is differentiated, or explained.
        by: The values by which.
        output: What the first of its outputs is called.
        what: What these are, in a word.
        said: What the graph does, for its documentation.
        keep: Values that are returned as they are.
    """

    of: str
    by: Sequence[str]
    output: str
    what: str
    said: str
    keep: Sequence[str] = ()


def _taken(graph: Graph, model: onnx.ModelProto) -> set[str]:
    """Return the names that the network uses."""
    return {name for node in model.graph.node for name in (*node.input, *node.output)} | set(graph.shapes)


def _made(graph: Graph, model: onnx.ModelProto, at: GradientNodes, asked: _Asked) -> BackwardGraph:
    taken, of = _taken(graph, model), asked.of
    seed = _free("weights", taken)
    names = {
        name: _free(f"{asked.output}:{name}" if number else asked.output, taken) for number, name in enumerate(asked.by)
    }
    found = _carried(graph, of, asked.by, at, _beginning(at, seed, of))
    for name, output in names.items():
        at.nodes.append(_identity(found[name], output))
    takes: dict[Taker, str] = {}
    for who, parts in at.takes.items() if isinstance(at, RelevanceNodes) else ():
        if parts:
            takes[who] = _free(f"{asked.output}:{who}", taken)
            at.nodes.append(_identity(at.added(parts), takes[who]))
    keep = tuple(dict.fromkeys(name for name in asked.keep if name != of))
    return _put_together(graph, model, at, _Names(graph.source, seed, of, names, keep, takes, asked.what, asked.said))


def depends_on(graph: Graph, of: str) -> set[str]:
    """Return the values that one hangs on, and itself: all that it may be differentiated by."""
    needed = {of}
    for value in reversed(list(graph.ops)):
        if value in needed:
            needed.update(each.name for each in graph.ops[value].node.inputs if each.name in graph.ops)
            needed.update({graph.source} & {each.name for each in graph.ops[value].node.inputs})
    return needed


def _check(graph: Graph, of: str, by: Sequence[str]) -> None:
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


def _beginning(at: GradientNodes, seed: str, of: str) -> tuple[str, _Carry]:
    """Return what is carried from the value, and how each operator carries it."""
    if isinstance(at, RelevanceRun):
        return at.first(seed, of), at.carry
    return seed, lambda op, gradient: op.backward(at, gradient)


def _carried(
    graph: Graph, of: str, by: Sequence[str], at: GradientNodes, beginning: tuple[str, _Carry]
) -> dict[str, str]:  # fmt: skip
    """Add the nodes that carry a gradient from one value to others; return value → gradient."""
    from onnx import helper  # noqa: PLC0415 - heavy

    start, carry = beginning
    after = _after(graph, by)
    arrived: dict[str, list[str]] = {of: [start]}
    found: dict[str, str] = {}
    for value in [*reversed(list(graph.ops)), graph.source]:
        if value not in arrived:
            continue
        at.dtype = helper.tensor_dtype_to_np_dtype(graph.types[value])
        found[value] = at.added(arrived.pop(value))
        op = graph.ops.get(value)
        if op is None or not any(each.name in after for each in op.node.inputs):
            continue
        for operand, gradient in carry(op, found[value]).items():
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
    takes: Mapping[Taker, str]
    what: str
    said: str


def _put_together(graph: Graph, model: onnx.ModelProto, at: GradientNodes, names: _Names) -> BackwardGraph:
    """Put forward and backward nodes together, as many as are needed."""
    from onnx import helper  # noqa: PLC0415 - heavy

    outputs = [*names.gradients.values(), names.of, *names.keep, *names.takes.values()]
    nodes = _needed([*model.graph.node, *at.nodes], outputs)
    read = {name for node in nodes for name in node.input}
    tensors = [tensor for tensor in (*model.graph.initializer, *at.tensors) if tensor.name in read]
    made = helper.make_graph(nodes, "backward", *_interface(graph, names), tensors)
    whole = helper.make_model(made, opset_imports=model.opset_import, ir_version=model.ir_version)
    whole.doc_string = _documentation(names)
    held = {**graph.weights, **at.weights}
    return BackwardGraph(
        content=whole.SerializeToString(),
        weights={name: held[name] for name in held_names(made)},
        image=names.image,
        seed=names.seed,
        of=names.of,
        gradients=dict(names.gradients),
        takes=dict(names.takes),
    )


def _interface(graph: Graph, names: _Names) -> tuple[list[onnx.ValueInfoProto], list[onnx.ValueInfoProto]]:
    """Return inputs and outputs, each with what it is."""
    from onnx import TensorProto, helper  # noqa: PLC0415 - heavy

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
        info(
            names.seed, names.of, f"How much each number of {names.of} counts in what is {_DONE[names.what]}: {number}."
        ),
    ]
    outputs = [
        info(name, by, f"The {names.what} of {number} by each number of {by}.") for by, name in names.gradients.items()
    ]
    rows = batch if graph.is_batch_free else 1
    takes = [
        helper.make_tensor_value_info(name, TensorProto.DOUBLE, [rows, 1], f"How much of it {_TAKES[who]}.")
        for who, name in names.takes.items()
    ]
    own = [
        info(name, name, f"The value {name} itself, as the network computes it.") for name in (names.of, *names.keep)
    ]
    return inputs, [*outputs, *own, *takes]


def _needed(nodes: Sequence[onnx.NodeProto], outputs: Sequence[str]) -> list[onnx.NodeProto]:
    needed, kept = set(outputs), []
    for node in reversed(nodes):
        if not needed.isdisjoint(node.output):
            kept.append(node)
            needed.update(node.input)
    return kept[::-1]


def _documentation(names: _Names) -> str:
    lines = [f"Inputs: {names.image} (images) and {names.seed} (of the shape of {names.of})."]
    lines += [f"Output {name}: of Σ {names.seed} · {names.of} by {by}." for by, name in names.gradients.items()]
    lines += [f"Output {name}: how much of it {_TAKES[who]}." for who, name in names.takes.items()]
    return " ".join([names.said, *lines, f"Output {names.of}: the value itself."])
