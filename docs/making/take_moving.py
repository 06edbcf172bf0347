"""Take the README's moving picture anew: `make gallery` (needs Chromium).

A page without a kernel is driven as a person would: what a cell has seen, another layer, a picture that is painted on,
a number that opens. Written as ``docs/pictures/moving.webp``, light, and ``moving-dark.webp``.
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

import live  # noqa: E402

from tests.browser.watched import FLAGS, chromium  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
_WIDE, _HIGH = 1180, 740
_LAYERS = ("conv1", "fire3", "fire5", "fire7", "fire9", "conv10")


class Film:
    """Frames of a page, each with how long it stands, in milliseconds."""

    def __init__(self, page: Page) -> None:
        """Begin without any."""
        self._page = page
        self.frames: list[Image.Image] = []
        self.durations: list[int] = []

    def take(self, ms: int) -> None:
        """Wait until the page has drawn, and take a frame that stands so long."""
        self._page.wait_for_timeout(250)
        with Image.open(io.BytesIO(self._page.screenshot())) as taken:
            size = (_WIDE * 3 // 4, _HIGH * 3 // 4)
            self.frames.append(taken.convert("RGB").resize(size, Image.Resampling.LANCZOS))
        self.durations.append(ms)

    def write(self, name: str) -> None:
        """Write an animated WebP that begins again at its end."""
        first, *others = self.frames
        path = PICTURES / name
        options = {"quality": 55, "method": 6, "minimize_size": True, "loop": 0}
        first.save(path, "WEBP", save_all=True, append_images=others, duration=self.durations, **options)
        print(f"— {path}, {len(self.frames)} frames, {path.stat().st_size / 1e6:.2f} MB")


def main() -> None:
    """Write both."""
    path = chromium()
    if path is None:
        sys.exit("this takes Chromium on the path")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as driver:
        live.write(Path(scratch))
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        for scheme, name in (("light", "moving.webp"), ("dark", "moving-dark.webp")):
            options = {"color_scheme": scheme, "reduced_motion": "reduce"}
            page = browser.new_page(viewport={"width": _WIDE, "height": _HIGH}, **options)
            page.goto((Path(scratch) / live.PATH).as_uri())
            page.locator(".sqv-computed", has_text="were computed").wait_for(state="attached")
            page.get_by_role("button", name="No, thanks").click()
            play(page).write(name)
        browser.close()


def play(page: Page) -> Film:
    """Do what is shown."""
    film = Film(page)
    film.take(1200)
    maps = page.locator(".sqv-grid").nth(1)
    for x, y in ((30, 40), (90, 40), (120, 70), (170, 100), (200, 160)):  # what each cell has seen
        maps.hover(position={"x": x, "y": y})
        film.take(420)
    for layer in _LAYERS:
        page.locator(f'[data-part="{layer}"] > .sqv-hit').click()
        page.mouse.move(_WIDE - 5, _HIGH - 5)
        film.take(700)
    page.evaluate("() => { location.hash = 'photo=shape-spiral&layer=fire5/concat'; }")
    film.take(1100)
    page.evaluate("() => { location.hash = 'photo=shape-honeycomb&layer=fire7/concat'; }")
    film.take(1100)
    page.evaluate("() => { location.hash = 'photo=shape-star&layer=fire9/concat&channel=370&cell=10,10&show=map'; }")
    film.take(1600)
    at = "photo=shape-star&layer=fire9/concat&channel=370&cell=10,10"
    for step in ("softmaxout:4:0,0", "pool10:4:0,0", "conv10:4:10,10"):
        at += f"&open={step}"
        page.evaluate("at => { location.hash = at; }", at)
        page.locator(".sqv-inside:not(.sqv-late)").wait_for()
        page.locator(".sqv-inside").evaluate("element => element.scrollIntoView({ block: 'center' })")
        film.take(1500)
    return film


if __name__ == "__main__":
    main()
