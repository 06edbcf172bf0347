"""Real servers, a real browser. The `page` fixture fails a test on any console error and any request to another host."""

from __future__ import annotations

import contextlib
import struct
import zlib

import nbformat
import numpy as np
import pytest
from PIL import Image as Pillow

import squeezeviz as sv
from tests.browser.explorer_page import ready
from tests.browser.lasting import APP, APP_OR_OTHER, LastingApp, LastingLab
from tests.browser.predictor_page import upload
from tests.browser.servers import NOTEBOOKS, app, lab_server, one_cell, run_all, wait_until_idle
from tests.browser.slow import made_slow
from tests.browser.watched import (
    ARTIFACTS,
    CAMERA,
    FLAGS,
    chromium,
    file_name,
    fresh_page,
    headless_shell,
    keep_screenshot,
)

__all__ = [
    "ARTIFACTS",
    "FLAGS",
    "app",
    "fresh_page",
    "in_both_hosts",
    "in_jupyterlab",
    "one_cell",
    "run_all",
    "wait_until_idle",
]

_FAILED = pytest.StashKey[bool]()
_PAGE = pytest.StashKey[object]()
in_both_hosts = pytest.mark.parametrize("empty_explorer", ["lab", "app"], indirect=True)
in_jupyterlab = pytest.mark.parametrize("empty_explorer", ["lab"], indirect=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    if report.failed:
        for node in (item, item.getparent(pytest.Module)):
            node.stash[_FAILED] = True
    return report


@pytest.fixture(scope="session")
def lab(tmp_path_factory, _own_cache):
    """JupyterLab, started by the command that `squeezeviz lab` uses."""
    with lab_server(tmp_path_factory) as server:
        yield server


@pytest.fixture(scope="session")
def voila(tmp_path_factory, _own_cache):
    """The address of the first notebook as an app: Voilà, started by our own command."""
    with app(NOTEBOOKS / "01_predict.ipynb", tmp_path_factory) as url:
        yield url


@pytest.fixture(scope="session")
def _other_cell(tmp_path_factory):
    """The file of what the app runs instead, where there is one."""
    return tmp_path_factory.mktemp("cell") / "cell.py"


@pytest.fixture(scope="session")
def voila_explorer(tmp_path_factory, _own_cache, _other_cell):
    """The address of an app that is one empty explorer."""
    path = tmp_path_factory.mktemp("explorer") / "explorer.ipynb"
    nbformat.write(one_cell(APP_OR_OTHER.format(path=str(_other_cell), app=APP)), path)
    with app(path, tmp_path_factory) as url:
        yield url


@pytest.fixture
def serve(voila_explorer, _other_cell):
    """Have the app run a cell of one's own for whoever comes now; return its address."""

    def run(source: str) -> str:
        _other_cell.write_text(source)
        return voila_explorer

    yield run
    _other_cell.unlink(missing_ok=True)


@pytest.fixture(scope="session")
def playwright():
    """The driver of browsers."""
    found = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with found.sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright):
    """Chromium without a window of its own where that is installed; the test is skipped where there is no Chromium."""
    with launched(playwright, headless_shell() or chromium(), [*FLAGS, *CAMERA]) as browser:
        yield browser


@contextlib.contextmanager
def launched(playwright, path, flags):
    if not path:
        pytest.skip("Chromium is not on this machine (Debian: apt-get install chromium)")
    browser = made_slow(playwright.chromium.launch(executable_path=path, args=flags))
    yield browser
    browser.close()


@pytest.fixture
def page(browser, request):
    """A fresh page, but for tests that run a cell: these get `lab_page`. Fails a test on what is wrong; see `watched.py`."""
    if "open_cell" in request.fixturenames and not hasattr(request, "param"):
        yield request.getfixturevalue("lab_page")
        return
    with fresh_page(browser, request.node, **getattr(request, "param", {})) as opened:
        request.node.stash[_PAGE] = opened
        yield opened
    assert opened.problems == []


@pytest.fixture(scope="module")
def lasting_page(browser, request):
    """The same for a module whose tests go on where the one before ended: one kernel is enough for them."""
    with fresh_page(browser, request.node) as opened:
        yield opened
    assert opened.problems == []


@pytest.fixture(scope="session")
def lasting():
    """The pages that are used again, by browser and kind; a browser closes its own."""
    return {}


@contextlib.contextmanager
def _again(lasting, kind, make, request):
    """Use a page again, or make it; it is given up where the test failed, or left it otherwise than it was."""
    held = lasting.pop(kind, None)
    if held is None or not held.ready():
        held = make()
    held.begin()
    yield held
    keep_screenshot(held.page, request.node)
    if not request.node.stash.get(_FAILED, False) and held.ready():
        held.rest()
        lasting[kind] = held
    else:
        held.close()
    assert held.page.problems == []


@pytest.fixture
def _lab_again(browser, lab, lasting, request):
    with _again(lasting, (browser, "lab"), lambda: LastingLab(browser, lab), request) as held:
        yield held


@pytest.fixture
def lab_page(_lab_again):
    """JupyterLab on a notebook of one cell; `open_cell` runs it."""
    return _lab_again.page


@pytest.fixture
def empty_lab(open_cell):
    """An explorer without a photo, in JupyterLab."""
    page = open_cell("import squeezeviz as sv\nsv.explore()")
    page.locator(".sqv-sample").first.wait_for(timeout=120_000)
    return page


@pytest.fixture
def empty_app(browser, voila_explorer, lasting, request):
    """An explorer without a photo, as an app."""
    with _again(lasting, (browser, "app"), lambda: LastingApp(browser, voila_explorer), request) as held:
        yield held.page


@pytest.fixture(scope="module")
def module_app(browser, voila_explorer, lasting, request):
    """The same for a module whose tests go on where the one before ended."""
    with _again(lasting, (browser, "app"), lambda: LastingApp(browser, voila_explorer), request) as held:
        yield held.page


@pytest.fixture(scope="module")
def module_explorer(module_app, published_files, files):
    """The explorer with a photo of a cat on it, for such a module."""
    return with_chelsea(module_app, files)


@pytest.fixture
def empty_explorer(request, published_files):
    """An explorer without a photo, as an app: what the hosts have in common is tested once, where a page costs least.

    A test of what they may differ in takes `in_both_hosts`.
    """
    return request.getfixturevalue(f"empty_{getattr(request, 'param', 'app')}")


@pytest.fixture
def open_notebook(page, lab, request):
    """Open a notebook in JupyterLab, run all its cells, and return the page once the kernel is idle."""

    def run(name: str, *, theme: str | None = None):
        page.goto(lab.notebook(name, f"{file_name(request.node)}.ipynb"))
        run_all(page, theme)
        return page

    return run


@pytest.fixture
def open_cell(lab, request):
    """Run a cell or several in JupyterLab, and return the page. A cell that patches anything gets a kernel of its own."""

    def run(*sources: str, theme: str | None = None, width: int = 1280):
        page = request.node.stash.get(_PAGE, None)
        if page is None:
            again = request.getfixturevalue("_lab_again")
            again.page.set_viewport_size({"width": width, "height": 900})
            again.run(*sources, theme=theme)
            return again.page
        name = f"{file_name(request.node)}.ipynb"
        nbformat.write(one_cell(*sources), lab.folder / name)
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(lab.address(name))
        run_all(page, theme)
        return page

    return run


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """Photos as a person has them: JPEG files."""
    pytest.importorskip("skimage", reason="the samples come with scikit-image, which is not installed")
    folder = tmp_path_factory.mktemp("photos")
    for name in ("chelsea", "coffee"):
        sv.read_image(name).picture.save(folder / f"{name}.jpg", quality=95)
    (folder / "letter.jpg").write_text("Dear network, ...")
    (folder / "cut.jpg").write_bytes((folder / "chelsea.jpg").read_bytes()[:9000])
    (folder / "bomb.png").write_bytes(bomb())
    noise = np.random.default_rng(0).integers(0, 256, (2100, 2100, 3), dtype=np.uint8)
    Pillow.fromarray(noise).save(folder / "large.png", compress_level=0)
    return folder


def bomb() -> bytes:
    """A PNG whose header promises 200 megapixels."""
    header = b"IHDR" + struct.pack(">IIBBBBB", 20_000, 10_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\x00" * 64


@pytest.fixture
def explorer(empty_explorer, files):
    """The explorer with a photo of a cat on it."""
    return with_chelsea(empty_explorer, files)


def with_chelsea(page, files):
    upload(page, files / "chelsea.jpg")
    ready(page, "fire5/concat")
    return page
