"""Any view of the explorer as a figure, from what is chosen there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, get_args

from squeezeviz.arguments import expect
from squeezeviz.errors import FigureError, did_you_mean
from squeezeviz.evidence import Arithmetic
from squeezeviz.evidence.comparison import MOST_VARIANTS, compare_preprocessing
from squeezeviz.figures.arithmetic import arithmetic
from squeezeviz.figures.cells import as_maps, chosen
from squeezeviz.figures.channel import channel
from squeezeviz.figures.drift import drift
from squeezeviz.figures.explorer import explorer
from squeezeviz.figures.feature_maps import maps
from squeezeviz.figures.kernels import kernels
from squeezeviz.figures.network import network
from squeezeviz.figures.photo import photo
from squeezeviz.figures.prediction import prediction
from squeezeviz.image import read_image
from squeezeviz.preprocessing import COMPARED_AT_FIRST, preset
from squeezeviz.render.palettes import PALETTES
from squeezeviz.runtime.loading import loaded

if TYPE_CHECKING:
    from collections.abc import Callable

    from squeezeviz.figures.sheet import Sheet
    from squeezeviz.image import Image, ImageSource
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.loading import ModelSource
    from squeezeviz.runtime.model import Model

__all__ = ["VIEWS", "View", "of_view"]

View = Literal["explorer", "photo", "prediction", "network", "maps", "channel", "kernels", "drift", "arithmetic"]
VIEWS: tuple[View, ...] = get_args(View)

_CHOICES = (
    "layer", "channel", "cell", "class_index", "pinned", "cam", "compared", "scale", "palette", "theme",
    "width_mm", "caption",
)  # fmt: skip


def of_view(
    view: str,
    *,
    model: ModelSource,
    image: ImageSource,
    preprocessing: str | Preprocessing | None = None,
    selection: Mapping[str, Any],
) -> Sheet:
    """Draw a view of the explorer.

    Args:
        view: One of `VIEWS`.
        model: A loaded model, or the name or path of one.
        image: Anything `squeezeviz.read_image` takes.
        preprocessing: A preset's name or a `Preprocessing`; the model's own by default.
        selection: What is chosen; whatever is left out or None is as on a fresh page. ``layer``, ``channel``, ``cell``,
            ``class_index``, ``pinned`` (classes by index), ``cam`` (whether it lies over the photo), ``compared``
            (presets' names or `Preprocessing`), ``scale``, ``palette``, ``theme``, ``width_mm``, ``caption``. Other
            keys are the page's own, and of no meaning here.

    Raises:
        FigureError: There is no such view, scale, palette or theme, or the width is no printed one.
        LayerError: There is no such layer, channel or cell; or the view cannot be drawn of this layer.
        SqueezeVizError: The model, the photo, the preprocessing or a class is none.
    """
    if not isinstance(view, str) or view not in VIEWS:
        raise FigureError(f"no view is called {view!r}; there are {', '.join(VIEWS)}.{did_you_mean(str(view), VIEWS)}")
    expect(selection, Mapping, "what is chosen by its name, such as {'layer': 'conv1'}", FigureError)
    picked = {key: selection[key] for key in _CHOICES if selection.get(key) is not None}
    for key, known in (("palette", PALETTES), ("scale", ("channel", "layer"))):
        if picked.get(key, known[0]) not in known:
            raise FigureError(f"no {key} is called {picked[key]!r}; there are {', '.join(known)}")
    if "cell" in picked:
        y, x = picked["cell"]
        picked["cell"] = int(y), int(x)
    model = loaded(model)
    return _DRAW[view](model, read_image(image), model.resolve(preprocessing), picked)


def _with(picked: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: picked[key] for key in (*keys, "theme", "width_mm", "caption") if key in picked}


def _layer(model: Model, picked: dict[str, Any]) -> str:
    """The chosen layer; by default the page's, or of a network that has none of that name, its first convolution."""
    wanted = picked.get("layer")
    if wanted is None:
        wanted = "fire5/concat" if "fire5/concat" in model.architecture else model.architecture.first_convolution.name
    return model.architecture[str(wanted)].name


def _explorer(model: Model, image: Image, how: Preprocessing, picked: dict[str, Any]) -> Sheet:
    options = _with(picked, "channel", "cell", "scale", "palette")
    return explorer(model, image, how, layer=_layer(model, picked), classes=_classes(picked), **options)


def _photo(model: Model, image: Image, how: Preprocessing, picked: dict[str, Any]) -> Sheet:
    over = picked.get("class_index") if picked.get("cam", "class_index" in picked) else None
    if over is None and picked.get("cam"):
        over = int(model.predict(image, how).ranking[0])
    # A layer is drawn where one is chosen: a photo alone is a figure too.
    layer = _layer(model, picked) if {"layer", "channel", "cell"} & set(picked) else None
    return photo(model, image, how, layer=layer, class_index=over, **_with(picked, "channel", "cell", "palette"))


def _prediction(model: Model, image: Image, how: Preprocessing, picked: dict[str, Any]) -> Sheet:
    answer, activations = model.observe(image, how)
    n = min(5, len(answer.logits))
    return prediction(answer, n, classes=_classes(picked), activations=activations, **_with(picked, "palette"))


def _classes(picked: dict[str, Any]) -> list[int | str]:
    own = [picked["class_index"]] if "class_index" in picked else []
    return [*own, *picked.get("pinned", ())]


def _network(model: Model, image: Image, how: Preprocessing, picked: dict[str, Any]) -> Sheet:
    answer, activations = model.observe(image, how)
    layer = _layer(model, picked) if "layer" in picked else None
    return network(model, activations, answer, layer=layer, **_with(picked))


def _maps(model: Model, image: Image, how: Preprocessing, picked: dict[str, Any]) -> Sheet:
    layer = _layer(model, picked)
    found = model.architecture[layer]
    wanted = [layer, *found.inputs] if found.op.joins_channels else [layer]
    activations = model.activations(image, wanted, preprocessing=how)
    return maps(activations, layer, **_with(picked, "channel", "cell", "scale", "palette"))


def _channel(model: Model, image: Image, how: Preprocessing, picked: dict[str, Any]) -> Sheet:
    options = _with(picked, "channel", "cell", "scale", "palette")
    return channel(model, image, _layer(model, picked), preprocessing=how, **options)


def _kernels(model: Model, _image: Image, _how: Preprocessing, picked: dict[str, Any]) -> Sheet:
    """Of a fresh page the first layer's; of a concatenation, those of the chosen channel's branch."""
    layer = _layer(model, picked) if "layer" in picked else model.architecture.first_convolution.name
    channel = picked.get("channel") or 0
    while (found := model.architecture[layer]).op.joins_channels:
        for layer in found.inputs:
            count = model.architecture[layer].channels
            if channel < count:
                break
            channel -= count
    return kernels(model, layer, **_with(picked))


def _drift(model: Model, image: Image, how: Preprocessing, picked: dict[str, Any]) -> Sheet:
    usual = [name for name in COMPARED_AT_FIRST if preset(name).channels == how.channels]
    asked = picked.get("compared") or usual
    others = [other for other in map(model.resolve, asked) if other.name != how.name]
    if not others:
        raise FigureError(f"preprocessing {how.name!r}: there is no other to compare it with; name some")
    return drift(compare_preprocessing(model, image, [how, *others][:MOST_VARIANTS]), **_with(picked))


def _arithmetic(model: Model, image: Image, how: Preprocessing, picked: dict[str, Any]) -> Sheet:
    source, layer = Arithmetic(model, image, how), _layer(model, picked)
    values = as_maps(source.activations[layer])
    number, cell = chosen(layer, values, picked.get("channel"), picked.get("cell"))
    while (made := source.of(layer, number, cell)).kind == "copy":  # what a concatenation hands on says nothing
        (term,) = made.terms
        layer, number, cell = term.layer, term.channel, term.cell
    return arithmetic(source, layer, number, cell, **_with(picked))


_DRAW: dict[str, Callable[[Model, Image, Preprocessing, dict[str, Any]], Sheet]] = {
    "explorer": _explorer,
    "photo": _photo,
    "prediction": _prediction,
    "network": _network,
    "maps": _maps,
    "channel": _channel,
    "kernels": _kernels,
    "drift": _drift,
    "arithmetic": _arithmetic,
}
