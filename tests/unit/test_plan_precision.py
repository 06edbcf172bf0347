"""`sv.plan_precision` and `quantize --plan`: which layers to keep in float32, on a network whose answer is known."""

import json
import tempfile

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from PIL import Image as Pillow

import squeezeviz as sv
from squeezeviz.dataset.find import find
from squeezeviz.dataset.statistics import paired_difference
from squeezeviz.errors import ConversionError, LayerError
from squeezeviz.quantization.trials import Trials
from tests.unit.test_cli_own_model import run

pytestmark = pytest.mark.slow

RUINED = ("second", "fourth")
LAYERS = ("first", "second", "third", "fourth", "fifth")


def ruined():
    """Colours go through five layers as they are, beside a channel that is always zero.

    What two layers make of that channel is a thousand times larger than all else, so that their other weights are
    zero in eight bits: then no photo says anything.
    """
    nodes, weights, source = [], [], "image"
    for at, layer in enumerate(LAYERS):
        kernels = np.zeros((4, 4 if at else 3, 1, 1), np.float32)
        kernels[:3, :3, 0, 0] = np.eye(3)
        bias = np.array([0, 0, 0, -50], np.float32)
        if layer in RUINED:
            kernels[:, 3] = 1000
        weights += [numpy_helper.from_array(kernels, f"{layer}.w"), numpy_helper.from_array(bias, f"{layer}.b")]
        nodes.append(helper.make_node("Conv", [source, f"{layer}.w", f"{layer}.b"], [f"{layer}:sum"], name=layer))
        nodes.append(helper.make_node("Relu", [f"{layer}:sum"], [layer]))
        source = layer
    last = np.zeros((4, 3), np.float32)
    last[:3] = np.eye(3)
    weights += [numpy_helper.from_array(last, "last.w")]
    nodes += [
        helper.make_node("GlobalAveragePool", [source], ["mean"]), helper.make_node("Flatten", ["mean"], ["flat"]),
        helper.make_node("MatMul", ["flat", "last.w"], ["logits"]), helper.make_node("Softmax", ["logits"], ["answer"]),
    ]  # fmt: skip
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["B", 3, 16, 16])
    answer = helper.make_tensor_value_info("answer", TensorProto.FLOAT, ["B", 3])
    graph = helper.make_graph(nodes, "ruined", [image], [answer], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "ruined.onnx"
    path.write_bytes(ruined().SerializeToString())
    return sv.load_model(path, labels=["red", "green", "blue"], preprocessing="torchvision")


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """Four photos of each colour, in folders named after what they show."""
    folder, rng = tmp_path_factory.mktemp("photos"), np.random.default_rng(5)
    for at, colour in enumerate(("red", "green", "blue")):
        (folder / colour).mkdir()
        for number in range(4):
            pixels = rng.integers(60, 120, (16, 16, 3), np.uint8)
            pixels[..., at] += np.uint8(90)
            Pillow.fromarray(pixels).save(folder / colour / f"{number}.png")
    return folder


@pytest.mark.parametrize("search", ["greedy", "exact"])
def test_it_finds_the_two_layers_that_are_ruined(model, photos, tmp_path, search):
    plan = sv.plan_precision(model, photos, tmp_path / "mixed.onnx", search=search)
    assert (plan.keep, plan.is_labelled) == (RUINED, True)
    assert plan.shares == (1.0, 1 / 3, 1.0), "in integers alone, every photo is answered alike"
    assert {trial.right for trial in plan.trials if not {*RUINED} <= {*trial.keep}} == {4}, "one alone wins nothing"
    assert {harm.layer for harm in plan.harms[:2]} == {*RUINED}
    assert [harm.right for harm in plan.harms] == [4, 4, 12, 12, 12, 12]
    won, low, high = plan.won_back
    assert (won, plan.counts) == (pytest.approx(8 / 12), (4, 8, 0, 0))
    assert 0.2 < low < won < high <= 1
    assert plan.p_value == pytest.approx(2 / 2**8)
    assert min(plan.speed.float_ms, plan.speed.whole_ms, plan.speed.plan_ms, plan.speed.slower) > 0
    stored = {each.name: numpy_helper.to_array(each) for each in onnx.load(plan.path).graph.initializer}
    for layer in RUINED:
        assert stored[f"{layer}.w"].dtype == np.float32
    written = sv.load_model(plan.path)
    assert written.predict(photos / "blue/0.png").top(1)[0].label == "blue"


def test_the_plan_is_the_network_that_quantize_writes(model, photos, tmp_path):
    plan = sv.plan_precision(model, photos, tmp_path / "mixed.onnx", calibrate=photos)
    sv.quantize(model, photos, tmp_path / "kept.onnx", keep=plan.keep)
    assert (tmp_path / "mixed.onnx").read_bytes() == (tmp_path / "kept.onnx").read_bytes()


def test_without_labels_what_counts_is_the_answer_in_float32(model, photos, tmp_path):
    for at, path in enumerate(sorted(photos.rglob("*.png"))):
        (tmp_path / f"{at}.png").write_bytes(path.read_bytes())
    plan = sv.plan_precision(model, tmp_path, verify=photos, most=2, candidates=3)
    assert (plan.keep, plan.is_verified, plan.path) == (RUINED, True, None)
    assert plan.float_right == plan.searched == 12


def test_what_is_not_lost_is_not_searched_for(model, photos):
    plan = sv.plan_precision(model, photos, keep=RUINED)
    assert (plan.keep, len(plan.trials), plan.won_back[0]) == (RUINED, 1, 0.0)


def test_what_makes_no_sense_is_said(model, photos):
    for rest, said in (
        ({"search": "all"}, "greedy, exact"), ({"most": 0}, "whole number"), ({"candidates": True}, "whole number"),
        ({"search": "exact", "candidates": 40}, "fewer"), ({"method": "max"}, "minmax"),
    ):  # fmt: skip
        with pytest.raises(ConversionError, match=said):
            sv.plan_precision(model, photos, **rest)
    with pytest.raises(LayerError):
        sv.plan_precision(model, photos, keep=["sixth"])


def test_photos_that_cannot_be_read_leave_no_file_open(model, tmp_path, monkeypatch):
    opened = []

    def kept(make=tempfile.TemporaryFile):
        opened.append(make())
        return opened[-1]

    monkeypatch.setattr("squeezeviz.quantization.trials.tempfile.TemporaryFile", kept)
    (tmp_path / "damaged.jpg").write_bytes(b"no picture")
    with pytest.raises(sv.DatasetError, match="none of the 1 photos can be read"):
        Trials(model, find(tmp_path, model.labels).photos)
    assert [file.closed for file in opened] == [True]


def test_on_the_command_line(model, photos, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "names.txt").write_text("red\ngreen\nblue\n")
    asked = ["quantize", str(model.path), "--labels", "names.txt", "--preprocessing", "torchvision"]
    asked += ["--calibrate", str(photos), "--plan", str(photos)]
    code, out, _ = run(capsys, *asked)
    assert code == 0
    assert "Keep 2 layers in float32: second, fourth" in " ".join(out.split())
    assert (tmp_path / "int8.onnx").exists()
    code, out, _ = run(capsys, *asked, "--plan-search", "exact", "--plan-most", "2", "--json")
    assert (code, json.loads(out)["keep"]) == (0, list(RUINED))


def test_the_interval_of_a_paired_difference():
    # Newcombe 1998, table III: 36, 12, 2, 0 of 50.
    low, high = paired_difference(36, 12, 2, 0)
    assert (round(low, 4), round(high, 4)) == (0.0569, 0.3404)
    assert paired_difference(0, 0, 0, 0) == (-1.0, 1.0)
    low, high = paired_difference(10, 0, 0, 0)
    assert low == -high < 0
