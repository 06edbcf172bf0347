"""Figures of the published model: what is drawn is what it computes."""

import json

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

import squeezeviz as sv
from squeezeviz import cli, figures
from squeezeviz.figures.network import rms_activations
from squeezeviz.render.grid import grid

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def seen(model):
    return model.observe("chelsea")


def named(figure, label):
    return next(axes for axes in figure.axes if axes.get_label() == label)


def test_maps_are_the_layers_in_its_branches(model, seen):
    _, activations = seen
    figure = figures.maps(activations, "fire5/concat", scale="layer")
    whole = grid(activations["fire5/concat"], columns=8, scale="layer")
    rows = 16 * 29
    np.testing.assert_array_equal(named(figure, "maps:0").images[0].get_array(), whole[: rows - 1])
    np.testing.assert_array_equal(named(figure, "maps:128").images[0].get_array(), whole[rows:])
    assert model.sha256[:12] in figure.caption


def test_maps_drawn_for_the_page_have_the_same_branches(model, seen):
    figure = figures.of_view("maps", model=model, image="chelsea", selection={"layer": "fire5/concat"})
    assert figures.as_bytes(figure) == figures.as_bytes(figures.maps(seen[1], "fire5/concat"))


def test_bars_and_class_maps_are_the_answer(model, seen):
    prediction, activations = seen
    figure = figures.prediction(prediction, activations=activations, classes=["coyote"])
    bars = {bar.get_gid(): bar.get_width() for bar in named(figure, "probabilities").patches}
    coyote = prediction["coyote"].class_index
    for index in [*map(int, prediction.ranking[:5]), coyote]:
        assert bars[f"bar:{index}"] == pytest.approx(float(prediction.probabilities[index]))
        shown = named(figure, f"class:{index}").images[0].get_array()
        np.testing.assert_array_equal(shown, grid(activations["conv10"][index][None]))


def test_the_diagram_shows_every_part(model, seen):
    prediction, activations = seen
    figure = figures.network(model, activations, prediction, layer="fire5/concat")
    rms_activation = rms_activations(activations)
    lines = {patch.get_gid(): patch.get_width() for patch in named(figure, "network").patches if patch.get_gid()}
    assert len(lines) == 2 + 2 * 8
    for module in range(2, 9):
        here, after = f"rms activation:fire{module}/expand", f"rms activation:fire{module + 1}/expand"
        ratio = sum(lines[f"{here}{size}"] for size in ("1x1", "3x3")) / sum(
            lines[f"{after}{size}"] for size in ("1x1", "3x3")
        )
        assert ratio == pytest.approx(
            rms_activation[f"fire{module}/concat"] / rms_activation[f"fire{module + 1}/concat"]
        )


def test_the_chosen_channel_is_the_one_of_the_largest_mean(model, seen):
    _, activations = seen
    values = activations["fire5/concat"]
    strongest = int(values.mean(axis=(1, 2)).argmax())
    figure = figures.of_view("channel", model=model, image="chelsea", selection={"layer": "fire5/concat"})
    assert f"Channel {strongest} of fire5/concat" in figure.caption
    counts = [bar.get_height() for bar in named(figure, "values").patches]
    assert sum(counts) == (values[strongest] > 0).sum()
    np.testing.assert_array_equal(
        named(figure, f"channel:{strongest}").images[0].get_array(), grid(values[strongest][None])
    )


def test_folded_kernels_are_the_effective_ones(model):
    how = sv.preset("torchvision")
    folded = sv.effective_kernels(model, sv.read_image("chelsea"), how).kernels
    strip = named(figures.kernels(model, "conv1", preprocessing=how), "kernels:0").images[0].get_array()
    expected = np.rint(128 + 127 * folded[0].transpose(1, 2, 0) / np.abs(folded).max())
    np.testing.assert_allclose(strip[:, :3].astype(float), expected, atol=1)


def test_the_sheet_has_all_parts_and_fits_a_page(model):
    for width in (86, 178):
        figure = figures.explorer(model, "chelsea", layer="fire9/concat", width_mm=width)
        labels = {axes.get_label() for axes in figure.axes}
        assert {"original", "probabilities", "network", "maps:0", "maps:256"} <= labels
        assert figure.height_mm < 280


def overlapping(figure):
    """Pairs of texts that lie over each other or over a colour key, and texts that leave the sheet."""
    page, renderer = figure.get_window_extent(), FigureCanvasAgg(figure).get_renderer()
    texts = [(text.get_text(), text.get_window_extent(renderer)) for text in figure.texts if text.get_text()]
    keys = [("key", axes.get_window_extent()) for axes in figure.axes if axes.get_label() == "key"]
    beyond = [(name, "edge") for name, box in texts if box.x0 < -1 or box.x1 > page.x1 + 1]
    boxes = [*texts, *keys]
    return beyond + [
        (one, other)
        for at, (one, a) in enumerate(boxes)
        for other, b in boxes[at + 1 :]
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 4  # dots; 300 an inch
    ]


OF_ALL_LAYERS = ("prediction", "drift")  # the same whichever is chosen


@pytest.mark.parametrize("width", [86, 178])
@pytest.mark.parametrize("view", figures.VIEWS)
def test_no_text_lies_over_another(model, view, width):
    layers = ("conv1", "fire9/squeeze1x1", "fire5/expand3x3")
    for layer in layers[:1] if view in OF_ALL_LAYERS else layers:
        selection = {"layer": layer, "width_mm": width, "pinned": [920, 5]}
        figure = figures.of_view(view, model=model, image="chelsea", selection=selection)
        assert not overlapping(figure), layer


def test_every_layer_can_be_drawn(model, seen):
    _, activations = seen
    for layer in model.architecture:
        figure = figures.maps(activations, layer.name, width_mm=86)
        assert figure.height_mm < 200, layer.name
        if layer.kind == "convolution":
            assert figures.kernels(model, layer.name, width_mm=86).height_mm < 200, layer.name


def test_a_crop_of_another_size_and_several_crops(model):
    for how in ("torchvision", sv.preset("caffe2").replace(name="ten", crop="ten")):
        figure = figures.of_view(
            "explorer", model=model, image="coffee", preprocessing=how, selection={"layer": "fire2/concat"}
        )
        assert sv.preset(how).describe() in figure.caption


def test_from_the_command_line(capsys, model, tmp_path):
    target = tmp_path / "why.svg"
    with pytest.raises(SystemExit):
        cli.main(
            [
                "figure",
                "chelsea",
                "-o",
                str(target),
                "-v",
                "arithmetic",
                "--layer",
                "pool10",
                "--channel",
                "282",
                "--json",
            ]
        )
    told = json.loads(capsys.readouterr().out)
    logit = float(model.predict("chelsea").logits[282])
    assert told["caption"].startswith(f"pool10, channel 282, cell 0, 0 = {logit:.6g}")
    assert "tiger cat" in target.read_text(encoding="utf-8")
