"""Lists that label a folder's photos: other separators, columns, encodings, labels and files than expected."""

from __future__ import annotations

from squeezeviz.dataset.find import find, find_photos
from squeezeviz.errors import SqueezeVizError
from squeezeviz.results.labels import Label, Labels
from tests.mutations import damaged

_LABELS = Labels(
    tuple(Label(at, f"n0000000{at}", name) for at, name in enumerate(("robin", "great grey owl", "crane")))
)
_FILES = "a.png", "b c.jpg", "sub/d.png", "robin/e.png", "é.png"
_NAMES = (
    *_FILES,
    "./a.png",
    "sub\\d.png",
    "nowhere.png",
    "../a.png",
    "s3://bucket/a.png",
    "/dev/zero",
    '"a.png"',
    "a,b.png",
    "",
)
_CALLED = (
    "0",
    "2",
    "n00000001",
    "robin",
    "great grey owl",
    "great_grey_owl",
    "ROBIN",
    "3",
    "-1",
    "nobody",
    "",
    "9" * 30,
    "x" * 3000,
)
_SEPARATORS = " ", "\t", ",", ";", ", ", "  ", "\x00"
_HEADS = "file,label", "filename\tclass", "path;wnid", "label,file", "image,name,target", "Class_Index,FILE", ""
_LISTS = "labels.tsv", "labels.csv", "labels.txt", "val.txt", "elsewhere.csv"
_ENCODINGS = "utf-8", "utf-8-sig", "utf-16", "latin-1", "utf-32"


def whole():
    return {"labels.csv": b"file,label\na.png,robin\nsub/d.png,2\n"}


def make(rng):
    separator = rng.choice(_SEPARATORS[:4] if rng.random() < 0.8 else _SEPARATORS)
    end = rng.choice(["\n", "\n", "\r\n", "\r"])
    lines = [_line(separator, rng) for _ in range(rng.choice([0, 1, 3, 8]))]
    if rng.random() < 0.4:
        lines.insert(0, rng.choice(_HEADS))
    if rng.random() < 0.3:
        lines.insert(0, rng.choice(["# a note", "", "\ufeff", " "]))
    content = end.join(lines).encode(rng.choice(_ENCODINGS) if rng.random() < 0.2 else "utf-8", "replace")
    return {rng.choice(_LISTS): damaged(content, rng, most=2) if rng.random() < 0.3 else content}


def _line(separator, rng):
    file, label = (
        (rng.choice(_FILES), rng.choice(_CALLED[:7]))
        if rng.random() < 0.9
        else (rng.choice(_NAMES), rng.choice(_CALLED))
    )
    quote = rng.choice(["", "", "", "", '"', "'"]) if separator != " " else ""
    cells = [f"{quote}{file}{quote}", label, *(["more"] if rng.random() < 0.1 else [])]
    return separator.join(reversed(cells) if rng.random() < 0.1 else cells)


def try_(case, folder):
    ((name, content),) = case.items()
    for each in _FILES:
        (folder / each).parent.mkdir(exist_ok=True)
        (folder / each).write_bytes(b"")
    (folder / name).write_bytes(content)
    given = {} if name.startswith(("labels", "val")) else {"listing": folder / name}
    refused = None
    for search in (find, find_photos):  # one may take what the other does not
        try:
            found = search(folder, _LABELS, **given)
        except SqueezeVizError as exc:
            refused = exc
        else:
            photos = getattr(found, "photos", found)
            assert photos
            assert all(photo.class_index in (None, 0, 1, 2) for photo in photos)
    if refused is not None:
        raise refused
