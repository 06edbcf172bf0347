"""Networks whose right preprocessing is known by construction: they name the colour of a photo, or how bright it is."""

from __future__ import annotations

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from PIL import Image as Pillow

from squeezeviz.runtime.model import Model

#: Of the classes, RGB, 0–255: far enough from each other, and in no order.
COLOURS = np.array(
    [
        (20, 60, 200), (200, 60, 20), (60, 200, 20), (20, 200, 60), (230, 230, 40), (40, 230, 230), (120, 60, 120),
        (60, 120, 60), (240, 240, 240), (10, 10, 10), (90, 90, 90), (170, 170, 170), (250, 120, 120), (120, 120, 250),
    ],
    np.float64,
)  # fmt: skip


def colour_content(how, size=(16, 16), *, answer=None):
    """A network in ONNX that was trained with a preprocessing: the class whose colour is nearest, as it sees colours.

    Args:
        how: What it was trained with.
        size: Height and width of its input.
        answer: Biases in the place of the right ones, (classes,).
    """
    slope, offset = (values.astype(np.float64) for values in how.affine)
    seen = COLOURS[:, list(how.rgb_index)] * slope + offset
    unit = np.abs(slope).mean() * 255 / 20  # so sure is it, whatever its range of values
    weights, bias = 2 * seen / unit**2, -(seen**2).sum(axis=1) / unit**2
    if answer is not None:
        bias = np.asarray(answer)
    channels = how.channels
    nodes = [
        helper.make_node("Conv", ["data", "w", "b"], ["score"], name="score", kernel_shape=[1, 1]),
        helper.make_node("GlobalAveragePool", ["score"], ["mean"], name="mean"),
        helper.make_node("Flatten", ["mean"], ["logits"], name="logits"),
    ]
    graph = helper.make_graph(
        nodes,
        "colours",
        [helper.make_tensor_value_info("data", TensorProto.FLOAT, ["N", channels, *size])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", len(COLOURS)])],
        [
            numpy_helper.from_array(weights.astype(np.float32)[:, :, None, None], "w"),
            numpy_helper.from_array(bias.astype(np.float32), "b"),
        ],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8).SerializeToString()


def colour_model(how, size=(16, 16), **rest):
    """The same, loaded."""
    return Model(colour_content(how, size, **rest), name="colours", sha256="00")


def colour_photo(index, seed, size=(24, 20)):
    """A photo of one class, uint8 (H, W, 3): its colour, and noise."""
    noise = np.random.default_rng(1000 * index + seed).normal(0, 4, (*size, 3))
    return np.clip(COLOURS[index] + noise, 0, 255).astype(np.uint8)


def write_photos(folder, count=3, *, classes=None):
    """Write photos of every class, a subfolder a class, named by its index."""
    for index in range(classes or len(COLOURS)):
        (folder / str(index)).mkdir(parents=True)
        for seed in range(count):
            pixels = colour_photo(index, seed)
            Pillow.fromarray(pixels).save(folder / str(index) / f"{seed}.png")
    return folder
