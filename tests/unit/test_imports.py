"""Imports go one way: no file of the package imports, at once or later, what imports it.

An import inside a function counts, and so does what the package's top promises in ``__init__.pyi``: a file that is
loaded later is needed all the same. Importing a file runs the ``__init__`` of every package around it, which counts
unless both lie in that package. Imports under ``if TYPE_CHECKING`` never run, and are looked at apart.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

import squeezeviz

ROOT = Path(squeezeviz.__file__).parent
TOP = "squeezeviz"

#: The packages and files at the package's top, in the order of CONTRIBUTING's picture: each may import what stands before
#: it, and nothing else. The top itself stands behind all: it names what shows and writes what knows nothing of it.
ORDER = (
    # known everywhere, and knowing nothing
    "visible", "errors", "arguments", "offline", "telemetry", "files", "resources", "version", "notebook_display",
    # a picture and what becomes of it
    "image", "render", "preprocessing",
    # a network, without running it
    "caffe2", "zoo", "network",
    # running it: results know nothing of what makes them
    "results", "runtime",
    # why, what if, and over many photos
    "evidence", "dataset", "quantization", "profiling", "shapes", "lessons",
    # how it is shown
    "report", "figures", "explorer",
    # to whom
    "widgets", "standalone", "serving", "cli", "__main__",
)  # fmt: skip


def modules(root=ROOT):
    """Every module of the package by its name, with its source; the top is what its stub promises, and itself."""
    found = {}
    for path in sorted(root.rglob("*.py")):
        parts = (TOP, *path.relative_to(root).with_suffix("").parts)
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path.read_text(encoding="utf-8")
    stub = root / "__init__.pyi"
    return found | ({TOP: found[TOP] + "\n" + stub.read_text(encoding="utf-8")} if stub.exists() else {})


def packages(names):
    return {name for name in names if any(other.startswith(f"{name}.") for other in names)}


def is_for_types(node):
    return isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def statements(tree, *, with_types):
    """Every import statement, wherever it stands."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif isinstance(node, ast.expr):
            continue  # holds no statements
        elif not is_for_types(node):
            yield from statements(node, with_types=with_types)
        else:
            kept = [*(node.body if with_types else []), *node.orelse]
            yield from statements(ast.Module(kept, []), with_types=with_types)


def imported(module, node, is_package):
    """The full names that a statement imports: of ``from a import b``, ``a.b``."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    base = node.module or ""
    if node.level:
        around = module.split(".")[: None if is_package and node.level == 1 else -(node.level - is_package)]
        base = ".".join([*around, *([base] if base else [])])
    return [f"{base}.{alias.name}" for alias in node.names]


parsed = cache(ast.parse)


@cache
def graph_of_package(*, with_types):
    return graph(modules(), with_types=with_types)


def graph(sources, *, with_types=False):
    """Module → the modules that it imports."""
    arrows, around = {}, packages(sources)
    for module, source in sources.items():
        reached = set()
        for node in statements(parsed(source), with_types=with_types):
            for name in imported(module, node, module in around):
                target = next((each for each in upwards(name) if each in sources), "")  # of a class, its module
                own = [each for each in upwards(target) if f"{module}.".startswith(f"{each}.")]
                reached |= {target} | ({*upwards(target)} - {*own})
        arrows[module] = reached - {module, ""}
    return arrows


def upwards(name):
    """A name, and the packages around it, the nearest first."""
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(len(parts), 0, -1)] if name else []


def circles(arrows):
    """The groups of modules of which each is reached from each (strongly connected; R. Tarjan, 1972)."""
    order, low, stack, found = {}, {}, [], []

    def visit(module):
        order[module] = low[module] = len(order)
        stack.append(module)
        for other in sorted(arrows[module]):
            if other not in order:
                visit(other)
                low[module] = min(low[module], low[other])
            elif other in stack:
                low[module] = min(low[module], order[other])
        if low[module] == order[module]:
            at = stack.index(module)
            group = sorted(stack[at:])
            del stack[at:]
            if len(group) > 1:
                found.append(group)

    for module in sorted(arrows):
        if module not in order:
            visit(module)
    return found


def said(arrows):
    return [
        f"{one} → {other}" for group in circles(arrows) for one in group for other in sorted(arrows[one] & set(group))
    ]


@pytest.mark.slow
def test_no_file_imports_what_imports_it():
    arrows = graph_of_package(with_types=False)
    assert len(arrows) > 200
    assert sum(map(len, arrows.values())) > 500
    assert said(arrows) == []


def test_nor_does_a_type_need_what_needs_it():
    assert said(graph_of_package(with_types=True)) == []


def tops(arrows):
    """The same between what stands at the package's top: its packages and its files."""
    found = {}
    for module, others in arrows.items():
        if module != TOP:
            name = module.split(".")[1]
            found[name] = found.get(name, set()) | {other.split(".")[1] for other in others - {TOP}} - {name}
    return found


def against(order, arrows):
    """What is imported, at once, later or for types, though it stands behind what imports it."""
    return [
        f"{one} → {other}"
        for one, others in tops(arrows).items()
        for other in sorted(others)
        if order.index(other) > order.index(one)
    ]


def test_packages_import_in_one_order():
    arrows = graph(modules(), with_types=True)
    assert sorted(tops(arrows)) == sorted(ORDER), "each has its place in the order"
    assert against(ORDER, arrows) == []


@pytest.mark.parametrize(
    "source",
    ["import squeezeviz.b.c", "def f():\n    from squeezeviz.b import c", "if TYPE_CHECKING:\n    from ..b.c import D"],
)
def test_an_import_against_the_order_is_found_wherever_it_stands(source):
    sources = {"squeezeviz": "", "squeezeviz.a": "", "squeezeviz.a.x": source, "squeezeviz.b": "", "squeezeviz.b.c": ""}
    assert against(("a", "b"), graph(sources, with_types=True)) == ["a → b"]
    assert against(("b", "a"), graph(sources, with_types=True)) == []


def test_results_know_no_way_of_being_shown():
    """Nor does what they are made of. The package's top says who makes HTML of them."""
    arrows = graph_of_package(with_types=True)
    shows = {
        module
        for module in arrows
        if module.split(".")[1:2]
        in (["report"], ["figures"], ["explorer"], ["widgets"], ["standalone"], ["cli"], ["serving"])
    }
    others = arrows.keys() - shows - {TOP, f"{TOP}.__main__"}
    assert len(shows) > 80
    assert len(others) > 80
    assert [f"{one} → {other}" for one in sorted(others) for other in sorted(arrows[one] & shows)] == []
    assert {one for one in arrows if f"{TOP}.report.html.render" in arrows[one]} == {TOP}


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        ({"squeezeviz": "", "squeezeviz.a": "import squeezeviz.b", "squeezeviz.b": ""}, []),
        ({"squeezeviz": "", "squeezeviz.a": "from squeezeviz import b", "squeezeviz.b": "from .a import x"}, ["ab"]),
        (
            {
                "squeezeviz": "",
                "squeezeviz.a": "def f():\n    from squeezeviz.b import x",
                "squeezeviz.b": "class A:\n    def f(self):\n        import squeezeviz.c",
                "squeezeviz.c": "try:\n    from squeezeviz.a import y\nexcept ImportError:\n    pass",
            },
            ["abc"],
        ),
        (
            {
                "squeezeviz": "",
                "squeezeviz.a": "if TYPE_CHECKING:\n    from squeezeviz.b import B\nelse:\n    import os",
                "squeezeviz.b": "from squeezeviz.a import A",
            },
            [],
        ),
        # Importing p.q runs p, which imports a.
        (
            {
                "squeezeviz": "",
                "squeezeviz.a": "import squeezeviz.p.q",
                "squeezeviz.p": "from .. import a",
                "squeezeviz.p.q": "",
            },
            ["ap"],
        ),
        ({"squeezeviz": "", "squeezeviz.p": "from .q import x", "squeezeviz.p.q": "from . import r"}, ["pp.q"]),
        ({"squeezeviz": "from .a import A", "squeezeviz.a": "from squeezeviz import A"}, ["squeezeviz a"]),
    ],
)  # fmt: skip
def test_circles_are_found_wherever_an_import_stands(sources, expected):
    found = ["".join(name.removeprefix("squeezeviz.") for name in group) for group in circles(graph(sources))]
    assert [one.replace("squeezeviza", "squeezeviz a") for one in found] == expected


def test_an_import_for_types_counts_where_types_do():
    sources = {
        "squeezeviz": "",
        "squeezeviz.a": "if TYPE_CHECKING:\n    from squeezeviz.b import B",
        "squeezeviz.b": "from squeezeviz.a import A",
    }
    assert circles(graph(sources)) == []
    assert circles(graph(sources, with_types=True)) == [["squeezeviz.a", "squeezeviz.b"]]
