"""Exercises about what the network answers: classes, odds, the softmax, the map of a class, a wrong preprocessing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.errors import LayerError, SqueezeVizError
from squeezeviz.evidence.ending import class_maps
from squeezeviz.lessons.exercise import Exercise, Mistake
from squeezeviz.lessons.forms import Cell, Choice, ClassName, Number

if TYPE_CHECKING:
    from squeezeviz.lessons.subject import Subject

__all__ = ["class_map_peak", "logit_for_half", "most_probable_class", "odds", "worst_preprocessing"]

#: Mistakes that people make, of those that every model can be asked about.
_WRONG = ("rgb-by-mistake", "no-mean", "means-swapped")


def most_probable_class(subject: Subject) -> Exercise:
    """Which class is the most probable?"""
    second, first = subject.second, subject.first
    return Exercise(
        "most-probable-class",
        f"Which class is the most probable of {subject.image.name}? A class's name, or its index.",
        ClassName(subject.prediction.labels),
        (first.class_index,),
        f"{first.label} has the largest logit, and so the largest probability: the softmax keeps the order.",
        (Mistake(second.class_index, f"{second.label} is only the second: look at the row above it."),),
        lambda given: f"It ranks {_rank(subject, given)} among {len(subject.prediction.logits):,}.",
    )


def odds(subject: Subject) -> Exercise:
    """How many times as probable as the second class is the first?"""
    prediction, (first, second) = subject.prediction, (subject.first, subject.second)
    one, other = (float(prediction.probabilities[label.class_index]) for label in (first, second))
    logits = [float(prediction.logits[label.class_index]) for label in (first, second)]
    mistakes = [Mistake(one - other, "That is the difference of the two probabilities: divide one by the other.")]
    meaning = f"{first.label} has {one:.3g}, {second.label} {other:.3g}."
    if not prediction.is_sigmoid:
        meaning += " It is e to the difference of their logits."
        ratio = logits[0] / logits[1] if logits[1] else 0.0
        mistakes += [
            Mistake(logits[0] - logits[1], "That is the difference of the two logits: take e to the power of it."),
            Mistake(ratio, "That is the ratio of the logits; of these only differences count."),
            Mistake(other / one, "That is the second against the first: turn it round."),
        ]
    question = f"How many times as probable as {second.label} is {first.label}? A number, to two per cent."
    form = Number("how many times as probable it is", share=0.02)
    return Exercise("odds", question, form, (one / other,), meaning, tuple(mistakes))


def logit_for_half(subject: Subject) -> Exercise:
    """Which logit would the most probable class need for a probability of a half?"""
    prediction, first = subject.prediction, subject.first
    if prediction.is_sigmoid:
        raise LayerError(f"{subject.model.name}: answers by a sigmoid, where a logit of 0 is a half for any class")
    others = np.delete(prediction.logits.astype(np.float64), first.class_index)
    needed = float(others.max() + math.log(np.exp(others - others.max()).sum()))
    own = float(prediction.logits[first.class_index])
    return Exercise(
        "logit-for-half",
        f"Which logit would {first.label} need for a probability of a half, the others being what they are? To 0.05.",
        Number("a logit", within=0.05),
        (needed,),
        f"A half is as much as all the others have together: e to it is the sum of e to theirs. It has {own:.2f}.",
        (
            Mistake(own, "That is the logit that it has."),
            Mistake(math.log(len(others)), "So much it takes where every other logit is 0; here they are not."),
            Mistake(float(others.max()), "That beats the second class, but not all the others together."),
        ),
    )


def class_map_peak(subject: Subject) -> Exercise:
    """At which cell is the map of the most probable class largest?"""
    first, second = subject.first, subject.second
    found = class_maps(subject.model.architecture_at(*subject.preprocessing.input_px), subject.model.name)
    values = subject.values(found.layer.name)
    own, other = (found.of_class(values, label.class_index) for label in (first, second))
    peaks = _peaks(own)
    y, x = peaks[0]
    mistakes = [Mistake(peak, f"There the map of {second.label} is largest.") for peak in _peaks(other)]
    height, width = own.shape
    return Exercise(
        "class-map-peak",
        f"At which cell is the map of {first.label} largest? A cell, (y, x), of {height} × {width}.",
        Cell((height, width)),
        tuple(peaks),
        f"The map has {float(own.max()):.2f} there; its mean over all cells is the logit, {float(own.mean()):.2f}.",
        (Mistake((x, y), "Down comes first, then to the right: (y, x)."), *mistakes),
    )


def worst_preprocessing(subject: Subject) -> Exercise:
    """Which of some wrong preprocessings lowers the probability of the most probable class most?"""
    first, left = subject.first, {}
    for name in _WRONG:
        try:
            left[name] = float(subject.model.predict(subject.image, name).probabilities[first.class_index])
        except SqueezeVizError:
            continue  # of another size than this model takes
    if len(left) < 2:
        raise LayerError(f"{subject.model.name}: takes none of the preprocessings that this exercise compares")
    worst = min(left.values())
    before = float(subject.prediction.probabilities[first.class_index])
    return Exercise(
        "worst-preprocessing",
        f"Which of {', '.join(left)} leaves {first.label} the least probable? Its name.",
        Choice(tuple(left)),
        tuple(name for name, share in left.items() if share == worst),
        f"It leaves {worst:.3g} of {before:.3g}, and no error was raised. On another photo another may be the worst.",
        (),
        lambda given: f"It leaves {left[str(given)]:.3g}, and another leaves less.",
    )


def _rank(subject: Subject, given: object) -> int:
    return int(np.flatnonzero(subject.prediction.ranking == given)[0]) + 1


def _peaks(values: np.ndarray) -> list[tuple[int, int]]:
    return [(int(y), int(x)) for y, x in np.argwhere(values == values.max())]
