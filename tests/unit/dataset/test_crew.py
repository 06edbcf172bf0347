"""What is done here when workers elsewhere die, lack the model or don't answer: with a client that stands in for Dask's."""

import asyncio
import itertools
import os
import pickle
from collections import Counter
from pathlib import Path

import pytest

from squeezeviz.dataset import cluster, find
from squeezeviz.dataset.kept import Kept
from squeezeviz.errors import DatasetError, ModelError
from tests.nets import tiny_model
from tests.surveys import Census, paint


class KilledWorker(Exception):  # noqa: N818 - its name is what counts
    """Called as Dask calls its own."""


class Future:
    numbers = itertools.count()

    def __init__(self, outcome):
        self.key, self._outcome = f"task-{next(self.numbers)}", outcome
        self.status = "error" if isinstance(outcome, Exception) else "finished"

    def exception(self, timeout):
        return self._outcome

    def result(self, timeout):
        if isinstance(self._outcome, BaseException):
            raise self._outcome
        if callable(self._outcome):
            return self._outcome()
        return self._outcome

    def add_done_callback(self, call):
        call(self)


class Client:
    """Runs tasks here and now; `meddle` may put something else in place of an answer."""

    status = "running"

    def __init__(self, meddle=lambda chunk: None):
        self._meddle, self.ran, self.sent, self.threads, self.cancelled = meddle, [], [], {"a": 1}, []

    def submit(self, function, ticket, study, chunk, *, pure):
        assert pure is False, "equal chunks of two surveys are two tasks"
        self.ran.append([photo.name for photo in chunk])
        outcome = self._meddle(chunk)
        return Future(function(ticket, study, chunk) if outcome is None else outcome)

    def run(self, function, *arguments, workers=("a",), on_error="raise"):
        if function is cluster._install:
            self.sent += workers
        return {worker: function(*arguments) for worker in workers}

    def nthreads(self):
        return self.threads

    def cancel(self, futures, *, force):
        self.cancelled += futures


@pytest.fixture(autouse=True)
def worker(tmp_path, monkeypatch):
    """This process plays the worker as well: with a cache of its own, and no model yet."""
    monkeypatch.setenv("SQUEEZEVIZ_CACHE", str(tmp_path / "cache of the worker"))
    monkeypatch.setattr(cluster, "_models", {})
    monkeypatch.setattr(cluster, "_address", lambda: "a")


@pytest.fixture
def crew(tmp_path):
    photos = find(paint(tmp_path / "photos", 12)).photos

    def make(client, *, study=None, batch=4):
        store = Kept(tmp_path / "kept")
        store.open(resume=True)
        chunks = [photos[at : at + batch] for at in range(0, 12, batch)]
        return cluster._Crew(client, study or Census(), tiny_model(), chunks, store)

    return make


def answered(crew):
    parts, troubles = Counter(), []
    for answer in crew.answers():
        parts.update(answer.part)
        troubles += answer.troubles
    return parts, troubles


def of_photo(number, outcome):
    """Meddle with every chunk that holds a photo."""
    return lambda chunk: outcome if any(photo.name.endswith(f"{number:03}.png") for photo in chunk) else None


def test_a_worker_that_lacks_the_model_is_sent_it_and_asked_again(crew):
    client = Client()
    parts, _ = answered(crew(client))
    assert len(parts) == 12
    assert set(parts.values()) == {1}
    assert client.sent == ["a"]
    assert sorted(Counter(map(tuple, client.ran)).values()) == [2, 2, 2], "they came too early, and came again"


def test_a_worker_that_has_the_very_model_in_its_cache_is_sent_nothing(crew, monkeypatch):
    answered(crew(Client()))
    monkeypatch.setattr(cluster, "_models", {})
    client = Client()
    other = crew(client)
    other.greet()
    answered(other)
    assert client.sent == []


def test_a_model_that_was_damaged_in_the_cache_is_sent_anew(crew, tmp_path, monkeypatch):
    answered(crew(Client()))
    (path,) = (tmp_path / "cache of the worker" / "arrived").iterdir()
    path.write_bytes(path.read_bytes()[:-1])
    monkeypatch.setattr(cluster, "_models", {})
    client = Client()
    assert len(answered(crew(client))[0]) == 12
    assert client.sent == ["a"]


def test_a_photo_that_kills_every_worker_is_found_and_the_others_go_on(crew):
    client = Client(of_photo(6, KilledWorker("died")))
    parts, troubles = answered(crew(client))
    assert len(parts) == 11
    assert set(parts.values()) == {1}
    assert [trouble.message for trouble in troubles] == ["1/006.png: every worker that was asked about it has died"]
    alone = [names for names in client.ran if names == ["1/006.png"]]
    assert len(alone) == cluster._DEATHS


def test_a_photo_that_was_only_beside_one_is_given_another_try(crew):
    outcomes = iter([KilledWorker("died")] * 3)

    def meddle(chunk):
        return next(outcomes, None) if any(photo.name == "1/006.png" for photo in chunk) else None

    parts, troubles = answered(crew(Client(meddle)))
    assert (len(parts), troubles) == (12, [])


@pytest.mark.parametrize(
    ("failure", "kind", "words"),
    [
        (ModelError("it cannot run"), ModelError, "it cannot run"),
        (ZeroDivisionError("a mistake"), DatasetError, r"a worker failed \(ZeroDivisionError: a mistake\)"),
    ],
)
def test_what_fails_with_every_photo_ends_it(crew, failure, kind, words):
    with pytest.raises(kind, match=words):
        answered(crew(Client(of_photo(0, failure))))


def test_an_answer_whose_worker_died_on_the_way_is_awaited(crew):
    class Late(Future):
        tries = 0

        def result(self, timeout):
            self.tries += 1
            if self.tries == 1:
                raise TimeoutError
            return super().result(timeout)

    client = Client()
    submit = client.submit

    def late(*arguments, **options):
        future = submit(*arguments, **options)
        future.__class__ = Late
        return future

    client.submit = late
    parts, _ = answered(crew(client))
    assert len(parts) == 12
    assert set(parts.values()) == {1}


def test_a_scheduler_that_is_gone(crew):
    def gone():
        raise asyncio.CancelledError

    with pytest.raises(DatasetError, match="the scheduler is gone; what has arrived is kept"):
        answered(crew(Client(lambda chunk: gone)))


def test_an_answer_that_cannot_be_read_here(crew):
    def garbled():
        raise pickle.UnpicklingError("state is not a dictionary")

    with pytest.raises(DatasetError, match="cannot be read .*state is not a dictionary.*install the same"):
        answered(crew(Client(lambda chunk: garbled)))


def test_no_workers_for_a_long_while(crew, monkeypatch):
    monkeypatch.setattr(cluster, "_TICK_S", 0.01)
    monkeypatch.setattr(cluster, "_WORKERS_S", 0.05)
    client = Client()
    client.threads = {}
    silent = crew(client)
    monkeypatch.setattr(silent, "_submit", lambda chunk: silent._under_way.setdefault(str(chunk), (None, chunk)))
    with pytest.raises(DatasetError, match="no workers are left"):
        answered(silent)


def test_a_worker_that_never_holds_the_model(crew, monkeypatch):
    monkeypatch.setattr(cluster, "_install", lambda ticket, content: None)
    monkeypatch.setattr(cluster, "_ONE_LACK_S", 0.0)
    with pytest.raises(DatasetError, match="a: this worker cannot hold the model; it was sent 4 times"):
        answered(crew(Client()))


def test_what_is_ready_when_all_is_stopped_is_kept(crew, tmp_path):
    client = Client()
    stopped = crew(client)
    stopped.greet()
    next(stopped.answers())
    stopped.leave()
    assert len(list((tmp_path / "kept").glob("*.part"))) == 3
    assert client.cancelled == []


def test_no_more_than_a_few_are_under_way(crew):
    client = Client()
    busy = crew(client, batch=1)
    busy.greet()
    answers = busy.answers()
    next(answers)
    assert len(client.ran) == 4, "one thread"
    client.threads = {"a": 2, "b": 1}
    busy._looked = 0.0
    next(answers)
    assert len(client.ran) == 1 + 3 * 3, "as soon as there are more threads"


def test_photos_have_places_that_mean_the_same_everywhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (photo,) = find(paint("few", 1)).photos
    relative = type(photo)(photo.name, os.path.relpath(photo.place))
    made = cluster._Crew(Client(), Census(), tiny_model(), [[relative]], Kept(tmp_path / "kept"))
    assert made._due[0][0].place == photo.place
    assert made._ticket.root == str(Path(photo.place).parent)
