"""The page's second part: it comes once the first is painted; late or refused, what opens on demand waits for it or says so.

In JupyterLab and in the app what either may do otherwise; the rest in JupyterLab, whose page is there.
"""

import pytest

from tests.browser.servers import wait_until_idle
from tests.browser.waiting import retry_assertions, until
from tests.browser.watched import keep_picture

pytestmark = pytest.mark.browser

# The kernel counts who asks for it, and answers once the test says how.
CELL = """
import os
import signal
import time
from pathlib import Path
from unittest import mock

from squeezeviz.errors import SqueezeVizError
from squeezeviz.explorer import questions
from squeezeviz.explorer.long_work import Aside

own, place = questions.QUESTIONS["second_part"], Path({place!r})

def held(state, asked):
    number = len(list(place.glob("asked-*")))
    (place / f"asked-{number}").touch()

    def wait(on_progress):
        while not (place / f"answer-{number}").exists():
            time.sleep(0.02)
        said = (place / f"answer-{number}").read_text()
        if said == "gone":
            os.kill(os.getpid(), signal.SIGKILL)
        if said == "refused":
            raise SqueezeVizError("the file was taken away: install squeezeviz again")
        return own(state, asked)

    return Aside(wait)

mock.patch.dict(questions.QUESTIONS, second_part=held).start()
import squeezeviz as sv
sv.explore("shape-star", model="squeezenet1.1-shapes", **{more!r})
"""
WAITS, WHY = ".sqv-coming", "section[aria-label='Why this class']"
# Where each part of the first view stands within the page, however far that is scrolled.
PARTS = """() => { const boxOf = part => document.querySelector(part).getBoundingClientRect(), page = boxOf('.sqv');
    return ['.sqv-stage', '.sqv-diagram', '.sqv-groups', '.sqv-prediction', '.sqv-channel']
        .map(boxOf).map(({ left, top }) => [left - page.left, top - page.top].map(Math.round)); }"""


# What widgets share on a page goes: the next one's program is the first that the page has had.
FIRST = "() => globalThis[Symbol.for('squeezeviz.runtime')]?.clear()"


@pytest.fixture(params=["lab", "app"])
def opened(request, tmp_path):
    """Opens such a cell where nothing of the program is yet. Returns the page."""
    page = request.getfixturevalue("lab_page" if request.param == "lab" else "page")

    def open_page(*cells, **more):
        cell = CELL.replace("{place!r}", repr(str(tmp_path))).replace("{more!r}", repr(more))
        if request.param == "lab":
            page.evaluate(FIRST)
            request.getfixturevalue("open_cell")(cell, *cells)
            wait_until_idle(page)  # JupyterLab takes the focus back when its cell has run
        else:
            page.goto(request.getfixturevalue("serve")(cell))
        page.locator(".sqv-maps canvas").first.wait_for(timeout=120_000)
        until(page, "() => document.querySelector('.sqv-picture')?.naturalWidth > 0")
        return page

    yield open_page
    if request.param == "app":
        page.goto("about:blank")  # it says that it is left


def asked(place):
    return len(list(place.glob("asked-*")))


def answer(place, number, what):
    (place / "answer").write_text(what)
    (place / "answer").rename(place / f"answer-{number}")  # whole at once


def test_the_first_view_is_there_without_it_and_what_opens_waits_for_it(opened, tmp_path):
    page = opened()
    retry_assertions(page, lambda: _equal(asked(tmp_path), 1))  # nobody wanted it yet
    assert page.locator(WAITS).count() == 0
    before = page.evaluate(PARTS)
    button = page.locator(".sqv-why-button")
    button.click()
    page.get_by_text("This part of the page is on its way").wait_for()
    assert page.evaluate(PARTS) == before
    keep_picture(page, "second-part-awaited", is_whole=True)
    page.locator(".sqv-edit-button").click()  # it is done as soon as it can be
    answer(tmp_path, 0, "whole")
    page.locator(f"{WHY} .sqv-equation b.sqv-value").wait_for()
    page.locator(".sqv-edit-panel").wait_for()
    assert page.locator(WAITS).count() == 0
    keep_picture(page, "second-part-there", is_whole=True)
    assert asked(tmp_path) == 1


@pytest.mark.parametrize("opened", ["lab"], indirect=True)
def test_nothing_that_is_on_show_moves_when_it_comes_and_the_focus_stays(opened, tmp_path):
    page = opened()
    retry_assertions(page, lambda: _equal(asked(tmp_path), 1))
    page.locator(".sqv-why-button").focus()
    before = page.evaluate(PARTS)
    answer(tmp_path, 0, "whole")
    page.locator(".sqv-send button").first.wait_for()
    assert page.evaluate(PARTS) == before
    assert page.evaluate("() => document.activeElement.className").endswith("sqv-why-button")


@pytest.mark.parametrize("opened", ["lab"], indirect=True)
def test_refused_it_is_said_where_it_was_wanted_and_had_again_from_there(opened, tmp_path):
    page = opened(explaining=True)
    page.get_by_text("This part of the page is on its way").wait_for()
    answer(tmp_path, 0, "refused")
    page.get_by_role("alert").filter(has_text="the file was taken away").wait_for()
    keep_picture(page, "second-part-refused", is_whole=True)
    assert page.locator(".sqv-maps canvas").first.is_visible(), "the rest goes on"
    page.get_by_role("button", name="Try again").click()
    retry_assertions(page, lambda: _equal(asked(tmp_path), 2))
    answer(tmp_path, 1, "whole")
    page.locator(f"{WHY} .sqv-equation b.sqv-value").wait_for()


@pytest.mark.parametrize("opened", ["lab"], indirect=True)
def test_a_kernel_that_is_gone_before_it_comes_leaves_a_sentence(opened, tmp_path):
    page = opened()
    retry_assertions(page, lambda: _equal(asked(tmp_path), 1))
    page.locator(".sqv-why-button").click()
    page.get_by_text("This part of the page is on its way").wait_for()
    answer(tmp_path, 0, "gone")
    page.locator(WAITS).get_by_text("run the cell again").wait_for()
    keep_picture(page, "second-part-gone", is_whole=True)
    assert page.locator(".sqv-maps canvas").first.is_visible(), "what is here stays"
    page.get_by_role("dialog").filter(has_text="Kernel Restarting").get_by_role("button", name="Ok").click()
    wait_until_idle(page)  # JupyterLab has started another, for the next test
    page.problems[:] = [problem for problem in page.problems if "/api/kernels/" not in problem]


LINKED = """
from IPython.display import display
from squeezeviz.widgets.views import InsideNumber
explorer = sv.explore("shape-heart", model="squeezenet1.1-shapes")
display(explorer, InsideNumber(explorer))
"""


@pytest.mark.parametrize("opened", ["lab"], indirect=True)
def test_two_explorers_and_a_linked_view_share_it(opened, tmp_path):
    page = opened(LINKED)
    until(page, "() => document.querySelectorAll('.sqv-explorer .sqv-picture[src]').length === 2")
    answer(tmp_path, 0, "whole")
    until(page, "() => document.querySelectorAll('.sqv-explorer .sqv-send').length === 2")
    # What is opened in the second explorer is opened in the view that is linked with it, and not in the first.
    page.locator(".sqv-explorer").nth(1).locator(".sqv-facts button").first.click()
    until(page, "() => document.querySelectorAll('.sqv-inside:not([hidden])').length === 2")
    assert page.locator(".sqv-explorer").nth(0).locator(".sqv-inside:not([hidden])").count() == 0
    assert asked(tmp_path) == 1


def _equal(one, other):
    assert one == other
