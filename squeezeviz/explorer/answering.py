"""Photos, and what the model makes of them: answered when they come, and anew when something else is chosen."""

from __future__ import annotations

import logging
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import traitlets

from squeezeviz.errors import ImageError, LayerError, PreprocessingError, SqueezeVizError, did_you_mean
from squeezeviz.explorer import across, messages
from squeezeviz.explorer.ablated import Ablated
from squeezeviz.explorer.error_text import without_folders
from squeezeviz.explorer.feeding import Feeding
from squeezeviz.explorer.limits import FILES_BYTES, HUGE_MODEL_BYTES, MOST_CROP_PX, MOST_PHOTOS
from squeezeviz.explorer.model_folder import model_folder
from squeezeviz.explorer.photos import Photo, Photos
from squeezeviz.explorer.protocol import FailedMessage, TensorRequest
from squeezeviz.explorer.renewal import Renewal
from squeezeviz.explorer.second_model import SecondModel
from squeezeviz.explorer.selection import Selection
from squeezeviz.explorer.visitors import are_visitors
from squeezeviz.preprocessing import Preprocessing, preset
from squeezeviz.preprocessing.fitting import suited
from squeezeviz.runtime.heap import trim_heap

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from squeezeviz.dataset.atlas import Atlas
    from squeezeviz.evidence import Arithmetic
    from squeezeviz.evidence.ablation import ChannelFill
    from squeezeviz.explorer.kept import Kept
    from squeezeviz.explorer.offers import Offers
    from squeezeviz.explorer.protocol import Message, Request, SettingMessage
    from squeezeviz.results.activations import Activations
    from squeezeviz.results.prediction import Prediction
    from squeezeviz.runtime.model import Model

__all__ = ["YOURS", "Answering"]

_log = logging.getLogger("squeezeviz")

YOURS = "yours"


class Answering(Selection):
    """The part of the state that has photos and a model.

    Args:
        load: Returns the model to begin with; called when it is first needed.
        presets: The preprocessings on offer, by name.
        **traits: Any trait of `Selection`, to begin with.
    """

    offers: Offers

    def __init__(
        self,
        load: Callable[[], Model],
        presets: Mapping[str, Preprocessing],
        **traits: Any,  # noqa: ANN401 - traits
    ) -> None:
        self._load, self._known, self._presets = load, dict(presets), dict(presets)
        self._model: Model | None = None
        # Whether photos are preprocessed as the model that answers expects, whichever that is.
        self._follows_model, self._is_settling = True, False
        self._not_compared: list[str] = []
        self._photos = Photos()
        # Which choice of preprocessing, model and channels answers follow from: a photo's is of this one, or is due.
        self._choice = 0
        self._renewal = Renewal(self._answer_next)
        self._arithmetic: Arithmetic | None = None
        #: What was said on the page of the model that answers; and what the page compares that with.
        self.feeding, self.second = Feeding(), SecondModel()
        #: What excites channels over a data set, for the page to show; None where there is no such atlas.
        self.atlas: Atlas | None = None
        #: ipykernel runs widget callbacks on threads of their own, beside cells.
        self.guard, self._loading = threading.RLock(), threading.Lock()
        super().__init__(**traits)

    @property
    def model(self) -> Model:
        """The model that answers; loaded now if it was not yet.

        Raises:
            ModelError: It cannot be loaded.
        """
        with self._loading:  # its own lock: while this takes its time, the rest of the page answers
            if self._model is None:
                loaded = self._load()
                is_new = self.offers.give(loaded, self._load)
                if self._model is None:  # another may have been chosen meanwhile
                    self._settle(loaded, is_new=is_new)
            return self._model or loaded

    @property
    def asked(self) -> Model:
        """The model, without the channels that are ablated."""
        if not any(self.ablated.values()):
            return self.model
        return cast("Model", Ablated(self.model, self.ablated, cast("ChannelFill", self.ablation_fill)))

    @property
    def offered(self) -> tuple[Preprocessing, ...]:
        """The preprocessings on offer; the one in use comes first."""
        return tuple({self.preset: self.preprocessing_called(self.preset), **self._presets}.values())

    def setting(self, request: str) -> SettingMessage:
        """Say what is offered."""
        about = across.about(self.atlas)
        models, samples, limit = self.offers.models, self.offers.samples, model_folder().most_bytes
        may = (*messages.ABILITIES, *(() if are_visitors() else messages.OWN_ABILITIES))
        return messages.setting(
            request, self._presets, models, samples, abilities=may, atlas=about, model_limit_bytes=limit
        )

    def _settle(self, model: Model, *, is_new: bool = False, preset: str | None = None) -> None:
        """Take a model, and its own preprocessing, unless another was chosen that is on offer with this one, too.

        Args:
            model: The one that answers from now on.
            is_new: Whether the page has not been told yet that it may choose it.
            preset: The preprocessing in use from now on; None for the one that was chosen.
        """
        own, before = model.preprocessing, self._presets
        _, height, width = model.architecture.input_shape
        self._model, self._is_settling = model, True
        # What makes other channels than the model takes is not on offer.
        offered = {
            name: suited(how, (height, width)) for name, how in self._known.items() if how.channels == own.channels
        }
        self._presets = {**offered, own.name: own}
        try:
            if self.layer not in model.architecture:
                self.layer = model.architecture.first_convolution.name
            if preset is not None:
                self.preset = preset
            elif self._follows_model or self.preset not in (*self._presets, YOURS):
                self.preset = own.name
            self._compare_what_is_offered()
        finally:
            self._is_settling = False
        self._follows_model = self.preset == own.name
        if is_new or self._presets != before:
            self.say(self.setting(""))

    def _compare_what_is_offered(self) -> None:
        """Compare what this model takes; what it does not comes back with one that does."""
        asked = list(dict.fromkeys([*self.compared, *self._not_compared]))
        offered = [name for name in asked if name in self._presets or name == YOURS]
        self._not_compared = [name for name in asked if name not in offered]
        self.compared = offered

    def choose_preset(self, name: str) -> None:
        """Preprocess photos so, whatever the model that is still to be loaded expects."""
        self.preset, self._follows_model = name, False

    def page(self) -> tuple[str, str, bytes]:
        """Return what is shown, as one file; `State` knows how."""
        raise NotImplementedError

    def reply(self, asked: Request) -> None:
        """Answer a question of the page; `State` knows who does."""
        raise NotImplementedError

    # For actions and questions of the page (actions.py, questions.py) -------------------------------------------------

    def photo_called(self, photo_id: object) -> Photo:
        """Return the photo with an id, answered as is chosen now.

        Raises:
            ImageError: It has been removed.
        """
        photo = self._photos.get(str(photo_id))
        if photo is None:
            raise ImageError("this photo is not here any more: add it again")
        self._renew(photo)
        return photo

    def activations_of(self, photo: Photo) -> Activations:
        """Return what every layer saw of a photo; computed anew where it was let go."""
        self._renew(photo)
        activations = photo.activations or photo.look_again(self.asked, self.preprocessing_called(self.preset))
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

    def preprocessing_called(self, name: str, tuned: dict[str, Any] | None = None) -> Preprocessing:
        """Look a preprocessing up; one's own may be sent along, since a request may overtake the trait.

        Raises:
            PreprocessingError: There is none of that name; or one's own is none, or larger than a page may ask for.
        """
        if name == YOURS:
            plain = self.tuned if tuned is None else tuned
            return self.bounded(Preprocessing.from_dict({**plain, "name": YOURS, "origin": "tuned on this page"}))
        return self._presets.get(name) or preset(name)

    def bounded(self, how: Preprocessing) -> Preprocessing:
        """Return a preprocessing that a page describes, having seen that its input is no larger than one may ask for.

        Raises:
            PreprocessingError: It is.
        """
        # As large as what Python gave: a preset's input, or the model's own.
        given = [max(known.input_px) for known in self._presets.values()]
        own = max(self._model.architecture.input_shape[1:]) if self._model else 0
        most = max(MOST_CROP_PX, own, *given)
        if max(how.input_px) > most:
            raise PreprocessingError(
                f"preprocessing {how.name!r}: crop_px is {how.crop_px}, expected up to {most} on a page; for a larger "
                "input give a Preprocessing of your own: sv.explore(…, preprocessing=…)"
            )
        return how

    def show(self, photo_id: str, read: Callable[[], Kept]) -> Prediction:
        """Read a photo, put it on the stage under an id, and tell the page what the model says of it.

        Raises:
            ImageError: It cannot be read.
            ModelError: The model cannot be loaded.
        """
        start = time.perf_counter()
        picture = read()
        decode_ms = (time.perf_counter() - start) * 1e3
        _ = self.model
        with self.guard:  # another model may have been chosen meanwhile: it is the one to ask
            self._make_room()
            photo = Photo.seen_by(self.asked, self.preprocessing_called(self.preset), photo_id, picture, decode_ms)
            self.put(photo)
            self.photo = photo_id
            self._send_photo(photo)
            self._photos.settle()
            return photo.prediction

    def _make_room(self) -> None:
        """Let go of activations before others are computed, where both would be too much."""
        if self._model is not None and self._model.file_bytes > HUGE_MODEL_BYTES:
            self._arithmetic = None
            for photo in self._photos:
                photo.activations = None
            trim_heap()

    def put(self, photo: Photo) -> None:
        """Note a photo that has just been answered."""
        photo.choice = self._choice
        self._photos.put(photo)

    def find(self, photo_id: str) -> Photo | None:
        """Return a photo as it is, or None if it is not here."""
        return self._photos.get(photo_id)

    def check_room(self, photo_id: str, more_bytes: int = 0) -> None:
        """See whether a page may bring another photo.

        Raises:
            ImageError: It has as many as it may have, or their files are as large.
        """
        with self.guard:
            if photo_id in self._photos:
                return
            if len(self._photos) >= MOST_PHOTOS:
                raise ImageError(f"this page has {MOST_PHOTOS} photos, as many as it keeps; remove one first")
            if self._photos.kept_bytes + more_bytes > FILES_BYTES:
                raise ImageError(
                    f"this page's photos would take more than {FILES_BYTES >> 20} MiB as files, which is what it "
                    "keeps; remove some first"
                )

    def _send_photo(self, photo: Photo) -> None:
        self.say(messages.photo(photo, self.model))
        if photo.id == self.photo:
            # The page is going to ask for it: it need not.
            self.reply(TensorRequest(photo=photo.id, layer=self.layer))

    def say(self, message: Message) -> None:
        """Send a message to the page."""
        known = [self.atlas.path] if self.atlas else []
        said = messages.worded(message, partial(without_folders, known=known))
        self.send(said.content, said.buffers)

    # What may be chosen, and what follows ---------------------------------------------------------------------------

    @traitlets.validate("preset")
    def _valid_preset(self, proposal: Any) -> str:  # noqa: ANN401 - traitlets' own
        name: str = super()._valid_preset(proposal)
        if name not in self._presets and name != YOURS:
            return preset(name).name  # raises, naming the nearest
        return name

    @traitlets.validate("layer")
    def _valid_layer(self, proposal: Any) -> str:  # noqa: ANN401 - traitlets' own
        name: str = super()._valid_layer(proposal)
        if self._model is not None and name not in self._model.architecture:
            names = [layer.name for layer in self._model.architecture]
            raise LayerError(f"{self._model.name} has no layer {name!r}.{did_you_mean(name, names)}")
        return name

    @traitlets.validate("ablated")
    def _valid_ablated(self, proposal: Any) -> dict[str, list[int]]:  # noqa: ANN401 - traitlets' own
        ablated: dict[str, list[int]] = super()._valid_ablated(proposal)
        if self._model is None:
            return ablated
        architecture = self._model.architecture
        there = {
            layer: [c for c in channels if c < architecture[layer].channels] for layer, channels in ablated.items()
        }
        return {layer: channels for layer, channels in there.items() if channels}

    @traitlets.observe("tuned")
    def _tune(self, _: object) -> None:
        if self.preset == YOURS:
            self._preprocess_anew(None)

    @traitlets.observe("ablation_fill")
    def _fill_anew(self, _: object) -> None:
        if any(self.ablated.values()):
            self._preprocess_anew(None)

    @traitlets.observe("preset")
    def _leave_or_follow(self, change: Any) -> None:  # noqa: ANN401 - traitlets' own
        self._follows_model = self._model is not None and change["new"] == self._model.preprocessing.name

    @traitlets.observe("preset", "ablated")
    def _preprocess_anew(self, _: object) -> None:
        if self._is_settling:
            return  # photos are answered once, when all is said of the model
        with self.guard:
            self._answer_anew()

    def _answer_anew(self) -> None:
        """Another choice has been made: the photo on the stage is answered now, the others beside the page."""
        self._choice += 1
        stage = self._photos.get(self.photo)
        if stage is not None:
            self._renew(stage)
        self._renewal.begin()

    def _renew(self, photo: Photo) -> None:
        """Answer a photo now, if it is not answered as is chosen."""
        if photo.choice == self._choice:
            return
        photo.choice = self._choice
        self._make_room()
        try:
            photo.look_again(self.asked, self.preprocessing_called(self.preset))
        except SqueezeVizError as exc:  # too small for the crop, for one; the answer before stays
            self._tell_failed(photo, str(exc))
            return
        self._photos.touch(photo)
        self._send_photo(photo)

    def _answer_next(self) -> bool:
        """Answer one photo that is not answered as is chosen; say whether there was one. Computed without the lock."""
        with self.guard:
            if self.comm is None:
                return False
            due = [photo for photo in self._photos if photo.choice != self._choice]
            photo = next((photo for photo in due if photo.id == self.photo), due[0] if due else None)
            choice = self._choice
        if photo is None:
            return False
        problem, answer = "", None
        try:
            answer = self.asked.observe(photo.kept.read(), self.preprocessing_called(self.preset))
        except SqueezeVizError as exc:
            problem = str(exc)
        except Exception:  # noqa: BLE001 - as above
            _log.exception("%s could not be answered anew", photo.kept.name)
            problem = messages.UNEXPECTED
        with self.guard:
            if choice != self._choice or photo.choice == choice or self._photos.get(photo.id) is not photo:
                return True  # chosen again, or answered or removed meanwhile
            photo.choice = choice
            if answer is None:
                self._tell_failed(photo, problem)
            else:
                photo.take(*answer)
                self._send_photo(photo)
                if photo.id != self.photo:
                    photo.activations = None
            self._photos.settle()
        return True

    def _tell_failed(self, photo: Photo, problem: str) -> None:
        self.say(FailedMessage(id=photo.id, name=photo.kept.name, message=f"{photo.kept.name}: {problem}"))
