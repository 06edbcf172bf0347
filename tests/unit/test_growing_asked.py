"""Pictures that excite a number, as a page asks: what the library grows, told as it grows, steered, stopped, bounded."""

import threading

import numpy as np
import pytest

import squeezeviz as sv
from squeezeviz.evidence.visualization.visualize import _Ascent
from squeezeviz.explorer import growing
from squeezeviz.explorer.kept import Kept
from squeezeviz.explorer.limits import MOST_COMPARED, MOST_GROWN, MOST_GROWN_STEPS
from squeezeviz.image import Image
from tests.unit.test_what_if import Page

ASKED = {"photo": "", "layer": "fire2/concat", "channel": 3, "steps": 10}


@pytest.fixture
def page():
    made = Page()
    yield made
    made.state.close()


def told(page, request):
    """What a page hears, besides that it goes on."""
    return [each for each in page.replies if each[0]["id"] == request]


def whole(page, request="r", **content):
    """All that is told of a picture, to its end."""
    page.tell("grow", request, **{**ASKED, **content})
    page.wait(lambda reply: reply["id"] == request and (reply["kind"] == "failed" or reply.get("is_whole")))
    said = told(page, request)
    assert {content["kind"] for content, _ in said} == {"grown"}, said[-1]
    return said


def pictures(content, buffers):
    width, height = content["size"]
    return np.frombuffer(buffers[0], np.uint8).reshape(-1, height, width, 3)


def grown(page, target="fire2/concat:3", **settings):
    return sv.visualize(page.model, target, preprocessing=page.how, **{"steps": 10, **settings})


def refused(page, request="r", **content):
    page.tell("grow", request, **{**ASKED, **content})
    reply, _ = page.wait(lambda reply: reply["id"] == request)
    assert reply["kind"] == "failed", reply
    return reply["message"]


def test_a_picture_is_told_as_it_grows_and_is_what_the_library_grows(page):
    said = whole(page)
    made = grown(page)
    content, buffers = said[-1]
    np.testing.assert_array_equal(pictures(content, buffers), made.pictures)
    assert content["values"] == made.values.tolist()
    assert (content["words"], content["unit"]) == (made.words, made.unit)
    assert (content["done"], content["total"], content["best"], content["at_start"]) == (10, 10, 0, None)
    assert (content["shut_steps"], content["left_s"]) == (0, None)
    assert [each["left_s"] is None for each, _ in said][:2] == [True, False]  # the first tells nothing by itself
    assert [each["done"] for each, _ in said if each["done"] < 10 or not each["is_whole"]][:2] == [8, 10]


@pytest.mark.parametrize(
    ("asked", "target"),
    [
        ({"cell": [4, 6]}, "fire2/concat:3@4,6"),
        ({"layer": None, "class_index": 2}, 2),
    ],
)
def test_a_cell_and_a_class_are_grown_for_too(page, asked, target):
    content, buffers = whole(page, **asked)[-1]
    np.testing.assert_array_equal(pictures(content, buffers), grown(page, target).pictures)


def test_every_choice_reaches_the_library(page):
    asked = {"aim": "least", "seed": 7, "count": 2, "form": "phases", "smoothness": 50, "motion": 200, "stray": 40}
    content, buffers = whole(page, photo=page.state.photo, **asked)[-1]
    made = grown(
        page, start=page.image, minimise=True, seed=7, count=2, parametrisation="phases", total_variation=0.5,
        transformations=2.0, stray=40.0,
    )  # fmt: skip
    np.testing.assert_array_equal(pictures(content, buffers), made.pictures)
    assert (content["at_start"], content["best"]) == (made.value_at_start, made.best)


def test_it_is_compared_with_the_strongest_photo_of_the_page_and_with_no_grown_one(page):
    rng = np.random.default_rng(3)
    images = [page.image, *(sv.read_image(rng.integers(0, 256, (64, 80, 3), dtype=np.uint8)) for _ in range(3))]
    for image in images[1:]:
        page.state.add(image)
    picture = Image("a grown one", sv.read_image(grown(page).picture).picture, "grown")
    page.state.show("grown", lambda: Kept(picture))
    content, _ = whole(page)[-1]
    means = [
        float(page.model.activations(each, ["fire2/concat"], preprocessing=page.how)["fire2/concat"][3].mean())
        for each in images
    ]
    assert (content["compared"], content["photos"]) == (4, 4)
    assert content["strongest"]["value"] == pytest.approx(max(means), rel=1e-5)
    least, _ = whole(page, "least", aim="least")[-1]
    assert least["strongest"]["value"] == pytest.approx(min(means), rel=1e-5)


def test_no_more_photos_are_compared_than_is_stated(page, monkeypatch):
    monkeypatch.setattr(growing, "MOST_COMPARED", 2)
    for seed in range(3):
        page.state.add(np.full((40, 40, 3), seed, np.uint8))
    content, _ = whole(page)[-1]
    assert (content["compared"], content["photos"]) == (2, 2)
    assert MOST_COMPARED == 100


def test_it_goes_on_from_the_picture_there_is_be_it_for_another_channel(page):
    whole(page)
    before = grown(page)
    content, buffers = whole(page, "on", begin="on", channel=5, steps=4)[-1]
    made = grown(page, "fire2/concat:5", after=before, steps=4)
    np.testing.assert_array_equal(pictures(content, buffers), made.pictures)
    anew, others = whole(page, "anew", channel=5, steps=4)[-1]
    assert (pictures(anew, others) != made.pictures).any()


def test_as_many_others_begin_anew(page):
    whole(page)
    content, buffers = whole(page, "two", begin="on", count=2, steps=4)[-1]
    np.testing.assert_array_equal(pictures(content, buffers), grown(page, count=2, steps=4).pictures)


class Slowly:
    """Every step waits until it is let go."""

    def __init__(self, monkeypatch):
        self.steps, self.go = 0, threading.Semaphore(0)
        own = _Ascent._check_moves

        def check(ascent, gradient):
            self.go.acquire()
            self.steps += 1
            own(ascent, gradient)

        monkeypatch.setattr(_Ascent, "_check_moves", check)


def test_stopped_it_ends_within_a_step_and_nothing_more_is_told(page, monkeypatch):
    slowly = Slowly(monkeypatch)
    page.tell("grow", **ASKED)
    slowly.go.release(9)
    page.wait(lambda reply: reply["kind"] == "grown")
    before = len(told(page, "r"))
    page.state._receive(None, {"kind": "stop", "id": "r"}, [])
    slowly.go.release(50)
    ended(page)
    assert slowly.steps <= 10
    assert len(told(page, "r")) == before


def ended(page):
    for _ in range(500):
        if not page.state.work._at_work:
            return
        threading.Event().wait(0.01)
    pytest.fail("it goes on")


def test_a_second_one_takes_the_place_of_the_first_and_goes_on_from_it(page, monkeypatch):
    slowly = Slowly(monkeypatch)
    page.tell("grow", "first", **ASKED)
    slowly.go.release(9)
    page.wait(lambda reply: reply["kind"] == "grown")
    slowly.go.release(100)
    before = grown(page, cancel=Counted(8))
    content, buffers = whole(page, "second", begin="on", channel=5, steps=4)[-1]
    assert len(told(page, "first")) <= 4
    assert content["words"] == "mean of fire2/concat, channel 5"
    assert before.step == 8
    assert pictures(content, buffers).shape == before.pictures.shape


class Counted:
    """An event that is set after so many looks."""

    def __init__(self, looks):
        self.looks = looks

    def is_set(self):
        self.looks -= 1
        return self.looks < 0


def test_another_model_ends_it_and_nothing_goes_on_from_its_picture(page, monkeypatch):
    whole(page)
    assert page.state.grown.suiting(page.model, page.how, 1) is not None
    slowly = Slowly(monkeypatch)
    page.tell("grow", "more", **ASKED)
    page.state.turn_to(page.model)
    slowly.go.release(50)
    ended(page)
    assert told(page, "more") == []
    assert page.state.grown.suiting(page.model, page.how, 1) is None


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"layer": "nowhere"}, "no layer is called 'nowhere'"),
        ({"channel": 99}, "fire2/concat has no channel 99; there are 6"),
        ({"cell": [500, 0]}, "has no row 500"),
        ({"layer": None, "class_index": 99}, "class_index: expected a whole number from 0 to"),
        ({"photo": "gone"}, "this photo is not here any more"),
        ({"steps": MOST_GROWN_STEPS + 1}, f"steps: expected a whole number from 1 to {MOST_GROWN_STEPS}"),
        ({"count": MOST_GROWN + 1}, f"count: expected a whole number from 1 to {MOST_GROWN}"),
        ({"stray": 0}, "stray: expected a whole number from 1 to 255"),
        ({"aim": "up"}, "aim: expected one of most, least"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(page, asked, said):
    assert said in refused(page, **asked)


def test_numbers_beyond_single_precision_are_said_and_the_last_picture_stays(page, monkeypatch):
    ran, real = [], type(page.model.gradients).run

    def run(self, tensor, *args, **kwargs):
        value, found = real(self, tensor, *args, **kwargs)
        ran.append(len(tensor))
        return (np.full_like(value, np.nan) if len(ran) == 9 else value), found

    monkeypatch.setattr(type(page.model.gradients), "run", run)
    page.tell("grow", **ASKED)
    reply, _ = page.wait(lambda reply: reply["kind"] == "failed")
    assert "at step 9 of 10" in reply["message"]
    assert [content["done"] for content, _ in told(page, "r") if content["kind"] == "grown"] == [8]


def test_a_grown_frame_is_answered_and_kept_as_a_photo_that_says_what_it_is(page):
    picture = grown(page).picture
    height, width, _ = picture.shape
    frame = {"width": width, "height": height, "source": "grown", "buffers": ["pixels"], "name": "for channel 3"}
    page.state._receive(
        None, {"kind": "frame", "id": "f", "photo": "grown 1", "layers": ["fire2/concat"], **frame}, [picture.tobytes()]
    )
    page.wait(lambda reply: reply["id"] == "f" and reply["kind"] == "frame")
    page.state._receive(None, {"kind": "freeze", "id": "kept", **frame}, [picture.tobytes()])
    page.wait(lambda reply: reply["id"] == "kept" and reply["kind"] == "photo")
    photo = page.state.find("kept")
    assert (photo.kept.name, photo.kept.format) == ("for channel 3", "grown")
    np.testing.assert_array_equal(photo.image.pixels, picture)
