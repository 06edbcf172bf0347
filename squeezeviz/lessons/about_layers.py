"""Exercises about one layer: its maps on a photo, what its cells see, what it has learned, and what hangs on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.errors import LayerError
from squeezeviz.lessons.exercise import Exercise, Mistake
from squeezeviz.lessons.forms import Number, Whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.lessons.subject import Subject

__all__ = [
    "decisive_channel",
    "parameters",
    "receptive_field",
    "share_of_zeros",
    "silent_channels",
    "strongest_channel",
    "terms",
]

_MOST_CHANNELS = 1024  # the network is run anew for each


def strongest_channel(subject: Subject) -> Exercise:
    """Which channel has the largest mean?"""
    maps, name = subject.maps, subject.layer.name
    means, largest = maps.mean(axis=(1, 2)), maps.max(axis=(1, 2))
    places = np.argsort(np.argsort(-means, kind="stable"), kind="stable")
    return Exercise(
        "strongest-channel",
        f"Which channel of {name} has the largest mean on {subject.image.name}? A whole number.",
        Whole("a channel", len(maps)),
        _at(means, means.max()),
        f"Its mean is {float(means.max()):.3g}, its largest value {float(largest[int(means.argmax())]):.3g}.",
        tuple(
            Mistake(each, "It has the largest single value; the question is about the mean.")
            for each in _at(largest, largest.max())
        ),
        lambda given: f"By its mean it ranks {int(places[int(str(given))]) + 1} of {len(maps)}: sort the maps by mean.",
    )


def silent_channels(subject: Subject) -> Exercise:
    """How many channels are zero everywhere?"""
    maps, name = subject.maps, subject.layer.name
    silent = int((maps == 0).all(axis=(1, 2)).sum())
    return Exercise(
        "silent-channels",
        f"How many channels of {name} are zero everywhere on {subject.image.name}? A whole number.",
        Whole("a number of channels", len(maps) + 1),
        (silent,),
        f"{silent} of {len(maps)} do not answer to this photo at all. On another they may.",
        (Mistake(len(maps) - silent, "So many are not zero everywhere: count the others."),),
    )


def share_of_zeros(subject: Subject) -> Exercise:
    """Which share of all values is zero?"""
    maps, name = subject.maps, subject.layer.name
    zeros = float((maps == 0).mean())
    return Exercise(
        "share-of-zeros",
        f"Which share of the values of {name} is exactly zero on {subject.image.name}? A number from 0 to 1, to 0.005.",
        Number("a share from 0 to 1", within=0.005),
        (zeros,),
        f"{zeros:.1%} of {maps.size:,} values are zero: ReLU has made them so, or what came before was zero.",
        (
            Mistake(1 - zeros, "That is the share of those that are not zero."),
            Mistake(100 * zeros, "That is in per cent: as a share it is a hundredth of it."),
        ),
    )


def receptive_field(subject: Subject) -> Exercise:
    """How many input pixels wide is what one cell sees?"""
    layer = subject.layer
    if layer.sees_all:
        raise LayerError(f"{layer.name}: every cell sees the whole input; choose a layer before it")
    stride, _ = layer.located()
    height, width = layer.receptive_field
    least = layer.receptive_fields[0][1]
    mistakes = [Mistake(stride[1], "So far it is from one cell to the next: the stride. What each sees overlaps.")]
    if len(layer.receptive_fields) > 1:
        mistakes.append(Mistake(least, "So much it sees through the narrowest path; ask for all paths together."))
    mistakes.append(Mistake(height * width, "That is the area: the question is about one side."))
    return Exercise(
        "receptive-field",
        f"How many input pixels wide is what one cell of {layer.name} sees, by all paths together? A whole number.",
        Whole("a number of pixels"),
        (width,),
        f"{width} pixels, of an input of {subject.preprocessing.input_px[1]}; cells are {stride[1]} pixels apart.",
        tuple(mistakes),
    )


def parameters(subject: Subject) -> Exercise:
    """How many learned numbers has the layer?"""
    layer = subject.layer
    if not layer.parameters:
        raise LayerError(f"{layer.name}: has learned nothing, being {layer.kind}; choose a convolution")
    weights, bias = subject.model.kernels(layer.name)
    return Exercise(
        "parameters",
        f"How many learned parameters has {layer.name}? A whole number.",
        Whole("a number of parameters"),
        (layer.parameters,),
        f"{weights.size:,} weights and {layer.parameters - weights.size:,} biases: {len(weights)} channels with a "
        f"kernel of {_times(weights.shape[1:])} each.",
        (
            Mistake(weights.size, "Those are the weights: each channel has a bias as well."),
            Mistake(weights[0].size, "So many weights has one channel's kernel: there are more channels."),
            Mistake(weights[0].size + min(bias.size, 1), "So many has one channel: there are more channels."),
        ),
    )


def terms(subject: Subject) -> Exercise:
    """How many products add up to one number?"""
    layer = subject.layer
    weights, _ = subject.model.kernels(layer.name)
    per_channel = int(np.prod(weights.shape[2:]))
    return Exercise(
        "terms",
        f"How many products of a weight and an input add up, with the bias, to one number of {layer.name}, away from "
        "the edge? A whole number.",
        Whole("a number of products"),
        (weights[0].size,),
        f"{_times(weights.shape[1:])}: the channels it reads, and the height and width of the kernel.",
        (
            Mistake(per_channel, "So many of one channel that it reads: it reads more than one."),
            Mistake(weights.shape[1], "So many channels it reads; the kernel has a height and a width as well."),
            Mistake(weights.size, "So many weights has the whole layer: one number takes its own channel's kernel."),
            Mistake(weights[0].size + 1, "The bias is no product: leave it out."),
        ),
    )  # fmt: skip


def decisive_channel(subject: Subject) -> Exercise:
    """Without which single channel does the most probable class lose most?"""
    from squeezeviz.evidence.ablation_sweep import ablation_sweep  # noqa: PLC0415 - only this one runs the network anew

    maps, layer, first = subject.maps, subject.layer, subject.first
    if len(maps) > _MOST_CHANNELS:
        raise LayerError(f"{layer.name}: has {len(maps):,} channels, expected at most {_MOST_CHANNELS:,} to be tried")
    sweep = ablation_sweep(subject.model, subject.image, layer.name, preprocessing=subject.preprocessing)
    changes = sweep.of_layer(layer.name, first.class_index)
    if changes.min() >= 0:
        raise LayerError(f"{layer.name}: without no channel does {first.label} lose anything; choose another layer")
    places = np.argsort(np.argsort(changes, kind="stable"), kind="stable")
    means = maps.mean(axis=(1, 2))
    strongest = "It has the largest mean, but what is strong need not be what decides: ablate it, and then others."
    return Exercise(
        "decisive-channel",
        f"Without which single channel of {layer.name} does {first.label} lose most of its logit? A whole number.",
        Whole("a channel", len(maps)),
        _at(changes, changes.min()),
        f"Without it the logit of {first.label} changes by {float(changes.min()):+.2f}.",
        tuple(Mistake(each, strongest) for each in _at(means, means.max())),
        lambda given: (
            f"Without it the logit changes by {float(changes[int(str(given))]):+.2f}, which ranks "
            f"{int(places[int(str(given))]) + 1} of {len(maps)}."
        ),
    )


def _at(values: NDArray[np.float32], extreme: float) -> tuple[int, ...]:
    return tuple(int(each) for each in np.flatnonzero(values == extreme))


def _times(shape: tuple[int, ...]) -> str:
    return " × ".join(str(size) for size in shape)
