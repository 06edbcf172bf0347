"""What the subcommands share that open a notebook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from squeezeviz.cli.sources import chosen_of
from squeezeviz.errors import SqueezeVizError, spoken
from squeezeviz.files import expanded, what_lies

if TYPE_CHECKING:
    from collections.abc import Mapping

    from squeezeviz.cli.model_choice import ModelChoice

__all__ = ["notebook_or_ours", "with_model"]


def with_model(choice: ModelChoice, environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which kernels load the model that was chosen, once it is known to be there.

    Raises:
        ModelError: It is not there, or what was chosen of it is no size.
        PreprocessingError: It knows no preprocessing of that name.
    """
    from squeezeviz.preprocessing import PRESETS  # noqa: PLC0415 - heavy
    from squeezeviz.runtime.loading import load_without_warning  # noqa: PLC0415 - heavy

    # A kernel runs in another folder: a path has to be absolute.
    is_file = choice.labels is not None and choice.labels != "imagenet"
    labels = str(expanded(choice.labels).resolve()) if choice.labels and is_file else choice.labels
    told = chosen_of(choice)
    name, chosen = choice.name, told.to_environment(labels)
    if isinstance(told.preprocessing, str) and told.preprocessing not in PRESETS:
        load_without_warning(name, chosen=told)  # its own name, or refused here and not in a kernel
    if name is None:
        return {**environment, **chosen}
    from squeezeviz.report.terminal.progress import BarProgress  # noqa: PLC0415 - heavy
    from squeezeviz.zoo import REGISTRY, find  # noqa: PLC0415 - heavy

    with BarProgress() as progress:
        files = find(name, on_event=progress)
    path = (
        name if name in REGISTRY else str((files.paths[0] if files.kind == "onnx" else files.paths[0].parent).resolve())
    )
    return {**environment, "SQUEEZEVIZ_MODEL": path, **chosen}


def notebook_or_ours(asked: Path | None) -> Path:
    """Return the notebook that was asked for, or the explorer.

    Raises:
        SqueezeVizError: It is not there.
    """
    from squeezeviz.serving.server import workspace  # noqa: PLC0415 - only two subcommands need it

    try:
        is_there = asked is None or what_lies(asked) == "file"
    except OSError as exc:
        raise SqueezeVizError(f"{spoken(str(asked))}: cannot be read ({exc.strerror or exc})") from exc
    if not is_there:
        raise SqueezeVizError(f"{asked}: no such notebook; leave it out to open the explorer")
    return asked or workspace() / "02_explore.ipynb"
