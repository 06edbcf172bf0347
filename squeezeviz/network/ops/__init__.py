"""The operator table: all that is known of an operator, in one place.

One file a family, one class an operator or a few that are alike. A class reads a node's attributes, every one that
changes what is computed, or refuses it by name, and says (see `Op`): what people call it, how its windows move, what it
takes, how one number of its output comes about, and plain data that another program runs it from. A new operator is one
class here, and one function of the standalone page where the page shall compute it.
"""

from __future__ import annotations

from squeezeviz.network.ops import (  # entering the table
    activation,
    convolution,
    elementwise,
    linear,
    normalisation,
    pooling,
    quantisation,
    rearrangement,
    resizing,
    softmax,
)
from squeezeviz.network.ops.base import Cost, Node, Op, Operand, Terms, map_shape
from squeezeviz.network.ops.table import TABLE, op_of
from squeezeviz.network.ops.window import POINT, Interval, Window, Windows

__all__ = [
    "POINT", "TABLE", "Cost", "Interval", "Node", "Op", "Operand", "Terms", "Window", "Windows", "activation",
    "convolution", "elementwise", "linear", "map_shape", "normalisation", "op_of", "pooling", "quantisation",
    "rearrangement", "resizing", "softmax",
]  # fmt: skip
