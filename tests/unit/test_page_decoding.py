"""The page decodes PNGs as Python does, to the last bit, and says of damaged and other files what Python says."""

import json
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from squeezeviz.errors import ImageError
from squeezeviz.image import MOST_PIXELS, read_image
from tests import icc
from tests.by_node import bundled, said_by_node
from tests.pngs import DEPTHS, GREY, PALETTE, RGB, RGBA, SAMPLES, chunk, exif, png, profile_chunk

ENTRY = Path(__file__).parents[1] / "page_decoding.ts"
RNG = np.random.default_rng(18)


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    return bundled(ENTRY, folder), folder


def decoded(node, contents):
    """What the page says of each file: an error, or a picture with its pixels."""
    program, folder = node
    (folder / "sizes.json").write_text(json.dumps([len(content) for content in contents]))
    (folder / "files").write_bytes(b"".join(contents))
    said, made, at = said_by_node(program, folder), (folder / "made").read_bytes(), 0
    for each in said:
        if not isinstance(each, str):
            shape = (each["height"], each["width"], 3)
            each["pixels"] = np.frombuffer(made, np.uint8, int(np.prod(shape)), at).reshape(shape)
            at += each["pixels"].size
    return said


def drawn(colour, depth, *, is_interlaced=False, has_transparency=False, after=b"", before=b""):
    width, height = (int(side) for side in RNG.integers(1, 24, 2))
    most = 2**depth
    count = most
    if colour == PALETTE:
        held = int(RNG.integers(1, most + 1))  # fewer than are named: the others are black
        before += chunk(b"PLTE", RNG.integers(0, 256, (held, 3), dtype=np.uint8).tobytes())
    if depth == 16 and RNG.random() < 0.3:  # of little contrast
        count = int(RNG.integers(2, 20000))
    values = RNG.integers(0, count, (height, width, SAMPLES[colour]))
    if has_transparency and colour == PALETTE:
        before += chunk(b"tRNS", RNG.integers(0, 256, int(RNG.integers(1, most + 1)), dtype=np.uint8).tobytes())
    elif has_transparency:
        one = values[height // 2, width // 2]
        before += chunk(b"tRNS", struct.pack(f">{len(one)}H", *map(int, one)))
    return png(values, depth, colour, rng=RNG, is_interlaced=is_interlaced, before=before, after=after)


def same(said, content):
    """Check a picture of the page's against Python's; the advice on stretching is for people who have Python."""
    expected = read_image(content)
    assert not isinstance(said, str), said
    np.testing.assert_array_equal(said["pixels"], expected.pixels)
    notes = [note.partition("; to stretch it")[0] for note in expected.notes]
    assert [note.partition("; to stretch it")[0] for note in said["notes"]] == notes
    assert (said["orientation"], said["format"], said["isExact"]) == (expected.orientation, "PNG", True)
    assert (said["profile"] is None) == (expected.icc_profile is None)


def test_every_depth_colour_filter_pass_and_transparent_colour(node):
    kinds = [(colour, depth) for colour, depths in DEPTHS.items() for depth in depths]
    contents = [
        drawn(colour, depth, is_interlaced=is_interlaced, has_transparency=has_transparency)
        for colour, depth in kinds
        for is_interlaced in (False, True)
        for has_transparency in ((False, True) if colour in (GREY, RGB, PALETTE) else (False,))
        for _ in range(4)
    ]
    for said, content in zip(decoded(node, contents), contents, strict=True):
        same(said, content)


def test_whatever_says_which_way_is_up(node):
    xmp = b"XML:com.adobe.xmp\0%s\0\0\0%s"
    text = b'<x tiff:Orientation="%d"/>'
    contents = [
        *(drawn(RGB, 8, before=chunk(b"eXIf", exif(way, order))) for way in range(10) for order in "<>"),
        drawn(GREY, 16, after=chunk(b"eXIf", exif(6))),
        drawn(RGBA, 8, before=chunk(b"iTXt", xmp % (b"\0\0", text % 5))),
        drawn(RGB, 8, before=chunk(b"iTXt", xmp % (b"\1\0", zlib.compress(text % 8)))),
        drawn(RGB, 8, before=chunk(b"iTXt", xmp % (b"\0\0", text % 5)) + chunk(b"eXIf", exif(2))),
        drawn(RGB, 8, before=chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(raw_profile(exif(7))))),
        drawn(RGB, 8, before=chunk(b"eXIf", exif(6)[:14])),
    ]
    for said, content in zip(decoded(node, contents), contents, strict=True):
        same(said, content)


def raw_profile(content):
    return b"\nexif\n%8d\n%s\n" % (len(content), content.hex().encode())


def test_profiles_are_named_and_the_pixels_stay(node):
    profiles = [
        icc.profile("Display P3"),
        icc.profile("mine", primaries=icc.SRGB),
        icc.profile("grey", space=b"GRAY"),
        icc.profile("paper", space=b"CMYK"),
        icc.profile("damaged")[:200],
    ]
    contents = [drawn(colour, 8, before=profile_chunk(profile)) for profile in profiles for colour in (RGB, GREY)]
    for said, content in zip(decoded(node, contents), contents, strict=True):
        same(said, content)


def test_the_first_frame_of_an_animation(node):
    frame = chunk(b"fcTL", struct.pack(">IIIIIHHBB", 0, 3, 2, 0, 0, 1, 10, 0, 0))
    for before in (chunk(b"acTL", struct.pack(">II", 3, 0)) + frame, chunk(b"acTL", struct.pack(">II", 3, 0))):
        content = png(RNG.integers(0, 256, (2, 3, 3)), 8, RGB, rng=RNG, before=before)
        (said,) = decoded(node, [content])
        same(said, content)


def test_damaged_files_are_refused_as_python_refuses_them(node):
    whole = drawn(RGB, 8, after=chunk(b"tEXt", b"a\0b"))
    start = whole.index(b"IDAT")
    other_size = bytearray(whole)
    other_size[19] ^= 1
    bomb = bytearray(whole)
    bomb[16:24] = struct.pack(">II", 10_000, 9_000)
    bomb[29:33] = struct.pack(">I", zlib.crc32(bytes(bomb[12:29])))
    assert MOST_PIXELS < 10_000 * 9_000
    wide = png(RNG.integers(0, 4, (2, 3, 1)), 2, PALETTE, rng=RNG, before=chunk(b"PLTE", bytes(771)))
    contents = [wide, whole[:20], whole[: start + 6], bytes(other_size), bytes(bomb), b"", b"\0" * 9, b"%PDF-1.7", b"text",
                b"<html>", b"<svg>", b"PK\3\4..", b"\1\2\3\4\5"]  # fmt: skip
    for said, content in zip(decoded(node, contents), contents, strict=True):
        with pytest.raises(ImageError) as refused:
            read_image(content, name="a.png")
        ours, theirs = said, str(refused.value)
        assert isinstance(ours, str), theirs
        # The formats read, and what the decoder says in brackets, are each one's own.
        assert without_brackets(ours) == without_brackets(theirs)


def test_a_palette_that_is_missing_is_no_black_picture(node):
    bare = png(RNG.integers(0, 4, (2, 3, 1)), 2, PALETTE, rng=RNG)
    with pytest.raises(ImageError, match="is damaged or cut off"):
        read_image(bare)
    (said,) = decoded(node, [bare])
    assert "is damaged or cut off: expected a PNG, found" in said
    assert "(a palette of 0 bytes)" in said


def without_brackets(text):
    while "(" in text:
        head, _, rest = text.partition("(")
        text = head.rstrip() + rest.partition(")")[2]
    return text
