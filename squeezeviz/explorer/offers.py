"""What is offered to a page, by name: samples, and models. A page names nothing else, least of all a path."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from squeezeviz.errors import ImageError, ModelNotFound, did_you_mean
from squeezeviz.image.gallery import Sample, samples
from squeezeviz.zoo import REGISTRY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from squeezeviz.runtime.chosen import Chosen
    from squeezeviz.runtime.model import Model

__all__ = ["Offers"]

# A page has room for one row of drawings.
_DRAWN = ("triangle", "star", "heart", "spiral", "diagonal-stripes", "waves", "checkerboard", "honeycomb")


class Offers:
    """The samples of this machine, the registered models, and those that Python has given.

    Args:
        choose: Returns the model that is called so, or lies there.
        models: Names on offer from the start, and what each model knows; by default the registered ones.
    """

    def __init__(self, choose: Callable[[str], Model], models: Mapping[str, str] | None = None) -> None:
        self._choose = choose
        self._named = {name: entry.label_space for name, entry in REGISTRY.items()} if models is None else dict(models)
        self._given: dict[str, tuple[str, Callable[[], Model]]] = {}
        # What was said of them on the page since.
        self._told: dict[str, Chosen] = {}

    @property
    def models(self) -> dict[str, str]:
        """Name → what that model knows. A registered name always stands for the registered model."""
        return {**{name: label_space for name, (label_space, _) in self._given.items()}, **self._named}

    @property
    def samples(self) -> list[Sample]:
        """The samples that a page shows."""
        wanted = {f"shape-{name}" for name in _DRAWN}
        return [s for s in samples() if s.is_available and (not s.is_drawn or s.name in wanted)]

    def sample(self, name: str) -> Sample:
        """Return a sample.

        Raises:
            ImageError: None of that name is offered.
        """
        offered = {sample.name: sample for sample in self.samples}
        if name not in offered:
            raise ImageError(f"{name!r:.80}: no sample of this page is called so.{did_you_mean(name, offered)}")
        return offered[name]

    def obtain(self, name_or_path: str) -> tuple[Model, Callable[[], Model]]:
        """Return a model that Python names, by name or path, and what loads it once more.

        Raises:
            ModelError: It cannot be loaded.
        """
        # The working folder may be another one when the page asks for it again.
        is_path = name_or_path not in self._named and Path(name_or_path).expanduser().exists()
        lasting = os.path.abspath(Path(name_or_path).expanduser()) if is_path else name_or_path  # noqa: PTH100 - as named
        return self._choose(name_or_path), lambda: self._choose(lasting)

    def give(self, model: Model, load: Callable[[], Model]) -> bool:
        """Offer a model of Python's under its name from now on; say whether that name is new."""
        is_new = model.name not in self.models
        if model.name not in self._named:
            self._given[model.name] = model.label_space, load
        return is_new

    def tell(self, model: Model) -> None:
        """Note what is said of a model of Python's: it holds as well when the page comes back to it."""
        if model.name in self._given:
            self._told[model.name] = model.chosen

    def model(self, name: str) -> Model:
        """Return a model that is offered.

        Raises:
            ModelNotFound: None of that name is.
            ModelError: It cannot be loaded.
        """
        if name in self._named:
            return self._choose(name)
        if name in self._given:
            made, said = self._given[name][1](), self._told.get(name)
            return made.told(labels=said.labels, preprocessing=said.preprocessing) if said else made
        raise ModelNotFound(f"{name!r:.80}: no model of this page is called so.{did_you_mean(name, self.models)}")

    def take_over(self, before: Offers) -> None:
        """Offer what another page was given as well."""
        self._given, self._told = {**before._given, **self._given}, {**before._told, **self._told}
