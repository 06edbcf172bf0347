"""The committed bundle belongs to the committed sources, checked without Node; with it, the front end's own tests run."""

import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import squeezeviz
from squeezeviz.explorer.second_part import SECOND_PART

PACKAGE = Path(squeezeviz.__file__).parent
WIDGETS = PACKAGE / "widgets"
FRONTEND = PACKAGE / "frontend"
SOURCES = FRONTEND / "src"
VITEST = PACKAGE.parent / "node_modules" / "vitest" / "vitest.mjs"


@pytest.mark.skipif(not SOURCES.is_dir(), reason="an installed wheel carries the bundle only")
@pytest.mark.parametrize(
    "name",
    [
        "squeezeviz.js",
        "squeezeviz-second.js",
        "squeezeviz.css",
        "page.js",
        "page.css",
        "service-worker.js",
        "engine.js",
        "early.js",
        "early-site.js",
    ],
)
def test_the_bundle_matches_its_sources(name):
    digest = hashlib.sha256()
    sources = {path.relative_to(SOURCES).as_posix(): path for path in SOURCES.rglob("*") if path.is_file()}
    for relative in sorted(sources):
        if re.search(r"\.(js|ts|tsx|css|json)$", relative) and not re.search(r"\.test\.tsx?$", relative):
            digest.update(f"{relative}\n".encode() + sources[relative].read_bytes())
    bundle = (WIDGETS / "static" / name).read_text(encoding="utf-8")
    assert re.search(r"sources sha256 ([0-9a-f]{64})", bundle).group(1) == digest.hexdigest(), "run: make frontend"


def test_what_a_widget_loads_before_its_first_view_is_small():
    """Where it grows beyond that, `entry/second.tsx` takes more: views that open on demand."""
    first, second = ((WIDGETS / "static" / name).read_bytes() for name in ("squeezeviz.js", "squeezeviz-second.js"))
    assert len(first) <= 206_000
    assert second == SECOND_PART
    # The second takes from the first what both use, and has none of it again.
    for mark in (b"preact-signals", b"squeezeviz.runtime"):
        assert mark in first
        assert mark not in second
    assert second.count(b"require(") == 1
    assert b"eval(" not in first + second


@pytest.mark.skipif(not SOURCES.is_dir(), reason="an installed wheel carries the bundle only")
def test_the_compiled_kernels_match_their_sources():
    kernels = SOURCES / "engine" / "kernels"
    digest = hashlib.sha256()
    for path in sorted((kernels / "assembly").iterdir()):
        digest.update(f"{path.name}\n".encode() + path.read_bytes())
    compiled = (kernels / "compiled.ts").read_text(encoding="utf-8")
    assert re.search(r"sources sha256 ([0-9a-f]{64})", compiled).group(1) == digest.hexdigest(), "run: make frontend"


def test_the_bundle_names_no_host():
    for path in (WIDGETS / "static").iterdir():
        hosts = set(re.findall(r"https?://[\w.-]+", path.read_text(encoding="utf-8")))
        assert hosts <= {"http://www.w3.org"}, path


@pytest.mark.slow
@pytest.mark.timeout(900)  # half a minute where nothing else runs
@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")
@pytest.mark.skipif(not VITEST.is_file(), reason="needs the front end's tools: make node_modules")
def test_the_front_end_s_own_tests():
    made = subprocess.run(
        ["node", VITEST, "run", "--root", FRONTEND], check=False, capture_output=True, text=True, timeout=840
    )
    assert made.returncode == 0, made.stdout + made.stderr
