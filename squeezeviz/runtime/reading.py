"""An ONNX file and what was chosen of it → the network at one size with one answer, and what it says of itself."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from squeezeviz.errors import ModelError, PreprocessingError, spoken
from squeezeviz.network.architecture import Architecture, architecture_of
from squeezeviz.network.bounds import check_sizes, parsed_onnx
from squeezeviz.network.closing import with_closing
from squeezeviz.network.graph import Graph, read_graph
from squeezeviz.network.input_size import DEFAULT_PX, input_size, leaves_size_open
from squeezeviz.network.layout import channels_first
from squeezeviz.preprocessing.sizes import sides
from squeezeviz.runtime.assumptions import Assumption
from squeezeviz.runtime.metadata import own_preprocessing

if TYPE_CHECKING:
    from collections.abc import Mapping

    import onnx

    from squeezeviz.runtime.chosen import Chosen

__all__ = ["Network", "read_network"]

_MOST_NAMED = 8  # other outputs, in a note


@dataclass(frozen=True)
class Network:
    """What was read.

    Attributes:
        graph: The network.
        architecture: Its layers.
        metadata: The text that its file carries, by key.
        assumed: What nobody has said of its input's size and its answer, and was decided.
        is_channels_last: Whether its file takes images as (B, H, W, C); here it takes them as all others do.
    """

    graph: Graph
    architecture: Architecture
    metadata: Mapping[str, str]
    assumed: tuple[Assumption, ...]
    is_channels_last: bool = False

    @property
    def notes(self) -> tuple[str, ...]:
        """What else a person should know of its input and its answer, in words."""
        found = []
        if self.graph.is_half:
            found.append("computes in half precision: values are cast at its border, and rounding shows")
        if self.architecture.input_shape[0] == 1:
            found.append("takes grey: photos are turned to grey (ITU-R 601 luma)")
        if self.is_channels_last:
            found.append("its file takes channels last (NHWC); shapes here have them first, as everywhere")
        if not self.graph.is_batch_free:
            found.append("takes one image at a time: several are run one by one")
        if self.graph.closing and self.graph.closing.note:
            found.append(self.graph.closing.note)
        return tuple(found)


def read_network(content: bytes, chosen: Chosen, *, name: str) -> Network:
    """Read a network of unknown origin.

    Args:
        content: The ONNX file's bytes.
        chosen: The size of its input, by default as the file has it, or its preprocessing, or 224 where neither says
            anything; and its answer, by default the first output with one number a class.
        name: What to call it in errors.

    Raises:
        ConversionError: The bytes are no ONNX model.
        ModelError: It is too large or no network with one image input, does not take inputs of that size, or has no
            such output.
    """
    written = parsed_onnx(content, name=name)
    proto = channels_first(written)
    metadata = {entry.key: entry.value for entry in proto.metadata_props}
    is_chosen = chosen.input_px is not None
    is_assumed = not is_chosen and leaves_size_open(proto)
    said = _said(metadata, chosen)
    size = input_size(proto, said or (DEFAULT_PX, DEFAULT_PX)) if chosen.input_px is None else sides(chosen.input_px)
    try:
        check_sizes(proto, size, name=name)
        graph, architecture = _read(proto, size)
    except ModelError as exc:
        if not is_chosen and not is_assumed:
            raise
        raise ModelError(_unsuited(name, size, exc, is_assumed=is_assumed)) from exc
    if chosen.output is not None:
        graph, architecture = _read(proto, size, chosen.output)
    elif graph.other_outputs and architecture.head == "logits":
        graph, architecture = _probabilities_of(proto, size, graph, architecture)
    assumed = []
    if is_assumed and said is None:
        assumed.append(
            Assumption(
                "input size",
                f"its file leaves the size of its input open: {_text(size)} is taken",
                "input_px= (--input-px) says another",
            )
        )
    if chosen.output is None and graph.other_outputs:
        assumed.append(
            Assumption(
                "output",
                f"of its {1 + len(graph.other_outputs)} outputs {graph.output} is taken as the answer",
                f"output= (--model-output) chooses another: {_listed(graph.other_outputs)}",
            )
        )
    return Network(graph, architecture, metadata, tuple(assumed), is_channels_last=proto is not written)


def _read(proto: onnx.ModelProto, size: tuple[int, int], output: str | None = None) -> tuple[Graph, Architecture]:
    """Read a network, and what its answer is."""
    graph = read_graph(proto, size, output)
    architecture = architecture_of(graph)
    closed = with_closing(graph, architecture)
    return closed, architecture if closed is graph else architecture_of(closed)


def _probabilities_of(
    proto: onnx.ModelProto, size: tuple[int, int], graph: Graph, architecture: Architecture
) -> tuple[Graph, Architecture]:
    """Return a network with the output that makes probabilities of what was taken as its answer; as it is without.

    Of ``logits`` and ``probs`` only the second says whether the first go through a softmax or through a sigmoid; and
    what comes before it may be no logits at all.
    """
    first = architecture.logits_name
    for name in graph.other_outputs[:_MOST_NAMED]:
        try:
            other, layers = _read(proto, size, name)
        except ModelError:  # no answer of a classifier
            continue
        is_answer = layers.head not in ("logits", "independent probabilities") and math.prod(layers.output_shape) > 1
        if is_answer and (first == layers.logits_name or _leads_to(first, layers)):
            return other, layers
    return graph, architecture


def _leads_to(first: str, layers: Architecture) -> bool:
    """Whether the logits hang on a layer."""
    ahead, seen = [layers.logits_name], set[str]()
    while ahead:
        name = ahead.pop()
        if name in layers and name not in seen:
            seen.add(name)
            ahead.extend(layers[name].inputs)
    return first in seen


def _said(metadata: Mapping[str, str], chosen: Chosen) -> tuple[int, int] | None:
    """Return the size that a network's own preprocessing makes, which stands for one that its graph leaves open."""
    try:
        own = own_preprocessing(metadata, chosen)
    except PreprocessingError:  # said where it is used
        return None
    return own.input_px if own else None


def _unsuited(name: str, size: tuple[int, int], exc: ModelError, *, is_assumed: bool) -> str:
    why = str(exc).removeprefix(f"{spoken(name)}: ")
    if is_assumed:
        return (
            f"{spoken(name)}: its file leaves the size of its input open, and it cannot be read at {_text(size)} "
            f"({why}). Say the size that it was trained with: load_model(path, input_px=…), or --input-px on the "
            "command line"
        )
    return f"{spoken(name)}: cannot be read at {_text(size)}, which was asked for ({why}); give input_px another size"


def _text(size: tuple[int, int]) -> str:
    return f"{size[0]} × {size[1]}"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names[:_MOST_NAMED]) + (", …" if len(names) > _MOST_NAMED else "")
