"""Writing the gradient of a network as an ONNX file of its own, for any runtime."""

from __future__ import annotations

import json
from types import NoneType
from typing import TYPE_CHECKING

from squeezeviz.arguments import expect
from squeezeviz.errors import ConversionError, LayerError, spoken
from squeezeviz.files import given_path, write_whole
from squeezeviz.runtime.export import known_text
from squeezeviz.runtime.loading import loaded
from squeezeviz.runtime.metadata import with_text

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence
    from pathlib import Path

    from squeezeviz.network.gradient_nodes import Rule
    from squeezeviz.runtime.loading import ModelSource

__all__ = ["GRADIENT_KEY", "differentiate"]

#: Key of the text that says what a file differentiates.
GRADIENT_KEY = "squeezeviz.gradient"


def differentiate(
    model: ModelSource,
    output: str | os.PathLike[str],
    *,
    of: str | None = None,
    by: str | Sequence[str] = "input",
    rule: Rule = "exact",
) -> Path:
    """Write the derivative of a layer's numbers by the input, or by other layers, as a plain ONNX file.

    The file takes the network's input under its own name and of its own type, as a rule float32 (B, 3, H, W), and
    ``weights``, of the shape of `of`: how much each of its numbers counts in the number that is differentiated, Σ
    weights · of. For a class's logit that is 1 at the class and 0 elsewhere. It returns ``gradient``, of the shape of
    `by`, and the value `of` under its own name; of several `by`, ``gradient`` for the first and ``gradient:<layer>``
    for each of the others. The file says so itself: in its ``doc_string``, in those of its inputs and outputs, and as
    JSON under the metadata key ``squeezeviz.gradient``.

    Args:
        model: A loaded model, or the name or path of one.
        output: The file, ``*.onnx``.
        of: The layer that is differentiated, ``"<layer>:pre"`` for its value before ReLU; the logits by default.
        by: ``"input"``, a layer before `of`, or several of these.
        rule: ``"exact"``, the derivative; ``"guided"`` for guided backpropagation, ``"deconvnet"`` for DeconvNet.

    Returns:
        The file written.

    Raises:
        LayerError: A layer is unknown, `of` does not depend on `by`, or a layer between has no gradient.
        ModelError: The model cannot be loaded; or its operator set cannot be converted, or the file would be larger
            than ONNX allows.
        ConversionError: The file cannot be written.
    """
    path = given_path(output, "backward.onnx", ConversionError)
    if path.suffix != ".onnx":
        raise ConversionError(f"{spoken(str(path))}: expected a file called *.onnx, such as backward.onnx")
    expect(of, (str, NoneType), "a layer's name as of", LayerError)
    model = loaded(model)
    made = model.gradients.graph(of or model.architecture.logits_name, [by] if isinstance(by, str) else by, rule)
    about = {
        "of": made.of,
        "by": dict(made.gradients),
        "image": made.image,
        "weights": made.seed,
        "rule": rule,
        "model": model.name,
        "model_sha256": model.sha256,
    }
    whole = with_text(made.model(), {GRADIENT_KEY: json.dumps(about), **known_text(model)})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, whole.SerializeToString())
    except OSError as exc:
        raise ConversionError(f"{spoken(str(path))}: cannot be written ({exc.strerror or exc})") from exc
    return path
