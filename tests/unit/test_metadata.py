"""The text that a model's file carries: labels and a preprocessing, or one line that says why not."""

import pytest

from squeezeviz.errors import ModelError
from squeezeviz.runtime.metadata import LABELS_KEY, PREPROCESSING_KEY
from tests.nets import tiny_model

TEXTS = {
    LABELS_KEY: [
        "",
        "null",
        "7",
        '"text"',
        "{}",
        "[1, 2, 3, 4, 5]",
        "[[]]",
        '[["a"]]',
        '[["", 1]]',
        '[["", null]]',
        '[["", ""]]',
        '[["", "\\ud800"]]',
        '[["", "' + "x" * 5000 + '"]]',
        "[" * 100_000,
        "[[" * 50_000 + "]]" * 50_000,
        "1" * 10_000,
        "[NaN]",
    ],
    PREPROCESSING_KEY: [
        "",
        "null",
        "[]",
        "{}",
        '{"name": 1}',
        '{"name": "a", "mean": [NaN, 0, 0]}',
        '{"name": "a", "mean": "abc"}',
        '{"name": "a", "mean": {"a": 1}}',
        '{"name": "a", "std": [0, 0, 0]}',
        '{"name": "a", "scale": 1e400}',
        '{"name": "a", "scale": ' + "9" * 4000 + "}",
        '{"name": "a", "crop_px": 1e9}',
        '{"name": "a", "crop_px": 4097}',
        '{"name": "a", "crop": [[], {}]}',
        '{"name": "a", "resize": {}}',
        '{"name": "a", "' + "x" * 100_000 + '": 1}',
        '{"name": "' + "x" * 100_000 + '", "mean": 1e99}',
        "[" * 100_000,
    ],
}


@pytest.mark.parametrize(("key", "text"), [(key, text) for key, texts in TEXTS.items() for text in texts])
def test_text_that_is_neither_labels_nor_a_preprocessing(key, text):
    with pytest.raises(ModelError, match="^tiny: .*cannot be used: ") as caught:
        tiny_model(metadata={key: text})
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 1000


def test_labels_of_equal_names_and_of_another_number_are_no_fault():
    assert tiny_model(metadata={LABELS_KEY: '[["", "crane"], ["", "crane"]]'}).labels[1].label == "class 1"
    twice = tiny_model(metadata={LABELS_KEY: '[["", "a"], ["", "a"], ["", "b"], ["", "c"], ["", "d"]]'})
    assert twice.labels["a"].class_index == 0


def test_more_text_than_any_model_has():
    with pytest.raises(ModelError, match="characters of text beside its graph"):
        tiny_model(metadata={"diary": "x" * (1 << 25)})
