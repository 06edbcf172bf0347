"""What a network loses in a lower precision: the error that each layer makes, and what it is handed on from before."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.errors import LayerError, did_you_mean
from squeezeviz.notebook_display import NotebookDisplay
from squeezeviz.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from squeezeviz.results.provenance import Provenance

__all__ = ["ChangedAnswer", "CodeUse", "ErrorSize", "LayerPrecision", "Precision"]


def sqnr(signal: float, noise: float) -> float | None:
    """Return 10 · log₁₀(signal / noise) in dB; infinite where there is no noise, None where there is no signal."""
    if not signal:
        return None
    return 10 * math.log10(signal / noise) if noise else math.inf


@dataclass(frozen=True, eq=False)
class ErrorSize:
    """How large an error is, beside the values in float32, over all cells of all photos.

    x are the values in float32, e is the error. Signal and noise are sums of squares: Σ x² and Σ e².

    Attributes:
        signal: Σ x², of the whole layer.
        noise: Σ e².
        power: Σ (x + e)²: of the values that have the error; None where x + e are no values of either network.
        channel_signal: float64 (C,), the same channel by channel.
        channel_noise: float64 (C,).
    """

    signal: float
    noise: float
    power: float | None
    channel_signal: NDArray[np.float64] = field(repr=False)
    channel_noise: NDArray[np.float64] = field(repr=False)

    @property
    def sqnr_db(self) -> float | None:
        """Signal-to-quantisation-noise ratio, 10 · log₁₀(Σ x² / Σ e²), in dB; infinite where there is no error.

        None where all values in float32 are zero. As Nagel et al. 2021 use it layer by layer (A White Paper on Neural
        Network Quantization, arXiv:2106.08295, section 5).
        """
        return sqnr(self.signal, self.noise)

    @property
    def relative_l2(self) -> float | None:
        """‖e‖ / ‖x‖; None where all values in float32 are zero and there is an error."""
        if not self.signal:
            return None if self.noise else 0.0
        return math.sqrt(self.noise / self.signal)

    @property
    def cosine(self) -> float | None:
        """Cosine of the angle between x and x + e, −1 to 1; None where either is zero, or x + e are no values.

        From the three sums: x · (x + e) = (Σ x² + Σ (x + e)² − Σ e²) / 2.
        """
        if not self.signal or not self.power:
            return None
        product = (self.signal + self.power - self.noise) / 2
        return min(1.0, max(-1.0, product / math.sqrt(self.signal) / math.sqrt(self.power)))

    @property
    def worst_channel(self) -> int | None:
        """The channel with most of Σ e², the first of equals; None where there is no error."""
        return int(self.channel_noise.argmax()) if self.noise else None

    @property
    def worst_share(self) -> float | None:
        """That channel's share of Σ e², 0–1."""
        return float(self.channel_noise.max()) / self.noise if self.noise else None

    @property
    def channel_sqnr_db(self) -> NDArray[np.float64]:
        """Each channel's SQNR in dB, float64 (C,): infinite without an error, not a number without a signal."""
        with np.errstate(divide="ignore", invalid="ignore"):
            found = 10 * np.log10(self.channel_signal / self.channel_noise)
        return np.where(self.channel_signal > 0, found, np.nan)

    @property
    def channel_relative_l2(self) -> NDArray[np.float64]:
        """Each channel's ‖e‖ / ‖x‖, float64 (C,): infinite with an error and without a signal."""
        with np.errstate(divide="ignore", invalid="ignore"):
            found = np.sqrt(self.channel_noise / self.channel_signal)
        return np.where(self.channel_noise > 0, found, 0.0)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON; an infinite SQNR, of no error, is null there."""
        return {
            "sqnr_db": self.sqnr_db,
            "relative_l2": self.relative_l2,
            "cosine": self.cosine,
            "worst_channel": self.worst_channel,
            "worst_share": self.worst_share,
        }


@dataclass(frozen=True, eq=False)
class CodeUse:
    """How a layer's values use what its low precision can hold.

    Attributes:
        dtype: What holds a value, such as ``"uint8"``.
        scale: What one step is worth: one number, or one a channel.
        zero_point: Which code stands for 0: one number, or one a channel.
        saturated: float64 (C,), each channel's share of values at either end of the range, 0–1. The code that stands
            for zero does not count, though it may be an end: a ReLU puts as many there as it likes. In half precision,
            those at ±65,504 or beyond.
        unused: float64 (C,), each channel's share of codes that no value has, 0–1; None where there are more than 256.
        dead_range: Share of the codes that no value of the whole layer has, 0–1; None likewise.
    """

    dtype: str
    scale: tuple[float, ...]
    zero_point: tuple[int, ...]
    saturated: NDArray[np.float64] = field(repr=False)
    unused: NDArray[np.float64] | None = field(repr=False)
    dead_range: float | None

    @property
    def saturation(self) -> float:
        """Share of all the layer's values at the ends of the range, 0–1."""
        return float(self.saturated.mean())

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "dtype": self.dtype,
            "scale": list(self.scale),
            "zero_point": list(self.zero_point),
            "saturation": self.saturation,
            "most_saturated_channel": int(self.saturated.argmax()),
            "dead_range": self.dead_range,
        }


@dataclass(frozen=True, eq=False)
class LayerPrecision:
    """What one layer loses.

    Of its values x in float32, m is what the layer in low precision makes of x's own inputs in float32, and y what it
    makes within the network in low precision. So m − x is the error made here, y − m what the errors before it become
    here, and both together are y − x, number by number. Their squares need not add up: errors may cancel.

    Attributes:
        name: Of the layer; the network's input is one, where its values are rounded as well.
        other: What its values are called in the other network: behind their dequantisation.
        kind: What people call its operator.
        shape: Of its values for one photo, (C, H, W) or (N,).
        with_layers: Layers of the network in float32 that are part of this one in the other, such as a batch
            normalisation: their errors are made here.
        made: m − x.
        inherited: y − m.
        total: y − x.
        use: How y uses its codes; None where it is float32.
    """

    name: str
    other: str
    kind: str
    shape: tuple[int, ...]
    with_layers: tuple[str, ...]
    made: ErrorSize
    inherited: ErrorSize
    total: ErrorSize
    use: CodeUse | None

    def channels_to_dict(self) -> list[dict[str, Any]]:
        """Return plain data a channel, ready for JSON."""
        sizes = {"made": self.made, "inherited": self.inherited, "total": self.total}
        columns = {name: (size.channel_sqnr_db, size.channel_relative_l2) for name, size in sizes.items()}
        rows: list[dict[str, Any]] = []
        for at in range(self.shape[0]):
            row: dict[str, Any] = {"channel": at}
            for name, (ratios, relative) in columns.items():
                row[name] = {"sqnr_db": _finite(ratios[at]), "relative_l2": _finite(relative[at])}
            if self.use:
                row["saturation"] = float(self.use.saturated[at])
                row["dead_range"] = None if self.use.unused is None else float(self.use.unused[at])
            rows.append(row)
        return rows

    def to_dict(self, *, channels: bool = False) -> dict[str, Any]:
        """Return plain data, ready for JSON.

        Args:
            channels: Whether with each channel.
        """
        found = {
            "layer": self.name,
            "other": self.other,
            "kind": self.kind,
            "shape": list(self.shape),
            "with": list(self.with_layers),
            "made": self.made.to_dict(),
            "inherited": self.inherited.to_dict(),
            "total": self.total.to_dict(),
            "codes": self.use.to_dict() if self.use else None,
        }
        return {**found, "channels": self.channels_to_dict()} if channels else found


@dataclass(frozen=True)
class ChangedAnswer:
    """A photo whose most probable class is another in the other network.

    Attributes:
        photo: Its name.
        before: Class index in float32.
        after: In low precision.
        label_before: Its name.
        label_after: Its name.
    """

    photo: str
    before: int
    after: int
    label_before: str
    label_after: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "photo": self.photo,
            "before": {"class_index": self.before, "label": self.label_before},
            "after": {"class_index": self.after, "label": self.label_after},
        }


@dataclass(frozen=True, eq=False)
class Precision(NotebookDisplay):
    """A network beside itself in a lower precision: layer by layer, the error made there and the error passed on.

    Attributes:
        model: Name of the network in float32.
        other: Name of the one in low precision; ``"half precision"`` where it is emulated.
        arithmetic: What low precision is here, in a sentence.
        folder: Where the photos are from.
        photos: How many were looked at.
        layers: In the network's order.
        unmatched: Layers in float32 behind the last one that the other network has, which are not looked at.
        changed: Photos whose answer changes, by name.
        left_out: What could not be looked at, and why.
        provenance: What made it: the network in float32, and the preprocessing, which is that of both.
        seconds: How long it took.
    """

    model: str
    other: str
    arithmetic: str
    folder: str
    photos: int
    layers: tuple[LayerPrecision, ...] = field(repr=False)
    unmatched: tuple[str, ...] = field(repr=False)
    changed: tuple[ChangedAnswer, ...] = field(repr=False)
    left_out: tuple[str, ...] = field(repr=False)
    provenance: Provenance = field(repr=False)
    seconds: float = 0.0

    def __iter__(self) -> Iterator[LayerPrecision]:
        return iter(self.layers)

    def __len__(self) -> int:
        return len(self.layers)

    def __getitem__(self, name: str) -> LayerPrecision:
        """Return a layer by its name, or by that of one that is part of it.

        Raises:
            LayerError: There is none.
        """
        found = self._by_name.get(name) if isinstance(name, str) else None
        if found is None:
            names = list(self._by_name)
            hint = did_you_mean(str(name), names) or f" Compared are {', '.join(names[:4])}, …"
            raise LayerError(f"no layer called {name!r} is compared.{hint}")
        return found

    @cached_property
    def _by_name(self) -> dict[str, LayerPrecision]:
        parts = {name: layer for layer in self.layers for name in layer.with_layers}
        return parts | {layer.name: layer for layer in self.layers}

    @cached_property
    def by_error_made(self) -> tuple[LayerPrecision, ...]:
        """The layers, the one that makes the largest error first, beside its own values: by relative L2."""
        return tuple(sorted(self.layers, key=lambda layer: -_size(layer.made)))

    @property
    def worst(self) -> LayerPrecision:
        """The layer that makes the largest error beside its own values."""
        return self.by_error_made[0]

    @property
    def photos_text(self) -> str:
        """How many photos were looked at, in words: ``"24 photos"``."""
        return "1 photo" if self.photos == 1 else f"{self.photos:,} photos"

    @property
    def verdict(self) -> str:
        """What was found, in a few sentences."""
        worst, last = self.worst, self.layers[-1]
        changes = f"{len(self.changed):,} of {self.photos_text} change their answer."
        if not worst.made.noise:
            return f"No layer makes an error. {changes}"
        channel = f", {worst.made.worst_share:.0%} of it in channel {worst.made.worst_channel}"
        return (
            f"The largest error is made at {worst.name}: {_text(worst.made)} of its values{channel}. At {last.name}, "
            f"{_text(last.total)} is off: {_text(last.made)} made there, {_text(last.inherited)} passed on. {changes}"
        )

    def to_dict(self, *, channels: bool = False) -> dict[str, Any]:
        """Return plain data, ready for JSON.

        Args:
            channels: Whether with each channel of each layer.
        """
        return {
            "model": self.model,
            "other": self.other,
            "arithmetic": self.arithmetic,
            "folder": self.folder,
            "photos": self.photos,
            "verdict": self.verdict,
            "worst": self.worst.name,
            "layers": [layer.to_dict(channels=channels) for layer in self.layers],
            "unmatched": list(self.unmatched),
            "changed": [answer.to_dict() for answer in self.changed],
            "left_out": list(self.left_out),
            "provenance": self.provenance.to_dict(),
        }

    def __repr__(self) -> str:
        return visible(f"<Precision of {self.model} and {self.other}: {self.verdict}>")


def _size(error: ErrorSize) -> float:
    return math.inf if error.relative_l2 is None else error.relative_l2


def _text(error: ErrorSize) -> str:
    return "all" if error.relative_l2 is None else f"{error.relative_l2:.2%}"


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
