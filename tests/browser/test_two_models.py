"""Two networks on one photo: the page shows what Python computes, by pointer and by keyboard."""

import numpy as np
import pytest

import squeezeviz as sv
from squeezeviz.evidence.model_comparison import difference_of
from tests.browser.explorer_page import ready

pytestmark = [pytest.mark.browser, pytest.mark.model]

SECOND = "squeezenet1.1-shapes"


@pytest.fixture(scope="module")
def compared(module_explorer):
    """The explorer on a photo, its model compared with the bundled one, which has layers of the same names.

    One page for all tests of it: each goes on where the one before ended.
    """
    module_explorer.get_by_label("Compare with another network").select_option(SECOND)
    module_explorer.locator(".sqv-two-models .sqv-pairs").wait_for(timeout=120_000)
    return module_explorer


@pytest.fixture(scope="module")
def expected(model, files):
    return sv.compare_models(model, SECOND, files / "chelsea.jpg")


def part(page, selector):
    return page.locator(f".sqv-two-models {selector}")


def maps_of(page, layer):
    """Wait for both maps of a layer and their difference; return the largest."""
    page.wait_for_function(
        """layer => { const maps = document.querySelector('.sqv-two-models .sqv-difference:not(.sqv-late)');
            return maps?.querySelector('h2').textContent.startsWith(`${layer}, `)
                && maps.querySelector('.sqv-trio figure:last-child canvas')?.dataset.most; }""",
        arg=layer,
    )
    return float(part(page, ".sqv-trio figure:last-child canvas").get_attribute("data-most"))


def test_both_answers_and_every_pair_of_layers(compared, expected):
    page = compared
    assert part(page, ".sqv-verdict").inner_text() == expected.verdict
    assert f"Classes: {expected.agreement.classes.words}." in part(page, ".sqv-two-answers").inner_text()
    for side, model in (("A", expected.a), ("B", expected.b)):
        card = page.get_by_role("article", name=f"{side}: {model.name}")
        assert card.locator(".sqv-card-top li .sqv-cut-off").all_inner_texts() == [
            score.label for score in model.prediction.top(5)
        ]
    rows = part(page, ".sqv-pairs tbody tr").evaluate_all(
        "rows => rows.map(row => [row.dataset.pair, row.cells[3].textContent, row.classList.contains('sqv-parting')])"
    )
    assert [row[0] for row in rows] == [pair.a for pair in expected.pairs]
    for (_, said, is_parting), pair in zip(rows, expected.pairs, strict=True):
        assert is_parting == (pair is expected.first_divergent_layer)
        if pair.relative_l2 is None:
            assert said == "shape"
        else:
            assert float(said) == pytest.approx(pair.relative_l2, rel=0.05)


# Whether the row of the chosen layer is in sight of its list.
IN_ITS_LIST = """() => { const button = document.querySelector('.sqv-two-models .sqv-pairs [aria-pressed="true"]');
    const [row, list] = [button, button?.closest('.sqv-pairs-scroll')].map(e => e?.getBoundingClientRect());
    return row && row.top >= list.top && row.bottom <= list.bottom; }"""


def test_a_layer_is_chosen_by_click_and_by_arrow_keys(compared, expected, model, files):
    page, other = compared, sv.load_model(SECOND)
    part(page, '[data-pair="fire3/squeeze1x1"] button').click()
    ready(page, "fire3/squeeze1x1")
    maps_of(page, "fire3/squeeze1x1")
    page.keyboard.press("ArrowUp")
    ready(page, "fire2/concat")
    page.keyboard.press("End")
    ready(page, expected.pairs[-1].a)
    page.wait_for_function(IN_ITS_LIST)  # it is in sight there
    page.keyboard.press("Home")
    ready(page, "conv1")
    page.wait_for_function(IN_ITS_LIST)
    part(page, '[data-pair="fire2/concat"] button').click()
    ready(page, "fire2/concat")
    most = maps_of(page, "fire2/concat")
    assert page.evaluate("() => document.activeElement.closest('tr').dataset.pair") == "fire2/concat"
    assert part(page, '[aria-pressed="true"][tabindex="0"]').count() >= 1
    channel = int(part(page, ".sqv-difference h2").inner_text().rsplit(" ", 1)[1])
    a, b = (each.activations(files / "chelsea.jpg", "fire2/concat")["fire2/concat"] for each in (model, other))
    assert most == pytest.approx(float(np.abs(b - a)[channel].max()), rel=0.003)
    said = part(page, '[data-pair="fire2/concat"] td').nth(2).inner_text()
    assert float(said) == pytest.approx(difference_of(a, b)[0], rel=0.05)
    assert "one scale: 0 to" in part(page, ".sqv-difference header").inner_text()


def test_it_is_closed_and_follows_the_model_that_answers(compared):
    page = compared
    page.get_by_role("button", name="Close the comparison of two networks").click()
    part(page, "").wait_for(state="detached")
    page.get_by_label("Compare with another network").select_option(SECOND)
    part(page, ".sqv-pairs").wait_for()
    page.get_by_label("Model", exact=True).select_option(SECOND)
    part(page, "").wait_for(state="detached")  # a model beside itself says nothing
    page.wait_for_function(
        "name => ![...document.querySelectorAll('.sqv-second option')].some(option => option.value === name)",
        arg=SECOND,
    )


def test_a_second_model_that_is_gone_says_so_and_the_page_goes_on(open_cell, published_files, tmp_path, model):
    path = tmp_path / "mine.onnx"
    path.write_bytes(model.content)
    page = open_cell(
        "import squeezeviz as sv\n"
        f"explorer = sv.explore('chelsea', model={str(path)!r})\n"
        "explorer.state.model\n"
        "explorer.state.use('squeezenet1.1-caffe2')\n"
        "explorer"
    )
    ready(page, "fire5/concat")
    path.unlink()
    page.get_by_label("Compare with another network").select_option("mine")
    problem = part(page, "[role=alert]")
    problem.wait_for()
    assert "mine.onnx" in problem.inner_text()
    page.get_by_label("Compare with another network").select_option(SECOND)
    part(page, ".sqv-pairs").wait_for()
    assert part(page, "[role=alert]").count() == 0


def test_the_exported_page_does_not_offer_it(browser, tmp_path):
    path = sv.export_page("shape-star", tmp_path / "page.html", model=SECOND, compared=[])
    page = browser.new_page()
    try:
        page.goto(path.as_uri())
        page.locator(".sqv-grid canvas").first.wait_for()
        page.locator(".sqv-hold").wait_for()
        assert page.locator(".sqv-second").is_hidden()
    finally:
        page.close()
