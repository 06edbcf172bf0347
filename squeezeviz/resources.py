"""Finding the files that travel with the package: in a checkout at its top level, in a wheel inside the package."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent
CHECKOUT = PACKAGE.parent


def shipped(relative: str) -> Path:
    """Return the path of a shipped file or folder such as ``"data/imagenet1000.tsv"``.

    Raises:
        FileNotFoundError: The installation is incomplete.
    """
    for root in (PACKAGE / "_shipped", CHECKOUT):
        path = root / relative
        if path.exists():
            return path
    message = f"{relative} is missing beside the squeezeviz package in {PACKAGE}: reinstall squeezeviz"
    raise FileNotFoundError(message)


def is_checkout() -> bool:
    """Say whether the package runs from a source checkout rather than from an installed wheel."""
    return (CHECKOUT / "pyproject.toml").is_file() and not (PACKAGE / "_shipped").exists()
