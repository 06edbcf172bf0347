"""What all tests share: the published model, the labelled photos, and the rule that CI skips nothing for want of them."""

from __future__ import annotations

import contextlib
import faulthandler
import functools
import gc
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from squeezeviz.runtime.sessions import available_threads
from squeezeviz.zoo import ModelFiles, locate

# nbformat imports jsonschema, and this what takes 3 s to import: see squeezeviz/serving/__main__.py.
sys.modules.setdefault("rfc3987_syntax", None)

# To look for garbage after every 700 objects, and through all of them after 70,000, took an eighth of the processor time.
gc.set_threshold(50_000, 10, 10)

_UNIT = Path(__file__).parent / "unit"
_BROWSER = "tests/browser/"
_JUPYTERLAB = re.compile(r"\b(lab|open_cell|open_notebook|empty_lab|in_both_hosts|in_jupyterlab)\b")
NAME = "squeezenet1.1-caffe2"
WORKER_BYTES = 2 * 2**30  # its tests, servers, kernels and browser
MEMORY = Path("/dev/shm")


def pytest_configure() -> None:
    """Keep what tests write, some 160 MiB, in memory where there is plenty: a disk took up to 14 s for it."""
    if MEMORY.is_dir() and min(psutil.disk_usage(str(MEMORY)).free, psutil.virtual_memory().available) > 3 * 2**30:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.fixture(scope="session")
def _stderr(request):
    """Where what is written is seen at once, captured or not."""
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        number = os.dup(2)
    yield number
    os.close(number)


@pytest.fixture(scope="module", autouse=True)
def _told_where_it_hangs(_stderr):
    """Say what every thread is at where not even the time limit of a test ends it; pytest's own took 3 s for 7,000 tests."""
    faulthandler.dump_traceback_later(900, file=_stderr)
    yield
    faulthandler.cancel_dump_traceback_later()


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory):
    """Give the tests a cache of their own, and model folders that can be written without touching the real ones."""
    patch = pytest.MonkeyPatch()
    found = locate(NAME)
    patch.setenv("SQUEEZEVIZ_CACHE", str(tmp_path_factory.mktemp("cache")))
    patch.setenv("SQUEEZEVIZ_OFFLINE", "1")
    if found is not None:
        models = tmp_path_factory.mktemp("models")
        (models / NAME).mkdir()
        for path in found.paths:
            (models / NAME / path.name).symlink_to(path.resolve())
        patch.setenv("SQUEEZEVIZ_MODELS", str(models))
    yield
    patch.undo()


@pytest.fixture(scope="session")
def published_files(_own_cache) -> ModelFiles:
    """The published model's files; the test is skipped where they are nowhere on this machine."""
    found = locate(NAME)
    if found is None:
        pytest.skip(f"the published model {NAME} is not on this machine: squeezeviz download, or set SQUEEZEVIZ_MODELS")
    return found


@pytest.fixture(scope="session")
def model(published_files):
    """The published model, loaded."""
    from squeezeviz import load_model

    return load_model(NAME)


@pytest.fixture(scope="session")
def photos(published_files) -> Path:
    """Folder of labelled photos and reference outputs: ``images/`` and ``reference/`` beside the model folders."""
    configured = os.environ.get("SQUEEZEVIZ_TEST_DATA")
    # The models were found through symbolic links of our own (see _own_cache): the originals tell where the rest is.
    root = Path(configured) if configured else published_files.paths[0].resolve().parents[2]
    if not (root / "reference" / "logits.npz").is_file() or not (root / "images" / "labels.tsv").is_file():
        pytest.skip("the labelled photos and reference outputs are not beside the model (set SQUEEZEVIZ_TEST_DATA)")
    return root


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Pass over files that have no quick test, where only these are asked for: to read them takes longer than the tests."""
    others = {_UNIT.with_name(name) for name in ("browser", "integration", "notebooks")}
    return True if config.option.markexpr == "quick" and collection_path in others else None


@pytest.hookimpl(tryfirst=True)  # before ``-m`` chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what answers in a minute: by where a test lies and what it needs, so that nobody keeps a list."""
    for item in items:
        if item.path.is_relative_to(_UNIT) and not any(map(item.get_closest_marker, ("model", "browser", "slow"))):
            item.add_marker(pytest.mark.quick)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Leave out of every later search for garbage what will not become any: modules and thousands of tests."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Look for no garbage as the process ends: it took a second to go through a million objects."""
    gc.freeze()


@pytest.hookimpl(optionalhook=True)  # unknown where pytest-xdist is not installed
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return how many workers ``-n auto`` starts: two more than processors, as they wait for servers half of the time.

    Each has a browser and servers of its own, so six at most, as many as memory holds, and none for one processor.
    Unit tests wait for nobody: one for each processor, as a further one reads and imports all once more.
    """
    count = available_threads()
    most = psutil.virtual_memory().total // WORKER_BYTES
    more = 0 if _are_units(config) else 2
    return 0 if count == 1 else max(2, min(count + more, most, 6))


def _are_units(config: pytest.Config) -> bool:
    """Say whether only unit tests are asked for."""
    asked = (Path(config.invocation_params.dir, each.partition("::")[0]) for each in config.args)
    return config.option.markexpr == "quick" or all(path.is_relative_to(_UNIT) for path in asked)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Give each worker one thread to compute on: more, of ONNX Runtime and OpenBLAS, spin while they wait for each other."""
    for name in ("SQUEEZEVIZ_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # of the processes that are started from now on


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    """Let a worker do what needs the same: no browser, or a browser and JupyterLab, or a browser alone.

    So fewer browsers and servers are started, and fewer pages and kernels.
    """
    if config.option.dist != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class ByNeeds(LoadFileScheduling):
        def _assign_work_unit(self, node) -> None:
            turn = self.nodes.index(node) % 3
            files = sorted(self.workqueue, key=lambda file: (_needs(file) != turn, not (turn and _needs(file))))
            self.workqueue.move_to_end(files[0], last=False)
            super()._assign_work_unit(node)

    return ByNeeds(config, log)


@functools.cache
def _needs(file: str) -> int:
    """Return what a file of tests needs: 0 for no browser, 1 for JupyterLab in one, 2 for a browser without."""
    if not file.startswith(_BROWSER):
        return 0
    return 1 if _JUPYTERLAB.search(Path(__file__).parents[1].joinpath(file).read_text()) else 2


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error) -> None:
    """Say how a worker ended that was not told to; pytest-xdist says no more than that it did."""
    if not error:
        return
    with contextlib.suppress(AttributeError, subprocess.TimeoutExpired):  # execnet keeps its process to itself
        code = node.gateway._io.popen.wait(timeout=10)
        how = f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
        left, whole = (round(size / 2**20) for size in psutil.virtual_memory()[1::-1])
        said = f"{node.gateway.id} ended {how}; this machine has {left:,} of {whole:,} MiB of memory left"
        node.config.get_terminal_writer().line(f"\n{said}", red=True)


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable(report):
    """Write ? for lone surrogates: pytest-xdist ends without a word where a failed test of hostile names says one."""
    data = yield
    return (
        json.loads(json.dumps(data, ensure_ascii=False).encode("utf-8", "replace")) if data and report.failed else data
    )


# In CI nothing may be skipped for want of the model, the photos or the browser: such a skip fails the run.
_WANTED = ("published model", "labelled photos", "Chromium", "playwright", "pillow-heif", "MkDocs")


def pytest_terminal_summary(terminalreporter, exitstatus, config) -> None:
    for reason in _forbidden_skips(config):
        terminalreporter.write_line(f"CI is set, and this skip is not allowed there: {reason}", red=True)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and isinstance(report.longrepr, tuple):
        _skips.append((report.nodeid, str(report.longrepr[2])))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if _forbidden_skips(session.config) and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


_skips: list[tuple[str, str]] = []


def _forbidden_skips(config: pytest.Config) -> list[str]:
    if not os.environ.get("CI"):
        return []
    return [f"{test}: {reason}" for test, reason in _skips if any(word in reason for word in _WANTED)]
