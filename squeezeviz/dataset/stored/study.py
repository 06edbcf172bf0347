"""The study that stores: what layers saw of each photo is held until its chunk is whole, then written where it is.

What goes back from there to whoever merges is a count. The values never travel.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.dataset.stored.seen import Seen
from squeezeviz.errors import ImageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from squeezeviz.dataset.stored.layout import Layout
    from squeezeviz.dataset.stored.store import Store
    from squeezeviz.image import Image
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.model import Model

__all__ = ["ActivationStudy", "Held", "see"]


@dataclass
class Held:
    """Part of the work.

    Attributes:
        waiting: What is yet to be written, by the photo's name.
        written: How many photos have been.
    """

    waiting: dict[str, Seen] = field(default_factory=dict)
    written: int = 0


def see(model: Model, preprocessing: Preprocessing, layout: Layout, image: Image, name: str) -> Seen:
    """Return what there is to store of one photo, run on one thread.

    Raises:
        ImageError: The photo cannot be used, a layer makes of it what the dtype cannot hold, or its answer is NaN.
        PreprocessingError: It is too small for the preprocessing.
    """
    prediction, activations = model.observe(image, preprocessing, layout.names, threads=1)
    with np.errstate(over="ignore"):  # seen below
        arrays = tuple(activations[key].astype(layout.dtype, copy=False) for key in layout.names)
    for key, array in zip(layout.names, arrays, strict=True):
        if not np.isfinite(array).all():
            largest = float(np.abs(activations[key]).max())
            if np.isfinite(largest):
                raise ImageError(f"{name}: {key} reaches {largest:,.0f}, and float16 only 65,504; float32 holds it")
            raise ImageError(f"{name}: {key} holds NaN or infinity")
    if np.isnan(prediction.logits).any():  # NaN stands for what is not there
        raise ImageError(f"{name}: its logits hold NaN: the network's own numbers grow beyond single precision")
    taken = preprocessing.photo(image)
    return Seen(arrays, prediction.logits, taken.width, taken.height)


class ActivationStudy:
    """Stores what layers saw.

    Args:
        store: Where.
        preprocessing: How photos are preprocessed; of several crops, the layers' values are the first's.
    """

    def __init__(self, store: Store, preprocessing: Preprocessing) -> None:
        self.store = store
        self.preprocessing = preprocessing

    @property
    def key(self) -> tuple[str, ...]:
        """What answers depend on besides the model and the photos: preprocessing, place, layers, dtype."""
        layout = self.store.layout
        return "activations", self.preprocessing.to_json(), self.store.where, layout.dtype, *layout.names

    def empty(self) -> Held:
        """Return nothing done."""
        return Held()

    def look(self, model: Model, image: Image, name: str, class_index: int | None) -> Held:  # noqa: ARG002 - a Study's
        """Return what layers saw of one photo; see `see`."""
        return Held({name: see(model, self.preprocessing, self.store.layout, image, name)})

    def merge(self, first: Held, second: Held) -> Held:
        """Return both."""
        first.waiting.update(second.waiting)
        first.written += second.written
        return first

    def finish(self, part: Held, names: Sequence[str]) -> Held:
        """Write a whole chunk. Part of one, as is asked after workers have died on the whole, goes on as it is.

        Raises:
            DatasetError: The disk refuses.
        """
        chunk = self.store.chunk_of(names)
        if chunk is None:
            return part
        self.store.write(chunk, part.waiting)
        return Held(written=part.written + len(part.waiting))

    def dump(self, part: Held) -> bytes:
        """Return bytes: a count, as a rule."""
        content = io.BytesIO()
        arrays: dict[str, NDArray[np.generic]] = {}
        for at, seen in enumerate(part.waiting.values()):
            arrays |= {f"{at}.{place}": array for place, array in enumerate((seen.logits, *seen.arrays))}
        photos = [(name, seen.width, seen.height) for name, seen in part.waiting.items()]
        arrays["about"] = np.frombuffer(json.dumps([part.written, photos]).encode(), np.uint8)
        np.savez(content, **arrays)  # type: ignore[arg-type]  # its stubs take arrays for a flag
        return content.getvalue()

    def load(self, content: bytes) -> Held:
        """Return a part from its bytes.

        Raises:
            ValueError: They are none.
        """
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
                written, photos = json.loads(arrays["about"].tobytes())
                count = len(self.store.layout.values)
                waiting = {
                    str(name): Seen(
                        tuple(arrays[f"{at}.{place + 1}"] for place in range(count)), arrays[f"{at}.0"], width, height
                    )
                    for at, (name, width, height) in enumerate(photos)
                }
                return Held(waiting, int(written))
        except (ValueError, KeyError, TypeError, EOFError, OSError, zipfile.BadZipFile) as exc:
            raise ValueError(f"these {len(content)} bytes are no part of stored activations ({exc})") from exc
