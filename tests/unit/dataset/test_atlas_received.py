"""An atlas from anywhere: whatever is in its tables, its JSON and its crops, it is read rightly or refused in one line."""

import io
import json
import os
import shutil
import sys
import zipfile

import numpy as np
import pytest
from PIL import Image as Pillow

import squeezeviz as sv
from squeezeviz.dataset.atlas import contents as contents_module
from squeezeviz.dataset.atlas.schema import TABLES
from squeezeviz.errors import DatasetError
from squeezeviz.report.html.atlas import atlas_html, channel_html
from tests.nets import fire_net, tiny_model
from tests.surveys import paint

pa = pytest.importorskip("pyarrow", reason="an atlas takes pyarrow, which is not installed")
from pyarrow import parquet  # noqa: E402

COLUMNS = [(table, column) for table, columns in TABLES.items() for column in columns]
NUMBERS = ("int16", "int32", "int64", "float32", "float64")


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
        photos = paint(tmp_path_factory.mktemp("photos"), 6)
        return sv.make_atlas(
            model, photos, tmp_path_factory.mktemp("made") / "noise.atlas", k=2, layers=["conv1", "conv10"]
        ).path
    finally:
        patch.undo()


@pytest.fixture
def copy(made, tmp_path):
    return shutil.copytree(made, tmp_path / "copy.atlas")


@pytest.fixture(scope="module")
def _lasting(made, tmp_path_factory):
    return shutil.copytree(made, tmp_path_factory.mktemp("lasting") / "copy.atlas")


@pytest.fixture
def with_table(_lasting, table):
    """A copy, one of whose tables a test may write anew: hundreds of tests share it."""
    path = _lasting / f"{table}.parquet"
    content = path.read_bytes()
    yield _lasting
    path.write_bytes(content)


def use(path):
    """Ask an atlas whatever can be asked."""
    atlas = sv.read_atlas(path)
    for layer in atlas.layers:
        for channel in range(atlas.channels(layer)):
            known = atlas.channel(layer, channel)
            json.dumps(known.to_dict(), allow_nan=False)
            channel_html(known)
            for each in known.strongest:
                atlas.crop(each).load()
                atlas.place(each.photo)
                atlas.size(each.photo)
    for index in atlas.classes:
        atlas.channels_for(index)
    atlas.dead()
    atlas.always_on()
    atlas_html(atlas)
    json.dumps(atlas.to_dict(), allow_nan=False)
    return atlas


def refused(path):
    with pytest.raises(DatasetError) as caught:
        use(path)
    assert len(str(caught.value).splitlines()) == 1, caught.value
    assert len(str(caught.value)) < 1500
    return str(caught.value)


def table_of(path):
    """The table of one file, without pyarrow's search for whole folders of them."""
    with parquet.ParquetFile(path) as file:
        return file.read(use_threads=False)


def rewrite(path, name, table):
    """Write a table in as many row groups as it had."""
    groups = parquet.read_metadata(path / f"{name}.parquet").num_row_groups
    parquet.write_table(table, path / f"{name}.parquet", row_group_size=max(1, -(-table.num_rows // max(1, groups))))


def test_a_whole_atlas_answers(made):
    assert use(made).photos == 6


# Tables ---------------------------------------------------------------------------------------------------------------


def with_values(table, column, values):
    at = table.schema.get_field_index(column)
    return table.set_column(at, column, values)


def ends(table, column):
    """The column with its first value in place of each end, and what is far out of range there."""
    kind = table.schema.field(column).type
    values = table[column].to_pylist()
    if pa.types.is_dictionary(kind) or pa.types.is_string(kind):
        return [(["nobody"] * len(values), pa.string()), (["x" * 10000, *values[1:]], pa.string())]
    if pa.types.is_list(kind) or pa.types.is_fixed_size_list(kind):
        count = kind.list_size if pa.types.is_fixed_size_list(kind) else 1
        return [([[-1] * count, *values[1:]], kind), ([[None] * count, *values[1:]], kind)]
    if pa.types.is_integer(kind):
        return [([low, *values[1:]], kind) for low in (-1, -(2 ** (kind.bit_width - 1)), 2 ** (kind.bit_width - 1) - 1)]
    return [([odd, *values[1:]], kind) for odd in (float("nan"), float("inf"), -3.0, 3e38 if column == "x" else -1e30)]


MUTATIONS = {
    "missing": lambda table, column: [table.drop_columns([column])],
    "renamed": lambda table, column: [
        table.rename_columns([n + "2" if n == column else n for n in table.column_names])
    ],
    "another type": lambda table, column: [
        with_values(table, column, pa.array(values, kind))
        for values, kind in (
            (["<img src=x onerror=alert(1)>"] * table.num_rows, pa.string()),
            ([3] * table.num_rows, pa.uint8()),
            ([[b"x"]] * table.num_rows, pa.list_(pa.binary())),
            ([{"a": 1}] * table.num_rows, pa.struct([("a", pa.int8())])),
            ([None] * table.num_rows, pa.null()),
        )
    ],
    "empty": lambda table, column: [table.slice(0, 0), table.slice(1), pa.concat_tables([table, table])],
    "null": lambda table, column: [
        with_values(table, column, pa.array([None, *table[column].to_pylist()[1:]], table.schema.field(column).type))
    ],
    "out of range": lambda table, column: [
        with_values(table, column, pa.array(values, kind)) for values, kind in ends(table, column)
    ],
    "extra": lambda table, column: [table.append_column("more", table[column])],
    "twice": lambda table, column: [table.append_column(column, table[column])],
}
# What such a change leaves right: values may be missing there, any number will do, or is beyond what an atlas can tell.
LEFT = {
    "null": {("channels", "selectivity"), ("photos", "class_index")},
    "out of range": {("photos", "place")},
}


@pytest.mark.slow
@pytest.mark.parametrize("mutation", MUTATIONS)
@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_a_column_that_is_not_what_it_has_to_be(with_table, table, column, mutation):
    whole = table_of(with_table / f"{table}.parquet")
    for changed in MUTATIONS[mutation](whole, column):
        rewrite(with_table, table, changed)
        if (table, column) in LEFT.get(mutation, ()) or is_harmless(table, column, mutation, whole, changed):
            try:
                use(with_table)
            except DatasetError as exc:
                assert len(str(exc).splitlines()) == 1
        else:
            assert "damaged" in refused(with_table)


def is_harmless(table, column, mutation, whole, changed):
    """A large size or place of a cell is a right one, of another network; so is the crop of any photo."""
    if mutation == "out of range" and table == "strongest" and column in ("y", "x", "right", "bottom", "value"):
        return True
    if mutation == "out of range" and table in ("crops", "photos") and column in ("right", "bottom", "width", "height"):
        return True
    if mutation == "out of range" and table == "channels" and column == "selectivity":
        return True  # null or NaN: there is none
    if mutation == "empty" and table in ("similar", "strongest"):
        return changed.num_rows < whole.num_rows  # rows may be missing: a channel then has fewer
    if mutation == "another type" and column == "place":
        return changed.schema.field(column).type == pa.string()  # it stays text: places are whatever a disk allows
    return mutation == "empty" and table == "photos" and changed.num_rows == whole.num_rows


def test_a_small_file_that_is_large_in_memory(copy):
    whole = table_of(copy / "similar.parquet")
    parquet.write_table(
        pa.table({key: pa.concat_arrays([whole[key].combine_chunks()[:1]]).take(pa.array(np.zeros(2_000_000, np.int32)))
                  for key in whole.column_names}),
        copy / "similar.parquet", compression="zstd",
    )  # fmt: skip
    assert (copy / "similar.parquet").stat().st_size < 100_000
    assert "rows at most" in refused(copy)


def test_a_list_in_a_row_that_is_large_in_memory(copy):
    whole = table_of(copy / "channels.parquet")
    lists = [[0] * 3000000, *whole["classes"].to_pylist()[1:]]
    parquet.write_table(
        with_values(whole, "classes", pa.array(lists, pa.list_(pa.int32()))),
        copy / "channels.parquet",
        compression="zstd",
    )
    assert "values a row at most" in refused(copy)


def test_a_long_text_named_a_thousand_times(copy):
    whole = table_of(copy / "strongest.parquet")
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * whole.num_rows, pa.int32()), pa.array(["x" * 5_000_000]))
    parquet.write_table(with_values(whole, "photo", texts.cast(pa.string())), copy / "strongest.parquet")
    assert "letters" in refused(copy)


@pytest.mark.slow
def test_a_damaged_index_into_a_dictionary(copy, monkeypatch):
    """Pages carry no checksums: pyarrow hands out any index, one to no text included, and says nothing of it."""
    path = copy / "strongest.parquet"
    content, described = path.read_bytes(), parquet.read_metadata(path)
    column = described.row_group(0).column(described.schema.names.index("photo"))
    end = min(column.dictionary_page_offset, column.data_page_offset) + column.total_compressed_size
    read = contents_module.read_table
    others = {
        at: read(at, TABLES[at.stem], most_rows=1000) for at in copy.glob("*.parquet") if at != path
    }  # they stay as they are
    monkeypatch.setattr(
        contents_module, "read_table", lambda at, columns, **how: others.get(at) or read(at, columns, **how)
    )
    for at in range(column.data_page_offset, end):
        for bit in range(8):
            path.write_bytes(content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :])
            try:
                atlas = sv.read_atlas(copy)
                names = [each.photo for channel in range(4) for each in atlas.channel("conv1", channel).strongest]
            except DatasetError as exc:
                assert "damaged" in str(exc)
            else:
                assert len(names) == 8


def test_bytes_that_are_no_text(copy):
    raw = (copy / "photos.parquet").read_bytes()
    name = table_of(copy / "photos.parquet")["photo"].to_pylist()[0].encode()
    assert raw.count(name) > 0
    table = table_of(copy / "photos.parquet")
    odd = pa.array([b"\xff" * 4] * table.num_rows, pa.binary()).view(pa.string())
    rewrite(copy, "photos", with_values(table, "photo", odd))
    refused(copy)


@pytest.mark.parametrize("name", [*(f"{table}.parquet" for table in TABLES), "atlas.json", "crops.zip"])
def test_a_file_that_is_none(copy, name):
    path = copy / name
    content = path.read_bytes()
    cut = (
        content[:-1] if name != "crops.zip" else b""
    )  # a zip file's last bytes are its list of contents, which is not read
    for spoilt in (b"", b"PAR1", cut, content[: len(content) // 2], b"\0" * len(content)):
        path.write_bytes(spoilt)
        refused(copy)
    path.unlink()
    refused(copy)
    path.mkdir()
    refused(copy)
    path.rmdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(path)  # reading it would wait without end
        refused(copy)


# atlas.json -----------------------------------------------------------------------------------------------------------

ODD = [
    None,
    True,
    -1,
    0,
    2**80,
    1.5,
    "",
    "<b>",
    "\ud800",
    [],
    [[]],
    [None],
    ["\ud800"],
    {},
    {"a": 1},
    {"-1": 1},
    {"9" * 30: 1},
]


@pytest.mark.parametrize("key", [
    "model", "model_sha256", "preprocessing", "versions", "made", "data_set", "listing", "photos", "k", "layers", "distinct",
    "labels", "classes", "duplicates", "troubles", "troubles_in_all", "edges", "format",
])  # fmt: skip
def test_what_it_says_of_itself_is_of_another_kind(copy, key):
    about = json.loads((copy / "atlas.json").read_text())
    for odd in [*ODD, ...]:
        changed = {each: value for each, value in {**about, key: odd}.items() if value is not ...}
        (copy / "atlas.json").write_text(json.dumps(changed))
        try:
            use(copy)
        except DatasetError as exc:
            assert len(str(exc).splitlines()) == 1
        else:
            assert key not in ("format", "preprocessing", "photos", "layers", "labels", "classes", "edges")


@pytest.mark.parametrize("content", ["NaN", "[" * 100_000, '{"format": NaN}', "[]", '"squeezeviz atlas 1"', "\ufeff{}"])
def test_json_that_is_none_of_ours(copy, content):
    (copy / "atlas.json").write_text(content, encoding="utf-8")
    refused(copy)


def test_a_preprocessing_that_is_none(copy):
    about = json.loads((copy / "atlas.json").read_text())
    for odd in ({"name": "x", "crop_px": -1}, {"name": 3}, {"crop_px": 3}, {"name": "x", "mean": "a"}):
        (copy / "atlas.json").write_text(json.dumps(about | {"preprocessing": odd}))
        assert "preprocessing" in refused(copy)


# Crops ----------------------------------------------------------------------------------------------------------------


def with_crop(copy, content, **place):
    """Put other bytes in place of all crops, with their right checksum."""
    with zipfile.ZipFile(copy / "crops.zip", "w") as file:
        entry = zipfile.ZipInfo("../../outside.jpg")
        file.writestr(entry, content)
    start = entry.header_offset + 30 + len(entry.filename)
    table = table_of(copy / "crops.parquet")
    known = {"offset": start, "size": len(content), "crc32": entry.CRC} | place
    for key, value in known.items():
        table = with_values(table, key, pa.array([value] * table.num_rows, pa.int64()))
    rewrite(copy, "crops", table)


def picture(size, form):
    buffer = io.BytesIO()
    Pillow.new("RGB", size).save(buffer, form)
    return buffer.getvalue()


def test_crops_under_any_name_are_only_read(copy):
    with_crop(copy, picture((20, 20), "JPEG"))
    use(copy)
    assert not (copy.parent.parent / "outside.jpg").exists()


@pytest.mark.parametrize(
    "content",
    [b"<svg onload=alert(1)>", b"x" * 300, picture((20, 20), "PNG"), picture((5000, 4000), "JPEG"), picture((97, 1), "JPEG")],
    ids=["markup", "noise", "PNG", "megapixels", "a pixel too wide"],
)  # fmt: skip
def test_what_is_no_small_jpeg_is_no_crop(copy, content):
    with_crop(copy, content)
    assert "crop" in refused(copy)


@pytest.mark.parametrize("place", [{"offset": 2**40}, {"size": 2**40}, {"offset": -1}, {"size": 0}, {"crc32": 2**33}])
def test_places_outside_the_file(copy, place):
    with_crop(copy, picture((20, 20), "JPEG"), **place)
    refused(copy)


# Few photos, odd names ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 2, 3])
def test_an_atlas_of_few_photos(model, tmp_path, count):
    atlas = sv.make_atlas(model, paint(tmp_path / "photos", count), tmp_path / "few.atlas")
    assert use(atlas.path).photos == count
    assert any(atlas.channel("conv10", at).similar for at in range(5)) == (count > 2)


def test_an_atlas_of_photos_that_no_channel_answers_to(tmp_path):
    init, net = fire_net()
    for op in init.op:
        op.arg[1].floats[:] = [-1.0] * len(op.arg[1].floats) if op.output[0].endswith("_b") else op.arg[1].floats
        if op.output[0].endswith("_w"):
            op.arg[1].floats[:] = [0.0] * len(op.arg[1].floats)
    atlas = sv.make_atlas(
        tiny_model((init, net)), paint(tmp_path / "photos", 4), tmp_path / "dead.atlas", layers=["conv1", "conv10"]
    )
    assert use(atlas.path).dead("conv1") == tuple(("conv1", at) for at in range(4))


def test_a_layer_that_makes_no_numbers_of_a_photo_is_a_trouble_not_an_answer(tmp_path):
    init, net = fire_net()
    next(op for op in init.op if op.output[0] == "conv10_w").arg[1].floats[:6] = [3e38] * 6
    with pytest.raises(DatasetError, match="holds NaN or infinity"):
        sv.make_atlas(tiny_model((init, net)), paint(tmp_path / "photos", 2), tmp_path / "x.atlas", layers=["conv10"])


@pytest.mark.skipif(sys.platform != "linux", reason="other systems' file names are Unicode")
def test_a_name_that_is_not_utf8_is_written_readably_and_found_again(model, tmp_path):
    photos = paint(tmp_path / "photos", 3)
    shutil.copy(photos / "0/000.png", os.fsencode(photos) + b"/0/caf\xe9.png")
    atlas = use(sv.make_atlas(model, photos, tmp_path / "odd.atlas").path)
    name = r"0/caf\xe9.png"
    assert os.fsencode(atlas.place(name)) == os.fsencode(photos) + b"/0/caf\xe9.png"
    assert sv.read_image(atlas.place(name)).name == r"caf\xe9.png"
