"""Who imports the libraries that report to their makers, and what becomes of it in fresh processes."""

import ast
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

TOP = Path(__file__).parents[2]
LOUD = {"onnxruntime", "openvino"}
DOOR = Path("squeezeviz/telemetry.py")
FOLDERS = ("squeezeviz", "benchmarks", "tests", "docs", "notebooks")
LOADERS = {"import_module", "__import__", "importorskip", "exec", "run_module"}


def imported(tree):
    """Yield the top-level packages that code imports as it runs, by whatever means and also in code given as text."""
    left = [tree]
    while left:
        node = left.pop()
        if isinstance(node, ast.If) and getattr(node.test, "attr", getattr(node.test, "id", "")) == "TYPE_CHECKING":
            continue  # never runs
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in LOADERS:
            yield from (
                each.value.partition(".")[0]
                for each in node.args
                if isinstance(each, ast.Constant) and isinstance(each.value, str)
            )
        left += ast.iter_child_nodes(node)


def sources():
    """Yield path and code of everything of ours that Python runs."""
    for folder in FOLDERS:
        for path in sorted((TOP / folder).rglob("*.py")):
            yield path.relative_to(TOP), path.read_text(encoding="utf-8")
        for path in sorted((TOP / folder).rglob("*.ipynb")):
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
            yield path.relative_to(TOP), "\n".join(code)


def test_they_are_imported_in_one_place():
    found = {
        path: LOUD & set(imported(ast.parse(code)))
        if any(name in code for name in LOUD)
        else set()  # parsing takes long
        for path, code in sources()
    }
    assert len(found) > 200, "the walk has seen the sources"
    assert {path: names for path, names in found.items() if names} == {DOOR: LOUD}


@pytest.mark.parametrize(
    "code",
    [
        "import onnxruntime",
        "import onnxruntime.capi as x",
        "def f():\n    from onnxruntime import InferenceSession",
        "import importlib\nimportlib.import_module('onnxruntime')",
        "x = __import__('openvino.runtime')",
        "pytest.importorskip('openvino', reason='x')",
    ],
)
def test_the_walk_sees_them(code):
    assert LOUD & set(imported(ast.parse(code)))


# In fresh processes ---------------------------------------------------------------------------------------------------


@pytest.fixture
def fresh(tmp_path):
    """Return what runs code with a home of its own, in no CI, and returns what it printed and what lies in the home."""

    def run(code, *arguments, **variables):
        kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        own = {
            "HOME": str(home), "USERPROFILE": str(home), "LOCALAPPDATA": str(home), "XDG_CACHE_HOME": str(home / "c"),
            "PYTHONPATH": str(TOP), "SQUEEZEVIZ_CACHE": str(tmp_path / "cache"),
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", code, *arguments],
            env={**kept, **own, **variables}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        files = {path.name for path in home.rglob("*") if path.is_file()}
        return done.stdout.strip() or done.stderr.strip().splitlines()[-1:], files

    return run


LOAD = "squeezeviz.load_model('squeezenet1.1-shapes').predict(__import__('PIL.Image').Image.new('RGB', (9, 9)))"


@pytest.mark.parametrize(
    "code",
    [
        f"import squeezeviz; {LOAD}",
        f"import squeezeviz; import onnxruntime; {LOAD}",
        "from squeezeviz.dataset.atlas import read_atlas; import onnxruntime",
        f"import multiprocessing, squeezeviz\n{LOAD}\nprocess = multiprocessing.get_context('spawn')"
        ".Process(target=__import__, args=('onnxruntime',)); process.start(); process.join(); assert not process.exitcode",
    ],
    ids=["ours", "a person's own import after ours", "before anything is used", "in a process of one's own"],
)
def test_onnx_runtime_writes_no_device_id(fresh, code):
    assert fresh(f"{code}\nprint('done')") == ("done", set())


@pytest.mark.parametrize(
    ("given", "offline", "becomes"),
    [(None, "", "1"), ("", "", "1"), ("0", "", "0"), ("true", "", "true"), ("0", "1", "1"), (None, "1", "1")],
)
def test_a_person_who_has_set_the_variable_is_obeyed_but_not_offline(fresh, given, offline, becomes):
    chosen = {} if given is None else {"ORT_DISABLE_TELEMETRY": given}
    code = "import squeezeviz, os; print(os.environ['ORT_DISABLE_TELEMETRY'])"
    assert fresh(code, SQUEEZEVIZ_OFFLINE=offline, **chosen)[0] == becomes


EARLY = "import onnxruntime, squeezeviz\nfrom squeezeviz.telemetry import import_{0}\nimport_{0}()\nprint('done')"


def test_onnx_runtime_imported_before_us_is_told_of_and_refused_offline(fresh):
    code, nobody = EARLY.format("onnxruntime"), {"TF_BUILD": "1"}  # in CI it sends nothing
    told, _ = fresh(code, **nobody)
    assert told[0].startswith("UserWarning: onnxruntime was imported in a way that lets it report to its maker")
    told, _ = fresh(code, SQUEEZEVIZ_OFFLINE="1", **nobody)
    assert told[0].startswith("squeezeviz.errors.ModelError: SQUEEZEVIZ_OFFLINE is set, and onnxruntime was imported")
    assert fresh(code, SQUEEZEVIZ_OFFLINE="1", ORT_DISABLE_TELEMETRY="1")[0] == "done"


CONVERT = """
import squeezeviz, sys
from squeezeviz.cli import main
main(["convert", "squeezenet1.1-shapes", "-o", sys.argv[1], "--to", "openvino"])
"""


@pytest.fixture
def openvino():
    if not all(importlib.util.find_spec(package) for package in ("openvino", "openvino_telemetry")):
        pytest.skip("openvino, or what it reports with, is not installed")


def test_openvino_makes_no_client_id(fresh, openvino, tmp_path):
    told, files = fresh(CONVERT, str(tmp_path / "out"))
    assert str(told).count("bytes") == 2
    assert files == set()
    assert (tmp_path / "out/model.bin").stat().st_size > 1_000_000


def test_what_openvino_reports_with_can_still_be_imported_by_others(fresh, openvino):
    code = "from squeezeviz.telemetry import import_openvino as o\no(); o()\nimport openvino_telemetry\nprint('done')"
    assert fresh(code)[0] == "done"


def test_openvino_imported_before_us_is_told_of_and_refused_offline(fresh, openvino):
    code = EARLY.format("openvino").replace("onnxruntime", "openvino")
    assert fresh(code, CI="true")[0][0].startswith("UserWarning: openvino was imported")  # in CI it sends nothing
    assert "ModelError: SQUEEZEVIZ_OFFLINE" in fresh(code, CI="true", SQUEEZEVIZ_OFFLINE="1")[0][0]
