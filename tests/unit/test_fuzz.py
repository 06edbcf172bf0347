"""The fuzzers themselves: every target runs and finds nothing, every broken law is found, and is there to be tried again."""

import random
import sys

import pytest

from tests import mutations, planted

pytest.importorskip("resource", reason="the fuzzers take signals and limits of POSIX")

from tests.fuzz.__main__ import main
from tests.fuzz.law import Bounds
from tests.fuzz.run import Plan, fuzz
from tests.fuzz.targets import TARGETS
from tests.optional import needs

pytestmark = [pytest.mark.slow, needs("pyarrow", "zarr", "pillow_heif")]


@pytest.mark.parametrize("target", TARGETS)
def test_a_few_cases_of_each_target(target, tmp_path, capsys):
    code = main(["--only", target, "--seed", "1", "--cases", "12", "--seconds", "600", "--out", str(tmp_path)])
    said = capsys.readouterr().out
    assert code == 0, said
    name, tried, refused, accepted, findings, _ = said.splitlines()[-1].split()
    assert (name, tried, findings) == (target, "12", "0")
    assert int(refused) + int(accepted) == 12


SEED, COUNT = 2336, 13  # in which there is each at least once, and what takes long no more often
EXPECTED = {
    "raises": "KeyError in planted.py",
    "says nothing": "a refusal without a word",
    "prints": "writes to standard output or error",
    "leaves a file": "leaves files behind",
    "memory": "too much memory",
    "crashes": "ends the process (SIGSEGV)",
    "exits": "ends the process (exit code 3)",
}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how much memory a process has used")
def test_every_broken_law_is_found_and_the_others_go_on(tmp_path, monkeypatch, capsys):
    made = [planted.make(random.Random(f"tests.planted {SEED} {at}"))["what"].decode() for at in range(COUNT)]
    assert set(made) == set(planted.CASES)
    plan = Plan(tmp_path, SEED, 600, COUNT, bounds=Bounds(cpu_s=1, wall_s=2, memory_mib=200))
    report = fuzz("planted", "tests.planted", plan)
    assert report.tried == len(made)
    assert (report.accepted, report.refused) == (made.count("taken"), made.count("refused"))
    for what, words in EXPECTED.items():
        assert [count for found, count in report.findings.items() if found.startswith(words)] == [made.count(what)], (
            what
        )
    # On a busy machine what spins may come to the end of its time on the clock first.
    endless = ("takes too much processor time", "does not end")
    assert sum(report.findings[words] for words in endless) == made.count("spins") + made.count("waits")
    assert report.findings["does not end"]
    assert set(report.findings) - set(endless) == {
        words for words in report.findings if words.startswith(tuple(EXPECTED.values()))
    }
    first = tmp_path / f"planted-{SEED}-{made.index('crashes')}"
    assert "string_at" in (first / "finding.txt").read_text(), "where it crashed"
    assert (first / "case/what").read_bytes() == b"crashes"
    monkeypatch.setitem(TARGETS, "planted", "tests.planted")
    capsys.readouterr()
    assert main(["--only", "planted", "--again", str(first)]) == 1
    assert "planted: ends the process (SIGSEGV) (1 times)" in capsys.readouterr().out


def test_a_target_that_cannot_begin_is_no_finding(tmp_path):
    with pytest.raises(RuntimeError, match=r"nothing: .*"):
        fuzz("nothing", "tests.nothing", Plan(tmp_path, 1, 60))


def test_a_target_that_is_none(capsys):
    with pytest.raises(SystemExit):
        main(["--only", "films"])
    assert "no target is called films; there are pictures" in capsys.readouterr().err


def test_a_seed_tells_the_whole_case():
    content, plain = random.Random(0).randbytes(300), {"a": [1, {"b": "c"}], "d": None}
    for number in range(200):
        one, other = random.Random(number), random.Random(number)
        assert mutations.damaged(content, one) == mutations.damaged(content, other)
        assert mutations.twisted(plain, one) == mutations.twisted(plain, other)
    assert plain == {"a": [1, {"b": "c"}], "d": None}, "the original stays as it is"
