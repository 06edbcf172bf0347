"""`make bench`: squeezeviz against what a user would write instead, on the same weights, in one run.

Prints a table, and writes artifacts/bench.json: a list of {"name", "ours_ms", "peer", "peer_ms", "ratio"}.
"""

from __future__ import annotations

import argparse
import io
import json
import statistics
import subprocess
import sys
import time
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from rich.console import Console
from rich.table import Table

import squeezeviz as sv
from benchmarks.atlas import atlas_rows
from benchmarks.attributions import attribution_rows
from benchmarks.browser import explorer_rows
from benchmarks.camera import camera_rows
from benchmarks.classroom import classroom_rows
from benchmarks.datasets import datasets_rows
from benchmarks.engine import engine_rows
from benchmarks.evaluation import evaluate_row
from benchmarks.export import export_rows
from benchmarks.faithfulness import faithfulness_rows
from benchmarks.first_view import first_view_rows
from benchmarks.gradients import gradients_rows
from benchmarks.large_network import large_network_rows
from benchmarks.memory import memory_row, run_again_rows
from benchmarks.painting import painting_rows
from benchmarks.peers import bare_onnxruntime, matrix_product_rate, subplots, torch_network
from benchmarks.profile import profile_rows
from benchmarks.quantization import quantization_rows
from benchmarks.scale import scale_rows
from benchmarks.timing import Row, compare
from benchmarks.visualize import visualize_rows
from benchmarks.whatif import whatif_rows
from squeezeviz.runtime.loading import load_content
from squeezeviz.runtime.sessions import available_threads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

OUTPUT = Path(__file__).parents[1] / "artifacts" / "bench.json"


def model_rows(rounds: int) -> Iterator[Row]:
    """Prediction and activations, against bare ONNX Runtime, PyTorch and the machine's own arithmetic."""
    threads = available_threads()
    model = sv.load_model()
    _, content = load_content("squeezenet1.1-caffe2")
    bare = bare_onnxruntime(content, threads=threads)
    image = sv.read_image("hopper")
    pixels = image.picture
    tensor = model.preprocessing(image)
    convolutions = [layer.name for layer in model.architecture if layer.kind == "convolution"]

    def by_hand() -> object:
        pixels.resize((256, 256), Image.Resampling.BILINEAR)
        return bare(tensor)

    yield compare("predict a decoded image", lambda: model.predict(image), "ONNX Runtime + Pillow resize", by_hand,
                  rounds=rounds, budget="≤ 1.15")  # fmt: skip
    yield compare("26 convolutional activations", lambda: model.activations_of_tensor(tensor, convolutions),
                  "bare ONNX Runtime prediction", lambda: bare(tensor), rounds=rounds, budget="≤ 1.3")  # fmt: skip
    yield _run_against_matrix_product(model, tensor, rounds, threads)
    if not find_spec("torch"):
        return
    forward, hooked = torch_network(content, threads=threads)
    yield compare("predict a tensor", lambda: model.predict_tensor(tensor), "PyTorch", lambda: forward(tensor),
                  rounds=rounds, budget="≤ 1/3")  # fmt: skip
    yield compare("26 convolutional activations", lambda: model.activations_of_tensor(tensor, convolutions),
                  "PyTorch with hooks", lambda: hooked(tensor), rounds=rounds, budget="≤ 1/3")  # fmt: skip
    yield compare("photo → top 5 and 128 maps as one PNG", lambda: _maps_as_png(model, image),
                  "PyTorch with hooks + Matplotlib subplots",
                  lambda: subplots(hooked(model.preprocessing(image))["fire5/expand3x3"][0]),
                  rounds=2, budget="≤ 1/80")  # fmt: skip


#: What `--only` chooses from; each makes its rows when it is asked for them.
GROUPS: dict[str, Callable[[int], Iterable[Row]]] = {
    "model": model_rows,
    "explorer": lambda _: chain(first_view_rows(), explorer_rows()),
    "camera": lambda _: camera_rows(),
    "painting": lambda _: painting_rows(),
    "engine": engine_rows,
    "export": lambda _: export_rows(),
    "classroom": lambda _: classroom_rows(),
    "evaluate": lambda rounds: [evaluate_row(rounds)],
    "datasets": datasets_rows,
    "scale": lambda _: scale_rows(),
    "atlas": atlas_rows,
    "memory": lambda _: [memory_row(), *run_again_rows()],
    "large-network": lambda _: large_network_rows(),
    "import": lambda _: [_import_time()],
    "whatif": lambda rounds: _with(("torch", "captum"), "whatif", lambda: whatif_rows(rounds)),
    "gradients": lambda rounds: _with(("torch", "captum"), "gradients", lambda: gradients_rows(rounds)),
    "visualize": lambda rounds: _with(("torch",), "visualize", lambda: visualize_rows(rounds)),
    "faithfulness": lambda _: faithfulness_rows(),
    "attributions": lambda _: attribution_rows(),
    "profile": profile_rows,
    "quantization": quantization_rows,
}


def _with(needed: tuple[str, ...], part: str, rows: Callable[[], Iterable[Row]]) -> Iterable[Row]:
    missing = [name for name in needed if not find_spec(name)]
    if missing:
        Console(emoji=False).print(
            f"{part}: left out for want of {' and '.join(missing)}; make bench-peers installs them", style="dim"
        )
    return [] if missing else rows()


def _maps_as_png(model: sv.Model, image: sv.Image) -> bytes:
    prediction, activations = model.observe(image, layers="fire5/expand3x3")
    prediction.top(5)
    buffer = io.BytesIO()
    activations.picture("fire5/expand3x3").save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def _run_against_matrix_product(model: sv.Model, tensor: object, rounds: int, threads: int) -> Row:
    """How long the same operations take as one matrix product: the ratio is the inverse of the share of that rate."""
    rates, runs = [], []
    for _ in range(5):
        rates.append(matrix_product_rate(threads=threads))
        time.sleep(0.05)
        model.predict_tensor(tensor)  # type: ignore[arg-type]
        for _ in range(rounds):
            start = time.perf_counter()
            model.predict_tensor(tensor)  # type: ignore[arg-type]
            runs.append((time.perf_counter() - start) * 1e3)
    ideal = model.architecture.operations / statistics.median(rates) * 1e3
    run = statistics.median(runs)
    return Row("one run of the network", run, "as many operations as a 1024³ product", ideal, run / ideal, "≤ 1/0.85")


def _import_time() -> Row:
    def fresh(code: str) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return (time.perf_counter() - start) * 1e3

    pairs = [(fresh("import squeezeviz"), fresh("pass")) for _ in range(7)]
    ours, bare = (statistics.median(values) for values in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    return Row("import squeezeviz, fresh process", ours, "python -c pass", bare, ratio, "≤ +200 ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=25, help="pairs of blocks a row")
    parser.add_argument("--only", action="append", choices=list(GROUPS), help="part of it; may be given several times")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    arguments = parser.parse_args()
    console = Console(emoji=False)
    rows = []
    for group in arguments.only or GROUPS:
        for row in GROUPS[group](arguments.rounds):
            rows.append(row)
            # The whole takes minutes: say what is done.
            console.print(f"{row.name}: {row.ours_ms:.2f} {row.unit}, {row.ratio:.3g} × {row.peer}", style="dim")
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(json.dumps([row.to_dict() for row in rows], indent=2, ensure_ascii=False))
    table = Table(
        title=f"medians of {arguments.rounds} pairs of blocks of 5, {available_threads()} threads", title_justify="left"
    )
    table.add_column("work")
    table.add_column("ours", justify="right")
    table.add_column("peer")
    table.add_column("peer's", justify="right")
    table.add_column("ratio", justify="right")
    table.add_column("budget", justify="right")
    for row in rows:
        times = f"{row.ours_ms:.2f} {row.unit}", row.peer, f"{row.peer_ms:.2f} {row.unit}"
        table.add_row(row.name, *times, f"{row.ratio:.3g}", row.budget)
    console.print(table)
    if not find_spec("torch"):
        console.print("PyTorch is not installed; its rows are left out. make bench-peers installs the heavy peers.")
    console.print(f"written to {arguments.output}")


if __name__ == "__main__":
    main()
