"""Whatever names hold, they are only ever shown: on a notebook's page, on a terminal, in a figure, in an exported file.

The walk takes every class that shows itself, every table of the terminal and every figure there is: one that is new and
not walked fails here.
"""

import importlib
import inspect
import io
import json
import pkgutil
import re
import types
import typing
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from rich.color import ColorSystem

import squeezeviz as sv
from squeezeviz import figures
from squeezeviz.dataset.evaluation import Answer, Evaluation, Row
from squeezeviz.files import readable_name
from squeezeviz.notebook_display import NotebookDisplay
from squeezeviz.quantization.planned import LayerHarm, Speed
from squeezeviz.report import terminal
from squeezeviz.report.html.elements import Tag, el, number, picture, together
from squeezeviz.report.html.render import render
from squeezeviz.report.terminal import console, progress
from squeezeviz.report.terminal.fallback import print_fallback
from squeezeviz.report.terminal.left_out import print_left_out
from squeezeviz.report.terminal.maps import print_map
from squeezeviz.report.terminal.samples import print_samples
from squeezeviz.report.terminal.show import show
from squeezeviz.report.terminal.stored import print_space, print_stored
from squeezeviz.results.diagnosis import Diagnosis, UnlabelledDiagnosis
from squeezeviz.runtime.model import Model
from squeezeviz.visible import json_text, visible
from squeezeviz.zoo import EMBEDDED_MODEL, Fallback
from tests.hostile_names import (
    HOSTILE,
    SHOWN,
    WORSE,
    Elements,
    hostile_model,
    hostile_photo,
    hostile_preset,
)

pytestmark = pytest.mark.slow

HOW = hostile_preset()
# Control characters, separators, bidirectional overrides, surrogates, noncharacters; a line break is looked at apart.
UNSHOWN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


@pytest.fixture(scope="module")
def _cache(tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setenv("SQUEEZEVIZ_CACHE", str(tmp_path_factory.mktemp("cache")))
    yield
    patch.undo()


@pytest.fixture(scope="module")
def model():
    return hostile_model()


@pytest.fixture(scope="module")
def image():
    return hostile_photo()


@pytest.fixture(scope="module")
def source(model, image):
    return sv.Arithmetic(model, image, HOW)


@pytest.fixture(scope="module")
def atlas(model, tmp_path_factory, _cache):
    """An atlas made of this model over photos in folders of such names, as far as a file system takes them."""
    pytest.importorskip("pyarrow", reason="an atlas takes pyarrow, which is not installed")
    root = tmp_path_factory.mktemp("photos")
    for at in range(4):
        folder = root / f"n{at % 2}{HOSTILE}".replace("/", "\u2215")
        folder.mkdir(exist_ok=True)
        hostile_photo(at).picture.save(folder / f"{at} {HOSTILE}.png".replace("/", "\u2215"))
    return sv.make_atlas(model, root, tmp_path_factory.mktemp("made") / "a.atlas", k=2, preprocessing=HOW)


@pytest.fixture(scope="module")
def results(model, image, source, atlas, tmp_path_factory):
    """One of every kind of result, hostile strings in every field."""
    layer = model.architecture.layers[0].name
    others = [HOW, hostile_preset(f"second {HOSTILE}", channel_order="RGB")]
    rows = (
        Row(f"file {WORSE}", 0, (Answer(1, 0, 0.5, 0.5),) * 2),
        Row(f"broken {WORSE}", 1, (), f"error {WORSE}"),
    )
    same = ((f"one {WORSE}", f"two {WORSE}"),)
    prediction, activations = model.observe(image, HOW)
    object.__setattr__(prediction, "caution", f"caution {HOSTILE}")
    stored = sv.store_activations(
        model, _photos(tmp_path_factory.mktemp("stored")), tmp_path_factory.mktemp("zarr") / "a.zarr", [layer],
        preprocessing=HOW,
    )  # fmt: skip
    asked = sv.lessons.ask("most-probable-class", image, model=model, preprocessing=HOW)
    return [
        model, image, HOW, model.architecture, prediction, activations, source,
        sv.compare_preprocessing(model, image, others),
        Evaluation(f"model {WORSE}", f"folder {WORSE}", tuple(others), model.labels, rows, 1.0, same),
        *_catalog(model, layer, tmp_path_factory.mktemp("grown")),
        atlas, next(known for at in range(4) if (known := atlas.channel(layer, at)).strongest),
        sv.ablate(model, image, {layer: [0]}, preprocessing=HOW), sv.ablation_sweep(model, image, preprocessing=HOW),
        sv.pairwise_ablation(model, image, preprocessing=HOW), sv.ablation_sweep(model, image, target=1, preprocessing=HOW),
        sv.occlude(model, image, patch_px=16, stride_px=16, preprocessing=HOW), source.of(layer, 0, (1, 1)),
        sv.decompose_logit(source, 1), sv.contrast(source, 1, 2), sv.predictions_per_location(source), sv.softmax_analysis(source, 1),
        sv.contributions_by_receptive_field(source, 1, 2), sv.effective_kernels(model, image, HOW), stored, model.labels[1],
        figures.of_view("prediction", model=model, image=image, preprocessing=HOW, selection={}), sv.Explorer(image, model=model),
        sv.diagnose_preprocessing(model, _photos(tmp_path_factory.mktemp("labelled"), "0", "1"), preprocessings=others),
        sv.diagnose_preprocessing(model, _photos(tmp_path_factory.mktemp("unlabelled")), preprocessings=others),
        sv.attribute(model, image, "guided-backpropagation", preprocessing=HOW), sv.attribute(model, image, "grad-cam", preprocessing=HOW),
        sv.judge_attributions(model, image, ["saliency", "cam"], stages=1, samples=1, preprocessing=HOW),
        sv.visualize(model, 1, start=image, steps=1, preprocessing=HOW),
        sv.profile(model, threads=1, runs=1, compare=False),
        sv.Quantized(Path(f"a {HOSTILE}.onnx"), f"model {WORSE}", "minmax", True, (f"layer {WORSE}",), 2, 9, 3, (f"error {WORSE}",)),
        _plan(), _precision(model, tmp_path_factory.mktemp("rounded")), _compared(model, image), _compared(model, _photos(tmp_path_factory.mktemp("compared"), "0", "1")),
        asked, asked.check(f"answer {WORSE}"),
    ]  # fmt: skip


def _plan():
    """A plan, hostile strings in every field."""
    trial = sv.PlanTrial((f"layer {HOSTILE}",), 2, 0.5)
    speed = Speed(3.0, 1.0, 2.0, 30, 2.0, (1.9, 2.1))
    hits = ((True, True), (False, True), (True, True))
    return sv.PrecisionPlan(f"model {WORSE}", trial.keep, "greedy", True, (trial,), (LayerHarm(f"layer {WORSE}", 1, 0.1),), 2, 2, True, *hits, speed, 9, 12,
                            Path(f"a {HOSTILE}.onnx"), (f"error {WORSE}",))  # fmt: skip


def _precision(model, root):
    """What the model loses in half precision, with an answer that has changed."""
    found = sv.precision(model, "fp16", _photos(root), preprocessing=HOW)
    changed = sv.ChangedAnswer(f"photo {WORSE}", 0, 1, f"label {HOSTILE}", f"label {WORSE}")
    return replace(found, other=f"other {HOSTILE}", changed=(changed,), left_out=(f"error {WORSE}",))


def _catalog(model, layer, root):
    """A catalogue, and a channel of it."""
    made = sv.make_catalog(
        model, root / f"c {HOSTILE}.catalog".replace("/", "\u2215"), layers=[layer], steps=1, preprocessing=HOW
    )
    return made, made.channel(layer, 0)


def _compared(model, photos):
    """The model against one whose channels stand in another order, so that their answers part."""
    proto = onnx.load_model_from_string(model.content)
    for tensor in proto.graph.initializer:
        array = numpy_helper.to_array(tensor)
        if array.ndim == 4:
            tensor.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(array[::-1]), tensor.name))
    other = Model(proto.SerializeToString(), name=f"other {WORSE}", sha256="05", chosen=model.chosen)
    return sv.compare_models(model, other, photos)


def _photos(root, *folders):
    for at in range(2):
        folder = root.joinpath(*folders[at : at + 1])
        folder.mkdir(exist_ok=True)
        hostile_photo(at).picture.save(folder / f"{at} {HOSTILE}.png".replace("/", "\u2215"))
    return root


def of(results, kind):
    return next(each for each in results if isinstance(each, kind))


def classes():
    """Every class of the package."""
    for module in pkgutil.walk_packages(sv.__path__, "squeezeviz."):
        if module.name in ("squeezeviz.__main__", "squeezeviz.shapes.network", "squeezeviz.shapes.train"):  # take torch
            continue
        for found in vars(importlib.import_module(module.name)).values():
            if inspect.isclass(found) and found.__module__ == module.name:
                yield found


# A notebook ----------------------------------------------------------------------------------------------------------


def test_every_class_that_shows_itself_is_walked(results):
    walked = {type(each) for each in results}
    # HTML comes from the one mixin, whose function knows every kind.
    assert {kind for kind in classes() if "_repr_html_" in vars(kind)} == {NotebookDisplay}
    shown = {kind for kind in classes() if issubclass(kind, NotebookDisplay) and not inspect.isabstract(kind)} - {
        NotebookDisplay
    }
    assert shown == render.registry.keys() - {object}
    assert shown <= walked
    # Of a dataclass or a named tuple, Python writes the repr: of its fields' reprs, which escape.
    own = {kind for kind in classes() if "__repr__" in vars(kind) and not hasattr(kind.__repr__, "__wrapped__")}
    own -= {kind for kind in own if hasattr(kind, "_fields")}
    own = {kind for kind in own if not kind.__name__.startswith("_") and not inspect.isabstract(kind)}
    assert own - {sv.View} <= walked
    assert any(isinstance(each, sv.View) for each in results)


def test_displays_hold_names_as_text_only(results):
    shown = [each for each in results if isinstance(each, NotebookDisplay)]
    assert len(shown) > 12
    for each in shown:
        parsed = check_html(each._repr_html_())
        assert SHOWN in "".join(parsed.text), type(each)
        # Notebooks make formulas of what stands between two dollars, and a link in one may be a script.
        assert {"mathjax_ignore", "tex2jax_ignore"} <= set(parsed.elements[0][1]["class"].split()), type(each)


def check_html(markup):
    parsed = Elements(markup)
    assert parsed.open == []
    for tag, attributes in parsed.elements:
        assert tag in (*typing.get_args(Tag), "img")
        for key, value in attributes.items():
            assert key in ("alt", "aria-label", "class", "fill", "height", "opacity", "role", "src", "style", "title",
                           "width", "x", "y")  # fmt: skip
            if key == "src":
                assert re.fullmatch(r"data:image/(png|jpeg);base64,[\w+/=]+", value)
            if key == "style":
                assert "url" not in value
    assert not UNSHOWN.search(markup)
    markup.encode("utf-8")
    return parsed


def test_one_line_says_what_a_result_is(results):
    for each in results:
        said = repr(each)
        assert not UNSHOWN.search(said), type(each)
        assert "\n" not in said, type(each)


def test_an_atlas_with_text_where_numbers_belong_shows_the_text(results):
    known = of(results, sv.AtlasChannel)
    changed = dict.fromkeys(("channel", "active_photos", "photos", "zeros", "selectivity"), WORSE)
    changed["similar"] = ((WORSE, WORSE),)
    parts = known.strongest
    for part in parts:
        object.__setattr__(part, "value", WORSE)
        object.__setattr__(part, "cell", (WORSE, WORSE))
    stranger = types.SimpleNamespace(**{**vars(known), **changed, "strongest": parts})
    from squeezeviz.report.html.atlas import channel_html

    parsed = check_html(channel_html(stranger))
    assert "".join(parsed.text).count(visible(WORSE)) >= 6


def test_elements_escape_by_construction():
    assert el("b", "<", el("br"), ["&", None, 3], title='"') == '<b title="&#34;">&lt;<br>&amp;3</b>'
    assert together("<a>") == "&lt;a&gt;"
    assert number("<b>", ",") == "<b>"
    assert number(1234, ",") == "1,234"
    assert picture(b"\x00", "png", alt="") == '<img src="data:image/png;base64,AA==" alt="">'
    for attribute in ("src", "href", "onclick", "srcset", "xlink:href"):
        with pytest.raises(ValueError, match="no attribute"):
            el("div", **{attribute: "x"})
    for style in ("background:url(x)", "a:b'", 'a:b"', "a:<", "a:\\", "background:image-set(1)", "a:/*"):
        with pytest.raises(ValueError, match="properties"):
            el("div", style=style)


def test_no_html_is_put_together_by_hand():
    """Strings that look like tags stand in `Markup(…)` as they are, never in an f-string, a sum or a format."""
    import ast
    from pathlib import Path

    tag, begun = re.compile(r"</?[a-z]+[\s>/]"), re.compile(r"</?[a-z]*$")
    for path in sorted(Path(sv.__file__).parent.rglob("*.py")):
        nodes, allowed = list(ast.walk(ast.parse(path.read_text(encoding="utf-8")))), set()
        for node in nodes:
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):  # a docstring
                allowed.add(id(node.value))
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Markup":
                allowed.update(id(argument) for argument in node.args if isinstance(argument, ast.Constant))
            if isinstance(node, ast.FunctionDef) and node.name == "__repr__":
                allowed.update(id(part) for part in ast.walk(node))
        for node in nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in allowed:
                assert not tag.search(node.value), f"{path}:{node.lineno}: {node.value!r}"
            if isinstance(node, ast.JoinedStr) and id(node) not in allowed:
                parts = [part.value for part in node.values if isinstance(part, ast.Constant)]
                assert not any(begun.search(part) for part in parts), f"{path}:{node.lineno}"


# A terminal ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def tables(results, model, source):
    """Every function that prints, by its name, with what it is to print."""
    decomposition, contrast, contributions = (
        of(results, kind) for kind in (sv.LogitDecomposition, sv.ClassContrast, sv.ReceptiveFieldContributions)
    )
    comparison, evaluation, stored = (
        of(results, kind) for kind in (sv.Comparison, sv.Evaluation, sv.StoredActivations)
    )
    fallback = Fallback(f"wanted {HOSTILE}", EMBEDDED_MODEL, f"reason {WORSE}")
    job = types.SimpleNamespace(
        is_begun=True,
        store=types.SimpleNamespace(
            where=WORSE, layout=types.SimpleNamespace(values=[1], names=[WORSE], dtype="float32")
        ),
        space=types.SimpleNamespace(
            photos=2, sampled=1, free_bytes=1, estimated_bytes=1, raw_bytes=1, due_photos=1, due_bytes=1, fits=False
        ),
    )
    trouble = types.SimpleNamespace(message=f"trouble {WORSE}")
    told = types.SimpleNamespace(**{**vars(stored), "troubles": [trouble] * 11, "duplicates": 1, "resumed": 1})
    told.answered, told.stored_bytes, told.raw_bytes = 2, 10, 10
    sample = types.SimpleNamespace(name=WORSE, title=WORSE, credit=WORSE, package=WORSE, is_available=False)
    return {
        "print_prediction": lambda: show(of(results, sv.Prediction), k=5, notes=(f"note {WORSE}",)),
        "print_fallback": lambda: print_fallback(fallback),
        "print_left_out": lambda: print_left_out([f"error {WORSE}"]),
        "print_architecture": lambda: show(model.architecture, name=model.name),
        "print_samples": lambda: print_samples((sample,)),
        "print_comparison": lambda: show(comparison, differences={WORSE: comparison.logit_differences(1)}),
        "print_evaluation": lambda: show(evaluation, published=(0.5, 0.6)),
        "print_space": lambda: print_space(job, to_remarks=False),
        "print_stored": lambda: print_stored(told),
        "print_logit_decomposition": lambda: show(decomposition),
        "print_class_contrast": lambda: show(contrast),
        "print_receptive_field_contributions": lambda: show(contributions),
        "print_location_predictions": lambda: show(of(results, sv.LocationPredictions)),
        "print_softmax_analysis": lambda: show(of(results, sv.SoftmaxAnalysis), probability=0.5, source=source),
        "print_map": lambda: print_map(decomposition.cells, 1.0),
        "print_occlusion": lambda: show(of(results, sv.Occlusion), key=1, units="logit"),
        "print_ablation": lambda: show(of(results, sv.Ablation), index=1),
        "print_ablation_sweep": lambda: show(of(results, sv.AblationSweep), key=1),
        "print_diagnosis": lambda: show(of(results, Diagnosis)),
        "print_model_comparison": lambda: show(of(results, sv.ModelComparison)),
        "print_paired_evaluation": lambda: show(of(results, sv.PairedEvaluation)),
        "print_profile": lambda: show(of(results, sv.Profile)),
        "print_quantized": lambda: show(of(results, sv.Quantized)),
        "print_precision_plan": lambda: show(of(results, sv.PrecisionPlan)),
        "print_precision": lambda: show(of(results, sv.Precision), layer=model.architecture.layers[0].name),
        "print_attribution": lambda: show(of(results, sv.Attribution)),
        "print_visualization": lambda: show(of(results, sv.Visualization)),
        "print_judgement": lambda: show(of(results, sv.Judgement)),
        "print_unlabelled_diagnosis": lambda: show(of(results, UnlabelledDiagnosis)),
    }


@pytest.fixture
def printed(monkeypatch):
    """A terminal with colours, in an encoding: what is printed on it."""

    def begin(encoding):
        monkeypatch.setenv("TERM", "xterm")
        raw = io.BytesIO()
        stream = io.TextIOWrapper(raw, encoding=encoding, write_through=True, newline="")
        for each in (console.out, console.remarks):
            monkeypatch.setattr(each, "_file", stream)
            monkeypatch.setattr(each, "_width", 2000)
            monkeypatch.setattr(each, "_color_system", ColorSystem.TRUECOLOR)
            monkeypatch.setattr(each, "_force_terminal", True)
            monkeypatch.setattr(each, "is_interactive", True)
        return lambda: raw.getvalue().decode(encoding)

    return begin


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "ascii", "cp437"])
def test_terminal_tables_hold_names_as_text_only(tables, printed, encoding):
    modules = [
        importlib.import_module(each.name) for each in pkgutil.iter_modules(terminal.__path__, f"{terminal.__name__}.")
    ]
    assert {name for module in modules for name in vars(module) if name.startswith("print_")} == tables.keys()
    assert {each.__name__ for kind, each in show.registry.items() if kind is not object} <= tables.keys()
    for name, print_it in tables.items():
        read = printed(encoding)
        print_it()
        plain = re.sub(r"\x1b\[[\d;]*m", "", read())  # our own styles
        assert plain.strip(), name
        assert not UNSHOWN.search(plain), name
        if name != "print_map":
            assert SHOWN in plain, name


def test_a_bar_of_progress_reads_no_markup(printed):
    read = printed("utf-8")
    with progress.CountProgress(f"things {WORSE}") as bar:
        bar(1, 2)
        bar._progress.refresh()
    assert "[/red]" in read()
    assert "\x07" not in read()


def test_errors_take_one_line(capfd):
    error = sv.ImageError(f"{WORSE}: is no picture")
    assert str(error) == f"{visible(WORSE)}: is no picture"
    assert str(sv.DatasetError("first", "second\n")) == "first\nsecond\\n"
    from squeezeviz import cli

    with pytest.raises(SystemExit) as caught:
        cli.main(["predict", f"no such {HOSTILE}"])
    said = capfd.readouterr().err
    assert caught.value.code == 2
    assert said.count("\n") == 1
    assert not UNSHOWN.search(said)


def test_no_table_reads_markup():
    """Rich's own ways to read markup, and bare prints, stand nowhere but in the one helper."""
    import ast
    from pathlib import Path

    root = Path(sv.__file__).parent
    paths = [path for path in root.glob("report/terminal/*.py") if path.name != "console.py"]
    assert len(paths) > 8
    for path in [*paths, *root.glob("cli/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module in ("rich.markup", "rich.console"):
                assert {name.name for name in node.names} <= {"Group"}, path
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "from_markup":
                raise AssertionError(path)
            if isinstance(node, ast.Attribute) and node.attr in ("echo", "secho"):  # writes UTF-8 to a stream in ASCII
                raise AssertionError(path)


# A figure ------------------------------------------------------------------------------------------------------------


def drawings(results, model, image, source):
    layer = model.architecture.layers[0].name
    chosen = {"layer": layer, "compared": [hostile_preset(f"second {HOSTILE}", channel_order="RGB")]}
    made = {
        f"view {view}": lambda view=view: figures.of_view(
            view, model=model, image=image, preprocessing=HOW, selection=chosen
        )
        for view in figures.VIEWS
    }
    for kind, draw in ((sv.LogitDecomposition, figures.logit_decomposition), (sv.ClassContrast, figures.class_contrast), (sv.LocationPredictions, figures.location_predictions),
                       (sv.ReceptiveFieldContributions, figures.receptive_field_contributions)):  # fmt: skip
        made[draw.__name__] = lambda draw=draw, kind=kind: draw(of(results, kind))
    made["softmax_analysis"] = lambda: figures.softmax_analysis(of(results, sv.SoftmaxAnalysis), source)
    made["occlusion"] = lambda: figures.occlusion(of(results, sv.Occlusion), image)
    made["attribution"] = lambda: figures.attribution(of(results, sv.Attribution), image)
    made["visualization"] = lambda: figures.visualization(of(results, sv.Visualization))
    made["roofline"] = lambda: figures.roofline(of(results, sv.Profile))
    made["precision"] = lambda: figures.precision(of(results, sv.Precision))
    made["model_comparison"] = lambda: figures.model_comparison(of(results, sv.ModelComparison))
    return made


def test_figures_hold_names_as_text_only(results, model, image, source):
    every = drawings(results, model, image, source)
    drawn = {name for name in figures.__all__ if name[0].islower() and name not in ("as_bytes", "of_view")}
    assert drawn <= {name.removeprefix("view ") for name in every}
    for name, draw in every.items():
        figure = draw()
        assert SHOWN in figure.caption, name
        root = ET.fromstring(figures.as_bytes(figure, "svg"))  # an XML parser refuses what is not well formed
        assert not [each for each in root.iter() if each.tag.rpartition("}")[2] in ("script", "a", "foreignObject")]
        text = "".join(root.itertext())
        assert "pwned" in text, name
        assert not UNSHOWN.search(text), name
        # $ begins no formula: the letters stand there.
        assert "$\\frac{" in text, name


def test_pdf_and_png_take_any_name(results):
    figure = of(results, figures.Sheet)
    assert figures.as_bytes(figure, "pdf").startswith(b"%PDF")
    assert figures.as_bytes(figure, "png", dpi=50).startswith(b"\x89PNG")


def test_a_name_of_thousands_of_letters_stays_on_the_sheet(model):
    photo = hostile_photo(name="n" * 20_000 + ".png")
    figure = figures.of_view("photo", model=model, image=photo, preprocessing=HOW, selection={})
    drawn = ET.fromstring(figures.as_bytes(figure, "svg"))
    lines = ["".join(each.itertext()) for each in drawn.iter() if each.tag.endswith("}text")]
    assert max(map(len, lines)) < 400


def test_every_text_of_a_figure_goes_through_one_helper():
    import ast
    from pathlib import Path

    for path in (Path(sv.__file__).parent / "figures").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                writes = node.func.attr in ("annotate", "legend", "set_title", "set_xlabel", "set_ylabel", "suptitle")
                assert not writes, f"{path}:{node.lineno}"
                if node.func.attr == "text":
                    assert path.name == "sheet.py", f"{path}:{node.lineno}"


# A page --------------------------------------------------------------------------------------------------------------


def test_the_exported_page_runs_its_own_program_only(model, tmp_path):
    from squeezeviz.standalone.blocks import Blocks
    from tests.unit.test_page import contents_of

    photo = hostile_photo(name=f"photo {WORSE}.png")
    path = sv.export_page(photo, tmp_path / "page.html", model=model, preprocessing=HOW, compared=[])
    text = path.read_text(encoding="utf-8")
    parsed = Elements(text)
    assert parsed.open == []
    tags = [tag for tag, _ in parsed.elements]
    assert set(tags) == {"html", "head", "meta", "title", "style", "body", "main", "p", "noscript", "script"}
    scripts = [attributes for tag, attributes in parsed.elements if tag == "script"]
    runs = [attributes for attributes in scripts if "octet" not in attributes.get("type", "")]
    # The first is text: a worker is made of it by the second, which the third tells that all blocks are there.
    assert runs == [{"type": "text/plain", "id": "sqv-engine"}, {}, {}, {"type": "module"}]
    contents = contents_of(text)
    assert contents["photos"][0]["name"] == readable_name(f"photo {WORSE}.png")
    assert contents["model"]["name"] == model.name
    assert Blocks().plain(contents) == 0
    assert re.fullmatch(r"squeezeviz-[\w-]*\.html", sv.Explorer(photo, model=model, preprocessing=HOW).state.page()[0])


def test_json_takes_any_name():
    for encoding in ("utf-8", "cp1252", "ascii"):
        text = json_text({"name": WORSE + "é\U0001f600"}, encoding, indent=2)
        assert not UNSHOWN.search(text)
        assert json.loads(text.encode(encoding).decode(encoding)) == {"name": WORSE + "é\U0001f600"}
    assert json_text({"é": 1}, "utf-8") == '{"é": 1}'
    assert json_text({"é": 1}, "cp1252") == '{"\\u00e9": 1}'


def test_visible():
    assert visible("плохо 猫 \u200d é a\\b") == "плохо 猫 \u200d é a\\b"
    assert visible("a\x1b[2J\n\u202e\udcff") == "a\\x1b[2J\\n\\u202e\\udcff"
    assert visible(visible(WORSE)) == visible(WORSE)
    assert UNSHOWN.search(visible(WORSE)) is None
