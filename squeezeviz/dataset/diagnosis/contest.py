"""Many preprocessings on few photos, then few on many: each photo's crops are run once in each that is still tried."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from squeezeviz.runtime.sessions import available_threads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from squeezeviz.dataset.diagnosis.crops import Crops
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.model import Model

__all__ = ["ETA", "Contest", "Marks", "rounds"]

#: How many times more photos, and fewer preprocessings, each round has.
ETA = 4
_FIRST = 8  # photos of the first round
_BATCH = 4  # a larger one gains no speed on a CPU, and takes memory


class Marks(Protocol):
    """What one preprocessing's answers were worth."""

    @property
    def photos(self) -> int:
        """To how many photos there are answers."""

    @property
    def rank(self) -> tuple[float, ...]:
        """The larger, the better, of preprocessings with the same photos; numbers after the first are for equals."""

    @property
    def is_finite(self) -> bool:
        """Whether any answer was a number."""

    def look(self, ask: Callable[[NDArray[np.float32]], Answers], tensor: NDArray[np.float32], start: int) -> Answered:
        """Ask about some photos; many threads do so at once."""

    def take(self, answered: Answered) -> None:
        """Count what was answered; photos come in their order."""


if TYPE_CHECKING:
    Answers = tuple[NDArray[np.float32], NDArray[np.float32]]  # logits and probabilities, (B, classes) each
    Answered = tuple[NDArray[np.float64], ...]

Kind = TypeVar("Kind", bound=Marks)


def rounds(photos: int) -> tuple[int, ...]:
    """Return how many photos have been shown by the end of each round: 8, 32, 128 and so on, and at last all."""
    shown = []
    upto = _FIRST
    while upto < photos:
        shown.append(upto)
        upto *= ETA
    return (*shown, photos)


class Contest(Generic[Kind]):
    """Answers of one model to photos in many preprocessings.

    Args:
        model: The model to run, from `squeezeviz.load_model`.
        crops: The photos.
        marks: Makes the empty marks of a preprocessing.
        in_use: What the model is fed now: of equals it comes first, since nothing speaks for another.
        on_run: Called with how many photos were run, as they are.
    """

    def __init__(
        self,
        model: Model,
        crops: Crops,
        marks: Callable[[], Kind],
        in_use: Preprocessing,
        *,
        on_run: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._model, self._crops, self._new, self._on_run = model, crops, marks, on_run
        self._in_use = in_use
        self.marks: dict[Preprocessing, Kind] = {}

    def halve(self, hows: Sequence[Preprocessing], keep: Iterable[Preprocessing] = ()) -> list[Preprocessing]:
        """Return the preprocessings that were shown all photos, the best first.

        Successive halving (Jamieson & Talwalkar 2016, AISTATS), by quarters: after each round the better quarter goes
        on, with four times as many photos. All rounds cost about the same.

        Args:
            hows: What is tried.
            keep: Those of them that go on whatever they do, to be compared with the best.
        """
        kept, left = list(keep), list(hows)
        for upto in rounds(len(self._crops)):
            self.show(left, upto)
            left = self.ranked(left)
            if upto < len(self._crops):
                left = list(dict.fromkeys([*left[: max(1, -(-len(left) // ETA))], *kept]))
        return left

    def ranked(self, hows: Iterable[Preprocessing]) -> list[Preprocessing]:
        """Return preprocessings of the same photos, the best first."""

        def worth(how: Preprocessing) -> tuple[float, ...]:
            first, *rest = self.marks[how].rank
            return first, how == self._in_use, *rest

        return sorted(hows, key=worth, reverse=True)

    def show(self, hows: Sequence[Preprocessing], upto: int) -> None:
        """Run photos in several preprocessings, those that have not been yet."""
        due = []
        for how in hows:
            done = self.marks.setdefault(how, self._new()).photos
            due += [(how, start, min(start + _BATCH, upto)) for start in range(done, upto, _BATCH)]
        threads = ThreadPoolExecutor(available_threads())
        try:
            for (how, start, stop), answered in zip(due, threads.map(self._look, due), strict=True):
                self.marks[how].take(answered)
                self._on_run(stop - start)
        finally:
            threads.shutdown(cancel_futures=True)  # what was stopped waits for nothing

    def _look(self, part: tuple[Preprocessing, int, int]) -> Answered:
        how, start, stop = part

        def ask(tensor: NDArray[np.float32]) -> Answers:
            return self._model.answers(tensor, how, threads=1)  # several runs go on side by side

        return self.marks[how].look(ask, self._crops.tensor(how, start, stop), start)
