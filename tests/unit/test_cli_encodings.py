"""The command line where output is no UTF-8: redirected on Windows, under LC_ALL=C, in old code pages."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

import squeezeviz as sv
from squeezeviz import cli
from squeezeviz.evidence.attribution.methods import METHODS
from squeezeviz.report.streams import plain, ready_streams, shown_in
from tests.hostile_names import hostile_content, hostile_preset

ENCODINGS = ["utf-8", "cp1252", "ascii", "cp437"]
PHOTO = "café \u2013 猫.png"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with a photo, a model and a preset, none of whose names an old code page has."""
    root = tmp_path_factory.mktemp("place")
    (root / "tiny.onnx").write_bytes(hostile_content())
    (root / "small.json").write_text(hostile_preset("Ж small").to_json(), encoding="utf-8")
    for at, folder in enumerate(("class 0", "class 1")):
        (root / "photos" / folder).mkdir(parents=True)
        pixels = np.random.default_rng(at).integers(0, 256, (40, 50, 3), dtype=np.uint8)
        Pillow.fromarray(pixels).save(root / "photos" / folder / PHOTO)
    Pillow.fromarray(pixels).save(root / PHOTO)
    (root / "photos" / "class 1" / "broken \u2013 猫.png").write_bytes(b"\x89PNG")
    labels = "".join(f"class {at}/{PHOTO}\t{at}\n" for at in range(2)) + "class 1/broken \u2013 猫.png\t1\n"
    (root / "labels.tsv").write_text(f"file\tlabel\n{labels}", encoding="utf-8")
    return root


USED = ["-m", "tiny.onnx", "-p", "small.json"]
#: Every subcommand, in the ways that print differently.
COMMANDS = {
    "lab": [["lab", f"no {PHOTO}"]],
    "app": [["app", f"no {PHOTO}"]],
    "predict": [["predict", PHOTO, "no \u2013 猫.jpg", *USED], ["predict", PHOTO, "--json", *USED]],
    "compare": [["compare", PHOTO, *USED, "-p", "caffe2", "--class", "1"], ["compare", PHOTO, *USED, "--json"]],
    "compare-models": [
        ["compare-models", "tiny.onnx", "tiny.onnx", PHOTO, "--preprocessing-a", "small.json"],
        ["compare-models", "tiny.onnx", "tiny.onnx", "photos", "--labels", "labels.tsv", "--preprocessing-b", "small.json"],
        ["compare-models", "tiny.onnx", "tiny.onnx", "photos", "--json"],
    ],
    "evaluate": [["evaluate", "photos", "--labels", "labels.tsv", *USED]],
    "doctor": [["doctor", "tiny.onnx", "photos", "--labels", "labels.tsv"], ["doctor", "tiny.onnx", "photos", "--json"]],
    "info": [["info", "tiny.onnx"], ["info", "tiny.onnx", "--json"]],
    "download": [["download", "--list"], ["download", "--list", "--json"], ["download"]],
    "convert": [["convert", f"no {PHOTO}"]],
    "differentiate": [["differentiate", "tiny.onnx", "-o", "页.onnx", "--of", "no \u2013 猫"]],
    "quantize": [["quantize", "tiny.onnx", "--calibrate", "photos", "-o", "页.onnx", "--evaluate", "photos"]],
    "profile": [["profile", "tiny.onnx", "--runs", "1", "--threads", "1", "--no-compare"], ["profile", "no \u2013 猫.onnx"]],
    "precision": [["precision", "tiny.onnx", "fp16", "photos"], ["precision", "tiny.onnx", "fp16", "photos", "--layer", "no \u2013 猫"]],
    "export": [["export", PHOTO, *USED, "-o", "页.html", "--layer", "no \u2013 猫"], ["export", f"no {PHOTO}"]],
    "site": [["site", "页", PHOTO, *USED, "--layer", "no \u2013 猫"], ["site", "页", f"no {PHOTO}"]],
    "samples": [["samples"], ["samples", "--json"]],
    "docs": [["docs", "--no-browser"]],
    "figure": [["figure", PHOTO, "-o", "猫.svg", "--view", "prediction", *USED]],
    "explain": [
        *(["explain", how, PHOTO, *USED] for how in ("logit", "contrast", "receptive-field", "per-location", "softmax")),
        ["explain", "occlusion", PHOTO, "--patch", "16", *USED],
        ["explain", "ablation", PHOTO, *USED],
        ["explain", "logit", PHOTO, "--json", *USED],
        *(["explain", method, PHOTO, *USED] for method in METHODS),
        ["explain", "judge", PHOTO, "--methods", "saliency,cam", "--stages", "1", *USED],
    ],
    "visualize": [
        ["visualize", "tiny.onnx", "1", "-p", "small.json", "--steps", "2", "-o", "猫.png", "--start", PHOTO, "--figure", "猫.svg"],
        ["visualize", "tiny.onnx", "no \u2013 猫", "-p", "small.json"],
    ],
    "catalog": [
        ["catalog", "tiny.onnx", "-p", "small.json", "-o", "猫.catalog", "--overwrite", "--steps", "1", "--html", "页 猫"],
        ["catalog", "tiny.onnx", "-p", "small.json", "-o", "b.catalog", "--layers", "no \u2013 猫"],
    ],
    "atlas": [["atlas", "photos", "-o", "猫.atlas", "--overwrite", "--k", "1", *USED]],
    "activations": [["activations", "photos", "-o", "猫.zarr", "--layers", "no \u2013 猫", *USED]],
}  # fmt: skip


@pytest.fixture
def run(place, monkeypatch):
    """Run the command line in that folder, with streams of an encoding; return its exit code and what it wrote."""
    monkeypatch.chdir(place)
    monkeypatch.setenv("SQUEEZEVIZ_CACHE", str(place / "cache"))
    monkeypatch.setenv("COLUMNS", "200")

    def run(encoding, *arguments):
        raw = [io.BytesIO(), io.BytesIO()]
        for name, buffer in zip(("stdout", "stderr"), raw, strict=True):
            monkeypatch.setattr(sys, name, io.TextIOWrapper(buffer, encoding=encoding, write_through=True, newline=""))
        with pytest.raises(SystemExit) as caught:
            cli.main(list(arguments))
        return caught.value.code or 0, *(buffer.getvalue().decode(encoding) for buffer in raw)

    return run


def test_every_subcommand_is_tried():
    assert names_of(cli.app) | {group.name for group in cli.app.registered_groups} == COMMANDS.keys()
    for group in cli.app.registered_groups:
        assert names_of(group.typer_instance) == {arguments[1] for arguments in COMMANDS[group.name]}


def names_of(app):
    return {command.name or command.callback.__name__.replace("_", "-") for command in app.registered_commands}


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("name", COMMANDS)
def test_every_subcommand_in_every_encoding(run, name, encoding):
    if name in ("atlas", "catalog"):
        pytest.importorskip("pyarrow", reason="an atlas takes pyarrow, which is not installed")
    for arguments in COMMANDS[name]:
        code, out, err = run(encoding, *arguments)
        assert code in (0, 2), (arguments, err)
        assert "Traceback" not in err, arguments
        if "--json" in arguments and code == 0:
            json.loads(out)
            assert encoding == "utf-8" or out.isascii()
        elif PHOTO in arguments and name not in ("export", "site"):
            # An é that the encoding has stands there; what it has not is written out, never lost.
            # A figure's caption is one sentence, in which a dash of a name is a dash like ours.
            assert (plain(PHOTO, encoding) if name == "figure" else shown_in(PHOTO, encoding)) in out


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_help_in_every_encoding(run, encoding):
    methods = {arguments[1] for arguments in COMMANDS["explain"]}
    for names in [*([name] for name in COMMANDS), *(["explain", method] for method in sorted(methods))]:
        code, out, _ = run(encoding, *names, "--help")
        assert code == 0
        assert " ".join(["squeezeviz", *names]) in out


def test_plain_forms():
    assert plain("█▓▒░ · 2 × 3 → 4 … a–b − ±", "ascii") == "#%*+ . 2 x 3 -> 4 ... a-b - +-"
    assert plain("é 猫", "cp1252") == "é \\u732b"
    assert plain("é 猫 → ×", "utf-8") == "é 猫 → ×"
    assert shown_in("a–b → 猫", "ascii") == "a\\u2013b \\u2192 \\u732b"


def test_what_other_libraries_write_has_plain_forms(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii", write_through=True))
    ready_streams()
    sys.stdout.write("╭─ IMAGE… ─╮ 猫 \udcff")
    assert raw.getvalue() == b"+- IMAGE... -+ \\u732b \\udcff"


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings",
    [
        {"PYTHONIOENCODING": "cp1252"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
    ids=["cp1252", "C"],
)
def test_a_real_process(place, settings):
    command = [sys.executable, "-m", "squeezeviz", "predict", PHOTO, "no \u2013 猫.jpg", "--model", "tiny.onnx"]
    command += ["-p", "small.json"]
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "PYTHON"))}
    environment = {**clean, "PYTHONPATH": str(Path(sv.__file__).parents[1]), **settings}
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, check=False)
    assert done.returncode == 2, done.stderr
    assert b"Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
    # Under LC_ALL=C a name that was typed is bytes to Python; it is read as the UTF-8 that it is, and written out.
    assert b"\\u732b" in done.stdout


# Several photos ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("only_new_garbage")
def test_photos_are_answered_as_they_come(run, place, monkeypatch):
    """A broken one is a line on standard error; no photo is held when the next is read."""
    import gc
    import weakref

    from squeezeviz import image

    (place / "broken.png").write_bytes(b"\x89PNG")
    alive, most, read = weakref.WeakSet(), [], image.read_image

    def counted(source, **options):
        gc.collect()
        most.append(len(alive))
        picture = read(source, **options)
        alive.add(picture)
        return picture

    monkeypatch.setattr(image, "read_image", counted)
    code, out, err = run("utf-8", "predict", PHOTO, "broken.png", PHOTO, PHOTO, *USED)
    assert code == 2
    assert out.count(PHOTO) == 3
    assert err.count("\n") == 1
    assert err.startswith("squeezeviz: broken.png: ")
    assert max(most) <= 1


def test_json_says_of_each_photo_what_it_shows_or_what_is_wrong(run, place):
    (place / "broken.png").write_bytes(b"\x89PNG")
    code, out, err = run("utf-8", "predict", "broken.png", PHOTO, "--json", "--top", "1", *USED)
    first, second = json.loads(out)
    assert code == 2
    assert first.keys() == {"image", "error"}
    assert first["image"] == "broken.png"
    assert second["image"] == PHOTO
    assert len(second["top"]) == 1
    assert err.count("\n") == 1
    code, out, _ = run("utf-8", "predict", "broken.png", "--json")
    assert (code, len(json.loads(out))) == (2, 1)


def test_a_pattern_is_expanded_where_no_file_is_called_so(run, place):
    code, out, _ = run("utf-8", "predict", "caf*.png", *USED)
    assert code == 0
    assert PHOTO in out
    (place / "[x]*.png").write_bytes((place / PHOTO).read_bytes())
    code, out, _ = run("utf-8", "predict", "[x]*.png", "--json", *USED)
    assert [each["image"] for each in json.loads(out)] == ["[x]*.png"]
    code, out, err = run("utf-8", "predict", "nothing*.png")
    assert (code, out, err.count("\n")) == (2, "", 1)
