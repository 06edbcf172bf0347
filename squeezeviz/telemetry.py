"""Two libraries report to their makers; here, and nowhere else, they are imported so that they don't.

ONNX Runtime (since 1.32, on Linux) writes a device id into the user's cache as it is imported, and looks up and calls a
host some seconds later. It reads ``ORT_DISABLE_TELEMETRY`` once, as its library is loaded: set later, the variable
changes nothing, and neither does ``disable_telemetry_events``. OpenVINO sends an event as it is imported and for each
conversion, through the package ``openvino_telemetry``, and does without where that one cannot be imported.

``import squeezeviz`` itself calls `disable_telemetry`. It is the package's only side effect at import, and cheap: a
person may import onnxruntime after squeezeviz in the same kernel, and processes started from here (Dask's workers,
JupyterLab, Voilà, their kernels) have the variable from their first moment on.
"""

from __future__ import annotations

import os
import sys
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from squeezeviz.errors import ModelError
from squeezeviz.offline import is_offline

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["disable_telemetry", "import_onnxruntime", "import_openvino", "import_quantization"]

_VARIABLE = "ORT_DISABLE_TELEMETRY"
_QUIET = ("1", "true")  # ONNX Runtime takes any other value for "report"


def disable_telemetry() -> None:
    """Tell ONNX Runtime to report nothing; a person who has set the variable otherwise is obeyed, but not offline."""
    if is_offline() or not os.environ.get(_VARIABLE):
        os.environ[_VARIABLE] = "1"


def import_onnxruntime() -> Any:  # noqa: ANN401 - a module without types
    """Return the module ``onnxruntime``, reporting nothing.

    Raises:
        ModelError: ``SQUEEZEVIZ_OFFLINE`` is set, and it was imported before squeezeviz and reports.
    """
    if _reports_already:
        _tell("onnxruntime", f"import squeezeviz first, or set {_VARIABLE}=1 before Python starts")
    disable_telemetry()
    import onnxruntime  # noqa: PLC0415 - heavy

    if os.environ[_VARIABLE] in _QUIET:
        onnxruntime.disable_telemetry_events()  # on Windows, events go to the system's own log instead
    return onnxruntime


def import_quantization() -> Any:  # noqa: ANN401 - a module without types
    """Return the module ``onnxruntime.quantization``, of a library that reports nothing.

    Raises:
        ModelError: As `import_onnxruntime`.
    """
    import_onnxruntime()
    import onnxruntime.quantization  # noqa: PLC0415 - heavy

    return onnxruntime.quantization


def import_openvino() -> Any:  # noqa: ANN401 - a module without types
    """Return the module ``openvino``, reporting nothing.

    Raises:
        ImportError: It is not installed.
        ModelError: ``SQUEEZEVIZ_OFFLINE`` is set, and it was imported before and reports.
    """
    if "openvino" in sys.modules and sys.modules.get(_REPORTER) is not None:
        _tell("openvino", "let squeezeviz import it, or run in a Python of its own: squeezeviz convert --to openvino")
    with _hidden(_REPORTER):
        import openvino  # noqa: PLC0415 - an extra
    return openvino


_REPORTER = "openvino_telemetry"
# Whether it was loaded already, with leave to report, when squeezeviz came.
_reports_already = "onnxruntime" in sys.modules and os.environ.get(_VARIABLE) not in _QUIET


def _tell(module: str, remedy: str) -> None:
    """Warn of a module that reports since before we came, and cannot be stopped; offline, refuse to go on."""
    told = f"{module} was imported in a way that lets it report to its maker over the net; {remedy}"
    if is_offline():
        raise ModelError(f"SQUEEZEVIZ_OFFLINE is set, and {told}")
    warnings.warn(told, UserWarning, stacklevel=3)


@contextmanager
def _hidden(name: str) -> Iterator[None]:
    """Let nobody import a module for a moment, unless it has been already."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # that is how Python is told that there is no such module
    try:
        yield
    finally:
        del sys.modules[name]
