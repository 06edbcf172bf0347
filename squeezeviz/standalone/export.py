"""Writing the explorer as one HTML file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from squeezeviz.errors import SqueezeVizError, spoken
from squeezeviz.files import write_whole

if TYPE_CHECKING:
    import os

    from squeezeviz.explorer.state import State
    from squeezeviz.image import ImageSource
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.model import Model
    from squeezeviz.widgets.views import View

__all__ = ["export_page"]


def export_page(
    source: ImageSource | list[Any] | tuple[Any, ...] | View | State,
    path: str | os.PathLike[str],
    *,
    model: Model | str | None = None,
    preprocessing: str | Preprocessing | None = None,
    **traits: Any,  # noqa: ANN401 - traits
) -> Path:
    """Write the explorer of some photos as one HTML file: it opens from disk, without a kernel or a network.

    The file holds the network's weights, exactly, and what the network gets of each photo; every layer is computed on
    the page, which states how far its values are from Python's. It is as large as the weights and a little for each
    photo; fewer preprocessings to choose from (``compared=[]``) make it smaller.

    Args:
        source: Photos (whatever `squeezeviz.read_image` takes, or a list), or a view or a state, as it is.
        path: Of the file to write; one that is there is replaced.
        model: A loaded model, or what `squeezeviz.load_model` takes; the published model by default.
        preprocessing: The preset to begin with, or one of your own; the model's own by default.
        **traits: What to choose to begin with, such as ``layer="fire9/concat"``; see `View`. The preprocessings on the
            page are the one in use and those in ``compared``.

    Returns:
        The path.

    Raises:
        ImageError: One of the photos cannot be read.
        LayerError: There is no such layer.
        ModelError: The model cannot be loaded, or has a layer of a kind that a page cannot compute.
        PreprocessingError: The preset is unknown, or does not suit a photo.
        SqueezeVizError: There is no photo, or the file cannot be written.
    """
    from squeezeviz.explorer.state import State  # noqa: PLC0415 - loads ipywidgets
    from squeezeviz.widgets.views import View, state_of  # noqa: PLC0415

    target = Path(path)
    try:
        is_folder = target.is_dir()
    except OSError as exc:
        raise SqueezeVizError(f"{spoken(str(target))}: cannot be written ({exc.strerror or exc})") from exc
    if is_folder:
        raise SqueezeVizError(f"{target}: expected the path of a file to write, such as page.html; this is a folder")
    state = state_of(source, model=model, preprocessing=preprocessing, **traits)
    is_living = isinstance(source, (View, State))
    try:
        if not is_living:
            state.photo = ""  # the first, as one reads a list; on a living page the latest is on the stage
        _, _, content = state.page()
    finally:
        if not is_living:
            state.close()
    try:
        write_whole(target, content)
    except OSError as exc:
        raise SqueezeVizError(f"{spoken(str(target))}: cannot be written ({exc.strerror or exc})") from exc
    return target
