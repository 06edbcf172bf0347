"""The committed bundle belongs to the committed sources; checked without Node."""

import hashlib
import re
from pathlib import Path

import pytest

import squeezeviz

WIDGETS = Path(squeezeviz.__file__).parent / "widgets"
FRONTEND = WIDGETS / "frontend"
TOOLS = ("build.js", "package.json")  # what bundles, and is not bundled


@pytest.mark.skipif(not FRONTEND.is_dir(), reason="an installed wheel carries the bundle only")
@pytest.mark.parametrize("name", ["squeezeviz.js", "squeezeviz.css", "page.js", "page.css"])
def test_the_bundle_matches_its_sources(name):
    digest = hashlib.sha256()
    sources = {path.relative_to(FRONTEND).as_posix(): path for path in FRONTEND.rglob("*") if path.is_file()}
    for relative in sorted(sources):
        if sources[relative].suffix in (".js", ".css", ".json") and relative not in TOOLS:
            digest.update(f"{relative}\n".encode() + sources[relative].read_bytes())
    bundle = (WIDGETS / "static" / name).read_text(encoding="utf-8")
    assert re.search(r"sources sha256 ([0-9a-f]{64})", bundle).group(1) == digest.hexdigest(), "run: make frontend"


def test_the_bundle_names_no_host():
    for path in (WIDGETS / "static").iterdir():
        hosts = set(re.findall(r"https?://[\w.-]+", path.read_text(encoding="utf-8")))
        assert hosts <= {"http://www.w3.org"}, path
