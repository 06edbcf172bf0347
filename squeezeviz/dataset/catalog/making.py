"""A model → its catalogue: the pictures of one channel after another, then the folder."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from squeezeviz.dataset.alone import alone
from squeezeviz.dataset.atlas.rows import rows_of
from squeezeviz.dataset.catalog.about import CATALOG, read_about
from squeezeviz.dataset.catalog.estimate import CatalogEstimate, estimate
from squeezeviz.dataset.catalog.grown import QUALITY
from squeezeviz.dataset.catalog.reading import Catalog
from squeezeviz.dataset.catalog.study import CatalogStudy, channels_of
from squeezeviz.dataset.catalog.writing import write_catalog
from squeezeviz.dataset.identity import model_key
from squeezeviz.dataset.survey import kept_folder, survey
from squeezeviz.dataset.tables import parquet
from squeezeviz.dataset.whole_folder import check_target
from squeezeviz.errors import DatasetError, LayerError
from squeezeviz.evidence.visualization.settings import MOST_PICTURES, Settings
from squeezeviz.evidence.visualization.shown import whole
from squeezeviz.files import given_path
from squeezeviz.results.provenance import Provenance
from squeezeviz.runtime.loading import loaded

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from squeezeviz.dataset.catalog.grown import Grown
    from squeezeviz.dataset.survey import Progress, Survey
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.loading import ModelSource
    from squeezeviz.runtime.model import Model

__all__ = ["CatalogEstimate", "make_catalog"]

_TROUBLES_TOLD = 1000


def make_catalog(
    model: ModelSource,
    path: str | os.PathLike[str],
    *,
    layers: Sequence[str] | None = None,
    negative: bool = False,
    quality: int = QUALITY,
    preprocessing: str | Preprocessing | None = None,
    scheduler: str | None = None,
    workers: int | None = None,
    resume: bool = True,
    overwrite: bool = False,
    on_estimate: Callable[[CatalogEstimate], None] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    **settings: Any,  # noqa: ANN401 - named below, and checked by Settings
) -> Catalog:
    """Grow pictures that excite every channel of some layers, and write them as a folder.

    A channel's pictures are those that `squeezeviz.visualize` grows of its mean with the same settings on one thread:
    they hang on the seed alone, not on what else is grown, on who does it, or in which order. What was stopped goes on
    from there when the same is asked for again; a catalogue that is there already, of the same, is opened.

    Args:
        model: A loaded model, or the name or path of one.
        path: The folder to write, such as ``my.catalog``.
        layers: Names of layers; by default each convolution and each concatenation, whose branches are left out.
        negative: Whether one more picture silences each channel.
        quality: Of the JPEG files, 1 to 95.
        preprocessing: What pictures are made for; the model's own by default. Of several crops, the first.
        scheduler: Who does the work, as of `squeezeviz.evaluate`.
        workers: Channels under way at once, by default one a processor; of a scheduler, workers.
        resume: Whether to go on from where an earlier run was stopped.
        overwrite: Whether another catalogue that stands there may be replaced.
        on_estimate: Told, before it begins, what it will cost.
        on_progress: Told how far it is: of channels.
        settings: ``steps`` (512), ``seed`` (0), ``count`` (1) of pictures that excite a channel, and the others that
            `squeezeviz.visualize_steps` names, but for ``minimise`` and ``every``.

    Raises:
        DatasetError: The folder cannot be written, another process writes it, pyarrow is missing, or nothing was grown.
        LayerError: A layer is unknown, or has no gradient; or a setting cannot be.
        ModelError: The model cannot be loaded.
        PreprocessingError: The preset is unknown, or does not suit the model.
    """
    model = loaded(model)
    target = given_path(path, "my.catalog", DatasetError)
    study = _study(model, preprocessing, settings, negative=negative, quality=quality)
    about = _about(study, model, names := _chosen(model, layers))
    if not overwrite and _is_of(target, about):
        return Catalog(target)
    with alone(target, "another process writes this catalogue"):
        check_target(target, CATALOG, overwrite=overwrite)
        if on_estimate:
            on_estimate(estimate(study, model, channels_of(model.architecture, names), workers=workers))
        asked = {"scheduler": scheduler, "workers": workers, "resume": resume, "on_progress": on_progress}
        kept = kept_folder(study, model, *names)
        made = survey(study, model, channels_of(model.architecture, names), **asked, batch=1, keep=True, kept=kept)  # type: ignore[arg-type]
        write_catalog(target, about=about | _left_out(made), grown=made.part)
        made.forget()
    return Catalog(target)


def _study(
    model: Model, preprocessing: str | Preprocessing | None, settings: dict[str, Any], *, negative: bool, quality: int
) -> CatalogStudy:
    parquet("a catalogue")  # refused before anything is begun
    known = [name for name in Settings.__dataclass_fields__ if name not in ("minimise", "every", "stray")]
    for name in settings:
        if name not in known:
            raise TypeError(f"make_catalog has no choice {name!r}; there are {', '.join(known)}")
    chosen, how = Settings(**settings), model.resolve(preprocessing).first_crop
    if chosen.count > MOST_PICTURES:
        raise LayerError(f"count is {chosen.count}; expected {MOST_PICTURES} at most")
    whole(model, how, chosen.size)  # refuses a size that cannot be
    if type(quality) is not int or not 1 <= quality <= 95:
        raise DatasetError(f"quality is {quality!r}; expected a whole number from 1 to 95")
    return CatalogStudy(how, chosen, negative, quality)


def _chosen(model: Model, layers: Sequence[str] | None) -> list[str]:
    """Return the layers' names, in the network's order, each with a gradient.

    Raises:
        LayerError: One is unknown, or has no gradient.
    """
    architecture = model.architecture
    if layers is not None:
        names = [group.layer for group in rows_of(architecture, layers).shown]
        for name in names:
            model.gradients.graph(name)
        return names
    kinds = {layer.name: layer.kind for layer in architecture}
    whole_ones = [group.layer for group in rows_of(architecture).asked]
    distinct = [name for name in whole_ones if kinds[name] in ("convolution", "concatenation")] or whole_ones
    found, reason = [], "the network has no layers"
    for name in distinct:
        try:
            model.gradients.graph(name)
            found.append(name)
        except LayerError as exc:
            reason = str(exc)
    if not found:
        raise LayerError(f"no layer of {model.name} has a gradient: {reason}")
    return found


def _about(study: CatalogStudy, model: Model, layers: Sequence[str]) -> dict[str, Any]:
    """Return what made the catalogue, and what it is of."""
    chosen = study.settings.to_dict()
    del chosen["every"], chosen["stray"]
    return {
        **Provenance(model.name, model.sha256, study.preprocessing).to_dict(),
        "network": model_key(model)["network"],
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "layers": list(layers),
        "channels": [model.architecture[name].channels for name in layers],
        "steps": study.settings.steps,
        "seed": study.settings.seed,
        "settings": chosen,
        "quality": study.quality,
        "has_negative": study.has_negative,
    }


def _left_out(made: Survey[dict[str, tuple[Grown, ...]]]) -> dict[str, Any]:
    """Return which channels have no picture.

    Raises:
        DatasetError: None has one.
    """
    if not made.photos:
        raise DatasetError(f"no channel has a picture; of the first: {made.troubles[0].message}")
    told = [{"name": each.name, "message": each.message} for each in made.troubles[:_TROUBLES_TOLD]]
    return {"troubles": told, "troubles_in_all": len(made.troubles)}


def _is_of(target: Path, about: dict[str, Any]) -> bool:
    """Whether the catalogue that stands there is of the very same."""
    try:
        known = read_about(target)
    except (DatasetError, OSError, ValueError):
        return False
    plain = json.loads(json.dumps(about))
    return all(known[key] == value for key, value in plain.items() if key not in ("made", "versions"))
