"""Links that open a state of the page: on a page in one file, on a static host, in the app; and a line of Python in JupyterLab."""

import re
from pathlib import Path

import pytest

import squeezeviz as sv
from benchmarks.static_host import StaticHost
from tests.browser.explorer_page import chosen, fact, ready
from tests.browser.waiting import until
from tests.browser.watched import keep_screenshot, watched_page

pytestmark = [pytest.mark.browser]
MODEL = "squeezenet1.1-shapes"
STATE = "() => { const {store} = window.squeezeviz; return [store.networks.layer().name, store.selection.channel(), store.selection.cell()]; }"
PLACE = "photo=shape-heart&layer=fire5/concat&channel=142&cell=14,21"
NOTICE = ".sqv-link-notice"


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """The address of a page in one file, with two photos: a star is on the stage."""
    path = tmp_path_factory.mktemp("page") / "page.html"
    sv.export_page(["shape-star", "shape-heart"], path, model=MODEL, compared=["rgb-by-mistake"], layer="fire4/concat")
    return path.as_uri()


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "public"
    sv.export_site(["shape-star", "shape-heart"], folder, model=MODEL, compared=[], layer="fire4/concat")
    host = StaticHost(folder)
    yield host
    host.stop()


@pytest.fixture
def from_disk(browser, request):
    """A page that asks for nothing but the file, and says nothing on the console."""
    opened = watched_page(browser, offline=True, permissions=["clipboard-read", "clipboard-write"])
    yield opened
    keep_screenshot(opened, request.node)
    opened.context.close()
    asked = re.compile("request to another host: file:///[^#]*/(page|lesson|catalog/[a-z0-9/.-]+)(\\.html(#.*)?)?")
    assert [problem for problem in opened.problems if not asked.fullmatch(problem)] == []


def state(page):
    return page.evaluate(STATE)


def stage(page):
    return page.evaluate("() => window.squeezeviz.store.photos.photo().name")


def follow(page, link):
    """As whoever clicks on a link within the page."""
    page.evaluate("link => { location.hash = link; }", link)


@pytest.mark.parametrize("where", ["file", "host"])
def test_a_link_opens_its_state(where, request):
    page = request.getfixturevalue("from_disk" if where == "file" else "page")
    at = request.getfixturevalue(where)
    page.goto(f"{at if where == 'file' else at.url}#{PLACE}")
    ready(page, "fire5/concat")
    assert state(page) == ["fire5/concat", 142, [14, 21]]
    until(page, "() => window.squeezeviz.store.photos.photo().name === 'shape-heart'")
    assert page.locator(NOTICE).is_hidden()


def test_links_are_followed_in_the_page_and_back_and_forward(from_disk, file):
    page = from_disk
    page.goto(file)
    ready(page, "fire4/concat")
    follow(page, PLACE)
    ready(page, "fire5/concat")
    follow(page, "layer=fire9/concat&channel=7&cell=2,3&open=fire9/concat:7:2,3&show=map&palette=magma")
    ready(page, "fire9/concat")
    assert state(page) == ["fire9/concat", 7, [2, 3]]
    page.locator(".sqv-inside[data-number='fire9/concat 7 2 3']").wait_for()
    page.go_back()
    ready(page, "fire5/concat")
    assert state(page) == ["fire5/concat", 142, [14, 21]]
    until(page, "() => document.querySelector('.sqv-inside').hidden")
    page.go_back()
    ready(page, "fire4/concat")
    until(page, "() => window.squeezeviz.store.photos.photo().name === 'shape-star'")
    page.go_forward()
    ready(page, "fire5/concat")
    assert state(page) == ["fire5/concat", 142, [14, 21]]
    until(page, "() => window.squeezeviz.store.photos.photo().name === 'shape-heart'")


def test_the_button_copies_a_link_that_opens_what_is_shown(from_disk, file):
    page = from_disk
    page.goto(file)
    ready(page, "fire4/concat")
    follow(page, "layer=fire6/concat&channel=3&cell=4,5&class=2&show=kernels&preprocessing=rgb-by-mistake")
    ready(page, "fire6/concat")
    page.get_by_role("button", name="Copy a link").click()
    page.locator(".sqv-link [role=status]", has_text=re.compile("^copied$")).wait_for()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied.startswith(f"{file}#photo=shape-star&")
    assert page.url == copied, "the address bar shows the same"
    page.goto("about:blank")
    page.goto(copied)
    ready(page, "fire6/concat")
    assert state(page) == ["fire6/concat", 3, [4, 5]]
    chosen = "() => ['class_index', 'kernels', 'preset'].map(name => window.squeezeviz.store.traits.get(name))"
    assert page.evaluate(chosen) == [2, True, "rgb-by-mistake"]


def test_without_a_clipboard_it_is_there_to_be_copied_by_hand(from_disk, file):
    page = from_disk
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto(file)
    ready(page, "fire4/concat")
    page.get_by_role("button", name="Copy a link").click()
    field = page.get_by_label("What to copy")
    field.wait_for()
    assert field.input_value() == page.url
    assert "layer=fire4/concat" in page.url
    chosen = "field => field.value.slice(field.selectionStart, field.selectionEnd)"
    assert field.evaluate(chosen) == page.url, "chosen whole"


HOSTILE = (
    "photo=<img src=x onerror=alert(1)>&layer=nowhere&channel=3&cell=14,21&class=99999&show=why,everything&__proto__=1"
    "&palette=jet&preprocessing=%E0%A4%A&javascript:alert(1)&scale=layer&open=fire5/concat:9999:0,0"
)


def test_what_a_link_says_and_the_page_has_not_is_told_and_the_rest_is_shown(from_disk, file):
    page = from_disk
    asked = []
    page.on("dialog", lambda dialog: asked.append(dialog.message) or dialog.dismiss())
    page.goto(f"{file}#{HOSTILE}")
    page.locator(NOTICE).wait_for()
    said = page.locator(f"{NOTICE} li").all_inner_texts()
    assert len(said) == 9
    for words in (
        "photo “<img src=x onerror=alert(1)>”: is not on this page",
        "layer “nowhere”: no layer of",
        "class 99999: there are classes 0 to 23",
        "“show”: expected one of why, map, side-by-side, kernels, got “everything”",
        "“__proto__”: no part of a link is called so",
        "“palette”: expected one of ember, viridis, magma",
        "is not percent-encoded",
        "“javascript:alert(1)”: no part",
        "number in “fire5/concat”: channel 9999",
    ):
        assert any(words in each for each in said), words
    ready(page, "fire4/concat")
    assert page.evaluate("() => window.squeezeviz.store.traits.get('scale')") == "layer"
    assert page.locator(f"{NOTICE} img").count() == 0
    assert asked == []
    page.locator(NOTICE).get_by_role("button", name="Dismiss").click()
    page.locator(NOTICE).wait_for(state="hidden")


@pytest.mark.usefixtures("_own_cache")
def test_a_channels_page_of_a_catalogue_opens_the_explorer_at_that_channel(from_disk, tmp_path):
    pytest.importorskip("pyarrow", reason="a catalogue takes pyarrow, which is not installed")
    model = sv.load_model(MODEL)
    made = sv.make_catalog(model, tmp_path / "a.catalog", layers=["fire2/squeeze1x1"], steps=2, size=64)
    sv.write_catalog_pages(made, tmp_path / "catalog", model=model)
    from_disk.goto((tmp_path / "catalog" / "fire2-squeeze1x1" / "3.html").as_uri())
    from_disk.get_by_role("link", name="Open this channel in the explorer").click()
    ready(from_disk, "fire2/squeeze1x1")
    assert state(from_disk)[:2] == ["fire2/squeeze1x1", 3]
    assert from_disk.locator(f"{NOTICE} li").count() == 0


def test_in_the_app_a_sample_comes_with_the_link(page, voila_explorer):
    page.goto(f"{voila_explorer}#photo=coffee&layer=fire7/concat&channel=5&cell=1,2")
    ready(page, "fire7/concat")
    page.locator(".sqv-explorer .sqv-tile[aria-label]").first.wait_for()
    assert chosen(page) == {"layer": "fire7/concat", "channel": 5}
    assert fact(page, "cell") == "1, 2"


def test_in_a_notebook_a_line_of_python_opens_it_again(open_cell):
    page = open_cell(f'import squeezeviz as sv\nsv.explore("shape-star", model="{MODEL}", layer="fire3/concat")')
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ready(page, "fire3/concat")
    page.get_by_role("button", name="Copy as Python").click()
    page.locator(".sqv-link [role=status]", has_text="copied").wait_for()
    line = page.evaluate("() => navigator.clipboard.readText()")
    made = eval(line, {"sv": sv})
    try:
        assert made.state.layer == "fire3/concat"
        assert made.prediction.image == "shape-star"
        assert made.state.channel == chosen(page)["channel"]
        assert f'model="{MODEL}"' in line
    finally:
        made.close()


def test_the_links_of_the_teacher_s_sheet_open(from_disk, tmp_path_factory):
    sheet = Path(__file__).parents[2] / "docs" / "how-to" / "teach.md"
    links = re.findall(r"`lesson\.html#(\S+)`", sheet.read_text(encoding="utf-8"))
    assert len(links) == 6
    path = tmp_path_factory.mktemp("lesson") / "lesson.html"
    sv.export_page(["shape-star", "shape-heart"], path, model=MODEL, compared=["no-mean", "zero-to-one"])
    page = from_disk
    page.goto(path.as_uri())
    ready(page, "fire5/concat")
    for link in links:
        follow(page, link)
        until(page, "() => window.squeezeviz.store.photos.photo()?.name === 'shape-star'")
        assert page.locator(f"{NOTICE} li").all_inner_texts() == []
    assert page.evaluate("() => window.squeezeviz.store.traits.get('preset')") == "zero-to-one"
