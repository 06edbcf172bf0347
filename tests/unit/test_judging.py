"""Judging attributions: each measure against an independent computation, and against what must come out of it."""

import json
import weakref

import numpy as np
import pytest

import squeezeviz as sv
from squeezeviz.evidence import baseline
from squeezeviz.evidence.attribution.subject import subject_of
from squeezeviz.evidence.judging.curves import curve_area, deletion_insertion
from squeezeviz.evidence.judging.judgement import CHANCE
from squeezeviz.evidence.judging.measuring import Measuring
from squeezeviz.evidence.judging.pointing import pointing
from squeezeviz.evidence.judging.randomised import randomised_models, stage_names
from squeezeviz.evidence.judging.ranks import on_cells_of, rank_correlation
from tests.fires import fires_net, without_maps
from tests.nets import tiny_model
from tests.unit.network.test_networks import MAPS, MEAN, SOFTMAX, WEIGHTS, model_of, network, weight
from tests.unit.test_attribution import photo


@pytest.fixture(scope="module")
def model():
    return tiny_model(fires_net(4))


@pytest.fixture(scope="module")
def subject(model):
    return subject_of(model, photo(33), 1)


def test_rank_correlation_is_that_of_mean_ranks():
    random = np.random.default_rng(0)
    one, other = random.integers(0, 5, (4, 6)).astype(float), random.normal(size=(4, 6))

    def ranks(values):
        flat = values.ravel()
        return [(flat < each).sum() + ((flat == each).sum() + 1) / 2 for each in flat]

    assert rank_correlation(one, other) == pytest.approx(np.corrcoef(ranks(one), ranks(other))[0, 1])
    assert rank_correlation(one, 3 * one + 1) == pytest.approx(1)
    assert rank_correlation(other, -(other**3)) == pytest.approx(-1)
    assert rank_correlation(one, np.ones_like(one)) == 0


def test_curves_delete_and_insert_in_the_order_of_the_map(model, subject):
    values = np.random.default_rng(2).random((33, 33)).astype(np.float32)
    deletion, insertion = deletion_insertion(subject, values, 4)
    order = np.argsort(-values, axis=None)
    grey = np.float32(128) * subject.start.preprocessing.affine[0] + subject.start.preprocessing.affine[1]
    for share, value in zip((0.0, 0.25, 0.5, 1.0), deletion[[0, 1, 2, 4]], strict=True):
        left = subject.tensor.copy()
        gone = np.unravel_index(order[: int(np.ceil(share * order.size))], values.shape)
        left[0, :, gone[0], gone[1]] = grey
        _, probabilities = model.answers(left, subject.start.preprocessing)
        assert value == pytest.approx(float(probabilities[0, 1]), abs=1e-5)
    assert deletion.shape == insertion.shape == (5,)
    assert insertion[-1] == pytest.approx(deletion[0], abs=1e-6)
    assert insertion[0] != pytest.approx(insertion[-1], abs=1e-4)
    assert curve_area(np.array([1.0, 0.5, 0.0])) == 0.5
    assert curve_area(np.array([1.0, 0.0, 0.0])) == 0.25


def test_of_a_number_of_no_class_its_share_is_followed(model):
    subject = subject_of(model, photo(33), "fire2/concat:4")
    deletion, _ = deletion_insertion(subject, np.ones((33, 33), np.float32), 2)
    assert deletion[0] == pytest.approx(1)


def test_a_map_of_pixels_is_brought_to_the_cells_of_another(model):
    exact = sv.attribute(model, photo(33), "cam", 1)
    np.testing.assert_array_equal(on_cells_of(exact, exact), exact.values)
    pixels = sv.attribute(model, photo(33), "saliency", 1)
    (down, right), (top, left) = exact.places.layer.located()
    tiles = on_cells_of(pixels, exact)
    assert tiles.shape == exact.values.shape
    first = slice(None, int(top + down / 2)), slice(None, int(left + right / 2))
    assert tiles[0, 0] == pytest.approx(pixels.map()[first].mean(), rel=1e-5)
    with pytest.raises(ValueError, match="saliency is of pixels"):
        on_cells_of(exact, pixels)


def test_weights_are_random_from_the_top_down(model):
    names = stage_names(model, 4)
    made = list(randomised_models(model, 4, seed=3))
    assert (len(names), names[-1]) == (len(made), "conv1") == (4, "conv1")
    layers = [layer.name for layer in model.architecture if layer.kind == "convolution"]
    before = {name: model.kernels(name) for name in layers}
    for name, other in zip(names, made, strict=True):
        first = layers.index(name)
        for at, layer in enumerate(layers):
            weights, bias = other.kernels(layer)
            np.testing.assert_array_equal(bias, before[layer][1])
            assert np.array_equal(weights, before[layer][0]) == (at < first), (name, layer)
    again = next(iter(randomised_models(model, 4, seed=3)))
    np.testing.assert_array_equal(again.kernels("conv10")[0], made[0].kernels("conv10")[0])
    assert not np.array_equal(made[0].kernels("conv10")[0], made[1].kernels("conv1")[0])
    assert stage_names(model, 50) == tuple(reversed(layers))


@pytest.mark.parametrize("how", ["in a Constant", "shared", "cast", "dequantised", "computed from weights"])
def test_weights_however_they_are_stored_are_made_random(how):
    nodes, weights = WEIGHTS[how]
    model = model_of(network([*nodes, *MAPS, *MEAN, SOFTMAX], weights))
    assert stage_names(model, 3) == ("r",)
    (other,) = randomised_models(model, 3, seed=0)
    (before, _), (after, _) = model.kernels("r"), other.kernels("r")
    assert after.shape == before.shape
    assert not np.isclose(after, before).any()
    assert after.std() == pytest.approx(before.std(), rel=0.3)


def test_a_step_of_random_weights_is_named_as_the_table_names_its_layer():
    model = model_of(network([*MAPS, *MEAN, SOFTMAX], [weight("w", 4, 3, 3, 3)]))
    assert "c" not in model.architecture
    assert stage_names(model, 1) == ("r",)


def test_pointing_counts_what_lies_in_the_box(model):
    made = sv.attribute(model, photo(33), "cam", 1)
    values, geometry = made.map(), made.geometry
    y, x = np.unravel_index(values.argmax(), values.shape)
    corner, opposite = geometry.to_original(x - 2, y - 2), geometry.to_original(x + 3, y + 3)
    box = (*corner, *opposite)
    hit, share = pointing(made, box)
    rows, columns = slice(max(0, y - 2), y + 3), slice(max(0, x - 2), x + 3)
    assert hit
    assert share == pytest.approx(np.maximum(0, values)[rows, columns].sum() / np.maximum(0, values).sum(), rel=1e-5)
    far = (0.0, 0.0, 4.0, 4.0) if min(x, y) > 6 else (*geometry.to_original(25, 25), *geometry.to_original(33, 33))
    assert not pointing(made, far)[0]
    for wrong in ((5, 5, 5, 9), (float("nan"), 0, 9, 9)):
        with pytest.raises(sv.SqueezeVizError, match="expected left, top, right, bottom"):
            pointing(made, wrong)
    with pytest.raises(sv.SqueezeVizError, match="holds the centre of no pixel"):
        pointing(made, (900, 900, 950, 950))


@pytest.fixture(scope="module")
def judged(model):
    told = []
    made = sv.judge_attributions(
        model, [photo(33), photo(33, 5)], ["saliency", "cam", "hires-cam", "grad-cam"], 1, steps=3, samples=2, stages=2,
        tell=told.append,
    )  # fmt: skip
    return made, told


def test_of_many_photos_one_at_a_time_is_in_memory(model, tmp_path, monkeypatch):
    paths = [tmp_path / f"{seed}.png" for seed in range(4)]
    for seed, path in enumerate(paths):
        photo(33, seed).picture.save(path)
    alive, most = weakref.WeakSet(), []
    really_read = baseline.read_image

    def read(source):
        made = really_read(source)
        alive.add(made)
        most.append(len(alive))
        return made

    monkeypatch.setattr(baseline, "read_image", read)
    asked = {"methods": ["saliency", "cam"], "steps": 2, "samples": 1, "stages": 2}
    made = sv.judge_attributions(model, paths, **asked)
    assert max(most) <= 2, "the one before, and the one that is read"
    monkeypatch.undo()
    same = sv.judge_attributions(model, [sv.read_image(path) for path in paths], **asked)
    assert made.images == same.images == tuple(path.name for path in paths)
    assert made.targets == same.targets
    for measure, found in same.values.items():
        for method, values in found.items():
            np.testing.assert_array_equal(made.values[measure][method], values)


def test_methods_are_measured_side_by_side(model, judged):
    made, told = judged
    assert told == list(range(1, 2 * 4 * (1 + 2 + 2) + 1))
    assert [measure.name for measure in made.measures] == [
        "deletion",
        "insertion",
        "exact map",
        "sensitivity",
        "randomised",
    ]
    assert made.targets == ("logit of class 1",) * 2
    assert made.mean("exact map", "cam") == pytest.approx(1)
    assert made.mean("exact map", "saliency") < 1
    assert made.randomised["cam"].shape == (2, 2)
    np.testing.assert_array_equal(made.values["randomised"]["cam"], made.randomised["cam"][:, -1])
    assert np.isnan(made.mean("sensitivity", CHANCE))
    low, high = made.interval("deletion", CHANCE)
    one, other = made.values["deletion"][CHANCE]
    assert (low + high) / 2 == pytest.approx((one + other) / 2)
    assert (high - low) / 2 == pytest.approx(1.96 * abs(one - other) / 2, rel=1e-3)
    subject = subject_of(model, photo(33), 1)
    maps = sv.attribute(model, photo(33), "saliency", 1)
    areas = [curve_area(curve) for curve in deletion_insertion(subject, maps.map(), 3)]
    assert [made.values[name]["saliency"][0] for name in ("deletion", "insertion")] == pytest.approx(areas, abs=1e-6)


def test_what_has_no_meaning_on_a_network_is_a_finding_that_says_so_and_the_others_go_on():
    model = tiny_model(without_maps())
    asked = Measuring(("cam", "grad-cam", "saliency"), steps=2, samples=1, stages=1, is_lenient=True)
    found = {each.key: each for each in asked.findings(model, [subject_of(model, photo(33), 1)])}
    assert "has no map a class" in found["cam", "map", 0].problem
    assert "no layer before scores has a map" in found["grad-cam", "map", 0].problem
    assert "has no map a class" in found["", "exact map", 0].problem
    assert {measure for method, measure, _ in found if method == "saliency"} == {
        "map", "deletion", "insertion", "sensitivity", "randomised",
    }  # fmt: skip
    assert not any(each.problem for each in found.values() if each.method == "saliency")
    again = Measuring(asked.methods, steps=2, samples=1, stages=1, is_lenient=True, there=found.keys())
    subject = subject_of(model, photo(33), 1)
    assert {each.key for each in again.findings(model, [subject])} <= {
        ("cam", "map", 0), ("grad-cam", "map", 0), ("saliency", "map", 0), ("", "exact map", 0),
    }  # fmt: skip


def test_usual_methods_without_a_meaning_are_left_out_and_said(capsys):
    from squeezeviz.report.terminal.show import show

    model = tiny_model(without_maps())
    made = sv.judge_attributions(model, photo(33), target=1, steps=2, samples=1, stages=1)
    assert {"saliency", "lrp-epsilon"} < set(made.methods)
    assert {"cam", "grad-cam", "exact map"} < set(made.left_out)
    assert not set(made.methods) & set(made.left_out)
    assert set(made.values["deletion"]) == {*made.methods, CHANCE}
    assert set(made.randomised) == set(made.values["randomised"]) == set(made.methods)
    assert made.to_dict()["left_out"] == made.left_out
    show(made)
    assert "grad-cam is left out: grad-cam: no layer before scores has a map" in " ".join(
        capsys.readouterr().out.split()
    )
    assert "cam is left out" in made._repr_html_()
    with pytest.raises(sv.LayerError, match="has no map a class"):
        sv.judge_attributions(model, photo(33), ["saliency", "cam"], 1, steps=2, samples=0, stages=0)


def test_usual_methods_of_a_cell_are_judged_without_the_exact_map(model):
    made = sv.judge_attributions(model, photo(33), target="fire2/concat:4@3,2", steps=2, samples=0, stages=0)
    assert "an exact map is known of a logit" in made.left_out["cam"]
    assert "saliency" in made.methods


def test_sensitivity_is_the_largest_change_of_a_few(model, judged):
    subject = subject_of(model, photo(33), 1)
    slope, _ = subject.start.preprocessing.affine
    before = sv.attribute(model, photo(33), "saliency", 1).values.astype(float)
    sizes = []
    for sample in range(2):
        moved = np.random.default_rng([0, sample]).uniform(-1, 1, subject.tensor.shape) * 2 * slope[:, None, None]
        weights = subject.target.weights
        tensor = (subject.tensor + moved).astype(np.float32)
        _, found = model.gradients.run(tensor, "pool10", weights)
        after = found["input"][0][list(model.preprocessing.rgb_index)]
        sizes.append(np.linalg.norm(after - before) / np.linalg.norm(before))
    assert judged[0].values["sensitivity"]["saliency"][0] == pytest.approx(max(sizes), rel=1e-4)


def test_a_judgement_is_data_a_table_and_a_sentence(judged, capsys):
    from squeezeviz.report.terminal.show import show

    made, _ = judged
    plain = json.loads(json.dumps(made.to_dict(), allow_nan=False))
    assert [each["method"] for each in plain["methods"]] == [*made.methods, CHANCE]
    assert plain["methods"][1]["exact map"]["mean"] == pytest.approx(1)
    assert repr(made).startswith("<Judgement of 4 methods on 2 photos by tiny: deletion, insertion, exact map")
    html = made._repr_html_()
    assert f"random to {made.stages[0]}" in html
    assert "hires-cam" in html
    show(made)
    out = capsys.readouterr().out
    assert "4 methods on 2 photos: logit of class 1" in out
    assert "A map that stays as it was says nothing of what these layers have learned." in " ".join(out.split())


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"methods": ["gradcam"]}, "no method is called 'gradcam'"),
        ({"methods": "cam"}, "methods are 'cam', expected a list of names"),
        ({"methods": []}, "expected a list of names"),
        ({"methods": 5}, "methods are 5, expected a list of names"),
        ({"methods": [["cam"]]}, r"no method is called \['cam'\]"),
        ({"box": 5}, "box is 5, expected left, top, right, bottom"),
        ({"box": (1, 2, 3)}, "expected left, top, right, bottom"),
        ({"box": "abcd"}, "box is 'abcd', expected left, top, right, bottom"),
        ({"radius": "2"}, "radius is '2', expected a number above 0"),
        ({"options": ["cam"]}, "expected a method's name → its options"),
        ({"options": {"saliency": None}}, "expected a method's name → its options"),
        ({"options": {"saliency": {"layer": "conv1"}}}, "saliency has no option 'layer'"),
        ({"steps": 1}, "steps is 1"),
        ({"samples": -1}, "samples is -1"),
        ({"stages": 1.5}, "stages is 1.5"),
        ({"radius": 0}, "radius is 0"),
        ({"images": []}, "no photo was given"),
        ({"box": (1, 1, 9, 9), "images": ["a", "b"]}, "a box lies in one photo, and 2 were given"),
    ],
)
def test_what_cannot_be_judged_is_refused(model, given, says):
    asked = {"images": photo(33), "methods": ["cam"], **given}
    with pytest.raises(sv.SqueezeVizError, match=says):
        sv.judge_attributions(model, asked.pop("images"), asked.pop("methods"), **asked)
