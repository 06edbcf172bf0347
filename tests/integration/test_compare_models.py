"""Trained networks side by side: the published one in other precisions and forms, and other architectures."""

import importlib

import onnx
import pytest
from onnx import numpy_helper

import squeezeviz as sv
from squeezeviz.dataset.statistics import mcnemar
from squeezeviz.runtime.export import export_model, fold_preprocessing, known_text
from squeezeviz.telemetry import import_onnxruntime

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def written(model, tmp_path_factory):
    """Write the published model as ONNX, in some precision."""

    def write(name, content=None, **rest):
        path = tmp_path_factory.mktemp("written") / f"{name}.onnx"
        export_model(content or model.content, path, text=known_text(model), **rest)
        return path

    return write


def test_the_published_pair_and_its_onnx_conversion_are_one_network(model, written):
    made = sv.compare_models("squeezenet1.1-caffe2", written("converted"), "coffee")
    assert {pair.matched_by for pair in made.pairs} == {"name"}
    assert len(made.pairs) == len(model.architecture)
    assert max(pair.relative_l2 for pair in made.pairs) == 0
    assert made.agreement.total_variation == 0
    assert made.first_divergent_layer is None


def test_half_precision_stays_below_the_tolerance(model, written):
    made = sv.compare_models(model, written("half", precision="fp16"), "coffee")
    differences = [pair.relative_l2 for pair in made.pairs]
    assert 1e-5 < max(differences) < 0.005
    assert made.first_divergent_layer is None
    assert min(pair.correlation for pair in made.pairs) > 0.9999
    assert 0 < made.agreement.total_variation < 0.001
    assert made.agreement.is_same_top1


def test_whole_numbers_are_compared_as_layers_read_them(model, written, tmp_path):
    """What ONNX Runtime's own quantiser writes: ReLUs are left to the quantisation, and the answer is quantised too."""
    ort = importlib.import_module(".quantization", import_onnxruntime().__name__)

    photos = iter([{"data": model.preprocessing(sv.read_image(name))} for name in ("coffee", "chelsea", "coins")])
    reader = type("Photos", (ort.CalibrationDataReader,), {"get_next": lambda _: next(photos, None)})()
    ort.quantize_static(written("plain"), tmp_path / "int8.onnx", reader, quant_format=ort.QuantFormat.QDQ)
    made = sv.compare_models(model, tmp_path / "int8.onnx", "coffee")
    assert len(made.pairs) == len(model.architecture)
    assert {pair.matched_by for pair in made.pairs} == {"name"}
    assert 0.001 < max(pair.relative_l2 for pair in made.pairs) < 0.25
    assert min(pair.correlation for pair in made.pairs) > 0.95
    assert made.first_divergent_layer is not None
    assert made.agreement.is_same_top1
    assert made.agreement.total_variation < 0.05


def test_a_finetuned_layer_is_where_they_part(model, written):
    proto = onnx.load_model_from_string(model.content)
    (weights,) = (each for each in proto.graph.initializer if each.name == "fire6/expand3x3_w")
    weights.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(weights) * 1.1, weights.name))
    made = sv.compare_models(model, written("finetuned", proto.SerializeToString()), "coffee")
    assert made.first_divergent_layer.a == "fire6/expand3x3"
    before = [pair.relative_l2 for pair in made.pairs[: made.pairs.index(made.first_divergent_layer)]]
    assert max(before) == 0


def test_a_folded_preprocessing_has_another_input_and_the_same_layers(model, tmp_path):
    folded = tmp_path / "folded.onnx"
    folded.write_bytes(
        fold_preprocessing(onnx.load_model_from_string(model.content), model.preprocessing).SerializeToString()
    )
    made = sv.compare_models(model, folded, "coffee")
    assert not made.has_same_input
    assert "The input itself differs" in made.verdict
    assert made.first_divergent_layer is None
    assert max(pair.relative_l2 for pair in made.pairs) < 1e-4


@pytest.fixture(scope="module")
def path_of(published_files):
    root = published_files.paths[0].resolve().parents[2]

    def found(relative):
        if not (root / relative).is_file():
            pytest.skip(f"the network {relative} is not beside the published model")
        return root / relative

    return found


@pytest.mark.parametrize("relative", ["networks/squeezenet1_0.onnx", "networks/shufflenet_v2_x0_5.onnx"])
def test_another_architecture(model, path_of, relative):
    made = sv.compare_models(model, path_of(relative), "coffee")
    assert made.agreement.classes.rule == "same order"  # it names none
    assert len(made.a.unmatched) + len(made.pairs) == made.a.layers
    assert len(made.b.unmatched) + len(made.pairs) == made.b.layers
    assert all(pair.shape_a == pair.shape_b for pair in made.pairs if pair.matched_by == "form")
    assert made.input_difference is None


@pytest.mark.photos
def test_efficientnet_lite_against_the_published_model_over_photos(model, path_of, photos):
    lite = sv.load_model(path_of("models/efficientnet-lite0/efficientnet_lite0.onnx"))
    made = sv.compare_models(model, lite, photos / "images")
    first, second = sv.evaluate(model, photos / "images"), sv.evaluate(lite, photos / "images")
    hits = [[row.answers[0].rank == 1 for row in each.rows] for each in (first, second)]
    pairs = list(zip(*hits, strict=True))
    counts = [pairs.count(each) for each in ((True, True), (True, False), (False, True), (False, False))]
    assert [made.both_right, made.only_a, made.only_b, made.neither] == counts
    assert made.p_value == mcnemar(counts[2], counts[1])
    assert made.only_b > made.only_a > 0


def test_two_networks_with_no_class_in_common_are_refused_over_photos(model, photos):
    with pytest.raises(sv.DatasetError, match=r"squeezenet1.1-shapes has no class 'tiger shark'"):
        sv.compare_models(model, "squeezenet1.1-shapes", photos / "images")
