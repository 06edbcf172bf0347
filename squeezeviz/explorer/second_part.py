"""The page's second part, as a widget's page asks for it."""

from __future__ import annotations

from squeezeviz.resources import PACKAGE

__all__ = ["SECOND_PART"]

#: Read with this process, as the first part is: both are of one version, whatever is installed while it runs.
SECOND_PART = (PACKAGE / "widgets" / "static" / "squeezeviz-second.js").read_bytes()
