"""What came of profiling a network: the time of each layer, what it computes and moves, and what the machine can do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from squeezeviz.arguments import expect
from squeezeviz.notebook_display import NotebookDisplay
from squeezeviz.visible import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from squeezeviz.results.provenance import Provenance

__all__ = ["Bound", "LayerCost", "Machine", "Profile", "Setting", "Spread", "spread_of"]

#: What limits a layer by the roofline model: arithmetic, or the way to memory.
Bound = Literal["compute", "memory"]


@dataclass(frozen=True)
class Spread:
    """Times of many runs, in milliseconds.

    Attributes:
        median: Half of the runs took less.
        low: A quarter took less: the first quartile.
        high: A quarter took more: the third quartile.
    """

    median: float
    low: float
    high: float

    def to_dict(self) -> dict[str, float]:
        """Return plain data, ready for JSON."""
        return {"median_ms": self.median, "low_ms": self.low, "high_ms": self.high}


def spread_of(took_ms: Sequence[float]) -> Spread:
    """Return the quartiles of some times, in milliseconds."""
    low, median, high = np.percentile(took_ms, [25, 50, 75]).tolist()
    return Spread(median, low, high)


@dataclass(frozen=True)
class Machine:
    """What this machine was measured to do, with as many threads as the network was run with.

    Attributes:
        threads: How many.
        float_gflops: Operations in float32, in billions a second: the best run of a product of two matrices of
            512 × 512, or of a 3 × 3 convolution of 128 channels, through ONNX Runtime. A multiply-accumulate is two.
        integer_gops: The same of 8-bit integers, uint8 × int8; None where the network computes with none.
        bandwidth_gbps: Bytes read and written by a copy that no cache holds, in billions a second (as McCalpin's
            STREAM counts, 1995); the best of several.
    """

    threads: int
    float_gflops: float
    integer_gops: float | None
    bandwidth_gbps: float

    def peak(self, arithmetic: str) -> float:
        """Return the peak in billions of operations a second for ``"uint8"``, ``"int8"`` or a floating-point type."""
        return self.integer_gops or self.float_gflops if arithmetic in ("uint8", "int8") else self.float_gflops

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "threads": self.threads,
            "float_gflops": self.float_gflops,
            "integer_gops": self.integer_gops,
            "bandwidth_gbps": self.bandwidth_gbps,
        }


@dataclass(frozen=True)
class Setting:
    """The whole network run with another number of threads, or of images at once.

    Attributes:
        threads: Of a run.
        batch: Images at once.
        run: Of one run, all its images together.
    """

    threads: int
    batch: int
    run: Spread

    @property
    def image_ms(self) -> float:
        """Milliseconds an image, in the median."""
        return self.run.median / self.batch

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {"threads": self.threads, "batch": self.batch, "image_ms": self.image_ms, **self.run.to_dict()}


@dataclass(frozen=True)
class LayerCost:
    """What ONNX Runtime computes together: one layer, or several that it has fused; or what it does between layers.

    Attributes:
        name: The layer that takes most multiply-accumulates of those computed together; else what is done.
        layers: All layers computed together, in execution order. Empty for what is no layer: a value handed on,
            shape arithmetic, a conversion that ONNX Runtime has put in, and what cannot be mapped.
        fused: Those of them that are computed together with the one that it is named after, but for mere quantisation.
        is_quantised: Whether quantisation or dequantisation is computed with it.
        kind: What people call the layer's operator; ``"conversion"`` of layout or type, ``"handed on"``, ``"shape
            arithmetic"``, or ``"not mapped"``.
        kernels: ONNX Runtime's names of what it ran, in its order.
        arithmetic: Type of the numbers it computes with, such as ``"float32"`` or ``"uint8"``.
        time: Of one run, all its images together.
        macs: Multiply-accumulates of one run.
        operations: Of one run, by the counting rule of `squeezeviz.network.architecture`; quantisation counts where it
            is computed by itself.
        weight_bytes: Of stored numbers read, at their types, each counted once; with the channels that ONNX Runtime
            adds where it arranges them in blocks, here as below.
        read_bytes: Of activations read.
        written_bytes: Of activations written.
    """

    name: str
    layers: tuple[str, ...]
    fused: tuple[str, ...]
    is_quantised: bool
    kind: str
    kernels: tuple[str, ...]
    arithmetic: str
    time: Spread
    macs: int
    operations: int
    weight_bytes: int
    read_bytes: int
    written_bytes: int

    @property
    def words(self) -> str:
        """Its name, and what is computed with it."""
        return " + ".join([self.name, *self.fused, *(["quantisation"] if self.is_quantised else [])])

    @property
    def moved_bytes(self) -> int:
        """Weights, activations read and activations written: the least that has to be moved."""
        return self.weight_bytes + self.read_bytes + self.written_bytes

    @property
    def intensity(self) -> float | None:
        """Arithmetic intensity, operations a byte moved; None where nothing is moved."""
        return self.operations / self.moved_bytes if self.moved_bytes else None

    @property
    def gops(self) -> float | None:
        """Billions of operations a second; None where it took less than can be measured."""
        return self.operations / self.time.median / 1e6 if self.time.median else None

    @property
    def gbps(self) -> float | None:
        """Billions of bytes moved a second; None where it took less than can be measured."""
        return self.moved_bytes / self.time.median / 1e6 if self.time.median else None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "name": self.name,
            "layers": list(self.layers),
            "fused": list(self.fused),
            "is_quantised": self.is_quantised,
            "kind": self.kind,
            "kernels": list(self.kernels),
            "arithmetic": self.arithmetic,
            **self.time.to_dict(),
            "macs": self.macs,
            "operations": self.operations,
            "weight_bytes": self.weight_bytes,
            "read_bytes": self.read_bytes,
            "written_bytes": self.written_bytes,
            "intensity": self.intensity,
            "gops": self.gops,
            "gbps": self.gbps,
        }


@dataclass(frozen=True, eq=False)
class Profile(NotebookDisplay):
    """What each layer of a network costs on this machine.

    Attributes:
        provenance: The model.
        input_shape: (B, C, H, W).
        threads: Of a run.
        runs: How many runs were profiled, after those that only warm up.
        rows: What ONNX Runtime ran, in its order; layers that it computes together are one row.
        watched: All rows of a run together.
        run: Of the same network without the profiler, in the same process, in turn with the runs that it watched.
        profiler_ms: What the profiler itself takes, in milliseconds a kernel: measured, and taken off each.
        machine: What this machine can do.
        settings: Other numbers of threads and images at once, as far as they were asked for; the one above is among
            them.
    """

    provenance: Provenance
    input_shape: tuple[int, int, int, int]
    threads: int
    runs: int
    rows: tuple[LayerCost, ...]
    watched: Spread
    run: Spread
    profiler_ms: float
    machine: Machine
    settings: tuple[Setting, ...] = ()

    @property
    def batch(self) -> int:
        """Images at once."""
        return self.input_shape[0]

    @property
    def sum_ms(self) -> float:
        """The rows' medians together."""
        return sum(row.time.median for row in self.rows)

    @property
    def agreement(self) -> float:
        """What all rows of a run come to, as a share of a run without the profiler: 1 where both are one."""
        return self.watched.median / self.run.median

    @property
    def operations(self) -> int:
        """Of one run."""
        return sum(row.operations for row in self.rows)

    @property
    def unmapped(self) -> tuple[LayerCost, ...]:
        """What ONNX Runtime ran that stands for no layer anybody could name."""
        return tuple(row for row in self.rows if row.kind == "not mapped")

    @cached_property
    def _row_of(self) -> dict[str, LayerCost]:
        return {layer: row for row in self.rows for layer in row.layers}

    def row_of(self, layer: str) -> LayerCost | None:
        """Return the row in which a layer is computed; None where ONNX Runtime computes it nowhere by itself."""
        expect(layer, str, "a layer's name")
        return self._row_of.get(layer)

    def attainable_gops(self, row: LayerCost) -> float | None:
        """Return what the roofline model lets a layer reach at most, in billions of operations a second.

        The peak, or intensity × bandwidth where that is less (Williams, Waterman and Patterson, "Roofline: an
        insightful visual performance model for multicore architectures", Communications of the ACM, 2009). None of what
        computes nothing.
        """
        if not row.operations or row.intensity is None:
            return None
        return min(self.machine.peak(row.arithmetic), row.intensity * self.machine.bandwidth_gbps)

    def share_of_peak(self, row: LayerCost) -> float | None:
        """Return its operations a second as a share of the peak for its arithmetic; None of what computes nothing."""
        return None if not row.operations or row.gops is None else row.gops / self.machine.peak(row.arithmetic)

    def share_of_bandwidth(self, row: LayerCost) -> float | None:
        """Return its bytes a second as a share of the bandwidth of memory; above 1 where caches hold them."""
        return None if row.gbps is None else row.gbps / self.machine.bandwidth_gbps

    def bound(self, row: LayerCost) -> Bound | None:
        """Return what limits it by the roofline model; None of what computes nothing."""
        attainable = self.attainable_gops(row)
        if attainable is None:
            return None
        return "compute" if attainable >= self.machine.peak(row.arithmetic) else "memory"

    @property
    def ranked(self) -> Sequence[LayerCost]:
        """Rows, those that take longest first."""
        return sorted(self.rows, key=lambda row: -row.time.median)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            **self.provenance.to_dict(),
            "input_shape": list(self.input_shape),
            "threads": self.threads,
            "runs": self.runs,
            "run": self.run.to_dict(),
            "watched": self.watched.to_dict(),
            "sum_ms": self.sum_ms,
            "profiler_ms": self.profiler_ms,
            "agreement": self.agreement,
            "machine": self.machine.to_dict(),
            "layers": [
                row.to_dict()
                | {
                    "share_of_time": row.time.median / self.sum_ms if self.sum_ms else None,
                    "share_of_peak": self.share_of_peak(row),
                    "share_of_bandwidth": self.share_of_bandwidth(row),
                    "attainable_gops": self.attainable_gops(row),
                    "bound": self.bound(row),
                }
                for row in self.rows
            ],
            "unmapped": [row.name for row in self.unmapped],
            "settings": [setting.to_dict() for setting in self.settings],
        }

    def __repr__(self) -> str:
        threads = "1 thread" if self.threads == 1 else f"{self.threads} threads"
        return visible(
            f"<Profile of {self.provenance.model_id}: {self.run.median:.2f} ms a run of {self.batch}, {threads}; "
            f"{len(self.rows)} rows, {self.agreement:.0%} of it>"
        )
