"""What nobody has said of a network and was decided all the same: it is told wherever the network answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["ASSUMED", "Assumption"]

#: What a preprocessing is called that nobody has named.
ASSUMED = "assumed"


@dataclass(frozen=True)
class Assumption:
    """What neither a model's file nor anybody has said.

    Attributes:
        about: What it is about.
        words: What was decided.
        remedy: How to decide it otherwise, in Python and on the command line.
    """

    about: Literal["input size", "output", "labels", "preprocessing"]
    words: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.words}; {self.remedy}"
