"""Transparency and range at the depth that the file has: 1, 2, 4, 8 and 16 bits a channel."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image as Pillow

from squeezeviz.image import read_image

GREY, RGB, GREY_ALPHA, RGBA = 0, 2, 4, 6
RAMP = np.tile(np.linspace(0, 65535, 256).astype(np.uint16), (8, 1))


def png(rows, depth, colour, transparent=None):
    """Rows of bytes → a PNG, with a transparent colour where one is given."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    channels = {GREY: 1, RGB: 3, GREY_ALPHA: 2, RGBA: 4}[colour]
    width = len(rows[0]) * 8 // (depth * channels)
    header = struct.pack(">IIBBBBB", width, len(rows), depth, colour, 0, 0, 0)
    transparency = chunk(b"tRNS", struct.pack(f">{len(transparent)}H", *transparent)) if transparent else b""
    data = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + transparency + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def packed(values, depth):
    """Grey values of less than eight bits, packed."""
    return int("".join(format(value, f"0{depth}b") for value in values), 2).to_bytes(len(values) * depth // 8, "big")


def encoded(picture, file_format="PNG", **options):
    buffer = io.BytesIO()
    picture.save(buffer, file_format, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("transparent", [65535, 257 * 40, 0])
def test_sixteen_bit_grey_with_a_transparent_colour_is_the_same_ramp(transparent):
    plain = read_image(png([row.astype(">u2").tobytes() for row in RAMP], 16, GREY))
    image = read_image(png([row.astype(">u2").tobytes() for row in RAMP], 16, GREY, [transparent]))
    expected = np.where((transparent == RAMP)[:, :, None], 255, plain.pixels)
    np.testing.assert_array_equal(image.pixels, expected)
    assert (expected != plain.pixels).any() == (transparent != 65535)
    assert image.notes == ("16-bit grey brought to 8-bit RGB", "transparency laid on white")


def test_a_transparent_grey_hides_no_other_of_the_same_eight_bits():
    values = np.array([0, 1, 2, 65534, 65535], ">u2")
    image = read_image(png([values.tobytes()], 16, GREY, [1]))
    assert image.pixels[0, :, 0].tolist() == [0, 255, 0, 255, 255]


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_few_bits_of_grey_with_a_transparent_colour(depth):
    count = 8
    values = [at % 2**depth for at in range(count)]
    content = png([packed(values, depth)], depth, GREY, [1])
    expected = [255 if value == 1 else value * 255 // (2**depth - 1) for value in values]
    image = read_image(content)
    assert image.pixels[0, :, 0].tolist() == expected
    assert "transparency laid on white" in image.notes


def test_sixteen_bit_colour_with_a_transparent_one():
    values = np.array([[[0x1234, 0x5678, 0x9ABC], [0x2234, 0x5678, 0x9ABC]]], ">u2")
    image = read_image(png([values.tobytes()], 16, RGB, [0x1234, 0x5678, 0x9ABC]))
    assert image.pixels.tolist() == [[[255, 255, 255], [0x22, 0x56, 0x9A]]]


@pytest.mark.parametrize(("colour", "channels"), [(RGB, 3), (RGBA, 4), (GREY_ALPHA, 2)])
def test_sixteen_bit_channels_are_noted(colour, channels):
    values = np.zeros((2, 2, channels), ">u2")
    values[0] = 65535
    values[:, :, -1] = 65535
    image = read_image(png([row.tobytes() for row in values], 16, colour))
    assert image.notes[0] == "16-bit channels brought to 8-bit RGB"
    assert image.pixels[0, 0].tolist() == [255, 255, 255]


def test_sixteen_bits_a_pixel_are_not_sixteen_a_channel():
    # A BMP of 5 bits a channel, which Pillow calls BGR;15 or BGR;16.
    header = struct.pack("<IiiHHIIiiII", 40, 2, 1, 1, 16, 0, 4, 0, 0, 0, 0)
    content = b"BM" + struct.pack("<IHHI", 58, 0, 0, 54) + header + struct.pack("<HH", 0x7FFF, 0)
    assert read_image(content).notes == ()


def test_the_same_sixteen_bits_in_each_format_are_the_same_grey():
    expected = np.rint(RAMP / 257).astype(np.uint8)
    picture = Pillow.fromarray(RAMP)
    contents = [encoded(picture), encoded(picture, "TIFF"), b"P5 256 8 65535\n" + RAMP.astype(">u2").tobytes()]
    for content in contents:
        image = read_image(content)
        np.testing.assert_array_equal(image.pixels[:, :, 0], expected)
        assert image.notes == ("16-bit grey brought to 8-bit RGB",)
    np.testing.assert_array_equal(read_image(picture).pixels[:, :, 0], expected)


@pytest.mark.parametrize("bits", [10, 12, 14])
def test_little_used_range_is_noted_with_how_to_stretch_it(bits, tmp_path):
    deep = RAMP >> (16 - bits)
    path = tmp_path / "cells.tif"
    Pillow.fromarray(deep).save(path)
    image = read_image(path)
    np.testing.assert_array_equal(image.pixels[:, :, 0], np.rint(deep / 257))
    (note,) = [note for note in image.notes if "little" in note]
    high = 2**bits - 1
    assert f"0 to {high} of 0 to 65535" in note
    # What it says to do, done.
    asked = note.split("to stretch it: ")[1]
    assignment, expression = asked.split("(path)), ")
    a = np.asarray(Pillow.open(path))
    assert assignment == "a = numpy.asarray(PIL.Image.open"
    stretched = eval(expression, {"squeezeviz": __import__("squeezeviz"), "a": a})
    assert (stretched.pixels.min(), stretched.pixels.max()) == (0, 255)
    np.testing.assert_allclose(stretched.pixels[:, :, 0], deep.astype(float) * 255 / high, atol=0.51)


def test_little_used_range_of_colour_is_noted():
    values = np.zeros((4, 4, 3), ">u2")
    values[0] = 4095
    notes = read_image(png([row.tobytes() for row in values], 16, RGB)).notes
    assert "little of its 16 bits is used (0 to 15 of 0 to 255)" in notes[1]


@pytest.mark.parametrize("deep", [RAMP, RAMP // 2, np.full((4, 4), 7, np.uint16)])
def test_a_range_well_used_is_no_news(deep):
    assert read_image(encoded(Pillow.fromarray(deep))).notes == ("16-bit grey brought to 8-bit RGB",)


def test_stretching_in_strips_is_stretching_whole():
    values = np.random.default_rng(0).normal(size=(1200, 1100)).astype(np.float32)
    expected = np.rint((values.astype(np.float64) - values.min()) / (np.float64(values.max()) - values.min()) * 255)
    np.testing.assert_array_equal(read_image(encoded(Pillow.fromarray(values), "TIFF")).pixels[:, :, 2], expected)


def test_one_channel_is_grey():
    array = np.arange(20, dtype=np.uint8).reshape(4, 5, 1)
    image = read_image(array)
    np.testing.assert_array_equal(image.pixels, np.repeat(array, 3, axis=2))
    assert image.notes == read_image(array[:, :, 0]).notes
