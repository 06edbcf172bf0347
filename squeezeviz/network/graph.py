"""An ONNX file, read once: its values, its operators, and what hangs on no image.

What is read is also what is run: functions are unfolded, weights are no inputs, and values of layers have names for
people. So a name means one thing everywhere.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from squeezeviz.errors import ModelError, SqueezeVizError, did_you_mean, in_one_line, spoken
from squeezeviz.network.bounds import unfolded
from squeezeviz.network.constants import Constants, constants_of
from squeezeviz.network.input_size import image_inputs, input_size, set_size
from squeezeviz.network.names import names_for_people
from squeezeviz.network.ops import Node, Op, Operand, op_of
from squeezeviz.network.ops.activation import Relu
from squeezeviz.network.ops.rearrangement import HandOn
from squeezeviz.network.shapes import with_shapes
from squeezeviz.network.weights import Weights, without_weights

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import onnx

    from squeezeviz.network.head import Closing

__all__ = ["Graph", "read_graph", "relus_of"]

_HALF = (10, 16)  # float16, bfloat16 of TensorProto
_MOST_LISTED = 12  # outputs, in a message
_IMAGE_TYPES = (1, 10, 11)  # float32, float16, float64 of TensorProto
_WHOLE_TYPES = (6, 7, 8, 9)  # int32, int64, string, bool of TensorProto: the number of a class, its name


@dataclass(frozen=True, eq=False)
class Graph:
    """A network with one image input and one answer.

    Attributes:
        model: The graph as ONNX, the same at every size; `squeezeviz.network.runnable` makes what is run of it.
        source: Name of the input.
        input_shape: (C, H, W).
        is_batch_free: Whether several images can be run at once.
        output: Name of the answer.
        other_outputs: Answers that the file has besides, which are not looked at.
        shapes: Value → shape for one image, the batch axis of 1 included.
        types: Value → ONNX's number of its element type.
        ops: Value → operator, in execution order, of all that the answer hangs on and that hangs on the image.
        raw_names: Value → its name in the file, where that is another.
        weights: The numbers of its large weights.
        closing: What was found out of its answer, where its last operator does not say what it is.
    """

    model: onnx.ModelProto = field(repr=False)
    source: str
    input_shape: tuple[int, int, int]
    is_batch_free: bool
    output: str
    other_outputs: tuple[str, ...]
    shapes: Mapping[str, tuple[int, ...]] = field(repr=False)
    types: Mapping[str, int] = field(repr=False)
    ops: Mapping[str, Op] = field(repr=False)
    raw_names: Mapping[str, str] = field(repr=False)
    weights: Weights = field(repr=False)
    closing: Closing | None = None

    @property
    def is_half(self) -> bool:
        """Whether some of its values are of half precision."""
        return any(self.types[name] in _HALF for name in self.ops)

    @property
    def has_integers(self) -> bool:
        """Whether some of its layers may be computed in 8-bit integers."""
        return any("Quantize" in op.node.op_type or "QLinear" in op.node.op_type for op in self.ops.values())

    @property
    def relus(self) -> dict[str, str]:
        """Value → what a ReLU makes of it that alone reads it, and so belongs to its layer."""
        return relus_of(self.model.graph, self.ops)


def read_graph(
    model: onnx.ModelProto,
    size: tuple[int, int] | None = None,
    output: str | None = None,
    *,
    weights: Weights | None = None,
    closing: Closing | None = None,
) -> Graph:
    """Read a network.

    Args:
        model: A network that `checked_onnx` has let through; it is left as it is.
        size: Height and width of the input; as the file has them by default, 224 where it leaves them open.
        output: Which of several answers, as the file or as people call it; by default the first that a classifier may
            give: one number a class.
        weights: Those that the model itself only names, where it has been read before.
        closing: What is known of its answer since then.

    Raises:
        ModelError: It has not one image input, no answer that hangs on it, or an operator that contradicts itself.
    """
    try:
        return _read(model, size, output, weights, closing)
    except SqueezeVizError:
        raise
    except Exception as exc:  # an attribute of another type, an axis too many: whatever a graph may say
        raise ModelError(f"the graph contradicts itself ({type(exc).__name__}: {in_one_line(exc)})") from exc


def _read(
    model: onnx.ModelProto,
    size: tuple[int, int] | None,
    output: str | None,
    held: Weights | None,
    closing: Closing | None,
) -> Graph:
    own, weights = _copy(model, held)
    source = _one_source(own)
    is_batch_free = _has_free_batch(source)
    set_size(source, size or input_size(own))
    outputs = [value.name for value in own.graph.output]
    seen, shapes = with_shapes(own)
    types = _types_of(seen)
    _check_source(source.name, shapes, types)
    constants = constants_of(own, shapes, weights=weights)
    # Names are those of all outputs together, whichever is the answer: so each has one name.
    ops = _ops_of(own, source.name, outputs, shapes, constants, is_strict=len(outputs) == 1)
    names = _new_names(own, ops, set(shapes) | set(constants.shapes))
    answer = _chosen(outputs, output, names, ops, types)
    if names:
        _rename(own, names)
        shapes = {names.get(name, name): shape for name, shape in shapes.items()}
        types = {names.get(name, name): kind for name, kind in types.items()}
        ops = _renamed(ops, names)
    ends = [names.get(answer, answer), *([closing.logits] if closing else [])]
    if len(outputs) > 1 or closing:
        ops = _ops_of(own, source.name, list(dict.fromkeys(ends)), shapes, constants)
    _check_numbers(ends[0], types, ops, is_alone=len(outputs) == 1)
    return Graph(
        model=own,
        source=source.name,
        input_shape=shapes[source.name][1:],  # type: ignore[arg-type]  # of rank 4: checked
        is_batch_free=is_batch_free,
        output=names.get(answer, answer),
        other_outputs=tuple(names.get(name, name) for name in outputs if name != answer),
        shapes=shapes,
        types=types,
        ops=ops,
        raw_names={name: raw for raw, name in names.items()},
        weights=weights,
        closing=closing,
    )


def _copy(model: onnx.ModelProto, held: Weights | None) -> tuple[onnx.ModelProto, Weights]:
    """Return a copy with its functions unfolded, and without the weights that old files list among the inputs."""
    own, weights = without_weights(unfolded(model), held)
    inputs = image_inputs(own.graph)
    del own.graph.input[:]
    own.graph.input.extend(inputs)
    own.ir_version = max(own.ir_version, 4)  # from then on, what is stored need not be an input
    return own, weights


def _one_source(model: onnx.ModelProto) -> onnx.ValueInfoProto:
    inputs = list(model.graph.input)
    if len(inputs) != 1 or len(inputs[0].type.tensor_type.shape.dim) != 4:
        ranks = {value.name: len(value.type.tensor_type.shape.dim) for value in inputs}
        found = ", ".join(f"{spoken(name)} of {rank} axes" for name, rank in ranks.items()) or "none"
        raise ModelError(f"expected a network with one image input (B, C, H, W); found the inputs {found}")
    return inputs[0]


def _has_free_batch(source: onnx.ValueInfoProto) -> bool:
    """Return whether several images can be run at once; where not, one by one."""
    batch = source.type.tensor_type.shape.dim[0]
    if batch.dim_value > 1:
        raise ModelError(
            f"the input {spoken(source.name)!r} takes exactly {batch.dim_value} images at once; expected any number, "
            "or one"
        )
    return batch.dim_value != 1


def _check_source(name: str, shapes: Mapping[str, tuple[int, ...]], types: Mapping[str, int]) -> None:
    shape = shapes.get(name, ())
    if len(shape) != 4 or min(shape) < 1:
        found = ", ".join(map(str, shape[1:])) or "?"
        raise ModelError(f"the input {spoken(name)!r} has the shape (B, {found}); expected a fixed size, 1 or more")
    if types[name] not in _IMAGE_TYPES:
        from onnx import TensorProto  # noqa: PLC0415 - heavy

        kind = TensorProto.DataType.Name(types[name]).lower()
        raise ModelError(f"the input {spoken(name)!r} takes {kind} numbers; expected float32, float16 or double")


def _chosen(
    outputs: list[str],
    asked: str | None,
    names: Mapping[str, str],
    ops: Mapping[str, Op],
    types: Mapping[str, int],
) -> str:
    """Return the output that is the answer: the one asked for, by either name, or the first that may be a classifier's.

    Raises:
        ModelError: There is none of that name.
    """
    if not outputs:
        raise ModelError("the graph has no output; expected one with a number a class")
    if asked is None:
        return next(
            (name for name in outputs if name in ops and _is_answer(ops[name], types.get(name))),
            outputs[0],
        )
    found = next((name for name in outputs if asked in (name, names.get(name))), None)
    if found is None:
        known = [names.get(name, name) for name in outputs]
        listed = ", ".join(map(spoken, known[:_MOST_LISTED])) + (", …" if len(known) > _MOST_LISTED else "")
        raise ModelError(f"no output is called {spoken(asked)!r}; there are {listed}.{did_you_mean(asked, known)}")
    return found


def _is_answer(op: Op, kind: int | None) -> bool:
    """Whether a value may be a classifier's answer: one number a class, for one image."""
    return kind not in _WHOLE_TYPES and _has_one_a_class(op)


def _check_numbers(answer: str, types: Mapping[str, int], ops: Mapping[str, Op], *, is_alone: bool) -> None:
    if types.get(answer) in _WHOLE_TYPES:
        hint = "" if is_alone else "; output= (--model-output) chooses another of its outputs"
        raise ModelError(
            f"its answer, {spoken(answer)!r} ({ops[answer].node.op_type}), is whole numbers; expected one number a "
            f"class, before the largest is taken{hint}"
        )


def _has_one_a_class(op: Op) -> bool:
    return len(op.shape) == 2 or (len(op.shape) == 4 and op.shape[2:] == (1, 1))


def _types_of(graph: onnx.GraphProto) -> dict[str, int]:
    """Return the element type of every value, by ONNX's number."""
    types = {tensor.name: tensor.data_type for tensor in graph.initializer}
    for info in [*graph.input, *graph.value_info, *graph.output]:
        types[info.name] = info.type.tensor_type.elem_type
    return types


def _ops_of(
    model: onnx.ModelProto,
    source: str,
    answers: Sequence[str],
    shapes: Mapping[str, tuple[int, ...]],
    constants: Constants,
    *,
    is_strict: bool = True,
) -> dict[str, Op]:
    """Return the operators between input and answers, in execution order, by what they compute.

    Not strictly: without those that contradict themselves, which nobody may need.
    """
    needed = _before(model.graph, answers)
    version = next((held.version for held in model.opset_import if held.domain in ("", "ai.onnx")), 1)
    ops: dict[str, Op] = {}
    moving = {source}
    for node in model.graph.node:
        is_moving = not moving.isdisjoint(node.input) and node.output[0] not in constants
        if not is_moving or needed.isdisjoint(node.output):
            continue
        read = Node(
            node.op_type,
            node.domain,
            version,
            tuple(_operand(name, shapes, constants) for name in node.input),
            tuple(node.output),
            tuple(shapes.get(name, ()) for name in node.output),
            _attributes(node),
        )
        for at, name in enumerate(node.output):
            if name in needed:
                with suppress(*([] if is_strict else [ModelError])):
                    ops[name] = _op(read, at)
                moving.add(name)
    for answer in answers if is_strict else ():
        if answer not in ops:
            raise ModelError(f"the output {spoken(answer)!r} does not depend on the input {spoken(source)!r}")
    return ops


def _op(read: Node, at: int) -> Op:
    shape = read.shapes[at]
    if not shape or min(shape) < 1:
        raise ModelError(f"layer {spoken(read.outputs[at])!r}: its shape {shape} is not fixed by the graph")
    return op_of(read, at)


def _before(graph: onnx.GraphProto, answers: Sequence[str]) -> set[str]:
    """Return the values that answers hang on, and these themselves."""
    needed = set(answers)
    for node in reversed(graph.node):
        if not needed.isdisjoint(node.output):
            needed.update(node.input)
    return needed


def _operand(name: str, shapes: Mapping[str, tuple[int, ...]], constants: Constants) -> Operand:
    shape = constants.shapes.get(name) if name in constants else shapes.get(name)
    return Operand(name, () if shape is None else shape, constants.reader(name))


def _attributes(node: onnx.NodeProto) -> dict[str, Any]:
    from onnx import helper  # noqa: PLC0415 - heavy

    values = {held.name: helper.get_attribute_value(held) for held in node.attribute}
    return {name: value.decode() if isinstance(value, bytes) else value for name, value in values.items()}


# Names ----------------------------------------------------------------------------------------------------------------


def relus_of(graph: onnx.GraphProto, ops: Mapping[str, Op]) -> dict[str, str]:
    """Return what a layer's value becomes by the ReLU that alone reads it: value before → value after."""
    reads = Counter(name for node in graph.node for name in node.input)
    kept = {value.name for value in graph.output}
    found = {}
    for name, op in ops.items():
        before = op.node.inputs[0].name
        is_alone = reads[before] == 1 and before not in kept and before in ops
        if isinstance(op, Relu) and is_alone and not isinstance(ops[before], (HandOn, Relu)):
            found[before] = name
    return found


def _new_names(model: onnx.ModelProto, ops: Mapping[str, Op], taken: set[str]) -> dict[str, str]:
    """Return names for people, of layers and of what they are before their ReLU."""
    before = {after: value for value, after in relus_of(model.graph, ops).items()}
    inner = set(before.values())
    told = {
        name: before.get(name, name) for name, op in ops.items() if name not in inner and not isinstance(op, HandOn)
    }
    names = names_for_people(told, taken)
    pre = {before[value]: f"{name}:pre" for value, name in names.items() if value in before}
    return names | {value: name for value, name in pre.items() if name not in taken}


def _renamed(ops: Mapping[str, Op], names: Mapping[str, str]) -> dict[str, Op]:
    """Return operators by the other names of what they compute, which they are told, too."""
    for op in ops.values():
        inputs = tuple(Operand(names.get(each.name, each.name), each.shape, each.constant) for each in op.node.inputs)
        outputs = tuple(names.get(name, name) for name in op.node.outputs)
        op.node = replace(op.node, inputs=inputs, outputs=outputs)
    return {names.get(name, name): op for name, op in ops.items()}


def _rename(model: onnx.ModelProto, names: Mapping[str, str]) -> None:
    for node in model.graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
    for value in model.graph.output:
        value.name = names.get(value.name, value.name)
