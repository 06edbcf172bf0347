"""The published pair, rebuilt byte for byte from a Caffe file with the same weights."""

import dataclasses
import hashlib

import numpy as np
import pytest

from squeezeviz.caffe2.schema import NetParameter
from squeezeviz.caffe2.weights import read_weights
from squeezeviz.errors import ChecksumError, ConversionError, DownloadError
from squeezeviz.zoo import entry
from squeezeviz.zoo.download import obtain, take_from
from squeezeviz.zoo.rebuild import rebuild_pair
from squeezeviz.zoo.registry import CaffeModel, PublishedFolder
from squeezeviz.zoo.squeezenet11 import CONVOLUTIONS, predict_net
from tests.hostile_server import serving

pytestmark = pytest.mark.model
NAME = "squeezenet1.1-caffe2"


@pytest.fixture(scope="module")
def arrays(published_files):
    return read_weights(published_files.paths[0].read_bytes()).arrays


def caffe_file(arrays, *, old):
    """A trained Caffe file in the old form (V1 layers, four axes a blob) or the new one, with layers that learn nothing."""
    net = NetParameter(name="squeezenet")
    layers = net.layers if old else net.layer
    layers.add(name="data")
    for convolution in CONVOLUTIONS:
        layer = layers.add(name=convolution.name)
        for suffix in "wb":
            array = arrays[f"{convolution.name}_{suffix}"]
            blob = layer.blobs.add()
            blob.data.extend(array.ravel().tolist())
            if old:
                shape = (1,) * (4 - array.ndim) + array.shape
                blob.num, blob.channels, blob.height, blob.width = shape
            else:
                blob.shape.dim.extend(array.shape)
        layers.add(name=f"relu_{convolution.name}")
    return net.SerializeToString()


@pytest.mark.parametrize("old", [True, False])
def test_the_pair_is_rebuilt_byte_for_byte(published_files, arrays, old):
    rebuilt = rebuild_pair(caffe_file(arrays, old=old))
    for path in published_files.paths:
        assert rebuilt[path.name] == path.read_bytes()


def test_the_network_is_written_down_to_the_byte(published_files):
    assert predict_net() == published_files.paths[1].read_bytes()


def test_the_last_source_rebuilds_when_the_others_are_gone(published_files, arrays, tmp_path):
    content = caffe_file(arrays, old=False)
    with serving({"w.caffemodel": content}) as server:
        gone = PublishedFolder(server.folder("404"))
        caffe = CaffeModel(server.folder("good") + "w.caffemodel", len(content), hashlib.sha256(content).hexdigest())
        events = []
        obtain(dataclasses.replace(entry(NAME), sources=(gone, caffe)), tmp_path, on_event=events.append)
    assert [event.file for event in events if event.kind == "rebuilt"] == ["init_net.pb", "predict_net.pb"]
    for path in published_files.paths:
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == [".lock", "init_net.pb", "predict_net.pb"]


def test_one_wrong_weight_is_a_checksum_error(arrays, tmp_path):
    wrong = dict(arrays)
    wrong["fire5/expand3x3_b"] = wrong["fire5/expand3x3_b"].copy()
    wrong["fire5/expand3x3_b"][7] = np.nextafter(wrong["fire5/expand3x3_b"][7], np.float32(9))
    content = caffe_file(wrong, old=True)
    (tmp_path / "w.caffemodel").write_bytes(content)
    with pytest.raises(ChecksumError, match=r"init_net\.pb rebuilt from"):
        take_from(entry(NAME), tmp_path / "w.caffemodel", tmp_path / "m", on_event=lambda _: None)
    # The same over the net, where the registered hash fits the file and the weights still are not the published ones.
    with serving({"w.caffemodel": content}) as server:
        caffe = CaffeModel(server.folder("good") + "w.caffemodel", len(content), hashlib.sha256(content).hexdigest())
        with pytest.raises(DownloadError, match="not the published bytes") as caught:
            obtain(dataclasses.replace(entry(NAME), sources=(caffe,)), tmp_path / "n", on_event=lambda _: None)
    assert isinstance(caught.value.__cause__, ChecksumError)
    assert not list((tmp_path / "n").glob("*.pb"))


def test_a_flipped_byte_anywhere_is_a_checksum_error(arrays, tmp_path):
    content = bytearray(caffe_file(arrays, old=False))
    rng = np.random.default_rng(0)
    for position in rng.integers(0, len(content), 12):
        content[position] ^= 0x10
        (tmp_path / "w.caffemodel").write_bytes(content)
        with pytest.raises(ChecksumError):
            take_from(entry(NAME), tmp_path, tmp_path / "m", on_event=lambda _: None)
        content[position] ^= 0x10


def test_other_layers_are_named(arrays):
    net = NetParameter.FromString(caffe_file(arrays, old=False))
    net.layer[1].name = "conv_first"
    with pytest.raises(ConversionError, match="conv1 is missing; conv_first is no layer"):
        rebuild_pair(net.SerializeToString())
