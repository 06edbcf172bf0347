"""Run the notebooks, for the site: `make docs` does.

    python docs/making/run_notebooks.py

Each is run from a clean kernel, and kept with its outputs in ``artifacts/notebooks``; of a widget that is the picture
it has where no kernel runs. What was run on the same notebook and the same package before is not run again.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# jsonschema, which nbformat imports, imports a checker of addresses that takes 3 s to start: see
# squeezeviz/serving/__main__.py. No notebook has one to check.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None: an import of it fails

import nbformat  # noqa: E402
from nbclient import NotebookClient  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / "artifacts" / "notebooks"
_SOURCES = ("squeezeviz/**/*.py", "data/**/*", "squeezeviz/widgets/static/*")


def main() -> None:
    """Run those that have changed, two at a time; end with 1 where one fails."""
    RUN.mkdir(parents=True, exist_ok=True)
    package = digest_of_package()
    with ThreadPoolExecutor(2) as threads:
        failed = [name for name in threads.map(lambda path: run(path, package), sorted(notebooks())) if name]
    if failed:
        sys.exit(f"these notebooks failed: {', '.join(failed)}")


def notebooks() -> list[Path]:
    """Return the notebooks' paths, in the order of the lessons."""
    return sorted((ROOT / "notebooks").glob("*.ipynb"))


def digest_of_package() -> str:
    """Return a digest of all that the notebooks' outputs come from but themselves."""
    digest = hashlib.sha256()
    for pattern in _SOURCES:
        for path in sorted(path for path in ROOT.glob(pattern) if path.is_file()):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def run(path: Path, package: str) -> str:
    """Run a notebook unless that was done; return its name where it failed, and nothing where not."""
    notebook = nbformat.read(path, as_version=4)
    made_of = hashlib.sha256(path.read_bytes() + package.encode()).hexdigest()
    kept = RUN / path.name
    if kept.is_file() and nbformat.read(kept, as_version=4).metadata.get("made_of") == made_of:
        return ""
    print(f"— running {path.name}", flush=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            resources = {"metadata": {"path": folder}}
            client = NotebookClient(
                notebook, timeout=900, kernel_name="python3", store_widget_state=False, resources=resources
            )
            client.execute()
    except Exception as exc:  # noqa: BLE001 - whatever a notebook raises; the others are run all the same
        print(f"{path.name}: {exc}", file=sys.stderr)
        return path.name
    notebook.metadata["made_of"] = made_of
    nbformat.write(notebook, kept)
    return ""


if __name__ == "__main__":
    main()
