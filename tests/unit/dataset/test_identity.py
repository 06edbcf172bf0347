"""Kept answers are those of the same photos, the same model and the same question, whatever they are called."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from squeezeviz.dataset import evaluate, find, kept, survey
from squeezeviz.dataset.alone import alone
from squeezeviz.dataset.identity import model_key
from squeezeviz.errors import DatasetError
from squeezeviz.results.labels import Labels
from tests.nets import fire_net, tiny_model
from tests.surveys import Census, paint
from tests.unit.dataset.test_survey import Model, stop_after

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SQUEEZEVIZ_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def alike(one, other):
    """Give each photo of one folder the size and the time of its namesake in another."""
    for path in one.rglob("*.png"):
        twin = other / path.relative_to(one)
        longer = max(path.stat().st_size, twin.stat().st_size)
        for each in (path, twin):
            each.write_bytes(each.read_bytes().ljust(longer, b"\0"))
            os.utime(each, ns=(0, 10**18))


@pytest.fixture
def folders(tmp_path):
    """Two folders, each called `photos`, with other photos of the same names, sizes and times."""
    made = [paint(tmp_path / name / "photos", 12, seed=seed) for seed, name in enumerate(("first", "second"))]
    alike(*made)
    return made


def stopping(done, _):
    if done >= 6:
        raise KeyboardInterrupt


def test_a_folder_of_the_same_name_in_another_working_folder(folders, monkeypatch):
    model = tiny_model()
    expected = [evaluate(model, folder).rows for folder in folders]
    assert expected[0] != expected[1]
    monkeypatch.chdir(folders[0].parent)
    with pytest.raises(KeyboardInterrupt):
        evaluate(model, "photos", workers=1, on_progress=stopping)
    monkeypatch.chdir(folders[1].parent)
    assert evaluate(model, "photos").rows == expected[1]


def test_a_link_that_leads_elsewhere_now(folders, tmp_path):
    (tmp_path / "photos").symlink_to(folders[0])
    with pytest.raises(KeyboardInterrupt):
        survey(Census(), Model(), find(tmp_path / "photos").photos, workers=1, on_progress=stop_after(6))
    (tmp_path / "photos").unlink()
    (tmp_path / "photos").symlink_to(folders[1])
    made = survey(Census(), Model(), find(tmp_path / "photos").photos)
    assert made.resumed == 0
    assert made.part == survey(Census(), Model(), find(folders[1]).photos).part


def test_another_photo_in_the_place_of_one_with_its_size_and_time(folders, tmp_path):
    photos = find(folders[0]).photos
    survey(Census(), Model(), photos, kept=tmp_path / "kept", keep=True, batch=1)
    path = folders[0] / "0/000.png"
    (folders[1] / "0/000.png").replace(path)
    os.utime(path, ns=(0, 10**18))
    made = survey(Census(), Model(), photos, kept=tmp_path / "kept")
    assert made.resumed == 11
    assert made.part == survey(Census(), Model(), photos).part


def test_the_same_bytes_under_another_stamp_are_the_same_photo(folders, tmp_path):
    photos = find(folders[0]).photos
    survey(Census(), Model(), photos, kept=tmp_path / "kept", keep=True)
    for photo in photos:
        os.utime(photo.place)
    assert survey(Census(), Model(), photos, kept=tmp_path / "kept").resumed == 12


def test_photos_of_which_nothing_is_known_are_told_by_their_bytes(folders, tmp_path, monkeypatch):
    """As of a web server that tells no versions."""
    monkeypatch.setattr("squeezeviz.dataset.photos.stamp_of", lambda place: ())
    photos = find(folders[0]).photos
    survey(Census(), Model(), photos, kept=tmp_path / "kept", keep=True, batch=1)
    (folders[1] / "0/000.png").replace(folders[0] / "0/000.png")
    assert survey(Census(), Model(), photos, kept=tmp_path / "kept").resumed == 11


def test_all_that_answers_depend_on_is_in_their_name(monkeypatch):
    model, known = tiny_model(), []
    known.append(model_key(model))
    other = tiny_model(fire_net(seed=1))
    other.sha256 = model.sha256
    known.append(model_key(other))  # the same file of weights, by its hash, and another graph
    renamed = tiny_model()
    renamed.labels = Labels.from_rows([["", f"{label.label}!"] for label in model.labels])
    known.append(model_key(renamed))
    monkeypatch.setattr("squeezeviz.results.provenance._version", lambda name: "99")
    known.append(model_key(tiny_model()))
    assert len({tuple(each.values()) for each in known}) == 4
    monkeypatch.undo()
    assert model_key(tiny_model()) == known[0]


# One process at a time ------------------------------------------------------------------------------------------------


HOLDING = """
import sys
from squeezeviz.dataset.alone import alone
with alone(sys.argv[1], "another process works"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path, cache):
    """Start a process that holds a place; give it, and end it."""
    started = []

    def start(place):
        process = subprocess.Popen(
            [sys.executable, "-c", HOLDING, str(place)], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        started.append(process)
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_a_place_is_held_until_its_process_ends_however_it_ends(holder, tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "place")
    process = holder(tmp_path / "place")
    for name in ("place", "link"):
        with (
            pytest.raises(DatasetError, match="another process is there already; wait"),
            alone(tmp_path / name, "another process is there"),
        ):
            pass
    with alone(tmp_path / "other", "another process is there"):
        pass
    process.kill()
    process.wait()
    with alone(tmp_path / "place", "another process is there"):
        pass
    assert not (tmp_path / "place").exists()


def test_two_that_ask_the_same_do_not_meet(folders, holder, tmp_path):
    photos = find(folders[0]).photos
    made = survey(Census(), Model(), photos, kept=tmp_path / "kept", keep=True)
    process = holder(tmp_path / "kept")
    with pytest.raises(DatasetError, match="another process asks the same photos the same already"):
        survey(Census(), Model(), photos, kept=tmp_path / "kept")
    made.forget()
    assert list((tmp_path / "kept").iterdir()), "who asks now may need it"
    process.kill()
    process.wait()
    made.forget()
    assert not (tmp_path / "kept").exists()


def test_what_a_killed_process_left_half_written_goes(folders, tmp_path):
    photos = find(folders[0]).photos
    here = tmp_path / "kept"
    survey(Census(), Model(), photos, kept=here, keep=True)
    path = next(here.iterdir())
    path.rename(here / f".{path.name}-abcdef")
    survey(Census(), Model(), photos, kept=here)
    assert not here.exists()


def test_a_cache_without_locks_is_said(tmp_path, cache):
    cache.write_text("a file where a folder belongs")
    with pytest.raises(DatasetError, match="name another place with SQUEEZEVIZ_CACHE"), alone(tmp_path, "x"):
        pass


def test_keeping_nothing(folders, tmp_path, cache):
    made = survey(Census(), Model(), find(folders[0]).photos, kept=kept.Unkept(), keep=True)
    made.forget()
    assert made.photos == 12
    assert not cache.exists()
