"""Addresses that a person has not typed are not asked: those in lists, in stores' names and in atlases; offline, none."""

import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

import squeezeviz as sv
from squeezeviz.cli import main
from squeezeviz.dataset import find, find_photos
from squeezeviz.dataset.places import is_address, read_bytes
from squeezeviz.errors import DatasetError
from squeezeviz.explorer.state import State
from squeezeviz.results.labels import imagenet_labels
from tests.nets import tiny_model
from tests.optional import needs
from tests.surveys import paint

pytestmark = needs("fsspec", "aiohttp")  # addresses take the first, http:// the second

LABELS = imagenet_labels()


class Host:
    """A web server with photos, which remembers what it was asked for."""

    def __init__(self, folder):
        asked = self.asked = []

        class Handler(SimpleHTTPRequestHandler):
            def log_message(self, *_):
                asked.append(self.path)

        self.folder = folder
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder))
        self.name = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.name}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def host(tmp_path):
    made = Host(paint(tmp_path / "photos", 3))
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def online(monkeypatch):
    monkeypatch.delenv("SQUEEZEVIZ_OFFLINE")


# What lists name ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    [
        "{url}/1/001.png",
        "HTTP://{name}/1/001.png",
        "simplecache::{url}/1/001.png",
        "filecache://x::{url}/1/001.png",
        "zip://001.png::{url}/all.zip",
        "memory://bucket/x.png",
        "file:///etc/x.png",
        "//{name}/share/001.png",
        "\\\\{name}\\share\\001.png",
        "\\\\?\\UNC\\{name}\\001.png",
    ],
)
@pytest.mark.parametrize("lister", [find, find_photos])
def test_an_address_in_a_list_is_not_asked(host, online, tmp_path, given, lister):
    given = given.format(url=host.url, name=host.name)
    root = shutil.copytree(host.folder, tmp_path / "received")
    (root / "labels.tsv").write_text(f"0/000.png\t0\n{given}\t1\n")
    with pytest.raises(DatasetError) as caught:
        lister(root, LABELS, listing=root / "labels.tsv")
    told = str(caught.value)
    assert "\n" not in told
    assert told.startswith(f"{root / 'labels.tsv'}, line 2: {given}")
    assert f"expected a photo in {root}" in told
    assert host.asked == []


def test_a_list_that_lay_there_and_names_an_address_is_passed_over_with_a_word(host, online, tmp_path):
    root = shutil.copytree(host.folder, tmp_path / "received")
    (root / "labels.tsv").write_text(f"0/000.png\t0\n{host.url}/1/001.png\t1\n")
    found = find(root, LABELS)
    assert all(not is_address(photo.place) for photo in found.photos)
    (told,) = [trouble.message for trouble in found.troubles if trouble.name == "labels.tsv"]
    assert f"{host.url}/1/001.png" in told
    assert "passed over: folders label the photos" in told
    assert host.asked == []


@pytest.mark.parametrize(
    "given",
    [
        "{url}/photos/../elsewhere/1.png",
        "../elsewhere/1.png",
        "a/%2e%2e/%2E./elsewhere/1.png",
        "1.png::{url}/1.png",
        "{url}/photos-of-another/1.png",
        "http://{name}@127.0.0.1/photos/1.png",
    ],
)
def test_an_address_in_a_list_has_to_lie_under_the_one_that_was_typed(host, online, given):
    given = given.format(url=host.url, name=host.name)
    (host.folder / "photos").mkdir()
    (host.folder / "photos/labels.csv").write_text(f"file,label\n{given},1\n")
    with pytest.raises(DatasetError, match="line 2: .*expected a photo in"):
        find(f"{host.url}/photos", LABELS)
    assert not [path for path in host.asked if "1.png" in path]


def test_an_address_in_a_list_may_say_in_full_where_a_photo_lies(host, online):
    (host.folder / "labels.csv").write_text(f"file,label\n{host.url}/1/001.png,1\n0/000.png,0\n")
    photos = find(host.url, LABELS).photos
    assert [photo.place for photo in photos] == [f"{host.url}/1/001.png", f"{host.url}/0/000.png"]
    assert read_bytes(photos[0].place, "x") == (host.folder / "1/001.png").read_bytes()


# What a store names ---------------------------------------------------------------------------------------------------


def test_a_name_in_a_store_that_leads_elsewhere_is_left_out(host, online, tmp_path):
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    memory.pipe(f"/{tmp_path.name}/0.png", (host.folder / "0/000.png").read_bytes())
    memory.pipe(f"/{tmp_path.name}/1.png::{host.url}/1/001.png", b"")
    found = find(f"memory://{tmp_path.name}")
    assert [photo.name for photo in found.photos] == ["0.png"]
    assert "it leads out of the folder" in found.troubles[0].message
    assert host.asked == []


# What atlases name ----------------------------------------------------------------------------------------------------


@pytest.fixture
def atlas(tmp_path):
    """Return what makes an atlas whose photos lie at some place, as a stranger would send it."""
    pytest.importorskip("pyarrow", reason="an atlas takes pyarrow, which is not installed")
    from pyarrow import parquet

    sv.make_atlas(tiny_model(), paint(tmp_path / "pictures", 3), tmp_path / "a.atlas", k=1)

    def with_place(place, **more):
        path = tmp_path / "a.atlas/photos.parquet"
        table = parquet.read_table(path)
        parquet.write_table(table.set_column(1, "place", [[place] * len(table)]), path)
        return sv.read_atlas(tmp_path / "a.atlas", **more), table["photo"][0].as_py()

    return with_place


def click(atlas, photo):
    """Do what a click on a crop does; return what the page is told."""
    state, replies = State(tiny_model), []
    state.atlas = atlas
    state.send = lambda content, buffers=None: replies.append(content)
    state._receive(None, {"kind": "example", "id": "1", "name": photo}, [])
    return replies[-1]


@pytest.mark.parametrize("place", ["{url}/1/001.png", "simplecache::{url}/1/001.png", "//{name}/x", "\\\\{name}\\x"])
def test_an_address_in_an_atlas_is_not_asked(host, online, atlas, place):
    place = place.format(url=host.url, name=host.name)
    told = click(*atlas(place))
    assert told["kind"] == "failed"
    assert "photos_at=" in told["message"]
    assert "\n" not in told["message"]
    assert host.asked == []
    told = click(*atlas(place, photos_at=f"{host.url}/2"))
    assert told["kind"] == "failed", "another place than that one"
    assert host.asked == []


def test_a_person_says_where_an_atlas_may_read_its_photos(host, online, atlas):
    told = click(*atlas(f"{host.url}/1/001.png", photos_at=f"{host.url}/1"))
    assert told["kind"] != "failed", told
    assert host.asked == ["/1/001.png"]


def test_an_atlas_made_here_of_an_address_reads_its_photos_there(host, online, tmp_path):
    pytest.importorskip("pyarrow", reason="an atlas takes pyarrow, which is not installed")
    made = sv.make_atlas(tiny_model(), host.url, tmp_path / "a.atlas", k=1)
    photo = made.channel(made.layers[0], 0).strongest[0].photo
    assert click(made, photo)["kind"] != "failed"
    assert click(sv.read_atlas(made.path), photo)["kind"] == "failed"


# Offline --------------------------------------------------------------------------------------------------------------


def test_offline_no_address_is_asked_at_all(host, tmp_path, atlas):
    model, words = tiny_model(), "SQUEEZEVIZ_OFFLINE forbids"
    zipped = f"zip://1.png::{host.url}/all.zip"
    for attempt in (
        lambda: find(host.url, LABELS),
        lambda: find(zipped),
        lambda: find(f"simplecache::{host.url}"),
        lambda: find_photos(host.folder, LABELS, listing=f"{host.url}/labels.tsv"),
        lambda: read_bytes(f"{host.url}/1/001.png", "x"),
        lambda: sv.make_atlas(model, host.url, tmp_path / "b.atlas"),
        lambda: sv.evaluate(model, host.url),
        lambda: sv.store_activations(model, host.folder, f"{host.url}/x.zarr", ["conv1"]),
    ):
        with pytest.raises(DatasetError, match=words) as caught:
            attempt()
        assert "\n" not in str(caught.value)
    told = click(*atlas(f"{host.url}/1/001.png", photos_at=host.url))
    assert words in told["message"]
    assert host.asked == []


def test_offline_the_command_line_says_so_in_one_line(host, capsys, tmp_path):
    from tests.fires import fires_net
    from tests.nets import tiny_content

    (tmp_path / "tiny.onnx").write_bytes(tiny_content(fires_net(4)))
    with pytest.raises(SystemExit) as caught:
        main(
            ["activations", host.url, "-m", str(tmp_path / "tiny.onnx"), "-l", "conv1", "-o", str(tmp_path / "x.zarr")]
        )
    assert caught.value.code == 2
    assert "SQUEEZEVIZ_OFFLINE forbids" in " ".join(capsys.readouterr().err.split())
    assert host.asked == []


def test_offline_what_is_on_this_machine_is_read(tmp_path):
    root = paint(tmp_path / "photos", 2)
    shutil.make_archive(str(tmp_path / "all"), "zip", root)
    assert len(find(f"file://{root}").photos) == 2
    assert read_bytes(f"zip://0/000.png::file://{tmp_path}/all.zip", "x") == (root / "0/000.png").read_bytes()
