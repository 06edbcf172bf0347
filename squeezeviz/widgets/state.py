"""The one state behind every view: which photo, layer, channel, cell and class, and what the kernel knows of them.

Views read it and write it; none talks to another. What is chosen are ordinary traits: observe, link or set them.
Photos, tensors and answers are messages of their own (see wire.py), each with the id of the request it belongs to.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from typing import TYPE_CHECKING, Any, cast

import traitlets

from squeezeviz.errors import ImageError, LayerError, SqueezeVizError, did_you_mean
from squeezeviz.gallery import samples
from squeezeviz.image import ImageSource, read_image
from squeezeviz.preprocessing import PRESETS, Preprocessing, preset
from squeezeviz.widgets import across, wire
from squeezeviz.widgets.ablated import Ablated
from squeezeviz.widgets.camera import read_frame
from squeezeviz.widgets.editing import read_edit
from squeezeviz.widgets.long_work import Aside, LongWork
from squeezeviz.widgets.photos import Photo, Photos
from squeezeviz.widgets.questions import QUESTIONS
from squeezeviz.widgets.selection import CHOSEN, Selection
from squeezeviz.widgets.uploads import Uploads
from squeezeviz.widgets.what_if import task
from squeezeviz.zoo import REGISTRY

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from squeezeviz.activations import Activations
    from squeezeviz.dataset.atlas import Atlas
    from squeezeviz.evidence import Arithmetic
    from squeezeviz.evidence.ablation import Switch
    from squeezeviz.gallery import Sample
    from squeezeviz.image import Image
    from squeezeviz.model import Model
    from squeezeviz.prediction import Prediction

__all__ = ["State", "load_quietly"]

_log = logging.getLogger("squeezeviz")

# What is compared at first: the other published setting, and what goes wrong most often.
_COMPARED = ("caffe2", "caffe2-aspect", "antialiased", "rgb-by-mistake", "no-mean", "torchvision")
YOURS = "yours"
# A page has room for one row of drawings.
_DRAWN = ("triangle", "star", "heart", "spiral", "diagonal-stripes", "waves", "checkerboard", "honeycomb")


def _offered() -> list[Sample]:
    wanted = {f"shape-{name}" for name in _DRAWN}
    return [s for s in samples() if s.is_available and (not s.is_drawn or s.name in wanted)]


class State(Selection):
    """What is being looked at. It has no picture of its own: give it to views.

    Args:
        load: Returns the model to begin with; called when it is first needed, so that a page appears at once.
        choose: Returns the model that is called so; by default those that `squeezeviz.load_model` finds.
        presets: The preprocessings on offer, by name.
        **traits: Any trait of `Selection`, to begin with.
    """

    def __init__(
        self,
        load: Callable[[], Model],
        *,
        choose: Callable[[str], Model] | None = None,
        presets: Iterable[Preprocessing] = tuple(PRESETS.values()),
        **traits: Any,  # noqa: ANN401 - traits
    ) -> None:
        self._load, self._choose = load, choose
        self._model: Model | None = None
        self._presets = {how.name: how for how in presets}
        self._photos, self._uploads = Photos(), Uploads()
        self._work = LongWork(self._tell)
        self._arithmetic: Arithmetic | None = None
        #: What excites channels over a data set, for the page to show; None where there is no such atlas.
        self.atlas: Atlas | None = None
        # ipykernel runs widget callbacks on threads of their own, beside cells.
        self._guard, self._loading = threading.RLock(), threading.Lock()
        first = [name for name in _COMPARED if name in self._presets]
        super().__init__(**{"compared": first, **traits})
        self.on_msg(self._receive)

    # For Python -------------------------------------------------------------------------------------------------------

    @property
    def model(self) -> Model:
        """The model that answers; loaded now if it was not yet.

        Raises:
            ModelError: It cannot be loaded.
        """
        with self._loading:  # its own lock: while this takes its time, the rest of the page answers
            if self._model is None:
                loaded = self._load()
                if self._model is None:  # another may have been chosen meanwhile
                    self._settle(loaded)
            return self._model or loaded

    @property
    def asked(self) -> Model:
        """The model, without the channels that are switched off."""
        return (
            cast("Model", Ablated(self.model, self.off, cast("Switch", self.off_fill)))
            if any(self.off.values())
            else self.model
        )

    @property
    def predictions(self) -> list[Prediction]:
        """Every photo's prediction, in the order they came."""
        with self._guard:
            return [photo.prediction for photo in self._photos]

    @property
    def prediction(self) -> Prediction | None:
        """The prediction for the photo on the stage, or None while there is none."""
        with self._guard:
            photo = self._photos.get(self.photo)
            return photo.prediction if photo else None

    @property
    def activations(self) -> Activations | None:
        """Every layer's activation of the photo on the stage, or None while there is none."""
        with self._guard:
            photo = self._photos.get(self.photo)
            return self.activations_of(photo) if photo else None

    def add(self, source: ImageSource) -> Prediction:
        """Put a photo on the stage, as if it had been uploaded.

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
        model = self._choose(name) if self._choose else load_quietly(name)  # meanwhile the one before goes on answering
        self._work.forget()
        with self._guard:
            self.class_index, self.pinned, self.rival, self.opened, self.held, self.off = (
                None,
                [],
                None,
                [],
                {},
                {},
            )  # of the classes of another model
            self._settle(model)
            self._tell(wire.model("", model))
            self._answer_anew()

    def page(self) -> tuple[str, str, bytes]:
        """Return the explorer, as it is now, as one file: a name for it, its media type, and its content.

        Raises:
            ModelError: The model cannot be loaded, or has a layer of a kind that a page cannot compute.
            SqueezeVizError: There is no photo.
        """
        from squeezeviz.page.export import page_of  # noqa: PLC0415 - few pages are sent

        _ = self.model
        with self._guard:
            shown = {photo.id: (photo.image, photo.decode_ms) for photo in self._photos}
            traits = {trait: getattr(self, trait) for trait in ("photo", "held", *CHOSEN)}
            names = dict.fromkeys([self.preset, *self.compared])
            presets = [self.prepared(name) for name in names]
            model = self.model
        return page_of(model, shown, presets, traits)  # not under the lock: the page goes on meanwhile

    def take_over(self, before: State, *, but: Collection[str] = ()) -> None:
        """Go on where another state was: its model, its photos beside those that are here, and what was chosen.

        Args:
            before: The other one.
            but: Traits that stay as they are.
        """
        with before._guard, self._guard:
            if before._model is not None and self._model is None:
                self._settle(before._model)
            here = {photo.image.name: photo for photo in self._photos}
            old = {photo.id: photo for photo in before._photos}
            for photo in old.values():
                if photo.image.name not in here:
                    self._photos.put(photo)
            for trait in CHOSEN:
                if trait not in but:
                    setattr(self, trait, getattr(before, trait))
            stage = old.get(before.photo)
            if stage is not None:
                self.photo = here.get(stage.image.name, stage).id

    def _settle(self, model: Model) -> None:
        self._model = model
        if self.layer not in model.architecture:
            self.layer = model.architecture.layers[0].name

    # For questions about the photos (questions.py) --------------------------------------------------------------------

    def photo_called(self, photo_id: object) -> Photo:
        """Return the photo with an id.

        Raises:
            ImageError: It has been removed.
        """
        photo = self._photos.get(str(photo_id))
        if photo is None:
            raise ImageError("this photo is not here any more: add it again")
        return photo

    def activations_of(self, photo: Photo) -> Activations:
        """Return what every layer saw of a photo; computed anew where it was let go."""
        activations = photo.activations or photo.look_again(self.asked, self.prepared(self.preset))
        self._photos.touch(photo)
        return activations

    def arithmetic_of(self, photo: Photo) -> Arithmetic:
        """Return a photo's numbers, ready to be opened; those of the photo that was asked about last are kept."""
        from squeezeviz.evidence import Arithmetic  # noqa: PLC0415 - only when it is asked for

        activations = self.activations_of(photo)
        if self._arithmetic is None or self._arithmetic.activations is not activations:
            how = photo.prediction.preprocessing
            self._arithmetic = Arithmetic(self.model, photo.image, how, activations=activations)
        return self._arithmetic

    def prepared(self, name: str, tuned: dict[str, Any] | None = None) -> Preprocessing:
        """Look a preparation up; one's own may be sent along, since a request may overtake the trait."""
        if name == YOURS:
            plain = self.tuned if tuned is None else tuned
            return Preprocessing.from_dict({**plain, "name": YOURS, "origin": "tuned on this page"})
        return self._presets.get(name) or preset(name)

    # For the page -----------------------------------------------------------------------------------------------------

    def _receive(self, _: object, content: dict[str, Any], buffers: list[memoryview]) -> None:
        request, name = str(content.get("id", "")), str(content.get("name") or "photo")
        try:
            self._do(request, name, content, buffers)
        except SqueezeVizError as exc:
            self._tell(wire.failed(request, name, str(exc)))
        except Exception:  # noqa: BLE001 - logged in full; the page goes on, and says that something failed
            _log.exception("%r: the widget failed on a %r message", name, content.get("kind"))
            self._tell(wire.failed(request, name, f"{name}: {wire.UNEXPECTED}"))

    def _do(self, request: str, name: str, content: dict[str, Any], buffers: list[memoryview]) -> None:
        match content.get("kind"):
            case "ready":
                self._send_everything(request)
            case "sample" | "piece" | "freeze" | "sighting" as kind:
                self._receive_photo(kind, request, name, content, buffers)
            case "frame":
                self._send_frame(request, content, buffers)
            case "use":
                self._tell_model(request, lambda: self.use(name))
            case "begin":
                self._work.begin(request, task(self, request, content))
            case "stop":
                self._work.stop(request)
            case "forget":
                with self._guard:
                    self._photos.forget(request)
                self._tell(wire.forgotten(request))
            case kind:
                self._reply(kind, request, content)

    def _receive_photo(
        self, kind: str, request: str, name: str, content: dict[str, Any], buffers: list[memoryview]
    ) -> None:
        """A photo comes: a sample, a piece of an upload, a frame that is to stay, one of the atlas."""
        if kind == "sample":
            self._answer(request, name, None)
        elif kind == "freeze":
            self._answer(request, self._read_frame(content, buffers), None)
        elif kind == "sighting":
            self._answer(request, across.sighted(self.atlas, self.model, content), None)
        else:
            with self._guard:
                whole = self._uploads.add(request, bytes(buffers[0]), index=content["index"], count=content["count"])
            if whole is not None:
                self._answer(request, whole, name)
            else:
                self._tell(wire.working(request, name))

    def _reply(self, kind: object, request: str, content: dict[str, Any]) -> None:
        question = QUESTIONS.get(str(kind))
        if question is None:
            return
        with self._guard:
            answer = question(self, request, content)
        if isinstance(answer, Aside):
            self._work.aside(request, str(content.get("name") or kind), answer)
        else:
            self._tell(answer() if callable(answer) else answer)

    def _answer(self, request: str, source: ImageSource, name: str | None) -> Prediction:
        start = time.perf_counter()
        image = read_image(source, name=name)
        decode_ms = (time.perf_counter() - start) * 1e3
        _ = self.model
        with self._guard:  # another model may have been chosen meanwhile: it is the one to ask
            photo = Photo.seen_by(self.asked, self.prepared(self.preset), request, image, decode_ms)
            self._photos.put(photo)
            self.photo = request
            self._send_photo(photo)
            return photo.prediction

    def _send_frame(self, request: str, content: dict[str, Any], buffers: list[memoryview]) -> None:
        """Answer the newest frame, the camera's or a painted photo's. The one before makes room: nothing grows."""
        start = time.perf_counter()
        image = self._read_frame(content, buffers)
        decode_ms = (time.perf_counter() - start) * 1e3
        _ = self.model
        with self._guard:
            how = self.prepared(self.preset)
            # On one thread: the page draws the frame before meanwhile, and leaves no second processor idle.
            photo = Photo.seen_by(self.asked, how, str(content["photo"]), image, decode_ms, threads=1)
            self._photos.put(photo)
            layers = [str(layer) for layer in content.get("layers", [])]
            is_passing = "of" not in content  # what is painted may stay as it is
            self._tell(wire.frame(request, photo, self.model, layers, start=start, is_passing=is_passing))

    def _read_frame(self, content: dict[str, Any], buffers: list[memoryview]) -> Image:
        """A frame of the camera, or what is being painted ``of`` a photo."""
        if "of" not in content:
            return read_frame(content, buffers)
        with self._guard:
            return read_edit(content, buffers, self._photos.get(str(content["of"])))

    def _send_everything(self, request: str) -> None:
        # First what needs no model: loading it may mean downloading it, and the page is of use before that.
        models = {name: entry.world for name, entry in REGISTRY.items()}
        self._tell(wire.setting(request, self._presets, models, _offered(), atlas=across.about(self.atlas)))
        self._tell_model(request, lambda: self.model)
        with self._guard:
            for photo in self._photos:
                self._send_photo(photo)

    def _tell_model(self, request: str, obtain: Callable[[], object]) -> None:
        error = None
        try:
            obtain()
        except SqueezeVizError as exc:
            error = str(exc)
        except Exception:  # noqa: BLE001 - as above
            _log.exception("the model could not be loaded")
            error = f"The model could not be loaded: {wire.UNEXPECTED}"
        self._tell(wire.model(request, self._model, error))

    def _send_photo(self, photo: Photo) -> None:
        self._tell(wire.photo(photo, self.model))
        if photo.id == self.photo:
            # The page is going to ask for it: it need not.
            self._reply("tensor", "", {"photo": photo.id, "layer": self.layer})

    def _tell(self, message: wire.Message) -> None:
        self.send(message.content, list(message.buffers))

    @traitlets.validate("preset")
    def _known_preset(self, proposal: Any) -> str:  # noqa: ANN401 - traitlets' own
        name = str(proposal["value"])
        if name not in self._presets and name != YOURS:
            return preset(name).name  # raises, naming the nearest
        return name

    @traitlets.validate("layer")
    def _known_layer(self, proposal: Any) -> str:  # noqa: ANN401 - traitlets' own
        name = str(proposal["value"])
        if self._model is not None and name not in self._model.architecture:
            names = [layer.name for layer in self._model.architecture]
            raise LayerError(f"{self._model.name} has no layer {name!r}.{did_you_mean(name, names)}")
        return name

    @traitlets.validate("off")
    def _known_channels(self, proposal: Any) -> dict[str, list[int]]:  # noqa: ANN401 - traitlets' own
        if self._model is None:
            return dict(proposal["value"])
        return {
            layer: sorted(
                {int(channel) for channel in channels if 0 <= int(channel) < self._model.architecture[layer].channels}
            )
            for layer, channels in proposal["value"].items()
            if channels
        }

    @traitlets.observe("tuned")
    def _tune(self, _: object) -> None:
        if self.preset == YOURS:
            self._prepare_anew(None)

    @traitlets.observe("off_fill")
    def _fill_anew(self, _: object) -> None:
        if any(self.off.values()):
            self._prepare_anew(None)

    @traitlets.observe("preset", "off")
    def _prepare_anew(self, _: object) -> None:
        with self._guard:
            self._answer_anew()

    def _answer_anew(self) -> None:
        for photo in self._photos:
            try:
                photo.look_again(self.asked, self.prepared(self.preset))
            except SqueezeVizError as exc:  # too small for the crop, for one; the answer before stays
                self._tell(wire.failed(photo.id, photo.image.name, f"{photo.image.name}: {exc}"))
                continue
            self._photos.touch(photo)
            self._send_photo(photo)


def load_quietly(name_or_path: str | None) -> Model:
    """Load a model without the warning of a fallback: the page tells of it, and larger."""
    from squeezeviz.loading import load_without_warning  # noqa: PLC0415 - loads ONNX Runtime

    return load_without_warning(name_or_path)
