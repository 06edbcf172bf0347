"""The bundled model stands in where the published one can't be had, says so, and only where nothing was chosen."""

import subprocess
import warnings

import pytest

import squeezeviz as sv
from squeezeviz import cli, zoo
from squeezeviz.zoo import lookup

PUBLISHED, EMBEDDED = "squeezenet1.1-caffe2", "squeezenet1.1-shapes"


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    """A machine that has no model but the bundled one, and no network."""
    monkeypatch.setattr(lookup, "_places", lambda: [(tmp_path, "an empty folder")])
    monkeypatch.setenv("SQUEEZEVIZ_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("SQUEEZEVIZ_OFFLINE", "1")
    return tmp_path


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as caught:
        cli.main(list(arguments))
    captured = capsys.readouterr()
    return caught.value.code or 0, captured.out, captured.err


def test_python_is_warned_and_the_model_says_why(nowhere):
    with pytest.warns(sv.FallbackWarning, match=f"This is {EMBEDDED}, not {PUBLISHED}") as caught:
        model = sv.load_model()
    assert caught[0].filename == __file__, "the warning points at the caller's line"
    assert "squeezeviz download" in str(caught[0].message)
    assert "SQUEEZEVIZ_OFFLINE" in model.fallback.reason
    assert (model.name, model.fallback.used) == (EMBEDDED, EMBEDDED)
    assert [label.label for label in model.labels][:3] == ["circle", "triangle", "square"], "labels are never mixed up"
    assert model.predict("shape-star").model_id == EMBEDDED


@pytest.mark.parametrize("explicit", [PUBLISHED, "no-such-model"])
def test_an_explicit_choice_never_falls_back(nowhere, explicit, monkeypatch):
    with pytest.raises(sv.ModelNotFound):
        sv.load_model(explicit)
    monkeypatch.setenv("SQUEEZEVIZ_MODEL", explicit)
    with pytest.raises(sv.ModelNotFound):
        sv.load_model()


def test_the_embedded_model_may_be_chosen_and_then_stands_in_for_nothing(nowhere, monkeypatch):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert sv.load_model(EMBEDDED).fallback is None
        monkeypatch.setenv("SQUEEZEVIZ_MODEL", EMBEDDED)
        assert sv.load_model().name == EMBEDDED


def test_the_published_model_wins_where_it_is(nowhere, monkeypatch):
    here = zoo.ModelFiles(PUBLISHED, "caffe2", (), (), None, "somewhere", ())
    monkeypatch.setattr(lookup, "find", lambda name, **_: here)
    assert zoo.find_default() == (here, None)


def test_a_damaged_file_is_a_reason_too(nowhere):
    (nowhere / PUBLISHED).mkdir()
    for name in ("init_net.pb", "predict_net.pb"):
        (nowhere / PUBLISHED / name).write_bytes(b"damaged")
    files, fallback = zoo.find_default()
    assert files.name == EMBEDDED
    assert "init_net.pb" in fallback.reason


def test_without_even_the_box_the_first_reason_is_told(nowhere, monkeypatch):
    def missing(relative):
        raise FileNotFoundError(relative)

    monkeypatch.setattr(lookup, "shipped", missing)
    with pytest.raises(sv.ModelNotFound, match=PUBLISHED):
        zoo.find_default()


@pytest.mark.parametrize("subcommand", [("predict", "shape-star"), ("info",)])
def test_the_command_line_says_so_beside_its_results(nowhere, capsys, subcommand):
    code, out, err = run(capsys, *subcommand)
    assert code == 0
    assert EMBEDDED in out
    flat = " ".join(err.replace("│", " ").split())
    assert f"This is {EMBEDDED}, not {PUBLISHED}" in flat
    assert "squeezeviz download" in flat


@pytest.mark.parametrize(
    "command", [("predict", "coffee", "--model", PUBLISHED), ("info", PUBLISHED), ("convert",), ("download",)]
)
def test_verbs_that_name_a_model_never_fall_back(nowhere, capsys, command, monkeypatch):
    monkeypatch.chdir(nowhere)
    code, out, err = run(capsys, *command)
    assert (code, out) == (2, "")
    assert err.strip().startswith(f"squeezeviz: {PUBLISHED} is not on this machine")
    assert list(nowhere.glob("*.onnx")) == []


def test_nothing_is_written_beside_what_is_shipped(nowhere):
    before = sorted(path.name for path in sv.resources.shipped("data/squeezenet1.1-shapes").iterdir())
    sv.load_model(EMBEDDED)
    assert sorted(path.name for path in sv.resources.shipped("data/squeezenet1.1-shapes").iterdir()) == before
    assert not (nowhere / "cache").exists()


def test_photos_are_out_of_its_world_and_drawings_are_not(nowhere):
    model = sv.load_model(EMBEDDED)
    drawn, photo = model.predict(["shape-heart", "hopper"])
    assert drawn.caution == ""
    assert "has only ever seen 24 drawn shapes and patterns" in photo.caution
    assert photo.to_dict()["caution"] == photo.caution
    assert photo.caution in photo._repr_html_()
    for name, said in (("shape-heart", drawn), ("hopper", photo)):
        assert model.entry.caution_for(sv.read_image(name)) == said.caution
    assert model.label_space == "24 drawn shapes and patterns"


def test_lab_and_app_hand_the_choice_on(nowhere, monkeypatch):
    started = []
    monkeypatch.setattr(subprocess, "call", lambda command, env, cwd: started.append(env) or 0)
    for subcommand in ("lab", "app"):
        if subcommand == "app":
            pytest.importorskip("voila", reason="Voilà is not installed")
        with pytest.raises(SystemExit):
            cli.main([subcommand, "--model", EMBEDDED, "--no-browser"])
        assert started[-1]["SQUEEZEVIZ_MODEL"] == EMBEDDED
    with pytest.raises(SystemExit):
        cli.main(["lab", "--no-browser"])
    assert "SQUEEZEVIZ_MODEL" not in started[-1]
    with pytest.raises(SystemExit) as caught:
        cli.main(["lab", "--model", PUBLISHED])
    assert caught.value.code == 2, "it is looked for before anything is opened"
