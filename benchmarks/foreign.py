"""`python -m benchmarks.foreign FOLDER`: networks that are not ours, one a row, and what holds of each.

Loads; seconds from the file to the first layer's maps; every layer shown, of finite numbers; a number of every layer
opened into terms that add up; occlusion as whole runs say it; class activation maps that add up to the logit, or the
layer that is in the way; and the exported page's engine, run by Node, against ONNX Runtime in every number of every
layer (or as near as these are to themselves, the input's last bits changed: some random networks magnify rounding). Files
are written once (extra `foreign`: torch, torchvision, timm), and kept in the folder.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

import squeezeviz as sv
from benchmarks.engine_network import bundled, write_network
from benchmarks.foreign_networks import NETWORKS, Foreign, write
from squeezeviz.errors import LayerError, SqueezeVizError

ROOT = Path(__file__).parents[1]
_MOST_S = 3.0  # from the file to the first maps, up to 60 M parameters
_MOST_OCCLUSION, _MOST_PAGE = 1e-5, 1e-4  # of the largest number that is compared


@dataclass
class Found:
    """What holds of one network.

    Attributes:
        name: The network's.
        cells: What the table's columns say, in their order.
        problems: What does not hold; none of a green row.
    """

    name: str
    cells: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def say(self, column: str, text: str, *, holds: bool = True) -> None:
        """Fill in a cell."""
        self.cells[column] = text
        if not holds:
            self.problems.append(f"{column}: {text}")


COLUMNS = ("M weights", "layers", "loads s", "first maps s", "shown", "opened", "occlusion", "class maps", "page")


def check(network: Foreign, path: Path, *, engine: Path | None) -> Found:
    """Try everything on one network."""
    found = Found(network.name)
    try:
        start = time.perf_counter()
        model = sv.load_model(path, labels="imagenet", preprocessing="torchvision")
        found.say("loads s", f"{time.perf_counter() - start:.2f}")
        arch = model.architecture
        image = sv.read_image(_squares(network.px))
        how = model.preprocessing.replace(resize_px=network.px, crop_px=network.px)
        model.activations(image, arch.layers[0].name, preprocessing=how)
        seconds = time.perf_counter() - start
        found.say("first maps s", f"{seconds:.2f}", holds=seconds <= _MOST_S or arch.mparams > 60)
        found.say("M weights", f"{arch.mparams:.1f}")
        found.say("layers", str(len(arch)))
        source = sv.Arithmetic(model, image, how)
        _shown(found, source)
        _opened(found, source, is_whole=not network.is_transformer)
        _occlusion(found, source)
        _class_maps(found, source)
        if engine:
            _page(found, source, engine)
        else:
            found.say("page", "no Node")
    except SqueezeVizError as exc:
        found.say("shown", f"refused: {exc}", holds=network.is_transformer)
    return found


def _squares(px: int) -> np.ndarray:
    """Squares of random colours, uint8 (px, px, 3). White noise would average out on its way through random weights."""
    count = 14
    coarse = np.random.default_rng(1).integers(0, 255, (count, count, 3), np.uint8)
    at = np.arange(px) * count // px
    return coarse[at][:, at]


def _shown(found: Found, source: sv.Arithmetic) -> None:
    arch = source.architecture
    whole = [layer.name for layer in arch if np.isfinite(source.values(layer.name)).all()]
    silent = sum(not source.values(layer.name).any() for layer in arch)
    found.say("shown", f"{len(whole)}" + (f", {silent} silent" if silent else ""), holds=len(whole) == len(arch))


def _opened(found: Found, source: sv.Arithmetic, *, is_whole: bool) -> None:
    """A number of every layer at random; `Arithmetic` itself refuses what does not add up."""
    rng, refused, worst = np.random.default_rng(3), {}, 0.0
    for layer in source.architecture:
        values = source.values(layer.name)
        channel, *cell = (int(at) for at in np.unravel_index(rng.integers(values.size), values.shape))
        try:
            made = source.of(layer.name, channel, (cell[0], cell[1]))
        except LayerError as exc:
            refused[layer.kind] = str(exc)
            continue
        scale = max(abs(made.bias) + sum(abs(term.product) for term in made.terms), abs(made.value), 1.0)
        worst = max(worst, abs(made.residual) / scale)
    text = f"all but {', '.join(refused)}" if refused else "all"
    found.say("opened", f"{text}, {worst:.0e}", holds=not refused or not is_whole)


def _occlusion(found: Found, source: sv.Arithmetic) -> None:
    model, image, how = source.model, source.image, source.preprocessing
    size = how.input_px[0]
    half = size // 2
    made = sv.occlude(model, image, patch_px=half, stride_px=half, preprocessing=how, fill=(20, 90, 200))
    plain = how(sv.read_image(np.full((size, size, 3), (20, 90, 200), np.uint8)))
    worst = 0.0
    for y, x in ((0, 0), (1, 1)):
        hidden = how(image)
        rows, columns = (slice(at * half, at * half + half) for at in (y, x))
        hidden[:, :, rows, columns] = plain[:, :, rows, columns]
        expected = model.predict_tensor(hidden)[0].logits
        worst = max(worst, float(np.abs(made.logits[y, x] - expected).max() / max(1.0, np.abs(expected).max())))
    found.say("occlusion", f"{worst:.0e}", holds=worst <= _MOST_OCCLUSION)


def _class_maps(found: Found, source: sv.Arithmetic) -> None:
    """Cells and channels that add up to the logit (`decompose_logit` refuses what does not), or who is in the way."""
    try:
        made = sv.decompose_logit(source, int(source.values(source.architecture.logits_name).argmax()))
    except LayerError as exc:
        found.say("class maps", f"none: {str(exc).rpartition('; ')[2]}")
        return
    worst = max(abs(made.residual), abs(made.channel_residual)) / max(1.0, abs(made.logit))
    found.say("class maps", f"{made.cells.shape[0]} × {made.cells.shape[1]}, {worst:.0e}", holds=worst <= 1e-4)


# The exported page's engine -------------------------------------------------------------------------------------------


def engine_in(folder: Path) -> Path | None:
    """Bundle the page's engine for Node; None where there is no Node, or the front end's packages are not installed."""
    return bundled(ROOT / "benchmarks" / "foreign_engine.ts", folder / "engine.mjs")


def _page(found: Found, source: sv.Arithmetic, engine: Path) -> None:
    with tempfile.TemporaryDirectory() as place:
        try:
            write_network(source, Path(place))
        except SqueezeVizError as exc:
            found.say("page", f"refused: {exc}", holds=False)
            return
        ran = subprocess.run(
            ["node", "--max-old-space-size=8192", str(engine), place],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    if ran.returncode:
        found.say("page", ran.stderr.strip().splitlines()[-1][:200], holds=False)
        return
    said = json.loads(ran.stdout)
    text, holds = f"{said['worst']:.0e} in {said['seconds']:.1f} s", said["worst"] <= _MOST_PAGE
    if not holds:
        moved = _moved(source, said["layer"])
        text += f" ({said['layer']}, which moves by {moved:.0e} with the input's last bits)"
        holds = said["worst"] <= moved
    found.say("page", text, holds=holds)


def _moved(source: sv.Arithmetic, layer: str) -> float:
    """How far ONNX Runtime's own numbers move, of the largest, with the input's last bits: no other program is nearer."""
    values = source.values(layer)
    moved = source.model.activations_of_tensor(source.tensor * np.float32(1 + 2**-20), layer)[layer][0]
    return float(np.abs(moved.reshape(values.shape) - values).max() / np.abs(values).max())


def main() -> None:
    """Print the table; leave with 1 where a network that has to be green is not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "folder", type=Path, nargs="?", help="where exported files are kept; a temporary one by default"
    )
    parser.add_argument("--only", nargs="+", default=[], help="names of networks")
    parser.add_argument("--write-only", action="store_true", help="export, and check nothing")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        chosen = [each for each in NETWORKS if not given.only or each.name in given.only]
        for network in chosen:
            if not (folder / network.file).exists():
                write(network, folder / network.file)
        if given.write_only:
            return
        engine = engine_in(Path(temporary))
        rows = []
        for network in chosen:
            rows.append(check(network, folder / network.file, engine=engine))
            _tell(rows[-1])
    table = Table("network", *COLUMNS)
    for row in rows:
        table.add_row(row.name, *(row.cells.get(column, "") for column in COLUMNS), style="red" if row.problems else "")
    Console(width=200).print(table)
    green = sum(not row.problems for row in rows)
    Console().print(f"{green} of {len(rows)} are green")
    raise SystemExit(green < len(rows))


def _tell(row: Found) -> None:
    said = "; ".join(row.problems) or "green"
    Console(stderr=True, soft_wrap=True).print(f"{row.name}: {said}", markup=False)


if __name__ == "__main__":
    main()
