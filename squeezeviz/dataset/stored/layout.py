"""What lies where in a store of activations, and how it is cut: all that is decided before anything is written.

    NAME.zarr               photo, class_index, answered, width, height, logits (photo, class), class_name, …
    NAME.zarr/fire5/concat  activation (photo, channel, y, x), pre_relu where it was asked for; photo, answered, y, x, …

A layer is a group of its own, under its published name: layers differ in channels and cells, and what shares a
dimension's name has to share its size.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from squeezeviz.arguments import names_of
from squeezeviz.errors import DatasetError, LayerError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from squeezeviz.network.architecture import Architecture, Layer

__all__ = ["ROOT_ARRAYS", "Dtype", "Layout", "Value", "check_dtype", "plan_layout"]

Dtype: TypeAlias = Literal["float32", "float16"]

#: Arrays of the root; no layer's group may be called so.
ROOT_ARRAYS = (
    "photo", "class_index", "answered", "width", "height", "logits", "class_name", "class_wnid", "state", "file_stamp",
)  # fmt: skip
_MOST_PHOTOS = 64  # a shard: a million photos then make 15,625 files a layer
_FEWEST_SHARDS = 32  # of a small set, so that little is lost when it is stopped, and all workers have something to do
_FEWEST_PHOTOS = 8  # a shard, where they fit: below, making files costs more than filling them
_MOST_SHARD_BYTES = 128_000_000  # of all layers together, uncompressed: a chunk of photos lies in memory whole
_CHUNK_BYTES = 1 << 20  # what is decompressed together: one photo's maps as a rule, a few photos' where they are small


@dataclass(frozen=True)
class Value:
    """One array of a store.

    Attributes:
        name: What `Model.activations` calls it: a layer's name, or the name of its value before ReLU.
        group: Its layer's group.
        variable: ``"activation"`` or ``"pre_relu"``.
        layer: Its layer, for inputs of the size that is stored.
        chunk_photos: How many photos are compressed together.
    """

    name: str
    group: str
    variable: str
    layer: Layer
    chunk_photos: int

    @property
    def path(self) -> str:
        """Where its array lies within the store."""
        return f"{self.group}/{self.variable}"

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Names of its axes: photo, channel, and of maps y and x."""
        return ("photo", "channel", "y", "x")[: 1 + len(self.layer.shape)]


@dataclass(frozen=True)
class Layout:
    """The arrays of a store.

    Attributes:
        values: In the order they were asked for.
        dtype: Of all of them.
        shard_photos: How many photos' values lie in one file; one worker at a time writes it.
        classes: How many classes the model has.
    """

    values: tuple[Value, ...]
    dtype: Dtype
    shard_photos: int
    classes: int

    @property
    def names(self) -> tuple[str, ...]:
        """What to ask the model for."""
        return tuple(value.name for value in self.values)

    @property
    def photo_bytes(self) -> int:
        """What one photo takes, uncompressed."""
        return sum(_bytes(value.layer, self.dtype) for value in self.values) + 4 * self.classes


def check_dtype(dtype: str) -> Dtype:
    """Return a dtype that activations are stored in.

    Raises:
        DatasetError: It is another one.
    """
    for known in get_args(Dtype):
        if dtype == known:
            return known  # type: ignore[no-any-return]
    raise DatasetError(f"activations are stored as {' or '.join(get_args(Dtype))}, not as {dtype!r}")


def plan_layout(
    architecture: Architecture, layers: Sequence[str] | str, *, photos: int, pre_relu: bool, dtype: str
) -> Layout:
    """Decide what lies where.

    Args:
        architecture: Of the network, for inputs of the size that will be stored.
        layers: Names of layers, or of values before ReLU; ``"all"`` for every layer.
        photos: How many there are.
        pre_relu: Whether to add the values before ReLU of every layer that has one.
        dtype: ``"float32"`` or ``"float16"``.

    Raises:
        LayerError: A layer is unknown, or none is named.
        DatasetError: The dtype is another one, or two layers would lie in one place.
    """
    kind = check_dtype(dtype)
    asked = _asked(architecture, layers, pre_relu=pre_relu)
    in_memory = _MOST_SHARD_BYTES / sum(_bytes(layer, kind) for _, _, layer in asked)
    shard = _power_of_two(min(_MOST_PHOTOS, in_memory, max(_FEWEST_PHOTOS, photos / _FEWEST_SHARDS)))
    values = tuple(
        Value(name, _group(layer.name), variable, layer, min(shard, _power_of_two(_CHUNK_BYTES / _bytes(layer, kind))))
        for name, variable, layer in asked
    )
    _check_places(values)
    return Layout(values, kind, shard, math.prod(architecture.output_shape))


def _asked(architecture: Architecture, layers: Sequence[str] | str, *, pre_relu: bool) -> list[tuple[str, str, Layer]]:
    known = {layer.name: ("activation", layer) for layer in architecture}
    known |= {layer.pre_relu: ("pre_relu", layer) for layer in architecture if layer.pre_relu}
    names = names_of(layers, "names of layers, or 'all'")
    if names == ["all"]:
        names = [layer.name for layer in architecture]
    if not names:
        raise LayerError("no layers are named; expected one or more, such as 'fire5/concat', or 'all'")
    by_people = {layer.raw_name: layer.name for layer in architecture}
    names = [name if name in known else by_people.get(name, name) for name in names]
    for name in names:
        if name not in known:
            hint = did_you_mean(str(name), known) or f" The layers are {', '.join(list(known)[:4])}, …"
            raise LayerError(f"no layer is called {name!r}.{hint}")
    if pre_relu:
        names = [each for name in names for each in (known[name][1].pre_relu, name) if each]
    return [(name, *known[name]) for name in dict.fromkeys(names)]


def _bytes(layer: Layer, dtype: Dtype) -> int:
    return math.prod(layer.shape) * (4 if dtype == "float32" else 2)


def _power_of_two(most: float) -> int:
    """Return the largest power of two up to a number, at least 1: chunks then divide shards."""
    return 1 << max(0, int(most).bit_length() - 1)


def _group(layer: str) -> str:
    """Return the path of a layer's group: its name, but for what is no name of a folder everywhere."""
    parts = [re.sub(r"[^\w.+-]", "_", part) for part in layer.split("/")]
    return "/".join(re.sub(r"^(__|\.+$)", "_", part) for part in parts if part) or "_"


def _check_places(values: Sequence[Value]) -> None:
    taken = {name: name for name in ROOT_ARRAYS}
    for value in values:
        other = taken.setdefault(value.path, value.name)
        if other != value.name or value.group.split("/")[0] in ROOT_ARRAYS:
            raise DatasetError(
                f"layer {value.name!r} would lie in {value.path}, where {other!r} does; store them apart, "
                f"or give the model's layers other names"
            )
