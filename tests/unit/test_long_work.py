"""Work beside the page: one task of a kind at a time, nothing told once nobody wants it, failures in words."""

import logging
import threading
import time
from dataclasses import dataclass
from typing import ClassVar

import pytest

from squeezeviz.errors import LayerError
from squeezeviz.explorer.long_work import Aside, LongWork, Task
from squeezeviz.explorer.protocol import Message


@dataclass(frozen=True, kw_only=True)
class Step(Message):
    """What is told of a number."""

    kind: ClassVar = "step"

    n: int


class Heard:
    """What a page hears, and a way to wait for it."""

    def __init__(self):
        self.messages = []
        self._more = threading.Condition()

    def __call__(self, message):
        with self._more:
            self.messages.append(message.content)
            self._more.notify_all()

    def wait(self, count):
        with self._more:
            assert self._more.wait_for(lambda: len(self.messages) >= count, 10), self.messages


class Steps:
    """A task of numbers, each of which waits to be let through."""

    def __init__(self, count=3, kind="count", basis=(1,), failing=None):
        self.let, self.begun, self.ended = threading.Semaphore(0), threading.Event(), threading.Event()
        self.task = Task(kind, "coins", basis, self.steps, lambda number: Step(id="", n=number))
        self.count, self.failing, self.runs = count, failing, 0

    def steps(self, cancel):
        self.runs += 1
        self.begun.set()
        try:
            for number in range(self.count):
                assert self.let.acquire(timeout=60)
                if cancel.is_set():
                    return
                if self.failing and number == 1:
                    raise self.failing
                yield number
        finally:
            self.ended.set()


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def work(heard):
    return LongWork(heard)


def numbers(heard):
    return [message.get("n") for message in heard.messages]


def settle(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_every_step_is_told_while_whoever_asked_goes_on(work, heard):
    steps = Steps()
    work.begin("a", steps.task)
    assert heard.messages == [], "begin waits for nothing"
    for count in (1, 2, 3):
        steps.let.release()
        heard.wait(count)
    assert numbers(heard) == [0, 1, 2]


def test_nothing_is_told_of_what_was_stopped(work, heard):
    steps = Steps()
    work.begin("a", steps.task)
    steps.let.release()
    heard.wait(1)
    work.stop("other")
    work.stop("a")
    steps.let.release(3)
    assert steps.ended.wait(10)
    assert numbers(heard) == [0]


def test_the_next_of_a_kind_takes_the_place_of_the_one_before(work, heard):
    first, second = Steps(basis=(1,)), Steps(basis=(2,))
    work.begin("a", first.task)
    assert first.begun.wait(10)
    work.begin("b", second.task)
    first.let.release(3)
    second.let.release(3)
    heard.wait(3)
    assert first.ended.wait(10)
    assert numbers(heard) == [0, 1, 2]


def test_tasks_of_different_kinds_take_turns(work, heard):
    first, second = Steps(kind="one"), Steps(kind="two")
    work.begin("a", first.task)
    assert first.begun.wait(10)
    work.begin("b", second.task)
    assert not second.begun.wait(0.1)
    first.let.release(3)
    assert second.begun.wait(10)
    work.stop(kind="two")
    second.let.release(3)
    assert second.ended.wait(10)
    assert numbers(heard) == [0, 1, 2]


def test_a_whole_result_is_kept_for_the_next_question_and_a_part_is_not(work, heard):
    model = object()
    whole, again, other = (Steps(basis=basis) for basis in [(model, "grey"), (model, "grey"), (object(), "grey")])
    work.begin("a", whole.task)
    whole.let.release(3)
    heard.wait(3)
    settle(lambda: work._kept)
    work.begin("b", again.task)
    assert numbers(heard) == [0, 1, 2, 2], "told at once, from what is kept"
    assert again.runs == 0
    work.begin("c", other.task)
    assert other.begun.wait(10), "another model: another answer"
    work.stop("c")
    other.let.release(3)
    work.forget()
    work.begin("d", again.task)
    assert again.begun.wait(10)
    again.let.release(3)
    heard.wait(7)


def test_a_result_that_follows_from_nothing_nameable_is_not_kept(work, heard):
    first, again = (Steps(count=1, basis=None) for _ in range(2))
    work.begin("a", first.task)
    first.let.release(1)
    heard.wait(1)
    settle(lambda: not work._running)
    assert work._kept == {}
    work.begin("b", again.task)
    again.let.release(1)
    heard.wait(2)
    assert (first.runs, again.runs) == (1, 1)


@pytest.mark.parametrize(
    ("failing", "words"), [(LayerError("no such layer"), "no such layer"), (ZeroDivisionError("x"), "went wrong")]
)
def test_a_failure_is_told_with_its_request_and_the_next_can_begin(work, heard, caplog, failing, words):
    steps, after = Steps(failing=failing), Steps()
    with caplog.at_level(logging.ERROR, "squeezeviz"):
        work.begin("a", steps.task)
        steps.let.release(3)
        heard.wait(2)
    failed = heard.messages[1]
    assert (failed["kind"], failed["id"], failed["name"]) == ("failed", "a", "coins")
    assert words in failed["message"]
    assert ("ZeroDivisionError" in caplog.text) == isinstance(failing, ZeroDivisionError)
    work.begin("b", after.task)
    after.let.release(3)
    heard.wait(5)


def test_a_failure_after_the_end_is_nobodys(work, heard):
    steps = Steps(failing=LayerError("late"))
    work.begin("a", steps.task)
    steps.let.release()
    heard.wait(1)
    work.stop("a")
    steps.let.release(2)
    assert steps.ended.wait(10)
    time.sleep(0.05)
    assert len(heard.messages) == 1


def test_an_answer_aside_waits_for_no_task(work, heard):
    steps, caller = Steps(), threading.get_ident()
    work.begin("a", steps.task)
    assert steps.begun.wait(10)
    work.aside("s", "coins", Aside(lambda _: Step(id="s", n=int(threading.get_ident() != caller))))
    heard.wait(1)
    assert heard.messages == [{"kind": "step", "id": "s", "n": 1}]
    work.aside("t", "coins", Aside(lambda _: (_ for _ in ()).throw(LayerError("no paths"))))
    heard.wait(2)
    assert heard.messages[1] == {"kind": "failed", "id": "t", "name": "coins", "message": "no paths"}
    work.stop("a")
    steps.let.release()


def test_an_answer_tells_how_far_it_is_and_is_not_told_once_it_is_stopped(work, heard):
    begun, let, ended = threading.Event(), threading.Event(), threading.Event()

    def slow(on_progress):
        on_progress(1, 3)
        begun.set()
        assert let.wait(10)
        try:
            on_progress(2, 3)
        finally:
            ended.set()
        pytest.fail("it goes on though nobody waits")

    work.aside("first", "coins", Aside(slow))
    assert begun.wait(10)
    work.aside("second", "coins", Aside(lambda _: pytest.fail("nobody waits for it")))
    work.aside("third", "coins", Aside(lambda _: Step(id="third", n=3)))
    for request in ("second", "first"):
        work.stop(request)
    let.set()
    assert ended.wait(10)
    heard.wait(2)
    assert heard.messages == [
        {"kind": "steps", "id": "first", "done": 1, "total": 3},
        {"kind": "step", "id": "third", "n": 3},
    ]
    settle(lambda: not work._wanted)


def test_answers_that_nobody_works_out_any_more_are_told_as_gone(work, heard):
    """A page that went on waiting for them would take the kernel for silent."""
    begun, let = threading.Event(), threading.Event()

    def slow(_):
        begun.set()
        assert let.wait(10)
        return Step(id="first", n=1)

    work.aside("first", "coins", Aside(slow))
    assert begun.wait(10)
    work.aside("second", "coins", Aside(lambda _: Step(id="second", n=2)))
    work.forget()
    heard.wait(1)
    assert heard.messages == [{"kind": "gone", "id": "second"}]
    let.set()
    heard.wait(2)
    assert heard.messages[1] == {"kind": "step", "id": "first", "n": 1}
