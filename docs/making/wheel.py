"""Puts the site of this version, where it was built, into wheel and sdist; hatchling calls it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface[Any]):
    """`make dist` builds the site first; without it a package is whole, and `squeezeviz docs` says what is missing."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the site, in a wheel beside the package's other files, in an sdist where it was built."""
        place = f"artifacts/docs/{self.metadata.version}"
        site = Path(self.root) / place
        if version != "editable" and (site / "index.html").is_file():
            into = "squeezeviz/_shipped/docs" if self.target_name == "wheel" else place
            build_data["force_include"][str(site)] = into
