"""Freed memory goes back to the system."""

import subprocess
import sys
from pathlib import Path

import pytest

# Pieces of 100 KB, each with a little beside it that stays: glibc keeps what is freed between.
FREED = """
import ctypes, os
from squeezeviz.runtime.heap import trim_heap

libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

pieces, stay = [], []
for _ in range(500):
    pieces.append(libc.malloc(100_000))
    ctypes.memset(ctypes.c_void_p(pieces[-1]), 1, 100_000)
    stay.append(libc.malloc(5_000))
for piece in pieces:
    libc.free(piece)
before = resident()
trim_heap()
print(before - resident())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="there is no /proc there")
@pytest.mark.skipif(not hasattr(__import__("ctypes").CDLL(None), "malloc_trim"), reason="the C library is not glibc")
def test_what_is_freed_between_pieces_in_use_is_given_back():
    done = subprocess.run([sys.executable, "-c", FREED], capture_output=True, text=True, check=True, cwd=Path.cwd())
    assert int(done.stdout) > 40e6


def test_without_such_a_library_nothing_happens(monkeypatch):
    from squeezeviz.runtime import heap

    monkeypatch.setattr(heap, "_malloc_trim", lambda: None)
    assert heap.trim_heap() is None
