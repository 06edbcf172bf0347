"""What a network loses in a lower precision: where the error is made, and where it is only passed on."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.dataset.exact_sums import as_float
from squeezeviz.dataset.find import as_list, find
from squeezeviz.dataset.survey import survey
from squeezeviz.errors import ConversionError, DatasetError
from squeezeviz.files import readable_name
from squeezeviz.quantization.codes import MOST_CODES, HalfCodes
from squeezeviz.quantization.precision_study import SUMS, PrecisionStudy
from squeezeviz.results.precision import ChangedAnswer, CodeUse, ErrorSize, LayerPrecision, Precision
from squeezeviz.results.provenance import Provenance
from squeezeviz.runtime.loading import loaded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from squeezeviz.dataset.survey import Progress, Survey
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.quantization.beside import Beside
    from squeezeviz.quantization.codes import WholeCodes
    from squeezeviz.quantization.precision_study import Sums
    from squeezeviz.runtime.loading import ModelSource
    from squeezeviz.runtime.model import Model

__all__ = ["HALF", "precision"]

#: What stands for half precision in the place of another network.
HALF = "fp16"
_HALF_WORDS = (
    "every weight and every layer's values rounded to float16; products and sums in float32. Emulated: ONNX Runtime's "
    "CPU provider computes float16 in float32"
)
_WHOLE_WORDS = (
    "integers between quantisation and dequantisation, as ONNX Runtime computes them; a layer by itself is given its "
    "inputs unrounded, so that each rounding counts where it is done"
)
_FLOAT_WORDS = "float32, with other weights"


def precision(
    model: ModelSource,
    other: ModelSource,
    photos: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    *,
    preprocessing: str | Preprocessing | None = None,
    scheduler: str | None = None,
    workers: int | None = None,
    resume: bool = True,
    on_progress: Callable[[int, int], None] | None = None,
) -> Precision:
    """Measure what each layer loses in a lower precision: the error made there, and the error passed on to it.

    Both networks are shown the same input. Of each layer, x is its value in float32, y within the network in low
    precision, and m what the layer in low precision makes of its inputs in float32: m − x is the error made there,
    y − m the error inherited. SQNR, relative L2, cosine and worst channel of both and of y − x, for each layer and each
    channel, are of all cells of all photos together, to the last bit the same in any order; see `LayerPrecision`.
    Each rounding counts once: that of a layer's kernels, bias and values at the layer, that of the photo at the input.

    Args:
        model: The network in float32: a loaded model, or the name or path of one.
        other: The same network in low precision, such as `squeezeviz.quantize` writes, loaded or by its path. Or
            ``"fp16"``: half precision, emulated, since ONNX Runtime's CPU provider computes it in float32. Every weight
            and what every node computes is rounded to float16; within a node, products and sums are those of float32.
        photos: A folder of photos, or several folders and photos in a list: paths or addresses.
        preprocessing: Of both networks, a preset's name or a `Preprocessing`; by default the first network's own. Of
            several crops, the first.
        scheduler: Who does the work, as of `squeezeviz.evaluate`.
        workers: How many photos are under way at once; one a processor by default.
        resume: Whether to go on from where an earlier run was stopped.
        on_progress: Called with (done, all) as photos are done.

    Raises:
        DatasetError: There are no photos, or none can be looked at.
        ModelError: A network cannot be loaded, or they are not the same network.
        ConversionError: A network is of half precision itself, or half precision cannot hold its weights.
        PreprocessingError: The preprocessing is unknown, or does not suit both networks.
    """
    is_half = isinstance(other, str) and other.lower() == HALF
    first, second = _not_half(loaded(model)), None if is_half else _not_half(loaded(other))
    how = first.resolve(preprocessing)
    study = PrecisionStudy.of(first, second, how)
    where = ", ".join(readable_name(os.fsdecode(each)) for each in as_list(photos))
    laid = find(photos)

    def tell(progress: Progress) -> None:
        if on_progress:
            on_progress(progress.done, progress.all)

    found = survey(study, first, laid.photos, scheduler=scheduler, workers=workers, resume=resume, on_progress=tell)
    if not found.photos:
        problem = found.troubles[0].message
        raise DatasetError(f"{where}: none of the {len(laid.photos):,} photos can be looked at: {problem}")
    left_out = [trouble.message for trouble in (*laid.troubles, *found.troubles)]
    return _result(first, second, study.beside(first), found, where=where, left_out=left_out, how=how)


def _not_half(model: Model) -> Model:
    """Return a network in float32, or integers, as it is.

    Raises:
        ConversionError: It is of half precision.
    """
    if model.is_half:
        raise ConversionError(
            f"{model.name} is of half precision, which ONNX Runtime computes in float32; give the network in float32, "
            f'and "{HALF}" as the other'
        )
    return model


def _result(
    model: Model,
    other: Model | None,
    beside: Beside,
    found: Survey[Sums],
    *,
    where: str,
    left_out: Sequence[str],
    how: Preprocessing,
) -> Precision:
    changed = (
        ChangedAnswer(name, before, after, model.labels[before].label, model.labels[after].label)
        for name, (before, after) in sorted(found.part.changed.items())
    )
    return Precision(
        model.name, other.name if other else "half precision", _arithmetic(beside), where, found.photos,
        tuple(_layers(beside, found.part)), beside.unmatched, tuple(changed), tuple(left_out),
        Provenance(model.name, model.sha256, how), found.seconds,
    )  # fmt: skip


def _arithmetic(beside: Beside) -> str:
    codes = [layer.codes for layer in beside.layers if layer.codes]
    if not codes:
        return _FLOAT_WORDS
    return _HALF_WORDS if isinstance(codes[0], HalfCodes) else _WHOLE_WORDS


def _layers(beside: Beside, sums: Sums) -> list[LayerPrecision]:
    squares, layers, start = _Squares(sums), [], 0
    for layer in beside.layers:
        rows = range(start, start + layer.shape[0])
        start = rows.stop
        layers.append(
            LayerPrecision(
                layer.name, layer.other, layer.kind, layer.shape, layer.with_layers,
                made=squares.size(rows, "(m − x)²", "m²"),
                inherited=squares.size(rows, "(y − m)²"),
                total=squares.size(rows, "(y − x)²", "y²"),
                use=_use(layer.codes, layer.shape, sums, rows) if layer.codes else None,
            )
        )  # fmt: skip
    return layers


class _Squares:
    """The sums of squares, by what is summed and by channel."""

    def __init__(self, sums: Sums) -> None:
        whole = sums.squares.whole()
        count = len(whole) // len(SUMS)
        self._whole = {name: whole[at * count : (at + 1) * count] for at, name in enumerate(SUMS)}

    def size(self, rows: range, noise: str, power: str | None = None) -> ErrorSize:
        """Return an error of some rows: sums of their sums are exact as well, and rounded once."""
        signals, noises = (self._whole[name][rows.start : rows.stop] for name in ("x²", noise))
        powers = self._whole[power][rows.start : rows.stop] if power else None
        return ErrorSize(
            as_float(sum(signals)), as_float(sum(noises)), None if powers is None else as_float(sum(powers)),
            np.array([as_float(each) for each in signals]), np.array([as_float(each) for each in noises]),
        )  # fmt: skip


def _use(codes: WholeCodes | HalfCodes, shape: tuple[int, ...], sums: Sums, rows: range) -> CodeUse:
    cells = math.prod(shape[1:]) * sums.photos
    own = slice(rows.start, rows.stop)
    unused: NDArray[np.float64] | None = None
    whole = None
    if 0 < codes.count <= MOST_CODES:
        seen = np.unpackbits(sums.seen[own], axis=1)[:, : codes.count]
        unused, whole = 1 - seen.mean(axis=1), 1 - float(seen.any(axis=0).mean())
    return CodeUse(codes.dtype, codes.scale, codes.zero_point, sums.saturated[own] / cells, unused, whole)
