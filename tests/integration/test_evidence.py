"""Evidence on both models: exact, class by class, photo by photo, for inputs of several sizes."""

import numpy as np
import pytest

import squeezeviz as sv


@pytest.fixture(params=["squeezenet1.1-caffe2", "squeezenet1.1-shapes"])
def any_model(request):
    if request.param == "squeezenet1.1-caffe2":
        request.getfixturevalue("published_files")
    return sv.load_model(request.param)


def source_of(model, photo, how=None):
    pytest.importorskip("skimage", reason="the samples come with scikit-image, which is not installed")
    return sv.Arithmetic(model, photo, how)


WAYS = [
    ("coins", None),
    ("shape-star", None),
    ("chelsea", sv.preset("caffe2").replace(name="larger", resize_px=512, crop_px=451)),
    ("coins", sv.preset("caffe2").replace(name="as it is", resize="none", crop_px=303)),
]


@pytest.mark.model
@pytest.mark.parametrize(("photo", "how"), WAYS)
def test_decompositions_and_contrasts_are_the_logits(any_model, photo, how):
    source = source_of(any_model, photo, how)
    prediction = any_model.predict(photo, how)
    order = [int(at) for at in prediction.ranking]
    for at in (*order[:5], order[len(order) // 2], order[-1]):
        made = sv.decompose_logit(source, at)
        assert made.cells.sum() == pytest.approx(float(prediction.logits[at]), abs=1e-4)
        assert made.bias + made.channels.sum() == pytest.approx(float(prediction.logits[at]), abs=1e-4)
        assert made.cells.shape == any_model.architecture_at(*[source.preprocessing.crop_px] * 2)["conv10"].shape[1:]
    first, second = order[:2]
    contrast = sv.contrast(source, first, second)
    difference = float(prediction.logits[first]) - float(prediction.logits[second])
    assert contrast.cells.sum() == pytest.approx(difference, abs=1e-4)
    assert contrast.bias + sum(contrast.branches.values()) == pytest.approx(difference, abs=1e-4)
    answers = sv.predictions_per_location(source)
    np.testing.assert_array_equal(answers.label_map, source.activations["conv10"].argmax(axis=0))
    means = answers.maps.mean(axis=(1, 2), dtype=np.float64)
    np.testing.assert_allclose(means, prediction.logits, atol=1e-4)
    analysis = sv.softmax_analysis(source, first)
    assert analysis.probability == pytest.approx(float(prediction.probabilities[first]), rel=1e-4)
    assert analysis.zeros == int((np.delete(prediction.logits, first) == 0).sum())


@pytest.mark.model
def test_a_cell_opens_into_the_terms_of_the_decomposition(any_model):
    made = sv.decompose_logit(source_of(any_model, "coins"), int(any_model.predict("coins").ranking[0]))
    (cell,) = made.top_cells(1)
    opened = made.cell(*cell)
    assert len(opened.terms) == 512
    assert opened.value / made.cells.size == pytest.approx(made.cells[cell])
    assert abs(opened.residual) < 1e-4
    assert made.places.tile(*cell)[0] >= 0


@pytest.mark.model
@pytest.mark.parametrize("photo", ["coins", "chelsea"])
def test_spectra_are_the_logits(any_model, photo):
    source = source_of(any_model, photo)
    order = [int(at) for at in any_model.predict(photo).ranking]
    made = sv.contributions_by_receptive_field(source, order[0])
    assert made.sizes == tuple((size, size) for size in range(31, 208, 8))
    assert made.evidence.sum() + made.bias == pytest.approx(made.logit, abs=1e-4)
    assert [split.layer for split in made.splits] == [f"fire{n}/concat" for n in range(9, 1, -1)]
    for split in made.splits:
        assert sum(split.parts.values()) + split.biases == pytest.approx(made.logit, abs=1e-4)
    assert made.splits[0].parts == pytest.approx(sv.decompose_logit(source, order[0]).branches, abs=1e-5)


@pytest.mark.model
def test_with_every_wide_branch_cut_the_narrowest_paths_are_left(any_model):
    """Forward, by other code: ReLUs and pools held as they were, biases and 3 × 3 branches taken away."""
    source = source_of(any_model, "coins")
    index = int(any_model.predict("coins").ranking[0])
    values = {name: array.astype(np.float64) for name, array in source.activations.items()}
    now = (values["conv1"] > 0) * (values["conv1"] - source.kernels("conv1")[1][:, None, None])

    def pool(was, carried):
        """Take from `carried` what the maximum of each 3 × 3 window, every second cell, took from `was`."""
        rows, columns = ((size - 3 + 1) // 2 + 1 for size in was.shape[1:])
        taken = np.zeros((len(was), rows, columns))
        for y, x in np.ndindex(rows, columns):
            window = np.s_[:, 2 * y : 2 * y + 3, 2 * x : 2 * x + 3]
            at = was[window].reshape(len(was), -1).argmax(axis=1)
            taken[:, y, x] = carried[window].reshape(len(was), -1)[np.arange(len(was)), at]
        return taken

    def pointwise(layer, carried):
        return (values[layer] > 0) * np.tensordot(source.kernels(layer)[0][:, :, 0, 0].astype(float), carried, axes=1)

    now = pool(values["conv1"], now)
    for number in range(2, 10):
        narrow = pointwise(f"fire{number}/expand1x1", pointwise(f"fire{number}/squeeze1x1", now))
        now = np.concatenate([narrow, np.zeros_like(narrow)])
        if number in (3, 5):
            now = pool(values[f"fire{number}/concat"], now)
    alone = pointwise("conv10", now)[index].mean()
    made = sv.contributions_by_receptive_field(source, index)
    assert made.sizes[0] == (31, 31)
    assert made.evidence[0] == pytest.approx(alone, abs=1e-6 * max(1.0, np.abs(made.evidence).max()))
    assert abs(alone) > 1e-3, "there is something to compare"
