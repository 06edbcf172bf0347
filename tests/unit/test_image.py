"""Every kind of picture a person may hand over, and every way in which a file can be bad."""

import io
import random
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from squeezeviz.errors import ImageError
from squeezeviz.image import MOST_PIXELS, read_image
from tests import icc

RNG = np.random.default_rng(0)
PIXELS = RNG.integers(0, 256, (20, 30, 3), dtype=np.uint8)


def encoded(picture, file_format="PNG", **options):
    buffer = io.BytesIO()
    picture.save(buffer, file_format, **options)
    return buffer.getvalue()


def png_header(width, height):
    """A PNG that promises a size and holds nothing."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", b"")
    )


# What is read --------------------------------------------------------------------------------------------------------


def test_path_bytes_file_pillow_and_array_give_the_same_pixels(tmp_path):
    picture = Pillow.fromarray(PIXELS)
    path = tmp_path / "photo.png"
    picture.save(path)
    with path.open("rb") as file:
        from_file = read_image(file)
    for image in (
        read_image(path),
        read_image(str(path)),
        read_image(path.read_bytes()),
        from_file,
        read_image(picture),
        read_image(PIXELS),
    ):
        np.testing.assert_array_equal(image.pixels, PIXELS)
        assert image.notes == ()
        assert (image.width, image.height) == (30, 20)
    assert read_image(path).name == from_file.name == "photo.png"
    assert read_image(path).format == "PNG"
    assert read_image(PIXELS, name="mine").name == "mine"


def test_an_image_is_returned_as_it_is():
    image = read_image(PIXELS)
    assert read_image(image) is image


def test_pixels_are_read_only():
    with pytest.raises(ValueError, match="read-only"):
        read_image(PIXELS).pixels[0, 0, 0] = 1


def test_a_wrong_extension_does_not_matter(tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(encoded(Pillow.fromarray(PIXELS), "PNG"))
    assert read_image(path).format == "PNG"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(orientation):
    # A red mark in the upright picture's top left corner; the camera stored it turned.
    upright = np.zeros((16, 32, 3), np.uint8)
    upright[:4, :4] = 255
    undo = {2: lambda a: a[:, ::-1], 3: lambda a: a[::-1, ::-1], 4: lambda a: a[::-1], 5: lambda a: a.transpose(1, 0, 2),
            6: lambda a: np.rot90(a, 1), 7: lambda a: a[::-1, ::-1].transpose(1, 0, 2), 8: lambda a: np.rot90(a, -1)}  # fmt: skip
    stored = Pillow.fromarray(np.ascontiguousarray(undo.get(orientation, lambda a: a)(upright)))
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    image = read_image(encoded(stored, "PNG", exif=exif))
    np.testing.assert_array_equal(image.pixels, upright)
    assert bool(image.notes) == (orientation != 1)
    assert orientation == 1 or f"EXIF orientation {orientation}" in image.notes[0]


def test_transparency_is_laid_on_white():
    rgba = np.dstack([PIXELS, np.full((20, 30), 255, np.uint8)])
    rgba[:5, :, 3] = 0
    rgba[5:10, :, 3] = 128
    image = read_image(encoded(Pillow.fromarray(rgba)))
    assert (image.pixels[:5] == 255).all()
    np.testing.assert_array_equal(image.pixels[10:], PIXELS[10:])
    blended = PIXELS[5:10] * (128 / 255) + 255 * (127 / 255)
    np.testing.assert_allclose(image.pixels[5:10], blended, atol=1)
    assert "transparency laid on white" in image.notes


def test_palette_with_a_transparent_colour():
    picture = Pillow.fromarray(PIXELS).quantize(8)
    image = read_image(encoded(picture, "GIF", transparency=picture.getpixel((0, 0))))
    assert tuple(image.pixels[0, 0]) == (255, 255, 255)


@pytest.mark.parametrize(
    ("mode", "word"), [("L", "grey"), ("1", "black and white"), ("CMYK", "CMYK"), ("P", "palette")]
)
def test_other_modes_become_rgb_and_say_so(mode, word):
    picture = Pillow.fromarray(PIXELS).convert(mode)
    image = read_image(encoded(picture, "TIFF"))
    np.testing.assert_array_equal(image.pixels, np.asarray(picture.convert("RGB")))
    assert word in image.notes[0]


def test_grey_with_alpha():
    picture = Pillow.merge("LA", [Pillow.new("L", (4, 4), 10), Pillow.new("L", (4, 4), 0)])
    assert (read_image(encoded(picture)).pixels == 255).all()


def test_sixteen_bits_keep_the_top_eight():
    deep = np.array([[0, 257, 32768, 65535]], np.uint16)
    image = read_image(encoded(Pillow.fromarray(deep)))
    np.testing.assert_array_equal(image.pixels[0, :, 0], [0, 1, 128, 255])
    assert "16-bit" in image.notes[0]


def test_floating_point_pictures_are_stretched_and_say_so():
    image = read_image(encoded(Pillow.fromarray(np.array([[-1.0, 0.0, 1.0]], np.float32)), "TIFF"))
    np.testing.assert_array_equal(image.pixels[0, :, 0], [0, 128, 255])
    assert "stretched" in image.notes[0]


def test_an_animation_gives_its_first_frame():
    frames = [Pillow.new("RGB", (8, 8), colour) for colour in ("red", "lime", "blue")]
    image = read_image(encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True))
    assert tuple(image.pixels[0, 0]) == (255, 0, 0)
    assert "first of 3 frames" in image.notes


@pytest.mark.parametrize("size", [(1, 1), (20000, 1), (1, 20000)])
def test_extreme_shapes_are_pictures_too(size):
    image = read_image(encoded(Pillow.new("RGB", size, "teal")))
    assert (image.width, image.height) == size


@pytest.mark.parametrize("channels", [(), (1,), (3,), (4,)])
def test_arrays_of_each_kind(channels):
    image = read_image(np.full((5, 6, *channels), 255, np.uint8))
    assert image.pixels.shape == (5, 6, 3)
    assert (image.pixels == 255).all()


# What is refused -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "an empty file"),
        (b"hello, I am a letter", "found text"),
        (b"<!doctype html><html></html>", "a web page"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"PK\x03\x04aaaa", "ZIP"),
        (bytes(range(128, 256)), "128 bytes of an unknown kind"),
    ],
)
def test_what_is_no_picture_is_named(tmp_path, content, words):
    path = tmp_path / "cat.jpg"
    path.write_bytes(content)
    with pytest.raises(ImageError, match=r"cat\.jpg: expected a picture") as caught:
        read_image(path)
    assert words in str(caught.value)


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP", "TIFF", "BMP"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_cut_off_file_is_refused(file_format, share):
    content = encoded(Pillow.fromarray(RNG.integers(0, 256, (64, 64, 3), dtype=np.uint8)), file_format)
    with pytest.raises(ImageError, match="holiday"):
        read_image(content[: int(len(content) * share)], name="holiday")


def test_a_decompression_bomb_is_refused_by_its_header():
    with pytest.raises(ImageError, match=r"bomb: .*megapixels"):
        read_image(png_header(20000, 10000), name="bomb")
    with pytest.raises(ImageError, match=r"bomb: .*megapixels"):
        read_image(png_header(9500, 9500), name="bomb")


def test_the_stated_limit_is_pillows():
    assert MOST_PIXELS == Pillow.MAX_IMAGE_PIXELS


def test_a_missing_file_suggests_a_sample():
    with pytest.raises(ImageError, match=r"cofee: no such file.*Did you mean 'coffee'"):
        read_image("cofee")


def test_folders_addresses_and_impossible_paths(tmp_path):
    with pytest.raises(ImageError, match="is a folder"):
        read_image(tmp_path)
    with pytest.raises(ImageError, match="not fetched"):
        read_image("https://example.org/cat.jpg")
    with pytest.raises(ImageError, match=r"^'a\\x00b': not a usable path .*null"):
        read_image("a\0b")
    with pytest.raises(ImageError):
        read_image("x" * 5000)


def test_text_files_and_other_objects():
    with pytest.raises(ImageError, match="text mode"):
        read_image(io.StringIO("text"))
    with pytest.raises(ImageError, match="got int"):
        read_image(7)


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.full((4, 4, 3), np.nan), "NaN"),
        (np.full((4, 4, 3), np.inf, np.float32), "infinite"),
        (np.zeros((4, 4, 3), np.float32), "round"),
        (np.zeros((4, 4, 3), np.int64), "int64"),
        (np.zeros((3, 40, 40), np.uint8), "transpose(1, 2, 0)"),
        (np.zeros((2, 4, 4, 3), np.uint8), "a list of them"),
        (np.zeros((0, 4, 3), np.uint8), "(0, 4, 3)"),
        (np.zeros(4, np.uint8), "(4,)"),
        (np.zeros((4, 4, 5), np.uint8), "(4, 4, 5)"),
    ],
)
def test_arrays_of_other_kinds_are_refused_with_the_axes_expected(array, words):
    with pytest.raises(ImageError, match=r"\(H, W, 3\)") as caught:
        read_image(array)
    assert words in str(caught.value)


# Fuzzing -------------------------------------------------------------------------------------------------------------

GREY16 = np.linspace(0, 65535, 600).astype(np.uint16).reshape(20, 30)
P3 = icc.profile("Display P3")


def exif(orientation):
    tags = Pillow.Exif()
    tags[0x0112] = orientation
    return tags


SEEDS = [
    encoded(Pillow.fromarray(PIXELS), "PNG"),
    encoded(Pillow.fromarray(PIXELS), "PNG", icc_profile=P3, exif=exif(6)),
    encoded(Pillow.fromarray(GREY16), "PNG", transparency=257),
    encoded(Pillow.fromarray(PIXELS), "JPEG"),
    encoded(Pillow.fromarray(PIXELS), "JPEG", icc_profile=P3, exif=exif(3), progressive=True),
    encoded(Pillow.fromarray(PIXELS).convert("CMYK"), "JPEG"),
    encoded(Pillow.fromarray(PIXELS), "MPO", save_all=True, append_images=[Pillow.fromarray(PIXELS)]),
    encoded(Pillow.fromarray(PIXELS), "WEBP"),
    encoded(Pillow.fromarray(PIXELS), "AVIF"),
    encoded(Pillow.fromarray(PIXELS).quantize(16), "GIF"),
    encoded(Pillow.fromarray(PIXELS), "TIFF", compression="tiff_lzw"),
    encoded(Pillow.fromarray(PIXELS), "TIFF", compression="jpeg"),
    encoded(Pillow.fromarray(GREY16), "TIFF", icc_profile=P3),
    encoded(Pillow.fromarray(PIXELS), "BMP"),
    encoded(Pillow.fromarray(PIXELS), "JPEG2000"),
    encoded(Pillow.fromarray(PIXELS), "ICO"),
    encoded(Pillow.fromarray(PIXELS), "PPM"),
    encoded(Pillow.fromarray(PIXELS), "TGA"),
    encoded(Pillow.fromarray(PIXELS), "PCX"),
    encoded(Pillow.fromarray(PIXELS), "SGI"),
    encoded(Pillow.fromarray(PIXELS), "DDS"),
]


def holds(content):
    try:
        image = read_image(content, name="fuzzed")
    except ImageError as exc:
        assert "fuzzed" in str(exc)
        assert str(exc).isprintable()
    else:
        for each in (image, image.as_stored.in_srgb):
            assert each.pixels.dtype == np.uint8
            assert each.pixels.shape == (each.height, each.width, 3)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=6),
    st.integers(0, 40),
)
def test_damaged_files(seed, changes, cut):
    content = bytearray(seed)
    for position, value in changes:
        content[position % len(content)] = value
    holds(bytes(content[: len(content) - cut]))


@pytest.fixture(scope="module")
def heic():
    heif = pytest.importorskip("pillow_heif", reason="pillow-heif is not installed: pip install pillow-heif")
    buffer = io.BytesIO()
    heif.from_pillow(Pillow.fromarray(PIXELS)).save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("seed", range(150))
def test_damaged_heic(heic, seed):
    rng = random.Random(seed)
    content = bytearray(heic)
    for _ in range(rng.randint(0, 6)):
        content[rng.randrange(len(content))] = rng.randrange(256)
    holds(bytes(content[: rng.randrange(len(content))] if rng.random() < 0.3 else content))


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: repr(seed[:12]))
def test_every_cut_of_a_file(seed):
    for length in range(0, len(seed), max(1, len(seed) // 40)):
        holds(seed[:length])


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(
        [
            b"",
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8\xff\xe0",
            b"GIF89a",
            b"II*\x00",
            b"BM",
            b"RIFF\0\0\0\0WEBP",
            b"\0\0\0\x18ftypavif\0\0\0\0",
            b"\0\0\0\x18ftypheic\0\0\0\0",
            b"8BPS\0\x01",
            b"\0\0\x01\0",
            b"P6 ",
            b"\0\0\0\x0cjP  \r\n\x87\n",
            b"qoif",
            b"MM\0*",
            b"II+\0",
            b"{",
            b"<",
        ]
    ),
    st.binary(max_size=300),
)
def test_random_bytes(head, tail):
    holds(head + tail)
