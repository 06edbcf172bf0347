"""Class index, WordNet id and names."""

import pytest

from squeezeviz.errors import LabelError
from squeezeviz.results.labels import Labels, imagenet_labels

LABELS = imagenet_labels()


def test_the_thousand_classes():
    assert len(LABELS) == 1000
    assert [c.class_index for c in LABELS] == list(range(1000))
    assert len({c.wnid for c in LABELS}) == 1000
    assert len({c.label for c in LABELS}) == 1000
    assert (LABELS[0].label, LABELS[0].wnid, LABELS[0].also) == ("tench", "n01440764", ("Tinca tinca",))
    assert LABELS[999].wnid == "n15075141"


@pytest.mark.parametrize("key", [282, "282", "n02123159", "tiger cat", "Tiger Cat "])
def test_a_class_by_any_name(key):
    assert LABELS[key].class_index == 282


def test_unknown_classes_suggest_the_nearest():
    with pytest.raises(LabelError, match="Did you mean 'tiger cat'"):
        LABELS["tiger kat"]
    with pytest.raises(LabelError, match="0 to 999"):
        LABELS[1000]
    with pytest.raises(LabelError, match="0 to 999"):
        LABELS[-1]


def test_search_puts_beginnings_first():
    found = [c.label for c in LABELS.search("tiger")]
    assert found[:2] == ["tiger shark", "tiger cat"]
    assert LABELS.search("") == ()
    assert LABELS.search("zzzz") == ()
    assert len(LABELS.search("a", limit=7)) == 7


def test_rows_come_back():
    assert [c.label for c in Labels.from_rows(LABELS.to_rows())] == [c.label for c in LABELS]
    assert Labels.numbered(3)[2].label == "class 2"
