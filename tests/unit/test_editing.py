"""Photos painted on the page, without a browser: the pixels it begins with, and the answers to what comes back."""

import numpy as np
import pytest
from PIL import Image as Pillow

from squeezeviz.errors import ImageError
from squeezeviz.explorer.editing import canvas_of, read_edit
from squeezeviz.explorer.protocol import FreezeRequest
from squeezeviz.image import Image
from tests.unit.test_widgets import Page, png


def rgb_of(page):
    """What the page is sent to paint on."""
    content, (buffer,) = page.replies[-1]
    width, height = content["size"]
    return np.frombuffer(buffer, np.uint8).reshape(height, width, 3)


def paint(page, rgb, number=1, of="p", **more):
    height, width = rgb.shape[:2]
    asked = {"kind": "frame", "id": f"edit 1 {number}", "photo": "edit 1", "of": of, "name": "photo, edited"}
    return page.tell(memoryview(rgb.tobytes()), **{**asked, "width": width, "height": height, "layers": []}, **more)


def test_an_edit_begins_with_the_photo_s_own_pixels_and_nothing_painted_gives_its_answer():
    page = Page()
    page.upload(png(30), request="p")
    told = page.tell(kind="pixels", id="x", photo="p")
    assert (told["kind"], told["id"], told["photo"]) == ("pixels", "x", "p")
    assert told["size"] == told["original"]
    before = page.widget._photos.get("p")
    rgb = rgb_of(page)
    np.testing.assert_array_equal(rgb, before.image.pixels)
    answer = paint(page, rgb)
    assert (answer["kind"], answer["photo"], answer["name"]) == ("frame", "edit 1", "photo, edited")
    logits = np.frombuffer(page.replies[-1][1][0], "<f4")
    np.testing.assert_array_equal(logits, before.prediction.logits)
    painted = np.full_like(rgb, 77)
    paint(page, painted, 2)
    assert np.frombuffer(page.replies[-1][1][0], "<f4").argmax() == 77
    np.testing.assert_array_equal(before.image.pixels, rgb, "the photo itself is untouched")


def test_a_kept_edit_is_a_photo_of_exactly_its_pixels():
    page = Page()
    page.upload(png(30), request="p")
    rgb = np.random.default_rng(0).integers(0, 200, (30, 40, 3), dtype=np.uint8)
    page.tell(memoryview(rgb.tobytes()), kind="freeze", id="k", name="photo, edited", of="p", width=40, height=30)
    assert page.widget.photo == "k"
    assert page.photos()[-1]["name"] == "photo, edited"
    np.testing.assert_array_equal(page.widget._photos.get("k").image.pixels, rgb)


def test_a_large_photo_is_painted_on_as_a_copy_and_says_so():
    page = Page()
    page.widget.add(Pillow.linear_gradient("L").resize((2560, 1000)))
    photo = page.widget._photos.get(page.widget.photo)
    told = page.tell(kind="pixels", id="x", photo=photo.id)
    assert (told["size"], told["original"]) == ([1280, 500], [2560, 1000])
    answer = paint(page, rgb_of(page), of=photo.id)
    assert answer["size"] == [1280, 500]
    assert "scaled down from 2560 × 1000 to be edited" in answer["notes"]
    assert photo.image.width == 2560


def test_a_drawing_stays_one_and_a_photo_becomes_an_edited_one():
    page = Page()
    page.upload(png(30), request="p")
    photo = page.widget._photos.get("p")
    painted = FreezeRequest(name="p, edited", width=1, height=1, pixels=b"abc")
    assert read_edit(painted, photo).format == "edited"
    assert read_edit(painted, None).format == "edited", "its photo may have been removed meanwhile"
    photo.image = Image(photo.image.name, photo.image.picture, "drawn", ("as it was",))
    assert read_edit(painted, photo).format == "drawn"
    assert read_edit(painted, photo).notes == ("as it was",)
    assert canvas_of(photo) is photo.image


def test_what_lies_as_its_file_has_it_is_painted_on_lying():
    page = Page()
    page.upload(png(30), request="p")
    photo = page.widget._photos.get("p")
    lying = np.random.default_rng(1).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    upright = Pillow.fromarray(lying).transpose(Pillow.Transpose.ROTATE_270)
    photo.image = Image("phone.jpg", upright, "JPEG", orientation=6)
    assert canvas_of(photo).pixels.shape == (30, 20, 3)
    how = photo.prediction.preprocessing.replace(name="as-stored", respect_exif=False)
    object.__setattr__(photo.prediction.provenance, "preprocessing", how)
    np.testing.assert_array_equal(canvas_of(photo).pixels, lying)


def test_what_cannot_be_painted_on_is_said():
    page = Page()
    page.upload(png(30), request="p")
    reply = page.tell(kind="pixels", id="x", photo="gone")
    assert (reply["kind"], reply["id"]) == ("failed", "x")
    assert "not here any more" in reply["message"]
    with pytest.raises(ImageError, match=r"expected 12 bytes .* Discard the edit and begin it again"):
        read_edit(FreezeRequest(name="p, edited", width=2, height=2, pixels=b"abc"), None)
