"""Reaching Dask: a scheduler that runs somewhere, or one of our own on this machine."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from squeezeviz.errors import DatasetError
from squeezeviz.runtime.sessions import available_threads

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["connected"]

_CONNECT_S = 10.0  # to reach a scheduler
_WORKERS_S = 30.0  # to wait for the first workers
# Ctrl-C reaches every process of a terminal. Workers leave it to who asked, or each would print how it was interrupted.
_UNDISTURBED = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"
_SAFE_PATH = "PYTHONSAFEPATH"


@contextmanager
def connected(scheduler: str, workers: int | None) -> Generator[Any]:
    """Give a client of a scheduler that has its workers.

    Args:
        scheduler: Its address, or ``local`` for one of our own on this machine.
        workers: How many to wait for, or to start.

    Raises:
        DatasetError: Dask is missing, or the scheduler or its workers cannot be reached.
    """
    try:
        from distributed import Client  # noqa: PLC0415 - an extra
    except ImportError as exc:
        raise DatasetError("many machines take Dask: pip install 'squeezeviz[cluster]'") from exc
    if scheduler == "local":
        count = workers or available_threads()
        with _local_cluster(count) as cluster, Client(cluster, set_as_default=False) as client:
            _wait_for_workers(client, count, "the processes of this machine")
            yield client
        return
    if "://" not in scheduler:
        raise DatasetError(f"scheduler {scheduler!r}: expected 'local', or an address such as tcp://host:8786")
    try:
        client = Client(scheduler, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as exc:
        raise DatasetError(
            f"{scheduler}: no Dask scheduler answers there within {_CONNECT_S:.0f} s ({exc}). "
            "One is started by: dask scheduler, and its workers by: dask worker ADDRESS"
        ) from exc
    with client:
        _wait_for_workers(client, workers or 1, scheduler)
        yield client


@contextmanager
def _local_cluster(count: int) -> Generator[Any]:
    """Run a scheduler and its workers on this machine, for nobody else.

    A scheduler runs what it is sent, as the person who started it, and its port can be reached by every user of the
    machine. So it speaks to those alone that have the certificate made here, which is held in memory only.
    """
    import dask.config  # noqa: PLC0415 - an extra
    from distributed import LocalCluster, Security  # noqa: PLC0415 - an extra

    try:
        security = Security.temporary()
    except ImportError as exc:
        raise DatasetError(
            "workers on this machine take the package cryptography, so that nobody else can give them work: "
            "pip install 'squeezeviz[cluster]'"
        ) from exc
    # Dask opens a port for its dashboard whether there is one or not; there is nothing behind it.
    nothing: dict[str, Any] = {f"distributed.{role}.http.routes": [] for role in ("scheduler", "worker")}
    # Nor does anybody look at where each worker's time goes, which it would note a hundred times a second.
    nothing["distributed.worker.profile.enabled"] = False
    # What goes wrong with a photo or a worker comes back as an error; a worker that is ended amid
    # a heartbeat would log that nobody answers it any more.
    with _without_the_working_folder(), dask.config.set(nothing), LocalCluster(
        n_workers=count, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address="127.0.0.1:0",
        scheduler_kwargs={"dashboard": False}, silence_logs="CRITICAL", preload=[_UNDISTURBED], security=security,
    ) as cluster:  # fmt: skip
        yield cluster


@contextmanager
def _without_the_working_folder() -> Generator[None]:
    """Have children of this process look for modules where they are installed, and nowhere else.

    Workers are started as ``python -c``, also in place of those that die, and would look in the working folder first.
    """
    before = os.environ.get(_SAFE_PATH)
    os.environ[_SAFE_PATH] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_SAFE_PATH]
        else:
            os.environ[_SAFE_PATH] = before


def _wait_for_workers(client: Any, count: int, spoken: str) -> None:  # noqa: ANN401 - Dask ships no types
    try:
        client.wait_for_workers(count, timeout=_WORKERS_S)
    except (OSError, TimeoutError) as exc:
        here = len(client.nthreads())
        raise DatasetError(
            f"{spoken}: {here} of {count} workers are there after {_WORKERS_S:.0f} s; one is started by: "
            "dask worker ADDRESS"
        ) from exc
