"""A name or a path → a model ready to run: obtained, verified, converted.

A Caffe2 pair is converted whenever it is loaded, and its ONNX form kept nowhere. What lies on a disk would have to be
checked before it is trusted, and a digest beside it proves nothing: whoever changes the one changes the other. Made of
bytes that were just verified, the network is right by construction, whoever may write where. It costs some 70 ms a
process for the published model, imports included; reading and hashing a kept file cost 20.
"""

from __future__ import annotations

import json
import os
import threading
import warnings
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias
from weakref import WeakValueDictionary

from squeezeviz.arguments import check_whole, kind_of
from squeezeviz.caffe2 import convert_pair
from squeezeviz.errors import FallbackWarning, ModelError, ModelFileWarning
from squeezeviz.preprocessing import preset
from squeezeviz.results.labels import read_labels
from squeezeviz.runtime.chosen import Chosen
from squeezeviz.runtime.metadata import LABELS_KEY, PREPROCESSING_KEY
from squeezeviz.runtime.model import BATCH_SIZE, Model
from squeezeviz.runtime.sessions import available_threads
from squeezeviz.zoo import REGISTRY, find, find_default
from squeezeviz.zoo.beside import path_beside, recall
from squeezeviz.zoo.received import digest_of

if TYPE_CHECKING:
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.preprocessing.sizes import Px
    from squeezeviz.results.label_files import LabelsTold
    from squeezeviz.zoo import Fallback, ModelFiles
    from squeezeviz.zoo.received import Received

__all__ = [
    "ModelSource",
    "load_content",
    "load_model",
    "load_received",
    "load_without_warning",
    "loaded",
    "reload_model",
]

#: Whatever public functions take as a model: one that is loaded, or what `load_model` loads it from; see `loaded`.
ModelSource: TypeAlias = "Model | str | os.PathLike[str]"

#: What to do with what others call a model, by the package that it is from.
_REMEDIES = {
    "onnx": "write it to a file with onnx.save, and give its path",
    "onnxruntime": "give the path of the .onnx file that it was made of",
    "torch": "write it to a file with torch.onnx.export, and give its path",
}
_models: WeakValueDictionary[tuple[Any, ...], Model] = WeakValueDictionary()
_guard = threading.Lock()


def load_model(
    name_or_path: str | os.PathLike[str] | None = None,
    *,
    threads: int | None = None,
    batch_size: int = BATCH_SIZE,
    labels: LabelsTold | None = None,
    preprocessing: str | Preprocessing | None = None,
    input_px: Px | None = None,
    output: str | None = None,
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
        labels: Its classes, where its file names none, or others: ``"imagenet"`` for a network of 1,000 classes, or of
            1,001 with the background first; the path of a text file with a name a line, in the order of the network's
            outputs, or of a table (``.csv``, ``.tsv``) whose first line names its columns, ``label`` and where there
            are any ``index`` and ``wnid``; a list of names; or `Labels`. By default those in its file, then those kept
            beside it (`Model.remember`); else classes are numbered, and ``Model.assumed`` says so.
        preprocessing: What its photos go through: a preset's name, which is brought to the size of its input, or a
            `Preprocessing`. By default the one in its file, then the one kept beside it; else what most people use for
            such a network, under the name ``assumed``, and ``Model.assumed`` says so.
        input_px: Height and width of its input, one number for a square or (height, width), where its file leaves them
            open or another size is wanted. By default those of the file, or of the preprocessing in it, or 224.
        output: Which of several outputs is its answer, by its name in the file or the one shown. By default the first
            with one number a class; ``Model.assumed`` says which, and names the others.

    Raises:
        ModelNotFound: It is nowhere.
        DownloadError: It is not here, and every source failed.
        ChecksumError: Its files are not the published ones.
        ConversionError: Its files cannot be understood.
        LabelError: The labels cannot be read, or are another number than the model's classes.
        ModelError: It does not take inputs of that size, or has no such output; the message says what it has.
        PreprocessingError: The preset is unknown, or makes an input that the model does not take.
    """
    chosen = Chosen.told(input_px=input_px, output=output, labels=labels, preprocessing=preprocessing)
    model = load_without_warning(name_or_path, threads=threads, batch_size=batch_size, chosen=chosen)
    _warn_of(model, stacklevel=3)
    return model


def loaded(model: ModelSource) -> Model:
    """Return a model to run, whatever public functions are given as one: every one of them asks here.

    The files of a name or path are read and hashed at each call, and the network made anew unless somebody holds a
    model of the same: whoever asks several questions loads it once, with `load_model`, and is answered sooner.

    Args:
        model: A loaded model, which is returned as it is, or what `load_model` takes: the name or path of one.

    Raises:
        ModelError: It is neither; or what `load_model` raises.
    """
    if isinstance(model, Model):
        return model
    found = load_without_warning(_named(model))
    _warn_of(found, stacklevel=4)  # at whoever called the public function
    return found


def _named(model: object) -> str | os.PathLike[str]:
    """Return a name or a path, as it is.

    Raises:
        ModelError: It is something else; the message says what to do with it.
    """
    if isinstance(model, (str, os.PathLike)):
        return model
    if isinstance(model, Model):
        raise ModelError(f"expected the name or path of a model; got {model.name}, which is loaded: use it as it is")
    expected = "expected a loaded model, or the name or path of one"
    if model is None:
        raise ModelError(f"{expected}; got None: squeezeviz.load_model() loads the published one")
    packages = [kind.__module__.partition(".")[0] for kind in type(model).__mro__]
    remedy = next((_REMEDIES[package] for package in packages if package in _REMEDIES), "")
    if isinstance(model, (bytes, bytearray, memoryview)):
        remedy = "write them to a file called *.onnx, and give its path"
    raise ModelError(f"{expected}; got {kind_of(model)}{remedy and f': {remedy}'}")


def _warn_of(model: Model, *, stacklevel: int) -> None:
    if model.fallback is not None:
        warnings.warn(model.fallback.message, FallbackWarning, stacklevel=stacklevel)
    if model.chosen.problem:
        warnings.warn(f"{model.name}: {model.chosen.problem}", ModelFileWarning, stacklevel=stacklevel)


def load_without_warning(
    name_or_path: str | os.PathLike[str] | None = None,
    *,
    threads: int | None = None,
    batch_size: int = BATCH_SIZE,
    chosen: Chosen | None = None,
) -> Model:
    """Load a model as `load_model` does, for callers that tell of a fallback in a way of their own."""
    if threads is not None:
        check_whole("threads", threads, error=ModelError)
    check_whole("batch_size", batch_size, error=ModelError)
    fallback = None
    if name_or_path is None:
        name_or_path = os.environ.get("SQUEEZEVIZ_MODEL", "").strip() or None
        if chosen in (None, Chosen()):
            chosen = Chosen.by_environment()
    if name_or_path is None:
        files, fallback = find_default()
        name_or_path = files.name
    else:
        files = find(_named(name_or_path))
    chosen = _with_kept(files, chosen or Chosen())
    return _made(files, os.fsdecode(name_or_path), threads, batch_size, chosen, fallback=fallback)


def load_received(kept: Received, *, name: str) -> Model:
    """Load a model that was brought to a page.

    Args:
        kept: Where it is kept.
        name: What to call it; a registered one is called as it is registered.

    Raises:
        ModelError: It is not there any more, has changed, or is no network that can be read.
    """
    files = find(kept.path)
    if digest_of(files.sha256) != kept.sha256:
        raise ModelError(f"{name}: is not what was kept under that name; bring its file once more")
    named = files if files.entry else replace(files, name=name)
    return _made(named, os.fspath(kept.path), None, BATCH_SIZE, _with_kept(files, Chosen()))


def _with_kept(files: ModelFiles, chosen: Chosen) -> Chosen:
    """Return what was chosen, and what was told before and is kept beside the files."""
    if files.entry is not None:
        return chosen
    kept, problem = recall(path_beside(files.paths[0]))
    return chosen.beside(kept, problem)


def _made(
    files: ModelFiles,
    given: str,
    threads: int | None,
    batch_size: int,
    chosen: Chosen,
    *,
    fallback: Fallback | None = None,
) -> Model:
    """Return the model of some files: one for whoever asks for the same in a process, while anybody has it.

    Its sessions take 33 MB and more. A file that has changed has another digest, and is another model; called by
    another path, it is the same.
    """
    path = os.path.realpath(files.paths[0])
    # Where a pickled copy arrives, the working folder may be another one.
    lasting = os.path.abspath(given) if os.path.exists(given) and given not in REGISTRY else given  # noqa: PTH100, PTH110 - as named
    asked = lasting, files.sha256, threads, batch_size, chosen
    key = (path, *asked[1:], files.name, threads or available_threads(), fallback)
    with _guard:
        model = _models.get(key)
        if model is None:
            model = _models[key] = Model(
                _onnx_content(files),
                name=files.name,
                sha256=files.sha256[0],
                threads=threads,
                batch_size=batch_size,
                entry=files.entry,
                fallback=fallback,
                chosen=chosen,
                path=files.paths[0],
                again=partial(_content_again, lasting, files.sha256),
                arrival=(reload_model, asked),
            )
    return model


def _content_again(given: str, sha256: tuple[str, ...]) -> bytes:
    return _onnx_content(_same_files(given, sha256, "was loaded"))


def load_content(name_or_path: str | os.PathLike[str]) -> tuple[ModelFiles, bytes]:
    """Return a model's files and its ONNX form; an explicit choice, so it never falls back."""
    files = find(name_or_path)
    return files, _onnx_content(files)


def _onnx_content(files: ModelFiles) -> bytes:
    """Return the ONNX form of a model's files, made of the very bytes that were verified.

    Raises:
        ConversionError: They cannot be understood.
    """
    if files.kind == "onnx":
        return files.contents[0]
    return convert_pair(*files.contents, name=files.name, metadata=caffe2_metadata(files))


def caffe2_metadata(files: ModelFiles) -> dict[str, str]:
    """Return the text a converted model carries: its labels and its preprocessing, where they are known."""
    if files.entry is None:
        return {}
    labels, how = read_labels(files.entry.labels), preset(files.entry.preprocessing)
    return {LABELS_KEY: json.dumps(labels.to_rows()), PREPROCESSING_KEY: how.to_json()}


def reload_model(
    name_or_path: str,
    sha256: tuple[str, ...],
    threads: int | None,
    batch_size: int,
    chosen: Chosen = Chosen(),  # noqa: B008 - frozen
) -> Model:
    """Load a pickled model where it arrived.

    Raises:
        ModelError: What is found here under that name has other weights, or is another network.
    """
    return _made(_same_files(name_or_path, sha256, "was pickled"), name_or_path, threads, batch_size, chosen)


def _same_files(name_or_path: str, sha256: tuple[str, ...], was: str) -> ModelFiles:
    files = find(name_or_path)
    for here, there in zip(files.sha256, sha256, strict=False):
        if here != there:
            raise ModelError(
                f"{name_or_path}: the model here has the hash {here[:12]}…, the one that {was} {there[:12]}…; "
                "bring the same files to this machine"
            )
    return files
