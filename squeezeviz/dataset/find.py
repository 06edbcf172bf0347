"""Finding photos: a folder a class, a flat folder, a list, single files; on disk, or at addresses through fsspec.

Nothing is opened but lists. What looks like no photo, or cannot be entered, is listed, and the others go on.
"""

from __future__ import annotations

import os
import posixpath
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image as Pillow

from squeezeviz.dataset.listing import LISTS, Lookup, read_listing
from squeezeviz.dataset.photos import Photo, Trouble
from squeezeviz.dataset.places import absolute, fsspec_at, is_address, read_bytes, stamp_of_listing
from squeezeviz.errors import DatasetError, ImageError, LabelError
from squeezeviz.files import readable_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from squeezeviz.dataset.places import Stamp
    from squeezeviz.labels import Labels

__all__ = ["Found", "as_list", "find", "find_photos"]


@dataclass(frozen=True)
class Found:
    """What was found.

    Attributes:
        photos: In the order of the list; of folders, by name. No two have one name.
        troubles: What else was there and was left out: files that are no photos by their names, empty folders, links to
            folders (they may lead in a circle) and links to nothing, photos listed twice. Hidden files are passed over.
    """

    photos: tuple[Photo, ...]
    troubles: tuple[Trouble, ...] = ()


def find(
    sources: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    labels: Labels | None = None,
    *,
    listing: str | os.PathLike[str] | None = None,
) -> Found:
    """Find photos, labelled or not.

    Args:
        sources: Folders and single photos: paths, or addresses such as ``s3://bucket/val`` (extra ``cluster``; what a
            store needs to be told besides, fsspec takes from its own settings).
        labels: The model's classes: a photo in a subfolder named by class index, WordNet id or name is labelled. None
            leaves all unlabelled.
        listing: A list of ``file label`` lines, or a table, as of `find_photos`: then its photos are found, no others.
            By default the list in the folder, where labels are given and there is one.

    Raises:
        DatasetError: There is no photo at all, a source is not there, the list cannot be understood, or fsspec is
            missing.
    """
    given = as_list(sources)
    if listing is not None and (len(given) != 1 or labels is None):
        raise DatasetError(f"{listing}: a list labels the photos of one folder, with the classes of a model")
    lookup = Lookup(labels) if labels is not None else None
    found = [each for source in given for each in _of_source(source, lookup, listing, is_one=len(given) == 1)]
    troubles = [each for each in found if isinstance(each, Trouble)]
    photos: dict[str, Photo] = {}
    for photo in found:
        if isinstance(photo, Photo) and photos.setdefault(photo.name, photo) is not photo:
            troubles += [Trouble(photo.name, f"{photo.name}: is listed twice; it counts once")]
    if not photos:
        spoken = ", ".join(os.fspath(source) for source in given) or "no folder"
        said = "".join(f"\n{trouble.message}" for trouble in troubles[:5])
        raise DatasetError(f"{spoken}: expected photos (files whose names end in .jpg, .png or the like){said}")
    return Found(tuple(photos.values()), tuple(troubles))


def as_list(sources: str | os.PathLike[str] | Sequence[str | os.PathLike[str]]) -> list[str | os.PathLike[str]]:
    """Return one source or several as a list."""
    return [sources] if isinstance(sources, (str, os.PathLike)) else list(sources)


def _of_source(
    source: str | os.PathLike[str], lookup: Lookup | None, listing: str | os.PathLike[str] | None, *, is_one: bool
) -> Iterator[Photo | Trouble]:
    """Yield what one of several sources holds; then its name comes before those of its photos."""
    tree = _tree(source)
    chosen = (absolute(listing) if listing is not None else tree.listing()) if lookup is not None else None
    found = _listed(tree, chosen, lookup) if chosen and lookup else _labelled(tree, lookup)
    above = readable_name(os.fspath(source).rstrip("/"))
    for each in found:
        if is_one or isinstance(each, Trouble):
            yield each
        else:
            yield replace(each, name=posixpath.join(above, each.name) if tree.is_folder else above)


def find_photos(
    folder: str | os.PathLike[str], labels: Labels, *, listing: str | os.PathLike[str] | None = None
) -> list[Photo]:
    """Find labelled photos, and no others.

    Args:
        folder: Where they lie: a path or an address. Without a list: one subfolder a class, named by class index,
            WordNet id or name.
        labels: The model's classes.
        listing: A list of ``file label`` lines (as ImageNet's ``val.txt``), or a table with a header (CSV or TSV) that
            names a column of files and one of classes. By default ``labels.tsv``, ``labels.csv``, ``labels.txt`` or
            ``val.txt`` in the folder, where there is one.

    Returns:
        In the order of the list; of folders, by name. Files are not opened.

    Raises:
        DatasetError: There is no such folder, nothing in it is labelled, or the list cannot be understood.
    """
    lookup, tree = Lookup(labels), _tree(folder)
    if not tree.is_folder:
        raise DatasetError(f"{folder}: expected a folder of photos, found a file")
    chosen = absolute(listing) if listing is not None else tree.listing()
    found = _listed(tree, chosen, lookup) if chosen else _in_class_folders(tree, lookup)
    photos: dict[str, Photo] = {}
    for photo in found:
        if isinstance(photo, Photo):
            photos.setdefault(photo.name, photo)  # listed twice, it counts once
    if not photos:
        where = f"{chosen} lists no photos" if chosen else f"{folder} holds no subfolder named after a class"
        raise DatasetError(
            f"{where}. Expected one folder a class (named by class index, WordNet id or name), or a list of "
            f"'file label' lines: --labels FILE, or {' or '.join(LISTS[:2])} in the folder"
        )
    return list(photos.values())


# What lies where --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Tree:
    """A folder with all that lies in it, or a single file.

    Attributes:
        root: Its place.
        is_folder: Whether it is one.
        files: Name within the folder and stamp of every file that is not hidden, by name; lists are among them.
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


def _tree(source: str | os.PathLike[str]) -> _Tree:
    root = absolute(source)
    if is_address(root):
        return _elsewhere(root)
    path = Path(root)
    if path.is_file():
        return _Tree(root, is_folder=False, files=((path.name, ()),))
    if not path.is_dir():
        raise DatasetError(f"{source}: expected a folder of photos, found nothing")
    troubles: list[Trouble] = []
    files = tuple((name, ()) for name in sorted(_walk(path, path, troubles)))
    return _Tree(root, is_folder=True, files=files, troubles=tuple(troubles))


def _walk(root: Path, folder: Path, troubles: list[Trouble]) -> Iterator[str]:
    """Yield the files below a folder; links to folders are followed in the root only, where classes may be such."""

    def left_out(path: Path, why: str) -> None:
        name = readable_name(path.relative_to(root).as_posix())
        troubles.append(Trouble(name, f"{name}: {why}"))

    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as exc:
        left_out(folder, f"cannot be entered ({exc.strerror or exc})")
        return
    entries = [entry for entry in entries if not entry.name.startswith(".")]
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
            left_out(path, "is a link to nothing" if entry.is_symlink() else "is no file")


def _leads_up(root: Path, link: Path) -> bool:
    """Say whether a link leads to the folder it is in, or to one above."""
    target = link.resolve()
    return root.resolve().is_relative_to(target)


def _elsewhere(root: str) -> _Tree:
    system, path = fsspec_at(root)
    try:
        if _is_photo(root) and system.isfile(path):
            return _Tree(
                root, is_folder=False, files=((posixpath.basename(path), stamp_of_listing(system.info(path))),)
            )
        found = system.find(path.rstrip("/") + "/", detail=True)  # a page that lists files ends so; others don't mind
    except Exception as exc:  # stores raise errors of their own
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
    is_hidden = {name: any(part.startswith(".") for part in name.split("/")) for name, _ in files}
    seen = tuple(sorted((name, stamp) for name, stamp in files if not is_hidden[name]))
    return _Tree(root.rstrip("/"), is_folder=True, files=seen)


# What they show ---------------------------------------------------------------------------------------------------


def _left_out(name: str, why: str) -> Trouble:
    shown = readable_name(name)
    return Trouble(shown, f"{shown}: {why}")


@cache
def _suffixes() -> frozenset[str]:
    return frozenset(suffix for suffix, name in Pillow.registered_extensions().items() if name in Pillow.OPEN)


def _is_photo(name: str) -> bool:
    return posixpath.splitext(name)[1].lower() in _suffixes()


def _labelled(tree: _Tree, lookup: Lookup | None) -> Iterator[Photo | Trouble]:
    """Yield every photo, labelled where its folder is named after a class."""
    yield from tree.troubles
    for name, stamp in tree.files:
        if tree.is_folder and not _is_photo(name):
            if name not in LISTS:
                yield _left_out(name, "is no photo, going by its name")
            continue
        top, separator, _ = name.partition("/")
        index = None
        if lookup is not None and separator:
            try:
                index = lookup.index_of(top)
            except LabelError:
                index = None
        yield Photo(readable_name(name), tree.place(name), index, stamp)


def _in_class_folders(tree: _Tree, lookup: Lookup) -> Iterator[Photo | Trouble]:
    """Yield the photos in folders named after a class, and refuse others."""
    yield from tree.troubles
    for name, stamp in tree.files:
        top, separator, _ = name.partition("/")
        if not separator or not _is_photo(name):
            yield _left_out(name, "is no photo in a folder named after a class")
            continue
        try:
            index = lookup.index_of(top)
        except LabelError as exc:
            raise DatasetError(f"{tree.place(top)}: the folder's name is no class: {exc}") from exc
        yield Photo(readable_name(name), tree.place(name), index, stamp)


def _listed(tree: _Tree, listing: str, lookup: Lookup) -> Iterator[Photo | Trouble]:
    try:
        content = read_bytes(listing, listing)
    except ImageError as exc:
        raise DatasetError(
            f"{listing}: expected a list of 'file label' lines in UTF-8; cannot be read ({exc})"
        ) from exc
    stamps = dict(tree.files)
    seen: dict[str, int] = {}
    for number, given, label in read_listing(content, listing, lookup):
        try:
            index = lookup.index_of(label)
        except LabelError as exc:
            raise DatasetError(f"{listing}, line {number}: {given}: {exc}") from exc
        name = given if is_address(given) else Path(os.path.normpath(given)).as_posix()  # "./a.jpg" and "a.jpg" are one
        if seen.setdefault(name, index) != index:
            raise DatasetError(f"{listing}, line {number}: {given} is listed twice, as two classes")
        place = name if is_address(name) or Path(name).is_absolute() else tree.place(name)
        yield Photo(name, place, index, stamps.get(name, ()))
