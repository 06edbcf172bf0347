"""PNGs of every kind that there is: depths, colours, filters, passes, palettes, transparent colours, and what stands beside."""

import struct
import zlib

import numpy as np

GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
SAMPLES = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}
DEPTHS = {GREY: (1, 2, 4, 8, 16), RGB: (8, 16), PALETTE: (1, 2, 4, 8), GREY_ALPHA: (8, 16), RGBA: (8, 16)}
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def packed(row, depth):
    """Samples of a row, (pixels, samples), as bytes."""
    flat = row.reshape(-1)
    if depth == 16:
        return flat.astype(">u2").tobytes()
    bits = np.unpackbits(flat.astype(np.uint8)[:, None], axis=1)[:, 8 - depth :]
    return np.packbits(bits.reshape(-1)).tobytes()


def paeth(left, above, corner):
    guess = left + above - corner
    return min((left, above, corner), key=lambda each: abs(guess - each))  # the first of those equally near


def filtered(line, before, back, rule):
    """A row's bytes less what its rule guesses of them."""
    made = bytearray()
    for at, value in enumerate(line):
        left, corner = (line[at - back], before[at - back]) if at >= back else (0, 0)
        above = before[at]
        guess = (0, left, above, (left + above) // 2, paeth(left, above, corner))[rule]
        made.append((value - guess) % 256)
    return bytes([rule]) + bytes(made)


def png(values, depth, colour, *, rng, is_interlaced=False, before=b"", after=b""):
    """Encode samples.

    Args:
        values: Whole numbers (H, W, samples), 0 to 2 ** depth - 1.
        depth: Bits a sample.
        colour: PNG's colour type.
        rng: Which filters rows get.
        is_interlaced: Whether they come in Adam7's seven passes.
        before: Chunks before the pixels.
        after: Chunks behind them.
    """
    height, width, samples = values.shape
    back = max(1, samples * depth // 8)
    rows = []
    for x, y, across, down in PASSES if is_interlaced else ((0, 0, 1, 1),):
        part = values[y::down, x::across]
        if not part.size:
            continue
        above = bytes(len(packed(part[0], depth)))
        for row in part:
            line = packed(row, depth)
            rows.append(filtered(line, above, back, int(rng.integers(5))))
            above = line
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(is_interlaced))
    data = zlib.compress(b"".join(rows))
    cut = len(data) // 2
    pixels = chunk(b"IDAT", data[:cut]) + chunk(b"IDAT", b"") + chunk(b"IDAT", data[cut:])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before + pixels + after + chunk(b"IEND", b"")


def exif(orientation, order="<"):
    """EXIF's tag of which way is up, as a TIFF."""
    head = b"II*\0" if order == "<" else b"MM\0*"
    return head + struct.pack(f"{order}IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)


def profile_chunk(profile):
    return chunk(b"iCCP", b"one\0\0" + zlib.compress(profile))
