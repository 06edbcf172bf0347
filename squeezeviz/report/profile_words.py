"""What a profile says, in words and numbers, for any medium."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.report.words import bytes_text

if TYPE_CHECKING:
    from squeezeviz.profiling.profiled import LayerCost, Profile, Spread

__all__ = ["CELLS", "NOTE", "cells_of", "machine_words", "run_words", "settings_rows", "spread_text", "threads_text"]

#: The columns of a row, after its name: those first that a narrow terminal has room for.
CELLS = ("ms", "share", "of peak", "limit", "Gop/s", "MACs", "moved", "ops/byte", "of bandwidth")
#: What is to be known to read it.
NOTE = (
    "Medians of profiled runs. Moved: weights, activations read and written, each once. The limit is "
    "the roofline's: arithmetic, or the way to memory; what a cache holds may pass the bandwidth of memory."
)


def threads_text(count: int) -> str:
    """Return how many threads, in words."""
    return "1 thread" if count == 1 else f"{count} threads"


def spread_text(spread: Spread) -> str:
    """Return a median and its quartiles: ``"4.82 ms (quartiles 4.80 to 4.91)"``."""
    return f"{spread.median:.2f} ms (quartiles {spread.low:.2f} to {spread.high:.2f})"


def run_words(profile: Profile) -> str:
    """Return how long a run takes, and whether the rows come to as much."""
    images = "one image" if profile.batch == 1 else f"{profile.batch} images"
    return (
        f"a run of {images} on {threads_text(profile.threads)} takes {spread_text(profile.run)}; its layers together "
        f"take {profile.watched.median:.2f} ms in {profile.runs} profiled runs, {profile.agreement:.0%} of that"
    )


def machine_words(profile: Profile) -> str:
    """Return what the machine was measured to do."""
    machine = profile.machine
    integers = f", {machine.integer_gops:.0f} Gop/s in 8-bit integers" if machine.integer_gops else ""
    return (
        f"this machine, measured with as many threads: {machine.float_gflops:.0f} GFLOP/s in float32{integers}, "
        f"{machine.bandwidth_gbps:.1f} GB/s through memory"
    )


def cells_of(profile: Profile, row: LayerCost) -> list[str]:
    """Return a row's numbers under `CELLS`; empty where there is none."""
    peak, bandwidth = profile.share_of_peak(row), profile.share_of_bandwidth(row)
    return [
        f"{row.time.median:.3f}",
        f"{row.time.median / profile.sum_ms:.1%}" if profile.sum_ms else "",
        f"{peak:.0%}" if peak is not None else "",
        profile.bound(row) or "",
        f"{row.gops:.1f}" if row.operations and row.gops is not None else "",
        f"{row.macs / 1e6:.2f} M" if row.macs else "",
        bytes_text(row.moved_bytes),
        f"{row.intensity:.1f}" if row.operations and row.intensity is not None else "",
        f"{bandwidth:.0%}" if bandwidth is not None else "",
    ]


def settings_rows(profile: Profile) -> tuple[list[str], list[list[str]]]:
    """Return what other threads and batches would take, milliseconds an image: headings, and a row a thread count."""
    batches = sorted({setting.batch for setting in profile.settings})
    by = {(setting.threads, setting.batch): setting for setting in profile.settings}
    rows = [
        [
            threads_text(threads),
            *(f"{by[threads, batch].image_ms:.2f}" if (threads, batch) in by else "" for batch in batches),
        ]
        for threads in sorted({setting.threads for setting in profile.settings})
    ]
    return ["ms an image", *(f"batch {batch}" for batch in batches)], rows
