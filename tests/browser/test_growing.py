"""What excites it most?: a picture grows on the page, every map follows, and it is steered, ended, kept; by keys as well.

One page of an app for all of them: each test goes on where the one before ended, on the photo of coins.
"""

import re

import pytest

from tests.browser.explorer_page import chosen, ready
from tests.browser.test_touch import TOO_WIDE
from tests.browser.waiting import retry_assertions

pytestmark = [pytest.mark.browser, pytest.mark.model]
STRIP = ".sqv-explorer .sqv-strip [role=option]"


@pytest.fixture(scope="module")
def page(module_app, published_files):
    page = module_app
    page.locator(".sqv-sample", has_text="coins").click(timeout=120_000)
    ready(page, "fire5/concat")
    return page


@pytest.fixture(scope="module")
def panel(page):
    return page.locator(".sqv-explorer").get_by_role("region", name="What excites it most?")


def reaches(panel, state):
    panel.locator(f".sqv-run[data-state={state}]").wait_for(timeout=120_000)


def steps(panel, least):
    """Wait until so many steps are taken."""
    retry_assertions(panel.page, lambda: enough(panel, least))


def enough(panel, least):
    assert int(panel.locator(".sqv-run").get_attribute("data-done")) >= least


def value(panel, name):
    row = panel.locator(".sqv-grown-bars > div", has_text=name)
    return float(row.locator("[data-value]").get_attribute("data-value"))


def mean_on_page(page):
    return float(
        page.locator(".sqv-explorer .sqv-facts dt", has_text="mean")
        .locator("xpath=following-sibling::dd[1]")
        .inner_text()
    )


def names(page):
    return page.locator(STRIP).evaluate_all("tiles => tiles.map((each) => each.ariaLabel ?? '')")


def test_it_grows_on_the_stage_and_every_map_follows(page, model, panel):
    before = chosen(page)
    panel.get_by_text("How it grows").click()
    panel.get_by_label("steps", exact=True).select_option("128")
    panel.get_by_role("button", name="Grow a picture").click()
    panel.get_by_role("progressbar").wait_for()
    reaches(panel, "whole")
    grown = value(panel, "this picture")
    photo = float(model.activations("coins", [before["layer"]])[before["layer"]][before["channel"]].mean())
    assert value(panel, "strongest photo: coins") == pytest.approx(photo, rel=1e-4)
    assert grown > photo
    panel.get_by_text("times as much as the strongest of the one photo here").wait_for()
    assert chosen(page) == before

    def maps_are_of_the_last_picture():
        assert mean_on_page(page) == pytest.approx(grown, rel=0.02)

    retry_assertions(page, maps_are_of_the_last_picture)
    assert sum(name.startswith("grown, mean of fire5/concat") for name in names(page)) == 1


def test_another_channel_is_grown_for_from_the_picture_there_is_and_escape_ends_it(page, panel):
    panel.get_by_label("steps", exact=True).select_option("2048")
    panel.get_by_role("button", name="Grow on").click()
    steps(panel, 8)
    before = chosen(page)["channel"]
    page.locator(".sqv-explorer .sqv-channel h2").click()
    page.keyboard.press("ArrowRight")
    retry_assertions(page, lambda: is_another(page, before))
    after = chosen(page)["channel"]
    panel.get_by_text(f"mean of fire5/concat, channel {after}; bars").wait_for(timeout=120_000)
    steps(panel, 8)
    bar = page.locator(".sqv-explorer").get_by_role("group", name="Growing picture")
    bar.get_by_role("button", name="Stop").focus()
    page.keyboard.press("Escape")
    reaches(panel, "stopped")
    said = panel.get_by_role("status").inner_text()
    assert re.fullmatch(r"stopped after [\d,]+ of 2,048 steps", said)
    page.wait_for_timeout(1500)
    assert panel.get_by_role("status").inner_text() == said, "nothing more comes"


def is_another(page, before):
    assert chosen(page)["channel"] != before


def test_it_is_kept_as_a_photo(page, panel):
    count = len(names(page))
    panel.get_by_role("button", name="Keep as a photo").click()

    def kept():
        assert len(names(page)) == count, "what grew makes room for it"
        assert page.locator(f'{STRIP}[aria-selected=true][aria-label^="grown, mean of"]').count() == 1

    retry_assertions(page, kept)


def test_from_the_photo_by_keys_alone(page, model, panel):
    page.locator(f'{STRIP}[aria-label^="coins"]').click()
    ready(page, "fire5/concat")
    panel.get_by_label("begin from").select_option(label="this photo: coins")
    panel.get_by_label("may stray").select_option("16")
    panel.get_by_label("steps", exact=True).select_option("128")
    panel.get_by_role("button", name="Begin anew").focus()
    page.keyboard.press("Enter")
    steps(panel, 8)
    channel = chosen(page)["channel"]
    photo = float(model.activations("coins", ["fire5/concat"])["fire5/concat"][channel].mean())
    assert value(panel, "the photo it began from") == pytest.approx(photo, rel=1e-4)
    reaches(panel, "whole")
    assert value(panel, "this picture") > photo


def test_several_are_grown_and_one_is_shown(page, panel):
    panel.get_by_label("pictures").select_option("2")
    panel.get_by_role("button", name="Begin anew").click()
    steps(panel, 8)
    second = panel.get_by_role("button", name=re.compile("Picture 2 of 2"))
    second.click()
    retry_assertions(page, lambda: is_pressed(second))
    panel.get_by_role("button", name="Stop").click()
    reaches(panel, "stopped")


def is_pressed(button):
    assert button.get_attribute("aria-pressed") == "true"


def test_a_class_is_grown_for_from_where_its_evidence_is(page, panel):
    page.locator(".sqv-explorer .sqv-why-button").click()
    page.locator(".sqv-explorer").get_by_role("button", name="Grow a picture of it").click()
    panel.get_by_text("logit of ").first.wait_for()
    steps(panel, 8)
    page.keyboard.press("Escape")
    reaches(panel, "stopped")


def test_it_fits_a_screen_of_400_px(page, panel):
    page.set_viewport_size({"width": 400, "height": 800})
    panel.scroll_into_view_if_needed()
    assert [each for each in page.evaluate(TOO_WIDE) if "grow" in each] == []
