"""IPython's kernel, started safely in a folder of files: ``python -P -m squeezeviz.serving.kernel``.

``python -m ipykernel_launcher`` looks for modules in the working folder before any other, so that a ``functools.py``
beside a notebook runs when the notebook is opened. ``-P`` stops that; but it also makes IPython (from 9.7 on) leave the
folder out for good, and notebooks import what lies beside them. So the folder comes back where IPython has always put
it: behind Python's own modules.
"""

from __future__ import annotations

import sys
from pathlib import Path

from ipykernel.kernelapp import IPKernelApp

__all__ = ["IsolatedKernelApp"]


class IsolatedKernelApp(IPKernelApp):
    """IPython's kernel, with its folder on the path though Python was started without it."""

    def init_path(self) -> None:
        """Put the working folder behind Python's own modules."""
        super().init_path()
        if "" in sys.path or self.ignore_cwd:
            return
        names = [Path(folder).name for folder in sys.path]
        installed = [at for at, name in enumerate(names) if name in {"site-packages", "dist-packages"}]
        sys.path.insert(min(installed, default=len(names)), "")


if __name__ == "__main__":
    IsolatedKernelApp.launch_instance()
