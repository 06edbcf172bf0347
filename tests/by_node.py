"""Programs of the page run by Node, where there is one: the same numbers asked of TypeScript and of Python."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BUNDLER = ROOT / "node_modules" / ".bin" / "esbuild"


def bundled(entry, folder):
    """Bundle a TypeScript file for Node; the test is skipped where there is no Node, or no bundler."""
    if shutil.which("node") is None or not BUNDLER.exists():
        pytest.skip("needs Node and the front end's tools: make node_modules")
    made = folder / f"{Path(entry).stem}.mjs"
    told = [str(BUNDLER), str(entry), "--bundle", "--platform=node", "--format=esm", f"--outfile={made}"]
    subprocess.run([*told, "--log-level=error"], check=True, timeout=300)
    return made


def said_by_node(program, *arguments):
    """What a bundled program says, as JSON."""
    told = ["node", str(program), *map(str, arguments)]
    ran = subprocess.run(told, capture_output=True, text=True, check=False, timeout=400)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)
