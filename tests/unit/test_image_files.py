"""Paths and files that no picture comes from: one line each, and nothing that never ends is waited for."""

import io
import os
import socket
import stat
import tracemalloc

import numpy as np
import pytest
from PIL import Image as Pillow

from squeezeviz import files
from squeezeviz.errors import ImageError
from squeezeviz.image import MOST_BYTES, paths, read_image, reading

posix = pytest.mark.skipif(os.name != "posix", reason="pipes, devices and permissions of POSIX")


def png():
    buffer = io.BytesIO()
    Pillow.fromarray(np.zeros((4, 4, 3), np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def refused(source, **options):
    with pytest.raises(ImageError) as caught:
        read_image(source, **options)
    said = str(caught.value)
    assert said.isprintable()
    assert len(said) < 400
    return said


def test_a_huge_file_is_refused_unread(tmp_path):
    path = tmp_path / "cat.jpg"
    with path.open("wb") as file:
        file.write(b"\xff\xd8\xff\xe0")
        file.truncate(20_000_000_000)
    tracemalloc.start()
    try:
        assert "cat.jpg: is 20,000 MB; expected a picture's file of up to 537 MB" in refused(path)
        with path.open("rb") as file:
            assert refused(file).startswith("cat.jpg: is 20,000 MB; expected")
        assert tracemalloc.get_traced_memory()[1] < 10e6
    finally:
        tracemalloc.stop()


def test_a_file_of_the_most_bytes_is_read(tmp_path, monkeypatch):
    content = png()
    for most, is_read in ((len(content), True), (len(content) - 1, False)):
        for module in (paths, reading):
            monkeypatch.setattr(module, "MOST_BYTES", most)
        path = tmp_path / "a.png"
        path.write_bytes(content)
        for source in (path, content, io.BytesIO(content)):
            if is_read:
                assert read_image(source).width == 4
            else:
                assert "expected" in refused(source)


def test_a_file_that_never_ends_is_left(monkeypatch):
    monkeypatch.setattr(paths, "MOST_BYTES", 5_000)

    class Endless(io.RawIOBase):
        name = "endless.png"

        def read(self, size=-1):
            assert 0 < size <= 5_001
            return bytes(min(size, 700))

    assert "endless.png: does not end; expected" in refused(Endless())


def test_what_is_given_piece_by_piece_is_read_whole():
    class Dripping(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(size, 7))

    assert read_image(Dripping(png())).width == 4


def test_files_that_cannot_be_read(tmp_path):
    closed = io.BytesIO(b"")
    closed.close()
    assert "cannot be read" in refused(closed)
    with (tmp_path / "new.png").open("wb") as file:
        assert "new.png: cannot be read" in refused(file)
    assert "text mode" in refused(io.StringIO("text"))


@posix
@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null"])
def test_devices(path):
    assert refused(path) == f"{path}: is a device; expected the path of a picture's file"


@posix
def test_pipes_and_sockets(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a socket's path has to be short
    os.mkfifo("pipe.jpg")
    assert refused("pipe.jpg") == "pipe.jpg: is a pipe; expected the path of a picture's file"
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("socket.jpg")
        assert "is a socket" in refused("socket.jpg")


@posix
def test_a_pipe_put_in_place_of_a_file_does_not_block(tmp_path, monkeypatch):
    path = tmp_path / "cat.jpg"
    os.mkfifo(path)
    # As if it had been a file when it was looked at.
    monkeypatch.setattr(files, "what_lies", lambda _: "file")
    assert "an empty file" in refused(path)


def test_no_permission_is_said(tmp_path, monkeypatch):
    path = tmp_path / "cat.jpg"
    path.write_bytes(png())

    def forbidden(*_, **__):
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:  # root may do everything, and tests may run as root
        patch.setattr(files.os, "open", forbidden)
        assert refused(path) == f"{path}: you have no permission to read it; ask its owner, or copy it"
    monkeypatch.setattr(paths.Path, "stat", forbidden)
    assert "no permission to look into its folder" in refused(path)


@posix
@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root may read everything")
def test_a_file_one_may_not_read(tmp_path):
    path = tmp_path / "cat.jpg"
    path.write_bytes(png())
    path.chmod(0)
    assert "no permission to read it" in refused(path)
    path.chmod(stat.S_IRWXU)
    tmp_path.chmod(0)
    try:
        assert "no permission to look into its folder" in refused(path)
    finally:
        tmp_path.chmod(stat.S_IRWXU)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("x" * 5000, "File name too long"),
        ("/".join(["a" * 50] * 1300), "not a usable path"),
        ("x" * 5000 + ".jpg", ".jpg: not a usable path"),
        ("a\0b.jpg", r"'a\x00b.jpg': not a usable path"),
        ("a\nb.jpg", r"'a\nb.jpg': no such file"),
        ("\x1b[31mred.jpg", r"'\x1b[31mred.jpg': no such file"),
        ("\udcff.jpg", r"'\udcff.jpg': no such file"),
        ("~nosuchuser/cat.jpg", "there is no such user"),
        ("cat.jpg/", "no such file"),
        ("", "is a folder"),
    ],
    ids=["long", "deep", "long with an ending", "NUL", "newline", "escape", "not UTF-8", "~", "slash", "nothing"],
)
def test_impossible_paths(path, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert words in refused(path)


def test_links(tmp_path):
    (tmp_path / "nowhere.jpg").symlink_to("nothing.jpg")
    (tmp_path / "round.jpg").symlink_to("round.jpg")
    (tmp_path / "cat.png").write_bytes(png())
    (tmp_path / "good.png").symlink_to("cat.png")
    assert "leads nowhere (a broken link)" in refused(tmp_path / "nowhere.jpg")
    assert "not a usable path" in refused(tmp_path / "round.jpg")
    assert read_image(tmp_path / "good.png").width == 4


def test_a_hostile_name_is_one_printable_line_in_every_message(tmp_path):
    name = "evil\n\x1b[31m\u202e" + "x" * 5000
    for source in (b"", b"text", png()[:30], np.zeros((4, 4), np.int64), np.zeros((0, 4), np.uint8), io.StringIO("x")):
        refused(source, name=name)
    assert read_image(png(), name=name).name == name


def test_paths_as_bytes_are_paths(tmp_path):
    """`os.PathLike` may give bytes."""

    class AsBytes:
        def __fspath__(self):
            return os.fsencode(tmp_path / "cat.png")

    (tmp_path / "cat.png").write_bytes(png())
    assert read_image(AsBytes()).name == "cat.png"


def test_the_bound_holds_the_largest_picture_uncompressed():
    from squeezeviz.image import MOST_PIXELS

    assert MOST_BYTES >= MOST_PIXELS * 3 * 2
