"""What was told of a model's file, kept beside it: of ``my_model.onnx`` in ``my_model.squeezeviz.json``.

It is written only when somebody says so (`remember`): what was told for one trial must not become what everybody gets
who opens the model later, and many a folder belongs to others. It is bound to the file's name and not to its bytes: a
network that is trained further keeps its classes and its preprocessing. Where it no longer fits, that is said.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from squeezeviz.errors import ModelError, PreprocessingError, in_one_line, spoken
from squeezeviz.files import expanded, read_file, what_lies, write_whole
from squeezeviz.preprocessing import Preprocessing, preset
from squeezeviz.preprocessing.sizes import Px, is_px, one_or_both
from squeezeviz.zoo.registry import REGISTRY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["ENDING", "Remembered", "path_beside", "put_back", "recall", "remember"]

#: What the file's own ending is replaced by.
ENDING = ".squeezeviz.json"

_VERSION_KEY, _VERSION = "squeezeviz", 1
_MOST_BYTES = 1 << 25  # 21,841 classes take one megabyte
_PAIR = ("init_net.pb", "predict_net.pb")


@dataclass(frozen=True)
class Remembered:
    """What was told of a model.

    Attributes:
        labels: ``(WordNet id or "", name)`` a class, in the order of its outputs; None for nothing told.
        preprocessing: How its photos are preprocessed.
        input_px: Height and width of its input, one number for a square.
        output: Name of its answer.
    """

    labels: tuple[tuple[str, str], ...] | None = None
    preprocessing: Preprocessing | None = None
    input_px: Px | None = None
    output: str | None = None

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) is not None for each in fields(self))


def path_beside(model_path: str | os.PathLike[str]) -> Path:
    """Return where what is told of a model's file is kept.

    Args:
        model_path: The ``.onnx`` file, a folder with exactly one, or a Caffe2 pair: its folder or one of its files.

    Raises:
        ModelError: It is no such file or folder, or is a registered name: those models say all of themselves.
    """
    text = os.fsdecode(model_path)
    if isinstance(model_path, str) and text in REGISTRY:
        raise ModelError(f"{text} is a registered model, and says itself what there is to know; nothing is kept for it")
    try:
        path = expanded(text)
        lies = what_lies(path)
        found = sorted(each.name for each in os.scandir(path)) if lies == "folder" else []
    except OSError as exc:
        raise ModelError(f"{spoken(text)}: cannot be read ({exc.strerror or exc}), and is not used") from exc
    if lies == "folder":
        onnx_files = [name for name in found if name.endswith(".onnx") and not name.startswith((".", "converted-"))]
        is_pair = set(_PAIR) <= set(found)
        if not is_pair and len(onnx_files) != 1:
            raise ModelError(f"{spoken(text)}: expected {' and '.join(_PAIR)}, or exactly one .onnx file")
        path /= _PAIR[1] if is_pair else onnx_files[0]
    elif lies != "file" or path.suffix not in (".onnx", ".pb"):
        raise ModelError(f"{spoken(text)}: expected a model's .onnx file, or a folder with {' and '.join(_PAIR)}")
    elif path.suffix == ".pb":
        path = path.with_name(_PAIR[1])
    return path.with_name(path.stem + ENDING)


def remember(
    model_path: str | os.PathLike[str],
    *,
    labels: Sequence[Sequence[str]] | None = None,
    preprocessing: str | Preprocessing | None = None,
    input_px: Px | None = None,
    output: str | None = None,
) -> Path:
    """Keep what is told of a model beside its file, for everybody who loads it from there.

    What is None stays as it was told before. A file that cannot be read as such is not written over.

    Args:
        model_path: See `path_beside`.
        labels: ``(WordNet id or "", name)`` a class, as `Labels.to_rows` returns them.
        preprocessing: A preset's name or a `Preprocessing`: what its photos go through from now on.
        input_px: Height and width of its input, one number for a square.
        output: Name of its answer.

    Returns:
        The file that was written.

    Raises:
        ModelError: There is no such model file, its folder cannot be written, or another file has that name.
        PreprocessingError: The preset is unknown.
    """
    path = path_beside(model_path)
    told = Remembered(
        None if labels is None else tuple((wnid, name) for wnid, name in labels),
        None if preprocessing is None else preset(preprocessing),
        input_px,
        output,
    )
    before, problem = recall(path)
    if problem:
        raise ModelError(f"{problem}; move it away, and tell again")
    merged = replace(before, **{each: value for each, value in vars(told).items() if value is not None})
    try:
        _write(path, merged)
    except OSError as exc:
        raise ModelError(
            f"{spoken(str(path))}: cannot be written ({exc.strerror or exc}); what was told holds for this time only. "
            "Copy the model to a folder of yours, or tell it each time"
        ) from exc
    return path


def put_back(path: Path, before: Remembered) -> None:
    """Keep of a model what was kept before; nothing, and no file, where nothing was.

    Args:
        path: As `path_beside` has it.
        before: What `recall` returned.

    Raises:
        ModelError: The folder cannot be written.
    """
    try:
        if before:
            _write(path, before)
        else:
            path.unlink(missing_ok=True)
    except OSError as exc:
        raise ModelError(
            f"{spoken(str(path))}: cannot be taken back ({exc.strerror or exc}); mend it, or delete it"
        ) from exc


def _write(path: Path, told: Remembered) -> None:
    write_whole(path, (json.dumps(_plain(told), ensure_ascii=False, indent=1) + "\n").encode())


def recall(path: Path) -> tuple[Remembered, str]:
    """Read what was told of a model.

    Args:
        path: As `path_beside` has it.

    Returns:
        What was told, and why it cannot be used, in words, empty as a rule. Nothing told where there is no such file.
    """
    try:
        content = read_file(path, most_bytes=_MOST_BYTES)
    except FileNotFoundError:
        return Remembered(), ""
    except OSError as exc:
        return Remembered(), f"{spoken(path.name)}: cannot be read ({exc.strerror or exc}), and is not used"
    try:
        return _remembered(json.loads(content)), ""
    except (ValueError, TypeError, RecursionError, PreprocessingError) as exc:
        why = f"expected what squeezeviz keeps of a model ({in_one_line(exc)}); it is not used: mend it, or delete it"
        return Remembered(), f"{spoken(path.name)}: {why}"


def _plain(told: Remembered) -> dict[str, Any]:
    plain = {
        _VERSION_KEY: _VERSION,
        "labels": told.labels,
        "preprocessing": told.preprocessing and told.preprocessing.to_dict(),
        "input_px": told.input_px,
        "output": told.output,
    }
    return {key: value for key, value in plain.items() if value is not None}


def _remembered(plain: object) -> Remembered:
    """Read what `_plain` wrote.

    Raises:
        ValueError: It is anything else.
        PreprocessingError: Its preprocessing is none.
    """
    if not isinstance(plain, dict) or _VERSION_KEY not in plain:
        raise ValueError(f"a JSON object with the key {_VERSION_KEY!r}")
    version = plain[_VERSION_KEY]
    if version != _VERSION:
        raise ValueError(f"version {_VERSION}, got {spoken(repr(version))}: another squeezeviz wrote it")
    unknown = set(plain) - {_VERSION_KEY} - {each.name for each in fields(Remembered)}
    if unknown:
        raise ValueError(f"{spoken(sorted(unknown)[0])!r} is nothing that is kept")
    labels, how = plain.get("labels"), plain.get("preprocessing")
    size, output = plain.get("input_px"), plain.get("output")
    px = tuple(size) if isinstance(size, list) else size
    if labels is not None and not _is_rows(labels):
        raise ValueError("labels: a list with [WordNet id, name] a class")
    if how is not None and not isinstance(how, dict):
        raise ValueError("preprocessing: the fields of one")
    if px is not None and not is_px(px):
        raise ValueError(f"input_px: pixels, or [height, width]; got {spoken(repr(size))}")
    if output is not None and not isinstance(output, str):
        raise ValueError("output: the name of one")
    return Remembered(
        None if labels is None else tuple((wnid, name) for wnid, name in labels),
        None if how is None else Preprocessing.from_dict(how),
        None if px is None else one_or_both(px),
        output,
    )


def _is_rows(labels: object) -> bool:
    return isinstance(labels, list) and all(
        isinstance(row, list) and len(row) == 2 and all(isinstance(text, str) for text in row) for row in labels
    )
