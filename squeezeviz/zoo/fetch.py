"""One file from one address: through pooch, with progress, time limits, a size limit, and a verified hash.

A server may send a byte now and then, for days, and never be late with the next one. So the whole file has a deadline,
too: the time that a slow line takes for its size.
"""

from __future__ import annotations

import contextlib
import logging
import math
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from squeezeviz.errors import ChecksumError, DownloadError, in_one_line
from squeezeviz.zoo.events import DownloadEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from squeezeviz.zoo.registry import ModelFile

__all__ = ["SLOWEST", "Timeouts", "fetch_file"]

#: Seconds to wait for (a connection, the next bytes).
Timeouts = tuple[float, float]

_EVENT_EVERY_S = 0.1
_CHUNK_BYTES = 1 << 16
#: Bytes a second of the slowest line that is waited for: the published model takes ten minutes on it.
SLOWEST = 10_000


def fetch_file(
    url: str,
    folder: Path,
    file: ModelFile,
    *,
    timeouts: Timeouts,
    on_event: Callable[[DownloadEvent], None],
    slowest: float = SLOWEST,
    clock: Callable[[], float] = time.monotonic,
) -> Path:
    """Download a file; it appears under its name only once its hash matches.

    Args:
        url: Of the file.
        folder: Where it goes.
        file: What it is called there, its size and its hash.
        timeouts: Seconds to wait for a connection, and for the next bytes.
        on_event: Is told of every step.
        slowest: Bytes a second of the slowest line that is waited for.
        clock: Seconds, from any start.

    Raises:
        DownloadError: The server cannot be reached, refuses, stalls, dawdles or hangs up.
        ChecksumError: It sends other bytes than the expected ones.
        OSError: The disk refuses.
    """
    import pooch  # noqa: PLC0415 - heavy

    def receive(url: str, path: str, _: object) -> None:
        _receive(url, Path(path), file, timeouts=timeouts, on_event=on_event, slowest=slowest, clock=clock)

    with _mapped_errors(timeouts), _quiet(pooch.get_logger()):
        pooch.retrieve(url, f"sha256:{file.sha256}", fname=file.name, path=folder, downloader=receive)
    return folder / file.name


def _receive(
    url: str,
    path: Path,
    file: ModelFile,
    *,
    timeouts: Timeouts,
    on_event: Callable[[DownloadEvent], None],
    slowest: float,
    clock: Callable[[], float],
) -> None:
    """Do what pooch's own downloader does, but close the connection whatever happens, and stop an endless body."""
    import requests  # noqa: PLC0415 - heavy

    received, told, begun = 0, -math.inf, clock()
    allowed = sum(timeouts) + file.size_bytes / slowest
    with requests.get(url, stream=True, timeout=timeouts) as answer, path.open("wb") as output:
        answer.raise_for_status()
        # As it comes: whoever waits for a whole chunk looks at the clock when a slow one is full, hours later.
        while chunk := answer.raw.read1(_CHUNK_BYTES, decode_content=True):
            received += len(chunk)
            if received > file.size_bytes:
                raise ChecksumError(f"sent more than the {file.size_bytes:,} bytes the file has")
            output.write(chunk)
            now = clock()
            if now - begun > allowed:
                raise DownloadError(f"too slow: {received:,} of {file.size_bytes:,} bytes in {allowed:.0f} seconds")
            if now - told >= _EVENT_EVERY_S or received == file.size_bytes:
                told = now
                on_event(DownloadEvent("progress", file.name, bytes=received, total=file.size_bytes))


@contextlib.contextmanager
def _mapped_errors(timeouts: Timeouts) -> Iterator[None]:
    """Say what requests, urllib3 and pooch raise in words of ours."""
    import requests  # noqa: PLC0415 - heavy
    import urllib3  # noqa: PLC0415 - heavy

    try:
        yield
    except (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError) as exc:
        raise DownloadError(f"no answer within {max(timeouts):g} seconds") from exc
    except requests.exceptions.HTTPError as exc:
        answer = exc.response
        told = f"{answer.status_code} {answer.reason}" if answer is not None else str(exc)
        raise DownloadError(f"the server answers {told}") from exc
    except (urllib3.exceptions.ProtocolError, urllib3.exceptions.SSLError) as exc:
        raise DownloadError("the connection broke off before the whole file had arrived") from exc
    except requests.exceptions.ConnectionError as exc:
        raise DownloadError(f"no connection ({_innermost(exc)})") from exc
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as exc:
        raise DownloadError(in_one_line(exc)) from exc
    except ValueError as exc:  # pooch's word for another hash
        raise ChecksumError("sent other bytes than the published ones (their sha256 differs)") from exc


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
