"""What the page says before there is a photo, while a file hangs over it, without a model, and without a kernel."""

import pytest

from tests.browser.explorer_page import ready
from tests.browser.predictor_page import answered, upload

pytestmark = [pytest.mark.browser, pytest.mark.model]


def test_the_first_visit_says_what_to_do_and_a_file_over_the_page_is_invited(page, voila, published_files):
    page.goto(voila)
    page.locator(".sqv-sample").first.wait_for(timeout=60_000)
    page.locator(".sqv-hero", has_text="1000 things").wait_for()  # said once the model has been found
    assert not page.locator(".sqv-main").is_visible()
    transfer = page.evaluate_handle(
        "() => { const t = new DataTransfer(); t.items.add(new File(['x'], 'a.jpg', {type: 'image/jpeg'})); return t; }"
    )
    page.dispatch_event(".sqv", "dragover", {"dataTransfer": transfer})
    assert page.locator(".sqv-veil").is_visible()
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


def test_what_is_opened_below_comes_into_sight(empty_app, published_files):
    page = empty_app
    page.emulate_media(reduced_motion="no-preference")  # it scrolls there in steps
    page.set_viewport_size({"width": 1280, "height": 800})
    page.locator(".sqv-sample", has_text="coffee").click(timeout=60_000)
    ready(page, "fire5/concat")
    in_sight = """name => { const { top, bottom } = document.querySelector(name)?.getBoundingClientRect() ?? {};
        return top < innerHeight - 100 && bottom > 100; }"""
    for button, opened in [("Why ", ".sqv-why"), ("Side by side", ".sqv-side-by-side")]:
        page.locator(".sqv-explorer").evaluate("root => root.scrollIntoView()")
        assert not page.evaluate(in_sight, opened)
        page.get_by_role("button", name=button).first.click()
        page.wait_for_function(in_sight, arg=opened)
    page.locator(".sqv-explorer").evaluate("root => root.scrollIntoView()")
    page.locator(".sqv-first .sqv-p").click()
    page.wait_for_function(in_sight, arg=".sqv-inside")


def test_the_samples_are_large_while_there_is_no_photo(empty_app, published_files):
    page = empty_app
    first = page.locator(".sqv-sample img").first
    first.wait_for(timeout=60_000)
    assert first.bounding_box()["width"] == 96
    page.locator(".sqv-sample", has_text="coffee").click()
    ready(page, "fire5/concat")
    assert first.bounding_box()["width"] == 44


def test_without_a_model_the_page_says_what_to_do(open_cell):
    page = open_cell("import squeezeviz as sv\nsv.predictor('no-such-folder')")
    page.locator(".sqv-notice:visible").wait_for()
    assert "no-such-folder" in page.locator(".sqv-notice:visible").inner_text()
    page.locator(".sqv-sample", has_text="hopper").click()
    page.locator(".sqv-failure").wait_for()
    assert "no-such-folder" in page.locator(".sqv-failure").inner_text()


def test_when_the_kernel_is_gone_the_page_says_so_and_keeps_what_it_has(open_notebook, published_files, files):
    page = open_notebook("01_predict.ipynb")
    page.locator(".sqv-sample", has_text="coffee").click()
    answered(page, 1)
    page.evaluate(
        """() => { const { serviceManager, shell } = window.jupyterapp;
            return serviceManager.sessions.shutdown(shell.currentWidget.sessionContext.session.id); }"""
    )
    page.wait_for_function("() => /No Kernel/.test(document.querySelector('#jp-main-statusbar').textContent)")
    upload(page, files / "chelsea.jpg")
    page.locator(".sqv-notice:visible").wait_for()
    assert "run the cell again" in page.locator(".sqv-notice:visible").inner_text()
    assert page.locator(".sqv-label").first.inner_text() == "espresso"
    assert not page.locator(".sqv-progress").is_visible(), "nothing pretends to be at work"
    assert page.locator(".sqv-working").inner_text().endswith("waiting")
    page.get_by_role("radio", name="As the network sees it").click()
    page.wait_for_function("() => document.querySelector('.sqv-picture').naturalWidth === 227")
