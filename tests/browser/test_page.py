"""The explorer as one file, opened from disk without a network: what it computes, against Python."""

import base64
import json
import re

import numpy as np
import pytest

import squeezeviz as sv
from squeezeviz.preprocessing import preset
from squeezeviz.runtime.model import Model
from tests.browser.conftest import ARTIFACTS
from tests.browser.explorer_page import chosen, ready
from tests.browser.waiting import until
from tests.integration.test_brought_inputs import SIDES, network
from tests.nets import exported_net, fire_net, tiny_model
from tests.unit.test_page import odd_net

pytestmark = [pytest.mark.browser]
SMALL = preset("caffe2").replace(name="small", resize_px=40, crop_px=33)

# Buffers come back as text, and so does all: lists of numbers take Playwright longer than the page.
_ASK = """async (asked) => {
    const { host } = window.squeezeviz;
    const answer = (one) => new Promise((resolve) => {
        const id = crypto.randomUUID();
        const hear = (message, buffers) => {
            if (message.id !== id) return;
            host.off('msg:custom', hear);
            resolve([message, buffers ?? []]);
        };
        host.on('msg:custom', hear);
        host.send({ ...one, id });
    });
    HAND_OVER
}"""
_AS_TEXT = _ASK.replace(
    "HAND_OVER",
    """const [message, buffers] = await answer(asked);
    const texts = buffers.map((view) => new Promise((resolve) => {
        const reader = new FileReader();
        reader.onload = () => resolve(reader.result.split(',')[1]);
        reader.readAsDataURL(new Blob([view]));
    }));
    return JSON.stringify({ message, buffers: await Promise.all(texts) });""",
)
# What all layers hold is some 20 MB, which takes less than half of the work as a file.
_AS_A_FILE = _ASK.replace(
    "HAND_OVER",
    """const said = [], all = [];
    for (const one of asked) {
        const [message, buffers] = await answer(one);
        said.push({ message, lengths: buffers.map((view) => view.byteLength) });
        all.push(...buffers);
    }
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob(all));
    link.download = 'buffers';
    link.click();
    URL.revokeObjectURL(link.href);
    return JSON.stringify(said);""",
)


@pytest.fixture
def open_file(browser, request):
    """Open a file from disk where there is no network; any request, error or warning fails the test."""
    contexts, problems = [], []

    def run(path, **options):
        context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.on("console", lambda said: problems.append(said.text))
        page.on("pageerror", lambda error: problems.append(str(error)))

        def look(asked):
            if asked.url != path.as_uri() and not asked.url.startswith(("data:", "blob:")):
                problems.append(f"asked for {asked.url}")

        page.on("request", look)
        page.goto(path.as_uri())
        page.locator(".sqv-computed", has_text="were computed").wait_for()
        return page

    yield run
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    for index, context in enumerate(contexts):
        name = re.sub(r"[^\w-]+", "_", request.node.name)
        context.pages[0].screenshot(path=ARTIFACTS / f"{name}-{index}.png", full_page=True)
        context.close()
    assert problems == []


def ask(page, asked):
    """Ask the page's own host, as its views do."""
    return json.loads(page.evaluate(_AS_TEXT, asked))


def ask_each(page, asked):
    """Ask it several things, and yield each answer: its message, and its buffers as bytes."""
    with page.expect_download() as caught:
        said = json.loads(page.evaluate(_AS_A_FILE, asked))
    rest = memoryview(caught.value.path().read_bytes())
    for each in said:
        buffers = []
        for length in each["lengths"]:
            buffers.append(rest[:length])
            rest = rest[length:]
        yield each["message"], buffers
    assert not rest


def numbers(text, shape):
    return np.frombuffer(base64.b64decode(text), "<f4").reshape(shape)


def photo_id(page):
    return page.evaluate("() => window.squeezeviz.store.traits.get('photo')")


def assert_layers_are_pythons(page, model, image, how, *, prediction=None):
    activations = model.activations(image, preprocessing=how)
    photo = photo_id(page)
    asked = [{"kind": "tensor", "photo": photo, "layer": layer} for layer in activations]
    for layer, (message, (maps, statistics)) in zip(activations, ask_each(page, asked), strict=True):
        found = np.frombuffer(maps, "<f4").reshape(message["shape"])
        wanted = activations[layer].reshape(found.shape)
        assert np.abs(found - wanted).max() <= 1e-5 * np.abs(wanted).max(), layer
        largest, mean, zero = np.frombuffer(statistics, "<f4").reshape(3, len(found))
        np.testing.assert_allclose(largest, found.max(axis=(1, 2)))
        np.testing.assert_allclose(mean, found.mean(axis=(1, 2), dtype=np.float64), rtol=1e-5, atol=1e-30)
        np.testing.assert_allclose(zero, (found == 0).mean(axis=(1, 2)), atol=1e-6)
    logits = page.evaluate("() => [...window.squeezeviz.store.photos.photo().logits]")
    np.testing.assert_array_equal(np.float32(logits), (prediction or model.predict(image, how)).logits)


def summed(arithmetic, calculation):
    """What a number's terms come to, were they all of one sign: rounding is in proportion to that, not to their sum."""
    while calculation.kind == "copy":  # a concatenation hands on what was summed before it
        (term,) = calculation.terms
        calculation = arithmetic.of(term.layer, term.channel, term.cell)
    return abs(calculation.bias) + sum(abs(term.product) for term in calculation.terms)


def assert_opens_as_in_python(page, arithmetic, layer, channel, cell):
    asked = {"kind": "open", "photo": photo_id(page), "layer": layer, "channel": channel, "cell": list(cell)}
    wanted = arithmetic.of(layer, channel, cell)
    found = ask(page, asked)["message"]["calculation"]
    plain = wanted.to_dict()
    size = summed(arithmetic, wanted)
    for name in ("layer", "channel", "cell", "kind", "has_relu", "bias"):
        assert found[name] == plain[name], (layer, name)
    for name in ("value", "total"):
        assert found[name] == pytest.approx(plain[name], rel=1e-5, abs=2e-6 * size), (layer, name)
    rounding = 0.5 if layer == "resized" else 1e-6 * max(size, 1)  # a blend becomes a whole pixel value
    assert abs(found["residual"]) <= rounding, layer
    assert found["residual"] == pytest.approx(plain["residual"], abs=3e-6 * max(size, 1)), layer
    assert (found["count"], found["remainder"]) == (len(wanted.terms), 0)
    theirs = {(term["layer"], term["channel"], *term["cell"]): term for term in plain["terms"]}
    ours = {(term["layer"], term["channel"], *term["cell"]): term for term in found["terms"]}
    assert ours.keys() == theirs.keys(), layer
    most = max((abs(term["value"]) for term in plain["terms"]), default=1)
    for key, term in ours.items():
        assert term["value"] == pytest.approx(theirs[key]["value"], rel=1e-4, abs=1e-5 * most), (layer, key)
        if plain["kind"] != "max":  # of two that are almost the same, either may be the largest
            assert term["weight"] == theirs[key]["weight"], (layer, key)
    products = [abs(term["product"]) for term in found["terms"]]
    assert products == sorted(products, reverse=True)
    few = ask(page, {**asked, "count": 3})["message"]["calculation"]
    assert few["terms"] == found["terms"][:3]
    rest = sum(term["product"] for term in found["terms"][3:])
    assert few["remainder"] == pytest.approx(rest, abs=1e-9 * max(size, 1))


# What the network sees of the photo, as the browser has it; as text, too.
SEEN = """async () => { const { seen } = window.squeezeviz.store.photos.photo();
    const { naturalWidth: width, naturalHeight: height } = seen;
    const context = new OffscreenCanvas(width, height).getContext('2d');
    context.drawImage(seen, 0, 0);
    const reader = new FileReader(), read = new Promise((resolve) => { reader.onload = resolve; });
    reader.readAsDataURL(new Blob([context.getImageData(0, 0, width, height).data]));
    await read;
    return reader.result.split(',')[1]; }"""


@pytest.mark.parametrize(
    "what",
    [("squeezenet1.1-caffe2", "chelsea", "caffe2"), ("squeezenet1.1-shapes", "shape-star", "caffe2-aspect")],
    ids=["caffe2", "shapes"],
)
def test_every_number_is_pythons(open_file, tmp_path, request, what):
    name, source, how = what
    if name == "squeezenet1.1-caffe2":
        request.getfixturevalue("published_files")
        pytest.importorskip("skimage", reason="the samples come with scikit-image, which is not installed")
    model = sv.load_model(name)
    path = sv.export_page(source, tmp_path / "page.html", model=model, preprocessing=how)
    assert path.stat().st_size < 8e6
    page = open_file(path)
    assert page.title().startswith(f"{source}: {model.predict(source, how).top(1)[0].label}")
    assert_layers_are_pythons(page, model, source, how)
    seen = np.frombuffer(base64.b64decode(page.evaluate(SEEN)), np.uint8).reshape(227, 227, 4)
    np.testing.assert_array_equal(seen[..., :3], model.seen(source, how))
    arithmetic = sv.Arithmetic(model, source, how)
    rng = np.random.default_rng(7)
    places = [(layer.name, (*layer.shape, 1, 1)[:3]) for layer in arithmetic.architecture]
    for layer, shape in [*places, *2 * [("data", (3, 227, 227)), ("resized", (3, 227, 227))]]:
        channel, y, x = (int(rng.integers(size)) for size in shape)
        assert_opens_as_in_python(page, arithmetic, layer, channel, (y, x))
    for layer in ("conv1", "fire9/expand3x3", "conv10"):
        answer = ask(page, {"kind": "weights", "layer": layer})
        kernels, bias = model.kernels(layer)
        np.testing.assert_array_equal(numbers(answer["buffers"][0], answer["message"]["shape"]), kernels, strict=True)
        np.testing.assert_array_equal(numbers(answer["buffers"][1], (-1,)), bias)
    # The same photo otherwise preprocessed; its size may be another (torchvision's is 224).
    for other in ("rgb-by-mistake", "torchvision"):
        page.locator(".sqv-preset select").select_option(other)
        page.locator(f'.sqv-variant[aria-pressed="true"]:has-text("{other[:6]}")').wait_for()
        assert_layers_are_pythons(page, model, source, other)
    assert ask(page, {"kind": "weights", "layer": "pool1"})["message"]["kind"] == "failed"
    stated = page.locator(".sqv-computed").inner_text()
    assert float(re.search(r"compared: ([\d.e-]+) of the layer", stated).group(1)) < 1e-5


@pytest.mark.parametrize("pair", [fire_net, exported_net, odd_net])
def test_other_networks_too(open_file, tmp_path, pair):
    model = tiny_model(pair())
    image = np.random.default_rng(2).integers(0, 256, (44, 60, 3), dtype=np.uint8)
    path = sv.export_page(image, tmp_path / "page.html", model=model, preprocessing=SMALL, compared=[])
    assert_layers_are_pythons(open_file(path), model, image, SMALL)


def test_an_input_that_is_grey_and_not_square(open_file, tmp_path):
    model = Model(network(1, *SIDES), name="brought", sha256="00")
    image = np.random.default_rng(2).integers(0, 256, (60, 50, 3), dtype=np.uint8)
    path = sv.export_page(image, tmp_path / "page.html", model=model, compared=[], layer="relu1", channel=1)
    page = open_file(path)
    assert_layers_are_pythons(page, model, image, model.preprocessing)
    arithmetic = sv.Arithmetic(model, image)
    for layer, channel, cell in (
        ("classes", 3, (10, 14)),
        ("relu1", 1, (4, 11)),
        ("x", 0, (23, 31)),
        ("resized", 0, (9, 30)),
    ):
        assert_opens_as_in_python(page, arithmetic, layer, channel, cell)
    assert "turned to grey (ITU-R 601 luma)" in page.locator(".sqv-notes").inner_text()
    assert page.evaluate(
        "() => { const { seen } = window.squeezeviz.store.photos.photo(); return [seen.naturalWidth, seen.naturalHeight]; }"
    ) == [32, 24]
    # Maps are drawn in their own form, and a cell is found where it stands.
    grid = page.locator(".sqv-grid").get_attribute("data-grid")
    _, columns, wide, across, high, down, *cells = (int(part) for part in grid.split())
    assert cells == [11, 15]
    assert high / wide == pytest.approx(11 / 15, abs=0.01)
    large = page.locator(".sqv-large").evaluate(
        "(map) => [map.clientHeight - 18, map.clientWidth - 28]"
    )  # without axes
    assert large[0] / large[1] == pytest.approx(11 / 15, abs=0.01)
    for index, (y, x) in ((0, (0, 0)), (3, (10, 14)), (5, (4, 11))):
        left, top = index % columns * across, index // columns * down
        spot = {"x": left + (x + 0.5) * wide / 15, "y": top + (y + 0.5) * high / 11}
        page.locator(".sqv-grid canvas").hover(position=spot)
        until(page, f"() => window.squeezeviz.store.selection.hover()?.cell.join() === '{y},{x}'")
        assert page.evaluate("() => window.squeezeviz.store.selection.hover().channel") == index
    page.mouse.move(0, 0)
    # On the stage it keeps its form, and the box lies where the cell looks: in a square of 32 pixels, 4 rows from the top.
    page.evaluate("() => window.squeezeviz.store.traits.set({ view: 'seen', channel: 1, cell: [10, 14] })")
    until(page, "() => document.querySelector('.sqv-caption').textContent.includes('32 × 24 px')")
    side = page.locator(".sqv-stage").evaluate("(stage) => stage.clientWidth")
    box = page.locator(".sqv-over").get_attribute("data-box")
    assert [32 * float(number) / side for number in box.split()] == pytest.approx([28, 24, 3, 3], abs=0.1)


@pytest.fixture(scope="module")
def of_two_photos(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "page.html"
    return sv.export_page(["shape-star", "shape-heart"], path, model="squeezenet1.1-shapes", layer="fire4/concat")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_readers_path(open_file, of_two_photos, scheme):
    page = open_file(of_two_photos, color_scheme=scheme)
    assert page.locator("body").get_attribute("data-jp-theme-light") == str(scheme == "light").lower()
    # No invitation that nobody could follow.
    assert page.locator(".sqv-input").is_visible()
    for hidden in (".sqv-samples", ".sqv-hero", ".sqv-send > button", "select.sqv-model"):
        assert not page.locator(hidden).is_visible(), hidden
    assert page.get_by_text("Side by side").is_visible()
    tiles = page.locator(".sqv-tile")
    assert tiles.count() == 2
    assert tiles.first.get_attribute("aria-selected") == "true"
    page.locator('[data-part="fire7"] > .sqv-hit').click()
    until(
        page,
        "() => window.squeezeviz.store.tensors.shown().layer === 'fire7/concat' && !document.querySelector('.sqv-late')",
    )
    before = page.evaluate("() => window.squeezeviz.store.selection.channel()")
    page.locator("#sqv-page > .sqv").focus()  # in the network, arrows go from layer to layer
    page.keyboard.press("ArrowLeft")
    page.locator(".sqv-channel h2", has_text=re.compile(rf"^Channel {before - 1}\b")).wait_for()
    canvas = page.locator(".sqv-grid canvas").first
    canvas.hover(position={"x": 5, "y": 5})
    until(page, "() => window.squeezeviz.store.selection.hover()?.channel === 0")
    until(page, """() => document.querySelector('.sqv-explorer [data-fact="channel"]').textContent === '0'""")
    page.keyboard.press("/")
    page.keyboard.type("heart")
    page.locator(".sqv-found li", has_text="heart").first.wait_for()
    page.keyboard.press("Escape")
    tiles.nth(1).click()
    until(
        page,
        "() => window.squeezeviz.store.networks.label(window.squeezeviz.store.selection.classIndex()).label === 'heart'",
    )
    page.get_by_role("radio", name="Dark" if scheme == "light" else "Light").click()
    dark = str(scheme == "dark").lower()
    until(page, f"() => document.body.dataset.jpThemeLight === '{dark}'")


def test_a_browser_that_makes_no_worker_computes_on_the_page_and_says_so(browser, tmp_path):
    path = sv.export_page("shape-star", tmp_path / "page.html", model="squeezenet1.1-shapes", compared=[])
    context = browser.new_context(offline=True)
    context.add_init_script("Object.defineProperty(window, 'Worker', { value: undefined });")
    page = context.new_page()
    page.goto(path.as_uri())
    page.locator(".sqv-computed", has_text="were computed").wait_for(timeout=120_000)
    assert "makes no worker" in page.locator(".sqv-colophon").inner_text()
    context.close()


def test_the_button_gives_the_file(open_cell, open_file, tmp_path):
    page = open_cell(
        "import squeezeviz as sv; sv.explore('shape-star', model='squeezenet1.1-shapes', layer='fire6/concat', channel=7)"
    )
    ready(page, "fire6/concat")  # all stands where it stays, or a click may meet nothing
    with page.expect_download(timeout=120_000) as caught:
        page.get_by_role("button", name="Send as one file").click()
        page.get_by_text(re.compile("putting the network|in your downloads")).wait_for(timeout=30_000)  # it was heard
    assert caught.value.suggested_filename == "squeezeviz-shape-star.html"
    path = tmp_path / caught.value.suggested_filename
    caught.value.save_as(path)
    page.get_by_text("in your downloads").wait_for()
    found = open_file(path)
    found.locator(".sqv-channel h2", has_text=re.compile(r"^Channel \d")).wait_for()
    assert chosen(found) == {"layer": "fire6/concat", "channel": 7}
