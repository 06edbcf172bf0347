"""The command line on the real model, as a program sees it."""

import json

import pytest

from squeezeviz import cli

pytestmark = pytest.mark.model


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as caught:
        cli.main(list(arguments))
    captured = capsys.readouterr()
    return caught.value.code or 0, captured.out, captured.err


def test_predict_json(capsys, model):
    code, out, _ = run(capsys, "predict", "coffee", "chelsea", "--top", "3", "--json")
    results = json.loads(out)
    assert code == 0
    assert [result["image"] for result in results] == ["coffee", "chelsea"]
    assert set(results[0]) == {"image", "model", "preprocessing", "caution", "top"}
    assert set(results[0]["top"][0]) == {"class_index", "wnid", "label", "probability", "logit"}
    assert len(results[1]["top"]) == 3
    expected = model.predict("coffee").top(1)[0]
    assert results[0]["top"][0]["label"] == expected.label == "espresso"
    assert results[0]["top"][0]["probability"] == pytest.approx(expected.probability, abs=1e-5)
    assert results[0]["preprocessing"] == "caffe2"


def test_predict_for_people(capsys, model):
    code, out, _ = run(capsys, "predict", "coffee")
    assert code == 0
    assert "espresso" in out
    assert "99.6" in out
    assert "centre crop" in out


def test_info_json(capsys, model):
    code, out, _ = run(capsys, "info", "--json")
    info = json.loads(out)
    assert code == 0
    assert (round(info["gflops"], 3), round(info["mparams"], 3)) == (0.784, 1.235)
    assert info["parameters"] == 1_235_496
    assert info["macs"] == 387_747_520
    assert info["input"]["shape"] == ["B", 3, 227, 227]
    assert info["output"]["name"] == "softmaxout"
    assert {"name", "kind", "shape", "parameters", "macs", "receptive_field", "stride"} <= set(info["layers"][0])
    assert len(info["layers"]) == 39
    assert [block["name"] for block in info["blocks"]] == [
        "conv1–pool1", "fire2", "fire3", "pool3", "fire4", "fire5", "pool5", "fire6", "fire7", "fire8", "fire9",
        "conv10–softmaxout",
    ]  # fmt: skip
    fire = info["blocks"][1]
    assert (fire["kind"], fire["inputs"], fire["output"]) == ("fire", ["conv1–pool1"], "fire2/concat")
    assert fire["branches"] == [["fire2/expand1x1"], ["fire2/expand3x3"]]


def test_info_for_people_fits_a_plain_terminal(capsys, model, monkeypatch):
    from squeezeviz.report.terminal import console

    monkeypatch.setattr(console.out, "width", 80)
    code, out, _ = run(capsys, "info")
    assert code == 0
    assert "0.784 GFLOPs" in out
    assert "fire2/squeeze1x1" in out
    assert "Blocks: 4 × plain, 8 × fire" in out
    assert "…" not in out.replace("…,", ""), "nothing is cut off"


def test_info_names_the_block_of_each_layer_where_there_is_room(capsys, model, monkeypatch):
    from squeezeviz.report.terminal import console

    monkeypatch.setattr(console.out, "width", 120)
    code, out, _ = run(capsys, "info")
    assert code == 0
    lines = {line.split()[0]: line.split()[-1] for line in out.splitlines() if line.strip()}
    assert (lines["layer"], lines["conv1"], lines["fire9/expand3x3"]) == ("block", "conv1–pool1", "fire9")


def test_the_layer_table_in_a_notebook_names_each_block_once(model):
    told = model.architecture._repr_html_()
    assert told.count(">fire2<") == told.count(">conv10–softmaxout<") == 1
    assert "blocks: 4 × plain, 8 × fire" in told


def test_compare_json(capsys, model):
    code, out, _ = run(capsys, "compare", "coffee", "-p", "caffe2", "-p", "zero-to-one", "-c", "espresso", "--json")
    told = json.loads(out)
    assert code == 0
    assert (told["image"], told["model"], told["reference"]) == ("coffee", "squeezenet1.1-caffe2", "caffe2")
    first, second = told["variants"]
    assert (first["top"][0]["label"], first["first_divergent_layer"]) == ("espresso", None)
    assert (second["preprocessing"]["name"], second["first_divergent_layer"]) == ("zero-to-one", "conv1")
    assert set(second["drift"][0]) == {"layer", "relative_l2", "cosine", "strongest"}
    assert len(second["drift"]) == 38, "every layer but the softmax"
    assert told["logit_differences"]["espresso"]["caffe2"] == 0


def test_compare_for_people_fits_a_plain_terminal(capsys, model, monkeypatch):
    from squeezeviz.report.terminal import console

    monkeypatch.setattr(console.out, "width", 80)
    code, out, _ = run(capsys, "compare", "coffee")
    assert code == 0
    assert "espresso" in out
    assert "fire2/squeeze1x1" in out
    assert "…" not in out, "nothing is cut off"


def test_evaluate_for_people_fits_a_plain_terminal(capsys, model, photos, monkeypatch):
    from squeezeviz.report.terminal import console

    monkeypatch.setattr(console.out, "width", 80)
    code, out, _ = run(
        capsys, "evaluate", str(photos / "images"), "-p", "caffe2", "-p", "rgb-by-mistake", "--reference", "published"
    )
    assert code == 0
    assert "64.89" in out or "64.9%" in out
    assert "56.502% / 79.576%" in out
    assert "lies within" in out
    assert "…" not in out, "nothing is cut off"


def test_convert(capsys, model, tmp_path):
    code, out, _ = run(capsys, "convert", "-o", str(tmp_path / "x.onnx"), "--fold-preprocessing", "--precision", "fp16")
    assert code == 0
    assert (tmp_path / "x.onnx").stat().st_size > 2_000_000
    assert "x.onnx" in out.replace("\n", "")


def test_download_of_what_is_here_and_the_list(capsys, published_files):
    code, out, _ = run(capsys, "download", "--json")
    assert (code, json.loads(out)["kind"]) == (0, "done")
    code, out, _ = run(capsys, "download", "--list", "--json")
    assert json.loads(out)[0]["folder"] == str(published_files.paths[0].parent)


def test_download_from_a_folder(capsys, published_files, tmp_path, monkeypatch):
    monkeypatch.setenv("SQUEEZEVIZ_CACHE", str(tmp_path))
    code, out, _ = run(capsys, "download", "--from", str(published_files.paths[0].parent), "--json")
    events = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [event["kind"] for event in events] == ["source", "verified", "verified", "done"]
    assert (tmp_path / "models/squeezenet1.1-caffe2/init_net.pb").is_file()
