"""What the servers' programs leave out as they start."""

import subprocess

import pytest

from squeezeviz.serving.server import app_command, lab_command


@pytest.mark.slow
@pytest.mark.parametrize("command", [lab_command, app_command])
def test_no_grammar_of_addresses_is_compiled(tmp_path, command):
    """jsonschema takes 3 s of every start for `rfc3987_syntax`, which none of Jupyter's schemas needs."""
    pytest.importorskip("voila", reason="Voilà is not installed")
    program = command(tmp_path / "a.ipynb")
    told = [*program[: program.index("-m")], "-X", "importtime", *program[program.index("-m") :], "--version"]
    done = subprocess.run(told, capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip()[0].isdigit(), "its version"
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time")}
    assert "jsonschema" in imported
    assert "lark" not in imported, "which rfc3987_syntax compiles them with"
