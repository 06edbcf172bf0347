"""What phones make: HEIC, AVIF, two pictures in one JPEG, a hundred megapixels."""

import io
import re
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image as Pillow

from squeezeviz.errors import ImageError
from squeezeviz.image import MOST_PIXELS, decoding, read_image
from tests import icc

RNG = np.random.default_rng(0)
# Smooth, so that lossy codecs keep it.
PIXELS = np.asarray(Pillow.fromarray(RNG.integers(0, 256, (6, 9, 3), dtype=np.uint8)).resize((90, 60)))
WHY = "pillow-heif is not installed: pip install pillow-heif"


def encoded(picture, file_format, **options):
    buffer = io.BytesIO()
    picture.save(buffer, file_format, **options)
    return buffer.getvalue()


def heic(picture, **options):
    heif = pytest.importorskip("pillow_heif", reason=WHY)
    buffer = io.BytesIO()
    heif.from_pillow(picture).save(buffer, quality=-1, chroma=444, **options)
    return buffer.getvalue()


def close(image, pixels=PIXELS):
    return np.abs(image.pixels.astype(int) - pixels).mean() < 4


# HEIC ----------------------------------------------------------------------------------------------------------------


def test_heic_is_read_under_any_name(tmp_path):
    path = tmp_path / "IMG_0001.jpg"
    path.write_bytes(heic(Pillow.fromarray(PIXELS)))
    image = read_image(path)
    assert (image.format, image.notes) == ("HEIF", ())
    assert close(image)


def test_heic_with_transparency_and_a_profile():
    rgba = np.dstack([PIXELS, np.full(PIXELS.shape[:2], 255, np.uint8)])
    rgba[:20, :, 3] = 0
    picture = Pillow.fromarray(rgba)
    picture.info["icc_profile"] = icc.profile("Display P3")
    image = read_image(heic(picture))
    assert (image.pixels[:18] == 255).all()
    assert image.notes == (
        "transparency laid on white",
        "colour profile Display P3, read as stored, as the published preprocessing does",
    )


@pytest.mark.parametrize("orientation", range(1, 9))
def test_heic_is_upright(orientation):
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    upright = {
        1: PIXELS, 2: PIXELS[:, ::-1], 3: PIXELS[::-1, ::-1], 4: PIXELS[::-1], 5: PIXELS.transpose(1, 0, 2),
        6: np.rot90(PIXELS, -1), 7: PIXELS[::-1, ::-1].transpose(1, 0, 2), 8: np.rot90(PIXELS, 1),
    }[orientation]  # fmt: skip
    assert close(read_image(heic(Pillow.fromarray(PIXELS), exif=exif.tobytes())), upright)


def test_of_several_pictures_the_main_one_is_taken():
    heif = pytest.importorskip("pillow_heif", reason=WHY)
    several = heif.HeifFile()
    several.add_from_pillow(Pillow.new("RGB", (64, 64), "red"))
    several.add_from_pillow(Pillow.new("RGB", (64, 64), "blue"))
    buffer = io.BytesIO()
    several.save(buffer, quality=90, primary_index=1)
    image = read_image(buffer.getvalue())
    assert image.pixels[5, 5, 2] > 200
    assert image.notes == ("the main one of 2 pictures",)


def test_a_heic_too_large_is_refused_before_it_is_decoded():
    content = bytearray(heic(Pillow.fromarray(PIXELS)))
    for box in re.finditer(b"ispe", bytes(content)):
        content[box.end() + 4 : box.end() + 12] = (12_000).to_bytes(4, "big") * 2
    with pytest.raises(ImageError, match=r"^huge: "):
        read_image(bytes(content), name="huge")


def test_reading_heic_changes_nothing_for_others():
    """Pillow elsewhere in the process opens what it opened before."""
    content = heic(Pillow.fromarray(PIXELS))
    code = (
        "import sys, io; from PIL import Image; import squeezeviz as sv; sv.read_image(b'\\x89PNG') if 0 else None;"
        "Image.init(); before = dict(Image.OPEN); content = sys.stdin.buffer.read();"
        "assert 'pillow_heif' not in sys.modules; sv.read_image(content);"
        "assert 'pillow_heif' in sys.modules and Image.OPEN == before"
    )
    subprocess.run([sys.executable, "-c", code], input=content, check=True)


def test_without_pillow_heif_the_message_names_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    content = b"\x00\x00\x00\x18ftypheic\0\0\0\0mif1heic" + bytes(100)
    with pytest.raises(ImageError, match=r"^IMG_1\.HEIC: is HEIC/HEIF, .* pip install pillow-heif"):
        read_image(content, name="IMG_1.HEIC")


# AVIF ----------------------------------------------------------------------------------------------------------------


def test_avif_is_read():
    image = read_image(encoded(Pillow.fromarray(PIXELS), "AVIF", quality=95))
    assert (image.format, image.notes) == ("AVIF", ())
    assert close(image)


def test_an_avif_that_calls_itself_mif1_first():
    content = bytearray(encoded(Pillow.fromarray(PIXELS), "AVIF", quality=95))
    content[8:12] = b"mif1"
    assert read_image(bytes(content)).format == "AVIF"


# Two pictures in one JPEG --------------------------------------------------------------------------------------------


def test_what_a_phone_puts_behind_the_photo_is_no_news():
    main, preview = Pillow.fromarray(PIXELS), Pillow.new("RGB", (16, 16), "red")
    image = read_image(encoded(main, "MPO", save_all=True, append_images=[preview], quality=95))
    assert (image.format, image.notes) == ("MPO", ())
    assert close(image)


# A hundred megapixels ------------------------------------------------------------------------------------------------


@pytest.fixture
def few_pixels(monkeypatch):
    """As if no more than 4,000 pixels were decoded: the rule is the same, and takes no gigabyte to test."""
    monkeypatch.setattr(decoding, "MOST_PIXELS", 4000)


@pytest.mark.parametrize(("width", "height", "scale"), [(90, 60, 2), (200, 160, 4), (400, 320, 8)])
@pytest.mark.parametrize("is_grey", [True, False])
def test_a_large_jpeg_is_decoded_at_a_part_of_its_size(few_pixels, width, height, scale, is_grey):
    picture = Pillow.fromarray(PIXELS).resize((width, height)).convert("L" if is_grey else "RGB")
    image = read_image(encoded(picture, "JPEG", quality=95))
    assert (image.width, image.height) == (-(-width // scale), -(-height // scale))
    assert f"decoded at 1/{scale} of its size, {image.width} × {image.height} of {width} × {height}" in image.notes[0]
    expected = np.asarray(picture.convert("RGB").resize((image.width, image.height), Pillow.Resampling.BOX))
    assert close(image, expected)


def test_a_jpeg_of_just_the_pixels_is_decoded_exactly(monkeypatch):
    content = encoded(Pillow.fromarray(PIXELS), "JPEG")
    monkeypatch.setattr(decoding, "MOST_PIXELS", PIXELS.shape[0] * PIXELS.shape[1])
    image = read_image(content)
    np.testing.assert_array_equal(image.pixels, np.asarray(Pillow.open(io.BytesIO(content))))
    assert image.notes == ()


def test_a_large_jpeg_is_turned_upright(few_pixels):
    exif = Pillow.Exif()
    exif[0x0112] = 6
    image = read_image(encoded(Pillow.fromarray(PIXELS), "JPEG", exif=exif))
    assert (image.width, image.height) == (30, 45)


def test_a_progressive_jpeg_is_held_to_the_same_memory(few_pixels):
    """libjpeg keeps 6 bytes a pixel of one: at most as much as of one that is not scaled down."""
    little = Pillow.fromarray(PIXELS).resize((80, 60))
    assert read_image(encoded(little, "JPEG", progressive=True)).width == 40
    with pytest.raises(ImageError, match=r"^big: is a progressive JPEG of 120 × 90 pixels .*baseline"):
        read_image(encoded(little.resize((120, 90)), "JPEG", progressive=True), name="big")


def test_a_jpeg_of_108_megapixels():
    image = read_image(encoded(Pillow.new("RGB", (12_000, 9_000), (40, 90, 160)), "JPEG", quality=50))
    assert (image.width, image.height) == (6_000, 4_500)
    assert image.width * image.height <= MOST_PIXELS
    assert np.abs(image.pixels[::500, ::500].astype(int) - (40, 90, 160)).max() <= 3


def test_a_large_jpeg_that_is_cut_off_is_refused(few_pixels):
    content = encoded(Pillow.fromarray(PIXELS), "JPEG")
    with pytest.raises(ImageError, match="^cut: is damaged or cut off"):
        read_image(content[: len(content) // 2], name="cut")


@pytest.mark.parametrize("inner", [(9500, 9500), (30_000, 30_000)])
def test_a_bomb_inside_an_icon_is_refused_by_its_header(inner):
    content = bytearray(encoded(Pillow.new("RGB", (32, 32)), "ICO"))
    at = content.index(b"IHDR") + 4
    content[at : at + 8] = b"".join(side.to_bytes(4, "big") for side in inner)
    with pytest.raises(ImageError, match=r"^icon: .*megapixels"):
        read_image(bytes(content), name="icon")
