"""What holds of every case, whatever is in it.

It is taken, or refused by an error of squeezeviz, in a line; within a time and memory that are bounded; without a word on
standard output or standard error, whoever writes it, C libraries included; and nothing is left lying about.
"""

from __future__ import annotations

import faulthandler
import os
import resource
import shutil
import signal
import sys
import traceback
import warnings
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from squeezeviz.errors import SqueezeVizError

_LONGEST_MESSAGE = 2000
_MIB = 1 << 20


@dataclass(frozen=True)
class Bounds:
    """What one case may take.

    Attributes:
        cpu_s: Processor time, of all threads.
        wall_s: Time on the clock: what waits for ever takes no processor time.
        memory_mib: Memory beyond what the process held before. Twice that cannot be allocated at all.
    """

    cpu_s: float = 20.0
    wall_s: float = 180.0
    memory_mib: int = 1024


@dataclass(frozen=True)
class Outcome:
    """How a case went.

    Attributes:
        kind: ``"accepted"``, ``"refused"``, or ``"found"`` where a law was broken.
        what: The message of a refusal; what was found, the same for the same fault.
        details: Of a finding: where.
    """

    kind: str
    what: str = ""
    details: str = ""


def tried(target, case, place, bounds):
    """Hand a case to squeezeviz, and return how it went.

    Args:
        target: A module with `try_`.
        case: What its `make` returned.
        place: Of the worker, with `prepare` done.
        bounds: What the case may take.
    """
    folder = place / "folder"
    folder.mkdir()
    _forget_peak()
    before = _memory_mib("VmRSS")
    try:
        with _timed(bounds):
            target.try_(case, folder)
        outcome = Outcome("accepted")
    except SqueezeVizError as exc:
        outcome = _refused(exc)
    except BaseException as exc:  # noqa: BLE001 - a finding, whatever it is
        outcome = Outcome("found", f"{type(exc).__name__} {_where(exc)}", traceback.format_exc())
    grown = _memory_mib("VmHWM") - before
    shutil.rmtree(folder, ignore_errors=True)
    # In this order: what was raised tells most.
    return next(
        (
            each
            for each in (outcome, _large(grown, bounds), _said(place), _left(place))
            if each is not None and each.kind == "found"
        ),
        outcome,
    )


def prepare(place, bounds):
    """Make this process one that can be watched; standard output and error go into a file from now on."""
    for name in ("temp", "here", "cache"):
        (place / name).mkdir(parents=True)
    os.environ.update(
        TMPDIR=str(place / "temp"), SQUEEZEVIZ_CACHE=str(place / "cache"), SQUEEZEVIZ_OFFLINE="1", MPLBACKEND="agg"
    )
    os.chdir(place / "here")
    said = os.open(place / "said.txt", os.O_RDWR | os.O_CREAT | os.O_APPEND)
    for stream, number in ((sys.stdout, 1), (sys.stderr, 2)):
        stream.flush()
        os.dup2(said, number)
    warnings.simplefilter("always")  # each is told of the case that it belongs to
    faulthandler.enable()
    for number in (signal.SIGPROF, signal.SIGALRM):
        faulthandler.register(number, chain=True)


def limit_memory(bounds):
    """Refuse allocations far beyond the bound: the machine is to live on."""
    limit = (_memory_mib("VmSize") + 2 * bounds.memory_mib) * _MIB
    if limit > 2 * bounds.memory_mib * _MIB:  # else this system does not say
        resource.setrlimit(resource.RLIMIT_AS, (limit, resource.getrlimit(resource.RLIMIT_AS)[1]))


def said_by(place):
    """Return what was written to standard output and error, and forget it."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    path = place / "said.txt"
    text = path.read_text(errors="replace") if path.exists() else ""
    if text:
        os.truncate(path, 0)
    return text


@contextmanager
def _timed(bounds):
    """End the process by a signal where it takes longer: whatever C code it is in, and without a word to it."""
    signal.setitimer(signal.ITIMER_PROF, bounds.cpu_s)
    signal.setitimer(signal.ITIMER_REAL, bounds.wall_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _refused(exc):
    said = str(exc)
    if not said.strip():
        return Outcome("found", f"a refusal without a word {_where(exc)}")
    if len(said) > _LONGEST_MESSAGE:
        return Outcome("found", f"a message of over {_LONGEST_MESSAGE:,} letters {_where(exc)}", said)
    return Outcome("refused", said)


def _large(grown, bounds):
    return (
        Outcome("found", "too much memory", f"{grown:,} MiB, expected {bounds.memory_mib:,} at most")
        if (grown > bounds.memory_mib)
        else None
    )


def _said(place):
    said = said_by(place)
    return Outcome("found", "writes to standard output or error", said) if said.strip() else None


def _left(place):
    left = sorted(path for name in ("temp", "here") for path in (place / name).iterdir())
    for path in left:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return Outcome("found", "leaves files behind", "\n".join(map(str, left))) if left else None


def _where(exc):
    """Return the innermost place in squeezeviz that an error came through."""
    frames = traceback.extract_tb(exc.__traceback__)
    ours = [frame for frame in frames if "squeezeviz" in Path(frame.filename).parts] or frames[-1:]
    return f"in {Path(ours[-1].filename).name}, {ours[-1].name}" if ours else ""


def _forget_peak():
    with suppress(OSError):  # only Linux knows
        Path("/proc/self/clear_refs").write_text("5")


def _memory_mib(key):
    """Return a size of this process in MiB; 0 where the system does not say."""
    with suppress(OSError, StopIteration):
        lines = Path("/proc/self/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith(f"{key}:")).split()[1]) >> 10
    return 0
