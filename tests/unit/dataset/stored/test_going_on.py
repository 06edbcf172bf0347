"""Going on where a run was stopped, or where what lies there is damaged, has changed or has gone."""

import gc
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from squeezeviz.dataset import stored
from squeezeviz.dataset.stored import job as job_module
from squeezeviz.dataset.stored.arrays import WAITING
from squeezeviz.errors import DatasetError
from tests.optional import needs
from tests.stores import LAYERS, contents, opened, stop_after, store

pytestmark = [pytest.mark.slow, needs("zarr", "xarray")]


def test_stopped_it_goes_on_and_nothing_whole_is_looked_at_twice(model, folder, tmp_path, whole, looks):
    looks.clear()
    with pytest.raises(KeyboardInterrupt):
        store(model, folder, tmp_path / "y.zarr", workers=1, on_progress=stop_after(10))
    half = opened(tmp_path / "y.zarr")
    there = [str(name) for name in half.photo[half.answered].values]
    assert 8 <= len(there) < 29
    assert list(opened(tmp_path / "y.zarr", "conv10").answered.values) == list(half.answered.values)
    # It is read, and then not looked at; where its chunk was stored before the stop, it is not even read.
    is_damaged_due = half.state[half.photo == "2/damaged.jpg"].item() == WAITING
    looks.clear()
    told = []
    made = store(model, folder, tmp_path / "y.zarr", force=False, on_progress=told.append)
    assert not set(there) & set(looks)
    assert (made.answered, made.resumed) == (29, 30 - len(looks) - is_damaged_due)
    assert (told[0].done, told[0].all, told[-1].done) == (made.resumed, 30, 30)
    assert contents(tmp_path / "y.zarr") == contents(whole)


def test_a_whole_store_is_left_as_it_is(model, folder, whole, looks):
    before = contents(whole)
    looks.clear()
    made = store(model, folder, whole)
    assert (looks, made.resumed, made.answered) == ([], 30, 29)
    assert [trouble.name for trouble in made.troubles] == ["2/damaged.jpg"], "told again, though not asked again"
    assert contents(whole) == before


def cut_off(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    path.write_bytes(content)


DAMAGES = {"cut off": cut_off, "one bit": flip, "gone": Path.unlink, "empty": lambda path: path.write_bytes(b"")}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize(
    "arrays",
    [("fire2/concat/activation/c/1/0/0/0", "logits/c/2/0"), ("width/c/1", "state/c/2")],
    ids=["values", "sides"],
)
def test_damage_is_found_and_made_anew(model, folder, whole, looks, damage, arrays):  # noqa: PLR0917
    """In the second shard of one array and in the third of another: either is missed where it is not found."""
    before = contents(whole)
    for array in arrays:
        damage(whole / array)
        assert contents(whole)[array] != before[array] if (whole / array).exists() else array in before
    looks.clear()
    store(model, folder, whole)
    names = [str(name) for name in opened(whole).photo.values]
    assert sorted(looks) == [name for name in names[8:24] if name != "2/damaged.jpg"]
    assert contents(whole) == before


def test_a_list_of_photos_that_is_damaged_is_said_so(model, folder, whole):
    flip(whole / "file_stamp" / "c/0")
    with pytest.raises(DatasetError, match="is damaged .*--overwrite"):
        store(model, folder, whole)
    assert store(model, folder, whole, overwrite=True).answered == 29


SIDES = [
    "photo", "class_index", "class_name", "answered", "conv10/photo", "conv10/class_index", "conv10/answered",
    "conv10/y", "conv10/x",
]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damaged_side_columns_are_found_and_made_anew(model, folder, whole, looks, damage):
    before = contents(whole)
    for column in SIDES:
        damage(whole / column / "c/0")
    looks.clear()
    store(model, folder, whole)
    assert looks == []
    assert contents(whole) == before


def says_something_else(path):
    described = json.loads(path.read_bytes())
    path.write_text(json.dumps(described | {"shape": [7], "node_type": "array"}))


DESCRIBED = [*SIDES, "conv10", "fire2", "fire2/concat", "logits", "state", "width", "file_stamp", "conv10/activation"]


@pytest.mark.parametrize("damage", [*DAMAGES.values(), says_something_else], ids=[*DAMAGES, "something else"])
def test_damaged_descriptions_are_found_and_made_anew(model, folder, whole, looks, damage, capfd):  # noqa: PLR0917
    before = contents(whole)
    for path in DESCRIBED:
        damage(whole / path / "zarr.json")
    looks.clear()
    store(model, folder, whole)
    gc.collect()  # what asyncio says of errors that nobody has asked for
    assert looks == []
    assert contents(whole) == before
    assert capfd.readouterr() == ("", "")


def test_values_that_were_cleared_are_not_called_answered(model, folder, whole, monkeypatch):
    """As when a process is killed right after it has cleared what it was to make anew."""
    shutil.copy(folder / "1/001.png", folder / "0/000.png")
    with monkeypatch.context() as patch:
        patch.setattr(job_module, "survey", lambda *_, **__: os._exit(9))
        child = os.fork()
        if not child:
            store(model, folder, whole)
            os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    for group in (None, "conv10"):
        read = opened(whole, group)
        values = read.logits if group is None else read.activation
        assert not read.answered.values[:8].any()
        assert np.isfinite(values[read.answered]).all()


def test_a_store_of_another_folder_is_left_alone(model, folder, tmp_path, whole):
    other = shutil.copytree(folder, tmp_path / "other" / "photos")
    with pytest.raises(DatasetError, match="photos that lie elsewhere"):
        store(model, other, whole)


def test_files_that_others_have_taken_away_are_no_success(model, folder, tmp_path, monkeypatch):
    """As when another machine, which no lock holds back, begins anew on the same store."""
    survey = job_module.survey

    def meddled(*given, **more):
        made = survey(*given, **more)
        (tmp_path / "x.zarr/conv10/activation/c/1/0/0/0").unlink()
        return made

    with monkeypatch.context() as patch:
        patch.setattr(job_module, "survey", meddled)
        with pytest.raises(DatasetError, match="1 chunks that were stored are not there"):
            store(model, folder, tmp_path / "x.zarr")
    read = opened(tmp_path / "x.zarr", "conv10")
    assert int(read.answered.sum()) == 30 - 8 - (not read.answered.sel(photo="2/damaged.jpg"))
    assert np.isfinite(read.activation[read.answered]).all()
    assert store(model, folder, tmp_path / "x.zarr").answered == 29


def test_a_job_looks_again_once_it_is_alone(model, folder, tmp_path, looks):
    with pytest.raises(KeyboardInterrupt):
        store(model, folder, tmp_path / "x.zarr", workers=1, on_progress=stop_after(10))
    job = stored.ActivationJob(model, folder, tmp_path / "x.zarr", LAYERS)
    assert job.space.due_photos > 0
    store(model, folder, tmp_path / "x.zarr")
    looks.clear()
    assert job.run().answered == 29
    assert looks == [], "another has stored the rest meanwhile"


def test_what_a_killed_process_left_half_written_goes(model, folder, whole):
    before = contents(whole)
    place = whole / "conv10/activation/c/2/0/0"
    (place / "0").rename(place / "0.abcdef.partial")
    (whole / "state/c/2").rename(whole / "state/c/2.abcdef.partial")
    store(model, folder, whole)
    assert contents(whole) == before


def test_a_store_that_was_not_ready_is_made_anew(model, folder, whole):
    import zarr

    before = contents(whole)
    root = zarr.open_group(whole, mode="r+", use_consolidated=False)
    root.attrs["squeezeviz"] = {"is_ready": False}
    shutil.rmtree(whole / "conv10")
    store(model, folder, whole)
    assert contents(whole) == before


def test_a_photo_that_has_changed_is_looked_at_again(model, folder, whole, looks):
    shutil.copy(folder / "1/001.png", folder / "0/000.png")
    looks.clear()
    store(model, folder, whole)
    assert "0/000.png" in looks
    assert len(looks) == 8, "its shard, no more"
    read = opened(whole, "conv10").activation
    np.testing.assert_array_equal(read.sel(photo="0/000.png"), read.sel(photo="1/001.png"))


def test_a_photo_that_can_be_read_by_now_is(model, folder, whole):
    state = (folder / "2/damaged.jpg").stat()
    content = (folder / "1/001.png").read_bytes()
    (folder / "2/damaged.jpg").write_bytes(content)
    os.utime(folder / "2/damaged.jpg", ns=(state.st_atime_ns, state.st_mtime_ns))
    made = store(model, folder, whole)
    assert (made.answered, made.troubles) == (30, ())
    assert opened(whole, "conv10").answered.all()
