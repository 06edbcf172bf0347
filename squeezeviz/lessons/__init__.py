"""Exercises on a photo, a network and a layer of your choice, whose answers are checked against the network itself.

    sv.lessons.ask("strongest-channel", "coffee", layer="fire9/concat")          # the question
    sv.lessons.check("strongest-channel", 17, "coffee", layer="fire9/concat")    # right, or a hint

No answer is kept anywhere: each is computed when it is asked for, so that there are as many exercises as photos and
layers.
"""

from __future__ import annotations

from squeezeviz.lessons.exercise import Checked, Exercise
from squeezeviz.lessons.table import ask, check, exercises

__all__ = ["Checked", "Exercise", "ask", "check", "exercises"]
