"""Stored activations on a terminal: the space it will take, and what has been stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.report.terminal.console import out, remarks
from squeezeviz.report.words import bytes_text

if TYPE_CHECKING:
    from squeezeviz.dataset.stored import ActivationJob, StoredActivations

__all__ = ["print_space", "print_stored"]

_MOST_LISTED = 10


def print_space(job: ActivationJob, *, to_remarks: bool = False) -> None:
    """Say what a store will take, before it is made.

    Args:
        job: What is about to be done.
        to_remarks: Whether that goes to standard error: where results go to standard output.
    """
    console = remarks if to_remarks else out
    if job.is_begun:
        remarks.say(("looking at what is there already", "dim"))
    space, layout = job.space, job.store.layout
    count = len(layout.values)
    layers = f"{count} layers" if count > 1 else console.name(layout.names[0])
    console.say((console.name(job.store.where), "bold"), f"  {space.photos:,} photos, {layers}, {layout.dtype}")
    source = f"estimated from {space.sampled} photos" if space.sampled else "none of those tried can be read"
    free = "" if space.free_bytes is None else f"; {bytes_text(space.free_bytes)} free"
    console.say(
        "about ", (bytes_text(space.estimated_bytes), "bold"), f" on disk ({source}), "
        f"{bytes_text(space.raw_bytes)} uncompressed{free}",
    )  # fmt: skip
    if space.due_photos < space.photos:
        console.say(
            f"{space.photos - space.due_photos:,} photos are there already; "
            f"the others take about {bytes_text(space.due_bytes)}",
            soft_wrap=False,
        )
    if layout.dtype == "float32" and not space.fits:
        console.say(("--dtype float16 takes about half", "yellow"))


def print_stored(made: StoredActivations) -> None:
    """Say what has been stored, how to read it, and what was left out."""
    new = made.photos - made.resumed
    rate = f" in {made.seconds:.1f} s, {new / made.seconds:.0f} photos/s" if new and made.seconds else ""
    out.say(
        f"{made.answered:,} photos{rate}: {bytes_text(made.stored_bytes)} on disk, "
        f"{bytes_text(made.raw_bytes)} uncompressed",
        soft_wrap=False,
    )
    if made.resumed:
        out.say(f"{made.resumed:,} of them were there already")
    if made.duplicates:
        out.say((f"{made.duplicates:,} have the same bytes as another", "yellow"))
    group = made.layers[0].removesuffix(":pre")
    out.say((f'xarray.open_zarr("{out.name(made.path)}", group="{out.name(group)}")', "dim"))
    for trouble in made.troubles[:_MOST_LISTED]:
        out.say(("left out: ", "yellow"), out.name(trouble.message))
    if len(made.troubles) > _MOST_LISTED:
        out.say((f"… and {len(made.troubles) - _MOST_LISTED:,} more", "yellow"))
