"""What tests of trained networks share."""

import csv

import pytest


@pytest.fixture(scope="session")
def some_photos(photos, tmp_path_factory):
    """Every other photo, with its labels."""
    folder = tmp_path_factory.mktemp("some")
    with (photos / "images" / "labels.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))[::2]
    for row in rows:
        (folder / row["file"]).symlink_to(photos / "images" / row["file"])
    lines = [f"{row['file']}\t{row['class_index']}" for row in rows]
    (folder / "labels.tsv").write_text("\n".join(["file\tclass_index", *lines]), encoding="utf-8")
    return folder
