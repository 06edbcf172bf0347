"""Writing a folder of files so that whoever is served from it never meets half of it.

Files that others name are written first, what names them last, and what nothing names any more is removed after that:
at every moment the page that is there finds all it asks for. A list in the folder says which files are ours, so that
nothing else is ever replaced or removed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from squeezeviz.errors import SqueezeVizError, spoken
from squeezeviz.files import read_file, what_lies, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["LIST", "check_folder", "write_folder"]

LIST = "squeezeviz-site.json"
_MOST_BYTES = 64 << 20  # of a list


def check_folder(folder: Path) -> None:
    """See whether a folder may be written: it is not there yet, is empty, or holds nothing but what was written so.

    Raises:
        SqueezeVizError: It may not.
        OSError: It cannot be read.
    """
    _ours(folder)


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder's files, all or none; those that were written there before go.

    Args:
        folder: Made where it is missing.
        files: Relative path, with slashes → content; what names others comes after them.

    Raises:
        SqueezeVizError: The folder holds something else.
        OSError: It cannot be written; what was there is there as before.
    """
    before, is_new = _ours(folder), what_lies(folder) == "nothing"
    digests = {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}
    due = [path for path, digest in digests.items() if before.get(path) != digest]
    replaced = {path: (folder / path).read_bytes() for path in due if path in before}
    try:
        # Whatever ends the writing, be it a power cut: the list names all that may lie there.
        _write_list(folder, {path: {before.get(path), digests.get(path)} for path in {**before, **digests}})
        for path in due:
            write_whole(folder / path, files[path])
    except BaseException:
        with contextlib.suppress(OSError):
            _take_back(folder, before, replaced, [path for path in due if path not in before], is_new=is_new)
        raise
    _remove(folder, [path for path in before if path not in digests])
    _write_list(folder, {path: {digest} for path, digest in digests.items()})


def _ours(folder: Path) -> dict[str, str]:
    """What lies in a folder, by relative path, with its digest; all of it was written by us, or this is refused."""
    lies = what_lies(folder)
    if lies == "nothing":
        return {}
    if lies != "folder":
        raise SqueezeVizError(f"{spoken(str(folder))}: expected a folder to write, this is a {lies}")
    listed, found, others = _listed(folder), {}, []
    for path in sorted(_within(folder)):
        name = path.relative_to(folder).as_posix()
        known = listed.get(name)
        if name == LIST or _is_unfinished(path, listed):
            continue
        if known is None or path.is_symlink():
            others.append(name)
            continue
        with path.open("rb") as file:
            found[name] = hashlib.file_digest(file, "sha256").hexdigest()
        if found[name] not in known:
            raise SqueezeVizError(
                f"{spoken(str(folder))}: {name} was changed since squeezeviz wrote it, and would be lost; move it "
                "elsewhere, or name another folder"
            )
    if others:
        more = f" and {len(others) - 1} more" if len(others) > 1 else ""
        raise SqueezeVizError(
            f"{spoken(str(folder))}: expected a new folder, an empty one, or one that squeezeviz has written; "
            f"this one holds {spoken(others[0])}{more}. Name another folder"
        )
    return found


def _within(folder: Path) -> Iterator[Path]:
    """All that lies in a folder but folders: links to these are among it, and are not followed."""
    for place, inner, names in os.walk(folder):
        yield from (Path(place, name) for name in names)
        yield from (path for name in inner if (path := Path(place, name)).is_symlink())


def _is_unfinished(path: Path, listed: Mapping[str, object]) -> bool:
    """Whether a process was ended while it wrote one of our files: `write_whole` removes what is left of it."""
    return any(path.name.startswith(f".{Path(name).name}-") for name in (*listed, LIST))


def _listed(folder: Path) -> dict[str, list[str]]:
    """Each file that was written, with the digests that it may have; none where there is no such list."""
    if what_lies(folder / LIST) == "nothing":
        return {}
    try:
        files = json.loads(read_file(folder / LIST, most_bytes=_MOST_BYTES))["files"]
        return {str(path): [str(each) for each in digests] for path, digests in files.items()}
    except (ValueError, LookupError, TypeError, AttributeError) as exc:
        raise SqueezeVizError(
            f"{spoken(str(folder / LIST))}: expected the list of files that squeezeviz wrote, this is none; name "
            "another folder"
        ) from exc


def _write_list(folder: Path, digests: Mapping[str, set[str | None]]) -> None:
    files = {path: sorted(each for each in own if each) for path, own in sorted(digests.items())}
    text = json.dumps({"made_by": "squeezeviz", "files": files}, indent=1)
    write_whole(folder / LIST, text.encode())


def _take_back(
    folder: Path, before: Mapping[str, str], replaced: Mapping[str, bytes], added: list[str], *, is_new: bool
) -> None:
    """Leave a folder as it was."""
    for path, content in replaced.items():
        write_whole(folder / path, content)
    _remove(folder, added)
    if before:
        _write_list(folder, {path: {digest} for path, digest in before.items()})
        return
    (folder / LIST).unlink(missing_ok=True)
    if is_new:
        folder.rmdir()


def _remove(folder: Path, paths: list[str]) -> None:
    """Remove files, and the folders that are empty without them."""
    for path in paths:
        (folder / path).unlink(missing_ok=True)
    for inner in {(folder / path).parent for path in paths} - {folder}:
        with contextlib.suppress(OSError):  # there are others in it
            inner.rmdir()
