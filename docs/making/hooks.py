"""What MkDocs does beside reading pages: the live page, and the pages that are written from the program itself."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import command_line
import formats
import gallery
import live
import public_api
from mkdocs.structure.files import File
from run_notebooks import ROOT

import notebooks
from squeezeviz.version import __version__

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

#: Files that suppose one address for the site; the page of what is not there names all others by that.
_UNREAD = ("404.html", "sitemap.xml", "sitemap.xml.gz")
#: What pages have written by the program, where they say ``!written NAME``: a change of it is a change of them.
_WRITTEN = {
    "command-line": command_line.markdown,
    "protocol": formats.protocol,
    "graph-spec": formats.graph_spec,
    "findings": gallery.markdown,
}
_notebooks: dict[str, notebooks.Lesson] = {}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """State the version, and put the lessons into the navigation."""
    config.extra["release"] = __version__
    config.site_url = ""
    _notebooks.clear()
    _notebooks.update((lesson.page, lesson) for lesson in notebooks.lessons())
    for entry in config.nav or []:
        if "Tutorials" in entry:
            entry["Tutorials"] = ["tutorials/index.md", *_notebooks]
        for title in {"How-to", "Explanation"} & set(entry):
            entry[title] = _in_order(title.lower())
    return config


def _from_the_top(name: str, up: str) -> str:
    """A file of the checkout's top level, whose links to the site's sources lead to its pages."""
    return (ROOT / name).read_text(encoding="utf-8").replace("](docs/", f"]({up}")


def _in_order(folder: str) -> list[str]:
    """A folder's pages in the order in which its first page names them; those that it does not name come last."""
    index = (ROOT / "docs" / folder / "index.md").read_text(encoding="utf-8")
    named = re.findall(r"\]\(([\w-]+\.md)\)", index)
    others = sorted(path.name for path in (ROOT / "docs" / folder).glob("*.md"))
    return [f"{folder}/{name}" for name in dict.fromkeys(["index.md", *named, *others])]


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the lessons and the changelog, which lie elsewhere."""
    written: dict[str, str | bytes] = {
        "changelog.md": _from_the_top("CHANGELOG.md", ""),
        "explanation/security.md": _from_the_top("SECURITY.md", "../"),
    }
    for lesson in _notebooks.values():
        written |= lesson.files()
    for path, content in written.items():
        files.append(File.generated(config, path, content=content))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put in what pages name: the live page, lists of names, the version."""
    del config, files
    text = re.sub(r"^!written (\S+)$", lambda found: _WRITTEN[found[1]](), markdown, flags=re.MULTILINE)
    text = live.with_views(text, page)
    text = public_api.with_names(text)
    return text.replace("{{ version }}", __version__)


def on_page_content(html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put a lesson's outputs where its cells are, and let tables scroll by themselves."""
    del config, files
    lesson = _notebooks.get(page.file.src_uri)
    return lesson.with_outputs(html, page) if lesson else html


def on_post_build(*, config: MkDocsConfig) -> None:
    """Write the live page, and leave out what nobody reads from disk."""
    site = Path(config.site_dir)
    live.write(site)
    gallery.write(site)
    for path in (*site.glob("assets/**/*.map"), *(site / name for name in _UNREAD)):
        path.unlink(missing_ok=True)
    shutil.rmtree(site / "assets" / "javascripts" / "lunr", ignore_errors=True)  # languages that are not English
    for path in site.glob("assets/**/*.js"):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"\n//# sourceMappingURL=.*", "", text), encoding="utf-8")
    for path in site.glob("assets/**/*.css"):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"/\*# sourceMappingURL=.*?\*/", "", text), encoding="utf-8")
