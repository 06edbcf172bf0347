"""Channels across a data set, on the explorer's page: what the atlas says, in the page's words, and what a click does."""

import pytest

import squeezeviz as sv
from squeezeviz.image.drawings.folder import write_drawings
from tests.browser.explorer_page import chosen, ready
from tests.browser.test_accessibility import violations

pytest.importorskip("pyarrow", reason="an atlas takes pyarrow, which is not installed")
pytestmark = pytest.mark.browser

LAYERS = ["fire9/concat", "conv10"]


@pytest.fixture(scope="module")
def atlas(tmp_path_factory, _own_cache):
    model = sv.load_model("squeezenet1.1-shapes")
    folder = write_drawings(tmp_path_factory.mktemp("drawings"), 2)
    return sv.make_atlas(model, folder, tmp_path_factory.mktemp("made") / "drawings.atlas", layers=LAYERS, k=6)


def tile_values(page):
    return page.locator(".sqv-example").evaluate_all(
        "tiles => tiles.map(tile => [tile.dataset.photo, tile.querySelector('img').naturalWidth])"
    )


def test_a_channel_across_the_data_set(open_cell, atlas):
    start = "'shape-star', model='squeezenet1.1-shapes', layer='fire9/concat', channel=370"
    page = open_cell(f"import squeezeviz as sv\nsv.explore({start}, atlas={str(atlas.path)!r})")
    ready(page, "fire9/concat")
    known = atlas.channel("fire9/concat", 370)
    page.locator(".sqv-example").nth(len(known.strongest) - 1).wait_for()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.sqv-example img')].every(image => image.naturalWidth)"
    )
    assert tile_values(page) == [[each.photo, atlas.crop(each).width] for each in known.strongest]
    panel = page.locator(".sqv-channel")
    assert "48 photos, drawings.atlas" in panel.inner_text()
    assert f"Activates mostly on {known.classes[0][0].label}" in panel.inner_text()
    assert f"selectivity {known.selectivity:.2f}" in panel.inner_text()
    histogram = panel.get_by_role("img", name="Histogram of 48 photos by their maximum")
    own = sv.load_model("squeezenet1.1-shapes").activations("shape-star")["fire9/concat"][370].max()
    assert float(histogram.get_attribute("data-own")) == pytest.approx(float(own), rel=1e-3)
    alike = page.locator(".sqv-dataset [data-to]").evaluate_all("found => found.map(tile => tile.dataset.to)")
    assert alike[:5] == [f"fire9/concat {channel}" for channel, _ in known.similar[:5]]

    assert violations(page, ".sqv-channel") == []

    # A crop brings its drawing onto the page, once, and chooses the cell.
    tile = page.locator(".sqv-example").first
    tile.click()
    first = known.strongest[0]
    page.locator(f'.sqv-tile[data-id="atlas {first.photo}"][aria-selected="true"]').wait_for()
    page.wait_for_function(
        "cell => document.querySelector('.sqv-read-out [data-fact=cell], [data-fact=cell]').textContent === cell",
        arg=f"{first.cell[0]}, {first.cell[1]}",
    )
    assert chosen(page) == {"layer": "fire9/concat", "channel": 370}
    page.locator('.sqv-tile[aria-label^="shape-star"]').click()
    page.locator(".sqv-example").first.click()
    page.locator(f'.sqv-tile[data-id="atlas {first.photo}"][aria-selected="true"]').wait_for()
    assert page.locator(".sqv-tile").count() == 2

    # The channels that activate on a class, found by its name.
    page.get_by_label("Search the classes of the data set").fill("spiral")
    page.get_by_text("Activates on spiral").wait_for()
    spirals = atlas.channels_for("spiral", 8)
    page.wait_for_function(
        "to => document.querySelector('.sqv-activates')?.dataset.to === to",
        arg=f"{spirals[0].layer} {spirals[0].channel}",
    )
    rows = page.locator(".sqv-activates").evaluate_all("rows => rows.map(row => row.dataset.to)")
    assert rows == [f"{each.layer} {each.channel}" for each in spirals]
    page.locator(".sqv-activates").nth(1).click()
    ready(page, spirals[1].layer)
    assert chosen(page) == {"layer": spirals[1].layer, "channel": spirals[1].channel}

    # A layer that the atlas is not of says so, where its crops would stand.
    page.evaluate(
        "() => document.querySelector('.sqv-explorer [data-part=\"conv1\"] > .sqv-hit').dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    )
    page.get_by_text("this atlas is of no layer 'conv1'").wait_for()


def test_without_an_atlas_one_line_says_how_to_make_one(open_cell):
    page = open_cell("import squeezeviz as sv\nsv.explore('shape-star', model='squeezenet1.1-shapes')")
    ready(page, "fire5/concat")
    page.get_by_text("squeezeviz atlas FOLDER -o my.atlas").wait_for()
    assert page.locator(".sqv-example").count() == 0
    assert page.get_by_text("Activates on").count() == 0
