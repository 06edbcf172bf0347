"""Two networks, as a page asks: what crosses the wire is what the library says."""

import numpy as np
import pytest

import squeezeviz as sv
from squeezeviz.explorer.models.second_model import SecondModel
from squeezeviz.explorer.offers import Offers
from squeezeviz.runtime.model import Model
from tests.fires import fires_net
from tests.nets import tiny_content
from tests.unit.test_what_if import Page


@pytest.fixture
def page():
    made = Page()
    other = Model(tiny_content(fires_net(5)), name="other", sha256="05")
    made.loads = []

    def choose(name):
        made.loads.append(name)
        if name == "lost":
            raise sv.ModelNotFound("lost: nowhere")
        return other

    made.state.offers = Offers(choose, {"other": "5 classes", "lost": "nothing"})
    made.other = other
    return made


def test_the_page_hears_what_python_says(page):
    page.tell("two_models", other="other")
    told, (seen_a, seen_b) = page.wait(lambda reply: reply["kind"] == "two_models")
    assert told["id"] == "r"
    made = sv.compare_models(page.model, page.other, page.image)
    assert told["verdict"] != ""
    assert [(pair["a"], pair["b"], pair["matched_by"]) for pair in told["pairs"]] == [
        (pair.a, pair.b, pair.matched_by) for pair in made.pairs
    ]
    assert told["divergent"] == made.pairs.index(made.first_divergent_layer)
    assert (told["a"]["layers"], told["b"]["model"]) == (made.a.layers, "other")
    assert seen_a.startswith(b"\x89PNG")
    assert seen_b.startswith(b"\x89PNG")
    counterparts = made.agreement.classes.counterparts
    both = {counterparts[score.class_index] for score in made.a.prediction.top()} & {
        score.class_index for score in made.b.prediction.top()
    }
    assert (
        sum(each["is_shared"] for each in told["a"]["top"])
        == len(both)
        == sum(each["is_shared"] for each in told["b"]["top"])
    )


def test_the_first_model_is_as_the_page_asks_it_now(page):
    """In the preprocessing in use, and not in its own."""
    page.tell("two_models", other="other")
    told, _ = page.wait(lambda reply: reply["kind"] == "two_models")
    assert told["a"]["preset"] == page.how.name == "published"
    assert told["b"]["preset"] == page.other.preprocessing.name
    seen = page.model.activations(page.image, preprocessing=page.how)
    there = page.other.activations(page.image)
    for pair in told["pairs"]:
        if pair["relative_l2"] is not None:
            a, b = (maps.astype(np.float64) for maps in (seen[pair["a"]], there[pair["b"]]))
            assert pair["relative_l2"] == pytest.approx(np.linalg.norm(b - a) / np.linalg.norm(a), rel=1e-4)


def test_a_layer_of_the_second_is_sent_whole(page):
    name = page.other.architecture.layers[0].name
    page.tell("second_tensor", other="other", layer=name)
    told, (values, statistics) = page.wait(lambda reply: reply["kind"] == "second_tensor")
    expected = page.other.activations(page.image, name)[name]
    assert (told["layer"], told["model"], tuple(told["shape"])) == (name, "other", expected.shape)
    halves = np.frombuffer(values, "<f2").astype(np.float32) * told["scale"]
    np.testing.assert_allclose(halves.reshape(expected.shape), expected, rtol=1e-3, atol=1e-6)
    maxima = np.frombuffer(statistics, "<f4").reshape(3, -1)[0]
    np.testing.assert_array_equal(maxima, expected.max(axis=(1, 2)))


def test_what_is_not_offered_or_cannot_be_had_is_told_and_the_page_goes_on(page):
    for request, other in (("a", "/etc/passwd"), ("b", "lost")):
        page.tell("two_models", request, other=other)
        told, _ = page.wait(lambda reply, of=request: reply["id"] == of)
        assert told["kind"] == "failed"
    assert "no model of this page is called so" in page.replies[-2][0]["message"]
    assert page.loads == ["lost"]  # what is not offered is never looked for
    page.tell("second_tensor", "c", other="other", layer="no such layer")
    told, _ = page.wait(lambda reply: reply["id"] == "c")
    assert "no layer is called 'no such layer'" in told["message"]
    page.tell("two_models", "d", other="other")
    assert page.wait(lambda reply: reply["id"] == "d")[0]["kind"] == "two_models"


def test_the_second_model_is_loaded_once(page):
    for request in ("a", "b"):
        page.tell("two_models", request, other="other")
        page.wait(lambda reply, of=request: reply["id"] == of)
    assert page.loads == ["other"]


def test_one_second_model_is_kept():
    loads = []
    second = SecondModel()

    def load(name):
        loads.append(name)
        return name.upper()

    assert [second.called(name, load) for name in ("a", "a", "b", "a")] == ["A", "A", "B", "A"]
    assert loads == ["a", "b", "a"]
    second.forget()
    assert second.called("a", load) == "A"
    assert loads == ["a", "b", "a", "a"]
