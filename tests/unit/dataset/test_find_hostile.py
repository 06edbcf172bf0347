"""Folders, lists and photos that lead to pipes, devices, nowhere or without end: one line each, and nothing hangs."""

import os
import threading

import pytest

from squeezeviz.dataset.find import find, find_photos
from squeezeviz.dataset.places import read_bytes
from squeezeviz.errors import DatasetError, ImageError
from squeezeviz.results.labels import Labels

LABELS = Labels.numbered(3)


def pipe(path):
    os.mkfifo(path)
    return path


def linked(path, target):
    path.symlink_to(target)
    return path


FOLDERS = {
    "no such user": (lambda _: "~nosuchuser/photos", "no user is called 'nosuchuser'"),
    "a NUL": (lambda _: "photos\0", "no file can have that name"),
    "5,000 letters": (lambda _: "x" * 5000, "File name too long"),
    "1,300 folders": (lambda _: "d/" * 2600, "File name too long"),
    "a pipe": (lambda tmp: pipe(tmp / "pipe"), "found a pipe, a socket or a device"),
    "/dev/zero": (lambda _: "/dev/zero", "found a pipe, a socket or a device"),
    "a link to itself": (lambda tmp: linked(tmp / "loop", "loop"), "Too many levels of symbolic links"),
    "a link to nothing": (lambda tmp: linked(tmp / "gone", "nothing"), "found nothing"),
}


@pytest.mark.parametrize("search", [find, lambda folder: find_photos(folder, LABELS)], ids=["find", "find_photos"])
@pytest.mark.parametrize("kind", FOLDERS)
def test_folders_that_are_none(tmp_path, kind, search):
    make, words = FOLDERS[kind]
    with pytest.raises(DatasetError, match=words) as caught:
        search(make(tmp_path))
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 1000


def deep(folder, levels):
    """Make folders in folders; their path is too long to be named at once."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("d" * 10, dir_fd=here)
        inner = os.open("d" * 10, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)


def undo(folder):
    """Remove them again, one level at a time: no other tool can."""
    while (inner := folder / ("d" * 10)).exists():
        below = inner / ("d" * 10)
        if below.exists():
            below.rename(folder / "below")
        inner.rmdir()
        if (folder / "below").exists():
            (folder / "below").rename(inner)


def test_folders_1300_deep(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"")
    deep(tmp_path, 1300)
    try:
        found = find(tmp_path)
        assert [photo.name for photo in found.photos] == ["a.jpg"]
        assert [trouble.message.rpartition(": ")[2] for trouble in found.troubles] == [
            "lies more than 100 folders deep"
        ]
    finally:
        undo(tmp_path)


def test_a_folder_that_may_not_be_entered(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"")
    (tmp_path / "closed").mkdir(mode=0)
    if os.geteuid() == 0:
        tmp_path.chmod(0o755)
        for above in tmp_path.parents[:3]:  # pytest's own folders are closed to others; a worker has one more
            if above.name.startswith(("pytest-", "popen-")):
                above.chmod(0o755)
        os.seteuid(65534)
    try:
        found = find(tmp_path)
        with pytest.raises(DatasetError, match=r"Permission denied|cannot be entered"):
            find(tmp_path / "closed")
    finally:
        if os.getuid() == 0:
            os.seteuid(0)
    assert [photo.name for photo in found.photos] == ["a.jpg"]
    assert "closed: cannot be entered (Permission denied)" in [trouble.message for trouble in found.troubles]


LISTS = {
    "a pipe": lambda tmp: pipe(tmp / "list.txt"),
    "/dev/zero": lambda _: "/dev/zero",
    "a folder": lambda tmp: tmp,
    "no such user": lambda _: "~nosuchuser/list.txt",
    "20 GB of nothing": lambda tmp: sparse(tmp / "huge.txt"),
    "bytes": lambda tmp: written(tmp / "list.txt", b"\xff\xfe\x00"),
    "a line of a megabyte": lambda tmp: written(tmp / "list.txt", b"x" * (1 << 20)),
    "a cell of a megabyte": lambda tmp: written(tmp / "list.csv", b"file,label\na.jpg," + b"x" * (1 << 20)),
    "digits without end": lambda tmp: written(tmp / "list.txt", b"a.jpg " + b"9" * 6000),
    "a label of 5,000 letters": lambda tmp: written(tmp / "list.txt", b"a.jpg " + b"x" * 5000),
    "a file of 5,000 letters, of no class": lambda tmp: written(tmp / "list.txt", b"x" * 5000 + b" nobody"),
    "a file of 5,000 letters, elsewhere": lambda tmp: written(tmp / "list.txt", b"s3://" + b"x" * 5000 + b" 1"),
    "a file of 5,000 letters, twice": lambda tmp: written(
        tmp / "list.txt", b"x" * 5000 + b" 1\n" + b"x" * 5000 + b" 2"
    ),
}


def written(path, content):
    path.write_bytes(content)
    return path


def sparse(path):
    path.touch()
    os.truncate(path, 20 << 30)
    return path


@pytest.mark.parametrize("kind", LISTS)
def test_lists_that_are_none(tmp_path, kind):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"")
    with pytest.raises(DatasetError) as caught:
        find_photos(tmp_path / "photos", LABELS, listing=LISTS[kind](tmp_path))
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize("place", ["pipe", "/dev/zero", "socket", "huge.jpg", "nul\0", "x" * 5000, "a.jpg/b.jpg", "."])
def test_photos_that_a_list_may_name(tmp_path, place, monkeypatch):
    """A list may name any path: none is waited for, and none is read without end."""
    monkeypatch.chdir(tmp_path)
    pipe(tmp_path / "pipe")
    sparse(tmp_path / "huge.jpg")
    (tmp_path / "a.jpg").write_bytes(b"")
    read = []
    thread = threading.Thread(target=lambda: read.append(_error(place)), daemon=True)
    thread.start()
    thread.join(30)
    assert read, "it is waited for"
    assert len(read[0]) < 1000


def _error(place):
    with pytest.raises(ImageError) as caught:
        read_bytes(place, place)
    return str(caught.value)
