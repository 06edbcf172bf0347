"""The exact class activation map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.errors import LayerError
from squeezeviz.evidence.attribution.attribution import Completeness
from squeezeviz.evidence.ending import class_maps

if TYPE_CHECKING:
    from squeezeviz.evidence.attribution.attribution import Attribution
    from squeezeviz.evidence.attribution.subject import Subject

__all__ = ["cam"]


def cam(subject: Subject) -> Attribution:
    """Return the class activation map whose cells add up to the logit: exact, where the network ends in a global mean.

    B. Zhou, A. Khosla, A. Lapedriza, A. Oliva and A. Torralba, "Learning Deep Features for Discriminative Localization"
    (2016); M. Lin, Q. Chen and S. Yan, "Network in Network" (2013). With n cells, features A and a class's weights w:

        cell(y, x) = (Σ over channels k: w_k · A_k(y, x) + bias) / n,     Σ over cells: cell = logit

    and where the maps are a layer of their own, as in SqueezeNet, the map after that layer's ReLU, divided by n. Of a
    difference of two logits it is the difference of their maps. Other than in the paper the bias is part of the map,
    and the cells are divided by n: so they add up.

    Returns:
        Over the cells of the class's map, signed, in logits; with its completeness: it adds up to the logit.

    Raises:
        LayerError: No such map follows from the network's graph, or the number is no logit.
    """
    found = class_maps(subject.architecture, subject.model.name)
    target = subject.target
    if target.of != subject.architecture.logits_name:
        raise LayerError(f"cam: an exact map is known of a logit, or of a difference of two, not of {target.words}")
    values, weights = subject.activation(found.layer.name)[0], target.weights.reshape(-1)
    maps = [weights[index] * found.of_class(values, int(index)) for index in np.flatnonzero(weights)]
    cells = np.sum(maps, axis=0, dtype=np.float64) / maps[0].size
    total = float(cells.sum())
    words = f"the {target.words}; the gap is rounding"
    return subject.over_cells(
        "cam", found.layer, cells, target.unit, completeness=Completeness(subject.value, total, words)
    )
