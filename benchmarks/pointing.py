"""`python -m benchmarks.pointing`: how soon it is known which pixels raise the cell that is pointed at.

From the question to its encoded answer, in the kernel: input × gradient of one cell of a layer, as the page asks for it
where the pointer rests. Cells are drawn at random; a layer's first question, which makes its session, is left out and
printed by itself. The median and the 95th percentile, in milliseconds; they are to be 50 ms at most.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from rich.console import Console
from rich.table import Table

import squeezeviz as sv
from squeezeviz.evidence.attribution.methods import METHODS, attribute
from squeezeviz.evidence.target import Target
from squeezeviz.explorer import replies

_LAYERS = ("fire2/concat", "fire5/concat", "fire9/concat")
_METHOD = "input-x-gradient"


def pointing_ms(model: sv.Model, image: sv.Image, layer: str, questions: int) -> list[float]:
    """Return how long each question about a layer took, the first included."""
    drawn, (channels, height, width) = np.random.default_rng(0), model.architecture[layer].shape
    took = []
    for _ in range(questions + 1):
        channel, y, x = (int(drawn.integers(size)) for size in (channels, height, width))
        start = time.perf_counter()
        made = attribute(model, image, _METHOD, Target.cell(layer, channel, y, x))
        replies.attribution("asked", made, METHODS[_METHOD], is_reduced=True)
        took.append((time.perf_counter() - start) * 1e3)
    return took


def main() -> None:
    """Print a table, a row a layer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=100, help="to each layer (default: 100)")
    questions = parser.parse_args().questions
    model, image = sv.load_model("squeezenet1.1-caffe2"), sv.read_image("hopper")
    table = Table("layer", "first, ms", "median, ms", "p95, ms")
    for layer in _LAYERS:
        first, *took = pointing_ms(model, image, layer, questions)
        table.add_row(layer, *(f"{ms:.1f}" for ms in (first, np.median(took), np.percentile(took, 95))))
    Console().print(table)


if __name__ == "__main__":
    main()
