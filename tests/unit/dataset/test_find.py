"""Photos labelled or not, on disk and at addresses, and what is left out."""

import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from squeezeviz.dataset import Photo, find, find_photos, survey
from squeezeviz.dataset.places import absolute, is_address, read_bytes, stamp_of
from squeezeviz.errors import DatasetError, ImageError
from squeezeviz.results.labels import imagenet_labels
from tests.surveys import Census, paint
from tests.unit.dataset.test_survey import Model

LABELS = imagenet_labels()


NO_PICTURE = "is no picture"


def lay(root, *names):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def names(found):
    return [(photo.name, photo.class_index) for photo in found.photos]


def left_out(found):
    return {trouble.name: trouble.message.removeprefix(f"{trouble.name}: ") for trouble in found.troubles}


# On disk --------------------------------------------------------------------------------------------------------------


def test_a_flat_folder(tmp_path):
    lay(tmp_path, "b.JPG", "a.png", "holiday/c.webp")
    found = find(tmp_path, LABELS)
    assert names(found) == [("a.png", None), ("b.JPG", None), ("holiday/c.webp", None)]
    assert found.photos[0].place == str(tmp_path / "a.png")
    assert found.troubles == ()


def test_folders_of_classes_among_others(tmp_path):
    lay(tmp_path, "tiger cat/a.jpg", "holiday/b.jpg", "n01440764/deep/c.jpg")
    assert names(find(tmp_path, LABELS)) == [
        ("holiday/b.jpg", None),
        ("n01440764/deep/c.jpg", 0),
        ("tiger cat/a.jpg", 282),
    ]
    assert {photo.class_index for photo in find(tmp_path).photos} == {None}


def test_a_list_in_the_folder_or_given(tmp_path):
    lay(tmp_path, "a.jpg", "b.jpg")
    (tmp_path / "labels.tsv").write_text("a.jpg\t3\n")
    (tmp_path / "other.txt").write_text("b.jpg 4\n")
    assert names(find(tmp_path, LABELS)) == [("a.jpg", 3)]
    assert names(find(tmp_path, LABELS, listing=tmp_path / "other.txt")) == [("b.jpg", 4)]
    assert names(find(tmp_path)) == [("a.jpg", None), ("b.jpg", None)]
    assert left_out(find(tmp_path)) == {"other.txt": NO_PICTURE}


def test_single_photos_and_several_folders(tmp_path, monkeypatch):
    lay(tmp_path, "one/a.jpg", "two/a.jpg", "two/3/b.jpg", "anything")
    monkeypatch.chdir(tmp_path)
    assert names(find("one/a.jpg")) == [("a.jpg", None)]
    assert find("one/a.jpg").photos[0].place == str(tmp_path / "one/a.jpg"), "it means the same in any working folder"
    assert names(find("anything")) == [("anything", None)], "what is named is taken for a photo, whatever its name"
    assert names(find(["one/", "two", "two/a.jpg"], LABELS)) == [
        ("one/a.jpg", None),
        ("two/3/b.jpg", 3),
        ("two/a.jpg", None),
    ]


def test_listed_twice_counts_once(tmp_path):
    lay(tmp_path, "a.jpg", "b.jpg")
    (tmp_path / "labels.txt").write_text("a.jpg 3\nb.jpg 4\n./a.jpg 3\n")
    found = find(tmp_path, LABELS)
    assert names(found) == [("a.jpg", 3), ("b.jpg", 4)]
    assert left_out(found) == {"a.jpg": "is listed twice; it counts once"}
    assert [photo.name for photo in find_photos(tmp_path, LABELS)] == ["a.jpg", "b.jpg"]


def test_what_is_left_out_is_listed(tmp_path):
    lay(tmp_path, "3/a.jpg", "3/notes.txt", "3/.hidden.jpg", ".cache/b.jpg", "Thumbs.db", "4/b.jpg")
    (tmp_path / "empty").mkdir()
    (tmp_path / "3/again").symlink_to(tmp_path / "3")
    (tmp_path / "3/up").symlink_to(tmp_path)
    (tmp_path / "around").symlink_to(tmp_path)
    (tmp_path / "5").symlink_to(tmp_path / "4")
    (tmp_path / "6").symlink_to(tmp_path / "6")
    (tmp_path / "3/lost.jpg").symlink_to(tmp_path / "nowhere.jpg")
    found = find(tmp_path, LABELS)
    assert names(found) == [("3/a.jpg", 3), ("4/b.jpg", 4), ("5/b.jpg", 5)]
    circle = "is a link to a folder; it may lead in a circle, and is not followed"
    assert left_out(found) == {
        "3/notes.txt": NO_PICTURE,
        "empty": "is an empty folder",
        "3/again": circle,
        "3/up": circle,
        "around": circle,
        "6": "is a link to nothing",
        "3/lost.jpg": "is a link to nothing",
    }


def test_a_label_for_a_missing_file_is_found_out_when_it_is_read(tmp_path):
    root = paint(tmp_path / "photos", 2)
    (root / "labels.tsv").write_text("0/000.png\t0\ngone.png\t1\n")
    made = survey(Census(), Model(), find(root, LABELS).photos, kept=tmp_path / "kept")
    assert (made.photos, [trouble.message for trouble in made.troubles]) == (1, ["gone.png: no such file"])


@pytest.mark.parametrize(
    ("laid", "words"),
    [
        ([], "expected photos"),
        (["notes.txt", "3/.hidden.jpg"], "notes.txt: is no picture"),
        (["labels.tsv"], "lists no photos|expected photos"),
    ],
)
def test_no_photos_at_all(tmp_path, laid, words):
    lay(tmp_path, *laid)
    with pytest.raises(DatasetError, match=words):
        find(tmp_path, LABELS)


def test_sources_that_are_not_there(tmp_path):
    lay(tmp_path, "a.jpg")
    for wrong in (tmp_path / "nowhere", [tmp_path, tmp_path / "nowhere"]):
        with pytest.raises(DatasetError, match="nowhere: expected a folder of photos, found nothing"):
            find(wrong)
    with pytest.raises(DatasetError, match="a list labels the photos of one folder"):
        find([tmp_path, tmp_path], LABELS, listing="labels.txt")
    with pytest.raises(DatasetError, match="expected photos"):
        find([])


# At addresses ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def memory():
    fsspec = pytest.importorskip("fsspec")
    system = fsspec.filesystem("memory")
    system.store.clear()
    system.pseudo_dirs[:] = [""]
    yield system
    system.store.clear()


@pytest.fixture
def bucket(memory, tmp_path):
    """The same photos on disk and in a store."""
    root = paint(tmp_path / "photos", 7)
    (root / "2/damaged.jpg").write_bytes(b"no photo")
    (root / "2/notes.txt").write_text("nothing")
    (root / "2/.hidden.png").write_bytes((root / "2/002.png").read_bytes())
    for path in root.rglob("*.*"):
        memory.pipe(f"/bucket/{path.relative_to(root).as_posix()}", path.read_bytes())
    return root


def test_the_same_from_a_store_as_from_disk(bucket, tmp_path):
    here, there = find(bucket, LABELS), find("memory://bucket", LABELS)
    assert names(there) == names(here)
    assert left_out(there) == left_out(here) == {"2/notes.txt": NO_PICTURE}
    assert there.photos[0].place == "memory://bucket/0/000.png"
    one, other = (survey(Census(), Model(), found.photos, kept=tmp_path / "kept") for found in (here, there))
    assert one.part == other.part
    assert (one.photos, one.troubles) == (other.photos, other.troubles)


def test_a_store_is_taken_up_again_and_its_changes_are_seen(bucket, memory, tmp_path):
    made = survey(Census(), Model(), find("memory://bucket/").photos, kept=tmp_path / "kept", keep=True, batch=1)
    memory.pipe("/bucket/1/001.png", (bucket / "0/000.png").read_bytes())
    again = survey(Census(), Model(), find("memory://bucket/").photos, kept=tmp_path / "kept")
    assert again.resumed == made.photos - 1
    assert again.duplicates == (("0/000.png", "1/001.png"),)


def test_a_list_in_a_store(bucket, memory):
    memory.pipe("/bucket/labels.tsv", b"0/000.png\t9\n1/001.png\t8\ngone.png\t7\n")
    photos = find_photos("memory://bucket", LABELS)
    assert [(photo.name, photo.class_index) for photo in photos] == [
        ("0/000.png", 9),
        ("1/001.png", 8),
        ("gone.png", 7),
    ]
    memory.pipe("/lists/val.txt", b"1/001.png 5\n")
    assert names(find("memory://bucket", LABELS, listing="memory://lists/val.txt")) == [("1/001.png", 5)]
    with pytest.raises(ImageError, match=r"gone\.png: no such file"):
        read_bytes(photos[2].place, photos[2].name)


def test_one_photo_in_a_store(bucket):
    (photo,) = find("memory://bucket/0/000.png").photos
    assert (photo.name, photo.place) == ("000.png", "memory://bucket/0/000.png")
    assert read_bytes(photo.place, "x") == (bucket / "0/000.png").read_bytes()


@pytest.mark.parametrize("address", ["memory://nowhere", "nonsense://bucket", "memory://"])
def test_addresses_of_nothing(memory, address):
    with pytest.raises(DatasetError, match=address):
        find(address)


def test_a_store_that_is_busy_answers_a_moment_later(bucket, memory, monkeypatch):
    from squeezeviz.dataset import places

    monkeypatch.setattr(places, "_PAUSE_S", 0)
    fetch, failures = type(memory).cat_file, iter([True, True, False])

    def busy(self, path, **options):
        if next(failures, False):
            raise ConnectionError("503")
        return fetch(self, path, **options)

    monkeypatch.setattr(type(memory), "cat_file", busy)
    assert read_bytes("memory://bucket/0/000.png", "x")
    failures = iter([True] * 9)
    with pytest.raises(ImageError, match=r"x: cannot be read \(ConnectionError: 503\)"):
        read_bytes("memory://bucket/0/000.png", "x")


@pytest.mark.parametrize("end", ["", "/"])
def test_a_web_server_that_lists_its_files(bucket, tmp_path, monkeypatch, end):
    pytest.importorskip("aiohttp")
    monkeypatch.delenv("SQUEEZEVIZ_OFFLINE")
    handler = partial(Quiet, directory=bucket)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        found = find(f"http://127.0.0.1:{server.server_port}{end}", LABELS)
        here = find(bucket, LABELS)
        assert names(found) == names(here)
        made, expected = (survey(Census(), Model(), each.photos, kept=tmp_path / "kept") for each in (found, here))
        assert made.part == expected.part
        assert made.troubles == expected.troubles
    finally:
        server.shutdown()
        server.server_close()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def test_paths_need_no_fsspec(tmp_path, monkeypatch):
    monkeypatch.delenv("SQUEEZEVIZ_OFFLINE")
    root = paint(tmp_path / "photos", 3)
    code = f"""
import sys
sys.modules["fsspec"] = None
from squeezeviz.dataset import find
from squeezeviz.errors import DatasetError
print(len(find({str(root)!r}).photos))
try:
    find("s3://bucket")
except DatasetError as exc:
    print(exc)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "3",
        "s3://bucket: reading from addresses takes fsspec: pip install 'squeezeviz[cluster]'",
    ]


# Places ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["s3://b/a.jpg", "memory://a", "http://h/", "zip://a.jpg::s3://b/c.zip", "abfs://x"])
def test_addresses(place):
    assert is_address(place)
    assert absolute(place) == place


@pytest.mark.parametrize("place", ["a.jpg", "/a/b.jpg", "C:\\a.jpg", "C:/a.jpg", "a: //b", "a b://c", "://x", ""])
def test_paths(place):
    assert not is_address(place)


def test_stamps_tell_a_change(tmp_path):
    path = tmp_path / "a"
    assert stamp_of(str(path)) == stamp_of("bad\0path") == stamp_of("s3://x") == ()
    path.write_bytes(b"1")
    first = stamp_of(str(path))
    path.write_bytes(b"22")
    assert stamp_of(str(path)) != first
    known = Photo("a", str(path), stamp=("etag",))
    assert known.stamped() is known
    assert Photo("a", str(path)).stamped().stamp == stamp_of(str(path))
