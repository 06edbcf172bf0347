"""Results as the messages that answer a page's questions about a photo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.explorer import protocol
from squeezeviz.explorer.encoding import as_float32, png

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from squeezeviz.evidence import (
        Calculation,
        ClassContrast,
        LocationPredictions,
        LogitDecomposition,
        ReceptiveFieldContributions,
        SoftmaxAnalysis,
    )
    from squeezeviz.evidence.attribution.attribution import Attribution
    from squeezeviz.evidence.attribution.methods import Method
    from squeezeviz.evidence.comparison import LayerDrift, Variant
    from squeezeviz.evidence.effective_kernels import EffectiveKernels
    from squeezeviz.evidence.ending import ClassMaps
    from squeezeviz.explorer.photos import Photo
    from squeezeviz.image import Image
    from squeezeviz.results.prediction import Prediction

__all__ = [
    "attribution", "calculation", "class_weights", "distance", "evidence", "kernels", "per_location", "pixels",
    "receptive_field", "variant", "variants", "weights",
]  # fmt: skip

_CHANNELS = 10


def variants(request: str, shown: Photo, predictions: Sequence[Prediction]) -> protocol.VariantsMessage:
    """What the model says of one photo preprocessed in several ways; the one in use comes first."""
    rows = []
    for prediction in predictions:
        best, how = prediction.top(1)[0], prediction.preprocessing
        preset, origin = (how.name, how.origin) if how else ("", "")
        rows.append(protocol.Variant(preset, origin, best.class_index, best.label, best.probability))
    return protocol.VariantsMessage(id=request, photo=shown.id, model=shown.prediction.model_id, rows=tuple(rows))


def variant(
    request: str, shown: Photo, other: Variant, preset_key: str, *, is_sigmoid: bool
) -> protocol.VariantMessage:
    """One photo in another preprocessing, compared with the one in use.

    Args:
        request: What this answers.
        shown: The photo.
        other: What the network makes of it.
        preset_key: What the page calls the preprocessing.
        is_sigmoid: Whether the network answers each class for itself.
    """
    how = other.preprocessing
    return protocol.VariantMessage(
        id=request,
        photo=shown.id,
        model=shown.prediction.model_id,
        reference=_preset(shown),
        preset_key=preset_key,
        preset=how.name,
        words=how.describe(),
        origin=how.origin,
        first_divergent_layer=other.first_divergent_layer.layer if other.first_divergent_layer else None,
        drift=_drift(other.drift),
        is_sigmoid=is_sigmoid,
        seen=png(other.seen),
        logits=as_float32(other.prediction.logits),
    )


def kernels(request: str, shown: Photo, folded: EffectiveKernels, preset_key: str) -> protocol.KernelsMessage:
    """The first convolution with a preprocessing folded in, and the proof."""
    count, colours, height, width = folded.kernels.shape
    return protocol.KernelsMessage(
        id=request,
        photo=shown.id,
        model=shown.prediction.model_id,
        preset_key=preset_key,
        layer=folded.layer,
        shape=(count, colours, height, width),
        difference=folded.difference,
        largest=folded.largest,
        values=as_float32(folded.kernels),
    )


def evidence(
    request: str, why: LogitDecomposition, cost: SoftmaxAnalysis | None, against: ClassContrast | None
) -> protocol.EvidenceMessage:
    """Why a class has its logit; and what decides between it and another."""
    height, width = why.cells.shape
    told = protocol.Evidence(
        class_index=why.class_index,
        logit=why.logit,
        residual=why.residual,
        is_signed=why.is_signed,
        shape=(height, width),
        count=len(why.channels),
        branches=tuple(protocol.Branch(name, adds) for name, adds in (against or why).branches.items()),
        softmax=None
        if cost is None
        else protocol.SoftmaxAnalysis(
            cost.zeros, len(cost.logits), cost.floor, protocol.Needed(cost.least(), cost.needed())
        ),
        contrast=None if against is None else _contrast(against),
        **vars(_adding(why)),
    )
    contrast_cells = None if against is None else as_float32(against.cells)
    return protocol.EvidenceMessage(
        id=request, evidence=told, cells=as_float32(why.cells), contrast_cells=contrast_cells
    )


def _contrast(made: ClassContrast) -> protocol.Contrast:
    return protocol.Contrast(
        contrast_class=made.second.class_index,
        difference=made.logit_difference,
        residual=made.residual,
        **vars(_adding(made)),
    )


def _adding(why: LogitDecomposition | ClassContrast) -> protocol.Adding:
    """What channels add: the largest, the others together, and the bias."""
    strongest = why.top_channels(_CHANNELS)
    return protocol.Adding(
        source=why.features,
        channels=tuple(protocol.ChannelAdds(each.channel, each.evidence) for each in strongest),
        rest=float(why.channels.sum()) - sum(each.evidence for each in strongest),
        bias=why.bias,
    )


def receptive_field(request: str, seen: ReceptiveFieldContributions) -> protocol.ReceptiveFieldMessage:
    """How much of a logit, or of the difference of two, came along paths that see so many pixels."""
    sizes = tuple(protocol.PathWidth(size, float(adds)) for size, adds in zip(seen.sizes, seen.evidence, strict=True))
    return protocol.ReceptiveFieldMessage(
        id=request, contributions=protocol.ReceptiveFieldContributions(sizes, seen.bias)
    )


def per_location(request: str, answers: LocationPredictions) -> protocol.PerLocationMessage:
    """What each cell alone would have answered: its five most probable classes."""
    height, width = answers.label_map.shape
    tops = [answers.top(y, x, 5) for y in range(height) for x in range(width)]
    classes = np.array([[score.class_index for score in top] for top in tops], "<u2")
    shares = np.array([[score.probability for score in top] for top in tops], "<f4")
    return protocol.PerLocationMessage(id=request, classes=classes.tobytes(), probabilities=shares.tobytes())


def attribution(
    request: str, made: Attribution, method: Method, *, is_reduced: bool
) -> protocol.AttributionMessage:  # fmt: skip
    """How much each pixel, or each cell of a layer, has to do with a number of the network.

    Args:
        request: What this answers.
        made: The attribution.
        method: By which it was made.
        is_reduced: Whether one number a pixel is enough.
    """
    found, values = made.completeness, made.cells if is_reduced else made.values
    said = protocol.Attributed(
        method=method.name,  # type: ignore[arg-type]  # of the request
        says=method.says,
        paper=method.paper,
        words=made.target.words,
        value=made.value,
        unit=made.unit,
        layer=made.layer,
        shape=(1, *values.shape)[-3:],  # type: ignore[arg-type]  # three
        reduction=made.reduction,
        completeness=protocol.Completeness(found.expected, found.total, found.words) if found else None,
        caution=made.caution,
    )
    return protocol.AttributionMessage(id=request, attribution=said, values=as_float32(values))


def class_weights(request: str, maps: ClassMaps, class_index: int) -> protocol.ClassWeightsMessage:
    """What a class's map weighs features with."""
    weights, bias = maps.linear
    return protocol.ClassWeightsMessage(
        id=request, model=maps.network, class_index=class_index, bias=float(bias[class_index]),
        weights=as_float32(weights[class_index]),
    )  # fmt: skip


def distance(request: str, shown: Photo, other: Photo, drift: Sequence[LayerDrift]) -> protocol.DistanceMessage:
    """How far each layer is from where it is for another photo."""
    first_divergent_layer = next((each.layer for each in drift if not each.agrees), None)
    return protocol.DistanceMessage(
        id=request, photo=shown.id, other=other.id, first_divergent_layer=first_divergent_layer, drift=_drift(drift)
    )


def pixels(request: str, shown: Photo, canvas: Image) -> protocol.PixelsMessage:
    """A photo's own pixels, to be painted on."""
    taken = shown.taken
    return protocol.PixelsMessage(
        id=request,
        photo=shown.id,
        name=canvas.name,
        size=(canvas.width, canvas.height),
        original=(taken.width, taken.height),
        pixels=canvas.picture.tobytes(),
    )


def weights(
    request: str, model_id: str, layer: str, values: NDArray[np.float32], bias: NDArray[np.float32]
) -> protocol.WeightsMessage:
    """A convolution's kernels, float32 (out, in, height, width), and its biases, float32 (out,)."""
    out, into, height, width = values.shape
    return protocol.WeightsMessage(
        id=request,
        model=model_id,
        layer=layer,
        shape=(out, into, height, width),
        kernels=as_float32(values),
        bias=as_float32(bias),
    )


def calculation(request: str, shown: Photo, made: Calculation, count: int) -> protocol.CalculationMessage:
    """How one number comes about: its largest terms, and what the others add."""
    plain = made.to_dict(count)
    terms = tuple(protocol.Term(**term) for term in plain.pop("terms"))
    told = protocol.Calculation(**plain, terms=terms, count=len(made.terms))
    return protocol.CalculationMessage(
        id=request, photo=shown.id, model=shown.prediction.model_id, preset=_preset(shown), calculation=told
    )


def _preset(shown: Photo) -> str:
    how = shown.prediction.preprocessing
    return how.name if how else ""


def _drift(drift: Sequence[LayerDrift]) -> tuple[tuple[str, float | None, float | None], ...]:
    return tuple((each.layer, each.relative_l2, each.cosine) for each in drift)
