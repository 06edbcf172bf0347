"""What every layer saw: layer → feature maps, with what made them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from squeezeviz.arguments import expect
from squeezeviz.errors import LayerError, did_you_mean
from squeezeviz.notebook_display import NotebookDisplay
from squeezeviz.visible import visible

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image as Pillow

    from squeezeviz.render.grid import Scale
    from squeezeviz.render.palettes import Theme
    from squeezeviz.results.provenance import Provenance

__all__ = ["Activations"]


class Activations(NotebookDisplay, Mapping[str, "NDArray[np.float32]"]):
    """The activations of one image, in execution order.

    ``activations["fire5/concat"]`` is float32 (C, H, W), after ReLU and so ≥ 0 wherever the layer has one;
    ``"fire5/squeeze1x1:pre"`` is the value before ReLU, if it was asked for; ``"softmaxout"`` is (N,).
    Arrays are read-only.

    Args:
        image: Name of the image.
        arrays: Layer → activation.
        provenance: What made them.
    """

    def __init__(self, image: str, arrays: Mapping[str, NDArray[np.float32]], provenance: Provenance) -> None:
        self.image = image
        self.provenance = provenance
        expect(arrays, Mapping, "a layer's name → its activation", LayerError)
        self._arrays = dict(arrays)
        for array in self._arrays.values():
            array.flags.writeable = False

    def __getitem__(self, layer: str) -> NDArray[np.float32]:
        """Return a layer's activation.

        Raises:
            LayerError: It is unknown, or was not asked for.
        """
        try:
            return self._arrays[layer]
        except (KeyError, TypeError):  # or no name at all
            held = f"held here are {', '.join(list(self._arrays)[:4])}, … ({len(self)} in all)"
            raise LayerError(f"no activation of {layer!r}; {held}.{did_you_mean(str(layer), self._arrays)}") from None

    def __contains__(self, layer: object) -> bool:  # Mapping's own would swallow KeyError only
        return layer in self._arrays

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)

    def picture(
        self,
        layer: str,
        *,
        columns: int | None = None,
        scale: Scale = "channel",
        colours: str = "ember",
        theme: Theme = "light",
    ) -> Pillow.Image:
        """Return a layer's maps side by side as a Pillow image, one pixel a cell; it shows itself in a notebook.

        Args:
            layer: Its name.
            columns: How many maps a row; by default about as many as rows.
            scale: Full colour stands for each ``"channel"``'s own maximum, or for the ``"layer"``'s.
            colours: ``"ember"``, ``"viridis"`` or ``"magma"``.
            theme: The page it is for, ``"light"`` or ``"dark"``.

        Raises:
            LayerError: It is unknown, or was not asked for.
            ValueError: The palette is unknown.
        """
        from PIL import Image as Pillow  # noqa: PLC0415 - only pictures need it

        from squeezeviz.render.grid import grid  # noqa: PLC0415 - as above

        values = self[layer]
        maps = values if values.ndim == 3 else values.reshape(-1, 1, 1)
        return Pillow.fromarray(grid(maps, columns=columns, scale=scale, colours=colours, theme=theme))

    @property
    def nbytes(self) -> int:
        """Memory taken by all arrays."""
        return sum(array.nbytes for array in self._arrays.values())

    def ranges(self) -> dict[str, tuple[float, float, float]]:
        """Return layer → its least value, its largest, and the share of its cells, 0–1, that are exactly zero."""
        return {
            name: (float(array.min()), float(array.max()), float((array == 0).mean())) for name, array in self.items()
        }

    def __repr__(self) -> str:
        size = f"{len(self)} layers, {self.nbytes / 1e6:.1f} MB"
        return visible(f"<Activations of {self.image!r} by {self.provenance.model_id}: {size}>")
