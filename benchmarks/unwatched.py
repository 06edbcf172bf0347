"""A browser that nobody looks into while it works.

While a debugger is connected, as Playwright is, the browser hands it all that crosses the network, and reads a page's whole
text once more for it: a tenth of a second for an exported page, and half of a camera's frames.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from typing import TYPE_CHECKING, Any

from benchmarks.hosts import FLAGS, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence


@contextlib.contextmanager
def unwatched(
    browser: str, address: str, *, options: Sequence[str] = (), size: tuple[int, int] = (1280, 1000)
) -> Generator[Callable[[], contextlib.AbstractContextManager[Any]]]:
    """Start a browser at an address; gives what connects to its page for the time of a block.

    Args:
        browser: Where it is.
        address: What it opens, with nobody connected.
        options: Of its command line, besides the usual ones.
        size: Of its window, in pixels.
    """
    debugger = f"http://127.0.0.1:{20_900 + os.getpid() % 1000}"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        own = [
            f"--remote-debugging-port={debugger.rpartition(':')[2]}",
            f"--user-data-dir={profile}",
            "--headless=new",
            f"--window-size={size[0]},{size[1]}",
        ]
        process = subprocess.Popen(
            [browser, *FLAGS, *options, *own, address], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            wait_for(f"{debugger}/json/version")
            yield lambda: _connected(debugger)
        finally:
            process.terminate()
            process.wait(timeout=20)


@contextlib.contextmanager
def _connected(debugger: str) -> Generator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        connected = driver.chromium.connect_over_cdp(debugger)
        yield connected.contexts[0].pages[0]
        connected.close()  # the browser goes on
