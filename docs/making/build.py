"""Build the site of this version, beside those of others: `make docs` does.

    python docs/making/build.py [FOLDER]

In ``FOLDER``, by default ``artifacts/docs``, each version has a folder of its own; ``index.html`` leads to the latest,
and ``versions.js`` lists all. The folder can be put on any server of files as it is, or opened from disk.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from squeezeviz.version import __version__

ROOT = Path(__file__).resolve().parents[2]
_INDEX = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url={latest}/index.html">
<title>squeezeviz</title>
<p><a href="{latest}/index.html">squeezeviz {latest}</a></p>
</html>
"""


def main() -> None:
    """Build, and list what is there."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "artifacts" / "docs"
    site = folder / __version__
    # Its theme would advertise on every build; this project's own command line says what it needs to.
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(site.resolve())]
    if code := subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
        sys.exit(code)
    found = sorted((each.parent.name for each in folder.glob("*/index.html")), key=_order, reverse=True)
    (folder / "versions.js").write_text(f"globalThis.squeezevizVersions = {found!r};\n", encoding="utf-8")
    (folder / "index.html").write_text(_INDEX.format(latest=found[0]), encoding="utf-8")
    print(f"— {site}/index.html, {_megabytes(site):.1f} MB")


def _order(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


if __name__ == "__main__":
    main()
