"""The model that answers, and the preprocessings that are on offer with it: of these, what is chosen has to be one."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import traitlets

from squeezeviz.errors import LayerError, PreprocessingError, did_you_mean
from squeezeviz.explorer import across, messages
from squeezeviz.explorer.catalog import CatalogInUse
from squeezeviz.explorer.error_text import without_folders
from squeezeviz.explorer.limits import MOST_CROP_PX
from squeezeviz.explorer.models.ablated import Ablated
from squeezeviz.explorer.models.feeding import Feeding
from squeezeviz.explorer.models.folder import model_folder
from squeezeviz.explorer.models.second_model import SecondModel
from squeezeviz.explorer.selection import Selection
from squeezeviz.explorer.visitors import are_visitors
from squeezeviz.preprocessing import Preprocessing, preset
from squeezeviz.preprocessing.fitting import suited

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from squeezeviz.dataset.atlas import Atlas
    from squeezeviz.evidence.ablation import ChannelFill
    from squeezeviz.explorer.offers import Offers
    from squeezeviz.explorer.protocol import Message, SettingMessage
    from squeezeviz.runtime.model import Model

__all__ = ["YOURS", "ModelInUse"]

YOURS = "yours"


class ModelInUse(Selection):
    """The part of the state that has a model.

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
        #: What was said on the page of the model that answers.
        self.feeding = Feeding()
        #: What the page compares the model with.
        self.second = SecondModel()
        #: What excites channels over a data set, for the page to show; None where there is no such atlas.
        self.atlas: Atlas | None = None
        #: Pictures grown for channels, for the page to show.
        self.catalogs = CatalogInUse()
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
        return (
            cast("Model", Ablated(self.model, self.ablated, cast("ChannelFill", self.ablation_fill)))
            if any(self.ablated.values())
            else self.model
        )

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

    def say(self, message: Message) -> None:
        """Send a message to the page."""
        given = (self.atlas, self.catalogs.given)
        known = [each.path for each in given if each is not None]
        said = messages.worded(message, partial(without_folders, known=known))
        self.send(said.content, said.buffers)

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

    @traitlets.observe("preset")
    def _leave_or_follow(self, change: Any) -> None:  # noqa: ANN401 - traitlets' own
        self._follows_model = self._model is not None and change["new"] == self._model.preprocessing.name
