"""Evaluations against hits counted by hand, going on where one was stopped, and photos that cannot be read."""

import json
import os

import numpy as np
import pytest
from PIL import Image as Pillow

from squeezeviz.dataset import evaluate, find_photos
from squeezeviz.dataset.evaluation import Answer
from squeezeviz.dataset.kept import Kept
from squeezeviz.dataset.scores import Scores
from squeezeviz.dataset.statistics import mcnemar, wilson
from squeezeviz.errors import DatasetError, ModelError, PreprocessingError, SqueezeVizError
from squeezeviz.preprocessing import Preprocessing, preset
from squeezeviz.report.terminal.show import show
from squeezeviz.results.labels import Labels
from squeezeviz.results.prediction import softmax
from squeezeviz.runtime.chosen import Chosen
from squeezeviz.runtime.model import Model
from tests.nets import tiny_model

RED = Preprocessing(name="red", channel_order="RGB", mean=0, resize_px=4, crop_px=4)
BLUE = RED.replace(name="blue", channel_order="BGR")

# What the stand-in below says of a photo of that level: logits of six classes.
ANSWERS = np.array(
    [
        [9, 5, 4, 3, 2, 1],
        [1, 9, 9, 3, 9, 0],
        [1, 2, 3, 4, 5, 6],
        [0, 0, 0, 0, 0, 0],
        [6, 5, 4, 3, 2, 2],
    ],
    np.float32,
)
# Photo → red level, blue level, class.
PHOTOS = {
    "first.png": (0, 2, 0),
    "among five.png": (0, 1, 4),
    "last.png": (0, 2, 5),
    "tie/lower index.png": (1, 0, 1),
    "tie/second.png": (1, 0, 2),
    "tie/third.png": (1, 3, 4),
    "ä.png": (2, 4, 5),
    "all the same.png": (3, 2, 0),
    "all the same, late.png": (3, 2, 5),
    "sixth.png": (4, 4, 5),
}
RED_RANKS = [1, 5, 6, 1, 2, 3, 1, 1, 6, 6]
BLUE_RANKS = [6, 3, 1, 2, 3, 5, 6, 6, 1, 6]


class StandIn(Model):
    """Stands in for a model: names a photo by the level of its first channel, and remembers what it was asked."""

    name, sha256, content, chosen = "stand-in", "00", b"its network", Chosen()
    labels = Labels.from_rows([[f"n{at}", f"class, {at}"] for at in range(6)])
    preprocessing = RED

    def __init__(self, answers=ANSWERS):
        self._answers = answers
        self.asked = []

    def resolve(self, how):
        return self.preprocessing if how is None else preset(how)

    def answers(self, tensor, how, *, threads):
        levels = np.rint(tensor[:, 0].mean(axis=(1, 2))).astype(int).tolist()
        self.asked += levels
        logits = self._answers[levels]
        return logits, softmax(logits)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SQUEEZEVIZ_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "photos"
    for name, (red, blue, _) in PHOTOS.items():
        paint(root / name, red, blue)
    label(root, {name: index for name, (_, _, index) in PHOTOS.items()})
    return root


def paint(path, red, blue=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    Pillow.new("RGB", (5, 6), (red, 100, blue)).save(path)


def label(root, classes):
    root.mkdir(exist_ok=True)
    (root / "labels.tsv").write_text("".join(f"{name}\t{index}\n" for name, index in classes.items()), encoding="utf-8")


def kept(cache):
    return sorted((cache / "surveys").glob("*/*"))


def stopped_after(count):
    def on_progress(done, _):
        if done >= count:
            raise KeyboardInterrupt

    return on_progress


def stop_at_end(folder):
    with pytest.raises(KeyboardInterrupt):
        evaluate(StandIn(), folder, workers=1, on_progress=stopped_after(10))


def ranks(evaluation, at=0):
    return [row.answers[at].rank for row in evaluation.read]


# Scores --------------------------------------------------------------------------------------------------------------


def test_ranks_and_hits_by_hand(folder):
    made = evaluate(StandIn(), folder, [RED, BLUE])
    assert [row.name for row in made.rows] == list(PHOTOS)
    assert (ranks(made, 0), ranks(made, 1)) == (RED_RANKS, BLUE_RANKS)
    red, blue = made.results
    assert (red.top1_hits, red.top5_hits, red.images, red.top1, red.top5) == (4, 7, 10, 0.4, 0.7)
    assert (blue.top1_hits, blue.top5_hits, blue.images, blue.top1, blue.top5) == (2, 6, 10, 0.2, 0.6)
    assert (red.top1_interval, red.top5_interval) == (wilson(4, 10), wilson(7, 10))
    (difference,) = made.differences
    assert (difference.preprocessing, difference.reference) == ("blue", "red")
    assert (difference.gained, difference.lost, difference.p_value) == (2, 4, mcnemar(2, 4))


def test_answers_are_the_models(folder):
    made = evaluate(StandIn(), folder)
    for row, (red, _, index) in zip(made.rows, PHOTOS.values(), strict=True):
        (answer,) = row.answers
        probabilities = softmax(ANSWERS[red])
        assert (row.class_index, answer.class_index) == (index, ANSWERS[red].argmax())
        assert answer.probability == pytest.approx(probabilities.max())
        assert answer.true_probability == pytest.approx(probabilities[index])


def test_the_models_own_preprocessing_by_default(folder):
    assert evaluate(StandIn(), folder).preprocessings == evaluate(StandIn(), folder, []).preprocessings == (RED,)


@pytest.mark.parametrize("workers", [None, 1, 5])
def test_how_the_work_is_split_does_not_matter(folder, workers):
    expected = evaluate(StandIn(), folder, [RED, BLUE])
    made = evaluate(StandIn(), str(folder), [RED, BLUE], workers=workers)
    assert made.rows == expected.rows


def test_what_the_real_arithmetic_says(tmp_path):
    """With a tiny network in place of the stand-in: every answer is that of predict."""
    model, rng = tiny_model(), np.random.default_rng(0)
    names = [f"{at}.png" for at in range(7)]
    for name in names:
        (tmp_path / "photos").mkdir(exist_ok=True)
        Pillow.fromarray(rng.integers(0, 256, (30, 50, 3), dtype=np.uint8)).save(tmp_path / "photos" / name)
    label(tmp_path / "photos", {name: at % 5 for at, name in enumerate(names)})
    hows = [model.preprocessing, preset("ten-crop").replace(resize_px=60, crop_px=40)]
    made = evaluate(model, tmp_path / "photos", hows)
    for at, how in enumerate(hows):
        for row in made.rows:
            prediction = model.predict(tmp_path / "photos" / row.name, how)
            assert prediction.ranking[row.answers[at].rank - 1] == row.class_index
            assert row.answers[at].class_index == prediction.ranking[0]
            assert row.answers[at].true_probability == pytest.approx(
                prediction.probabilities[row.class_index], abs=1e-5
            )


def test_progress_goes_from_none_to_all(folder):
    told = []
    evaluate(StandIn(), folder, on_progress=lambda done, count: told.append((done, count)))
    assert told == [(done, 10) for done in range(11)]


def test_numbers_that_are_none_are_never_a_hit(folder):
    answers = ANSWERS.copy()
    answers[0] = np.nan
    made = evaluate(StandIn(answers), folder)
    assert [row.name for row in made.unreadable] == [name for name, (red, _, _) in PHOTOS.items() if red == 0]
    with pytest.raises(DatasetError, match="NaN or infinity"):
        evaluate(StandIn(np.full((5, 6), np.nan, np.float32)), folder)


def test_a_photo_listed_twice_keeps_its_answers_apart(folder):
    (folder / "labels.tsv").write_text("first.png\t0\nfirst.png\t0\nlast.png\t5\n")
    made = evaluate(StandIn(), folder, [RED, BLUE])
    assert {row.name: [answer.rank for answer in row.answers] for row in made.rows} == {
        "first.png": [1, 6],
        "last.png": [6, 1],
    }


# Tables --------------------------------------------------------------------------------------------------------------


def test_by_photo(folder):
    (folder / "last.png").write_bytes(b"no photo")
    table = evaluate(StandIn(), folder, [RED, BLUE]).by_photo()
    assert len(table) == 2 * 9 + 1
    assert len({tuple(row) for row in table}) == 1, "the same columns in the same order"
    assert table[3] == {
        "file": "among five.png",
        "class_index": 4,
        "label": "class, 4",
        "preprocessing": "blue",
        "rank": 3,
        "answer_index": 1,
        "answer": "class, 1",
        "probability": pytest.approx(softmax(ANSWERS[1])[1]),
        "true_probability": pytest.approx(softmax(ANSWERS[1])[4]),
        "error": "",
    }
    assert table[4]["file"] == "last.png"
    assert "last.png" in table[4]["error"]
    assert table[4]["rank"] is table[4]["preprocessing"] is table[4]["probability"] is None


def test_by_class(folder):
    table = evaluate(StandIn(), folder, [RED, BLUE]).by_class()
    assert [(row["preprocessing"], row["class_index"]) for row in table] == [
        (name, index) for name in ("red", "blue") for index in (0, 1, 2, 4, 5)
    ]
    low, high = wilson(1, 4)
    assert table[4] == {
        "preprocessing": "red",
        "class_index": 5,
        "wnid": "n5",
        "label": "class, 5",
        "images": 4,
        "top1_hits": 1,
        "top5_hits": 1,
        "top1": 0.25,
        "top1_low": low,
        "top1_high": high,
    }
    assert sum(row["top1_hits"] for row in table) == 4 + 2


def test_plain_data_and_displays(folder):
    (folder / "last.png").unlink()
    made = evaluate(StandIn(), folder, [RED, BLUE.replace(name="<b>")])
    plain = json.loads(json.dumps(made.to_dict(), allow_nan=False))
    assert (plain["model"], plain["folder"], plain["images"], plain["unreadable"]) == ("stand-in", str(folder), 9, 1)
    assert [result["preprocessing"] for result in plain["results"]] == ["red", "<b>"]
    assert plain["results"][0]["top1_interval"] == list(wilson(4, 9))
    assert plain["differences"][0]["reference"] == "red"
    assert plain["unreadable_files"][0]["file"] == "last.png"
    html = made._repr_html_()
    assert "red" in html
    assert "<b><b>" not in html
    assert "&lt;b&gt;" in html
    assert "1 unreadable" in html
    assert "1 unreadable" in repr(made)


# What cannot be read -------------------------------------------------------------------------------------------------


def test_photos_that_cannot_be_read_are_counted_and_listed(folder):
    whole = (folder / "first.png").read_bytes()
    (folder / "first.png").write_bytes(whole[: len(whole) // 2])
    (folder / "last.png").unlink()
    (folder / "ä.png").write_bytes(b"")
    (folder / "sixth.png").write_text("no photo")
    model = StandIn()
    made = evaluate(model, folder, [RED, BLUE])
    lost = ["first.png", "last.png", "ä.png", "sixth.png"]
    assert [row.name for row in made.unreadable] == lost
    assert all(row.name in row.error and not row.answers for row in made.unreadable)
    assert ranks(made) == [rank for name, rank in zip(PHOTOS, RED_RANKS, strict=True) if name not in lost]
    assert len(model.asked) == 2 * 6
    assert made.results[0].images == 6


def test_a_photo_too_small_for_the_crop_is_unreadable(folder):
    Pillow.new("RGB", (9, 9)).save(folder / "first.png")
    made = evaluate(StandIn(), folder, [RED, RED.replace(name="raw", resize="none", crop_px=6)])
    assert [row.name for row in made.read] == ["first.png"]
    assert all("out of a photo of 5 × 6" in row.error for row in made.unreadable)


def test_what_else_lies_in_the_folder_is_listed_with_its_reason(folder):
    (folder / "labels.tsv").unlink()
    for name in ("tie/lower index.png", "tie/second.png"):
        (folder / name).rename(folder / "tie" / name.rpartition("/")[2].replace(" ", "_"))
    (folder / "tie").rename(folder / "n4")
    (folder / "n4" / "notes.txt").write_text("nothing")
    (folder / "n4" / "gone.png").symlink_to("nowhere.png")
    (folder / "n4" / ".DS_Store").touch()
    made = evaluate(StandIn(), folder)
    loose = sorted(name for name in PHOTOS if "/" not in name)
    assert {each.name for each in made.left_out} == {*loose, "n4/notes.txt", "n4/gone.png"}
    told = {each["file"]: each["reason"] for each in made.to_dict()["left_out"]}
    assert told["n4/notes.txt"] == "n4/notes.txt: is no picture"
    assert told["n4/gone.png"] == "n4/gone.png: is a link to nothing"
    assert "9 left out" in repr(made)
    assert "9 left out" in made._repr_html_()
    show(made, published=None)


def test_a_folder_of_nothing_readable_is_a_failure(folder):
    for name in PHOTOS:
        (folder / name).write_bytes(b"")
    model = StandIn()
    with pytest.raises(DatasetError, match=r"none of the 10 photos can be read: .*\.png"):
        evaluate(model, folder, [RED, BLUE])
    assert model.asked == []


# Going on ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 4, 8])
def test_what_was_stopped_goes_on(folder, cache, count):
    expected = evaluate(StandIn(), folder, [RED, BLUE])
    assert kept(cache) == [], "nothing is left of what came to its end"
    model = StandIn()
    with pytest.raises(KeyboardInterrupt):
        evaluate(model, folder, [RED, BLUE], workers=1, on_progress=stopped_after(count))
    done = len(kept(cache))
    assert count <= done <= count + 6, "what was under way is kept as well, and no more is begun"
    assert len(model.asked) == 2 * done
    again, told = StandIn(), []
    made = evaluate(again, folder, [RED, BLUE], on_progress=lambda *at: told.append(at))
    assert made.rows == expected.rows
    assert len(again.asked) == 2 * (10 - done), "nothing is asked twice"
    assert (told[0], told[-1]) == ((done, 10), (10, 10))
    assert kept(cache) == []


def test_a_model_that_fails_leaves_what_it_said(folder):
    class Failing(StandIn):
        def answers(self, tensor, how, *, threads):
            if len(self.asked) >= 6:
                raise ModelError("enough")
            return super().answers(tensor, how, threads=threads)

    with pytest.raises(ModelError, match="enough"):
        evaluate(Failing(), folder, workers=1)
    again = StandIn()
    assert ranks(evaluate(again, folder)) == RED_RANKS
    assert len(again.asked) == 4


def test_beginning_anew(folder):
    with pytest.raises(KeyboardInterrupt):
        evaluate(StandIn(), folder, on_progress=stopped_after(6))
    model = StandIn()
    assert ranks(evaluate(model, folder, resume=False)) == RED_RANKS
    assert len(model.asked) == 10


def test_what_began_anew_and_was_stopped_goes_on_without_older_answers(folder):
    stop_at_end(folder)
    before = StandIn()
    with pytest.raises(KeyboardInterrupt):
        evaluate(before, folder, resume=False, on_progress=stopped_after(4))
    model = StandIn()
    assert ranks(evaluate(model, folder)) == RED_RANKS
    assert len(model.asked) == 10 - len(before.asked) <= 6


@pytest.mark.parametrize(
    "changes",
    [{"preprocessings": [RED, BLUE]}, {"preprocessings": [RED.replace(mean=1e-6)]}, {"listing": "other.txt"}],
)
def test_other_questions_get_other_answers(folder, changes):
    (folder / "other.txt").write_text((folder / "labels.tsv").read_text(encoding="utf-8"), encoding="utf-8")
    if "listing" in changes:
        changes = {"listing": folder / changes["listing"]}
    with pytest.raises(KeyboardInterrupt):
        evaluate(StandIn(), folder, on_progress=stopped_after(6))
    model = StandIn()
    made = evaluate(model, folder, **changes)
    assert len(model.asked) == 10 * len(made.preprocessings)


def test_a_changed_photo_is_asked_about_anew(folder):
    stop_at_end(folder)
    before = (folder / "first.png").stat()
    paint(folder / "first.png", 2)
    os.utime(folder / "first.png", ns=(before.st_atime_ns, before.st_mtime_ns + 1_000_000_000))
    (folder / "last.png").unlink()
    model = StandIn()
    made = evaluate(model, folder)
    assert model.asked == [2]
    assert made.rows[0].answers[0].rank == 6
    assert [row.name for row in made.unreadable] == ["last.png"]


def test_a_changed_class_is_asked_about_anew(folder):
    stop_at_end(folder)
    label(folder, {name: index for name, (_, _, index) in PHOTOS.items()} | {"first.png": 3})
    model = StandIn()
    made = evaluate(model, folder)
    assert model.asked == [0]
    assert made.rows[0].answers[0].rank == 4


def test_what_could_not_be_read_is_tried_again(folder):
    whole = (folder / "first.png").read_bytes()
    (folder / "first.png").write_bytes(b"not yet")
    stop_at_end(folder)
    (folder / "first.png").write_bytes(whole)
    model = StandIn()
    assert ranks(evaluate(model, folder)) == RED_RANKS
    assert model.asked == [0]


def test_a_kept_file_of_another_number_of_answers_is_not_taken_up(folder, cache):
    """As after a change of ours that forgot to change the key: the study itself refuses."""
    stop_at_end(folder)
    (path, *_), whole = kept(cache), Scores((RED, BLUE))
    store = Kept(path.parent)
    photos = [photo.stamped() for photo in find_photos(folder, StandIn.labels)]
    store.open(resume=False)
    store.keep(photos, [""] * 10, whole.dump({name: (Answer(1, 0, 1.0, 1.0),) * 2 for name in PHOTOS}))
    model = StandIn()
    assert ranks(evaluate(model, folder)) == RED_RANKS
    assert len(model.asked) == 10


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"a": 3}', b'{"a": [[1]]}', b'{"a": []}', b"\xff"])
def test_bytes_that_are_no_answers(content):
    with pytest.raises(ValueError, match="expected answers"):
        Scores((RED,)).load(content)


# Refusals ------------------------------------------------------------------------------------------------------------


def test_two_of_one_name(folder):
    with pytest.raises(PreprocessingError, match="two preprocessings are called"):
        evaluate(StandIn(), folder, [RED, BLUE.replace(name="red")])


def test_an_unknown_preset(folder):
    with pytest.raises(PreprocessingError, match="Did you mean 'caffe2'"):
        evaluate(StandIn(), folder, ["cafe2"])


@pytest.mark.parametrize("wrong", [{"workers": 0}, {"workers": -1}])
def test_impossible_numbers(folder, wrong):
    with pytest.raises(SqueezeVizError, match=next(iter(wrong))):
        evaluate(StandIn(), folder, **wrong)


def test_no_photos_no_questions(tmp_path, cache):
    with pytest.raises(DatasetError, match="expected a folder"):
        evaluate(StandIn(), tmp_path / "nowhere")
    assert not cache.exists()


def test_a_cache_that_cannot_be_written(folder, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("SQUEEZEVIZ_CACHE", str(tmp_path / "file"))
    with pytest.raises(DatasetError, match="name another place with SQUEEZEVIZ_CACHE"):
        evaluate(StandIn(), folder)
