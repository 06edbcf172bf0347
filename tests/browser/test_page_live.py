"""The standalone page with photos of one's own, from disk and without a network: what it says of them is what Python says."""

import base64
import io
import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image as Pillow

import squeezeviz as sv
from squeezeviz.evidence import ablate, occlude, pairwise_ablation
from squeezeviz.evidence.comparison import compare_with
from squeezeviz.evidence.effective_kernels import effective_kernels
from squeezeviz.explorer import messages
from squeezeviz.explorer.photos import Photo
from squeezeviz.preprocessing import Preprocessing
from squeezeviz.render.grid import grid
from tests.browser.test_edit import PIXELS, stroke
from tests.browser.test_page import ask, ask_each, numbers, photo_id
from tests.browser.waiting import until
from tests.browser.watched import fresh_page

pytestmark = [pytest.mark.browser]

MODEL = "squeezenet1.1-shapes"
STORE = "window.squeezeviz.store"
LOGITS = f"() => [...{STORE}.photos.photo().logits]"
ANSWERED = """() => { const panel = document.querySelector('.sqv-edit-panel');
    return !panel.hidden && panel.dataset.answered === 'true' && !document.querySelector('.sqv-late'); }"""


@pytest.fixture(scope="module")
def model():
    return sv.load_model(MODEL)


@pytest.fixture(scope="module")
def exported(tmp_path_factory, model):
    path = tmp_path_factory.mktemp("live") / "page.html"
    return sv.export_page("shape-star", path, model=model, compared=["torchvision", "ten-crop"], layer="fire3/concat")


@pytest.fixture(scope="module")
def page(browser, exported, request):
    """One page for all of these tests, which go on where the one before ended; it may ask for nothing."""
    with fresh_page(browser, request.node, offline=True) as opened:
        opened.goto(exported.as_uri())
        opened.locator(".sqv-computed", has_text="were computed").wait_for(timeout=120_000)
        yield opened
    assert [problem for problem in opened.problems if exported.as_uri() not in problem] == []


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A photo of one's own, such as a person would bring: not square, and noise all over."""
    path = tmp_path_factory.mktemp("own") / "holiday.png"
    pixels = np.random.default_rng(5).integers(0, 256, (50, 70, 3), dtype=np.uint8)
    Pillow.fromarray(pixels).resize((420, 300), Pillow.Resampling.BICUBIC).save(path)
    return path


def put(page, path):
    page.set_input_files(".sqv-input input[type=file]", path)
    until(page, f"() => {STORE}.photos.photo()?.name === '{path.name}' && !{STORE}.isWorking()")


def assert_is_pythons(found, wanted):
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-5 * np.abs(wanted).max())


def assert_layers_are(page, wanted):
    """Hold layers against what Python has of them, by name."""
    photo = photo_id(page)
    asked = [{"kind": "tensor", "photo": photo, "layer": layer} for layer in wanted]
    for values, (message, (maps, _)) in zip(wanted.values(), ask_each(page, asked), strict=True):
        assert_is_pythons(np.frombuffer(maps, "<f4").reshape(message["shape"]), values)


def test_growing_a_picture_takes_a_kernel_and_it_says_so_where_it_would_be(page):
    growing = page.get_by_role("region", name="What excites it most?")
    assert "it needs a kernel" in growing.inner_text()
    assert 'squeezeviz.visualize(model, "fire3/concat:' in growing.inner_text()
    assert growing.get_by_role("button").count() == 0


def test_a_photo_of_ones_own_is_answered_as_python_answers_it(page, own, model):
    put(page, own)
    shown = Photo.seen_by(model, model.preprocessing, photo_id(page), sv.read_image(own), 0)
    wanted = messages.photo(shown, model).content
    found = page.evaluate(f"() => {{ const {{ original, seen, ...said }} = {STORE}.photos.photo(); return said; }}")
    same = (
        "id",
        "name",
        "model",
        "preset",
        "size",
        "input",
        "layers",
        "preprocessing_words",
        "notes",
        "caution",
        "is_sigmoid",
    )
    assert {name: found[name] for name in same} == {name: wanted[name] for name in same}
    assert found["visible"] == pytest.approx(wanted["visible"])
    assert found["rms_activation"] == pytest.approx(wanted["rms_activation"], rel=1e-5)
    assert_is_pythons(page.evaluate(LOGITS), shown.prediction.logits)
    assert_layers_are(
        page, {layer: values.reshape((*values.shape, 1, 1)[:3]) for layer, values in shown.activations.items()}
    )
    assert page.locator(".sqv-tile").count() == 2


def test_its_numbers_are_opened_down_to_its_pixels(page, own, model):
    arithmetic = sv.Arithmetic(model, own)
    for layer, channel, cell in (("fire2/squeeze1x1", 3, (10, 20)), ("data", 1, (100, 50)), ("resized", 2, (7, 200))):
        asked = {"kind": "open", "photo": photo_id(page), "layer": layer, "channel": channel, "cell": cell}
        found = ask(page, asked)["message"]["calculation"]
        wanted = arithmetic.of(layer, channel, cell).to_dict()
        assert found["value"] == pytest.approx(wanted["value"], rel=1e-5)
        assert sorted(term["weight"] for term in found["terms"]) == sorted(term["weight"] for term in wanted["terms"])


@pytest.mark.parametrize("preset", ["torchvision", "ten-crop"])
def test_it_is_preprocessed_differently_as_python_does_it(page, own, model, preset):
    page.locator(".sqv-preset select").select_option(preset)
    until(page, f"() => {STORE}.photos.photo().preset === '{preset}'")
    prediction, activations = model.observe(own, preset)
    assert_is_pythons(page.evaluate(LOGITS), prediction.logits)
    assert_layers_are(page, {"fire9/concat": activations["fire9/concat"]})
    page.locator(".sqv-preset select").select_option(model.preprocessing.name)
    until(page, f"() => {STORE}.photos.photo().preset !== '{preset}' && !{STORE}.isWorking()")


# As text: a list of so many numbers takes seconds.
CARRIED = """([name, text]) => { const carried = new DataTransfer();
    carried.items.add(new File([Uint8Array.from(atob(text), c => c.charCodeAt(0))], name, { type: 'image/png' }));
    return carried; }"""


def test_what_is_dropped_pasted_or_typed_at_the_windows_edge_is_for_the_page(page, own):
    photos, layer = page.locator(".sqv-tile").count(), page.evaluate(f"() => {STORE}.networks.layer().name")
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("]")
    until(page, f"() => {STORE}.networks.layer().name !== '{layer}'")
    page.keyboard.press("[")
    until(page, f"() => {STORE}.networks.layer().name === '{layer}'")
    for name, kind in (("dropped.png", "drop"), ("pasted.png", "paste")):
        files = page.evaluate_handle(CARRIED, [name, base64.b64encode(own.read_bytes()).decode()])
        was_taken = page.evaluate(
            """([kind, files]) => !document.body.dispatchEvent(kind === 'drop'
                ? new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true })
                : new ClipboardEvent('paste', { clipboardData: files, bubbles: true, cancelable: true }))""",
            [kind, files],
        )
        assert was_taken, f"{kind}: else the browser leaves the page to open the file"
        until(page, f"() => {STORE}.photos.photo()?.name === '{name}' && !{STORE}.isWorking()")
    assert page.locator(".sqv-tile").count() == photos + 2
    for _ in range(2):
        page.locator(".sqv-tile").last.focus()
        tiles = page.locator(".sqv-tile").count()
        page.keyboard.press("Delete")
        until(page, f"() => document.querySelectorAll('.sqv-tile').length === {tiles - 1}")


def test_its_page_of_keys_names_what_it_can_do(page):
    page.keyboard.press("?")
    page.locator(".sqv-help kbd").first.wait_for()
    keys = page.locator(".sqv-help kbd").all_inner_texts()
    page.keyboard.press("Escape")
    assert {"o", "x", "=", "?"} <= set(keys)
    assert "g" not in keys, "gradients are the kernel's"


def test_what_is_no_photo_is_said_and_nothing_is_lost(page, tmp_path):
    (tmp_path / "notes.png").write_text("these are notes")
    page.set_input_files(".sqv-input input[type=file]", tmp_path / "notes.png")
    page.locator(".sqv-failure", has_text="notes.png").wait_for()
    page.locator(".sqv-failure").get_by_role("button").click()
    page.locator(".sqv-failure").wait_for(state="detached")
    assert page.locator(".sqv-tile").count() == 2


def test_ablated_channels_change_the_answer_as_in_python(page, own, model):
    channels = {"fire3/squeeze1x1": [0, 5], "fire5/expand3x3": [7]}
    for fill in ("zero", "mean"):
        page.evaluate(f"traits => {STORE}.traits.set(traits)", {"ablated": channels, "ablation_fill": fill})
        until(page, f"() => {STORE}.photos.photo().caution.includes('3 channels are ablated') && !{STORE}.isWorking()")
        made = ablate(model, own, channels, fill=fill)
        assert_is_pythons(page.evaluate(LOGITS), made.after.logits)
        assert_layers_are(page, {"fire5/concat": made.activations["fire5/concat"]})
        caution = page.evaluate(f"() => {STORE}.photos.photo().caution")
        assert caution.startswith(
            f"3 channels are ablated{' (the mean of each map instead)' if fill == 'mean' else ''}: fire3"
        )
    page.get_by_role("button", name="Restore all").click()
    until(page, f"() => !{STORE}.photos.isAnyAblated() && !{STORE}.isWorking()")
    assert_is_pythons(page.evaluate(LOGITS), model.predict(own).logits)


def tried(page, class_index, **asked):
    """Begin a trial as the page's views do, and return what it says of a class in each run once all are done."""
    found = page.evaluate(
        """async (asked) => {
            const { host } = window.squeezeviz, id = crypto.randomUUID();
            const [message, buffers] = await new Promise((resolve) => {
                const hear = (message, buffers) => {
                    if (message.id !== id || (message.kind === 'progress' && !message.is_whole)) return;
                    host.off('msg:custom', hear);
                    resolve([message, buffers]);
                };
                host.on('msg:custom', hear);
                host.send({ kind: 'begin', ...asked, id });
            });
            const read = (Kind) => (view) => [...new Kind(view.buffer)];
            const [logits, probabilities, best] = message.buffers.map((name, at) => [name, buffers[at]])
                .map(([name, view]) => read(name === 'best_classes' ? Uint16Array : Float32Array)(view));
            return { ...message, logits, probabilities, best_classes: best };
        }""",
        {"photo": photo_id(page), "class_index": class_index, "name": "holiday.png", **asked},
    )
    assert found["kind"] == "progress", found
    return found


@pytest.mark.parametrize("fill", ["grey", "blur"])
def test_hidden_patches_change_the_answer_as_in_python(page, own, model, fill):
    wanted = occlude(model, own, patch_px=64, stride_px=50, fill=fill)
    found = tried(page, 3, work="occlusion", patch_px=64, stride_px=50, fill=fill)
    assert (found["rows"], found["columns"], *found["input_px"]) == (*wanted.logits.shape[:2], *wanted.input_px)
    assert_is_pythons(found["logits"], wanted.logits[..., 3].ravel())
    assert found["best_classes"] == wanted.logits.argmax(axis=-1).ravel().tolist()
    assert found["logit"] == pytest.approx(float(wanted.prediction.logits[3]), abs=1e-4)
    probabilities = wanted.prediction.probabilities_of(wanted.logits)[..., 3].ravel()
    np.testing.assert_allclose(found["probabilities"], probabilities, atol=1e-5)


def test_channels_ablated_two_at_a_time_change_the_answer_as_in_python(page, own, model):
    layer = "fire2/squeeze1x1"
    wanted = pairwise_ablation(model, own, layer)
    found = tried(page, 3, work="pairwise_ablation", layer=layer)
    assert (found["layer"], found["count"]) == (layer, len(wanted.single_logits))
    both = np.concatenate([wanted.single_logits, wanted.pair_logits])
    assert_is_pythons(found["logits"], both[:, 3])


def test_another_preprocessing_is_compared_and_folded_as_in_python(page, own, model):
    how = {**model.preprocessing.to_dict(), "crop": [0.25, 1], "mean": [90, 100, 110]}
    asked = {"photo": photo_id(page), "preset": "yours", "preset_key": "yours 1", "preprocessing": how}
    mine = Preprocessing.from_dict({**how, "name": "yours", "crop": (0.25, 1)})
    _, reference = model.observe(own)
    wanted = compare_with(model, sv.read_image(own), mine, reference)
    answer = ask(page, {"kind": "variant", **asked})
    found = answer["message"]
    assert found["words"] == mine.describe()
    assert found["first_divergent_layer"] == wanted.first_divergent_layer.layer
    theirs = [[drift.layer, drift.relative_l2, drift.cosine] for drift in wanted.drift]
    assert [row[0] for row in found["drift"]] == [row[0] for row in theirs]
    np.testing.assert_allclose([row[1:] for row in found["drift"]], [row[1:] for row in theirs], rtol=1e-4, atol=1e-5)
    logits = answer["buffers"][found["buffers"].index("logits")]
    assert_is_pythons(numbers(logits, (-1,)), wanted.prediction.logits)
    answer = ask(page, {"kind": "kernels", **asked})
    folded = effective_kernels(model, sv.read_image(own), mine)
    np.testing.assert_allclose(numbers(answer["buffers"][0], answer["message"]["shape"]), folded.kernels, rtol=1e-6)
    assert answer["message"]["largest"] == pytest.approx(folded.largest, rel=1e-5)
    assert answer["message"]["difference"] < 1e-4 * folded.largest


def test_what_would_change_its_mind_is_offered_where_why_is_not(page):
    page.get_by_role("button", name="What would change its mind?").click()
    page.get_by_role("heading", name="What would change its mind?").wait_for()
    page.get_by_text("Attribution methods take gradients, which this page has not").wait_for()
    assert not page.locator(".sqv-equation").is_visible()
    page.get_by_role("button", name="Close what would change its mind").click()


def painted(page):
    width, height, values = page.evaluate(PIXELS)
    return np.frombuffer(base64.b64decode(values), np.uint8).reshape(height, width, 3)


def test_what_is_painted_is_answered_as_python_answers_the_same_pixels(page, own, model):
    page.get_by_role("button", name="Edit", exact=True).click()
    page.locator(".sqv-edit-layer").wait_for()
    until(page, ANSWERED)
    np.testing.assert_array_equal(painted(page), sv.read_image(own).pixels)
    assert_is_pythons(page.evaluate(LOGITS), model.predict(own).logits)
    page.keyboard.press("]")
    stroke(page, (0.3, 0.4), (0.7, 0.75))
    until(page, f"() => {STORE}.photos.photo().isEdit && !{STORE}.photos.photo().isMoving")
    until(page, ANSWERED)
    pixels = painted(page)
    assert (pixels != sv.read_image(own).pixels).any()
    assert_is_pythons(page.evaluate(LOGITS), model.predict(pixels).logits)
    # Each state is computed where it differs from the one before: after many, every layer is that of a whole run.
    for start, end in [
        ((0.2, 0.8), (0.3, 0.7)),
        ((0.45, 0.3), (0.5, 0.35)),
        ((0.9, 0.9), (0.6, 0.2)),
        ((0.5, 0.5), (0.5, 0.6)),
    ]:
        stroke(page, start, end)
    until(page, ANSWERED)
    pixels = painted(page)
    layers = [layer.name for layer in model.architecture if len(layer.shape) == 3]
    activations = model.activations(pixels, layers=layers)
    assert_layers_are(page, {name: activations[name] for name in layers})
    assert_is_pythons(page.evaluate(LOGITS), model.predict(pixels).logits)
    page.get_by_role("button", name="Keep").click()
    page.locator(".sqv-tile", has_text="").nth(2).wait_for()
    until(page, f"() => {STORE}.photos.photo()?.name === 'holiday.png, edited' && !{STORE}.photos.photo().isEdit")
    assert_is_pythons(page.evaluate(LOGITS), model.predict(pixels).logits)


def test_the_camera_runs_without_a_kernel_and_its_frozen_frame_is_a_photo(page):
    page.get_by_role("button", name="Camera").click()
    frames = "() => Number(document.querySelector('.sqv-live-bar').dataset.frames)"
    until(page, f"() => ({frames})() >= 8")
    assert page.locator(".sqv-tile").count() == 4
    until(page, "() => Number(document.querySelector('.sqv-live-bar').dataset.maps) >= 3")
    page.get_by_role("button", name="Freeze").click()
    page.locator(".sqv-tile[aria-label^='camera ']").wait_for()
    page.locator(".sqv-live-bar").get_by_role("button", name="Stop").click()
    until(page, "() => document.querySelectorAll('.sqv-tile').length === 4")
    assert not page.locator(".sqv-failure").count()


def test_figures_are_drawn_without_python(page, own, tmp_path, model):
    put(page, own)
    best = model.predict(own).top(1)[0]
    offered = page.get_by_label("Format of the figure").locator("option").all_text_contents()
    assert offered == ["SVG", "PNG"], "a PDF takes Python"
    for view, form in (("the whole page", "SVG"), ("channel", "PNG")):
        page.get_by_label("What the figure shows").select_option(view)
        page.get_by_label("Format of the figure").select_option(form)
        with page.expect_download() as download:
            page.get_by_role("button", name="Save the figure").click()
        download.value.save_as(tmp_path / download.value.suggested_filename)
    text = (tmp_path / "holiday-explorer.svg").read_text(encoding="utf-8")
    root = ET.fromstring(text)
    said = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"holiday.png", "420 × 300 px", best.label, f"{best.logit:.2f}", "fire3/concat"} <= {*said}
    # The photo, what the network gets, the key's colours, and the maps with a line between each two.
    pictures = [
        Pillow.open(io.BytesIO(base64.b64decode(element.get("href").partition(",")[2])))
        for element in root.iter("{http://www.w3.org/2000/svg}image")
    ]
    assert [picture.size for picture in pictures[:3]] == [(420, 300), (227, 227), (255, 1)]
    np.testing.assert_array_equal(np.asarray(pictures[0].convert("RGB")), sv.read_image(own).pixels)
    maps = model.activations(own, "fire3/concat")["fire3/concat"]
    columns = pictures[3].width // (maps.shape[2] + 1) + 1
    drawn = np.asarray(pictures[3].convert("RGB")).astype(int)
    wanted = grid(maps, columns=columns).astype(int)
    assert drawn.shape == wanted.shape
    # Values differ by rounding, so that a cell on the edge between two colours may have its neighbour's.
    assert (abs(drawn - wanted).max(axis=2) > 0).mean() < 0.001
    with Pillow.open(tmp_path / "holiday-channel.png") as picture:
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.01)
        assert picture.width == pytest.approx(178 / 25.4 * 300, abs=1)


def test_a_photo_is_removed(page):
    tiles = page.locator(".sqv-tile").count()
    page.locator(".sqv-tile[aria-selected=true]").focus()
    page.keyboard.press("Delete")
    until(page, f"() => document.querySelectorAll('.sqv-tile').length === {tiles - 1}")
    assert re.search(r"\d", page.locator(".sqv-computed").inner_text())


def test_it_is_all_there_at_400_px_by_touch(browser, exported, own, request):
    with fresh_page(browser, request.node, offline=True, has_touch=True, is_mobile=True) as page:
        page.set_viewport_size({"width": 400, "height": 800})
        page.goto(exported.as_uri())
        page.locator(".sqv-computed", has_text="were computed").wait_for(timeout=120_000)
        put(page, own)
        page.locator('[data-part="fire7"] > .sqv-hit').tap()
        until(page, f"() => {STORE}.tensors.shown()?.layer === 'fire7/concat' && !{STORE}.isWorking()")
        before = page.evaluate(LOGITS)
        page.locator(".sqv-channel").get_by_role("button", name="Ablate").tap()
        until(page, f"() => {STORE}.photos.isAnyAblated() && !{STORE}.isWorking()")
        assert page.evaluate(LOGITS) != before
        assert page.evaluate("() => document.documentElement.scrollWidth") == 400
    assert [problem for problem in page.problems if exported.as_uri() not in problem] == []


# What a browser that wants memory does: the worker ends, and nobody is told.
KEPT_WORKER = """() => { const Own = Worker; window.Worker = class extends Own { constructor(...how) { super(...how); window.engine = this; } }; }"""

UNTIL_HEARD = "done => window.engine.addEventListener('message', ({ data }) => data.kind === 'beat' && done())"


def test_a_worker_that_was_ended_without_a_word_is_missed_and_said_in_words(browser, exported, request):
    with fresh_page(browser, request.node, offline=True) as page:
        page.clock.install()
        page.add_init_script(f"({KEPT_WORKER})()")
        page.goto(exported.as_uri())
        page.locator(".sqv-computed", has_text="were computed").wait_for(timeout=120_000)
        said = page.locator(".sqv-notice:visible", has_text="has said nothing for 20 s")
        for _ in range(8):
            page.evaluate(f"() => {{ window.beat = new Promise({UNTIL_HEARD}); }}")
            page.clock.run_for(5000)
            page.evaluate("() => window.beat")
        assert said.count() == 0, "a worker that is there answers, whether anything is asked of it or not"
        page.evaluate("window.engine.terminate()")
        page.clock.run_for(26_000)
        said.wait_for()
        assert "memory" in said.inner_text()
        assert said.get_by_role("button", name="Open it again").is_visible()
        assert page.locator(".sqv-grid canvas").first.is_visible(), "what is here stays"
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        assert said.evaluate("e => e.getBoundingClientRect().bottom > 0"), "it is seen from wherever one is"
