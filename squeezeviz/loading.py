"""A name or a path → a model ready to run: obtained, verified, converted once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from squeezeviz.caffe2 import cached_onnx, convert_pair
from squeezeviz.errors import ModelError
from squeezeviz.labels import imagenet_labels, read_labels
from squeezeviz.model import BATCH_SIZE, LABELS_KEY, PREPROCESSING_KEY, Model
from squeezeviz.preprocessing import preset
from squeezeviz.zoo import cache_folder, find

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from squeezeviz.zoo import ModelFiles

__all__ = ["DEFAULT_MODEL", "load_content", "load_model", "reload_model"]

DEFAULT_MODEL = "squeezenet1.1-caffe2"


def load_model(
    name_or_path: str | os.PathLike[str] = DEFAULT_MODEL, *, threads: int | None = None, batch_size: int = BATCH_SIZE
) -> Model:
    """Load a model, obtaining and converting it first where that is needed.

    Args:
        name_or_path: A registered name, a folder with ``init_net.pb`` and ``predict_net.pb`` or one ``.onnx`` file, or
            the path of an ``.onnx`` file. Names are looked up in ``SQUEEZEVIZ_MODELS``, a checkout's ``data/models``
            and the user's cache, then downloaded.
        threads: Threads of one run; by default all processors this process may use, or ``SQUEEZEVIZ_THREADS``.
        batch_size: The most images run together when a list is given; memory grows with it, by about 10 MB an image.

    Raises:
        ModelNotFound: It is nowhere.
        DownloadError: It is not here, and every source failed.
        ChecksumError: Its files are not the published ones.
        ConversionError: Its files cannot be understood.
    """
    if threads is not None and threads < 1:
        raise ModelError(f"threads is {threads}; expected 1 or more, or None for all processors")
    if batch_size < 1:
        raise ModelError(f"batch_size is {batch_size}; expected 1 or more")
    files, content = load_content(name_or_path)
    arrival = reload_model, (str(name_or_path), files.sha256[0], threads, batch_size)
    return Model(
        content, name=files.name, sha256=files.sha256[0], threads=threads, batch_size=batch_size, arrival=arrival
    )


def load_content(name_or_path: str | os.PathLike[str]) -> tuple[ModelFiles, bytes]:
    """Return a model's files and its ONNX form; raises as `load_model` does."""
    files = find(name_or_path)
    path = files.paths[0] if files.kind == "onnx" else _converted(files)
    try:
        return files, path.read_bytes()
    except OSError as exc:
        raise ModelError(f"{path}: cannot be read ({exc.strerror or exc})") from exc


def _converted(files: ModelFiles) -> Path:
    """Return the path of the ONNX form of a Caffe2 pair, kept next to it or, failing that, in the user's cache."""
    init_net, predict_net = files.paths
    metadata = caffe2_metadata(files)
    return cached_onnx(
        [*files.sha256, json.dumps(metadata, sort_keys=True)],
        [init_net.parent, cache_folder() / "converted"],
        lambda: convert_pair(init_net.read_bytes(), predict_net.read_bytes(), name=files.name, metadata=metadata),
    )


def caffe2_metadata(files: ModelFiles) -> dict[str, str]:
    """Return the text a converted model carries: its labels and its preprocessing."""
    labels = read_labels(files.entry.labels) if files.entry else imagenet_labels()
    how = preset(files.entry.preprocessing if files.entry else "caffe2")
    return {LABELS_KEY: json.dumps(labels.to_rows()), PREPROCESSING_KEY: how.to_json()}


def reload_model(name_or_path: str, sha256: str, threads: int | None, batch_size: int) -> Model:
    """Load a pickled model where it arrived.

    Raises:
        ModelError: What is found here under that name has other weights.
    """
    model = load_model(name_or_path, threads=threads, batch_size=batch_size)
    if model.sha256 != sha256:
        raise ModelError(
            f"{name_or_path}: the model here has the hash {model.sha256[:12]}…, the one that was pickled "
            f"{sha256[:12]}…; bring the same files to this machine"
        )
    return model
