"""What Python, actions.py and questions.py do with a state: models, photos, and the views that look at it."""

from __future__ import annotations

import logging
import uuid
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from squeezeviz.errors import SqueezeVizError
from squeezeviz.explorer import messages
from squeezeviz.explorer.answering import Answering
from squeezeviz.explorer.heartbeat import heartbeat
from squeezeviz.explorer.kept import kept
from squeezeviz.explorer.long_work import LongWork
from squeezeviz.explorer.models.arrivals import Arrival, Arrivals
from squeezeviz.explorer.models.folder import model_folder
from squeezeviz.explorer.offers import Offers
from squeezeviz.explorer.uploads import Uploads
from squeezeviz.preprocessing import COMPARED_AT_FIRST, PRESETS, Preprocessing

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Collection, Iterable, Mapping

    from ipywidgets import Widget

    from squeezeviz.explorer.photos import Photo
    from squeezeviz.image import ImageSource
    from squeezeviz.results.activations import Activations
    from squeezeviz.results.prediction import Prediction
    from squeezeviz.runtime.model import Model
    from squeezeviz.zoo.received import Received

__all__ = ["Exploration", "load_quietly"]

_log = logging.getLogger("squeezeviz")


class Exploration(Answering):
    """What is being looked at, and what may be done with it; see `State`, which adds who hears the page."""

    def __init__(
        self,
        load: Callable[[], Model],
        *,
        choose: Callable[[str], Model] | None = None,
        presets: Iterable[Preprocessing] = tuple(PRESETS.values()),
        models: Mapping[str, str] | None = None,
        **traits: Any,  # noqa: ANN401 - traits
    ) -> None:
        self.offers = Offers(choose or load_quietly, models, lambda: model_folder().models)
        #: Views of it that are open, and whether it was made for them and ends with the last.
        self.views: WeakSet[Widget] = WeakSet()
        self.ends_with_views = False
        self.uploads, self.work = Uploads(), LongWork(self.say)
        self.arrivals = Arrivals(model_folder, self.say, self.bring)
        known = {how.name: how for how in presets}
        first = [name for name in COMPARED_AT_FIRST if name in known]
        super().__init__(load, known, **{"compared": first, **traits})
        self.on_msg(self._receive)

    # For Python -------------------------------------------------------------------------------------------------------

    @property
    def predictions(self) -> list[Prediction]:
        """Every photo's prediction, in the order they came."""
        with self.guard:
            for photo in self._photos:
                self._renew(photo)
            self._photos.settle()
            return [photo.prediction for photo in self._photos]

    @property
    def prediction(self) -> Prediction | None:
        """The prediction for the photo on the stage, or None while there is none."""
        with self.guard:
            photo = self._photos.get(self.photo)
            if photo is not None:
                self._renew(photo)
            return photo.prediction if photo else None

    @property
    def on_stage(self) -> Photo | None:
        """The photo on the stage as far as it is known, if it is answered as is chosen; nothing is computed for it."""
        with self.guard:
            photo = self._photos.get(self.photo)
            return photo.copy() if photo and photo.choice == self._choice and self.comm is not None else None

    @property
    def activations(self) -> Activations | None:
        """Every layer's activation of the photo on the stage, or None while there is none."""
        with self.guard:
            photo = self._photos.get(self.photo)
            return self.activations_of(photo) if photo else None

    def add(self, source: ImageSource) -> Prediction:
        """Put a photo on the stage, as if it had been uploaded.

        Raises:
            ImageError: It cannot be read.
            ModelError: The model cannot be loaded.
        """
        return self.show(uuid.uuid4().hex, lambda: kept(source))

    def use(self, name: str) -> None:
        """Let another model answer, for the photos that are here and those to come.

        Args:
            name: What `squeezeviz.load_model` takes. It is an explicit choice: nothing stands in for it. The page may
                choose it again from now on, by the name that it has.

        Raises:
            ModelError: It cannot be loaded; the model before goes on.
        """
        self.arrivals.clear()
        model, load = self.offers.obtain(name)  # meanwhile the one before goes on answering
        self.turn_to(model, is_new=self.offers.give(model, load))

    def turn_to(self, model: Model, *, is_new: bool = False, request: str = "") -> None:
        """Let a model that is loaded answer; a new one is offered to the page from now on.

        Args:
            model: The model.
            is_new: Whether the page has not been told yet that it may choose it.
            request: What asked for it, to be told in the same message.
        """
        self.work.forget()
        self.judged.forget()
        self.grown.forget()
        with self.guard:
            # Of the classes and channels of another model.
            self.class_index, self.pinned, self.contrast_class = None, [], None
            self.channel, self.cell = None, None  # type: ignore[assignment]  # none is chosen
            self.opened, self.held, self.ablated = [], {}, {}
            self.feeding.forget()
            self._settle(model, is_new=is_new)
            self._tell_network(request)
            self._answer_anew()

    def take_told(self, request: str, model: Model, preset: str | None = None) -> None:
        """Go on with the model that answers, of which something else is said: what is chosen of it stays.

        Args:
            request: What asked for it.
            model: The one of which that is said.
            preset: The preprocessing in use from now on; None for the one that is.
        """
        with self.guard:
            self._settle(model, preset=preset)
            self.offers.tell(model)
            self._tell_network(request)
            self._answer_anew()

    def _tell_network(self, request: str = "", error: str | None = None) -> None:
        """Say which model answers, and who says what is known of it."""
        said = None if self._model is None else self.feeding.about(self._model)
        self.say(messages.model(request, self._model, error, said=said))

    def take_over(self, before: Exploration, *, but: Collection[str] = ()) -> None:
        """Go on where another state was: its model, its photos beside those that are here, and what was chosen.

        Args:
            before: The other one.
            but: Traits that stay as they are.
        """
        with before.guard, self.guard:
            self.offers.take_over(before.offers)
            self._known = {**before._known, **self._known}
            if before._model is not None and self._is_answered_by(before):
                self.feeding = before.feeding.copy()
                self._choice += 1  # something may have been said of it since
                self._settle(before._model)
            here = {photo.kept.name: photo for photo in self._photos}
            # A model's own preprocessing is nobody's choice: this state follows its own model, as that one did.
            stay = {*but, *(["preset"] if before._follows_model else [])}
            if self._model is not None and before.layer not in self._model.architecture:
                stay.add("layer")  # no model had told which there are
            for trait in self.PERSISTENT:
                if trait not in stay:
                    setattr(self, trait, getattr(before, trait))
            is_same = before._model is self._model and all(getattr(self, t) == getattr(before, t) for t in self.ANSWERS)
            for old in before._photos:
                if old.kept.name not in here:
                    photo = old.copy()
                    photo.choice = self._choice if is_same and old.choice == before._choice else -1
                    self._photos.put(photo)
            stage = before._photos.get(before.photo)
            if stage is not None:
                self.photo = here.get(stage.kept.name, stage).id
            self._photos.settle()
            self._renewal.begin()

    def _is_answered_by(self, before: Exploration) -> bool:
        """Whether another state's model answers here too, be it that something was said of it there."""
        return self._model is None or self._model is before.feeding.first

    def left_by(self, view: Widget) -> None:
        """Note that a view of it is closed."""
        self.views.discard(view)
        if self.ends_with_views and not self.views:
            self.close()

    def rest(self) -> None:
        """Let go of activations: they are computed anew where they should be needed again."""
        with self.guard:
            self._arithmetic = None
            for photo in self._photos:
                photo.activations = None

    def close(self) -> None:
        """Let go of everything but the answers: the page is gone, and whatever was under way with it."""
        if self.comm is not None:
            self.work.forget()
            self.judged.forget()
            self.grown.forget()
            self.second.forget()
            self.uploads.clear()
            self.arrivals.clear()
            with self.guard:
                self.feeding.forget()
                self._arithmetic = self._model = None
                for photo in self._photos:
                    photo.drop()
        super().close()

    def forget(self, photo_id: str) -> None:
        """Let a photo go, or what has arrived of it."""
        self.uploads.forget(photo_id)
        with self.guard:
            self._photos.forget(photo_id)
            self.judged.forget()  # or it would be held here, with its maps

    def bring(self, arrival: Arrival, kept: Callable[[], tuple[Received, bool]]) -> None:
        """Read a model that a page has brought; `State` knows how."""
        raise NotImplementedError

    def _receive(self, _: object, content: dict[str, Any], buffers: list[memoryview]) -> None:
        """Do or answer what a page asks; `State` knows who does."""
        raise NotImplementedError

    def send_everything(self, request: str) -> None:
        """Tell a page that has just opened all there is."""
        # First what needs no model: loading it may mean downloading it, and the page is of use before that.
        self.say(self.setting(request))
        self.tell_model(request, lambda: self.model)
        with self.guard:
            for photo in self._photos:
                self._send_photo(photo)

    def tell_model(
        self, request: str, obtain: Callable[[], object], *, unless: Callable[[], bool] = lambda: False
    ) -> None:
        """Obtain a model, and say which one answers then, and why it is not the one wanted if it is not.

        Args:
            request: What asked for it.
            obtain: Obtains it, and lets it answer.
            unless: Asked at the end: whether nobody wants to know any more.
        """
        error = None
        try:
            with heartbeat(self.say, request):
                obtain()
        except SqueezeVizError as exc:
            error = str(exc)
        except MemoryError:
            error = "The model could not be loaded: it takes more memory than this machine has free"
        except Exception:  # noqa: BLE001 - logged in full; the page goes on, and says that something failed
            _log.exception("the model could not be loaded")
            error = f"The model could not be loaded: {messages.UNEXPECTED}"
        if not unless():
            self._tell_network(request, error)


def load_quietly(name_or_path: str | os.PathLike[str] | None) -> Model:
    """Load a model without the warning of a fallback: the page tells of it, and larger."""
    from squeezeviz.runtime.loading import load_without_warning  # noqa: PLC0415 - loads ONNX Runtime

    return load_without_warning(name_or_path)
