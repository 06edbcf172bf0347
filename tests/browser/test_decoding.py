"""What the browser decodes for the page is what Python reads: as stored, upright, laid on white, in no other colours."""

import base64
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import features

import squeezeviz as sv
from tests import icc
from tests.by_node import bundled

ENTRY = Path(__file__).parents[1] / "page_decoding_browser.ts"
RNG = np.random.default_rng(18)
PHOTO = sv.read_image("shape-rays")


def encoded(picture, file_format, **options):
    buffer = io.BytesIO()
    picture.save(buffer, file_format, **options)
    return buffer.getvalue()


def turned(orientation):
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    return exif.tobytes()


def files():
    """Each with how many levels of 255 it may be off: lossy decoders round each in its own way."""
    photo = PHOTO.picture.resize((96, 64))
    veiled = photo.copy()
    veiled.putalpha(Pillow.fromarray(RNG.integers(0, 256, (64, 96), dtype=np.uint8)))
    few = photo.quantize(40)
    p3 = icc.profile("Display P3")
    yield "png", encoded(veiled, "PNG"), 0
    for orientation in range(1, 9):
        yield f"jpeg turned {orientation}", encoded(photo, "JPEG", exif=turned(orientation), icc_profile=p3), 3
    yield "jpeg not subsampled", encoded(photo, "JPEG", subsampling=0, progressive=True), 3
    yield "jpeg grey", encoded(photo.convert("L"), "JPEG"), 3
    yield "jpeg cmyk", encoded(photo.convert("CMYK"), "JPEG"), 3
    yield "gif", encoded(few, "GIF"), 0
    yield "gif of two", encoded(few, "GIF", save_all=True, append_images=[few.rotate(90)]), 0
    yield "gif transparent", encoded(few, "GIF", transparency=3), 0
    yield "bmp", encoded(photo, "BMP"), 0
    if features.check("webp"):
        yield "webp veiled", encoded(veiled, "WEBP", lossless=True, exact=True, exif=turned(6), icc_profile=p3), 1
        yield "webp lossy", encoded(photo, "WEBP", quality=80), 3
    if features.check("avif"):
        yield "avif", encoded(photo, "AVIF", quality=80), 3


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    return bundled(ENTRY, tmp_path_factory.mktemp("page")).read_text()


@pytest.fixture(scope="module")
def decode(lasting_page, program):
    lasting_page.goto("about:blank")
    lasting_page.add_script_tag(content=program, type="module")
    lasting_page.wait_for_function("globalThis.decode")
    return lambda content: lasting_page.evaluate("(text) => decode(text)", base64.b64encode(content).decode())


def test_the_browser_s_pixels_are_python_s(decode):
    for name, content, most in files():
        said, expected = decode(content), sv.read_image(content)
        assert not isinstance(said, str), said
        pixels = np.frombuffer(base64.b64decode(said["pixels"]), np.uint8)
        pixels = pixels.reshape(said["height"], said["width"], 3).astype(int)
        assert pixels.shape == expected.pixels.shape, name
        assert np.abs(pixels - expected.pixels).max() <= most, name
        assert (tuple(said["notes"]), said["orientation"]) == (expected.notes, expected.orientation), name
        assert (said["profile"] is None) == (expected.icc_profile is None), name


def test_what_the_browser_cannot_read_is_named(decode):
    picture = PHOTO.picture.resize((20, 10))
    jpeg = encoded(picture, "JPEG")
    tiff, cut = decode(encoded(picture, "TIFF")), decode(jpeg[:60])
    assert tiff.startswith(
        "a.png: expected a picture that this page reads (JPEG, PNG, WebP, AVIF, GIF, BMP), found a TIFF"
    )
    assert cut.startswith("a.png: is damaged or cut off: expected a JPEG, found 60 bytes of one")
