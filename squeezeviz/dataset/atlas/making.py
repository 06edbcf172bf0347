"""Photos → an atlas: what excites every channel, then what the photos show there."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from squeezeviz.arguments import check_whole
from squeezeviz.dataset.alone import alone
from squeezeviz.dataset.atlas.crops import Crops, CropStudy
from squeezeviz.dataset.atlas.findings import findings
from squeezeviz.dataset.atlas.reading import Atlas
from squeezeviz.dataset.atlas.study import AtlasStudy
from squeezeviz.dataset.atlas.writing import check_target, crops_wanted, top_examples, write_atlas
from squeezeviz.dataset.find import as_list, find
from squeezeviz.dataset.places import absolute, read_bytes
from squeezeviz.dataset.survey import survey
from squeezeviz.errors import DatasetError, SqueezeVizError
from squeezeviz.files import given_path, readable_name
from squeezeviz.image import read_image
from squeezeviz.results.provenance import Provenance
from squeezeviz.runtime.loading import loaded
from squeezeviz.runtime.sessions import available_threads

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from squeezeviz.dataset.atlas.findings import Findings
    from squeezeviz.dataset.atlas.tally import Tally
    from squeezeviz.dataset.find import Found
    from squeezeviz.dataset.photos import Photo, Trouble
    from squeezeviz.dataset.survey import Progress, Survey
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.loading import ModelSource
    from squeezeviz.runtime.model import Model

__all__ = ["Estimate", "estimate", "make_atlas"]

_BATCH = 32  # photos a chunk: its answer has an entry for every channel, and is as large for one photo as for many
_ON_TRIAL = 4  # photos, spread over the data set, that tell what the others will cost
_TROUBLES_TOLD = 1000


@dataclass(frozen=True)
class Estimate:
    """What an atlas will cost, judged by a few photos.

    Attributes:
        photos: How many there are.
        seconds: On this machine's processors; NaN where none of the few could be looked at.
        content_bytes: On disk, at most: as many crops as channels have strongest cells, but none twice.
    """

    photos: int
    seconds: float
    content_bytes: float


def make_atlas(
    model: ModelSource,
    photos: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    path: str | os.PathLike[str],
    *,
    layers: Sequence[str] | None = None,
    k: int = 9,
    preprocessing: str | Preprocessing | None = None,
    listing: str | os.PathLike[str] | None = None,
    scheduler: str | None = None,
    workers: int | None = None,
    resume: bool = True,
    overwrite: bool = False,
    on_estimate: Callable[[Estimate], None] | None = None,
    on_progress: Callable[[str, Progress], None] | None = None,
) -> Atlas:
    """Find out what excites every channel of every layer over a data set, and write it as a folder.

    Photos are read twice: once to find each channel's strongest cells, and those in which they were found once more, to
    cut out what the cells see. What was stopped goes on from there when the same is asked for again.

    Args:
        model: A loaded model, or the name or path of one.
        photos: Folders and single photos, labelled by subfolders or a list, or not; see `squeezeviz.dataset.find`.
        path: The folder to write, such as ``birds.atlas``.
        layers: Names of layers; every layer by default.
        k: How many photos are kept for each channel, each with its strongest cell.
        preprocessing: How photos are preprocessed; the model's own by default. Of several crops, layers see the first.
        listing: The list that labels them.
        scheduler: Of a cluster; see `squeezeviz.dataset.survey`.
        workers: Photos under way at once, or workers of the cluster.
        resume: Whether to go on from where an earlier run was stopped.
        overwrite: Whether an atlas that stands there already may be replaced.
        on_estimate: Told, before it begins, what it will cost.
        on_progress: Told how far it is: of which pass, ``"looking"`` or ``"cropping"``, and the survey's progress.

    Raises:
        DatasetError: There are no photos, k is less than 1, the folder cannot be written, another process writes it, or
            pyarrow is missing.
        LayerError: A layer is unknown.
        ModelError: The model cannot be loaded.
        PreprocessingError: The preset is unknown, or does not suit the model.
    """
    target = given_path(path, "birds.atlas", DatasetError)
    check_whole("k", k, error=DatasetError)
    model = loaded(model)
    study = AtlasStudy.of(model, layers, k=k, preprocessing=preprocessing)
    check_target(target, overwrite=overwrite)
    with alone(target, "another process writes this atlas"):
        check_target(target, overwrite=overwrite)  # one may have been finished a moment ago
        found = find(photos, model.labels, listing=listing)
        if on_estimate:
            on_estimate(estimate(study, model, found.photos))
        options = {"scheduler": scheduler, "workers": workers, "resume": resume}
        making = _Making(model, study, options, on_progress)
        return making.run(target, found, [absolute(place) for place in as_list(photos)], listing)


@dataclass(frozen=True)
class _Making:
    """The two passes over the photos, and what is written of them.

    Attributes:
        model: Who looks.
        study: What it looks for.
        options: Of both surveys.
        on_progress: Told of which pass, and its progress.
    """

    model: Model
    study: AtlasStudy
    options: dict[str, Any]
    on_progress: Callable[[str, Progress], None] | None

    def run(
        self, target: Path, found: Found, data_set: Sequence[str], listing: str | os.PathLike[str] | None
    ) -> Atlas:  # fmt: skip
        """Look, cut, and write the folder."""
        rows, how = self.study.rows, self.study.preprocessing
        looked = self._look(found.photos)
        known = findings(looked.part, rows, self.study.k)
        seen = top_examples(known, rows, self.model.architecture_at(*how.input_px))
        by_name = {photo.name: photo for photo in found.photos}
        cut = self._cut(CropStudy(crops_wanted(seen), how), by_name)
        about = _about(self.study, self.model, known) | _data_set(data_set, listing)
        about |= _left_out([*found.troubles, *looked.troubles], looked.duplicates)
        crops = cut.part if cut else Crops({})
        write_atlas(target, about=about, found=known, rows=rows, seen=seen, crops=crops, photos=by_name)
        looked.forget()
        if cut:
            cut.forget()
        return Atlas(target, photos_at=data_set)

    def _look(self, photos: Sequence[Photo]) -> Survey[Tally]:
        """Find each channel's strongest cells."""
        told = self._told("looking")
        looked = survey(self.study, self.model, photos, **self.options, keep=True, batch=_BATCH, on_progress=told)
        if not looked.photos:
            raise DatasetError(f"none of the {len(photos):,} photos could be looked at: {_first(looked.troubles)}")
        return looked

    def _cut(self, study: CropStudy, by_name: dict[str, Photo]) -> Survey[Crops] | None:
        """Cut out what cells see; None where no channel activates on any photo."""
        if not study.wanted:
            return None
        photos, told = [by_name[name] for name in study.wanted], self._told("cropping")
        cut = survey(study, self.model, photos, **self.options, keep=True, on_progress=told)
        missing = study.wanted.keys() - cut.part.photos.keys()
        if missing:
            raise DatasetError(
                f"{sorted(missing)[0]}: was there a moment ago and is not now; run the same again: "
                f"{_first(cut.troubles)}"
            )
        return cut

    def _told(self, stage: str) -> Callable[[Progress], None] | None:
        told = self.on_progress
        return None if told is None else lambda progress: told(stage, progress)


def _about(study: AtlasStudy, model: Model, known: Findings) -> dict[str, Any]:
    """Return what made the atlas, and what it is of."""
    return {
        **Provenance(model.name, model.sha256, study.preprocessing).to_dict(),
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "photos": known.photos,
        "k": study.k,
        "layers": [group.layer for group in study.rows.shown],
        "distinct": _distinct(study, model),
        "labels": model.labels.to_rows(),
        "classes": {str(index): int(count) for index, count in zip(known.classes, known.per_class, strict=True)},
    }


def _data_set(places: Sequence[str], listing: str | os.PathLike[str] | None) -> dict[str, Any]:
    return {
        "data_set": [readable_name(place) for place in places],
        "listing": None if listing is None else readable_name(absolute(listing)),
    }


def _left_out(troubles: Sequence[Trouble], duplicates: Sequence[Sequence[str]]) -> dict[str, Any]:
    return {
        "duplicates": [list(names) for names in duplicates[:_TROUBLES_TOLD]],
        "troubles": [{"name": each.name, "message": each.message} for each in troubles[:_TROUBLES_TOLD]],
        "troubles_in_all": len(troubles),
    }


def _distinct(study: AtlasStudy, model: Model) -> list[str]:
    """Layers that say nothing over again: no branch of a concatenation that is there, no pool, no probabilities."""
    kinds = {layer.name: layer.kind for layer in model.architecture}
    found = [group.layer for group in study.rows.asked if kinds[group.layer] in ("convolution", "concatenation")]
    return found or [group.layer for group in study.rows.shown]


def _first(troubles: Sequence[Trouble]) -> str:
    return troubles[0].message if troubles else "no reason is known"


def estimate(study: AtlasStudy, model: Model, photos: Sequence[Photo]) -> Estimate:
    """Judge by a few photos what an atlas will cost: time on this machine, and room on disk."""
    part, names, seconds = study.empty(), [], []
    for photo in itertools.islice(photos, 0, None, max(1, len(photos) // _ON_TRIAL)):
        start = time.perf_counter()
        try:
            image = read_image(read_bytes(photo.place, photo.name), name=photo.name)
            part = study.merge(part, study.look(model, image, photo.name, photo.class_index))
        except SqueezeVizError:
            continue  # it is going to be listed
        seconds.append(time.perf_counter() - start)
        names.append((photo.name, image))
    channels = study.rows.count
    tables = 200.0 * channels * study.k + 600.0 * channels
    if not names:
        return Estimate(len(photos), float("nan"), tables)
    how = study.preprocessing
    seen = top_examples(findings(part, study.rows, study.k), study.rows, model.architecture_at(*how.input_px))
    name, image = names[0]
    fields = crops_wanted(seen).get(name, ())
    some = fields[:: max(1, len(fields) // 64)]
    start = time.perf_counter()
    crops = CropStudy({name: some}, how).look(model, image, name, None)
    per_crop = (time.perf_counter() - start) / max(1, len(some))
    sizes = [len(crop.content) + 130 for _, _, made in crops.photos.values() for crop in made.values()]
    most = min(channels * study.k, len(fields) * len(photos))
    busy = len(photos) * min(seconds) + most * per_crop
    return Estimate(len(photos), busy / available_threads(), tables + most * sum(sizes) / max(1, len(sizes)))
