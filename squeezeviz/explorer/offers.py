"""What is offered to a page, by name: samples, and models. A page names nothing else, least of all a path."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from squeezeviz.errors import ImageError, ModelNotFound, did_you_mean
from squeezeviz.explorer.protocol.offers import OfferedModel
from squeezeviz.image.gallery import Sample, samples
from squeezeviz.zoo import REGISTRY
from squeezeviz.zoo.lookup import own_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from squeezeviz.runtime.chosen import Chosen
    from squeezeviz.runtime.model import Model
    from squeezeviz.zoo.received import Received

__all__ = ["Offers", "offered_samples"]

# A page has room for one row of drawings.
_DRAWN = ("triangle", "star", "heart", "spiral", "diagonal-stripes", "waves", "checkerboard", "honeycomb")


_DIGITS = 12  # of a digest that a page is told
_DIGITS_IN_NAME = 8


@dataclass(frozen=True)
class _Given:
    """A model that is offered beside the registered ones."""

    label_space: str
    sha256: str
    size_bytes: int
    load: Callable[[], Model]


def offered_samples() -> list[Sample]:
    """Return the samples that a page shows: photos that are here, and some drawings."""
    wanted = {f"shape-{name}" for name in _DRAWN}
    return [s for s in samples() if s.is_available and (not s.is_drawn or s.name in wanted)]


class Offers:
    """The samples of this machine, the registered models, those that Python has given, and those of other days.

    Args:
        choose: Returns the model that is called so, or lies there.
        models: Names on offer from the start, and what each model knows; by default the registered ones.
        recent: Returns the models that were brought to a page before, the newest first.
    """

    def __init__(
        self,
        choose: Callable[[str], Model],
        models: Mapping[str, str] | None = None,
        recent: Callable[[], Sequence[Received]] = tuple,
    ) -> None:
        self._choose, self._recent = choose, recent
        self._named = {name: entry.label_space for name, entry in REGISTRY.items()} if models is None else dict(models)
        self._given: dict[str, _Given] = {}
        # What was said of them on the page since.
        self._told: dict[str, Chosen] = {}

    @property
    def models(self) -> list[OfferedModel]:
        """What a page may choose by name. A registered name always stands for the registered model."""
        given = [
            OfferedModel(name, each.label_space, each.sha256[:_DIGITS], each.size_bytes)
            for name, each in self._given.items()
            if name not in self._named
        ]
        recent = [
            OfferedModel(
                name, "", each.sha256[:_DIGITS], each.size_bytes, datetime.fromtimestamp(each.used_s, UTC).isoformat()
            )
            for name, each in self.recent.items()
        ]
        return [*given, *(OfferedModel(name, label_space) for name, label_space in self._named.items()), *recent]

    @property
    def recent(self) -> dict[str, Received]:
        """Name → a model that was brought to a page before, and has not been chosen on this one."""
        known = {each.sha256 for each in self._given.values()}
        found: dict[str, Received] = {}
        for each in self._recent():
            if each.sha256 not in known:
                found.setdefault(self.free_name(each.name, each.sha256, found), each)
        return found

    @property
    def samples(self) -> list[Sample]:
        """The samples that a page shows."""
        return offered_samples()

    def sample(self, name: str) -> Sample:
        """Return a sample.

        Raises:
            ImageError: None of that name is offered.
        """
        offered = {sample.name: sample for sample in self.samples}
        if name not in offered:
            raise ImageError(f"{name!r:.80}: no sample of this page is called so.{did_you_mean(name, offered)}")
        return offered[name]

    def free_name(self, name: str, sha256: str, others: Mapping[str, object] | None = None) -> str:
        """Return what to call a model on this page: by its name, unless another model is called so.

        Args:
            name: Its own.
            sha256: Its digest.
            others: Names that are taken besides.
        """
        own, given = own_name(name), self._given.get(own_name(name))
        is_free = own not in self._named and own not in (others or {}) and (given is None or given.sha256 == sha256)
        return own if is_free else f"{own} ({sha256[:_DIGITS_IN_NAME]})"

    def obtain(self, name_or_path: str) -> tuple[Model, Callable[[], Model]]:
        """Return a model that Python names, by name or path, and what loads it once more.

        Raises:
            ModelError: It cannot be loaded.
        """
        # The working folder may be another one when the page asks for it again.
        is_path = name_or_path not in self._named and Path(name_or_path).expanduser().exists()
        lasting = os.path.abspath(Path(name_or_path).expanduser()) if is_path else name_or_path  # noqa: PTH100 - as named
        return self._choose(name_or_path), lambda: self._choose(lasting)

    def give(self, model: Model, load: Callable[[], Model], sha256: str | None = None) -> bool:
        """Offer a model under its name from now on; say whether that name is new.

        Args:
            model: The model.
            load: Loads it once more.
            sha256: The digest by which it is known; its own by default.
        """
        is_new = model.name not in self._named and model.name not in self._given
        if model.name not in self._named:
            self._given[model.name] = _Given(model.label_space, sha256 or model.sha256, model.file_bytes, load)
        return is_new

    def tell(self, model: Model) -> None:
        """Note what is said of a model of Python's: it holds as well when the page comes back to it."""
        if model.name in self._given:
            self._told[model.name] = model.chosen

    def size_bytes(self, name: str) -> int:
        """Return how large a model is that Python has given; 0 for any other."""
        return self._given[name].size_bytes if name in self._given and name not in self._named else 0

    def model(self, name: str) -> Model:
        """Return a model that is offered.

        Raises:
            ModelNotFound: None of that name is.
            ModelError: It cannot be loaded.
        """
        if name in self._named:
            return self._choose(name)
        if name in self._given:
            made, said = self._given[name].load(), self._told.get(name)
            return made.told(labels=said.labels, preprocessing=said.preprocessing) if said else made
        recent = self.recent
        if name in recent:
            from squeezeviz.runtime.loading import load_received  # noqa: PLC0415 - loads ONNX Runtime

            return load_received(recent[name], name=name)
        known = [each.name for each in self.models]
        raise ModelNotFound(f"{name!r:.80}: no model of this page is called so.{did_you_mean(name, known)}")

    def take_over(self, before: Offers) -> None:
        """Offer what another page was given as well."""
        self._given, self._told = {**before._given, **self._given}, {**before._told, **self._told}
