"""While an answer is worked out, its page is told now and then that it is."""

import threading

import pytest

from squeezeviz.explorer.heartbeat import heartbeat
from squeezeviz.explorer.long_work import Aside, LongWork
from squeezeviz.explorer.protocol import GoneMessage


def test_a_page_hears_of_work_until_it_ends():
    heard, enough = [], threading.Event()

    def send(message):
        heard.append(message)
        if len(heard) == 3:
            enough.set()

    with heartbeat(send, "r1", every_s=0.001):
        assert enough.wait(10)
    count = len(heard)
    assert {(message.kind, message.id) for message in heard} == {("still", "r1")}
    assert [each.name for each in threading.enumerate() if each.name == "squeezeviz-heartbeat"] == []
    assert len(heard) == count, "and nothing more"


def test_what_fails_ends_it_too():
    with pytest.raises(ZeroDivisionError), heartbeat(lambda _: None, "r1"):
        raise ZeroDivisionError
    assert [each.name for each in threading.enumerate() if each.name == "squeezeviz-heartbeat"] == []


def test_an_answer_that_takes_its_time_is_not_silent(monkeypatch):
    monkeypatch.setattr("squeezeviz.explorer.heartbeat._EVERY_S", 0.001)
    heard, beaten, told = [], threading.Event(), threading.Event()

    def send(message):
        heard.append(message.kind)
        (beaten if message.kind == "still" else told).set()

    def work(_):
        assert beaten.wait(10)
        return GoneMessage(id="r1")

    LongWork(send).aside("r1", "second.onnx", Aside(work))
    assert told.wait(10)
    assert heard[0] == "still"
    assert heard[-1] == "gone", "the answer comes last"
