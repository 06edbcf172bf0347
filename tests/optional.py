"""What not every machine has, asked about without being imported: each worker reads every file of tests."""

from importlib.util import find_spec

import pytest


def needs(*packages):
    """Return a mark that skips, by name, where a package is not installed."""
    missing = [package for package in packages if find_spec(package) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")
