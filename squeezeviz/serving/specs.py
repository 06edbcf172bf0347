"""Kernels that do not take modules of Python's own from the folder they run in."""

from __future__ import annotations

import sys

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

__all__ = ["IsolatedKernelSpecs"]

# Jupyter replaces each by the interpreter that it runs in.
_THIS_PYTHON = frozenset(
    {"python", f"python{sys.version_info[0]}", f"python{sys.version_info[0]}.{sys.version_info[1]}", sys.executable}
)
_USUAL = ["-m", "ipykernel_launcher"]


class IsolatedKernelSpecs(KernelSpecManager):
    """Kernel specifications in which this Python's kernels are started by `squeezeviz.serving.kernel`.

    Those of other environments and languages stay as they are.
    """

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return a specification by its name."""
        spec = super().get_kernel_spec(kernel_name)
        argv = list(spec.argv)
        if argv[:1] and argv[0] in _THIS_PYTHON and "-m" in argv:
            at = argv.index("-m")
            if argv[at : at + 2] == _USUAL:
                spec.argv = [*argv[:at], "-P", "-m", "squeezeviz.serving.kernel", *argv[at + 2 :]]
        return spec
