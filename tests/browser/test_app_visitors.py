"""The app's kernels as visitors come and go, and the pages that say why there is none."""

import itertools

import pytest

from tests.browser.watched import keep_picture
from tests.servers import app, eventually

pytestmark = pytest.mark.browser

QUICK = ("--VisitorKernels.cull_interval=1", "--VisitorKernels.patience_s=1")
WIDGET = "import ipywidgets\nipywidgets.IntSlider(description='seen')"


@pytest.fixture
def visitor(browser):
    """Open an address as a visitor of one's own."""
    contexts = []

    def come(url, **options):
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 900}, **options))
        page = contexts[-1].new_page()
        page.set_default_timeout(120_000)
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(url)
        return page

    yield come
    for context in contexts:
        for page in context.pages:
            page.goto("about:blank")  # it says that it is left
        context.close()


@pytest.fixture(scope="module")
def spacious(tmp_path_factory):
    with app(tmp_path_factory.mktemp("spacious"), *QUICK, source=WIDGET) as running:
        yield running


@pytest.fixture(scope="module")
def narrow(tmp_path_factory):
    with app(tmp_path_factory.mktemp("narrow"), *QUICK, source=WIDGET, visitors=1) as running:
        yield running


@pytest.fixture
def running(spacious):
    """An app at which nobody is."""
    eventually(lambda: spacious.kernels() == 0)
    return spacious


@pytest.fixture
def running_for_one(narrow):
    """The same with a place for one visitor."""
    eventually(lambda: narrow.kernels() == 0)
    return narrow


def shown(page):
    page.get_by_text("seen").first.wait_for()
    return page


def test_a_tab_that_is_closed_or_loaded_anew_leaves_no_kernel(running, visitor):
    page = shown(visitor(running.url))
    page.reload()
    shown(page)
    eventually(lambda: running.kernels() == 1)
    other = shown(visitor(running.url))
    assert running.kernels() == 2
    page.close(run_before_unload=True)
    eventually(lambda: running.kernels() == 1)
    other.goto("about:blank")
    eventually(lambda: running.kernels() == 0)
    assert all(url.startswith((running.url, "data:", "blob:")) for url in page.asked)


def test_a_page_says_so_when_its_kernel_has_ended(running, visitor):
    page = shown(visitor(f"{running.url}/?theme=dark"))
    assert running.kernels() == 1
    kernel_id = page.evaluate("() => JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId")
    assert running.ask(f"/voila/api/shutdown/{kernel_id}", "POST").status == 204
    notice = page.get_by_role("alert").filter(has_text="What ran this page has ended")
    notice.wait_for()
    for width in (1280, 400):
        page.set_viewport_size({"width": width, "height": 900})
        keep_picture(page, f"app_kernel_ended_{width}")
    notice.get_by_role("button", name="Reload").click()
    shown(page)
    assert page.get_by_role("alert").filter(has_text="has ended").count() == 0


def test_when_all_places_are_taken_a_page_says_so_and_tries_again(running_for_one, visitor):
    running = running_for_one
    first = shown(visitor(running.url))
    second = visitor(running.url)
    second.get_by_role("heading", name="All places are taken").wait_for()
    for theme, width in itertools.product(("light", "dark"), (1280, 400)):
        second.emulate_media(color_scheme=theme)
        second.set_viewport_size({"width": width, "height": 700})
        keep_picture(second, f"app_all_places_taken_{theme}_{width}")
        assert second.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert all(url.startswith((running.url, "data:")) for url in second.asked)
    first.goto("about:blank")
    eventually(lambda: running.kernels() == 0)
    second.get_by_role("button", name="Try again").click()
    shown(second)


def test_a_name_that_is_not_answered_is_told_what_to_do(running, visitor):
    page = visitor(f"{running.url}/nothing")
    page.set_content(running.ask(Host="class.example.org").body.decode())
    page.get_by_role("heading", name="This address is not served here").wait_for()
    keep_picture(page, "app_not_served_here")
    assert "asked by the name 'class.example.org'" in page.inner_text("main")
