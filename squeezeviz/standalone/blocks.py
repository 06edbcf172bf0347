"""Bytes that a page carries, as text within it or as files beside it; the page's ``blocks.ts`` reads them."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

from squeezeviz.explorer.protocol.fields import plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Blocks"]


class Blocks:
    """What a page carries beside its words: numbers and pictures, each once however often it is put in.

    They come in parts, such as the weights or one photo: where they travel as files, each part is one.
    """

    def __init__(self, *, level: int = 6) -> None:
        """Begin without any.

        Args:
            level: How hard numbers are compressed, 0 to 9: with 9, weights take twice as long and are 0.3 % smaller.
        """
        self._level = level
        self._contents: list[bytes] = []
        self._known: dict[bytes, int] = {}
        self._parts: dict[str, list[int]] = {}
        self._part = ""

    def begin(self, part: str) -> None:
        """Begin a part: what is put in from now on belongs to it."""
        self._part = part

    @property
    def parts(self) -> dict[str, dict[int, bytes]]:
        """The parts, in the order in which they began; of each, its blocks by number."""
        return {part: {index: self._contents[index] for index in own} for part, own in self._parts.items()}

    def numbers(self, values: NDArray[np.float32], *, halves: int = 0) -> int:
        """Put numbers in, exactly; return which block they are.

        All first bytes come first, then all second ones, and so on: exponents stand beside exponents, and compress.

        Args:
            values: The numbers.
            halves: So many of them, the first, are stored in half precision, which holds each of these exactly.
        """
        flat = np.ascontiguousarray(values, dtype="<f4").reshape(-1)
        return self._add(self._squeezed(_sorted(flat[:halves].astype("<f2")) + _sorted(flat[halves:])))

    def picture(self, pixels: NDArray[np.uint8]) -> int:
        """Put a picture in, exactly: uint8 (height, width, 3), RGB; return which block it is.

        Red and blue become differences from green, and each of these what Paeth's predictor (PNG's fourth filter) is
        off by: most are near 0, and compress.
        """
        height, width, _ = pixels.shape
        planes = pixels.astype(np.int16)
        planes[:, :, 0] -= planes[:, :, 1]
        planes[:, :, 2] -= planes[:, :, 1]
        planes &= 255
        framed = np.zeros((height + 1, width + 1, 3), np.int16)
        framed[1:, 1:] = planes
        left, above, corner = framed[1:, :-1], framed[:-1, 1:], framed[:-1, :-1]
        off_left, off_above, off_corner = abs(above - corner), abs(left - corner), abs(left + above - 2 * corner)
        guess = np.where(
            (off_left <= off_above) & (off_left <= off_corner), left, np.where(off_above <= off_corner, above, corner)
        )
        size = np.array([height, width], "<u4").tobytes()
        return self._add(size + self._squeezed(((planes - guess) & 255).astype(np.uint8).tobytes()))

    def file(self, content: bytes) -> int:
        """Put a file in that is compressed already; return which block it is."""
        return self._add(content)

    def plain(self, data: Any) -> int:  # noqa: ANN401 - whatever JSON holds
        """Put plain data in, as messages have it; return which block it is."""
        # Escapes, not letters: a file's name that is not UTF-8 has lone surrogates, which cannot be encoded.
        text = json.dumps(plain(data), separators=(",", ":"), allow_nan=False)
        return self._add(self._squeezed(text.encode("ascii")))

    def html(self) -> Markup:
        """Return the blocks as elements that a browser neither shows nor runs.

        The latest part comes first: a page begins with what says what the others are, while these are still read. Of a
        part the largest comes first, which takes longest to unpack.
        """
        element = Markup('<script type="application/octet-stream;base64" id="sqv-block-{}">{}</script>\n')
        ordered = [
            item
            for own in reversed(self.parts.values())
            for item in sorted(own.items(), key=lambda item: -len(item[1]))
        ]
        texts = ((index, base64.b64encode(content).decode("ascii")) for index, content in ordered)
        return Markup("").join(element.format(index, Markup(text)) for index, text in texts)  # noqa: S704 - base64

    def _squeezed(self, content: bytes) -> bytes:
        return gzip.compress(content, self._level, mtime=0)

    def _add(self, content: bytes) -> int:
        key = hashlib.sha256(content).digest()
        if key not in self._known:
            self._known[key] = len(self._contents)
            self._contents.append(content)
            self._parts.setdefault(self._part, []).append(self._known[key])
        return self._known[key]


def _sorted(flat: NDArray[Any]) -> bytes:
    return flat.view(np.uint8).reshape(-1, flat.itemsize).T.tobytes()
