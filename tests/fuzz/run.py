"""Fuzzing one target: workers are started as long as there is time, and what they die of is a finding."""

from __future__ import annotations

import multiprocessing
import shutil
import signal
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.fuzz.law import Bounds, Outcome
from tests.fuzz.worker import work

_KEPT = 3  # cases of one fault that are written down


@dataclass(frozen=True)
class Plan:
    """What to try.

    Attributes:
        out: Where findings are written, a folder a case.
        seed: Of all cases.
        seconds: For how long, from the first case on.
        cases: How many at most.
        first: Number of the first.
        again: The folder of a case that is tried instead, as it was written down.
        bounds: What one case may take.
    """

    out: Path
    seed: int
    seconds: float
    cases: int = 1 << 40
    first: int = 0
    again: Path | None = None
    bounds: Bounds = field(default_factory=Bounds)


@dataclass
class Report:
    """What came of it.

    Attributes:
        name: Of the target.
        tried: How many cases.
        refused: How many of them by an error of squeezeviz.
        accepted: How many without one.
        findings: What was found, and how often.
        seconds: How long it took, the starts of workers left out.
    """

    name: str
    tried: int = 0
    refused: int = 0
    accepted: int = 0
    findings: Counter = field(default_factory=Counter)
    seconds: float = 0.0


def fuzz(name, module, plan):
    """Try a target's cases, and write down those that break a law. Returns a `Report`."""
    report, left = Report(name), plan
    while left.seconds > 0 and left.cases > 0:
        with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
            first, is_done = _one_worker(report, module, Path(folder), left)
        if is_done:
            break
        left = replace(
            left, seconds=plan.seconds - report.seconds, cases=plan.cases - (first - plan.first), first=first
        )
    return report


def _one_worker(report, module, place, plan):
    """Let one worker work until it ends or dies; returns the number of the next case, and whether all is done."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    worker = context.Process(target=work, args=(theirs, module, place, plan), daemon=True)
    worker.start()
    theirs.close()
    number, is_trying, start = None, False, None
    try:
        while (told := ours.recv()) is not None:
            if told == "ready":
                start = time.monotonic()
            elif isinstance(told, Outcome):
                _note(report, told, number, plan, place / "cases" / str(number))
                is_trying = False
            else:
                number, is_trying = told, True
        is_done = True
    except EOFError:
        worker.join()
        said = (place / "said.txt").read_text(errors="replace")
        if not is_trying:
            raise RuntimeError(f"{report.name}: no case can be made after {number}\n{said}") from None
        outcome = Outcome("found", _death(worker.exitcode), said)
        _note(report, outcome, number, plan, place / "cases" / str(number))
        is_done = False
    finally:
        worker.terminate()
        worker.join()
        ours.close()
    report.seconds += time.monotonic() - (start or time.monotonic())
    return (plan.first if number is None else number + 1), is_done


def _death(code):
    words = {-signal.SIGPROF: "takes too much processor time", -signal.SIGALRM: "does not end"}
    if code in words:
        return words[code]
    return f"ends the process ({signal.Signals(-code).name})" if code < 0 else f"ends the process (exit code {code})"


def _note(report, outcome, number, plan, written):
    """Count an outcome; keep the case of a finding that is new enough."""
    report.tried += 1
    if outcome.kind != "found":
        setattr(report, outcome.kind, getattr(report, outcome.kind) + 1)
        return
    report.findings[outcome.what] += 1
    if plan.again:
        print(f"{report.name}: {outcome.what}\n{outcome.details}")
    elif report.findings[outcome.what] <= _KEPT:
        folder = plan.out / f"{report.name}-{plan.seed}-{number}"
        _keep(written, folder, report.name, outcome, f"--seed {plan.seed} --first {number} --cases 1")


def _keep(written, folder, name, outcome, made_by):
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(written, folder / "case")
    again = f"python -m tests.fuzz --only {name} --again {folder}"
    made_by = f"python -m tests.fuzz --only {name} {made_by}"
    said = f"{outcome.what}\n\nagain:   {again}\nmade by: {made_by}\n\n{outcome.details}\n"
    (folder / "finding.txt").write_text(said, encoding="utf-8", errors="backslashreplace")
    print(f"{name}: {outcome.what}; again: {again}")
