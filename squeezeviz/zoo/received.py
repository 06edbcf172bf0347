"""Models that were brought to a page: kept under the digest of what is in them, the newest few, to be had again.

    FOLDER/DIGEST/NAME.onnx                            an ONNX file, with its weights in it
    FOLDER/DIGEST/NAME/init_net.pb, predict_net.pb     a Caffe2 pair
    FOLDER/.arriving-…                                 files that have not come whole yet

There is no list of them that could say otherwise: what lies there is what there is. Nothing that came from a page is
part of a path but a name that has been made plain.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
import time
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from squeezeviz.errors import ModelError, spoken
from squeezeviz.files import write_whole
from squeezeviz.zoo.beside import ENDING
from squeezeviz.zoo.external_data import with_external_data

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["PAIR", "Received", "begin", "digest_of", "drop", "keep", "names_of_pair", "plain_name", "received", "trim"]

PAIR = ("init_net.pb", "predict_net.pb")
_ARRIVING = ".arriving-"
_ABANDONED_S = 3600.0  # nothing takes so long to come
_DIGEST = re.compile(r"[0-9a-f]{64}")
_NAME_BYTES = 120  # with an ending of ours, and what a temporary name takes, below the 255 of file systems
_FORBIDDEN = '<>:"/\\|?*'  # in names of files, somewhere
_PARTS = {name: re.compile(rf"(.*?)[-_. ]*{name[:-3]}\b.*\.pb", re.IGNORECASE | re.DOTALL) for name in PAIR}


@dataclass(frozen=True)
class Received:
    """A model that is kept.

    Attributes:
        name: What it is called.
        sha256: Of its file; of a pair, the digest of both digests.
        size_bytes: Of its files.
        used_s: When it was last used, in seconds since 1970.
        path: Its ``.onnx`` file, or the folder of its pair.
    """

    name: str
    sha256: str
    size_bytes: int
    used_s: float
    path: Path

    def use(self) -> None:
        """Note that it is used now."""
        with contextlib.suppress(OSError):
            os.utime(self.path if self.path.is_file() else self.path.parent)


def begin(folder: Path) -> Path:
    """Return a new empty folder for files on their way; what was left by others an hour ago is removed.

    Raises:
        OSError: It cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    oldest = time.time() - _ABANDONED_S
    with contextlib.suppress(OSError):
        for entry in list(os.scandir(folder)):
            if entry.name.startswith(_ARRIVING) and entry.stat(follow_symlinks=False).st_mtime < oldest:
                shutil.rmtree(entry.path, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=_ARRIVING, dir=folder))


def keep(folder: Path, files: Mapping[str, Path], *, most_bytes: int) -> tuple[Received, bool]:
    """Put files that have come whole where they are kept.

    Args:
        folder: Where models are kept.
        files: What each is called → where it lies now; they are moved.
        most_bytes: Of all together, weights beside a network included.

    Returns:
        What is kept, and whether it is there only now.

    Raises:
        ModelError: They are not one model; the message says what is missing, or what they are.
        OSError: The folder cannot be written.
    """
    pair = names_of_pair(list(files))
    if pair:
        return _keep_pair(folder, {name: files[called] for name, called in pair.items()}, _name_of_pair(pair))
    networks = [name for name in files if name.lower().endswith(".onnx")]
    if not networks and len(files) == 1:
        networks = [name for name, path in files.items() if _begins_as_onnx(path)]
    if len(networks) != 1:
        raise ModelError(_not_one(list(files), networks))
    (network,) = networks
    name = plain_name(network)
    path = files[network]
    beside = {called: place for called, place in files.items() if called != network}
    if beside:
        content = _joined(path, name, beside, most_bytes)
        write_whole(path, content)
    home = folder / _digest(path)
    is_new = not _places(home)
    home.mkdir(parents=True, exist_ok=True)
    target = home / f"{name}.onnx"
    for other in home.glob("*.onnx"):  # the same network under another name: what was said of it stays with it
        said = other.with_name(other.stem + ENDING)
        if other != target and said.exists():
            said.replace(target.with_name(target.stem + ENDING))
        if other != target:
            other.unlink()
    path.replace(target)
    kept = _of(home, target)
    kept.use()
    return kept, is_new


def received(folder: Path) -> list[Received]:
    """Return what is kept, the newest first; nothing that is not whole."""
    found = []
    with contextlib.suppress(OSError):
        for home in sorted(Path(entry.path) for entry in os.scandir(folder) if _DIGEST.fullmatch(entry.name)):
            with contextlib.suppress(OSError):  # removed meanwhile
                found += [_of(home, path) for path in _places(home)[:1]]
    return sorted(found, key=lambda each: each.used_s, reverse=True)


def trim(folder: Path, *, most: int, most_bytes: int) -> None:
    """Remove what was used longest ago, until there are so many, and so much, and no more; the newest stays.

    Args:
        folder: Where models are kept.
        most: How many.
        most_bytes: Of all together.
    """
    held = 0
    for place, each in enumerate(received(folder)):
        held += each.size_bytes
        if place and (place >= most or held > most_bytes):
            drop(folder, each)


def drop(folder: Path, model: Received) -> None:
    """Remove a model that is kept, and what is kept beside it."""
    shutil.rmtree(folder / model.sha256, ignore_errors=True)


def digest_of(sha256: Sequence[str]) -> str:
    """Return the digest that stands for a model of several files; that of one file is its own."""
    return sha256[0] if len(sha256) == 1 else hashlib.sha256("\n".join(sha256).encode()).hexdigest()


def names_of_pair(names: Sequence[str]) -> dict[str, str]:
    """Return which of some files is which of a Caffe2 pair; empty where they are not the two, and nothing else.

    Browsers and people add to names: ``init_net (1).pb``, ``squeezenet_predict_net.pb``.
    """
    found = {part: [name for name in names if like.fullmatch(name)] for part, like in _PARTS.items()}
    if len(names) != 2 or any(len(fitting) != 1 for fitting in found.values()):
        return {}
    return {part: fitting[0] for part, fitting in found.items()}


def plain_name(name: str) -> str:
    """Return what a file is called, without its ending, as any file system takes it.

    Args:
        name: From anyone: may have separators of paths, control characters, dots alone, any length.
    """
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    stem = re.sub(r"(?i)\.onnx$", "", last)
    plain = "".join(each if each.isprintable() and each not in _FORBIDDEN else "_" for each in stem)
    cut = plain.encode("utf-8", "replace")[:_NAME_BYTES].decode("utf-8", "ignore")
    return cut.strip(". ") or "model"


# Parts ----------------------------------------------------------------------------------------------------------------


def _keep_pair(folder: Path, files: Mapping[str, Path], name: str) -> tuple[Received, bool]:
    digest = digest_of([_digest(files[part]) for part in PAIR])
    home = folder / digest
    is_new = not _places(home)
    target = home / name
    target.mkdir(parents=True, exist_ok=True)
    for other in _places(home):
        if other != target:
            shutil.rmtree(other, ignore_errors=True)
    for part in PAIR:
        files[part].replace(target / part)
    kept = _of(home, target)
    kept.use()
    return kept, is_new


def _name_of_pair(pair: Mapping[str, str]) -> str:
    match = _PARTS["predict_net.pb"].fullmatch(pair["predict_net.pb"])
    return plain_name((match[1] if match else "").strip("-_. ") or "caffe2 network")


def _joined(path: Path, name: str, beside: Mapping[str, Path], most_bytes: int) -> bytes:
    """Return an ONNX file's bytes with the weights in them that came in other files."""
    content = path.read_bytes()
    for called in beside:
        is_plain = called not in ("", ".", "..") and called.isprintable() and not set(called) & set(_FORBIDDEN)
        if not is_plain or called.encode() not in content:
            raise ModelError(
                f"{spoken(called)} is none of the files in which {spoken(name)}.onnx keeps its weights; drop the model "
                "without it"
            )
    with tempfile.TemporaryDirectory(dir=path.parent) as together:
        for called, place in beside.items():
            place.replace(Path(together) / called)
        return with_external_data(content, Path(together) / f"{name}.onnx", most_bytes=most_bytes)


def _not_one(names: Sequence[str], networks: Sequence[str]) -> str:
    listed = ", ".join(map(spoken, names[:3])) + (" …" if len(names) > 3 else "")
    if len(networks) > 1:
        return f"{listed}: {len(networks)} networks; drop one at a time"
    halves = {part: [name for name in names if like.fullmatch(name)] for part, like in _PARTS.items()}
    for part, other in (PAIR, PAIR[::-1]):
        if halves[part] and not halves[other]:
            return f"{listed}: half of a Caffe2 network; drop {other} together with it"
    return f"{listed}: {_why_unknown(names)}; expected an .onnx file, or init_net.pb and predict_net.pb together"


def _why_unknown(names: Sequence[str]) -> str:
    """Return what files are that are no network."""
    if any(name.lower().endswith((".data", ".weights", ".bin")) for name in names):
        return "weights that belong to an .onnx file, perhaps: drop both together"
    return "no network that is read here"


def _begins_as_onnx(path: Path) -> bool:
    """Whether a file begins as ONNX's own exporters write it: the version of its format, then who made it."""
    with path.open("rb") as file:
        head = file.read(3)
    return len(head) == 3 and head[0] == 0x08 and 3 <= head[1] <= 64 and head[2] in (0x12, 0x3A)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _places(home: Path) -> list[Path]:
    """Return the networks in a digest's folder: one, as a rule."""
    pairs = [init.parent for init in home.glob(f"*/{PAIR[0]}") if (init.parent / PAIR[1]).is_file()]
    return sorted([*home.glob("*.onnx"), *pairs])


def _of(home: Path, path: Path) -> Received:
    files = [path] if path.is_file() else [path / part for part in PAIR]
    stamps = [file.stat() for file in files]
    used = (path if path.is_file() else home).stat().st_mtime
    name = path.stem if path.is_file() else path.name
    return Received(name, home.name, sum(each.st_size for each in stamps), used, path)
