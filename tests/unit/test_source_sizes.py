"""Small files and small functions: what has grown beyond that has become two things, and is cut where they part."""

import ast
from pathlib import Path

import pytest

import squeezeviz

ROOT = Path(squeezeviz.__file__).parent
MOST_LINES_OF_A_FILE, MOST_LINES_OF_A_FUNCTION = 400, 60

#: What may be longer, and why cutting it would make it worse.
EXCEPTIONS: dict[str, str] = {}


def lengths(path, name):
    """A file's lines by its name, and those of each function in it by ``name:function``; docstrings count, too."""
    text = path.read_text(encoding="utf-8")
    yield name, len(text.splitlines()), MOST_LINES_OF_A_FILE
    left = [ast.parse(text)]
    while left:
        node = left.pop()
        # Expressions hold no functions.
        left += (each for each in ast.iter_child_nodes(node) if not isinstance(each, ast.expr))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{name}:{node.name}", node.end_lineno - node.lineno + 1, MOST_LINES_OF_A_FUNCTION


def too_long(root):
    return {
        what: f"{count} lines, expected at most {most}"
        for path in sorted(root.rglob("*.py"))
        for what, count, most in lengths(path, path.relative_to(root).as_posix())
        if count > most
    }


def test_no_file_and_no_function_is_too_long():
    assert len(list(ROOT.rglob("*.py"))) > 250
    found = too_long(ROOT)
    assert {what: said for what, said in found.items() if what not in EXCEPTIONS} == {}
    assert EXCEPTIONS.keys() - found.keys() == set(), "these are short enough by now"
    assert all(EXCEPTIONS.values()), "each with its reason"


def test_no_style_sheet_is_too_long():
    """Biome counts the lines of programs; what belongs to a view lies beside it."""
    lines = {path.name: len(path.read_text().splitlines()) for path in (ROOT / "frontend" / "src").rglob("*.css")}
    if not lines:
        pytest.skip("the front end's sources are not here")
    assert {name: count for name, count in lines.items() if count > MOST_LINES_OF_A_FILE} == {}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1\n" * 400, []),
        ("x = 1\n" * 401, ["a.py"]),
        ("def f():\n" + "    x = 1\n" * 59, []),
        ("def f():\n" + "    x = 1\n" * 60, ["a.py:f"]),
        ("class A:\n    async def f(\n        self,\n    ):\n" + "        x = 1\n" * 58, ["a.py:f"]),
        ("def f():\n    def g():\n" + "        x = 1\n" * 60, ["a.py:f", "a.py:g"]),
    ],
)
def test_what_is_too_long_is_named(source, expected, tmp_path):
    (tmp_path / "a.py").write_text(source)
    assert sorted(too_long(tmp_path)) == expected
