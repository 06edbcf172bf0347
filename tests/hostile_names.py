"""Names as a stranger might choose them, and networks, photos and atlases that are full of them."""

from __future__ import annotations

import html.parser
import json

import numpy as np
import onnx

from squeezeviz.image import read_image
from squeezeviz.preprocessing import preset
from squeezeviz.runtime.metadata import LABELS_KEY
from squeezeviz.runtime.model import Model
from squeezeviz.visible import visible
from tests.fires import fires_net
from tests.nets import tiny_content

#: Markup for a browser and for Rich, commands for a terminal, formulas for Matplotlib, ends of lines, words turned round.
HOSTILE = (
    "</script><img src=x onerror='window.__pwned=1'>\"&amp;"
    "[/red][bold]:smile:"
    "\x1b]0;pwned\x07\x1b]8;;http://x.invalid\x1b\\\x1b[31m\x9b31m\r\n\t\u2028\u202e\u2066"
    "$\\frac{%s{}"
)
#: What a file system hands out where names are bytes, and what no XML may hold.
WORSE = f"{HOSTILE}\udcff\ud800\x00\uffff"


def hostile_content(seed=4):
    """A network with two Fire modules, whose layers, input, output and classes have such names."""
    labels = [[f"n{at}{HOSTILE}", f"class {at} {HOSTILE}"] for at in range(5)]
    model = onnx.load_from_string(tiny_content(fires_net(seed), metadata={LABELS_KEY: json.dumps(labels)}))
    weights = {tensor.name for tensor in model.graph.initializer}

    def renamed(names):
        return [name if name in weights else f"{name}{HOSTILE}" for name in names]

    for node in model.graph.node:
        node.input[:], node.output[:] = renamed(list(node.input)), renamed(list(node.output))
    for value in [*model.graph.input, *model.graph.output, *model.graph.value_info]:
        (value.name,) = renamed([value.name])
    return model.SerializeToString()


def hostile_model():
    return Model(hostile_content(), name=f"model {HOSTILE}", sha256="00")


def hostile_preset(name=f"preset {HOSTILE}", **fields):
    made = preset("caffe2").replace(
        name=name, origin=f"origin {HOSTILE}", resize_px=40, crop_px=33, scale=0.02, mean=(1, 1, 1)
    )
    return made.replace(**fields)


def hostile_photo(seed=0, name=f"photo {WORSE}"):
    pixels = np.random.default_rng(seed).integers(0, 256, (40, 50, 3), dtype=np.uint8)
    return read_image(pixels, name=name)


class Elements(html.parser.HTMLParser):
    """What a browser would make of HTML: elements with their attributes, and text."""

    VOID = frozenset({"br", "img", "link", "meta"})

    def __init__(self, markup):
        super().__init__(convert_charrefs=True)
        self.elements, self.text, self.open = [], [], []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data!r}")


#: How it stands where it is shown.
SHOWN = visible(HOSTILE)
