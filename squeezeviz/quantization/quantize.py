"""A network in 8-bit integers, through ``onnxruntime.quantization``."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from squeezeviz.dataset.compare_models import compare_models
from squeezeviz.dataset.find import find
from squeezeviz.errors import ConversionError, DatasetError, spoken
from squeezeviz.files import check_target, given_path, write_whole
from squeezeviz.quantization.calibration import CalibrationPhotos, sample_photos
from squeezeviz.quantization.quantiser import Quantiser, layers_named
from squeezeviz.quantization.quantized import Calibration, KernelType, Quantized
from squeezeviz.runtime.export import known_text
from squeezeviz.runtime.loading import load_model, loaded
from squeezeviz.runtime.metadata import with_text

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence

    import onnx

    from squeezeviz.dataset.paired_evaluation import PairedEvaluation
    from squeezeviz.dataset.photos import Photo
    from squeezeviz.runtime.loading import ModelSource
    from squeezeviz.runtime.model import Model

__all__ = ["QUANTIZATION_KEY", "checked_path", "found_photos", "quantize", "write_quantized"]

#: Key of the text that says how a file was quantised.
QUANTIZATION_KEY = "squeezeviz.quantization"


def quantize(
    model: ModelSource,
    photos: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | None,
    output: str | os.PathLike[str],
    *,
    keep: Sequence[str] = (),
    method: Calibration = "minmax",
    per_channel: bool = True,
    kernels: KernelType = "int8",
    evaluate: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Quantized:
    """Write a network in 8-bit integers: kernels and layers' numbers as bytes, each with a scale and a zero point.

    The work is that of ``onnxruntime.quantization`` (static, QDQ: pairs of QuantizeLinear and DequantizeLinear around
    the layers, which ONNX Runtime's CPU provider computes in integers): batch normalisation becomes part of the
    convolution before it, photos tell the range of each layer, and a number is stored as round(x / scale) + zero point.
    What concatenations join is rounded once, in the result's steps. What makes the answer of the last layer with
    weights stays in float32. The file says under ``squeezeviz.quantization`` how it was made, and carries the labels.

    Args:
        model: The network in float32: a loaded model, or the name or path of one.
        photos: What tells the ranges: a folder, or folders and photos; each goes through the model's own preprocessing.
            None for the samples, a stopgap: 24 drawings for the bundled model, else six photos of installed packages.
        output: The file to write, ``*.onnx``.
        keep: Layers that are computed in float32 all the same, such as ``["conv1"]``.
        method: ``"minmax"``, the least and the largest number; ``"entropy"``, the range that changes a layer's
            distribution least (Kullback and Leibler's divergence); ``"percentile"``, all but the outermost 0.001 %.
        per_channel: Whether each kernel has a scale of its own, in the place of one a layer.
        kernels: ``"int8"``, fastest where a processor has instructions for sums of 8-bit products (VNNI); without, x86
            saturates but in sessions with ``session.x64quantprecision``, as those here then are. Or ``"uint8"``: exact
            in any program, no faster with VNNI, and slow on depthwise convolutions unless ``per_channel=False``.
        evaluate: Photos on which both networks are asked, labelled or not, as `squeezeviz.compare_models` takes them.
        on_progress: Called with (done, all) as photos are read for the ranges: each twice.

    Returns:
        What was written, and what both say where that was asked for.

    Raises:
        ConversionError: The network cannot be quantised, or the file cannot be written.
        DatasetError: There are no photos, or none can be read.
        ModelError: The network cannot be loaded; or its operator set is too old, and cannot be brought up.
        LayerError: A layer to be kept is unknown, or has nothing to quantise.
    """
    path, kept = checked_path(output), layers_named(model := loaded(model), keep)
    if evaluate is not None:
        found_photos(evaluate)  # an error where there are none, before the long work begins
    asked = sample_photos(model) if photos is None else found_photos(photos)
    calibration = CalibrationPhotos(model, asked, on_progress)
    with Quantiser(model, calibration, method=method, per_channel=per_channel, kernels=kernels) as quantiser:
        made = quantiser.network(kept)
    names, count = tuple(layer.name for layer in kept), "samples" if photos is None else len(calibration)
    about = {"method": method, "per_channel": per_channel, "kernels": kernels, "keep": list(names), "photos": count}
    content = quantized_content(model, made, about)
    evaluation = None if evaluate is None else _evaluated(model, content, path.name, evaluate)
    write_quantized(path, content)  # last: where nothing can be answered, no file is left behind
    return Quantized(
        path, model.name, method, per_channel, names, len(calibration), model.file_bytes, len(content),
        tuple(calibration.troubles), evaluation, photos is None,
    )  # fmt: skip


def checked_path(output: str | os.PathLike[str]) -> Path:
    """Return where a network is to be written.

    Raises:
        ConversionError: No network is called so, or no file can be written there.
    """
    path = given_path(output, "int8.onnx", ConversionError)
    if path.suffix != ".onnx":
        raise ConversionError(f"{spoken(str(path))}: expected a file called *.onnx, such as int8.onnx")
    try:
        check_target(path)
    except OSError as exc:
        raise _not_written(path, exc) from exc
    return path


def quantized_content(model: Model, made: onnx.ModelProto, about: Mapping[str, object]) -> bytes:
    """Return a network in integers with what is known of the one it was made of, as the bytes of its file.

    Args:
        model: What it was made of.
        made: It.
        about: How, to be told in the file: method, per_channel, kernels, keep, photos.
    """
    told = json.dumps({**about, "model": model.name, "model_sha256": model.sha256})
    return with_text(made, {**known_text(model), QUANTIZATION_KEY: told}).SerializeToString()


def write_quantized(path: Path, content: bytes) -> None:
    """Write a network's file.

    Raises:
        ConversionError: The disk refuses.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
    except OSError as exc:
        raise _not_written(path, exc) from exc


def _not_written(path: Path, exc: OSError) -> ConversionError:
    return ConversionError(f"{spoken(str(path))}: cannot be written ({exc.strerror or exc}); name another file")


def found_photos(photos: str | os.PathLike[str] | Sequence[str | os.PathLike[str]]) -> Sequence[Photo]:
    """Return photos to look at.

    Raises:
        DatasetError: There are none.
    """
    found = find(photos).photos
    if not found:
        raise DatasetError(f"{spoken(str(photos))}: expected photos, found none")
    return found


def _evaluated(
    model: Model, content: bytes, name: str, photos: str | os.PathLike[str] | Sequence[str | os.PathLike[str]]
) -> PairedEvaluation:
    # A single photo in a list is a data set too, in which two models are compared by their answers.
    given = photos if isinstance(photos, (list, tuple)) else [photos]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder, name)
        path.write_bytes(content)
        made = load_model(path, labels=model.labels, preprocessing=model.preprocessing)
        return compare_models(model, made, given)  # type: ignore[arg-type, return-value]  # many photos, as just seen
