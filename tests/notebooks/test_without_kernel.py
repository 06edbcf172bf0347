"""What a saved notebook shows where no kernel runs: a picture of the page, and how to make it live."""

import base64
import io
import re
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient
from PIL import Image as Pillow

from tests.notebooks.test_notebooks import NOTEBOOKS, WIDGET

# `python -m nbconvert`, but for what jsonschema takes a second of each start for: see tests/conftest.py.
NBCONVERT = "import sys; sys.modules['rfc3987_syntax'] = None; from nbconvert.nbconvertapp import main; main()"
CELL = 'import squeezeviz as sv\nsv.explore("shape-star", model="squeezenet1.1-shapes")'


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The path of a notebook that was run and saved, as JupyterLab saves it: without the state of its widgets."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    NotebookClient(
        notebook, timeout=300, startup_timeout=180, kernel_name="python3", store_widget_state=False
    ).execute()
    path = tmp_path_factory.mktemp("saved") / "saved.ipynb"
    nbformat.write(notebook, path)
    return path


def converted(path, *options):
    """A notebook as `jupyter nbconvert` writes it in HTML."""
    done = subprocess.run(
        [sys.executable, "-c", NBCONVERT, "--to", "html", *options, str(path)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return path.with_suffix(".html").read_text(encoding="utf-8")


def pictures(page):
    """The pictures that stand in a page, as PNG files."""
    return [base64.b64decode(each) for each in re.findall(r'<img\b[^>]*src="data:image/png;base64,([^"]+)"', page)]


def test_the_saved_notebook_has_the_picture_beside_the_widget_and_its_text(saved):
    notebook = nbformat.read(saved, as_version=4)
    nbformat.validate(notebook)
    (output,) = notebook.cells[0].outputs
    assert set(output.data) == {"text/plain", "image/png", WIDGET}
    assert output.data["text/plain"] == "<Explorer of 1 photo, fire5/concat>"
    assert saved.stat().st_size < 300_000, "a page more in a notebook is a picture more, and nothing else"


def test_converted_to_html_it_shows_the_picture(saved):
    page = converted(saved)
    (content,) = pictures(page)
    picture = Pillow.open(io.BytesIO(content))
    picture.load()
    assert picture.width == pytest.approx(1000, abs=50)
    assert "&lt;Explorer of 1 photo" not in page, "the picture stands in its place"


def test_run_by_nbconvert_it_shows_the_picture_with_the_option_that_the_site_names(saved):
    option = "--ExecutePreprocessor.store_widget_state=False"
    assert option in (NOTEBOOKS.parent / "docs" / "how-to" / "install.md").read_text(encoding="utf-8")
    assert len(pictures(converted(saved, "--execute", option))) == 1
