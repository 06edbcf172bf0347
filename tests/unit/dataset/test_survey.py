"""Surveys: the same result however the work is cut and shared, whatever was damaged, and wherever it was stopped."""

import errno
import os
import pickle
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from squeezeviz.dataset import Photo, Trouble, find, kept, survey
from squeezeviz.dataset.scores import Scores
from squeezeviz.dataset.survey import _chunks
from squeezeviz.errors import DatasetError, ModelError
from squeezeviz.preprocessing import Preprocessing
from squeezeviz.results.labels import Labels
from squeezeviz.runtime.chosen import Chosen
from tests.surveys import Census, asked, paint

COUNT = 23
ROOT = Path(__file__).parents[3]


class Model:
    """Stands in for a model: its answer depends on every pixel."""

    name, sha256, content, chosen = "stand-in", "00", b"its network", Chosen()
    labels = Labels.numbered(5)
    preprocessing = Preprocessing(name="as it is", resize="none", crop_px=32, channel_order="RGB", mean=0)

    def answers(self, tensor, how, *, threads):
        assert threads == 1, "one photo a thread: more would wait for each other"
        logits = tensor.reshape(len(tensor), -1)[:, :5]
        return logits, np.exp(logits - logits.max())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return paint(tmp_path_factory.mktemp("photos"), COUNT)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SQUEEZEVIZ_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def photos(folder):
    return find(folder).photos


@pytest.fixture
def here(tmp_path):
    return tmp_path / "kept"


def files(folder):
    return sorted(folder.glob("*.part"))


def stop_after(count):
    def on_progress(progress):
        if progress.done >= count:
            raise KeyboardInterrupt

    return on_progress


# The same result ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    order=st.permutations(range(COUNT)),
    batch=st.none() | st.integers(1, COUNT + 2),
    workers=st.integers(1, 5),
    stopped=st.none() | st.integers(0, COUNT),
    again=st.integers(1, COUNT),
)
def test_whatever_the_order_the_batch_the_workers_and_where_it_was_stopped(  # noqa: PLR0917 - drawn by Hypothesis
    photos, tmp_path_factory, order, batch, workers, stopped, again
):
    expected = survey(Census(), Model(), photos, workers=1, batch=COUNT)
    shuffled, here = [photos[at] for at in order], tmp_path_factory.mktemp("kept")
    if stopped is not None:
        with pytest.raises(KeyboardInterrupt):
            survey(
                Census(), Model(), shuffled, workers=workers, batch=batch, kept=here, on_progress=stop_after(stopped)
            )
    made = survey(Census(), Model(), shuffled, workers=workers, batch=again, kept=here)
    assert Census().dump(made.part) == Census().dump(expected.part)
    assert (made.photos, made.troubles, made.duplicates) == (COUNT, (), ())
    assert made.resumed >= min(stopped or 0, COUNT)
    assert not here.exists(), "nothing is left of what came to its end"


def test_each_photo_is_asked_once(photos, tmp_path):
    log = tmp_path / "log"
    survey(Census(str(log)), Model(), [*photos, *photos], workers=3, batch=2)
    assert asked(log) == Counter(photo.name for photo in photos)


def test_what_was_stopped_is_not_asked_twice(photos, tmp_path, here):
    log = tmp_path / "log"
    with pytest.raises(KeyboardInterrupt):
        survey(Census(str(log)), Model(), photos, workers=2, batch=4, kept=here, on_progress=stop_after(6))
    before = sum(asked(log).values())
    assert 6 <= before < COUNT
    made = survey(Census(str(log)), Model(), photos, batch=5, kept=here)
    assert made.resumed == before, "chunks that were begun are kept as far as they were"
    assert asked(log) == Counter(photo.name for photo in photos)


@pytest.mark.slow
def test_a_process_that_is_interrupted_keeps_what_it_has(folder, tmp_path):
    """As Ctrl-C does: a signal, in the middle of a photo."""
    log = tmp_path / "log"
    code = f"""
import signal, sys
from tests.surveys import Census
from tests.unit.dataset.test_survey import Model
from squeezeviz.dataset import find, survey
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has what runs in its background ignore it
made = survey(Census({str(log)!r}, seconds=float(sys.argv[1])), Model(), find({str(folder)!r}).photos, workers=2, batch=4)
print(made.resumed, made.photos)
"""
    command = [sys.executable, "-c", code]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    started = subprocess.Popen([*command, "0.1"], env=environment, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while sum(asked(log).values()) < 5 and time.monotonic() < deadline:
        time.sleep(0.02)
    started.send_signal(signal.SIGINT)
    _, said = started.communicate(timeout=180)
    assert "KeyboardInterrupt" in said
    first = sum(asked(log).values())
    assert 5 <= first <= 9
    done = subprocess.run([*command, "0"], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(first), str(COUNT)]
    assert set(asked(log).values()) == {1}


def test_progress(photos, here):
    told = []
    survey(Census(), Model(), photos, workers=2, batch=4, kept=here, on_progress=told.append)
    assert [progress.done for progress in told[:1]] == [0]
    assert (told[0].rate, told[0].seconds_left) == (0, None)
    assert told[-1].done == told[-1].all == COUNT
    assert told[-1].seconds_left == 0
    assert [progress.done for progress in told] == sorted({progress.done for progress in told})
    assert all(progress.rate > 0 for progress in told[1:])


def test_a_long_chunk_gives_signs_of_life(photos, monkeypatch):
    from squeezeviz.dataset import threads

    monkeypatch.setattr(threads, "_TICK_S", 0.01)
    told = []
    survey(Census(seconds=0.03), Model(), photos[:8], workers=1, batch=8, on_progress=told.append)
    assert len(told) >= 4
    assert [progress.done for progress in told] == sorted({progress.done for progress in told})


def test_costs_are_what_it_took(photos):
    made = survey(Census(seconds=0.01), Model(), photos, workers=2)
    assert list(made.costs) == ["read", "decode", "ask", "store"]
    assert all(seconds > 0 for seconds in made.costs.values())
    assert made.costs["ask"] >= COUNT * 0.01
    assert made.seconds >= COUNT * 0.01 / 2


@pytest.mark.parametrize(("count", "most"), [(1, 1), (94, 1), (640, 6), (10_000, 64), (1_281_167, 640)])
def test_small_sets_have_small_chunks_and_large_ones_not_too_many(count, most):
    chunks = _chunks(range(count), None, 1)
    assert max(map(len, chunks)) == most
    assert [number for chunk in chunks for number in chunk] == list(range(count))


def test_a_study_travels(photos):
    how = Preprocessing(name="as it is", resize="none", crop_px=32)
    assert pickle.loads(pickle.dumps(Scores((how,)))) == Scores((how,))
    assert pickle.loads(pickle.dumps(photos)) == photos


# Bad photos -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def mixed(tmp_path):
    root = paint(tmp_path / "mixed", 6)
    whole = (root / "0/000.png").read_bytes()
    (root / "1/cut.png").write_bytes(whole[: len(whole) // 2])
    (root / "1/empty.jpg").touch()
    (root / "1/text.jpg").write_text("no photo")
    (root / "2/refused.png").write_bytes((root / "1/001.png").read_bytes())
    (root / "3/again.png").write_bytes(whole)
    (root / "3/and again.png").write_bytes(whole)
    (root / "4/gone.png").symlink_to(root / "nowhere")
    (root / "4/locked.png").mkdir()
    return root


def test_bad_photos_are_listed_and_the_others_go_on(mixed):
    found = find(mixed)
    photos = [*found.photos, Photo("4/missing.png", str(mixed / "4/missing.png"), 4)]
    made = survey(Census(), Model(), photos, workers=2, batch=3)
    assert [trouble.name for trouble in made.troubles] == [
        "1/cut.png",
        "1/empty.jpg",
        "1/text.jpg",
        "2/refused.png",
        "4/missing.png",
    ]
    said = {trouble.name: trouble.message for trouble in made.troubles}
    assert said["4/missing.png"] == "4/missing.png: no such file"
    assert "found an empty file" in said["1/empty.jpg"]
    assert said["2/refused.png"] == "2/refused.png: is refused"
    assert made.photos == 6 + 2
    assert made.duplicates == (("0/000.png", "3/again.png", "3/and again.png"),)
    assert {trouble.name for trouble in found.troubles} == {"4/gone.png", "4/locked.png"}


def test_duplicates_are_found_across_a_stop(mixed, here):
    photos = find(mixed).photos
    for count in (2, 4, 6):
        with pytest.raises(KeyboardInterrupt):
            survey(Census(), Model(), photos, workers=1, kept=here, on_progress=stop_after(count))
    made = survey(Census(), Model(), photos, kept=here)
    assert made.duplicates == (("0/000.png", "3/again.png", "3/and again.png"),)


def test_what_could_not_be_read_is_tried_again(mixed, here):
    photos = find(mixed).photos
    survey(Census(), Model(), photos, kept=here, keep=True)
    paint(mixed, 1, seed=7)
    (mixed / "1/cut.png").write_bytes((mixed / "0/000.png").read_bytes())
    made = survey(Census(), Model(), photos, kept=here)
    assert "1/cut.png" not in [trouble.name for trouble in made.troubles]
    assert ("0/000.png", "1/cut.png") in made.duplicates


def test_no_photos_at_all():
    with pytest.raises(DatasetError, match="no photos"):
        survey(Census(), Model(), [])


@pytest.mark.parametrize("wrong", [{"workers": 0}, {"batch": 0}, {"batch": -3}])
def test_impossible_numbers(photos, wrong):
    with pytest.raises(DatasetError, match=next(iter(wrong))):
        survey(Census(), Model(), photos, **wrong)


def test_a_model_that_cannot_run_ends_it_and_leaves_what_it_said(photos, here):
    class Failing(Model):
        runs = 0

        def answers(self, tensor, how, *, threads):
            self.runs += 1
            if self.runs > 6:
                raise ModelError("enough")
            return super().answers(tensor, how, threads=threads)

    with pytest.raises(ModelError, match="enough"):
        survey(Census(), Failing(), photos, workers=1, batch=2, kept=here)
    assert survey(Census(), Model(), photos, kept=here).resumed == 6


# What is kept ---------------------------------------------------------------------------------------------------------


def complete(photos, here, batch=5):
    """Leave the files of a whole survey."""
    return survey(Census(), Model(), photos, batch=batch, kept=here, keep=True)


def test_kept_until_the_result_is_safe(photos, here, tmp_path):
    made = complete(photos, here)
    assert len(files(here)) == 5
    log = tmp_path / "log"
    again = survey(Census(str(log)), Model(), photos, kept=here, keep=True)
    assert (again.resumed, asked(log)) == (COUNT, Counter())
    assert again.part == made.part
    again.forget()
    assert not here.exists()


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:10],
        lambda content: content[:-1],
        lambda content: content[: len(content) // 2],
        lambda content: content + b"\n",
        lambda content: content[:-5] + bytes([content[-5] ^ 1]) + content[-4:],
        lambda content: content[:100] + bytes([content[100] ^ 4]) + content[101:],
        lambda content: content.replace(b"part 2", b"part 1"),
        lambda content: b"\xff" * len(content),
    ],
    ids=[
        "empty",
        "magic",
        "last byte",
        "half",
        "longer",
        "a bit of the answer",
        "a bit of the list",
        "version",
        "bytes",
    ],
)
def test_a_damaged_file_is_found_and_made_anew(photos, here, tmp_path, damage):
    expected = complete(photos, here)
    path = files(here)[2]
    path.write_bytes(damage(path.read_bytes()))
    log = tmp_path / "log"
    made = survey(Census(str(log)), Model(), photos, kept=here)
    assert made.part == expected.part
    assert made.damaged == 1
    assert sum(asked(log).values()) == COUNT - made.resumed in (3, 5)


def test_an_answer_that_the_study_refuses_is_made_anew(photos, here):
    expected = complete(photos, here)
    store = kept.Kept(here)
    _, part = next(store.parts())
    store.keep(part.photos, part.digests, b"whole, but no answer")
    made = survey(Census(), Model(), photos, kept=here)
    assert (made.damaged, made.part) == (1, expected.part)


def test_a_changed_photo_is_asked_anew_with_those_kept_beside_it(tmp_path, here):
    root = paint(tmp_path / "own", 10)
    photos = find(root).photos
    complete(photos, here, batch=2)
    changed = root / "2/002.png"
    state = changed.stat()
    changed.write_bytes((root / "0/000.png").read_bytes())
    os.utime(changed, ns=(state.st_atime_ns, state.st_mtime_ns + 1_000_000))
    log = tmp_path / "log"
    made = survey(Census(str(log)), Model(), photos, kept=here)
    assert (made.resumed, sum(asked(log).values())) == (8, 2)
    assert made.duplicates == (("0/000.png", "2/002.png"),)
    assert made.part == survey(Census(), Model(), photos).part


def test_a_changed_class_is_asked_anew(photos, here):
    complete(photos, here, batch=1)
    relabelled = [Photo(photos[0].name, photos[0].place, 3), *photos[1:]]
    made = survey(Census(), Model(), relabelled, kept=here)
    assert made.resumed == COUNT - 1
    assert made.part == survey(Census(), Model(), relabelled).part


def test_photos_that_were_added_leave_the_rest_as_it_was(tmp_path, here):
    root = paint(tmp_path / "own", 10)
    complete(find(root).photos, here, batch=3)
    (root / "0/0 before all others.png").write_bytes((root / "1/001.png").read_bytes())
    made = survey(Census(), Model(), find(root).photos, kept=here)
    assert (made.resumed, made.photos) == (10, 11)


def test_photos_that_are_gone_are_not_in_the_answer(photos, here):
    complete(photos, here, batch=4)
    made = survey(Census(), Model(), photos[1:], kept=here)
    assert made.resumed == COUNT - 4
    assert made.part == survey(Census(), Model(), photos[1:]).part


def test_beginning_anew(photos, here):
    complete(photos, here)
    assert survey(Census(), Model(), photos, kept=here, resume=False).resumed == 0


def test_other_questions_models_and_folders_are_kept_apart(photos, cache, tmp_path):
    class Other(Census):
        key = ("other",)

    class Another(Model):
        sha256 = "01"

    elsewhere = find(paint(tmp_path / "elsewhere", 3)).photos
    asks = [(Census(), Model(), photos), (Other(), Model(), photos), (Census(), Another(), photos)]
    for study, model, those in [*asks, (Census(), Model(), elsewhere)]:
        assert survey(study, model, those, keep=True).resumed == 0
    assert len(list((cache / "surveys").iterdir())) == 4
    assert survey(*asks[0]).resumed == COUNT


def test_a_full_disk_is_said_and_nothing_is_lost(photos, here, monkeypatch):
    write, left = kept.write_whole, iter([True] * 4)

    def full(path, content):
        if not next(left, False):
            raise OSError(errno.ENOSPC, "No space left on device")
        write(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(kept, "write_whole", full)
        with pytest.raises(DatasetError, match=r"cannot be kept \(No space left on device\).*Make room"):
            survey(Census(), Model(), photos, workers=2, batch=3, kept=here)
    assert len(files(here)) == 4
    made = survey(Census(), Model(), photos, kept=here)
    assert made.resumed == 4 * 3
    assert made.part == survey(Census(), Model(), photos).part


def test_a_place_that_cannot_be_written(photos, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DatasetError, match="cannot be kept"):
        survey(Census(), Model(), photos, kept=tmp_path / "file" / "kept")


def test_only_our_own_files_are_removed(photos, here):
    here.mkdir()
    (here / "mine.txt").touch()
    complete(photos, here).forget()
    assert [path.name for path in here.iterdir()] == ["mine.txt"]


def test_scores_come_back_as_they_were(photos):
    how = Model.preprocessing
    study = Scores((how, how.replace(name="twice", scale=2.0)))
    model = Model()
    model.labels = Labels.numbered(5)
    made = survey(study, model, find(Path(photos[0].place).parents[1], model.labels).photos)
    assert study.load(study.dump(made.part)) == made.part
    assert study.dump(study.load(study.dump(made.part))) == study.dump(made.part)


def test_photos_that_nobody_labelled_have_no_score(photos):
    made = survey(Scores((Model.preprocessing,)), Model(), photos)
    assert made.photos == 0
    assert made.troubles[0] == Trouble(photos[0].name, f"{photos[0].name}: nobody says what it shows")
