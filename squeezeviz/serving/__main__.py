"""JupyterLab and the app, as programs: ``python -P -m squeezeviz.serving lab …`` and ``… app notebook.ipynb …``."""

from __future__ import annotations

import sys

__all__ = ["main"]


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
    launch()


if __name__ == "__main__":
    main()
