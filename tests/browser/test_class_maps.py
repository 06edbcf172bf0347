"""Class activation maps of a network in which no layer has them: the page makes them of features and weights; or says why not."""

from types import SimpleNamespace

import numpy as np
import onnx
import pytest
from PIL import Image as Pillow

import squeezeviz as sv
from tests.browser.explorer_page import ready, shown_classes
from tests.browser.predictor_page import percent
from tests.unit.test_endings import ending_in, spoilt

pytestmark = pytest.mark.browser


@pytest.fixture
def explored(open_cell, tmp_path):
    def explore(model, layer):
        network, photo = tmp_path / "my_model.onnx", tmp_path / "photo.png"
        network.write_bytes(model.content)
        pixels = np.random.default_rng(0).integers(0, 256, (16, 16, 3), np.uint8)
        Pillow.fromarray(np.kron(pixels, np.ones((8, 8, 1), np.uint8))).resize((16, 16)).save(photo)
        page = open_cell(
            f"import squeezeviz as sv\nsv.explore({str(photo)!r}, model=sv.load_model({str(network)!r}), layer={layer!r})"
        )
        ready(page, layer)
        return page, sv.Arithmetic(sv.load_model(str(network)), str(photo))

    return explore


def test_maps_are_made_of_features_and_add_up(explored):
    page, source = explored(ending_in("gemm", 9), "relu6")
    best = int(source.values("scores")[:, 0, 0].argmax())
    expected = sv.decompose_logit(source, best)
    page.get_by_role("switch", name="Class activation map over the photo").wait_for()
    # The class's own map in its row, on the scale of all that are shown: cells below zero have the colour of nothing.
    page.wait_for_function(
        "index => { const c = document.querySelector(`.sqv-row[data-index='${index}'] .sqv-cam`); return c && c.width === 8; }",
        arg=best,
    )
    drawn = page.evaluate(
        """index => { const c = document.querySelector(`.sqv-row[data-index='${index}'] .sqv-cam`);
            const all = c.getContext('2d').getImageData(0, 0, 8, 8).data;
            return Array.from({length: 64}, (_, at) => [...all.slice(4 * at, 4 * at + 3)].join(' ')); }""",
        best,
    )
    cells = expected.cells.ravel()
    assert len({colour for colour, value in zip(drawn, cells, strict=True) if value > 0}) > 5
    assert len({colour for colour, value in zip(drawn, cells, strict=True) if value < 0}) == 1
    page.locator(".sqv-why-button").click()
    value = page.locator(".sqv-why .sqv-value")
    value.wait_for()
    assert float(value.get_attribute("data-logit")) == pytest.approx(expected.logit, abs=1e-4)
    assert "Warm adds, blue takes away" in page.locator(".sqv-evidence-map").first.inner_text()
    assert "of relu6, in logits" in page.locator(".sqv-why").inner_text()
    # Four classes, not five: the list of the cell that adds most is its own.
    y, x = (int(at) for at in np.unravel_index(np.abs(expected.cells).argmax(), expected.cells.shape))
    alone = [score.label for score in sv.predictions_per_location(source).top(y, x)]
    page.wait_for_function(
        """names => [...document.querySelectorAll('.sqv-cell-said .sqv-card-top .sqv-cut-off')].slice(0, 4)
            .map(e => e.textContent).join() === names""",
        arg=",".join(alone),
    )
    page.get_by_role("button", name="Open the cell's terms").click()
    number = page.locator(f".sqv-inside[data-number='scores:cam {best} {y} {x}']")
    number.wait_for()
    opened = expected.cell(y, x)
    assert float(number.locator(".sqv-value").get_attribute("data-value")) == pytest.approx(opened.value, rel=1e-6)
    assert "No layer has this map" in number.inner_text()
    assert f"class activation map\n{expected.label.label} at {y}, {x}" in number.locator("nav").inner_text()
    number.locator(".sqv-terms button").first.click()
    term = opened.terms[0]
    page.locator(f".sqv-inside[data-number='relu6 {term.channel} {y} {x}']").wait_for()


def test_where_there_is_none_the_page_says_what_is_in_the_way_and_the_rest_works(explored):
    page, _ = explored(spoilt("hidden layer"), "features.relu")
    said = page.get_by_role("region", name="Class activation map", exact=True).inner_text()
    assert "no map a class: its logits, scores, are no means of maps; hidden.relu (fully connected, ReLU)" in said
    page.locator(".sqv-why-button").click()
    page.locator(".sqv-why [role=status]", has_text="hidden.relu").first.wait_for()
    assert page.locator(".sqv-why h2").first.inner_text().startswith("Why ")
    assert not page.locator(".sqv-why [role=alert]").count(), "nothing is wrong"
    page.get_by_role("heading", name="What would change its mind?").wait_for()


def by_sigmoid(model):
    """The same network with a sigmoid in the place of its softmax."""
    proto = onnx.load_model_from_string(model.content)
    (closing,) = (each for each in proto.graph.node if each.op_type == "Softmax")
    closing.op_type = "Sigmoid"
    del closing.attribute[:]
    return proto.SerializeToString()


def test_where_each_class_is_answered_for_itself_the_page_says_what_python_says(explored):
    page, source = explored(SimpleNamespace(content=by_sigmoid(ending_in("gemm", 9))), "relu6")
    assert source.architecture.head == "sigmoid"
    answer = source.model.predict(source.image)
    assert abs(answer.probabilities.sum() - 1) > 0.01
    assert shown_classes(page) == [
        (s.class_index, s.label, percent(s.probability), f"{s.logit:.2f}") for s in answer.top(5)
    ]
    assert "need not add up to 100 %" in page.locator(".sqv-said").inner_text()
    page.locator(".sqv-why-button").click()
    page.locator(".sqv-why .sqv-value").wait_for()
    assert not page.locator(".sqv-softmax").count(), "a half is no share of all classes"
