"""A network that says nothing of itself: its classes are numbered, and a strip says what is unknown and assumed."""

import numpy as np
import pytest
from PIL import Image as Pillow

import squeezeviz as sv
from tests.browser.predictor_page import answered, assert_shows
from tests.unit.test_known import NAMES, foreign

pytestmark = pytest.mark.browser


@pytest.fixture
def files(tmp_path):
    network, photo = tmp_path / "my_model.onnx", tmp_path / "photo.png"
    network.write_bytes(foreign(64).SerializeToString())
    Pillow.fromarray(np.random.default_rng(0).integers(0, 256, (90, 120, 3), np.uint8)).save(photo)
    return str(network), str(photo)


def test_the_page_says_what_is_unknown_and_how_to_say_it(open_cell, files):
    network, photo = files
    page = open_cell(f"import squeezeviz as sv\nsv.predictor({network!r}, images=[{photo!r}])")
    answered(page, 1)
    model = sv.load_model(network)
    assert_shows(page, model.predict(photo))
    assert page.locator(".sqv-label").first.inner_text().startswith("class ")
    strip = page.get_by_role("note", name="What is unknown of the model")
    said = strip.inner_text()
    assert "Labels unknown: classes are numbered." in said
    assert f"Preprocessing assumed: {model.preprocessing.describe()}." in said
    assert page.get_by_label("Preprocessing", exact=True).input_value() == "assumed"
    strip.locator("summary").click()
    assert "labels= (--labels) names them" in strip.inner_text()


def test_where_it_is_told_there_is_no_strip(open_cell, files):
    network, photo = files
    told = f"sv.load_model({network!r}, labels={NAMES!r}, preprocessing='keras-style')"
    page = open_cell(f"import squeezeviz as sv\nsv.predictor({told}, images=[{photo!r}])")
    answered(page, 1)
    assert_shows(page, sv.load_model(network, labels=NAMES, preprocessing="keras-style").predict(photo))
    assert page.locator(".sqv-label").first.inner_text() in NAMES
    assert not page.locator(".sqv-unknown").is_visible()
    assert page.get_by_label("Preprocessing", exact=True).input_value() == "keras-style"


@pytest.mark.model
def test_a_file_with_its_means_folded_in_has_them_subtracted_once(open_cell, published_files, files, tmp_path):
    from squeezeviz.runtime.export import export_model

    whole = sv.load_model("squeezenet1.1-caffe2")
    (folded,) = export_model(whole.content, tmp_path / "folded.onnx", preprocessing=whole.preprocessing)
    page = open_cell(f"import squeezeviz as sv\nsv.predictor({str(folded)!r}, images=['shape-star'])")
    answered(page, 1)
    assert_shows(page, whole.predict("shape-star"))
    assert not page.locator(".sqv-unknown").is_visible()
