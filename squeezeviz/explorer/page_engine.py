"""The page's own engine, for frames: what it is sent, or why it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.errors import ModelError
from squeezeviz.explorer.exporting import make_engine
from squeezeviz.explorer.protocol import EngineMessage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.model import Model

__all__ = ["MOST_WEIGHTS_BYTES", "engine_message"]

#: Of a larger network frames are computed by the kernel: a page would wait long for its weights, and hold them twice.
MOST_WEIGHTS_BYTES = 128 << 20
_WEIGHT_BYTES = 4


def engine_message(
    request: str, model: Model, presets: Sequence[Preprocessing], *, known: str = "", has_program: bool = False
) -> EngineMessage:
    """Return what a page computes frames with, or why it does not.

    Args:
        request: What this answers.
        model: The model that answers.
        presets: The preprocessings on offer; the one in use comes first.
        known: Digest of the model whose weights the page has.
        has_program: Whether it has the program.
    """
    size = _WEIGHT_BYTES * model.architecture.parameters
    if size > MOST_WEIGHTS_BYTES:
        most = f"{MOST_WEIGHTS_BYTES / 1e6:.0f} MB"
        problem = f"its weights are {size / 1e6:.0f} MB, more than the {most} that a page is sent"
        return _refused(request, model, problem)
    try:
        parts = make_engine(model, presets)
    except ModelError as exc:
        return _refused(request, model, str(exc))
    blocks = parts.rest if known == model.sha256 else {**parts.weights, **parts.rest}
    return EngineMessage(
        id=request,
        model=model.name,
        sha256=model.sha256,
        problem="",
        entry=parts.entry,
        program=None if has_program else parts.program,
        blocks={str(index): content for index, content in blocks.items()},
    )


def _refused(request: str, model: Model, problem: str) -> EngineMessage:
    return EngineMessage(
        id=request, model=model.name, sha256=model.sha256, problem=problem, entry=0, program=None, blocks={}
    )
