"""`sv.profile` and its subcommand: which layers ONNX Runtime computes together, what they compute and move, and the roof."""

import json

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from PIL import Image as Pillow

import squeezeviz as sv
from squeezeviz.errors import FigureError, ModelError, SqueezeVizError
from squeezeviz.profiling import machine
from squeezeviz.profiling.events import read_runs
from squeezeviz.profiling.fusion import kernels_of
from squeezeviz.profiling.profiled import spread_of
from squeezeviz.profiling.tokens import token_in, tokenised
from squeezeviz.results.provenance import Provenance
from squeezeviz.runtime.model import Model
from tests.unit.test_cli_own_model import run

pytestmark = pytest.mark.slow

BUNDLED = "squeezenet1.1-shapes"


INTEGERS = 400.0
COPY_BYTES = machine._COPY_BYTES  # as it is when this file is read: the tests themselves copy less, see conftest.py


@pytest.fixture(scope="module", autouse=True)
def _machine_known():
    """These tests ask what is counted, and not how fast this machine is; one below measures it."""

    def known(threads, *, computes_integers, tick):
        for _ in range(5 if computes_integers else 3):
            tick()
        return sv.Machine(threads, 100.0, INTEGERS if computes_integers else None, 10.0)

    patch = pytest.MonkeyPatch()
    patch.setattr("squeezeviz.profiling.profile.measured_machine", known)
    yield
    patch.undo()


def test_the_machine_is_measured_at_what_it_does(monkeypatch):
    monkeypatch.setattr(machine, "_COPY_BYTES", COPY_BYTES)
    ticks = []
    found = machine.measured_machine(1, computes_integers=True, tick=lambda: ticks.append(1))
    assert len(ticks) == 5
    assert found.threads == 1
    assert min(found.float_gflops, found.integer_gops, found.bandwidth_gbps) > 0.1
    assert machine.measured_machine(1, computes_integers=False).integer_gops is None


@pytest.mark.parametrize("work", [machine._product, machine._convolution, machine._product_of_integers])
def test_the_peak_is_of_as_many_operations_as_are_counted(work):
    model, feeds, operations = work()
    (given,) = feeds.values()
    stored = numpy_helper.to_array(model.graph.initializer[0])
    outputs = given.shape[2] * given.shape[3] if given.ndim == 4 else given.shape[0]
    assert operations == 2 * stored.size * outputs


def residual_net(batch="batch"):
    """Everything that is fused: padding, batch normalisation, a clipped and a plain ReLU, a sum; then a linear head."""
    rng = np.random.default_rng(0)
    stored = {
        "w1": rng.normal(0, 0.3, (16, 3, 3, 3)), "b1": rng.normal(0, 0.3, 16), "w2": rng.normal(0, 0.3, (16, 16, 3, 3)),
        "scale": np.ones(16), "shift": np.zeros(16), "mean": np.zeros(16), "var": np.ones(16),
        "fc": rng.normal(0, 0.3, (5, 16)), "fcb": rng.normal(0, 0.3, 5), "low": np.array(0.0), "high": np.array(6.0),
    }  # fmt: skip
    weights = [numpy_helper.from_array(np.asarray(value, np.float32), name) for name, value in stored.items()]
    weights.append(numpy_helper.from_array(np.array([0, 0, 1, 1, 0, 0, 1, 1], np.int64), "pads"))
    nodes = [
        helper.make_node("Pad", ["image", "pads"], ["padded"]),
        helper.make_node("Conv", ["padded", "w1", "b1"], ["conv1"]),
        helper.make_node("Clip", ["conv1", "low", "high"], ["clipped"]),
        helper.make_node("Conv", ["clipped", "w2"], ["conv2"], pads=[1, 1, 1, 1]),
        helper.make_node("BatchNormalization", ["conv2", "scale", "shift", "mean", "var"], ["bn"]),
        helper.make_node("Add", ["bn", "clipped"], ["sum"]),
        helper.make_node("Relu", ["sum"], ["out"]),
        helper.make_node("GlobalAveragePool", ["out"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["flat"]),
        helper.make_node("Gemm", ["flat", "fc", "fcb"], ["logits"], transB=1),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
    ]
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, [batch, 3, 16, 16])
    answer = helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [batch, 5])
    graph = helper.make_graph(nodes, "residual", [image], [answer], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def model_of(proto, name="residual"):
    return Model(proto.SerializeToString(), name=name, sha256="00")


@pytest.fixture(scope="module")
def residual():
    model = model_of(residual_net())
    return model, sv.profile(model, threads=1, runs=4, compare=False)


@pytest.fixture(scope="module")
def int8(tmp_path_factory):
    folder = tmp_path_factory.mktemp("photos")
    Pillow.fromarray(sv.read_image("shape-star").pixels).save(folder / "star.png")
    made = sv.quantize(sv.load_model(BUNDLED), folder, folder / "int8.onnx")
    return sv.load_model(made.path)


def check_accounts(model, profile, batch=1):
    """Each layer is computed in one row, and nothing is counted twice or left out."""
    layers = [layer for row in profile.rows for layer in row.layers]
    assert sorted(layers) == sorted(layer.name for layer in model.architecture)
    assert sum(row.macs for row in profile.rows) == batch * model.architecture.macs
    assert profile.unmapped == ()
    assert [row.name for row in profile.rows if row.layers] == [
        profile.row_of(row.name).name for row in profile.rows if row.layers
    ]


# Which layers -------------------------------------------------------------------------------------------------------


def test_what_is_fused_is_one_row_under_the_name_of_what_takes_most(residual):
    model, profile = residual
    check_accounts(model, profile)
    assert profile.operations == model.architecture.operations
    first = profile.row_of("conv1")
    assert (first.name, first.fused, first.kind) == ("conv1", ("padded", "clipped"), "convolution")
    assert first is profile.row_of("padded") is profile.row_of("clipped")
    assert {"bn", "conv2"} <= set(profile.row_of("conv2").layers), "batch normalisation becomes part of the kernels"
    assert profile.row_of("logits").kernels == ("Gemm",)
    assert [row.kind for row in profile.rows if row.name == "flat"] == ["handed on"]
    assert profile.row_of("flat") is None
    assert profile.runs == 4
    assert profile.input_shape == (1, 3, 16, 16)


def test_bytes_are_weights_and_activations_at_their_types(residual):
    _, profile = residual
    row = profile.row_of("conv1")
    assert row.read_bytes == 4 * 3 * 16 * 16
    assert row.weight_bytes == 4 * (16 * 3 * 3 * 3 + 16)
    assert row.written_bytes == 4 * 16 * 16 * 16
    assert row.moved_bytes == row.read_bytes + row.weight_bytes + row.written_bytes
    assert row.macs == 16 * 3 * 9 * 16 * 16
    assert row.intensity == row.operations / row.moved_bytes
    linear = profile.row_of("logits")
    assert (linear.read_bytes, linear.weight_bytes, linear.written_bytes) == (4 * 16, 4 * (5 * 16 + 5), 4 * 5)


def test_the_published_layers_have_their_names():
    model = sv.load_model(BUNDLED)
    profile = sv.profile(model, threads=1, batch=2, runs=2, compare=False)
    check_accounts(model, profile, batch=2)
    assert profile.operations == 2 * model.architecture.operations
    assert profile.row_of("fire5/expand3x3").kernels == ("Conv",)
    assert profile.row_of("fire5/expand3x3").fused == ()
    assert all(row.arithmetic == "float32" for row in profile.rows)
    assert [row.name for row in profile.rows if row.layers and row.kind == "concatenation"] == [
        f"fire{at}/concat" for at in range(2, 10)
    ]
    assert profile.batch == 2
    assert profile.machine.integer_gops is None


def test_integers_stay_integers_between_layers(int8):
    profile = sv.profile(int8, threads=1, runs=2, compare=False)
    check_accounts(int8, profile)
    row = profile.row_of("fire5/expand3x3")
    channels, height, width = int8.architecture["fire5/expand3x3"].shape
    assert (row.kernels, row.arithmetic, row.is_quantised, row.fused) == (("QLinearConv",), "uint8", True, ())
    assert row.written_bytes == channels * height * width
    operations = int8.architecture["fire5/expand3x3"].operations
    assert row.operations == operations, "quantisation that is fused away is not computed"
    assert profile.machine.peak("uint8") == profile.machine.integer_gops == INTEGERS
    between = [(row.kind, row.name) for row in profile.rows if not row.layers]
    assert [name for kind, name in between if kind != "conversion"] == ["pool10:flat"], "behind the last convolution"


def test_names_may_hold_anything():
    proto = residual_net()
    hostile = {"conv1": 'a"\\\n{"', "sum": "v1", "out": "v2_nchwc", "bn": "猫"}
    for node in proto.graph.node:
        node.input[:] = [hostile.get(name, name) for name in node.input]
        node.output[:] = [hostile.get(name, name) for name in node.output]
    model = model_of(proto)
    check_accounts(model, sv.profile(model, threads=1, runs=1, compare=False))


def test_tokens_are_found_in_what_names_become():
    proto = residual_net()
    names = tokenised(proto)
    assert names[proto.graph.node[1].output[0]] == "conv1"
    onnx.checker.check_model(proto)
    made = {"v12": "v12", "v12_nchwc": "v12", "v12_token_3": "v12", "Cast_v12": "v12", "Transpose": None, "dev12": None}
    assert {name: token_in(name) for name in made} == made


def test_what_stands_for_no_layer_is_not_mapped():
    given = residual_net()
    tokenised(given)
    whole = onnx.ModelProto()
    whole.CopyFrom(given)
    whole.graph.node.add(op_type="Invented", name="something new", output=["elsewhere"])
    found = kernels_of(given, given, whole, [node.name for node in whole.graph.node])
    assert not found["something new"].is_known
    assert all(kernel.is_known for name, kernel in found.items() if name != "something new")


# What the profiler writes --------------------------------------------------------------------------------------------


def event(name, ts, dur, kind="float", **told):
    told = {"op_name": "Conv", "activation_size": "8", "output_size": "4", "input_type_shape": [{kind: [1, 2]}]} | told
    return {"cat": "Node", "name": f"{name}_kernel_time", "ts": ts, "dur": dur, "args": told}


def session(ts, dur):
    return {"cat": "Session", "name": "model_run", "ts": ts, "dur": dur, "args": {}}


def test_runs_are_told_apart_and_what_runs_within_a_node_is_part_of_it(tmp_path):
    path = tmp_path / "profile.json"
    written = [
        event("loop", 10, 50), event("inner", 20, 5), event("v2", 60, 7, "uint8"), session(5, 70),
        event("loop", 110, 40), event("inner", 115, 9), event("v2", 150, 3, "uint8"), session(100, 60),
    ]  # fmt: skip
    path.write_text(json.dumps(written))
    first, second = read_runs(path, 2)
    assert [(ran.name, ran.ms, ran.arithmetic) for ran in first] == [("loop", 0.05, "float32"), ("v2", 0.007, "uint8")]
    assert [ran.ms for ran in second] == [0.04, 0.003]
    assert (first[0].read_bytes, first[0].written_bytes) == (8, 4)
    with pytest.raises(ModelError, match="has kept 2 runs of 3"):
        read_runs(path, 3)
    path.write_text("[{")
    with pytest.raises(ModelError, match="cannot be read"):
        read_runs(path, 3)


# What it says --------------------------------------------------------------------------------------------------------


def row(ms, operations, moved, arithmetic="float32", name="conv1"):
    return sv.LayerCost(
        name,
        (name,),
        (),
        False,
        "convolution",
        ("Conv",),
        arithmetic,
        spread_of([ms]),
        operations // 2,
        operations,
        moved,
        0,
        0,
    )


def made(*rows, integer=None):
    known = sv.Machine(1, 100.0, integer, 10.0)
    time = spread_of([sum(each.time.median for each in rows)])
    return sv.Profile(Provenance("m", "0" * 64, None), (1, 3, 8, 8), 1, 1, rows, time, time, 0.0, known)


def test_the_roof_is_bandwidth_up_to_the_peak():
    low, high = row(1.0, 4_000_000, 2_000_000), row(2.0, 100_000_000, 1_000_000)
    profile = made(low, high)
    assert (low.intensity, low.gops, low.gbps) == (2.0, 4.0, 2.0)
    assert profile.attainable_gops(low) == 20.0
    assert (profile.bound(low), profile.bound(high)) == ("memory", "compute")
    assert profile.attainable_gops(high) == 100.0
    assert profile.share_of_peak(high) == 0.5
    assert profile.share_of_bandwidth(low) == pytest.approx(0.2)
    assert profile.ranked == [high, low]
    assert (profile.sum_ms, profile.agreement) == (3.0, 1.0)


def test_integers_have_a_peak_of_their_own():
    profile = made(row(1.0, 100_000_000, 1_000_000, "uint8"), integer=400.0)
    assert profile.share_of_peak(profile.rows[0]) == 0.25


def test_what_computes_nothing_has_no_share_of_the_peak():
    profile = made(row(1.0, 0, 1_000_000))
    only = profile.rows[0]
    assert (profile.attainable_gops(only), profile.share_of_peak(only), profile.bound(only)) == (None, None, None)
    assert profile.share_of_bandwidth(only) == pytest.approx(0.1)
    with pytest.raises(FigureError, match="computes anything"):
        sv.figures.roofline(profile)


def test_quartiles_are_those_of_the_runs():
    spread = spread_of([1, 2, 3, 4, 100])
    assert (spread.low, spread.median, spread.high) == (2, 3, 4)


def test_a_figure_has_a_mark_for_each_row_that_computes(residual):
    _, profile = residual
    figure = sv.figures.roofline(profile)
    marks = [
        line.get_gid() for axes in figure.axes for line in axes.lines if (line.get_gid() or "").startswith("layer:")
    ]
    assert sorted(marks) == sorted(f"layer:{each.name}" for each in profile.rows if each.operations and each.gops)
    assert "Roof: intensity × bandwidth up to the peak" in figure.caption


def test_it_is_plain_data_html_and_text(residual, capsys):
    _, profile = residual
    told = json.loads(json.dumps(profile.to_dict()))
    assert [each["name"] for each in told["layers"]] == [each.name for each in profile.rows]
    assert sum(each["share_of_time"] for each in told["layers"]) == pytest.approx(1)
    assert "conv1 + padded + clipped" in profile._repr_html_()


# What is asked --------------------------------------------------------------------------------------------------------


def test_other_threads_and_batches_are_tried(monkeypatch):
    monkeypatch.setenv("SQUEEZEVIZ_THREADS", "2")
    monkeypatch.setattr("squeezeviz.profiling.profile._SETTING_S", 0)
    seen = []
    profile = sv.profile(model_of(residual_net()), threads=1, runs=1, on_progress=lambda *at: seen.append(at))
    assert [(each.threads, each.batch) for each in profile.settings] == [
        (threads, batch) for threads in (1, 2) for batch in (1, 2, 4, 8)
    ]
    assert all(each.image_ms == each.run.median / each.batch > 0 for each in profile.settings)
    done, of = zip(*seen, strict=True)
    assert list(done) == list(range(1, of[0] + 1))
    assert set(of) == {of[0]}
    lonely = sv.profile(model_of(residual_net(batch=1)), threads=1, runs=1)
    assert {each.batch for each in lonely.settings} == {1}


@pytest.mark.parametrize(
    "asked",
    [{"threads": -1}, {"threads": 0}, {"threads": 10**6}, {"batch": 0}, {"runs": 0}, {"runs": 1.5}, {"runs": True}],
)
def test_what_cannot_be_is_refused(residual, asked):
    with pytest.raises(SqueezeVizError, match=rf"{next(iter(asked))} is .*; expected a whole number from 1 to"):
        sv.profile(residual[0], **asked)


def test_a_network_of_one_image_takes_no_batch():
    with pytest.raises(ModelError, match="takes one image at a time; batch is 2"):
        sv.profile(model_of(residual_net(batch=1)), batch=2)


def test_on_the_command_line(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    path, figure = tmp_path / "net.onnx", tmp_path / "roof.svg"
    onnx.save(residual_net(), path)
    few = ["--runs", "2", "--threads", "1", "--no-compare"]
    code, out, _ = run(capsys, "profile", str(path), *few, "--roofline", str(figure))
    assert code == 0
    assert "conv1 + padded + clipped" in out
    assert "handed on: flat" in out
    assert figure.read_text().startswith("<?xml")
    code, out, _ = run(capsys, "profile", str(path), *few, "--json")
    assert code == 0
    assert json.loads(out)["threads"] == 1
    code, out, err = run(capsys, "profile", str(path), "--roofline", "roof.txt")
    assert (code, out) == (2, "")
    assert "the name ends in '.txt'" in err


def test_half_precision_is_counted_layer_by_layer():
    """ONNX Runtime casts each value to float32, renames it, and computes a softmax by nodes that have no names."""
    proto = residual_net()
    for tensor in proto.graph.initializer:
        if tensor.data_type == TensorProto.FLOAT:
            tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), tensor.name))
    for value in [*proto.graph.input, *proto.graph.output]:
        value.type.tensor_type.elem_type = TensorProto.FLOAT16
    model = model_of(proto)
    profile = sv.profile(model, threads=1, runs=2, compare=False)
    check_accounts(model, profile)
    assert "Conv" in profile.row_of("conv1").kernels
    assert "Cast" not in profile.row_of("probabilities").kernels
    assert {"image", "probabilities"} <= {row.name for row in profile.rows if row.kind == "conversion"}
