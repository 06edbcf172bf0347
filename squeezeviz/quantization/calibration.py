"""Photos that tell how large a network's numbers get: what ONNX Runtime's calibration reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.dataset.photos import Photo
from squeezeviz.errors import DatasetError, ImageError, PreprocessingError
from squeezeviz.image import read_image
from squeezeviz.image.gallery import samples

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from squeezeviz.runtime.model import Model

__all__ = ["CalibrationPhotos", "sample_photos"]


def sample_photos(model: Model) -> list[Photo]:
    """Return the pictures that tell the ranges where nobody brings any.

    Of a network that knows drawings, squeezeviz's 24 drawings; of any other, the sample photos of scikit-image and
    Matplotlib that are installed (six: chelsea, coffee, motorcycle, coins, rocket, hopper). So few are a stopgap: the
    photos that a network is for tell its ranges better.

    Args:
        model: The network.

    Raises:
        DatasetError: No sample photo is installed.
    """
    is_drawn = bool(model.entry and model.entry.is_drawn)
    found = [Photo(each.name, each.name) for each in samples() if each.is_available and each.is_drawn == is_drawn]
    if not found:
        raise DatasetError(
            "no sample photo is installed to tell the ranges: pip install scikit-image, or bring photos of your own: "
            "squeezeviz quantize --calibrate PHOTOS"
        )
    return found


class CalibrationPhotos:
    """Photos as a network takes them, one after the other; what ``onnxruntime.quantization`` calls a data reader.

    Each is looked at first, so that what cannot be read is known before; none is held in memory.

    Args:
        model: Whose input they become, by its own preprocessing; of several crops, the first.
        photos: Which.
        on_progress: Called with (done, all): each photo is read twice.

    Attributes:
        troubles: Of each photo that cannot be read, what is the matter.

    Raises:
        DatasetError: Not one can be read.
    """

    def __init__(
        self,
        model: Model,
        photos: Sequence[Photo],
        on_progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self._model, self._tell = model, on_progress
        self._done, self._all = 0, 2 * len(photos)
        self._photos: list[Photo] = []
        self.troubles: list[str] = []
        for photo in photos:
            try:
                self._tensor(photo)
            except (ImageError, PreprocessingError) as exc:
                self.troubles.append(str(exc))
            else:
                self._photos.append(photo)
        if not self._photos:
            raise DatasetError(f"none of the {len(photos):,} photos can be read: {self.troubles[0]}")
        self._due = iter(self._photos)

    def __len__(self) -> int:
        return len(self._photos)

    def set_range(self, start_index: int, end_index: int) -> None:
        """Read these next: histograms are taken of a few photos at a time, so that memory stays the same."""
        self._due = iter(self._photos[start_index:end_index])

    def rewind(self) -> None:
        """Read all of them next."""
        self.set_range(0, len(self._photos))

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        """Return the next photo as the network's input, float32 (1, C, H, W), by its name; None after the last."""
        photo = next(self._due, None)
        return None if photo is None else {self._model.architecture.input_name: self._tensor(photo)}

    def _tensor(self, photo: Photo) -> NDArray[np.float32]:
        self._done += 1
        if self._tell:
            self._tell(self._done, self._all)
        return self._model.preprocessing.first_crop([read_image(photo.place, name=photo.name)])
