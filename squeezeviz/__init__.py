"""squeezeviz: an interactive explorer of SqueezeNet 1.1 in its published Caffe2 form.

    import squeezeviz as sv

    model = sv.load_model()
    prediction = model.predict("cat.jpg")
    prediction.top(5)
    model.activations("cat.jpg")["fire5/concat"].shape   # (256, 28, 28)
    sv.predictor()                                       # in a notebook cell

The names, and where each lives, are listed in ``__init__.pyi``. They are loaded when first used: ``import squeezeviz``
itself costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import lazy_loader

from squeezeviz.explorer.exporting import engine_with, export_with
from squeezeviz.notebook_display import display_with
from squeezeviz.telemetry import disable_telemetry
from squeezeviz.version import __version__ as __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from squeezeviz.explorer.exporting import EngineParts, Exported
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.model import Model

disable_telemetry()
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def _html(result: object) -> str:
    from squeezeviz.report.html.render import render  # noqa: PLC0415 - only notebooks need it, and it loads every result

    return render(result)


def _page(exported: Exported) -> tuple[str, str, bytes]:
    from squeezeviz.standalone.file import page_of  # noqa: PLC0415 - few pages are written

    return page_of(exported)


def _engine(model: Model, presets: Sequence[Preprocessing]) -> EngineParts:
    from squeezeviz.standalone.engine import engine_of  # noqa: PLC0415 - for whoever turns the camera on

    return engine_of(model, presets)


# What stands on the right shows and writes what stands on the left, which knows nothing of it.
display_with(_html)
export_with(_page)
engine_with(_engine)
