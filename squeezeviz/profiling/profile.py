"""How long each layer takes, by ONNX Runtime's own profiler."""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.errors import ModelError, SqueezeVizError, in_one_line
from squeezeviz.profiling.events import read_runs
from squeezeviz.profiling.fusion import kernels_of
from squeezeviz.profiling.machine import measured_machine
from squeezeviz.profiling.overhead import profiler_ms
from squeezeviz.profiling.profiled import LayerCost, Profile, Setting, Spread, spread_of
from squeezeviz.profiling.rows import rows_of
from squeezeviz.profiling.tokens import tokenised
from squeezeviz.results.provenance import Provenance
from squeezeviz.runtime.integers import exact_integers
from squeezeviz.runtime.loading import loaded
from squeezeviz.runtime.sessions import available_threads, made_session, plain_options
from squeezeviz.telemetry import import_onnxruntime

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import onnx
    import onnxruntime
    from numpy.typing import NDArray

    from squeezeviz.runtime.loading import ModelSource
    from squeezeviz.runtime.model import Model

__all__ = ["profile"]

_WARM_UP = 5
_BLOCK = 5  # runs in a row, of the profiled network or of the bare one
_PAUSE_S = 0.05  # before each: the other's idle threads stop spinning
_BATCHES = (1, 2, 4, 8)
_MOST_THREADS, _MOST_RUNS, _MOST_BATCH = 256, 10_000, 1024
_SETTING_S = 0.6  # how long one setting is tried
_LEAST_TRIES = 3


def profile(
    model: ModelSource,
    *,
    threads: int | None = None,
    batch: int = 1,
    runs: int = 30,
    compare: bool = True,
    on_progress: Callable[[int, int], None] | None = None,
) -> Profile:
    """Measure what each layer costs on this machine, and what the machine could do.

    The network is run as it is for a prediction, fused as ONNX Runtime fuses it, on noise: how long a layer takes does
    not hang on what it sees. Runs that the profiler watches take turns with runs that it does not, in the same process;
    `Profile.agreement` says whether both are one.

    Args:
        model: A loaded model, or the name or path of one: any, in float or 8-bit integers.
        threads: Of a run; by default as many as this process has processors.
        batch: Images at once.
        runs: How many runs to watch, besides those that warm up.
        compare: Whether to time the whole network with other numbers of threads, and of images at once.
        on_progress: Called with (done, all) as parts of the work are done.

    Raises:
        ModelError: The model cannot be loaded, or run so by ONNX Runtime; or its profile cannot be read.
        SqueezeVizError: A number cannot be.
    """
    chosen = available_threads() if threads is None else threads
    for name, value, most in (
        ("threads", chosen, _MOST_THREADS),
        ("batch", batch, _MOST_BATCH),
        ("runs", runs, _MOST_RUNS),
    ):
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            raise SqueezeVizError(f"{name} is {value!r}; expected a whole number from 1 to {most:,}")
    work = _Profiling(loaded(model), chosen, batch, runs, on_progress)
    return work.profile(compare=compare)


class _Profiling:
    """One profile in the making."""

    def __init__(
        self, model: Model, threads: int, batch: int, runs: int, on_progress: Callable[[int, int], None] | None
    ) -> None:
        self._model, self._threads, self._batch, self._runs = model, threads, batch, runs
        self._tell, self._done, self._all = on_progress, 0, 1
        self._given = model.as_run()
        self._names = tokenised(self._given)
        self._content = self._given.SerializeToString()
        self._takes_batches = _has_free_batch(self._given)
        if batch > 1 and not self._takes_batches:
            raise ModelError(f"{model.name} takes one image at a time; batch is {batch}")

    def profile(self, *, compare: bool) -> Profile:
        settings = list(self._settings()) if compare else []
        is_integer = any("Quantize" in node.op_type or "Integer" in node.op_type for node in self._given.graph.node)
        blocks = -(-self._runs // _BLOCK)
        self._all = 2 * blocks + 1 + (5 if is_integer else 3) + len(settings)
        with tempfile.TemporaryDirectory() as folder:
            taken_off = profiler_ms(self._threads, Path(folder))
            rows, watched, run = self._watched(Path(folder), blocks, taken_off)
        machine = measured_machine(self._threads, computes_integers=is_integer, tick=self._tick)
        others = tuple(Setting(threads, batch, self._timed(threads, batch)) for threads, batch in settings)
        shape = (self._batch, *self._model.architecture.input_shape)
        provenance = Provenance(self._model.name, self._model.sha256, None)
        return Profile(provenance, shape, self._threads, self._runs, rows, watched, run, taken_off, machine, others)

    def _tick(self) -> None:
        self._done += 1
        if self._tell:
            self._tell(min(self._done, self._all), self._all)

    def _settings(self) -> Iterator[tuple[int, int]]:
        most = max(available_threads(), self._threads)
        doubled = [1 << power for power in range(most.bit_length()) if 1 << power <= most]
        for threads in sorted({*doubled, most, self._threads}):
            for batch in sorted({*_BATCHES, self._batch}) if self._takes_batches else (1,):
                yield threads, batch

    # Watched by the profiler, and not ---------------------------------------------------------------------------------

    def _watched(self, folder: Path, blocks: int, taken_off: float) -> tuple[tuple[LayerCost, ...], Spread, Spread]:
        joined = self._optimised(folder / "joined.onnx")
        bare = self._session(self._threads)
        watched = self._session(self._threads, folder / "run.onnx", folder / "profile")
        feeds = self._feeds(self._batch)
        for session in (bare, watched):
            for _ in range(_WARM_UP):
                self._run(session, feeds)
        self._tick()
        bare_ms: list[float] = []
        is_kept = [False] * _WARM_UP
        for _ in range(blocks):
            bare_ms += self._block(bare, feeds)
            self._block(watched, feeds)
            is_kept += [False, *[True] * _BLOCK]
        found = read_runs(Path(watched.end_profiling()), len(is_kept))
        kept = [run for run, counts in zip(found, is_kept, strict=True) if counts][: self._runs]
        kept = [[replace(ran, ms=max(0.0, ran.ms - taken_off)) for ran in run] for run in kept]
        kernels = kernels_of(self._given, joined, _loaded(folder / "run.onnx"), [ran.name for ran in kept[0]])
        rows = rows_of(kept, kernels, self._model.architecture, self._names, self._batch)
        watched_ms = [sum(ran.ms for ran in run) for run in kept]
        return rows, spread_of(watched_ms), spread_of(bare_ms[: self._runs])

    def _block(self, session: onnxruntime.InferenceSession, feeds: dict[str, NDArray[Any]]) -> list[float]:
        """Run a session a few times, once more to warm up; return how long each took, in milliseconds."""
        time.sleep(_PAUSE_S)
        took = [self._run(session, feeds) for _ in range(_BLOCK + 1)]
        self._tick()
        return took[1:]

    def _run(self, session: onnxruntime.InferenceSession, feeds: dict[str, NDArray[Any]]) -> float:
        start = time.perf_counter()
        try:
            session.run(None, feeds)
        except Exception as exc:  # ONNX Runtime's exceptions share no base but Exception
            raise ModelError(f"ONNX Runtime could not run {self._model.name}: {in_one_line(exc)}") from exc
        return (time.perf_counter() - start) * 1e3

    def _timed(self, threads: int, batch: int) -> Spread:
        session, feeds = self._session(threads), self._feeds(batch)
        self._run(session, feeds)
        took: list[float] = []
        until = time.perf_counter() + _SETTING_S
        while len(took) < _LEAST_TRIES or (time.perf_counter() < until and len(took) < self._runs):
            took.append(self._run(session, feeds))
        self._tick()
        return spread_of(took)

    # Sessions ---------------------------------------------------------------------------------------------------------

    def _session(
        self, threads: int, optimised: Path | None = None, events: Path | None = None
    ) -> onnxruntime.InferenceSession:
        options = plain_options(threads)
        if events is not None:
            options.enable_profiling, options.profile_file_prefix = True, str(events)
        return self._made(options, optimised)

    def _optimised(self, path: Path) -> onnx.ModelProto:
        """Return what the first half of ONNX Runtime's optimiser makes of the network."""
        options = plain_options(self._threads)
        options.graph_optimization_level = import_onnxruntime().GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        self._made(options, path)
        return _loaded(path)

    def _made(self, options: onnxruntime.SessionOptions, optimised: Path | None) -> onnxruntime.InferenceSession:
        exact_integers(options)
        if optimised is not None:
            options.optimized_model_filepath = str(optimised)
            # Large weights go into a file beside it, which nobody reads.
            beside = "session.optimized_model_external_initializers_"
            options.add_session_config_entry(f"{beside}file_name", f"{optimised.stem}.weights")
            options.add_session_config_entry(f"{beside}min_size_in_bytes", "1024")
        try:
            return made_session((self._content, {}), options)
        except Exception as exc:  # ONNX Runtime's exceptions share no base but Exception
            said = in_one_line(exc)
            version = import_onnxruntime().__version__
            raise ModelError(f"ONNX Runtime {version} cannot load {self._model.name}: {said}") from exc

    def _feeds(self, batch: int) -> dict[str, NDArray[Any]]:
        from onnx import helper  # noqa: PLC0415 - heavy

        source = self._given.graph.input[0]
        kind = helper.tensor_dtype_to_np_dtype(source.type.tensor_type.elem_type)
        noise = np.random.default_rng(0).standard_normal((batch, *self._model.architecture.input_shape))
        return {source.name: noise.astype(kind)}


def _loaded(path: Path) -> onnx.ModelProto:
    import onnx  # noqa: PLC0415 - heavy

    return onnx.load(path, load_external_data=False)  # its nodes are asked for, and how large its weights are


def _has_free_batch(model: onnx.ModelProto) -> bool:
    return bool(model.graph.input[0].type.tensor_type.shape.dim[0].dim_value != 1)
