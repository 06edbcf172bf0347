"""Files written whole, what a killed process leaves, and names that are not UTF-8."""

import os
import sys

import pytest
from PIL import Image as Pillow

import squeezeviz as sv
from squeezeviz.dataset.places import as_path, as_text
from squeezeviz.files import readable_name, write_whole
from tests.nets import tiny_model


def test_what_a_killed_process_left_beside_a_file_goes(tmp_path):
    left, busy, other = (tmp_path / name for name in (".a.csv-abcdefgh", ".a.csv-ijklmnop", ".b.csv-abcdefgh"))
    for path in (left, busy, other):
        path.write_text("half")
    for path in (left, other):
        os.utime(path, (0, 0))
    write_whole(tmp_path / "a.csv", b"whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == [busy.name, other.name, "a.csv"], (
        "what may be under way stays, and so does what is another file's"
    )


@pytest.mark.parametrize(
    ("name", "readable"),
    [
        ("plain.jpg", "plain.jpg"),
        ("é 猫.jpg", "é 猫.jpg"),
        ("caf\udce9.jpg", r"caf\xe9.jpg"),
        ("\udcff\udcfe", r"\xff\xfe"),
        ("half \ud83d.jpg", r"half \ud83d.jpg"),
    ],
)
def test_names_that_can_be_written_down(name, readable):
    assert readable_name(name) == readable
    assert readable.encode().decode() == readable


@pytest.mark.skipif(sys.platform == "win32", reason="file names are UTF-16 there")
@pytest.mark.parametrize("place", ["/a/b.jpg", "/a/caf\udce9 %20.jpg", "s3://bucket/a.jpg", "relative.jpg"])
def test_places_are_written_down_and_found_again(place):
    as_text(place).encode()
    assert as_path(as_text(place)) == place


@pytest.mark.skipif(sys.platform != "linux", reason="other systems' file names are Unicode")
def test_a_picture_whose_name_is_not_utf8_is_drawn_and_exported(tmp_path):
    from squeezeviz.figures import as_bytes, of_view

    path = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.png")
    Pillow.new("RGB", (40, 40), "red").save(path)
    model = tiny_model()
    assert sv.read_image(path).name == r"caf\xe9.png"
    page = sv.export_page(path, tmp_path / "page.html", model=model)
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    drawn = of_view("prediction", model=model, image=path, selection={})
    assert r"caf\xe9.png" in drawn.caption
    assert as_bytes(drawn, "svg")


def test_a_name_that_no_file_can_have_is_an_error_of_the_file_system(tmp_path):
    with pytest.raises(OSError, match="NUL"):
        write_whole(tmp_path / "a\0b.png", b"")
    assert list(tmp_path.iterdir()) == []
