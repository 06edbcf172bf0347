"""Why and what if, as a page asks: what crosses the wire is what the library says, and nothing waits for the long work."""

import threading

import numpy as np
import pytest
import traitlets

import squeezeviz as sv
from squeezeviz.evidence import occlusion as occluding
from squeezeviz.explorer.models.ablated import Ablated
from squeezeviz.explorer.offers import Offers
from squeezeviz.explorer.state import State
from tests.fires import fires_net
from tests.nets import tiny_model


class Page:
    """A page on a small network of two Fire modules, with one photo."""

    def __init__(self):
        self.model = tiny_model(fires_net(4))
        self.state = State(
            lambda: self.model, presets=[sv.preset("caffe2").replace(name="published")], preset="published"
        )
        self.replies, self.more = [], threading.Condition()
        self.state.send = self.hear
        self.image = sv.read_image(np.random.default_rng(1).integers(0, 256, (90, 120, 3), dtype=np.uint8))
        self.state.add(self.image)
        self.image = self.state.photo_called(self.state.photo).image

    def hear(self, content, buffers=None):
        with self.more:
            self.replies.append((content, buffers))
            self.more.notify_all()

    def tell(self, kind, request="r", **content):
        self.state._receive(None, {"kind": kind, "id": request, "photo": self.state.photo, **content}, [])

    def wait(self, wanted):
        """The first reply of which it is true."""
        with self.more:
            assert self.more.wait_for(lambda: any(wanted(content) for content, _ in self.replies), 30)
        return next((content, buffers) for content, buffers in self.replies if wanted(content))

    def whole(self, work, request="r", **content):
        self.tell("begin", request, work=work, class_index=2, **content)
        return self.wait(lambda reply: reply["id"] == request and reply.get("is_whole"))

    @property
    def how(self):
        return self.state.prediction.preprocessing


@pytest.fixture
def page():
    return Page()


def answers(buffers):
    logits, shares, best, most = buffers
    return (np.frombuffer(logits, "<f4"), np.frombuffer(shares, "<f4"), np.frombuffer(best, "<u2"),
            np.frombuffer(most, "<f4"))  # fmt: skip


def agree(told, logits, index=2):
    """What is told of runs is what softmax makes of their logits, float32 (runs, N)."""
    probabilities = np.exp(logits.astype(np.float64))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(told[0], logits[:, index], atol=1e-5)
    np.testing.assert_allclose(told[1], probabilities[:, index], atol=1e-5)
    np.testing.assert_array_equal(told[2], logits.argmax(axis=1))
    np.testing.assert_allclose(told[3], probabilities.max(axis=1), atol=1e-5)


def test_patches_are_hidden_in_steps_and_end_where_the_library_does(page):
    content, buffers = page.whole("occlusion", patch_px=48, stride_px=16, fill="blur")
    made = sv.occlude(page.model, page.image, patch_px=48, stride_px=16, fill="blur", preprocessing=page.how)
    assert (content["rows"], content["columns"], content["input_px"]) == (*made.logits.shape[:2], [227, 227])
    assert (content["patch_px"], content["stride_px"]) == (48, 16)
    assert (content["logit"], content["probability"]) == pytest.approx(
        (float(made.prediction.logits[2]), float(made.prediction.probabilities[2]))
    )
    assert content["best"] == made.prediction.ranking[0]
    agree(answers(buffers), made.logits.reshape(made.total, -1))
    steps = [(c["done"], answers(b)[0]) for c, b in page.replies if c["kind"] == "progress"]
    assert len(steps) > 3, "not all at once"
    for done, logits in steps:
        assert np.isfinite(logits).sum() == done, "what is not known yet is no number"
    assert [done for done, _ in steps] == sorted({done for done, _ in steps})


def test_channels_are_switched_off_one_and_two_at_a_time(page):
    content, buffers = page.whole("ablation_sweep", "c")
    made = sv.ablation_sweep(page.model, page.image, preprocessing=page.how)
    assert content["channels"] == [list(channel) for channel in made.channels]
    agree(answers(buffers), made.logits)
    content, buffers = page.whole("pairwise_ablation", "p", layer="fire3/squeeze1x1")
    pairs = sv.pairwise_ablation(page.model, page.image, "fire3/squeeze1x1", preprocessing=page.how)
    assert (content["layer"], content["count"], content["total"]) == ("fire3/squeeze1x1", 2, 1)
    agree(answers(buffers), np.concatenate([pairs.single_logits, pairs.pair_logits]))


def test_another_class_is_answered_from_what_is_known(page, monkeypatch):
    page.whole("ablation_sweep", "a")
    while "ablation_sweep" not in page.state.work._kept:
        threading.Event().wait(0.005)
    monkeypatch.setattr(
        "squeezeviz.evidence.ablation_sweep_steps", lambda *_, **__: pytest.fail("nothing is run again")
    )
    page.tell("begin", "b", work="ablation_sweep", class_index=4)
    content, buffers = page.replies[-1]
    assert (content["id"], content["class_index"], content["is_whole"]) == ("b", 4, True)
    made = sv.ablation_sweep(page.model, page.image, preprocessing=page.how)
    agree(answers(buffers), made.logits, 4)


def test_the_page_is_answered_while_patches_are_hidden_and_a_stopped_task_says_no_more(page, monkeypatch):
    going, let = threading.Event(), threading.Event()
    runs = occluding.PatchedRuns.__call__

    def slowly(self, boxes):
        going.set()
        assert let.wait(10)
        return runs(self, boxes)

    monkeypatch.setattr(occluding.PatchedRuns, "__call__", slowly)
    page.tell("begin", "o", work="occlusion", class_index=0, patch_px=32, stride_px=16, fill="grey")
    assert going.wait(10)
    page.tell("tensor", "t", layer="fire2/concat")
    assert page.replies[-1][0]["kind"] == "tensor", "under way, and the lock is free"
    page.tell("stop", "o")
    let.set()
    page.whole("ablation_sweep", "c")  # takes its turn: what was stopped has ended
    assert not [content for content, _ in page.replies if content["id"] == "o"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"work": "occlusion", "patch_px": 300, "stride_px": 16, "fill": "grey"}, "patch_px is 300"),
        ({"work": "occlusion", "patch_px": 16, "stride_px": 32, "fill": "grey"}, "stride_px is 32"),
        ({"work": "occlusion", "patch_px": 16, "stride_px": 16, "fill": "fog"}, "grey, mean, blur"),
        ({"work": "pairwise_ablation", "layer": "fire7/squeeze1x1"}, "fire7"),
        ({"work": "divination"}, "occlusion, ablation_sweep, pairwise_ablation"),
    ],
)
def test_what_cannot_be_tried_is_said(page, content, words):
    page.tell("begin", "x", class_index=0, **content)
    failed, _ = page.wait(lambda reply: reply["kind"] == "failed")
    assert failed["id"] == "x"
    assert words in failed["message"]


def test_it_is_asked_of_the_whole_network_whatever_is_switched_off(page):
    page.state.ablated = {"fire2/concat": [0, 1, 2, 3, 4, 5]}
    content, buffers = page.whole("ablation_sweep")
    made = sv.ablation_sweep(page.model, page.image, preprocessing=page.how)
    agree(answers(buffers), made.logits)
    assert content["logit"] == pytest.approx(float(page.model.predict(page.image, page.how).logits[2]))


def test_evidence_is_the_ledger_the_budget_and_the_duel(page):
    page.tell("evidence", "e", class_index=1, contrast_class=3)
    content, (cells, against) = page.replies[-1]
    source = sv.Arithmetic(page.model, page.image, page.how)
    decomposition, contrast, analysis = (
        sv.decompose_logit(source, 1),
        sv.contrast(source, 1, 3),
        sv.softmax_analysis(source, 1),
    )
    told = content["evidence"]
    assert (told["class_index"], told["logit"], told["residual"]) == (1, decomposition.logit, decomposition.residual)
    np.testing.assert_allclose(np.frombuffer(cells, "<f4"), decomposition.cells.ravel(), rtol=1e-6)
    np.testing.assert_allclose(np.frombuffer(against, "<f4"), contrast.cells.ravel(), rtol=1e-6)
    for said, of in [(told, decomposition), (told["contrast"], contrast)]:
        assert sum(each["adds"] for each in said["channels"]) + said["rest"] + said["bias"] == pytest.approx(
            float(of.channels.sum()) + of.bias, abs=1e-6
        )
    assert told["contrast"]["difference"] == contrast.logit_difference
    assert told["softmax"] == {
        "zero": analysis.zeros,
        "count": 5,
        "floor": analysis.floor,
        "needed": {"half": analysis.least(), "here": analysis.needed()},
    }
    page.tell("evidence", "f", class_index=1)
    content, buffers = page.replies[-1]
    assert content["evidence"]["contrast"] is None
    assert len(buffers) == 1


def test_the_spectrum_follows_when_it_is_there(page):
    page.tell("receptive_field", "s", class_index=1, contrast_class=3)
    content, _ = page.wait(lambda reply: reply["kind"] == "receptive_field")
    made = sv.contributions_by_receptive_field(sv.Arithmetic(page.model, page.image, page.how), 1, 3)
    assert content["id"] == "s"
    assert [(tuple(each["size"]), each["adds"]) for each in content["contributions"]["sizes"]] == [
        (size, pytest.approx(float(adds), abs=1e-6)) for size, adds in zip(made.sizes, made.evidence, strict=True)
    ]
    page.tell("receptive_field", "t", class_index=1, contrast_class=1)
    failed, _ = page.wait(lambda reply: reply["id"] == "t")
    assert (failed["kind"], "expected two classes" in failed["message"]) == ("failed", True)


def test_each_cells_own_answers(page):
    page.tell("per_location", "l")
    _, (classes, shares) = page.replies[-1]
    per_location = sv.predictions_per_location(sv.Arithmetic(page.model, page.image, page.how))
    height, width = per_location.label_map.shape
    top = np.frombuffer(classes, "<u2").reshape(height, width, 5)
    np.testing.assert_array_equal(top[..., 0], per_location.label_map)
    for y, x in [(0, 0), (height - 1, width - 2)]:
        expected = per_location.top(y, x, 5)
        assert top[y, x].tolist() == [score.class_index for score in expected]
        got = np.frombuffer(shares, "<f4").reshape(height, width, 5)[y, x]
        np.testing.assert_allclose(got, [score.probability for score in expected], rtol=1e-6)


# Ablated -----------------------------------------------------------------------------------------------------------------

OFF = {"fire2/concat": [0, 1, 2], "fire3/squeeze1x1": [1]}


@pytest.mark.parametrize("fill", ["zero", "mean"])
def test_what_is_switched_off_answers_as_ablate_does(page, fill):
    asked = Ablated(page.model, {**OFF, "conv1": []}, fill)
    prediction, activations = asked.observe(page.image, page.how)
    made = sv.ablate(page.model, page.image, OFF, fill=fill, preprocessing=page.how)
    np.testing.assert_array_equal(prediction.logits, made.after.logits)
    np.testing.assert_array_equal(asked.predict(page.image, page.how).logits, made.after.logits)
    for layer, values in made.activations.items():
        np.testing.assert_array_equal(activations[layer], values)
    assert "4 channels are ablated" in prediction.caution
    assert ("the mean of each map instead" in prediction.caution) == (fill == "mean")
    assert asked.name == page.model.name, "all else is the model's own"


def test_switched_off_stays_for_every_photo_and_follows_what_stands_in_its_place(page):
    page.replies.clear()
    page.state.ablated = OFF
    assert [content["kind"] for content, _ in page.replies][:2] == ["photo", "tensor"]
    zero = sv.ablate(page.model, page.image, OFF, preprocessing=page.how).after.logits
    np.testing.assert_array_equal(page.state.prediction.logits, zero)
    page.state.ablation_fill = "mean"
    mean = sv.ablate(page.model, page.image, OFF, fill="mean", preprocessing=page.how).after.logits
    np.testing.assert_array_equal(page.state.prediction.logits, mean)
    other = sv.read_image(np.random.default_rng(9).integers(0, 256, (60, 60, 3), dtype=np.uint8))
    page.state.add(other)
    expected = sv.ablate(page.model, other, OFF, fill="mean", preprocessing=page.how).after.logits
    np.testing.assert_array_equal(page.state.prediction.logits, expected)
    page.state.ablated = {}
    page.replies.clear()
    page.state.ablation_fill = "zero"
    assert page.replies == [], "with nothing off there is nothing to answer anew"
    np.testing.assert_array_equal(page.state.prediction.logits, page.model.predict(other, page.how).logits)
    with pytest.raises(traitlets.TraitError):
        page.state.ablation_fill = "noise"


def test_only_channels_that_there_are_can_be_off(page):
    page.state.ablated = {"fire2/concat": [5, 6, -1, 2, 2], "fire3/squeeze1x1": []}
    assert page.state.ablated == {"fire2/concat": [2, 5]}


def test_another_model_begins_with_everything_on(page):
    page.state.ablated = OFF
    other = tiny_model(fires_net(7))
    page.state.offers = Offers(lambda name: other, {"other": "seven classes"})
    page.tell("use", name="other")
    assert page.state.ablated == {}
    np.testing.assert_array_equal(page.state.prediction.logits, other.predict(page.image, page.how).logits)
