"""Obtaining a registered model: each source in turn, each file verified, one process at a time."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from squeezeviz.errors import ChecksumError, ConversionError, DownloadError, ModelError, ModelNotFound, spoken
from squeezeviz.files import expanded, read_file, what_lies, write_whole
from squeezeviz.zoo.events import DownloadEvent
from squeezeviz.zoo.fetch import Timeouts, fetch_file
from squeezeviz.zoo.registry import CaffeModel, ModelEntry, ModelFile, PublishedFolder, Source
from squeezeviz.zoo.verify import read_verified, verify_content

__all__ = ["cache_folder", "obtain", "take_from"]

OnEvent = Callable[[DownloadEvent], None]
_MOST_CAFFE_BYTES = 64_000_000  # of a Caffe file that a person has: ten times the published one


def cache_folder() -> Path:
    """Return the user's cache; ``SQUEEZEVIZ_CACHE`` puts it elsewhere.

    Raises:
        ModelError: The variable names the home of a user that does not exist.
    """
    configured = os.environ.get("SQUEEZEVIZ_CACHE", "").strip()
    if configured:
        try:
            return expanded(configured)
        except OSError as exc:
            raise ModelError(f"SQUEEZEVIZ_CACHE: {configured}: {exc.strerror}") from exc
    import platformdirs  # noqa: PLC0415 - needed only here

    return platformdirs.user_cache_path("squeezeviz")


def obtain(entry: ModelEntry, folder: Path, *, on_event: OnEvent, timeouts: Timeouts = (10.0, 30.0)) -> None:
    """Download what a folder still lacks of a model.

    Args:
        entry: The model.
        folder: Where its files go, under their published names; nothing is visible there before its hash matches.
        on_event: Is told of every step.
        timeouts: Seconds to wait for a connection, and for the next bytes.

    Raises:
        DownloadError: Every source failed, or the folder cannot be written.
    """
    with _alone(folder):
        failures: list[tuple[Source, ModelError]] = []
        for source in entry.sources:
            missing = [file for file in entry.files if not _is_verified(folder, file.name, entry)]
            if not missing:
                break
            on_event(DownloadEvent("source", source=source.url))
            try:
                if isinstance(source, PublishedFolder):
                    for file in missing:
                        fetch_file(source.url + file.name, folder, file, timeouts=timeouts, on_event=on_event)
                        on_event(DownloadEvent("verified", file.name))
                else:
                    _from_caffe(source, entry, folder, timeouts=timeouts, on_event=on_event)
            except (DownloadError, ChecksumError, ConversionError) as exc:
                failures.append((source, exc))
                on_event(DownloadEvent("failed", source=source.url, reason=str(exc)))
        if not all(_is_verified(folder, file.name, entry) for file in entry.files):
            raise DownloadError(*_all_failed(entry, folder, failures)) from (failures[-1][1] if failures else None)
    on_event(DownloadEvent("done", folder=str(folder)))


def take_from(entry: ModelEntry, given: Path, folder: Path, *, on_event: OnEvent) -> None:
    """Install a model from files a person has: the Caffe2 pair, or the original Caffe file.

    Args:
        entry: The model.
        given: A folder holding either, the model's own folder inside it, or the path of a ``.caffemodel``.
        folder: Where the files go.
        on_event: Is told of every step.

    Raises:
        ModelNotFound: The folder holds neither.
        ChecksumError: What it holds is not what was published.
        DownloadError: The target folder cannot be written.
    """
    on_event(DownloadEvent("source", source=str(given)))
    contents = _pair_in(entry, given)
    with _alone(folder):
        for file in entry.files:
            write_whole(folder / file.name, contents[file.name])
            on_event(DownloadEvent("verified", file.name))
    on_event(DownloadEvent("done", folder=str(folder)))


def _pair_in(entry: ModelEntry, given: Path) -> dict[str, bytes]:
    try:
        for base in (given, given / entry.name):
            if all(what_lies(base / file.name) == "file" for file in entry.files):
                return {file.name: read_verified(base / file.name, file) for file in entry.files}
        caffe_files = [given] if given.suffix == ".caffemodel" else sorted(given.glob("*.caffemodel"))
        if caffe_files and what_lies(caffe_files[0]) != "nothing":
            content = read_file(caffe_files[0], most_bytes=_MOST_CAFFE_BYTES)
            return _rebuilt(content, entry, what=str(caffe_files[0]))
        found = "no such folder" if what_lies(given) == "nothing" else "neither is there"
    except OSError as exc:
        raise ModelNotFound(f"{spoken(str(given))}: cannot be read ({exc.strerror or exc})") from exc
    names = " and ".join(file.name for file in entry.files)
    raise ModelNotFound(f"{given}: expected {names}, or a .caffemodel; {found}")


def _from_caffe(source: CaffeModel, entry: ModelEntry, folder: Path, *, timeouts: Timeouts, on_event: OnEvent) -> None:
    with tempfile.TemporaryDirectory(dir=folder, prefix=".caffe-") as scratch:
        file = ModelFile("weights.caffemodel", source.size_bytes, source.sha256)
        path = fetch_file(source.url, Path(scratch), file, timeouts=timeouts, on_event=on_event)
        contents = _rebuilt(read_verified(path, file), entry, what=source.url)
    for name, content in contents.items():
        write_whole(folder / name, content)
        on_event(DownloadEvent("rebuilt", name))


def _rebuilt(caffemodel: bytes, entry: ModelEntry, *, what: str) -> dict[str, bytes]:
    from squeezeviz.zoo.rebuild import rebuild_pair  # noqa: PLC0415 - protobuf is heavy

    try:
        contents = rebuild_pair(caffemodel)
    except ConversionError as exc:
        raise ChecksumError(f"{what}: is not the published Caffe file ({exc})") from exc
    for file in entry.files:
        verify_content(contents[file.name], file, what=f"{file.name} rebuilt from {what}")
    return contents


def _is_verified(folder: Path, name: str, entry: ModelEntry) -> bool:
    file = next(file for file in entry.files if file.name == name)
    path = folder / name
    if not path.is_file():
        return False
    try:
        read_verified(path, file)
    except ChecksumError:
        path.unlink()  # a damaged cache is fetched again, not complained about
        return False
    return True


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, so that a second process waits and then finds the files; map what the disk refuses."""
    import filelock  # noqa: PLC0415 - needed only here

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(folder / ".lock", timeout=900):
            yield
    except filelock.Timeout as exc:
        raise DownloadError(
            f"{folder}: another process has been downloading into it for 15 minutes; end it first"
        ) from exc
    except OSError as exc:
        raise DownloadError(
            f"{folder}: cannot be written ({exc.strerror or exc}). Make room, or set SQUEEZEVIZ_CACHE to another folder"
        ) from exc


def _all_failed(entry: ModelEntry, folder: Path, failures: list[tuple[Source, ModelError]]) -> list[str]:
    lines = [f"{entry.name} could not be downloaded; every source failed:"]
    lines += [f"  {source.url}: {reason}" for source, reason in failures]
    lines.append("By hand: fetch")
    for source in entry.sources:
        if isinstance(source, PublishedFolder):
            lines += [f"  {source.url}{f.name}  ({f.size_bytes:,} bytes, sha256 {f.sha256})" for f in entry.files]
        else:
            lines.append(f"  or {source.url}  ({source.size_bytes:,} bytes, sha256 {source.sha256})")
    lines.append(f"into any folder DIR, then: squeezeviz download {entry.name} --from DIR")
    lines.append(
        f"(which puts them into {folder}). Or put the pair into DIR/{entry.name}/ and set SQUEEZEVIZ_MODELS=DIR."
    )
    return lines
