"""`python -m benchmarks.autograd FOLDER`: gradients of a logit by the pixels, against PyTorch's autograd, same weights.

One row a network: the published SqueezeNet, EfficientNet-Lite0, and those of `benchmarks.foreign_networks` (extra
`foreign`: torch, torchvision, timm), whose files are written once and kept in the folder, batch normalisation left as it
is. Each number is the largest difference from autograd's gradient in float64, in parts of its largest number:

- in float64: our backward graph, its nodes run in float64 (`benchmarks.double_precision`). This one has to hold.
- in float32: our backward graph as ONNX Runtime runs it; and beside it autograd's own in float32.
- with the same choices: ours in float32, from our graph in float64 that takes each ReLU and each maximum the way that the
  run in float32 took it. This one has to hold too.

A gradient jumps where a ReLU's number passes 0 or two numbers of a maximum are equal. Of the millions of numbers in a
network some are so near that rounding decides; then what that one unit hands on differs, by far more than rounding, in
anybody's float32. So the graphs are compared in float64, where no number is that near; and float32 with float64 where
both chose alike, which leaves rounding alone.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.table import Table

import squeezeviz as sv
from benchmarks.autograd_network import autograd_network
from benchmarks.double_precision import run_in_double, run_with_choices
from benchmarks.foreign_networks import NETWORKS, Foreign, build, write
from squeezeviz.errors import SqueezeVizError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_MOST = 1e-4
_PHOTO = "coffee"
_OURS = ("squeezenet1.1-caffe2", "efficientnet-lite0")


@dataclass(frozen=True)
class Agreement:
    """How near gradients come to autograd's in float64, in parts of its largest number.

    Attributes:
        name: Of the network.
        double: Our graph in float64.
        ours: Our graph in float32, by ONNX Runtime.
        autograd: Autograd's own in float32.
        alike: Our graph in float32, from the one in float64 that chooses as it does wherever rounding decides.
        problem: Why there is none.
    """

    name: str
    double: float = np.inf
    ours: float = np.inf
    autograd: float = np.inf
    alike: float = np.inf
    problem: str = ""

    @property
    def is_right(self) -> bool:
        """Whether it is as near as it has to be, or refused in words."""
        return bool(self.problem) or max(self.double, self.alike) <= _MOST


def agree(name: str, model: sv.Model, network: Any, tensor: NDArray[np.float32]) -> Agreement:  # noqa: ANN401 - torch
    """Compare the gradients of the largest logit by the input tensor.

    Args:
        name: Of the network.
        model: Ours.
        network: The same as a PyTorch module, from tensor to logits.
        tensor: float32 (1, 3, H, W).
    """
    import torch

    exact, index = _autograd(network, tensor, torch.float64)
    theirs, _ = _autograd(network, tensor, torch.float32)
    of = model.architecture.logits_name
    weights = np.zeros((1, *model.gradients.shape(of)), np.float32)
    weights.reshape(-1)[index] = 1
    try:
        made = model.gradients.graph(of)
        _, found = model.gradients.run(tensor, of, weights)
    except SqueezeVizError as exc:
        return Agreement(name, problem=str(exc))
    feed, output = (
        {made.image: tensor, made.seed: weights.reshape(1, *model._graph.shapes[of][1:])},
        made.gradients[made.image],
    )
    ours, choices = run_with_choices(made.model(), feed, output)
    double = run_in_double(made.model(), feed, output)
    alike = run_in_double(made.model(), feed, output, choices)

    def apart(gradient: NDArray[Any], other: NDArray[Any] = exact) -> float:
        return float(np.abs(gradient - other).max() / np.abs(exact).max())

    return Agreement(name, apart(double), apart(found["input"]), apart(theirs), apart(ours, alike))


def _autograd(network: Any, tensor: NDArray[np.float32], kind: Any) -> tuple[NDArray[Any], int]:  # noqa: ANN401 - torch
    """Return the gradient of the largest logit, and which that is."""
    import torch

    given = torch.from_numpy(tensor).to(kind).requires_grad_()
    logits = network.to(kind)(given).reshape(1, -1)
    index = int(logits[0].argmax())
    (found,) = torch.autograd.grad(logits[0, index], given)
    return found.numpy(), index


def rows(folder: Path, only: list[str]) -> Iterator[Agreement]:
    """Compare network after network."""
    photo = sv.read_image(_PHOTO)
    for name in _OURS:
        if not only or name in only:
            model = sv.load_model(name)
            yield agree(name, model, autograd_network(model), model.preprocessing.first_crop([photo]))
    for network in NETWORKS:
        if not only or network.name in only:
            yield _foreign(network, folder / f"unfolded-{network.file}", photo)


def _foreign(network: Foreign, path: Path, photo: sv.Image) -> Agreement:
    if not path.exists():
        write(network, path, is_folded=False)
    try:
        model = sv.load_model(path, labels="imagenet", preprocessing="torchvision")
    except SqueezeVizError as exc:
        return Agreement(network.name, problem=str(exc))
    how = model.preprocessing.replace(resize_px=network.px, crop_px=network.px)
    return agree(network.name, model, _as_written(build(network)), how.first_crop([photo]))


def _as_written(network: Any) -> Any:  # noqa: ANN401 - a torch module
    """Return a network whose batch normalisation adds what its file says: a number of float32."""
    for module in network.modules():
        if hasattr(module, "eps"):
            module.eps = float(np.float32(module.eps))
    return network


def main() -> None:
    """Print the table; leave with 1 where a gradient is further from autograd's than it may be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "folder", type=Path, nargs="?", help="where exported files are kept; a temporary one by default"
    )
    parser.add_argument("--only", nargs="+", default=[], help="names of networks")
    given = parser.parse_args()
    table = Table("network", "in float64", "in float32", "autograd in float32", "with the same choices")
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        found = []
        for row in rows(folder, given.only):
            found.append(row)
            sys.stderr.write(f"{row}\n")
    for row in found:
        numbers = [f"{each:.1e}" for each in (row.double, row.ours, row.autograd, row.alike)]
        style = "" if row.is_right else "red"
        table.add_row(row.name, *([row.problem, "", "", ""] if row.problem else numbers), style=style)
    Console(width=160).print(table)
    raise SystemExit(not all(row.is_right for row in found))


if __name__ == "__main__":
    main()
