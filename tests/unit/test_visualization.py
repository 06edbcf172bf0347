"""Feature visualization: every step and its adjoint exact, what is grown excites, the same seed grows the same."""

import io
import threading
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image as Pillow

import squeezeviz as sv
from squeezeviz.evidence.target import Target
from squeezeviz.evidence.visualization import duration as duration_module
from squeezeviz.evidence.visualization.adam import Adam
from squeezeviz.evidence.visualization.ascent import Stage, ToTensor
from squeezeviz.evidence.visualization.colour import Bounds
from squeezeviz.evidence.visualization.fourier import basis, spread
from squeezeviz.evidence.visualization.objective import before_relu, likeness
from squeezeviz.evidence.visualization.parametrisation import Fourier, Phases, Planes, coefficients_of
from squeezeviz.evidence.visualization.penalties import high_frequencies, total_variation
from squeezeviz.evidence.visualization.transformations import Motion, View
from squeezeviz.preprocessing import preset
from squeezeviz.report.visualization_words import visualization_facts
from tests.fires import fires_net
from tests.nets import tiny_model

STEPS = 24


@pytest.fixture(scope="module")
def model():
    return tiny_model(fires_net(4))


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def agree(forward, backward, given, taken):
    """⟨A x, y⟩ = ⟨x, Aᵀ y⟩."""
    assert np.vdot(forward(given), taken) == pytest.approx(np.vdot(given, backward(taken)), rel=1e-10, abs=1e-10)


def slope(loss, at, step=1e-6):
    """The derivative of a function of an array by differences, all of its numbers one by one."""
    found = np.zeros_like(at)
    for place in np.ndindex(at.shape):
        kept = at[place]
        at[place] = kept + step
        above = loss()
        at[place] = kept - step
        below = loss()
        at[place] = kept
        found[place] = (above - below) / (2 * step)
    return found


# Pictures from numbers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 7, 8])
def test_the_functions_are_orthogonal_and_of_mean_square_one(size):
    functions = basis(size, size)
    np.testing.assert_allclose(functions.T @ functions, size * np.eye(size), atol=1e-12)


def test_coefficients_of_variance_one_make_pictures_of_variance_one(rng):
    made = [basis(24, 24) @ (rng.normal(size=(24, 24)) * spread((24, 24))) @ basis(24, 24).T for _ in range(400)]
    assert np.square(made).mean() == pytest.approx(1, rel=0.1)


@pytest.mark.parametrize("size", [(9, 12), (8, 11), (5, 6)])
def test_z_has_its_exact_adjoint_at_every_size(rng, size):
    planes = Planes(size, (9, 12), np.float64)
    part = planes.part[2:]
    agree(
        planes.z, planes.backward, rng.normal(size=(2, 3, part[0].stop, part[1].stop)), rng.normal(size=(2, 3, *size))
    )


@pytest.mark.parametrize("size", [(9, 12), (7, 7)])
def test_coefficients_of_a_picture_make_it(rng, size):
    z = rng.normal(size=(2, 3, *size))
    np.testing.assert_allclose(Planes(size, size, np.float64).z(coefficients_of(z)), z, atol=1e-12)


def test_a_smaller_size_shows_the_same_picture(rng):
    coefficients = np.zeros((1, 3, 24, 24))
    coefficients[:, :, :5, :5] = rng.normal(size=(1, 3, 5, 5))
    large, small = (Planes((side, side), (24, 24), np.float64) for side in (24, 8))
    seen = large.z(coefficients)[:, :, 1::3, 1::3]  # where the middles of pixels three times as wide lie
    np.testing.assert_allclose(small.z(coefficients[small.part]), seen, atol=1e-12)


@pytest.mark.parametrize("size", [(9, 12), (7, 8)])
def test_phases_of_a_picture_make_it_and_keep_its_magnitudes(rng, size):
    coefficients = rng.normal(size=(1, 3, *size))
    phases = Phases(coefficients, np.float64)
    whole = Planes(size, size).part
    np.testing.assert_allclose(phases.coefficients(whole), coefficients, atol=1e-12)
    planes = Planes(size, size, np.float64)
    before = np.abs(np.fft.fft2(planes.z(coefficients)[0, 0]))
    turned = np.zeros((1, 3, *size))  # of one plane alone, which stands for all: colours mix them
    turned[:, 0] = coefficients[:, 0]
    grey = Phases(turned, np.float64)
    before = np.abs(np.fft.fft2(planes.z(turned)[0, 0]))
    grey.numbers += rng.normal(size=grey.numbers.shape)
    np.testing.assert_allclose(np.abs(np.fft.fft2(planes.z(grey.coefficients(whole))[0, 0])), before, atol=1e-10)


@pytest.mark.parametrize("size", [(5, 6), (4, 7)])
@pytest.mark.parametrize("form", ["fourier", "phases", "natural"])
def test_parametrisations_hand_back_the_derivative(rng, size, form):
    made = {
        "fourier": lambda: Fourier(1, size, rng, np.float64),
        "phases": lambda: Phases(rng.normal(size=(1, 3, *size)), np.float64),
        "natural": lambda: Phases.natural(1, size, rng, np.float64),
    }[form]()
    part = Planes((4, 4), size).part
    weights = rng.normal(size=made.coefficients(part).shape)
    found = made.backward(weights, part)
    numbers = made.numbers[part]
    np.testing.assert_allclose(found, slope(lambda: np.vdot(weights, made.coefficients(part)), numbers), atol=1e-8)


def test_pixels_stay_within_their_bounds_and_begin_at_the_photo(rng):
    photo = rng.uniform(size=(1, 3, 6, 6))
    bounds = Bounds.around(photo, 0.1)
    np.testing.assert_allclose(bounds.pixels(np.zeros((1, 3, 6, 6))), photo, atol=1 / 255)
    assert np.abs(bounds.pixels(rng.normal(0, 50, (1, 3, 6, 6))) - photo).max() <= 0.1 + 1e-12


# What the network is shown --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("picture", [(12, 9), (1, 5)])
def test_a_view_has_its_exact_adjoint(rng, picture):
    for _ in range(5):
        view = Motion(0.3, 0.5, 90).view(rng, picture, (1, 0.5, 8, 7), np.float64)
        agree(view, view.backward, rng.normal(size=(2, 3, *picture)), rng.normal(size=(2, 3, 8, 7)))


def test_a_view_unmoved_is_a_crop_and_beyond_the_picture_its_edge_goes_on(rng):
    pictures = rng.normal(size=(1, 3, 12, 12)).astype(np.float32)
    still = Motion().times(0).view(rng, (12, 12), (2, 3, 8, 7))
    np.testing.assert_array_equal(still(pictures), pictures[:, :, 2:10, 3:10])
    beyond = View(np.array([[-3.0, 20.0]]), np.array([[4.0, 5.0]]), (12, 12))
    np.testing.assert_array_equal(beyond(pictures)[0, :, 0], pictures[0, :, [0, 11], [4, 5]].T)


def test_pixels_that_views_rarely_show_are_known_and_the_same_every_time():
    motion = Motion()
    rarity = motion.rarity((40, 40), (2, 2, 36, 36))
    assert (rarity.shape, rarity.dtype, np.median(rarity)) == ((40, 40), np.float32, pytest.approx(1, rel=0.1))
    assert rarity[10:30, 10:30].max() < 1.5 < rarity[2, 2] <= rarity.max() <= 4
    np.testing.assert_array_equal(rarity, Motion().rarity((40, 40), (2, 2, 36, 36)))
    np.testing.assert_array_equal(motion.times(0).rarity((8, 8), (2, 2, 4, 4))[2:6, 2:6], np.ones((4, 4)))


@pytest.mark.parametrize("order", ["BGR", "RGB", "grey"])
def test_the_input_tensor_is_that_of_preprocessing_and_linear(rng, order):
    one = order == "grey"
    how = preset("caffe2").replace(
        name="own", channel_order=order, scale=0.02, mean=1.0 if one else (1.0, 2, 3), std=2.0 if one else (1.0, 2, 4)
    )
    pixels = (
        np.repeat(rng.integers(0, 256, (227, 227, 1), np.uint8), 3, 2)
        if one
        else rng.integers(0, 256, (227, 227, 3), np.uint8)
    )
    expected = np.empty((1, how.channels, 227, 227), np.float32)
    how.fill(expected[0], pixels)
    to = ToTensor(how, np.float64)
    given = pixels.transpose(2, 0, 1)[None] / 255
    np.testing.assert_allclose(to(given), expected, atol=1e-4)
    rest = to(np.zeros((1, 3, 4, 4)))
    agree(lambda x: to(x) - rest, to.backward, rng.normal(size=(2, 3, 4, 4)), rng.normal(size=(2, how.channels, 4, 4)))


# What is climbed ------------------------------------------------------------------------------------------------------


def test_penalties_have_their_derivatives(rng):
    pixels, coefficients, amplitudes = (
        rng.uniform(size=(1, 3, 4, 5)),
        rng.normal(size=(1, 3, 4, 5)),
        rng.uniform(size=(4, 5)),
    )
    _, found = total_variation(pixels)
    np.testing.assert_allclose(found, slope(lambda: total_variation(pixels)[0], pixels), atol=1e-6)
    _, found = high_frequencies(coefficients, amplitudes)
    np.testing.assert_allclose(
        found, slope(lambda: high_frequencies(coefficients, amplitudes)[0], coefficients), atol=1e-6
    )


def test_likeness_is_cosines_of_gram_matrices_with_their_derivative(rng):
    seen = rng.normal(size=(3, 4, 5))
    total, found = likeness(seen)
    grams = [(a @ a.T).ravel() / np.linalg.norm(a @ a.T) for a in seen]
    assert total == pytest.approx(sum(grams[a] @ grams[b] for a in range(3) for b in range(a)))
    np.testing.assert_allclose(found, slope(lambda: likeness(seen)[0], seen), atol=1e-7)
    seen[1] = 0  # nothing is seen of one
    assert np.isfinite(likeness(seen)[1]).all()


@pytest.mark.parametrize("form", ["fourier", "phases"])
@pytest.mark.parametrize("stray", [None, 0.2])
def test_the_derivative_of_the_whole_loss_by_the_numbers_is_exact(rng, form, stray):
    size, how = (6, 7), preset("caffe2").replace(name="own", mean=(10.0, 20, 30), scale=0.01)
    weights = rng.normal(size=(1, 3, 5, 5))
    made = (
        Fourier(1, size, rng, np.float64) if form == "fourier" else Phases(rng.normal(size=(1, 3, *size)), np.float64)
    )
    stage = Stage(
        made, Planes(size, size, np.float64), Bounds.free() if stray is None else Bounds.around(rng.uniform(size=(1, 3, *size)), stray),
        ToTensor(how, np.float64), lambda tensor: ((np.sin(tensor) * weights).sum((1, 2, 3)), np.cos(tensor) * weights),
        variation=0.3, frequencies=0.2, slopes=rng.uniform(size=size),
    )  # fmt: skip
    view = Motion(0.1, 0.2, 20).view(rng, size, (0.5, 1, 5, 5), np.float64)
    _, _, found = stage.gradient(view)
    assert stage.hung.shape == (1, *size)
    expected = slope(lambda: stage.gradient(view)[1], made.numbers)
    np.testing.assert_allclose(found, expected, atol=1e-6 * np.abs(expected).max())


def test_adam_climbs_as_published(rng):
    numbers, ours = rng.normal(size=5), None
    expected, mean, square = numbers.copy(), np.zeros(5), np.zeros(5)
    ours = numbers.copy()
    adam = Adam(ours)
    for step in range(1, 6):
        gradient = rng.normal(size=5)
        adam.step(gradient, 0.1)
        mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
        expected += 0.1 * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    np.testing.assert_allclose(ours, expected)


# The pictures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["fourier", "phases"])
@pytest.mark.parametrize(
    "target", [2, "fire2/concat:4", "conv1:pre:2@3,7", Target.probability(1), Target.difference(1, 2)]
)
def test_what_is_grown_excites_more_than_noise_does_by_the_ordinary_path(model, form, target):
    made = sv.visualize(model, target, steps=STEPS, parametrisation=form, transformations=0)
    assert (made.pictures.dtype, made.pictures.shape[0], made.pictures.shape[3]) == (np.uint8, 1, 3)
    begun = sv.visualize(model, target, steps=1, parametrisation=form, learning_rate=1e-6)
    assert made.value > begun.value
    (number,) = made.targets
    seen = model.activations(made.image, [number.of])[number.of]
    assert made.value == pytest.approx(float(number.value(seen[None])[0]), rel=1e-5)
    assert (len(made.history), made.is_complete) == (STEPS, True)


@pytest.mark.slow
def test_as_it_is_asked_for_by_default_a_picture_excites_more_than_any_drawing_the_network_has_learned():
    trained = sv.load_model("squeezenet1.1-shapes")
    drawn = [sample.name for sample in sv.samples() if sample.name.startswith("shape-")]
    seen = [trained.observe(name) for name in drawn]
    star = trained.labels["star"].class_index
    wanted = {
        "star": max(prediction.logits[star] for prediction, _ in seen),
        "fire5/concat:12": max(activations["fire5/concat"][12].mean() for _, activations in seen),
    }
    assert len(drawn) > 10
    for target, most in wanted.items():
        assert sv.visualize(trained, target, steps=24).value > 1.2 * most > 0


def test_the_picture_passes_preprocessing_as_it_is(model):
    made = sv.visualize(model, 1, steps=2)
    how = made.preprocessing
    top, left = ((full - part) // 2 for full, part in zip(made.picture.shape, how.input_px, strict=False))
    np.testing.assert_array_equal(
        how.cropped(made.image), made.picture[top : top + how.input_px[0], left : left + how.input_px[1]]
    )


def test_the_same_seed_grows_the_same_picture_and_another_another(model):
    first, again, other = (sv.visualize(model, "fire2/concat:4", steps=6, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.pictures, again.pictures)
    np.testing.assert_array_equal(first.history, again.history)
    assert (first.pictures != other.pictures).any()


def test_minimised_it_silences(model):
    target = Target.logit(2)
    up, down = (sv.visualize(model, target, steps=STEPS, minimise=each) for each in (False, True))
    assert down.value < up.value


def test_a_sum_of_numbers_of_several_layers_is_climbed(model):
    both = sv.visualize(model, ["fire2/concat:4", "fire2/concat:5", 1], steps=STEPS)
    parts = [sv.visualize(model, each, steps=1) for each in ("fire2/concat:4", "fire2/concat:5", 1)]
    assert both.value > sum(part.value for part in parts)
    assert both.words.count("+") == 2


def test_a_direction_is_climbed_and_named(model):
    channels = model.architecture["fire2/concat"].shape[0]
    along = np.zeros(channels)
    along[4] = 1
    made, channel = (
        sv.visualize(model, each, steps=4) for each in (Target.direction("fire2/concat", along), "fire2/concat:4")
    )
    np.testing.assert_array_equal(made.pictures, channel.pictures)
    assert made.words == "a direction in fire2/concat"


def test_several_pictures_of_one_number_are_driven_apart(model):
    def alike(diversity):
        made = sv.visualize(model, "fire2/concat:4", steps=STEPS, count=3, diversity=diversity)
        seen = np.stack([each["fire2/concat"] for each in model.activations(list(made.pictures), "fire2/concat")])
        return likeness(seen.reshape(*seen.shape[:2], -1).astype(np.float64))[0]

    assert alike(3.0) < alike(0.0)


def test_from_a_photo_no_pixel_strays_farther_than_it_may(model, rng):
    photo = rng.integers(0, 256, (50, 60, 3), np.uint8)
    made = sv.visualize(model, None, start=photo, stray=20, steps=STEPS)
    how = made.preprocessing
    begun = how.replace(crop_px=how.resize_px).cropped(sv.read_image(photo))
    assert np.abs(made.picture.astype(int) - begun.astype(int)).max() <= 20 + 1
    assert made.value > made.value_at_start
    assert made.targets[0].label.class_index == model.predict(photo).ranking[0]


def test_phases_of_a_photo_begin_at_it(model, rng):
    photo = rng.integers(0, 256, (50, 60, 3), np.uint8)
    made = sv.visualize(model, 2, start=photo, parametrisation="phases", learning_rate=1e-6, steps=1)
    begun = made.preprocessing.replace(crop_px=made.preprocessing.resize_px).cropped(sv.read_image(photo))
    assert np.abs(made.picture.astype(int) - begun.astype(int)).max() <= 2


def test_a_larger_picture_is_grown_where_it_is_asked_for(model):
    assert sv.visualize(model, "fire2/concat:4", steps=2, size=80).picture.shape == (80, 80, 3)


def test_how_long_it_takes_is_judged_by_work_and_not_by_steps(model, monkeypatch):
    trained = sv.load_model("squeezenet1.1-shapes")
    shares = [made.work_done for made in sv.visualize_steps(trained, "star", steps=20, every=4)]
    assert shares[-1] == 1
    assert shares[0] < 4 / 20 / 2  # half as large, a quarter of the work
    clock = iter([0.0, 5.0, 6.0, 9.0])
    monkeypatch.setattr(duration_module.time, "perf_counter", lambda: next(clock))
    duration = duration_module.Duration()
    told = [duration.of_all(replace(sv.visualize(model, 2, steps=1), work_done=done)) for done in (0.1, 0.2, 0.5)]
    assert np.isnan(told[0])
    assert told[1:] == [pytest.approx(5 + 9), pytest.approx(5 + 9)]


# Where the number hung ------------------------------------------------------------------------------------------------


def test_a_picture_is_opaque_where_its_cell_looks_and_the_file_says_so(model):
    made = sv.visualize(model, "conv1:pre:2@3,7", steps=STEPS, transformations=0)
    (opacity,) = made.opacity
    assert (opacity.shape, opacity.dtype) == (made.picture.shape[:2], np.float32)
    assert 0 <= opacity.min() < opacity.max() == 1
    middle = opacity.shape[0] // 2
    assert opacity[:middle, :middle].mean() > 2 * opacity[middle:, middle:].mean()
    drawn = Pillow.open(io.BytesIO(made.to_png(transparent=True)))
    assert drawn.mode == "RGBA"
    np.testing.assert_array_equal(np.asarray(drawn)[..., 3], np.rint(opacity * 255))
    assert Pillow.open(io.BytesIO(made.to_png())).mode == "RGB"


def test_opacity_is_there_before_all_steps_are_taken(model):
    first, *_ = sv.visualize_steps(model, "fire2/concat:4", steps=6, every=2, count=2)
    assert first.opacity.shape == first.pictures.shape[:3]
    assert first.opacity.max(axis=(1, 2)).tolist() == [1, 1]


# Where ReLU is shut ----------------------------------------------------------------------------------------------------


def shut_model(by=2.0):
    """A channel that noise leaves at 0: the second of fire3/expand3x3, the fifth of fire3/concat."""
    pair = fires_net(4)
    (values,) = (op.arg for op in pair[0].op if op.output[0] == "fire3/expand3x3_b")
    next(argument for argument in values if argument.name == "values").floats[1] -= by
    return tiny_model(pair)


@pytest.mark.parametrize("target", ["fire3/concat:4", "fire3/expand3x3:1@1,1"])
@pytest.mark.parametrize("count", [1, 3])
def test_a_channel_that_relu_shuts_is_opened_by_the_value_before_it_and_that_is_said(target, count):
    made = sv.visualize(shut_model(), target, steps=48, count=count)
    assert not made.history[0].any()  # noise does not open it
    assert made.values.min() > 0
    assert len(made.shut_steps) == count
    assert 0 < min(made.shut_steps) <= max(made.shut_steps) < 48
    assert f"{max(made.shut_steps)} steps at which ReLU was shut" in "; ".join(visualization_facts(made))
    assert made.to_dict()["shut_steps"] == list(made.shut_steps)


def test_what_is_open_says_nothing_of_it(model):
    made = sv.visualize(model, "fire2/concat:4", steps=2)
    assert made.shut_steps == (0,)
    assert "shut" not in "; ".join(visualization_facts(made))


def test_values_before_relu_of_a_concatenation_are_its_branches(model):
    weights = np.zeros((1, *model.architecture["fire2/concat"].shape), np.float32)
    weights[0, 4] = 1
    ((name, own),) = before_relu(model.architecture, "fire2/concat", weights)
    assert name == "fire2/expand3x3:pre"
    np.testing.assert_array_equal(own, weights[:, 3:])
    assert before_relu(model.architecture, name, own) == []


def test_however_many_pictures_grow_the_network_is_run_for_one_at_a_time(model, monkeypatch):
    ran = []
    for owner, method in ((type(model.gradients), "run"), (type(model.parts), "run")):
        real = getattr(owner, method)

        def run(self, given, *args, real=real, **kwargs):
            ran.append(len(given if isinstance(given, np.ndarray) else next(iter(given.values()))))
            return real(self, given, *args, **kwargs)

        monkeypatch.setattr(owner, method, run)
    sv.visualize(model, "fire2/concat:4", steps=3, count=5)
    assert set(ran) == {1}


# Stopping, and what is refused ----------------------------------------------------------------------------------------


def test_it_stops_within_a_step(model):
    stop = threading.Event()
    steps = sv.visualize_steps(model, 2, steps=1000, every=3, cancel=stop)
    first = next(steps)
    stop.set()
    (last,) = steps
    assert (first.step, last.step, last.is_complete) == (3, 3, False)
    np.testing.assert_array_equal(first.pictures, last.pictures)


def test_closing_it_ends_it(model):
    steps = sv.visualize_steps(model, 2, steps=1000, every=1)
    next(steps)
    steps.close()
    assert list(steps) == []


@pytest.mark.parametrize(
    ("target", "choices", "error", "said"),
    [
        ("fire9/concat:2", {}, sv.LayerError, "no layer is called 'fire9/concat'"),
        ("fire2/concat:999", {}, sv.LayerError, "has no channel 999"),
        ("no such class", {}, sv.LabelError, "no such class"),
        (None, {}, sv.LabelError, "no class is named, and there is no photo"),
        ([], {}, sv.LayerError, "no target is named"),
        (2, {"steps": 0}, sv.LayerError, "steps is 0; expected a whole number from 1"),
        (2, {"steps": 2.5}, sv.LayerError, "steps is 2.5"),
        (2, {"size": 8}, sv.LayerError, "size is 8; expected a whole number from 16"),
        (2, {"seed": -1}, sv.LayerError, "seed is -1"),
        (2, {"count": 99}, sv.LayerError, "count is 99"),
        (2, {"stray": float("nan")}, sv.LayerError, "stray is nan"),
        (2, {"parametrisation": "fourrier"}, sv.LayerError, "Did you mean 'fourier'?"),
        (Target.direction("fire2/concat", [1.0]), {}, sv.LayerError, "numbers, one a channel; got 1"),
        (2, {"preprocessing": "caffe3"}, sv.PreprocessingError, "caffe3"),
        (2, {"start": b"no picture"}, sv.ImageError, "no picture|image|picture"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(model, target, choices, error, said):
    with pytest.raises(error, match=said) as refused:
        sv.visualize(model, target, **({"steps": 2} | choices))
    assert "\n" not in str(refused.value)


def test_an_unknown_choice_is_named(model):
    with pytest.raises(TypeError, match="no choice 'step'; there are steps"):
        sv.visualize(model, 2, step=3)


@pytest.mark.parametrize("numbers", [[0.0], [np.nan], ["one"], 3])
def test_a_direction_of_no_numbers_is_refused(numbers):
    with pytest.raises(sv.LayerError, match="direction"):
        Target.direction("conv1", numbers)


def test_numbers_beyond_single_precision_are_refused_at_their_step_and_the_last_picture_kept(model, monkeypatch):
    ran, real = [], type(model.gradients).run

    def run(self, tensor, *args, **kwargs):
        value, found = real(self, tensor, *args, **kwargs)
        ran.append(len(tensor))
        return (np.full_like(value, np.nan) if len(ran) == 6 else value), found

    monkeypatch.setattr(type(model.gradients), "run", run)
    steps = sv.visualize_steps(model, 2, steps=20, every=4)
    assert [next(steps).step, next(steps).step] == [4, 5]  # the last good one comes before the error
    with pytest.raises(sv.LayerError, match="at step 6 of 20") as refused:
        next(steps)
    assert "\n" not in str(refused.value)


def test_the_result_says_what_it_is_and_writes_itself(model, tmp_path):
    made = sv.visualize(model, "fire2/concat:4", steps=3, every=1)
    assert "mean of fire2/concat, channel 4" in repr(made)
    plain = made.to_dict()
    assert (plain["steps"], plain["seed"], len(plain["history"])) == (3, 0, 3)
    path = made.save(tmp_path / "picture.png")
    np.testing.assert_array_equal(np.asarray(sv.read_image(path).picture), made.picture)


def test_it_goes_on_from_an_earlier_result(model):
    first = sv.visualize(model, "fire2/concat:4", steps=12)
    same = sv.visualize(model, "fire2/concat:4", after=first, steps=1, learning_rate=1e-6)
    np.testing.assert_array_equal(same.pictures, first.pictures)
    on = sv.visualize(model, "fire2/concat:4", after=first, steps=12)
    assert on.value > first.value
    near = sv.visualize(model, "fire3/concat:2", after=first, steps=4, learning_rate=1e-6)
    assert np.abs(near.pictures.astype(int) - first.pictures).max() <= 1


def test_it_goes_on_near_its_photo_and_by_phases_too(model, rng):
    photo = rng.integers(0, 256, (227, 227, 3), dtype=np.uint8)
    for form in ("fourier", "phases"):
        how = {"start": photo, "stray": 20.0, "parametrisation": form}
        first = sv.visualize(model, "fire2/concat:4", steps=4, **how)
        on = sv.visualize(model, "fire2/concat:4", after=first, steps=4, **how)
        begun = sv.visualize(model, "fire2/concat:4", steps=1, learning_rate=1e-6, **how)
        assert np.abs(on.pictures.astype(int) - begun.pictures).max() <= 2 * 20 + 2


def test_what_has_other_pictures_cannot_be_gone_on_from(model):
    first = sv.visualize(model, "fire2/concat:4", steps=1)
    with pytest.raises(sv.LayerError, match=r"after has 1 picture of \d+ × \d+ px; expected 2 of"):
        sv.visualize(model, "fire2/concat:4", after=first, count=2, steps=1)


def test_a_figure_has_every_picture_its_number_and_what_made_it(model):
    from squeezeviz import figures

    made = sv.visualize(model, "fire2/concat:4", steps=6, count=3)
    drawn = figures.visualization(made, width_mm=86)
    shown = {axes.get_label(): axes for axes in drawn.axes}
    assert list(shown) == ["picture 0", "picture 1", "picture 2", "steps"]
    for at, picture in enumerate(made.pictures):
        np.testing.assert_array_equal(shown[f"picture {at}"].images[0].get_array(), picture)
    lines = [line.get_ydata() for line in shown["steps"].lines if (line.get_gid() or "").startswith("steps ")]
    np.testing.assert_array_equal(np.transpose(lines), made.history)
    assert "mean of fire2/concat, channel 4" in drawn.caption
    assert model.sha256[:8] in drawn.caption
    assert figures.as_bytes(drawn, "svg") == figures.as_bytes(figures.visualization(made, width_mm=86), "svg")
