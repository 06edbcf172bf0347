"""An atlas made by worker processes is, to the last bit, the one made here."""

import pytest

import squeezeviz as sv
from squeezeviz.image.drawings.folder import write_drawings

pytest.importorskip("pyarrow", reason="an atlas takes pyarrow, which is not installed")
pytest.importorskip("distributed", reason="Dask is not installed: pip install 'squeezeviz[cluster]'")

# distributed leaves sockets and loops to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

TABLES = ("channels", "strongest", "histograms", "classes", "similar", "photos", "crops")


def test_workers_find_the_same(tmp_path):
    from pyarrow import parquet

    model = sv.load_model("squeezenet1.1-shapes")
    folder = write_drawings(tmp_path / "drawings", 1)
    layers = ["conv1", "fire5/concat"]
    here = sv.make_atlas(model, folder, tmp_path / "here.atlas", layers=layers, k=2)
    there = sv.make_atlas(model, folder, tmp_path / "there.atlas", layers=layers, k=2, scheduler="local", workers=2)
    assert here.photos == there.photos == 24
    for table in TABLES:
        name = f"{table}.parquet"
        assert parquet.read_table(here.path / name).equals(parquet.read_table(there.path / name)), table
    assert (here.path / "crops.zip").read_bytes() == (there.path / "crops.zip").read_bytes()
