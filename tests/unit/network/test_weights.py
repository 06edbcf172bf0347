"""Large weights are held once, and every session, part and size of a network computes with them what it computed."""

import numpy as np
import pytest
from onnx import numpy_helper

import squeezeviz as sv
from squeezeviz.network.weights import held_names, without_weights
from squeezeviz.runtime import model as model_file
from squeezeviz.runtime import parts, sessions
from tests.unit.network.test_networks import NODE, SOFTMAX, by_runtime, model_of, network, tensor, weight

WIDE = network(
    [
        NODE("Conv", ["x", "w"], ["c"], pads=[1] * 4),
        NODE("Relu", ["c"], ["r"]),
        NODE("Conv", ["r", "v"], ["d"], pads=[1] * 4),
        NODE("Relu", ["d"], ["e"]),
        NODE("GlobalAveragePool", ["e"], ["g"]),
        NODE("Flatten", ["g"], ["f"]),
        SOFTMAX,
    ],
    [weight("w", 64, 3, 3, 3), weight("v", 64, 64, 3, 3)],
    image=("B", 3, "H", "W"),
)


def test_a_graph_is_kept_without_them():
    model = model_of(WIDE)
    graph = model._graph
    assert held_names(graph.model.graph) == ["v"]
    assert len(graph.model.SerializeToString()) < 10_000
    (stored,) = (each for each in WIDE.graph.initializer if each.name == "v")
    np.testing.assert_array_equal(graph.weights["v"], numpy_helper.to_array(stored))
    assert not graph.weights["v"].flags.writeable
    assert np.shares_memory(model.kernels("e")[0], graph.weights["v"]), "read, and not copied"
    again, held = without_weights(graph.model, graph.weights)
    assert held_names(again.graph) == ["v"]
    assert held["v"] is graph.weights["v"]


def test_what_is_computed_is_what_onnx_runtime_computes():
    model, given = model_of(WIDE), tensor(2, 3, 24, 24)
    expected = by_runtime(WIDE, given)
    np.testing.assert_allclose(model.activations_of_tensor(given, "y")["y"], expected, rtol=1e-5)
    every = model.activations_of_tensor(given)
    part = model.parts.run({"r": every["r"]}, ["e", "y"])
    np.testing.assert_allclose(part["y"], every["y"], rtol=1e-5)
    np.testing.assert_allclose(part["e"], every["e"], rtol=1e-4, atol=1e-4)
    other = model.architecture_at(40, 32)
    assert other["e"].shape == (64, 40, 32)
    assert model._inputs.graph_at(40, 32).weights["v"] is model._graph.weights["v"]


def test_a_large_network_has_one_session_and_says_the_same(monkeypatch):
    photo, usual = np.random.default_rng(0).integers(0, 256, (300, 300, 3), dtype=np.uint8), model_of(WIDE)
    expected, maps = usual.observe(photo)
    assert len(usual._sessions._sessions) == 2
    monkeypatch.setattr(sessions, "LARGE_BYTES", 1 << 10)
    model = model_of(WIDE)
    assert not model._sessions._sessions, "what is needed first is not known yet"
    assert model.predict(photo).top(1) == expected.top(1)
    found = model.observe(photo)
    np.testing.assert_allclose(found[0].logits, expected.logits, rtol=1e-5)
    np.testing.assert_allclose(found[1]["e"], maps["e"], rtol=1e-4, atol=1e-4)
    (whole,) = model._sessions._sessions
    np.testing.assert_allclose(model.predict(photo).logits, expected.logits, rtol=1e-5)
    model.observe(photo, threads=1)
    assert list(model._sessions._sessions) == [whole], "what asks for less takes what is there, and so does the camera"
    for wanted in (["e"], ["g"], ["y"], ["e", "y"], ["e", "g"]):
        model.parts.run({"r": maps["r"][None]}, wanted)
    assert len(model.parts._sessions) == parts._MOST_OF_LARGE


def test_the_bytes_of_a_large_file_are_read_again_and_are_the_same_or_refused(tmp_path, monkeypatch):
    path = tmp_path / "net.onnx"
    path.write_bytes(WIDE.SerializeToString())
    monkeypatch.setattr(model_file, "LARGE_BYTES", 1 << 10)
    model = sv.load_model(path)
    assert model.content == path.read_bytes()
    assert model.file_bytes == len(path.read_bytes())
    path.write_bytes(path.read_bytes() + b"\x0a\x00")
    with pytest.raises(sv.ModelError, match="the model here has the hash"):
        _ = model.content


def test_a_model_by_two_paths_is_one_model(tmp_path, monkeypatch):
    path = tmp_path / "net.onnx"
    path.write_bytes(WIDE.SerializeToString())
    monkeypatch.chdir(tmp_path)
    model = sv.load_model(path)
    assert sv.load_model("net.onnx") is model
    assert sv.load_model(tmp_path) is model
    assert sv.explore(model="net.onnx").state.model is sv.explore(model=str(path)).state.model is model
    (tmp_path / "link.onnx").symlink_to(path)
    assert sv.load_model("link.onnx") is not model, "it is called otherwise, and what is kept beside it is another's"
