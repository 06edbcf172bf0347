"""Messages of a page, as they come from Jupyter: of every kind there is, with fields gone, of other types and sizes."""

from __future__ import annotations

import io
import json
import logging
import tempfile
import threading
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image as Pillow

from squeezeviz.dataset.atlas import read_atlas
from squeezeviz.errors import ModelNotFound, SqueezeVizError
from squeezeviz.explorer.state import State
from squeezeviz.preprocessing import preset
from tests.fuzz import atlases
from tests.fuzz.worker import write
from tests.mutations import damaged, odd, twisted

_HOW = preset("caffe2").replace(name="small", resize_px=40, crop_px=33, scale=0.02, mean=(1, 1, 1))
_ABOUT = {
    "photo": "p",
    "layer": "fire2/concat",
    "channel": 1,
    "cell": [2, 3],
    "class_index": 2,
    "contrast_class": 1,
    "count": 8,
}
_CHOSEN = {"preset": "small", "preprocessing": {**_HOW.to_dict(), "name": "yours"}, "preset_key": "key"}
_FRAME = {"name": "camera", "width": 6, "height": 5, "layers": ["conv1"], "photo": "camera", "buffers": ["pixels"]}
_MESSAGES = (
    {"kind": "ready"},
    {"kind": "sample", "name": "shape-star"},
    {"kind": "piece", "name": "a.png", "index": 0, "count": 1, "buffers": ["piece"]},
    {"kind": "piece", "name": "a.png", "index": 1, "count": 3, "buffers": ["piece"]},
    {"kind": "freeze", **_FRAME}, {"kind": "frame", **_FRAME}, {"kind": "frame", "of": "p", **_FRAME},
    {"kind": "example", "name": "0/000.png"}, {"kind": "catalog-photo", "layer": "conv1", "channel": 1, "number": 0},
    {"kind": "use", "name": "squeezenet1.1-shapes"},
    {"kind": "begin", "work": "occlusion", "patch_px": 12, "stride_px": 9, "fill": "mean", **_ABOUT},
    {"kind": "begin", "work": "ablation_sweep", **_ABOUT}, {"kind": "begin", "work": "pairwise_ablation", **_ABOUT},
    {"kind": "stop"}, {"kind": "forget"},
    *({"kind": each, **_ABOUT, **_CHOSEN} for each in ("tensor", "variant", "kernels")),
    {"kind": "variants", **_ABOUT, "presets": ["small", "yours"], "preprocessing": _CHOSEN["preprocessing"]},
    *({"kind": each, **_ABOUT} for each in ("tensor", "open", "evidence", "per_location", "receptive_field", "weights", "pixels", "across", "activating_channels", "catalog")),
    {"kind": "distance", **_ABOUT, "other": "p"},
)  # fmt: skip
_SLOW = ({"kind": "page"}, {"kind": "figure", "view": "arithmetic", "format": "svg", **_ABOUT})
_TRAITS = {
    "photo": "p", "preset": "small", "layer": "conv1", "channel": 2, "cell": [1, 1], "class_index": 3, "pinned": [1, 2],
    "sort": "mean", "scale": "layer", "palette": "viridis", "view": "seen", "compared": ["small"], "against": "small", "comparing": True,
    "tuned": _CHOSEN["preprocessing"], "opened": [{"layer": "conv1", "channel": 1, "cell": [0, 0]}], "contrast_class": 2, "ablated": {"conv1": [0, 2]},
    "held": {"photo": "p", "layer": "conv1", "channel": 1, "class_index": 2}, "explaining": True, "ablation_fill": "mean",
    "kernels": True, "cam": True,
}  # fmt: skip


def whole():
    sent = [
        {"method": "custom", "content": {"id": "r", "preset": "small", **_MESSAGES[14]}},
        {"method": "update", "state": _TRAITS},
    ]
    return {"messages.json": json.dumps(sent).encode()}


def make(rng):
    """Return messages as JSON, and the bytes that come with them."""
    sent = [_message(rng) for _ in range(rng.choice([1, 2, 2, 3]))]
    files = {f"{at}-{each}": content for at, (_, buffers) in enumerate(sent) for each, content in enumerate(buffers)}
    return {"messages.json": json.dumps([data for data, _ in sent]).encode(), **files}


def _message(rng):
    if rng.random() < 0.25:
        traits = dict(rng.sample(sorted(_TRAITS.items(), key=lambda item: item[0]), rng.randint(1, 3)))
        return twisted({"method": "update", "state": traits}, rng), []
    content = rng.choice(_MESSAGES if rng.random() < 0.97 else _SLOW)
    content = {"id": rng.choice(["r", "p"]), **content}
    buffers = (
        [_pixels() if content["kind"] in ("frame", "freeze") else _file()]
        if "width" in content or "index" in content
        else []
    )
    if rng.random() < 0.2:
        buffers = rng.choice([[], [damaged(each, rng) for each in buffers], buffers * 2])
    content = twisted(content, rng) if rng.random() < 0.9 else {**content, rng.choice(sorted(content)): odd(rng)}
    return {"method": "custom", "content": content}, buffers


def try_(case, folder):
    """Send the messages to a page's state that has a photo; raises what was told of the first that failed."""
    replies, heard = [], _Heard()
    state = _state(replies)
    log = logging.getLogger("squeezeviz")
    log.addHandler(heard)
    try:
        for at, data in enumerate(json.loads(case["messages.json"])):
            buffers = [memoryview(content) for name, content in sorted(case.items()) if name.startswith(f"{at}-")]
            state._handle_msg({"content": {"data": data}, "buffers": buffers})
        _wait()
    finally:
        state.close()
        _wait()
        log.removeHandler(heard)
    if heard.errors:
        raise heard.errors[0]
    for reply in replies:
        json.dumps(reply, allow_nan=False)
    failed = [reply["message"] for reply in replies if reply["kind"] == "failed"]
    if failed:
        raise SqueezeVizError(failed[0])


class _Heard(logging.Handler):
    """Keeps errors that were logged: those that nobody expected."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.errors = []

    def emit(self, record):
        self.errors.append(record.exc_info[1] if record.exc_info else AssertionError(record.getMessage()))


def _state(replies):
    state = State(
        atlases.model, choose=_choose, presets=(_HOW,), preset="small", layer="fire2/concat", compared=["small"]
    )
    state.send = lambda content, buffers=None: replies.append(content)
    state.atlas = _atlas()
    content = {"kind": "piece", "id": "p", "name": "p.png", "index": 0, "count": 1, "buffers": ["piece"]}
    state._handle_msg({"content": {"data": {"method": "custom", "content": content}}, "buffers": [memoryview(_file())]})
    assert "photo" in [reply["kind"] for reply in replies], replies
    return state


def _choose(name):
    if name != "squeezenet1.1-shapes":
        raise ModelNotFound("there is no such model")
    return atlases.model()


def _wait():
    """Wait for what was begun beside the page."""
    while begun := [each for each in threading.enumerate() if each.name.startswith("squeezeviz")]:
        begun[0].join()


@cache
def _atlas():
    folder = Path(tempfile.mkdtemp(dir=Path(tempfile.gettempdir()).parent))
    write(atlases.made(), folder)
    return read_atlas(folder)


@cache
def _file():
    buffer = io.BytesIO()
    Pillow.fromarray(np.random.default_rng(1).integers(0, 256, (45, 60, 3), dtype=np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def _pixels():
    return bytes(range(90))
