"""Figures: their captions, sizes, formats and determinism; on a tiny network."""

import subprocess
import sys
import xml.etree.ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

import squeezeviz as sv
from squeezeviz import figures
from squeezeviz.figures.keys import activation_key
from squeezeviz.figures.look import BODY, DPI, FONT, INKS, style
from squeezeviz.figures.network import rms_activations
from squeezeviz.figures.sheet import cut_to, drawing, snap, text_mm
from squeezeviz.figures.words import amount, percent, short_name
from squeezeviz.preprocessing import preset
from squeezeviz.render.grid import grid
from squeezeviz.render.palettes import palette
from squeezeviz.results.activations import Activations
from squeezeviz.results.provenance import Provenance
from tests.nets import tiny_model

HOW = preset("caffe2").replace(name="small", resize_px=40, crop_px=33)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def model():
    return tiny_model()


@pytest.fixture(scope="module")
def image():
    return sv.read_image(np.random.default_rng(0).integers(0, 256, (50, 60, 3), dtype=np.uint8), name="noise")


@pytest.fixture(scope="module")
def activations(model, image):
    return model.activations(image, preprocessing=HOW)


def named(figure, label):
    return next(axes for axes in figure.axes if axes.get_label() == label)


def every_view(model, image, **selection):
    chosen = {"layer": "fire2/expand3x3", "compared": ["rgb-by-mistake"], **selection}
    chosen["compared"] = [HOW.replace(name="swapped", channel_order="RGB")]
    return {
        view: figures.of_view(view, model=model, image=image, preprocessing=HOW, selection=chosen)
        for view in figures.VIEWS
    }


@pytest.fixture(scope="module")
def views(model, image):
    """Every view, drawn once for tests that look at it."""
    return every_view(model, image)


@pytest.fixture(scope="module")
def written(views):
    return {view: figures.as_bytes(figure, "svg") for view, figure in views.items()}


@pytest.mark.slow
def test_every_caption_says_what_made_the_figure(views):
    for view, figure in views.items():
        assert "tiny" in figure.caption, view
        assert "SHA-256 00" in figure.caption, view
        assert f"squeezeviz {sv.__version__}" in figure.caption, view
        if view != "kernels":
            assert "Image: noise" in figure.caption, view
            assert HOW.describe() in figure.caption, view
        if view not in ("prediction", "drift"):
            assert "fire2/" in figure.caption, view
        if view not in ("photo", "prediction"):
            assert "Scale: " in figure.caption, view


def test_a_caption_names_scale_palette_and_range(activations):
    most = amount(float(activations["conv1"].max()))
    own = figures.maps(activations, "conv1", palette="magma").caption
    assert "each channel's own maximum" in own
    assert "Palette: magma" in own
    assert f"the layer's maximum, {most}" in figures.maps(activations, "conv1", scale="layer").caption


def test_a_caption_stays_in_the_file_when_it_is_not_written(activations):
    with_it, without = (figures.maps(activations, "conv1", caption=written) for written in (True, False))
    assert with_it.caption == without.caption
    assert without.height_mm < with_it.height_mm - 5
    assert not any("Palette" in text.get_text() for text in without.texts)
    for form in ("svg", "png"):
        assert b"own maximum" in figures.as_bytes(without, form)


@pytest.mark.slow
def test_the_same_input_gives_the_same_bytes(model, image, views, written):
    first, second = views, every_view(model, image)
    for view in figures.VIEWS:
        assert written[view] == figures.as_bytes(second[view]), view
    for form in ("png", "pdf"):
        assert figures.as_bytes(first["network"], form) == figures.as_bytes(second["network"], form), form


def test_a_figure_is_written_twice_alike_and_by_savefig_too(activations, tmp_path):
    figure = figures.maps(activations, "conv1")
    assert figures.as_bytes(figure, "svg") == figures.as_bytes(figure, "svg")
    figure.savefig(tmp_path / "maps.svg")
    assert (tmp_path / "maps.svg").read_bytes() == figures.as_bytes(figure, "svg")


def test_readers_settings_change_nothing_and_stay(activations):
    plain = figures.as_bytes(figures.maps(activations, "conv1"), "svg")
    with mpl.rc_context(
        {"font.size": 30, "svg.fonttype": "path", "savefig.bbox": "tight", "image.interpolation": "bilinear"}
    ):
        before = dict(mpl.rcParams)
        assert figures.as_bytes(figures.maps(activations, "conv1"), "svg") == plain
        assert dict(mpl.rcParams) == before


@pytest.mark.slow
def test_neither_pyplot_nor_early_matplotlib():
    code = (
        "import sys, squeezeviz as sv\n"
        "assert 'matplotlib' not in sys.modules\n"
        "from squeezeviz import cli\n"
        "assert 'matplotlib' not in sys.modules\n"
        "import numpy as np\n"
        "from squeezeviz.results.activations import Activations\n"
        "from squeezeviz.results.provenance import Provenance\n"
        "a = Activations('a', {'conv1': np.ones((4, 3, 3), np.float32)}, Provenance('m', '00', None))\n"
        "for form in sv.figures.FORMATS: sv.figures.as_bytes(sv.figures.maps(a, 'conv1'), form)\n"
        "print('matplotlib.pyplot' in sys.modules, 'matplotlib' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.split() == ["False", "True"]


def test_text_stays_text_and_a_grid_is_one_unsmoothed_picture(activations):
    root = ET.fromstring(figures.as_bytes(figures.maps(activations, "fire2/concat"), "svg"))
    texts = ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]
    assert "fire2/concat" in texts
    assert "expand 3×3" in texts
    assert all("sans-serif" in text.get("style") for text in root.iter(f"{SVG}text"))
    pictures = [image.get("id") for image in root.iter(f"{SVG}image")]
    assert sorted(name for name in pictures if name.startswith("maps")) == ["maps:0", "maps:3"]
    assert all("pixelated" in image.get("style") for image in root.iter(f"{SVG}image"))
    assert b"<dc:date>" not in figures.as_bytes(figures.maps(activations, "conv1"), "svg")


@pytest.mark.slow
def test_sizes_are_in_millimetres(model, image, views, written):
    for width, drawn in ((86, every_view(model, image, width_mm=86)), (178, views)):
        for view, figure in drawn.items():
            assert figure.width_mm == pytest.approx(width), view
            root = ET.fromstring(written[view] if drawn is views else figures.as_bytes(figure, "svg"))
            across, down = (float(root.get(side).removesuffix("pt")) / 72 * 25.4 for side in ("width", "height"))
            assert across == pytest.approx(width, abs=0.01), view
            assert down == pytest.approx(figure.height_mm, abs=0.01), view
            inside, renderer = figure.get_window_extent(), FigureCanvasAgg(figure).get_renderer()
            for text in figure.findobj(lambda artist: type(artist).__name__ == "Text" and artist.get_text()):
                box = text.get_window_extent(renderer)
                assert box.x0 >= -1, (view, width, text.get_text())
                assert box.x1 <= inside.x1 + 1, (view, width, text.get_text())
                assert box.y0 >= -1, (view, width, text.get_text())
                assert box.y1 <= inside.y1 + 1, (view, width, text.get_text())


def test_the_picture_of_maps_is_the_grid(activations):
    for scale in ("channel", "layer"):
        figure = figures.maps(activations, "conv1", columns=2, scale=scale, palette="viridis", theme="dark")
        shown = named(figure, "maps:0").images[0].get_array()
        expected = grid(activations["conv1"], columns=2, scale=scale, colours="viridis", theme="dark")
        np.testing.assert_array_equal(shown, expected)


def test_in_a_png_every_cell_is_a_square_of_whole_dots(activations):
    import io

    from PIL import Image as Pillow

    maps = np.random.default_rng(1).random((6, 9, 9)).astype(np.float32)
    maps[0, 0] = 0
    held = Activations("a", {"conv1": maps}, activations.provenance)
    figure = figures.maps(held, "conv1", columns=3, caption=False)
    page = np.asarray(Pillow.open(io.BytesIO(figures.as_bytes(figure, "png"))).convert("RGB"))
    assert page.shape[:2] == (round(figure.height_mm / 25.4 * DPI), int(figure.width_mm / 25.4 * DPI))
    axes = named(figure, "maps:0")
    box = axes.get_window_extent()
    expected = grid(maps, columns=3)
    dots = round(box.width) // expected.shape[1]
    top, left = page.shape[0] - round(box.y1), round(box.x0)
    large = expected.repeat(dots, 0).repeat(dots, 1)
    assert dots >= 10
    np.testing.assert_array_equal(page[top : top + large.shape[0], left : left + large.shape[1]], large)


def test_branches_stand_apart_only_if_they_are_what_was_joined(activations):
    joined = figures.maps(activations, "fire2/concat")
    assert {axes.get_label() for axes in joined.axes} >= {"maps:0", "maps:3"}
    others = {name: np.array(values) for name, values in activations.items()}
    others["fire2/expand3x3"] += 1
    apart = Activations("a", others, activations.provenance)
    assert {axes.get_label() for axes in figures.maps(apart, "fire2/concat").axes} == {"maps:0", "key"}


def test_a_branch_is_on_the_scale_of_its_layer_whatever_the_columns(activations):
    values = activations["fire2/concat"]
    for columns in (1, 2, 3, 5, 6):
        figure = figures.maps(activations, "fire2/concat", scale="layer", columns=columns)
        whole = grid(values, columns=6, scale="layer")
        for start in (0, 3):
            shown = named(figure, f"maps:{start}").images[0].get_array()
            side = values.shape[1]
            for index in range(3):
                y, x = divmod(index, min(columns, 3))
                tile = shown[y * (side + 1) :, x * (side + 1) :][:side, :side]
                expected = whole[:side, (start + index) * (side + 1) :][:, :side]
                np.testing.assert_array_equal(tile, expected)


def test_bars_are_probabilities(model, image):
    prediction = model.predict(image, HOW)
    figure = figures.prediction(prediction, 3, classes=[int(prediction.ranking[4]), int(prediction.ranking[0])])
    bars = {bar.get_gid(): bar.get_width() for bar in named(figure, "probabilities").patches}
    shown = [int(index) for index in prediction.ranking[[0, 1, 2, 4]]]
    assert {name for name in bars if name.startswith("bar")} == {f"bar:{index}" for index in shown}
    for index in shown:
        assert bars[f"bar:{index}"] == pytest.approx(float(prediction.probabilities[index]))
        assert bars[f"track:{index}"] == 1


def test_zero_has_its_own_colour_in_the_key():
    for theme in ("light", "dark"):
        with drawing(86, theme) as sheet:
            activation_key(sheet, 80, 2, "magma", "channel", 1.0)
            sheet.finish(10, "", is_written=False)
        shown = named(sheet, "key").images[0].get_array()
        np.testing.assert_array_equal(shown[0], palette("magma", theme)[1:])
        swatch = next(artist for artist in sheet.get_children() if artist.get_gid() == "key:zero")
        assert np.round(np.array(swatch.get_facecolor()[:3]) * 255).tolist() == palette("magma", theme)[0].tolist()
        assert [text.get_text() for text in sheet.texts] == ["0", "> 0", "own max"]


def test_kernels_are_one_scale_with_grey_for_zero(model):
    weights, _ = model.kernels("conv1")
    figure = figures.kernels(model, "conv1")
    strip = named(figure, "kernels:0").images[0].get_array()
    most = np.abs(weights).max()
    for index in range(4):
        patch = strip[:, index * 4 : index * 4 + 3].astype(float)
        expected = np.rint(128 + 127 * weights[index, ::-1].transpose(1, 2, 0) / most)  # the network's BGR as RGB
        np.testing.assert_array_equal(patch, expected)
    narrow = figures.kernels(model, "conv1", limit=float(most) / 2)
    assert "are beyond, up to" in narrow.caption
    ends = [text.get_text() for text in narrow.texts]
    assert f"≥ +{amount(float(most) / 2)}" in ends
    assert f"+{amount(float(most))}" in [text.get_text() for text in figure.texts]


def test_a_matrix_of_kernels_has_every_weight_in_its_place(model):
    from squeezeviz.render.palettes import difference_palette

    weights, _ = model.kernels("fire2/expand3x3")
    shown = named(figures.kernels(model, "fire2/expand3x3"), "weights:0").images[0].get_array()
    places = np.rint(127 + 127 * weights / np.abs(weights).max()).astype(int)
    for output in range(3):
        for source in range(2):
            patch = shown[source * 4 : source * 4 + 3, output * 4 : output * 4 + 3]
            np.testing.assert_array_equal(patch, difference_palette("light")[places[output, source]])


def test_where_there_are_more_inputs_they_stand_across(model):
    from squeezeviz.render.palettes import difference_palette

    weights, _ = model.kernels("fire2/squeeze1x1")  # 2 × 4
    figure = figures.kernels(model, "fire2/squeeze1x1", theme="dark")
    places = np.rint(127 + 127 * weights[:, :, 0, 0] / np.abs(weights).max()).astype(int)
    np.testing.assert_array_equal(named(figure, "weights:0").images[0].get_array(), difference_palette("dark")[places])
    assert "inputs across, outputs down" in figure.caption


def test_a_waterfall_ends_at_the_value(model, image):
    source = sv.Arithmetic(model, image, HOW)
    for layer, channel, cell in (("fire2/expand3x3", 1, (2, 3)), ("conv1", 0, (4, 4)), ("pool10", 2, (0, 0))):
        made = source.of(layer, channel, cell)
        figure = figures.arithmetic(source, layer, channel, cell, n=4)
        bars = [bar for bar in named(figure, "terms").patches if str(bar.get_gid()).startswith("term")]
        tops, remainder = made.top(4)
        ends = np.cumsum([*([made.bias] if made.kind == "sum" else []), *(term.product for term in tops), remainder])
        for bar, end in zip(bars, ends, strict=False):
            assert bar.get_x() + bar.get_width() == pytest.approx(end)
        assert bars[-1].get_width() == pytest.approx(made.value)
        assert f"{made.value:.6g}" in figure.caption


def test_of_a_maximum_and_a_softmax_bars_begin_at_zero(model, image):
    source = sv.Arithmetic(model, image, HOW)
    largest = figures.arithmetic(source, "pool1", 1, (1, 1))
    bars = list(named(largest, "terms").patches)
    assert all(bar.get_x() == 0 for bar in bars)
    assert max(bar.get_width() for bar in bars) == pytest.approx(source.of("pool1", 1, (1, 1)).value)
    shares = figures.arithmetic(source, "softmaxout", 3, n=2)
    widths = [bar.get_width() for bar in named(shares, "terms").patches]
    assert sum(widths) == pytest.approx(1)
    assert any(width == pytest.approx(source.of("softmaxout", 3).value, rel=1e-5) for width in widths)


def test_the_arithmetic_of_a_concatenation_is_that_of_its_branch(model, image):
    figure = figures.of_view(
        "arithmetic",
        model=model,
        image=image,
        preprocessing=HOW,
        selection={"layer": "fire2/concat", "channel": 4, "cell": (1, 1)},
    )
    assert figure.caption.startswith("fire2/expand3x3, channel 1, cell 1, 1 = ")


def test_receptive_fields_lie_where_the_network_looks(model, image):
    figure = figures.photo(model, image, HOW, layer="conv1", channel=0, cell=(3, 5))
    for name, place in (("seen", lambda x, y: (x, y)), ("original", HOW.geometry(60, 50).to_original)):
        box = next(patch for patch in named(figure, name).patches if patch.get_gid() == "field:widest")
        (left, top), (right, bottom) = place(10, 6), place(13, 9)  # stride 2, 3 px
        assert box.get_xy() == pytest.approx((left, top))
        assert (box.get_width(), box.get_height()) == pytest.approx((right - left, bottom - top))
    np.testing.assert_array_equal(named(figure, "seen").images[0].get_array(), model.seen(image, HOW))


def test_a_class_activation_map_lies_over_the_photo(model, image):
    figure = figures.photo(model, image, HOW, class_index=2, part="seen")
    values = model.activations(image, "conv10", preprocessing=HOW)["conv10"][2]
    _, over = named(figure, "seen").images
    assert over.get_array().shape == (*values.shape, 4)
    np.testing.assert_array_equal(over.get_array()[..., 3] > 0, np.round(values / values.max() * 220) > 0)
    assert "conv10" in figure.caption


@pytest.mark.parametrize("width", [86, 178])
def test_two_models_are_their_comparison(model, image, width):
    swapped = model.told(preprocessing=HOW.replace(name="swapped", channel_order="RGB"))
    compared = sv.compare_models(model.told(preprocessing=HOW), swapped, image)
    figure = figures.model_comparison(compared, width_mm=width)
    lines = {line.get_gid(): line for line in named(figure, "distances").lines}
    np.testing.assert_allclose(lines["distance"].get_ydata(), [pair.relative_l2 for pair in compared.pairs])
    parting = compared.pairs.index(compared.first_divergent_layer)
    assert list(lines["first divergent layer"].get_xdata()) == [parting]
    assert list(lines["tolerance"].get_ydata()) == [compared.tolerance] * 2
    assert compared.verdict in figure.caption
    both = [axes for axes in figure.axes if axes.get_label() == "bars"]
    assert len(both) == 2
    assert len({axes.get_xlim() for axes in both}) == 1, "on one scale"
    drawn = [round(bar.get_width(), 6) for axes in both for bar in axes.patches]
    said = [score.probability for side in (compared.a, compared.b) for score in side.prediction.top(5)]
    np.testing.assert_allclose(drawn, said, atol=1e-6)


def test_drift_lines_are_the_comparison(model, image):
    hows = [HOW, HOW.replace(name="swapped", channel_order="RGB"), HOW.replace(name="plain", mean=(0, 0, 0))]
    compared = sv.compare_preprocessing(model, image, hows)
    figure = figures.drift(compared)
    lines = {line.get_gid(): line for line in named(figure, "drift").lines}
    for variant in compared.variants[1:]:
        drawn = lines[f"drift:{variant.name}"].get_ydata()
        np.testing.assert_allclose(drawn, [step.relative_l2 for step in variant.drift])
    with pytest.raises(sv.FigureError, match="at least two"):
        figures.drift(sv.compare_preprocessing(model, image, [HOW]))


def test_the_diagram_shows_rms_activations_on_one_scale(model, image, activations):
    figure = figures.network(model, activations, layer="fire2/concat")
    lines = {patch.get_gid(): patch.get_width() for patch in named(figure, "network").patches if patch.get_gid()}
    rms_activation = rms_activations(activations)
    assert set(lines) == {
        "rms activation:conv1",
        "rms activation:fire2/expand1x1",
        "rms activation:fire2/expand3x3",
        "rms activation:conv10",
    }
    assert lines["rms activation:conv10"] / lines["rms activation:conv1"] == pytest.approx(
        rms_activation["conv10"] / rms_activation["conv1"]
    )
    narrow, wide = rms_activation["fire2/expand1x1"], rms_activation["fire2/expand3x3"]
    assert lines["rms activation:fire2/expand1x1"] / lines["rms activation:fire2/expand3x3"] == pytest.approx(
        narrow**2 / wide**2
    )


def test_what_is_wrong_gets_a_clear_error(model, image, activations):
    def view(name="maps", **selection):
        return figures.of_view(name, model=model, image=image, preprocessing=HOW, selection=selection)

    for wrong, match in (
        (lambda: view("mapps"), "Did you mean 'maps'"),
        (lambda: view(palette="jet"), "no palette is called 'jet'"),
        (lambda: view(scale="log"), "no scale is called 'log'"),
        (lambda: view(theme="solarized"), "no theme is called"),
        (lambda: view(width_mm=5), "60 to 600"),
        (lambda: view(width_mm=float("nan")), "60 to 600"),
        (lambda: figures.as_bytes(figures.maps(activations, "conv1"), "gif"), "not 'gif'"),
        (lambda: figures.photo(model, image, HOW, part="half"), "no part"),
        (lambda: figures.kernels(model, "conv1", limit=0), "limit is 0"),
        (
            lambda: figures.arithmetic(sv.Arithmetic(model, image, HOW), "conv1", 0, n=0),
            "n is 0; expected a whole number of at least 1",
        ),
    ):
        with pytest.raises(sv.FigureError, match=match):
            wrong()
    for selection in ({"layer": "conv2"}, {"channel": 99}, {"channel": 0, "cell": (0, 99)}):
        with pytest.raises(sv.LayerError):
            view(**selection)
    with pytest.raises(sv.LayerError, match="no kernels"):
        figures.kernels(model, "pool1")
    with pytest.raises(sv.PreprocessingError, match="folds into the first layer"):
        figures.kernels(model, "conv10", preprocessing=HOW)
    with pytest.raises(ValueError, match="no palette"):
        figures.maps(activations, "conv1", palette="jet")


@pytest.mark.slow
def test_odd_maps_and_photos_can_be_drawn(model, activations):
    arrays = {
        "dead": np.zeros((3, 4, 4), np.float32),
        "signed": np.array([[[-1, 2], [3, -4]]], np.float32),
        "wide": np.ones((1, 2, 3000), np.float32),
        "numbers": np.arange(7, dtype=np.float32),
    }
    held = Activations("$5 & <b>.jpg", arrays, Provenance("m", "00", None))
    for layer in arrays:
        figure = figures.maps(held, layer, channel=0, cell=(0, 0), width_mm=86)
        ET.fromstring(figures.as_bytes(figure, "svg"))
        assert "Input tensor as given" in figure.caption
    assert "below zero is drawn as zero" in figures.maps(held, "signed").caption
    for size in ((1, 900), (900, 1), (3000, 20)):
        photo = sv.read_image(np.zeros((*size, 3), np.uint8), name="x" * 200)
        for view in ("photo", "explorer", "channel"):
            drawn = figures.of_view(view, model=model, image=photo, preprocessing=HOW, selection={"layer": "conv10"})
            assert drawn.height_mm < 400
            ET.fromstring(figures.as_bytes(drawn))


def test_words():
    assert [amount(value) for value in (0, 0.0123, -0.5, 12.34, 665.4)] == ["0", "0.012", "−0.50", "12.3", "665"]
    assert [percent(value) for value in (0.499, 0.0039, 0.00001, 0)] == ["49.9 %", "0.39 %", "< 0.01 %", "0.00 %"]
    assert [short_name(name) for name in ("fire5/expand3x3", "conv1")] == ["expand 3×3", "conv1"]
    assert cut_to("tiger cat", 100) == "tiger cat"
    cut = cut_to("tiger cat", 10)
    assert cut.endswith("…")
    assert text_mm(cut) <= 10
    assert snap(25.4) == pytest.approx(25.4)
    assert snap(10.0) / 25.4 * DPI == pytest.approx(round(10.0 / 25.4 * DPI))


@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_words_are_as_wide_as_matplotlib_says_of_their_line(weight):
    font = FontProperties(family=FONT, size=BODY, weight=weight)
    for line in ("", " ", "AV To.", "  Wave  T y. LT f j ", "fire2/expand3x3, channel 1 = 0.5", "плохо é"):
        points = text_to_path.get_text_width_height_descent(line, font, ismath=False)[0]
        assert text_mm(line, BODY, weight) == pytest.approx(points * 25.4 / 72)


def test_lines_can_be_told_apart():
    """Ink on its ground has a contrast of 4.5 at least, lines one of 3, after WCAG 2.2."""

    def light(colour):
        levels = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
        linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    def contrast(one, other):
        high, low = sorted((light(one), light(other)), reverse=True)
        return (high + 0.05) / (low + 0.05)

    for ink in INKS.values():
        assert min(contrast(colour, ink.ground) for colour in (ink.ink, ink.quiet, ink.accent)) >= 4.5
        assert contrast(ink.on_accent, ink.accent) >= 4.5
        assert min(contrast(colour, ink.ground) for colour in (*ink.lines, ink.bar, ink.less, ink.more)) >= 3


def test_a_sheet_is_a_figure_that_shows_itself(activations):
    figure = figures.maps(activations, "conv1")
    assert isinstance(figure, Figure)
    assert figure._repr_png_().startswith(b"\x89PNG")
    assert "Feature maps of conv1" in repr(figure)
    with style():
        assert mpl.rcParams["svg.fonttype"] == "none"
