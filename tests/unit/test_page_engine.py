"""What a page computes frames with, as a kernel sends it: once for a model, or why the kernel goes on."""

import gzip
import json

import pytest

from squeezeviz.explorer import page_engine
from squeezeviz.explorer.page_engine import engine_message
from tests.fires import fires_net
from tests.nets import tiny_model


@pytest.fixture(scope="module")
def model():
    return tiny_model(fires_net(0))


def test_the_parts_are_a_standalone_page_s_without_photos(model):
    message = engine_message("e", model, [model.preprocessing])
    assert (message.kind, message.id, message.model, message.sha256) == ("engine", "e", model.name, model.sha256)
    assert message.problem == ""
    assert b"squeezeviz front end" in message.program
    contents = json.loads(gzip.decompress(message.blocks[str(message.entry)]))
    assert contents["photos"] == []
    assert contents["traits"]["preset"] == model.preprocessing.name
    held = {str(each["block"]) for each in contents["weights"].values()}
    assert held
    assert held < message.blocks.keys()


def test_what_a_page_has_is_not_sent_again(model):
    message = engine_message("e", model, [model.preprocessing], known=model.sha256, has_program=True)
    assert message.program is None
    assert message.blocks.keys() == {str(message.entry)}
    again = engine_message("e", model, [model.preprocessing], known="another")
    assert len(again.blocks) > 1


def test_a_network_too_large_for_a_page_stays_with_the_kernel(model, monkeypatch):
    monkeypatch.setattr(page_engine, "MOST_WEIGHTS_BYTES", 1000)
    message = engine_message("e", model, [model.preprocessing])
    assert message.problem.startswith("its weights are ")
    assert (message.program, message.blocks) == (None, {})
