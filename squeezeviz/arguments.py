"""Arguments of public functions: what is none of what they take is refused in a sentence, and not somewhere within."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from numbers import Integral, Real

from squeezeviz.errors import LayerError, SqueezeVizError, spoken

__all__ = ["check_number", "check_whole", "expect", "is_whole", "kind_of", "names_of"]


def kind_of(value: object) -> str:
    """Return what a value is, as a message says it: ``None``, ``int``, ``onnx.ModelProto``."""
    kind = type(value)
    package = kind.__module__.partition(".")[0]
    return "None" if value is None else kind.__name__ if package == "builtins" else f"{package}.{kind.__name__}"


def expect(
    value: object, kinds: type | tuple[type, ...], expected: str, error: type[Exception] = SqueezeVizError
) -> None:
    """Let pass an argument that is of one of some kinds.

    Args:
        value: What was given.
        kinds: What it may be.
        expected: The same in words, such as ``"a squeezeviz.Arithmetic"``.
        error: How to refuse it.

    Raises:
        SqueezeVizError: It is of another kind.
    """
    if not isinstance(value, kinds):
        raise error(f"expected {expected}; got {kind_of(value)}")


def is_whole(value: object) -> bool:
    """Say whether a value is a whole number, Python's or NumPy's; True and False are none."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def check_whole(
    what: str, value: object, *, least: int = 1, most: int | None = None, error: type[Exception] = SqueezeVizError
) -> None:
    """Let pass a whole number within bounds.

    Args:
        what: The argument's name.
        value: What was given.
        least: The smallest that may be.
        most: The largest; None where there is none.
        error: How to refuse it.

    Raises:
        SqueezeVizError: It is no such number.
    """
    bounds = f"of at least {least:,}" if most is None else f"from {least:,} to {most:,}"
    if not is_whole(value) or not least <= value or (most is not None and value > most):  # type: ignore[operator]
        raise error(f"{what} is {spoken(repr(value))}; expected a whole number {bounds}")


def check_number(
    what: str,
    value: object,
    expected: str,
    error: type[Exception] = SqueezeVizError,
    *,
    least: float = -sys.float_info.max,
    most: float = sys.float_info.max,
) -> None:
    """Let pass a number within bounds, Python's or NumPy's; by default any that is finite.

    Args:
        what: The argument's name.
        value: What was given.
        expected: What it is, in words, such as ``"a weight above 0"``.
        error: How to refuse it.
        least: The smallest that may be.
        most: The largest.

    Raises:
        SqueezeVizError: It is none.
    """
    if not isinstance(value, Real) or isinstance(value, bool) or not least <= value <= most:  # type: ignore[operator]
        raise error(f"{what} is {spoken(repr(value))}; expected {expected}")


def names_of(given: object, expected: str = "names of layers", error: type[Exception] = LayerError) -> list[str]:
    """Return one name or several as a list.

    Args:
        given: Text, or several.
        expected: What they are, in words.
        error: How to refuse what is none.

    Raises:
        SqueezeVizError: It is neither text nor several.
    """
    expect(given, Iterable, f"{expected}, one or several in a list", error)
    names = [given] if isinstance(given, str) else list(given)  # type: ignore[call-overload]
    for name in names:
        expect(name, str, f"{expected}, one or several in a list", error)
    return names
