"""Parts of a network, ablation, ablation sweep and occlusion: all of them against whole runs, on tiny random networks."""

import json
import threading
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import squeezeviz as sv
from squeezeviz.evidence import incremental
from squeezeviz.evidence.batches import side_by_side
from squeezeviz.evidence.incremental import PatchedRuns, plan, stages
from squeezeviz.evidence.occlusion import sizes_px
from squeezeviz.evidence.reach import Stretch, bottlenecks
from squeezeviz.image import read_image
from squeezeviz.runtime import parts
from tests.nets import exported_net, fire_net, tiny_model

SIZE = 33
RNG = np.random.default_rng(3)


@pytest.fixture(scope="module", params=[fire_net, exported_net])
def model(request):
    return tiny_model(request.param(1))


def tensor(batch=1, height=SIZE, width=SIZE, seed=0):
    return np.random.default_rng(seed).normal(0, 50, (batch, 3, height, width)).astype(np.float32)


def photo(seed=0):
    return read_image(np.random.default_rng(seed).integers(0, 256, (40, 52, 3), dtype=np.uint8))


def close(got, expected):
    np.testing.assert_allclose(got, expected, atol=1e-5 * max(1.0, np.abs(expected).max()))


# Parts ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("height", "width"), [(SIZE, SIZE), (40, 21)])
def test_the_rest_is_what_a_whole_run_gives_from_every_layer(model, height, width):
    x = tensor(3, height, width)
    whole = model.activations_of_tensor(x, pre_relu=True)
    ends = [model.architecture.logits_name, model.architecture.output_name]
    for name, values in whole.items():
        if name == model.architecture.output_name:
            continue
        got = sv.run_from(model, name, values, beside=whole)
        assert list(got) == ends
        for end in ends:
            close(got[end], whole[end])
    close(sv.run_from(model, model.architecture.input_name, x)[ends[1]], whole[ends[1]])


def test_what_lies_beside_stays_and_one_row_stands_for_all():
    model = tiny_model()
    x = tensor()
    whole = model.activations_of_tensor(x)
    other = np.abs(tensor(2)[:, :, :8, :8]).astype(np.float32)
    assert whole["fire2/expand1x1"].shape[1:] == other.shape[1:]
    got = sv.run_from(
        model,
        "fire2/expand1x1",
        other,
        ["fire2/concat", "conv10"],
        beside={**whole, "fire2/expand3x3": whole["fire2/expand3x3"][0]},
    )
    expected = np.concatenate([other, np.repeat(whole["fire2/expand3x3"], 2, 0)], axis=1)
    np.testing.assert_array_equal(got["fire2/concat"], expected)
    close(got["conv10"], sv.run_from(model, "fire2/concat", expected, "conv10")["conv10"])


def test_a_later_value_hides_an_earlier_one():
    model = tiny_model()
    whole = model.activations_of_tensor(tensor())
    changed = {"fire2/squeeze1x1": whole["fire2/squeeze1x1"] * 0, "fire2/concat": whole["fire2/concat"]}
    assert model.parts.beside(changed, ["pool10"]) == ()
    close(model.parts.run(changed, ["pool10"])["pool10"], whole["pool10"])


def test_only_a_few_sessions_are_kept(monkeypatch):
    monkeypatch.setattr(parts, "_MOST_SESSIONS", 8)
    model = tiny_model()
    whole = model.activations_of_tensor(tensor())
    for end in ("conv10", "pool10", "softmaxout"):
        for start in ("pool1", "fire2/squeeze1x1", "fire2/concat"):
            for threads in (1, 2):
                model.parts.run({start: whole[start]}, [end], threads=threads)
    assert len(model.parts._sessions) == 8


def test_what_cannot_be_run_is_said():
    model = tiny_model()
    maps = np.ones((1, 3, 8, 8), np.float32)
    for layer, values, error, says in [
        ("fire2/expand1x1", maps, sv.LayerError, "also reads fire2/expand3x3.*beside=model.activations"),
        ("fire2/expand1", maps, sv.LayerError, "Did you mean 'fire2/expand1x1'"),
        ("softmaxout", np.ones((1, 5), np.float32), sv.LayerError, "'pool10' does not depend on 'softmaxout'"),
        ("pool1", maps, sv.ModelError, r"expected float32 \(B, 4, 8, 8\).*got shape \(1, 3, 8, 8\)"),
        ("pool1", maps.astype(float), sv.ModelError, "got float64"),
        ("pool1", [1.0], sv.ModelError, "got list"),
        ("pool1", np.full((1, 4, 8, 8), np.nan, np.float32), sv.ModelError, "NaN"),
    ]:
        with pytest.raises(error, match=says):
            sv.run_from(model, layer, values)
    with pytest.raises(sv.LayerError, match="also reads fire2/expand3x3; give them too"):
        model.parts.run({"fire2/expand1x1": maps}, ["pool10"])
    with pytest.raises(sv.ModelError, match="could not run"):
        model.parts.run({"fire2/concat": maps}, ["pool10"])


# Ablation ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fill", ["zero", "mean", 2.5])
def test_ablation_is_a_whole_run_with_the_values_replaced(fill):
    model, image = tiny_model(), photo()
    x = model.preprocessing(image)
    whole = model.activations_of_tensor(x)
    got = sv.ablate(model, image, {"fire2/squeeze1x1": 1, "fire2/concat": [0, 5]}, fill=fill)

    def off(values, channels):
        values = values.copy()
        for channel in channels:
            values[:, channel] = {"zero": 0, "mean": values[:, channel].mean()}.get(fill, fill)
        return values

    squeeze = off(whole["fire2/squeeze1x1"], [1])
    concat = off(sv.run_from(model, "fire2/squeeze1x1", squeeze, "fire2/concat")["fire2/concat"], [0, 5])
    expected = sv.run_from(model, "fire2/concat", concat, ["conv10", "pool10", "softmaxout"])
    close(got.after.logits, expected["pool10"].ravel())
    close(got.after.probabilities, expected["softmaxout"].ravel())
    close(got.activations["conv10"], expected["conv10"][0])
    np.testing.assert_array_equal(got.activations["pool1"], whole["pool1"][0])
    np.testing.assert_array_equal(got.activations["fire2/concat"], concat[0])
    close(got.logit_changes, expected["pool10"].ravel() - whole["pool10"].ravel())
    assert set(got.activations) == {layer.name for layer in model.architecture}
    # The activations open: what follows the ablated layers adds up.
    opened = sv.Arithmetic(model, image, activations=got.activations).of("conv10", 2, (3, 4))
    assert abs(opened.residual) < 1e-4 * max(1, abs(opened.value))


def test_a_branch_is_its_half_of_the_concatenation():
    model, image = tiny_model(), photo()
    for branch in ("expand1x1", "expand3x3"):
        by_layer = sv.ablate(model, image, {f"fire2/{branch}": "all"})
        by_half = sv.ablate(model, image, {"fire2/concat": branch})
        np.testing.assert_array_equal(by_layer.after.logits, by_half.after.logits)
        assert np.abs(by_layer.logit_changes).max() > 0
        assert not by_half.activations["fire2/concat"][list(by_half.ablated["fire2/concat"])].any()
    assert by_half.ablated == {"fire2/concat": (3, 4, 5)}


def test_what_cannot_be_switched_off_is_said():
    model, image = tiny_model(), photo()
    for off, says in [
        ({}, "nothing to ablate"),
        ({"fire2/concat": 6}, "no channel 6; there are 6"),
        ({"fire2/concat": [-1]}, "no channel -1"),
        ({"fire2/concat": [True]}, "no channel True"),
        ({"fire2/concat": []}, "at least one channel"),
        ({"fire2/concat": "expand5x5"}, "expected 'expand1x1', 'expand3x3', all"),
        ({"pool1": "left"}, "no channels called 'left'"),
        ({"fire2/conct": 1}, "Did you mean 'fire2/concat'"),
        ({"softmaxout": 1}, "comes after the logits"),
    ]:
        with pytest.raises(sv.LayerError, match=says):
            sv.ablate(model, image, off)
    for fill in ("one", float("nan"), True, None):
        with pytest.raises(sv.LayerError, match="expected 'zero', 'mean' or a finite number"):
            sv.ablate(model, image, {"pool1": 0}, fill=fill)


def test_ablations_as_plain_data_and_display():
    made = sv.ablate(tiny_model(), photo(), {"fire2/concat": [2, 1, 2]})
    assert made.ablated == {"fire2/concat": (2, 1)}
    plain = json.loads(json.dumps(made.to_dict(3), allow_nan=False))
    assert (plain["method"], plain["ablated"], len(plain["moved"])) == ("ablation", {"fire2/concat": [2, 1]}, 3)
    sizes = [abs(row["logit_change"]) for row in plain["moved"]]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == pytest.approx(np.abs(made.logit_changes).max())
    change = made.change(3)
    assert (change["index"], change["label"]) == (3, made.before[3].label)
    assert change["logit_change"] == pytest.approx(float(made.logit_changes[3]))
    assert change["probability_after"] - change["probability_before"] == pytest.approx(
        float(made.probability_changes[3])
    )
    leading = made.leading(2)
    assert set(leading) == {*made.before.ranking[:2].tolist(), *made.after.ranking[:2].tolist()}
    assert leading[:2] == tuple(made.before.ranking[:2].tolist())
    assert "fire2/concat: 2, 1" in made._repr_html_()
    assert "without fire2/concat [2, 1]" in repr(made)


# AblationSweep --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layers", [None, ["pool1", "fire2/expand3x3"]])
def test_a_sweep_is_one_ablation_after_the_other(layers):
    model, image = tiny_model(), photo()
    made = sv.ablation_sweep(model, image, layers, fill="mean")
    assert made.is_complete
    names = layers or ["fire2/squeeze1x1"]
    assert made.channels == tuple((name, at) for name in names for at in range(model.architecture[name].channels))
    for (layer, channel), logits in zip(made.channels, made.logits, strict=True):
        one = sv.ablate(model, image, {layer: channel}, fill="mean")
        close(logits, one.after.logits)
    (first, *_), key = made.ranked(3), 3
    assert abs(first.logit_change) == pytest.approx(np.abs(made.changes()).max())
    by_probability = made.ranked(key, units="probability")
    sizes = [abs(effect.probability_change) for effect in by_probability]
    assert sizes == sorted(sizes, reverse=True)
    assert len(by_probability) == made.total
    np.testing.assert_array_equal(made.of_layer(names[-1], key), made.changes(key)[-len(made.of_layer(names[-1])) :])


@pytest.mark.parametrize(("key", "layers"), [(None, None), (3, "fire2/concat"), (0, ["conv1", "fire2/expand3x3"])])
def test_a_sweep_for_a_class_is_that_class_of_the_whole_sweep(key, layers):
    model, image = tiny_model(), photo()
    target = int(model.predict(image).ranking[0]) if key is None else key
    made, whole = (
        sv.ablation_sweep(model, image, layers, target=target, fill="mean"),
        sv.ablation_sweep(model, image, layers, fill="mean"),
    )
    assert made.channels == whole.channels
    assert made.target == model.labels[target] == model.labels[int(whole.prediction.ranking[0]) if key is None else key]
    np.testing.assert_allclose(made.changes(), whole.changes(key), atol=1e-5 * np.abs(whole.prediction.logits).max())
    assert made.reference == pytest.approx(whole.prediction.logits[[target]], rel=1e-5)
    assert made.score().label == whole.score(key).label == model.labels[target].label
    assert made.is_complete
    effect = made.ranked(n=1)[0]
    assert abs(effect.logit_change) == np.abs(made.changes()).max()
    assert (effect.probability_change, effect.answer) == (None, None)
    assert made.of_layer(effect.layer)[effect.channel] == effect.logit_change
    plain = json.loads(json.dumps(made.to_dict(n=2), allow_nan=False))
    assert plain["class"]["class_index"] == target
    assert plain["channels"][0] == {
        "layer": effect.layer, "channel": effect.channel, "logit_change": effect.logit_change,
    }  # fmt: skip
    assert f"{effect.logit_change:+.3f}" in made._repr_html_()


def test_a_sweep_for_a_class_says_what_it_cannot_count():
    model, image = tiny_model(), photo()
    with pytest.raises(sv.LabelError):
        sv.ablation_sweep(model, image, target="no such class")
    with pytest.raises(sv.LayerError, match="not part of this sweep; there are fire2/squeeze1x1"):
        sv.ablation_sweep(model, image, target=0).of_layer("conv1")
    for target in (0, None):
        with pytest.raises(sv.LayerError, match="no layer is named; expected one or more"):
            sv.ablation_sweep(model, image, [], target=target)
    with pytest.raises(sv.LayerError, match="does not depend on 'conv10'"):
        sv.ablation_sweep(model, image, "conv10", target=0)
    made = sv.ablation_sweep(model, image, target=0)
    with pytest.raises(sv.LabelError, match="this sweep was for 'class 0' alone; run one for 1, or without target"):
        made.ranked(1)
    with pytest.raises(ValueError, match="expected 'logit'; probabilities take a sweep without target"):
        made.changes(units="probability")


def test_pairs_are_ablations_of_two_and_interact():
    model, image = tiny_model(), photo()
    made = sv.pairwise_ablation(model, image, "fire2/concat")
    assert (made.total, made.is_complete) == (15, True)
    changes, apart = made.changes(2), made.interactions(2)
    np.testing.assert_array_equal(changes, changes.T)
    for a, b in [(0, 1), (2, 5)]:
        alone = [sv.ablate(model, image, {"fire2/concat": at}).logit_changes[2] for at in (a, b)]
        both = sv.ablate(model, image, {"fire2/concat": [a, b]}).logit_changes[2]
        assert changes[a, b] == pytest.approx(both, abs=1e-4)
        assert apart[a, b] == pytest.approx(both - sum(alone), abs=1e-4)
    assert not np.diag(apart).any()
    (a, b, most), *_ = made.strongest(2)
    assert abs(most) == pytest.approx(np.abs(apart).max())
    assert a < b
    plain = json.loads(json.dumps(made.to_dict(2, 4), allow_nan=False))
    assert plain["pairs"][0] == {"channels": [a, b], "interaction": most}


def test_a_sweep_comes_in_parts_and_stops():
    model, image = tiny_model(), photo()
    steps = list(sv.ablation_sweep_steps(model, image, ["conv1", "pool1", "fire2/concat", "conv10"]))
    assert [step.done for step in steps] == [16, 19]
    assert np.isnan(steps[0].logits[16:]).all(), "an earlier result does not change later"
    np.testing.assert_array_equal(steps[0].logits[:16], steps[1].logits[:16])
    assert len(steps[0].ranked()) == 16
    assert "16 of 19" in repr(steps[0])
    assert json.loads(json.dumps(steps[0].to_dict(), allow_nan=False))["done"] == 16
    assert "16 of 19 channels" in steps[0]._repr_html_()
    cancel = threading.Event()
    cancel.set()
    assert list(sv.ablation_sweep_steps(model, image, cancel=cancel)) == []
    stopped = []
    cancel = threading.Event()
    for step in sv.pairwise_ablation_steps(model, image, "conv1", cancel=cancel):
        stopped.append(step)
        cancel.set()
    assert len(stopped) == 1


def test_what_cannot_be_counted_is_said():
    model, image = tiny_model(), photo()
    with pytest.raises(sv.LayerError, match="Did you mean 'conv1'"):
        sv.ablation_sweep(model, image, "conv11")
    with pytest.raises(ValueError, match="expected 'logit' or 'probability'"):
        sv.ablation_sweep(model, image).changes(units="bits")
    with pytest.raises(sv.LayerError, match="not part of this sweep; there are fire2/squeeze1x1"):
        sv.ablation_sweep(model, image).of_layer("conv10")


# Running side by side ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("threads", [1, 3])
def test_batches_come_in_order_and_end_within_one(threads):
    begun, cancel = [], threading.Event()

    def work(batch):
        begun.append(batch)
        return sum(batch)

    items = list(range(50))
    assert [(list(batch), result) for batch, result in side_by_side(work, items, size=4, threads=threads)] == [
        (items[at : at + 4], sum(items[at : at + 4])) for at in range(0, 50, 4)
    ]
    begun.clear()
    seen = 0
    for _ in side_by_side(work, items, size=4, threads=threads, cancel=cancel):
        seen += 1
        cancel.set()
    assert seen == 1
    assert len(begun) <= threads + 2, "those that were under way, and no further one"
    begun.clear()
    running = side_by_side(work, items, size=4, threads=threads)
    next(running)
    running.close()
    assert len(begun) <= threads + 2


def test_an_error_in_a_batch_arrives():
    def work(batch):
        raise sv.ModelError("no")

    with pytest.raises(sv.ModelError, match="no"):
        list(side_by_side(work, [1, 2, 3], size=1, threads=2))


# Occlusion -----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(data=st.data(), height=st.integers(19, 41), width=st.integers(19, 41), patch=st.integers(1, 9))
def test_any_stages_give_what_whole_runs_give(data, height, width, patch):
    model = SHARED
    arch = model.architecture_at(height, width)
    tops, lefts = (st.integers(0, side - 1) for side in (height, width))
    corners = data.draw(st.lists(st.tuples(tops, lefts), min_size=1, max_size=5))
    boxes = [((y, min(y + patch, height)), (x, min(x + patch, width))) for y, x in corners]
    cuts = bottlenecks(arch, model.parts)
    ends = [name for name in cuts[1:] if data.draw(st.booleans())]
    x, fill = tensor(1, height, width, 1), tensor(1, height, width, 2)
    got = PatchedRuns(model, x, fill, stages(model, arch, boxes, ends))(boxes)
    hidden = np.repeat(x, len(boxes), 0)
    for row, (rows, columns) in enumerate(boxes):
        hidden[row, :, slice(*rows), slice(*columns)] = fill[0, :, slice(*rows), slice(*columns)]
    close(got, model.activations_of_tensor(hidden, "pool10")["pool10"].reshape(len(boxes), -1))


SHARED = tiny_model()


def test_pixels_that_reach_nothing_change_nothing():
    height, width = 36, 19
    arch = SHARED.architecture_at(height, width)
    x, fill = tensor(1, height, width, 1), tensor(1, height, width, 2)
    boxes = [((35, 36), (0, 1)), ((30, 36), (12, 19))]
    whole = np.repeat(x, 2, 0)
    whole[1, :, 30:36, 12:19] = fill[0, :, 30:36, 12:19]
    expected = SHARED.activations_of_tensor(whole, "pool10")["pool10"].reshape(2, -1)
    for end in bottlenecks(arch, SHARED.parts)[1:]:
        close(PatchedRuns(SHARED, x, fill, stages(SHARED, arch, boxes[:1], [end]))(boxes[:1]), expected[:1])
        close(PatchedRuns(SHARED, x, fill, stages(SHARED, arch, boxes, [end]))(boxes), expected)


def test_a_patch_touches_what_changes_and_nothing_else():
    arch = SHARED.architecture
    x = tensor()
    base = SHARED.activations_of_tensor(x)
    sizes = {layer.name: layer.shape[1] for layer in arch if len(layer.shape) == 3} | {"data": SIZE}
    for axis, (first, end) in product((0, 1), [(0, 1), (5, 9), (16, 17), (30, 33)]):
        hidden = x.copy()
        np.moveaxis(hidden, 2 + axis, 0)[first:end] += 1000
        changed = SHARED.activations_of_tensor(hidden)
        for name in bottlenecks(arch, SHARED.parts)[1:]:
            low, high = Stretch(arch, "data", name).touched((first, end), sizes, axis)
            rows = np.flatnonzero((changed[name] != base[name]).any(axis=(0, 1, 3 - axis)))
            assert set(rows) <= set(range(low, high)), name
            assert len(rows) >= (high - low) // 2


def test_the_narrows_are_what_everything_passes_through():
    assert bottlenecks(SHARED.architecture, SHARED.parts) == [
        "data", "conv1", "pool1", "fire2/squeeze1x1", "fire2/concat", "conv10",
    ]  # fmt: skip


@pytest.mark.parametrize("fill", ["grey", "mean", "blur", (255, 0, 7)])
def test_occlusion_hides_one_patch_after_the_other(model, fill, monkeypatch):
    monkeypatch.setattr(incremental, "_MACS_A_STAGE", 0)  # so that a tiny network is worth stages
    image = photo(4)
    made = sv.occlude(model, image, patch_px=8, stride_px=5, fill=fill)
    assert made.is_complete
    assert made.logits.shape == (6, 6, 5)
    x = model.preprocessing(image)
    assert plan(model, model.architecture, [((0, 8), (0, 8))]), "stages were used"
    for row, column in [(0, 0), (2, 3), (5, 5), (5, 0)]:
        left, top, right, bottom = made.patch(row, column)
        assert (left, top, right, bottom) == (column * 5, row * 5, min(SIZE, column * 5 + 8), min(SIZE, row * 5 + 8))
        hidden = x.copy()
        if isinstance(fill, tuple) or fill == "grey":
            red, green, blue = (128,) * 3 if fill == "grey" else fill
            means = np.array(model.preprocessing.mean, np.float32)
            hidden[0, :, top:bottom, left:right] = (np.array([blue, green, red]) - means)[:, None, None]
        elif fill == "mean":
            hidden[0, :, top:bottom, left:right] = x.mean(axis=(2, 3))[0][:, None, None]
        else:
            bells = np.exp(-0.5 * ((np.arange(SIZE)[:, None] - np.arange(SIZE)) / 4) ** 2)
            bells /= bells.sum(1, keepdims=True)
            blurred = np.einsum("yv,cvu,xu->cyx", bells, x[0], bells)
            hidden[0, :, top:bottom, left:right] = blurred[:, top:bottom, left:right]
        (expected,) = model.predict_tensor(hidden)
        np.testing.assert_allclose(
            made.logits[row, column], expected.logits, atol=1e-4 * np.abs(expected.logits).max() + 1e-4
        )
        before = made.prediction
        assert made.map(2)[row, column] == pytest.approx(before.logits[2] - expected.logits[2], abs=1e-3)
        assert made.map(2, "probability")[row, column] == pytest.approx(
            before.probabilities[2] - expected.probabilities[2], abs=1e-3
        )
        assert made.answer(row, column).top(1)[0].class_index == expected.top(1)[0].class_index
        assert made.flips[row, column] == (expected.ranking[0] != before.ranking[0])


def test_pixels_are_means_of_the_patches_over_them():
    made = sv.occlude(SHARED, photo(), patch_px=8, stride_px=5)
    change, pixels = made.map(1), made.pixels(1)
    assert pixels[0, 0] == pytest.approx(change[0, 0])
    assert pixels[6, 2] == pytest.approx(change[:2, 0].mean(), abs=1e-6)
    assert pixels[32, 32] == pytest.approx(change[5, 5])
    assert np.isfinite(pixels).all()
    (x0, y0, x1, y1) = made.patch_in_photo(5, 5)
    geometry = SHARED.preprocessing.geometry(52, 40)
    assert (x0, y0) == geometry.to_original(25, 25)
    assert (x1, y1) == geometry.to_original(33, 33)


def test_patches_are_ranked_by_what_they_carry():
    *_, made = steps = list(sv.occlusion_steps(SHARED, photo(), patch_px=5, stride_px=3))
    for key, units in ((None, "logit"), (1, "probability")):
        ranked, change = made.ranked(key, units=units), made.map(key, units)
        assert len({each.cell for each in ranked}) == made.total
        sizes = [abs(each.change) for each in ranked]
        assert sizes == sorted(sizes, reverse=True)
        for each in ranked[:3]:
            assert each.change == change[each.cell]
            assert each.place == tuple(made.patches_in_photo[each.cell[0]][each.cell[1]])
            assert each.answer == made.answer(*each.cell).top(1)[0]
    assert made.ranked(n=3) == made.ranked()[:3]
    assert len(steps[0].ranked()) == steps[0].done == 16


def test_occlusion_comes_coarse_first_and_stops():
    steps = list(sv.occlusion_steps(SHARED, photo(), patch_px=5, stride_px=3))
    assert steps[-1].is_complete
    assert steps[-1].total == 121
    assert all(later.done - earlier.done <= 16 for earlier, later in pairwise(steps))
    known = np.isfinite(steps[0].map())
    assert known[::4, ::4].all()
    assert known.sum() == steps[0].done == 16
    np.testing.assert_array_equal(steps[0].logits[known], steps[-1].logits[known])
    plain = json.loads(json.dumps(steps[0].to_dict(1, "probability"), allow_nan=False))
    assert plain["map"][0][0] == pytest.approx(float(steps[0].map(1, "probability")[0, 0]))
    assert plain["map"][1][1] is None
    assert "16 of" in steps[0]._repr_html_()
    assert "data:image/png" in steps[-1]._repr_html_()
    with pytest.raises(ValueError, match="not been hidden yet"):
        steps[0].answer(1, 1)
    assert not steps[0].flips[1, 1]
    cancel, seen = threading.Event(), []
    for step in sv.occlusion_steps(SHARED, photo(), patch_px=5, stride_px=3, cancel=cancel):
        seen.append(step)
        cancel.set()
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("side", "asked", "sizes"),
    [
        (227, {}, (32, 16)), (224, {}, (32, 16)), (299, {}, (42, 21)), (24, {}, (4, 2)), (8, {}, (2, 1)), (1, {}, (1, 1)),
        (24, {"patch_px": 9}, (9, 4)), (24, {"stride_px": 6}, (6, 6)), (24, {"stride_px": 1}, (4, 1)),
    ],
)  # fmt: skip
def test_the_usual_patch_follows_the_inputs_size(side, asked, sizes):
    assert sizes_px(side, asked.get("patch_px"), asked.get("stride_px")) == sizes


def test_an_input_smaller_than_a_usual_patch_can_be_hidden():
    made = sv.occlude(SHARED, photo())
    assert (made.patch_px, made.stride_px, made.is_complete) == (4, 2, True)


def test_what_cannot_be_hidden_is_said():
    for wrong, says in [
        ({"patch_px": 0}, "patch_px is 0"),
        ({"patch_px": 34}, "from 1 to 33, the input's size"),
        ({"patch_px": 4, "stride_px": 5}, "stride_px is 5.*hidden at least once"),
        ({"patch_px": 8.0, "stride_px": 1}, "patch_px is 8.0"),
        ({"patch_px": 8, "stride_px": 8, "fill": "black"}, "fill is 'black'"),
        ({"patch_px": 8, "stride_px": 8, "fill": (1, 2, 256)}, "fill is"),
    ]:
        with pytest.raises(sv.PreprocessingError, match=says):
            sv.occlude(SHARED, photo(), **wrong)
    with pytest.raises(ValueError, match="expected 'logit' or 'probability'"):
        sv.occlude(SHARED, photo(), patch_px=16, stride_px=16).map(units="bits")
