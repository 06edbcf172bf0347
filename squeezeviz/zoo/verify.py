"""Nothing is trusted before its hash is checked."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from squeezeviz.errors import ChecksumError

if TYPE_CHECKING:
    from pathlib import Path

    from squeezeviz.zoo.registry import ModelFile

__all__ = ["sha256_of", "verify_content", "verify_file"]


def sha256_of(path: Path) -> str:
    """Return a file's hash, hexadecimal.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify_file(path: Path, expected: ModelFile) -> None:
    """Accept the published bytes only.

    Raises:
        ChecksumError: The file holds others, or cannot be read.
    """
    try:
        size, digest = path.stat().st_size, sha256_of(path)
    except OSError as exc:
        raise ChecksumError(f"{path}: cannot be read ({exc.strerror or exc})") from exc
    _compare(str(path), size, digest, expected)


def verify_content(content: bytes, expected: ModelFile, *, what: str) -> None:
    """Accept the published bytes only.

    Raises:
        ChecksumError: These are others.
    """
    _compare(what, len(content), hashlib.sha256(content).hexdigest(), expected)


def _compare(what: str, size: int, digest: str, expected: ModelFile) -> None:
    if (size, digest) != (expected.size_bytes, expected.sha256):
        raise ChecksumError(
            f"{what}: these are not the published bytes of {expected.name}: expected {expected.size_bytes:,} bytes "
            f"with sha256 {expected.sha256}, found {size:,} bytes with sha256 {digest}. "
            "Delete the file and fetch it again"
        )
