"""A cell that is run again, in JupyterLab: the page goes on where it was, and only one is left; and what a full page says."""

import pytest

from tests.browser.explorer_page import choose_layer, ready

pytestmark = [pytest.mark.browser, pytest.mark.model]

RUN = "() => window.jupyterapp.commands.execute('notebook:run-all-cells')"
# How many of the kernel's widgets are open, in the cell's own output.
COUNTED = """
import squeezeviz as sv
from IPython.display import display
from ipywidgets.widgets.widget import _instances
explorer = sv.explore("chelsea")
display(explorer)
runs = globals().get("runs", 0) + 1
print(f"run {runs}: {len(_instances)} widgets open")
"""


def test_the_page_goes_on_and_the_one_before_is_closed(open_cell, published_files):
    page = open_cell(COUNTED)
    ready(page, "fire5/concat")
    choose_layer(page, "fire9")
    ready(page, "fire9/concat")
    for run in (2, 3):
        page.evaluate(RUN)
        page.get_by_text(f"run {run}: ").wait_for()
        ready(page, "fire9/concat")
    # While its cell runs, the page before is still there: view, layout and state.
    assert page.get_by_text("run 3: 6 widgets open").count() == 1
    assert page.locator(".sqv-explorer").count() == 1
    choose_layer(page, "fire2")
    ready(page, "fire2/concat")


def test_a_full_page_says_so_and_loses_nothing(open_cell, published_files):
    page = open_cell(
        "import squeezeviz as sv\nfrom unittest import mock\nfrom squeezeviz.explorer import answering\n"
        "mock.patch.object(answering, 'MOST_PHOTOS', 1).start()\nsv.explore('chelsea')"
    )
    ready(page, "fire5/concat")
    page.locator(".sqv-sample", has_text="coffee").click()
    said = page.get_by_text("coffee: this page has 1 photos, as many as it keeps; remove one first")
    said.first.wait_for()
    assert page.locator(".sqv-label").first.inner_text() == "tiger cat"
    assert page.locator(".sqv-tile").count() == 1


def test_a_model_that_python_gave_stays_on_offer(open_cell, model, tmp_path):
    path = tmp_path / "mine.onnx"
    path.write_bytes(model.content)
    page = open_cell(f"import squeezeviz as sv\nsv.explore(model={str(path)!r})")
    page.wait_for_function("() => document.querySelector('.sqv-model')?.value === 'mine'")
    picker = page.locator(".sqv-model")
    for name in ("mine", "squeezenet1.1-caffe2", "mine"):
        if name != picker.input_value():
            picker.select_option(name)
        page.wait_for_function("name => document.querySelector('.sqv-model').value === name", arg=name)
