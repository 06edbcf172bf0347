"""What the page calls a layer within its module, by Node alone."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

import squeezeviz

NETWORK = Path(squeezeviz.__file__).parent / "widgets" / "frontend" / "network.js"
SAYS = "import { shortName } from %s; console.log(JSON.stringify(%s.map(shortName)));"


@pytest.mark.skipif(shutil.which("node") is None, reason="the page's own code runs here only where Node is")
@pytest.mark.skipif(not NETWORK.is_file(), reason="an installed wheel carries the bundle only")
def test_a_layer_has_a_short_name_whatever_its_module_is_called():
    told = {
        "squeeze 1×1": ("fire2/squeeze1x1", "fire2", "squeeze"),
        "expand 3×3": ("features.3.expand3x3", "features.3", "expand3x3"),
        "concat": ("features.3", "features.3", "concat"),  # the join is called as its module
        "squeeze": ("r4", "r9", "squeeze"),  # a file whose names tell no module
        "expand 1×1": ("r6", "r9", "expand1x1"),
        "conv1": ("conv1", None, None),
    }
    layers = json.dumps([dict(zip(("name", "module", "branch"), layer, strict=True)) for layer in told.values()])
    program = SAYS % (json.dumps(NETWORK.as_uri()), layers)
    ran = subprocess.run(
        ["node", "--input-type=module", "--eval", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == list(told)
