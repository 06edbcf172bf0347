"""Photo in, top 5 out: the first widget."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from squeezeviz.errors import SqueezeVizError
from squeezeviz.gallery import samples
from squeezeviz.image import Image, ImageSource, read_image
from squeezeviz.preprocessing import PRESETS, Preprocessing, preset
from squeezeviz.widgets import wire
from squeezeviz.widgets.uploads import Uploads
from squeezeviz.zoo import REGISTRY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from squeezeviz.gallery import Sample
    from squeezeviz.model import Model
    from squeezeviz.prediction import Prediction

__all__ = ["Predictor", "predictor"]

_STATIC = Path(__file__).parent / "static"
_UNEXPECTED = "something went wrong in squeezeviz; the log has the details"
_log = logging.getLogger("squeezeviz")


# A page has room for one row of drawings.
_DRAWN = ("triangle", "star", "heart", "spiral", "diagonal-stripes", "waves", "checkerboard", "honeycomb")


def _offered() -> list[Sample]:
    wanted = {f"shape-{name}" for name in _DRAWN}
    return [s for s in samples() if s.is_available and (not s.is_drawn or s.name in wanted)]


@dataclass
class _Photo:
    """One photo on the page."""

    image: Image
    decode_ms: float
    display: bytes
    prediction: Prediction


class Predictor(anywidget.AnyWidget):
    """Upload, drop, paste or pick photos, and see what the network says of each.

    The page asks through custom messages, each with an id; every answer and every error carries that id back.
    ``chosen`` and ``preset`` are ordinary traits: observe them, link them, set them.

    Args:
        load: Returns the model; called when the page first needs it, so that the widget appears at once.
        choose: Returns the model that is called so; by default those that `squeezeviz.load_model` finds.
        preset: Name of the preprocessing to begin with.
        presets: What the page offers, by name.
        **kwargs: Passed on to ``ipywidgets.DOMWidget``.
    """

    _esm = _STATIC / "predictor.js"
    _css = _STATIC / "predictor.css"

    chosen = traitlets.Unicode("", help="Id of the photo on the stage.").tag(sync=True)
    preset = traitlets.Unicode("caffe2", help="Name of the preprocessing in use.").tag(sync=True)

    def __init__(
        self,
        load: Callable[[], Model],
        *,
        choose: Callable[[str], Model] | None = None,
        preset: str = "caffe2",
        presets: Iterable[Preprocessing] = tuple(PRESETS.values()),
        **kwargs: Any,  # noqa: ANN401 - ipywidgets' own
    ) -> None:
        self._load, self._choose = load, choose
        self._model: Model | None = None
        self._presets = {how.name: how for how in presets}
        self._photos: dict[str, _Photo] = {}
        self._uploads = Uploads()
        # ipykernel runs widget callbacks on threads of their own, beside cells.
        self._guard, self._loading = threading.RLock(), threading.Lock()
        super().__init__(preset=preset, **kwargs)
        self.on_msg(self._receive)

    # For Python -------------------------------------------------------------------------------------------------------

    @property
    def predictions(self) -> list[Prediction]:
        """Every photo's prediction, in the order they came."""
        with self._guard:
            return [photo.prediction for photo in self._photos.values()]

    @property
    def prediction(self) -> Prediction | None:
        """The chosen photo's prediction, or None while there is none."""
        with self._guard:
            photo = self._photos.get(self.chosen)
            return photo.prediction if photo else None

    def add(self, source: ImageSource) -> Prediction:
        """Put a photo on the page, as if it had been uploaded.

        Raises:
            ImageError: It cannot be read.
            ModelError: The model cannot be loaded.
        """
        return self._answer(uuid.uuid4().hex, source, None)

    def use(self, name: str) -> None:
        """Let another model answer, for the photos that are here and those to come.

        Args:
            name: What `squeezeviz.load_model` takes. It is an explicit choice: nothing stands in for it.

        Raises:
            ModelError: It cannot be loaded; the model before goes on.
        """
        model = self._choose(name) if self._choose else _load(name)  # meanwhile the one before goes on answering
        with self._guard:
            self._model = model
            self._tell(wire.model("", model))
            self._answer_anew()

    # For the page -----------------------------------------------------------------------------------------------------

    def _receive(self, _: object, content: dict[str, Any], buffers: list[memoryview]) -> None:
        request, name = str(content.get("id", "")), str(content.get("name") or "photo")
        try:
            self._do(request, name, content, buffers)
        except SqueezeVizError as exc:
            self._tell(wire.failed(request, name, str(exc)))
        except Exception:  # noqa: BLE001 - logged in full; the page goes on, and says that something failed
            _log.exception("%s: the widget failed on a %r message", name, content.get("kind"))
            self._tell(wire.failed(request, name, f"{name}: {_UNEXPECTED}"))

    def _do(self, request: str, name: str, content: dict[str, Any], buffers: list[memoryview]) -> None:
        kind = content.get("kind")
        if kind == "ready":
            self._send_everything(request)
        elif kind == "sample":
            self._answer(request, name, None)
        elif kind == "piece":
            with self._guard:
                whole = self._uploads.add(request, bytes(buffers[0]), index=content["index"], count=content["count"])
            if whole is not None:
                self._answer(request, whole, name)
            else:
                self._tell(wire.working(request, name))
        elif kind == "use":
            self._tell_model(request, lambda: self.use(name))
        elif kind == "forget":
            with self._guard:
                self._photos.pop(request, None)
            self._tell(wire.forgotten(request))

    def _answer(self, request: str, source: ImageSource, name: str | None) -> Prediction:
        start = time.perf_counter()
        image = read_image(source, name=name)
        decode_ms = (time.perf_counter() - start) * 1e3
        display = wire.display_jpeg(image)
        self._ready_model()
        with self._guard:  # another model may have been chosen meanwhile: it is the one to ask
            prediction = self._ready_model().predict(image, self._presets[self.preset])
            self._photos[request] = _Photo(image, decode_ms, display, prediction)
            self.chosen = request
            self._send_photo(request)
            return prediction

    def _send_everything(self, request: str) -> None:
        # First what needs no model: loading it may mean downloading it, and the page is of use before that.
        models = {name: entry.world for name, entry in REGISTRY.items()}
        self._tell(wire.setting(request, self._presets, models, _offered()))
        self._tell_model(request, self._ready_model)
        with self._guard:
            for known in self._photos:
                self._send_photo(known)

    def _tell_model(self, request: str, obtain: Callable[[], object]) -> None:
        error = None
        try:
            obtain()
        except SqueezeVizError as exc:
            error = str(exc)
        except Exception:  # noqa: BLE001 - as above
            _log.exception("the model could not be loaded")
            error = f"The model could not be loaded: {_UNEXPECTED}"
        self._tell(wire.model(request, self._model, error))

    def _send_photo(self, request: str) -> None:
        photo = self._photos[request]
        self._tell(wire.photo(request, photo.image, photo.prediction, photo.decode_ms, photo.display))

    def _tell(self, message: wire.Message) -> None:
        self.send(message.content, list(message.buffers))

    def _ready_model(self) -> Model:
        with self._loading:  # its own lock: while this takes its time, the rest of the widget answers
            if self._model is None:
                loaded = self._load()
                self._model = self._model or loaded  # another may have been chosen meanwhile
            return self._model

    @traitlets.validate("preset")
    def _known_preset(self, proposal: Any) -> str:  # noqa: ANN401 - traitlets' own
        name = str(proposal["value"])
        if name not in self._presets:
            return preset(name).name  # raises, naming the nearest
        return name

    @traitlets.observe("preset")
    def _prepare_anew(self, _: object) -> None:
        with self._guard:
            self._answer_anew()

    def _answer_anew(self) -> None:
        for request, photo in self._photos.items():
            photo.prediction = self._ready_model().predict(photo.image, self._presets[self.preset])
            self._send_photo(request)


def _load(name_or_path: str | None) -> Model:
    from squeezeviz.loading import load_without_warning  # noqa: PLC0415 - loads ONNX Runtime

    return load_without_warning(name_or_path)  # the page tells of a fallback, and larger than a warning would


def predictor(
    model: Model | str | None = None, preprocessing: str | Preprocessing = "caffe2", images: Iterable[ImageSource] = ()
) -> Predictor:
    """Return the widget: put it last in a notebook cell.

    Args:
        model: A loaded model, or what `squeezeviz.load_model` takes; the published model by default.
        preprocessing: The preset to begin with, or one of your own.
        images: Photos to begin with.

    Raises:
        ImageError: One of the images cannot be read.
        PreprocessingError: The preset is unknown.
    """
    from squeezeviz.model import Model  # noqa: PLC0415 - loads ONNX Runtime

    how = preset(preprocessing)
    offered = {**PRESETS, how.name: how}
    given: Any = model
    load = (lambda: given) if isinstance(given, Model) else (lambda: _load(given))
    widget = Predictor(load, preset=how.name, presets=offered.values())
    for image in images:
        widget.add(image)
    return widget
