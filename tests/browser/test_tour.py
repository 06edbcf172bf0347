"""The tour is offered once, goes round the page by keyboard, and can be had again."""

import pytest

from tests.browser.explorer_page import ready

pytestmark = [pytest.mark.browser, pytest.mark.model]


@pytest.fixture
def explorer(empty_app, published_files):
    page = empty_app
    page.locator(".sqv-sample").first.wait_for(timeout=60_000)
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
    page.reload()
    ready(page, "fire5/concat")
    assert page.locator(".sqv-tour-offer").is_hidden()
    page.locator(".sqv-explorer").focus()
    page.keyboard.press("?")
    page.locator(".sqv-help").get_by_role("button", name="Take the tour").click()
    page.locator(".sqv-tour h2", has_text="The photo").wait_for()
    page.keyboard.press("Escape")
    page.locator(".sqv-tour").wait_for(state="hidden")


def test_it_can_be_declined_for_good(explorer):
    page = explorer
    page.get_by_role("button", name="No, thanks").click()
    page.locator(".sqv-tour-offer").wait_for(state="hidden")
    # An app has another port each time: what is kept by port would be forgotten.
    assert "squeezeviz-tour=1" in page.evaluate("() => document.cookie")
