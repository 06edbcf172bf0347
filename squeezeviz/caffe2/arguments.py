"""Reading the arguments of one Caffe2 operator, in either dialect, with errors that say where."""

from __future__ import annotations

from typing import Any

from squeezeviz.errors import ConversionError

# Hints to Caffe2's own scheduler and libraries: they never change what an operator computes.
_HINTS = frozenset(
    {
        "cudnn_exhaustive_search",
        "exhaustive_search",
        "deterministic",
        "enable_tensor_core",
        "shared_buffer",
        "ws_nbytes_limit",
    }
)
_LIMIT = 1 << 16  # no kernel, stride or padding of an image network comes near; keeps hostile files from hanging us


class Operator:
    """One operator with its place in the file; every argument asked for is checked, and `finish` refuses the rest.

    Args:
        definition: The `OperatorDef` message.
        position: Its index in the file, from 0.
        file: The file's name, for errors.
    """

    def __init__(self, definition: Any, position: int, *, file: str) -> None:  # noqa: ANN401 - made at run time
        self.type: str = definition.type
        self.inputs: tuple[str, ...] = tuple(definition.input)
        self.outputs: tuple[str, ...] = tuple(definition.output)
        self.position = position
        self._file = file
        self._arguments = {argument.name: argument for argument in definition.arg}
        self._asked: set[str] = set()
        names = (self.type, *self.inputs, *self.outputs, *self._arguments)
        if not all(isinstance(name, str) for name in names):  # protobuf hands out bytes where a string is not UTF-8
            raise self.error("bears a name that is not UTF-8 text")
        if len(self._arguments) != len(definition.arg):
            raise self.error("gives an argument twice")

    def error(self, problem: str) -> ConversionError:
        """Return an error that names the file, the operator, its position and the blob it writes."""
        writes = f" → {self.outputs[0]!r}" if self.outputs else ""
        return ConversionError(f"{self._file}: operator {self.position} ({self.type or 'no type'}{writes}) {problem}")

    def expect(self, *, inputs: range, outputs: range) -> None:
        """Refuse a number of inputs or outputs outside the given ranges."""
        for what, names, allowed in (("inputs", self.inputs, inputs), ("outputs", self.outputs, outputs)):
            if len(names) not in allowed:
                expected = allowed[0] if len(allowed) == 1 else f"{allowed[0]} to {allowed[-1]}"
                raise self.error(f"has {len(names)} {what}, expected {expected}")

    def has(self, name: str) -> bool:
        """Say whether the argument is given."""
        return name in self._arguments

    def message(self, name: str) -> Any | None:  # noqa: ANN401 - made at run time
        """Return the raw `Argument`, or None where it is absent."""
        self._asked.add(name)
        return self._arguments.get(name)

    def integer(self, name: str, default: int) -> int:
        """Return an integer argument."""
        argument = self.message(name)
        if argument is None:
            return default
        if not argument.HasField("i"):
            raise self.error(f"has an argument {name!r} that is not an integer")
        return self._bounded(name, argument.i)

    def integers(self, name: str) -> tuple[int, ...] | None:
        """Return a list of integers, or None where it is absent."""
        argument = self.message(name)
        return None if argument is None else tuple(self._bounded(name, value) for value in argument.ints)

    def text(self, name: str, default: str) -> str:
        """Return a text argument."""
        argument = self.message(name)
        if argument is None:
            return default
        return bytes(argument.s).decode("utf-8", errors="replace")

    def per_axis(self, name: str, default: int) -> tuple[int, int]:
        """Return (height, width) of ``kernel``, ``stride`` or ``dilation``.

        Three spellings are in use: a scalar (``kernel``), one per axis (``kernel_h``, ``kernel_w``), and the list of
        later files (``kernels``).
        """
        as_list = self.integers(f"{name}s")
        if as_list is not None:
            if len(as_list) == 1:
                as_list = as_list * 2
            if len(as_list) != 2:
                raise self.error(f"has {len(as_list)} values in {name + 's'!r}, expected 2")
            return as_list[0], as_list[1]
        both = self.integer(name, default)
        return self.integer(f"{name}_h", both), self.integer(f"{name}_w", both)

    def padding(self) -> tuple[int, int, int, int]:
        """Return (top, left, bottom, right)."""
        as_list = self.integers("pads")
        if as_list is not None:
            if len(as_list) == 2:
                as_list = as_list * 2
            if len(as_list) != 4:
                raise self.error(f"has {len(as_list)} values in 'pads', expected 4 (top, left, bottom, right)")
            return as_list[0], as_list[1], as_list[2], as_list[3]
        every = self.integer("pad", 0)
        top, left, bottom, right = (self.integer(f"pad_{side}", every) for side in "tlbr")
        return top, left, bottom, right

    def finish(self) -> None:
        """Refuse arguments nobody asked for: ignoring one could change what the network computes."""
        order = self.text("order", "NCHW")
        if order != "NCHW":
            raise self.error(f"stores its images as {order!r}, expected 'NCHW'")
        unknown = sorted(set(self._arguments) - self._asked - _HINTS)
        if unknown:
            raise self.error(f"has arguments this reader does not know: {', '.join(map(repr, unknown))}")

    def _bounded(self, name: str, value: int) -> int:
        if not -1 <= value <= _LIMIT:
            raise self.error(f"has {name} = {value}, expected at most {_LIMIT}")
        return int(value)
