"""Labelled photos in folders and lists, as people have them."""

import io
import unicodedata

import pytest
from PIL import Image as Pillow

from squeezeviz.dataset import Photo, find_photos
from squeezeviz.dataset.find import find_labelled
from squeezeviz.errors import DatasetError
from squeezeviz.results.labels import Labels, imagenet_labels

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
    assert {trouble.message for trouble in find_labelled(tmp_path, LABELS).troubles} == {
        "3/notes.txt: is no picture", "notes/x.txt: is no picture", "empty: is an empty folder",
        "loose.jpg: lies in no folder named after a class",
    }  # fmt: skip


PICTURE = {form: io.BytesIO() for form in ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "JPEG2000")}
for form, content in PICTURE.items():
    Pillow.new("RGB", (5, 5)).save(content, form)


@pytest.mark.parametrize("form", PICTURE)
@pytest.mark.parametrize("name", ["no ending", "holiday.heic2", "a.txt", "IMG_0001.JPG~2"])
def test_a_picture_under_another_name_is_one(tmp_path, form, name):
    lay(tmp_path, f"3/{name}", "3/a.jpg")
    (tmp_path / "3" / name).write_bytes(PICTURE[form].getvalue())
    assert sorted(listed(tmp_path)) == sorted([(f"3/{name}", 3), ("3/a.jpg", 3)])


@pytest.mark.parametrize(
    "name", ["drawing.eps", "film.mpg", "table.h5", "map.fits", "paper.pdf", "figure.svg", "x.zip"]
)
def test_what_is_called_no_picture_is_none(tmp_path, name):
    lay(tmp_path, "3/a.jpg", f"3/{name}")
    (tmp_path / "3" / name).write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n")
    found = find_labelled(tmp_path, LABELS)
    assert [trouble.message for trouble in found.troubles] == [f"3/{name}: is no picture"]


def test_what_systems_leave_in_folders_is_no_trouble_and_no_noise(tmp_path):
    left = [
        ".DS_Store",
        "Thumbs.db",
        "desktop.ini",
        "__MACOSX/3/._a.jpg",
        "3/.DS_Store",
        "3/THUMBS.DB",
        "3/@eaDir/a.jpg",
    ]
    lay(tmp_path, "3/a.jpg", *left)
    found = find_labelled(tmp_path, LABELS)
    assert [photo.name for photo in found.photos] == ["3/a.jpg"]
    assert found.troubles == ()


def test_a_file_that_may_not_be_read_is_listed(tmp_path, monkeypatch):
    lay(tmp_path, "3/a.jpg", "3/locked")

    def refused(place):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("squeezeviz.dataset.tree._beginning", refused)
    (trouble,) = find_labelled(tmp_path, LABELS).troubles
    assert trouble.message == "3/locked: cannot be read (Permission denied)"


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
        "file;label\r\na.jpg;tiger cat\r\nb c.jpg;tiger shark\r\n",
        'a.jpg;282\n"b c.jpg";3\n',
        '"a.jpg" 282\n"b c.jpg" 3\n',
        "A.JPG 282\nB c.Jpg 3\n",
        ".\\a.jpg\t282\n.\\b c.jpg\t3\n",
    ],
)
@pytest.mark.parametrize("given", [False, True])
def test_lists(tmp_path, text, given):
    path = tmp_path / ("list of mine" if given else "labels.txt")
    path.write_bytes(text.encode())
    lay(tmp_path, *(name for name, _ in TWO))
    photos = find_photos(tmp_path, LABELS, listing=path if given else None)
    assert photos == [Photo(name, str(tmp_path / name), index) for name, index in TWO]


def test_a_spreadsheets_unicode_text(tmp_path):
    lay(tmp_path, "sub/ä b.jpg")
    (tmp_path / "labels.txt").write_bytes("file\tlabel\r\nsub\\ä b.jpg\ttiger cat\r\n".encode("utf-16"))
    assert listed(tmp_path) == [("sub/ä b.jpg", 282)]


@pytest.mark.parametrize(("on_disk", "in_list"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_accents_in_another_form_of_unicode(tmp_path, on_disk, in_list):
    name = "caf\u00e9/\u00fc.jpg"
    lay(tmp_path, unicodedata.normalize(on_disk, name))
    (tmp_path / "labels.txt").write_text(unicodedata.normalize(in_list, name) + " 3\n", encoding="utf-8")
    assert listed(tmp_path) == [(unicodedata.normalize(on_disk, name), 3)]
    own = Labels.from_rows([["", "caf\u00e9"]])
    (tmp_path / "labels.txt").unlink()
    assert [photo.class_index for photo in find_photos(tmp_path, own)] == [0]


def test_of_two_files_that_may_be_meant_none_is_taken(tmp_path):
    lay(tmp_path, "a.jpg", "A.JPG", "b.jpg")
    if len(list(tmp_path.iterdir())) < 3:
        pytest.skip("this disk takes both for one")
    (tmp_path / "labels.txt").write_text("A.jpg 3\nb.jpg 4\n")
    assert listed(tmp_path) == [("A.jpg", 3), ("b.jpg", 4)], "the first is not there, and will be listed as such"


def test_a_list_that_names_none_of_the_photos(tmp_path):
    lay(tmp_path, "n02123159/a.jpg")
    (tmp_path / "labels.txt").write_text("n01440764 tench\nn02123159 tabby\n")
    found = find_labelled(tmp_path, LABELS)
    assert [(photo.name, photo.class_index) for photo in found.photos] == [("n02123159/a.jpg", 282)]
    (word,) = found.troubles
    assert "names none of the files" in word.message
    assert "passed over: folders label the photos" in word.message
    with pytest.raises(DatasetError, match=r"labels\.txt: names none of the files in .* \(the first is 'n01440764'\)"):
        listed(tmp_path, listing=tmp_path / "labels.txt")
    (tmp_path / "n02123159").rename(tmp_path / "holiday")
    with pytest.raises(DatasetError, match=r"labels\.txt: names none of the files"):
        listed(tmp_path)


def test_a_list_of_something_else_is_passed_over_where_folders_label(tmp_path):
    lay(tmp_path, "3/a.jpg")
    (tmp_path / "labels.txt").write_text("unicorn\n")
    assert listed(tmp_path) == [("3/a.jpg", 3)]


def test_pictures_that_are_not_on_the_list_are_counted(tmp_path):
    lay(tmp_path, "a.jpg", "b.jpg", "c.jpg", "notes.txt")
    (tmp_path / "labels.txt").write_text("a.jpg 3\n")
    found = find_labelled(tmp_path, LABELS)
    assert [trouble.message for trouble in found.troubles] == [
        "labels.txt: 2 other pictures of the folder are not on it, and are left out"
    ]


def test_quotes_belong_to_csv(tmp_path):
    lay(tmp_path, "one, two.jpg")
    (tmp_path / "labels.csv").write_text('file,label\n"one, two.jpg","tiger cat"\n')
    assert listed(tmp_path) == [("one, two.jpg", 282)]


def test_lists_keep_their_order_and_reach_elsewhere(tmp_path):
    elsewhere = tmp_path / "elsewhere.jpg"
    lay(tmp_path, "photos/z.jpg")
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


@pytest.mark.parametrize("content", [b"a.jpg caf\xe9\n", b"PK\x03\x04\xff\xfe", "a.jpg 3\n".encode("utf-16-le")])
def test_lists_that_are_no_text(tmp_path, content):
    (tmp_path / "labels.txt").write_bytes(content)
    with pytest.raises(DatasetError, match=r"labels.txt: expected a list.*UTF-8|names none|line 1"):
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
