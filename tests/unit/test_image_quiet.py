"""Decoding says nothing of its own accord: not on the terminal, not as warnings; and changes no one else's settings."""

import io
import random
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from squeezeviz.errors import ImageError, SqueezeVizError
from squeezeviz.image import quiet, read_image
from tests.mutations import damaged

PIXELS = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)


def encoded(file_format, **options):
    buffer = io.BytesIO()
    Pillow.fromarray(PIXELS).save(buffer, file_format, **options)
    return buffer.getvalue()


@pytest.mark.skipif(quiet._libtiff_handler() is None, reason="the libtiff inside this Pillow cannot be reached")
def test_libtiff_writes_nothing(capfd):
    rng = random.Random(1)
    contents = [
        damaged(encoded("TIFF", compression=compression), rng)
        for compression in ("tiff_lzw", "tiff_adobe_deflate", "jpeg", "packbits")
        for _ in range(60)
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for content in contents:
            try:
                with Pillow.open(io.BytesIO(content)) as opened:
                    opened.load()
            except Exception:  # noqa: BLE001 - whatever Pillow raises
                continue
    assert "JPEGLib" in capfd.readouterr().err, "Pillow alone is not quiet; if it has become so, all this can go"
    for content in contents:
        try:
            read_image(content)
        except ImageError:
            continue
    assert capfd.readouterr() == ("", "")


def test_libtiff_is_silent_from_a_fresh_process():
    code = (
        "import sys, squeezeviz as sv\n"
        "try: sv.read_image(sys.stdin.buffer.read())\n"
        "except sv.ImageError as exc: print(exc)\n"
    )
    content = bytearray(encoded("TIFF", compression="tiff_adobe_deflate"))
    content[8:200] = bytes(192)
    done = subprocess.run([sys.executable, "-c", code], input=bytes(content), capture_output=True, check=True)
    assert b"damaged" in done.stdout
    assert done.stderr == b""


def test_what_pillow_logs_stays_off_the_terminal():
    """Without a handler `logging` writes errors to standard error."""
    code = (
        "import sys, io, squeezeviz as sv\n"
        "from PIL import Image\n"
        "content = sys.stdin.buffer.read()\n"
        "for read in (sv.read_image, lambda content: Image.open(io.BytesIO(content))):\n"
        "    try: read(content)\n"
        "    except Exception: print('said', file=sys.stderr)\n"
    )
    content = bytearray(encoded("TIFF"))
    at = content.index(b"\x15\x01\x03\0\x01\0\0\0") + 8  # the tag SamplesPerPixel
    content[at : at + 2] = b"\xff\xff"
    done = subprocess.run([sys.executable, "-c", code], input=bytes(content), capture_output=True, check=True)
    assert done.stderr.decode().splitlines() == ["said", "More samples per pixel than can be decoded: 65535", "said"]


def test_damaged_metadata_is_a_note():
    content = encoded("JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\x09\0" + b"\x12\x01\x03\0\xff\xff\xff\x7f\0\0\0\0")
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        image = read_image(content)
    assert [str(warning.message) for warning in heard] == []
    assert image.notes[0].startswith("damaged metadata passed over (")
    assert image.pixels.shape == PIXELS.shape


def test_nobody_elses_warnings_are_touched():
    before = list(warnings.filters), warnings.showwarning
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        with quiet.quietly() as said:
            warnings.warn("somebody else's", UserWarning, stacklevel=1)
    assert said == []
    assert [str(warning.message) for warning in heard] == ["somebody else's"]
    assert (list(warnings.filters), warnings.showwarning) == before


def test_threads_that_overlap_leave_everything_as_it_was():
    """`warnings.catch_warnings` in each of them would leave one's filters in place for good."""
    before = list(warnings.filters), warnings.showwarning
    first_in, second_in, first_out = threading.Event(), threading.Event(), threading.Event()

    def first():
        with quiet.quietly():
            first_in.set()
            second_in.wait(30)
        first_out.set()

    def second():
        first_in.wait(30)
        with quiet.quietly():
            second_in.set()
            first_out.wait(30)

    threads = [threading.Thread(target=each) for each in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (list(warnings.filters), warnings.showwarning) == before


def test_each_thread_hears_its_own():
    heard = {}
    both_in = threading.Barrier(2, timeout=60)
    code = compile("import warnings; warnings.warn(words)", str(Path("x", "PIL", "y.py")), "exec")

    def speak(words):
        with quiet.quietly() as said:
            both_in.wait()
            exec(code, {"__name__": "PIL.y", "words": words})
            both_in.wait()
            heard[words] = list(said)

    threads = [threading.Thread(target=speak, args=(words,)) for words in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard == {"one": ["one"], "two": ["two"]}


def test_what_is_raised_inside_leaves_everything_as_it_was():
    before = list(warnings.filters)
    with pytest.raises(SqueezeVizError):
        read_image(encoded("PNG")[:60])
    assert list(warnings.filters) == before
