"""Tables written and read back."""

import csv
import io
import json

import pyarrow.parquet
import pytest

from squeezeviz.dataset.writing import FORMATS, check_format, write_table
from squeezeviz.errors import DatasetError

TABLE = [
    {"file": 'a, "b".jpg', "label": "tiger cat", "rank": 1, "probability": 0.1 + 0.2, "error": ""},
    {"file": "ö → \n.jpg", "label": "déjà vu", "rank": None, "probability": None, "error": "damaged"},
]


def read_back(path):
    if path.suffix.lower() == ".json":
        return json.loads(path.read_text(encoding="utf-8"))
    if path.suffix.lower() == ".parquet":
        return pyarrow.parquet.read_table(path).to_pylist()
    with path.open(newline="", encoding="utf-8") as file:
        return [
            row | {"rank": int(row["rank"]) if row["rank"] else None}
            | {"probability": float(row["probability"]) if row["probability"] else None}
            for row in csv.DictReader(file)
        ]  # fmt: skip


@pytest.mark.parametrize("name", [*(f"table{suffix}" for suffix in FORMATS), "TABLE.CSV", "new/folder/table.json"])
def test_written_and_read_back(tmp_path, name):
    path = tmp_path / name
    write_table(path, TABLE)
    assert read_back(path) == TABLE
    write_table(path, TABLE[:1])
    assert read_back(path) == TABLE[:1]
    assert [p.name for p in path.parent.iterdir()] == [path.name], "nothing is left beside it"


@pytest.mark.parametrize("suffix", FORMATS)
def test_an_empty_table(tmp_path, suffix):
    path = tmp_path / f"table{suffix}"
    write_table(path, [])
    assert list(read_back(path)) == []


@pytest.mark.parametrize("name", ["table", "table.txt", "table.csv.gz", ".csv"])
def test_other_names_are_refused_before_any_work(tmp_path, name):
    for refuse in (check_format, lambda path: write_table(path, TABLE)):
        with pytest.raises(DatasetError, match=r"\.csv, \.json, \.parquet"):
            refuse(tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_disk_that_refuses(tmp_path, suffix):
    (tmp_path / "file").touch()
    with pytest.raises(DatasetError, match="cannot be written"):
        write_table(tmp_path / "file" / f"table{suffix}", TABLE)


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1.jpg", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_spreadsheet_runs_no_name_as_a_formula(tmp_path, name):
    write_table(tmp_path / "a.csv", [{"file": name, "p": -0.5}])
    (row,) = csv.DictReader(io.StringIO((tmp_path / "a.csv").read_bytes().decode(), newline=""))
    assert row == {"file": f"'{name}", "p": "-0.5"}
    write_table(tmp_path / "a.json", [{"file": name}])
    assert json.loads((tmp_path / "a.json").read_text()) == [{"file": name}]


def test_any_name_can_be_written(tmp_path):
    for suffix in ("csv", "json"):
        write_table(tmp_path / f"a.{suffix}", [{"file": "a\udcff\ud800.jpg"}])
        assert "udcff" in (tmp_path / f"a.{suffix}").read_text(encoding="utf-8")
