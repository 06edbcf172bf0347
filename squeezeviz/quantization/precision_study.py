"""The study behind `precision`: the sums that tell what each layer loses, over a data set.

Each photo's sums are taken channel by channel in float64, in the order of the values; those of all photos are added
exactly (`squeezeviz.dataset.exact_sums`), so that the same photos give the same result, to the last bit, however they
are grouped.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.dataset.exact_sums import WORDS, ExactSums
from squeezeviz.dataset.identity import model_key
from squeezeviz.errors import ImageError
from squeezeviz.quantization.beside import HalfBeside, ModelBeside
from squeezeviz.quantization.codes import MOST_CODES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.image import Image
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.quantization.beside import Beside
    from squeezeviz.runtime.model import Model

__all__ = ["SUMS", "PrecisionStudy", "Sums"]

#: What is summed of every channel: squares of x in float32; of m, made of x's inputs; of y, within the network in low
#: precision; and of the three differences.
SUMS = ("x²", "m²", "y²", "(m − x)²", "(y − m)²", "(y − x)²")
_NO_SUMS = (ValueError, KeyError, TypeError, AttributeError, EOFError, OSError, zipfile.BadZipFile, zlib.error)
_AT_ONCE = 1 << 14  # numbers


@dataclass
class Sums:
    """What is known after some photos; a row is a channel of a compared layer, layer after layer.

    Attributes:
        photos: How many.
        squares: `SUMS` of every row, one after the other: rows of the first, then rows of the second.
        saturated: int64 (rows,), values at the ends of the range.
        seen: uint8 (rows, 32), a bit for each code that some value has.
        changed: Name of a photo → class index in float32, and in low precision, where they differ.
    """

    photos: int
    squares: ExactSums
    saturated: NDArray[np.int64]
    seen: NDArray[np.uint8]
    changed: dict[str, tuple[int, int]] = field(default_factory=dict)


class PrecisionStudy:
    """Sums up what each layer loses: a `squeezeviz.dataset.study.Study`, asked of the network in float32.

    Args:
        other: The network in low precision; None for half precision, emulated.
        preprocessing: Of both networks; of several crops, the first.
        rows: Channels of all compared layers.
    """

    def __init__(self, other: Model | None, preprocessing: Preprocessing, rows: int) -> None:
        self.other, self.preprocessing, self.rows = other, preprocessing, rows
        self._beside: tuple[Model, Beside] | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return PrecisionStudy, (self.other, self.preprocessing, self.rows)

    @classmethod
    def of(cls, model: Model, other: Model | None, preprocessing: Preprocessing) -> PrecisionStudy:
        """Return the study of a network and another.

        Raises:
            ModelError: They are not the same network.
            PreprocessingError: The other does not take the same input.
            ConversionError: Half precision cannot hold the network.
        """
        found = _beside(model, other, preprocessing)
        study = cls(other, preprocessing, sum(layer.shape[0] for layer in found.layers))
        study._beside = model, found
        return study

    def beside(self, model: Model) -> Beside:
        """Return the network in low precision as it is compared with the one in float32."""
        if self._beside is None or self._beside[0] is not model:
            self._beside = model, _beside(model, self.other, self.preprocessing)
        return self._beside[1]

    @property
    def key(self) -> tuple[str, ...]:
        """The other network, the preprocessing, and how sums are kept."""
        other = ("half precision",) if self.other is None else tuple(model_key(self.other).values())
        return ("precision 1", self.preprocessing.to_json(), *other)

    def empty(self) -> Sums:
        """Return what is known of no photos."""
        zeros = np.zeros(self.rows, np.int64)
        return Sums(0, ExactSums(len(SUMS) * self.rows), zeros, np.zeros((self.rows, MOST_CODES // 8), np.uint8))

    def look(self, model: Model, image: Image, name: str, class_index: int | None) -> Sums:  # noqa: ARG002 - a Study's
        """Return what one photo tells.

        Raises:
            ImageError: A layer makes NaN or infinity of it.
            PreprocessingError: It is too small for the preprocessing.
        """
        beside, table = self.beside(model), model.architecture
        tensor = self.preprocessing.first_crop([image])
        wanted = dict.fromkeys([*(layer.name for layer in beside.layers), table.logits_name])
        exact = model.parts.run({table.input_name: tensor}, list(wanted), threads=1)
        low, answer = beside.run(tensor)
        alone = beside.run_each_alone(tensor, {layer.other: exact[layer.name] for layer in beside.layers})
        sums, squares, start = self.empty(), np.empty((len(SUMS), self.rows)), 0
        for layer in beside.layers:
            rows = slice(start, start + layer.shape[0])
            start = rows.stop
            x, m, y = (values.reshape(layer.shape[0], -1) for values in (
                exact[layer.name], alone[layer.other], low[layer.other],
            ))  # fmt: skip
            _check(name, layer.name, x, m, y)
            squares[:, rows] = _squares(x, m, y)
            if layer.codes:
                sums.saturated[rows], seen = layer.codes.used(y)
                if seen is not None:
                    sums.seen[rows, : -(-seen.shape[1] // 8)] = np.packbits(seen, axis=1)
        sums.photos = 1
        sums.squares.add(squares.reshape(-1))
        before = int(exact[table.logits_name].argmax())
        if before != answer:
            sums.changed[name] = before, answer
        return sums

    def merge(self, first: Sums, second: Sums) -> Sums:
        """Return what is known of both; the first one's memory is used."""
        first.photos += second.photos
        first.squares.merge(second.squares)
        first.saturated += second.saturated
        first.seen |= second.seen
        first.changed.update(second.changed)
        return first

    def dump(self, part: Sums) -> bytes:
        """Return what is known as bytes."""
        content, about = io.BytesIO(), json.dumps([part.photos, part.changed]).encode()
        words = part.squares.words.astype(np.uint32)
        np.savez(
            content, words=words, saturated=part.saturated, seen=part.seen, about=np.frombuffer(about, np.uint8)
        )  # fmt: skip
        return zlib.compress(content.getvalue(), 1)  # most words are 0

    def load(self, content: bytes) -> Sums:
        """Return what is known from its bytes.

        Raises:
            ValueError: These bytes are no answer of this study.
        """
        try:
            with np.load(io.BytesIO(zlib.decompress(content)), allow_pickle=False) as arrays:
                photos, changed = json.loads(arrays["about"].tobytes())
                answers = {str(name): (int(before), int(after)) for name, (before, after) in changed.items()}
                words, saturated, seen = arrays["words"].astype(np.int64), arrays["saturated"], arrays["seen"]
        except _NO_SUMS as exc:
            raise ValueError(f"these {len(content)} bytes are no sums of errors ({exc})") from exc
        shapes = [each.shape for each in (words, saturated, seen)]
        if shapes != [(len(SUMS) * self.rows, WORDS), (self.rows,), (self.rows, MOST_CODES // 8)]:
            raise ValueError(f"expected sums of {self.rows:,} channels, found arrays of the shapes {shapes}")
        return Sums(int(photos), ExactSums(words=words), saturated, seen, answers)


def _beside(model: Model, other: Model | None, how: Preprocessing) -> Beside:
    return HalfBeside(model, how) if other is None else ModelBeside(model, other, how)


def _check(photo: str, layer: str, *values: NDArray[np.float32]) -> None:
    for each in values:
        if not np.isfinite(each).all():
            raise ImageError(f"{photo}: {layer} holds NaN or infinity")


def _squares(x: NDArray[np.float32], m: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return `SUMS` of each channel, float64 (6, C); a few channels at a time, which stay in the processor's cache."""
    sums = np.empty((len(SUMS), len(x)))
    step = max(1, _AT_ONCE // x.shape[1])
    for start in range(0, len(x), step):
        some = slice(start, start + step)
        exact, alone, low = (each[some].astype(np.float64) for each in (x, m, y))
        for at, values in enumerate((exact, alone, low, alone - exact, low - alone, low - exact)):
            sums[at, some] = np.einsum("ij,ij->i", values, values)
    return sums
