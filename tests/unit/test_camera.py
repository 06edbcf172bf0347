"""The camera's frames, without a browser: what the state answers, and that nothing grows while they come."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image as Pillow

from squeezeviz.errors import ImageError
from squeezeviz.explorer.camera import read_frame
from squeezeviz.explorer.protocol import FreezeRequest
from tests.unit.test_widgets import FakeModel, Page, png

SIZE = (40, 30)


def pixels(level):
    return memoryview(bytes([level]) * (SIZE[0] * SIZE[1] * 3))


def send(page, level, number=0, photo="camera 1", **more):
    asked = {"kind": "frame", "id": f"{photo} {number}", "photo": photo, "width": SIZE[0], "height": SIZE[1]}
    return page.tell(pixels(level), **{**asked, "layers": ["conv1"], **more})


def test_a_frame_is_answered_with_all_that_the_page_draws_of_it():
    page = Page()
    page.widget.layer = "conv1"
    reply = send(page, 7, layers=["conv1", "logits", "conv99"])
    assert (reply["kind"], reply["id"], reply["photo"]) == ("frame", "camera 1 0", "camera 1")
    assert (reply["name"], reply["size"], reply["model"], reply["preset"]) == ("camera", [40, 30], "fake", "caffe2")
    assert [about["layer"] for about in reply["tensors"]] == ["conv1", "logits"], "what there is not is left out"
    named = page.buffers("frame")
    logits, seen = named["logits"], named["seen"]
    steps, statistics = named["values/conv1"], named["statistics/conv1"]
    assert np.frombuffer(logits, "<f4").argmax() == 7
    assert len(seen) == reply["seen_size"][0] * reply["seen_size"][1] * 3 == 227 * 227 * 3
    expected = page.widget._photos.get("camera 1").activations["conv1"]
    maxima = expected.max((1, 2))
    found = np.frombuffer(steps, np.uint8).reshape(reply["tensors"][0]["shape"]) * (maxima / 255)[:, None, None]
    assert (np.abs(found - expected) <= (maxima / 254)[:, None, None]).all()
    np.testing.assert_allclose(np.frombuffer(statistics, "<f4")[:4], expected.max((1, 2)))
    assert set(reply["times"]) == {"decode", "preprocess", "run"}


def test_other_requests_are_answered_from_the_newest_frame():
    page = Page()
    send(page, 7)
    send(page, 9, 1)
    reply = page.tell(kind="tensor", id="t", photo="camera 1", layer="logits")
    assert (reply["kind"], reply["photo"]) == ("tensor", "camera 1")
    assert np.frombuffer(page.replies[-1][1][0], "<f2").argmax() == 9
    rows = page.tell(kind="variants", id="v", photo="camera 1")["rows"]
    assert {row["label"] for row in rows} == {"class 9"}


def test_nothing_grows_over_many_frames_and_other_photos_keep_their_activations():
    page = Page()
    page.upload(png(3), request="p")
    page.upload(png(4), request="q")
    for number in range(300):
        send(page, number % 250, number)
    photos = page.widget._photos
    assert [photo.id for photo in photos] == ["p", "q", "camera 1"]
    assert len(photos._latest) == 3
    assert photos.get("p").activations is not None
    page.tell(kind="forget", id="camera 1")
    assert [photo.id for photo in photos._latest] == ["p", "q"]


def test_a_frozen_frame_is_a_photo_of_exactly_its_pixels():
    page = Page()
    send(page, 7)
    rgb = np.random.default_rng(0).integers(0, 200, (30, 40, 3), dtype=np.uint8)
    page.tell(memoryview(rgb.tobytes()), kind="freeze", id="f", name="camera 14:03:05", width=SIZE[0], height=SIZE[1])
    assert page.photos()[-1]["name"] == "camera 14:03:05"
    assert page.widget.photo == "f"
    np.testing.assert_array_equal(page.widget._photos.get("f").image.pixels, rgb)
    assert page.widget.prediction.top(1)[0].class_index == int(rgb.mean())
    send(page, 9, 1)
    np.testing.assert_array_equal(page.widget._photos.get("f").image.pixels, rgb)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({"width": 41}, "41 × 30, the page sent 3,600"),
        ({"width": 0}, "0 × 30"),
        ({"width": 100_000}, "100000 × 30"),
        ({"height": None}, "40 × None"),
        ({"height": "30"}, "40 × 30"),
    ],
)
def test_a_bad_frame_fails_alone(what, said):
    page = Page()
    send(page, 5)
    reply = send(page, 7, 1, **what)
    assert (reply["kind"], reply["id"]) == ("failed", "camera 1 1")
    assert said in reply["message"]
    assert "Stop the camera and start it again" in reply["message"]
    assert page.widget._photos.get("camera 1").image.pixels.max() == 5, "the frame before stays"
    assert send(page, 9, 2)["kind"] == "frame"


def test_a_frame_without_pixels_or_with_two_pictures_is_refused():
    page = Page()
    about = {"kind": "frame", "id": "camera 1 1", "photo": "camera 1", "width": SIZE[0], "height": SIZE[1]}
    for buffers in ([], [pixels(1), pixels(2)]):
        reply = page.tell(*buffers, **about)
        assert reply["kind"] == "failed"
        assert f"the page sent {len(buffers)} blocks of bytes, expected one" in reply["message"]
    for names in (["piece"], ["pixels", "pixels"], [], None, "pixels"):
        assert "expected the list of the one name pixels" in page.tell(pixels(1), **about, buffers=names)["message"]
    frame = FreezeRequest(width=SIZE[0], height=SIZE[1], pixels=bytes(pixels(6)))
    with pytest.raises(ImageError, match="expected 3,600 bytes"):
        read_frame(replace(frame, pixels=frame.pixels[:-1]))
    image = read_frame(frame)
    assert image.picture.tobytes() == Pillow.new("RGB", SIZE, (6, 6, 6)).tobytes()


def test_a_preprocessing_that_does_not_suit_a_frame_is_said_and_the_next_frame_is_answered():
    class Fussy(FakeModel):
        def observe(self, image, preprocessing, *, threads=None):
            if preprocessing.name == "no-mean":
                raise ImageError("too small")
            return super().observe(image, preprocessing, threads=threads)

    page = Page(Fussy)
    send(page, 7)
    page.widget.preset = "no-mean"
    assert send(page, 7, 1)["kind"] == "failed"
    page.widget.preset = "caffe2"
    assert send(page, 8, 2)["kind"] == "frame"


def test_a_reloaded_page_is_shown_the_last_frame_as_a_photo():
    page = Page()
    send(page, 7)
    page.tell(kind="ready", id="r")
    photo = page.photos()[-1]
    assert photo["id"] == "camera 1"
    display = next(buffers for content, buffers in page.replies if content["kind"] == "photo")[0]
    assert display[:2] == b"\xff\xd8", "a JPEG file"
