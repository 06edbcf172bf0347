"""Where a model is: explicit path, ``SQUEEZEVIZ_MODELS``, a checkout's ``data/models``, the user's cache, the net."""

from __future__ import annotations

import contextlib
import hashlib
import os
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from squeezeviz.errors import ChecksumError, DownloadError, ModelNotFound, did_you_mean, spoken
from squeezeviz.files import expanded, read_file, what_lies
from squeezeviz.offline import is_offline
from squeezeviz.resources import CHECKOUT, is_checkout, shipped
from squeezeviz.zoo.download import cache_folder, obtain, take_from
from squeezeviz.zoo.external_data import with_external_data
from squeezeviz.zoo.registry import DEFAULT_MODEL, EMBEDDED_MODEL, REGISTRY, ModelEntry, entry
from squeezeviz.zoo.verify import read_verified

if TYPE_CHECKING:
    from collections.abc import Callable

    from squeezeviz.zoo.events import DownloadEvent

__all__ = ["Fallback", "ModelFiles", "download", "find", "find_default", "locate", "own_name"]

# Where another model can stand in, a network that swallows everything is given up on sooner.
_HASTY = (3.0, 20.0)
_PAIR = ("init_net.pb", "predict_net.pb")
_MOST_BYTES = (1 << 31) - 1  # of a model file: protobuf reads no more


@dataclass(frozen=True)
class ModelFiles:
    """A model on disk, verified where it is a registered one, and read: files may change, what is in memory does not.

    Attributes:
        name: Its registered name; or, where it is no registered model, the name of its folder or file, and never a
            registered one.
        kind: ``"caffe2"`` or ``"onnx"``.
        paths: (init_net.pb, predict_net.pb), or (the .onnx file,).
        sha256: Hashes of `contents`, hexadecimal.
        entry: What the registry knows of it, or None.
        found_in: Which place of the look-up had it.
        contents: What was in them.
    """

    name: str
    kind: Literal["caffe2", "onnx"]
    paths: tuple[Path, ...]
    sha256: tuple[str, ...]
    entry: ModelEntry | None
    found_in: str
    contents: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True)
class Fallback:
    """Another model was loaded than the one that is loaded by default.

    Attributes:
        wanted: The model that could not be had.
        used: The one that stands in.
        reason: Why, in words; may have several lines.
    """

    wanted: str
    used: str
    reason: str

    @property
    def headline(self) -> str:
        """Which model answers, and what that means, in two sentences."""
        return (
            f"This is {self.used}, not {self.wanted}: it knows {REGISTRY[self.used].label_space} and nothing else. "
            "Shown an ordinary photo, it will be confidently wrong."
        )

    @property
    def remedy(self) -> str:
        """What to do to get the other model."""
        return f"To get {self.wanted}: squeezeviz download, with a network; or, with its files in a folder, --from DIR."

    @property
    def message(self) -> str:
        """The headline, the remedy, and the first line of the reason; `squeezeviz download` tells the rest again."""
        return "\n".join(self.lines)

    @property
    def lines(self) -> tuple[str, str, str]:
        """The message, line by line."""
        first = self.reason.splitlines()[0].removesuffix(":")
        return self.headline, self.remedy, f"Why: {first}."


def find(
    name_or_path: str | os.PathLike[str],
    *,
    on_event: Callable[[DownloadEvent], None] | None = None,
    timeouts: tuple[float, float] = (10.0, 30.0),
) -> ModelFiles:
    """Return a model's files, downloading them where that is needed and allowed.

    Args:
        name_or_path: A registered name; a folder with the Caffe2 pair or one ``.onnx`` file; the path of such a file;
            or the name of a folder in one of the places where models are looked up.
        on_event: Is told of the steps of a download.
        timeouts: Seconds to wait for a connection, and for the next bytes.

    Raises:
        ModelNotFound: It is nowhere, and cannot be downloaded (``SQUEEZEVIZ_OFFLINE`` forbids it).
        DownloadError: Every source failed.
        ChecksumError: Files of a registered name are not the published ones.
    """
    text = os.fsdecode(name_or_path)
    if isinstance(name_or_path, str) and text in REGISTRY:
        return locate(text) or download(text, on_event=on_event, timeouts=timeouts)
    path = _path(text)
    if _lies(path) != "nothing":
        return _explicit(path)
    is_name = text and len(Path(text).parts) == 1
    for folder, _ in _places():
        if is_name and _lies(folder / text) == "folder":
            return _explicit(folder / text)
    if not is_name or path.suffix in (".onnx", ".pb"):
        raise ModelNotFound(
            f"{spoken(text)}: no such file or folder; expected a folder with {' and '.join(_PAIR)}, or an .onnx file"
        )
    looked = ", ".join(str(folder) for folder, _ in _places())
    known = ", ".join(REGISTRY)
    raise ModelNotFound(
        f"no model is called {spoken(text)!r}; registered: {known}; looked for a folder of that name in {looked}."
        f"{did_you_mean(text, REGISTRY)}"
    )


def locate(name: str) -> ModelFiles | None:
    """Return a registered model if it is on this machine, or None; the network is never touched.

    Raises:
        ModelNotFound: No model is registered under that name.
        ChecksumError: The first place that has it holds other bytes.
    """
    known = entry(name)
    for folder, place in _folders(known):
        paths = tuple(folder / file.name for file in known.files)
        if all(_lies(path) == "file" for path in paths):
            return _verified(known, folder, place)
    return None


def find_default(*, on_event: Callable[[DownloadEvent], None] | None = None) -> tuple[ModelFiles, Fallback | None]:
    """Return the published model's files; or, where they can't be had, the embedded model's, and why.

    Raises:
        ModelError: The installation lacks even the embedded model.
    """
    try:
        return find(DEFAULT_MODEL, on_event=on_event, timeouts=_HASTY), None
    except (ModelNotFound, DownloadError, ChecksumError) as exc:
        embedded = locate(EMBEDDED_MODEL)
        if embedded is None:
            raise
        return embedded, Fallback(DEFAULT_MODEL, EMBEDDED_MODEL, str(exc))


def download(
    name: str,
    *,
    from_dir: str | os.PathLike[str] | None = None,
    on_event: Callable[[DownloadEvent], None] | None = None,
    timeouts: tuple[float, float] = (10.0, 30.0),
) -> ModelFiles:
    """Put a registered model into the user's cache.

    Args:
        name: Its name.
        from_dir: Take the files from here instead of the net: the Caffe2 pair, or the original ``.caffemodel``.
        on_event: Is told of every step.
        timeouts: Seconds to wait for a connection, and for the next bytes.

    Raises:
        ModelNotFound: The name is unknown, the given folder holds no model, or ``SQUEEZEVIZ_OFFLINE`` forbids the net.
        DownloadError: Every source failed, or the cache cannot be written.
        ChecksumError: The given files are not the published ones.
    """
    known = entry(name)
    folder = cache_folder() / "models" / name
    report = on_event or _ignore
    if from_dir is not None:
        take_from(known, _path(os.fsdecode(from_dir)), folder, on_event=report)
    elif is_offline():
        looked = ", ".join(str(place / name) for place, _ in _places())
        raise ModelNotFound(
            f"{name} is not on this machine (looked in {looked}), and SQUEEZEVIZ_OFFLINE forbids downloading it. "
            f"Unset it, or: squeezeviz download {name} --from DIR"
        )
    else:
        obtain(known, folder, on_event=report, timeouts=timeouts)
    return _verified(known, folder, "the user's cache")


def _verified(known: ModelEntry, folder: Path, place: str) -> ModelFiles:
    paths = tuple(folder / file.name for file in known.files)
    contents = tuple(read_verified(path, file) for path, file in zip(paths, known.files, strict=True))
    return ModelFiles(known.name, "caffe2", paths, tuple(file.sha256 for file in known.files), known, place, contents)


def _places() -> list[tuple[Path, str]]:
    configured = os.environ.get("SQUEEZEVIZ_MODELS", "")
    parts = [part for part in configured.split(os.pathsep) if part.strip()]
    places = [(_path(part, of="SQUEEZEVIZ_MODELS: "), "SQUEEZEVIZ_MODELS") for part in parts]
    if is_checkout():
        places.append((CHECKOUT / "data" / "models", "data/models of the checkout"))
    return [*places, (cache_folder() / "models", "the user's cache")]


def _folders(known: ModelEntry) -> list[tuple[Path, str]]:
    """Return where a registered model may be: under its name in each place, then in the package itself."""
    folders = [(folder / known.name, place) for folder, place in _places()]
    if known.shipped is not None:
        with contextlib.suppress(FileNotFoundError):  # an incomplete installation: what is not there is not found
            folders.append((shipped(known.shipped), "the package"))
    return folders


def _path(text: str, *, of: str = "") -> Path:
    try:
        return expanded(text)
    except OSError as exc:
        raise ModelNotFound(f"{of}{spoken(text)}: {exc.strerror}") from exc


def _lies(path: Path) -> str:
    """Say what a path leads to; a folder that nobody may enter is an error, not a reason to look elsewhere."""
    try:
        return what_lies(path)
    except OSError as exc:
        raise ModelNotFound(f"{spoken(str(path))}: cannot be read ({exc.strerror or exc})") from exc


def _explicit(path: Path) -> ModelFiles:
    if _lies(path) != "folder":
        if path.name in _PAIR:
            path = path.parent
        elif path.suffix == ".onnx":
            return _onnx(path, "an explicit file")
        else:
            raise ModelNotFound(f"{path}: expected an .onnx file, or {' or '.join(_PAIR)}")
    pair = tuple(path / name for name in _PAIR)
    if all(_lies(file) != "nothing" for file in pair):
        contents = tuple(_content(file) for file in pair)
        digests = tuple(hashlib.sha256(content).hexdigest() for content in contents)
        same = [e for e in REGISTRY.values() if tuple(file.sha256 for file in e.files) == digests]
        known = same[0] if same else None
        name = known.name if known else own_name(path.resolve().name)
        return ModelFiles(name, "caffe2", pair, digests, known, "an explicit folder", contents)
    try:
        names = sorted(entry.name for entry in os.scandir(path) if entry.name.endswith(".onnx"))
    except OSError as exc:
        raise ModelNotFound(f"{path}: cannot be entered ({exc.strerror or exc})") from exc
    # What earlier versions of this package converted lies beside a pair and does not count.
    onnx_files = [path / name for name in names if not name.startswith(("converted-", "."))]
    if len(onnx_files) == 1:
        return _onnx(onnx_files[0], "an explicit folder")
    found = f"{len(onnx_files)} .onnx files" if onnx_files else "neither"
    raise ModelNotFound(f"{path}: expected {' and '.join(_PAIR)}, or exactly one .onnx file; found {found}")


def _onnx(path: Path, found_in: str) -> ModelFiles:
    content = with_external_data(_content(path), path, most_bytes=_MOST_BYTES)
    digest = hashlib.sha256(content).hexdigest()  # of the weights beside it as well: they are the network, too
    return ModelFiles(own_name(path.stem), "onnx", (path,), (digest,), None, found_in, (content,))


def own_name(name: str) -> str:
    """Return a name for what is no registered model: whatever it is called, it does not pass for one."""
    folded = unicodedata.normalize("NFKC", name).casefold().strip()
    return f"{name} (not the published one)" if folded in {known.casefold() for known in REGISTRY} else name


def _content(path: Path) -> bytes:
    try:
        return read_file(path, most_bytes=_MOST_BYTES)
    except OSError as exc:
        raise ModelNotFound(f"{path}: cannot be read ({exc.strerror or exc})") from exc


def _ignore(_: DownloadEvent) -> None:
    pass
