"""The explorer as one file, without a browser: what it holds, what it asks for, and what it refuses."""

import base64
import gzip
import html
import json
import pickle
import re
from pathlib import Path

import numpy as np
import pytest

import squeezeviz as sv
from squeezeviz import cli
from squeezeviz.caffe2.schema import NetDef
from squeezeviz.errors import LayerError, ModelError, PreprocessingError, SqueezeVizError
from squeezeviz.explorer.state import State
from squeezeviz.image import read_image
from squeezeviz.preprocessing import preset
from squeezeviz.standalone.blocks import Blocks
from squeezeviz.standalone.graph_spec import graph_spec
from squeezeviz.visible import visible
from tests.nets import add_op, exported_net, fill, fire_net, tiny_content, tiny_model, weights

HOW = preset("caffe2").replace(name="small", resize_px=40, crop_px=33)
RNG = np.random.default_rng(3)


def picture(height=50, width=60):
    return RNG.integers(0, 256, (height, width, 3), dtype=np.uint8)


def block_of(text, index):
    found = re.search(rf'<script type="application/octet-stream;base64" id="sqv-block-{index}">([^<]*)</script>', text)
    return base64.b64decode(found.group(1))


def contents_of(text):
    entry = int(re.search(r'id="sqv-page" data-entry="(\d+)"', text).group(1))
    return json.loads(gzip.decompress(block_of(text, entry)))


def numbers_of(content, halves=0):
    flat = np.frombuffer(gzip.decompress(content), np.uint8)
    first, rest = flat[: 2 * halves].reshape(2, -1).T.copy().view("<f2"), flat[2 * halves :].reshape(4, -1).T.copy()
    return np.concatenate([first.ravel().astype(np.float32), rest.view("<f4").ravel()])


@pytest.fixture
def made(tmp_path):
    model = tiny_model()
    image = picture()
    path = sv.export_page(image, tmp_path / "page.html", model=model, preprocessing=HOW, compared=[], layer="conv1")
    return model, image, path.read_text(encoding="utf-8")


def test_nothing_is_asked_of_anybody(made):
    text = made[2]
    assert set(re.findall(r"https?://[\w.-]+", text)) <= {"http://www.w3.org"}
    assert not re.search(r"""<(link|img|iframe)\b|\bsrc=["']|@import|url\(""", text)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text).group(1)
    assert "default-src 'none'" in policy
    assert "'unsafe-eval'" not in policy
    assert "'wasm-unsafe-eval'" in policy
    assert "worker-src blob:;" in policy
    assert "http" not in policy


def test_weights_and_answers_are_held_exactly(made):
    model, image, text = made
    contents = contents_of(text)
    assert set(contents["weights"]) == {layer.name for layer in model.architecture if layer.kind == "convolution"}
    for layer, held in contents["weights"].items():
        kernels, bias = model.kernels(layer)
        assert held["shape"] == list(kernels.shape)
        np.testing.assert_array_equal(
            numbers_of(block_of(text, held["block"])), np.concatenate([kernels.ravel(), bias]), strict=True
        )
    (photo,) = contents["photos"]
    logits = numbers_of(block_of(text, photo["preprocessed"]["small"]["logits"]))
    np.testing.assert_array_equal(logits, model.predict(image, HOW).logits)


def test_pictures_are_held_exactly():
    """Decoded as PNG's specification says, in a way of its own."""
    for pixels in (picture(7, 5), np.zeros((3, 4, 3), np.uint8), np.full((1, 1, 3), 255, np.uint8)):
        blocks = Blocks()
        index = blocks.picture(pixels)
        content = block_of(blocks.html(), index)
        height, width = np.frombuffer(content[:8], "<u4")
        off = np.frombuffer(gzip.decompress(content[8:]), np.uint8).reshape(height, width, 3).astype(int)
        back = np.zeros((height + 1, width + 1, 3), int)
        for y in range(height):
            for x in range(width):
                for c in range(3):
                    a, b, d = back[y + 1, x, c], back[y, x + 1, c], back[y, x, c]
                    distances = {n: abs(a + b - d - v) for n, v in (("a", a), ("b", b), ("d", d))}
                    nearest = min(("a", "b", "d"), key=lambda n: distances[n])
                    back[y + 1, x + 1, c] = (off[y, x, c] + {"a": a, "b": b, "d": d}[nearest]) % 256
        found = back[1:, 1:]
        found[:, :, 0] += found[:, :, 1]
        found[:, :, 2] += found[:, :, 1]
        np.testing.assert_array_equal((found % 256).astype(np.uint8), pixels)


def test_what_is_the_same_is_held_once():
    blocks = Blocks()
    pixels = picture()
    assert blocks.picture(pixels) == blocks.picture(pixels.copy())
    assert blocks.picture(255 - pixels) != blocks.picture(pixels)


HOSTILE = '</script><script>alert("1")</script><b>&amp;\u2028.png'


def test_a_hostile_name_does_no_harm(tmp_path):
    image = read_image(picture(), name=HOSTILE)
    path = sv.export_page(image, tmp_path / "page.html", model=tiny_model(), preprocessing=HOW, compared=[])
    text = path.read_text(encoding="utf-8")
    assert "alert(" not in re.sub(r"<title>.*?</title>|<main.*?</main>", "", text, flags=re.S)
    title = re.search(r"<title>(.*?)</title>", text, re.S).group(1)
    assert "<" not in title
    assert html.unescape(title).startswith(visible(HOSTILE))
    assert contents_of(text)["photos"][0]["name"] == HOSTILE
    assert text.count("<script") == text.count("</script>")


def test_the_selection_travels_along(tmp_path):
    state = State(tiny_model, presets=[HOW], preset="small", layer="fire2/concat", channel=3, sort="mean", compared=[])
    state.add(picture())
    state.add(picture())
    assert [photo.id for photo in state._photos].index(state.photo) == 1
    contents = contents_of(sv.export_page(state, tmp_path / "page.html").read_text(encoding="utf-8"))
    assert [contents["traits"][name] for name in ("layer", "channel", "sort", "photo", "preset")] == [
        "fire2/concat", 3, "mean", contents["photos"][1]["id"], "small",
    ]  # fmt: skip
    assert len(contents["photos"]) == 2
    assert contents["setting"]["abilities"] == [
        "upload",
        "forget",
        "edit",
        "ablation",
        "figure",
        "side-by-side",
        "what-if",
    ]


def test_a_preprocessing_that_does_not_suit_a_photo_is_left_out_with_the_reason(tmp_path):
    large = HOW.replace(name="large", resize="none", crop_px=55)
    state = State(tiny_model, presets=[HOW, large], preset="small", compared=["large"])
    state.add(picture(50, 60))
    (photo,) = contents_of(sv.export_page(state, tmp_path / "page.html").read_text(encoding="utf-8"))["photos"]
    assert list(photo["preprocessed"]) == ["small"]
    assert "the crop must fit" in photo["problems"]["large"]


def test_the_page_of_a_large_photo_is_not_large(tmp_path):
    sizes = [
        sv.export_page(picture(*size), tmp_path / "page.html", model=tiny_model(), preprocessing=HOW, compared=[])
        .stat()
        .st_size
        for size in ((120, 120), (1500, 1500))
    ]
    assert sizes[1] - sizes[0] < 900_000  # the larger picture for display; 1500 × 1500 × 3 are 6.75 MB


@pytest.mark.parametrize("nothing", [None, []])
def test_without_a_photo_there_is_an_empty_page(tmp_path, nothing):
    model = tiny_model()
    text = sv.export_page(nothing, tmp_path / "page.html", model=model, preprocessing=HOW, compared=[]).read_text()
    contents = contents_of(text)
    assert contents["photos"] == []
    assert contents["traits"]["photo"] == ""
    assert set(contents["weights"]) == {layer.name for layer in model.architecture if layer.kind == "convolution"}
    assert re.search(r"<title>(.*?)</title>", text).group(1) == f"{model.name} · squeezeviz"


def test_an_empty_page_of_the_bundled_model_offers_drawings_to_begin_with(tmp_path):
    text = sv.export_page(None, tmp_path / "page.html", model="squeezenet1.1-shapes", compared=[]).read_text()
    contents = contents_of(text)
    names = [sample["name"] for sample in contents["samples"]]
    assert len(names) == 4
    assert [sample["name"] for sample in contents["setting"]["samples"]] == names
    for sample in contents["samples"]:
        assert block_of(text, sample["picture"]).startswith(b"\xff\xd8")
        height, width = np.frombuffer(block_of(text, sample["whole"]["block"])[:8], "<u4")
        assert (height, width) == sv.read_image(sample["name"]).pixels.shape[:2]
    with_photo = sv.export_page("shape-star", tmp_path / "star.html", model="squeezenet1.1-shapes", compared=[])
    assert contents_of(with_photo.read_text())["samples"] == []


def test_a_page_of_a_model_that_stands_in_names_no_folder_of_its_author(tmp_path, monkeypatch):
    monkeypatch.delenv("SQUEEZEVIZ_MODELS", raising=False)
    monkeypatch.setenv("SQUEEZEVIZ_CACHE", str(tmp_path / "of-the-author"))
    with pytest.warns(sv.FallbackWarning):
        model = sv.load_model()
    assert "of-the-author" in model.fallback.reason
    text = sv.export_page(None, tmp_path / "page.html", model=model, compared=[]).read_text()
    assert contents_of(text)["model"]["fallback"]["headline"] == model.fallback.headline
    assert "of-the-author" not in text


def test_what_is_held_is_named_as_its_photo_is(tmp_path):
    state = State(tiny_model, presets=[HOW], preset="small", compared=[])
    state.add(picture())
    state.add(picture())
    first = next(photo.id for photo in state._photos)
    state.held = {"photo": first, "layer": "conv1", "channel": 1, "class_index": 2}
    contents = contents_of(sv.export_page(state, tmp_path / "page.html").read_text(encoding="utf-8"))
    assert contents["traits"]["held"] == {**state.held, "photo": contents["photos"][0]["id"]}
    assert contents["photos"][0]["id"] != contents["photos"][1]["id"]


def test_what_is_written_twice_is_the_same_twice(tmp_path):
    image = picture()
    first, second = (
        sv.export_page(image, tmp_path / name, model=tiny_model(), preprocessing=HOW).read_bytes() for name in "ab"
    )
    assert first == second


def test_the_path_that_is_returned_says_what_was_written(tmp_path):
    path = sv.export_page(None, tmp_path / "page.html", model=tiny_model(), preprocessing=HOW, compared=[])
    assert isinstance(path, Path)
    assert path == tmp_path / "page.html"
    assert path.sent_bytes == path.stat().st_size
    assert path.half_precision is None
    assert pickle.loads(pickle.dumps(path)) == path
    assert path.with_suffix(".txt").name == "page.txt"


def test_where_it_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SqueezeVizError, match="cannot be written"):
        sv.export_page(picture(), tmp_path / "file" / "page.html", model=tiny_model(), preprocessing=HOW, compared=[])
    with pytest.raises(SqueezeVizError, match="this is a folder"):
        sv.export_page(picture(), tmp_path, model=tiny_model(), preprocessing=HOW)


def test_wrong_choices_are_refused(tmp_path):
    with pytest.raises(TypeError, match="nothing is called 'colour'"):
        sv.export_page(picture(), tmp_path / "page.html", model=tiny_model(), preprocessing=HOW, colour="red")
    with pytest.raises(LayerError, match="Did you mean"):
        sv.export_page(picture(), tmp_path / "page.html", model=tiny_model(), preprocessing=HOW, layer="conv11")
    with pytest.raises(PreprocessingError, match="Did you mean"):
        sv.export_page(picture(), tmp_path / "page.html", model=tiny_model(), preprocessing=HOW, compared=["caffe3"])


def test_both_dialects_have_the_same_graph_spec():
    first, second = (list(graph_spec(tiny_model(pair).architecture).values()) for pair in (fire_net(), exported_net()))
    assert first == second
    assert first[0] == {
        "op": "Conv", "relu": True, "kernel": [3, 3], "strides": [2, 2], "dilations": [1, 1], "pads": [0, 0, 0, 0], "group": 1,
    }  # fmt: skip


def test_a_layer_that_a_page_cannot_compute_is_named():
    import onnx

    proto = onnx.load_model_from_string(tiny_content())
    for node in proto.graph.node:
        if node.op_type == "GlobalAveragePool":
            node.op_type, odd = "Celu", node.output[0]
    from squeezeviz.runtime.model import Model

    with pytest.raises(ModelError, match=f"{odd}: a layer of the kind 'Celu'; a page computes"):
        graph_spec(Model(proto.SerializeToString(), name="odd", sha256="00").architecture)


def test_a_page_asks_for_itself(tmp_path):
    told = []
    state = State(tiny_model, presets=[HOW], preset="small", compared=[])
    state.send = lambda content, buffers=None: told.append((content, buffers))
    state._receive(None, {"kind": "page", "id": "p"}, [])
    assert told[-1][0]["kind"] == "file"
    assert contents_of(told[-1][1][0].decode())["photos"] == []
    state.add(read_image(picture(), name="my cat.jpg"))
    state._receive(None, {"kind": "page", "id": "q"}, [])
    content, (buffer,) = told[-1]
    assert content == {
        "kind": "file",
        "id": "q",
        "name": "squeezeviz-my-cat.html",
        "type": "text/html",
        "buffers": ["file"],
    }
    assert contents_of(buffer.decode())["photos"][0]["name"] == "my cat.jpg"


def run(*arguments):
    with pytest.raises(SystemExit) as left:
        cli.main([str(each) for each in arguments])
    return left.value.code


@pytest.fixture
def tiny_files(tmp_path):
    """The options that name a tiny model and a preprocessing for it; and a photo."""
    (tmp_path / "tiny.onnx").write_bytes(tiny_content())
    (tmp_path / "small.json").write_text(HOW.to_json())
    read_image(picture()).picture.save(tmp_path / "cat.png")
    return ["-m", tmp_path / "tiny.onnx", "-p", tmp_path / "small.json"], tmp_path / "cat.png"


def test_the_command(tmp_path, tiny_files, capsys):
    options, cat = tiny_files
    page = tmp_path / "out" / "cat.html"
    assert not run("export", cat, "-o", page, *options, "--layer", "conv1", "--compare", "caffe2")
    assert f"{page.stat().st_size:,} bytes" in capsys.readouterr().out.replace("\n", "")
    contents = contents_of(page.read_text(encoding="utf-8"))
    assert list(contents["photos"][0]["preprocessed"]) == ["small", "caffe2"]
    assert contents["traits"]["layer"] == "conv1"


def test_the_command_writes_an_empty_page_where_it_is_asked_for(tmp_path, tiny_files, capsys):
    options, cat = tiny_files
    page = tmp_path / "empty.html"
    assert run("export", "-o", page, *options) == 2
    assert "--empty" in capsys.readouterr().err
    assert run("export", cat, "--empty", "-o", page, *options) == 2
    assert "name none" in capsys.readouterr().err
    assert not page.exists()
    assert not run("export", "--empty", "-o", page, *options)
    assert contents_of(page.read_text(encoding="utf-8"))["photos"] == []


def odd_net():
    """What the published networks have not: groups, windows that are not square, padded averages."""
    rng = np.random.default_rng(1)
    init, net = NetDef(), NetDef()
    net.external_input.append("data")

    def conv(name, source, shape, **arguments):
        fill(init, f"{name}_w", weights(rng, *shape))
        fill(init, f"{name}_b", weights(rng, shape[0]))
        net.external_input.extend([f"{name}_w", f"{name}_b"])
        add_op(net, "Conv", [source, f"{name}_w", f"{name}_b"], [name], kernels=list(shape[2:]), **arguments)

    conv("first", "data", (6, 3, 3, 5), strides=[1, 2], pads=[1, 2, 1, 2])
    add_op(net, "Relu", ["first"], ["first"])
    conv("apart", "first", (8, 3, 3, 3), strides=[1, 1], pads=[2, 2, 2, 2], dilations=[2, 2], group=2)
    add_op(
        net, "AveragePool", ["apart"], ["mean"], kernels=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], count_include_pad=1
    )
    add_op(net, "MaxPool", ["mean"], ["most"], kernels=[3, 2], strides=[2, 1], pads=[1, 0, 1, 0])
    conv("last", "most", (5, 8, 1, 1))
    add_op(net, "AveragePool", ["last"], ["pooled"], global_pooling=1)
    add_op(net, "Softmax", ["pooled"], ["said"])
    net.external_output.append("said")
    return init, net


def test_windows_of_other_shapes_are_described():
    steps = graph_spec(tiny_model(odd_net()).architecture)
    assert (steps["first"]["strides"], steps["first"]["pads"], steps["first"]["kernel"]) == (
        [1, 2],
        [1, 2, 1, 2],
        [3, 5],
    )
    assert (steps["apart"]["group"], steps["apart"]["dilations"]) == (2, [2, 2])
    assert steps["mean"]["include_pad"]


def test_what_that_page_cannot_do_is_closed_and_everything_is_on(tmp_path):
    model, image = tiny_model(), picture()
    state = State(lambda: model, presets=[HOW], preset="small", compared=[])
    state.add(image)
    state.ablated, state.ablation_fill, state.explaining, state.contrast_class = {"conv1": [0, 1]}, "mean", True, 2
    text = sv.export_page(state, tmp_path / "page.html").read_text(encoding="utf-8")
    contents = contents_of(text)
    closed = {name: contents["traits"][name] for name in ("ablated", "ablation_fill", "explaining", "contrast_class")}
    assert closed == {"ablated": {}, "ablation_fill": "zero", "explaining": False, "contrast_class": None}
    logits = numbers_of(block_of(text, contents["photos"][0]["preprocessed"]["small"]["logits"]))
    np.testing.assert_array_equal(logits, model.predict(image, HOW).logits)
    assert state.ablated == {"conv1": [0, 1]}, "the page it was sent from stays as it is"
