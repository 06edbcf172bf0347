"""Decompositions, contrasts, receptive fields, locations and softmax on small random networks: everything adds up, by independent ways."""

import json
import math
from collections import defaultdict
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import squeezeviz as sv
from squeezeviz.evidence.logit_decomposition import channel_totals
from squeezeviz.evidence.softmax import SoftmaxAnalysis
from squeezeviz.preprocessing import preset
from squeezeviz.results.labels import Labels
from tests.fires import fires_net, without_maps
from tests.nets import fire_net, tiny_model


def source_of(pair, *, seed=0, size=33, photo=(40, 50)):
    how = preset("caffe2").replace(name="small", resize="none", crop_px=size, mean=(90, 100, 110), scale=0.02)
    pixels = np.random.default_rng(seed).integers(0, 256, (*photo, 3), dtype=np.uint8)
    return sv.Arithmetic(tiny_model(pair, size=33), sv.read_image(pixels), how)


SEEDS = st.integers(0, 10_000)


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.sampled_from([33, 39]), st.sampled_from(["map", "linear"]))
def test_a_ledger_adds_up_by_cells_and_by_channels(seed, size, ends):
    source = source_of(fires_net(seed, ends=ends), seed=seed, size=size)
    logits = source.values("pool10")[:, 0, 0]
    for at in range(5):
        made = sv.decompose_logit(source, at)
        assert made.cells.shape == source.architecture["conv10"].shape[1:]
        assert made.logit == logits[at]
        assert made.cells.sum() == pytest.approx(logits[at], abs=1e-5)
        assert made.channels.sum() + made.bias == pytest.approx(logits[at], abs=1e-5)
        assert sum(made.branches.values()) == pytest.approx(made.channels.sum(), abs=1e-12)
        assert made.cut_channels.sum() + made.cut_bias == pytest.approx(made.cut.sum(), abs=1e-9)
        # Every cell, opened by other code, is what the decomposition says: above zero in one table, below it in the other.
        opened = [made.cell(y, x) for y, x in np.ndindex(made.cells.shape)]
        count = made.cells.size
        np.testing.assert_allclose(made.cells.ravel() + made.cut.ravel(), [o.total / count for o in opened], atol=1e-5)
        assert (made.cut <= 1e-6).all()
        by_channel = np.zeros(6)
        for calculation in opened:
            for term in calculation.terms:
                by_channel[term.channel] += term.product / count * (calculation.value > 0 or ends == "linear")
        np.testing.assert_allclose(made.channels, by_channel, atol=1e-5)
        top, rest = made.top_channels(2), made.other_channels(2)
        assert sum(each.evidence for each in top) + sum(rest.values()) == pytest.approx(made.channels.sum(), abs=1e-12)
        assert set(rest) == set(made.branches)
        assert made.active == (made.cells > 0).sum()
        json.dumps(made.to_dict(), allow_nan=False)
        assert made.label.label in repr(made)
        assert made.label.label in made._repr_html_()


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_a_duel_is_the_difference(seed):
    source = source_of(fires_net(seed), seed=seed)
    logits = source.values("pool10")[:, 0, 0].astype(float)
    made = sv.contrast(source, 1, 3)
    assert made.logit_difference == pytest.approx(logits[1] - logits[3])
    assert made.cells.sum() == pytest.approx(logits[1] - logits[3], abs=1e-5)
    assert made.channels.sum() + made.bias == pytest.approx(logits[1] - logits[3], abs=1e-5)
    assert sum(made.branches.values()) + made.bias == pytest.approx(logits[1] - logits[3], abs=1e-5)
    probabilities = source.values("softmaxout")[:, 0, 0]
    assert made.odds == pytest.approx(probabilities[1] / probabilities[3], rel=1e-4)
    back = sv.contrast(source, 3, 1)
    np.testing.assert_array_equal(made.cells, -back.cells)
    np.testing.assert_array_equal(made.channels, -back.channels)
    for_first, for_second = made.top_cells(4)
    assert all(made.cells[cell] > 0 for cell in for_first)
    assert all(made.cells[cell] < 0 for cell in for_second)
    assert [abs(c.evidence) for c in made.top_channels(6)] == sorted(np.abs(made.channels), reverse=True)
    json.dumps(made.to_dict(), allow_nan=False)
    assert "odds" in repr(made)
    assert "orange for" in made._repr_html_()


def test_channels_carry_the_name_of_their_branch():
    made = sv.decompose_logit(source_of(fires_net(3)), 2)
    for each in made.top_channels(6):
        assert each.branch == ("fire3/expand1x1" if each.channel < 3 else "fire3/expand3x3")
        assert each.to_dict()["evidence"] == made.channels[each.channel]
    assert made.branches["fire3/expand1x1"] == pytest.approx(made.channels[:3].sum())


def walked(source, index):
    """Every path of a logit, by recursion over single numbers as `Arithmetic` opens them: what each width adds, and biases."""
    arch = source.architecture

    @cache
    def below(layer, channel, cell):
        found, bias = defaultdict(float), 0.0
        if layer == arch.input_name:
            return {1: float(source.values(layer)[channel][cell])}, 0.0
        made = source.of(layer, channel, cell)
        if made.has_relu and made.value <= 0:
            return {}, 0.0
        bias += made.bias
        across = ((arch[layer].kernel or (1, 1))[1] - 1) * (
            1 if made.terms[0].layer == arch.input_name else arch[made.terms[0].layer].stride[1]
        )
        for term in made.terms:
            if term.weight:
                widths, more = below(term.layer, term.channel, term.cell)
                bias += term.weight * more
                for width, value in widths.items():
                    found[width + across] += term.weight * value
        return dict(found), bias

    return below(arch.logits_name, index, (0, 0))


@pytest.mark.parametrize("pair", [fire_net, fires_net, lambda seed: fires_net(seed, ends="wide")])
@pytest.mark.parametrize("seed", [0, 1])
def test_a_spectrum_is_what_walking_every_path_gives(pair, seed):
    source = source_of(pair(seed), seed=seed)
    logits = source.values("pool10")[:, 0, 0]
    for at in np.argsort(-logits)[:2]:
        made = sv.contributions_by_receptive_field(source, int(at))
        widths, bias = walked(source, int(at))
        assert {(width, width) for width in widths} <= set(made.sizes)
        assert set(made.sizes) == set(source.architecture["conv10"].receptive_fields)
        np.testing.assert_allclose(made.evidence, [widths.get(width, 0.0) for _, width in made.sizes], atol=2e-5)
        assert made.bias == pytest.approx(bias, abs=2e-5)
        assert made.residual == pytest.approx(0, abs=1e-5)
        assert made.up_to(made.sizes[-1]) + made.bias == pytest.approx(logits[at], abs=1e-5)
        assert made.up_to(made.sizes[0]) == made.evidence[0]


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.sampled_from([33, 36, 41]), st.booleans())
def test_spectra_and_splits_add_up_for_any_size_of_input(seed, size, pooled):
    source = source_of(fires_net(seed, pooled=pooled), seed=seed, size=size, photo=(45, 52))
    logits = source.values("pool10")[:, 0, 0].astype(float)
    made = sv.contributions_by_receptive_field(source, 0)
    assert made.evidence.sum() + made.bias == pytest.approx(logits[0], abs=1e-4)
    assert [split.layer for split in made.splits] == ["fire3/concat", "fire2/concat"]
    for split in made.splits:
        assert sum(split.parts.values()) + split.biases == pytest.approx(logits[0], abs=1e-4)
    # At the last module the two views are of the same thing.
    own = sv.decompose_logit(source, 0)
    assert made.splits[0].parts == pytest.approx(own.branches, abs=1e-6)
    assert made.splits[0].biases == pytest.approx(own.bias, abs=1e-9)
    between = sv.contributions_by_receptive_field(source, 0, contrast_class=4)
    other = sv.contributions_by_receptive_field(source, 4)
    np.testing.assert_allclose(between.evidence, made.evidence - other.evidence, atol=1e-9)
    assert between.logit == pytest.approx(logits[0] - logits[4])
    json.dumps(between.to_dict(), allow_nan=False)
    assert "less 'class 4'" in repr(between)
    assert "less class 4" in between._repr_html_()


def test_an_input_of_the_mean_colour_leaves_biases_only():
    pixels = np.zeros((33, 33, 3), np.uint8)
    how = preset("caffe2").replace(name="black", resize="none", crop_px=33, mean=(0, 0, 0), scale=0.02)
    made = sv.contributions_by_receptive_field(sv.Arithmetic(tiny_model(fires_net(2)), sv.read_image(pixels), how), 1)
    assert not made.evidence.any()
    assert made.bias == pytest.approx(made.logit, abs=1e-6)


def test_location_predictions_are_the_largest_of_each_cell():
    source = source_of(fires_net(7), size=39)
    made = sv.predictions_per_location(source)
    maps = source.values("conv10")
    np.testing.assert_array_equal(made.label_map, maps.argmax(axis=0))
    np.testing.assert_array_equal(made.is_silent, (maps == 0).all(axis=0))
    for y, x in np.ndindex(made.label_map.shape):
        top = made.top(y, x, 5)
        shares = np.exp(maps[:, y, x]) / np.exp(maps[:, y, x]).sum()
        assert top[0].class_index == made.label_map[y, x]
        assert [score.probability for score in top] == pytest.approx(sorted(shares, reverse=True), rel=1e-5)
        assert made.probability_map[y, x] == pytest.approx(shares.max(), rel=1e-5)
    assert sum(count for _, count in made.winners()) == (~made.is_silent).sum()
    json.dumps(made.to_dict(), allow_nan=False)
    assert "cells" in repr(made)
    assert "p there" in made._repr_html_()


def test_a_silent_cell_answers_nothing():
    init, net = fires_net(1)
    for op in init.op:  # every class is held down
        if op.output[0] == "conv10_b":
            op.arg[1].floats[:] = [-1e6] * 5
    made = sv.predictions_per_location(source_of((init, net)))
    assert made.is_silent.all()
    assert made.winners() == ()
    assert made.to_dict()["cells"] == []
    assert "none says anything" in repr(made)
    source = source_of((init, net))
    analysis = sv.softmax_analysis(source, 0)
    assert (analysis.zeros, analysis.probability) == (4, pytest.approx(0.2))
    assert analysis.floor == pytest.approx(0.8)
    own = sv.decompose_logit(source, 0)
    assert (own.logit, own.bias, own.cells.sum()) == (0, 0, 0)
    assert own.cut_bias == -1e6
    assert own.top_cells() == ()
    assert not sv.contributions_by_receptive_field(source, 0).evidence.any()
    for shown in (own, sv.contrast(source, 0, 1), analysis, sv.contributions_by_receptive_field(source, 0), made):
        assert shown._repr_html_()


def test_places_tile_the_photo_and_fields_stay_within_what_was_seen():
    source = source_of(fires_net(0), size=39, photo=(45, 52))
    at = sv.decompose_logit(source, 0).places
    height, width = at.layer.shape[1:]
    for y, x in np.ndindex(height - 1, width - 1):
        left, top, right, bottom = at.tile(y, x)
        assert (bottom - top, right - left) == at.layer.stride, "not resized: input pixels are the photo's"
        assert at.tile(y, x + 1)[0] == right
        assert at.tile(y + 1, x)[1] == bottom
        seen = source.preprocessing.geometry(52, 45).visible
        field = at.field(y, x)
        assert seen[0] <= field[0] <= field[2] <= seen[2]
        assert seen[1] <= field[1] <= field[3] <= seen[3]
        narrow = at.field(y, x, at.layer.receptive_fields[0])
        assert field[2] - field[0] >= narrow[2] - narrow[0]
    assert at.all == (*at.tile(0, 0)[:2], *at.tile(height - 1, width - 1)[2:])


def test_changing_pixels_outside_a_field_changes_nothing_in_its_cell():
    source = source_of(fires_net(5), size=39, photo=(39, 39))
    made, cell = sv.decompose_logit(source, 2), (0, 0)
    _, _, right, bottom = map(math.ceil, made.places.field(*cell))
    assert right < 39, "some of the photo lies outside"
    pixels = source.image.pixels.copy()
    pixels[bottom:] = 255 - pixels[bottom:]
    pixels[:, right:] = 255 - pixels[:, right:]
    other = sv.Arithmetic(source.model, sv.read_image(pixels), source.preprocessing)
    assert sv.decompose_logit(other, 2).cells[cell] == pytest.approx(made.cells[cell], rel=1e-6)
    assert not np.allclose(sv.decompose_logit(other, 2).cells, made.cells)


LOGITS = st.lists(st.floats(0, 60, width=32), min_size=2, max_size=30)


@given(LOGITS, st.floats(0.01, 0.99))
def test_an_analysis_says_what_softmax_does(values, wanted):
    logits = np.array(values, np.float32)
    made = SoftmaxAnalysis(
        Labels.numbered(len(logits)).classes[0], logits, Labels.numbered(len(logits)), has_floor=True
    )
    exact = np.exp(logits.astype(float))
    assert made.probability == pytest.approx(exact[0] / exact.sum(), rel=1e-9)
    assert made.probability + made.floor + made.nonzero_share == pytest.approx(1)
    assert made.zeros == (logits[1:] == 0).sum()
    # What is asked for is what one gets, the others as they are; and with the others silent.
    moved = np.array([made.needed(wanted), *logits[1:].astype(float)])
    assert np.exp(moved[0]) / np.exp(moved).sum() == pytest.approx(wanted, rel=1e-6)
    silent = np.array([made.least(wanted), *np.zeros(len(logits) - 1)])
    assert np.exp(silent[0]) / np.exp(silent).sum() == pytest.approx(wanted, rel=1e-6)
    assert made.needed(wanted) >= made.least(wanted) - 1e-9
    assert made.probability <= made.ceiling + 1e-12
    assert made.probability_at(made.logit) == made.probability
    json.dumps(made.to_dict(wanted), allow_nan=False)


def test_an_analysis_of_a_thousand_classes():
    labels = Labels.numbered(1000)
    logits = np.zeros(1000, np.float32)
    logits[7] = 3
    made = SoftmaxAnalysis(labels.classes[7], logits, labels, has_floor=True)
    assert made.least() == made.needed() == pytest.approx(math.log(999))
    assert made.ceiling == made.probability == pytest.approx(math.e**3 / (math.e**3 + 999))
    each = pytest.approx(1 / (math.e**3 + 999))
    assert made.top_others(2) == ((labels.classes[0], 0.0, each), (labels.classes[1], 0.0, each))
    for impossible in (0, 1, -0.1, math.nan):
        with pytest.raises(ValueError, match="between 0 and 1"):
            made.needed(impossible)


@pytest.mark.parametrize("seed", range(3))
def test_every_class_of_an_analysis_is_told_of_once(seed):
    made = sv.softmax_analysis(source_of(fires_net(seed)), 0)
    for n in (1, 2, 4):
        named, (others, share) = made.nonzero_others(n), made.beside(n)
        assert all(logit != 0 for _, logit, _ in named)
        assert 1 + len(named) + others + made.zeros == len(made.logits)
        told = made.probability + sum(each for _, _, each in named) + share + made.floor
        assert told == pytest.approx(1, abs=1e-6)


def test_logits_without_relu_have_no_floor():
    made = sv.softmax_analysis(source_of(fires_net(0, ends="linear")), 0)
    assert (made.has_floor, made.least(), made.ceiling) == (False, None, None)
    assert sv.softmax_analysis(source_of(fires_net(0)), 0).has_floor
    assert "p ≥ 50 %" in made._repr_html_()


def test_totals_of_channels_by_hand():
    features = np.arange(8, dtype=np.float32).reshape(2, 2, 2)
    where = np.array([[True, False], [False, True]])
    totals = channel_totals(features, np.array([2.0, -1.0]), where)
    np.testing.assert_allclose(totals, [2 * (0 + 3) / 4, -(4 + 7) / 4])


# What cannot be done is refused, in words ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ask",
    [
        lambda s: sv.decompose_logit(s, "no such"),
        lambda s: sv.contributions_by_receptive_field(s, 99),
        lambda s: sv.softmax_analysis(s, 5),
    ],
)
def test_an_unknown_class(ask):
    with pytest.raises(sv.LabelError):
        ask(source_of(fires_net(0)))


def test_a_class_against_itself():
    source = source_of(fires_net(0))
    with pytest.raises(sv.LabelError, match="takes two classes"):
        sv.contrast(source, 1, "class 1")
    with pytest.raises(sv.LabelError, match="expected two classes"):
        sv.contributions_by_receptive_field(source, 1, 1)


def test_a_cell_that_is_not_there():
    source = source_of(fires_net(0))
    with pytest.raises(sv.LayerError, match="no row 99"):
        sv.decompose_logit(source, 0).cell(99, 0)
    for cell in ((99, 0), (-1, 0)):
        with pytest.raises(sv.LayerError, match="no row"):
            sv.predictions_per_location(source).top(*cell)
    with pytest.raises(ValueError, match="at least 1"):
        sv.predictions_per_location(source).top(0, 0, 0)


def test_a_network_without_maps_of_classes():
    source = source_of(without_maps())
    for ask in (
        lambda: sv.decompose_logit(source, 0),
        lambda: sv.contrast(source, 0, 1),
        lambda: sv.predictions_per_location(source),
    ):
        with pytest.raises(sv.LayerError, match="tiny has no map a class: its logits, scores, are no means of maps"):
            ask()
    made = sv.contributions_by_receptive_field(source, 0)  # it has paths all the same, all of one width
    assert made.sizes == ((33, 33),)
    assert made.evidence.sum() + made.bias == pytest.approx(made.logit, abs=1e-4)
    assert not sv.softmax_analysis(source, 0).has_floor


def test_maps_that_see_neighbours_have_no_channel_terms():
    with pytest.raises(sv.LayerError, match="conv10, is no 1 × 1 convolution"):
        sv.decompose_logit(source_of(fires_net(0, ends="wide")), 0)
