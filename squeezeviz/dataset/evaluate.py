"""Labelled photos → how often the model is right, in one preparation or many, in one pass over the decoded photos.

Each photo is read, prepared and run by one thread; as many are under way as there are processors. Nothing waits
for anything but the next photo: on two cores that is faster than batches whose every layer is split between both.
"""

from __future__ import annotations

import itertools
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.comparison import each_with_a_name
from squeezeviz.dataset.evaluation import Answer, Evaluation, Row
from squeezeviz.dataset.journal import Journal, fingerprint
from squeezeviz.dataset.photos import LabelledPhoto, find_photos
from squeezeviz.errors import DatasetError, ImageError, PreprocessingError
from squeezeviz.image import read_image
from squeezeviz.sessions import available_threads
from squeezeviz.zoo.download import cache_folder

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from squeezeviz.model import Model
    from squeezeviz.preprocessing import Preprocessing

__all__ = ["evaluate"]

_AHEAD = 4  # photos a thread that are handed out at once


def evaluate(
    model: Model,
    folder: str | os.PathLike[str],
    preprocessings: str | Preprocessing | Sequence[str | Preprocessing] | None = None,
    *,
    listing: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    resume: bool = True,
    on_progress: Callable[[int, int], None] | None = None,
) -> Evaluation:
    """Ask a model what labelled photos show.

    Answers are kept on disk as they come: an evaluation that was stopped goes on from there when it is asked for again.

    Args:
        model: Who is asked.
        folder: Where the photos lie; see `squeezeviz.dataset.find_photos`.
        preprocessings: One or several, by name or of your own; the model's own by default.
        listing: The list that labels them, if they don't lie in a folder a class.
        workers: How many photos are under way at once; as many as there are processors by default.
        resume: Whether to go on from where an earlier run was stopped.
        on_progress: Called with (done, all) after each photo.

    Raises:
        DatasetError: The folder or the list cannot be used, or workers is less than 1.
        ModelError: The model cannot run.
        PreprocessingError: A preset is unknown, two have one name, or one does not suit the model.
    """
    start = time.perf_counter()
    if workers is not None and workers < 1:
        raise DatasetError(f"workers is {workers}; expected 1 or more")
    hows = tuple(model.resolve(how) for how in each_with_a_name(preprocessings or model.preprocessing))
    photos = find_photos(folder, model.labels, listing=listing)
    key = fingerprint([model.sha256, *(how.to_json() for how in hows), str(folder), str(listing)])
    with Journal(cache_folder() / "evaluations" / f"{key}.jsonl", answers=len(hows), resume=resume) as journal:
        known = {photo.name: row for photo in photos if (row := journal.find(photo)) is not None}
        due = [photo for photo in photos if photo.name not in known]
        done = len(photos) - len(due)
        if on_progress:
            on_progress(done, len(photos))
        for photo, row in _asked(model, hows, due, workers or available_threads()):
            known[row.name] = row
            journal.keep(photo, row)
            done += 1
            if on_progress:
                on_progress(done, len(photos))
        journal.forget()
    rows = tuple(known[photo.name] for photo in photos)
    return Evaluation(model.name, str(folder), hows, model.labels, rows, time.perf_counter() - start)


def _asked(
    model: Model, hows: Sequence[Preprocessing], photos: Sequence[LabelledPhoto], workers: int
) -> Iterator[tuple[LabelledPhoto, Row]]:
    """Ask about photos in the background, a bounded number ahead; answers come as they are ready."""
    tensors = (
        threading.local()
    )  # each thread writes into its own, again and again: fresh memory costs more than it looks
    with ThreadPoolExecutor(workers, thread_name_prefix="squeezeviz-evaluate") as pool:
        waiting: dict[Future[Row], LabelledPhoto] = {}
        ready: SimpleQueue[Future[Row]] = SimpleQueue()
        due = iter(photos)
        try:
            while True:
                for photo in itertools.islice(due, workers * _AHEAD - len(waiting)):
                    row = pool.submit(_ask, model, hows, photo, tensors)
                    waiting[row] = photo
                    row.add_done_callback(ready.put)
                if not waiting:
                    return
                row = ready.get()
                yield waiting.pop(row), row.result()
        finally:
            for row in waiting:
                row.cancel()


def _ask(model: Model, hows: Sequence[Preprocessing], photo: LabelledPhoto, tensors: threading.local) -> Row:
    answers = []
    try:
        image = read_image(photo.path, name=photo.name)
        for at, how in enumerate(hows):
            tensor = how(image, out=getattr(tensors, str(at), None))
            setattr(tensors, str(at), tensor)
            logits, probabilities = model.answers(tensor, how, threads=1)
            if not np.isfinite(logits).all():
                return Row(photo.name, photo.class_index, error=f"{photo.name}: the model answers NaN or infinity")
            answers.append(_answer(logits[0], probabilities[0], photo.class_index))
    except (ImageError, PreprocessingError) as exc:
        is_there = photo.path.exists()
        return Row(photo.name, photo.class_index, error=str(exc) if is_there else f"{photo.name}: no such file")
    return Row(photo.name, photo.class_index, tuple(answers))


def _answer(logits: NDArray[np.float32], probabilities: NDArray[np.float32], truth: int) -> Answer:
    above = int((logits > logits[truth]).sum()) + int((logits[:truth] == logits[truth]).sum())
    best = int(logits.argmax())
    return Answer(above + 1, best, float(probabilities[best]), float(probabilities[truth]))
