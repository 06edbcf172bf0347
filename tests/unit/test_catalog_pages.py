"""A catalogue's pages: whole, linked, escaped, of relative addresses alone; and nothing of somebody else's is replaced."""

import posixpath
import re
from urllib.parse import parse_qs

import pytest

import squeezeviz as sv
from squeezeviz.dataset.catalog.channel import channel_link
from squeezeviz.errors import DatasetError, SqueezeVizError
from squeezeviz.report.pages.catalog import channel_address, folders_of
from squeezeviz.report.pages.page import link, picture
from squeezeviz.standalone import catalog_pages as catalog_pages_module
from tests.hostile_names import SHOWN, Elements, hostile_model, hostile_preset
from tests.nets import tiny_model
from tests.surveys import paint

pytest.importorskip("pyarrow", reason="a catalogue takes pyarrow, which is not installed")

ALLOWED = {"html", "head", "meta", "title", "link", "body", "a", "header", "main", "footer", "nav", "ol", "ul", "li", "h1",
           "h2", "p", "div", "figure", "figcaption", "img", "span", "table", "thead", "tbody", "tr", "th", "td"}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _cache(tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setenv("SQUEEZEVIZ_CACHE", str(tmp_path_factory.mktemp("cache")))
    yield
    patch.undo()


@pytest.fixture(scope="module")
def written(tmp_path_factory, _cache):
    """Pages of the tiny network, and of its atlas."""
    model, root = tiny_model(), tmp_path_factory.mktemp("pages")
    atlas = sv.make_atlas(model, paint(root / "photos", 6), root / "a.atlas", k=2, layers=["conv10"])
    made = sv.make_catalog(
        model, root / "a.catalog", layers=["conv1", "fire2/concat", "conv10"], steps=2, negative=True
    )
    sv.write_catalog_pages(made, root / "pages", model=model, atlas=atlas)
    return root / "pages"


def pages(folder):
    """Those of the catalogue; the explorer's own is another's."""
    found = {path.relative_to(folder).as_posix(): path.read_text() for path in sorted(folder.rglob("*.html"))}
    return {name: html for name, html in found.items() if name != "explorer.html"}


def addresses(html):
    return [each if each[0] == "#" else each.partition("#")[0] for each in re.findall(r'(?:href|src)="([^"]*)"', html)]


def test_every_link_and_picture_leads_to_a_file_of_the_folder(written):
    found = pages(written)
    assert len(found) == 1 + 3 + 4 + 6 + 5
    for name, html in found.items():
        for address in addresses(html):
            if address.startswith("#"):
                continue
            assert "://" not in address
            assert not address.startswith("/")
            assert (written / posixpath.normpath(posixpath.join(posixpath.dirname(name), address))).is_file(), address
    reached = {posixpath.normpath(posixpath.join(posixpath.dirname(name), each))
               for name, html in found.items() for each in addresses(html) if not each.startswith("#")}  # fmt: skip
    files = {path.relative_to(written).as_posix() for path in written.rglob("*") if path.is_file()}
    assert files - reached - {"index.html"} == {"squeezeviz-site.json"}  # nothing lies there that no page shows


def test_a_channels_page_says_what_there_is(written):
    html = (written / channel_address(folders_of(["fire2/concat"]), "fire2/concat", 4)).read_text()
    for words in ("fire2/concat, channel 4", "It comes from channel 1 of fire2/expand3x3", "What would excite it most",
                  "What silences it", "Strongest inputs", "Goes on to", "../conv10/"):  # fmt: skip
        assert words in html
    assert re.search(r"mean over its cells: [\d.]+(, so it does not excite it)?<", html)
    assert re.search(r", on \d{4}-\d\d-\d\d\.", html)
    assert "among photos" not in html  # the atlas is not of this layer
    last = (written / "conv10" / "4.html").read_text()
    assert "What excites it among photos" in last
    assert "4-crop-0.jpg" in last
    assert "Goes on to" not in last
    assert 'rel="prev" ' in last or 'rel="prev"' in last
    assert 'rel="next"' not in last
    assert "Strongest inputs" not in (written / "conv1" / "0.html").read_text()  # it reads the image
    assert "script" not in "".join(pages(written).values())


def test_each_channel_has_a_link_of_its_own_that_opens_the_explorer_there(written):
    html = (written / "fire2-concat" / "4.html").read_text()
    assert 'href="../explorer.html#layer=fire2/concat&amp;channel=4"' in html or (
        'href="../explorer.html#layer=fire2/concat&channel=4"' in html
    )
    assert "Open this channel in the explorer" in html
    assert b"<script" in (written / "explorer.html").read_bytes()


def test_the_explorer_shows_what_is_here_be_it_a_drawing(monkeypatch):
    shapes, other = sv.load_model("squeezenet1.1-shapes"), tiny_model()
    assert catalog_pages_module._sample(shapes).startswith("shape-")
    drawn = [sample for sample in sv.samples() if sample.is_drawn]
    monkeypatch.setattr(catalog_pages_module, "samples", lambda: drawn)
    assert catalog_pages_module._sample(other) == drawn[0].name  # no package with photos is installed


def test_without_the_explorer_no_page_leads_to_it(tmp_path):
    model = tiny_model()
    made = sv.make_catalog(model, tmp_path / "b.catalog", layers=["conv1"], steps=1)
    assert made.channel("conv1", 2).to_dict()["link"] == "#layer=conv1&channel=2"
    sv.write_catalog_pages(made, tmp_path / "pages", model=model, explorer=False)
    assert not (tmp_path / "pages" / "explorer.html").exists()
    assert "explorer" not in "".join(pages(tmp_path / "pages").values())


@pytest.mark.parametrize("name", ["a&b", "a b", 'ü/"<', "x#y%"])
def test_a_link_holds_any_name_and_nothing_but_it(name):
    made = link(f"../explorer.html{channel_link(name, 3)}", "x")
    (address,) = re.findall(r'href="([^"]*)"', made)
    behind = address.partition("#")[2].replace("&amp;", "&")
    assert parse_qs(behind) == {"layer": [name], "channel": ["3"]}


def test_written_again_they_are_replaced_and_others_files_are_not(written, tmp_path):
    model = tiny_model()
    made = sv.make_catalog(model, tmp_path / "b.catalog", layers=["conv1"], steps=1)
    folder = tmp_path / "pages"
    sv.write_catalog_pages(made, folder, model=model)
    first = pages(folder)
    sv.write_catalog_pages(made, folder, model=model)
    assert pages(folder) == first
    (folder / "conv1" / "0.html").write_text("mine")
    with pytest.raises(SqueezeVizError, match="was changed since squeezeviz wrote it"):
        sv.write_catalog_pages(made, folder, model=model)
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("mine")
    with pytest.raises(SqueezeVizError, match="thesis.txt"):
        sv.write_catalog_pages(made, other, model=model)
    with pytest.raises(DatasetError, match="is a catalogue of tiny, and .* was given"):
        sv.write_catalog_pages(made, tmp_path / "third", model=hostile_model())


def test_hostile_names_are_text_and_make_no_address(tmp_path):
    model = hostile_model()
    layers = [layer.name for layer in model.architecture if layer.kind == "convolution"][:2]
    made = sv.make_catalog(model, tmp_path / "a.catalog", layers=layers, steps=1, preprocessing=hostile_preset())
    sv.write_catalog_pages(made, tmp_path / "pages", model=model)
    for html in pages(tmp_path / "pages").values():
        parsed = Elements(html)
        assert {tag for tag, _ in parsed.elements} <= ALLOWED
        for _, attributes in parsed.elements:
            assert not {key for key in attributes if key.startswith("on")}
        assert SHOWN in "".join(parsed.text)
        assert all(
            re.fullmatch(r"#main|(\.\./)?[a-z0-9-]+(/[a-z0-9-]+)?\.(html|jpg|css)", each) for each in addresses(html)
        )


def test_folders_are_names_that_any_file_system_takes_and_each_layers_own():
    layers = ["fire5/concat", "Fire5.Concat", "../../etc", "con", "", "\u732b", "x" * 500, "a:b", "index.html"]
    found = folders_of(layers)
    assert found["fire5/concat"] == "fire5-concat"
    assert len(set(found.values())) == len(layers)
    for name in found.values():
        assert re.fullmatch(r"[a-z0-9-]{1,70}", name)
    assert found["con"] != "con"


@pytest.mark.parametrize(
    "address", ["http://x.invalid/a.jpg", "/etc/passwd.html", "a/../../b.html", "javascript:x.html", "a b.jpg"]
)
def test_an_address_that_is_none_of_ours_is_refused(address):
    with pytest.raises(ValueError, match="no address within the folder"):
        link(address, "x")
    with pytest.raises(ValueError, match="no address within the folder"):
        picture(address, "x", (1, 1))
