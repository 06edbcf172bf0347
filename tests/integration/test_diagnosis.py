"""The preprocessing doctor on trained networks: what is known of them is found on a few photos."""

import csv

import pytest

import squeezeviz as sv
from squeezeviz.image.drawings.folder import write_drawings
from squeezeviz.preprocessing.candidates import candidates, choices


def in_all_ranges(shape, own, framing):
    """Every range of values in every order, resized in one way: enough for what is stated, and soon done."""
    made = candidates(shape, own)
    return [how for how in made if choices(how)["resize and crop"].startswith(framing) and how.interpolation == "bilinear"
            and not how.antialias]  # fmt: skip


@pytest.fixture(scope="module")
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


@pytest.fixture(scope="module")
def lite(photos):
    path = photos / "models" / "efficientnet-lite0" / "efficientnet_lite0.onnx"
    if not path.is_file():
        pytest.skip("the trained network efficientnet_lite0 is not beside the labelled photos")
    return sv.load_model(path)


@pytest.mark.model
@pytest.mark.photos
def test_efficientnet_lite_expects_values_from_minus_one_to_one(lite, some_photos):
    """A mean and a deviation of 0.5: with those usual for ImageNet it works, and nobody notices."""
    tried = in_all_ranges((3, 224, 224), None, "shorter-side 256")
    made = sv.diagnose_preprocessing(lite, some_photos, preprocessings=tried)
    assert (made.best.channel_order, made.best.mean, made.best.std) == ("RGB", (0.5,) * 3, (0.5,) * 3)
    assert made.best.scale == pytest.approx(1 / 255)
    assert choices(made.habit.preprocessing)["values"] == "ImageNet mean and std"
    assert made.habit.lost - made.habit.gained == made.ranking[0].hits - made.habit.hits >= 5
    assert made.habit.p_value < 0.05


@pytest.mark.model
@pytest.mark.photos
def test_the_published_model_expects_bgr_minus_means(model, some_photos):
    tried = in_all_ranges((3, 227, 227), model.preprocessing, "squash 256")
    made = sv.diagnose_preprocessing(model, some_photos, preprocessings=tried)
    assert made.best == model.preprocessing == made.in_use.preprocessing
    assert made.habit.hits < made.ranking[0].hits / 2
    by_name = {each.choice: each for each in made.by_choice}
    assert {"-1 to 1", "0 to 1", "ImageNet mean and std"} <= set(by_name["values"].told_apart)
    (order,) = by_name["channel order"].tests
    assert order.other == "RGB"
    assert order.gained > 2 * order.lost


def test_the_bundled_model_on_drawings(tmp_path):
    """Which are of any colour: the photos cannot tell orders apart, and what it is fed stays."""
    model = sv.load_model("squeezenet1.1-shapes")
    tried = in_all_ranges((3, 227, 227), model.preprocessing, "squash 256")
    made = sv.diagnose_preprocessing(model, write_drawings(tmp_path, 1), preprocessings=tried)
    assert made.best == model.preprocessing
    by_name = {each.choice: each for each in made.by_choice}
    assert {"-1 to 1", "0 to 1", "ImageNet mean and std"} <= set(by_name["values"].told_apart)
    assert by_name["channel order"].open == ("RGB",)
