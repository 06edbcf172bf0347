"""Which attribution may be believed, as a page asks: what the library measures, finding by finding, and nothing twice."""

import numpy as np
import pytest

import squeezeviz as sv
from squeezeviz.evidence.judging.judgement import CHANCE
from squeezeviz.evidence.judging.pointing import pointing
from squeezeviz.evidence.target import Target
from tests.unit.test_what_if import Page

METHODS = ["grad-cam", "saliency"]


@pytest.fixture(scope="module")
def page():
    return Page()


def whole(page, request, methods, **content):
    """Every finding that is told, by method, measure and stage; and the messages."""
    page.tell("judge", request, methods=methods, class_index=2, **content)
    page.wait(lambda reply: reply["id"] == request and (reply["kind"] == "failed" or reply.get("is_whole")))
    told = [(content, buffers) for content, buffers in page.replies if content["id"] == request]
    assert {content["kind"] for content, _ in told} == {"judged"}, told[-1]
    found = {
        (each["method"], each["measure"], each["stage"]): each for content, _ in told for each in content["findings"]
    }
    return found, told


@pytest.fixture(scope="module")
def judged(page):
    return whole(page, "first", METHODS)


@pytest.fixture(scope="module")
def expected(page):
    return sv.judge_attributions(page.model, page.image, METHODS, 2, preprocessing=page.how)


def test_every_finding_is_what_the_library_measures(judged, expected):
    found, told = judged
    for method in (*METHODS, CHANCE):
        for measure in ("deletion", "insertion"):
            each = found[method, measure, 0]
            assert each["value"] == expected.values[measure][method][0]
            np.testing.assert_array_equal(each["curve"], expected.curves[measure][method][0])
    for method in METHODS:
        for measure in ("exact map", "sensitivity"):
            assert found[method, measure, 0]["value"] == expected.values[measure][method][0]
        line = [found[method, "randomised", stage]["value"] for stage in range(len(expected.stages))]
        np.testing.assert_array_equal(line, expected.randomised[method][0])
    assert len(told) > 20, "finding by finding"
    assert (tuple(told[0][0]["stages"]), told[0][0]["samples"]) == (expected.stages, expected.settings["samples"])
    assert [content["done"] for content, _ in told] == sorted(content["done"] for content, _ in told)
    assert (told[-1][0]["done"], told[-1][0]["total"]) == (2 * (1 + 3 + 6), 2 * (1 + 3 + 6))


def test_a_map_comes_as_small_as_a_row_shows_it(page, judged):
    found, told = judged
    maps = {name.removeprefix("maps/"): np.frombuffer(buffer, "<f4")
            for content, buffers in told for name, buffer in zip(content["buffers"], buffers, strict=True)}  # fmt: skip
    made = {method: sv.attribute(page.model, page.image, method, 2, preprocessing=page.how) for method in METHODS}
    np.testing.assert_array_equal(maps["grad-cam"], made["grad-cam"].values.ravel())
    assert found["saliency", "map", 0]["shape"] == [64, 64]
    small = maps["saliency"].reshape(64, 64)
    assert small.mean() == pytest.approx(made["saliency"].cells.mean(), rel=2e-2)


def test_what_is_there_is_told_at_once_and_only_the_rest_is_measured(page, judged, monkeypatch):
    found, _ = judged
    again, told = whole(page, "again", METHODS)
    assert len(told) == 2
    assert told[0][0]["total"] == 0
    assert {key: each["value"] for key, each in again.items()} == {key: each["value"] for key, each in found.items()}
    more, told = whole(page, "more", [*METHODS, "input-x-gradient"])
    assert told[0][0]["total"] == 1 + 3 + 6
    assert set(more) > set(found)
    monkeypatch.setattr(
        "squeezeviz.evidence.attribution.methods.attribute", lambda *_, **__: pytest.fail("it is there already")
    )
    page.tell("attribution", "kept", method="saliency", class_index=2)
    reply, _ = page.wait(lambda reply: reply["id"] == "kept")
    assert reply["kind"] == "attribution"


def test_a_box_is_asked_about_maps_that_are_there(page, judged):
    box = {"left": 40, "top": 60, "width": 90, "height": 70}
    page.tell("pointing", "box", class_index=2, methods=[*METHODS, "smoothgrad"], **box)
    reply, _ = page.wait(lambda reply: reply["id"] == "box")
    assert [each["method"] for each in reply["found"]] == METHODS
    for each in reply["found"]:
        made = sv.attribute(page.model, page.image, each["method"], 2, preprocessing=page.how)
        corners = [made.geometry.to_original(40, 60), made.geometry.to_original(130, 130)]
        assert reply["box"] == pytest.approx([*corners[0], *corners[1]])
        hit, share = pointing(made, (*corners[0], *corners[1]))
        assert (each["hit"], each["share"]) == (hit, share)


def test_a_difference_of_two_logits_is_another_number_and_an_unknown_method_is_refused(page, judged):
    found, _ = whole(page, "two", ["saliency"], contrast_class=1)
    made = sv.judge_attributions(page.model, page.image, ["saliency"], Target.difference(2, 1), preprocessing=page.how)
    assert found["saliency", "exact map", 0]["value"] == made.values["exact map"]["saliency"][0]
    page.tell("judge", "none", methods=["magic"], class_index=2)
    reply, _ = page.wait(lambda reply: reply["id"] == "none")
    assert "methods" in reply["message"]


def test_a_stopped_one_ends_and_goes_on_from_what_is_there(page):
    page.tell("judge", "cut", methods=["layer-cam", "smoothgrad"], class_index=3)
    page.wait(lambda reply: reply["id"] == "cut" and reply["kind"] == "judged" and reply["findings"])
    page.tell("stop", "cut")
    told = len([1 for content, _ in page.replies if content["id"] == "cut"])
    page.tell("judge", "on", methods=["layer-cam"], class_index=3)
    page.wait(lambda reply: reply["id"] == "on" and reply.get("is_whole"))
    assert len([1 for content, _ in page.replies if content["id"] == "cut"]) <= told + 1
    first = page.wait(lambda reply: reply["id"] == "on")[0]
    assert ("layer-cam", "map") in [(each["method"], each["measure"]) for each in first["findings"]]
