"""A network and what ONNX Runtime computes of one image, as files that the page's engine runs on outside a page."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.standalone.graph_spec import graph_spec

if TYPE_CHECKING:
    import squeezeviz as sv

__all__ = ["bundled", "write_network"]

_ROOT = Path(__file__).parents[1]


def write_network(source: sv.Arithmetic, folder: Path) -> None:
    """Write ``told.json``, the network as plain data, and ``numbers``: weights, the input and every layer, float32.

    Args:
        source: The network's numbers on one image.
        folder: Where they are written; `engine_network.ts` reads them.

    Raises:
        ModelError: A layer is of a kind that a page cannot compute.
    """
    arch = source.architecture
    spec = graph_spec(arch)
    stored = {layer.name: found for layer in arch if (found := layer.op.stored())}
    told = {
        "layers": [layer.to_dict() for layer in arch],
        "graphSpec": spec,
        "weights": {
            name: {"shape": list(found[0].shape), "sizes": [each.size for each in found]}
            for name, found in stored.items()
        },
        "input": {"name": arch.input_name, "shape": list(arch.input_shape)},
        "logits": arch.logits_name,
    }
    (folder / "told.json").write_text(json.dumps(told))
    weights = (each for found in stored.values() for each in found)
    with (folder / "numbers").open("wb") as file:
        for each in (*weights, source.tensor, *(source.values(layer.name) for layer in arch)):
            file.write(np.ascontiguousarray(each, "<f4").tobytes())


def bundled(entry: Path, target: Path, platform: str = "node") -> Path | None:
    """Bundle a program that uses the page's engine.

    Args:
        entry: TypeScript.
        target: Where the bundle is written.
        platform: ``"node"`` or ``"browser"``.

    Returns:
        The bundle; None where there is no Node, or the front end's packages are not installed.
    """
    bundler = _ROOT / "node_modules" / ".bin" / "esbuild"
    if not which("node") or not bundler.exists():
        return None
    told = [str(bundler), str(entry), "--bundle", f"--platform={platform}", "--format=esm", f"--outfile={target}"]
    subprocess.run([*told, "--log-level=error"], check=True)
    return target
