"""INT8 against FP32 in one run: milliseconds, bytes, and what both say of labelled photos.

The published network is quantised on its labelled photos, and by the formats that ONNX Runtime's quantiser offers:
uint8 or int8 numbers and kernels, a scale a kernel or a layer, QDQ or QOperator. Which is fastest hangs on the
processor: instructions for sums of 8-bit products (VNNI), or none. Without them, products of uint8 and int8 are added
up two by two in 16 bits, where they saturate: uint8 kernels are exact on either.

Of 94 photos few answers change, and which is chance: so both are asked about ten crops of each as well, how far their
probabilities are apart, and in how many answers two classes are first.

The photos lie in ``images/`` beside the folder of models, or in ``SQUEEZEVIZ_TEST_DATA``; without them the part is left
out.
"""

from __future__ import annotations

import platform
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnx
from rich.console import Console

import squeezeviz as sv
from benchmarks.faithfulness import labelled_photos
from benchmarks.timing import Row, compare
from squeezeviz.dataset.find import find
from squeezeviz.network.modern import in_newer_set
from squeezeviz.quantization.calibration import CalibrationPhotos
from squeezeviz.quantization.quantiser import quiet
from squeezeviz.runtime.sessions import available_threads, made_session, plain_options
from squeezeviz.telemetry import import_quantization

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import onnxruntime
    from numpy.typing import NDArray

    from squeezeviz.dataset.paired_evaluation import PairedEvaluation

_PHOTOS = 24  # that the formats are calibrated on: how long a network takes does not hang on its ranges


@dataclass(frozen=True)
class _Format:
    """What ONNX Runtime's quantiser is asked for."""

    name: str
    numbers: str = "QUInt8"
    kernels: str = "QUInt8"
    per_channel: bool = True
    form: str = "QDQ"


_FORMATS = (
    _Format("uint8 numbers, uint8 kernels, a scale a kernel, QDQ"),
    _Format("uint8 numbers, int8 kernels, a scale a kernel, QDQ", kernels="QInt8"),
    _Format("int8 numbers, int8 kernels, a scale a kernel, QDQ", numbers="QInt8", kernels="QInt8"),
    _Format("uint8 numbers, uint8 kernels, a scale a layer, QDQ", per_channel=False),
    _Format("uint8 numbers, uint8 kernels, a scale a kernel, QOperator", form="QOperator"),
)


def quantization_rows(rounds: int) -> Iterator[Row]:
    """INT8 beside FP32: as `sv.quantize` writes it, and in other formats."""
    console, photos = Console(emoji=False), labelled_photos()
    if not photos:
        console.print("quantization: left out for want of labelled photos", style="dim")
        return
    console.print(f"{platform.machine()}, {_instructions()}, {available_threads()} threads", style="dim")
    model, folder = sv.load_model("squeezenet1.1-caffe2"), photos[0].parent
    tensor = model.preprocessing(sv.read_image("chelsea"))
    exact = _run(model.as_run().SerializeToString(), tensor)
    with tempfile.TemporaryDirectory() as place:
        made = sv.quantize(model, folder, Path(place) / "int8.onnx", evaluate=folder)
        ours = _run(made.path.read_bytes(), tensor)
        yield compare("INT8 as sv.quantize writes it", ours, "FP32", exact, rounds=rounds, budget="≤ 1/1.8")
        yield Row("its size", made.bytes_after / 1e6, "FP32", made.bytes_before / 1e6,
                  made.bytes_after / made.bytes_before, "≤ 1.5 MB", "MB")  # fmt: skip
        yield from _answers(made.evaluation, console)
        plain = _in_format(model, folder, Path(place), _FORMATS[1], photos=len(photos))
        yield from _crops(model, made.path.read_bytes(), plain, photos)
        for form in _FORMATS:
            work = _run(_in_format(model, folder, Path(place), form), tensor)
            yield compare(f"INT8: {form.name}", work, "FP32", exact, rounds=rounds)


def _answers(evaluation: PairedEvaluation | None, console: Console) -> Iterator[Row]:
    if evaluation is None or evaluation.top1 is None:
        return
    console.print(evaluation.verdict, style="dim")
    in_float, whole = (100 * share for share in evaluation.top1)
    yield Row("top-1 of labelled photos", whole, "FP32", in_float, whole / in_float, "", "%")
    agreement = 100 * (evaluation.agreement or 0.0)
    yield Row("agreement of the answers", agreement, "FP32 with itself", 100.0, agreement / 100, "", "%")
    yield Row("McNemar's p", evaluation.p_value or 0.0, "5 %", 0.05, (evaluation.p_value or 0.0) / 0.05, "> 0.05", "")


def _crops(model: sv.Model, ours: bytes, plain: bytes, photos: Sequence[Path]) -> Iterator[Row]:
    """Of ten crops of each photo: how near ours is to FP32, and the quantiser's own with the same types and photos."""
    networks = (model.as_run().SerializeToString(), ours, plain)
    runs = [_session(network, 1) for network in networks]
    answers: list[list[NDArray[np.float32]]] = [[] for _ in networks]
    for path in photos:
        for tensor in _ten_tensors(model, path):
            for session, found in zip(runs, answers, strict=True):
                found.append(session.run(None, {session.get_inputs()[0].name: tensor})[0].reshape(-1))
    exact, *others = (np.stack(found).astype(np.float64) for found in answers)
    for name, measure in (
        (f"agreement on {len(exact):,} crops of them", _agreement),
        ("probability that goes to other classes there", _distance),
        ("answers there with two classes first", _tied),
    ):
        here, there = (100 * measure(exact, whole) for whole in others)
        yield Row(name, here, "as the quantiser writes it", there, here / there if there else float("nan"), "", "%")


def _ten_tensors(model: sv.Model, path: Path) -> Iterator[NDArray[np.float32]]:
    """Corners and centre of a photo, nine tenths of its height and width, and their mirror images."""
    pixels = sv.read_image(path).pixels
    height, width = (9 * side // 10 for side in pixels.shape[:2])
    down, right = pixels.shape[0] - height, pixels.shape[1] - width
    for top, left in ((0, 0), (0, right), (down, 0), (down, right), (down // 2, right // 2)):
        crop = pixels[top : top + height, left : left + width]
        for each in (crop, crop[:, ::-1]):
            yield model.preprocessing(sv.read_image(np.ascontiguousarray(each)))


def _agreement(exact: NDArray[np.float64], whole: NDArray[np.float64]) -> float:
    return float((exact.argmax(axis=1) == whole.argmax(axis=1)).mean())


def _distance(exact: NDArray[np.float64], whole: NDArray[np.float64]) -> float:
    return float(np.abs(exact - whole).sum(axis=1).mean()) / 2


def _tied(_: NDArray[np.float64], whole: NDArray[np.float64]) -> float:
    return float(((whole == whole.max(axis=1, keepdims=True)).sum(axis=1) > 1).mean())


def _run(content: bytes, tensor: NDArray[np.float32]) -> Callable[[], object]:
    session = _session(content, available_threads())
    feed = {session.get_inputs()[0].name: tensor}
    return lambda: session.run(None, feed)


def _session(content: bytes, threads: int) -> onnxruntime.InferenceSession:
    return made_session((content, {}), plain_options(threads))


def _in_format(model: sv.Model, place: Path, folder: Path, form: _Format, photos: int = _PHOTOS) -> bytes:
    quantization = import_quantization()
    given, made = folder / "given.onnx", folder / "made.onnx"
    onnx.save(in_newer_set(model.as_run()), given)
    reader = CalibrationPhotos(model, find(place).photos[:photos])
    with quiet():
        quantization.quantize_static(
            given, made, reader, quant_format=getattr(quantization.QuantFormat, form.form), per_channel=form.per_channel,
            activation_type=getattr(quantization.QuantType, form.numbers),
            weight_type=getattr(quantization.QuantType, form.kernels), extra_options={"CalibStridedMinMax": 1},
        )  # fmt: skip
    return made.read_bytes()


def _instructions() -> str:
    """What the processor has for 8-bit products, as far as the system says."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return "unknown whether with VNNI"
    known = [name for name in ("avx512_vnni", "avx_vnni", "amx_int8", "asimddp", "i8mm") if f" {name}" in flags]
    return ", ".join(known) or "no instructions for sums of 8-bit products"
