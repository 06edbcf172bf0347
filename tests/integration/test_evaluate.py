"""The published model on the labelled photos: the right preprocessing, and what the common mistakes cost."""

import json

import pytest

import squeezeviz as sv
from squeezeviz.dataset.statistics import mcnemar, wilson

pytestmark = [pytest.mark.model, pytest.mark.photos]

HOWS = ["caffe2", "rgb-by-mistake", "no-mean"]


@pytest.fixture(scope="module")
def made(model, photos):
    return sv.evaluate(model, photos / "images", HOWS)


def test_what_the_reference_got(made):
    result = made.results[0]
    assert (result.images, made.unreadable) == (94, ())
    assert (result.top1_hits, result.top5_hits) == (61, 82)
    assert result.top1_interval == wilson(61, 94)


@pytest.mark.parametrize("at", [1, 2], ids=HOWS[1:])
def test_common_mistakes_cost_more_than_chance(made, at):
    difference = made.differences[at - 1]
    assert (difference.preprocessing, difference.reference) == (HOWS[at], "caffe2")
    assert made.results[at].top1_hits == 61 + difference.gained - difference.lost < 61
    assert difference.p_value == mcnemar(difference.gained, difference.lost) < 0.01


def test_each_answer_is_that_of_predict(made, model, photos):
    for row in made.rows[::10]:
        for how, answer in zip(HOWS, row.answers, strict=True):
            prediction = model.predict(photos / "images" / row.name, how)
            assert prediction.ranking[0] == answer.class_index
            assert prediction.ranking[answer.rank - 1] == row.class_index
            assert prediction[row.class_index].probability == pytest.approx(answer.true_probability, abs=1e-4)


def test_the_command_line_says_the_same(made, photos, tmp_path, capsys):
    from squeezeviz import cli

    with pytest.raises(SystemExit) as caught:
        cli.main(["evaluate", str(photos / "images"), "--json", "--photos", str(tmp_path / "answers.json")])
    assert not caught.value.code
    told = json.loads(capsys.readouterr().out)
    assert (told["model"], told["images"], told["unreadable"]) == ("squeezenet1.1-caffe2", 94, 0)
    (result,) = told["results"]
    assert set(result) == {
        "preprocessing",
        "top1_hits",
        "top5_hits",
        "top1",
        "top5",
        "top1_interval",
        "top5_interval",
    }
    assert result == made.results[0].to_dict()
    rows = json.loads((tmp_path / "answers.json").read_text(encoding="utf-8"))
    assert sum(row["rank"] == 1 for row in rows) == 61
