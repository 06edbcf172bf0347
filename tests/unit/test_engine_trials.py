"""What the page's engine says of channels ablated and patches hidden is what Python says; run by Node."""

import json
import subprocess
from itertools import product
from pathlib import Path

import numpy as np
import pytest

import squeezeviz as sv
from benchmarks.engine_network import bundled, write_network
from tests.stacks import Stack
from tests.unit.test_after_activation import AT, body
from tests.unit.test_after_activation import asked as asked_layer
from tests.unit.test_endings import flat, gemm, model_of

_PATCH_PX, _STRIDE_PX = 5, 3
_SWEPT, _PAIR = ["stem", "thin"], "thin"


@pytest.fixture(scope="module")
def model():
    net = Stack(seed=1)
    return model_of(net, gemm(net, flat(net, net.mean(body(net)))))


@pytest.fixture(scope="module")
def image():
    return sv.read_image(np.random.default_rng(5).integers(0, 256, (16, 16, 3), dtype=np.uint8))


def ablations(model):
    arch = model.architecture
    layers = [layer.name for layer in arch if layer.name in {*AT, *AT.values()} and layer.name != arch.logits_name]
    alone = [({layer: [0, 2]}, ("zero", "mean")[at % 2]) for at, layer in enumerate(layers)]
    gate, gated, stem = (asked_layer(model, raw) for raw in ("silu.sigmoid", "silu", "stem"))
    return [*alone, *product([{gate: [1], gated: [0]}, {stem: [0, 1], gated: [2]}], ("zero", "mean"))]


@pytest.fixture(scope="module")
def said(model, image, tmp_path_factory):
    """By the engine, of all that is asked below."""
    folder = tmp_path_factory.mktemp("engine")
    program = bundled(Path(__file__).parents[1] / "engine_trials.ts", folder / "trials.mjs")
    if program is None:
        pytest.skip("needs Node and the front end's tools: make node_modules")
    write_network(sv.Arithmetic(model, image), folder)
    slope, offset = (np.asarray(each, np.float32) for each in model.preprocessing.affine)
    asked = {
        "ablations": [{"channels": list(channels.items()), "fill": fill} for channels, fill in ablations(model)],
        "patches": {"patch_px": _PATCH_PX, "stride_px": _STRIDE_PX},
        "colour": (slope * np.float32(128) + offset).tolist(),
        "layers": _SWEPT,
        "pair": _PAIR,
    }
    (folder / "asked.json").write_text(json.dumps(asked))
    made = subprocess.run(["node", program, folder], capture_output=True, text=True, check=False, timeout=300)
    assert made.returncode == 0, made.stderr
    return json.loads(made.stdout)


def assert_close(found, expected, what=""):
    scale = max(1.0, float(np.abs(expected).max()))
    np.testing.assert_allclose(np.reshape(found, np.shape(expected)), expected, rtol=0, atol=2e-6 * scale, err_msg=what)


def test_every_layer_is_what_python_says_with_channels_ablated(model, image, said):
    for (channels, fill), found in zip(ablations(model), said["ablated"], strict=True):
        made = sv.ablate(model, image, channels, fill=fill)
        for name in found["layers"]:
            assert_close(found["layers"][name], made.activations[name], f"{channels}, {fill}: {name}")
        assert_close(found["logits"], made.after.logits, f"{channels}, {fill}")


@pytest.mark.parametrize(("name", "fill"), [("colour", "grey"), ("mean", "mean"), ("blur", "blur")])
def test_hidden_patches_take_what_they_take_in_python(model, image, said, name, fill):
    made = sv.occlude(model, image, patch_px=_PATCH_PX, stride_px=_STRIDE_PX, fill=fill)
    found = said["occlusions"][name]
    assert (found["rows"], found["columns"]) == made.logits.shape[:2]
    assert_close(found["logits"], made.logits)


def test_channels_ablated_in_turn_take_what_they_take_in_python(model, image, said):
    made = sv.ablation_sweep(model, image, _SWEPT)
    assert [tuple(channel) for channel in said["sweep"]["channels"]] == list(made.channels)
    assert_close(said["sweep"]["logits"], made.logits)


def test_pairs_of_channels_take_what_they_take_in_python(model, image, said):
    made = sv.pairwise_ablation(model, image, _PAIR)
    assert [tuple(pair) for pair in said["pairs"]["pairs"]] == list(made.pairs)
    assert said["pairs"]["singles"] == len(made.single_logits)
    assert_close(said["pairs"]["logits"], np.concatenate([made.single_logits, made.pair_logits]))
