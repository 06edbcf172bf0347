"""Attribution on the published network: the exact class activation map as the ground truth."""

import numpy as np
import pytest

import squeezeviz as sv

pytestmark = pytest.mark.model


def test_hires_cam_is_the_exact_map_but_for_the_bias(model):
    exact, hires = (sv.attribute(model, "chelsea", method) for method in ("cam", "hires-cam"))
    _, bias = model.kernels("conv10")
    label = exact.target.label
    active = exact.values > 0
    assert (label.label, exact.layer, hires.layer) == ("tiger cat", "conv10", "fire9/concat")
    np.testing.assert_allclose(
        hires.values, exact.values - active * bias[label.class_index] / 196, atol=1e-5 * exact.values.max()
    )
    assert abs(exact.completeness.gap) < 1e-4 * exact.value
    assert hires.completeness.gap == pytest.approx(active.sum() * bias[label.class_index] / 196, abs=1e-3)
    # At conv10 itself a logit's derivative is 1 / 196 in its own map.
    for method in ("grad-cam", "layer-cam", "hires-cam"):
        np.testing.assert_allclose(
            sv.attribute(model, "chelsea", method, layer="conv10").values, exact.values, atol=1e-5 * exact.values.max()
        )


def test_integrated_gradients_come_near_the_difference(model):
    made = sv.attribute(model, "chelsea", "integrated-gradients", steps=20, baseline="mean").completeness
    assert abs(made.gap) < 0.1 * abs(made.expected)
