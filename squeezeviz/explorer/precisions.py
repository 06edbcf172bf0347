"""What each layer loses in a lower precision, as a page asks: on its photos, by a network made of them or another."""

from __future__ import annotations

import hashlib
import math
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from squeezeviz.errors import DatasetError
from squeezeviz.explorer import protocol
from squeezeviz.explorer.long_work import Aside
from squeezeviz.preprocessing.fitting import at_size

if TYPE_CHECKING:
    from collections.abc import Mapping

    from squeezeviz.explorer.answering import Answering
    from squeezeviz.explorer.kept import Kept
    from squeezeviz.explorer.photos import Photo
    from squeezeviz.explorer.watched import OnProgress
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.results.precision import LayerPrecision, Precision
    from squeezeviz.runtime.model import Model

__all__ = ["precision"]

_READS = 2  # of each photo, for the ranges
_FORMATS = {".jpg": "JPEG", ".png": "PNG"}


def precision(state: Answering, asked: protocol.PrecisionRequest) -> Aside:
    """Measure the model on the photos that the page has now, preprocessed as the page has them.

    Raises:
        DatasetError: The page has no photo.
        PreprocessingError: The preprocessing is unknown, or does not suit the model.
    """
    photos = {_file_of(photo, at): photo for at, photo in enumerate(state.photos)}
    model = state.model
    how = state.preprocessing_called(asked.preset, asked.preprocessing) if asked.preset else model.preprocessing
    kept = {name: photo.kept for name, photo in photos.items()}
    if not photos:
        raise DatasetError("no photo is on the page; expected one or more, on which both networks are run")

    def work(on_progress: OnProgress) -> protocol.Message:
        with tempfile.TemporaryDirectory() as folder:
            made = _measured(state, asked, (model, how), _written(Path(folder), kept), on_progress)
        return protocol.PrecisionMessage(id=asked.id, lost=_said(made, photos))

    return Aside(work)


def _file_of(photo: Photo, at: int) -> str:
    is_jpeg = photo.kept.file is not None and photo.kept.format == _FORMATS[".jpg"]
    return f"{at:04}{'.jpg' if is_jpeg else '.png'}"


def _written(folder: Path, photos: Mapping[str, Kept]) -> Path:
    """Write each photo as the file that it was, or its pixels where that is of a kind that says little by its name."""
    (folder / "photos").mkdir()
    for name, kept in photos.items():
        path = folder / "photos" / name
        if kept.file is not None and kept.format == _FORMATS[path.suffix]:
            path.write_bytes(kept.file)
        else:
            kept.read().picture.save(path, "PNG", icc_profile=kept.icc_profile)
    return folder / "photos"


def _measured(
    state: Answering,
    asked: protocol.PrecisionRequest,
    of: tuple[Model, Preprocessing],
    photos: Path,
    on_progress: OnProgress,
) -> Precision:
    from squeezeviz.quantization.precision import HALF  # noqa: PLC0415 - only when it is asked for
    from squeezeviz.quantization.precision import precision as measure  # noqa: PLC0415 - as above

    (model, how), count = of, len(list(photos.iterdir()))
    before = _READS * count if asked.against == "int8" else 0
    total = before + count

    def tell(start: int, done: int, _: int) -> None:
        on_progress(min(start + done, total), total)

    other: Model | str = HALF
    if asked.against == "int8":
        other = _quantised(state, model, how, photos, partial(tell, 0))
    elif asked.against == "model":
        other = state.second.called(asked.other, state.offers.model)
    return measure(model, other, photos, preprocessing=how, workers=1, resume=False, on_progress=partial(tell, before))


def _quantised(state: Answering, model: Model, how: Preprocessing, photos: Path, on_progress: OnProgress) -> Model:
    """Make a network in 8-bit integers, and offer it to the page beside the others."""
    from squeezeviz.quantization.quantize import quantize  # noqa: PLC0415 - as above
    from squeezeviz.runtime.model import Model  # noqa: PLC0415 - as above

    path = photos.parent / "int8.onnx"
    own_px = (model.architecture.input_shape[1], model.architecture.input_shape[2])  # the only size of a file's own
    quantize(model.told(preprocessing=at_size(how, own_px)), photos, path, on_progress=on_progress)
    content = path.read_bytes()
    name, sha256 = f"{model.name} INT8", hashlib.sha256(content).hexdigest()
    chosen = model.chosen

    def load() -> Model:
        return Model(content, name=name, sha256=sha256, chosen=chosen).told(labels=model.labels, preprocessing=how)

    made = load()
    with state.guard:
        state.second.forget()  # it may be one of other photos
        if state.offers.give(made, load):
            state.say(state.setting(""))
    return made


def _said(made: Precision, photos: Mapping[str, Photo]) -> protocol.PrecisionLost:
    return protocol.PrecisionLost(
        other=made.other,
        preprocessing=made.provenance.preprocessing.name if made.provenance.preprocessing else "",
        arithmetic=made.arithmetic,
        verdict=made.verdict,
        photos=made.photos,
        layers=tuple(_layer(each) for each in made),
        changed=tuple(
            protocol.ChangedPhoto(photo.id, photo.kept.name, each.label_before, each.label_after)
            for each in made.changed
            if (photo := photos.get(each.photo))
        ),
        unmatched=made.unmatched,
    )


def _layer(layer: LayerPrecision) -> protocol.LayerLoss:
    use, ratio = layer.use, layer.total.sqnr_db
    is_one = use is not None and len(use.scale) == 1
    return protocol.LayerLoss(
        layer=layer.name,
        with_layers=layer.with_layers,
        made=layer.made.relative_l2,
        inherited=layer.inherited.relative_l2,
        total=layer.total.relative_l2,
        sqnr_db=None if ratio is None or math.isinf(ratio) else ratio,
        worst_channel=layer.made.worst_channel,
        worst_share=layer.made.worst_share,
        saturation=use.saturation if use else None,
        dead_range=use.dead_range if use else None,
        scale=use.scale[0] if use and is_one else None,
        zero_point=use.zero_point[0] if use and is_one else None,
    )
