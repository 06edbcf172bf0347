"""The preprocessing doctor, on networks whose right preprocessing is known by construction."""

import inspect
import json

import numpy as np
import onnx
import pytest
from PIL import Image as Pillow

import squeezeviz as sv
from squeezeviz import cli
from squeezeviz.dataset.diagnosis import crops as crops_module
from squeezeviz.dataset.diagnosis.contest import rounds
from squeezeviz.dataset.diagnosis.marks import Steadiness
from squeezeviz.dataset.statistics import mcnemar, wilson
from squeezeviz.preprocessing.candidates import candidates, choices, habit
from squeezeviz.report.terminal.show import show
from squeezeviz.runtime.export import fold_preprocessing
from squeezeviz.runtime.model import Model
from squeezeviz.zoo.beside import path_beside, recall
from tests.coloured import COLOURS, colour_content, colour_model, write_photos


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    return write_photos(tmp_path_factory.mktemp("photos") / "all", 5)


def trained_with(values, order="RGB", size=(16, 16)):
    """The candidate with these values, resized as its habit is."""
    channels = 1 if order == "grey" else 3
    made = candidates((channels, *size))
    return next(how for how in made if (choices(how)["values"], how.channel_order) == (values, order))


def same_values(first, second):
    return choices(first)["values"] == choices(second)["values"] and first.channel_order == second.channel_order


RANGES = [
    "ImageNet mean and std", "-1 to 1", "0 to 1", "0 to 255", "0 to 255 less ImageNet mean",
    "0 to 1 less ImageNet mean", "-0.5 to 0.5",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("order", ["RGB", "BGR"])
@pytest.mark.parametrize("values", RANGES)
def test_what_a_network_was_trained_with_is_found(photos, values, order):
    right = trained_with(values, order)
    made = sv.diagnose_preprocessing(colour_model(right), photos)
    assert made.is_labelled
    assert same_values(made.best, right)
    assert made.ranking[0].hits == made.photos == 5 * len(COLOURS)
    assert np.allclose(made.best.affine, right.affine, atol=0.03)  # 103.94 and 103.96 are as good as the same


@pytest.fixture(scope="module")
def made(photos):
    return sv.diagnose_preprocessing(colour_model(trained_with("-1 to 1")), photos)


def test_shares_intervals_and_tests_are_of_the_same_photos(made, photos):
    evaluated = sv.evaluate(colour_model(made.best), photos, [each.preprocessing for each in made.ranking])
    for each, result in zip(made.ranking, evaluated.results, strict=True):
        assert (each.hits, each.photos, each.top1_interval) == (result.top1_hits, result.images, result.top1_interval)
    for each, difference in zip(made.ranking[1:], evaluated.differences, strict=True):
        assert (each.gained, each.lost, each.p_value) == (difference.gained, difference.lost, difference.p_value)
    assert made.ranking[0].p_value == 1


def test_the_ranking_goes_down_and_holds_the_habit_and_what_is_in_use(made):
    assert [each.hits for each in made.ranking] == sorted((each.hits for each in made.ranking), reverse=True)
    assert {made.habit, made.in_use} <= set(made.ranking)
    assert choices(made.habit.preprocessing) == choices(habit((3, 16, 16)))
    assert made.tried == len(made.ranking) + len(made.dropped) == len(candidates((3, 16, 16)))
    assert {each.photos for each in made.ranking} == {made.photos}
    assert {each.photos for each in made.dropped} <= set(rounds(made.photos))


def test_those_left_behind_keep_what_was_found_of_them(made):
    for each in made.dropped:
        assert each.top1_interval == wilson(each.hits, each.photos)
        assert each.p_value == mcnemar(each.gained, each.lost)
        assert each.hits == each.photos + each.gained - each.lost  # the best names all right


def test_it_says_what_the_photos_tell_apart_and_what_they_cannot(made):
    """All photos are of one colour each: how they are resized makes no difference."""
    by_name = {each.choice: each for each in made.by_choice}
    assert list(by_name) == ["channel order", "values", "resize and crop", "interpolation"]
    assert by_name["channel order"].told_apart == ("BGR",)
    assert set(by_name["values"].told_apart) == {*RANGES} - {"-1 to 1"}
    assert not by_name["resize and crop"].told_apart
    assert len(by_name["resize and crop"].open) == 4
    assert by_name["interpolation"].open == ("bicubic", "bilinear", "nearest")
    assert "better than BGR" in by_name["channel order"].words
    assert "cannot tell it from" in by_name["interpolation"].words


def test_each_choice_is_tested_in_the_light_of_all(made):
    assert len(made.tests) == 1 + 6 + 4 + 3
    for test in made.tests:
        assert test.p_value == mcnemar(test.gained, test.lost) <= test.adjusted_p_value <= 1
        other = choices(test.against)
        assert other[test.choice] == test.other != test.taken == choices(made.best)[test.choice]
        differing = sum(other[name] != taken for name, taken in choices(made.best).items())
        assert test.is_alone == (differing == 1)


def test_the_verdict_says_what_is_gained_and_how_sure_that_is(made):
    assert made.verdict.startswith("RGB -1 to 1, ")
    assert f"{made.ranking[0].hits} of 70 photos named right; {made.habit.hits} with the usual habit" in made.verdict
    assert "hardly by chance" in made.verdict
    assert made.verdict in repr(made)


def test_the_same_photos_give_the_same_diagnosis(made, photos):
    again = sv.diagnose_preprocessing(colour_model(trained_with("-1 to 1")), photos)
    assert again.to_dict() == made.to_dict()
    assert again.dropped == made.dropped


def test_plain_data_is_the_best_and_the_ranking(made):
    plain = json.loads(json.dumps(made.to_dict()))
    assert set(plain) == {"best", "ranking"}
    assert sv.Preprocessing.from_dict(plain["best"]) == made.best
    assert plain["ranking"][0] == {
        "preprocessing": made.best.name, "top1": 1.0, "top1_interval": list(wilson(70, 70)), "p": 1.0,
    }  # fmt: skip
    assert len(plain["ranking"]) == len(made.ranking)


def test_of_equals_what_is_in_use_comes_first(photos):
    """Nothing speaks against it."""
    right = trained_with("0 to 1").replace(
        name="mine", resize="squash", resize_px=16, interpolation="nearest", antialias=False
    )
    content = onnx.ModelProto.FromString(colour_content(right))
    onnx.helper.set_model_props(content, {"squeezeviz.preprocessing": right.to_json()})
    made = sv.diagnose_preprocessing(Model(content.SerializeToString(), name="own", sha256="00"), photos)
    assert made.best == right == made.in_use.preprocessing
    assert "this is what it is fed now" in made.verdict


@pytest.mark.parametrize("order", ["RGB", "BGR"])
def test_a_network_with_its_preprocessing_folded_in_takes_plain_values(photos, order):
    how = trained_with("ImageNet mean and std", order)
    folded = fold_preprocessing(onnx.ModelProto.FromString(colour_content(how)), how)
    made = sv.diagnose_preprocessing(Model(folded.SerializeToString(), name="folded", sha256="00"), photos)
    assert (choices(made.best)["values"], made.best.channel_order) == ("0 to 255", order)


def test_oblong_inputs(photos):
    made = sv.diagnose_preprocessing(colour_model(trained_with("-1 to 1", size=(24, 32)), (24, 32)), photos)
    assert same_values(made.best, trained_with("-1 to 1"))
    assert {each.preprocessing.input_px for each in made.ranking} == {(24, 32)}


@pytest.mark.parametrize("values", ["1 to 0, inverted", "-1 to 1"])
def test_grey_networks(tmp_path, values):
    right = trained_with(values, "grey")
    made = sv.diagnose_preprocessing(grey_model(right), grey_photos(tmp_path / "grey"))
    assert same_values(made.best, right)
    assert [each.choice for each in made.by_choice] == ["values", "resize and crop", "interpolation"]


_LEVELS = np.linspace(10, 245, len(COLOURS)).round()


def grey_model(how):
    """The network of colours, for levels of grey in their place."""
    model = onnx.ModelProto.FromString(colour_content(how))
    slope, offset = how.affine
    seen = _LEVELS * slope[0] + offset[0]
    for tensor, values in zip(model.graph.initializer, (2 * seen, -(seen**2)), strict=True):
        tensor.raw_data = (values / (slope[0] * 10) ** 2).astype(np.float32).tobytes()
    return Model(model.SerializeToString(), name="grey", sha256="00")


def grey_photos(folder):
    for index, level in enumerate(_LEVELS):
        (folder / str(index)).mkdir(parents=True)
        for seed in range(3):
            noise = np.random.default_rng(100 * index + seed).normal(0, 2, (20, 24))
            pixels = np.clip(level + noise, 0, 255).astype(np.uint8)
            Pillow.fromarray(pixels).save(folder / str(index) / f"{seed}.png")
    return folder


# Without labels -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def unlabelled(photos, tmp_path_factory):
    folder = tmp_path_factory.mktemp("unlabelled")
    for path in photos.rglob("*.png"):
        (folder / f"{path.parent.name}-{path.name}").write_bytes(path.read_bytes())
    return folder


def test_without_labels_the_steadiest_is_named_and_that_it_is_weaker(unlabelled):
    made = sv.diagnose_preprocessing(colour_model(trained_with("-1 to 1")), unlabelled)
    assert not made.is_labelled
    assert "weaker evidence" in made.verdict
    assert {made.habit, made.in_use} <= set(made.ranking)
    assert [each.agreement for each in made.ranking] == sorted((each.agreement for each in made.ranking), reverse=True)
    for each in made.ranking:
        assert 0 < each.confidence <= 1
        assert 0 <= each.entropy <= np.log2(len(COLOURS)) + 1e-9
        assert each.agreement <= 1
    assert made.to_dict()["ranking"][0].keys() >= {"preprocessing", "top1", "top1_interval", "p"}
    assert made.to_dict()["ranking"][0]["top1"] is None
    assert "weaker evidence" in repr(made)
    assert "weaker evidence" in made._repr_html_()


def test_agreement_of_a_network_that_says_one_thing_of_everything_is_none(unlabelled):
    """However sure it is, and however steady."""
    stuck = colour_model(trained_with("0 to 1"), answer=[1e6, *[0] * (len(COLOURS) - 1)])
    made = sv.diagnose_preprocessing(stuck, unlabelled)
    assert {each.confidence for each in made.ranking} == {1}
    assert {each.agreement for each in made.ranking} == {0}


def test_agreement_is_cohens_kappa_where_answers_are_sure():
    first, second = [0, 0, 1, 1, 2, 2], [0, 1, 1, 1, 2, 0]
    marks = Steadiness()
    one_hot = np.eye(3, dtype=np.float32)
    answers = iter([one_hot[first], one_hot[second]])

    def ask(tensor):
        shares = next(answers)
        return np.log(np.maximum(shares, 1e-30)), shares

    marks.take(marks.look(ask, np.zeros((6, 3, 4, 4), np.float32), 0))
    same = np.mean(np.equal(first, second))
    others = [(i, j) for i in range(6) for j in range(6) if i != j]
    chance = np.mean([first[i] == second[j] for i, j in others])
    assert marks.agreement == pytest.approx((same - chance) / (1 - chance))
    assert (marks.confidence, marks.entropy) == (1, 0)


# What people hand in --------------------------------------------------------------------------------------------------


def test_one_labelled_photo_tells_nothing_apart(tmp_path):
    folder = write_photos(tmp_path / "one", 1, classes=1)
    made = sv.diagnose_preprocessing(colour_model(trained_with("-1 to 1")), folder)
    assert made.photos == 1
    assert not any(test.is_told_apart for test in made.tests)
    assert "hardly by chance" not in made.verdict


def test_one_photo_without_a_label_is_refused(unlabelled):
    path = sorted(unlabelled.iterdir())[0]
    with pytest.raises(sv.DatasetError, match="one photo without a label tells nothing; give some dozens, or a label"):
        sv.diagnose_preprocessing(colour_model(trained_with("-1 to 1")), path)


def test_none_can_be_read(tmp_path):
    (tmp_path / "3").mkdir()
    for name in ("a.png", "b.jpg"):
        (tmp_path / "3" / name).write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    with pytest.raises(sv.DatasetError, match="none of the 2 photos can be read"):
        sv.diagnose_preprocessing(colour_model(trained_with("-1 to 1")), tmp_path)


def test_what_cannot_be_read_is_left_out_and_listed(tmp_path):
    folder = write_photos(tmp_path / "some", 2)
    (folder / "3" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    (folder / "4" / "again.png").write_bytes((folder / "4" / "0.png").read_bytes())
    (folder / "5" / "notes.txt").write_text("no picture")
    made = sv.diagnose_preprocessing(colour_model(trained_with("-1 to 1")), folder)
    assert made.photos == 28
    said = "\n".join(made.left_out)
    for words in ("broken.png", "is the same photo as", "notes.txt"):
        assert words in said


def test_one_read_of_two_without_labels(tmp_path):
    Pillow.fromarray(np.zeros((9, 9, 3), np.uint8)).save(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    with pytest.raises(sv.DatasetError, match=r"one of the photos can be read, and none has a label: b\.png"):
        sv.diagnose_preprocessing(colour_model(trained_with("-1 to 1")), tmp_path)


@pytest.mark.parametrize("lines", ["0.png nosuchclass\n", "elsewhere.png 3\n", "", "0.png 99\n"])
def test_labels_that_match_nothing_are_refused(tmp_path, lines):
    Pillow.fromarray(np.zeros((9, 9, 3), np.uint8)).save(tmp_path / "0.png")
    listing = tmp_path / "list.txt"
    listing.write_text(lines)
    with pytest.raises(sv.DatasetError, match=r"list\.txt"):
        sv.diagnose_preprocessing(colour_model(trained_with("-1 to 1")), tmp_path, listing)


def test_folders_that_name_no_class_leave_photos_without_labels(tmp_path):
    folder = write_photos(tmp_path / "photos", 1)
    for path in list(folder.iterdir()):
        path.rename(folder / f"thing {path.name}")
    made = sv.diagnose_preprocessing(colour_model(trained_with("-1 to 1")), folder)
    assert not made.is_labelled


def test_photos_without_a_label_are_left_out_where_others_have_one(tmp_path):
    folder = write_photos(tmp_path / "photos", 1)
    (folder / "3").rename(folder / "unknown thing")
    made = sv.diagnose_preprocessing(colour_model(trained_with("-1 to 1")), folder)
    assert made.photos == 13
    assert "1 photos without a label" in made.left_out


def test_answers_that_are_no_numbers(photos):
    broken = colour_model(trained_with("-1 to 1"), answer=np.full(len(COLOURS), np.nan))
    with pytest.raises(sv.ModelError, match="NaN or infinity to every photo"):
        sv.diagnose_preprocessing(broken, photos)


def test_of_more_photos_than_fit_into_memory_as_many_as_do_are_drawn(photos, monkeypatch):
    monkeypatch.setattr(crops_module, "MOST_BYTES", 10 * 16 * 16 * 3 * 20)
    made = sv.diagnose_preprocessing(colour_model(trained_with("-1 to 1")), photos)
    assert made.photos == 20
    assert "50 further photos: 20, drawn by lot, are enough and fit into memory" in made.left_out
    assert same_values(made.best, trained_with("-1 to 1"))


def test_each_photo_is_decoded_once(photos, monkeypatch):
    names = []

    def counted(content, *, name):
        names.append(name)
        return sv.read_image(content, name=name)

    monkeypatch.setattr(crops_module, "read_image", counted)
    made = sv.diagnose_preprocessing(colour_model(trained_with("-1 to 1")), photos)
    assert len(names) == len(set(names)) == made.photos


def test_progress_goes_up_to_all(photos):
    told = []
    sv.diagnose_preprocessing(
        colour_model(trained_with("-1 to 1")), photos, on_progress=lambda done, count: told.append((done, count))
    )
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert len({count for _, count in told}) == 1
    assert told[-1][0] == told[-1][1]


def test_what_is_tried_may_be_said(photos):
    right, wrong = trained_with("-1 to 1"), trained_with("-1 to 1", "BGR")
    made = sv.diagnose_preprocessing(colour_model(right), photos, preprocessings=[wrong, right, wrong])
    assert made.best == right
    tried = {each.preprocessing for each in (*made.ranking, *made.dropped)}
    assert tried == {right, wrong, made.habit.preprocessing, made.in_use.preprocessing}
    assert made.tried == len(tried)


def test_what_does_not_suit_the_model_is_refused(photos):
    with pytest.raises(sv.PreprocessingError, match="grey"):
        sv.diagnose_preprocessing(
            colour_model(trained_with("-1 to 1")), photos, preprocessings=[trained_with("0 to 1", "grey")]
        )


@pytest.mark.parametrize(
    ("photos", "shown"), [(1, (1,)), (8, (8,)), (9, (8, 9)), (94, (8, 32, 94)), (512, (8, 32, 128, 512))]
)
def test_rounds(photos, shown):
    assert rounds(photos) == shown


# As it is shown -------------------------------------------------------------------------------------------------------


def test_on_a_terminal_and_in_a_notebook(made, capsys):
    show(made)
    told = capsys.readouterr().out
    assert " ".join(told.split()).startswith(" ".join(made.verdict.split()))
    for words in ("channel order: RGB; better than BGR", "Holm's correction", "*", "+"):
        assert words in told
    html = made._repr_html_()
    assert made.verdict in html
    assert html.count("<tr") == len(made.ranking) + 1


def run(*arguments):
    with pytest.raises(SystemExit) as caught:
        cli.main([str(each) for each in arguments])
    return caught.value.code or 0


def test_the_command_line(photos, tmp_path, capsys):
    path = tmp_path / "mine.onnx"
    path.write_bytes(colour_content(trained_with("-1 to 1")))
    assert run("doctor", path, photos, "--json") == 0
    plain = json.loads(capsys.readouterr().out)
    assert set(plain) == {"best", "ranking"}
    assert {frozenset(each) for each in plain["ranking"]} == {
        frozenset(("preprocessing", "top1", "top1_interval", "p"))
    }
    assert plain["ranking"][0]["preprocessing"] == plain["best"]["name"]
    assert (plain["best"]["mean"], plain["best"]["std"]) == ([0.5] * 3, [0.5] * 3)
    assert not path_beside(path).exists()


def test_the_best_is_remembered_beside_the_file(photos, tmp_path, capsys):
    path = tmp_path / "mine.onnx"
    path.write_bytes(colour_content(trained_with("-1 to 1")))
    assert run("doctor", path, photos, "--remember") == 0
    out, err = capsys.readouterr()
    assert "RGB -1 to 1" in out
    assert "mine.squeezeviz.json" in " ".join(err.split())
    kept, problem = recall(path_beside(path))
    assert not problem
    assert same_values(kept.preprocessing, trained_with("-1 to 1"))


def test_a_file_that_says_its_preprocessing_itself_is_told_before_the_work(photos, tmp_path, capsys):
    """What is kept beside it would never be used."""
    path = tmp_path / "mine.onnx"
    content = onnx.ModelProto.FromString(colour_content(trained_with("-1 to 1")))
    onnx.helper.set_model_props(content, {"squeezeviz.preprocessing": trained_with("-1 to 1").to_json()})
    path.write_bytes(content.SerializeToString())
    assert run("doctor", path, photos, "--remember") == 2
    out, err = capsys.readouterr()
    assert not out
    assert "the file says its preprocessing itself" in err


def test_what_is_remembered_is_fed_from_then_on(photos, tmp_path, capsys):
    path = tmp_path / "mine.onnx"
    path.write_bytes(colour_content(trained_with("0 to 1", "BGR")))
    assert run("doctor", path, photos, "--remember") == 0
    again = sv.load_model(path)
    assert same_values(again.preprocessing, trained_with("0 to 1", "BGR"))
    assert "preprocessing" not in {each.about for each in again.assumptions}
    capsys.readouterr()
    assert run("doctor", path, photos) == 0
    assert "this is what it is fed now" in " ".join(capsys.readouterr().out.split())


def test_a_registered_model_is_refused_before_the_work(photos, capsys):
    assert run("doctor", "squeezenet1.1-shapes", photos, "--remember") == 2
    assert "a registered one says all of itself" in capsys.readouterr().err


def test_a_list_of_labels(unlabelled, tmp_path, capsys):
    path, listing = tmp_path / "mine.onnx", tmp_path / "list.csv"
    path.write_bytes(colour_content(trained_with("0 to 255", "BGR")))
    lines = [f"{each.name},{each.name.split('-')[0]}" for each in sorted(unlabelled.glob("*.png"))]
    listing.write_text("\n".join(["file,class_index", *lines]))
    assert run("doctor", path, unlabelled, "--labels", listing, "--json") == 0
    best = json.loads(capsys.readouterr().out)["best"]
    assert (best["channel_order"], best["scale"], best["mean"], best["std"]) == ("BGR", 1, [0] * 3, [1] * 3)


def test_without_labels_the_command_line_says_that_it_is_weaker(unlabelled, tmp_path, capsys):
    path = tmp_path / "mine.onnx"
    path.write_bytes(colour_content(trained_with("0 to 255", "BGR")))
    assert run("doctor", path, unlabelled, "--json") == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["ranking"][0]["top1"] is None
    assert "weaker evidence" in " ".join(err.split())
    assert run("doctor", path, unlabelled) == 0
    assert "weaker evidence" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("arguments", [["nowhere.onnx", "."], ["squeezenet1.1-shapes", "nowhere"]])
def test_what_is_not_there(arguments, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("doctor", *arguments) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_what_both_kinds_of_diagnosis_have_in_common_is_declared_once():
    own = [{name for name in vars(kind) if not name.startswith("_")} for kind in (sv.Diagnosis, sv.UnlabelledDiagnosis)]
    assert own[0] & own[1] <= {"is_labelled", "verdict"}
    fields = [inspect.get_annotations(kind) for kind in (sv.Diagnosis, sv.UnlabelledDiagnosis)]
    assert fields[0].keys().isdisjoint(fields[1])


@pytest.mark.parametrize(
    ("content", "found"), [(b"", "an empty file"), (b"a.jpg cat\n", "text")], ids=["an empty file", "a list"]
)
def test_a_file_that_is_no_photo_is_named_and_what_was_expected(tmp_path, content, found):
    (tmp_path / "names.txt").write_bytes(content)
    with pytest.raises(sv.DatasetError, match=rf"names\.txt: expected a picture \(JPEG, .*\), found {found}; "):
        sv.diagnose_preprocessing(colour_model(trained_with("-1 to 1")), tmp_path / "names.txt")


def test_what_differs_in_more_than_one_choice_is_no_word_against_any_of_them(photos):
    """Of a list of one's own: the habit does much worse, and nobody can say for which of its choices."""
    right = trained_with("0 to 255", "BGR").replace(name="right", resize="squash", resize_px=16)
    made = sv.diagnose_preprocessing(colour_model(right), photos, preprocessings=[right])
    assert made.best == right
    assert {(test.is_told_apart, test.is_alone) for test in made.tests} == {(True, False)}
    assert [choice.told_apart for choice in made.by_choice] == [()] * len(made.by_choice)
    assert not any("better than" in choice.words for choice in made.by_choice)
