"""The command: which targets, for how long; exit code 1 where anything was found."""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

from tests.fuzz.run import Plan, fuzz
from tests.fuzz.targets import TARGETS


def _arguments(given):
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Try what strangers might hand in.")
    parser.add_argument("--seconds", type=float, default=60, help="for each target")
    parser.add_argument("--cases", type=int, default=1 << 40, help="at most so many of each target")
    parser.add_argument("--only", default=",".join(TARGETS), help="targets, separated by commas")
    parser.add_argument("--seed", type=int, default=None, help="of all cases; by default another each time")
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--again", type=Path, help="the folder of a finding, to try its case once more")
    parser.add_argument("--out", type=Path, default=Path("artifacts/fuzz"), help="where findings are written")
    options = parser.parse_args(given)
    options.only = options.only.split(",")
    if unknown := [name for name in options.only if name not in TARGETS]:
        parser.error(f"no target is called {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    return options


def main(given=None):
    """Fuzz, and print a table; returns the exit code."""
    options = _arguments(given)
    seed = random.randrange(1 << 32) if options.seed is None else options.seed
    again = options.again and options.again.absolute() / "case"
    plan = Plan(options.out.absolute(), seed, options.seconds, 1 if again else options.cases, options.first, again)
    reports = [fuzz(name, TARGETS[name], plan) for name in options.only]
    print(f"seed {seed}\n{'target':10}{'tried':>9}{'refused':>9}{'accepted':>9}{'findings':>9}{'a second':>9}")
    for each in reports:
        speed = each.tried / max(each.seconds, 1e-9)
        print(f"{each.name:10}{each.tried:9,}{each.refused:9,}{each.accepted:9,}{len(each.findings):9,}{speed:9,.1f}")
    for each in reports:
        for what, count in each.findings.most_common():
            print(f"{each.name}: {what} ({count:,} times)")
    return int(any(each.findings for each in reports))


if __name__ == "__main__":
    sys.exit(main())
