"""What shows a view: the widget wherever there is a kernel, its picture where there is none, a sentence where neither goes."""

from pathlib import Path

import nbformat
import pytest

import squeezeviz
from tests.browser.servers import wait_until_idle
from tests.browser.watched import keep_picture, watched_page

pytestmark = pytest.mark.browser
CELL = 'import squeezeviz as sv\nsv.explore("shape-star", model="squeezenet1.1-shapes")'
BUNDLE = Path(squeezeviz.__file__).parent / "widgets" / "static" / "squeezeviz.js"
# Every picture in a file's own bytes that stands on the page for however short a time, but for the page's own.
WATCH = """() => { window.flashed = [];
    const look = root => { for (const image of root.querySelectorAll?.('img') ?? [])
        if (image.src.startsWith('data:image/png') && !image.closest('.sqv')) window.flashed.push(image.outerHTML.slice(0, 200)); };
    new MutationObserver(records => { for (const { addedNodes } of records)
        for (const node of addedNodes) look(node.parentNode ?? node); })
        .observe(document, { childList: true, subtree: true }); }"""
NOTEBOOK = "window.jupyterapp.shell.currentWidget.content.model"
OUTPUTS = f"""() => {{ const model = {NOTEBOOK};
    return [...model.cells].flatMap(cell => (cell.toJSON().outputs ?? []).flatMap(({{ data }}) => Object.keys(data ?? {{}}))); }}"""


def live(page):
    """Wait until the page is there, with its photo and its maps."""
    page.locator(".sqv-maps canvas").first.wait_for(timeout=120_000)
    page.wait_for_function("() => document.querySelector('.sqv-picture')?.naturalWidth > 0")


def test_jupyterlab_shows_the_widget_and_where_it_does_not_trust_the_notebook_its_picture(
    lab_page, open_cell, browser, lab
):
    """And not for a moment both: a picture that flashes up before the widget is none to look at."""
    lab_page.evaluate(WATCH)
    page = open_cell(CELL)
    live(page)
    assert "image/png" in page.evaluate(OUTPUTS), "it was there to be shown"
    assert page.evaluate("() => window.flashed") == []
    assert page.locator(".Toastify__toast").all_inner_texts() == [], "a first visit is asked nothing"
    assert page.locator(".jp-OutputArea-output .jp-RenderedImage, .jp-OutputArea-output.jp-RenderedImage").count() == 0
    # The notebook as it was sent to somebody else.
    received = nbformat.from_dict(page.evaluate(f"() => {NOTEBOOK}.toJSON()"))
    for cell in received.cells:
        cell.metadata.pop("trusted", None)
    received.metadata["author"] = "somebody else"  # JupyterLab trusts what it has saved by itself meanwhile
    nbformat.write(received, lab.folder / "received.ipynb")
    assert_only_its_picture_is_shown(browser, lab.address("received.ipynb"))


def assert_only_its_picture_is_shown(browser, address):
    page = watched_page(browser)
    page.add_init_script(f"({WATCH})()")
    page.goto(address)
    wait_until_idle(page)
    picture = page.locator(".jp-RenderedImage img")
    picture.wait_for()
    page.wait_for_function("() => document.querySelector('.jp-RenderedImage img').naturalWidth > 900")
    assert page.locator(".sqv").count() == 0
    assert len(page.evaluate("() => window.flashed")) > 0, "what these tests watch for would have been seen"
    keep_picture(page, "hosts-untrusted")
    assert page.problems == []
    page.context.close()


def test_the_app_shows_the_widget_and_not_for_a_moment_its_picture(page, serve):
    page.add_init_script(f"({WATCH})()")
    page.goto(serve(CELL))
    live(page)
    assert page.evaluate("() => window.flashed") == []
    page.goto("about:blank")


@pytest.mark.parametrize(
    ("manager", "said"),
    [
        ("undefined", "does not link widgets"),
        ("{ get_model: () => Promise.reject(new Error('widget model not found')) }", "run the cell again"),
    ],
    ids=["that does not link widgets", "that does not know the state"],
)
def test_a_host_where_the_page_cannot_be_has_a_sentence_in_its_place(page, manager, said):
    page.goto("about:blank")
    page.evaluate(
        """async ([source, manager]) => {
            const { default: widget } = await import(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
            const place = document.body.appendChild(document.createElement('main'));
            const get = name => (name === 'state' ? 'IPY_MODEL_abc' : 'explorer');
            window.leave = await widget.render({ model: { get, widget_manager: eval(`(${manager})`) }, el: place }); }""",
        [BUNDLE.read_text(encoding="utf-8"), manager],
    )
    assert said in page.get_by_role("alert").inner_text()
    assert len(page.problems) == 1, "what went wrong is on the console, for whoever looks into it"
    page.problems.clear()
    page.evaluate("() => window.leave()")
    assert page.locator("main").inner_text() == ""
