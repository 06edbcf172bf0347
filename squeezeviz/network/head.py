"""What a network's answer is: probabilities, by whatever means, or logits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["ANSWERS", "GIVES_PROBABILITIES", "LACKS_LOGITS", "Closing", "Head"]

#: ``"softmax"``: probabilities that sum to 1, the softmax of a layer; ``"log softmax"``: their logarithms;
#: ``"sigmoid"``: a probability a class, each the sigmoid of its number in a layer; ``"logits"``: what nothing is known
#: of. ``"probabilities"`` sum to 1 and are no layer's softmax, as the mean of two; ``"independent probabilities"`` are
#: numbers from 0 to 1, one a class, and no layer's sigmoid.
Head = Literal["softmax", "log softmax", "sigmoid", "logits", "probabilities", "independent probabilities"]

#: Each in a few words.
ANSWERS: dict[Head, str] = {
    "softmax": "probabilities, which sum to 1",
    "log softmax": "logarithms of probabilities, which sum to 1",
    "sigmoid": "a probability a class, each for itself (sigmoid)",
    "logits": "logits",
    "probabilities": "probabilities, which sum to 1, and no layer's softmax",
    "independent probabilities": "numbers from 0 to 1, a class each, and no layer's sigmoid",
}
#: Of which the network itself says the probabilities.
GIVES_PROBABILITIES = frozenset({"softmax", "sigmoid", "probabilities", "independent probabilities"})
#: Of which no layer has the logits: the logarithm of the probabilities, or of the odds, stands for them.
LACKS_LOGITS = frozenset({"probabilities", "independent probabilities"})


@dataclass(frozen=True)
class Closing:
    """What was found out of a network's answer beyond its last layer.

    Attributes:
        head: What it is.
        logits: The layer whose values, flattened, are the logits.
        note: What a person should know of it, in words; empty where there is nothing.
        appended: Values that are computed behind the answer, and that the file does not have.
    """

    head: Head
    logits: str
    note: str = ""
    appended: tuple[str, ...] = ()
