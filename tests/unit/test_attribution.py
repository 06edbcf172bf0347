"""Attribution: every method against its published formula, computed here apart, and against what must add up."""

import inspect
import json
import re

import numpy as np
import pytest

import squeezeviz as sv
from squeezeviz.evidence.attribution.attribution import upsampled
from squeezeviz.evidence.attribution.methods import METHODS
from squeezeviz.evidence.attribution.subject import subject_of
from squeezeviz.evidence.filling import filling_of
from tests.fires import fires_net, without_maps
from tests.nets import tiny_model
from tests.stacks import Stack
from tests.unit.test_endings import CLASSES, WIDE, ending_in, flat, gemm, model_of

OF_CELLS = ["cam", "grad-cam", "grad-cam++", "layer-cam", "hires-cam", "score-cam", "recipro-cam"]
OF_PIXELS = [name for name in METHODS if name not in OF_CELLS]


def photo(size, seed=0):
    return sv.read_image(np.random.default_rng(seed).integers(0, 256, (size, size, 3), dtype=np.uint8))


def smooth(size=6):
    """A network without kinks, so that differences between runs tell its derivative."""
    net = Stack(size, seed=3)
    x = net.node("Tanh", [net.conv("data", 4, 3, relu=False)], 4, "bent")
    x = net.node("Softplus", [net.conv(x, WIDE, 3, stride=2, relu=False)], WIDE, "features")
    return model_of(net, gemm(net, flat(net, net.mean(x))))


def differences(model, tensors, index, step=1e-2):
    """A logit's derivative by each number of input tensors, by runs of the network alone: float64 (B, C, H, W)."""
    name, size = model.architecture.logits_name, tensors[0].size
    moves = step * np.eye(size, dtype=np.float32).reshape(size, *tensors.shape[1:])
    rows = []
    for tensor in tensors:
        both = model.activations_of_tensor(np.concatenate([tensor + moves, tensor - moves]), name)[name]
        both = both.reshape(2, size, -1)[:, :, index].astype(np.float64)
        rows.append(((both[0] - both[1]) / (2 * step)).reshape(tensor.shape))
    return np.stack(rows)


def in_rgb(model, values):
    return values[list(model.preprocessing.rgb_index)]


def close(got, expected, relative=1e-3):
    np.testing.assert_allclose(got, expected, atol=relative * np.abs(expected).max(), rtol=0)


# Pixels ---------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bent():
    model = smooth()
    return model, photo(6), subject_of(model, photo(6), 1)


def test_saliency_and_input_x_gradient_are_the_derivative_by_the_pixels(bent):
    model, image, subject = bent
    expected = differences(model, subject.tensor, 1)[0]
    made = sv.attribute(model, image, "saliency", 1)
    close(made.values, in_rgb(model, expected))
    close(made.cells, np.abs(expected).max(axis=0))
    assert (made.unit, made.reduction, made.is_signed) == ("logits per unit of the input", "largest", False)
    made = sv.attribute(model, image, "input-x-gradient", 1)
    close(made.values, in_rgb(model, expected * subject.tensor[0]))
    close(made.cells, (expected * subject.tensor[0]).sum(axis=0))
    assert made.unit == "logits"


@pytest.mark.parametrize("baseline", ["black", "mean", "blur"])
def test_integrated_gradients_are_the_mean_gradient_along_the_way(bent, baseline):
    model, image, subject = bent
    fill = (0, 0, 0) if baseline == "black" else baseline
    start = filling_of(subject.start, fill, 0.6)
    steps = (np.arange(5) + 0.5).reshape(5, 1, 1, 1) / 5
    points = (start + steps * (subject.tensor - start)).astype(np.float32)
    expected = (subject.tensor - start)[0] * differences(model, points, 1).mean(axis=0)
    made = sv.attribute(model, image, "integrated-gradients", 1, baseline=baseline, steps=5)
    close(made.values, in_rgb(model, expected))
    name = model.architecture.logits_name
    logits = model.activations_of_tensor(np.concatenate([subject.tensor, start]), name)[name].reshape(2, -1)[:, 1]
    assert made.completeness.expected == pytest.approx(float(logits[0] - logits[1]), abs=1e-5)
    assert made.completeness.total == pytest.approx(float(made.values.sum()), abs=1e-5)
    assert made.settings == {"baseline": baseline, "steps": 5}


def test_more_steps_close_the_gap(bent):
    model, image, _ = bent
    few, many = (sv.attribute(model, image, "integrated-gradients", 1, steps=steps).completeness for steps in (2, 60))
    assert few.expected == many.expected
    assert abs(many.gap) < 1e-3 * abs(many.expected) < abs(few.gap)


def test_smoothgrad_is_the_mean_gradient_of_noisy_copies(bent):
    model, image, subject = bent
    tensor = subject.tensor[0]
    noise = [np.random.default_rng([7, row]).standard_normal(tensor.shape, np.float32) for row in range(5)]
    copies = np.stack([tensor + np.float32(0.2 * np.ptp(tensor)) * each for each in noise])
    made = sv.attribute(model, image, "smoothgrad", 1, samples=5, noise=0.2, seed=7)
    close(made.values, in_rgb(model, differences(model, copies, 1).mean(axis=0)))
    again = sv.attribute(model, image, "smoothgrad", 1, samples=5, noise=0.2, seed=7)
    np.testing.assert_allclose(again.values, made.values, rtol=1e-6)
    other = sv.attribute(model, image, "smoothgrad", 1, samples=5, noise=0.2, seed=8)
    assert np.abs(other.values - made.values).max() > 0.01 * np.abs(made.values).max()


def pointwise():
    """Two 1 × 1 convolutions, each with a ReLU, and a mean: so small that matrices say it all."""
    net = Stack(5, seed=2)
    x = net.conv(net.conv("data", 7, name="one"), WIDE, name="two")
    model = model_of(net, gemm(net, flat(net, net.mean(x))))
    weights = {name: model.kernels(f"{name}.relu")[0][:, :, 0, 0].astype(np.float64) for name in ("one", "two")}
    last = model.architecture["scores"].op.cell_map()[0]
    return model, weights["one"], weights["two"], last


@pytest.mark.parametrize("rule", ["guided-backpropagation", "deconvnet"])
def test_the_rules_of_guided_backpropagation_and_deconvnet(rule):
    model, one, two, last = pointwise()
    subject = subject_of(model, photo(5), 2)
    below = np.tensordot(one, subject.tensor[0].astype(np.float64), axes=1)
    above = np.tensordot(two, np.maximum(0, below), axes=1)
    assert 0 < (below > 0).mean() < 1
    assert 0 < (above > 0).mean() < 1

    def back(signal, given):
        passed = np.maximum(0, signal)
        return np.where(given > 0, passed, 0) if rule == "guided-backpropagation" else passed

    signal = back(np.broadcast_to(last[2][:, None, None] / 25, above.shape), above)
    expected = np.tensordot(one.T, back(np.tensordot(two.T, signal, axes=1), below), axes=1)
    made = sv.attribute(model, photo(5), rule, 2)
    close(made.values, in_rgb(model, expected), 1e-5)
    exact = sv.attribute(model, photo(5), "saliency", 2).values
    assert np.abs(exact - made.values).max() > 0.01 * np.abs(exact).max()
    assert "is no gradient" in made.caution
    assert made.caution in made._repr_html_().replace("&#x27;", "'")


def test_input_x_gradient_lacks_what_biases_put_in_and_nothing_else():
    model, image = tiny_model(fires_net(4)), photo(33)
    subject, name = subject_of(model, image, 1), "pool10"
    made = sv.attribute(model, image, "input-x-gradient", 1).completeness
    # f(X) less its slope as the whole input grows: what is left where X is 0, in this linear piece.
    step = 1e-3
    grown = (
        model.activations_of_tensor(
            np.concatenate([subject.tensor * np.float32(1 + step), subject.tensor * np.float32(1 - step)]), name
        )[name][:, 1]
        .ravel()
        .astype(np.float64)
    )
    slope = (grown[0] - grown[1]) / (2 * step)
    assert made.total == pytest.approx(slope, rel=2e-2, abs=2e-2 * abs(made.expected))
    free, image = pointwise()[0], photo(5)
    assert (
        sv.attribute(free, image, "hires-cam", 2, layer="one.relu").completeness.gap != 0
    )  # its last layer has a bias
    bias = free.architecture["scores"].op.cell_map()[1][2]
    made = sv.attribute(free, image, "input-x-gradient", 2).completeness
    assert made.gap == pytest.approx(bias, abs=1e-5)


@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("lrp-epsilon", {}),
        ("lrp-epsilon", {"epsilon": 1.0}),
        ("lrp-alpha-beta", {}),
        ("lrp-alpha-beta", {"alpha": 1.5, "beta": 0.5}),
    ],
)
def test_relevance_adds_up_to_the_number_less_what_it_says_was_taken(method, options):
    image, target = photo(24), sv.Target.difference(2, 1)
    made = sv.attribute(tiny_model(), image, method, target, **options)
    found = made.completeness
    assert made.unit == "logits"
    assert abs(found.gap) < 1e-5 * np.abs(made.values).sum()
    assert f"{made.value:.4f}, less what biases took" in found.words
    taken = map(float, re.findall(r"took, (-?[\d.]+), and what was left over, (-?[\d.]+);", found.words)[0])
    assert found.total == pytest.approx(made.value - sum(taken), abs=2e-4)
    usual = {"lrp-epsilon": {"epsilon": 0.1}, "lrp-alpha-beta": {"alpha": 2.0, "beta": 1.0}}
    assert made.settings == usual[method] | options


def test_relevance_without_epsilon_is_input_times_gradient():
    image = photo(24)
    expected = sv.attribute(tiny_model(), image, "input-x-gradient", 2).values
    close(sv.attribute(tiny_model(), image, "lrp-epsilon", 2, epsilon=0).values, expected, 1e-4)


# Cells ----------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ended():
    """A network in which a global mean feeds a fully connected layer; and what its formulas are made of."""
    model = ending_in("gemm")
    subject = subject_of(model, photo(16), 2)
    values = model.activations_of_tensor(subject.tensor, "relu6")["relu6"][0].astype(np.float64)
    weights, bias = (each[2] for each in model.architecture["scores"].op.cell_map())
    return model, photo(16), values, weights, float(bias)


def test_the_exact_map_adds_up_and_cams_equal_it_but_for_the_bias(ended):
    model, image, values, weights, bias = ended
    exact = np.tensordot(weights, values, axes=1) / 64
    made = sv.attribute(model, image, "cam", 2)
    close(made.values, exact + bias / 64, 1e-5)
    assert made.completeness.total == pytest.approx(made.value, rel=1e-5)
    assert abs(made.completeness.gap) < 1e-4
    assert made.layer == "relu6"
    close(sv.attribute(model, image, "hires-cam", 2).values, exact, 1e-5)
    close(sv.attribute(model, image, "grad-cam", 2, rectified=False).values, exact, 1e-5)
    close(sv.attribute(model, image, "grad-cam", 2).values, np.maximum(0, exact), 1e-5)
    assert sv.attribute(model, image, "hires-cam", 2).completeness.gap == pytest.approx(bias, abs=1e-5)


def test_squeezenets_own_ending_with_its_relu():
    """conv10 has a ReLU: its derivative by the features is w / n where the class's map is above 0, and 0 elsewhere."""
    model, image = tiny_model(fires_net(4)), photo(33)
    kernels, bias = model.kernels("conv10")
    layers = model.activations_of_tensor(subject_of(model, image).tensor)
    values, maps = layers["fire3/concat"][0].astype(np.float64), layers["conv10"][0]
    index = int(np.argmax([(0 < (each > 0).mean() < 1) * each.sum() for each in maps]))
    weights, active = kernels[index, :, 0, 0].astype(np.float64), maps[index] > 0
    assert 0 < active.mean() < 1
    count = active.size
    slopes = weights[:, None, None] * active / count

    def of(method, **options):
        return sv.attribute(model, image, method, index, **options)

    close(of("cam").values, maps[index] / count, 1e-5)
    assert of("cam").values.sum() == pytest.approx(of("cam").value, rel=1e-5)
    close(of("hires-cam").values, (maps[index] - bias[index]) * active / count, 1e-5)
    alpha = slopes.mean(axis=(1, 2))
    np.testing.assert_allclose(alpha, weights / count * active.mean())
    close(of("grad-cam").values, np.maximum(0, np.tensordot(alpha, values, axes=1)), 1e-5)
    assert {of(name).layer for name in OF_CELLS if name != "cam"} == {"fire3/concat"}
    close(of("layer-cam").values, (np.maximum(0, slopes) * values).sum(axis=0), 1e-5)
    sums = values.sum(axis=(1, 2), keepdims=True)
    with np.errstate(invalid="ignore"):
        each = np.nan_to_num(slopes**2 / (2 * slopes**2 + sums * slopes**3))
    weight = (each * np.maximum(0, slopes)).sum(axis=(1, 2))
    close(of("grad-cam++").values, np.maximum(0, np.tensordot(weight, values, axes=1)), 1e-5)


def test_score_cam_runs_the_photo_through_each_map(ended):
    model, image, values, _, _ = ended
    subject = subject_of(model, image, 2)
    layer, name = model.architecture["relu6"], model.architecture.logits_name
    scores, kept = [], []
    for channel, each in enumerate(values):
        if np.ptp(each) == 0:
            continue
        large = upsampled(each.astype(np.float32), layer, (16, 16))
        mask = (large - large.min()) / (large.max() - large.min())
        scores.append(model.activations_of_tensor((subject.tensor * mask).astype(np.float32), name)[name].ravel()[2])
        kept.append(channel)
    nothing = model.activations_of_tensor(np.zeros_like(subject.tensor), name)[name].ravel()[2]
    raised = np.exp(np.array(scores, np.float64) - nothing)
    expected = np.maximum(0, np.tensordot(raised / raised.sum(), values[kept], axes=1))
    made = sv.attribute(model, image, "score-cam", 2)
    close(made.values, expected, 1e-4)
    assert made.settings["runs"] == len(kept) + 1


@pytest.mark.parametrize("gaussian", [True, False])
def test_recipro_cam_is_what_each_cell_says_alone(ended, gaussian):
    """Behind these features all is affine: the number of a cell alone is its own part of the map, and the bias."""
    model, image, values, weights, bias = ended
    exact = np.tensordot(weights, values, axes=1) / 64
    if gaussian:
        padded = np.pad(exact, 1)
        near = np.outer([1, 2, 1], [1, 2, 1]) / 16
        exact = sum(near[y, x] * padded[y : y + 8, x : x + 8] for y in range(3) for x in range(3))
    close(sv.attribute(model, image, "recipro-cam", 2, gaussian=gaussian).values, exact + bias, 1e-5)


def test_a_branch_is_read_with_what_lies_beside_it():
    model, image = tiny_model(fires_net(4)), photo(33)
    made = sv.attribute(model, image, "recipro-cam", 1, layer="fire2/expand1x1", gaussian=False)
    layers = model.activations_of_tensor(subject_of(model, image).tensor)
    alone = np.zeros_like(layers["fire2/expand1x1"])
    alone[..., 2, 3] = layers["fire2/expand1x1"][..., 2, 3]
    said = sv.run_from(model, "fire2/expand1x1", alone, "pool10", beside=layers)["pool10"]
    assert made.values[2, 3] == pytest.approx(float(said[0, 1].item()), abs=1e-5)


# Results --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", METHODS)
def test_every_method_says_what_it_is_of_and_where_it_lies(name):
    model, image = tiny_model(fires_net(4)), photo(33)
    short = {"integrated-gradients": {"steps": 2}, "smoothgrad": {"samples": 2}}.get(name, {})
    made = sv.attribute(model, image, name, **short)
    best = int(made.prediction.ranking[0])
    assert made.target.words == f"logit of class {best}"
    assert made.value == pytest.approx(float(made.prediction.logits[best]), rel=1e-6)
    assert made.values.dtype == np.float32
    assert np.isfinite(made.values).all()
    assert np.abs(made.values).max() > 0
    assert made.values.shape == ((3, 33, 33) if name in OF_PIXELS else model.architecture[made.layer].shape[1:])
    assert made.map().shape == (33, 33)
    assert made.is_of_pixels == (name in OF_PIXELS)
    plain = json.loads(json.dumps(made.to_dict(), allow_nan=False))
    assert (plain["method"], plain["layer"]) == (name, made.layer)
    np.testing.assert_allclose(plain["map"], made.cells, rtol=1e-6)
    assert f"{name}, " in repr(made)
    assert made.target.words in made._repr_html_()
    if made.completeness:
        assert plain["completeness"]["gap"] == pytest.approx(made.completeness.expected - made.completeness.total)


def test_any_number_of_a_layer_may_be_attributed():
    model, image = tiny_model(fires_net(4)), photo(33)
    tensor = subject_of(model, image).tensor
    layers = model.activations_of_tensor(tensor)
    made = sv.attribute(model, image, "hires-cam", "fire3/concat:4@1,2", layer="fire2/concat")
    assert made.value == pytest.approx(float(layers["fire3/concat"][0, 4, 1, 2]), abs=1e-5)
    assert sv.attribute(model, image, "hires-cam", "fire3/concat:4").layer == "fire3/squeeze1x1"
    both = sv.attribute(model, image, "cam", sv.Target.difference(1, 3))
    one, other = (sv.attribute(model, image, "cam", key).values for key in (1, 3))
    np.testing.assert_allclose(both.values, one - other, atol=1e-6)
    made = sv.attribute(model, image, "saliency", sv.Target.probability(2))
    assert made.unit == "probability per unit of the input"
    p = layers["softmaxout"].ravel()
    parts = [sv.attribute(model, image, "saliency", key).values for key in range(5)]
    close(made.values, sum(p[2] * ((key == 2) - p[key]) * each for key, each in enumerate(parts)), 1e-4)


def test_a_value_of_a_layer_takes_one_run_and_the_network_is_asked_when_its_answer_is_read(monkeypatch):
    model, image, target = smooth(), photo(6), "bent:2@1,3"
    expected = sv.attribute(model, image, "input-x-gradient", target)
    alone = float(subject_of(model, image, target).values_of(model.preprocessing(image))[0])
    with monkeypatch.context() as patched:
        for each in (type(model), "answers"), (type(model.parts), "run"):
            patched.setattr(*each, lambda *_, **__: pytest.fail("the network was run once more"))
        made = sv.attribute(model, image, "input-x-gradient", target)
        assert made.value == made.completeness.expected == pytest.approx(alone, rel=1e-6)
    np.testing.assert_array_equal(made.values, expected.values)
    np.testing.assert_array_equal(made.prediction.logits, model.predict(image).logits)


def test_cells_are_brought_to_the_input_where_they_lie():
    model, image = tiny_model(fires_net(4)), photo(33)
    made = sv.attribute(model, image, "cam", 1)
    layer = model.architecture["conv10"]
    (down, right), (top, left) = layer.located()
    assert (top, left) == (int(top), int(left))
    large, cells = made.map(), made.values
    height, width = cells.shape
    for y, x in ((0, 0), (height - 1, width - 1), (1, 2)):
        at = int(top + down * y), int(left + right * x)
        if max(at) < 33:
            assert large[at] == pytest.approx(cells[y, x], abs=1e-6)
    middle = large[int(top), int(left) + right // 2]
    share = (right // 2) / right
    assert middle == pytest.approx((1 - share) * cells[0, 0] + share * cells[0, 1], abs=1e-6)
    assert large[0, 0] == cells[0, 0]
    left_px, top_px, right_px, bottom_px = made.on_photo
    across, along = made.geometry.scale
    assert (right_px - left_px, bottom_px - top_px) == pytest.approx((right * width * across, down * height * along))


def words_of(unit, target_unit):
    """What a docstring says of a unit, which the target has, or none, or the layer."""
    return {target_unit: "in the number's unit", "no unit": "without a unit"}.get(unit) or (
        "in the number's unit per unit of the input"
        if unit.endswith("per unit of the input")
        else "in the unit of its activation"
    )


@pytest.mark.parametrize("method", METHODS.values(), ids=list(METHODS))
def test_each_docstring_names_its_paper_its_unit_and_whether_it_adds_up(method):
    made = sv.attribute(tiny_model(fires_net(4)), photo(33), method.name, 1)
    said = " ".join(inspect.getdoc(method.run).split())
    author, year = re.match(r"(\w+).*?(\d{4})$", method.paper).groups()
    assert author in said
    assert year in said
    returns = said.partition("Returns: ")[2]
    assert words_of(made.unit, made.target.unit) in returns or (method.name == "cam" and "in logits" in returns)
    assert returns.startswith("Over the pixels" if made.is_of_pixels else "Over the")
    assert ("with its completeness" in returns) == (made.completeness is not None)
    assert ("with a caution" in returns) == bool(made.caution)


@pytest.mark.parametrize(
    ("method", "options", "error", "says"),
    [
        ("gradcam", {}, sv.SqueezeVizError, "no method is called 'gradcam'.*Did you mean 'grad-cam'"),
        (["saliency"], {}, sv.SqueezeVizError, r"no method is called \['saliency'\]; there are saliency"),
        ("saliency", {"layer": "conv1"}, sv.SqueezeVizError, "saliency has no option 'layer'; it has none"),
        ("grad-cam", {"layr": "conv1"}, sv.SqueezeVizError, "it has layer, rectified. Did you mean 'layer'"),
        ("grad-cam", {"layer": "fire9"}, sv.LayerError, "no layer is called 'fire9'"),
        ("grad-cam", {"layer": "pool10"}, sv.LayerError, "pool10 has no map, each of its channels is one number"),
        (
            "layer-cam",
            {"layer": "conv1", "target": "conv1:2"},
            sv.LayerError,
            "conv1 is the layer of the number itself",
        ),
        ("hires-cam", {"layer": "conv10", "target": "fire2/concat:2"}, sv.LayerError, "does not depend on 'conv10'"),
        ("cam", {"target": "conv1:2"}, sv.LayerError, "an exact map is known of a logit.*not of mean of conv1"),
        ("grad-cam", {"target": "conv1:2"}, sv.LayerError, "no layer before conv1 has a map"),
        (
            "integrated-gradients",
            {"steps": 0},
            sv.SqueezeVizError,
            "steps is 0, expected a whole number from 1 to 2000",
        ),
        ("integrated-gradients", {"baseline": np.zeros(3)}, sv.SqueezeVizError, "expected black, mean, blur"),
        ("integrated-gradients", {"baseline": "white"}, sv.SqueezeVizError, "expected black, mean, blur"),
        ("smoothgrad", {"noise": float("nan")}, sv.SqueezeVizError, "noise is nan, expected a number above 0"),
        ("smoothgrad", {"samples": True}, sv.SqueezeVizError, "samples is True"),
        ("smoothgrad", {"seed": -1}, sv.SqueezeVizError, "seed is -1"),
        ("lrp-epsilon", {"epsilon": -1}, sv.SqueezeVizError, "epsilon is -1, expected a number from 0 to 10"),
        ("lrp-alpha-beta", {"alpha": 2, "beta": 2}, sv.SqueezeVizError, "beta is 2, expected alpha − 1, which is 1"),
        ("lrp-alpha-beta", {"alpha": 0}, sv.SqueezeVizError, "alpha is 0, expected a number from 1 to 100"),
        (
            "lrp-epsilon",
            {"target": sv.Target.probability(1)},
            sv.LayerError,
            "'softmax' has no rule of layer-wise relevance propagation here",
        ),
    ],
)
def test_what_has_no_meaning_is_refused_by_name(method, options, error, says):
    with pytest.raises(error, match=says):
        sv.attribute(tiny_model(fires_net(4)), photo(33), method, **options)


@pytest.mark.parametrize(
    ("method", "plain"),
    [
        ("integrated-gradients", {"steps": 3}),
        ("smoothgrad", {"samples": 2, "noise": 0.25, "seed": 3}),
        ("lrp-epsilon", {"epsilon": 0.5}),
        ("lrp-alpha-beta", {"alpha": 2.0, "beta": 1.0}),
    ],
)
def test_options_may_be_numbers_of_numpy(method, plain):
    model, image = tiny_model(fires_net(4)), photo(33)
    numpys = {name: np.float32(each) if isinstance(each, float) else np.int64(each) for name, each in plain.items()}
    made, same = (sv.attribute(model, image, method, 1, **options) for options in (numpys, plain))
    np.testing.assert_array_equal(made.values, same.values)
    assert json.dumps(made.to_dict()) == json.dumps(same.to_dict())


def test_a_network_without_maps_has_none():
    with pytest.raises(sv.LayerError, match="has no map a class"):
        sv.attribute(tiny_model(without_maps()), photo(33), "cam")
    with pytest.raises(sv.LayerError, match="grad-cam: no layer before scores has a map"):
        sv.attribute(tiny_model(without_maps()), photo(33), "grad-cam")


def test_where_no_mean_ends_it_the_last_map_before_it_is_pooled_is_taken():
    net = Stack(seed=5)
    x = net.pool(net.conv("data", WIDE, 3, stride=2, name="features"), 4, stride=4, name="pooled")
    net.channels["flat"] = WIDE * 4
    model = model_of(net, gemm(net, net.node("Flatten", [x], WIDE * 4, "flat")))
    made = sv.attribute(model, photo(16), "grad-cam", CLASSES - 1)
    assert made.layer == "features.relu"
