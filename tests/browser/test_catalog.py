"""Pictures grown for channels, in the explorer's panel: the bundled model's at once, and those of a given catalogue."""

import pytest

import squeezeviz as sv
from tests.browser.explorer_page import chosen, ready
from tests.browser.test_accessibility import violations

pytest.importorskip("pyarrow", reason="a catalogue takes pyarrow, which is not installed")
pytestmark = pytest.mark.browser


def shown(page):
    """The width of each picture, once all are drawn."""
    page.locator(".sqv-catalog-picture").first.wait_for()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.sqv-catalog-picture img')].every(image => image.naturalWidth)"
    )
    return page.locator(".sqv-catalog-picture img").evaluate_all("all => all.map(image => image.naturalWidth)")


def test_the_bundled_models_pictures_are_there_at_once_and_go_onto_the_stage(open_cell):
    start = "'shape-star', model='squeezenet1.1-shapes', layer='conv10', channel=4"
    page = open_cell(f"import squeezeviz as sv\nsv.explore({start})")
    ready(page, "conv10")
    assert shown(page) == [256]
    panel = page.locator(".sqv-catalog")
    assert "From the catalogue" in panel.inner_text()
    assert "squeezenet1.1-shapes.catalog, 256 steps." in panel.inner_text()
    assert "\nexcites it: mean " in panel.inner_text()
    assert violations(page, ".sqv-channel") == []
    # By keyboard, it becomes a photo as any other, once.
    panel.get_by_role("button").first.focus()
    page.keyboard.press("Enter")
    page.locator('.sqv-tile[data-id^="catalog 4 0"][aria-selected="true"]').wait_for()
    assert chosen(page) == {"layer": "conv10", "channel": 4}
    page.locator('.sqv-tile[aria-label^="shape-star"]').click()
    panel.get_by_role("button").first.click()
    page.locator('.sqv-tile[data-id^="catalog 4 0"][aria-selected="true"]').wait_for()
    assert page.locator(".sqv-tile").count() == 2


@pytest.mark.usefixtures("_own_cache")
def test_a_catalogue_that_is_given_is_shown_and_says_what_it_lacks(open_cell, tmp_path):
    model = sv.load_model("squeezenet1.1-shapes")
    made = sv.make_catalog(
        model, tmp_path / "own.catalog", layers=["fire2/squeeze1x1"], steps=2, negative=True, size=64
    )
    start = "'shape-star', model='squeezenet1.1-shapes', layer='fire2/squeeze1x1', channel=3"
    page = open_cell(f"import squeezeviz as sv\nsv.explore({start}, catalog={str(made.path)!r})")
    ready(page, "fire2/squeeze1x1")
    assert len(shown(page)) == 2
    assert "own.catalog, 2 steps" in page.locator(".sqv-catalog").inner_text()
    assert "silences it" in page.locator(".sqv-catalog").inner_text()
    page.evaluate(
        "() => document.querySelector('.sqv-explorer [data-part=\"conv1\"] > .sqv-hit').dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    )
    page.get_by_text("This catalogue has pictures of fire2/squeeze1x1.").wait_for()
