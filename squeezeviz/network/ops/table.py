"""The table: from an operator's name to the class that knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from squeezeviz.network.ops.base import Op

if TYPE_CHECKING:
    from squeezeviz.network.ops.base import Node

__all__ = ["TABLE", "op_of", "register"]

#: ONNX's name → class.
TABLE: dict[str, type[Op]] = {}


_Row = TypeVar("_Row", bound=type[Op])


def register(row: _Row) -> _Row:
    """Enter a class under each of the names it reads."""
    for name in row.types:
        TABLE[name] = row
    return row


def op_of(node: Node, output: int = 0) -> Op:
    """Return the operator of a node; one that can only be run by ONNX Runtime where the table has none.

    Raises:
        ModelError: The node lacks what its operator needs.
    """
    row = TABLE.get(node.op_type, Op) if node.domain in ("", "ai.onnx") else Op
    return row(node, output)
