"""The subcommand ``samples``: photos and drawings that are here already."""

from __future__ import annotations

from squeezeviz.cli.options import Json
from squeezeviz.cli.sources import print_json

__all__ = ["samples"]


def samples(as_json: Json = False) -> None:
    """List the photos that come with installed packages, and drawn shapes; names work wherever a path does."""
    from squeezeviz.image.gallery import samples as all_samples  # noqa: PLC0415 - heavy

    if as_json:
        print_json(
            [
                {
                    "name": sample.name,
                    "title": sample.title,
                    "package": sample.package,
                    "credit": sample.credit,
                    "path": str(sample.path) if sample.path else None,
                    "is_drawn": sample.is_drawn,
                }
                for sample in all_samples()
            ]
        )
        return
    from squeezeviz.report.terminal.samples import print_samples  # noqa: PLC0415 - heavy

    print_samples(all_samples())
