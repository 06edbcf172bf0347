"""From what a person types to the bytes of a file, with bounds: nothing that never ends is opened."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from squeezeviz.errors import ImageError, did_you_mean
from squeezeviz.image.gallery import samples
from squeezeviz.image.limits import MOST_BYTES, spoken

if TYPE_CHECKING:
    from squeezeviz.image.gallery import Sample

__all__ = ["read_file", "read_local", "read_path"]

_NO_WAITING = getattr(os, "O_NONBLOCK", 0)
_NO_FILES = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def read_path(text: str, sample: Sample | None) -> tuple[bytes, str]:
    """Read a file, or a sample that comes with a package.

    Args:
        text: What was typed.
        sample: The sample of that name, if there is one. A file of the same name comes first.

    Returns:
        The file's bytes and its name.

    Raises:
        ImageError: There is no such file, it is none, may not be read, or is larger than `MOST_BYTES`.
    """
    said = spoken(text)
    if "://" in text[:12]:
        raise ImageError(f"{said}: addresses are not fetched; download the picture first, then give its path")
    try:
        path = Path(text).expanduser()
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        path = _sample_or_nothing(text, said, sample)
    except PermissionError as exc:
        raise ImageError(f"{said}: you have no permission to look into its folder; ask its owner, or copy it") from exc
    except OSError as exc:  # a name too long, folders too deep, links in a circle
        raise ImageError(f"{said}: not a usable path ({exc.strerror or exc}); expected the path of a picture") from exc
    except (ValueError, RuntimeError) as exc:  # a NUL byte, ~ of nobody
        reason = "there is no such user" if isinstance(exc, RuntimeError) else exc
        raise ImageError(f"{said}: not a usable path ({reason}); expected the path of a picture") from exc
    try:
        content = read_local(path, said)
    except FileNotFoundError as exc:
        raise ImageError(f"{said}: was removed while it was to be read; give the path of a picture") from exc
    return content, text if sample is not None and path == sample.path else path.name


def read_local(path: Path, name: str) -> bytes:
    """Read a file on this machine, if it is one and not too large.

    Args:
        path: Where it lies.
        name: What to call it in errors.

    Raises:
        ImageError: It is no file, may not be read, or is larger than `MOST_BYTES`.
        FileNotFoundError: Nothing lies there.
    """
    try:
        mode = path.stat().st_mode
        for is_such, what in _NO_FILES:
            if is_such(mode):
                raise ImageError(f"{name}: is {what}; expected the path of a picture's file")
        # A pipe put in its place since would block for ever otherwise.
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | _NO_WAITING)) as file:
            return read_file(file, name)
    except FileNotFoundError:
        raise
    except PermissionError as exc:
        raise ImageError(f"{name}: you have no permission to read it; ask its owner, or copy it") from exc
    except OSError as exc:
        raise ImageError(f"{name}: cannot be read ({exc.strerror or exc})") from exc


def read_file(file: BinaryIO, name: str) -> bytes:
    """Read a file from where it stands to its end.

    Args:
        file: Opened in binary mode.
        name: What to call it in errors.

    Raises:
        ImageError: It is open in text mode, or gives more than `MOST_BYTES`.
        OSError: As the file raises it.
    """
    _check_length(file, name)
    parts: list[bytes] = []
    length = 0
    while length <= MOST_BYTES:
        part = file.read(min(MOST_BYTES + 1 - length, 1 << 24))
        if isinstance(part, str):
            raise ImageError(f"{name}: the file is open in text mode; open it with mode 'rb'")
        if not part:
            return parts[0] if len(parts) == 1 else b"".join(parts)
        parts.append(bytes(part))
        length += len(part)
    raise _too_large(name, None)


def _check_length(file: BinaryIO, name: str) -> None:
    try:
        length = os.fstat(file.fileno()).st_size
    except (AttributeError, OSError, ValueError):  # not a file of the system's
        return
    if length > MOST_BYTES:
        raise _too_large(name, length)


def _too_large(name: str, length: int | None) -> ImageError:
    found = f"is {length / 1e6:,.0f} MB" if length else "does not end"
    return ImageError(
        f"{name}: {found}; expected a picture's file of up to {MOST_BYTES / 1e6:,.0f} MB. "
        "Save it as JPEG, or take one page of it"
    )


def _sample_or_nothing(text: str, said: str, sample: Sample | None) -> Path:
    if sample is None:
        known = [s.name for s in samples() if s.shape is None]
        hint = did_you_mean(text, known) if len(Path(text).parts) == 1 else ""
        reason = "leads nowhere (a broken link)" if Path(text).expanduser().is_symlink() else "no such file"
        raise ImageError(f"{said}: {reason}, and no sample of that name (samples: {', '.join(known)}).{hint}")
    if sample.path is None:
        raise ImageError(
            f"sample {text!r} comes with {sample.package}, which is not installed: pip install {sample.package}"
        )
    return sample.path
