"""What lies in a folder, on disk or at an address: its files by name, and which of them are pictures."""

from __future__ import annotations

import os
import posixpath
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from squeezeviz.dataset.listing import LISTS
from squeezeviz.dataset.photos import Trouble
from squeezeviz.dataset.places import absolute, fsspec_at, is_address, lies_below, stamp_of_listing
from squeezeviz.errors import DatasetError, spoken
from squeezeviz.files import readable_name, what_lies
from squeezeviz.image.kinds import ENDINGS, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from squeezeviz.dataset.places import Stamp

__all__ = ["Tree", "has_photo_name", "left_out_file", "read_tree", "why_no_photo"]

# What systems leave in folders for themselves, in lower case, besides hidden files.
_OF_SYSTEMS = {
    "thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", "icon\r", "@eadir", "$recycle.bin", "lost+found",
    "system volume information",
}  # fmt: skip
_NO_PICTURE = "is no picture"
_BEGINNING = 512  # bytes that tell formats apart
_DEEPEST = 100  # folders in folders: people sort no deeper, and a path has an end


@dataclass(frozen=True)
class Tree:
    """A folder with all that lies in it, or a single file.

    Attributes:
        root: Its place.
        is_folder: Whether it is one.
        files: Name within the folder and stamp of every file, by name; lists are among them. What systems leave in
            folders for themselves is not: hidden files, ``Thumbs.db`` and the like.
        troubles: What could not be entered.
    """

    root: str
    is_folder: bool
    files: tuple[tuple[str, Stamp], ...]
    troubles: tuple[Trouble, ...] = field(default=())

    def place(self, name: str) -> str:
        """Return where one of its files lies."""
        if not self.is_folder:
            return self.root
        return posixpath.join(self.root, name) if is_address(self.root) else str(Path(self.root, name))

    def listing(self) -> str | None:
        """Return the place of the list in it that labels its photos, if there is one."""
        names = {name for name, _ in self.files} if self.is_folder else ()
        return next((self.place(name) for name in LISTS if name in names), None)


def read_tree(source: str | os.PathLike[str]) -> Tree:
    """Return what lies in a folder, or a single file; nothing is opened.

    Raises:
        DatasetError: Nothing is there, or it cannot be listed.
    """
    root = absolute(source)
    if is_address(root):
        return _elsewhere(root)
    path = Path(root)
    try:
        lies = what_lies(path)
    except OSError as exc:
        raise DatasetError(
            f"{spoken(os.fspath(source))}: expected a folder of photos; cannot be read ({exc.strerror or exc})"
        ) from exc
    if lies == "file":
        return Tree(root, is_folder=False, files=((path.name, ()),))
    if lies != "folder":
        found = "nothing" if lies == "nothing" else "a pipe, a socket or a device"
        raise DatasetError(f"{spoken(os.fspath(source))}: expected a folder of photos, found {found}")
    troubles: list[Trouble] = []
    files = tuple((name, ()) for name in sorted(_walk(path, path, troubles)))
    return Tree(root, is_folder=True, files=files, troubles=tuple(troubles))


def _walk(root: Path, folder: Path, troubles: list[Trouble]) -> Iterator[str]:
    """Yield the files below a folder; links to folders are followed in the root only, where classes may be such."""

    def left_out(path: Path, why: str) -> None:
        troubles.append(left_out_file(path.relative_to(root).as_posix(), why))

    if len(folder.relative_to(root).parts) > _DEEPEST:
        left_out(folder, f"lies more than {_DEEPEST} folders deep")
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as exc:
        left_out(folder, f"cannot be entered ({exc.strerror or exc})")
        return
    entries = [entry for entry in entries if not _is_the_systems(entry.name)]
    if not entries and folder != root:
        left_out(folder, "is an empty folder")
    for entry in entries:
        path = Path(entry.path)
        try:
            is_folder, is_file = entry.is_dir(), entry.is_file()
        except OSError:  # a link to itself
            is_folder = is_file = False
        if is_folder and entry.is_symlink() and (folder != root or _leads_up(root, path)):
            left_out(path, "is a link to a folder; it may lead in a circle, and is not followed")
        elif is_folder:
            yield from _walk(root, path, troubles)
        elif is_file:
            yield path.relative_to(root).as_posix()
        else:
            left_out(path, "is a link to nothing" if entry.is_symlink() else "is no file, but a device or a pipe")


def _leads_up(root: Path, link: Path) -> bool:
    """Say whether a link leads to the folder it is in, or to one above."""
    target = link.resolve()
    return root.resolve().is_relative_to(target)


def _elsewhere(root: str) -> Tree:
    system, path = fsspec_at(root)
    try:
        if has_photo_name(root) and system.isfile(path):
            return Tree(root, is_folder=False, files=((posixpath.basename(path), stamp_of_listing(system.info(path))),))
        found = system.find(path.rstrip("/") + "/", detail=True)  # a page that lists files ends so; others don't mind
    except Exception as exc:
        raise DatasetError(
            f"{root}: expected a folder of photos; cannot be listed ({type(exc).__name__}: {exc})"
        ) from exc
    above = path.rstrip("/") + "/"
    files = [
        (key.removeprefix(above).lstrip("/"), stamp_of_listing(entry))
        for key, entry in found.items()
        if entry.get("type", "file") == "file"
    ]
    if not files:
        raise DatasetError(f"{root}: expected a folder of photos, found nothing")
    is_hidden = {name: any(map(_is_the_systems, name.split("/"))) for name, _ in files}
    seen = sorted((name, stamp) for name, stamp in files if not is_hidden[name])
    outside = {name for name, _ in seen if not lies_below(posixpath.join(root, name), root)}
    troubles = tuple(left_out_file(name, "by its name it leads out of the folder") for name in sorted(outside))
    files = [(name, stamp) for name, stamp in seen if name not in outside]
    return Tree(root.rstrip("/"), is_folder=True, files=tuple(files), troubles=troubles)


# Which are pictures ---------------------------------------------------------------------------------------------------


def left_out_file(name: str, why: str) -> Trouble:
    """Return what is the matter with one file, by its name within the folder."""
    shown = readable_name(name)
    return Trouble(shown, f"{shown}: {why}")


def has_photo_name(name: str) -> bool:
    """Say whether a file's name ends as a picture's does."""
    return posixpath.splitext(name)[1].lower() in ENDINGS


def why_no_photo(tree: Tree, name: str) -> str:
    """Say why a file is left out; nothing of a picture, whatever its name is.

    Files on disk that are not called pictures are looked into. At addresses only those without an ending are: a request
    for each of a million text files would take longer than all that is asked of the photos.
    """
    if not tree.is_folder or has_photo_name(name):
        return ""
    place = tree.place(name)
    if is_address(place) and posixpath.splitext(name)[1]:
        return _NO_PICTURE
    try:
        beginning = _beginning(place)
    except OSError as exc:
        return f"cannot be read ({exc.strerror or exc})"
    except Exception as exc:  # noqa: BLE001 - stores raise errors of their own
        return f"cannot be read ({type(exc).__name__}: {exc})"
    kind = kind_of(beginning)
    return "" if kind is not None and kind.is_read else _NO_PICTURE


def _beginning(place: str) -> bytes:
    if is_address(place):
        system, path = fsspec_at(place)
        content: bytes = system.cat_file(path, start=0, end=_BEGINNING)
        return content
    with Path(place).open("rb") as file:
        return file.read(_BEGINNING)


def _is_the_systems(name: str) -> bool:
    return name.startswith(".") or name.lower() in _OF_SYSTEMS
