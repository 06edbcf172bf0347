"""The page on the bundled model: it says so where nobody can miss it, and another model is one choice away."""

import pytest

import squeezeviz as sv
from tests.browser.predictor_page import answered, assert_shows
from tests.browser.servers import LIGHT, wear

pytestmark = pytest.mark.browser
EMBEDDED, PUBLISHED = "squeezenet1.1-shapes", "squeezenet1.1-caffe2"
# A machine without the published model.
NOWHERE = (
    "from unittest import mock\nfrom squeezeviz.zoo import lookup\nmock.patch.object(lookup, '_places', list).start()\n"
)


@pytest.fixture
def notebook(open_cell):
    """Run one cell in JupyterLab, and return the page once its widget offers samples."""

    def run(source, **how):
        page = open_cell(source, **how)
        page.locator(".sqv-sample").first.wait_for()
        return page

    return run


@pytest.fixture(scope="module")
def embedded():
    return sv.load_model(EMBEDDED)


def test_the_page_says_which_model_answers_and_why(notebook, embedded):
    page = notebook(NOWHERE + "import squeezeviz as sv\nsv.predictor()")
    banner = page.locator(".sqv-fallback")
    banner.wait_for()
    assert f"This is {EMBEDDED}, not {PUBLISHED}" in banner.inner_text()
    for theme, width in (("JupyterLab Dark", 900), (LIGHT, 1280)):
        wear(page, theme)
        page.set_viewport_size({"width": width, "height": 900})
        box = banner.bounding_box()
        assert box["y"] + box["height"] < 450, "in the upper half of the window, above everything it speaks of"
    banner.locator("summary").click()
    assert "squeezeviz download" in banner.inner_text()
    assert page.locator(".sqv-model").input_value() == EMBEDDED
    assert "24 drawn shapes and patterns" in page.locator(".sqv-hero").inner_text()
    page.locator(".sqv-sample", has_text="star").click()
    answered(page, 1)
    assert_shows(page, embedded.predict("shape-star"))
    assert not page.locator(".sqv-caution").is_visible()
    assert "among 24 drawn shapes and patterns" in page.locator(".sqv-prediction").inner_text()
    assert banner.is_visible()


def test_a_photo_is_out_of_its_world_and_a_model_that_is_not_there_and_the_page_says_so(notebook, embedded):
    pytest.importorskip("skimage", reason="the samples come with scikit-image, which is not installed")
    page = notebook(NOWHERE + f"import squeezeviz as sv\nsv.predictor({EMBEDDED!r})")
    page.locator(".sqv-sample", has_text="chelsea").click()
    answered(page, 1)
    assert_shows(page, embedded.predict("chelsea"))
    assert "has only ever seen 24 drawn shapes" in page.locator(".sqv-caution").inner_text()
    assert not page.locator(".sqv-fallback").is_visible(), "it was chosen: it stands in for nothing"
    # Another model that is not there is chosen: the one that is stays.
    page.locator(".sqv-model").select_option(PUBLISHED)
    page.locator(".sqv-notice:visible").wait_for()
    assert f"{PUBLISHED} is not on this machine" in page.locator(".sqv-notice:visible").inner_text()
    assert page.locator(".sqv-model").input_value() == EMBEDDED
    page.locator(".sqv-sample", has_text="waves").click()
    answered(page, 2)
    assert_shows(page, embedded.predict("shape-waves"))


@pytest.mark.model
def test_choosing_another_model_answers_anew(notebook, published_files, model, embedded):
    page = notebook("import squeezeviz as sv\nsv.predictor(images=['shape-star'])")
    answered(page, 1)
    assert not page.locator(".sqv-fallback").is_visible()
    assert_shows(page, model.predict("shape-star"))
    page.locator(".sqv-model").select_option(EMBEDDED)
    expected = embedded.predict("shape-star")
    page.wait_for_function(
        "text => document.querySelector('.sqv-logit').textContent === text", arg=f"{expected.top(1)[0].logit:.2f}"
    )
    assert_shows(page, expected)
    assert page.locator(".sqv-sample", has_text="honeycomb").is_visible()
    page.locator(".sqv-model").select_option(PUBLISHED)
    page.locator(".sqv-among", has_text="1000 things").wait_for()
    answered(page, 1)
    assert_shows(page, model.predict("shape-star"))
    assert not page.locator(".sqv-sample", has_text="honeycomb").is_visible()


def test_without_a_model_the_page_says_what_to_do(open_cell):
    page = open_cell("import squeezeviz as sv\nsv.predictor('no-such-folder')")
    page.locator(".sqv-notice:visible").wait_for()
    assert "no-such-folder" in page.locator(".sqv-notice:visible").inner_text()
    page.locator(".sqv-sample", has_text="hopper").click()
    page.locator(".sqv-failure").wait_for()
    assert "no-such-folder" in page.locator(".sqv-failure").inner_text()
