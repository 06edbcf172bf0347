"""A name or a path → a model ready to run: obtained, verified, converted once."""

from __future__ import annotations

import json
import os
import threading
import warnings
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from squeezeviz.caffe2 import cached_onnx, convert_pair
from squeezeviz.errors import FallbackWarning, ModelError
from squeezeviz.labels import imagenet_labels, read_labels
from squeezeviz.model import BATCH_SIZE, LABELS_KEY, PREPROCESSING_KEY, Model
from squeezeviz.preprocessing import preset
from squeezeviz.sessions import available_threads
from squeezeviz.zoo import cache_folder, find, find_default

if TYPE_CHECKING:
    from pathlib import Path

    from squeezeviz.zoo import ModelFiles

__all__ = ["load_content", "load_model", "load_without_warning", "reload_model"]

_loaded: WeakValueDictionary[tuple[Any, ...], Model] = WeakValueDictionary()
_guard = threading.Lock()


def load_model(
    name_or_path: str | os.PathLike[str] | None = None, *, threads: int | None = None, batch_size: int = BATCH_SIZE
) -> Model:
    """Load a model, obtaining and converting it first where that is needed.

    Args:
        name_or_path: A registered name, a folder with ``init_net.pb`` and ``predict_net.pb`` or one ``.onnx`` file, or
            the path of an ``.onnx`` file. Names are looked up in ``SQUEEZEVIZ_MODELS``, a checkout's ``data/models``
            and the user's cache, then downloaded. By default what the environment variable ``SQUEEZEVIZ_MODEL``
            names, else the published model; where that one cannot be had, the embedded ``squeezenet1.1-shapes``, with
            a `FallbackWarning` and the reason in ``Model.fallback``. An explicit choice never falls back.
        threads: Threads of one run; by default all processors this process may use, or ``SQUEEZEVIZ_THREADS``.
        batch_size: The most images run together when a list is given; memory grows with it, by about 10 MB an image.

    Raises:
        ModelNotFound: It is nowhere.
        DownloadError: It is not here, and every source failed.
        ChecksumError: Its files are not the published ones.
        ConversionError: Its files cannot be understood.
    """
    model = load_without_warning(name_or_path, threads=threads, batch_size=batch_size)
    if model.fallback is not None:
        warnings.warn(model.fallback.message, FallbackWarning, stacklevel=2)
    return model


def load_without_warning(
    name_or_path: str | os.PathLike[str] | None = None, *, threads: int | None = None, batch_size: int = BATCH_SIZE
) -> Model:
    """Load a model as `load_model` does, for callers that tell of a fallback in a way of their own."""
    if threads is not None and threads < 1:
        raise ModelError(f"threads is {threads}; expected 1 or more, or None for all processors")
    if batch_size < 1:
        raise ModelError(f"batch_size is {batch_size}; expected 1 or more")
    fallback = None
    if name_or_path is None:
        name_or_path = os.environ.get("SQUEEZEVIZ_MODEL", "").strip() or None
    if name_or_path is None:
        files, fallback = find_default()
        name_or_path = files.name
    else:
        files = find(name_or_path)
    asked = os.fspath(name_or_path), files.sha256[0], threads, batch_size
    # One model for whoever asks for the same in a process, while anybody has it: its sessions take 33 MB. A file that
    # has changed has another digest, and is another model.
    key = (*asked, files.name, files.sha256, threads or available_threads(), fallback)
    with _guard:
        model = _loaded.get(key)
        if model is None:
            model = _loaded[key] = Model(
                _onnx_content(files),
                name=files.name,
                sha256=files.sha256[0],
                threads=threads,
                batch_size=batch_size,
                entry=files.entry,
                fallback=fallback,
                arrival=(reload_model, asked),
            )
    return model


def load_content(name_or_path: str | os.PathLike[str]) -> tuple[ModelFiles, bytes]:
    """Return a model's files and its ONNX form; an explicit choice, so it never falls back."""
    files = find(name_or_path)
    return files, _onnx_content(files)


def _onnx_content(files: ModelFiles) -> bytes:
    """Return the ONNX form of a model's files.

    Raises:
        ModelError: They cannot be understood or read.
    """
    path = files.paths[0] if files.kind == "onnx" else _converted(files)
    try:
        return path.read_bytes()
    except OSError as exc:
        raise ModelError(f"{path}: cannot be read ({exc.strerror or exc})") from exc


def _converted(files: ModelFiles) -> Path:
    """Return the path of the ONNX form of a Caffe2 pair, kept next to it or, failing that, in the user's cache."""
    init_net, predict_net = files.paths
    beside = [] if files.found_in == "the package" else [init_net.parent]  # what is installed stays as it is
    metadata = caffe2_metadata(files)
    return cached_onnx(
        [*files.sha256, json.dumps(metadata, sort_keys=True)],
        [*beside, cache_folder() / "converted"],
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
