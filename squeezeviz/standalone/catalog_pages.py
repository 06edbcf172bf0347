"""A catalogue as a folder of static pages, for a disk or any host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.dataset.identity import model_key
from squeezeviz.errors import DatasetError
from squeezeviz.files import expanded
from squeezeviz.report.pages.catalog import catalog_pages
from squeezeviz.standalone.folder import check_folder, write_folder

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from squeezeviz.dataset.atlas import Atlas
    from squeezeviz.dataset.catalog import Catalog
    from squeezeviz.runtime.model import Model

__all__ = ["write_catalog_pages"]


def write_catalog_pages(
    catalog: Catalog, folder: str | os.PathLike[str], *, model: Model, atlas: Atlas | None = None
) -> Path:
    """Write a catalogue as static pages, one a channel: they need no script and no server, and link one another.

    Channel 12 of fire5/concat has the page ``fire5-concat/12.html``. It shows the channel's pictures, the channels
    most like it, what it is computed from and what is computed from it, by weight, and its strongest crops.

    Args:
        catalog: The catalogue, from `make_catalog` or `read_catalog`.
        folder: The folder to write: a new one, an empty one, or one that was written so.
        model: The model that it is of.
        atlas: What excites its channels among photos, from `read_atlas`; of the same model.

    Returns:
        The first page.

    Raises:
        DatasetError: The catalogue or the atlas is of another model, or is damaged.
        SqueezeVizError: The folder holds something else.
        OSError: It cannot be written.
    """
    where = expanded(folder)
    if catalog.about["network"] != model_key(model)["network"]:
        raise DatasetError(f"{catalog.path.name} is a catalogue of {catalog.model_id}, and {model.name} was given")
    if atlas is not None and atlas.model_sha256 != model.sha256:
        raise DatasetError(f"{atlas.path.name} is an atlas of {atlas.model_id}, and {model.name} was given")
    check_folder(where)
    write_folder(where, dict(catalog_pages(catalog, model, atlas)))
    return where / "index.html"
