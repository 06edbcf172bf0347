"""Take the gallery's pictures anew: `make gallery` (needs Chromium).

Each finding is opened by its own link on a page without a kernel, light and dark, and kept in
``docs/gallery/pictures``.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "docs" / "making")]

import gallery  # noqa: E402

from tests.browser.watched import FLAGS, chromium  # noqa: E402

PICTURES = ROOT / "docs" / "gallery" / "pictures"
_WIDE, _HIGH = 1120, 700


def main() -> None:
    """Write two pictures of each finding."""
    path = chromium()
    if path is None:
        sys.exit("this takes Chromium on the path")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as driver:
        gallery.write(Path(scratch))
        address = (Path(scratch) / gallery.PATH).as_uri()
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        for scheme, ending in (("light", ""), ("dark", "-dark")):
            options = {"color_scheme": scheme, "reduced_motion": "reduce"}
            page = browser.new_page(viewport={"width": _WIDE, "height": _HIGH}, **options)
            for finding in gallery.FINDINGS:
                page.goto("about:blank")
                page.goto(f"{address}#{finding.link}")
                keep(page, f"{finding.name}{ending}")
        browser.close()


def keep(page: Page, name: str) -> None:
    """Wait until a page is through with its work, and keep what is to be seen."""
    page.locator(".sqv-computed", has_text="were computed").wait_for(state="attached")
    if page.get_by_role("button", name="No, thanks").is_visible():
        page.get_by_role("button", name="No, thanks").click()
    page.mouse.move(0, 0)
    page.wait_for_timeout(1200)
    if page.locator(".sqv-inside").is_visible():
        page.locator(".sqv-inside").evaluate("element => element.scrollIntoView({ block: 'start' })")
        page.wait_for_timeout(400)
    with Image.open(io.BytesIO(page.screenshot())) as taken:
        small = taken.convert("RGB").resize((_WIDE // 2, _HIGH // 2), Image.Resampling.LANCZOS)
    small.save(PICTURES / f"{name}.webp", quality=62, method=6)


if __name__ == "__main__":
    main()
