"""Activations on disk: what lies there, the same bytes however it is done, and what is refused untouched."""

import itertools
import os
import pickle
import random
import shutil

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from squeezeviz.dataset import stored
from squeezeviz.dataset.stored import job as job_module
from squeezeviz.dataset.stored import space as space_module
from squeezeviz.dataset.stored.layout import plan_layout
from squeezeviz.dataset.stored.seen import Seen
from squeezeviz.dataset.stored.store import Store
from squeezeviz.dataset.stored.study import ActivationStudy, Held
from squeezeviz.errors import DatasetError, LayerError, PreprocessingError
from squeezeviz.results.prediction import softmax
from squeezeviz.runtime.model import Model
from tests.nets import fire_net, tiny_model
from tests.optional import needs
from tests.overflowing import overflowing
from tests.stores import LAYERS, contents, opened, stop_after, store

pytestmark = [pytest.mark.slow, needs("zarr", "xarray")]


# What lies there ------------------------------------------------------------------------------------------------------


def test_xarray_reads_every_value_to_the_last_bit(model, folder, tmp_path):
    made = store(model, folder, tmp_path / "x.zarr", pre_relu=True)
    assert (made.photos, made.answered, made.resumed) == (30, 29, 0)
    assert made.layers == ("fire2/concat", "conv10:pre", "conv10", "pool10")
    root, names = opened(tmp_path / "x.zarr"), sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.*"))
    assert list(root.photo.values) == names
    photos = [name for name in names if name != "2/damaged.jpg"]
    seen = {name: model.activations(folder / name, LAYERS, pre_relu=True) for name in photos}
    for layer in LAYERS:
        read = opened(tmp_path / "x.zarr", layer).load()
        assert read.activation.dims == ("photo", "channel", "y", "x")
        assert list(read.photo.values) == names
        assert set(read.coords) == {"photo", "class_index", "answered", "y", "x"}
        assert read.attrs["layer"] == model.architecture[layer].to_dict()
        assert ("pre_relu" in read) == (layer == "conv10")
        for name in names:
            row = read.sel(photo=name)
            assert int(row.class_index) == int(name[0])
            if name == "2/damaged.jpg":
                assert not row.answered
                assert np.isnan(row.activation).all()
                continue
            assert row.answered
            assert row.activation.dtype == np.float32
            np.testing.assert_array_equal(row.activation, seen[name][layer], strict=False)
            if layer == "conv10":
                np.testing.assert_array_equal(row.pre_relu, seen[name]["conv10:pre"])


def test_photos_whose_answer_is_no_number_are_left_out_by_name(folder, tmp_path):
    """What is NaN throughout is what is not there: Zarr writes no such chunk."""
    made = Model(overflowing(to_nan=True), name="overflowing", sha256="00")
    assert np.isfinite(made.activations(folder / "0/000.png", "relu1")["relu1"]).all()
    assert np.isnan(made.predict(folder / "0/000.png").logits).all()
    with pytest.raises(DatasetError, match=r"none of the 30 photos could be stored: 0/000\.png: its logits hold NaN"):
        store(made, folder, tmp_path / "x.zarr", ["relu1"])


def test_the_root_has_answers_sizes_and_classes(model, folder, whole):
    root = opened(whole)
    assert set(root.coords) == {
        "photo", "class_index", "answered", "width", "height", "file_stamp", "state", "class_name", "class_wnid",
    }  # fmt: skip
    assert list(root.class_name.values) == [label.label for label in model.labels]
    for name in ("0/000.png", "4/024.png"):
        row = root.sel(photo=name)
        assert (int(row.width), int(row.height), int(row.state)) == (44, 40, 1)
        prediction = model.predict(folder / name)
        np.testing.assert_array_equal(row.logits, prediction.logits)
        np.testing.assert_allclose(softmax(row.logits.values[None])[0], prediction.probabilities, atol=1e-6)
    damaged = root.sel(photo="2/damaged.jpg")
    assert (int(damaged.width), int(damaged.state), bool(damaged.answered)) == (0, 2, False)
    assert np.isnan(damaged.logits).all()


def test_what_made_it_is_written_down(model, folder, tmp_path):
    how = model.preprocessing.replace(name="mine", mean=0)
    store(model, folder, tmp_path / "x.zarr", preprocessing=how)
    told = opened(tmp_path / "x.zarr").attrs
    assert (told["model"], told["model_sha256"], told["dtype"]) == (model.name, model.sha256, "float32")
    assert type(how).from_dict(told["preprocessing"]) == how
    assert told["versions"]["squeezeviz"]
    assert told["data_set"] == str(folder)
    assert told["layers"] == LAYERS
    assert told["troubles"][0].startswith("2/damaged.jpg: ")
    array = opened(tmp_path / "x.zarr", "conv10").activation
    assert array.attrs["layer"] == "conv10"
    assert "last bit" in array.attrs["precision"]


def test_cells_lie_where_their_receptive_fields_do(model, folder, tmp_path, whole):
    read, layer = opened(whole, "fire2/concat"), model.architecture["fire2/concat"]
    for at, axis in enumerate(("y", "x")):
        np.testing.assert_array_equal(
            read[axis], layer.offset[at] + 0.5 + layer.stride[at] * np.arange(layer.shape[1 + at])
        )
        assert read[axis].attrs["receptive_field"] == layer.receptive_field[at]
    # Cell 0 of a convolution without padding is in the middle of its window.
    store(model, folder, tmp_path / "y.zarr", ["conv1"])
    assert float(opened(tmp_path / "y.zarr", "conv1").y[0]) == 1.5


def test_a_tree_of_all_layers(model, folder, tmp_path):
    import xarray as xr

    made = store(model, folder, tmp_path / "x.zarr", "all")
    tree = xr.open_datatree(tmp_path / "x.zarr", engine="zarr", chunks=None)
    for layer in model.architecture:
        assert tree[layer.name].activation.shape == (30, *layer.shape)
        assert list(tree[layer.name].photo.values) == list(tree.photo.values)
    assert made.stored_bytes == sum(path.stat().st_size for path in (tmp_path / "x.zarr").rglob("*") if path.is_file())


def test_photos_without_labels_are_stored_as_well(model, folder, tmp_path):
    shutil.move(folder / "0/000.png", folder / "alone.png")
    store(model, folder, tmp_path / "x.zarr")
    assert int(opened(tmp_path / "x.zarr", "conv10").class_index.sel(photo="alone.png")) == -1
    store(model, [folder / "alone.png"], tmp_path / "y.zarr")
    assert opened(tmp_path / "y.zarr").sizes["photo"] == 1


def test_photos_that_are_there_twice_are_counted_and_stored(model, folder, tmp_path):
    shutil.copy(folder / "1/001.png", folder / "0/again.png")
    made = store(model, folder, tmp_path / "x.zarr")
    assert (made.duplicates, made.answered) == (1, 30)


def test_nothing_is_left_in_the_cache(model, folder, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        store(model, folder, tmp_path / "x.zarr", workers=1, on_progress=stop_after(10))
    left = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert {path.parent.name for path in left} <= {"locks"}


def test_half_precision(model, folder, tmp_path, whole):
    store(model, folder, tmp_path / "half.zarr", dtype="float16")
    for layer in LAYERS:
        half, full = (opened(place, layer).load() for place in (tmp_path / "half.zarr", whole))
        assert full.activation.dtype == np.float32
        assert half.activation.dtype == np.float16
        there = half.answered.values
        assert there.sum() == 29
        np.testing.assert_allclose(half.activation[there], full.activation[there], rtol=2**-11, atol=3e-8)
        assert not np.isfinite(half.activation[~there]).any()
        assert "11 significant bits" in half.activation.attrs["precision"]


def test_what_half_precision_cannot_hold_is_listed_not_stored_as_infinity(model, folder, tmp_path):
    loud = model.preprocessing.replace(name="loud", scale=1e5)
    with pytest.raises(DatasetError, match=r"none of the 30 photos could be stored: .* only 65,504; float32 holds it"):
        store(model, folder, tmp_path / "x.zarr", dtype="float16", preprocessing=loud)
    assert not opened(tmp_path / "x.zarr").answered.any()
    assert store(model, folder, tmp_path / "y.zarr", preprocessing=loud).answered == 29


def test_values_that_are_no_numbers_are_listed(folder, tmp_path):
    init, net = fire_net()
    next(op for op in init.op if op.output[0] == "conv10_w").arg[1].floats[:6] = [3e38] * 6
    with pytest.raises(DatasetError, match="none of the 30 photos could be stored: .* holds NaN or infinity"):
        store(tiny_model((init, net)), folder, tmp_path / "x.zarr", ["conv10"])


# The same bytes, however it is done -----------------------------------------------------------------------------------


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(workers=st.integers(1, 4), seed=st.integers(0, 99))
def test_the_same_bytes_whatever_the_workers_and_the_order(model, folder, tmp_path, whole, workers, seed):  # noqa: PLR0917
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))
    (tmp_path / "labels.txt").unlink(missing_ok=True)
    random.Random(seed).shuffle(names)
    (tmp_path / "labels.txt").write_text("".join(f"{name} {name[0]}\n" for name in names))
    store(model, folder, tmp_path / "other.zarr", workers=workers, listing=tmp_path / "labels.txt", overwrite=True)
    assert contents(tmp_path / "other.zarr") == contents(whole)


def test_chunks_asked_in_parts_are_written_whole_in_the_end(model, folder, tmp_path, whole, monkeypatch):
    survey = job_module.survey
    # As after workers have died on a chunk: its halves are asked apart, perhaps in two places.
    monkeypatch.setattr(job_module, "survey", lambda *given, batch, **more: survey(*given, batch=batch // 2, **more))
    made = store(model, folder, tmp_path / "y.zarr")
    assert made.answered == 29
    assert contents(tmp_path / "y.zarr") == contents(whole)


def some_seen(draw):
    rng = np.random.default_rng(draw)
    return Seen((rng.normal(size=(5, 6, 6)).astype(np.float32),), rng.normal(size=5).astype(np.float32), draw, 7)


@given(st.lists(st.integers(0, 99), max_size=6, unique=True), st.randoms())
@settings(max_examples=25, deadline=None)
def test_parts_merge_in_any_order_and_survive_being_sent(names, order):
    layout = plan_layout(tiny_model().architecture, ["conv10"], photos=1, pre_relu=False, dtype="float32")
    study = ActivationStudy(Store("nowhere.zarr", layout), tiny_model().preprocessing)
    parts = [Held({str(name): some_seen(name)}, written=name) for name in names]

    def plain(part):
        rows = {k: (v.arrays[0].tobytes(), v.logits.tobytes(), v.width, v.height) for k, v in part.waiting.items()}
        return rows, part.written

    def merged(parts):
        whole = study.empty()
        for part in parts:
            whole = study.merge(whole, study.load(study.dump(part)))
        return whole

    shuffled = list(parts)
    order.shuffle(shuffled)
    cut = len(parts) // 2
    grouped = study.merge(merged(parts[:cut]), merged(parts[cut:]))
    assert plain(merged(parts)) == plain(merged(shuffled)) == plain(grouped)
    assert set(merged(parts).waiting) == {str(name) for name in names}


@pytest.mark.parametrize("content", [b"", b"no part", pickle.dumps(3)])
def test_bytes_that_are_no_part(content, model):
    layout = plan_layout(model.architecture, ["conv10"], photos=1, pre_relu=False, dtype="float32")
    study = ActivationStudy(Store("nowhere.zarr", layout), model.preprocessing)
    whole = study.dump(Held({"a": some_seen(1)}))
    for each in (content, whole[: len(whole) // 2]):
        with pytest.raises(ValueError, match="no part"):
            study.load(each)


# What is refused ------------------------------------------------------------------------------------------------------


OTHERS = {
    "layers": ({"layers": ["conv10"]}, "other layers"),
    "dtype": ({"dtype": "float16"}, "another dtype"),
    "preprocessing": ({"mean": 0}, "another preprocessing"),
    "model": ({"model": 1}, "another model"),
    "photos": ({"photos": 1}, "other photos or labels"),
}


@pytest.mark.parametrize(("change", "words"), OTHERS.values(), ids=OTHERS)
def test_activations_of_something_else_are_left_alone(model, folder, whole, change, words):
    before = contents(whole)
    layers, other = change.get("layers", LAYERS), {}
    if "dtype" in change:
        other["dtype"] = change["dtype"]
    if "mean" in change:
        other["preprocessing"] = model.preprocessing.replace(mean=0.0)
    if "photos" in change:
        (folder / "4/024.png").unlink()
    if "model" in change:
        model = tiny_model(fire_net(seed=1))
        model.sha256 = "01"
    with pytest.raises(DatasetError, match=words):
        store(model, folder, whole, layers, **other)
    assert contents(whole) == before
    made = store(model, folder, whole, layers, overwrite=True, **other)
    assert (made.resumed, made.layers) == (0, tuple(layers))
    assert contents(whole) != before


@pytest.mark.parametrize("overwrite", [False, True])
def test_nothing_else_is_ever_written_over(model, folder, tmp_path, overwrite):
    import zarr

    own = tmp_path / "own"
    own.mkdir()
    (own / "novel.txt").write_text("a year's work")
    zarr.create_group(tmp_path / "theirs.zarr", attributes={"made by": "somebody else"})
    (tmp_path / "file.zarr").write_text("a file")
    for place in (own, tmp_path / "theirs.zarr", tmp_path / "file.zarr", folder):
        before = contents(place) if place.is_dir() else place.read_bytes()
        with pytest.raises(DatasetError, match=r"something else|found a file"):
            store(model, folder, place, overwrite=overwrite)
        assert (contents(place) if place.is_dir() else place.read_bytes()) == before


@pytest.mark.parametrize(
    ("layers", "more", "error", "words"),
    [
        (["fire2/concta"], {}, LayerError, "Did you mean 'fire2/concat'"),
        ([], {}, LayerError, "no layers are named"),
        (["conv10"], {"dtype": "int8"}, DatasetError, "float32 or float16, not as 'int8'"),
        (["conv10"], {"preprocessing": "cafe2"}, PreprocessingError, "Did you mean 'caffe2'"),
        (["conv10"], {"workers": 0}, DatasetError, "workers is 0"),
    ],
)
def test_wrong_questions(model, folder, tmp_path, layers, more, error, words):  # noqa: PLR0917
    with pytest.raises(error, match=words):
        store(model, folder, tmp_path / "x.zarr", layers, **more)


def test_no_photos(model, tmp_path):
    (tmp_path / "empty").mkdir()
    for place in ("empty", "nowhere"):
        with pytest.raises(DatasetError, match="photos"):
            store(model, tmp_path / place, tmp_path / "x.zarr")
    assert not (tmp_path / "x.zarr").exists()


@pytest.mark.skipif(os.name == "nt", reason="file names are bytes elsewhere")
def test_a_name_that_is_not_utf8_is_written_readably(model, folder, tmp_path):
    try:
        shutil.copy(folder / "0/000.png", os.fsencode(folder / "0") + b"/\xff.png")
    except OSError:
        pytest.skip("this file system takes names in UTF-8 only")
    made = store(model, folder, tmp_path / "x.zarr")
    assert (made.photos, made.answered) == (31, 30)
    read = opened(tmp_path / "x.zarr", "conv10").activation
    np.testing.assert_array_equal(read.sel(photo=r"0/\xff.png"), read.sel(photo="0/000.png"))


def test_without_zarr(model, folder, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "zarr", None)
    with pytest.raises(DatasetError, match=r"squeezeviz\[dataset\]"):
        store(model, folder, tmp_path / "x.zarr")


# Space ----------------------------------------------------------------------------------------------------------------


def test_the_space_is_said_before_it_is_taken(model, folder, tmp_path):
    job = stored.ActivationJob(model, folder, tmp_path / "x.zarr", LAYERS)
    space = job.space
    assert not (tmp_path / "x.zarr").exists()
    assert (space.photos, space.due_photos, space.sampled, space.fits) == (30, 30, 15, True), "one is damaged"
    numbers = sum(np.prod(model.architecture[layer].shape) for layer in LAYERS) + 5
    assert space.raw_bytes == 30 * numbers * 4
    job.run()
    shards = ("fire2/concat/activation/c", "conv10/activation/c", "pool10/activation/c", "logits/c")
    written = sum(p.stat().st_size for at in shards for p in (tmp_path / "x.zarr" / at).rglob("*") if p.is_file())
    assert written == pytest.approx(space.estimated_bytes, rel=0.25)
    later = stored.ActivationJob(model, folder, tmp_path / "x.zarr", LAYERS).space
    assert (later.due_photos, later.due_bytes) == (0, 0)


def test_a_disk_that_is_too_small_is_not_begun_on(model, folder, tmp_path, monkeypatch):
    monkeypatch.setattr(space_module.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(9, 8, 1000))
    with pytest.raises(DatasetError, match=r"are needed there, .* are free; store fewer layers, float16"):
        store(model, folder, tmp_path / "x.zarr", force=False)
    assert not (tmp_path / "x.zarr").exists()
    assert store(model, folder, tmp_path / "x.zarr", force=True).answered == 29


def test_a_disk_that_gets_full_loses_nothing(model, folder, tmp_path, whole, monkeypatch, looks):  # noqa: PLR0917
    from zarr.storage import _local

    left, put = itertools.count(), _local._put

    def full(path, *given, **more):
        if "/c/" in str(path) and next(left) >= 40:
            raise OSError(28, "No space left on device")
        return put(path, *given, **more)

    looks.clear()
    with monkeypatch.context() as patch:
        patch.setattr(_local, "_put", full)
        with pytest.raises(DatasetError, match="No space left on device.*goes on there"):
            store(model, folder, tmp_path / "y.zarr", workers=1)
    there = set(np.flatnonzero(opened(tmp_path / "y.zarr").state == 1))
    assert there, "something had been stored by then"
    looks.clear()
    made = store(model, folder, tmp_path / "y.zarr")
    assert 0 < made.resumed < 30
    assert made.resumed + len(looks) in (29, 30)
    assert contents(tmp_path / "y.zarr") == contents(whole)


# Elsewhere ------------------------------------------------------------------------------------------------------------


def test_a_store_at_an_address(model, folder, tmp_path, whole, looks):
    pytest.importorskip("fsspec")
    import xarray as xr
    import zarr

    place = f"memory://bucket/{tmp_path.name}/x.zarr"
    with pytest.raises(KeyboardInterrupt):
        store(model, folder, place, workers=1, on_progress=stop_after(10))
    looks.clear()
    made = store(model, folder, place)
    assert made.answered == 29
    assert 0 < len(looks) < 29
    assert made.stored_bytes > 10_000
    for layer in LAYERS:
        here = opened(whole, layer)
        there = xr.open_zarr(zarr.storage.FsspecStore.from_url(place), group=layer, chunks=None)
        xr.testing.assert_identical(here, there)


# The layout -----------------------------------------------------------------------------------------------------------


def test_shards_fit_into_memory_and_chunks_into_shards(model):
    for photos in (1, 100, 10_000, 1_281_167):
        layout = plan_layout(model.architecture, "all", photos=photos, pre_relu=True, dtype="float32")
        assert all(layout.shard_photos % value.chunk_photos == 0 for value in layout.values)
        assert 8 <= layout.shard_photos <= 64
    large = model.architecture_at(3001, 3001)
    layout = plan_layout(large, "all", photos=10_000, pre_relu=True, dtype="float32")
    assert 1 <= layout.shard_photos * layout.photo_bytes / 2 <= 128e6 or layout.shard_photos == 1


class Named:
    """Stands in for an architecture: layers of other names."""

    output_shape = (5,)

    def __init__(self, model, names):
        layer = model.architecture["conv1"]
        self.layers = [type(layer)(**{**layer.__dict__, "name": name, "pre_relu": None}) for name in names]

    def __iter__(self):
        return iter(self.layers)


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("/model/conv1/Conv_output_0", "model/conv1/Conv_output_0"),
        ("a:b c", "a_b_c"),
        ("../../etc", "_/_/etc"),
        ("__hidden", "_hidden"),
        ("//", "_"),
    ],
)
def test_layers_of_any_name_lie_in_folders(model, name, group):
    layout = plan_layout(Named(model, [name]), [name], photos=1, pre_relu=False, dtype="float32")
    assert [(value.name, value.group) for value in layout.values] == [(name, group)]


@pytest.mark.parametrize("names", [["a:b", "a b"], ["logits"], ["photo/x"]])
def test_layers_that_would_lie_in_one_place(model, names):
    with pytest.raises(DatasetError, match="would lie in"):
        plan_layout(Named(model, names), names, photos=1, pre_relu=False, dtype="float32")
