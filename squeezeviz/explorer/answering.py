"""Photos, and what the model makes of them: answered when they come, and anew when something else is chosen."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

import traitlets

from squeezeviz.errors import ImageError, SqueezeVizError
from squeezeviz.explorer import messages
from squeezeviz.explorer.grown import GROWN, Grown
from squeezeviz.explorer.judged import Judged
from squeezeviz.explorer.limits import (
    FILES_BYTES,
    HUGE_MODEL_BYTES,
    MOST_PHOTOS,
    VISITOR_FILES_BYTES,
    VISITOR_PHOTOS,
)
from squeezeviz.explorer.models.in_use import YOURS, ModelInUse
from squeezeviz.explorer.photos import Photo, Photos
from squeezeviz.explorer.protocol import FailedMessage, TensorRequest
from squeezeviz.explorer.renewal import Renewal
from squeezeviz.explorer.visitors import are_visitors
from squeezeviz.runtime.heap import trim_heap

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from squeezeviz.evidence import Arithmetic
    from squeezeviz.explorer.kept import Kept
    from squeezeviz.explorer.protocol import Request
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.results.activations import Activations
    from squeezeviz.results.prediction import Prediction
    from squeezeviz.runtime.model import Model

__all__ = ["YOURS", "Answering"]

_log = logging.getLogger("squeezeviz")


class Answering(ModelInUse):
    """The part of the state that has photos.

    Args:
        load: Returns the model to begin with; called when it is first needed.
        presets: The preprocessings on offer, by name.
        **traits: Any trait of `Selection`, to begin with.
    """

    def __init__(
        self,
        load: Callable[[], Model],
        presets: Mapping[str, Preprocessing],
        **traits: Any,  # noqa: ANN401 - traits
    ) -> None:
        self._photos = Photos()
        # Which choice of preprocessing, model and channels answers follow from: a photo's is of this one, or is due.
        self._choice = 0
        self._renewal = Renewal(self._answer_next)
        self._arithmetic: Arithmetic | None = None
        #: What is known of attributions of the number that was asked about last.
        self.judged = Judged()
        #: The pictures that grew last.
        self.grown = Grown()
        super().__init__(load, presets, **traits)

    def page(self) -> tuple[str, str, bytes]:
        """Return what is shown, as one file; `State` knows how."""
        raise NotImplementedError

    def reply(self, asked: Request) -> None:
        """Answer a question of the page; `State` knows who does."""
        raise NotImplementedError

    # For actions and questions of the page (actions.py, questions.py) -------------------------------------------------

    @property
    def photos(self) -> tuple[Photo, ...]:
        """All photos of the page, those that came first first."""
        return tuple(self._photos)

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
            self.judged.forget()
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

    def photos_to_compare(self) -> list[Photo]:
        """Return the photos, the one on the stage first, then those that came last; none that was grown."""
        latest = [photo for photo in self._photos if photo.kept.format != GROWN][::-1]
        return sorted(latest, key=lambda photo: photo.id != self.photo)

    def check_room(self, photo_id: str, more_bytes: int = 0) -> None:
        """See whether a page may bring another photo.

        Raises:
            ImageError: It has as many as it may have, or their files are as large.
        """
        with self.guard:
            if photo_id in self._photos:
                return
            visitors = are_visitors()
            most, most_bytes = (VISITOR_PHOTOS, VISITOR_FILES_BYTES) if visitors else (MOST_PHOTOS, FILES_BYTES)
            if len(self._photos) >= most:
                raise ImageError(f"this page has {most} photos, as many as it keeps; remove one first")
            if self._photos.kept_bytes + more_bytes > most_bytes:
                raise ImageError(
                    f"this page's photos would take more than {most_bytes >> 20} MiB as files, which is what it "
                    "keeps; remove some first"
                )

    def _send_photo(self, photo: Photo) -> None:
        self.say(messages.photo(photo, self.model))
        if photo.id == self.photo:
            # The page is going to ask for it: it need not.
            self.reply(TensorRequest(photo=photo.id, layer=self.layer))

    # What may be chosen, and what follows ---------------------------------------------------------------------------

    @traitlets.observe("tuned")
    def _tune(self, _: object) -> None:
        if self.preset == YOURS:
            self._preprocess_anew(None)

    @traitlets.observe("ablation_fill")
    def _fill_anew(self, _: object) -> None:
        if any(self.ablated.values()):
            self._preprocess_anew(None)

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
