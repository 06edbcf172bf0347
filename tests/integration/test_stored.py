"""Stored activations of the published model, and of workers in other processes, one of which dies."""

import hashlib
import signal

import numpy as np
import pytest

import squeezeviz as sv
from squeezeviz.dataset.stored import ActivationJob
from tests.nets import tiny_model
from tests.surveys import paint

pytest.importorskip("zarr")
xr = pytest.importorskip("xarray")

LAYERS = ["conv1", "fire5/concat", "conv10", "softmaxout"]


@pytest.mark.model
@pytest.mark.photos
def test_the_published_model(model, photos, tmp_path, monkeypatch):
    monkeypatch.setenv("SQUEEZEVIZ_CACHE", str(tmp_path / "cache"))
    chosen = sorted((photos / "images").glob("*.JPEG"))[::8]
    job = ActivationJob(model, chosen, tmp_path / "x.zarr", LAYERS, pre_relu=True)
    made = job.run()
    assert made.answered == len(chosen)
    assert made.stored_bytes == pytest.approx(job.space.estimated_bytes, rel=0.15)
    assert job.space.estimated_bytes < 0.75 * job.space.raw_bytes, "compression is worth it"
    expected = model.activations(chosen, LAYERS, pre_relu=True)
    predicted = model.predict(chosen)
    for layer in LAYERS:
        read = xr.open_zarr(tmp_path / "x.zarr", group=layer, chunks=None)
        for name, activations in zip(chosen, expected, strict=True):
            row = read.sel(photo=str(name))
            np.testing.assert_array_equal(row.activation, activations[layer])
            if layer in ("conv1", "conv10"):
                np.testing.assert_array_equal(row.pre_relu, activations[f"{layer}:pre"])
    logits = xr.open_zarr(tmp_path / "x.zarr", chunks=None).logits
    for name, prediction in zip(chosen, predicted, strict=True):
        np.testing.assert_allclose(logits.sel(photo=str(name)), prediction.logits, rtol=1e-5, atol=1e-5)


def contents(path):
    files = [each for each in path.rglob("*") if each.is_file()]
    return {each.relative_to(path).as_posix(): hashlib.sha256(each.read_bytes()).hexdigest() for each in files}


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_workers_store_where_they_are_and_one_that_dies_costs_nothing(tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    from tests.integration.test_cluster import Cluster

    monkeypatch.setenv("SQUEEZEVIZ_CACHE", str(tmp_path / "cache"))
    model, folder = tiny_model(), paint(tmp_path / "photos", 120)
    (folder / "3/damaged.jpg").write_bytes(b"no photo")
    sv.store_activations(model, folder, tmp_path / "here.zarr", ["fire2/concat", "conv10"])
    machines = Cluster(tmp_path)
    try:
        doomed, _ = machines.worker("a"), machines.worker("b")

        def kill_one(progress):
            if progress.done >= 16 and doomed.poll() is None:
                doomed.send_signal(signal.SIGKILL)
                doomed.wait()

        made = sv.store_activations(
            model, folder, tmp_path / "there.zarr", ["fire2/concat", "conv10"],
            scheduler=machines.address, workers=2, on_progress=kill_one,
        )  # fmt: skip
    finally:
        machines.close()
    assert doomed.poll() is not None
    assert (made.answered, [trouble.name for trouble in made.troubles]) == (120, ["3/damaged.jpg"])
    assert contents(tmp_path / "there.zarr") == contents(tmp_path / "here.zarr")
