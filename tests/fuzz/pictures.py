"""Files of pictures of every format that is read, and of some that are not, damaged."""

from __future__ import annotations

import io
from functools import cache

import numpy as np
from PIL import Image as Pillow

from squeezeviz.image import read_image
from tests import icc
from tests.mutations import damaged

# (format, mode, options of Pillow's)
_SEEDS = (
    *(("JPEG", mode, {"quality": 60, "progressive": each}) for mode in ("L", "RGB", "CMYK") for each in (True, False)),
    *(("PNG", mode, {}) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")),
    *(("TIFF", "RGB", {"compression": each}) for each in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg")),
    *(("TIFF", mode, {"compression": "tiff_lzw"}) for mode in ("1", "L", "CMYK", "LAB", "I;16", "F")),
    ("TIFF", "1", {"compression": "group4"}),
    *(("WEBP", mode, {"lossless": each}) for mode in ("RGB", "RGBA") for each in (True, False)),
    ("GIF", "P", {}), ("GIF", "P", {"save_all": True}), ("MPO", "RGB", {"save_all": True}), ("PNG", "RGB", {"save_all": True}),
    *(("BMP", mode, {}) for mode in ("1", "P", "RGB", "RGBA")),
    *(("JPEG2000", mode, {}) for mode in ("L", "RGB", "RGBA", "I;16")),
    *(("PPM", mode, {}) for mode in ("1", "L", "RGB", "I;16")),
    ("AVIF", "RGB", {"quality": 60}), ("AVIF", "RGBA", {"quality": 60}), ("ICO", "RGBA", {}), ("QOI", "RGB", {}),
    ("SGI", "RGB", {}), ("SGI", "L", {"bpc": 2}), ("DDS", "RGBA", {}), ("DDS", "RGB", {"pixel_format": "BC3"}), ("PCX", "P", {}),
    ("PCX", "RGB", {}), ("TGA", "RGB", {}), ("TGA", "RGBA", {"compression": "tga_rle"}),
    ("HEIF", "RGB", {"quality": 60}), ("HEIF", "RGBA", {"quality": 60}), ("EPS", "RGB", {}), ("ICNS", "RGBA", {}), ("PDF", "RGB", {}),
)  # fmt: skip


def whole():
    return {"picture": _encoded(_SEEDS[0])}


def make(rng):
    return {"picture": damaged(_encoded(rng.choice(_SEEDS[:-3] if rng.random() < 0.97 else _SEEDS)), rng)}


def try_(case, folder):
    image = read_image(case["picture"], name="picture")
    height, width, channels = image.pixels.shape
    assert (image.width, image.height, channels, image.pixels.dtype) == (width, height, 3, np.uint8)


def _encoded(seed):
    file_format, mode, options = seed
    return _written(file_format, mode, tuple(options.items()))


@cache
def _written(file_format, mode, options):
    """Return a file with all that such a one may carry: EXIF, a profile, several frames."""
    rng = np.random.default_rng(3)
    picture = Pillow.fromarray(rng.integers(0, 256, (6, 9, 3), dtype=np.uint8)).resize((40, 28))
    if mode == "I;16":
        picture = Pillow.fromarray(np.asarray(picture.convert("L")).astype(np.uint16) * 257)
    else:
        picture = _as(picture, mode)
    exif = Pillow.Exif()
    exif[0x0112] = 6
    more = (
        {"exif": exif, "icc_profile": icc.profile("Display P3")}
        if file_format in ("JPEG", "PNG", "WEBP", "AVIF")
        else {}
    )
    options = dict(options)
    if options.get("save_all"):
        more["append_images"] = [picture.rotate(90), picture.rotate(180)]
    buffer = io.BytesIO()
    if file_format == "HEIF":
        import pillow_heif

        pillow_heif.from_pillow(picture).save(buffer, **options)
    else:
        picture.save(buffer, file_format, **options, **more)
    return buffer.getvalue()


def _as(picture, mode):
    if mode == "LAB":
        from PIL import ImageCms

        srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
        return ImageCms.profileToProfile(picture, srgb, lab, outputMode="LAB")
    return picture.convert(mode)
