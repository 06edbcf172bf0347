"""Nothing is trusted before its hash is checked; and the bytes that were checked are the bytes that are used."""

from __future__ import annotations

import errno
import hashlib
from typing import TYPE_CHECKING

from squeezeviz.errors import ChecksumError
from squeezeviz.files import read_file

if TYPE_CHECKING:
    from pathlib import Path

    from squeezeviz.zoo.registry import ModelFile

__all__ = ["read_verified", "verify_content"]


def read_verified(path: Path, expected: ModelFile) -> bytes:
    """Return a file's content if it is the published one.

    Raises:
        ChecksumError: The file holds other bytes, or cannot be read.
    """
    try:
        content = read_file(path, most_bytes=expected.size_bytes)
    except OSError as exc:
        reason = exc.strerror or exc
        if exc.errno == errno.EFBIG:
            raise ChecksumError(_other(str(path), expected, f"it {reason}")) from exc
        raise ChecksumError(f"{path}: cannot be read ({reason})") from exc
    verify_content(content, expected, what=str(path))
    return content


def verify_content(content: bytes, expected: ModelFile, *, what: str) -> None:
    """Accept the published bytes only.

    Raises:
        ChecksumError: These are others.
    """
    digest = hashlib.sha256(content).hexdigest()
    if (len(content), digest) != (expected.size_bytes, expected.sha256):
        raise ChecksumError(_other(what, expected, f"found {len(content):,} bytes with sha256 {digest}"))


def _other(what: str, expected: ModelFile, found: str) -> str:
    return (
        f"{what}: these are not the published bytes of {expected.name}: expected {expected.size_bytes:,} bytes "
        f"with sha256 {expected.sha256}, {found}. Delete the file and fetch it again"
    )
