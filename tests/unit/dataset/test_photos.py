"""Labelled photos in folders and lists, as people have them."""

import pytest

from squeezeviz.dataset import Photo, find_photos
from squeezeviz.errors import DatasetError
from squeezeviz.labels import Labels, imagenet_labels

LABELS = imagenet_labels()


def lay(root, *names):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def listed(folder, **options):
    return [(photo.name, photo.class_index) for photo in find_photos(folder, LABELS, **options)]


# A folder a class ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["282", "n02123159", "tiger cat", "tiger_cat", "Tiger_Cat", "TIGER CAT"])
def test_a_folder_named_after_its_class(tmp_path, name):
    lay(tmp_path, f"{name}/b.JPEG", f"{name}/a.png", f"{name}/deep/er/c.webp", "0/tench.jpg")
    assert find_photos(str(tmp_path), LABELS) == [
        Photo("0/tench.jpg", str(tmp_path / "0/tench.jpg"), 0),
        Photo(f"{name}/a.png", str(tmp_path / name / "a.png"), 282),
        Photo(f"{name}/b.JPEG", str(tmp_path / name / "b.JPEG"), 282),
        Photo(f"{name}/deep/er/c.webp", str(tmp_path / name / "deep/er/c.webp"), 282),
    ]


def test_what_is_no_photo_is_left_out(tmp_path):
    lay(tmp_path, "3/a.jpg", "3/notes.txt", "3/.hidden.jpg", "3/Thumbs.db", ".cache/b.jpg", "loose.jpg", "notes/x.txt")
    (tmp_path / "empty").mkdir()
    assert listed(tmp_path) == [("3/a.jpg", 3)]


def test_links_that_lead_in_a_circle(tmp_path):
    lay(tmp_path, "3/a.jpg", "4/b.jpg")
    (tmp_path / "3/again").symlink_to(tmp_path / "3")
    (tmp_path / "3/up").symlink_to(tmp_path)
    (tmp_path / "5").symlink_to(tmp_path / "4")
    (tmp_path / "6").symlink_to(tmp_path / "6")
    assert listed(tmp_path) == [("3/a.jpg", 3), ("4/b.jpg", 4), ("5/b.jpg", 5)]


def test_a_folder_of_no_class(tmp_path):
    lay(tmp_path, "3/a.jpg", "tiger kat/b.jpg")
    with pytest.raises(DatasetError, match="tiger kat: the folder's name is no class.*Did you mean 'tiger cat'"):
        listed(tmp_path)
    (tmp_path / "tiger kat").rename(tmp_path / "1000")
    with pytest.raises(DatasetError, match="0 to 999"):
        listed(tmp_path)


# Lists ---------------------------------------------------------------------------------------------------------------

TWO = [("a.jpg", 282), ("b c.jpg", 3)]


@pytest.mark.parametrize(
    "text",
    [
        "a.jpg 282\nb c.jpg 3\n",
        "a.jpg n02123159\nb c.jpg tiger_shark",
        "\n  a.jpg   Tiger_Cat  \r\n\r\n# a comment, with\tmarks\r\nb c.jpg 3\r\n",
        "\ufeffa.jpg 282\nb c.jpg 3\n",
        "\ufeff# from elsewhere\na.jpg\ttiger cat\nb c.jpg\ttiger shark\n",
        "file\tclass_index\twnid\na.jpg\t282\tnonsense\nb c.jpg\t3\t\n",
        "wnid\tyear\tfilename\nn02123159\t2012\ta.jpg\nn01491361\t2012\tb c.jpg\n",
        "Label,Path\ntiger cat,a.jpg\n\ntiger shark,b c.jpg\n",
        '# made by hand\nimage,target\n"a.jpg",282\n# and a line more\n"b c.jpg",3\n',
        "\ufeffname,synset\r\na.jpg,n02123159\r\nb c.jpg,n01491361\r\n",
        "a.jpg,282\nb c.jpg,3",
        " a.jpg , 282 \n b c.jpg , 3 \n",
        "a.jpg\t282\tand more\nb c.jpg\t3\n",
    ],
)
@pytest.mark.parametrize("given", [False, True])
def test_lists(tmp_path, text, given):
    path = tmp_path / ("list of mine" if given else "labels.txt")
    path.write_bytes(text.encode())
    photos = find_photos(tmp_path, LABELS, listing=path if given else None)
    assert photos == [Photo(name, str(tmp_path / name), index) for name, index in TWO]


def test_quotes_belong_to_csv(tmp_path):
    (tmp_path / "labels.csv").write_text('file,label\n"one, two.jpg","tiger cat"\n')
    assert listed(tmp_path) == [("one, two.jpg", 282)]


def test_lists_keep_their_order_and_reach_elsewhere(tmp_path):
    elsewhere = tmp_path / "elsewhere.jpg"
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos/val.txt").write_text(f"z.jpg 1\nsub/a.jpg 2\n{elsewhere} 3\n")
    photos = find_photos(tmp_path / "photos", LABELS)
    assert [photo.place for photo in photos] == [
        str(tmp_path / "photos/z.jpg"),
        str(tmp_path / "photos/sub/a.jpg"),
        str(elsewhere),
    ]


def test_the_list_in_the_folder_comes_before_folders(tmp_path):
    lay(tmp_path, "7/a.jpg")
    assert listed(tmp_path) == [("7/a.jpg", 7)]
    for index, name in enumerate(("val.txt", "labels.txt", "labels.csv", "labels.tsv")):
        (tmp_path / name).write_text(f"7/a.jpg{',' if name.endswith('csv') else ' '}{index}\n")
        assert listed(tmp_path) == [("7/a.jpg", index)]
    assert listed(tmp_path, listing=tmp_path / "val.txt") == [("7/a.jpg", 0)]


# Refusals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a.jpg 3\nb.jpg unicorn\n", r"line 2: b.jpg: no class is called 'unicorn'"),
        ("# x\n\na.jpg tiger_kat\n", r"line 3: a.jpg.*Did you mean 'tiger cat'"),
        ("# x\n\nfile,label\n\na.jpg,tiger kat\n", r"line 5: a.jpg.*Did you mean 'tiger cat'"),
        ("a.jpg 1000\n", r"line 1: a.jpg: class index 1000.*0 to 999"),
        ("a.jpg -1\n", r"line 1: a.jpg"),
        ("a.jpg 3\nb.jpg\n", r"line 2: expected 'file label', found 'b.jpg'"),
        ("a.jpg,3\nb.jpg\n", r"line 2: expected a file and a label.*b.jpg"),
        ("file,label\na.jpg,3\n,4\n", r"line 3: expected a file and a label"),
        ("a.jpg\t3\nb.jpg\t\n", r"line 2: "),
        ("a.jpg 3\nb.jpg 4\na.jpg 5\n", r"line 3: a.jpg is listed twice, as two classes"),
        ("file,label\na.jpg,3\na.jpg,5\n", r"line 3: a.jpg is listed twice, as two classes"),
        ("a.jpg 3\n./a.jpg 5\n", r"line 2: .*listed twice, as two classes"),
        ("", "lists no photos"),
        ("# nothing\n\n", "lists no photos"),
        ("file\tlabel\n", "lists no photos"),
    ],
)
def test_lists_that_cannot_be_understood(tmp_path, text, words):
    (tmp_path / "labels.txt").write_text(text)
    with pytest.raises(DatasetError, match=words):
        listed(tmp_path)


@pytest.mark.parametrize("content", [b"a.jpg caf\xe9\n", b"PK\x03\x04\xff\xfe", "a.jpg 3\n".encode("utf-16")])
def test_lists_that_are_no_text(tmp_path, content):
    (tmp_path / "labels.txt").write_bytes(content)
    with pytest.raises(DatasetError, match=r"labels.txt: expected a list.*UTF-8"):
        listed(tmp_path)


def test_a_table_with_an_endless_cell(tmp_path):
    (tmp_path / "labels.csv").write_text("file,label\n" + "x" * 200_000 + ",3\n")
    with pytest.raises(DatasetError, match=r"labels.csv"):
        listed(tmp_path)


@pytest.mark.parametrize("listing", ["missing.txt", "."])
def test_a_list_that_is_not_there(tmp_path, listing):
    with pytest.raises(DatasetError, match="cannot be read"):
        listed(tmp_path, listing=tmp_path / listing)


def test_folders_that_are_none(tmp_path):
    lay(tmp_path, "file.jpg")
    with pytest.raises(DatasetError, match="expected a folder of photos, found nothing"):
        listed(tmp_path / "missing")
    with pytest.raises(DatasetError, match="expected a folder of photos, found a file"):
        listed(tmp_path / "file.jpg")
    with pytest.raises(DatasetError, match="no subfolder named after a class.*--labels FILE"):
        listed(tmp_path)


def test_labels_of_another_model(tmp_path):
    lay(tmp_path, "star/a.png")
    stars = Labels.from_rows([["", "circle"], ["", "star"]])
    assert [photo.class_index for photo in find_photos(tmp_path, stars)] == [1]
