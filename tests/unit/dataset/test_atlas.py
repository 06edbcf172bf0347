"""An atlas as a folder: written from photos, read back, damaged, refused; and what the command line says."""

import io
import json
import shutil
import zipfile

import numpy as np
import pytest
from PIL import Image as Pillow

import squeezeviz as sv
from squeezeviz.cli import main
from squeezeviz.dataset import Progress
from squeezeviz.dataset.atlas import making
from squeezeviz.dataset.atlas.crops import LEAST_PX, CropStudy, Field
from squeezeviz.errors import DatasetError, ImageError, LabelError, LayerError, PreprocessingError
from squeezeviz.report.html.atlas import atlas_html, channel_html
from tests.nets import tiny_content, tiny_model

pytest.importorskip("pyarrow", reason="an atlas takes pyarrow, which is not installed")
from pyarrow import parquet


@pytest.fixture(autouse=True)
def _cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SQUEEZEVIZ_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def model():
    return tiny_model()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Eight photos of noise in three classes, and what else lies about in folders."""
    root, rng = tmp_path_factory.mktemp("photos"), np.random.default_rng(3)
    for index in range(8):
        place = root / str(index % 3)
        place.mkdir(exist_ok=True)
        pixels = rng.integers(0, 256, (18, 24, 3), dtype=np.uint8)
        Pillow.fromarray(pixels).resize((240, 180), Pillow.Resampling.BICUBIC).save(place / f"{index}.png")
    (root / "0" / "letter.png").write_text("Dear network")
    return root


@pytest.fixture(scope="module")
def made(model, folder, tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setenv("SQUEEZEVIZ_CACHE", str(tmp_path_factory.mktemp("cache")))
    try:
        return sv.make_atlas(model, folder, tmp_path_factory.mktemp("made") / "noise.atlas", k=4)
    finally:
        patch.undo()


@pytest.fixture
def copy(made, tmp_path):
    return shutil.copytree(made.path, tmp_path / "copy.atlas")


def test_it_says_of_every_channel_what_the_model_says_of_the_photos(made, model, folder):
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("[0-9].png"))
    assert made.photos == len(names) == 8
    assert made.classes == {0: 3, 1: 3, 2: 2}
    assert made.layers == tuple(layer.name for layer in model.architecture)
    activations = {name: model.activations(folder / name) for name in names}
    for layer in model.architecture:
        assert made.channels(layer.name) == layer.channels
        for channel in range(layer.channels):
            known = made.channel(layer.name, channel)
            maxima = {
                name: float(a[layer.name].reshape(layer.channels, -1)[channel].max()) for name, a in activations.items()
            }
            ranked = sorted((name for name in names if maxima[name] > 0), key=lambda name: (-maxima[name], name))
            assert [(each.photo, each.value) for each in known.strongest] == [
                (name, maxima[name]) for name in ranked[:4]
            ]
            for each in known.strongest:
                maps = activations[each.photo][layer.name]
                assert each.value == (maps[channel][each.cell] if maps.ndim == 3 else maps[channel])
            assert known.active_photos == sum(value > 0 for value in maxima.values()) == 8 - known.peaks[0]
            assert known.peaks.sum() == known.photos == 8
            assert known.is_dead == (((layer.name, channel)) in made.dead())
            assert ((layer.name, channel) in made.always_on()) == (
                known.cells[0] == 0 and len(layer.shape) == 3 and layer.shape[1] > 1
            )
            assert known.largest == max(maxima.values())


def test_a_crop_is_the_part_of_the_photo_that_the_cell_sees(made, model, folder):
    how = model.preprocessing
    for layer, channel in (("conv1", 1), ("fire2/concat", 1), ("fire2/concat", 4), ("conv10", 2)):
        for each in made.channel(layer, channel).strongest:
            # A branch of a concatenation sees less than the other.
            origin = model.architecture[layer]
            if layer == "fire2/concat":
                origin = model.architecture["fire2/expand1x1" if channel < 3 else "fire2/expand3x3"]
            (size, _), (y, x) = origin.receptive_field, each.cell
            centre = [origin.offset[axis] + origin.stride[axis] * at + 0.5 for axis, at in ((1, x), (0, y))]
            geometry = how.geometry(240, 180)
            ends = [geometry.to_original(*(min(max(c + side * size / 2, 0), 33) for c in centre)) for side in (-1, 1)]
            assert each.field == pytest.approx([*ends[0], *ends[1]])
            box = made.crop_box(each.crop)
            assert box[0] <= each.field[0] + 1e-6
            assert box[3] >= each.field[3] - 1e-6
            picture = sv.read_image(folder / each.photo).picture.crop(box)
            picture.thumbnail((96, 96), Pillow.Resampling.BICUBIC)
            found = made.crop(each)
            assert found.size == picture.size
            assert max(found.size) <= 96
            if min(found.size) >= 12:  # JPEG has little to work with below
                off = np.abs(np.asarray(found, float) - np.asarray(picture, float)).mean()
                other = np.abs(np.asarray(found, float) - np.asarray(picture, float)[::-1]).mean()
                assert off < other / 2


def test_small_fields_are_shown_with_what_is_round_them(model):
    image = sv.read_image(np.zeros((33, 33, 3), np.uint8))
    how = model.preprocessing.replace(name="as it is", resize="none", crop=(0, 0))
    study = CropStudy({"array": (Field(3, (16.0, 16.0)), Field(3, (1.0, 1.0)))}, how)
    _, _, crops = study.look(model, image, "array", None).photos["array"]
    middle, corner = crops[Field(3, (16.0, 16.0))], crops[Field(3, (1.0, 1.0))]
    assert middle.field == (15, 15, 18, 18)
    assert middle.box == (4, 4, 29, 29)  # 4.5 to 28.5, in whole pixels
    assert middle.box[2] - middle.box[0] == LEAST_PX + 1
    assert corner.field == (0, 0, 3, 3)
    assert corner.box == (0, 0, 14, 14)


def test_crops_travel_as_bytes(model, folder):
    image = sv.read_image(folder / "0" / "0.png")
    study = CropStudy({"a": (Field(5, (3.0, 4.0)),), "b": (Field(9, (8.5, 8.0)),)}, model.preprocessing)
    first, second = (study.look(model, image, name, None) for name in "ab")
    content = study.dump(second)
    whole = study.merge(study.merge(study.empty(), first), second)
    assert study.load(study.dump(whole)) == whole
    assert study.dump(second) == content
    for spoilt in (b"", b"{}", content[:-1], content + b"!"):
        with pytest.raises(ValueError, match="expected"):
            study.load(spoilt)


def test_channels_that_fire_for_a_class(made, model, folder):
    layers = made.about["distinct"]
    assert "fire2/expand1x1" not in layers
    assert "softmaxout" not in layers
    names = sorted(folder.rglob("[0-9].png"))
    means = {
        path: {
            layer: a.reshape(len(a), -1).mean(axis=1, dtype=np.float64) for layer, a in model.activations(path).items()
        }
        for path in names
    }
    standing = {}
    for layer in layers:
        own = np.stack([means[path][layer] for path in names])
        shown = np.stack([means[path][layer] for path in names if path.parent.name == "2"])
        with np.errstate(invalid="ignore", divide="ignore"):
            score = (shown.mean(axis=0) - own.mean(axis=0)) / own.std(axis=0)
        standing |= {(layer, at): value for at, value in enumerate(score) if np.isfinite(value)}
    told = made.channels_for("class 2", 5)
    assert [each.standing for each in told] == sorted((each.standing for each in told), reverse=True)
    best = sorted(standing.values(), reverse=True)[:5]
    assert [each.standing for each in told] == pytest.approx(best, rel=0.02)
    for each in told:
        assert each.standing == pytest.approx(standing[each.layer, each.channel], rel=0.02)
    assert {each.layer for each in made.channels_for(2, layers="conv1")} == {"conv1"}
    with pytest.raises(DatasetError, match="no photo of this atlas shows class 4; 3 other classes are shown"):
        made.channels_for(4)
    with pytest.raises(LabelError, match="no class is called"):
        made.channels_for("cat")


def test_what_is_not_there_is_said(made):
    with pytest.raises(
        LayerError, match=r"no layer 'conv11'. Did you mean 'conv1'|no layer 'conv11'. Did you mean 'conv10'"
    ):
        made.channel("conv11", 0)
    with pytest.raises(LayerError, match="channels 0 to 3; there is no 4"):
        made.channel("conv1", 4)
    with pytest.raises(DatasetError, match="no crop is of a photo called 'x'"):
        made.place("x")


def test_tables_are_for_others_too(made):
    strongest = parquet.read_table(made.path / "strongest.parquet").to_pylist()
    first = made.channel("conv1", 0).strongest[0]
    row = next(row for row in strongest if (row["layer"], row["channel"], row["rank"]) == ("conv1", 0, 1))
    assert (row["photo"], row["value"], (row["y"], row["x"])) == (first.photo, first.value, first.cell)
    classes = parquet.ParquetFile(made.path / "classes.parquet")
    assert classes.num_row_groups == 3
    assert set(classes.read_row_group(1)["class_index"].to_pylist()) == {1}
    about = json.loads((made.path / "atlas.json").read_text())
    assert about["model_sha256"] == "00"
    assert about["k"] == 4
    assert [trouble["name"] for trouble in about["troubles"]] == ["0/letter.png"]
    assert {"squeezeviz", "onnxruntime"} <= about["versions"].keys()


def test_it_shows_itself_in_a_notebook(made):
    known = next(known for at in range(4) if (known := made.channel("conv1", at)).strongest)
    shown = channel_html(known)
    assert shown.count("data:image/jpeg;base64,") == len(known.strongest)
    assert "<svg" in shown
    assert "selectivity" in shown
    assert "activates on" in repr(known)
    counts = made.layer_counts()
    assert [*counts] == [*made.layers]
    for layer, (channels, dead, always_on) in counts.items():
        assert channels == made.channels(layer)
        assert (dead, always_on) == (len(made.dead(layer)), len(made.always_on(layer)))
    table = atlas_html(made)
    assert "fire2/concat" in table
    assert "8 photos" in table
    assert "8 photos" in repr(made)


def test_photos_without_labels(model, folder, tmp_path):
    flat = tmp_path / "flat"
    flat.mkdir()
    for path in folder.rglob("[0-9].png"):
        shutil.copy(path, flat)
    found = sv.make_atlas(model, flat, tmp_path / "flat.atlas", layers=["conv1", "softmaxout"], k=2)
    known = found.channel("conv1", 0)
    assert found.classes == {}
    assert known.selectivity is None
    assert known.classes == ()
    assert known.similar
    assert found.channel("softmaxout", 1).similar == ()
    with pytest.raises(DatasetError, match="photos without labels"):
        found.channels_for(0)
    with pytest.raises(LayerError, match="no layer 'conv10'"):
        found.channel("conv10", 0)


def test_the_same_whatever_the_workers(model, folder, made, tmp_path):
    again = sv.make_atlas(model, folder, tmp_path / "again.atlas", k=4, workers=3)
    for table in ("channels", "strongest", "histograms", "classes", "similar", "crops"):
        assert parquet.read_table(again.path / f"{table}.parquet").equals(
            parquet.read_table(made.path / f"{table}.parquet")
        ), table
    assert (again.path / "crops.zip").read_bytes() == (made.path / "crops.zip").read_bytes()


def test_what_was_stopped_goes_on(model, folder, tmp_path):
    asked = []

    def stop(stage, progress):
        asked.append((stage, progress.done))
        if stage == "cropping" and progress.done >= 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sv.make_atlas(model, folder, tmp_path / "a.atlas", on_progress=stop, workers=1)
    assert not (tmp_path / "a.atlas").exists()
    asked.clear()
    sv.make_atlas(
        model, folder, tmp_path / "a.atlas", on_progress=lambda *told: asked.append((told[0], told[1].done)), workers=1
    )
    assert asked[0] == ("looking", 8)  # all that could be read; the letter is read again
    assert next(done for stage, done in asked if stage == "cropping") >= 2
    assert not list((tmp_path / "cache" / "surveys").iterdir())


def test_another_atlas_is_not_overwritten_unasked(model, folder, copy, tmp_path):
    before = (copy / "atlas.json").read_bytes()
    with pytest.raises(DatasetError, match="there is an atlas already"):
        sv.make_atlas(model, folder, copy)
    assert (copy / "atlas.json").read_bytes() == before
    assert sv.make_atlas(model, folder, copy, overwrite=True, layers=["conv1"]).layers == ("conv1",)
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.tex").touch()
    with pytest.raises(DatasetError, match="found something else"):
        sv.make_atlas(model, folder, tmp_path / "thesis", overwrite=True)


def test_a_full_disk_leaves_what_was_there(model, folder, copy, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    before = {path.name: path.read_bytes() for path in copy.iterdir()}
    monkeypatch.setattr("squeezeviz.dataset.atlas.writing._write_classes", full)
    with pytest.raises(DatasetError, match="No space left on device"):
        sv.make_atlas(model, folder, copy, overwrite=True)
    assert {path.name: path.read_bytes() for path in copy.iterdir()} == before
    assert [path.name for path in copy.parent.iterdir() if path.name.startswith(".")] == []


def test_nothing_to_look_at(model, tmp_path):
    (tmp_path / "photos").mkdir()
    with pytest.raises(DatasetError, match="expected photos"):
        sv.make_atlas(model, tmp_path / "photos", tmp_path / "a.atlas")
    (tmp_path / "photos" / "letter.png").write_text("Dear network")
    with pytest.raises(DatasetError, match="none of the 1 photos could be looked at: .*letter.png"):
        sv.make_atlas(model, tmp_path / "photos", tmp_path / "a.atlas")
    with pytest.raises(DatasetError, match="k is 0"):
        sv.make_atlas(model, tmp_path / "photos", tmp_path / "a.atlas", k=0)
    with pytest.raises(PreprocessingError, match="Did you mean"):
        sv.make_atlas(model, tmp_path / "photos", tmp_path / "a.atlas", preprocessing="caffe22")
    assert not (tmp_path / "a.atlas").exists()


def damage_nothing(copy):
    shutil.rmtree(copy)


def damage_words(copy):
    (copy / "atlas.json").write_text("{")


def damage_format(copy):
    (copy / "atlas.json").write_text('{"format": "another"}')


def damage_about(copy):
    about = json.loads((copy / "atlas.json").read_text())
    del about["labels"]
    (copy / "atlas.json").write_text(json.dumps(about))


def damage_table(copy):
    whole = (copy / "strongest.parquet").read_bytes()
    (copy / "strongest.parquet").write_bytes(whole[: len(whole) // 2])


def damage_missing(copy):
    (copy / "similar.parquet").unlink()


def damage_crops(copy):
    whole = (copy / "crops.zip").read_bytes()
    (copy / "crops.zip").write_bytes(whole[: len(whole) // 2])


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (damage_nothing, "found nothing"),
        (damage_words, "damaged"),
        (damage_format, "found 'another'"),
        (damage_about, "damaged"),
        (damage_table, "damaged"),
        (damage_missing, "damaged"),
        (damage_crops, "damaged"),
    ],
)  # fmt: skip
def test_damage_is_named(copy, damage, said):
    damage(copy)
    with pytest.raises(DatasetError, match=said):
        sv.read_atlas(copy)


def test_a_damaged_crop_is_named_when_it_is_read(copy):
    whole = bytearray((copy / "crops.zip").read_bytes())
    whole[60:90] = bytes(30)
    (copy / "crops.zip").write_bytes(whole)
    with pytest.raises(DatasetError, match="damaged"):
        sv.read_atlas(copy).crop_file(0)


def test_without_pyarrow_the_extra_is_named(model, folder, made, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    for attempt in (lambda: sv.read_atlas(made.path), lambda: sv.make_atlas(model, folder, tmp_path / "a.atlas")):
        with pytest.raises(DatasetError, match=r"pip install 'squeezeviz\[dataset\]'"):
            attempt()


def test_the_estimate_is_an_upper_bound_of_what_it_takes(model, folder, tmp_path, monkeypatch):
    told = []
    found = sv.make_atlas(model, folder, tmp_path / "a.atlas", on_estimate=told.append)
    (expected,) = told
    assert expected.photos == 9  # the letter is not opened before
    assert 0 < expected.seconds < 60
    crops = sum((found.path / name).stat().st_size for name in ("crops.zip", "crops.parquet"))
    assert expected.content_bytes > 0.8 * crops
    broken = lambda *_, **__: (_ for _ in ()).throw(ImageError("broken"))  # noqa: E731
    monkeypatch.setattr(making, "read_image", broken)
    sv.make_atlas(model, folder, tmp_path / "b.atlas", on_estimate=told.append)
    assert np.isnan(told[1].seconds)


# The command line -----------------------------------------------------------------------------------------------------


@pytest.fixture
def run(folder, tmp_path, capsys):
    """Run the subcommand on the photos and a small model; return how it left and what it said."""
    onnx = tmp_path / "tiny.onnx"
    onnx.write_bytes(tiny_content())

    def run(*arguments):
        filled = [str(each).format(folder=folder, new=tmp_path / "new.atlas") for each in arguments]
        with pytest.raises(SystemExit) as left:
            main(["atlas", str(folder), "-m", str(onnx), *filled])
        return left.value.code, capsys.readouterr()

    return run


def test_the_verb(run, tmp_path):
    target = tmp_path / "noise.atlas"
    code, said = run("-o", target, "--k", "2", "--layers", "conv1, conv10")
    assert code == 0
    assert "8 photos, 2 layers, 9 channels of their own" in said.out
    assert "9 photos: about" in said.err
    assert "on disk" in said.err
    assert "letter.png" in said.err
    assert sv.read_atlas(target).about["k"] == 2

    _, said = run("-o", target, "--layers", "conv1", "--overwrite", "--json")
    told = json.loads(said.out)
    assert told["path"] == str(target)
    assert told["layers"] == ["conv1"]
    assert told["bytes"] == sum(path.stat().st_size for path in target.iterdir())


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["-o", "{folder}/0"], "found something else"),
        (["-o", "{new}", "--layers", "conv11"], "Did you mean"),
        (["-o", "{new}", "--layers", ","], "empty list of layers"),
        (["-o", "{new}", "--labels", "{folder}/none.txt"], "none.txt"),
    ],
)
def test_the_verb_says_what_is_wrong_in_one_line(run, tmp_path, wrong, said):
    code, told = run(*wrong)
    assert code == 2
    assert said in told.err
    assert not (tmp_path / "new.atlas").exists()


def test_the_verb_when_it_is_stopped(run, monkeypatch):
    def stopped(*_, on_progress, **__):
        on_progress("looking", Progress(3, 9))
        raise KeyboardInterrupt

    monkeypatch.setattr("squeezeviz.dataset.atlas.make_atlas", stopped)
    code, said = run("-o", "{new}")
    assert code == 130
    assert "stopped while looking, after 3 of 9; the same command goes on from there" in said.err


def test_lab_and_app_take_an_atlas(made, tmp_path, monkeypatch, capsys):
    environments = []
    monkeypatch.setattr("subprocess.call", lambda command, env, cwd: environments.append(env) or 0)
    for subcommand in ("lab", "app"):
        with pytest.raises(SystemExit):
            main([subcommand, "--atlas", str(made.path)])
        assert environments.pop()["SQUEEZEVIZ_ATLAS"] == str(made.path.resolve())
        with pytest.raises(SystemExit) as left:
            main([subcommand, "--atlas", str(tmp_path)])
        assert left.value.code == 2
        assert environments == []
    assert "without atlas.json" in capsys.readouterr().err


# The page -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def state(made, model):
    from squeezeviz.explorer.state import State

    state = State(lambda: model)
    state.atlas = made
    replies = []
    state.send = lambda content, buffers=None: replies.append((content, buffers))

    def tell(**content):
        state._receive(None, content, [])
        return replies[-1]

    state.tell, state.replies = tell, replies
    return state


def test_the_page_is_told_of_a_channel(state, made, model):
    told, buffers = state.tell(kind="across", id="1", name="conv1", layer="conv1", channel=1)
    known = made.channel("conv1", 1)
    assert told["kind"] == "across"
    assert told["active_photos"] == known.active_photos
    assert told["peaks"] == known.peaks.tolist()
    assert [each["photo"] for each in told["strongest"]] == [each.photo for each in known.strongest]
    assert list(buffers) == [made.crop_file(each.crop) for each in known.strongest]
    json.dumps(told)
    for each, (left, top, right, bottom) in zip(
        known.strongest, (each["within"] for each in told["strongest"]), strict=True
    ):
        box = made.crop_box(each.crop)
        across, down = box[2] - box[0], box[3] - box[1]
        assert each.field == pytest.approx(
            (box[0] + left * across, box[1] + top * down, box[0] + right * across, box[1] + bottom * down)
        )


def test_the_page_is_told_of_channels_for_a_class(state, made):
    told, _ = state.tell(kind="activating_channels", id="1", name="class 2", class_index=2)
    assert [(row["layer"], row["channel"]) for row in told["rows"]] == [
        (each.layer, each.channel) for each in made.channels_for(2, 8)
    ]
    assert told["photos"] == 2
    told, _ = state.tell(kind="activating_channels", id="2", name="class 4", class_index=4)
    assert told["kind"] == "failed"
    assert "no photo of this atlas shows class 4" in told["message"]


def test_a_photo_of_the_atlas_comes_onto_the_page(state, made, folder):
    photo = made.channel("conv1", 1).strongest[0].photo
    state.tell(kind="example", id=f"atlas {photo}", name=photo)
    assert state.photo == f"atlas {photo}"
    assert state.prediction.image == photo
    told, _ = state.tell(kind="example", id="1", name="../../etc/passwd")
    assert "no crop is of a photo" in told["message"]


def test_a_photo_that_has_gone_is_said(state, copy, made, tmp_path):
    table = parquet.read_table(copy / "photos.parquet")
    places = [str(tmp_path / "gone" / name) for name in table["photo"].to_pylist()]
    parquet.write_table(table.set_column(1, "place", [places]), copy / "photos.parquet")
    state.atlas = sv.read_atlas(copy)
    told, _ = state.tell(kind="example", id="1", name=made.channel("conv1", 1).strongest[0].photo)
    assert told["kind"] == "failed"
    assert "no such file" in told["message"]


def test_the_setting_says_whether_there_is_an_atlas(state, made):
    state.tell(kind="ready", id="1")
    setting = next(content for content, _ in state.replies if content["kind"] == "setting")
    assert setting["atlas"] == {"name": "noise.atlas", "photos": 8, "classes": [0, 1, 2]}
    assert "atlas" in setting["abilities"]
    state.atlas = None
    told, _ = state.tell(kind="across", id="2", name="conv1", layer="conv1", channel=0)
    assert "there is no atlas here" in told["message"]


def test_an_atlas_of_another_model_is_not_shown(made):
    from squeezeviz.explorer import across
    from squeezeviz.explorer.protocol import AcrossRequest
    from squeezeviz.runtime.model import Model

    other = Model(tiny_content(), name="other", sha256="11")
    with pytest.raises(DatasetError, match="noise.atlas is an atlas of tiny, and other answers here"):
        across.channel(made, other, AcrossRequest(layer="conv1", channel=0))


def test_the_explorer_takes_an_atlas(made, model, monkeypatch):
    assert sv.explore(model=model, atlas=made).state.atlas is made
    assert sv.explore(model=model, atlas=made.path).state.atlas.photos == 8
    assert sv.explore(model=model).state.atlas is None
    monkeypatch.setenv("SQUEEZEVIZ_ATLAS", str(made.path))
    assert sv.explore(model=model).state.atlas.photos == 8
    with pytest.raises(DatasetError, match="without atlas.json"):
        sv.explore(model=model, atlas=made.path.parent)


def test_crops_are_files_of_a_plain_zip(made):
    with zipfile.ZipFile(made.path / "crops.zip") as file:
        assert len(file.namelist()) == parquet.read_metadata(made.path / "crops.parquet").num_rows
        for number, name in enumerate(file.namelist()):
            assert file.read(name) == made.crop_file(number)
            with Pillow.open(io.BytesIO(file.read(name))) as opened:
                assert opened.format == "JPEG"
