"""`python -m benchmarks.autograd FOLDER`: gradients of a logit by the pixels, against PyTorch's autograd, same weights.

One row a network: the published SqueezeNet, EfficientNet-Lite0, and those of `benchmarks.foreign_networks` (extra
`foreign`: torch, torchvision, timm), whose files are written once and kept in the folder. Three columns, each the largest
difference of two gradients in parts of the gradient's largest number, the least and the median of some photos: ours
(float32) from autograd's in float32; ours from autograd's in float64; and autograd's in float32 from its own in float64.

The last is what rounding does by itself. A gradient jumps where a ReLU's number passes 0 or two numbers of a maximum are
equal; among millions of numbers some are so near that rounding decides, and the gradients differ in what that one unit
hands on, by far more than rounding. On a photo where no number is that near they agree to the last digits; a gradient
that is wrong agrees on none.
"""

from __future__ import annotations

import argparse
import statistics
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
from benchmarks.foreign_networks import NETWORKS, Foreign, build, write
from squeezeviz.errors import SqueezeVizError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_MOST = 1e-4
_PHOTOS = 5
_OURS = ("squeezenet1.1-caffe2", "efficientnet-lite0")


@dataclass(frozen=True)
class Agreement:
    """How near two gradients come to each other, in parts of the largest number; for each photo.

    Attributes:
        name: Of the network.
        apart: Ours from autograd's, both in float32.
        from_double: Ours from autograd's in float64.
        rounding: Autograd's own in float32 from float64.
        problem: Why there is none.
    """

    name: str
    apart: tuple[float, ...] = ()
    from_double: tuple[float, ...] = ()
    rounding: tuple[float, ...] = ()
    problem: str = ""

    @property
    def holds(self) -> bool:
        """Whether there is a photo where they are within 1e-4, or rounding alone leaves autograd no nearer."""
        return min((*self.apart, *self.from_double)) <= max(_MOST, statistics.median(self.rounding))


def agree(name: str, model: sv.Model, network: Any, tensors: NDArray[np.float32]) -> Agreement:  # noqa: ANN401 - torch
    """Compare the gradients of the largest logit by the input tensor.

    Args:
        name: Of the network.
        model: Ours.
        network: The same as a PyTorch module, from tensor to logits.
        tensors: float32 (B, 3, H, W), a photo each.
    """
    import torch

    double, single = ([_autograd(network, each, kind) for each in tensors] for kind in (torch.float64, torch.float32))
    of, found = model.architecture.logits_name, []
    for tensor, (exact, index), (theirs, _) in zip(tensors, double, single, strict=True):
        weights = np.zeros((1, *model.gradients.shape(of)), np.float32)
        weights.reshape(-1)[index] = 1
        try:
            ours = model.gradients.run(tensor[None], of, weights)[1]["input"]
        except SqueezeVizError as exc:
            return Agreement(name, problem=str(exc))
        pairs = ((ours, theirs), (ours, exact), (theirs, exact))
        found.append([float(np.abs(a - b).max() / np.abs(exact).max()) for a, b in pairs])
    apart, from_double, rounding = zip(*found, strict=True)
    return Agreement(name, apart, from_double, rounding)


def _autograd(network: Any, tensor: NDArray[np.float32], kind: Any) -> tuple[NDArray[Any], int]:  # noqa: ANN401 - torch
    """Return the gradient of the largest logit, and which that is."""
    import torch

    given = torch.from_numpy(tensor[None]).to(kind).requires_grad_()
    logits = network.to(kind)(given).reshape(1, -1)
    index = int(logits[0].argmax())
    (found,) = torch.autograd.grad(logits[0, index], given)
    return found.numpy(), index


def rows(folder: Path, only: list[str], photos_taken: int) -> Iterator[Agreement]:
    """Compare network after network."""
    photos = [sv.read_image(each.name) for each in sv.samples()[:photos_taken]]
    for name in _OURS:
        if not only or name in only:
            model = sv.load_model(name)
            yield agree(name, model, autograd_network(model), _tensors(model.preprocessing, photos))
    for network in NETWORKS:
        if not only or network.name in only:
            yield _foreign(network, folder / network.file, photos)


def _foreign(network: Foreign, path: Path, photos: list[sv.Image]) -> Agreement:
    if not path.exists():
        write(network, path)
    try:
        model = sv.load_model(path, labels="imagenet", preprocessing="torchvision")
    except SqueezeVizError as exc:
        return Agreement(network.name, problem=str(exc))
    how = model.preprocessing.replace(resize_px=network.px, crop_px=network.px)
    return agree(network.name, model, build(network), _tensors(how, photos))


def _tensors(how: sv.Preprocessing, photos: list[sv.Image]) -> NDArray[np.float32]:
    return np.concatenate([how.first_crop(photo) for photo in photos])


def main() -> None:
    """Print the table; leave with 1 where a gradient is further from autograd's than it may be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "folder", type=Path, nargs="?", help="where exported files are kept; a temporary one by default"
    )
    parser.add_argument("--only", nargs="+", default=[], help="names of networks")
    parser.add_argument("--photos", type=int, default=_PHOTOS, help="how many photos a network is asked about")
    given = parser.parse_args()
    table = Table("network", "from autograd", "from autograd in float64", "autograd, from its float64")
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        found = []
        for row in rows(folder, given.only, given.photos):
            found.append(row)
            sys.stderr.write(f"{row}\n")
    for row in found:
        columns = (row.apart, row.from_double, row.rounding)
        numbers = [f"{min(each):.1e} … {statistics.median(each):.1e}" for each in columns if each]
        style = "" if row.problem or row.holds else "red"
        table.add_row(row.name, *([row.problem, "", ""] if row.problem else numbers), style=style)
    Console(width=160).print(table)
    raise SystemExit(not all(row.problem or row.holds for row in found))


if __name__ == "__main__":
    main()
