"""A preprocessing as HTML: its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.report.html.elements import Markup, display, el

if TYPE_CHECKING:
    from squeezeviz.preprocessing import Preprocessing

__all__ = ["preprocessing_html"]


def preprocessing_html(preprocessing: Preprocessing) -> Markup:
    """Return its name, where it is from, and its steps in order."""
    steps = [el("li", step) for step in preprocessing.describe().split(" → ")]
    origin = el("span", preprocessing.origin, style="opacity:.7")
    return display(el("b", preprocessing.name), " ", origin, el("ol", steps, style="margin:.3em 0"))
