"""ONNX bytes from anyone → a model that is known to be small enough to load and to run, or one line that says why not.

A file of a hundred bytes can ask for ten gigabytes, run for ever, read other files, or grow without end as its
functions are unfolded. So before anything is computed: parts are counted, names are text and short, nothing lies
outside the file, there is no control flow, and the size of every value follows from the graph itself and adds up to
what a computer has. What the file merely claims about the sizes of its values is not believed.
"""

from __future__ import annotations

import math
from collections import Counter
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any

from squeezeviz.arguments import expect
from squeezeviz.errors import ConversionError, ModelError, in_one_line, spoken
from squeezeviz.network.input_size import input_size
from squeezeviz.network.shapes import with_shapes

if TYPE_CHECKING:
    from collections.abc import Iterable

    import onnx

__all__ = ["check_sizes", "checked_onnx", "parsed_onnx", "unfolded"]

_MOST_NODES = 10_000  # of the graph with its functions unfolded; NASNet-A has 2,500
_MOST_LISTED = 100_000  # weights, inputs, declared values, or texts beside them
_MOST_NAMED = 10_000  # inputs and outputs of one node
_MOST_LETTERS = 1000  # of a name
_MOST_TEXT = 1 << 24  # letters of the texts beside the graph: labels of 21,000 classes take a million
_MOST_CELLS = 1 << 28  # of a stored weight: a gigabyte of float32
_MOST_AT_ONCE = 1 << 28  # numbers of all values that are held together while one image is computed
_MOST_IN_ALL = 1 << 30  # numbers of all values: the explorer shows every layer
_MOST_MACS = 10**13  # of one image: minutes, on two cores
# What they put out is never larger than what they take, so that it does no harm where its size is not known.
_NO_LARGER = frozenset(
    {"Cast", "Dropout", "Flatten", "Identity", "Reshape", "Slice", "Squeeze", "Transpose", "Unsqueeze"}
)


def checked_onnx(content: bytes, *, name: str) -> onnx.ModelProto:
    """Read an ONNX file of unknown origin, and see that it is small enough at its own size.

    Raises:
        ConversionError: Its bytes are no ONNX model.
        ModelError: It is too large, would run without end, or reads other files.
    """
    model = parsed_onnx(content, name=name)
    check_sizes(model, input_size(model), name=name)
    return model


def parsed_onnx(content: bytes, *, name: str) -> onnx.ModelProto:
    """Read an ONNX file of unknown origin, whatever the sizes of its values; see `check_sizes`.

    Args:
        content: Its bytes.
        name: What to call it in errors.

    Raises:
        ConversionError: They are no ONNX model.
        ModelError: It is too large, would run without end, or reads other files.
    """
    import onnx  # noqa: PLC0415 - heavy

    expect(content, bytes, "the bytes of an ONNX file", ConversionError)
    try:
        model = onnx.load_model_from_string(content)
    except Exception as exc:  # protobuf's DecodeError, and ValueError from onnx
        raise ConversionError(
            f"{spoken(name)}: expected an ONNX model, but its {len(content):,} bytes do not parse as one"
        ) from exc
    try:
        problem = _problem_of_parts(model) or _problem_of_functions(model)
    except Exception as exc:  # what onnx makes of nonsense: InferenceError, RuntimeError, UnicodeDecodeError …
        raise ConversionError(f"{spoken(name)}: its graph contradicts itself ({in_one_line(exc)})") from exc
    if problem:
        raise ModelError(f"{spoken(name)}: {problem}")
    return model


def check_sizes(model: onnx.ModelProto, size: tuple[int, int], *, name: str) -> None:
    """See that a network's values are known to be small enough for an image of a size.

    Args:
        model: What `parsed_onnx` has returned.
        size: Height and width.
        name: What to call it in errors.

    Raises:
        ConversionError: Its graph contradicts itself.
        ModelError: A value is too large, or takes too long to compute, or its size is not known.
    """
    try:
        problem = _problem_of_sizes(model, size)
    except Exception as exc:  # see above
        raise ConversionError(f"{spoken(name)}: its graph contradicts itself ({in_one_line(exc)})") from exc
    if problem:
        raise ModelError(f"{spoken(name)}: {problem}")


# Parts ---------------------------------------------------------------------------------------------------------------


def _problem_of_parts(model: onnx.ModelProto) -> str:
    graph = model.graph
    bodies = [graph.node, *(function.node for function in model.functions)]
    count = sum(map(len, bodies))
    if not len(graph.node):
        return "holds no graph; is the file empty?"
    if count > _MOST_NODES:
        return f"has {count:,} nodes; at most {_MOST_NODES:,} are read"
    if len(graph.sparse_initializer):
        return "stores weights as sparse tensors, which are not read; write them in full"
    lists = (graph.initializer, graph.input, graph.output, graph.value_info, model.metadata_props, model.functions)
    if any(len(listed) > _MOST_LISTED for listed in lists):
        return f"lists more than {_MOST_LISTED:,} weights, values or texts"
    if sum(len(entry.key) + len(entry.value) for entry in model.metadata_props) > _MOST_TEXT:
        return f"carries more than {_MOST_TEXT:,} characters of text beside its graph"
    named = [value.name for values in (graph.input, graph.output, graph.initializer) for value in values]
    problem = _problem_of_names(named)
    for nodes in bodies:
        for node in nodes:
            problem = problem or _problem_of_node(node)
    for tensor in graph.initializer:
        problem = problem or _problem_of_tensor(tensor)
    return problem


def _problem_of_node(node: onnx.NodeProto) -> str:
    if max(len(node.input), len(node.output), len(node.attribute)) > _MOST_NAMED:
        return f"has a node with more than {_MOST_NAMED:,} inputs, outputs or attributes"
    names = [node.op_type, node.domain, node.name, *node.input, *node.output]
    problem = _problem_of_names([*names, *(attribute.name for attribute in node.attribute)])
    if problem:
        return problem
    for attribute in node.attribute:
        if attribute.HasField("g") or len(attribute.graphs):
            return (
                f"holds control flow ({spoken(node.op_type)}), which is not run: it may never end. Export the network "
                "with fixed shapes, or simplify it with onnxslim"
            )
        if attribute.HasField("sparse_tensor") or len(attribute.sparse_tensors):
            return "stores weights as sparse tensors, which are not read; write them in full"
        for tensor in [attribute.t] if attribute.HasField("t") else attribute.tensors:
            problem = problem or _problem_of_tensor(tensor)
    return problem


def _problem_of_names(names: Iterable[Any]) -> str:
    for name in names:
        if not isinstance(name, str):  # protobuf hands out bytes where a string is not UTF-8
            return f"bears a name that is not UTF-8 text: {name[:40]!r}"
        if len(name) > _MOST_LETTERS:
            return f"bears a name of {len(name):,} characters; at most {_MOST_LETTERS:,} are read"
    return ""


def _problem_of_tensor(tensor: onnx.TensorProto) -> str:
    """Say whether a stored tensor is not what it declares: its numbers lie elsewhere, or are not as many."""
    import onnx  # noqa: PLC0415 - heavy

    name = spoken(str(tensor.name)) or "a constant"
    if tensor.data_location == onnx.TensorProto.EXTERNAL or len(tensor.external_data):
        return (
            f"keeps the numbers of {name} in another file, which is read where the model's own file is named: give its "
            "path, or write one file: onnx.save_model(onnx.load(path), new_path)"
        )
    shape = tuple(tensor.dims)
    if any(size < 0 for size in shape) or math.prod(shape) > _MOST_CELLS:
        return f"declares {name} of the shape {spoken(str(shape))}, which is impossible or too large"
    if tensor.data_type == onnx.TensorProto.STRING:
        return "" if len(tensor.string_data) == math.prod(shape) else f"holds fewer texts than {name} declares"
    try:
        onnx.numpy_helper.to_array(tensor)
    except Exception as exc:  # noqa: BLE001 - ValueError, TypeError, KeyError: as numpy and onnx like
        return f"declares {name} of the shape {shape}, but its numbers are others ({in_one_line(exc)})"
    return ""


# Functions -----------------------------------------------------------------------------------------------------------


def _problem_of_functions(model: onnx.ModelProto) -> str:
    """Say whether a graph's functions call themselves, or grow beyond bounds when they are unfolded."""
    functions = {(function.domain, function.name): function for function in model.functions}
    if len(functions) < len(model.functions):
        return "defines a function twice"
    calls = {key: Counter((node.domain, node.op_type) for node in function.node) for key, function in functions.items()}
    unfolded: dict[tuple[str, str], int] = {}  # function → its nodes, those it calls unfolded
    try:
        for key in TopologicalSorter(calls).static_order():
            unfolded[key] = sum(unfolded[called] * count for called, count in calls[key].items()) if key in calls else 1
    except CycleError:
        return "has a function that calls itself"
    count = sum(unfolded.get((node.domain, node.op_type), 1) for node in model.graph.node)
    if count > _MOST_NODES:
        return f"has {count:,} nodes with its functions unfolded; at most {_MOST_NODES:,} are read"
    return ""


# Sizes ---------------------------------------------------------------------------------------------------------------


def _problem_of_sizes(model: onnx.ModelProto, size: tuple[int, int]) -> str:
    """Say whether a value has no size, or too large a one, for one image; and whether it takes too long to compute."""
    graph, shapes = with_shapes(unfolded(model), size)
    stored = {tensor.name for tensor in graph.initializer}
    cells = {name: math.prod(shape) for name, shape in shapes.items()}
    macs = 0
    for node in graph.node:
        for name in filter(None, node.output):
            if name not in cells:
                if node.op_type not in _NO_LARGER or node.domain:
                    return f"the size of {spoken(name)!r} ({spoken(node.op_type)}) is not fixed by the graph"
                cells[name] = sum(cells.get(given, 0) for given in node.input)
        macs += _macs(node, shapes, cells)
    made = sum(count for name, count in cells.items() if name not in stored)
    at_once = _most_at_once(graph, {name: 0 if name in stored else count for name, count in cells.items()})
    if at_once > _MOST_AT_ONCE:
        return f"would hold {at_once:,} numbers at once for one image; at most {_MOST_AT_ONCE:,} are held"
    if made > _MOST_IN_ALL:
        return f"its layers would hold {made:,} numbers for one image; at most {_MOST_IN_ALL:,} are shown"
    if macs > _MOST_MACS:
        return f"takes some {macs:,} multiply-accumulates for one image; at most {_MOST_MACS:,} are computed"
    return ""


def _most_at_once(graph: onnx.GraphProto, cells: dict[str, int]) -> int:
    """Return how many numbers are held at once where each value is let go after its last reader.

    What hangs on no image is computed when the model is loaded, and stays.
    """
    last = {name: place for place, node in enumerate(graph.node) for name in node.input}
    sources = [value.name for value in graph.input]
    moving = set(sources)
    held = most = sum(cells.get(name, 0) for name in sources)
    for place, node in enumerate(graph.node):
        is_moving = not moving.isdisjoint(node.input)
        made = [name for name in node.output if name]
        moving.update(made if is_moving else ())
        held += sum(cells[name] for name in made)
        most = max(most, held)
        held -= sum(cells[name] for name in {*node.input, *made} & moving if last.get(name, place) == place)
    return most


def _macs(node: onnx.NodeProto, shapes: dict[str, tuple[int, ...]], cells: dict[str, int]) -> int:
    """Return roughly what a node takes to compute, where that may be far more than it puts out."""
    given = [shapes.get(name, ()) for name in node.input]
    made = cells[node.output[0]] if node.output and node.output[0] else 0
    if node.op_type in ("Conv", "ConvTranspose", "ConvInteger", "QLinearConv") and len(given) > 1:
        kernels = given[1] if node.op_type != "QLinearConv" else given[min(3, len(given) - 1)]
        through = math.prod(given[0]) if node.op_type == "ConvTranspose" else made
        return through * math.prod(kernels[1:])
    if node.op_type in ("MatMul", "Gemm", "MatMulInteger", "QLinearMatMul", "Einsum") and given:
        return made * max(given[0], default=1)
    if node.op_type in ("MaxPool", "AveragePool", "LpPool", "LRN"):
        window = math.prod(size for held in node.attribute if held.name == "kernel_shape" for size in held.ints)
        size = max((attribute.i for attribute in node.attribute if attribute.name == "size"), default=1)
        return made * max(1, min(abs(window) * size, math.prod(given[0]) if given else 1))
    return 0


def unfolded(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return a model with what its functions do in place of their calls."""
    from onnx import inliner  # noqa: PLC0415 - heavy

    return inliner.inline_local_functions(model) if len(model.functions) else model
