"""A target of the fuzzers that breaks one law after the other: what they have to notice."""

from __future__ import annotations

import ctypes
import os
import tempfile
import time
from pathlib import Path

from squeezeviz.errors import SqueezeVizError

CASES = (
    "taken",
    "refused",
    "raises",
    "says nothing",
    "prints",
    "leaves a file",
    "memory",
    "spins",
    "waits",
    "crashes",
    "exits",
    "taken",
)


def whole():
    return {"what": b"taken"}


def make(rng):
    return {"what": rng.choice(CASES).encode()}


def try_(case, folder):
    _DEEDS[case["what"].decode()](folder)


def _refused(folder):
    raise SqueezeVizError("a.jpg: expected a picture; give one")


def _says_nothing(folder):
    raise SqueezeVizError(" ")


def _leaves_a_file(folder):
    (folder / "here").write_bytes(b"its own folder may hold anything")
    Path(tempfile.gettempdir(), "left").write_bytes(b"")


def _spins(folder):
    while True:
        pass


_DEEDS = {
    "taken": lambda folder: None,
    "refused": _refused,
    "raises": lambda folder: {}["missing"],
    "says nothing": _says_nothing,
    "prints": lambda folder: os.write(2, b"as a C library would\n"),
    "leaves a file": _leaves_a_file,
    "memory": lambda folder: bytearray(b"x") * (300 << 20),
    "spins": _spins,
    "waits": lambda folder: time.sleep(1000),
    "crashes": lambda folder: ctypes.string_at(0),
    "exits": lambda folder: os._exit(3),
}
