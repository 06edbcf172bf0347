"""Downloading from a server that truncates, lies, stalls, and serves the wrong bytes."""

import functools
import hashlib
import itertools
import multiprocessing
import os
import re

import pytest

from squeezeviz.errors import ChecksumError, DownloadError, ModelNotFound
from squeezeviz.zoo.download import obtain, take_from
from squeezeviz.zoo.fetch import fetch_file
from squeezeviz.zoo.registry import CaffeModel, ModelEntry, ModelFile, PublishedFolder
from tests.hostile_server import serving

CONTENTS = {"init_net.pb": os.urandom(300_000), "predict_net.pb": os.urandom(6_000)}
BAD = ["404", "500", "wrong", "truncated", "promises-less", "stalls", "endless"]
PATIENCE_S = {"stalls": 0.1}  # what never comes is not waited for


def entry_with(*sources):
    files = tuple(ModelFile(name, len(c), hashlib.sha256(c).hexdigest()) for name, c in CONTENTS.items())
    return ModelEntry("tiny", "A test", files, sources, "CC0", "", "", "", "caffe2", "data/imagenet1000.tsv", "a test")


@pytest.fixture(scope="module")
def server():
    with serving(CONTENTS) as running:
        yield running


def fetch(entry, folder, events=None, *, read_s=0.5):
    obtain(entry, folder, on_event=(events if events is not None else []).append, timeouts=(1.0, read_s))


def visible(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != ".lock") if folder.exists() else []


def test_a_good_source_gives_verified_files(server, tmp_path):
    events = []
    fetch(entry_with(PublishedFolder(server.folder("good"))), tmp_path / "m", events)
    assert {p.name: p.read_bytes() for p in (tmp_path / "m").iterdir() if p.suffix == ".pb"} == CONTENTS
    kinds = [event.kind for event in events]
    assert kinds[0] == "source"
    assert kinds[-1] == "done"
    assert kinds.count("verified") == 2
    progress = [event for event in events if event.kind == "progress"]
    assert progress[-1].bytes == progress[-1].total == 6_000
    assert all(None not in event.to_dict().values() for event in events)


@pytest.mark.parametrize("behaviour", BAD)
def test_nothing_is_left_of_a_bad_source(server, tmp_path, behaviour):
    folder = tmp_path / "m"
    with pytest.raises(DownloadError) as caught:
        fetch(entry_with(PublishedFolder(server.folder(behaviour))), folder, read_s=PATIENCE_S.get(behaviour, 0.5))
    assert visible(folder) == []
    message = str(caught.value)
    assert server.folder(behaviour) + "init_net.pb" in message
    assert "300,000 bytes" in message
    assert hashlib.sha256(CONTENTS["predict_net.pb"]).hexdigest() in message
    assert str(folder) in message
    assert "--from DIR" in message


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        ("404", "404 Not Found"),
        ("500", "500 Internal Server Error"),
        ("wrong", "sha256 differs"),
        ("truncated", "broke off"),
        ("stalls", "no answer within"),
        ("endless", "more than the 300,000 bytes"),
    ],
)
def test_the_reason_is_said_in_words(server, tmp_path, behaviour, words):
    events = []
    source = PublishedFolder(server.folder(behaviour))
    with pytest.raises(DownloadError, match="every source failed") as caught:
        fetch(entry_with(source), tmp_path / "m", events, read_s=PATIENCE_S.get(behaviour, 0.5))
    assert words in str(caught.value)
    assert any(event.kind == "failed" and words in event.reason for event in events)


def test_a_byte_a_second_is_given_up(server, tmp_path, monkeypatch):
    """The clock goes on by a second whenever it is looked at, and at the most a few bytes come between two looks."""
    hasty = functools.partial(fetch_file, clock=itertools.count().__next__)
    monkeypatch.setitem(obtain.__globals__, "fetch_file", hasty)
    folder = tmp_path / "m"
    with pytest.raises(DownloadError) as caught:
        fetch(entry_with(PublishedFolder(server.folder("drips"))), folder)
    assert re.search(r"too slow: \d+ of 300,000 bytes in 32 seconds", str(caught.value))
    assert "squeezeviz download tiny --from DIR" in str(caught.value)
    assert visible(folder) == []


@pytest.mark.parametrize("behaviour", BAD)
def test_the_next_source_is_tried(server, tmp_path, behaviour):
    entry = entry_with(PublishedFolder(server.folder(behaviour)), PublishedFolder(server.folder("good")))
    fetch(entry, tmp_path / "m")
    assert visible(tmp_path / "m") == ["init_net.pb", "predict_net.pb"]


def test_every_source_is_listed_with_its_reason(server, tmp_path):
    gone = PublishedFolder("http://127.0.0.1:9/nothing/")
    sources = (PublishedFolder(server.folder("404")), gone, CaffeModel(server.folder("404") + "x", 5, "ab"))
    with pytest.raises(DownloadError) as caught:
        fetch(entry_with(*sources), tmp_path / "m")
    lines = str(caught.value).splitlines()
    assert sum("404 Not Found" in line for line in lines) == 2
    assert any(gone.url in line and "no connection" in line for line in lines)


def test_what_is_there_is_not_fetched_again_and_what_is_damaged_is(server, tmp_path):
    entry = entry_with(PublishedFolder(server.folder("good")))
    fetch(entry, tmp_path)
    before = len(server.requests)
    fetch(entry, tmp_path)
    assert len(server.requests) == before
    (tmp_path / "init_net.pb").write_bytes(b"damaged")
    fetch(entry, tmp_path)
    assert server.requests[before:] == ["/good/init_net.pb"]
    assert (tmp_path / "init_net.pb").read_bytes() == CONTENTS["init_net.pb"]


def test_a_folder_that_cannot_be_written(server, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DownloadError, match="cannot be written.*SQUEEZEVIZ_CACHE"):
        fetch(entry_with(PublishedFolder(server.folder("good"))), tmp_path / "file" / "m")


def _child(url, folder, results):
    try:
        obtain(entry_with_contents(url), folder, on_event=lambda _: None)
        results.put("ok")
    except Exception as exc:  # noqa: BLE001 - reported to the parent
        results.put(repr(exc))


def entry_with_contents(url):
    return entry_with(PublishedFolder(url))


def test_two_processes_at_once_do_not_collide(server, tmp_path):
    before = len(server.requests)
    context = multiprocessing.get_context("fork")  # the children need this process's random contents
    results = context.Queue()
    children = [context.Process(target=_child, args=(server.folder("slow"), tmp_path / "m", results)) for _ in range(2)]
    for child in children:
        child.start()
    assert [results.get(timeout=120) for _ in children] == ["ok", "ok"]
    for child in children:
        child.join()
    assert sorted(server.requests[before:]) == ["/slow/init_net.pb", "/slow/predict_net.pb"], (
        "the second waited, then found"
    )
    assert visible(tmp_path / "m") == ["init_net.pb", "predict_net.pb"]


# From a folder -------------------------------------------------------------------------------------------------------


def give(folder, contents):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize("inside", ["", "tiny"])
def test_the_pair_from_a_folder(tmp_path, inside):
    given = give(tmp_path / "given" / inside, CONTENTS)
    take_from(entry_with(), given if not inside else given.parent, tmp_path / "m", on_event=lambda _: None)
    assert visible(tmp_path / "m") == ["init_net.pb", "predict_net.pb"]


def test_a_wrong_byte_from_a_folder(tmp_path):
    wrong = CONTENTS["init_net.pb"][:-1] + bytes([CONTENTS["init_net.pb"][-1] ^ 1])
    given = give(tmp_path / "given", {**CONTENTS, "init_net.pb": wrong})
    with pytest.raises(ChecksumError, match=r"init_net\.pb.*expected 300,000 bytes"):
        take_from(entry_with(), given, tmp_path / "m", on_event=lambda _: None)
    assert visible(tmp_path / "m") == []


def test_an_empty_folder_and_a_missing_one(tmp_path):
    with pytest.raises(ModelNotFound, match="neither is there"):
        take_from(entry_with(), tmp_path, tmp_path / "m", on_event=lambda _: None)
    with pytest.raises(ModelNotFound, match="no such folder"):
        take_from(entry_with(), tmp_path / "nowhere", tmp_path / "m", on_event=lambda _: None)


def test_a_caffe_file_that_is_none(tmp_path):
    given = give(tmp_path / "given", {"x.caffemodel": b"\xff\xff\xff not protobuf"})
    with pytest.raises(ChecksumError, match="not the published Caffe file"):
        take_from(entry_with(), given, tmp_path / "m", on_event=lambda _: None)
