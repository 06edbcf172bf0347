"""Messages of errors as a page may show them: what lies where on the machine is nobody's business but its owner's.

An error names the file it is about by its whole path, as whoever runs the kernel needs it; the command line and a
notebook's own output say so. A page may be open to a class: there a path is cut down to its last part.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from squeezeviz.zoo import cache_folder

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["without_folders"]

# Addresses stay: what follows a colon or a slash is none of these. A drive's letter stands alone.
_PATH = re.compile(
    r"""(?<![\w:/\\.])(?:file:///?|~[\w.-]*[\\/]|…/|[A-Za-z]:[\\/]|\\\\|/(?=\S))(?:[^\s'",;:()<>|*?\[\]]*[\\/])*"""
)


def without_folders(text: str, known: Iterable[str | os.PathLike[str]] = ()) -> str:
    """Return a message without the folders that paths in it begin with.

    Args:
        text: The message.
        known: Folders and files that may be named in it. Those of this process are known anyway; they are found even
            where their names have spaces in them, at which any other path ends.
    """
    own = _own() if os.sep in text else ()  # each is a whole path
    for folder in sorted({*(os.fspath(each) for each in known), *own}, key=len, reverse=True):
        whole = os.path.normpath(folder)
        if len(whole) > 1:  # of the root itself nothing is hidden: everything would be
            text = text.replace(whole + os.sep, "…/").replace(whole, f"…/{Path(whole).name}")
    return _PATH.sub("…/", text)


def _own() -> list[str]:
    """Where this process lives and looks for things."""
    models = os.environ.get("SQUEEZEVIZ_MODELS", "").split(os.pathsep)
    places = [
        *models,
        os.environ.get("SQUEEZEVIZ_ATLAS", ""),
        os.environ.get("SQUEEZEVIZ_CATALOG", ""),
        sys.prefix,
        tempfile.gettempdir(),
        os.fspath(cache_folder()),
    ]
    home = os.path.expanduser("~")  # noqa: PTH111 - Path.home raises where there is none
    return [place for place in (*places, os.path.realpath("."), home) if Path(place).is_absolute()]
