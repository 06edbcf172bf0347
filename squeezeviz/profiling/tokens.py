"""A network whose names are all ours, so that whatever an optimiser makes of it can be told apart.

ONNX Runtime names what it makes after nodes or after values, and writes names into JSON as they are. Here every value
is called ``v`` and a number, and a node as the first value that it computes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import onnx

__all__ = ["token_in", "tokenised"]

_TOKEN = re.compile(r"(?<![A-Za-z0-9])v\d+(?![A-Za-z0-9])")


def token_in(name: str) -> str | None:
    """Return the token that a name has been made of: ``v12`` of ``v12_nchwc`` or ``v12_token_3``."""
    found = _TOKEN.search(name.replace("_", " "))
    return found.group() if found else None


def tokenised(model: onnx.ModelProto) -> dict[str, str]:
    """Give all values and nodes of a model other names, where they stand; return token → name before.

    Args:
        model: Changed.
    """
    tokens: dict[str, str] = {"": ""}
    _rename(model.graph, tokens)
    return {token: name for name, token in tokens.items() if name}


def _rename(graph: onnx.GraphProto, tokens: dict[str, str]) -> None:
    """Rename what a graph has, and the graphs in its nodes: there, names of the graph around stand for its values."""

    def token(name: str) -> str:
        return tokens.setdefault(name, f"v{len(tokens)}")

    for value in [*graph.input, *graph.output]:
        value.name = token(value.name)
    del graph.value_info[:]
    for tensor in graph.initializer:
        tensor.name = token(tensor.name)
    for sparse in graph.sparse_initializer:
        sparse.values.name = token(sparse.values.name)
    for at, node in enumerate(graph.node):
        node.input[:] = [token(name) for name in node.input]
        node.output[:] = [token(name) for name in node.output]
        node.name = next((name for name in node.output if name), f"n{at}")
        for attribute in node.attribute:
            for inner in [*([attribute.g] if attribute.HasField("g") else []), *attribute.graphs]:
                _rename(inner, tokens)
