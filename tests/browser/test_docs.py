"""The documentation as it is built: every link leads somewhere, nothing is asked of other hosts, and its explorer is live."""

import html
import re
import subprocess
import sys
from pathlib import Path

import pytest

import squeezeviz as sv
from squeezeviz.evidence.attribution.methods import METHODS
from squeezeviz.resources import is_checkout
from squeezeviz.version import __version__
from tests.browser.axe_asked import CONTRAST, OPTIONS, SERIOUS
from tests.browser.site_links import broken
from tests.browser.waiting import until
from tests.browser.watched import file_name, keep_picture

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The site of this version, in the folder of all. Notebooks are not run for it: tests of their own do that."""
    pytest.importorskip("material", reason="MkDocs and its theme are not installed (the extra docs)")
    if not is_checkout():
        pytest.skip("an installed wheel has no sources of the site")
    folder = tmp_path_factory.mktemp("docs")
    command = [sys.executable, "docs/making/build.py", str(folder)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING" not in done.stdout + done.stderr
    return folder / __version__


def test_every_link_leads_somewhere_and_nothing_is_fetched_from_other_hosts(built):
    assert len(list(built.rglob("*.html"))) > 20
    assert broken(built) == []
    sheets = "\n".join(path.read_text(encoding="utf-8") for path in built.rglob("*.css"))
    assert re.findall(r"url\(['\"]?(?:https?:)?//[^)]*\)|@import", sheets) == []


def test_a_broken_link_would_be_found(tmp_path):
    (tmp_path / "a.html").write_text('<a href="b.html">b</a><a href="#no">no</a><img src="https://example.org/x.png">')
    assert broken(tmp_path) == [
        "a.html: b.html leads nowhere", "a.html: #no has no such place", "a.html: fetches https://example.org/x.png",
    ]  # fmt: skip


def test_every_public_name_is_documented_once(built):
    sections = [
        name
        for path in (built / "reference").glob("*.html")
        for name in re.findall(r'<h2 id="squeezeviz\.(\w+)"', path.read_text(encoding="utf-8"))
    ]
    assert sorted(sections) == sorted(set(sv.__all__) - {"figures", "lessons"})


def test_every_method_of_attribution_is_documented_with_its_paper(built):
    page = (built / "reference" / "attribution.html").read_text(encoding="utf-8")
    for method in METHODS.values():
        author = method.paper.split()[0].removesuffix(",")
        _, _, own = page.partition(f'<h2 id="{method.run.__module__}.{method.run.__name__}"')
        assert author in own.partition("<h2 ")[0], method.name


def test_every_subcommand_and_message_is_documented(built):
    from squeezeviz.explorer.protocol import MESSAGES, REQUESTS
    from squeezeviz.network.ops import TABLE

    commands, protocol, spec = (
        (built / "reference" / f"{name}.html").read_text(encoding="utf-8")
        for name in ("command-line", "protocol", "graph-spec")
    )
    assert {"predict", "explain-grad-cam", "site"} <= set(re.findall(r'<h2 id="([\w-]+)"', commands))
    assert re.search(r"--top</code>.*?How many classes to show", commands, re.DOTALL)
    ids = set(re.findall(r'<h3 id="([\w-]+)"', protocol))
    assert {f"tells-{kind}" for kind in MESSAGES} | {f"asks-{kind}" for kind in REQUESTS} <= ids
    assert all(f"<code>{name}</code>" in spec for name in TABLE)


@pytest.fixture
def visit(browser, request):
    """Open a page of the site from disk; what it says on the console, and whom it asks, is kept."""
    # Where Playwright says what the system has, frames no longer have the colours of the page around them.
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="null")
    page = context.new_page()
    page.set_default_timeout(120_000)
    problems = []
    page.on("console", lambda said: problems.append(said.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    asked = ("file:", "data:", "blob:", "about:")
    context.on("request", lambda each: each.url.startswith(asked) or problems.append(f"asked for {each.url}"))

    def run(path):
        page.goto(path.as_uri())
        return page

    yield run
    keep_picture(page, file_name(request.node))
    context.close()
    assert problems == []


@pytest.mark.browser
def test_the_front_page_predicts_and_has_the_colours_of_the_site(visit, built):
    page = visit(built / "index.html")
    explorer = page.frame_locator(".sqv-live iframe")
    best = sv.load_model("squeezenet1.1-shapes").predict("shape-star").top(1)[0]
    first = explorer.locator(".sqv-first")
    first.filter(has_text=best.label).wait_for()
    assert f"{best.probability:.1%}".removesuffix("%") in first.inner_text()
    assert explorer.locator("body").get_attribute("data-jp-theme-light") == "true"
    (frame,) = (each for each in page.frames if each.url.startswith((built / "live").as_uri()))
    switch = page.locator(".md-header__option label:not([hidden])")
    for scheme, is_light in (("default", "true"), ("slate", "false")):  # as the system has it, light, dark
        switch.click()
        assert page.locator("body").get_attribute("data-md-color-scheme") == scheme
        until(frame, f"() => document.body.dataset.jpThemeLight === '{is_light}'")


@pytest.mark.browser
@pytest.mark.parametrize("name", ["index", "gallery/index", "how-to/deploy", "reference/command-line"])
def test_nothing_keeps_anybody_out(visit, built, name):
    """What axe-core finds that is serious or worse, as the system has it and dark; the explorer has a test of its own."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    page = visit(built / f"{name}.html")
    page.evaluate(axe.Axe().axe_script)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        until(page, f"() => document.body.dataset.mdColorScheme === '{'slate' if scheme == 'dark' else 'default'}'")
        rules = CONTRAST if scheme == "dark" else {}
        assert page.evaluate(SERIOUS, ["html", {**OPTIONS, **rules, "iframes": False}]) == []


@pytest.mark.browser
def test_each_finding_opens_at_its_own_number(visit, built):
    """Links are the page's own business; here each of the gallery's leads to what it names, and nothing is missing."""
    gallery = (built / "gallery" / "index.html").read_text(encoding="utf-8")
    links = [
        html.unescape(each) for each in dict.fromkeys(re.findall(r'href="\.\./live/gallery\.html#([^"]+)"', gallery))
    ]
    assert len(links) == 20
    page = visit(built / "live" / "gallery.html")
    page.locator(".sqv-computed", has_text="were computed").wait_for(state="attached")
    model = sv.load_model("squeezenet1.1-shapes")
    for link in links:
        page.evaluate("link => { location.hash = link; }", link)
        said = dict(part.split("=", 1) for part in link.split("&"))
        until(page, f"() => window.squeezeviz.store.photos.photo()?.name === {said['photo']!r}")
        until(page, f"() => window.squeezeviz.store.tensors.shown()?.layer === {said['layer']!r}")
        assert page.evaluate("() => [...window.squeezeviz.store.links.problems()]") == [], link
        if "channel" in said:
            assert page.evaluate("() => window.squeezeviz.store.selection.channel()") == int(said["channel"]), link
    best = model.predict(said["photo"]).top(1)[0]
    page.locator(".sqv-first", has_text=best.label).wait_for()


@pytest.mark.browser
def test_search_works_from_disk(visit, built):
    page = visit(built / "reference" / "index.html")
    page.locator(".md-search__input").click()
    page.keyboard.type("occlusion")
    page.locator(".md-search-result__item").first.wait_for()
    assert "matching document" in page.locator(".md-search-result__meta").inner_text()


@pytest.mark.browser
def test_versions_lie_beside_each_other(visit, built):
    (built.parent / "0.0.1").mkdir(exist_ok=True)
    (built.parent / "versions.js").write_text(f"globalThis.squeezevizVersions = ['{__version__}', '0.0.1'];")
    page = visit(built / "versions.html")
    page.locator("#sqv-versions a").nth(1).wait_for()
    assert page.locator("#sqv-versions a").all_inner_texts() == [__version__, "0.0.1"]
    page = visit(built.parent / "index.html")
    page.wait_for_url("**/index.html")
    page.locator("h1", has_text="Look inside").wait_for()
