"""What JupyterLab says as it starts from a checkout's own environment."""

import json
import logging
import shutil
from pathlib import Path

import pytest

from squeezeviz.resources import is_checkout

TOP = Path(__file__).parents[2]


@pytest.mark.skipif(not is_checkout(), reason="an installed wheel has no package.json")
def test_no_package_json_above_the_environment_says_what_jupyterlabs_own_scripts_are():
    # Node takes "type" from the nearest package.json above a script, and .venv lies below ours.
    assert "type" not in json.loads((TOP / "package.json").read_text(encoding="utf-8"))


@pytest.mark.skipif(shutil.which("node") is None, reason="JupyterLab runs its yarn.js only where Node is")
def test_jupyterlabs_yarn_runs_and_nothing_is_logged(caplog):
    from jupyterlab import commands  # late: it takes seconds, and every worker reads every file of tests

    with caplog.at_level(logging.WARNING):
        commands._yarn_config(logging.getLogger("jupyterlab"))
    assert [record.getMessage()[:200] for record in caplog.records] == []
