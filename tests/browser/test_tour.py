"""The tour is offered once, goes round the page by keyboard, and can be had again; a page comes back after a reload."""

import pytest

from tests.browser.explorer_page import choose_layer, ready

pytestmark = [pytest.mark.browser, pytest.mark.model]


@pytest.fixture
def explorer(empty_app, published_files):
    page = empty_app
    page.locator(".sqv-sample").first.wait_for(timeout=120_000)
    assert page.locator(".sqv-tour-offer").is_hidden(), "there is nothing to show yet"
    page.locator(".sqv-sample", has_text="chelsea").click()
    ready(page, "fire5/concat")
    return page


def test_a_walk_round_the_page(explorer):
    page = explorer
    page.get_by_role("button", name="Take the tour").focus()
    page.keyboard.press("Enter")
    page.locator(".sqv-tour").wait_for()
    walked = []
    while page.get_by_role("dialog").is_visible():
        assert page.evaluate("() => document.activeElement.closest('.sqv-tour') !== null")
        walked.append(page.locator(".sqv-tour h2").inner_text())
        toured = page.locator(".sqv-toured")
        assert toured.count() == 1
        assert toured.is_visible()
        card = page.locator(".sqv-tour").bounding_box()
        area = page.locator(".sqv-explorer").bounding_box()
        assert area["x"] <= card["x"]
        assert card["x"] + card["width"] <= area["x"] + area["width"]
        page.keyboard.press("ArrowRight")
        page.wait_for_function(
            """name => { const card = document.querySelector('.sqv-tour');
                return !card.open || card.querySelector('h2').textContent !== name; }""",
            arg=walked[-1],
        )
    assert walked == [
        "The photo", "The network", "Feature maps", "One channel", "The answer", "Preprocessed differently", "Keys",
    ]  # fmt: skip
    assert page.locator(".sqv-toured").count() == 0
    assert page.locator(".sqv-tour-offer").is_hidden()
    assert_not_offered_again(page)
    page.locator(".sqv-explorer").focus()
    page.keyboard.press("?")
    page.locator(".sqv-help").get_by_role("button", name="Take the tour").click()
    page.locator(".sqv-tour h2", has_text="The photo").wait_for()
    page.keyboard.press("Escape")
    page.locator(".sqv-tour").wait_for(state="hidden")


def assert_not_offered_again(page):
    """By what a page that is loaded anew goes by: an app has another port each time, and what is kept by port is forgotten."""
    assert "squeezeviz-tour=1" in page.evaluate("() => document.cookie")


def test_an_app_comes_back_after_a_reload_and_a_declined_tour_does_not(page, voila_explorer, published_files, model):
    page.goto(voila_explorer)
    for number, name in enumerate(("coffee", "chelsea"), 1):
        page.locator(".sqv-sample", has_text=name).click(timeout=120_000)
        page.wait_for_function("n => document.querySelectorAll('.sqv-tile[aria-label]').length === n", arg=number)
    page.get_by_role("button", name="No, thanks").click()
    page.locator(".sqv-tour-offer").wait_for(state="hidden")
    assert_not_offered_again(page)
    choose_layer(page, "fire8")
    page.get_by_role("radio", name="max", exact=True).click()
    ready(page, "fire8/concat")
    page.reload()
    ready(page, "fire8/concat")
    page.wait_for_function("() => document.querySelectorAll('.sqv-tile[aria-label]').length === 2")
    assert page.locator('.sqv-sort [aria-checked="true"]').inner_text() == "max"
    page.locator(".sqv-first .sqv-label", has_text=model.predict("chelsea").top(1)[0].label).wait_for()
    assert page.locator(".sqv-tour-offer").is_hidden()
