"""Files that arrive in pieces, put together again.

Jupyter's websocket drops messages over about 10 MiB unless its server was started with a higher limit, and nobody is
told. So the page sends pieces of 1 MiB, and any photo arrives however Jupyter was started.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, field

from squeezeviz.errors import ImageError
from squeezeviz.explorer.limits import MOST_BYTES, MOST_UNFINISHED_BYTES, STALE_S

__all__ = ["MOST_BYTES", "Refused", "Uploads"]

_MOST_UNFINISHED = 64
_MOST_REFUSED = 256


class Refused(Exception):  # noqa: N818 - no error: whoever sends it has been told already
    """A piece of an upload that was refused or dismissed before."""


@dataclass
class _Unfinished:
    content: bytearray = field(default_factory=bytearray)
    pieces: int = 0
    touched: float = 0.0


class Uploads:
    """Uploads that have not arrived whole yet, by request id.

    Together they stay below `MOST_UNFINISHED_BYTES`: the one that has been untouched for longest goes first. What has
    been untouched for `STALE_S` goes by itself, though nothing should come from the page any more.

    Args:
        stale_s: Seconds after which an upload counts as given up.
    """

    def __init__(self, stale_s: float = STALE_S) -> None:
        self._unfinished: dict[str, _Unfinished] = {}  # the longest untouched first
        self._refused: deque[str] = deque(maxlen=_MOST_REFUSED)
        self._stale_s = stale_s
        self._guard = threading.Lock()
        self._timer: threading.Timer | None = None

    def __len__(self) -> int:
        return len(self._unfinished)

    @property
    def nbytes(self) -> int:
        """Bytes that wait for the rest of their files."""
        return sum(len(each.content) for each in self._unfinished.values())

    def add(self, request: str, piece: bytes, *, index: int, count: int) -> bytes | None:
        """Take a piece; return the whole file once the last one is here.

        Raises:
            ImageError: Pieces are missing or too many.
            Refused: That was said of a piece before, or the upload was dismissed.
        """
        with self._guard:
            if request in self._refused:
                if index:
                    raise Refused
                self._refused.remove(request)  # begun again
            upload = self._unfinished.pop(request, _Unfinished())
            problem = _problem(upload, piece, index, count)
            if problem:
                self._refused.append(request)
                raise ImageError(problem)
            upload.content += piece
            upload.pieces, upload.touched = index + 1, time.monotonic()
            if upload.pieces == count:
                return bytes(upload.content)
            self._unfinished[request] = upload
            while len(self._unfinished) > _MOST_UNFINISHED or self.nbytes > MOST_UNFINISHED_BYTES:
                self._unfinished.pop(next(iter(self._unfinished)))
            self._watch()
            return None

    def forget(self, request: str) -> None:
        """Drop an upload: its file is not wanted any more."""
        with self._guard:
            if self._unfinished.pop(request, None):
                self._refused.append(request)

    def clear(self) -> None:
        """Drop every upload: the page is gone."""
        with self._guard:
            self._unfinished.clear()
            if self._timer is not None:
                self._timer.cancel()

    def _watch(self) -> None:
        """See to it that what is given up goes, once nothing has come for long enough."""
        if self._timer is None or not self._timer.is_alive():
            self._timer = threading.Timer(self._stale_s, self._drop_stale)
            self._timer.daemon = True
            self._timer.start()

    def _drop_stale(self) -> None:
        with self._guard:
            before = time.monotonic() - self._stale_s
            for request, upload in list(self._unfinished.items()):
                if upload.touched <= before:
                    del self._unfinished[request]
            self._timer = None
            if self._unfinished:
                self._watch()


def _problem(upload: _Unfinished, piece: bytes, index: int, count: int) -> str:
    whole = len(upload.content) + len(piece)
    if whole > MOST_BYTES:
        return f"the file has more than the {MOST_BYTES >> 20} MiB that are sent; scale the photo down first"
    # An empty file is one empty piece; of others each brings something, so that there are no more pieces than bytes.
    if index != upload.pieces or index >= count or (not piece and count > 1):
        return (
            f"the upload came in the wrong order, or was given up for a newer one (piece {index + 1} of {count}); "
            "choose the photo again"
        )
    return ""
