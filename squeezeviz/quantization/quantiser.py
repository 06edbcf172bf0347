"""One network quantised as often as asked, with other layers kept in float32: photos are looked at but once."""

from __future__ import annotations

import contextlib
import inspect
import io
import logging
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from squeezeviz.arguments import names_of
from squeezeviz.errors import ConversionError, LayerError, in_one_line, spoken
from squeezeviz.network.modern import in_newer_set
from squeezeviz.network.ops.quantisation import Quantisation
from squeezeviz.quantization.joined import round_once
from squeezeviz.quantization.quantized import Calibration, KernelType
from squeezeviz.telemetry import import_onnxruntime, import_quantization

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType

    import onnx

    from squeezeviz.network.layer import Layer
    from squeezeviz.quantization.calibration import CalibrationPhotos
    from squeezeviz.runtime.model import Model

__all__ = ["Quantiser", "layers_named", "quiet"]

#: What makes the answer of the last layer with weights stays in float32, and takes next to no time: eight bits hold no
#: probability below 1/256, and means of a map rounded to them are alike for two classes in one of twenty photos.
_CLOSING = ("Softmax", "LogSoftmax", "Sigmoid", "Flatten", "Reshape", "Squeeze", "GlobalAveragePool", "ReduceMean")


class Quantiser:
    """Quantises one network; used in a ``with`` block, as long as it lasts its files are kept.

    Args:
        model: The network.
        photos: What tells the ranges.
        method: How.
        per_channel: Whether each kernel has a scale of its own.
        kernels: Their type, ``"int8"`` or ``"uint8"``.

    Raises:
        ConversionError: The method or the type of kernels is unknown, or the network of half precision or quantised.
        ModelError: Its operator set is too old, and cannot be brought up.
    """

    def __init__(
        self,
        model: Model,
        photos: CalibrationPhotos,
        *,
        method: Calibration,
        per_channel: bool,
        kernels: KernelType = "int8",
    ) -> None:
        for name, chosen, known in (
            ("method", method, get_args(Calibration)),
            ("kernels", kernels, get_args(KernelType)),
        ):
            if chosen not in known:
                raise ConversionError(f"{name} is {spoken(repr(chosen))}; expected one of {', '.join(known)}")
        if model.is_half:
            raise ConversionError(
                f"{model.name} is of half precision; expected a network in float32. Take what it was made of"
            )
        if any(isinstance(layer.op, Quantisation) for layer in model.architecture):
            raise ConversionError(
                f"{model.name} is quantised already; expected a network in float32. Take what it was made of"
            )
        self._model, self._photos, self._method, self._per_channel = model, photos, method, per_channel
        self._kernels = kernels
        self._plain = in_newer_set(model.as_run())
        _check_weights(model, self._plain)
        self._folder = tempfile.TemporaryDirectory()
        self._ready: onnx.ModelProto | None = None

    def __enter__(self) -> Quantiser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.cleanup()

    def network(self, keep: Sequence[Layer]) -> onnx.ModelProto:
        """Return the network in integers.

        Args:
            keep: Layers that stay in float32.

        Raises:
            ConversionError: It cannot be quantised.
            LayerError: A layer to be kept has become part of another.
        """
        try:
            with quiet():
                excluded = [*self._nodes_of(keep), *self._closing]
                made = self._made(excluded)
        except LayerError:
            raise
        except Exception as exc:  # of its own, of ONNX Runtime's C++ part, of protobuf: they share no base
            raise ConversionError(f"{self._model.name} cannot be quantised: {in_one_line(exc)}") from exc
        _check_scales(self._model, made)
        return made

    @property
    def separate(self) -> list[Layer]:
        """The layers that have not become part of another, and may so be kept in float32."""
        with quiet():
            made = {name for node in self._prepared.graph.node for name in node.output}
        return [layer for layer in self._model.architecture if made & {layer.name, layer.pre_relu}]

    def _made(self, excluded: Sequence[str]) -> onnx.ModelProto:
        import onnx  # noqa: PLC0415 - heavy

        quantization = import_quantization()
        methods, types = quantization.CalibrationMethod, quantization.QuantType
        known = {"minmax": methods.MinMax, "entropy": methods.Entropy, "percentile": methods.Percentile}
        made, options = Path(self._folder.name, "made.onnx"), dict[str, Any]()
        if "calibration_cache_path" in inspect.signature(quantization.quantize_static).parameters:
            options["calibration_cache_path"] = Path(self._folder.name, "ranges.json")  # older ones look anew
        self._photos.rewind()
        given = onnx.ModelProto()
        given.CopyFrom(self._prepared)  # its weights are written to a file, and taken out
        quantization.quantize_static(
            given, made, self._photos, per_channel=self._per_channel, calibrate_method=known[self._method],
            activation_type=types.QUInt8,
            weight_type=types.QInt8 if self._kernels == "int8" else types.QUInt8, nodes_to_exclude=list(excluded),
            extra_options={"CalibStridedMinMax": 1},  # a photo at a time, so that memory stays the same
            **options,
        )  # fmt: skip
        found = onnx.load(made)
        round_once(found, self._prepared)
        return found

    @property
    def _prepared(self) -> onnx.ModelProto:
        """The network with batch normalisation joined to the convolution before it, each node with a name."""
        if self._ready is None:
            import onnx  # noqa: PLC0415 - heavy

            given, joined = (Path(self._folder.name, name) for name in ("given.onnx", "joined.onnx"))
            onnx.save(self._plain, given)
            # Its other inference of shapes takes a package of symbols, and finds no more of a network of one size.
            import_quantization().quant_pre_process(given, joined, skip_symbolic_shape=True)
            self._ready = onnx.load(joined)
            _name_nodes(self._ready)
        return self._ready

    @property
    def _closing(self) -> list[str]:
        """Names of the nodes that make the answer of the last layer with weights."""
        maker = {output: node for node in self._prepared.graph.node for output in node.output}
        names, at = list[str](), maker.get(self._model.architecture.output_name)
        while at is not None and at.op_type in _CLOSING:
            names.append(at.name)
            at = maker.get(at.input[0])
        return names

    def _nodes_of(self, kept: Sequence[Layer]) -> list[str]:
        """Return the names of the nodes that make layers."""
        excluded = []
        for layer in kept:
            wanted = {layer.name, layer.pre_relu}
            found = [node.name for node in self._prepared.graph.node if wanted & set(node.output)]
            if not found:
                raise LayerError(
                    f"{layer.name} cannot be kept in float32: it becomes part of the layer before or behind it"
                )
            excluded += found
        return excluded


def layers_named(model: Model, names: Sequence[str]) -> list[Layer]:
    """Return the layers to be kept.

    Raises:
        LayerError: There is none of a name, or names are one text.
    """
    if isinstance(names, str):
        raise LayerError(f"keep is the text {names!r}; expected a list of layers, [{names!r}]")
    return [model.architecture[name] for name in dict.fromkeys(names_of(names))]


def _name_nodes(model: onnx.ModelProto) -> None:
    names: set[str] = set()
    for at, node in enumerate(model.graph.node):
        if not node.name or node.name in names:
            node.name = f"{node.op_type}:{at}"
        names.add(node.name)


def _check_weights(model: Model, given: onnx.ModelProto) -> None:
    """Let pass a network whose weights are numbers: of others the quantiser says but "scale issue"."""
    from onnx import TensorProto, numpy_helper  # noqa: PLC0415 - heavy

    for tensor in given.graph.initializer:
        if tensor.data_type == TensorProto.FLOAT and np.isnan(numpy_helper.to_array(tensor)).any():
            raise ConversionError(
                f"{model.name} cannot be quantised: {spoken(tensor.name)} holds NaN; expected weights that are numbers"
                "; take another file of it"
            )


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


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep what the quantiser prints, and logs by the root logger, from whoever reads the terminal or a notebook."""
    onnxruntime = import_onnxruntime()
    root, nothing = logging.getLogger(), logging.NullHandler()  # without a handler, it would make one of its own

    def drop(_: logging.LogRecord) -> bool:
        return False

    root.addHandler(nothing)
    root.addFilter(drop)
    onnxruntime.set_default_logger_severity(4)  # sessions that the quantiser makes take no options of ours
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        onnxruntime.set_default_logger_severity(2)  # as it is by default: nothing says what it was
        root.removeFilter(drop)
        root.removeHandler(nothing)
