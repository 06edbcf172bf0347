"""Take the site's screenshots of what takes a kernel: JupyterLab in headless Chromium on the explorer.

make screenshot
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402
from playwright.sync_api import Page, sync_playwright  # noqa: E402

from squeezeviz.serving.server import lab_command  # noqa: E402
from tests.browser.servers import free_port, private_environment, wait_for, wait_until_idle  # noqa: E402
from tests.browser.watched import FLAGS  # noqa: E402


def main() -> None:
    """Write explorer, inside, side-by-side and why in docs/pictures, light and dark."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("this takes Chromium on the path")
    with tempfile.TemporaryDirectory() as scratch:
        home, folder = Path(scratch) / "home", Path(scratch) / "notebooks"
        home.mkdir()
        folder.mkdir()
        notebook = Path(shutil.copy(ROOT / "notebooks" / "02_explore.ipynb", folder))
        port, log = free_port(), home / "log"
        command = [*lab_command(notebook, port=port, browser=False), "--IdentityProvider.token=t"]
        command.append("--LabApp.expose_app_in_browser=True")
        environment = {"SQUEEZEVIZ_CACHE": str(Path.home() / ".cache" / "squeezeviz")} | private_environment(home)
        with log.open("w") as output:
            process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=output, stderr=output)
        try:
            wait_for(f"http://127.0.0.1:{port}/api", process, log)
            with sync_playwright() as driver:
                browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
                for theme, name in (("JupyterLab Light", "explorer"), ("JupyterLab Dark", "explorer-dark")):
                    context = browser.new_context(viewport={"width": 1440, "height": 1440}, device_scale_factor=1.5)
                    context.add_cookies([{"name": "squeezeviz-tour", "value": "1", "url": f"http://127.0.0.1:{port}"}])
                    page = context.new_page()
                    page.goto(f"http://127.0.0.1:{port}/lab/tree/{notebook.name}?reset&token=t")
                    wait_until_idle(page)
                    run = "([command, options]) => window.jupyterapp.commands.execute(command, options)"
                    page.evaluate(run, ["application:toggle-left-area", {}])
                    page.evaluate(run, ["apputils:change-theme", {"theme": theme}])
                    page.locator(".jp-CodeCell").first.click()
                    page.evaluate(run, ["notebook:run-cell", {}])
                    for sample in ("motorcycle", "rocket", "chelsea"):
                        page.locator(".sqv-sample", has_text=sample).click()
                        page.locator(f'.sqv-tile[aria-label^="{sample}"]').wait_for()
                    page.locator(".sqv-grid").nth(1).hover(position={"x": 235, "y": 52})
                    page.mouse.down()
                    page.mouse.up()
                    page.wait_for_timeout(1500)
                    keep(upper_part(page, ".sqv"), name)
                    inside(page, name)
                    side_by_side(page, name)
                    why(page, name)
                browser.close()
        finally:
            process.terminate()
            process.wait(timeout=20)


def upper_part(page: Page, part: str) -> bytes:
    """Take of a part of the page what the window shows once it is scrolled to: JupyterLab's status bar lies below."""
    page.locator(part).first.evaluate("part => part.scrollIntoView()")
    page.wait_for_timeout(500)
    box, window = page.locator(part).first.bounding_box(), page.viewport_size
    assert box is not None
    assert window is not None
    most = window["height"] - 170
    return page.screenshot(
        clip={"x": box["x"], "y": box["y"], "width": box["width"], "height": min(box["height"], most)}
    )


def keep(picture: bytes, name: str) -> None:
    """Write a screenshot as WebP, which takes a fifth of a PNG's bytes."""
    with Image.open(io.BytesIO(picture)) as opened:
        opened.convert("RGB").save(ROOT / "docs" / "pictures" / f"{name}.webp", quality=80, method=6)


def inside(page: Page, name: str) -> None:
    page.locator(".sqv-first .sqv-p").click()
    for _ in range(4):  # logit, cell, concatenation, expand
        steps = page.locator(".sqv-crumb").count()
        page.locator("button.sqv-term").first.click()
        page.locator(".sqv-crumb").nth(steps).wait_for()
        page.locator(".sqv-inside:not(.sqv-late)").wait_for()
    page.mouse.move(0, 0)
    page.wait_for_timeout(1000)
    keep(page.locator(".sqv-inside").screenshot(), name.replace("explorer", "inside"))
    page.get_by_role("button", name="Close the arithmetic").click()


def side_by_side(page: Page, name: str) -> None:
    page.get_by_role("button", name="Side by side").click()
    page.locator(".sqv-card .sqv-card-top").nth(5).wait_for()
    page.locator('.sqv-card[data-preset="rgb-by-mistake"] .sqv-card-name').click()
    page.locator(".sqv-folded summary").click()
    page.locator(".sqv-proof").nth(5).wait_for()
    page.set_viewport_size({"width": 1440, "height": 1700})
    page.wait_for_timeout(1000)
    keep(page.locator(".sqv-side-by-side").screenshot(), name.replace("explorer", "side-by-side"))
    # The kernel remembers what was open.
    page.get_by_role("button", name="Close side by side").click()
    page.wait_for_timeout(500)


def why(page: Page, name: str) -> None:
    page.locator(".sqv-sample", has_text="coins").click()
    page.locator('.sqv-tile[aria-label^="coins"]').wait_for()
    page.wait_for_timeout(1500)
    page.locator(".sqv-explorer").focus()
    page.keyboard.press("e")
    for begins in ("Hide ", "Ablate each"):
        page.locator(".sqv-why").get_by_role("button", name=begins).first.click()
    page.locator(".sqv-why", has_text="196 patches hidden").wait_for()
    page.wait_for_timeout(6000)
    page.mouse.move(0, 0)
    keep(upper_part(page, ".sqv-why"), name.replace("explorer", "why"))
    page.locator(".sqv-explorer").focus()
    page.keyboard.press("e")


if __name__ == "__main__":
    main()
