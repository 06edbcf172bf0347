"""The study behind an atlas: parts add up to the same whatever their order and grouping, and to what was counted by hand."""

import pickle

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from squeezeviz.dataset.atlas import bins, tally
from squeezeviz.dataset.atlas.findings import findings, selectivity
from squeezeviz.dataset.atlas.packed import pack
from squeezeviz.dataset.atlas.rows import origin_of, rows_of
from squeezeviz.dataset.atlas.study import COUNTED, AtlasStudy
from squeezeviz.dataset.atlas.tally import Columns, Tally
from squeezeviz.errors import LayerError
from squeezeviz.image import read_image
from tests.nets import tiny_model

NAMES = ["b/2.png", "a.png", "ä.png", "zz.png", "b/10.png", "c.png", "twin of a.png", "black.png"]
CLASSES = [0, 3, None, 3, 0, 4, 3, None]


@pytest.fixture(scope="module")
def model():
    return tiny_model()


@pytest.fixture(scope="module")
def images():
    rng = np.random.default_rng(5)
    made = [rng.integers(0, 256, (40, 50, 3), dtype=np.uint8) for _ in NAMES]
    made[6] = made[1]  # of equals the one whose name comes first is named first
    made[7] = np.zeros_like(made[0])
    return [read_image(pixels, name=name) for pixels, name in zip(made, NAMES, strict=True)]


@pytest.fixture(scope="module")
def study(model):
    return AtlasStudy.of(model, k=3)


@pytest.fixture(scope="module")
def looks(model, images, study):
    """Every photo's answer, as bytes: a merge may use its first part up."""
    rows = zip(images, NAMES, CLASSES, strict=True)
    return [study.dump(study.look(model, image, name, index)) for image, name, index in rows]


@pytest.fixture(autouse=True)
def _few_wait(monkeypatch):
    """Let sums begin after three photos, so that both forms of a part meet."""
    monkeypatch.setattr(tally, "_WAITING", 3)


def summed(study, part):
    """A part's bytes, all photos taken in."""
    return pack(Tally(Columns(), part.added_up(study.rows, study.k), part.cells.astype(np.int64)))


def in_turn(study, looks):
    part = study.empty()
    for content in looks:
        part = study.merge(part, study.load(content))
    return part


@pytest.mark.slow
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_any_order_and_grouping_adds_up_to_the_same(study, looks, data):
    order = data.draw(st.permutations(range(len(looks))))
    parts = [study.load(looks[at]) for at in order]
    while len(parts) > 1:
        at = data.draw(st.integers(0, len(parts) - 2))
        parts[at : at + 2] = [study.merge(parts[at], parts[at + 1])]
        if data.draw(st.booleans()):  # sent, or kept and taken up again
            parts[at] = study.load(study.dump(parts[at]))
        if data.draw(st.booleans()):
            parts.insert(0, study.empty())
    assert summed(study, parts[0]) == summed(study, in_turn(study, looks))


def test_the_second_part_is_left_alone(study, looks):
    for count in (1, 4):
        second = in_turn(study, looks[:count])
        before = study.dump(second)
        whole = study.merge(study.empty(), second)
        study.merge(whole, study.load(looks[5]))
        assert study.dump(second) == before


def test_all_is_what_counting_by_hand_finds(model, images, study, looks):
    part = in_turn(study, looks)
    found = findings(part, study.rows, study.k)
    assert found.photos == len(NAMES)
    assert [group.layer for group in study.rows.shown] == [layer.name for layer in model.architecture]
    activations = [model.activations(image) for image in images]
    names = found.strongest.names
    assert names == sorted(names)
    labelled = sorted({index for index in CLASSES if index is not None})
    assert found.classes.tolist() == labelled
    assert found.per_class.tolist() == [CLASSES.count(index) for index in labelled]
    for group in study.rows.shown:
        for channel in range(group.channels):
            row = group.start + channel
            maps = [made[group.layer].reshape(group.channels, -1)[channel] for made in activations]
            ranked = sorted(
                (-float(each.max()), name, int(each.argmax()))
                for each, name in zip(maps, NAMES, strict=True)
                if each.max() > 0
            )
            told = [
                (-float(value), names[photo], int(cell))
                for photo, value, cell in zip(
                    *(getattr(found.strongest, key)[row] for key in ("photo", "value", "cell")), strict=True
                )
                if photo >= 0
            ]
            assert told == ranked[: study.k], (group.layer, channel)
            maxima = np.array([each.max() for each in maps])
            means = np.array([each.mean() for each in maps], np.float64)
            expected = np.bincount(
                np.where(maxima > 0, np.clip(np.searchsorted(bins.EDGES, maxima, "right"), 1, bins.BINS - 1), 0),
                minlength=bins.BINS,
            )
            np.testing.assert_array_equal(found.peaks[row], expected)
            assert found.active_photos[row] == (maxima > 0).sum()
            assert found.mean[row] == pytest.approx(means.mean(), abs=2**-15)
            assert found.spread[row] == pytest.approx(means.std(), abs=2**-8)
            for at, index in enumerate(labelled):
                own = means[[each == index for each in CLASSES]]
                assert found.class_means[at, row] == pytest.approx(own.mean(), abs=2**-15)


def test_a_concatenation_is_counted_once_and_serves_its_branches(model, study):
    asked = [group.layer for group in study.rows.asked]
    assert "fire2/concat" in asked
    assert "fire2/expand1x1" not in asked
    by_name = {group.layer: group for group in study.rows.shown}
    assert by_name["fire2/expand3x3"].start == by_name["fire2/concat"].start + 3
    alone = rows_of(model.architecture, ["fire2/expand3x3"])
    assert [group.layer for group in alone.asked] == ["fire2/expand3x3"]
    layer = model.architecture["fire2/concat"]
    assert [origin_of(model.architecture, layer, at).name for at in (0, 2, 3, 5)] == ["fire2/expand1x1"] * 2 + [
        "fire2/expand3x3"
    ] * 2
    with pytest.raises(LayerError, match="Did you mean 'conv1'"):
        rows_of(model.architecture, ["conv01"])
    with pytest.raises(LayerError, match="leave it out"):
        rows_of(model.architecture, [])


def test_correlations_are_pearsons(model, images, study, looks):
    found = findings(in_turn(study, looks), study.rows, study.k)
    at = next(at for at, group in enumerate(study.rows.asked) if group.layer == "fire2/concat")
    maxima = np.stack([model.activations(image)["fire2/concat"].max(axis=(1, 2)) for image in images])
    told = found.correlations[at]
    for one in range(6):
        for other in range(6):
            if maxima[:, one].std() == 0 or maxima[:, other].std() == 0:
                assert np.isnan(told[one, other])
            else:
                assert told[one, other] == pytest.approx(np.corrcoef(maxima[:, one], maxima[:, other])[0, 1], abs=0.01)
    # Of a branch, channels are counted from its own first.
    others, values = found.alike(at, slice(3, 6))
    assert others.max() < 3
    for channel, (other, value) in enumerate(zip(others[:, 0], values[:, 0], strict=True)):
        if other >= 0:
            assert other != channel
            assert value == told[3 + channel, 3 + other] == np.nanmax(np.delete(told[3 + channel, 3:6], channel))


def test_cells_are_counted_on_a_lattice(model, images, study, looks):
    part = in_turn(study, looks)
    assert COUNTED == 7
    group = next(group for group in study.rows.asked if group.layer == "conv1")
    maps = [model.activations(image)["conv1"] for image in images]
    assert maps[0].shape[1:] == (16, 16)
    lattice = np.concatenate([each[:, 0::3, 0::3].reshape(4, -1) for each in maps], axis=1)
    np.testing.assert_array_equal(part.cells[group.rows], bins.count(lattice))
    assert part.cells[group.rows].sum(axis=1).tolist() == [36 * len(NAMES)] * 4


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_bin_is_found_by_its_edges(value):
    found = int(bins.bin_of(np.array([[value]], np.float32))[0, 0])
    if value <= 0:
        assert found == 0
    else:
        assert 1 <= found < bins.BINS
        assert found == 1 or bins.EDGES[found - 1] <= value
        assert found == bins.BINS - 1 or value < bins.EDGES[found]


def test_no_photo_answers_and_few_photos_say_nothing_of_likeness(study, looks):
    none = findings(study.empty(), study.rows, study.k)
    assert none.photos == 0
    assert (none.strongest.photo == -1).all()
    two = findings(in_turn(study, looks[:2]), study.rows, study.k)
    assert (two.alike(0, slice(0, 4))[0] == -1).all()


def test_selectivity_is_that_of_morcos_and_others():
    means = np.array([[3.0, 2, 0, 4], [1, 2, 0, 0], [1, 2, 0, 0]])
    np.testing.assert_allclose(selectivity(means), [0.5, 0, np.nan, 1])
    assert np.isnan(selectivity(means[:1])).all()


@pytest.mark.parametrize(
    "spoil",
    [lambda c: c[: len(c) // 2], lambda c: b"", lambda c: b"nothing" * 99, lambda c: c[:400] + b"\0" * 40 + c[440:]],
)
def test_other_bytes_are_refused(study, looks, spoil):
    with pytest.raises(ValueError, match="expected|cannot|invalid|magic"):
        study.load(spoil(looks[0]))


def test_it_travels_to_workers(study, looks):
    there = pickle.loads(pickle.dumps(study))
    assert there == study
    assert there.key == study.key
    assert summed(there, in_turn(there, looks)) == summed(study, in_turn(study, looks))


def test_a_part_of_other_layers_is_refused(model, images, looks):
    other = AtlasStudy.of(model, ["conv1"], k=3)
    with pytest.raises(ValueError, match="expected"):
        other.load(looks[0])
    assert other.key != AtlasStudy.of(model, ["conv1"], k=4).key
    assert other.key != AtlasStudy.of(model, ["pool1"], k=3).key
