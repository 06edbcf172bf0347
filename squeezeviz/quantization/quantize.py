"""A network in 8-bit integers, through ``onnxruntime.quantization``."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from squeezeviz.dataset.compare_models import compare_models
from squeezeviz.dataset.find import find
from squeezeviz.errors import ConversionError, DatasetError, LayerError, in_one_line, spoken
from squeezeviz.files import write_whole
from squeezeviz.network.modern import in_newer_set
from squeezeviz.quantization.calibration import CalibrationPhotos
from squeezeviz.quantization.quantized import Calibration, Quantized
from squeezeviz.runtime.export import known_text
from squeezeviz.runtime.loading import load_model
from squeezeviz.runtime.metadata import with_text
from squeezeviz.telemetry import import_quantization

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Sequence

    import onnx

    from squeezeviz.dataset.paired_evaluation import PairedEvaluation
    from squeezeviz.dataset.photos import Photo
    from squeezeviz.network.layer import Layer
    from squeezeviz.runtime.model import Model

__all__ = ["QUANTIZATION_KEY", "quantize"]

#: Key of the text that says how a file was quantised.
QUANTIZATION_KEY = "squeezeviz.quantization"


def quantize(
    model: Model,
    photos: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    output: str | os.PathLike[str],
    *,
    keep: Sequence[str] = (),
    method: Calibration = "minmax",
    per_channel: bool = True,
    evaluate: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Quantized:
    """Write a network in 8-bit integers: kernels and layers' numbers as uint8, each with a scale and a zero point.

    The work is that of ``onnxruntime.quantization`` (static, QDQ: pairs of QuantizeLinear and DequantizeLinear around
    the layers, which ONNX Runtime's CPU provider computes in integers): batch normalisation becomes part of the
    convolution before it, photos tell the range of each layer, and a number is stored as round(x / scale) + zero point.
    The file carries the model's labels and preprocessing, and says under ``squeezeviz.quantization`` how it was made.

    Kernels are uint8, not int8: processors without instructions for sums of 8-bit products (VNNI) add two products of
    uint8 and int8 in 16 bits, where they saturate, and the same file would answer otherwise on another machine.

    Args:
        model: The network, from `squeezeviz.load_model`.
        photos: What tells the ranges: a folder, or folders and photos; each goes through the model's own preprocessing.
        output: The file to write, ``*.onnx``.
        keep: Layers that are computed in float32 all the same, such as ``["conv1"]``.
        method: ``"minmax"``, the least and the largest number; ``"entropy"``, the range that changes a layer's
            distribution least (Kullback and Leibler's divergence); ``"percentile"``, all but the outermost 0.001 %.
        per_channel: Whether each kernel has a scale of its own, in the place of one a layer.
        evaluate: Photos on which both networks are asked, labelled or not, as `squeezeviz.compare_models` takes them.
        on_progress: Called with (done, all) as photos are read for the ranges: each twice.

    Returns:
        What was written, and what both say where that was asked for.

    Raises:
        ConversionError: The network cannot be quantised, or the file cannot be written.
        DatasetError: There are no photos, or none can be read.
        ModelError: Its operator set is too old, and cannot be brought up.
        LayerError: A layer to be kept is unknown, or has nothing to quantise.
    """
    path = _checked(Path(output), method)
    kept = _layers(model, keep)
    calibration = CalibrationPhotos(model, _found(photos), on_progress)
    made = _quantized(model, calibration, kept, method=method, per_channel=per_channel)
    about: dict[str, Any] = {
        "method": method,
        "per_channel": per_channel,
        "keep": [layer.name for layer in kept],
        "photos": len(calibration),
        "model": model.name,
        "model_sha256": model.sha256,
    }
    content = with_text(made, {**known_text(model), QUANTIZATION_KEY: json.dumps(about)}).SerializeToString()
    _write(path, content)
    return Quantized(
        path, model.name, method, per_channel, tuple(about["keep"]), len(calibration), model.file_bytes, len(content),
        tuple(calibration.troubles), None if evaluate is None else _evaluated(model, path, evaluate),
    )  # fmt: skip


def _checked(path: Path, method: str) -> Path:
    if path.suffix != ".onnx":
        raise ConversionError(f"{spoken(str(path))}: expected a file called *.onnx, such as int8.onnx")
    if method not in get_args(Calibration):
        known = ", ".join(get_args(Calibration))
        raise ConversionError(f"method is {spoken(repr(method))}; expected one of {known}")
    return path


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
    except OSError as exc:
        raise ConversionError(f"{spoken(str(path))}: cannot be written ({exc.strerror or exc})") from exc


def _found(photos: str | os.PathLike[str] | Sequence[str | os.PathLike[str]]) -> Sequence[Photo]:
    found = find(photos).photos
    if not found:
        raise DatasetError(f"{spoken(str(photos))}: expected photos, found none")
    return found


def _layers(model: Model, names: Sequence[str]) -> list[Layer]:
    if isinstance(names, str):
        raise LayerError(f"keep is the text {names!r}; expected a list of layers, [{names!r}]")
    return [model.architecture[name] for name in dict.fromkeys(names)]


def _quantized(
    model: Model, photos: CalibrationPhotos, kept: Sequence[Layer], *, method: Calibration, per_channel: bool
) -> onnx.ModelProto:
    """Return a network in integers."""
    import onnx  # noqa: PLC0415 - heavy

    quantization = import_quantization()
    if model.is_half:
        raise ConversionError(
            f"{model.name} is of half precision; expected a network in float32. Take what it was made of"
        )
    plain = in_newer_set(model.as_run())
    methods = quantization.CalibrationMethod
    unsigned = quantization.QuantType.QUInt8
    known = {"minmax": methods.MinMax, "entropy": methods.Entropy, "percentile": methods.Percentile}
    with tempfile.TemporaryDirectory() as folder, _quiet():
        given, joined, made = (Path(folder) / name for name in ("given.onnx", "joined.onnx", "made.onnx"))
        onnx.save(plain, given)
        try:
            # Its other inference of shapes takes a package of symbols, and finds no more of a network of one size.
            quantization.quant_pre_process(given, joined, skip_symbolic_shape=True)
            ready = onnx.load(joined)
            excluded = _nodes_of(ready, kept)
            quantization.quantize_static(
                ready, made, photos, per_channel=per_channel, calibrate_method=known[method],
                activation_type=unsigned, weight_type=unsigned, nodes_to_exclude=excluded,
                extra_options={"CalibStridedMinMax": 1},  # a photo at a time, so that memory stays the same
            )  # fmt: skip
            found = onnx.load(made)
        except LayerError:
            raise
        except Exception as exc:  # of its own, of ONNX Runtime's C++ part, of protobuf: they share no base
            raise ConversionError(f"{model.name} cannot be quantised: {in_one_line(exc)}") from exc
    _check_scales(model, found)
    return found


def _nodes_of(model: onnx.ModelProto, kept: Sequence[Layer]) -> list[str]:
    """Return the names of the nodes that make layers; each node gets a name where it has none of its own."""
    names: set[str] = set()
    for at, node in enumerate(model.graph.node):
        if not node.name or node.name in names:
            node.name = f"{node.op_type}:{at}"
        names.add(node.name)
    excluded = []
    for layer in kept:
        found = [node.name for node in model.graph.node if {layer.name, layer.pre_relu} & set(node.output)]
        if not found:
            raise LayerError(
                f"{layer.name} cannot be kept in float32: it becomes part of the layer before or behind it"
            )
        excluded += found
    return excluded


def _check_scales(model: Model, made: onnx.ModelProto) -> None:
    """Let pass a network in which every number has a scale: of infinite ranges the quantiser makes none."""
    from onnx import numpy_helper  # noqa: PLC0415 - heavy

    scales = {node.input[1]: node.input[0] for node in made.graph.node if node.op_type == "QuantizeLinear"}
    for tensor in made.graph.initializer:
        if tensor.name in scales and not np.isfinite(numpy_helper.to_array(tensor)).all():
            raise ConversionError(
                f"{model.name} cannot be quantised: {spoken(scales[tensor.name])} is infinite or no number on these "
                "photos, and integers hold neither"
            )


def _evaluated(
    model: Model, path: Path, photos: str | os.PathLike[str] | Sequence[str | os.PathLike[str]]
) -> PairedEvaluation:
    made = load_model(path, labels=model.labels, preprocessing=model.preprocessing)
    # A single photo in a list is a data set too, in which two models are compared by their answers.
    given = photos if isinstance(photos, (list, tuple)) else [photos]
    return compare_models(model, made, given)  # type: ignore[arg-type, return-value]  # many photos, as just seen


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep what the quantiser prints, and logs by the root logger, from whoever reads the terminal or a notebook."""
    root, nothing = logging.getLogger(), logging.NullHandler()  # without a handler, it would make one of its own

    def drop(_: logging.LogRecord) -> bool:
        return False

    root.addHandler(nothing)
    root.addFilter(drop)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        root.removeFilter(drop)
        root.removeHandler(nothing)
