"""The first notebook as an app: no code, no JupyterLab, the same widget."""

import pytest

from tests.browser.explorer_page import frames
from tests.browser.predictor_page import answered, assert_shows, upload

pytestmark = [pytest.mark.browser, pytest.mark.model]


@pytest.fixture(scope="module")
def app(lasting_page, voila, published_files):
    """One page for all tests that need no other address: people go on from where they are, too."""
    lasting_page.goto(voila)
    lasting_page.locator(".sqv-sample").first.wait_for(timeout=120_000)
    return lasting_page


def test_a_persons_path_through_the_app(app, files, model):
    page = app
    assert page.get_by_role("heading", name="What does the network see in your photo?").count() > 0
    assert not page.locator(".jp-InputArea-editor").count(), "an app shows no code"
    upload(page, files / "chelsea.jpg", files / "letter.jpg", files / "large.png")
    answered(page, 2)
    assert_shows(page, model.predict(files / "large.png"))
    assert "letter.jpg: expected a picture" in page.locator(".sqv-failure").inner_text()
    page.locator(".sqv-tile", has_text="tiger cat").click()
    page.wait_for_function("() => document.querySelector('.sqv-label').textContent === 'tiger cat'")
    page.locator(".sqv-preset select").select_option("caffe2-aspect")
    expected = model.predict(files / "chelsea.jpg", "caffe2-aspect")
    page.wait_for_function(
        "text => document.querySelector('.sqv-logit').textContent === text", arg=f"{expected.top(1)[0].logit:.2f}"
    )
    assert_shows(page, expected)


@pytest.mark.parametrize("width", [1280, 900, 600, 420])
def test_nothing_sticks_out_at_any_width(app, width):
    page = app
    if not page.locator(".sqv-tile[aria-label]").count():
        page.locator(".sqv-sample", has_text="chelsea").click()
        answered(page, 1)
    page.set_viewport_size({"width": width, "height": 900})
    frames(page, 3)
    outside = page.evaluate(
        """() => { const edge = document.querySelector('.sqv').getBoundingClientRect().right + 1;
            return [...document.querySelectorAll('.sqv *')]
                .filter(e => e.checkVisibility() && !e.closest('.sqv-strip, .sqv-frame') && e.getBoundingClientRect().right > edge)
                .map(e => e.className); }"""
    )
    assert outside == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_the_first_visit_says_what_to_do_in_the_dark_where_that_is_asked_for(page, voila, published_files):
    page.goto(f"{voila}?theme=dark")
    page.locator(".sqv-sample").first.wait_for(timeout=120_000)
    page.locator(".sqv-hero", has_text="1000 things").wait_for()  # said once the model has been found
    assert not page.locator(".sqv-main").is_visible()
    transfer = page.evaluate_handle(
        "() => { const t = new DataTransfer(); t.items.add(new File(['x'], 'a.jpg', {type: 'image/jpeg'})); return t; }"
    )
    page.dispatch_event(".sqv", "dragover", {"dataTransfer": transfer})
    page.locator(".sqv-veil").wait_for()
    page.dispatch_event(".sqv", "dragleave")
    page.locator(".sqv-veil").wait_for(state="hidden")
    page.locator(".sqv-hero").click()
    assert page.evaluate("() => !!document.activeElement.closest('.sqv')"), (
        "a click makes the widget the one to paste into"
    )
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.getAttribute('aria-label')") == "Model"
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Open a model…"
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Labels and preprocessing"
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Choose photos"
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Camera"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    answered(page, 1)
    ground = page.evaluate("() => getComputedStyle(document.querySelector('.sqv')).backgroundColor")
    red, green, blue = (int(part) for part in ground.strip("rgb()").split(","))
    assert red + green + blue < 200
