"""Every notebook runs from a clean kernel, and shows what it promises."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
WIDGET = "application/vnd.jupyter.widget-view+json"


def execute(name, folder, *, without=()):
    """Run a notebook, all of it or without the code under these headings."""
    notebook = nbformat.read(NOTEBOOKS / name, as_version=4)
    heading, left_out = "", []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            heading = next((line for line in cell.source.splitlines() if line.startswith("#")), heading)
        elif heading.strip("# ") in without:
            left_out.append((cell, heading.strip("# ")))
    assert {each for _, each in left_out} == set(without), "the lesson has such headings"
    notebook.cells = [cell for cell in notebook.cells if all(cell is not each for each, _ in left_out)]
    NotebookClient(
        notebook, timeout=300, startup_timeout=180, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    return notebook


def html(notebook):
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return "\n".join("".join(out.get("data", {}).get("text/html", "")) for cell in cells for out in cell.outputs)


@pytest.mark.model
def test_01_predict(published_files, tmp_path):
    notebook = execute("01_predict.ipynb", tmp_path)
    mime_types = [mime for cell in notebook.cells for out in cell.get("outputs", []) for mime in out.get("data", {})]
    assert mime_types.count(WIDGET) == 1
    shown = html(notebook)
    assert "tiger cat" in shown
    assert "centre crop 227 × 227" in shown
    assert "1,235,496" in shown
    assert "fire5/concat" in shown


def test_01_predict_on_the_model_in_the_box(tmp_path, monkeypatch):
    pytest.importorskip("skimage", reason="the samples come with scikit-image, which is not installed")
    monkeypatch.setenv("SQUEEZEVIZ_MODEL", "squeezenet1.1-shapes")
    shown = html(execute("01_predict.ipynb", tmp_path))
    assert "has only ever seen 24 drawn shapes" in shown
    assert "star" in shown
    assert "734,808" in shown
    assert "fire5/concat" in shown


@pytest.fixture(params=["published", "bundled"])
def which(request, monkeypatch):
    """Run a notebook on the published model, where it is; and on the bundled one."""
    pytest.importorskip("skimage", reason="the samples come with scikit-image, which is not installed")
    if request.param == "published":
        request.getfixturevalue("published_files")
    else:
        monkeypatch.setenv("SQUEEZEVIZ_MODEL", "squeezenet1.1-shapes")
    return request.param


def text(notebook):
    return "\n".join(
        "".join(out.get("data", {}).get("text/plain", "")) for cell in notebook.cells for out in cell.get("outputs", [])
    )


def test_02_explore(which, tmp_path):
    notebook = execute("02_explore.ipynb", tmp_path)
    shown = text(notebook)
    assert "<Explorer of 1 photo, fire5/concat>" in shown
    assert ("espresso" in html(notebook)) == (which == "published")
    assert re.search(r"array\(\[\d+, +\d+, +\d+, +\d+, +\d+\]\)", shown), "the five strongest channels"


def test_03_fire_modules(which, tmp_path):
    shown = text(execute("03_fire_modules.ipynb", tmp_path))
    shares = dict(re.findall(r"'fire5/(\w+)': '(\d+)%'", shown))
    assert set(shares) == {"squeeze1x1", "expand1x1", "expand3x3", "concat"}
    if which == "published":
        assert int(shares["expand3x3"]) > int(shares["expand1x1"]), "what the lesson says of the right side"
    assert "49440" in shown


def test_04_preprocessing(which, tmp_path):
    # What a mistake costs is asked of the bundled model, whichever the others are of: once is enough.
    without = ["What does a mistake cost?"] if which == "published" else []
    notebook = execute("04_preprocessing.ipynb", tmp_path, without=without)
    shown = text(notebook)
    drift = dict(re.findall(r"'([\w-]+)': \{'fire2/concat': ([\d.]+)", shown))
    assert drift["caffe2"] == "0.0"
    if which == "published":
        assert float(drift["antialiased"]) < 0.2 < float(drift["rgb-by-mistake"]), "what the lesson says of them"
    assert shown.count("the same activations within") == 3
    if which == "published":
        return
    assert "squeezenet1.1-shapes" in html(notebook)
    shares = re.findall(r"<b>(\d+\.\d)%</b>", html(notebook))
    right, _, swapped, no_mean, faint = map(float, shares)
    assert right > 90
    assert abs(right - swapped) < 5, "this network was trained on colours at random"
    assert max(no_mean, faint) < right


def test_05_inside_a_number(which, tmp_path):
    notebook = execute("05_inside_a_number.ipynb", tmp_path)
    shown, tables = text(notebook), html(notebook)
    steps = re.findall(r"<Calculation of ([\w/]+)\[", shown)
    assert steps[:3] == ["softmaxout", "pool10", "conv10"]
    assert steps[-6:-3] == steps[-3:] == ["conv1", "data", "resized"]
    assert tables.count("softmax of") == tables.count("mean of 196 terms") == 1
    residuals = [float(value) for value in re.findall(r"'[\w/]+ \d+': '(\S+e[-+]\d+)'", shown)]
    assert len(residuals) > 20
    assert max(map(abs, residuals)) < 1e-3, "rounding"
    changed = {layer: float(share) for layer, share in re.findall(r"'([\w/]+)': '([\d.]+)%'", shown)}
    assert 0 < changed["conv1"] < changed["fire4/concat"] < changed["fire9/concat"], (
        "what the lesson says of the spread"
    )
    assert "<Explorer of 1 photo" in shown


def test_06_evidence(which, tmp_path):
    notebook = execute("06_evidence.ipynb", tmp_path)
    shown, tables = text(notebook), html(notebook)
    assert ("golf ball" in tables) == (which == "published"), "a wrong answer, whichever model"
    sums = [float(value) for value in re.findall(r"'(?:cells|channels and bias|logit)': ([\d.]+)", shown)]
    assert len(sums) == 3
    assert max(sums) - min(sums) < 1e-4, "what the lesson promises"
    difference, odds = map(float, re.search(r"\(([\d.]+), ([\d.]+)\)", shown).groups())
    assert odds == pytest.approx(2.718281828**difference, rel=1e-3)
    widths = {size: float(value) for size, value in re.findall(r"'up to (\d+) px': (-?[\d.]+)", shown)}
    assert list(widths) == ["31", "63", "95", "127", "207"]
    biases = float(re.search(r"'biases': (-?[\d.]+)", shown)[1])
    assert widths["207"] + biases == pytest.approx(sums[2], abs=0.02)
    assert "14 × 14 cells" in tables, "196 opinions"
    leads = [int(count) for count in re.findall(r"<td[^>]*>(\d+)</td><td[^>]*>\d+, \d+</td>", tables)]
    if which == "published":
        assert leads[0] < 196 / 2, "what the lesson says of majorities"
    assert "(28, 28)" in shown
    shown_data = [out.get("data", {}) for cell in notebook.cells for out in cell.get("outputs", [])]
    pictures = [data for data in shown_data if "image/png" in data and WIDGET not in data]
    assert len(pictures) == 3
    before, after = map(float, re.findall(r"<Prediction of 'coins' by [\w.-]+: [a-z ]+ ([\d.]+)%", shown))
    assert after < before, "what the lesson says of larger coins"
    assert "<Explorer of 1 photo" in shown


def test_07_what_if(which, tmp_path):
    notebook = execute("07_what_if.ipynb", tmp_path)
    shown, tables = text(notebook), html(notebook)
    assert "of 196 patches change the answer" in shown
    changed, others = map(int, re.search(r"'(\d+) of 320 channels change the answer; to (\d+) others'", shown).groups())
    halves = re.findall(r"without fire9/concat \[256 channels\]: (.+?) [\d.]+% → (.+?) [\d.]+%>", shown)
    assert len(halves) == 2
    assert tables.count("data:image/png") == 2
    if which == "published":
        assert "'0 of 196" in shown, "what the lesson says of single patches"
        assert changed > others > 0
        assert re.search(r"<Ablation of 'coins' without fire2/squeeze1x1 \[\d+\]: golf ball", shown)
        assert all(before != after for before, after in halves)
    (first, second, interaction), *_ = re.findall(r"\((\d+), (\d+), (-?[\d.]+)\)", shown)
    assert int(first) < int(second) < 16
    assert abs(float(interaction)) > 0.1


def test_08_atlas(tmp_path):
    pytest.importorskip("pyarrow", reason="an atlas takes pyarrow, which is not installed")
    notebook = execute("08_atlas.ipynb", tmp_path)
    shown, pages = text(notebook), html(notebook)
    assert "over 96 photos: 5 layers, 984 channels" in shown
    assert pages.count("data:image/jpeg;base64,") == 2 * 4
    standing = [float(value) for _, value in re.findall(r"\((\d+), ([\d.]+)\)", shown)[:5]]
    assert min(standing) > 2, "channels that stand out for stars"
    assert "activates mostly on star" in pages
    means = [float(value) for value in re.findall(r"'(?:conv1|fire\d/concat|conv10)': ([\d.]+)", shown)[:5]]
    assert means[0] < means[2] < means[3] < means[4], "what the lesson says of depth"
    assert "<Explorer of 1 photo, fire9/concat>" in shown


def test_09_your_own_network(tmp_path):
    notebook = execute("09_your_own_network.ipynb", tmp_path)
    shown, tables = text(notebook), html(notebook)
    assert re.search(r"labels unknown: .*\n.*preprocessing assumed: .* RGB ", shown)
    faint, strong = map(float, re.findall(r"'(?:my_model|squeezenet1.1-shapes)': ([\d.]+)", shown))
    assert faint < strong / 10, "what the lesson says of the first layer"
    answers = re.findall(r"\('shape-(\w+)', '(\w+)', [\d.]+\)", shown)
    assert len(answers) == 4
    assert len({answer for _, answer in answers}) == 1, "whatever the photo"
    best, habit, won, lost = (
        int(re.search(rf"'{what}': (\d+)", shown)[1])
        for what in ("best", "habit", "only the best is right", "only the habit is right")
    )
    assert (best > 40, habit < 10) == (True, True)
    assert won - lost == best - habit
    assert float(re.search(r"'p': '(\S+)'", shown)[1]) < 1e-6
    (_, ends), (start, _) = (map(float, pair) for pair in re.findall(r"\(([\d.]+), ([\d.]+)\)", shown)[1::-1])
    assert ends < start, "the intervals lie apart, as the lesson says"
    assert re.search(r"'channel order': '\w+; these photos cannot tell it from \w+'", shown)
    assert re.search(r"'values': '[^;]+; better than [^;]*ImageNet mean and std", shown)
    assert re.search(r"'resize and crop': '[^;]+; these photos cannot tell it from [^;]+'", shown)
    assert "p (McNemar)" in tables
    assert "'my_model.squeezeviz.json'" in shown
    assert re.search(r"\(\(\),\s+'(RGB|BGR) 0 to 255[^']*',\s+<Prediction of 'shape-star' by my_model: star ", shown)
    assert "((), ['labels', 'preprocessing'], 'star')" in shown
    assert "<Explorer of 1 photo" in shown


def test_10_gradients(which, tmp_path):
    notebook = execute("10_gradients.ipynb", tmp_path)
    shown = text(notebook)
    near, far = (tuple(map(float, each)) for each in re.findall(r"'foretold': (-?[\d.]+), 'asked': (-?[\d.]+)", shown))
    assert near[1] == pytest.approx(near[0], rel=0.1), "what the lesson says of a small step"
    assert far[1] < far[0] / 5, "and of a large one"
    few, _, many = (abs(float(gap)) for gap in re.findall(r"\d+: \([\d.]+, (-?[\d.]+)\)", shown))
    assert many < few / 5
    largest, hires, grad = (
        float(re.search(rf"'{what}': ([\d.e-]+)", shown)[1])
        for what in ("largest cell", "HiResCAM is off by", "Grad-CAM is off by")
    )
    assert hires < 0.01 * largest, "but for the bias"
    assert hires < grad
    rows = {
        name: [float(each) for each in row.split(", ")] for name, row in re.findall(r"'([a-z-]+)': \[(.+?)\]", shown)
    }
    assert rows["guided-backpropagation"][0] > 0.8, "the sanity check"
    assert rows["grad-cam"][0] < 0.5
    shown_data = [out.get("data", {}) for cell in notebook.cells for out in cell.get("outputs", [])]
    assert sum("image/png" in data and WIDGET not in data for data in shown_data) == 4
    assert "<Explorer of 1 photo" in shown


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda p: p.name)
def test_notebooks_are_committed_clean_and_thin(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
            assert not any(
                line.startswith(("def ", "class ", "for ", "while ", "if ")) for line in cell.source.splitlines()
            ), cell.source


def test_every_notebook_is_executed_here():
    source = Path(__file__).read_text()
    for path in NOTEBOOKS.glob("*.ipynb"):
        assert f'execute("{path.name}"' in source


def test_11_feature_visualization(which, tmp_path):
    # What grows in the bundled model is the same whichever network the last picture is of: once is enough.
    of_the_bundled = ["From noise to a star", "How it grows", "A channel, and another seed", "From a photo"]
    without = of_the_bundled if which == "published" else []
    shown = text(execute("11_feature_visualization.ipynb", tmp_path, without=without))
    said = re.search(r"{'the picture': (.+), 'chelsea': (.+), 'coffee': (.+), 'hopper': (.+)}", shown).groups()
    if which == "published":  # what the lesson says of its fur
        picture, *photos = map(float, said)
        assert picture > max(photos)
        return
    grown, drawn = (float(re.search(rf"'{name}': (-?[\d.]+)", shown)[1]) for name in ("grown", "drawn"))
    assert grown > drawn, "what the lesson says of what noise can be made to reach"
    assert "'before': 'circle'" in shown
    before, after = map(float, re.search(r"'star, before ReLU': \((-?[\d.]+), (-?[\d.]+)\)", shown).groups())
    assert after > before, "what the lesson says of a few steps"


def test_12_precision(which, tmp_path):
    if which == "published":
        pytest.skip("the lesson is of the bundled model alone: once is enough")
    notebook = execute("12_precision.ipynb", tmp_path)
    shown = text(notebook)
    before, code, after = (float(re.search(rf"'{name}': ([\d.]+)", shown)[1]) for name in ("before", "code", "after"))
    scale = float(re.search(r"round\(x / ([\d.]+)\)", shown)[1])
    assert abs(after - before) <= 0.501 * scale, "what the lesson says of half a step"
    assert after == pytest.approx(code * scale, rel=1e-4)
    half, whole = (
        float(re.search(rf"'{name}': '([\d.]+)% of the answer'", shown)[1]) for name in ("half precision", "int8")
    )
    assert half < whole / 50, "what the lesson says of half precision"
    assert "'in the calibration': False" in shown
    assert re.search(r"'fog': \('data', '\d+% made', '[1-9]\d* of 12 changed'\)", shown)
    assert re.search(r"'mended': \('conv10', '\d+% made', '0 of 12 changed'\)", shown)
    assert "fire5/expand3x3 + quantisation" in shown


def answered(notebook):
    """Points, and what was said, of each cell that checks."""
    cells = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    said = ["".join(out.text for out in cell.outputs if out.output_type == "stream") for cell in cells]
    return [float(cell.outputs[-1].data["text/plain"]) for cell in cells], said


def test_13_exercises(tmp_path):
    points, said = answered(execute("13_exercises.ipynb", tmp_path))
    assert points == [0.0] * 10
    assert all(words.startswith("Not yet. There is no answer yet.") for words in said)


def test_13_exercises_answered_and_saved(tmp_path):
    answers = {1: '"star"', 2: 27.9, 3: 6, 4: 0.5, 5: 63, 6: 256, 7: 8192, 8: (10, 10), 9: 4.72, 10: 25}
    notebook = nbformat.read(NOTEBOOKS / "13_exercises.ipynb", as_version=4)
    for cell in notebook.cells:
        if found := re.fullmatch(r"answer_(\d+) = \.\.\.", cell.source):
            cell.source = f"answer_{found[1]} = {answers[int(found[1])]}"
    nbformat.write(notebook, tmp_path / "mine.ipynb")
    points, said = answered(execute(tmp_path / "mine.ipynb", tmp_path))
    assert points == [1, 1, 1, 1, 1, 1, 0, 1, 1, 0]
    assert "a bias as well" in said[6]
    assert "largest mean" in said[9]
