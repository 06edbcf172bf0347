"""A catalogue as a folder of static pages, for a disk or any host."""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING

from squeezeviz.arguments import expect
from squeezeviz.dataset.atlas import Atlas
from squeezeviz.dataset.catalog import Catalog
from squeezeviz.dataset.identity import model_key
from squeezeviz.errors import DatasetError, ModelError, PreprocessingError
from squeezeviz.files import given_path
from squeezeviz.image.gallery import samples
from squeezeviz.report.pages.catalog import catalog_pages
from squeezeviz.runtime.loading import loaded
from squeezeviz.standalone.export import page_content
from squeezeviz.standalone.folder import check_folder, write_folder
from squeezeviz.zoo.registry import REGISTRY

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from squeezeviz.runtime.loading import ModelSource
    from squeezeviz.runtime.model import Model

__all__ = ["write_catalog_pages"]

_EXPLORER = "explorer.html"
_MOST_PARAMETERS = 16_000_000  # of a page that a browser opens from disk


def write_catalog_pages(
    catalog: Catalog,
    folder: str | os.PathLike[str],
    *,
    model: ModelSource,
    atlas: Atlas | None = None,
    explorer: bool = True,
) -> Path:
    """Write a catalogue as static pages, one a channel: they need no script and no server, and link one another.

    Channel 12 of fire5/concat has the page ``fire5-concat/12.html``. It shows the channel's pictures, the channels
    most like it, what it is computed from and what is computed from it, by weight, and its strongest crops. Its own
    link opens the explorer there, ``explorer.html#layer=fire5/concat&channel=12``: the page of `export_page`.

    Args:
        catalog: The catalogue, from `make_catalog` or `read_catalog`.
        folder: The folder to write: a new one, an empty one, or one that was written so.
        model: The model that it is of, loaded, or its name or path.
        atlas: What excites its channels among photos, from `read_atlas`; of the same model.
        explorer: Whether to write the explorer's page beside them, which has the network's weights. It is left out of a
            network that a page cannot compute, or that has more than 16 million parameters.

    Returns:
        The first page.

    Raises:
        DatasetError: The catalogue or the atlas is of another model, or is damaged.
        ModelError: The model cannot be loaded.
        SqueezeVizError: The folder holds something else.
        OSError: It cannot be written.
    """
    expect(catalog, Catalog, "a catalogue, as squeezeviz.read_catalog returns")
    expect(atlas, (Atlas, NoneType), "an atlas, as squeezeviz.read_atlas returns", DatasetError)
    where, model = given_path(folder, "pages"), loaded(model)
    if catalog.about["network"] != model_key(model)["network"]:
        raise DatasetError(f"{catalog.path.name} is a catalogue of {catalog.model_id}, and {model.name} was given")
    if atlas is not None and atlas.model_sha256 != model.sha256:
        raise DatasetError(f"{atlas.path.name} is an atlas of {atlas.model_id}, and {model.name} was given")
    check_folder(where)
    page = _explorer(catalog, model) if explorer else None
    files = {} if page is None else {_EXPLORER: page}
    write_folder(where, files | dict(catalog_pages(catalog, model, atlas, _EXPLORER if page else "")))
    return where / "index.html"


def _explorer(catalog: Catalog, model: Model) -> bytes | None:
    """Return the explorer's page; None where there is none of this network."""
    if model.architecture.parameters > _MOST_PARAMETERS:
        return None
    try:
        return page_content([_sample(model)], model=model, layer=catalog.layers[0])
    except (ModelError, PreprocessingError):
        return None


def _sample(model: Model) -> str:
    """Return a sample that the network knows what to say of: a drawing or a photo; a drawing where no photo is here."""
    entry = REGISTRY.get(model.name)
    here = [sample for sample in samples() if sample.is_available]
    wanted = [sample for sample in here if sample.is_drawn == bool(entry and entry.is_drawn)]
    return (wanted or here)[0].name
