"""What a model says, as bars; beside each class its own map, whose mean is its logit."""

from __future__ import annotations

from collections.abc import Iterable
from types import NoneType
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.arguments import expect
from squeezeviz.errors import FigureError
from squeezeviz.figures.cells import as_maps
from squeezeviz.figures.look import BODY, QUIET
from squeezeviz.figures.sheet import Box, cut_to, drawing, snap
from squeezeviz.figures.words import caption as caption_of
from squeezeviz.figures.words import percent
from squeezeviz.render.grid import grid
from squeezeviz.results.activations import Activations
from squeezeviz.results.prediction import Prediction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from squeezeviz.figures.sheet import Sheet
    from squeezeviz.render.palettes import Theme
    from squeezeviz.results.prediction import ClassScore

__all__ = ["class_activation_maps", "draw_prediction", "prediction", "prediction_shown"]

_LABEL_MM, _P_MM, _LOGIT_MM, _MAP_MM = 40.0, 13.0, 11.0, 7.0
_WIDE_MM, _TIGHT_MM = 110.0, 60.0


def prediction(
    prediction: Prediction,
    n: int = 5,
    *,
    classes: Sequence[int | str] = (),
    activations: Activations | None = None,
    palette: str = "ember",
    theme: Theme = "light",
    width_mm: float = 178,
    caption: bool = True,
) -> Sheet:
    """Draw the n most probable classes: probability as a bar, from 0 to 1, and logit.

    Args:
        prediction: What the model said.
        n: How many classes.
        classes: More of them, by index, WordNet id or name.
        activations: All that the layers saw; with it each class's own map stands beside it, where the network has such.
        palette: Of these maps.
        theme: ``"light"`` (the default) for paper, ``"dark"`` for slides.
        width_mm: The figure's width in millimetres: 178 is two columns of a journal, 86 is one.
        caption: Whether it is written under the figure (the default); ``figure.caption`` has it in any case.

    Raises:
        LabelError: No class is called that.
        FigureError: The theme or the width is none.
        ValueError: n is less than 1, or the palette is unknown.
    """
    expect(activations, (Activations, NoneType), "what Model.activations returns of one photo", FigureError)
    expect(prediction, Prediction, "what Model.predict returns of one photo", FigureError)
    scores = chosen_scores(prediction, n, classes)
    with drawing(width_mm, theme) as sheet:
        shown = class_activation_maps(prediction, activations)
        bottom = draw_prediction(sheet, sheet.room, prediction, scores, class_layer=shown, palette=palette)
        also = [f"Each class's own map ({shown[0]}), whose mean is its logit. Palette: {palette}"] if shown else []
        text = caption_of(
            prediction_shown(prediction, scores), prediction.provenance, image=prediction.image,
            also=[*also, *([prediction.caution] if prediction.caution else [])],
        )  # fmt: skip
        sheet.finish(bottom, text, is_written=caption)
    return sheet


def chosen_scores(prediction: Prediction, n: int, classes: Sequence[int | str]) -> list[ClassScore]:
    """Return the n most probable classes, and others that were asked for."""
    expect(classes, Iterable, "classes by index, WordNet id or name, in a list", FigureError)
    scores = list(prediction.top(n))
    here = {score.class_index for score in scores}
    more = [prediction[key] for key in classes]
    return scores + [score for score in dict.fromkeys(more) if score.class_index not in here]


def prediction_shown(prediction: Prediction, scores: Sequence[ClassScore]) -> str:
    """Return what the bars are, for a caption."""
    share = sum(score.probability for score in scores)
    many = len(prediction.logits)
    return (
        f"{len(scores)} of {many} classes, with probability p (bars, 0 to 1) and {prediction.logit_words}; "
        f"together they hold {percent(share)} of the probability"
    )


def class_activation_maps(
    prediction: Prediction, activations: Activations | None
) -> tuple[str, NDArray[np.float32]] | None:
    """Return the layer whose maps' means are the logits, (N, H, W), with its name; None where there is none."""
    for layer, values in activations.items() if activations is not None else ():
        if values.ndim == 3 and values[0].size > 1 and len(values) == len(prediction.logits):
            means = values.mean(axis=(1, 2), dtype=np.float64)
            if ":" not in layer and np.allclose(means, prediction.logits, rtol=1e-4, atol=1e-4):
                return layer, values
    return None


def draw_prediction(
    sheet: Sheet,
    box: Box,
    prediction: Prediction,
    scores: Sequence[ClassScore],
    *,
    class_layer: tuple[str, NDArray[np.float32]] | None,
    palette: str,
    title: str = "Prediction",
) -> float:
    """Draw it into a box; return where it ends."""
    ink, is_wide, is_tight = sheet.ink, box.width >= _WIDE_MM, box.width < _TIGHT_MM
    base = sheet.heading(box, title, "" if is_tight else f"among {len(prediction.logits)} classes") - 1.6
    right, size = box.right, QUIET if is_tight else BODY
    logit_mm, p_mm, map_mm = (0.0, 9.5, 6.0) if is_tight else (_LOGIT_MM, _P_MM, _MAP_MM)
    if logit_mm:
        sheet.write(right, base, prediction.logit_words, QUIET, colour=ink.quiet, ha="right")
    sheet.write(right - logit_mm, base, "p", QUIET, colour=ink.quiet, ha="right")
    step = map_mm + 1.6 if class_layer else 6.0 if is_wide else 7.2
    left = box.left + (map_mm + 1.6 if class_layer else 0)
    start = left + _LABEL_MM if is_wide else left
    end = right - logit_mm - p_mm if is_wide else right
    top = base + 1.6
    bars = sheet.axes_at(start, top, end - start, step * len(scores), "probabilities")
    bars.set(xlim=(0, 1), ylim=(len(scores), 0))
    thick = (1.7 if is_wide else 1.1) / step
    middle = 0.5 if is_wide else 1 - 1.35 / step
    for row, score in enumerate(scores):
        first = row == 0
        bars.barh(row + middle, 1, thick, color=ink.track, gid=f"track:{score.class_index}")
        colour = ink.accent if first else ink.bar
        bars.barh(row + middle, score.probability, thick, color=colour, gid=f"bar:{score.class_index}")
        line = top + step * row + (step / 2 + BODY * 0.127 if is_wide else step - 2.9)
        weight = "bold" if first else "normal"
        room = _LABEL_MM - 2 if is_wide else right - left - logit_mm - p_mm - 1
        sheet.write(left, line, cut_to(score.label, room, size, weight), size, weight=weight)
        sheet.write(right - logit_mm, line, percent(score.probability), size, weight=weight, ha="right")
        if logit_mm:
            sheet.write(right, line, f"{score.logit:.2f}", size, colour=ink.quiet, ha="right")
        if class_layer:
            own = grid(as_maps(class_layer[1])[score.class_index][None], colours=palette, theme=sheet.theme)
            side = snap(map_mm)
            sheet.picture(own, box.left, top + step * row + 0.8, side, side, f"class:{score.class_index}")
    return top + step * len(scores)
