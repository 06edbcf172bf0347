"""ICC profiles made by hand, as small as they may be."""

from __future__ import annotations

import struct

# Primaries adapted to D50, as profiles have them: columns are red, green and blue.
SRGB = ((0.43607, 0.38515, 0.14307), (0.22249, 0.71687, 0.06061), (0.01392, 0.09708, 0.71410))
DISPLAY_P3 = ((0.51512, 0.29198, 0.15710), (0.24120, 0.69225, 0.06657), (-0.00105, 0.04189, 0.78407))
D50 = (0.9642, 1.0, 0.8249)
#: A parametric curve of type 3: sRGB's own.
SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


def fixed(value):
    return struct.pack(">i", round(value * 65536))


def xyz(values):
    return b"XYZ \0\0\0\0" + b"".join(fixed(value) for value in values)


def curve(parameters):
    kind = {1: 0, 5: 3}[len(parameters)]
    return b"para\0\0\0\0" + struct.pack(">HH", kind, 0) + b"".join(fixed(value) for value in parameters)


def text(words):
    encoded = words.encode("utf-16-be")
    return b"mluc\0\0\0\0" + struct.pack(">II", 1, 12) + b"enUS" + struct.pack(">II", len(encoded), 28) + encoded


def profile(name, space=b"RGB ", primaries=DISPLAY_P3, parameters=SRGB_CURVE):
    tags = {b"desc": text(name), b"cprt": text("none"), b"wtpt": xyz(D50)}
    if space == b"RGB ":
        for at, colour in enumerate((b"r", b"g", b"b")):
            tags[colour + b"XYZ"] = xyz([row[at] for row in primaries])
            tags[colour + b"TRC"] = curve(parameters)
    else:
        tags[b"kTRC"] = curve(parameters)
    table, body, at = b"", b"", 132 + 12 * len(tags)
    for tag, content in tags.items():
        table += tag + struct.pack(">II", at + len(body), len(content))
        body += content + b"\0" * (-len(content) % 4)
    header = struct.pack(">I4sI4s4s4s12s4s", at + len(body), b"\0\0\0\0", 0x04300000, b"mntr", space, b"XYZ ",
                         struct.pack(">6H", 2026, 1, 1, 0, 0, 0), b"acsp")  # fmt: skip
    header = header.ljust(68, b"\0") + b"".join(fixed(value) for value in D50)
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body
