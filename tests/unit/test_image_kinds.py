"""What comes under a picture's name and is none: called what it is, with what to do."""

import io
import struct
import subprocess

import numpy as np
import pytest
from PIL import Image as Pillow

from squeezeviz.errors import ImageError
from squeezeviz.image import decoding, read_image
from squeezeviz.image.kinds import ENDINGS

MP4 = b"\x00\x00\x00\x18ftypmp42\0\0\0\0mp42isom"
BMP_LIKE_TEXT = b"BMW makes cars, and this is a text about them, long enough."

# content, what it is called, what to do
OTHERS = {
    "eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "an EPS or PostScript drawing", "export it as PNG"),
    "eps for DOS": (b"\xc5\xd0\xd3\xc6" + bytes(26) + b"%!PS", "an EPS or PostScript drawing", "export it as PNG"),
    "grib": (b"GRIB\0\0\0\x01" + bytes(60), "GRIB", "array"),
    "bufr": (b"BUFR" + bytes(60), "BUFR", "array"),
    "fits": (b"SIMPLE  =                    T".ljust(2880), "FITS", "astropy"),
    "hdf5": (b"\x89HDF\r\n\x1a\n" + bytes(60), "HDF5", "h5py"),
    "mpeg": (b"\x00\x00\x01\xba" + bytes(60), "a video", "one frame"),
    "mp4": (MP4, "a video", "one frame"),
    "avi": (b"RIFF\x10\0\0\0AVI LIST", "a video", "one frame"),
    "webm": (b"\x1aE\xdf\xa3" + bytes(60), "a video", "one frame"),
    "wav": (b"RIFF\x10\0\0\0WAVEfmt ", "a sound recording", "give a picture"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF document", "export a page"),
    "svg": (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG drawing", "export it as PNG"),
    "svg with a comment": (b"<!-- by hand --><svg/>", "an SVG drawing", "export it as PNG"),
    "wmf": (b"\xd7\xcd\xc6\x9a" + bytes(60), "a Windows metafile", "export it as PNG"),
    "emf": (b"\x01\0\0\0" + bytes(36) + b" EMF" + bytes(40), "a Windows metafile", "export it as PNG"),
    "zip": (b"PK\x03\x04aaaa", "a ZIP archive", "unpack it"),
    "tar": (b"photo.jpg".ljust(257, b"\0") + b"ustar", "a tar archive", "unpack it"),
    "html": (b"\n<!DOCTYPE html><html><title>Log in</title></html>", "a web page", "in a browser"),
    "json": (b'{"error": "not found"}', "JSON text", "not what a server says"),
    "lfs": (b"version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 12\n", "Git LFS pointer", "git lfs pull"),
    "cr2": (b"II*\0\x10\0\0\0CR\x02\0" + bytes(60), "a camera's RAW file", "JPEG or TIFF"),
    "cr3": (b"\x00\x00\x00\x18ftypcrx \0\0\0\0crx isom", "a camera's RAW file", "JPEG or TIFF"),
    "raf": (b"FUJIFILMCCD-RAW 0201" + bytes(60), "a camera's RAW file", "JPEG or TIFF"),
    "orf": (b"IIRO\x08\0\0\0" + bytes(60), "a camera's RAW file", "JPEG or TIFF"),
    "xcf": (b"gimp xcf v011\0" + bytes(60), "a GIMP document", "export it as PNG"),
    "jxl": (b"\xff\x0a" + bytes(60), "a JPEG XL", "export it as PNG"),
    "exr": (b"\x76\x2f\x31\x01" + bytes(60), "a high dynamic range picture", "tone-map"),
    "dicom": (bytes(128) + b"DICM" + bytes(60), "a DICOM file", "pydicom"),
    "icns": (b"icns\0\0\x01\0", "an icon file", "export it as PNG"),
    "npy": (b"\x93NUMPY\x01\0", "a NumPy array", "numpy.load"),
    "apple double": (b"\x00\x05\x16\x07\0\x02\0\0" + bytes(60), "._", "without ._"),
    "thumbs": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(60), "Thumbs.db", "the picture itself"),
    "ds store": (b"\x00\x00\x00\x01Bud1" + bytes(60), ".DS_Store", "the picture itself"),
    "empty": (b"", "an empty file", "again"),
    "zeros": (bytes(5000), "nothing but zero bytes", "again"),
    "text": ("Grüße aus den Ferien".encode() * 200, "text", "give a picture"),
    "text in UTF-16": ("hello".encode("utf-16"), "text", "give a picture"),
    "text like a BMP": (BMP_LIKE_TEXT, "text", "give a picture"),
    "unknown": (bytes(range(128, 256)), "128 bytes of an unknown kind", "Export it as PNG"),
}  # fmt: skip


@pytest.mark.parametrize("which", OTHERS)
def test_what_is_no_picture_is_called_that(which, tmp_path):
    content, called, advice = OTHERS[which]
    path = tmp_path / "cat.jpg"
    path.write_bytes(content)
    with pytest.raises(ImageError, match=r"^cat\.jpg: expected a picture \(JPEG, PNG, ") as caught:
        read_image(path)
    said = str(caught.value)
    assert called in said
    assert advice in said
    assert "damaged" not in said
    assert " × " not in said
    assert "\n" not in said


def test_no_other_program_is_started_for_a_drawing(monkeypatch):
    def started(*_, **__):
        raise AssertionError("a program was started")

    monkeypatch.setattr(subprocess, "Popen", started)
    for content in (OTHERS["eps"][0], b"\n" + OTHERS["eps"][0]):
        with pytest.raises(ImageError, match="expected a picture"):
            read_image(content)


DAMAGED = {
    "a PNG": b"\x89PNG\r\n\x1a\n",
    "a JPEG": b"\xff\xd8\xff\xe0",
    "a GIF": b"GIF89a",
    "a WebP": b"RIFF\x10\0\0\0WEBPVP8 ",
    "an AVIF": b"\x00\x00\x00\x18ftypavif\0\0\0\0avifmif1",
    "a BMP": b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0",
    "a JPEG 2000": b"\x00\x00\x00\x0cjP  \r\n\x87\n",
    "a Photoshop document": b"8BPS\0\x01",
}


@pytest.mark.parametrize("called", DAMAGED)
def test_the_beginning_of_a_picture_is_a_damaged_picture(called):
    with pytest.raises(ImageError, match=rf"^cat: is damaged or cut off: expected {called}, .*again") as caught:
        read_image(DAMAGED[called], name="cat")
    assert "\n" not in str(caught.value)


def tiff(tags, pixels=bytes(16)):
    """A TIFF of 4 × 4 grey pixels, with some tags changed or added."""
    entries = {256: 4, 257: 4, 258: 8, 259: 1, 262: 1, 273: 0, 277: 1, 278: 4, 279: 16} | tags
    entries[273] = 8 + 2 + 12 * len(entries) + 4
    table = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in sorted(entries.items()))
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + table + bytes(4) + pixels


def test_a_plain_tiff_made_by_hand_is_read():
    assert read_image(tiff({})).pixels.shape == (4, 4, 3)
    assert read_image(tiff({254: 0, 330: 8})).pixels.shape == (4, 4, 3)  # pyramids have smaller versions beside


@pytest.mark.parametrize(
    "tags",
    [{50706: 0x01040000}, {254: 1, 330: 8}, {262: 32803}, {262: 34892}],
    ids=["DNG", "NEF: a preview first", "a colour filter array", "linear RAW"],
)
def test_the_preview_of_a_raw_file_is_not_taken_for_the_photo(tags):
    with pytest.raises(ImageError, match=r"^photo: expected a picture .* found a camera's RAW file; develop it"):
        read_image(tiff(tags), name="photo")


def test_a_tiff_of_a_kind_that_is_not_read_says_so():
    with pytest.raises(ImageError, match=r"^scan: is a TIFF of a kind that is not read .*8 or 16 bits"):
        read_image(tiff({258: 64, 339: 3}, bytes(128)), name="scan")


def test_a_pillow_that_lacks_a_format_says_so(monkeypatch):
    buffer = io.BytesIO()
    Pillow.new("RGB", (8, 8)).save(buffer, "AVIF")
    from PIL import AvifImagePlugin

    monkeypatch.setattr(AvifImagePlugin, "SUPPORTED", False)
    with pytest.raises(ImageError, match=r"^a\.avif: cannot be read by the Pillow installed here .*pip install"):
        read_image(buffer.getvalue(), name="a.avif")


def test_a_damaged_picture_given_as_pillows_is_refused_in_words(tmp_path):
    path = tmp_path / "cut.png"
    Pillow.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)).save(path)
    path.write_bytes(path.read_bytes()[:4000])
    with Pillow.open(path) as opened, pytest.raises(ImageError, match=r"^cut\.png: is damaged or cut off"):
        read_image(opened)


def test_the_endings_are_those_of_the_formats_that_are_read():
    """As Pillow knows them, and HEIC's."""
    known = {ending for ending, name in Pillow.registered_extensions().items() if name in decoding._FORMATS}
    assert known - ENDINGS == set()
    assert ENDINGS - known - {".mpo", ".dib"} == {".heic", ".heics", ".heif", ".heifs", ".hif"}
