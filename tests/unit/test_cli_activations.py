"""The subcommand `activations`, on a tiny network."""

import json

import pytest

from squeezeviz import cli
from squeezeviz.dataset.stored import space
from tests.nets import tiny_content
from tests.optional import needs
from tests.surveys import paint

pytestmark = needs("zarr")


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """A folder with tiny.onnx and twenty photos, one of them damaged."""
    monkeypatch.setenv("SQUEEZEVIZ_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.onnx").write_bytes(tiny_content())
    paint(tmp_path / "photos", 19)
    (tmp_path / "photos/4/damaged.jpg").write_bytes(b"\xff\xd8\xff")
    return tmp_path


@pytest.fixture
def run(capsys, tiny):
    def run(*arguments, output="x.zarr", layers="conv10,pool10"):
        with pytest.raises(SystemExit) as caught:
            cli.main(["activations", "photos", "-m", "tiny.onnx", "-o", output, "--layers", layers, *arguments])
        captured = capsys.readouterr()
        return caught.value.code or 0, captured.out, " ".join(captured.err.split())

    return run


def test_help_teaches_by_example(capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(["activations", "--help"])
    assert not caught.value.code
    assert "squeezeviz activations photos -o photos.zarr" in " ".join(capsys.readouterr().out.split())


def test_what_it_will_take_and_what_it_took(run, tiny):
    code, out, err = run("--dry-run")
    assert code == 0
    assert "20 photos, 2 layers, float32" in out
    assert "uncompressed" in out
    assert not (tiny / "x.zarr").exists()
    code, out, err = run("--pre", "--dtype", "float16")
    assert code == 0
    assert "about" in err, "what it will take goes where progress goes"
    assert "19 photos in" in out
    assert 'group="conv10"' in out
    assert "left out: 4/damaged.jpg" in out
    assert (tiny / "x.zarr/conv10/pre_relu/zarr.json").exists()


def test_json(run):
    code, out, _ = run("--dry-run", "--json")
    space = json.loads(out)
    assert code == 0
    assert (space["photos"], space["due_photos"], space["fits"]) == (20, 20, True)
    code, out, _ = run("--json", "--workers", "1")
    told = json.loads(out)
    assert code == 0
    assert (told["layers"], told["photos"], told["answered"], told["resumed"]) == (["conv10", "pool10"], 20, 19, 0)
    assert [trouble["name"] for trouble in told["troubles"]] == ["4/damaged.jpg"]
    assert json.loads(run("--json")[1])["resumed"] == 20


def test_stopped_with_ctrl_c(run, monkeypatch):
    from squeezeviz.report.terminal import progress

    def stop(progress, done, count):
        progress.done, progress.count = done, count
        if done >= 9:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(progress.CountProgress, "__call__", stop)
        code, out, err = run("--workers", "1", "--json")
    assert (code, out) == (130, "")
    assert "of 20; the same command goes on from there" in err
    code, out, err = run()
    assert code == 0
    assert "photos are there already" in err
    assert "of them were there already" in out


@pytest.mark.parametrize(
    ("arguments", "layers", "words"),
    [
        ((), "pool1O", "no layer is called 'pool1O'. Did you mean 'pool1'?"),
        ((), "", "no layers are named"),
        (("-p", "cafe2"), "conv10", "Did you mean 'caffe2'"),
        (("--labels", "no.txt"), "conv10", "no.txt: expected a list"),
    ],
)
def test_wrong_questions_take_one_line(run, tiny, arguments, layers, words):
    code, out, err = run(*arguments, layers=layers)
    assert (code, out) == (2, "")
    assert err.startswith("squeezeviz: ")
    assert words in err
    assert not (tiny / "x.zarr").exists()


def test_what_is_there_is_not_written_over_unasked(run, tiny):
    assert run()[0] == 0
    code, _, err = run(layers="conv10")
    assert code == 2
    assert "holds activations of other layers (['conv10', 'pool10'] there, ['conv10'] now)" in err
    assert run("--overwrite", layers="conv10")[0] == 0
    code, _, err = run("--overwrite", output="photos")
    assert code == 2
    assert "photos: holds something else" in err


def test_a_disk_that_is_too_small(run, tiny, monkeypatch):
    monkeypatch.setattr(space, "free_bytes", lambda store: 10)
    from squeezeviz.dataset.stored import job

    monkeypatch.setattr(job, "free_bytes", lambda store: 10)
    code, _, err = run()
    assert code == 2
    assert "1e-08 GB are free" in err
    assert not (tiny / "x.zarr").exists()
    assert run("--force")[0] == 0
