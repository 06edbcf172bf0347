"""What is written on figures: captions, numbers, names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.report.words import shape_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from squeezeviz.render.grid import Scale
    from squeezeviz.results.provenance import Provenance

__all__ = ["amount", "caption", "colours_text", "percent", "shape_text", "short_name"]

_HASH_CHARS = 12


def caption(shows: str, provenance: Provenance, *, image: str = "", also: Sequence[str] = ()) -> str:
    """Return what a figure shows, and everything that made it.

    Args:
        shows: What it shows: the layer, its shape, whatever there is to be read from it.
        provenance: The model, its hash, the preprocessing, the versions.
        image: The photo's name; empty where there is none.
        also: More sentences, without their full stops: the scale and the palette, as a rule.
    """
    how = provenance.preprocessing
    versions = provenance.versions
    sentences = [shows, *also]
    if image:
        sentences.append(f"Image: {image}")
        sentences.append(f"Preprocessing: {how.name}, {how.describe()}" if how else "Input tensor as given")
    elif how:
        sentences.append(f"Preprocessing: {how.name}, {how.describe()}")
    sentences.append(f"Model: {provenance.model_id}, SHA-256 {provenance.model_sha256[:_HASH_CHARS]}")
    sentences.append(f"Made with squeezeviz {versions['squeezeviz']}, ONNX Runtime {versions['onnxruntime']}")
    return " ".join(sentence if sentence.endswith((".", "!", "?")) else f"{sentence}." for sentence in sentences)


def colours_text(scale: Scale, palette: str, largest: float) -> str:
    """Return what colours of activations stand for."""
    full = "each channel's own maximum" if scale == "channel" else f"the layer's maximum, {amount(largest)}"
    return f"Scale: full colour is {full}; zero has a colour of its own. Palette: {palette}"


def amount(value: float) -> str:
    """Return a number with three figures, as the page writes it."""
    size = abs(value)
    if value == 0:
        return "0"
    digits = 0 if size >= 99.5 else 1 if size >= 9.95 else 2
    text = f"{value:.{digits}f}" if size >= 0.0995 else f"{value:.2g}"
    return text.replace("-", "−")


def percent(probability: float) -> str:
    """Return a probability, as the page writes it."""
    if 0 < probability < 0.00005:
        return "< 0.01 %"
    return f"{100 * probability:.1f} %" if probability >= 0.01 else f"{100 * probability:.2f} %"


def short_name(layer: str) -> str:
    """Return a layer's name within its module, as people write it: ``expand 3×3``."""
    name = layer.rpartition("/")[2]
    for size in ("1x1", "3x3"):
        name = name.replace(size, f" {size.replace('x', '×')}")
    return name
