"""The standalone page's own arithmetic, walked over the operator table: it computes and opens what ONNX Runtime and Python say."""

import json
import math
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import squeezeviz
from squeezeviz.network.architecture import architecture_of
from squeezeviz.network.ops import POINT, TABLE, map_shape
from squeezeviz.network.ops.rearrangement import HandOn
from squeezeviz.network.runnable import with_outputs
from squeezeviz.runtime.sessions import made_session
from squeezeviz.telemetry import import_onnxruntime
from tests.op_cases import CASES

_PROGRAM = Path(squeezeviz.__file__).parent / "widgets" / "static" / "engine.js"
_HOME = "http://127.0.0.1:9/"  # nothing listens there: every answer is given here

# Asked and answered as text: a list of numbers takes Playwright longer than the network.
_RUN = """async (text) => {
  const {layers, graphSpec, input, weights, asked} = JSON.parse(text);
  await import("/engine.js");
  const { Network, open } = globalThis[Symbol.for("squeezeviz.engine")];
  const held = Object.fromEntries(Object.entries(weights).map(([name, { shape, kernels, bias }]) =>
    [name, { shape, kernels: Float32Array.from(kernels), bias: Float32Array.from(bias) }]));
  const described = { input: input.name, layers, graphSpec, logits: layers.at(-1).name, weights: (name) => held[name] };
  const run = (await Network.open(described)).run({ shape: input.shape, values: Float32Array.from(input.values) });
  const maps = (name) => run.layer(name);
  const source = { ...described, maps };
  const last = layers.at(-1).name;
  const written = (key, value) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value);
  return JSON.stringify({
    values: [...maps(last).values],
    opened: asked.map(([channel, y, x]) => open(source, last, channel, [y, x], null)),
  }, written);
}"""


def networks():
    """The cases of which the standalone page can run every layer: what the table says in its column `spec`."""
    for case in CASES:
        graph = case.graph()
        layers = list(architecture_of(graph)) if _computes(graph) else []
        if layers and all(layer.op.spec() for layer in layers):
            yield case, graph, layers


def _computes(graph):
    ops = graph.ops.values()
    return any(not isinstance(op, HandOn) or (op.windows(0) != POINT and op.map_shape[1:] != (1, 1)) for op in ops)


@pytest.fixture
def standalone(page):
    page.route(f"{_HOME}**", _serve)
    page.goto(_HOME)
    return page


def _serve(route):
    path = route.request.url.removeprefix(_HOME)
    if path in ("", "favicon.ico"):
        route.fulfill(body="<!doctype html><title>standalone</title>", content_type="text/html")
    elif path == "engine.js":
        route.fulfill(path=_PROGRAM, content_type="text/javascript")
    else:
        route.abort()


def asked_of(standalone, network):
    """Return what the page says of a network; what is no finite number comes as its name."""
    return json.loads(standalone.evaluate(_RUN, json.dumps(network, allow_nan=False)))


def test_it_computes_and_opens_what_the_table_says(standalone):
    walked = set()
    options = import_onnxruntime().SessionOptions()
    options.log_severity_level = 4
    for case, graph, layers in networks():
        tensor = case.tensor().reshape(1, *graph.input_shape)
        content = with_outputs(graph, list(graph.ops))
        session = made_session(content, options)
        values = dict(zip(graph.ops, session.run(None, {graph.source: tensor}), strict=True)) | {graph.source: tensor}
        last = layers[-1]
        expected = values[last.pre_relu or last.name]
        shape = map_shape(expected.shape)
        places = np.random.default_rng(4).integers(math.prod(shape), size=4).tolist()
        answer = asked_of(standalone, {
            "layers": [layer.to_dict() for layer in layers],
            "graphSpec": {layer.name: {**layer.op.spec(), "relu": layer.pre_relu is not None} for layer in layers},
            "input": {"name": graph.source, "shape": list(graph.input_shape), "values": tensor.ravel().tolist()},
            "weights": {
                layer.name: {
                    "shape": list(stored[0].shape), "kernels": stored[0].ravel().tolist(), "bias": stored[1].tolist(),
                }
                for layer in layers if (stored := layer.op.stored())
            },
            "asked": [[int(at) for at in np.unravel_index(place, shape)] for place in places],
        })  # fmt: skip
        scale = max(1.0, float(np.abs(expected).max()))
        np.testing.assert_allclose(
            np.float64(answer["values"]), expected.ravel(), rtol=0, atol=2e-6 * scale, err_msg=case.name
        )
        for place, opened in zip(places, answer["opened"], strict=True):
            said = last.op.terms(place, partial(_operand, last.op, values))
            assert (opened["kind"], opened["count"]) == (said.kind, len(said.values)), case.name
            assert opened["total"] == pytest.approx(said.total, rel=1e-5, abs=1e-5 * scale), case.name
            found = sorted((term["weight"], term["value"]) for term in opened["terms"])
            np.testing.assert_allclose(
                found, sorted(zip(said.weights.tolist(), said.values.tolist(), strict=True)), rtol=1e-5, atol=1e-6
            )
        walked.update(layer.op.node.op_type for layer in layers)
    # These hand their numbers on in their order, as Reshape does; in these networks they are no layers of their own.
    assert set(TABLE) - walked == {"Cast", "Dropout", "Flatten", "Identity", "Squeeze", "Unsqueeze"}
    assert {TABLE[name] for name in set(TABLE) - walked} == {HandOn}


def _operand(op, values, at):
    each = op.node.inputs[at]
    return op.constant(at) if each.constant is not None else values[each.name]
