"""What the verb ``activations`` prints: the space it will take, and what has been stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from squeezeviz.console import out, remarks

if TYPE_CHECKING:
    from squeezeviz.dataset.stored import ActivationJob, StoredActivations

__all__ = ["print_space", "print_stored", "size_text"]

_MOST_LISTED = 10


def size_text(size_bytes: int) -> str:
    """Return a size in words: ``"93.9 MB"``."""
    size = float(size_bytes)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "bytes" or size >= 100 else f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:,.3g} TB"


def print_space(job: ActivationJob, *, to_remarks: bool) -> None:
    """Say what a store will take, before it is made.

    Args:
        job: What is about to be done.
        to_remarks: Whether that goes to standard error: where results go to standard output.
    """
    console = remarks if to_remarks else out
    if job.is_begun:
        remarks.print("[dim]looking at what is there already[/]")
    space, layout = job.space, job.store.layout
    count = len(layout.values)
    layers = f"{count} layers" if count > 1 else escape(layout.names[0])
    console.print(
        f"[bold]{escape(job.store.where)}[/]  {space.photos:,} photos, {layers}, {layout.dtype}", soft_wrap=True
    )
    source = f"estimated from {space.sampled} photos" if space.sampled else "none of those tried can be read"
    free = "" if space.free_bytes is None else f"; {size_text(space.free_bytes)} free"
    console.print(
        f"about [bold]{size_text(space.estimated_bytes)}[/] on disk ({source}), "
        f"{size_text(space.raw_bytes)} uncompressed{free}",
        soft_wrap=True,
    )
    if space.due_photos < space.photos:
        console.print(
            f"{space.photos - space.due_photos:,} photos are there already; "
            f"the others take about {size_text(space.due_bytes)}"
        )
    if layout.dtype == "float32" and not space.fits:
        console.print("[yellow]--dtype float16 takes about half[/]")


def print_stored(made: StoredActivations) -> None:
    """Say what has been stored, how to read it, and what was left out."""
    new = made.photos - made.resumed
    rate = f" in {made.seconds:.1f} s, {new / made.seconds:.0f} photos/s" if new and made.seconds else ""
    out.print(
        f"{made.answered:,} photos{rate}: {size_text(made.stored_bytes)} on disk, "
        f"{size_text(made.raw_bytes)} uncompressed"
    )
    if made.resumed:
        out.print(f"{made.resumed:,} of them were there already")
    if made.duplicates:
        out.print(f"[yellow]{made.duplicates:,} have the same bytes as another[/]")
    group = made.layers[0].removesuffix(":pre")
    out.print(f'[dim]xarray.open_zarr("{escape(made.path)}", group="{escape(group)}")[/]', soft_wrap=True)
    for trouble in made.troubles[:_MOST_LISTED]:
        out.print(f"[yellow]left out:[/] {escape(trouble.message)}", soft_wrap=True)
    if len(made.troubles) > _MOST_LISTED:
        out.print(f"[yellow]… and {len(made.troubles) - _MOST_LISTED:,} more[/]")
