"""Parts, ablation, ablation sweep and occlusion of both models: equal to whole runs, layer by layer and patch by patch."""

import numpy as np
import pytest

import squeezeviz as sv
from squeezeviz.evidence.incremental import PatchedRuns, plan

pytestmark = pytest.mark.model
PHOTOS = {"squeezenet1.1-caffe2": "chelsea", "squeezenet1.1-shapes": "shape-star"}


@pytest.fixture(scope="module", params=PHOTOS)
def asked(request):
    """A model, and a picture that it knows."""
    pytest.importorskip("skimage", reason="the samples come with scikit-image, which is not installed")
    if request.param == "squeezenet1.1-caffe2":
        request.getfixturevalue("published_files")
    return sv.load_model(request.param), PHOTOS[request.param]


def close(got, expected):
    np.testing.assert_allclose(got, expected, atol=1e-5 * np.abs(expected).max())


def test_the_rest_of_the_network_from_every_layer(asked):
    model, image = asked
    x = np.concatenate([model.preprocessing(sv.read_image(name)) for name in (image, "hopper")])
    whole = model.activations_of_tensor(x)
    for layer in model.architecture.layers[:-1]:
        got = sv.run_from(model, layer.name, whole[layer.name], beside=whole)
        close(got["pool10"], whole["pool10"])
        close(got["softmaxout"], whole["softmaxout"])


def test_a_layer_replaced_is_the_other_photo_from_there_on(asked):
    model, image = asked
    mine, other = (model.activations_of_tensor(model.preprocessing(sv.read_image(n))) for n in (image, "hopper"))
    mixed = sv.run_from(model, "fire5/expand3x3", other["fire5/expand3x3"], ["fire5/concat", "pool10"], beside=mine)
    np.testing.assert_array_equal(mixed["fire5/concat"][:, :128], mine["fire5/concat"][:, :128])
    np.testing.assert_array_equal(mixed["fire5/concat"][:, 128:], other["fire5/concat"][:, 128:])
    close(mixed["pool10"], sv.run_from(model, "fire5/concat", mixed["fire5/concat"])["pool10"])


def test_ablation_by_branch_by_half_and_by_the_terms(asked):
    model, image = asked
    by_branch = sv.ablate(model, image, {"fire8/expand1x1": "all"})
    by_half = sv.ablate(model, image, {"fire8/concat": "expand1x1"})
    np.testing.assert_array_equal(by_branch.after.logits, by_half.after.logits)
    np.testing.assert_array_equal(by_branch.before.logits, model.predict(image).logits)
    # The decomposition holds after it, too: logits are means of conv10's maps, and each cell is the sum of its terms.
    conv10 = by_half.activations["conv10"]
    np.testing.assert_allclose(conv10.mean(axis=(1, 2)), by_half.after.logits, atol=1e-3)
    opened = sv.Arithmetic(model, image, activations=by_half.activations).of("conv10", 5, (6, 7))
    assert abs(opened.residual) < 1e-6 * sum(abs(term.product) for term in opened.terms)


def test_a_sweep_is_one_ablation_after_the_other(asked):
    model, image = asked
    made = sv.ablation_sweep(model, image)
    counts = [16, 16, 32, 32, 48, 48, 64, 64]
    assert (made.total, made.is_complete) == (320, True)
    assert made.channels == tuple(
        (f"fire{n}/squeeze1x1", at) for n, count in enumerate(counts, start=2) for at in range(count)
    )
    for at in np.random.default_rng(0).choice(320, 12, replace=False):
        layer, channel = made.channels[at]
        one = sv.ablate(model, image, {layer: channel})
        close(made.logits[at], one.after.logits)
    of_class = sv.ablation_sweep(model, image, target=int(made.prediction.ranking[0]))
    np.testing.assert_allclose(of_class.changes(), made.changes(), atol=1e-5 * made.prediction.logits.max())
    (first,) = made.ranked(n=1, units="probability")
    assert abs(first.probability_change) == pytest.approx(np.abs(made.changes(units="probability")).max())


def test_pairs_of_the_last_squeeze(asked):
    model, image = asked
    steps = sv.pairwise_ablation_steps(model, image)
    made = next(steps)
    steps.close()
    assert (made.layer, made.total, made.done) == ("fire9/squeeze1x1", 2016, 64)
    top = model.predict(image).ranking[0]
    alone = [sv.ablate(model, image, {made.layer: at}).logit_changes[top] for at in (0, 7)]
    both = sv.ablate(model, image, {made.layer: [0, 7]}).logit_changes[top]
    assert made.changes()[0, 7] == pytest.approx(both, abs=1e-3)
    assert made.interactions()[0, 7] == pytest.approx(both - sum(alone), abs=2e-3)
    assert np.isnan(made.interactions()[5, 7])


@pytest.mark.parametrize("patch", [1, 16, 33, 100, 227])
def test_patches_anywhere_give_what_whole_runs_give(asked, patch):
    model, image = asked
    rng = np.random.default_rng(patch)
    x = model.preprocessing(sv.read_image(image))
    fill = np.broadcast_to(rng.normal(0, 60, (1, 3, 1, 1)).astype(np.float32), x.shape)
    most = x.shape[2] - patch
    corners = [(0, 0), (most, most), (0, most), *rng.integers(0, most + 1, (5, 2)).tolist()]
    boxes = [((y, y + patch), (x0, x0 + patch)) for y, x0 in corners]
    runs = PatchedRuns(model, x, fill, plan(model, model.architecture, boxes))
    assert bool(runs._stages) == (patch < 200)
    hidden = np.repeat(x, len(boxes), 0)
    for row, (rows, columns) in enumerate(boxes):
        hidden[row, :, slice(*rows), slice(*columns)] = fill[0, :, : rows[1] - rows[0], : columns[1] - columns[0]]
    expected = np.stack([prediction.logits for prediction in model.predict_tensor(hidden)])
    close(runs(boxes), expected)


def test_patches_of_an_input_of_another_size(asked):
    model, image = asked
    how = model.preprocessing.replace(name="smaller", crop_px=208)
    made = sv.occlude(model, image, patch_px=48, stride_px=40, fill="blur", preprocessing=how)
    assert made.logits.shape[:2] == (5, 5)
    x = how(sv.read_image(image))
    filling = sv.occlude(model, image, patch_px=48, stride_px=40, fill=(9, 200, 31), preprocessing=how)
    x[0, :, 160:208, 80:128] = (np.array([31, 200, 9]) - np.array(how.mean, np.float32))[:, None, None]
    close(filling.logits[4, 2], model.predict_tensor(x)[0].logits)
    assert not np.allclose(made.logits, filling.logits)


def test_occlusion_of_a_crop_of_several(asked):
    model, image = asked
    ten = sv.occlude(model, image, patch_px=90, stride_px=80, preprocessing="ten-crop")
    how = sv.preset("ten-crop").replace(name="its first", crop="centre")
    one = sv.occlude(model, image, patch_px=90, stride_px=80, preprocessing=how)
    np.testing.assert_array_equal(ten.logits, one.logits)
