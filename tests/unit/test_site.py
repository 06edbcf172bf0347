"""The explorer as a folder for a static host: what lies in it, what it allows, and what it never touches."""

import gzip
import hashlib
import json
import os
import re
from base64 import b64encode

import pytest

import squeezeviz as sv
from squeezeviz.errors import SqueezeVizError
from squeezeviz.standalone import folder as folders
from squeezeviz.standalone.folder import LIST, write_folder
from squeezeviz.standalone.page import program
from tests.nets import tiny_model
from tests.unit.test_page import HOSTILE, HOW, picture, run, tiny_files

__all__ = ["tiny_files"]


def written(folder, source=None, **more):
    source = picture() if source is None else source
    return sv.export_site(source, folder, model=tiny_model(), preprocessing=HOW, compared=[], **more)


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def site_in(files):
    return json.loads(re.search(r'id="sqv-site">(.*?)</script>', files["index.html"].decode()).group(1))


def parts_of(files):
    return site_in(files)["parts"]


def blocks_of(files):
    blocks = {}
    for part in parts_of(files):
        content, start = files[part["path"]], 0
        assert len(content) == part["bytes"]
        assert hashlib.sha256(content).hexdigest() == part["sha256"]
        for index, size in part["blocks"]:
            blocks[index] = content[start : start + size]
            start += size
        assert start == len(content)
    return blocks


def scripts_in(page):
    """The programs that stand within a page."""
    return list(re.finditer(r"<script>(.*?)</script>", page, re.DOTALL))


def entry_of(files):
    index = site_in(files)["entry"]
    return json.loads(gzip.decompress(blocks_of(files)[index]))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "public"
    written(folder, [picture(), picture()])
    return contents(folder)


def test_the_heads_own_program_waits_for_nothing(site):
    head = site["index.html"].decode().partition("</head>")[0]
    (early,) = scripts_in(head)
    assert early.group(1) == program("early-site.js")
    assert head.index('id="sqv-site"') < early.start(), "it reads that at once"
    assert early.start() < head.index('rel="stylesheet"'), "behind one it would wait for that"


def test_weights_and_each_photo_are_files_of_their_own(site):
    names = [re.sub(r"\.[0-9a-f]{16}\.", ".", part["path"]) for part in parts_of(site)]
    assert names == ["files/contents.bin", "files/weights.bin", "files/photo-1.bin", "files/photo-2.bin"]
    _, weights, *photos = ({index for index, _ in part["blocks"]} for part in parts_of(site))
    made = entry_of(site)
    assert {held["block"] for held in made["weights"].values()} == weights
    for photo, own in zip(made["photos"], photos, strict=True):
        (preprocessed,) = photo["preprocessed"].values()
        held = {preprocessed[name] for name in ("display", "cropped", "logits", "statistics", "pixels")}
        assert (held | {photo["whole"]["block"]}) - {None} == own


def test_it_holds_what_the_page_of_one_file_holds(tmp_path):
    image = picture()
    written(tmp_path / "site", image)
    page = sv.export_page(image, tmp_path / "page.html", model=tiny_model(), preprocessing=HOW, compared=[])
    from tests.unit.test_page import block_of, contents_of

    text = page.read_text(encoding="utf-8")
    files = contents(tmp_path / "site")
    assert entry_of(files) == contents_of(text)
    assert all(block_of(text, index) == content for index, content in blocks_of(files).items())


def test_names_say_what_is_in_them(site):
    for path, content in site.items():
        if path.startswith("files/") and not path.endswith(".gz"):
            assert path.split(".")[-2] == hashlib.sha256(content).hexdigest()[:16], path


def test_what_is_text_lies_there_compressed_too(site):
    texts = {path for path in site if path.endswith((".html", ".js", ".css"))}
    assert {path.removesuffix(".gz") for path in site if path.endswith(".gz")} == texts
    for path in texts:
        assert gzip.decompress(site[f"{path}.gz"]) == site[path]


def test_all_paths_are_relative_and_nothing_is_asked_of_anybody(site):
    page = site["index.html"].decode()
    asked = re.findall(r"""\b(?:src|href)=["']([^"']*)""", page)
    assert any(path.startswith("data:image/svg") for path in asked), "an icon, or the host's root is asked for one"
    assert all(path in site for path in asked if not path.startswith("data:"))
    (early,) = scripts_in(page)
    rest = page[: early.start()] + page[early.end() :]
    assert not re.search(r"<script(?![^>]* src=|[^>]*application/json)|<style|\bstyle=|\bon\w+=", rest), (
        "nothing else inline"
    )
    text = b"".join(content for path, content in site.items() if not path.endswith((".bin", ".gz"))).decode()
    assert set(re.findall(r"https?://[\w.-]+", text)) <= {"http://www.w3.org"}


def test_the_policy_allows_the_folder_the_pages_own_script_and_nothing_else(site):
    page = site["index.html"].decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page).group(1)
    (early,) = scripts_in(page)
    own = f"'sha256-{b64encode(hashlib.sha256(early.group(1).encode()).digest()).decode()}'"
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split(";")}
    assert rules["default-src"] == ["'none'"]
    assert rules["script-src"] == ["'self'", own, "'wasm-unsafe-eval'"]
    assert {source for named in rules.values() for source in named} == {
        "'none'", "'self'", own, "'wasm-unsafe-eval'", "data:", "blob:",
    }  # fmt: skip
    assert f"Content-Security-Policy: {policy}\n" in site["_headers"].decode()


def test_headers_of_a_path_are_each_said_once(site):
    host = site["_headers"].decode()
    rules = {rule.splitlines()[0]: rule.splitlines()[1:] for rule in re.split(r"^(?=/)", host, flags=re.M) if rule}
    everywhere = {line.split(":")[0] for line in rules.pop("/*")}
    assert not everywhere & {line.split(":")[0] for own in rules.values() for line in own}
    assert rules["/files/*"] == ["  Cache-Control: public, max-age=31536000, immutable"]
    for path in ("/", "/index.html", "/service-worker.js"):
        assert rules[path] == ["  Cache-Control: no-cache"], "a new folder is noticed at the next visit"


def test_the_service_worker_knows_every_file_that_the_page_asks_for(site):
    kept = json.loads(re.match(r"const SITE = (.*);\n", site["service-worker.js"].decode()).group(1))["files"]
    assert kept.pop("./") == hashlib.sha256(site["index.html"]).hexdigest()
    assert set(kept) == {path for path in site if path.startswith("files/") and not path.endswith(".gz")}
    for path, digest in kept.items():
        assert hashlib.sha256(site[path]).hexdigest() == digest


def test_what_is_written_twice_is_the_same_twice(tmp_path):
    image = picture()
    for name in "ab":
        written(tmp_path / name, image)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_what_stays_the_same_keeps_its_name(tmp_path):
    written(tmp_path / "site", None)
    before = contents(tmp_path / "site")
    path = written(tmp_path / "site", [picture(), picture()])
    after = contents(tmp_path / "site")
    weights = next(name for name in before if "weights" in name)
    assert after[weights] == before[weights]
    assert before["service-worker.js"] != after["service-worker.js"]
    photos = {part["path"] for part in parts_of(before) if "photo" in part["path"]}
    assert photos
    assert not photos & set(after), "what nothing names any more is gone"
    assert path.sent_bytes == sum(
        len(after.get(f"{name}.gz", content))
        for name, content in after.items()
        if not name.endswith(".gz") and name not in ("_headers", LIST)
    )


def test_a_hostile_name_does_no_harm(tmp_path):
    from squeezeviz.image import read_image

    written(tmp_path / "site", read_image(picture(), name=HOSTILE))
    files = contents(tmp_path / "site")
    page = files["index.html"].decode()
    assert "alert(" not in re.sub(r"<title>.*?</title>|<main.*?</main>", "", page, flags=re.S)
    assert page.count("<script") == page.count("</script>")
    assert entry_of(files)["photos"][0]["name"] == HOSTILE
    assert all(re.fullmatch(r"[\w./-]+", path) for path in files)


@pytest.mark.parametrize("name", ["notes.txt", "files/mine.txt", ".git/config", "index.html"])
def test_a_folder_that_holds_something_else_is_left_alone(tmp_path, name):
    folder = tmp_path / "site"
    (folder / name).parent.mkdir(parents=True)
    (folder / name).write_text("mine")
    with pytest.raises(SqueezeVizError, match=rf"this one holds {re.escape(name)}\. Name another"):
        written(folder)
    assert contents(folder) == {name: b"mine"}


def test_so_is_one_in_which_something_was_added_or_changed(tmp_path):
    folder = tmp_path / "site"
    written(folder)
    (folder / "CNAME").write_text("example.org")
    (folder / "files" / "b").write_text("")
    with pytest.raises(SqueezeVizError, match="this one holds CNAME and 1 more"):
        written(folder)
    (folder / "CNAME").unlink()
    (folder / "files" / "b").unlink()
    index = folder / "index.html"
    index.write_text(index.read_text() + "<!-- my own -->")
    before = contents(folder)
    with pytest.raises(SqueezeVizError, match=r"index\.html was changed since"):
        written(folder)
    assert contents(folder) == before


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links here")
def test_links_are_neither_followed_nor_replaced(tmp_path):
    folder, other = tmp_path / "site", tmp_path / "other"
    written(folder)
    other.mkdir()
    (other / "index.html").write_bytes((folder / "index.html").read_bytes())
    (folder / "index.html").unlink()
    (folder / "index.html").symlink_to(other / "index.html")
    (folder / "more").symlink_to(other)
    with pytest.raises(SqueezeVizError, match="this one holds index.html and 1 more"):
        written(folder)


@pytest.mark.parametrize("text", ["", "[]", '{"files": []}', '{"files": {"a": 1}}', "\udcff"])
def test_a_list_that_is_none_is_refused(tmp_path, text):
    (tmp_path / LIST).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(SqueezeVizError, match="expected the list of files"):
        written(tmp_path)


def test_what_a_list_names_outside_the_folder_stays(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    folder = tmp_path / "site"
    folder.mkdir()
    digest = hashlib.sha256(b"mine").hexdigest()
    (folder / LIST).write_text(json.dumps({"files": {"../mine.txt": [digest], str(tmp_path / "mine.txt"): [digest]}}))
    written(folder)
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_a_file_in_its_place_is_refused(tmp_path):
    (tmp_path / "site").write_text("")
    with pytest.raises(SqueezeVizError, match="expected a folder to write, this is a file"):
        written(tmp_path / "site")
    with pytest.raises(SqueezeVizError, match="cannot be written"):
        written(tmp_path / "site" / "inner")


FIRST = {"files/a.1.js": b"a", "files/b.1.bin": b"b", "index.html": b"a b", "worker.js": b"1"}
SECOND = {"files/a.1.js": b"a", "files/c.1.bin": b"c", "index.html": b"a c", "worker.js": b"2"}


# The list, and what is new of four files.
@pytest.mark.parametrize(("before", "fails_at"), [*((None, at) for at in range(5)), *((FIRST, at) for at in range(4))])
def test_what_cannot_be_written_whole_is_not_written(tmp_path, monkeypatch, before, fails_at):
    folder, writes = tmp_path / "site", iter(range(99))
    if before:
        write_folder(folder, before)
    was = contents(folder) if before else None
    real = folders.write_whole

    def full(path, content):
        if next(writes) == fails_at:
            raise OSError(28, "No space left on device")
        real(path, content)

    monkeypatch.setattr(folders, "write_whole", full)
    with pytest.raises(OSError, match="No space left"):
        write_folder(folder, SECOND)
    monkeypatch.undo()
    assert (contents(folder) if folder.exists() else None) == was
    write_folder(folder, SECOND)
    assert {path: content for path, content in contents(folder).items() if path != LIST} == SECOND


@pytest.mark.parametrize("ends_at", range(5))  # the list, three files, and the list again
def test_a_process_that_is_killed_leaves_a_folder_that_works_and_can_be_written_again(tmp_path, monkeypatch, ends_at):
    """Its last breath is at each write in turn: nothing is taken back then."""
    folder, writes = tmp_path / "site", iter(range(99))
    write_folder(folder, FIRST)
    real = folders.write_whole

    def killed(path, content):
        if next(writes) == ends_at:
            (path.parent / f".{path.name}-x8k2").write_bytes(content[:1])
            raise KeyboardInterrupt
        real(path, content)

    monkeypatch.setattr(folders, "write_whole", killed)
    monkeypatch.setattr(folders, "_take_back", lambda *_, **__: None)
    with pytest.raises(KeyboardInterrupt):
        write_folder(folder, SECOND)
    files = contents(folder)
    names = {b"a b": "files/b.1.bin", b"a c": "files/c.1.bin"}
    assert names[files["index.html"]] in files, "the page that is there finds all it asks for"
    monkeypatch.undo()
    write_folder(folder, SECOND)
    left = {path: content for path, content in contents(folder).items() if path != LIST and "/." not in f"/{path}"}
    assert left == SECOND


def test_the_command(tmp_path, tiny_files, capsys):
    options, cat = tiny_files
    folder = tmp_path / "public"
    assert not run("site", folder, *options, "--layer", "conv1")
    said = " ".join(capsys.readouterr().out.split())
    assert re.search(r"a first visit is sent [\d,]+ bytes", said)
    assert entry_of(contents(folder))["photos"] == []
    assert not run("site", folder, cat, *options, "--half-precision")
    assert "Weights are rounded to half precision. On 1 photo" in " ".join(capsys.readouterr().out.split())
    assert len(entry_of(contents(folder))["photos"]) == 1
    (folder / "mine.txt").write_text("mine")
    assert run("site", folder, *options) == 2
    assert "mine.txt" in capsys.readouterr().err
