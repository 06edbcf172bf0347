"""From what a person types to the bytes of a file, with bounds: nothing that never ends is opened."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from squeezeviz.errors import ImageError, did_you_mean, in_one_line
from squeezeviz.files import TooLargeError, read_file, read_rest
from squeezeviz.image.gallery import samples
from squeezeviz.image.limits import MOST_BYTES, named

if TYPE_CHECKING:
    from squeezeviz.image.gallery import Sample

__all__ = ["read_open", "read_path"]


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
    said = named(text)
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
    content = _content(path, said)
    return content, text if sample is not None and path == sample.path else path.name


def _content(path: Path, name: str) -> bytes:
    """Read a file on this machine, if it is one and not too large."""
    try:
        return read_file(path, most_bytes=MOST_BYTES)
    except FileNotFoundError as exc:
        raise ImageError(f"{name}: was removed while it was to be read; give the path of a picture") from exc
    except PermissionError as exc:
        raise ImageError(f"{name}: you have no permission to read it; ask its owner, or copy it") from exc
    except TooLargeError as exc:
        raise _too_large(name, exc.size_bytes) from exc
    except OSError as exc:
        if exc.errno in (errno.EISDIR, errno.EINVAL):
            raise ImageError(f"{name}: {exc.strerror}; expected the path of a picture's file") from exc
        raise ImageError(f"{name}: cannot be read ({exc.strerror or exc})") from exc


def read_open(file: BinaryIO, name: str) -> bytes:
    """Read a file from where it stands to its end.

    Args:
        file: Opened in binary mode.
        name: What to call it in errors.

    Raises:
        ImageError: It is open in text mode, cannot be read, or gives more than `MOST_BYTES`.
    """
    try:
        return read_rest(file, most_bytes=MOST_BYTES)
    except TooLargeError as exc:
        raise _too_large(name, exc.size_bytes) from exc
    except (OSError, ValueError, TypeError) as exc:  # closed, opened for writing, no file at all
        said = getattr(exc, "strerror", None) or in_one_line(exc)
        raise ImageError(f"{name}: cannot be read ({said}); expected a file opened with mode 'rb'") from exc


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
