"""What a release says of itself: one version everywhere, every licence named, forms that can be filled in."""

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
import yaml

import squeezeviz
from squeezeviz.resources import is_checkout

TOP = Path(__file__).parents[2]
FORMS = sorted((TOP / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
pytestmark = pytest.mark.skipif(not is_checkout(), reason="an installed wheel has none of these files")


def read(name):
    return (TOP / name).read_text(encoding="utf-8")


def test_the_version_is_the_same_everywhere():
    assert tomllib.loads(read("pyproject.toml"))["project"]["version"] == squeezeviz.__version__
    assert yaml.safe_load(read("CITATION.cff"))["version"] == squeezeviz.__version__
    assert re.search(r"^## (?!Unreleased)(\S+)", read("CHANGELOG.md"), re.MULTILINE)[1] == squeezeviz.__version__


@pytest.mark.parametrize("name", ["CHANGELOG.md", "CONTRIBUTING.md", "squeezeviz/frontend/README.md"])
def test_nothing_is_said_twice(name):
    """Merges of these files keep both sides' lines."""
    lines = [line for line in read(name).splitlines() if len(line) > 40]
    assert [line for line, count in Counter(lines).items() if count > 1] == []
    rows = re.findall(r"^\| (`[^|]+) \|", read(name), re.MULTILINE)
    assert len(rows) == len(set(rows))


def test_the_citation_has_what_it_must():
    citation = yaml.safe_load(read("CITATION.cff"))
    assert {"cff-version", "message", "title", "authors", "type", "license"} <= citation.keys()
    assert citation["license"] == tomllib.loads(read("pyproject.toml"))["project"]["license"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", citation["date-released"])


def test_everything_that_is_bundled_is_named_with_its_licence():
    notice = read("NOTICE")
    bundled = read("squeezeviz/widgets/static/licenses.txt")
    packages = re.findall(r"^(@?[\w/-]+) \d+\.\d+\.\d+, (\S+)$", bundled, re.MULTILINE)
    assert packages
    for name, licence in packages:
        assert name.lower() in notice.lower()
        assert f"{licence} License" in notice
        assert bundled.count("Permission is hereby granted") == len(packages)
    assert bundled.partition("-" * 80 + "\n\n")[2].rstrip() in read("squeezeviz/widgets/static/page.js")
    for shipped in sorted((TOP / "data").iterdir()):
        assert f"data/{shipped.name}" in notice


@pytest.mark.parametrize("path", [path for path in FORMS if path.name != "config.yml"], ids=lambda path: path.stem)
def test_an_issue_form_can_be_filled_in(path):
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert form["name"]
    assert form["description"]
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    assert {field["type"] for field in fields} <= {"textarea", "input", "dropdown"}
    assert all(field["attributes"]["label"] for field in fields)
    assert len({field["id"] for field in fields}) == len(fields)
    assert all(field["attributes"]["options"] for field in fields if field["type"] == "dropdown")
    assert any(field["id"] == "version" for field in fields)


def test_what_the_upgrade_note_names_is_there():
    rows = re.findall(r"^\| `(.+?)` \| (.+?) \|$", read("docs/how-to/upgrade.md"), re.MULTILINE)
    assert len(rows) > 20
    for before, after in rows:
        for name in re.findall(r"`sv\.(\w+)", f"`{before}`"):
            assert name == "ablate" or not hasattr(squeezeviz, name), "it is there still"
        for name in re.findall(r"`(?:sv\.)?([A-Z]\w+|(?<=sv\.)\w+)", after):
            assert hasattr(squeezeviz, name), name
        for owner, name in re.findall(r"`([A-Z]\w+)\.(\w+)", after):
            owned = getattr(squeezeviz, owner)
            assert name in dir(owned) or name in owned.__dataclass_fields__, f"{owner}.{name}"
