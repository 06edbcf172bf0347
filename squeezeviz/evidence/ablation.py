"""Ablation: replace channels or whole branches by zero or their mean, and see what the network would have said.

What lies before the first of these layers is not run again, and is not changed: ablating half of a Fire module's
concatenation leaves the expand that it comes from as it is. A convolution's channel is ablated after its activation
(`squeezeviz.evidence.after_activation`), and on the way there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from squeezeviz.arguments import check_whole, expect
from squeezeviz.errors import LayerError
from squeezeviz.evidence.after_activation import after_activation
from squeezeviz.evidence.baseline import baseline
from squeezeviz.notebook_display import NotebookDisplay
from squeezeviz.results.activations import Activations
from squeezeviz.runtime.loading import loaded
from squeezeviz.visible import visible

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.image import ImageSource
    from squeezeviz.network.architecture import Architecture, Layer
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.results.prediction import Prediction
    from squeezeviz.runtime.loading import ModelSource
    from squeezeviz.runtime.model import Model

__all__ = ["Ablation", "ChannelFill", "Channels", "ablate", "filled"]

#: Channels of a layer: one, several, ``"all"``, or of a concatenation one of its inputs, as ``"expand3x3"``.
Channels = int | Sequence[int] | str
#: What stands in the place of a map: zeros, its own mean everywhere, or a number.
ChannelFill = Literal["zero", "mean"] | float


@dataclass(frozen=True, eq=False)
class Ablation(NotebookDisplay):
    """What the network says with some channels ablated.

    Attributes:
        ablated: Layer → its channels that are ablated.
        fill: What stands in their place: ``"zero"``, ``"mean"`` (of each map), or a number.
        before: What the network says untouched.
        after: What it says now.
        activations: Every layer now; `squeezeviz.Arithmetic` opens them, given as its `activations`. In an ablated
            layer the terms of what is ablated add up to what it was.
    """

    ablated: Mapping[str, tuple[int, ...]]
    fill: ChannelFill
    before: Prediction
    after: Prediction
    activations: Activations = field(repr=False)

    @property
    def logit_changes(self) -> NDArray[np.float32]:
        """After less before, float32 (N,)."""
        changes: NDArray[np.float32] = self.after.logits - self.before.logits
        return changes

    @property
    def probability_changes(self) -> NDArray[np.float32]:
        """After less before, float32 (N,)."""
        changes: NDArray[np.float32] = self.after.probabilities - self.before.probabilities
        return changes

    def change(self, key: int | str) -> dict[str, Any]:
        """Return what became of one class, as plain data.

        Args:
            key: Class index, WordNet id or name.

        Raises:
            LabelError: No class is called that.
        """
        before, after = self.before[key], self.after[key]
        return {
            "index": before.class_index,
            "label": before.label,
            "logit_before": before.logit,
            "logit_after": after.logit,
            "logit_change": after.logit - before.logit,
            "probability_before": before.probability,
            "probability_after": after.probability,
        }

    def leading(self, k: int = 5) -> tuple[int, ...]:
        """Return the classes, by index, that are among the k most probable before, then those that are so after."""
        check_whole("k", k, least=0, error=ValueError)
        return tuple(dict.fromkeys(int(at) for at in (*self.before.ranking[:k], *self.after.ranking[:k])))

    def moved(self, k: int = 5) -> tuple[tuple[str, float], ...]:
        """Return the labels of the k classes whose logits changed most, with the changes."""
        check_whole("k", k, least=0, error=ValueError)
        changes = self.logit_changes
        most = np.argsort(-np.abs(changes), kind="stable")[:k]
        return tuple((self.before[int(index)].label, float(changes[index])) for index in most)

    def to_dict(self, k: int = 5) -> dict[str, Any]:
        """Return plain data, ready for JSON: the top k before and after, and the k classes that moved most."""
        return {
            "image": self.before.image,
            "model": self.before.model_id,
            "method": "ablation",
            "ablated": {layer: list(channels) for layer, channels in self.ablated.items()},
            "fill": self.fill,
            "before": [score.to_dict() for score in self.before.top(k)],
            "after": [score.to_dict() for score in self.after.top(k)],
            "moved": [{"label": label, "logit_change": change} for label, change in self.moved(k)],
        }

    def __repr__(self) -> str:
        ablated = ", ".join(f"{layer} [{_spoken(channels)}]" for layer, channels in self.ablated.items())
        before, after = self.before.top(1)[0], self.after.top(1)[0]
        return (
            f"<Ablation of {self.before.image!r} without {visible(ablated)}: {visible(before.label)} "
            f"{before.probability:.1%} → {visible(after.label)} {after.probability:.1%}>"
        )


def ablate(
    model: ModelSource,
    image: ImageSource,
    ablated: Mapping[str, Channels],
    *,
    fill: ChannelFill = "zero",
    preprocessing: str | Preprocessing | None = None,
) -> Ablation:
    """Ablate channels, in one layer or in several at once.

    Args:
        model: A loaded model, or the name or path of one.
        image: Anything `squeezeviz.read_image` takes.
        ablated: Layer → a channel, several, ``"all"``, or of a concatenation the branch that they come from, such as
            ``"expand3x3"``. Channels of a convolution or of a fully connected layer are ablated after their activation.
        fill: What stands in the place of a map: ``"zero"``, ``"mean"`` (its own, everywhere; of a later layer's map, as
            the earlier layers leave it), or a number.
        preprocessing: A preset's name or a `Preprocessing`; the model's own by default. Of several crops, the first.

    Raises:
        ImageError: The image cannot be read.
        LayerError: A layer, channel or branch is unknown, or nothing follows the layer, or there is none.
        ModelError: The model cannot be loaded.
        PreprocessingError: The preset is unknown, or does not suit the model or the image.
    """
    model = loaded(model)
    start = baseline(model, image, preprocessing)
    arch, parts = start.architecture, model.parts
    check_fill(fill)
    expect(ablated, Mapping, "layers and their channels, such as {'fire5/concat': [3, 17]}", LayerError)
    if not ablated:
        raise LayerError("nothing to ablate; expected such as {'fire5/concat': [3, 17]}")
    asked = {arch[name].name: channels for name, channels in ablated.items()}
    chosen = {layer.name: _channels(arch, layer, asked[layer.name]) for layer in arch if layer.name in asked}
    names = [layer.name for layer in arch]
    before = parts.run({arch.input_name: start.tensor}, list(dict.fromkeys([*names, arch.output_name])))
    given: dict[str, NDArray[np.float32]] = {}
    # In the order in which they are complete: a gate before the convolution that it is the gate of.
    for name in sorted(chosen, key=lambda each: names.index(after_activation(arch, each)[-1])):
        channels, silenced = chosen[name], after_activation(arch, name)
        values = {each: given.get(each, before[each]) for each in silenced}
        moved = [each for each in silenced if given and each not in given and _follows(model, given, each)]
        if moved:  # what they are by now, the earlier layers being ablated
            values |= parts.run(_with_beside(model, given, moved, before), moved)
        given |= {each: filled(held, channels, fill) for each, held in values.items()}
    changed = [name for name in names if name in given or _follows(model, given, name)]
    if arch.logits_name not in changed:
        raise LayerError(f"{next(iter(chosen))} comes after the logits; ablate what comes before {arch.logits_name}")
    after = before | parts.run(_with_beside(model, given, changed, before), changed)
    maps = {name: values[0] for name, values in after.items()}
    prediction, now = (start.prediction(values[arch.logits_name].reshape(-1)) for values in (before, after))
    return Ablation(chosen, fill, prediction, now, Activations(start.image.name, maps, prediction.provenance))


def check_fill(fill: object) -> None:
    """Let pass what may stand in the place of a map.

    Raises:
        LayerError: It is neither of the two words nor a number.
    """
    if not (isinstance(fill, str) and fill in ("zero", "mean")) and not _is_number(fill):
        raise LayerError(f"fill is {fill!r}, expected 'zero', 'mean' or a finite number")


def filled(values: NDArray[np.float32], channels: Sequence[int], fill: ChannelFill) -> NDArray[np.float32]:
    """Return a layer's values (B, C, …) with some channels ablated."""
    changed = values.copy()
    index = list(channels)
    if fill == "mean":
        axes = tuple(range(2, values.ndim))
        changed[:, index] = values[:, index].mean(axis=axes, keepdims=True) if axes else values[:, index]
    else:
        changed[:, index] = 0 if isinstance(fill, str) else fill
    return changed


def _follows(model: Model, given: Mapping[str, object], name: str) -> bool:
    try:
        model.parts.beside(given, [name])
    except LayerError:
        return False
    return True


def _with_beside(
    model: Model,
    given: Mapping[str, NDArray[np.float32]],
    wanted: Sequence[str],
    before: Mapping[str, NDArray[np.float32]],
) -> dict[str, NDArray[np.float32]]:
    """Return what is given with what is read beside it, which is as it was."""
    return {**given, **{name: before[name] for name in model.parts.beside(given, wanted)}}


def _channels(arch: Architecture, layer: Layer, asked: Channels) -> tuple[int, ...]:
    if isinstance(asked, str):
        if asked == "all":
            return tuple(range(layer.channels))
        first = 0
        for name in layer.inputs if layer.op.joins_channels else ():
            source = arch[name]
            if asked in (name, source.branch):
                return tuple(range(first, first + source.channels))
            first += source.channels
        joined = layer.inputs if layer.op.joins_channels else ()
        branches = [f"{arch[name].branch or name!r}" for name in joined]
        raise LayerError(
            f"{layer.name} has no channels called {asked!r}; expected {', '.join([*branches, 'all'])}, or their indices"
        )
    indices = [asked] if isinstance(asked, (int, np.integer)) else list(asked)
    for index in indices:
        is_whole = isinstance(index, (int, np.integer)) and not isinstance(index, bool)
        if not is_whole or not 0 <= index < layer.channels:
            raise LayerError(f"{layer.name} has no channel {index!r}; there are {layer.channels}, counted from 0")
    if not indices:
        raise LayerError(f"{layer.name}: expected at least one channel to ablate")
    return tuple(dict.fromkeys(int(index) for index in indices))


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _spoken(channels: Sequence[int], most: int = 4) -> str:
    if len(channels) > most:
        return f"{len(channels)} channels"
    return ", ".join(map(str, channels))
