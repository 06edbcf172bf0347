"""What hangs on no image is computed once, by ONNX Runtime itself: then it is by construction what a run would use.

Weights may be stored in many ways: in a ``Constant`` node, shared through ``Identity``, in half precision and cast, as
whole numbers with a scale, or made by a rule (``ConstantOfShape``). And exporters compute shapes from shapes. Of one
image at one size all of these are constants. ONNX Runtime is here already, knows every operator in every version, and
fails with a message; a folding library would be a dependency more and could disagree with it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.errors import ModelError, in_one_line, spoken
from squeezeviz.telemetry import import_onnxruntime

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import onnx
    from numpy.typing import NDArray

__all__ = ["Constants", "constants_of"]

_RANDOM = frozenset(
    {"RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial", "Bernoulli"}
)
_OF_SHAPE = ("Shape", "Size")


class Constants:
    """Numbers by the name of their value; stored weights are read from the file's bytes when they are asked for."""

    def __init__(self) -> None:
        self._read: dict[str, Callable[[], NDArray[Any]]] = {}
        #: Name → shape.
        self.shapes: dict[str, tuple[int, ...]] = {}
        #: Those that nodes compute.
        self.computed: list[str] = []

    def add_tensor(self, name: str, tensor: onnx.TensorProto) -> None:
        """Enter a stored tensor."""
        from onnx import numpy_helper  # noqa: PLC0415 - heavy

        self._read[name] = lambda: numpy_helper.to_array(tensor)
        self.shapes[name] = tuple(tensor.dims)

    def add_held(self, name: str, values: NDArray[Any]) -> None:
        """Enter the numbers of a stored tensor that are held beside the graph."""
        self._read[name] = lambda: values
        self.shapes[name] = values.shape

    def add(self, name: str, values: NDArray[Any]) -> None:
        """Enter numbers."""
        self._read[name] = lambda: values
        self.shapes[name] = values.shape
        self.computed.append(name)

    def share(self, name: str, source: str) -> None:
        """Enter another name of a constant."""
        self._read[name], self.shapes[name] = self._read[source], self.shapes[source]
        self.computed.append(name)

    def reader(self, name: str) -> Callable[[], NDArray[Any]] | None:
        """Return what reads a constant's numbers; None of a value that is none."""
        return self._read.get(name)

    def read(self, name: str) -> NDArray[Any]:
        """Return a constant's numbers."""
        return self._read[name]()

    def __contains__(self, name: object) -> bool:
        return name in self._read


def constants_of(
    model: onnx.ModelProto,
    shapes: Mapping[str, tuple[int, ...]],
    most: int | None = None,
    *,
    weights: Mapping[str, NDArray[Any]] | None = None,
) -> Constants:
    """Return every constant that a graph's other nodes read.

    Args:
        model: The graph, with its weights.
        shapes: Of every value, for one image, as far as they are known.
        most: Numbers of a value; constants that are larger, or computed from larger ones, are left out.
        weights: Numbers that are held beside the graph.

    Raises:
        ModelError: A constant is drawn at random, or cannot be computed.
    """
    found = Constants()
    held = weights or {}
    for tensor in model.graph.initializer:
        if tensor.name in held:
            found.add_held(tensor.name, held[tensor.name])
        else:
            found.add_tensor(tensor.name, tensor)
    made: dict[str, onnx.NodeProto] = {}  # value → the node that has yet to compute it
    for node in model.graph.node:
        given = [name for name in node.input if name]
        if node.op_type in _OF_SHAPE and not node.domain and given[0] in shapes:
            found.add(node.output[0], _of_shape(node, shapes[given[0]]))
        elif all(name in found or name in made for name in given) and (
            most is None or _is_small(node, shapes, found, most)
        ):
            _enter(node, found, made)
    wanted = [name for node in model.graph.node if node.output[0] not in made for name in node.input if name in made]
    if wanted:
        _compute(model, found, made, list(dict.fromkeys(wanted)))
    return found


def _is_small(node: onnx.NodeProto, shapes: Mapping[str, tuple[int, ...]], found: Constants, most: int) -> bool:
    """Whether what a node reads and computes is known to be of so many numbers at most."""
    sizes = [found.shapes.get(name, shapes.get(name)) for name in (*node.input, *node.output) if name]
    return all(shape is not None and math.prod(shape) <= most for shape in sizes)


def _enter(node: onnx.NodeProto, found: Constants, made: dict[str, onnx.NodeProto]) -> None:
    """Enter what a node computes of constants alone."""
    if node.op_type in _RANDOM:
        raise ModelError(
            f"draws {spoken(node.output[0])} at random ({node.op_type}), anew at every run; store its numbers in the "
            "file"
        )
    tensor = next((held.t for held in node.attribute if held.name == "value" and held.HasField("t")), None)
    if node.op_type == "Constant" and tensor is not None:
        found.add_tensor(node.output[0], tensor)
        found.computed.append(node.output[0])
    elif node.op_type == "ConstantOfShape" and node.input[0] in found:
        found.add(node.output[0], _filled(found.read(node.input[0]), tensor))
    elif node.op_type == "Identity" and node.input[0] in found:
        found.share(node.output[0], node.input[0])
    else:
        made.update((name, node) for name in node.output if name)


def _of_shape(node: onnx.NodeProto, shape: tuple[int, ...]) -> NDArray[np.int64]:
    if node.op_type == "Size":
        return np.array(int(np.prod(shape, dtype=np.int64)), np.int64)
    ends = {held.name: held.i for held in node.attribute}
    return np.array(shape[ends.get("start", 0) : ends.get("end", len(shape))], np.int64)


def _filled(shape: NDArray[np.int64], tensor: onnx.TensorProto | None) -> NDArray[Any]:
    """Return one number as often as it is asked for, stored once."""
    from onnx import numpy_helper  # noqa: PLC0415 - heavy

    value = np.zeros(1, np.float32) if tensor is None else numpy_helper.to_array(tensor)
    return np.broadcast_to(value.reshape(()), tuple(shape.tolist()))


def _compute(model: onnx.ModelProto, found: Constants, made: dict[str, onnx.NodeProto], wanted: list[str]) -> None:
    import onnx  # noqa: PLC0415 - heavy
    from onnx import helper, numpy_helper  # noqa: PLC0415 - heavy

    nodes = _needed(made, wanted)
    stored = {tensor.name: tensor for tensor in model.graph.initializer if not len(tensor.external_data)}
    given = dict.fromkeys(name for node in nodes for name in node.input if name in found)
    tensors = [stored.get(name) or numpy_helper.from_array(found.read(name), name) for name in given]
    graph = helper.make_graph(nodes, "constants", [], [onnx.ValueInfoProto(name=name) for name in wanted], tensors)
    part = helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)
    part.functions.extend(model.functions)
    onnxruntime = import_onnxruntime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4  # errors reach the caller as exceptions
    try:
        session = onnxruntime.InferenceSession(part.SerializeToString(), options, providers=["CPUExecutionProvider"])
        results = session.run(wanted, {})
    except Exception as exc:  # ONNX Runtime's exceptions share no base but Exception
        raise ModelError(f"its constants cannot be computed: {in_one_line(exc)}") from exc
    for name, values in zip(wanted, results, strict=True):
        found.add(name, np.asarray(values))


def _needed(made: Mapping[str, onnx.NodeProto], wanted: Iterable[str]) -> list[onnx.NodeProto]:
    """Return the nodes that compute some values, in the graph's order."""
    needed: set[str] = set()
    ahead = list(wanted)
    while ahead:
        name = ahead.pop()
        if name in made and name not in needed:
            needed.update(made[name].output)
            ahead.extend(made[name].input)
    chosen = {id(node): node for name, node in made.items() if name in needed}
    return list(chosen.values())
