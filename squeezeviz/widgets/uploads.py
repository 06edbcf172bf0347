"""Files that arrive in pieces, put together again.

Jupyter's websocket drops messages over about 10 MiB unless its server was started with a higher limit, and nobody is
told. So the page sends pieces of 1 MiB, and any photo arrives however Jupyter was started.
"""

from __future__ import annotations

from squeezeviz.errors import ImageError

__all__ = ["MOST_BYTES", "Uploads"]

#: Larger files are refused before they are sent.
MOST_BYTES = 200 * 1024 * 1024
_MOST_UNFINISHED = 64


class Uploads:
    """Uploads that have not arrived whole yet, by request id."""

    def __init__(self) -> None:
        self._pieces: dict[str, list[bytes]] = {}

    def add(self, request: str, piece: bytes, *, index: int, count: int) -> bytes | None:
        """Take a piece; return the whole file once the last one is here.

        Raises:
            ImageError: Pieces are missing or too many.
        """
        pieces = self._pieces.setdefault(request, [])
        if index != len(pieces) or index >= count or sum(map(len, pieces)) + len(piece) > MOST_BYTES:
            self._pieces.pop(request, None)
            raise ImageError(
                f"the upload came in the wrong order (piece {index + 1} of {count}); choose the photo again"
            )
        pieces.append(piece)
        if len(pieces) < count:
            while len(self._pieces) > _MOST_UNFINISHED:  # given up by pages that were closed
                self._pieces.pop(next(iter(self._pieces)))
            return None
        return b"".join(self._pieces.pop(request))
