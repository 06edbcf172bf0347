"""An exported page of a network that answers otherwise than by a softmax says what Python says. Asked by Node."""

import base64
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import squeezeviz as sv
from squeezeviz.evidence.ending import opened_number
from squeezeviz.explorer import messages
from tests.by_node import said_by_node
from tests.unit.network.test_answers import APART, ENSEMBLE, PHOTO, SIGMOIDS, SOFTMAXES, model_of
from tests.unit.test_endings import ending_in

PROGRAM = Path(__file__).parents[1] / "page_by_node.mjs"
ENDS = {
    "a sigmoid": SIGMOIDS["reshaped"],
    "a sigmoid by hand": SIGMOIDS["by hand"],
    "a softmax by hand": SOFTMAXES["by hand, the largest subtracted"][0],
    "a mean of two": ENSEMBLE,
    "a hard sigmoid": APART["hard sigmoid"],
}


@pytest.mark.parametrize("end", ENDS)
def test_an_exported_page_answers_as_python_does(end, tmp_path):
    if shutil.which("node") is None:
        pytest.skip("needs Node")
    model = model_of(ENDS[end])
    arch, said = model.architecture, model.predict(PHOTO)
    shown = arch.output_name if arch.output_name in arch else "s"  # what only hands on is no layer of its own
    page = sv.export_page(sv.read_image(PHOTO, name="photo"), tmp_path / "page.html", model=model, compared=[])
    asked = [
        {"kind": "tensor", "layer": arch.logits_name},
        {"kind": "tensor", "layer": shown},
        {"kind": "variants", "presets": []},
        {"kind": "open", "layer": arch.logits_name, "channel": 1, "cell": [0, 0]},
    ]
    (tmp_path / "asked.json").write_text(json.dumps(asked))
    logits, answer, variants, opened = said_by_node(PROGRAM, page, tmp_path / "asked.json")
    np.testing.assert_allclose(numbers(logits), said.logits, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(numbers(answer), said.probabilities, rtol=1e-4, atol=1e-6)
    (row,) = variants["rows"]
    best = said.top(1)[0]
    assert row["class_index"] == best.class_index
    assert row["probability"] == pytest.approx(best.probability, rel=1e-5)
    assert opened["calculation"]["value"] == pytest.approx(float(said.logits[1]), rel=1e-4, abs=1e-5)
    told = messages.model("", model).content
    assert told["logit_words"] == {"a mean of two": "ln p", "a hard sigmoid": "log-odds"}.get(end, "logit")


def test_a_cell_of_a_map_that_no_layer_has_is_opened_as_python_opens_it(tmp_path):
    if shutil.which("node") is None:
        pytest.skip("needs Node")
    model, image = ending_in("gemm", 9), sv.read_image(np.tile(PHOTO, (2, 2, 1)), name="photo")
    source = sv.Arithmetic(model, image)
    expected = opened_number(source, "scores:cam", 2, (3, 1)).to_dict(4)
    page = sv.export_page(image, tmp_path / "page.html", model=model, compared=[])
    asked = {"kind": "open", "layer": "scores:cam", "channel": 2, "count": 4}
    (tmp_path / "asked.json").write_text(json.dumps([{**asked, "cell": [3, 1]}, {**asked, "cell": [99, 1]}]))
    made, refused = said_by_node(PROGRAM, page, tmp_path / "asked.json")
    found = made["calculation"]
    assert [term["channel"] for term in found["terms"]] == [term["channel"] for term in expected["terms"]]
    for name in ("value", "total", "bias", "remainder"):
        assert found[name] == pytest.approx(expected[name], rel=1e-4, abs=1e-5)
    assert "has no cell 99, 1" in refused["message"]
    with pytest.raises(sv.LayerError, match="has no row 99"):
        opened_number(source, "scores:cam", 2, (99, 1))
    assert opened_number(source, "relu6", 2, (3, 1)).layer == "relu6"


def numbers(message):
    return np.frombuffer(base64.b64decode(message["held"]["values"]), "<f4")
