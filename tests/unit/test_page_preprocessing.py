"""The page's own preprocessing makes the very pixels and tensors that Python makes, to the last bit."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import __version__ as pillow_version

from squeezeviz.errors import PreprocessingError
from squeezeviz.image import Image
from squeezeviz.preprocessing import PRESETS, Preprocessing
from squeezeviz.standalone.contents import _pixels
from tests.by_node import bundled, said_by_node

ENTRY = Path(__file__).parents[1] / "page_preprocessing.ts"
RNG = np.random.default_rng(18)
SIZES = [(300, 227), (227, 300), (256, 256), (640, 480), (1, 1), (1, 400), (500, 3), (97, 131), (31, 33), (513, 340)]
FILTERS = ["nearest", "bilinear", "box", "hamming", "bicubic", "lanczos"]
CROPS = ["centre", "top-left", "top-right", "bottom-left", "bottom-right", "five", "ten"]


def photo(width, height, orientation=1):
    """Smooth and noisy by turns: clipping and rounding are both met."""
    if RNG.random() < 0.5:
        pixels = RNG.integers(0, 256, (height, width, 3), dtype=np.uint8)
    else:
        pixels = RNG.choice(np.array([0, 1, 127, 128, 254, 255], np.uint8), (height, width, 3))
    return Image("photo", Pillow.fromarray(pixels), "array", orientation=orientation)


def drawn(name):
    """A preprocessing like no other, of small sizes."""
    order = str(RNG.choice(["BGR", "RGB", "grey"]))
    channels = 1 if order == "grey" else 3
    crop_px = tuple(int(side) for side in RNG.integers(1, 60, 2))
    room = tuple(int(side) for side in RNG.integers(0, 40, 2))
    interpolation = str(RNG.choice(FILTERS))
    is_antialiased = interpolation not in ("nearest", "bilinear") or (interpolation != "nearest" and RNG.random() < 0.5)
    return Preprocessing(
        name=name,
        respect_exif=bool(RNG.random() < 0.8),
        resize=str(RNG.choice(["squash", "shorter-side", "longer-side", "none"], p=[0.3, 0.3, 0.3, 0.1])),
        resize_px=(crop_px[0] + room[0], crop_px[1] + room[1]),
        padding=tuple(int(level) for level in RNG.integers(0, 256, 3)),
        interpolation=interpolation,
        antialias=bool(is_antialiased),
        crop=str(RNG.choice(CROPS)) if RNG.random() < 0.7 else (float(RNG.random()), float(RNG.random())),
        crop_px=crop_px,
        channel_order=order,
        scale=float(RNG.choice([1, 1 / 255, 1 / 127.5, -0.3])),
        mean=tuple(RNG.normal(0, 100, channels)),
        std=tuple(RNG.choice([1.0, 0.229, 57.3], channels)),
    )


def cases():
    presets = [(how, photo(*SIZES[at % 4], orientation=1 + at % 8)) for at, how in enumerate(PRESETS.values())]
    odd = [(drawn(f"odd {at}"), photo(*SIZES[RNG.integers(len(SIZES))], 1 + at % 8)) for at in range(300)]
    caffe2 = PRESETS["caffe2"]
    # Resized whole it would be 174 megapixels: only the part round the crop is.
    long = [
        (caffe2.replace(name=way, interpolation=way, antialias=True, resize="shorter-side", crop=place), photo(*size))
        for way, place, size in (
            ("lanczos", (0.7, 0.7), (3, 8000)),
            ("bicubic", "bottom-right", (8001, 3)),
            ("box", "centre", (2, 9000)),
        )
    ]
    return [*presets, *odd, *long]


pytestmark = pytest.mark.skipif(
    int(pillow_version.partition(".")[0]) < 13, reason="before Pillow 13 rows are always resized before columns"
)


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    return bundled(ENTRY, folder), folder


def asked(node, pairs, profile=None):
    """What the page makes of each: its crops, or what it says is wrong; pixels and tensors are read on the way."""
    program, folder = node
    told = [
        {"how": how.to_dict(), "width": image.width, "height": image.height, "orientation": image.orientation}
        | {"profile": profile}
        for how, image in pairs
    ]
    (folder / "cases.json").write_text(json.dumps(told))
    (folder / "photos").write_bytes(b"".join(image.pixels.tobytes() for _, image in pairs))
    said, made, at = said_by_node(program, folder), (folder / "made").read_bytes(), 0

    def taken(kind, *shape):
        nonlocal at
        values = np.frombuffer(made, kind, int(np.prod(shape)), at).reshape(shape)
        at += values.nbytes
        return values

    for each in said:
        if isinstance(each, str):
            continue
        if "rows" in each["blended"]:
            each["pixels"] = taken(np.uint8, len(each["blended"]["rows"]), len(each["blended"]["columns"]), 3)
        for crop in each["crops"]:
            crop["pixels"] = taken(np.uint8, crop["height"], crop["width"], 3)
            crop["tensor"] = taken(np.float32, *crop["shape"])
    return said


@pytest.mark.slow
def test_every_pixel_and_every_number_of_the_tensor_is_python_s(node):
    pairs = cases()
    refused = 0
    for (how, image), said in zip(pairs, asked(node, pairs), strict=True):
        try:
            expected = how(image)
        except PreprocessingError as exc:
            assert said == str(exc)
            refused += 1
            continue
        assert not isinstance(said, str), said
        assert len(said["crops"]) == len(how.windows)
        photo_ = how.photo(image)
        own, blended = _pixels(photo_, how)
        assert said["blended"] == blended, how
        assert np.array_equal(said.get("pixels"), own), how
        for crop, window, tensor in zip(said["crops"], how.windows, expected, strict=True):
            geometry = how.geometry(photo_.width, photo_.height, window)
            filled = {"filled": geometry.filled}
            assert crop["geometry"] == json.loads(json.dumps(asdict(geometry) | filled)), how
            np.testing.assert_array_equal(crop["pixels"], how.cropped(image, window), err_msg=f"{how} of {image}")
            assert np.array_equal(crop["tensor"].view(np.uint32), tensor.view(np.uint32)), f"{how} of {image}"
    assert 0 < refused < len(pairs) / 4


def test_colours_are_not_converted_in_the_page_and_it_says_so(node):
    srgb = PRESETS["srgb"]
    (said,) = asked(node, [(srgb, photo(300, 300))], profile="Display P3")
    assert said.startswith(
        "preprocessing 'srgb': brings colours to sRGB, and the photo's profile is Display P3; expected"
    )
