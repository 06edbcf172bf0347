"""The architecture diagram: a bar's height is ∝ √channels, so that squeeze pinches and expand widens."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import NoneType
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import FancyBboxPatch, PathPatch, Rectangle
from matplotlib.path import Path

from squeezeviz.arguments import expect
from squeezeviz.errors import FigureError
from squeezeviz.figures.look import QUIET, SMALL
from squeezeviz.figures.sheet import Box, cut_to, drawing, put, text_mm
from squeezeviz.figures.words import amount
from squeezeviz.figures.words import caption as caption_of
from squeezeviz.results.activations import Activations
from squeezeviz.results.prediction import Prediction
from squeezeviz.runtime.loading import loaded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from squeezeviz.figures.look import Ink
    from squeezeviz.figures.sheet import Sheet
    from squeezeviz.network.architecture import Architecture, Layer
    from squeezeviz.render.palettes import Theme
    from squeezeviz.runtime.loading import ModelSource

__all__ = ["draw_network", "network", "rms_activations"]

_TALL, _MIDDLE, _BAR, _GAP = 33.0, 16.0, 1.4, 1.4
_PER_ROOT, _MOST_CHANNELS = 0.40, 1100
_NAME_MM = 14.0  # what a name may take where its part is narrower
_NAMES_Y, _COUNTS_Y, _RMS_Y, _RMS = 7.2, 29.0, 30.6, 1.0


@dataclass(frozen=True)
class _Part:
    """What stands in the diagram: a layer of its own, a Fire module, a pooling that cuts it, or its end.

    Attributes:
        kind: ``"layer"``, ``"module"``, ``"cut"`` or ``"end"``.
        name: Of the layer or the module.
        layer: Of a module, its concatenation.
        squeeze: Of a module.
        expands: Of a module.
    """

    kind: str
    name: str
    layer: Layer
    squeeze: Layer | None = None
    expands: tuple[Layer, ...] = ()


def network(
    model: ModelSource,
    activations: Activations,
    prediction: Prediction | None = None,
    *,
    layer: str | None = None,
    theme: Theme = "light",
    width_mm: float = 178,
    caption: bool = True,
) -> Sheet:
    """Draw the architecture diagram; under each part, how strongly it activates on the photo, on one scale for all.

    Args:
        model: A loaded model, or the name or path of one.
        activations: All that its layers saw.
        prediction: What it says: its five most probable classes stand at the end, as bars.
        layer: A layer to mark.
        theme: ``"light"`` (the default) for paper, ``"dark"`` for slides.
        width_mm: The figure's width in millimetres: 178 is two columns of a journal, 86 is one.
        caption: Whether it is written under the figure (the default); ``figure.caption`` has it in any case.

    Raises:
        LayerError: There is no such layer.
        ModelError: The model cannot be loaded.
        FigureError: The theme or the width is none.
    """
    expect(prediction, (Prediction, NoneType), "what Model.predict returns of one photo", FigureError)
    expect(activations, Activations, "what Model.activations returns", FigureError)
    model = loaded(model)
    how = activations.provenance.preprocessing
    arch = model.architecture_at(*how.input_px) if how else model.architecture
    marked = arch[layer] if layer is not None else None
    with drawing(width_mm, theme) as sheet:
        bottom = draw_network(sheet, sheet.room, arch, rms_activations(activations), prediction, marked)
        text = caption_of(
            network_shown(arch, rms_activations(activations)), activations.provenance, image=activations.image,
            also=[f"Marked: {layer}"] if layer else [],
        )  # fmt: skip
        sheet.finish(bottom, text, is_written=caption)
    return sheet


def rms_activations(activations: Mapping[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]]) -> dict[str, float]:
    """Return layer → root mean square of its activation; of feature maps only."""
    return {
        name: float(np.sqrt(np.vdot(values, values) / values.size))
        for name, values in activations.items()
        if values.ndim == 3
    }


def network_shown(arch: Architecture, rms_activation: Mapping[str, float]) -> str:
    """Return what the diagram is, for a caption."""
    name, most = _strongest(_parts(arch), rms_activation)
    strong = f", the largest {amount(most)} in {name}" if most else ""
    return (
        f"The network's {len(arch)} layers ({arch.mparams:.3f} M parameters, {arch.gflops:.3f} GFLOPs): a bar's height "
        "is proportional to the root of its channels, whose number stands below it. Scale: the line under each part is "
        f"the root mean square of its activation, on one scale{strong}; its colours share it by the expands' squares"
    )


def draw_network(
    sheet: Sheet,
    box: Box,
    arch: Architecture,
    rms_activation: Mapping[str, float],
    prediction: Prediction | None,
    marked: Layer | None,
) -> float:
    """Draw it into a box; return where it ends."""
    top = sheet.heading(box, "Network", marked.name if marked else "")
    _key(sheet, box, top - 1.6)
    axes = sheet.axes_at(box.left, top, box.width, _TALL, "network")
    axes.set(xlim=(0, box.width), ylim=(_TALL, 0))
    _Diagram(sheet.ink, axes, _parts(arch), rms_activation, marked, box.width).draw(prediction)
    return top + _TALL


def _key(sheet: Sheet, box: Box, base: float) -> None:
    right = box.right
    for text, colour in zip(("others", "3×3", "1×1"), reversed(sheet.ink.rms_activations), strict=True):
        sheet.write(right, base, text, SMALL, colour=sheet.ink.quiet, ha="right")
        right -= text_mm(text, SMALL) + 2.4
        sheet.block(right, base - 1.6, 1.7, 1.7, colour)
        right -= 1.6
    sheet.write(right, base, "rms activation", SMALL, colour=sheet.ink.quiet, ha="right")


def _parts(arch: Architecture) -> list[_Part]:
    parts = []
    for layer in arch:
        if layer.module is not None:
            if layer.branch == "concat":
                expands = tuple(arch[name] for name in layer.inputs)
                parts.append(_Part("module", layer.module, layer, arch[expands[0].inputs[0]], expands))
        elif layer.kind.endswith("pooling"):
            parts.append(_Part("cut", layer.name, layer))
        else:
            parts.append(_Part("end" if layer.kind == "softmax" else "layer", layer.name, layer))
    return parts


def _strongest(parts: Sequence[_Part], rms_activation: Mapping[str, float]) -> tuple[str, float]:
    shown = [part.layer for part in parts if part.kind in ("layer", "module") and len(part.layer.shape) == 3]
    best = max(shown, key=lambda layer: rms_activation.get(layer.name, 0.0), default=None)
    return (best.name, rms_activation.get(best.name, 0.0)) if best else ("", 0.0)


def _tall(layer: Layer) -> float:
    return _PER_ROOT * math.sqrt(min(layer.channels, _MOST_CHANNELS))


class _Diagram:
    """One drawing of the diagram, in millimetres."""

    def __init__(
        self,
        ink: Ink,
        axes: Axes,
        parts: list[_Part],
        rms_activation: Mapping[str, float],
        marked: Layer | None,
        width: float,
    ) -> None:
        self.ink, self.axes, self.parts, self.rms_activation, self.marked = ink, axes, parts, rms_activation, marked
        self.most = _strongest(parts, rms_activation)[1] or 1.0
        self.is_narrow = width < 120
        fixed = (8.6, 2.0, 9.6) if self.is_narrow else (13.5, 4.0, 13.0)
        self.wide = dict(zip(("layer", "cut", "end"), fixed, strict=True))
        taken = sum(self.wide.get(part.kind, 0.0) for part in parts)
        modules = sum(part.kind == "module" for part in parts)
        if modules:
            self.wide["module"] = (width - taken) / modules
        else:  # a network without modules fills the width too
            self.wide = {kind: wide * width / taken for kind, wide in self.wide.items()}
        self.before: tuple[float, float] | None = None  # where the diagram has come to: x, half its height

    def draw(self, prediction: Prediction | None) -> None:
        x = 0.0
        self._bands()
        for part in self.parts:
            wide = self.wide[part.kind]
            if self._is_marked(part) and part.kind != "cut":
                self._mark(x, wide)
            if part.kind == "module":
                self._module(part, x, wide)
            elif part.kind == "cut":
                colour = self.ink.accent if self._is_marked(part) else self.ink.rule
                at = x + wide / 2
                self.axes.plot([at, at], [3.6, _TALL - 1], color=colour, linewidth=0.5, linestyle=(0, (2, 2)))
            else:
                self._single(part, x, wide, prediction)
            x += wide

    def _module(self, part: _Part, x: float, wide: float) -> None:
        squeeze = part.squeeze
        if squeeze is None:
            raise ValueError(f"{part.name}: a module without a squeeze")
        bar = min(_BAR, wide * 0.14)
        start, middle, end = x + wide * 0.1, x + wide * 0.5 - bar / 2, x + wide * 0.9 - bar
        squeezed, expanded = _tall(squeeze), [_tall(layer) for layer in part.expands]
        total = sum(expanded)
        self._flow_to(start, squeezed / 2)
        top, joined = _MIDDLE - (total + _GAP * (len(expanded) - 1)) / 2, _MIDDLE - total / 2
        self._bar(start, _MIDDLE - squeezed / 2, bar, squeezed, squeeze, part)
        for layer, high in zip(part.expands, expanded, strict=True):
            self._flow(start + bar, _MIDDLE - squeezed / 2, _MIDDLE + squeezed / 2, middle, top, top + high)
            self._flow(middle + bar, top, top + high, end, joined, joined + high)
            self._bar(middle, top, bar, high, layer, part)
            self._bar(end, joined + 0.06, bar, high - 0.12, layer, part)
            top, joined = top + high + _GAP, joined + high
        self.before = end + bar, total / 2
        self._label(part, x, wide)
        squares = [self.rms_activation.get(layer.name, 0.0) ** 2 for layer in part.expands]
        share = self.rms_activation.get(part.layer.name, 0.0) / self.most
        narrow, other, _ = self.ink.rms_activations
        lines = [
            (layer.name, share * square / (sum(squares) or 1.0), other if index else narrow)
            for index, (layer, square) in enumerate(zip(part.expands, squares, strict=True))
        ]
        self._rms_activation(x, wide, lines)

    def _single(self, part: _Part, x: float, wide: float, prediction: Prediction | None) -> None:
        high, bar = _tall(part.layer), 1.6
        at = x + wide / 2 - bar / 2 if part.kind == "layer" else x + 2.2
        self._flow_to(at, high / 2)
        if part.kind == "end":
            self.axes.add_patch(Rectangle((at, _MIDDLE - high / 2), 0.35, high, facecolor=self.ink.node))
            if prediction is not None:
                for row, score in enumerate(prediction.top(min(5, len(prediction.logits)))):
                    long = max(0.2, (wide - 3.4) * score.probability)
                    colour = self.ink.node if row else self.ink.accent
                    y = _MIDDLE - 5.6 + 2.4 * row
                    self.axes.add_patch(Rectangle((at + 0.8, y), long, 1.4, facecolor=colour))
        else:
            self._bar(at, _MIDDLE - high / 2, bar, high, part.layer, part)
            share = self.rms_activation.get(part.layer.name, 0.0) / self.most
            self._rms_activation(x, wide, [(part.layer.name, share, self.ink.rms_activations[2])])
        self.before = at + bar, high / 2
        self._label(part, x, wide)

    def _is_marked(self, part: _Part) -> bool:
        if self.marked is None:
            return False
        return self.marked.module == part.name if part.kind == "module" else self.marked.name == part.name

    def _mark(self, x: float, wide: float) -> None:
        style = f"round,pad=0,rounding_size={0.9}"
        frame = FancyBboxPatch(
            (x + 0.2, 3.6), wide - 0.4, _TALL - 3.8, style, facecolor=self.ink.accent, edgecolor="none", alpha=0.1
        )
        self.axes.add_patch(frame)
        self.axes.add_patch(
            FancyBboxPatch(
                (x + 0.2, 3.6), wide - 0.4, _TALL - 3.8, style, fill=False, edgecolor=self.ink.accent, linewidth=0.7
            )
        )

    def _bar(self, x: float, y: float, wide: float, high: float, layer: Layer, part: _Part) -> None:
        is_on = self.marked is not None and (
            layer.name == self.marked.name or (self.marked.name == part.layer.name and layer.branch != "squeeze")
        )
        self.axes.add_patch(Rectangle((x, y), wide, high, facecolor=self.ink.accent if is_on else self.ink.node))

    def _flow_to(self, x: float, half: float) -> None:
        if self.before is not None:
            at, was = self.before
            self._flow(at, _MIDDLE - was, _MIDDLE + was, x, _MIDDLE - half, _MIDDLE + half)

    def _flow(self, x0: float, top0: float, low0: float, x1: float, top1: float, low1: float) -> None:
        m = (x0 + x1) / 2
        points = [
            (x0, top0), (m, top0), (m, top1), (x1, top1), (x1, low1), (m, low1), (m, low0), (x0, low0), (x0, top0),
        ]  # fmt: skip
        curve = Path.CURVE4
        codes = [Path.MOVETO, curve, curve, curve, Path.LINETO, curve, curve, curve, Path.CLOSEPOLY]
        self.axes.add_patch(PathPatch(Path(points, codes), facecolor=self.ink.flow, edgecolor="none", zorder=0.5))

    def _rms_activation(self, x: float, wide: float, lines: Sequence[tuple[str, float, str]]) -> None:
        inset = 0.8
        room = wide - 2 * inset
        self.axes.add_patch(Rectangle((x + inset, _RMS_Y), room, _RMS, facecolor=self.ink.track))
        start = x + inset
        for name, share, colour in lines:
            self.axes.add_patch(
                Rectangle((start, _RMS_Y), share * room, _RMS, facecolor=colour, gid=f"rms activation:{name}")
            )
            start += share * room

    def _label(self, part: _Part, x: float, wide: float) -> None:
        is_marked = self._is_marked(part)
        name = "softmax" if part.kind == "end" else part.name
        size = (5.4 if self.is_narrow else QUIET) - (0.4 if self.is_narrow and len(name) > 6 else 0)
        put(
            self.axes, x + wide / 2, _NAMES_Y, cut_to(name, max(wide, _NAME_MM), size), fontsize=size, ha="center",
            color=self.ink.accent if is_marked else self.ink.ink, fontweight="bold" if is_marked else "normal",
        )  # fmt: skip
        put(
            self.axes, x + wide / 2, _COUNTS_Y, f"{part.layer.channels}", fontsize=5.4 if self.is_narrow else SMALL,
            ha="center", color=self.ink.quiet,
        )  # fmt: skip

    def _bands(self) -> None:
        """Write height and width of the maps over the parts that share them."""
        bands: list[tuple[float, float, str]] = []
        x = 0.0
        for part in self.parts:
            wide, shape = self.wide[part.kind], part.layer.shape
            text = f"{shape[1]} × {shape[2]}" if len(shape) == 3 and part.kind != "cut" else ""
            if text and bands and bands[-1][2] == text and x - bands[-1][1] < 0.1:
                bands[-1] = bands[-1][0], x + wide, text
            elif text:
                bands.append((x, x + wide, text))
            x += wide
        for start, stop, text in bands:
            middle, half = (start + stop) / 2, text_mm(text, SMALL) / 2 + 1
            size = min(SMALL, SMALL * (stop - start + 2) / (2 * half))
            put(self.axes, middle, 2.2, text, fontsize=size, color=self.ink.quiet, ha="center")
            for x0, x1 in ((start + 0.8, middle - half), (middle + half, stop - 0.8)):
                if x1 - x0 > 1.5:
                    self.axes.plot([x0, x1], [1.4, 1.4], color=self.ink.rule, linewidth=0.5)
