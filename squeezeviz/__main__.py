"""``python -m squeezeviz``."""

import os
import sys

# ``python -m`` looks for modules in the working folder before any other; what lies there is not ours to run. A checkout
# that is not installed is found there alone, so that one stays.
if not sys.flags.safe_path and sys.path[0] == os.getcwd() != os.path.dirname(os.path.dirname(__file__)):  # noqa: PTH109, PTH120 - pathlib would be looked for there
    del sys.path[0]

from squeezeviz.cli import main

main()
