"""A question about a network's numbers, and what becomes of an answer to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from squeezeviz.lessons.forms import Unread
from squeezeviz.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from squeezeviz.lessons.forms import Form

__all__ = ["Checked", "Exercise", "Mistake"]


@dataclass(frozen=True)
class Checked:
    """What becomes of an answer; true where it is right.

    Attributes:
        exercise: The exercise's name.
        is_right: Whether the answer is right.
        words: A sentence: what the right answer means, or a hint that does not give it away.
    """

    exercise: str
    is_right: bool
    words: str

    def __bool__(self) -> bool:
        return self.is_right

    @property
    def points(self) -> float:
        """1.0 where it is right, else 0.0: the last line of a cell that nbgrader grades."""
        return float(self.is_right)

    def __repr__(self) -> str:
        return f"{'Right.' if self.is_right else 'Not yet.'} {visible(self.words)}"


@dataclass(frozen=True)
class Mistake:
    """An answer that somebody gives who has mistaken one thing for another, and what to tell them."""

    answer: object
    words: str


@dataclass(frozen=True)
class Exercise:
    """A question about one photo, one network, and often one layer of it.

    Attributes:
        name: As `squeezeviz.lessons.ask` takes it.
        question: In words, with the form of the answer.
    """

    name: str
    question: str
    _form: Form = field(repr=False)
    #: Right is whatever equals one of these: two channels may be equally strong.
    _right: tuple[object, ...] = field(repr=False)
    _meaning: str = field(repr=False)
    _mistakes: tuple[Mistake, ...] = field(repr=False, default=())
    _hint: Callable[[object], str] = field(repr=False, default=lambda _: "")

    def check(self, answer: object) -> Checked:
        """Check an answer.

        Args:
            answer: In the form that the question names; None or ``...`` where there is none yet. Nothing is raised for
                an answer of another form: what was expected is said instead.
        """
        if answer is None or answer is ...:
            return Checked(self.name, is_right=False, words=f"There is no answer yet. {self.question}")
        try:
            given = self._form.read(answer)
        except Unread as exc:
            return Checked(self.name, is_right=False, words=str(exc))
        if any(self._form.is_same(given, right) for right in self._right):
            return Checked(self.name, is_right=True, words=self._meaning)
        for mistake in self._mistakes:
            if self._form.is_same(given, mistake.answer):
                return Checked(self.name, is_right=False, words=mistake.words)
        return Checked(self.name, is_right=False, words=self._hint(given) or self._form.compared(given, self._right[0]))

    def __repr__(self) -> str:
        return f"{self.name}: {visible(self.question)}"
