"""Surveys on a real Dask scheduler with workers as processes of their own, on loopback."""

import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from squeezeviz import evaluate, load_model
from squeezeviz.dataset import cluster, find, survey
from squeezeviz.dataset.scores import Scores
from squeezeviz.errors import DatasetError
from tests.nets import tiny_model
from tests.surveys import Census, asked, paint

pytest.importorskip("distributed")

ROOT = Path(__file__).parents[2]
# What processes of Dask's do while they wait: note where time goes, look at themselves.
IDLE = {
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
    "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "1s",
    "DASK_DISTRIBUTED__ADMIN__SYSTEM_MONITOR__INTERVAL": "5s",
}


class Cluster:
    """A scheduler and its workers."""

    def __init__(self, folder):
        self._folder, self._file = folder, folder / "scheduler.json"
        self._processes, self._workers = [], {}
        self.scheduler = self._start(
            "dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--dashboard-address", "127.0.0.1:0"
        )
        try:
            self.address = self._wait_for_address()
        except TimeoutError:
            self.close()
            raise

    def _start(self, tool, *arguments, **environment):
        log = (self._folder / f"{len(self._processes)}.log").open("w")
        started = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{tool}", "--scheduler-file", str(self._file), *arguments],
            stdout=log, stderr=subprocess.STDOUT, cwd=self._folder,
            env=os.environ | IDLE | {"PYTHONPATH": str(ROOT)} | environment,
        )  # fmt: skip
        log.close()
        self._processes.append(started)
        return started

    def _wait_for_address(self):
        deadline = time.monotonic() + 150
        while time.monotonic() < deadline:
            try:
                return json.loads(self._file.read_text())["address"]
            except (OSError, ValueError):
                time.sleep(0.1)
        raise TimeoutError("no scheduler")

    def worker(self, name):
        """Start one, with a cache of its own."""
        self._workers[name] = self._start(
            "dask_worker", "--nthreads", "1", "--no-nanny", "--no-dashboard", "--name", name, "--host", "127.0.0.1",
            SQUEEZEVIZ_CACHE=str(self.cache(name)),
        )  # fmt: skip
        return self._workers[name]

    def next_worker(self):
        """Start one more; return its name and its process."""
        name = f"worker {len(self._workers)}"
        return name, self.worker(name)

    def living(self, count):
        """Return so many workers that live: those that another test has left alive, and new ones."""
        alive = [worker for worker in self._workers.values() if worker.poll() is None]
        return [*alive, *(self.next_worker()[1] for _ in range(count - len(alive)))][:count]

    def cache(self, name):
        return self._folder / f"cache of {name}"

    def arrived(self, name):
        return list((self.cache(name) / "arrived").glob("*.onnx"))

    def close(self):
        for process in reversed(self._processes):
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def expendable(tmp_path_factory):
    """The clusters that tests do harm to, the last of them in use."""
    made = []
    yield made
    for each in made:
        each.close()


@pytest.fixture
def machines(expendable, tmp_path_factory):
    """A scheduler that lives, with such workers as other tests have left alive."""
    if not expendable or expendable[-1].scheduler.poll() is not None:
        expendable.append(Cluster(tmp_path_factory.mktemp("machines")))
    return expendable[-1]


@pytest.fixture(scope="module")
def crew(tmp_path_factory):
    """Two workers that live through all tests that leave them alive."""
    made = Cluster(tmp_path_factory.mktemp("crew"))
    made.worker("a"), made.worker("b")
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path):
    return paint(tmp_path / "photos", 60)


def of(folder, model):
    return find(folder, model.labels).photos


def test_a_worker_that_is_killed_in_the_middle_costs_nothing(machines, folder, tmp_path):
    model = tiny_model()
    photos = of(folder, model)
    (folder / "3/damaged.jpg").write_bytes(b"no photo")
    photos = of(folder, model)
    expected = survey(Census(), model, photos)
    doomed, other = machines.living(2)
    log, told = str(tmp_path / "log"), []

    def kill_one(progress):
        told.append(progress.done)
        if progress.done >= 12 and doomed.poll() is None:
            doomed.send_signal(signal.SIGKILL)
            doomed.wait()

    made = survey(
        Census(log, seconds=0.03), model, photos,
        scheduler=machines.address, workers=2, batch=3, on_progress=kill_one,
    )  # fmt: skip
    assert doomed.returncode == -signal.SIGKILL
    assert other.poll() is None
    assert Census().dump(made.part) == Census().dump(expected.part)
    assert (made.photos, made.troubles) == (expected.photos, expected.troubles)
    assert [trouble.name for trouble in made.troubles] == ["3/damaged.jpg"]
    assert set(made.part.values()) == {1}, "nothing is counted twice"
    assert told == sorted(told)
    assert told[-1] == 61
    pids = {line.split()[0] for line in Path(log).read_text().splitlines()}
    assert len(pids) == 2, "both had a part in it"
    assert sum(asked(log).values()) <= 60 + 2 * 3, "at most what the dead one was at was asked again"


def test_the_model_goes_to_each_worker_that_lacks_it_once(crew, folder, monkeypatch):
    sent = []
    run = cluster._Crew._serve
    monkeypatch.setattr(cluster._Crew, "_serve", lambda self, worker: sent.append(worker) or run(self, worker))
    before = {name: len(crew.arrived(name)) for name in "ab"}
    model = tiny_model(size=35)  # no other test's
    for _ in range(2):
        survey(Census(), model, of(folder, model), scheduler=crew.address, workers=2)
    assert len(sent) == len(set(sent)) == 2
    assert [len(crew.arrived(name)) - before[name] for name in "ab"] == [1, 1]
    known = load_model("squeezenet1.1-shapes")
    photos = of(folder, known)[:8]
    made = survey(Scores((known.preprocessing,)), known, photos, scheduler=crew.address)
    assert made.part == survey(Scores((known.preprocessing,)), known, photos).part
    assert len(sent) == 2, "this one they have already"
    assert len(crew.arrived("a")) - before["a"] == 1


def test_a_worker_that_comes_later_gets_the_model_as_well(machines, folder, tmp_path):
    model = tiny_model()
    (first,) = machines.living(1)
    late, log = [], str(tmp_path / "log")

    def change(progress):
        if progress.done >= 6 and not late:
            late.append(machines.next_worker()[0])
            first.send_signal(signal.SIGKILL)

    made = survey(
        Census(log, seconds=0.02), model, of(folder, model), scheduler=machines.address, batch=3, on_progress=change
    )
    assert made.photos == 60
    assert set(made.part.values()) == {1}
    assert len(machines.arrived(*late)) == 1


def test_what_was_stopped_on_machines_goes_on_here(crew, folder, tmp_path):
    model, log = tiny_model(), str(tmp_path / "log")
    photos = of(folder, model)

    def stop(progress):
        if progress.done >= 12:
            raise KeyboardInterrupt

    study, kept = Census(log, seconds=0.02), tmp_path / "kept"
    with pytest.raises(KeyboardInterrupt):
        survey(study, model, photos, scheduler=crew.address, batch=4, kept=kept, on_progress=stop)
    again = tmp_path / "again"
    made = survey(Census(str(again)), model, photos, kept=kept)
    assert made.resumed >= 12
    assert sum(asked(again).values()) == 60 - made.resumed
    assert Census().dump(made.part) == Census().dump(survey(Census(), model, photos).part)


def test_a_scheduler_that_is_gone_is_said_and_nothing_is_lost(machines, folder, tmp_path):
    model = tiny_model()
    machines.living(1)

    def end(progress):
        if progress.done >= 12 and machines.scheduler.poll() is None:
            machines.scheduler.kill()
            machines.scheduler.wait()

    kept = tmp_path / "kept"
    with pytest.raises(DatasetError, match="scheduler is gone|no workers are left"):
        survey(
            Census(seconds=0.02), model, of(folder, model),
            scheduler=machines.address, batch=4, kept=kept, on_progress=end,
        )  # fmt: skip
    assert survey(Census(), model, of(folder, model), kept=kept).resumed >= 12


def test_evaluate_says_the_same_as_here(crew, tmp_path):
    model = load_model("squeezenet1.1-shapes")
    folder, hows = paint(tmp_path / "photos", 30), ["caffe2", "no-mean"]
    made = evaluate(model, folder, hows, scheduler=crew.address, workers=2)
    assert made.rows == evaluate(model, folder, hows).rows


def test_photos_that_workers_cannot_see(crew, folder):
    model = tiny_model()
    photos = of(folder, model)
    away = folder.rename(folder.with_name("elsewhere"))
    with pytest.raises(DatasetError, match=r"tcp://.*: this worker sees no folder .*photos\. Photos have to lie where"):
        survey(Census(), model, photos, scheduler=crew.address)
    assert away.exists()


def test_other_versions_are_refused(crew, folder, monkeypatch):
    monkeypatch.setattr(cluster, "_versions", lambda: (("squeezeviz", "99"), ("onnxruntime", "0")))
    model = tiny_model()
    with pytest.raises(DatasetError, match=r"tcp.*: this worker runs other versions.*instead of 99"):
        survey(Census(), model, of(folder, model), scheduler=crew.address)


def test_ctrl_c_with_processes_of_this_machine_takes_one_line(folder, tmp_path):
    """As in a terminal: the signal reaches the workers as well, and none of them has anything to say about it."""
    photos = tmp_path / "many"
    for number, path in enumerate(sorted(folder.rglob("*.png")) * 5):
        link = photos / path.parent.name / f"{number}.png"
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(path)
    cache = tmp_path / "cache"
    started = subprocess.Popen(
        [sys.executable, "-m", "squeezeviz", "evaluate", str(photos), "-m", "squeezenet1.1-shapes", "--json",
         "--scheduler", "local", "--workers", "2"],
        env=os.environ | {"PYTHONPATH": str(ROOT), "SQUEEZEVIZ_CACHE": str(cache)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 150
    while len(list(cache.glob("surveys/*/*.part"))) < 3 and started.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(started.pid, signal.SIGINT)
    out, said = started.communicate(timeout=180)
    assert (started.returncode, out) == (130, ""), said
    (line,) = " ".join(said.split()).split("; ")[:1]
    assert line.startswith("stopped after"), said
    assert "Traceback" not in said


# Refusals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scheduler", "words"),
    [
        ("tcp://127.0.0.1:9", "no Dask scheduler answers there within 1 s"),
        ("nonsense://host", "no Dask scheduler answers"),
        ("somewhere", "expected 'local', or an address such as tcp://host:8786"),
    ],
)
def test_no_scheduler(folder, monkeypatch, scheduler, words):
    monkeypatch.setattr("squeezeviz.dataset.scheduler._CONNECT_S", 1.0)
    model = tiny_model()
    with pytest.raises(DatasetError, match=words):
        survey(Census(), model, of(folder, model), scheduler=scheduler)


def test_too_few_workers(crew, folder, monkeypatch):
    monkeypatch.setattr("squeezeviz.dataset.scheduler._WORKERS_S", 0.5)
    model = tiny_model()
    with pytest.raises(DatasetError, match="2 of 3 workers are there"):
        survey(Census(), model, of(folder, model), scheduler=crew.address, workers=3)


# On this machine -----------------------------------------------------------------------------------------------------


def hears(address, context):
    """Whether what listens there speaks to who comes with such TLS, or with none: Dask's side speaks first."""
    host, _, port = address.rpartition("://")[2].rpartition(":")
    with socket.create_connection((host, int(port)), timeout=5) as plain:
        try:
            if context is None:
                plain.sendall(bytes(64))
                return bool(plain.recv(8).strip(b"\x15\x03\x01\x02\x00"))  # a TLS alert says nothing
            with context.wrap_socket(plain, suppress_ragged_eofs=False) as talking:
                return bool(talking.recv(8))
        except OSError:
            return False


def without_checks(security=None):
    """TLS that believes whom it meets, with the certificate of a client or none."""
    context = security.get_connection_args("client")["ssl_context"] if security else ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def test_the_scheduler_of_this_machine_works_for_who_started_it_alone(monkeypatch):
    import psutil
    from distributed import Security

    from squeezeviz.dataset.scheduler import connected

    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    us = psutil.Process()

    def listening():
        """Where this process and those it has started listen; those of other tests are there before."""
        return {
            connection.laddr
            for process in (us, *us.children(recursive=True))
            for connection in process.net_connections("inet")
            if connection.status == psutil.CONN_LISTEN
        }

    before = listening()
    with connected("local", 1) as client:
        address = client.scheduler.address
        assert address.startswith("tls://127.0.0.1:")
        assert client.submit(os.getpid).result(timeout=120) != os.getpid()
        for place in (address, *client.nthreads()):
            assert hears(place, without_checks(client.security))
            assert not hears(place, None)
            assert not hears(place, without_checks())
            assert not hears(place, without_checks(Security.temporary()))
        places = listening() - before
        assert places
        assert {place.ip for place in places} <= {"127.0.0.1"}
        for place in places:
            for path in ("/", "/status", "/health", "/metrics", "/info/main/workers.html", "/json/counts.json"):
                with pytest.raises((OSError, http.client.HTTPException)):
                    urllib.request.urlopen(f"http://127.0.0.1:{place.port}{path}", timeout=5)
    assert "PYTHONSAFEPATH" not in os.environ


def test_without_cryptography_it_is_said_what_to_install(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "cryptography", None)
    model = tiny_model()
    with pytest.raises(DatasetError, match=r"take the package cryptography.*squeezeviz\[cluster\]"):
        survey(Census(), model, of(folder, model), scheduler="local")
