"""Exercises: what is right is what the network says, worked out here in another way; mistakes get hints, not answers."""

import ast
import inspect
import math
import re
from pathlib import Path

import numpy as np
import pytest

import squeezeviz as sv
from squeezeviz.lessons.exercise import Exercise
from squeezeviz.lessons.forms import Cell, Choice, ClassName, Number, Unread, Whole
from tests.nets import tiny_model

MODEL, PHOTO = "squeezenet1.1-shapes", "shape-star"
SHEET = Path(__file__).parents[2] / "docs" / "how-to" / "teach.md"


@pytest.fixture(scope="module")
def model():
    return sv.load_model(MODEL)


@pytest.fixture(scope="module")
def told(model):
    """The answer and every activation, by the plain API."""
    return model.predict(PHOTO), model.activations(PHOTO)


def right(model, told):
    """Each exercise, its layer, and its answer by NumPy alone."""
    prediction, activations = told
    p = np.sort(np.exp(prediction.logits - prediction.logits.max()))
    maps, squeezed = activations["fire5/concat"], activations["fire5/squeeze1x1"]
    weights, bias = model.kernels("fire5/squeeze1x1")
    best = int(np.argmax(prediction.logits))
    others = np.exp(np.delete(prediction.logits.astype(float), best))
    peak = np.unravel_index(activations["conv10"][best].argmax(), (14, 14))
    wrong = {
        name: model.predict(PHOTO, name).probabilities[best] for name in ("rgb-by-mistake", "no-mean", "means-swapped")
    }
    without = [
        sv.ablate(model, PHOTO, {"fire5/squeeze1x1": [channel]}).after[best].logit for channel in range(len(squeezed))
    ]
    return [
        ("most-probable-class", "", "star"),
        ("most-probable-class", "", best),
        ("odds", "", float(p[-1] / p[-2])),
        ("logit-for-half", "", math.log(others.sum())),
        ("class-map-peak", "", (int(peak[0]), int(peak[1]))),
        ("worst-preprocessing", "", min(wrong, key=wrong.get)),
        ("strongest-channel", "fire5/concat", np.int64(maps.mean(axis=(1, 2)).argmax())),
        ("silent-channels", "fire5/concat", int(sum(not channel.any() for channel in maps))),
        ("share-of-zeros", "fire5/concat", np.float32((maps == 0).mean())),
        ("receptive-field", "fire5/concat", 31 + 8 * 0 + 32),
        ("parameters", "fire5/squeeze1x1", weights.size + bias.size),
        ("terms", "fire5/squeeze1x1", weights.shape[1]),
        ("terms", "conv1", 3 * 3 * 3),
        ("decisive-channel", "fire5/squeeze1x1", int(np.argmin(without))),
    ]  # fmt: skip


@pytest.mark.slow
def test_what_is_right_is_what_the_network_says(model, told):
    asked = right(model, told)
    assert {name for name, *_ in asked} == set(sv.lessons.exercises())
    for name, layer, answer in asked:
        checked = sv.lessons.check(name, answer, PHOTO, layer=layer, model=model)
        assert checked, f"{name}, {layer}: {answer}: {checked}"
        assert checked.points == 1.0
        assert repr(checked).startswith("Right. ")


WRONG = [
    ("odds", "", lambda p, a: float(p.logits.max() - np.sort(p.logits)[-2]), "take e to the power of it"),
    ("share-of-zeros", "conv1", lambda p, a: float((a["conv1"] != 0).mean()), "of those that are not zero"),
    ("share-of-zeros", "conv1", lambda p, a: 100 * float((a["conv1"] == 0).mean()), "in per cent"),
    ("receptive-field", "fire5/concat", lambda p, a: 8, "the stride"),
    ("receptive-field", "fire5/concat", lambda p, a: 10_000, "too large"),
    ("parameters", "conv1", lambda p, a: 64 * 27, "a bias as well"),
    ("terms", "conv1", lambda p, a: 9, "more than one"),
    ("terms", "conv1", lambda p, a: 28, "The bias is no product"),
    ("logit-for-half", "", lambda p, a: float(p.logits.max()), "the logit that it has"),
    ("logit-for-half", "", lambda p, a: math.log(23), "every other logit is 0"),
    ("most-probable-class", "", lambda p, a: int(p.ranking[1]), "only the second"),
    ("most-probable-class", "", lambda p, a: int(p.ranking[9]), "ranks 10 among 24"),
    ("most-probable-class", "", lambda p, a: "strar", "Did you mean"),
    ("strongest-channel", "conv1", lambda p, a: int(np.argsort(a["conv1"].mean((1, 2)))[0]), "ranks 64 of 64"),
    ("strongest-channel", "conv1", lambda p, a: 64, "from 0 to 63, got 64"),
    ("class-map-peak", "", lambda p, a: (13, 0), "steps away"),
    ("class-map-peak", "", lambda p, a: (14, 0), r"of a map of 14 × 14, got \(14, 0\)"),
    ("worst-preprocessing", "", lambda p, a: "caffe2", "Expected one of rgb-by-mistake"),
]  # fmt: skip


@pytest.mark.parametrize("case", WRONG, ids=lambda case: f"{case[0]}: {case[3]}")
def test_a_mistake_gets_its_hint_and_no_answer(model, told, case):
    name, layer, mistake, hint = case
    exercise = sv.lessons.ask(name, PHOTO, layer=layer, model=model)
    checked = exercise.check(mistake(*told))
    assert not checked
    assert checked.points == 0.0
    assert re.search(hint, checked.words), checked.words
    for answer in exercise._right:
        said = f"{answer:.3g}" if isinstance(answer, float) else str(answer)
        given_away = re.search(rf"(?<![\w.]){re.escape(said)}(?![\w.]\w)", checked.words)
        assert isinstance(exercise._form, Choice) or not given_away, "the answer is given away"


@pytest.mark.parametrize(
    "answer", [None, ..., "", b"", [], {}, object(), float("nan"), float("inf"), -1, True, 1 + 2j, "<b>"]
)
@pytest.mark.parametrize(
    "form",
    [Whole("a channel", 3), Number("a share"), Cell((2, 2)), Choice(("a", "b")), ClassName(sv.imagenet_labels())],
    ids=lambda form: type(form).__name__,
)
def test_whatever_is_given_for_an_answer_is_told_what_was_expected(form, answer):
    exercise = Exercise("x", "How many?", form, (form.read(2) if isinstance(form, Whole) else None,), "")
    if isinstance(form, Number) and answer == -1:
        assert form.read(answer) == -1
        return
    checked = exercise.check(answer)
    assert not checked
    assert checked.words
    if answer is None or answer is ...:
        assert checked.words == "There is no answer yet. How many?"
    else:
        with pytest.raises(Unread):
            form.read(answer)


def test_equally_strong_channels_are_both_right():
    model = tiny_model()
    flat = np.full((64, 64, 3), 128, np.uint8)
    exercise = sv.lessons.ask("strongest-channel", flat, layer=model.architecture.first_convolution.name, model=model)
    assert all(exercise.check(channel) for channel in exercise._right)


def test_what_an_exercise_cannot_be_about_is_said(model):
    def refusal(name, **about):
        with pytest.raises(sv.SqueezeVizError) as caught:
            sv.lessons.ask(name, PHOTO, model=model, **about)
        return str(caught.value)

    assert "expected layer=" in refusal("strongest-channel")
    assert "fire5/squeeze1x1" in refusal("terms", layer="fire5/squeeze1x")
    assert "sees the whole input" in refusal("receptive-field", layer="pool10")
    assert "has learned nothing" in refusal("parameters", layer="pool1")
    assert "Did you mean 'odds'" in refusal("ods")
    assert "no exercise is called" in refusal("")


def test_every_exercise_says_what_it_asks(model):
    for name, asked in sv.lessons.exercises().items():
        assert asked.endswith("?")
        exercise = sv.lessons.ask(name, PHOTO, layer="fire5/squeeze1x1", model=model)
        assert exercise.name == name
        assert "?" in exercise.question
        assert repr(exercise) == f"{name}: {exercise.question}"
    assert (
        inspect.signature(sv.lessons.ask).parameters.keys() - {"photo"}
        <= inspect.signature(sv.lessons.check).parameters.keys()
    )


@pytest.mark.skipif(not SHEET.is_file(), reason="an installed wheel has no sources of the documentation")
def test_the_answers_in_the_teacher_s_sheet_are_right(model):
    sheet = SHEET.read_text(encoding="utf-8")
    rows = re.findall(r"^\| \d+\. [^|]*\| `([\w-]+)` \| (?:`([\w/]+)`)? ?\| `(.+?)` \|$", sheet, re.MULTILINE)
    assert len(rows) == 10
    for name, layer, answer in rows:
        checked = sv.lessons.check(name, ast.literal_eval(answer), PHOTO, layer=layer, model=model)
        assert checked, f"{name}: {checked}"


@pytest.mark.skipif(not SHEET.is_file(), reason="an installed wheel has no sources of the documentation")
def test_what_the_sheet_says_besides_is_so(model, told):
    sheet = " ".join(SHEET.read_text(encoding="utf-8").split())
    prediction, activations = told
    star, arrow = prediction.top(2)
    assert f"{star.probability:.1%} against {arrow.probability:.1%}".replace("%", " %") in sheet
    assert f"{star.logit:.2f} and {arrow.logit:.2f}" in sheet
    assert int(activations["fire5/squeeze1x1"].mean(axis=(1, 2)).argmax()) == 25
    without = sv.ablate(model, PHOTO, {"fire5/squeeze1x1": [18]}).after[star.class_index]
    assert f"loses most: {star.logit - without.logit:.2f} of {star.logit:.2f}" in sheet
    assert f"still a star, with {without.probability:.1%}".replace("%", " %") in sheet
    wrong = model.predict(PHOTO, "zero-to-one").top(1)[0]
    assert f"*{wrong.label}*, {wrong.probability:.1%}".replace("%", " %") in sheet
