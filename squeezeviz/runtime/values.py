"""Which of a network's values may be asked for, and which of them are computed together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.arguments import names_of
from squeezeviz.errors import LayerError, did_you_mean
from squeezeviz.network.ops.convolution import Convolution

if TYPE_CHECKING:
    from collections.abc import Sequence

    from squeezeviz.network.architecture import Architecture

__all__ = ["Values"]


class Values:
    """The values of a network by name: its layers' activations, what they are before their ReLU, and the answer."""

    def __init__(self, architecture: Architecture) -> None:
        self._architecture = architecture
        #: Those of a prediction: logits and answer.
        self.lean = tuple(dict.fromkeys((architecture.logits_name, architecture.output_name)))
        self._after_relu = tuple(dict.fromkeys((*(layer.name for layer in architecture), architecture.output_name)))
        self._before_relu = tuple(layer.pre_relu for layer in architecture if layer.pre_relu)
        convolutions = tuple(layer.name for layer in architecture if isinstance(layer.op, Convolution))
        # The cheapest session first: what is not declared stays fused or unkept.
        self._tiers = (convolutions, self._after_relu, (*self._after_relu, *self._before_relu))

    def declared_for(self, wanted: Sequence[str]) -> tuple[str, ...]:
        """Return the values that a session is to have so that it can return the wanted ones; they are few sets."""
        return next(tier for tier in self._tiers if set(wanted) <= set(tier))

    def named(self, layers: Sequence[str] | str | None, *, pre_relu: bool) -> list[str]:
        """Return the values that are asked for.

        Args:
            layers: Layer names, every layer by default. ``"<layer>:pre"`` is the value before ReLU.
            pre_relu: Whether to add the values before ReLU of every layer named that has a ReLU.

        Raises:
            LayerError: A layer is unknown, or none is named.
        """
        known = (*self._after_relu, *self._before_relu)
        asked = names_of(self._after_relu if layers is None else layers)
        asked = [self._architecture[name].name if name in self._architecture else name for name in asked]
        if not asked:
            raise LayerError("an empty list of layers was asked for; leave it out to get every layer")
        for name in asked:
            if name not in known:
                hint = did_you_mean(str(name), known) or f" The layers are {', '.join(self._after_relu[:4])}, …"
                raise LayerError(f"no layer is called {name!r}.{hint}")
        if pre_relu:
            before = {layer.name: layer.pre_relu for layer in self._architecture}
            asked = [name for layer in asked for name in (before.get(layer), layer) if name]
        return list(dict.fromkeys(asked))
