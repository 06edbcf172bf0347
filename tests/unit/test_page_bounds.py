"""What a page may keep of a kernel's memory and time: bounds that are stated, and said when they are reached."""

import io
import threading
import time

import numpy as np
import pytest
from PIL import Image as Pillow

from squeezeviz.errors import ImageError, SqueezeVizError
from squeezeviz.explorer import answering, long_work, uploads
from squeezeviz.explorer.kept import Kept, kept
from squeezeviz.explorer.limits import MOST_ASIDES, MOST_CROP_PX, MOST_RUNS
from squeezeviz.explorer.photos import Photos
from squeezeviz.explorer.protocol import WorkingMessage
from squeezeviz.explorer.uploads import Refused, Uploads
from squeezeviz.image import Image, read_image
from squeezeviz.preprocessing import preset
from tests.fires import fires_net
from tests.nets import tiny_model
from tests.unit.test_widgets import FakeModel, Page, png


def file_of(picture, form="PNG", **how):
    buffer = io.BytesIO()
    picture.save(buffer, form, **how)
    return buffer.getvalue()


def noise(width, height, seed=0):
    return Pillow.fromarray(np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8))


# Photos --------------------------------------------------------------------------------------------------------------


def turned():
    exif = Pillow.Exif()
    exif[0x0112] = 6
    return file_of(noise(40, 30), "JPEG", exif=exif)


@pytest.mark.parametrize(
    "source",
    [
        turned(),
        file_of(noise(40, 30).convert("P")),
        file_of(Pillow.new("RGBA", (5, 7), (9, 8, 7, 100))),
        bytearray(file_of(noise(9, 9), "BMP")),
        np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3),
        Pillow.linear_gradient("L"),
        "shape-ring",
        io.BytesIO(file_of(noise(9, 9))),
    ],
    ids=["jpeg", "palette", "transparent", "bmp", "array", "pillow", "drawn", "stream"],
)
def test_what_is_decoded_again_is_what_was_decoded_before(source):
    picture = kept(source)
    before = picture.image
    picture.let_go()
    assert picture.held is None
    after = picture.image
    assert after is not before
    assert picture.image is after, "held from now on"
    np.testing.assert_array_equal(after.pixels, before.pixels)
    for what in ("name", "format", "notes", "orientation"):
        assert getattr(after, what) == getattr(before, what) == getattr(picture, what)
    np.testing.assert_array_equal(after.as_stored.pixels, before.as_stored.pixels)


def test_a_file_that_changes_on_disk_changes_nothing_on_the_page(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(png(7))
    picture = kept(path)
    path.write_bytes(png(99))
    picture.let_go()
    assert picture.image.pixels.mean() == 7
    path.unlink()
    picture.let_go()
    assert picture.image.pixels.mean() == 7
    assert (picture.name, picture.kept_bytes) == ("a.png", len(png(7)))


def test_a_file_written_to_while_it_is_read_is_kept_by_its_pixels(tmp_path, monkeypatch):
    from squeezeviz.explorer import kept as keeping

    path = tmp_path / "a.png"
    path.write_bytes(png(7))

    def read_and_write(source, *, name=None):
        image = read_image(source, name=name)
        path.write_bytes(png(99, (41, 31)))
        return image

    monkeypatch.setattr(keeping, "read_image", read_and_write)
    picture = kept(path)
    monkeypatch.undo()
    picture.let_go()
    assert (picture.image.pixels.mean(), picture.image.width) == (7, 40)


def test_of_many_photos_only_the_pixels_used_last_are_held():
    photos = [Kept(read_image(noise(100, 100, seed))) for seed in range(5)]

    class Shown:
        def __init__(self, picture):
            self.id, self.kept, self.activations = str(id(picture)), picture, None

    page = Photos()
    for picture in photos:
        page.put(Shown(picture))
    assert photos[0].decoded_bytes == 4 * 100 * 100
    assert photos[1].image.pixels.shape == (100, 100, 3)
    assert photos[1].decoded_bytes == 7 * 100 * 100
    page.settle(7 * 100 * 100 + 4 * 100 * 100)
    assert [picture.held is not None for picture in photos] == [False, True, False, False, True]
    page.settle(1)
    assert not any(picture.held for picture in photos), "not even the one on the stage, if it is too large"


def test_a_small_file_of_many_pixels_is_not_kept_by_its_pixels():
    page = Page()
    content = file_of(Pillow.new("L", (4500, 4500), 7))
    assert len(content) < 100_000
    page.upload(content, request="p")
    (told,) = page.photos()
    assert told["size"] == [4500, 4500]
    assert page.widget.prediction.top(1)[0].class_index == 7
    (photo,) = page.widget._photos
    assert (photo.kept.held, photo.kept.kept_bytes) == (None, len(content))
    # Everything of it is still exact, and a page that is opened again is told without its pixels.
    photo.kept.read = lambda: pytest.fail("nothing of it needs to be decoded")
    page.tell(kind="ready", id="q")
    assert page.photos()[-1]["size"] == [4500, 4500]


def test_what_is_answered_of_a_photo_decoded_again_is_the_same(monkeypatch):
    page, other = Page(), Page()
    for where in (page, other):
        where.upload(turned(), request="p")
    for preset_name in ("exif-ignored", "no-mean", "caffe2"):
        for where in (page, other):
            where.widget.preset = preset_name
        next(iter(page.widget._photos)).kept.let_go()
        for question in ({"kind": "pixels"}, {"kind": "variants"}, {"kind": "tensor", "layer": "conv1"}):
            answers = []
            for where in (page, other):
                where.tell(id="q", photo="p", **question)
                content, buffers = where.replies[-1]
                answers.append(({**content, "kernel_ms": 0}, [bytes(buffer) for buffer in buffers]))
            assert answers[0] == answers[1]


def test_a_page_has_room_for_so_many_photos(monkeypatch):
    monkeypatch.setattr(answering, "MOST_PHOTOS", 2)
    page = Page()
    page.upload(png(1), request="a")
    page.upload(png(2), request="b")
    for reply in (
        page.upload(png(3), request="c", name="third.png"),
        page.upload(png(3), request="d", name="third.png", pieces=3),
        page.tell(kind="sample", id="c", name="shape-star"),
        page.tell(memoryview(bytes(12)), kind="freeze", id="c", name="third.png", width=2, height=2),
        page.tell(memoryview(bytes(12)), kind="frame", id="c", photo="camera 1", width=2, height=2, layers=[]),
    ):
        assert (reply["kind"], reply["id"]) in {("failed", "c"), ("failed", "d"), ("gone", "d")}
    said = [content["message"] for content, _ in page.replies if content["kind"] == "failed"]
    assert said[0] == "third.png: this page has 2 photos, as many as it keeps; remove one first"
    assert len(page.widget.predictions) == 2, "nothing is lost"
    page.tell(kind="forget", id="a")
    page.upload(png(3), request="c")
    assert [p.top(1)[0].class_index for p in page.widget.predictions] == [2, 3]
    page.widget.add(png(4))
    assert len(page.widget.predictions) == 3, "what Python adds is Python's business"


def test_a_visitor_has_room_for_fewer(monkeypatch):
    monkeypatch.setattr(answering, "VISITOR_PHOTOS", 1)
    page = Page()
    page.upload(png(1), request="a")
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5")
    reply = page.upload(png(2), request="b", name="second.png")
    assert reply["message"] == "second.png: this page has 1 photos, as many as it keeps; remove one first"
    monkeypatch.setattr(answering, "VISITOR_PHOTOS", 9)
    monkeypatch.setattr(answering, "VISITOR_FILES_BYTES", 1 << 20)
    reply = page.upload(file_of(noise(700, 700)), request="c", name="large.png")
    assert "more than 1 MiB as files" in reply["message"]
    monkeypatch.delenv("SERVER_SOFTWARE")
    page.upload(png(3), request="d")
    assert len(page.widget.predictions) == 2


def test_the_files_of_a_page_take_so_much(monkeypatch):
    monkeypatch.setattr(answering, "FILES_BYTES", 1 << 20)
    page = Page()
    large = file_of(noise(500, 500))
    page.upload(large, request="a")
    reply = page.upload(large, request="b", name="second.png")
    assert reply["message"] == (
        "second.png: this page's photos would take more than 1 MiB as files, which is what it keeps; remove some first"
    )
    page.upload(large, request="a")
    assert len(page.widget.predictions) == 1, "one that takes the place of another is no more than before"


def test_a_preprocessing_of_one_s_own_is_no_larger_than_a_page_may_ask():
    page = Page()
    page.upload(png(7, (900, 900)), request="p")
    large = {**preset("caffe2").to_dict(), "crop_px": MOST_CROP_PX + 1, "resize_px": 1000}
    reply = page.tell(kind="variant", id="v", photo="p", preset="yours", preset_key="x", preprocessing=large)
    assert f"expected up to {MOST_CROP_PX} on a page" in reply["message"]
    page.widget.tuned, page.widget.preset = large, "yours"
    page.settle()
    assert f"crop_px is {MOST_CROP_PX + 1}" in page.replies[-1][0]["message"]
    assert page.widget.prediction.preprocessing.name == "caffe2", "the answer before stays"
    page.widget._presets["large"] = preset("caffe2").replace(name="large", crop_px=600, resize_px=600)
    assert (
        page.tell(kind="variant", id="v", photo="p", preset="yours", preset_key="x", preprocessing=large)["kind"]
        == "variant"
    )


# Uploads -------------------------------------------------------------------------------------------------------------


def test_unfinished_uploads_are_bounded_together_and_the_longest_untouched_goes(monkeypatch):
    monkeypatch.setattr(uploads, "MOST_UNFINISHED_BYTES", 1000)
    unfinished = Uploads()
    for name in "abc":
        assert unfinished.add(name, b"x" * 300, index=0, count=3) is None
    unfinished.add("a", b"x" * 300, index=1, count=3)
    assert unfinished.nbytes == 900
    with pytest.raises(ImageError, match="given up for a newer one"):
        unfinished.add("b", b"x", index=1, count=3)
    assert unfinished.add("a", b"y", index=2, count=3) == b"x" * 600 + b"y"
    assert unfinished.nbytes == 300


def test_an_upload_is_no_larger_than_a_file_may_be(monkeypatch):
    monkeypatch.setattr(uploads, "MOST_BYTES", 1 << 20)
    unfinished = Uploads()
    unfinished.add("a", bytes(1 << 20), index=0, count=3)
    with pytest.raises(ImageError, match="more than the 1 MiB that are sent"):
        unfinished.add("a", b"x", index=1, count=3)
    with pytest.raises(Refused):
        unfinished.add("a", b"x", index=2, count=3)
    assert unfinished.nbytes == 0
    with pytest.raises(ImageError):
        unfinished.add("b", b"", index=0, count=2)


def test_a_dismissed_upload_is_dropped_and_its_other_pieces_are_not_failures():
    page = Page()
    page.tell(memoryview(b"half"), kind="piece", id="u", name="p.png", index=0, count=2)
    assert page.widget.uploads.nbytes == 4
    page.tell(kind="forget", id="u")
    assert page.widget.uploads.nbytes == 0
    assert page.tell(memoryview(b"rest"), kind="piece", id="u", name="p.png", index=1, count=2) == {
        "kind": "gone",
        "id": "u",
    }
    assert page.upload(png(3), request="u", pieces=2)["kind"] == "tensor", "unless it is begun again"


def test_an_upload_that_fails_fails_once():
    page = Page()
    for index in (0, 2, 3, 4):
        page.tell(memoryview(b"x"), kind="piece", id="u", name="p.png", index=index, count=9)
    assert [content["kind"] for content, _ in page.replies] == ["working", "failed", "gone", "gone"]


def test_an_upload_that_was_given_up_goes_though_nothing_comes_any_more():
    unfinished = Uploads(stale_s=0.01)
    unfinished.add("a", b"half", index=0, count=2)
    deadline = time.monotonic() + 60
    while len(unfinished):
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_page_that_is_closed_lets_go_of_everything_but_its_answers():
    page = Page()
    page.upload(png(3), request="a")
    page.tell(memoryview(b"half"), kind="piece", id="u", name="p.png", index=0, count=2)
    prediction, (photo,) = page.widget.prediction, page.widget._photos
    page.widget.close()
    assert (page.widget.uploads.nbytes, photo.activations, photo.kept.held) == (0, None, None)
    assert page.widget.predictions == [prediction]
    with pytest.raises(ImageError, match="run the cell again"):
        _ = page.widget.activations
    assert page.tell(kind="tensor", id="t", photo="a", layer="conv1")["kind"] == "failed"
    page.widget.preset = "no-mean"
    page.settle()
    assert page.widget.predictions == [prediction], "nothing is answered anew there"


# Choices -------------------------------------------------------------------------------------------------------------


class Slow(FakeModel):
    """Waits to be let through, once it is told to."""

    def __init__(self):
        super().__init__()
        self.is_slow, self.asked, self.go = False, threading.Semaphore(0), threading.Semaphore(0)

    def observe(self, image, preprocessing, *, threads=None):
        if self.is_slow and threading.current_thread().name == "squeezeviz-renewal":
            self.asked.release()
            assert self.go.acquire(timeout=60)
        return super().observe(image, preprocessing)


@pytest.fixture
def slow():
    model = Slow()
    page = Page(lambda: model)
    for number in range(5):
        page.upload(png(number), request=f"p{number}")
    page.replies.clear()
    model.is_slow = True
    page.model = model
    yield page
    model.is_slow = False
    model.go.release(100)
    page.settle()


def test_the_photo_on_the_stage_is_answered_first_and_nothing_waits_for_the_others(slow):
    slow.widget.photo = "p3"
    slow.widget.preset = "no-mean"
    assert [photo["id"] for photo in slow.photos()] == ["p3"]
    assert slow.model.asked.acquire(timeout=60), "the others are being answered"
    assert slow.tell(kind="tensor", id="t", photo="p3", layer="conv1")["kind"] == "tensor", "and no lock is held"
    slow.upload(png(9), request="new")
    assert slow.photos()[-1]["preset"] == "no-mean"
    slow.model.go.release(100)
    slow.settle()
    assert sorted(photo["id"] for photo in slow.photos()) == ["new", "p0", "p1", "p2", "p3", "p4"], "each once"
    assert {photo["preset"] for photo in slow.photos()} == {"no-mean"}


def test_the_newest_choice_wins(slow):
    slow.widget.preset = "no-mean"
    assert slow.model.asked.acquire(timeout=60)
    slow.widget.preset = "caffe2-aspect"
    slow.widget.preset = "straight"
    slow.replies.clear()
    slow.model.go.release(100)
    slow.settle()
    assert {photo["preset"] for photo in slow.photos()} == {"straight"}
    assert {p.preprocessing.name for p in slow.widget.predictions} == {"straight"}


def test_whoever_asks_for_a_photo_that_is_due_gets_its_answer_at_once(slow):
    slow.widget.preset = "no-mean"
    assert slow.model.asked.acquire(timeout=60)
    told = slow.tell(kind="tensor", id="t", photo="p2", layer="conv1")
    assert (told["kind"], told["preset"]) == ("tensor", "no-mean")
    slow.widget.photo = "p1"
    assert slow.widget.prediction.preprocessing.name == "no-mean"
    assert [p.preprocessing.name for p in slow.widget.predictions] == ["no-mean"] * 5, "Python sees no answer of before"


def test_a_photo_that_is_removed_meanwhile_is_not_told_of(slow):
    slow.widget.photo = "p4"
    slow.widget.preset = "no-mean"
    assert slow.model.asked.acquire(timeout=60)
    slow.tell(kind="forget", id="p0")
    slow.model.go.release(100)
    slow.settle()
    assert sorted(photo["id"] for photo in slow.photos()) == ["p1", "p2", "p3", "p4"]


def test_a_page_that_goes_on_elsewhere_shares_no_answer():
    before, after = Page(), Page()
    before.upload(png(3), name="one.png", request="one")
    after.widget.take_over(before.widget)
    before.widget.preset = "no-mean"
    assert after.widget.prediction.preprocessing.name == "caffe2"
    before.widget.close()
    assert after.tell(kind="pixels", id="x", photo="one")["kind"] == "pixels"
    after.widget.preset = "no-mean"
    assert after.widget.prediction.preprocessing.name == "no-mean"


def test_what_was_chosen_before_it_goes_on_is_answered_so():
    before, after = Page(), Page()
    before.upload(png(3), name="one.png", request="one")
    before.widget.preset = "no-mean"
    after.widget.take_over(before.widget, but=["preset"])
    assert after.widget.prediction.preprocessing.name == "caffe2"
    assert before.widget.prediction.preprocessing.name == "no-mean"


# Work ----------------------------------------------------------------------------------------------------------------


def test_so_much_is_tried_in_one_go():
    from squeezeviz.explorer.what_if import _check_count

    page = Page()
    page.upload(png(7), request="p", name="p.png")
    photo = page.widget.find("p")
    _check_count(photo, MOST_RUNS, "patches", "take a larger step")
    with pytest.raises(
        SqueezeVizError, match="p.png: 8,193 patches, up to 8,192 are tried from a page; take a larger step"
    ):
        _check_count(photo, MOST_RUNS + 1, "patches", "take a larger step")
    asked = {"kind": "begin", "id": "b", "photo": "p", "work": "occlusion", "fill": "grey", "class_index": 0}
    assert "51,529 patches" in page.tell(**asked, patch_px=1, stride_px=1)["message"]


def test_however_much_is_asked_there_are_few_threads():
    gate, heard = threading.Event(), []
    work = long_work.LongWork(lambda message: heard.append(message.content))

    def steps(cancel):
        gate.wait(30)
        yield 1

    before = threading.active_count()
    for number in range(300):
        task = long_work.Task("count", "coins", (number,), steps, lambda n: WorkingMessage(id="", name=str(n)))
        work.begin(str(number), task)
    answer = long_work.Aside(lambda _: (gate.wait(30), WorkingMessage(id="", name="answer"))[1])
    refused = 0
    for number in range(300):
        try:
            work.aside(str(number), "receptive_field", answer)
        except SqueezeVizError as exc:
            assert "ask again" in str(exc)
            refused += 1
    # Of long work, of answers beside it, and of saying that these are still worked out.
    assert threading.active_count() <= before + 3
    assert refused >= 300 - MOST_ASIDES - 1
    gate.set()
    deadline = time.monotonic() + 60
    while len(heard) < 300 - refused + 1:
        assert time.monotonic() < deadline, heard
        time.sleep(0.005)
    assert [content["name"] for content in heard if content["name"] != "answer"] == ["1"], "the newest"


def test_an_image_is_not_held_beyond_its_photo():
    page = Page()
    page.upload(png(7), request="p")
    assert isinstance(page.widget.find("p").image, Image)
    page.tell(kind="forget", id="p")
    assert page.widget.find("p") is None
    assert page.widget._arithmetic is None


def test_layer_tables_of_few_sizes_are_kept():
    model = tiny_model(fires_net(0))
    own = model.architecture
    for side in range(60, 100):
        assert model.architecture_at(side, side).input_shape == (3, side, side)
    assert len(model._inputs.architectures) <= 18
    assert model.architecture_at(*own.input_shape[1:]) is own
