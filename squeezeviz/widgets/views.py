"""The widgets: one page or one view each, on a state that they may share."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets
from ipywidgets import Layout, widget_serialization

from squeezeviz.arguments import expect
from squeezeviz.errors import ImageError
from squeezeviz.explorer.across import opened
from squeezeviz.explorer.catalog import opened_catalog
from squeezeviz.explorer.exploration import load_quietly
from squeezeviz.explorer.guarded import Guarded
from squeezeviz.explorer.selection import Selection
from squeezeviz.explorer.state import State
from squeezeviz.preprocessing import PRESETS, Preprocessing, preset
from squeezeviz.visible import visible
from squeezeviz.widgets import cells
from squeezeviz.widgets.still.drawing import still

if TYPE_CHECKING:
    from collections.abc import Callable

    from squeezeviz.dataset.atlas import Atlas
    from squeezeviz.dataset.catalog import Catalog
    from squeezeviz.image import ImageSource
    from squeezeviz.results.activations import Activations
    from squeezeviz.results.prediction import Prediction
    from squeezeviz.runtime.loading import ModelSource
    from squeezeviz.runtime.model import Model

__all__ = [
    "ChannelView",
    "Explorer",
    "FeatureMaps",
    "HeldBeside",
    "InsideNumber",
    "NetworkMap",
    "PhotoView",
    "Predictor",
    "ReceptiveField",
    "SideBySide",
    "TopK",
    "View",
    "explore",
    "predictor",
    "state_of",
]

_log = logging.getLogger("squeezeviz")
_STATIC = Path(__file__).parent / "static"


class View(Guarded, anywidget.AnyWidget):
    """One view of a state. Views of the same state are linked: what is chosen in one shows in all.

    Args:
        source: What to look at: photos (whatever `squeezeviz.read_image` takes, or a list), another view or a `State`
            to share, or nothing.
        model: A loaded model, or the name or path of one; the published model by default. Not together with
            a state to share.
        preprocessing: The preset to begin with, or one of your own; the model's own by default.
        layout: An ipywidgets ``Layout``, or its traits as a dictionary; by default ipywidgets' own.
        **traits: What to choose to begin with: ``layer``, ``channel``, ``cell``, ``class_index``, ``sort``, ``scale``,
            ``palette``, …; see `State`.

    Raises:
        ImageError: One of the photos cannot be read.
        LayerError: There is no such layer.
        ModelError: The model cannot be loaded.
        PreprocessingError: The preset is unknown.
    """

    # As text: anywidget watches a file for changes, and what watches keeps every view that there ever was.
    _esm = (_STATIC / "squeezeviz.js").read_text(encoding="utf-8")
    _css = (_STATIC / "squeezeviz.css").read_text(encoding="utf-8")

    state = traitlets.Instance(State, help="What is being looked at.").tag(sync=True, **widget_serialization)
    view = traitlets.Unicode("explorer", read_only=True, help="Which view this is.").tag(sync=True)

    _name = "explorer"

    def __init__(
        self,
        source: ImageSource | list[Any] | tuple[Any, ...] | View | State | None = None,
        *,
        model: ModelSource | None = None,
        preprocessing: str | Preprocessing | None = None,
        layout: Layout | dict[str, str] | None = None,
        **traits: Any,  # noqa: ANN401 - traits
    ) -> None:
        cells.begin()
        state = state_of(source, model=model, preprocessing=preprocessing, **traits)
        # What was made for this view alone ends with it.
        self._has_layout = not isinstance(layout, Layout)
        super().__init__(state=state, **({} if layout is None else {"layout": layout}))
        self.set_trait("view", self._name)
        state.views.add(self)
        cells.made(self)

    def close(self) -> None:
        """Close the view; with the last view of a state, the state, which then keeps nothing but its predictions."""
        if self.comm is not None:
            if self._has_layout:
                self.layout.close()
            self.state.left_by(self)
        super().close()

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:  # noqa: ANN401 - IPython's
        cells.shown(self)
        bundle = super()._repr_mimebundle_(**kwargs)
        picture = self._still()
        if bundle is None or picture is None:
            return bundle
        data, about = bundle
        # Whoever can show the widget shows it: its type comes first everywhere.
        return {**data, "image/png": picture}, about

    def _still(self) -> bytes | None:
        """What a notebook shows of it where there is no kernel; None where there is nothing to show."""
        try:
            return still(self.view, self.state)
        except Exception:  # noqa: BLE001 - logged in full; the view itself is not to be missed for want of its picture
            _log.exception("no picture of %s could be drawn for where no kernel runs", visible(repr(self)))
            return None

    @property
    def predictions(self) -> list[Prediction]:
        """Every photo's prediction, in the order they came."""
        return self.state.predictions

    @property
    def prediction(self) -> Prediction | None:
        """The prediction for the photo on the stage, or None while there is none."""
        return self.state.prediction

    @property
    def activations(self) -> Activations | None:
        """Every layer's activation of the photo on the stage, or None while there is none."""
        return self.state.activations

    def add(self, source: ImageSource) -> Prediction:
        """Put a photo on the stage, as if it had been uploaded.

        Raises:
            ImageError: It cannot be read.
            ModelError: The model cannot be loaded.
        """
        return self.state.add(source)

    def __repr__(self) -> str:
        photos = len(self.predictions)
        return f"<{type(self).__name__} of {photos} photo{'' if photos == 1 else 's'}, {visible(self.state.layer)}>"


def state_of(
    source: ImageSource | list[Any] | tuple[Any, ...] | View | State | None,
    *,
    model: ModelSource | None = None,
    preprocessing: str | Preprocessing | None = None,
    **traits: Any,  # noqa: ANN401 - traits
) -> State:
    """Return the state that is shared, or one of photos; with what is chosen to begin with. See `View`."""
    shared = source.state if isinstance(source, View) else source
    state = shared if isinstance(shared, State) else _new_state(shared, model, preprocessing)
    try:
        for trait, value in traits.items():
            setattr(state, _known(trait), value)
        state.given = sorted({*state.given, *traits, *([] if preprocessing is None else ["preset"])})
    except BaseException:
        if state is not shared:
            state.close()
        raise
    return state


def _new_state(
    photos: ImageSource | list[Any] | tuple[Any, ...] | None,
    model: ModelSource | None,
    preprocessing: str | Preprocessing | None,
) -> State:
    """A state of its own for a view: it ends with the last view of it."""
    is_own = isinstance(preprocessing, str) and preprocessing not in PRESETS  # a name that only the model knows
    how = None if preprocessing is None or is_own else preset(preprocessing)
    offered = PRESETS if how is None else {**PRESETS, how.name: how}
    state = State(_loader(model), presets=offered.values())
    try:
        state.ends_with_views = True
        if how is not None:
            state.choose_preset(how.name)
        elif is_own:
            state.choose_preset(state.model.resolve(preprocessing).name)
        for photo in [] if photos is None else photos if isinstance(photos, (list, tuple)) else [photos]:
            state.add(photo)
    except BaseException:  # nobody would ever close it
        state.close()
        raise
    return state


def _loader(model: ModelSource | None) -> Callable[[], Model]:
    """What gives the model once it is needed; what is no model is refused now."""
    if model is None or isinstance(model, (str, os.PathLike)):
        return lambda: load_quietly(model)
    from squeezeviz.runtime.loading import loaded  # noqa: PLC0415 - loads ONNX Runtime

    given = loaded(model)
    return lambda: given


def _known(trait: str) -> str:
    choices = sorted(Selection.SETTABLE)
    if trait not in choices:
        raise TypeError(f"nothing is called {trait!r} that could be chosen; there are {', '.join(choices)}")
    return trait


class Explorer(View):
    """The linked page: photo, network, every feature map, chosen channel, prediction."""

    _name = "explorer"

    #: As `explore` was asked for it.
    asked_model: ModelSource | None = None


class Predictor(View):
    """Photo in, top 5 out."""

    _name = "predictor"


class FeatureMaps(View):
    """Every channel of the chosen layer."""

    _name = "maps"


class NetworkMap(View):
    """The architecture diagram, to choose layers from."""

    _name = "network"


class TopK(View):
    """The most probable classes, and any other by search."""

    _name = "classes"


class PhotoView(View):
    """The photo, with what the chosen cell sees of it, and the chosen class's map."""

    _name = "photo"


class ChannelView(View):
    """The chosen channel: its map large, its values, its strongest cells."""

    _name = "channel"


class ReceptiveField(View):
    """How much of the input the chosen cell sees, along every path."""

    _name = "field"


class SideBySide(View):
    """The same photo in several preprocessings: what the network gets, what it says, and where the layers part."""

    _name = "side-by-side"


class InsideNumber(View):
    """A number opened into its terms: the last of the trait ``opened``."""

    _name = "inside"


class HeldBeside(View):
    """What is held beside what is chosen: see the trait ``held``."""

    _name = "held"


def explore(
    images: ImageSource | list[Any] | tuple[Any, ...] | None = None,
    *,
    model: ModelSource | None = None,
    preprocessing: str | Preprocessing | None = None,
    atlas: Atlas | str | os.PathLike[str] | None = None,
    catalog: Catalog | str | os.PathLike[str] | None = None,
    **traits: Any,  # noqa: ANN401 - traits
) -> Explorer:
    """Return the explorer: put it last in a notebook cell.

    Args:
        images: A photo or a list of them to begin with; more can be dropped on the page.
        model: A loaded model, or the name or path of one; the published model by default.
        preprocessing: The preset to begin with, or one of your own; the model's own by default.
        atlas: What excites channels over a data set: the folder that `squeezeviz atlas` has written, or what
            `read_atlas` returns. By default the one that the environment names with ``SQUEEZEVIZ_ATLAS``, if any.
        catalog: Pictures grown for channels: the folder that `squeezeviz catalog` has written, or what `read_catalog`
            returns. By default the one that the environment names with ``SQUEEZEVIZ_CATALOG``, else that of the bundled
            model.
        **traits: What to choose to begin with, such as ``layer="fire9/concat"``; see `View`.

    Raises:
        DatasetError: The atlas or the catalogue is none, or is damaged.
        ImageError: One of the photos cannot be read.
        LayerError: There is no such layer.
        ModelError: The model cannot be loaded.
        PreprocessingError: The preset is unknown.
    """
    across_photos, grown = opened(atlas), opened_catalog(catalog)
    made = Explorer(images, model=model, preprocessing=preprocessing, **traits)
    made.state.atlas, made.state.catalogs.given = across_photos, grown
    made.asked_model = model
    before = cells.former(made)
    # The same cell, run again: what its reader has chosen and added since is not lost.
    if before is not None and before.asked_model == model:
        made.state.take_over(before.state, but=[*traits, *([] if preprocessing is None else ["preset"])])
    return made


def predictor(
    model: ModelSource | None = None,
    preprocessing: str | Preprocessing | None = None,
    images: Iterable[ImageSource] = (),
) -> Predictor:
    """Return the predictor: put it last in a notebook cell.

    Args:
        model: A loaded model, or the name or path of one; the published model by default.
        preprocessing: The preset to begin with, or one of your own; the model's own by default.
        images: Photos to begin with.

    Raises:
        ImageError: One of the images cannot be read.
        ModelError: The model cannot be loaded.
        PreprocessingError: The preset is unknown.
    """
    expect(images, Iterable, "photos, in a list", ImageError)
    return Predictor(list(images), model=model, preprocessing=preprocessing)
