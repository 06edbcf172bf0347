"""Pages that are watched: what they say on the console, and whom they ask."""

from __future__ import annotations

import base64
import contextlib
import functools
import re
import shutil
import time
from pathlib import Path

from tests.browser.waiting import PATIENCE_MS

ARTIFACTS = Path(__file__).parents[2] / "artifacts" / "browser"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]
# Said by JupyterLab itself on every start, and where a kernel is started anew before its debugger has answered, or before
# a subshell was made, or where a cell goes whose output is being put there (our page removes no child): harmless.
HARMLESS = re.compile(
    r"Download the React DevTools|\[Violation\]|Could not restore the debugger state"
    r"|Canceled future for create_subshell_request message|Failed to execute 'removeChild' on 'Node'"
)
# While a kernel starts, JupyterLab and Voilà turn wheels for ever, whatever motion one asks for; each turn is a frame to draw.
STILL = """() => { const sheet = new CSSStyleSheet();
    sheet.replaceSync(`@media (prefers-reduced-motion: reduce) { *, ::before, ::after {
        animation-duration: 1ms !important; animation-iteration-count: 1 !important; } }`);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]; }"""
# A camera that shows a test picture, and nobody who would have to be asked whether a page may use it.
CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
OURS = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:", "about:")


def chromium() -> str | None:
    """Where Chromium is on this machine."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


def headless_shell() -> str | None:
    """Where the Chromium is that has no windows: it opens a page with a third of the work."""
    return shutil.which("chromium-headless-shell")


def watched_page(browser, **options):
    """Open a page in a context of its own; errors and requests to other hosts are listed in its ``problems``.

    It asks for less motion, which took a fifth of the browser's time; a test of what moves emulates ``no-preference``.
    """
    options = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", **options}
    opened = browser.new_context(**options).new_page()
    opened.add_init_script(f"({STILL})()")
    opened.set_default_timeout(PATIENCE_MS)
    opened.set_default_navigation_timeout(PATIENCE_MS)
    # Looking at every frame makes the browser draw every frame: waiting took three times the processor time.
    opened.wait_for_function = functools.partial(opened.wait_for_function, polling=30)
    problems: list[str] = []

    def hear(told: str) -> None:
        if not HARMLESS.search(told):
            problems.append(told)

    def read(message) -> None:
        if message.type == "error":
            hear(f"{message.text} {message.location.get('url', '')}")

    opened.on("console", read)
    opened.on("pageerror", lambda error: hear(f"{error}\n{error.stack}"))

    def look(asked):
        if not asked.url.startswith(OURS):
            problems.append(f"request to another host: {asked.url}")

    opened.on("request", look)
    opened.on("websocket", look)
    opened.problems = problems
    return opened


@contextlib.contextmanager
def fresh_page(browser, node, **options):
    """A page for one test, or for one module, which leaves a screenshot."""
    opened = watched_page(browser, **options)
    yield opened
    keep_screenshot(opened, node)
    opened.context.close()


def keep_screenshot(page, node) -> None:
    """Keep what a test, or a module of tests, left on its page."""
    keep_picture(page, file_name(node))


def keep_picture(page, name: str, *, is_whole: bool = False) -> None:
    """Keep what is on a page, or all of it however long, for people to look at; compressed less, in half the time."""
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    session = page.context.new_cdp_session(page)
    how = {"format": "png", "optimizeForSpeed": True}
    if is_whole:
        how["clip"] = {**session.send("Page.getLayoutMetrics")["cssContentSize"], "scale": 1}
        how["captureBeyondViewport"] = True
    taken = _captured(session, how)
    session.detach()
    (ARTIFACTS / f"{name}.png").write_bytes(base64.b64decode(taken))


def _captured(session, how) -> str:
    """What Chromium takes, in base64. It fails at times where the page is just being drawn anew: then it is asked again."""
    from playwright.sync_api import Error  # it may not be installed

    for pause_s in (0.1, 0.3, 1.0, 3.0):
        try:
            return session.send("Page.captureScreenshot", how)["data"]
        except Error as exc:
            if "Unable to capture screenshot" not in exc.message:
                raise
            time.sleep(pause_s)
    return session.send("Page.captureScreenshot", how)["data"]


def file_name(node) -> str:
    """The name of a test's files: its module's and its own, so that no two tests share one."""
    module = node.path.stem.removeprefix("test_")
    own = node.name if hasattr(node, "function") else "all"
    return re.sub(r"[^\w-]+", "_", f"{module}-{own}").strip("_")
