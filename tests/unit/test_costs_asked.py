"""What each layer costs, as a page asks for it: in steps, with a stop, and as `sv.profile` says it."""

import threading

import pytest

import squeezeviz as sv
from tests.unit.test_what_if import Page


@pytest.fixture(scope="module", autouse=True)
def _machine_known():
    patch = pytest.MonkeyPatch()
    patch.setattr(
        "squeezeviz.profiling.profile.measured_machine",
        lambda threads, **_: sv.Machine(threads, 100.0, None, 10.0),
    )
    for name in ("_PAUSE_S", "_SETTING_S"):
        patch.setattr(f"squeezeviz.profiling.profile.{name}", 0)
    patch.setattr("squeezeviz.explorer.watched._EVERY_S", 0)
    yield
    patch.undo()


@pytest.fixture(scope="module")
def page():
    return Page()


def test_every_layer_is_told_with_how_far_it_is(page):
    page.tell("cost", "asked", name="net")
    steps, _ = page.wait(lambda reply: reply["id"] == "asked" and reply["kind"] == "steps")
    assert 0 < steps["done"] < steps["total"]
    reply, _ = page.wait(lambda reply: reply["id"] == "asked" and reply["kind"] != "steps")
    assert reply["kind"] == "cost", reply
    costs = reply["costs"]
    layers = [layer for row in costs["rows"] for layer in row["layers"]]
    assert sorted(layers) == sorted(layer.name for layer in page.model.architecture)
    assert sum(row["macs"] for row in costs["rows"]) == page.model.architecture.macs
    assert costs["sum_ms"] == pytest.approx(sum(row["ms"] for row in costs["rows"]))
    assert all(row["low_ms"] <= row["ms"] <= row["high_ms"] for row in costs["rows"])
    assert {row["limit"] for row in costs["rows"]} <= {"compute", "memory", None}
    assert costs["run"].startswith("A run of one image")
    assert {each["batch"] for each in costs["settings"]} == {1, 2, 4, 8}


def test_it_can_be_stopped(page, monkeypatch):
    begun, go_on, ended, seen = threading.Event(), threading.Event(), threading.Event(), []

    def profile(_model, *, runs, on_progress):
        assert runs
        try:
            for done in range(1, 100):
                begun.set()
                go_on.wait(10)
                on_progress(done, 100)
                seen.append(done)
        finally:
            ended.set()

    monkeypatch.setattr("squeezeviz.profiling.profile.profile", profile)
    page.tell("cost", "stopped", name="net")
    assert begun.wait(10)
    page.tell("stop", "stopped")
    go_on.set()
    page.tell("tensor", "after", layer="conv1", name="after")
    page.wait(lambda reply: reply["id"] == "after")
    assert ended.wait(10)
    assert seen == []
