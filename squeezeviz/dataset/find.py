"""Finding photos: a folder a class, a flat folder, a list, single files; on disk, or at addresses through fsspec.

Lists are read, and what is not called a picture is looked into; no picture is decoded. What is none, or cannot be
entered, is listed with the reason, and the others go on.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from squeezeviz.arguments import expect
from squeezeviz.dataset.listing import LISTS, Lookup, Names, read_listing
from squeezeviz.dataset.photos import Photo, Trouble
from squeezeviz.dataset.places import absolute, is_address, leads_elsewhere, lies_below, read_bytes
from squeezeviz.dataset.tree import Tree, has_photo_name, left_out_file, read_tree, why_no_photo
from squeezeviz.errors import DatasetError, ImageError, LabelError, spoken
from squeezeviz.files import readable_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from squeezeviz.results.labels import Labels

__all__ = ["Found", "as_list", "find", "find_labelled", "find_photos"]

_Either: TypeAlias = Photo | Trouble
_ByFolders: TypeAlias = Callable[[Tree, Lookup], Iterator[_Either]]


@dataclass(frozen=True)
class Found:
    """What was found.

    Attributes:
        photos: In the order of the list; of folders, by name. No two have one name.
        troubles: What else was there and was left out: files that are no pictures, empty folders, links to folders
            (they may lead in a circle) and links to nothing, photos listed twice, a list that names none of the photos.
            Hidden files, and what systems leave in folders for themselves, are passed over.
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
    found = _each_once(each for source in given for each in _of_source(source, lookup, listing, is_one=len(given) == 1))
    if not found.photos:
        spoken = ", ".join(os.fspath(source) for source in given) or "no folder"
        raise DatasetError(
            f"{spoken}: expected photos (files whose names end in .jpg, .png or the like)",
            *(trouble.message for trouble in found.troubles[:5]),
        )
    return found


def as_list(sources: str | os.PathLike[str] | Sequence[str | os.PathLike[str]]) -> list[str | os.PathLike[str]]:
    """Return one source or several as a list.

    Raises:
        DatasetError: There is something else.
    """
    expected = "folders of photos, or single photos: paths or addresses, one or several in a list"
    expect(sources, (str, os.PathLike, Iterable), expected, DatasetError)
    given = [sources] if isinstance(sources, (str, os.PathLike)) else list(sources)
    for each in given:
        expect(each, (str, os.PathLike), expected, DatasetError)
    return given


def _of_source(
    source: str | os.PathLike[str], lookup: Lookup | None, listing: str | os.PathLike[str] | None, *, is_one: bool
) -> Iterator[Photo | Trouble]:
    """Yield what one of several sources holds; then its name comes before those of its photos."""
    tree = read_tree(source)
    found = _labelled(tree, None) if lookup is None else _shown(tree, lookup, listing, _labelled)
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
            names a column of files and one of classes. Files are named within the folder or by paths on this machine;
            an address has to lie in the folder. By default ``labels.tsv``, ``labels.csv``, ``labels.txt`` or
            ``val.txt`` in the folder, where there is one.

    Returns:
        In the order of the list; of folders, by name.

    Raises:
        DatasetError: There is no such folder, nothing in it is labelled, or the list cannot be understood.
    """
    return list(find_labelled(folder, labels, listing=listing).photos)


def find_labelled(
    folder: str | os.PathLike[str], labels: Labels, *, listing: str | os.PathLike[str] | None = None
) -> Found:
    """Find labelled photos, and what else there is; see `find_photos`.

    Raises:
        DatasetError: There is no such folder, nothing in it is labelled, or the list cannot be understood.
    """
    lookup, tree = Lookup(labels), read_tree(folder)
    if not tree.is_folder:
        raise DatasetError(f"{folder}: expected a folder of photos, found a file")
    found = _each_once(_shown(tree, lookup, listing, _in_class_folders))
    if not found.photos:
        raise DatasetError(
            f"{folder} holds no subfolder named after a class. Expected one folder a class (named by class index, "
            f"WordNet id or name), or a list of 'file label' lines: --labels FILE, or {' or '.join(LISTS[:2])} in the "
            "folder"
        )
    return found


def _each_once(found: Iterable[_Either]) -> Found:
    """Return what was found, photos of one name once."""
    troubles: list[Trouble] = []
    photos: dict[str, Photo] = {}
    for each in found:
        if isinstance(each, Trouble):
            troubles.append(each)
        elif photos.setdefault(each.name, each) is not each:
            troubles.append(Trouble(each.name, f"{each.name}: is listed twice; it counts once"))
    return Found(tuple(photos.values()), tuple(troubles))


# What they show ---------------------------------------------------------------------------------------------------


def _shown(tree: Tree, lookup: Lookup, listing: str | os.PathLike[str] | None, by_folders: _ByFolders) -> list[_Either]:
    """Return photos with what they show: by the list that is given, else by that in the folder, else by folders.

    Raises:
        DatasetError: The list cannot be understood, or names none of the photos. If nobody has asked for it, and
            folders label the photos, it is passed over.
    """
    own = tree.listing()
    if listing is not None or own is None:
        return _listed(tree, absolute(listing), lookup) if listing is not None else list(by_folders(tree, lookup))
    try:
        return _listed(tree, own, lookup)
    except DatasetError as exc:
        try:
            found = list(by_folders(tree, lookup))
        except DatasetError:
            found = []
        if not any(isinstance(each, Photo) and each.class_index is not None for each in found):
            raise
        return [*found, Trouble(posixpath.basename(own), f"{exc}; it is passed over: folders label the photos")]


def _labelled(tree: Tree, lookup: Lookup | None) -> Iterator[_Either]:
    """Yield every photo, labelled where its folder is named after a class."""
    yield from tree.troubles
    for name, stamp in tree.files:
        top, separator, _ = name.partition("/")
        if tree.is_folder and name in LISTS:
            continue
        if why := why_no_photo(tree, name):
            yield left_out_file(name, why)
            continue
        index = None
        if lookup is not None and separator:
            with suppress(LabelError):
                index = lookup.index_of(top)
        yield Photo(readable_name(name), tree.place(name), index, stamp)


def _in_class_folders(tree: Tree, lookup: Lookup) -> Iterator[_Either]:
    """Yield the photos in folders named after a class, and refuse others."""
    yield from tree.troubles
    for name, stamp in tree.files:
        top, separator, _ = name.partition("/")
        if name in LISTS:
            continue
        why = why_no_photo(tree, name) or ("" if separator else "lies in no folder named after a class")
        if why:
            yield left_out_file(name, why)
            continue
        try:
            index = lookup.index_of(top)
        except LabelError as exc:
            raise DatasetError(f"{tree.place(top)}: the folder's name is no class: {exc}") from exc
        yield Photo(readable_name(name), tree.place(name), index, stamp)


def _listed(tree: Tree, listing: str, lookup: Lookup) -> list[_Either]:
    """Return the photos of a list."""
    try:
        content = read_bytes(listing, listing)
    except ImageError as exc:
        raise DatasetError(
            f"{listing}: expected a list of 'file label' lines in UTF-8; cannot be read ({exc})"
        ) from exc
    names, stamps = Names(name for name, _ in tree.files), dict(tree.files)
    seen: dict[str, int] = {}
    found: list[_Either] = []
    for number, given, label in read_listing(content, listing, lookup):
        try:
            index = lookup.index_of(label)
        except LabelError as exc:
            raise DatasetError(f"{listing}, line {number}: {spoken(given)}: {exc}") from exc
        name = given if is_address(given) else names.meant(given)
        if seen.setdefault(name, index) != index:
            raise DatasetError(f"{listing}, line {number}: {spoken(given)} is listed twice, as two classes")
        place = name if is_address(name) or Path(name).is_absolute() else tree.place(name)
        told = place if is_address(place) else given
        if leads_elsewhere(told) and not lies_below(told, tree.root):
            raise DatasetError(
                f"{listing}, line {number}: {spoken(given)}: expected a photo in {tree.root} or on this machine, found "
                "an address elsewhere; only what you name yourself is asked: give the folder that it lies in"
            )
        found.append(Photo(readable_name(name), place, index, stamps.get(name, ())))
    if not found:
        raise DatasetError(f"{listing}: lists no photos; expected lines of 'file label', or a table")
    if not any(
        name in stamps or is_address(name) or (Path(name).is_absolute() and Path(name).exists()) for name in seen
    ):
        raise DatasetError(
            f"{listing}: names none of the files in {tree.root} (the first is {next(iter(seen))[:100]!r}); expected "
            "their paths within that folder"
        )
    others = sum(name not in seen and has_photo_name(name) for name in stamps)
    if others:
        said = f"{posixpath.basename(listing)}: {others:,} other pictures of the folder are not on it, and are left out"
        found.append(Trouble(posixpath.basename(listing), said))
    return [*tree.troubles, *found]
