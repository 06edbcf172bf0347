"""Two models over folders of photos: who is right where the other is wrong, on networks made to know it."""

import json
import pickle

import numpy as np
import pytest
from PIL import Image as Pillow

import squeezeviz as sv
from squeezeviz import cli
from squeezeviz.dataset.compare_models import is_data_set
from squeezeviz.dataset.paired_scores import PairedScores
from squeezeviz.dataset.statistics import mcnemar, wilson
from squeezeviz.preprocessing.candidates import candidates
from squeezeviz.report.terminal.show import show
from squeezeviz.results.labels import Label, Labels
from squeezeviz.results.shared_classes import shared_classes
from squeezeviz.runtime.chosen import Chosen
from squeezeviz.runtime.model import Model
from tests.coloured import COLOURS, colour_content, colour_photo, write_photos

COUNT = len(COLOURS)
HOW = candidates((3, 16, 16))[0]
NAMES = [f"colour {at}" for at in range(COUNT)]


def model_of(name="knows", *, how=HOW, blind=(), names=NAMES, content=None):
    """A model that names every colour, but for those it is blind to: they come out as another."""
    slope, offset = (values.astype(np.float64) for values in HOW.affine)
    seen = COLOURS[:, list(HOW.rgb_index)] * slope + offset
    unit = np.abs(slope).mean() * 255 / 20
    bias = -(seen**2).sum(axis=1) / unit**2
    bias[list(blind)] -= 1e6
    labels = Labels(tuple(Label(at, "", label) for at, label in enumerate(names))) if names else None
    content = content or colour_content(HOW, answer=bias)
    return Model(content, name=name, sha256=f"{len(blind):02}", chosen=Chosen.told(labels=labels, preprocessing=how))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_photos(tmp_path_factory.mktemp("photos") / "all", 2)


@pytest.fixture(scope="module")
def made(folder):
    return sv.compare_models(model_of(blind=(0, 1, 2)), model_of("other", blind=(2, 3)), folder)


def test_photos_are_counted_by_who_is_right(made):
    # Two photos a class: the first alone is blind to 0 and 1, the second alone to 3, both to 2.
    assert (made.both_right, made.only_a, made.only_b, made.neither) == (2 * (COUNT - 4), 2, 4, 2)
    assert made.p_value == mcnemar(4, 2)
    assert made.top1 == ((COUNT - 3) / COUNT, (COUNT - 2) / COUNT)
    assert made.top1_intervals == (wilson(2 * (COUNT - 3), 2 * COUNT), wilson(2 * (COUNT - 2), 2 * COUNT))
    assert made.is_labelled


def test_it_says_what_two_evaluations_say(made, folder):
    for at, model in enumerate((model_of(blind=(0, 1, 2)), model_of("other", blind=(2, 3)))):
        alone = sv.evaluate(model, folder)
        assert [row.answers[0] for row in alone.rows] == [photo.answers[at] for photo in made.photos]
        assert alone.results[0].top1_interval == made.top1_intervals[at]


def test_the_photos_on_which_they_part_are_listed_those_first_that_one_gets_right(made):
    assert {photo.name.split("/")[0] for photo in made.parted} >= {"0", "1", "3"}
    sole = [photo.hits[0] != photo.hits[1] for photo in made.parted]
    assert sole == sorted(sole, reverse=True)
    assert sum(sole) == 6
    assert all(made.agree(photo) for photo in made.read if photo not in made.parted)
    assert made.agreement == 1 - len(made.parted) / len(made.read)
    assert made.agreement_interval == wilson(len(made.read) - len(made.parted), len(made.read))


def test_a_model_against_itself(folder):
    made = sv.compare_models(model_of(), model_of(), folder)
    assert (made.both_right, made.only_a, made.only_b, made.neither, made.p_value) == (2 * COUNT, 0, 0, 0, 1)
    assert made.parted == ()
    assert "Neither is right where the other is wrong" in made.verdict


def test_many_photos_that_one_alone_gets_right_are_hardly_chance(folder):
    made = sv.compare_models(model_of(blind=(0, 1, 2, 3)), model_of("other"), folder)
    assert (made.only_a, made.only_b) == (0, 8)
    assert made.p_value == pytest.approx(2 / 2**8)
    assert "hardly by chance (p = 0.0078" in made.verdict


def test_classes_are_matched_by_name_and_not_by_index(folder):
    turned = list(reversed(range(COUNT)))
    content = _permuted(turned)
    made = sv.compare_models(
        model_of(), model_of("turned", names=[NAMES[at] for at in turned], content=content), folder
    )
    assert made.both_right == 2 * COUNT
    assert made.agreement == 1
    assert {photo.answers[1].class_index + photo.class_index for photo in made.read} == {COUNT - 1}


def _permuted(order):
    """The network with its classes in another order."""
    import onnx
    from onnx import numpy_helper

    proto = onnx.load_model_from_string(colour_content(HOW))
    for tensor in proto.graph.initializer:
        tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor)[order], tensor.name))
    return proto.SerializeToString()


def test_a_photo_of_what_the_second_does_not_know_is_left_out(folder):
    made = sv.compare_models(model_of(), model_of("other", names=["nothing", *NAMES[1:]]), folder)
    assert len(made.read) == 2 * COUNT - 2
    assert [photo.name for photo in made.unreadable] == ["0/0.png", "0/1.png"]
    assert "other has no class 'colour 0', which knows has" in made.unreadable[0].error


def test_nothing_in_common_is_refused(folder):
    with pytest.raises(sv.LabelError, match=r"no class of the first model \(14\) is one of the second \(14\)"):
        sv.compare_models(model_of(), model_of("other", names=[f"other {at}" for at in range(COUNT)]), folder)


def test_two_preprocessings_of_one_name_and_another_size(folder):
    """They were kept apart by name alone: the second was written into the memory of the first."""
    large = HOW.replace(crop_px=(20, 20), resize_px=(20, 20), resize="squash")
    small = HOW.replace(resize_px=(16, 16), resize="squash")
    made = sv.compare_models(model_of(how=small), model_of("other", how=large), folder, workers=1)
    assert made.both_right == 2 * COUNT


def test_without_labels_it_says_how_often_they_agree(tmp_path):
    for at in range(4):
        Pillow.fromarray(colour_photo(at, 0)).save(tmp_path / f"{at}.png")
    made = sv.compare_models(model_of(), model_of("other", blind=(1,)), tmp_path)
    assert not made.is_labelled
    counts = made.both_right, made.only_a, made.only_b, made.neither, made.p_value, made.top1, made.top1_intervals
    assert counts == (None,) * 7
    assert made.agreement == 3 / 4
    assert [photo.name for photo in made.parted] == ["1.png"]
    assert "No photo is labelled" in made.verdict
    json.dumps(made.to_dict(), allow_nan=False)
    several = sv.compare_models(model_of(), model_of("other", blind=(1,)), [tmp_path / "0.png", tmp_path / "1.png"])
    assert (several.agreement, len(several.read)) == (0.5, 2)


def test_of_photos_with_and_without_labels_the_labelled_count(tmp_path):
    write_photos(tmp_path / "mixed", 1)
    Pillow.fromarray(colour_photo(0, 7)).save(tmp_path / "mixed" / "loose.png")
    made = sv.compare_models(model_of(), model_of("other"), tmp_path / "mixed")
    assert len(made.read) == COUNT
    assert "1 photos without a label" in made.left_out


def test_a_list_labels_photos(tmp_path):
    for at in range(3):
        Pillow.fromarray(colour_photo(at, 0)).save(tmp_path / f"{at}.png")
    (tmp_path / "told.csv").write_text("file,label\n0.png,colour 0\n1.png,colour 1\n2.png,colour 1\n")
    made = sv.compare_models(model_of(), model_of("other", blind=(1,)), tmp_path, tmp_path / "told.csv")
    assert (made.both_right, made.only_a, made.only_b, made.neither) == (1, 1, 0, 1)


def test_what_is_a_data_set(tmp_path):
    assert is_data_set(tmp_path)
    assert is_data_set("s3://bucket/val")
    assert is_data_set(["a.jpg"])
    assert is_data_set("a.jpg", "labels.tsv")
    for one in (
        "coffee",
        tmp_path / "none.jpg",
        b"\xff\xd8",
        np.zeros((3, 3, 3), np.uint8),
        "~nobody-of-that-name/a",
        "a\0b",
    ):
        assert not is_data_set(one)


def test_the_question_is_of_both_models_and_travels(made):
    a, b = model_of(), model_of("other", blind=(1,))
    counterparts = shared_classes(a.labels, b.labels).counterparts
    study = PairedScores(b, (HOW, HOW), counterparts)
    assert study.key != PairedScores(a, (HOW, HOW), counterparts).key
    assert study.key != PairedScores(b, (HOW, HOW), (*counterparts[:-1], None)).key
    again = pickle.loads(pickle.dumps(study))
    assert again.key == study.key
    part = {photo.name: photo.answers for photo in made.read}
    assert study.load(study.dump(part)) == part
    with pytest.raises(ValueError, match="expected answers, 2 a photo"):
        study.load(study.dump({"a": part[made.read[0].name][:1]}))


def test_a_stopped_run_goes_on(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("SQUEEZEVIZ_CACHE", str(tmp_path))
    seen = []

    def stop(done, count):
        seen.append((done, count))
        if done >= 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sv.compare_models(model_of(), model_of("other"), folder, on_progress=stop, workers=1)
    told = []
    made = sv.compare_models(model_of(), model_of("other"), folder, on_progress=lambda *each: told.append(each))
    assert told[0][0] >= 4
    assert told[-1] == (2 * COUNT, 2 * COUNT)
    assert made.both_right == 2 * COUNT


def test_plain_data_displays_and_tables(made, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    plain = json.loads(json.dumps(made.to_dict(), allow_nan=False))
    counts = ("both_right", "only_a", "only_b", "neither")
    assert [plain[key] for key in counts] == [getattr(made, key) for key in counts]
    assert plain["p"] == made.p_value
    assert plain["a"]["top1_interval"] == list(made.top1_intervals[0])
    assert [row["file"] for row in plain["parted"]] == [photo.name for photo in made.parted]
    assert {row["file"] for row in made.by_photo()} == {photo.name for photo in made.photos}
    assert sum(row["a_is_right"] and not row["b_is_right"] for row in made.by_photo()) == made.only_a
    assert made.verdict in repr(made)
    assert "alone right" in made._repr_html_()
    show(made)
    told = capsys.readouterr().out
    assert f"both right: {made.both_right}; neither: {made.neither}" in told
    assert " ".join(made.verdict.split()) in " ".join(told.split())


def test_the_command_line(folder, tmp_path, capsys):
    for name, blind in (("a", (0,)), ("b", ())):
        content = colour_content(HOW) if not blind else model_of(blind=blind).content
        (tmp_path / f"{name}.onnx").write_bytes(content)
    (tmp_path / "names.txt").write_text("\n".join(NAMES))
    (tmp_path / "how.json").write_text(HOW.to_json())
    told = [f"--{what}-{side}={tmp_path / file}" for side in "ab" for what, file in (("labels", "names.txt"), ("preprocessing", "how.json"))]  # fmt: skip
    with pytest.raises(SystemExit) as caught:
        cli.main(["compare-models", str(tmp_path / "a.onnx"), str(tmp_path / "b.onnx"), str(folder), "--json", *told])
    assert caught.value.code in (0, None)
    plain = json.loads(capsys.readouterr().out)
    assert (plain["both_right"], plain["only_a"], plain["only_b"], plain["neither"]) == (2 * COUNT - 2, 0, 2, 0)
    assert plain["p"] == mcnemar(2, 0)
