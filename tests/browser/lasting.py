"""Pages that last: JupyterLab and the app are loaded once in each browser; a test finds them as if they had just been opened.

Loading JupyterLab and starting a kernel took five times the processor time of most tests. Here a test runs its cell again
on the page that is there, as a person does: the widgets of the test before are closed, and what the kernel and the browser
remember of it is forgotten. A page that a test has left or failed on is not used again, nor is an app that it has reloaded.
"""

from __future__ import annotations

import itertools
import re

import nbformat

from tests.browser.servers import LIGHT, one_cell, wait_until_idle, wear
from tests.browser.watched import watched_page

# Assigns to something of another module: only a kernel of its own forgets that. What `mock.patch` puts there is taken back,
# and an explorer goes.
PATCHES = re.compile(
    r"^(?!explorer\.)[^\n=]*\w\.\w[\w.\[\]'\"]* = |(?<!mock\.patch\.dict\(os\.)environ|monkeypatch|^%", re.MULTILINE
)
FORGET = """
import sys
shown = sys.modules.get("ipywidgets.widgets.widget")
for widget in list(shown._instances.values()) if shown else []:
    if hasattr(widget, "work"):
        widget.work.forget()
    widget.close()
get_ipython().reset(new_session=True)
from unittest import mock
mock.patch.stopall()
import gc
gc.collect()
if not gc.get_freeze_count():
    gc.freeze()  # what is loaded by now stays: later searches need not look at it
del gc, mock
"""
# An app that is one explorer, which can be had anew: its buttons are for tests, and take no room. Not in an Output: the
# server answers for those while the cell runs, and misses that the cell has ended where both meet.
APP = """
import gc
import ipywidgets
import squeezeviz as sv
from IPython.display import display

place = ipywidgets.VBox()

def end(_=None):
    shown, place.children = place.children, ()
    for explorer in shown:
        explorer.state.work.forget()
        explorer.state.close()
        explorer.close()
    if shown:
        gc.collect()

def begin(_=None):
    end()
    place.children = [sv.explore()]

buttons = []
begin()
gc.freeze()  # what is loaded by now stays: a search for garbage need not look at it
for name, act in (("begin", begin), ("end", end)):
    button = ipywidgets.Button(description=name, layout={"display": "none"})
    button.add_class(f"test-{name}")
    button.on_click(act)
    buttons.append(button)
display(place, *buttons)
"""
# A server is had once for all apps of one cell.
APP_OR_OTHER = """
from pathlib import Path
other = Path({path!r})
get_ipython().run_cell(other.read_text() if other.exists() else {app!r})
"""
_number = itertools.count()


class Lasting:
    """A page that tests use one after the other.

    Args:
        browser: The browser it is opened in; a context of its own.
    """

    def __init__(self, browser) -> None:
        self.page = watched_page(browser)

    def ready(self) -> bool:
        """Whether the page is as it was opened, but for what `begin` puts back."""
        if self.page.is_closed():
            return False
        return self.page.evaluate("() => window.isLasting === true && !document.querySelector('.jp-Dialog')")

    def begin(self) -> None:
        """Put back what a test may have changed of the browser."""
        page = self.page
        page.problems.clear()
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(media="null", color_scheme="null", reduced_motion="reduce", forced_colors="null")
        page.context.clear_permissions()
        page.context.clear_cookies(name=re.compile("squeezeviz"))
        page.mouse.move(0, 0)
        page.evaluate(
            """() => { for (const store of [localStorage, sessionStorage])
                for (const key of Object.keys(store)) if (key.startsWith('squeezeviz')) store.removeItem(key);
                window[Symbol.for('squeezeviz.pages')] = 0; // what a reload brings back goes by an explorer's number
                performance.clearMarks(); performance.clearMeasures(); document.activeElement?.blur(); }"""
        )

    def close(self) -> None:
        """Close the page for good."""
        self.page.context.close()


class LastingLab(Lasting):
    """JupyterLab on a notebook of a test's cells. One that is reloaded is on the same notebook, with the same kernel."""

    def __init__(self, browser, lab) -> None:
        super().__init__(browser)
        self._is_patched = False
        name = f"cell-{next(_number)}"
        self.page.add_init_script(f"window.isLasting = location.pathname.endsWith('/{name}.ipynb')")
        nbformat.write(one_cell(""), lab.folder / f"{name}.ipynb")
        # In a workspace of its own: a page that a test reloads brings back what was open in the common one.
        self.page.goto(lab.address(f"{name}.ipynb", workspace=name))
        wait_until_idle(self.page)

    def ready(self) -> bool:
        """Whether its kernel is there, too."""
        return super().ready() and self.page.evaluate(
            """async () => { const { serviceManager, shell } = window.jupyterapp;
                await serviceManager.sessions.refreshRunning();
                const { session } = shell.currentWidget.sessionContext;
                return [...serviceManager.sessions.running()].some(({ id }) => id === session?.id); }"""
        )

    def run(self, *sources: str, theme: str | None = None) -> None:
        """Run cells in a kernel that knows of nothing before."""
        is_patched = any(map(PATCHES.search, sources))
        if self._is_patched or is_patched:
            self.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
        self._is_patched = is_patched
        wait_until_idle(self.page)
        wear(self.page, theme or LIGHT)
        self._put(*sources)
        self.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")

    def rest(self) -> None:
        """Close what is on the page, and let the kernel forget it."""
        self._put("")
        self.page.evaluate(
            """async code => {
                const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
                const { content } = await kernel.requestExecute({ code, store_history: false }).done;
                if (content.status !== 'ok') throw new Error(`the kernel does not forget: ${content.evalue}`); }""",
            FORGET,
        )
        self.page.wait_for_function("() => !document.querySelector('.sqv')")

    def _put(self, *sources: str) -> None:
        """Put other cells in the place of those that are there: the same cell's explorer would come back as it was."""
        self.page.evaluate(
            """sources => { const { sharedModel } = window.jupyterapp.shell.currentWidget.content.model;
                sharedModel.transact(() => {
                    sharedModel.deleteCellRange(0, sharedModel.cells.length);
                    sharedModel.insertCells(0, sources.map(source => ({ cell_type: 'code', metadata: {}, source }))); }); }""",
            sources,
        )


class LastingApp(Lasting):
    """Voilà on `APP`."""

    def __init__(self, browser, url: str) -> None:
        super().__init__(browser)
        self.page.goto(url)
        self.page.locator(".sqv-sample").first.wait_for(timeout=120_000)
        self.rest()
        self.page.evaluate("() => { window.isLasting = true; }")  # a mark that a reload would lose

    def begin(self) -> None:
        """Put an explorer onto the page."""
        super().begin()
        self._click("begin")
        self.page.locator(".sqv-sample").first.wait_for(timeout=120_000)

    def rest(self) -> None:
        """Take it off again."""
        self._click("end")
        self.page.wait_for_function("() => !document.querySelector('.sqv')")

    def _click(self, name: str) -> None:
        button = self.page.locator(f".test-{name}")
        button.wait_for(state="attached", timeout=120_000)
        button.dispatch_event("click")
