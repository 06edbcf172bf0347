"""Guides for whoever runs a server: what they have one type is what there is."""

import importlib
import inspect
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

import squeezeviz
from squeezeviz.cli import app
from squeezeviz.explorer import limits
from squeezeviz.resources import is_checkout
from squeezeviz.serving.server import IDLE_MINUTES, VISITORS, WEBSOCKET_BYTES, lab_command

GUIDES = Path(__file__).parents[2] / "docs" / "how-to"
pytestmark = pytest.mark.skipif(not is_checkout(), reason="an installed wheel has no sources of the documentation")


def read(name):
    return (GUIDES / f"{name}.md").read_text(encoding="utf-8")


class Config(dict):
    """As traitlets': sections come into being when they are named."""

    def __getattr__(self, name):
        return self.setdefault(name, SimpleNamespace())


def test_the_configuration_of_the_hub_is_python_and_says_what_squeezeviz_lab_says():
    (source,) = re.findall(
        r'^```python title="jupyterhub_config\.py"\n(.*?)^```', read("jupyterhub"), re.DOTALL | re.MULTILINE
    )
    config = Config()
    exec(source, {"get_config": lambda: config})
    args = config.Spawner.args
    assert f"'websocket_max_message_size': {WEBSOCKET_BYTES}" in args[0]
    (specs,) = (each.partition("=")[2] for each in args if "kernel_spec_manager_class" in each)
    module, _, name = specs.rpartition(".")
    assert getattr(importlib.import_module(module), name)
    ours = set(lab_command(Path("a.ipynb")))
    assert {each for each in args if "cull" not in each} <= ours, "the same as for one person"


def test_what_the_guides_say_of_bounds_is_so():
    text = " ".join(read("class").split())
    assert f"{limits.VISITOR_PHOTOS}, of {limits.VISITOR_FILES_BYTES >> 20} MiB as files" in text
    assert f"{limits.MOST_BYTES >> 20} MiB, refused before it is sent" in text
    assert f"{limits.VISITOR_MODEL_BYTES >> 20} MiB (`SQUEEZEVIZ_MOST_MODEL_MB`" in text
    assert f"| {limits.MOST_RUNS:,} |" in text
    assert f"`--visitors`, {VISITORS}" in text
    assert f"`--idle` minutes, {IDLE_MINUTES}" in text
    assert f"{limits.VISITOR_PHOTOS} photos of {limits.VISITOR_FILES_BYTES >> 20} MiB together" in " ".join(
        read("voila").split()
    )


def test_every_figure_is_in_the_reference():
    page = (GUIDES.parent / "reference" / "figures.md").read_text(encoding="utf-8")
    public = {name: getattr(squeezeviz.figures, name) for name in squeezeviz.figures.__all__}
    drawn = {name for name, each in public.items() if inspect.isfunction(each) or inspect.isclass(each)}
    assert set(re.findall(r"^        - (\w+)$", page, re.MULTILINE)) == drawn


@pytest.mark.parametrize("guide", ["class", "voila", "jupyterhub", "teach"])
def test_every_option_in_a_guide_is_one(guide):
    shell = "\n".join(re.findall(r"^```(?:bash)?\n(.*?)^```", read(guide), re.DOTALL | re.MULTILINE)).replace(
        "\\\n", " "
    )
    lines = re.findall(r"\bsqueezeviz ((?:app|export|lab|download|site)\b[^\n#&]*)", shell)
    assert lines or guide == "jupyterhub"
    for line in lines:
        subcommand, *words = line.split()
        said = CliRunner().invoke(app, [subcommand, "--help"], env={"COLUMNS": "200"}).output
        for option in (word for word in words if word.startswith("--")):
            assert re.search(rf"{option}\b", said), f"squeezeviz {line}: {option}"


def test_every_part_of_a_link_is_in_the_reference_and_no_other():
    page = (GUIDES.parent / "reference" / "links.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[^|]+`) \| [^|]* \| `([^|]+)` \|$", page, re.MULTILINE)
    named = {name for first, _ in rows for name in re.findall(r"`([\w-]+)`", first)}
    source = (Path(squeezeviz.__file__).parent / "frontend" / "src" / "store" / "link.ts").read_text(encoding="utf-8")
    parts = re.findall(r'^  \["([\w-]+)", \(texts\)', source, re.MULTILINE)
    choices = re.findall(r'^  (\w+): \["\w+", \[', source, re.MULTILINE)
    assert named == {"photo", "model", *parts, *choices}
    assert {part.partition("=")[0] for _, like in rows for part in like.split("&")} == named - {"scale"}
