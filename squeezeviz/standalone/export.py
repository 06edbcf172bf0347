"""Writing the explorer for where no kernel runs: as one HTML file, or as a folder for a static host."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from squeezeviz.errors import SqueezeVizError, spoken
from squeezeviz.files import given_path, write_whole
from squeezeviz.standalone.file import file_of
from squeezeviz.standalone.folder import check_folder, write_folder
from squeezeviz.standalone.page import page_parts
from squeezeviz.standalone.site import first_visit, site_of
from squeezeviz.standalone.written import Written

if TYPE_CHECKING:
    import os
    from collections.abc import Generator
    from pathlib import Path

    from squeezeviz.explorer.exporting import Exported
    from squeezeviz.explorer.state import State
    from squeezeviz.image import ImageSource
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.loading import ModelSource
    from squeezeviz.runtime.model import Model
    from squeezeviz.widgets.views import View

__all__ = ["export_page", "export_site", "page_content"]


def export_page(
    source: ImageSource | list[Any] | tuple[Any, ...] | View | State | None,
    path: str | os.PathLike[str],
    *,
    model: ModelSource | None = None,
    preprocessing: str | Preprocessing | None = None,
    half_precision: bool = False,
    **traits: Any,  # noqa: ANN401 - traits
) -> Written:
    """Write the explorer of some photos as one HTML file: it opens from disk, without a kernel or a network.

    The file holds the network's weights, exactly, and what the network gets of each photo; every layer is computed on
    the page, which states how far its values are from Python's. It is as large as the weights and a little for each
    photo; fewer preprocessings to choose from (``compared=[]``) make it smaller.

    Args:
        source: Photos (whatever `squeezeviz.read_image` takes, or a list), or a view or a state, as it is. None, or an
            empty list, for an empty page, which a photo is brought to.
        path: Of the file to write; one that is there is replaced.
        model: A loaded model, or the name or path of one; the published model by default.
        preprocessing: The preset to begin with, or one of your own; the model's own by default.
        half_precision: Whether weights are rounded to half precision: the file has half their bytes, and the page shows
            the network that has them, exactly. What that changes is in the result's ``half_precision``.
        **traits: What to choose to begin with, such as ``layer="fire9/concat"``; see `View`. The preprocessings on the
            page are the one in use and those in ``compared``.

    Returns:
        The path, and what was written there.

    Raises:
        ConversionError: A weight is too large for half precision.
        ImageError: One of the photos cannot be read.
        LayerError: There is no such layer.
        ModelError: The model cannot be loaded, or has a layer of a kind that a page cannot compute.
        PreprocessingError: The preset is unknown, or does not suit a photo.
        SqueezeVizError: The file cannot be written.
    """
    target = given_path(path, "page.html")
    with _mapped(target):
        if target.is_dir():
            raise SqueezeVizError(
                f"{target}: expected the path of a file to write, such as page.html; this is a folder"
            )
    with _exported(source, model, preprocessing, traits) as exported:
        page = page_parts(exported, is_half=half_precision)
    content = file_of(page)
    with _mapped(target):
        write_whole(target, content)
    return Written.at(target, len(content), page.half_precision)


def page_content(source: list[Any], *, model: Model, **traits: Any) -> bytes:  # noqa: ANN401 - traits
    """Return what `export_page` writes, of a loaded model.

    Args:
        source: Photos, whatever `squeezeviz.read_image` takes.
        model: The model.
        **traits: What to choose to begin with.

    Raises:
        ModelError: The model has a layer of a kind that a page cannot compute.
        PreprocessingError: The model's preprocessing does not suit a photo.
    """
    with _exported(source, model, None, traits) as exported:
        return file_of(page_parts(exported))


def export_site(
    source: ImageSource | list[Any] | tuple[Any, ...] | View | State | None,
    folder: str | os.PathLike[str],
    *,
    model: ModelSource | None = None,
    preprocessing: str | Preprocessing | None = None,
    half_precision: bool = False,
    **traits: Any,  # noqa: ANN401 - traits
) -> Written:
    """Write the explorer of some photos as a folder for a static host: the page of `export_page`, in files.

    Any server of files will do, under any address; it is asked for nothing else. Weights and photos are files of their
    own, which browsers keep, and a service worker makes the page work without the server after the first visit. Over
    ``https`` (or on ``localhost``), that is: browsers give pages neither a camera nor a service worker otherwise.

    Args:
        source: Photos (whatever `squeezeviz.read_image` takes, or a list), or a view or a state, as it is. None, or an
            empty list, for an empty page, which a photo is brought to.
        folder: To write: a new one, an empty one, or one that was written so before, which is then replaced, and
            whoever has visited it gets the new one at the next visit.
        model: A loaded model, or the name or path of one; the published model by default.
        preprocessing: The preset to begin with, or one of your own; the model's own by default.
        half_precision: Whether weights are rounded to half precision; see `export_page`.
        **traits: What to choose to begin with; see `export_page`.

    Returns:
        The folder's path, and what was written there.

    Raises:
        ConversionError: A weight is too large for half precision.
        ImageError: One of the photos cannot be read.
        LayerError: There is no such layer.
        ModelError: The model cannot be loaded, or has a layer of a kind that a page cannot compute.
        PreprocessingError: The preset is unknown, or does not suit a photo.
        SqueezeVizError: The folder holds something else, or cannot be written.
    """
    target = given_path(folder, "site")
    with _mapped(target):
        check_folder(target)  # before the work
    with _exported(source, model, preprocessing, traits) as exported:
        page = page_parts(exported, is_half=half_precision)
    files = site_of(page)
    with _mapped(target):
        write_folder(target, files)
    return Written.at(target, first_visit(files), page.half_precision)


@contextmanager
def _exported(
    source: ImageSource | list[Any] | tuple[Any, ...] | View | State | None,
    model: ModelSource | None,
    preprocessing: str | Preprocessing | None,
    traits: dict[str, Any],
) -> Generator[Exported]:
    """What is to be written; photos are there while the block runs."""
    from squeezeviz.explorer.state import State  # noqa: PLC0415 - loads ipywidgets
    from squeezeviz.widgets.views import View, state_of  # noqa: PLC0415

    state = state_of(source, model=model, preprocessing=preprocessing, **traits)
    is_living = isinstance(source, (View, State))
    try:
        if not is_living:
            state.photo = ""  # the first, as one reads a list; on a living page the latest is on the stage
        yield state.exported()
    finally:
        if not is_living:
            state.close()


@contextmanager
def _mapped(target: Path) -> Generator[None]:
    try:
        yield
    except OSError as exc:
        raise SqueezeVizError(f"{spoken(str(target))}: cannot be written ({exc.strerror or exc})") from exc
