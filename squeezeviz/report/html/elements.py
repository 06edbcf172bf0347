"""HTML for notebooks, built of elements: what is put between tags is text, whatever it holds.

A string is escaped wherever it is put in, unless this module made it. Only the tags and attributes below exist, no
attribute takes an address, and pictures carry their own bytes; so no script, no request and no element of somebody
else's can come of any name, label or number.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Literal

from markupsafe import Markup

from squeezeviz.visible import visible

__all__ = ["Markup", "Tag", "display", "el", "number", "picture", "together"]

Tag = Literal[
    "b", "br", "div", "figcaption", "figure", "i", "li", "ol", "rect", "span", "svg", "table", "tbody", "td", "th",
    "thead", "title", "tr",
]  # fmt: skip

_ENDED = Markup('"')
_EMPTY = frozenset({"br"})
_ATTRIBUTES = frozenset({"alt", "aria-label", "class", "fill", "height", "opacity", "role", "title", "width", "x", "y"})
# Properties, numbers and colours; var(--name), never url(…), a string, or an end of the attribute.
_STYLE = re.compile(r"(?:(?!url|expression|image\(|image-set)[\w\s.,:;%#()+-])*", re.IGNORECASE)


def el(tag: Tag, *children: object, style: str = "", **attributes: object) -> Markup:
    """Return an element.

    Args:
        tag: One of `Tag`.
        children: As for `together`.
        style: CSS of our own and numbers.
        attributes: Their values are escaped, and left out where they are None; ``aria_label`` is ``aria-label``.

    Raises:
        ValueError: An attribute is none of those allowed, or a style holds more than properties.
    """
    return _open(tag, style, attributes) + (Markup() if tag in _EMPTY else together(*children) + _close(tag))


def display(*children: object, style: str = "", class_: str = "") -> Markup:
    r"""Return the outermost element of what a notebook shows; whatever a display holds stands in one.

    Notebooks look through displays for formulas: of files called ``$5.jpg`` and ``$6.jpg`` they would make one, and
    ``\href`` in a formula may be a script. The classes tell MathJax, 3 and 2, to leave this alone.

    Args:
        children: As for `together`.
        style: As for `el`.
        class_: More classes.
    """
    return el("div", *children, style=style, class_=f"mathjax_ignore tex2jax_ignore {class_}".rstrip())


def together(*children: object) -> Markup:
    """Return elements and texts, one after the other.

    Args:
        children: Elements, as they are; lists, tuples and generators of such; nothing for None. Anything else becomes
            text, which is escaped.
    """
    return Markup("").join(_pieces(children))


def _pieces(children: Any) -> Iterator[str]:  # noqa: ANN401 - whatever was received
    for child in children:
        if isinstance(child, Markup):
            yield child
        elif isinstance(child, (list, tuple, Iterator)):
            yield from _pieces(child)
        elif child is not None:
            yield visible(str(child))  # joined by a Markup, it is escaped


def picture(content: bytes, kind: Literal["png", "jpeg"], *, style: str = "", **attributes: object) -> Markup:
    """Return an image that carries its own bytes.

    Args:
        content: A file's.
        kind: What it is; a browser shows it as that or not at all.
        style: As for `el`.
        attributes: As for `el`.
    """
    source = f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"
    return _open("img", style, attributes, Markup(' src="{}"').format(source))


def number(value: object, spec: str) -> str:
    """Return a number in a format such as ``",.2f"``; what should be one and is not, as the text that it is.

    A table that was received, an atlas's for one, may hold anything where a number belongs.
    """
    try:
        return format(value, spec)
    except (TypeError, ValueError):
        return str(value)


def _open(tag: str, style: str, attributes: dict[str, object], own: str = "") -> Markup:
    pieces = [_begun(tag), own]
    for key, value in attributes.items():
        name = key.replace("_", "-").rstrip("-")
        if name not in _ATTRIBUTES:
            raise ValueError(f"{tag}: {name!r} is no attribute that displays use")
        if value is not None:
            pieces += [_named(name), visible(str(value)), _ENDED]  # joined by a Markup, it is escaped
    if style:
        if not _STYLE.fullmatch(style):
            raise ValueError(f"{tag}: a style holds properties and numbers only, not {style!r}")
        pieces.append(Markup(' style="{}"').format(style))
    return Markup("").join([*pieces, Markup(">")])


# Templates are read letter by letter: those of the few tags and attributes there are, once.
@lru_cache(maxsize=64)
def _begun(tag: str) -> Markup:
    return Markup("<{}").format(tag)


@lru_cache(maxsize=64)
def _named(attribute: str) -> Markup:
    return Markup(' {}="').format(attribute)


@lru_cache(maxsize=64)
def _close(tag: str) -> Markup:
    return Markup("</{}>").format(tag)
