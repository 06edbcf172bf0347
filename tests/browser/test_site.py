"""The explorer as a folder on a server of files: as Python has it, without the server, written anew, and damaged."""

import re

import numpy as np
import pytest
from PIL import Image as Pillow

import squeezeviz as sv
from benchmarks.static_host import StaticHost
from squeezeviz.standalone.folder import LIST
from tests.browser.test_page import assert_layers_are_pythons
from tests.browser.waiting import until
from tests.browser.watched import keep_screenshot

pytestmark = [pytest.mark.browser]
HOW = "caffe2-aspect"


def write(folder, *photos, **more):
    return sv.export_site(
        list(photos), folder, model="squeezenet1.1-shapes", preprocessing=HOW, compared=[], layer="fire4/concat", **more
    )


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    """A server of the bundled model's explorer, with a star on the stage."""
    folder = tmp_path_factory.mktemp("site") / "public"
    write(folder, "shape-star")
    host = StaticHost(folder)
    yield host
    host.stop()


@pytest.fixture
def visit(browser, request):
    """Open a page, in a browser of its own; what it says on the console, and whom it asks, is kept."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.said, page.asked = [], []
    page.on("console", lambda said: page.said.append(said.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    context.on("request", lambda asked: page.asked.append(asked.url))

    def run(url):
        page.goto(url)
        return page

    run.page = page
    yield run
    keep_screenshot(page, request.node)
    context.close()


def computed(page):
    page.locator(".sqv-computed", has_text="were computed").wait_for()
    return page


def is_kept(page):
    """Wait until all is kept for later."""
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")


def test_every_number_is_pythons_and_only_the_folder_is_asked(visit, host):
    model = sv.load_model("squeezenet1.1-shapes")
    page = computed(visit(host.url))
    assert page.title().startswith(f"shape-star: {model.predict('shape-star', HOW).top(1)[0].label}")
    assert_layers_are_pythons(page, model, "shape-star", HOW)
    answer = page.evaluate("() => [...window.squeezeviz.store.photos.photo().logits]")
    np.testing.assert_array_equal(np.float32(answer), model.predict("shape-star", HOW).logits)
    is_kept(page)
    assert {url for url in page.asked if not url.startswith((host.url, "blob:", "data:"))} == set()
    assert page.said == [], "nor does its policy forbid anything that it does"
    assert "its own folder" in page.locator(".sqv-colophon").inner_text()


def test_without_the_server_and_with_another_folder_in_its_place(visit, host):
    page = computed(visit(host.url))
    is_kept(page)
    host.stop()
    try:
        page.reload()
        computed(page)
        page.locator('[data-part="fire7"] > .sqv-hit').click()
        until(page, "() => window.squeezeviz.store.tensors.shown().layer === 'fire7/concat'")
        assert page.title().startswith("shape-star")
        write(host.folder, "shape-heart")
    finally:
        host.start()
    page.reload()
    computed(page)
    assert page.title().startswith("shape-heart"), "the server's page is never an old one"
    files = sorted(path.relative_to(host.folder).as_posix() for path in host.folder.rglob("*") if path.is_file())
    wanted = [path for path in files if path.startswith("files/") and not path.endswith(".gz")]
    kept = """async () => { const names = await caches.keys();
        const all = await Promise.all(names.map(async name => (await (await caches.open(name)).keys()).map(({url}) => url)));
        return all.length === 1 ? all[0] : []; }"""
    for _ in range(400):  # the new service worker takes over when it has everything
        if {url.removeprefix(host.url) for url in page.evaluate(kept)} == {"", *wanted}:
            break
        page.wait_for_timeout(50)
    else:
        pytest.fail(f"kept in the end: {page.evaluate(kept)}, expected {wanted}")
    host.stop()
    try:
        page.reload()
        computed(page)
        assert page.title().startswith("shape-heart")
    finally:
        host.start()
        write(host.folder, "shape-star")


def test_a_second_visit_asks_for_the_page_alone(visit, host):
    page = computed(visit(host.url))
    is_kept(page)
    host.asked.clear()
    page.reload()
    computed(page)
    assert {path for path, _ in host.asked} <= {"index.html", "service-worker.js"}
    assert sum(sent for _, sent in host.asked) < 10_000


def test_a_first_visit_is_sent_what_was_said(visit, tmp_path):
    path = write(tmp_path / "site", "shape-star")
    host = StaticHost(path)
    try:
        page = computed(visit(host.url))
        is_kept(page)
    finally:
        host.stop()
    served = dict(host.asked)
    assert {name for name in served if name.startswith("files/")} == {
        name.relative_to(path).as_posix() for name in path.rglob("files/*") if name.suffix != ".gz"
    }
    assert sum(served.values()) == path.sent_bytes
    twice = [name for name, _ in host.asked if [each for each, _ in host.asked].count(name) > 1]
    assert set(twice) <= {"index.html"}, "what has a digest in its name is sent once"


@pytest.mark.parametrize("damage", ["changed", "cut", "missing"])
def test_a_file_that_is_damaged_is_a_sentence(visit, tmp_path, damage):
    path = write(tmp_path / "site", "shape-star")
    (weights,) = path.glob("files/weights.*.bin")
    content = bytearray(weights.read_bytes())
    content[1000] ^= 1
    if damage == "missing":
        weights.unlink()
    else:
        weights.write_bytes(content if damage == "changed" else content[:-7])
    host = StaticHost(path)
    try:
        words = visit(host.url).get_by_role("alert").inner_text()
    finally:
        host.stop()
    assert re.match(rf"This page cannot be opened: files/{weights.name} (arrives damaged|is not there)", words)
    assert "squeezeviz site" in words
    assert LIST not in {name for name, _ in host.asked}


@pytest.mark.parametrize("comes", [True, False], ids=["it comes", "it does not"])
def test_on_a_slow_network_it_says_how_much_has_come_until_all_has(visit, host, comes):
    page, held = visit.page, []

    def hold(route):
        held.append(route)

    page.clock.install()
    page.route("**/files/weights.*", hold)
    visit(host.url)
    explorer = page.locator("#sqv-page > .sqv")
    explorer.wait_for(state="attached")  # it is made meanwhile
    assert len(held) == 1, "asked for once"
    progress = page.get_by_role("progressbar", name="Arriving")
    assert progress.is_visible()
    assert re.fullmatch(r"\d\.\d of \d\.\d MB", page.locator(".sqv-opening-so-far").inner_text())
    assert page.evaluate("() => document.documentElement.scrollHeight <= innerHeight"), "nothing to scroll to"
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement === document.body"), "nor to reach"
    page.clock.run_for(60_000)
    assert not explorer.is_visible()
    if not comes:
        held.pop().abort()
        assert "could not be fetched" in page.get_by_role("alert").inner_text()
        assert explorer.count() == progress.count() == 0
        page.said.clear()
        return
    page.evaluate("""() => {
        window.seen = new Set();
        new MutationObserver(() => { for (const each of document.querySelectorAll('.sqv-notice'))
                if (each.checkVisibility({visibilityProperty: true})) seen.add(each.innerText); })
            .observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true});
    }""")
    held.pop().continue_()
    explorer.wait_for()
    computed(page)
    assert not progress.is_visible()
    assert page.evaluate("() => [...seen].filter(said => said.includes('does not answer'))") == []
    assert page.evaluate("() => document.activeElement.matches('.sqv')"), "the keys are the page's"
    assert page.said == []


def test_an_empty_one_takes_drawings_and_photos_with_its_server_gone(visit, tmp_path):
    model, how = sv.load_model("squeezenet1.1-shapes"), HOW
    host = StaticHost(write(tmp_path / "site"))
    try:
        page = visit(host.url)
        samples = page.locator(".sqv-sample")
        samples.first.wait_for()
        assert samples.count() == 4
        is_kept(page)
    finally:
        host.stop()
    page.reload()
    samples.filter(has_text="heart").click()
    until(page, "() => window.squeezeviz.store.photos.photo()?.name === 'shape-heart'")
    computed(page)
    own = Pillow.fromarray(np.random.default_rng(5).integers(0, 256, (120, 90, 3), dtype=np.uint8))
    own.save(tmp_path / "own.png")
    page.locator("input.sqv-file").first.set_input_files(tmp_path / "own.png")
    until(page, "() => window.squeezeviz.store.photos.photo()?.name === 'own.png'")
    page.said[:] = [said for said in page.said if "ERR_CONNECTION_REFUSED" not in said]  # the service worker asks first
    assert page.said == []
    for source in (tmp_path / "own.png", "shape-heart"):
        logits = model.predict(source, how).logits
        found = page.evaluate(
            "name => [...window.squeezeviz.store.photos.all().find(({photo}) => photo?.name === name).photo.logits]",
            source if isinstance(source, str) else source.name,
        )
        np.testing.assert_allclose(found, logits, atol=1e-5 * np.abs(logits).max())


def test_where_no_worker_can_be_made_the_page_computes_under_the_same_policy(visit, host):
    visit.page.add_init_script("window.Worker = function () { throw new Error('no worker here'); };")
    page = computed(visit(host.url))
    assert "it makes no worker of it" in page.locator(".sqv-colophon").inner_text()
    assert page.said == []


def test_from_disk_it_says_what_to_do(visit, host):
    words = visit((host.folder / "index.html").as_uri()).get_by_role("alert").inner_text()
    assert "squeezeviz export" in words
    assert "http.server" in words


def test_weights_in_half_precision_are_the_rounded_networks(visit, tmp_path):
    path = write(tmp_path / "site", "shape-star", half_precision=True)
    host = StaticHost(path)
    try:
        page = computed(visit(host.url))
        rounded = path.half_precision
        stated = page.locator(".sqv-colophon").inner_text()
    finally:
        host.stop()
    assert rounded.words in stated
    assert float(re.search(r"compared: ([\d.e-]+) of the layer", stated).group(1)) < 1e-5
    assert page.said == []
