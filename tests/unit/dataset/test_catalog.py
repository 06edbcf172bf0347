"""A catalogue: the same pictures whoever grows them and however often it is stopped; said, opened and refused in words."""

import io
import json
import shutil
import threading
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image as Pillow

import squeezeviz as sv
from squeezeviz import cli
from squeezeviz.dataset.catalog import estimate as estimate_module
from squeezeviz.dataset.catalog import study as study_module
from squeezeviz.dataset.catalog.grown import as_jpeg, pack, unpack
from squeezeviz.dataset.catalog.study import CatalogStudy, channels_of
from squeezeviz.dataset.catalog.writing import most_alike
from squeezeviz.dataset.products import one_thread_each
from squeezeviz.errors import DatasetError, LayerError, PreprocessingError
from squeezeviz.evidence.visualization.settings import Settings
from tests.nets import tiny_content, tiny_model

pytest.importorskip("pyarrow", reason="a catalogue takes pyarrow, which is not installed")

LAYERS = ["conv1", "conv10"]
HOW = {"layers": LAYERS, "steps": 3}


@pytest.fixture(autouse=True)
def _cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SQUEEZEVIZ_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def model():
    return tiny_model()


@pytest.fixture(scope="module")
def made(model, tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setenv("SQUEEZEVIZ_CACHE", str(tmp_path_factory.mktemp("cache")))
    try:
        return sv.make_catalog(model, tmp_path_factory.mktemp("made") / "a.catalog", negative=True, count=2, **HOW)
    finally:
        patch.undo()


def files(catalog):
    return {name: (catalog.path / name).read_bytes() for name in ("catalog.parquet", "pictures.zip")}


def test_every_channel_has_its_pictures_with_their_values(made, model):
    assert (made.layers, made.pictures) == (tuple(LAYERS), 9 * 3)
    assert [made.channels(layer) for layer in LAYERS] == [4, 5]
    known = made.channel("conv10", 1)
    assert [each.is_negative for each in known.pictures] == [False, False, True]
    for each in known.positive:  # what is said is what the network says of the very file
        seen = model.activations(each.image, "conv10")["conv10"]
        assert each.value == pytest.approx(float(seen[1].mean()), rel=1e-5)
    assert known.positive[0].value >= known.positive[1].value
    assert known.negative[0].value < known.positive[1].value
    assert made.channel("conv1", 0).pictures[0].image.pixels.shape[2] == 3


def test_a_picture_is_the_one_that_visualize_grows(model, tmp_path):
    made = sv.make_catalog(model, tmp_path / "a.catalog", layers=["conv10"], steps=3, seed=5)
    *_, alone = sv.visualize_steps(model, "conv10:2", steps=3, seed=5, threads=1)
    assert made.channel("conv10", 2).pictures[0].file == as_jpeg(alone.picture)


def test_what_a_picture_hangs_on_is_its_channel_alone(made, model, tmp_path):
    alone = sv.make_catalog(
        model, tmp_path / "a.catalog", layers=["conv10"], steps=3, negative=True, count=2, workers=1
    )
    for channel in range(5):
        ours, theirs = (each.channel("conv10", channel).pictures for each in (alone, made))
        assert [(each.file, each.value) for each in ours] == [(each.file, each.value) for each in theirs]


def test_threads_make_the_same_files(made, model, tmp_path):
    again = sv.make_catalog(model, tmp_path / "b.catalog", negative=True, count=2, workers=3, **HOW)
    assert files(again) == files(made)
    other = sv.make_catalog(model, tmp_path / "c.catalog", negative=True, count=2, seed=1, **HOW)
    assert files(other)["pictures.zip"] != files(made)["pictures.zip"]


def test_stopped_it_goes_on_and_does_nothing_twice(made, model, tmp_path, monkeypatch):
    asked, lock = [], threading.Lock()
    grow = CatalogStudy.make

    def noted(study, model, name, is_stopped=lambda: False):
        with lock:
            asked.append(name)
        return grow(study, model, name, is_stopped)

    monkeypatch.setattr(CatalogStudy, "make", noted)

    def stopping(progress):
        if progress.done >= 4:
            raise KeyboardInterrupt

    target = tmp_path / "a.catalog"
    with pytest.raises(KeyboardInterrupt):
        sv.make_catalog(model, target, negative=True, count=2, workers=1, on_progress=stopping, **HOW)
    assert not target.exists()
    first = len(asked)
    assert 4 <= first < 9
    told = []
    again = sv.make_catalog(model, target, negative=True, count=2, workers=1, on_progress=told.append, **HOW)
    assert told[0].done >= 4
    assert len(asked) - len(set(asked)) <= 1  # the one that was under way when it was stopped
    assert set(asked) == {f"{layer}:{c}" for layer, count in zip(LAYERS, (4, 5), strict=True) for c in range(count)}
    assert files(again) == files(made)
    assert not list((tmp_path / "cache" / "surveys").glob("*"))


@dataclass(frozen=True)
class Measured:
    """A study whose channels take half a second, and a tenth a step, on a clock of its own; and grow by a power."""

    settings: Settings
    clock: list

    def make(self, model, name):
        if name.endswith(":3"):
            raise LayerError("no gradient reaches the picture")
        self.clock[0] += 0.5 + 0.1 * self.settings.steps
        return {name: (SimpleNamespace(file=b"-" * round(1000 * self.settings.steps**0.25)),)}


def test_what_it_will_cost_is_what_a_few_channels_tell_of_all_steps(model, monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(estimate_module.time, "perf_counter", lambda: clock[0])
    channels = channels_of(model.architecture, ["conv1", "conv10"])
    told = estimate_module.estimate(Measured(Settings(steps=160), clock), model, channels, workers=1)
    assert told.channels == 9
    tried = 5 / 6  # of six, one has no gradient
    assert told.seconds == pytest.approx(9 * tried * (0.5 + 16))
    assert told.content_bytes == pytest.approx(9 * tried * (1000 * 160**0.25 + 200), rel=0.01)
    few = estimate_module.estimate(Measured(Settings(steps=2), clock), model, channels, workers=1)
    assert few.seconds == pytest.approx(9 * tried * 0.7)
    none = estimate_module.estimate(Measured(Settings(steps=2), clock), model, [channels[3]])
    assert np.isnan(none.seconds)
    late = estimate_module.estimate(Opened(Settings(steps=160), clock), model, channels[:1], workers=1)
    assert late.content_bytes == 1000 + 200, "of one that has no picture after ten steps"


@dataclass(frozen=True)
class Opened(Measured):
    """One whose ReLU opens after ten steps."""

    def make(self, model, name):
        if self.settings.steps <= 10:
            raise LayerError("no gradient reaches the picture")
        return {name: (SimpleNamespace(file=b"-" * 1000),)}


def test_products_take_one_thread_while_channels_grow_side_by_side():
    limits = pytest.importorskip("threadpoolctl", reason="of the extra called dataset")
    blas = [each for each in limits.threadpool_info() if each["user_api"] == "blas"]
    before = [each["num_threads"] for each in blas]
    with one_thread_each():
        within = [each["num_threads"] for each in limits.threadpool_info() if each["user_api"] == "blas"]
    assert within == [1] * len(blas)
    after = [each["num_threads"] for each in limits.threadpool_info() if each["user_api"] == "blas"]
    assert after == before


def test_a_growing_picture_is_given_up_when_it_is_stopped(model):
    study = CatalogStudy(model.preprocessing, Settings(steps=50))
    steps = []

    def is_stopped():
        steps.append(1)
        return len(steps) > 5

    assert study.make(model, "conv10:1", is_stopped) is None
    assert len(steps) < 12


def test_what_is_there_already_is_opened(made, model, monkeypatch):
    monkeypatch.setattr(study_module, "visualize_steps", None)
    again = sv.make_catalog(model, made.path, negative=True, count=2, **HOW)
    assert again.to_dict() == made.to_dict()
    with pytest.raises(DatasetError, match="there is a catalogue already; name another place, or say --overwrite"):
        sv.make_catalog(model, made.path, **HOW)


def test_its_cost_is_said_before_it_begins(model, tmp_path):
    said = []
    sv.make_catalog(
        model, tmp_path / "a.catalog", on_estimate=said.append, on_progress=lambda _: said.append(None), **HOW
    )
    (expected,) = [each for each in said if each is not None]
    assert said[0] is expected
    assert (expected.channels, expected.seconds > 0) == (9, True)
    assert 0.3 < expected.content_bytes / sum(map(len, files(sv.read_catalog(tmp_path / "a.catalog")).values())) < 3


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        ({"layers": ["conv11"]}, LayerError, "no layer is called 'conv11'. Did you mean"),
        ({"layers": []}, LayerError, "empty list"),
        ({"steps": 0}, LayerError, "steps is 0; expected a whole number"),
        ({"count": 99}, LayerError, "count is 99"),
        ({"size": 5}, LayerError, "size is 5"),
        ({"step": 3}, TypeError, "make_catalog has no choice 'step'"),
        ({"minimise": True}, TypeError, "make_catalog has no choice 'minimise'"),
        ({"preprocessing": "nonsense"}, PreprocessingError, "nonsense"),
        ({"quality": 96}, DatasetError, "quality is 96; expected a whole number from 1 to 95"),
        ({"workers": 0}, DatasetError, "workers is 0"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(model, tmp_path, given, error, says):
    with pytest.raises(error, match=says):
        sv.make_catalog(model, tmp_path / "a.catalog", **{**HOW, **given})
    assert not (tmp_path / "a.catalog").exists()


def test_a_channel_that_cannot_be_grown_is_listed_by_name(model, tmp_path, monkeypatch):
    grow = study_module._grown

    def broken(model, target, how, settings, is_stopped):
        if (target.layer, target.number) == ("conv10", 3):
            raise LayerError("mean of conv10, channel 3: no gradient reaches the picture")
        return grow(model, target, how, settings, is_stopped)

    monkeypatch.setattr(study_module, "_grown", broken)
    made = sv.make_catalog(model, tmp_path / "a.catalog", layers=["conv10"], steps=2)
    known = made.channel("conv10", 3)
    assert (made.pictures, known.pictures, made.about["troubles_in_all"]) == (4, (), 1)
    assert "no gradient reaches the picture" in known.trouble
    assert "no gradient" in repr(known)
    pages = sv.write_catalog_pages(made, tmp_path / "pages", model=model)
    assert "No picture was grown for it" in (pages.parent / "conv10" / "3.html").read_text()


def test_parts_travel_as_bytes_and_damaged_ones_are_refused(model):
    study = CatalogStudy(model.preprocessing, Settings(steps=1))
    part = study.make(model, "conv1:0")
    content = pack(part)
    again = unpack(content)
    assert pack(again) == content
    assert again["conv1:0"][0].file == part["conv1:0"][0].file
    for bad in (
        b"",
        b"{}\nmore",
        content[:-1],
        content + b"x",
        b"[]\n",
        b'{"a": 3}\n',
        b'{"a": [[1, NaN, [1, 1], 1, 1]]}\n' + b"x" * 5,
    ):
        with pytest.raises(ValueError, match="."):
            unpack(bad)


def test_a_kept_part_that_is_damaged_is_grown_anew(made, model, tmp_path):
    def stopping(progress):
        if progress.done >= 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sv.make_catalog(model, tmp_path / "a.catalog", negative=True, count=2, workers=1, on_progress=stopping, **HOW)
    kept = sorted((tmp_path / "cache" / "surveys").glob("*/*.part"))
    assert kept
    kept[0].write_bytes(kept[0].read_bytes()[:-7])
    assert files(sv.make_catalog(model, tmp_path / "a.catalog", negative=True, count=2, **HOW)) == files(made)


def test_most_alike_is_pearsons_correlation():
    rng = np.random.default_rng(0)
    means = rng.normal(size=(40, 6)).astype(np.float32)
    means[:, 4] = means[:, 1] * 2 + 3
    means[:, 5] = 7  # never changes: like nothing
    found = most_alike(means)
    assert found[1][0] == (4, pytest.approx(1.0))
    expected = np.corrcoef(means[:, :5].T)
    for channel in range(5):
        for other, value in found[channel]:
            assert value == pytest.approx(expected[channel, other], abs=1e-6)
    assert found[5] == []


# The command line -----------------------------------------------------------------------------------------------------


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as caught:
        cli.main(list(arguments))
    said = capsys.readouterr()
    return caught.value.code or 0, said.out, said.err


def test_the_subcommand_says_the_cost_first_makes_it_and_opens_it_again(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.onnx").write_bytes(tiny_content())
    given = [
        "catalog",
        "tiny.onnx",
        "-o",
        "a.catalog",
        "--layers",
        "conv10",
        "--steps",
        "2",
        "--html",
        "pages",
        "--json",
    ]
    code, out, err = run(capsys, *given)
    assert code == 0, err
    said = json.loads(out)
    assert (said["pictures"], said["steps"], said["page"]) == (5, 2, "pages/index.html")
    assert "5 channels: about" in err
    monkeypatch.setattr(CatalogStudy, "make", None)  # nothing is grown any more
    code, out, err = run(capsys, *given)
    assert (code, json.loads(out)["made"]) == (0, said["made"])
    code, _, err = run(capsys, "catalog", "tiny.onnx", "-o", "a.catalog", "--steps", "3")
    assert code == 2
    assert "there is a catalogue already" in err
    code, _, err = run(capsys, "catalog", "tiny.onnx", "-o", "b.catalog", "--layers", "conv11")
    assert (code, "conv11" in err) == (2, True)
    code, _, err = run(capsys, "catalog", "tiny.onnx", "-o", "b.catalog", "--atlas", "a.atlas")
    assert (code, "--html" in err) == (2, True)


# From strangers -------------------------------------------------------------------------------------------------------


def refused(path):
    """What is said of a catalogue that is used in every way."""
    from squeezeviz.report.html.catalog import catalog_channel_html, catalog_html

    def use():
        catalog = sv.read_catalog(path)
        catalog_html(catalog)
        for layer in catalog.layers:
            for channel in range(catalog.channels(layer)):
                known = catalog.channel(layer, channel)
                json.dumps(known.to_dict(), allow_nan=False)
                catalog_channel_html(known)
                assert all(each.image for each in known.pictures)

    with pytest.raises(DatasetError) as caught:
        use()
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


@pytest.fixture
def copy(made, tmp_path):
    return shutil.copytree(made.path, tmp_path / "copy.catalog")


def rewritten(copy, column, values, *, kind=None):
    import pyarrow as pa
    from pyarrow import parquet

    with parquet.ParquetFile(copy / "catalog.parquet") as file:
        table = file.read(use_threads=False)
    at = table.schema.get_field_index(column)
    kind = kind or table.schema.field(column).type
    new = values(table[column].to_pylist())
    parquet.write_table(table.set_column(at, column, pa.array(new, kind)), copy / "catalog.parquet")


FIRST = {
    "channel": [99, -1],
    "rank": [2, 0, -5],
    "sign": [5, -2],
    "value": [float("nan"), float("inf"), 1e300],
    "width": [0, 99999, 37],
    "height": [0, 37],
    "offset": [-1, 2**40, 1],
    "size": [0, 2**40, 5],
    "crc32": [0, -1],
    "alike": [[99], [-1], [None], list(range(20))],
    "correlations": [[2.0, 0.1], [float("nan")], []],
    "layer": ["nobody", "conv10", "x" * 9999, None],
}


@pytest.mark.parametrize(("column", "value"), [(column, value) for column, values in FIRST.items() for value in values])
def test_a_number_that_cannot_be_is_refused(copy, column, value):
    import pyarrow as pa

    rewritten(copy, column, lambda old: [value, *old[1:]], kind=pa.string() if column == "layer" else None)
    assert "is damaged" in refused(copy)


@pytest.mark.parametrize("column", FIRST)
def test_a_column_of_another_type_is_refused(copy, column):
    import pyarrow as pa

    rewritten(copy, column, lambda old: ["<img src=x>"] * len(old), kind=pa.binary())
    assert "is damaged" in refused(copy)


DESCRIPTIONS = {
    "no JSON": lambda about: "{",
    "another format": lambda about: about | {"format": "squeezeviz catalog 2"},
    "a list": lambda about: [],
    "deep": lambda about: "[" * 100_000,
    "no layers": lambda about: about | {"layers": []},
    "one layer twice": lambda about: about | {"layers": ["conv1", "conv1"]},
    "too few counts": lambda about: about | {"channels": [4]},
    "huge counts": lambda about: about | {"channels": [999_999, 999_999]},
    "text for a count": lambda about: about | {"channels": ["4", 5]},
    "fewer channels": lambda about: about | {"channels": [3, 5]},
    "no preprocessing": lambda about: about | {"preprocessing": {"name": "x", "crop_px": -3}},
    "a setting of another kind": lambda about: about | {"settings": {"size": [1]}},
    "troubles": lambda about: about | {"troubles": [3]},
    "a seed": lambda about: about | {"seed": -1},
    **{f"without {key}": lambda about, key=key: {k: v for k, v in about.items() if k != key}
       for key in ("model", "network", "made", "steps", "has_negative", "troubles_in_all", "versions")},
}  # fmt: skip


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_a_description_that_cannot_be_is_refused(copy, name):
    file = copy / "catalog.json"
    made = DESCRIPTIONS[name](json.loads(file.read_text()))
    file.write_text(made if isinstance(made, str) else json.dumps(made))
    refused(copy)


def test_files_that_are_missing_cut_off_or_others_are_refused(copy, made, tmp_path):
    assert "found nothing" in refused(tmp_path / "nothing")
    assert "a folder without catalog.json" in refused(tmp_path)
    for name in ("catalog.parquet", "pictures.zip"):
        whole = (copy / name).read_bytes()
        for content in (b"", whole[: len(whole) // 2]):
            (copy / name).write_bytes(content)
            assert "is damaged" in refused(copy)
        (copy / name).unlink()
        assert "is damaged" in refused(copy)
        (copy / name).write_bytes(whole)
    (copy / "catalog.json").unlink()
    (copy / ".making").mkdir()
    assert "was not finished" in refused(copy)


def test_a_picture_of_other_bytes_is_refused(copy, made):
    content = bytearray((copy / "pictures.zip").read_bytes())
    row = made.channel("conv10", 4).pictures[0].row
    content[int(made._rows["offset"][row]) + 40] ^= 1
    (copy / "pictures.zip").write_bytes(bytes(content))
    with pytest.raises(DatasetError, match=f"picture {row} of pictures.zip has other bytes"):
        assert sv.read_catalog(copy).channel("conv10", 4).pictures[0].file
    assert sv.read_catalog(copy).channel("conv1", 0).pictures[0].image  # the others go on


def test_a_picture_that_is_none_or_larger_than_said_is_refused(copy, made):
    import zlib

    def planted(content):
        file = bytearray((made.path / "pictures.zip").read_bytes())
        end = len(file)
        (copy / "pictures.zip").write_bytes(bytes(file) + content)
        for column, value in (("offset", end), ("size", len(content)), ("crc32", zlib.crc32(content))):
            rewritten(copy, column, lambda old, value=value: [value, *old[1:]])
        return refused(copy)

    assert "is no JPEG" in planted(b"<svg onload=alert(1)>")
    buffer = io.BytesIO()
    Pillow.new("RGB", (3000, 3000)).save(buffer, "JPEG")
    assert "has 3,000 × 3,000 pixels, not 38 × 38" in planted(buffer.getvalue())


def test_one_that_is_unknown_is_said_with_what_there_is(made):
    with pytest.raises(LayerError, match="of no layer 'conv11'"):
        made.channel("conv11", 0)
    with pytest.raises(LayerError, match="conv10 has the channels 0 to 4; there is no 5"):
        made.channel("conv10", 5)
    assert repr(made) == "<Catalog of tiny: 2 layers, 9 channels, 27 pictures>"
