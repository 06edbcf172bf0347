"""The notebooks as pages, with what they showed when they were run."""

from __future__ import annotations

import base64
import html
import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import nbformat
from PIL import Image
from run_notebooks import ROOT, RUN, notebooks

if TYPE_CHECKING:
    from mkdocs.structure.pages import Page

_ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
_PLACE = re.compile(r"<p>SQVOUTPUT(\d+)END</p>")
_NOT_RUN = (
    "!!! note\n\n    The notebook was not run for this copy of the site: it has its words and its code. "
    "`make docs` runs it.\n\n"
)


@dataclass
class Lesson:
    """A notebook, as a page.

    Attributes:
        name: Of the notebook, without its ending.
        notebook: As it was run; as it is, where it was not.
        was_run: Whether it was.
    """

    name: str
    notebook: Any
    was_run: bool
    _outputs: list[str] = field(default_factory=list)
    _pictures: dict[str, bytes] = field(default_factory=dict)

    @property
    def page(self) -> str:
        """The page's path in the site's sources."""
        return f"tutorials/{self.name}.md"

    def files(self) -> dict[str, str | bytes]:
        """Return the page, its pictures, and the notebook itself, by their paths."""
        text = self._markdown()
        own = (ROOT / "notebooks" / f"{self.name}.ipynb").read_bytes()
        return {self.page: text, f"tutorials/{self.name}.ipynb": own, **self._pictures}

    def with_outputs(self, page: str, at: Page) -> str:
        """Return the page's HTML with each cell's outputs below it.

        Args:
            page: HTML that was made of the Markdown.
            at: The page, for whose place pictures are named.
        """
        del at
        return _PLACE.sub(lambda found: self._outputs[int(found[1])], page)

    def _markdown(self) -> str:
        parts, is_first = [], True
        self._outputs.clear()
        for cell in self.notebook.cells:
            if cell.cell_type == "markdown":
                parts.append(re.sub(r"\]\((\d\d_\w+)\.ipynb", r"](\1.md", cell.source))
                if is_first:
                    parts.append(self._door())
                    is_first = False
                continue
            parts.append(f"```python\n{cell.source}\n```")
            shown = [self._shown(output) for output in cell.get("outputs", [])]
            if any(shown):
                parts.append(f"SQVOUTPUT{len(self._outputs)}END")
                self._outputs.append(f'<div class="sqv-output">{"".join(shown)}</div>')
        return "\n\n".join(parts) + "\n"

    def _door(self) -> str:
        words = (
            f"This page is the notebook [{self.name}.ipynb]({self.name}.ipynb), as it was run for this site; of a "
            "widget it shows the picture that stands there without a kernel. `squeezeviz lab` opens it to play with."
        )
        return f'<p class="sqv-door" markdown="span">{words}</p>' if self.was_run else _NOT_RUN

    def _shown(self, output: Any) -> str:  # noqa: ANN401 - a notebook's
        if output.output_type == "stream":
            return "" if output.name == "stderr" else _text(output.text)
        data = output.get("data", {})
        if "image/png" in data:
            return self._picture(base64.b64decode(data["image/png"]), data.get("text/plain", "A picture"))
        if "application/vnd.jupyter.widget-view+json" in data and "text/html" not in data:
            return _text(f"{data['text/plain']}\nA widget: run the cell to use it.")
        return data.get("text/html") or _text(data.get("text/plain", ""))

    def _picture(self, png: bytes, says: str) -> str:
        """A picture as WebP, which takes a fourth of the bytes, beside the page."""
        path = f"{self.name}/{len(self._pictures) + 1}.webp"
        with Image.open(io.BytesIO(png)) as opened:
            width, height, buffer = opened.width, opened.height, io.BytesIO()
            opened.convert("RGB").save(buffer, "WEBP", quality=82, method=4)
        self._pictures[f"tutorials/{path}"] = buffer.getvalue()
        return (
            f'<img src="{path}" width="{width}" height="{height}" loading="lazy" alt="{html.escape(says.strip("<>"))}">'
        )


def lessons() -> list[Lesson]:
    """Return the notebooks, each as it was run where that was done."""
    found = []
    for path in notebooks():
        ran = RUN / path.name
        is_new = ran.is_file() and _is_of(ran, path)
        found.append(Lesson(path.stem, nbformat.read(ran if is_new else path, as_version=4), is_new))
    return found


def _is_of(ran: Any, path: Any) -> bool:  # noqa: ANN401 - paths
    """Whether a notebook that was run has the cells that it has now."""
    pair = [nbformat.read(each, as_version=4).cells for each in (ran, path)]
    return [cell.source for cell in pair[0]] == [cell.source for cell in pair[1]]


def _text(text: str) -> str:
    return f"<pre>{html.escape(_ESCAPE.sub('', text).rstrip())}</pre>" if text.strip() else ""
