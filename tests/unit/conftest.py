"""What several files of unit tests begin with."""

import gc

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from PIL import Image as Pillow

from squeezeviz.preprocessing import preset
from tests.fires import fires_net
from tests.nets import tiny_content

# How fast examples are made tells how busy the machine is: no test fails for that.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(scope="session", autouse=True)
def _no_heartbeat():
    """A page is told every few seconds that its answer is on its way: on a busy machine, where tests count its messages."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("squeezeviz.explorer.heartbeat._EVERY_S", 3600.0)
        yield


@pytest.fixture(scope="session", autouse=True)
def _measured_briefly():
    """How fast this machine is takes a second and 256 MiB to tell: no unit test asks for more than that it is measured."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("squeezeviz.profiling.machine._TRIED_S", 0.0)
        patch.setattr("squeezeviz.profiling.machine._COPY_BYTES", 1 << 24)
        patch.setattr("squeezeviz.profiling.overhead._RUNS", 3)
        patch.setattr("squeezeviz.profiling.profile._PAUSE_S", 0.0)
        patch.setattr("squeezeviz.quantization.trials._PAUSE_S", 0.0)
        yield


@pytest.fixture
def only_new_garbage():
    """Have `gc.collect` look at what the test makes: to go through all that thousands of tests hold took half a second."""
    gc.freeze()  # for good: most of it would stay anyway


@pytest.fixture
def given(tmp_path, monkeypatch):
    """A photo, and options that prepare it for a tiny model with two Fire modules."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.onnx").write_bytes(tiny_content(fires_net(4)))
    how = preset("caffe2").replace(name="small", resize_px=40, crop_px=33, scale=0.02, mean=(1, 1, 1))
    (tmp_path / "small.json").write_text(how.to_json())
    pixels = np.random.default_rng(0).integers(0, 256, (40, 50, 3), dtype=np.uint8)
    Pillow.fromarray(pixels).save(tmp_path / "photo.png")
    return ["photo.png", "-m", "tiny.onnx", "-p", "small.json"]
