"""One static page: what stands around what it shows, and links and pictures that lead to its own folder alone.

A string is escaped wherever it is put in, unless this package made it. Addresses are relative, of letters, digits,
``-``, ``/`` and ``.`` alone, but for a state of the explorer behind ``#``, percent-encoded: nothing that a name holds
can make another.
"""

from __future__ import annotations

import re
from pathlib import Path

from markupsafe import Markup

from squeezeviz.visible import visible

__all__ = ["STYLE", "link", "page", "picture", "style_sheet", "text"]

#: Path of the style sheet within the folder.
STYLE = "style.css"
_ADDRESS = re.compile(r"(\.\./)*[a-z0-9-]+(/[a-z0-9-]+)*\.(html|jpg|css)(#layer=[\w.~%/-]+&channel=\d+)?", re.ASCII)
_PAGE = Markup(
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    '<meta name="color-scheme" content="light dark">\n<title>{title}</title>\n'
    '<link rel="stylesheet" href="{style}">\n</head>\n<body>\n'
    '<a class="skip" href="#main">To the content</a>\n<header>{head}</header>\n<main id="main">\n{body}\n</main>\n'
    "<footer>{foot}</footer>\n</body>\n</html>\n"
)


def text(value: object) -> str:
    """Return text from anywhere, fit to be shown; it is escaped where it is put into markup."""
    return visible(str(value))


def link(address: str, content: object, *, rel: str = "", title: str = "", class_: str = "") -> Markup:
    """Return a link.

    Args:
        address: Relative.
        content: Markup, or text.
        rel: ``"prev"``, ``"next"``, or nothing.
        title: More of it.
        class_: Its class.

    Raises:
        ValueError: The address is none that this package makes.
    """
    more = Markup("").join(
        each.format(text(value))
        for each, value in ((Markup(' rel="{}"'), rel), (Markup(' title="{}"'), title), (Markup(' class="{}"'), class_))
        if value
    )
    shown = content if isinstance(content, Markup) else text(content)
    return Markup('<a href="{}"{}>{}</a>').format(_checked(address), more, shown)


def picture(address: str, alt: str, size: tuple[int, int], *, is_late: bool = True) -> Markup:
    """Return a picture.

    Args:
        address: Relative.
        alt: What it is, in words; empty where words stand beside it.
        size: (height, width), in pixels.
        is_late: Whether it is loaded only when it comes into sight.
    """
    lazy = Markup(' loading="lazy"') if is_late else ""
    height, width = size
    made: Markup = Markup('<img src="{}" alt="{}" width="{}" height="{}"{}>').format(
        _checked(address), text(alt), width, height, lazy
    )
    return made


def page(title: str, *, style: str, head: Markup, body: Markup, foot: Markup) -> bytes:
    """Return a page, UTF-8.

    Args:
        title: Of the window.
        style: Address of the style sheet.
        head: What stands above.
        body: What it shows.
        foot: What stands below.
    """
    return _PAGE.format(title=text(title), style=_checked(style), head=head, body=body, foot=foot).encode("utf-8")


def style_sheet() -> bytes:
    """Return the style sheet of all pages."""
    return Path(__file__).with_name(STYLE).read_bytes()


def _checked(address: str) -> str:
    if not _ADDRESS.fullmatch(address):
        raise ValueError(f"{address!r} is no address within the folder")
    return address
