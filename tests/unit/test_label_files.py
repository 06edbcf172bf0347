"""Names of classes as people bring them: read in the order of the outputs, or refused in one line."""

import numpy as np
import pytest

from squeezeviz.errors import LabelError
from squeezeviz.results.label_files import labels_for, read_told
from squeezeviz.results.labels import Label, Labels, imagenet_labels


@pytest.fixture
def written(tmp_path):
    def write(content, name="names.txt"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def names(labels):
    return [each.label for each in labels]


@pytest.mark.parametrize(
    "content", ["cat\ndog\n", "cat\ndog", "\ufeffcat\r\ndog\r\n\n\n", " cat \ndog", "cat\ndog".encode("utf-16")]
)
def test_a_text_file_has_a_name_a_line(written, content):
    assert names(read_told(written(content))) == ["cat", "dog"]


def test_words_behind_wordnet_ids_are_names(written):
    told = read_told(str(written("n01440764 tench, Tinca tinca\nn01443537 goldfish\n")))
    assert told.to_rows() == [["n01440764", "tench, Tinca tinca"], ["n01443537", "goldfish"]]
    assert names(read_told(written("n01440764 tench\nfish\n"))) == ["n01440764 tench", "fish"], (
        "or all of them, or none"
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("n.csv", "label\ncat\ndog\n"),
        ("n.csv", "index,name\n1,dog\n0,cat\n"),
        ("n.CSV", "Class_Index;Class\n1;dog\n0;cat\n"),
        ("n.tsv", "# ours\nindex\twnid\tlabel\talso\n0\tn1\tcat\tpuss\n1\tn2\tdog\t\n"),
        ("n.csv", 'id,label,colour\n0,"cat",red\n1,dog,blue\n'),
    ],
)
def test_a_table_names_its_columns(written, name, content):
    told = read_told(written(content, name))
    assert names(told) == ["cat", "dog"]
    assert [each.wnid for each in told] == (["n1", "n2"] if "wnid" in content else ["", ""])


def test_a_list_is_a_list():
    assert names(read_told(["cat", "dog"])) == ["cat", "dog"]
    given = Labels((Label(0, "n1", "cat", ("puss",)),))
    assert read_told(given) is given


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("n.txt", "", "is empty; expected a name for each output"),
        ("n.txt", " \n\n", "is empty"),
        ("n.csv", "label\n", "is empty"),
        ("n.txt", b"cat\n\xe9l\xe9phant\n", r"expected text in UTF-8; cannot be decoded .*byte 4"),
        ("n.txt", b"\x89PNG\x00\x00", "expected text"),
        ("n.txt", b"cat\0dog", "expected a text file"),
        ("n.txt", "cat\n\ndog\n", "class 1 has no name"),
        ("n.txt", "cat\ndog\ncat\n", "'cat' stands for classes 0, 2; expected each name once"),
        ("n.csv", "cat\ndog\n", "expected a first line with the columns label"),
        ("n.csv", "", "expected a first line with the columns label"),
        ("n.csv", "index,label\n0,cat\n2,dog\n", "column index: expected every number from 0 to 1 once"),
        ("n.csv", "index,label\n0,cat\ntwo,dog\n", "column index: expected every number from 0 to 1 once"),
        ("n.csv", "label,wnid\ncat\n", "row 2: expected 2 cells, got 1"),
        ("n.txt", "x" * 2000, "at most 1000 characters"),
    ],
)
def test_what_is_no_file_of_names_is_refused_in_one_line(written, name, content, said):
    with pytest.raises(LabelError, match=said) as caught:
        read_told(written(content, name))
    assert "\n" not in str(caught.value)


def test_what_is_no_file_at_all_is_refused(tmp_path):
    with pytest.raises(LabelError, match=r"nowhere\.txt: cannot be read .*expected 'imagenet' or the path"):
        read_told("nowhere.txt")
    with pytest.raises(LabelError, match="is a folder"):
        read_told(tmp_path)
    for given in (7, [1, 2], {"cat": 0}, [None]):
        with pytest.raises(LabelError, match="expected 'imagenet', the path of a file, or a list"):
            read_told(given)


def test_imagenet_has_1000_classes_or_1001_with_the_background_first():
    assert labels_for(read_told("imagenet"), 1000) == imagenet_labels()
    more = labels_for("imagenet", 1001)
    assert (len(more), more[0].label, more[1].label, more[1000].class_index) == (1001, "background", "tench", 1000)
    for count in (999, 1002, 10):
        with pytest.raises(LabelError, match=rf"1,000 classes, or 1,001 .*tells {count:,} apart: give a file"):
            labels_for("imagenet", count)


def test_as_many_names_as_the_network_has_outputs(written):
    told = read_told(written("cat\ndog\n"))
    assert labels_for(told, 2) is told
    with pytest.raises(LabelError, match=r"expected 5 names, one an output of the network; got 2\. Give a name a line"):
        labels_for(told, 5)
    with pytest.raises(LabelError, match=r"got 2 \(is the first line a head, or the background\?\)"):
        labels_for(told, 1)


def test_imagenets_own_two_cranes_are_no_fault():
    plain = [each.label for each in imagenet_labels()]
    plain[134] = "crane"  # as the lists have it that most people download
    assert plain[517] == "crane"
    assert labels_for(read_told(plain), 1000)[134].label == "crane"
    assert len(read_told(["background", *plain])) == 1001
    plain[3] = "crane"
    with pytest.raises(LabelError, match="'crane' stands for classes 3, 134, 517"):
        read_told(plain)
    shuffled = list(np.random.default_rng(0).permutation(plain))
    with pytest.raises(LabelError, match="'crane' stands for classes"):
        read_told([str(name) for name in shuffled])
