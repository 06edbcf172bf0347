"""One file from one address: through pooch, with progress, time limits, a size limit, and a verified hash."""

from __future__ import annotations

import contextlib
import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from squeezeviz.errors import ChecksumError, DownloadError
from squeezeviz.zoo.events import DownloadEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from squeezeviz.zoo.registry import ModelFile

__all__ = ["Timeouts", "fetch_file"]

#: Seconds to wait for (a connection, the next bytes).
Timeouts = tuple[float, float]

_EVENT_EVERY_S = 0.1
_CHUNK_BYTES = 1 << 16


def fetch_file(
    url: str,
    folder: Path,
    file: ModelFile,
    *,
    timeouts: Timeouts,
    on_event: Callable[[DownloadEvent], None],
) -> Path:
    """Download a file; it appears under its name only once its hash matches.

    Raises:
        DownloadError: The server cannot be reached, refuses, stalls or hangs up.
        ChecksumError: It sends other bytes than the expected ones.
        OSError: The disk refuses.
    """
    import pooch  # noqa: PLC0415 - heavy
    import requests  # noqa: PLC0415 - heavy

    def receive(url: str, path: str, _: object) -> None:
        """Do what pooch's own downloader does, but close the connection whatever happens, and stop an endless body."""
        received, told = 0, 0.0
        with requests.get(url, stream=True, timeout=timeouts) as answer, Path(path).open("wb") as output:
            answer.raise_for_status()
            for chunk in answer.iter_content(_CHUNK_BYTES):
                received += len(chunk)
                if received > file.size_bytes:
                    raise ChecksumError(f"sent more than the {file.size_bytes:,} bytes the file has")
                output.write(chunk)
                if time.monotonic() - told >= _EVENT_EVERY_S or received == file.size_bytes:
                    told = time.monotonic()
                    on_event(DownloadEvent("progress", file.name, bytes=received, total=file.size_bytes))

    try:
        with _quiet(pooch.get_logger()):
            pooch.retrieve(url, f"sha256:{file.sha256}", fname=file.name, path=folder, downloader=receive)
    except requests.exceptions.Timeout as exc:
        raise DownloadError(f"no answer within {max(timeouts):g} seconds") from exc
    except requests.exceptions.HTTPError as exc:
        answer = exc.response
        told = f"{answer.status_code} {answer.reason}" if answer is not None else str(exc)
        raise DownloadError(f"the server answers {told}") from exc
    except requests.exceptions.ChunkedEncodingError as exc:
        raise DownloadError("the connection broke off before the whole file had arrived") from exc
    except requests.exceptions.ConnectionError as exc:
        # requests reports a stall in the middle of a body as a ConnectionError too.
        stalled = "timed out" in str(exc)
        reason = f"no answer within {max(timeouts):g} seconds" if stalled else f"no connection ({_innermost(exc)})"
        raise DownloadError(reason) from exc
    except requests.exceptions.RequestException as exc:
        raise DownloadError(str(exc)) from exc
    except ValueError as exc:  # pooch's word for another hash
        raise ChecksumError("sent other bytes than the published ones (their sha256 differs)") from exc
    return folder / file.name


@contextlib.contextmanager
def _quiet(logger: logging.Logger) -> Iterator[None]:
    """Keep pooch's own remarks off the terminal: ours say more."""
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def _innermost(exc: BaseException) -> str:
    """Return the part of a chained network error that a person can use."""
    reason: Any = exc
    while (inner := getattr(reason, "reason", None) or (reason.args[0] if reason.args else None)) and isinstance(
        inner, BaseException
    ):
        reason = inner
    return str(reason).rsplit(": ", 1)[-1] or type(reason).__name__
