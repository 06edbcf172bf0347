"""JupyterLab and the app, as programs: ``python -P -m squeezeviz.serving lab …`` and ``… app notebook.ipynb …``."""

from __future__ import annotations

import os
import sys
import threading

__all__ = ["main"]

#: What a server may take to end once its loop has: its kernels are gone by then, and its files are closed.
_PATIENCE_S = 5.0


def main() -> None:
    """Run the server that the first argument names, with the arguments behind it."""
    # jsonschema, which every Jupyter server imports, imports a checker of internationalised addresses that takes 3 s to
    # start (it compiles 38 grammars); no schema of a Jupyter server has such an address. jsonschema goes without it.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None: an import of it fails
    name = sys.argv.pop(1)
    if name == "lab":
        from jupyterlab.labapp import main as launch  # noqa: PLC0415
    else:
        from squeezeviz.serving.app import App  # noqa: PLC0415

        launch = App.launch_instance
    code: object = 1
    try:
        launch()
        code = 0
    except SystemExit as exc:
        code = exc.code
        raise
    finally:
        _end_at_last(code)


def _end_at_last(code: object) -> None:
    """End the process even where a thread goes on: AnyIO's may wait for work of a loop that has ended, for ever."""
    status = code if isinstance(code, int) else int(code is not None)
    timer = threading.Timer(_PATIENCE_S, os._exit, (status,))
    timer.daemon = True
    timer.start()


if __name__ == "__main__":
    main()
