"""The forms that answers have: what is read as one, when two are the same, and how a wrong one differs."""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

from squeezeviz.errors import LabelError

if TYPE_CHECKING:
    from collections.abc import Collection

    from squeezeviz.results.labels import Labels

__all__ = ["Cell", "Choice", "ClassName", "Form", "Number", "Unread", "Whole"]


class Unread(Exception):  # noqa: N818 - it is no error: whoever answers is told what was expected
    """An answer has not the form that was asked for; the message says which that is."""


class Form(Protocol):
    """A form of answers."""

    def read(self, answer: object) -> object:
        """Return an answer as it is compared.

        Raises:
            Unread: It has another form.
        """

    def is_same(self, given: object, other: object) -> bool:
        """Return whether two answers are the same."""

    def compared(self, given: object, right: object) -> str:
        """Say how a wrong answer differs, without giving the right one away."""


@dataclass(frozen=True)
class Whole:
    """A whole number, from 0 up to one less than ``below``."""

    what: str
    below: int | None = None

    def read(self, answer: object) -> object:
        """Return it as an int."""
        try:
            number = _index(answer)
        except TypeError:
            raise Unread(f"Expected {self.what}, a whole number, got {_spoken(answer)}.") from None
        if number < 0 or (self.below is not None and number >= self.below):
            most = "" if self.below is None else f" to {self.below - 1:,}"
            raise Unread(f"Expected {self.what}, a whole number from 0{most}, got {number:,}.")
        return number

    def is_same(self, given: object, other: object) -> bool:
        """Return whether both are the same number."""
        return given == other

    def compared(self, given: object, right: object) -> str:
        """Say whether it is too small or too large."""
        return _size(float(str(given)), float(str(right)))


@dataclass(frozen=True)
class Number:
    """A number, which is right within a share of the right one, or within so much."""

    what: str
    share: float = 0.0
    within: float = 0.0

    def read(self, answer: object) -> object:
        """Return it as a float."""
        try:
            number = math.nan if isinstance(answer, (bool, str)) else float(answer)  # type: ignore[arg-type]  # caught
        except (TypeError, ValueError):
            raise Unread(f"Expected {self.what}, a number, got {_spoken(answer)}.") from None
        if not math.isfinite(number):
            raise Unread(f"Expected {self.what}, a number, got {_spoken(answer)}.")
        return number

    def is_same(self, given: object, other: object) -> bool:
        """Return whether one is the other but for what is allowed."""
        return math.isclose(float(str(given)), float(str(other)), rel_tol=self.share, abs_tol=self.within)

    def compared(self, given: object, right: object) -> str:
        """Say whether it is too small or too large."""
        return _size(float(str(given)), float(str(right)))


@dataclass(frozen=True)
class Cell:
    """A cell of a map: (y, x)."""

    shape: tuple[int, int]

    def read(self, answer: object) -> object:
        """Return it as two ints."""
        height, width = self.shape
        words = f"Expected a cell, (y, x), of a map of {height} × {width}, got {_spoken(answer)}."
        try:
            y, x = (_index(each) for each in answer)  # type: ignore[attr-defined]  # it raises what is caught
        except (TypeError, ValueError):
            raise Unread(words) from None
        if not (0 <= y < height and 0 <= x < width):
            raise Unread(words)
        return y, x

    def is_same(self, given: object, other: object) -> bool:
        """Return whether both are the same cell."""
        return given == other

    def compared(self, given: object, right: object) -> str:
        """Say how far away it is."""
        one, other = (cast("tuple[int, int]", each) for each in (given, right))
        steps = max(abs(one[0] - other[0]), abs(one[1] - other[1]))
        return f"That cell is {steps} step{'' if steps == 1 else 's'} away from it."


@dataclass(frozen=True)
class ClassName:
    """A class, by index, WordNet id or name; compared by index."""

    labels: Labels

    def read(self, answer: object) -> object:
        """Return its index."""
        try:
            key = answer if isinstance(answer, str) else _index(answer)
            return self.labels[key].class_index
        except (TypeError, IndexError):
            raise Unread(f"Expected a class, by name or index, got {_spoken(answer)}.") from None
        except LabelError as exc:
            raise Unread(str(exc)) from None

    def is_same(self, given: object, other: object) -> bool:
        """Return whether both are the same class."""
        return given == other

    def compared(self, given: object, right: object) -> str:  # noqa: ARG002 - as the others
        """Say that it is another one."""
        return f"{self.labels[int(str(given))].label} is another class."


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    words: Collection[str]

    def read(self, answer: object) -> object:
        """Return it as it is."""
        if answer not in self.words:
            raise Unread(f"Expected one of {', '.join(self.words)}, got {_spoken(answer)}.")
        return answer

    def is_same(self, given: object, other: object) -> bool:
        """Return whether both are the same word."""
        return given == other

    def compared(self, given: object, right: object) -> str:  # noqa: ARG002 - as the others
        """Say that it is another one."""
        return f"It is not {given}: try each of them."


def _index(answer: object) -> int:
    """Return a whole number, NumPy's included; True and False are none here."""
    if isinstance(answer, bool):
        raise TypeError
    return operator.index(answer)  # type: ignore[arg-type]  # it raises a TypeError


def _size(given: float, right: float) -> str:
    return "That is too small." if given < right else "That is too large."


def _spoken(answer: object) -> str:
    text = repr(answer)
    return text if len(text) <= 60 else f"{text[:60]}…"
