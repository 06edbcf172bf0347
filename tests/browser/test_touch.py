"""Fingers, and a screen of 400 px: a tap chooses, a long press opens, two fingers look closer; nothing is cut off."""

import pytest

import squeezeviz as sv
from tests.browser.explorer_page import box_of, frames
from tests.browser.waiting import until
from tests.browser.watched import keep_screenshot

pytestmark = [pytest.mark.browser]
PHONE = {"has_touch": True, "is_mobile": True}
SIZE = {"width": 400, "height": 800}

# Timers end in the order in which they would: whatever a press was waiting for has come by then.
LONGER = "() => new Promise((done) => setTimeout(done, 600))"
# Where the cell of a map of the first grid lies, or of the large map, on the screen.
CELL = """async ([channel, y, x]) => {
    const canvas = document.querySelector('.sqv-grid canvas');
    canvas.scrollIntoView({block: 'center'});
    for (let n = 0; n < 2; n += 1) await new Promise(requestAnimationFrame); // it has scrolled
    const [, columns, wide, across, high, down, rows, cells] =
        document.querySelector('.sqv-grid').dataset.grid.split(' ').map(Number);
    const { left, top } = canvas.getBoundingClientRect();
    return [left + (channel % columns) * across + (x + 0.5) * wide / cells,
            top + Math.floor(channel / columns) * down + (y + 0.5) * high / rows]; }"""
CHOSEN = """() => { const { selection, traits } = window.squeezeviz.store;
    const hover = selection.hover();
    return [traits.get('layer'), selection.channel(), selection.cell(), hover, selection.opened().length]; }"""
ZOOM = """() => { const { a, e, f } = new DOMMatrix(getComputedStyle(document.querySelector('.sqv-picture')).transform);
    const side = document.querySelector('.sqv-stage').clientWidth;
    return [a, e / side, f / side]; }"""
# What is wider than the page, or scrolls it sideways.
TOO_WIDE = """() => {
    const found = [], root = document.querySelector('.sqv');
    const scrolls = (e) => ['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(e).overflowX);
    for (let e = root; e; e = e.parentElement) if (e.scrollWidth > e.clientWidth) found.push(`${e.className} scrolls`);
    for (const e of root.querySelectorAll('*')) {
        const { right, width } = e.getBoundingClientRect();
        if (!width || right <= innerWidth || e.closest('.sqv-visually-hidden')) continue;
        let around = e.parentElement;
        while (around !== root && !scrolls(around)) around = around.parentElement;
        if (around === root) found.push(`${e.tagName} ${e.className.baseVal ?? e.className} to ${right}`);
    }
    return found; }"""
TOO_SMALL = """() => [...document.querySelectorAll('.sqv :is(button, select, summary, input, a, [role=radio], [role=option])')]
    .map((e) => [e, (e.closest('label') ?? e).getBoundingClientRect()])
    .filter(([e, { width, height }]) => width && !e.closest('.sqv-visually-hidden, .sqv-file') && e.tabIndex >= -1
        && (width < 24 || height < 24 || (e.matches('.sqv-primary, .sqv-buttons > *') && height < 44)))
    .map(([e, { width, height }]) => `${e.tagName} ${e.className.baseVal ?? e.className}: ${width} × ${height}`)"""
# Lines of text that do not fit their place, but for those that say with dots that they go on.
CUT_OFF = """() => [...document.querySelectorAll('.sqv :is(p, span, h2, button, td, dd, b)')]
    .filter((e) => e.clientWidth && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline'
        && getComputedStyle(e).textOverflow !== 'ellipsis' && !e.closest('.sqv-visually-hidden, .sqv-cards'))
    .map((e) => `${e.tagName} ${e.className}: ${e.textContent}`)"""


class Fingers:
    """Up to two fingers on a page, as Chromium hears them from a screen."""

    def __init__(self, page) -> None:
        self.page = page
        self._session = page.context.new_cdp_session(page)

    def _send(self, kind, points) -> None:
        touched = [{"x": x, "y": y, "id": index} for index, (x, y) in enumerate(points)]
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touched})

    def down(self, *points) -> None:
        for count in range(1, len(points) + 1):
            self._send("touchStart", points[:count])

    def move(self, start, end, steps=8) -> None:
        for step in range(1, steps + 1):
            share = step / steps
            self._send(
                "touchMove",
                [(a + (c - a) * share, b + (d - b) * share) for (a, b), (c, d) in zip(start, end, strict=True)],
            )

    def up(self) -> None:
        self._send("touchEnd", [])

    def drag(self, start, end) -> None:
        """Move, and rest before they are lifted: no page goes on scrolling, and the next tap is not what stops it."""
        self.down(*start)
        self.move(start, end)
        self.page.evaluate(LONGER)
        self.up()

    def press(self, locator, *, long=False) -> None:
        """Press the middle of an element, once it rests there."""
        locator.tap(trial=True)
        box = locator.bounding_box()
        self.press_at(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, long=long)

    def press_at(self, x, y, *, long=False) -> None:
        self.down((x, y))
        if long:
            self.page.evaluate(LONGER)
        self.up()


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """The page as one file, of the bundled model."""
    path = tmp_path_factory.mktemp("touch") / "page.html"
    return sv.export_page(
        ["shape-star", "shape-heart"], path, model="squeezenet1.1-shapes", layer="fire4/concat", channel=0
    )


@pytest.fixture(scope="module")
def telephone(browser, file):
    """It on a telephone, one for all tests."""
    context = browser.new_context(offline=True, viewport=SIZE, reduced_motion="reduce", **PHONE)
    page = context.new_page()
    page.problems = []
    page.on("console", lambda said: page.problems.append(said.text))
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.goto(file.as_uri())
    page.locator(".sqv-computed", has_text="were computed").wait_for()
    page.evaluate("() => addEventListener('contextmenu', (event) => window.menus.push(event.defaultPrevented))")
    yield page
    context.close()


@pytest.fixture
def phone(telephone, request):
    """It as it was opened: nothing chosen, from the top; an error or a warning fails the test."""
    page = telephone
    page.evaluate("() => { window.menus = []; getSelection().empty(); document.activeElement?.blur(); }")
    close = page.get_by_role("button", name="Close the arithmetic")
    if close.is_visible():
        close.tap()
    if page.locator(".sqv-cover").nth(1).get_attribute("aria-pressed") == "true":
        page.locator(".sqv-cover").first.tap()
    page.locator('[data-part="fire4"] > .sqv-hit').tap(position={"x": 8, "y": 6})  # above what stands in it
    page.locator(".sqv-tile").first.tap()
    until(page, "() => window.squeezeviz.store.traits.get('layer') === 'fire4/concat'")
    until(page, "() => document.querySelector('.sqv-tile').getAttribute('aria-selected') === 'true'")
    until(page, "() => document.querySelectorAll('.sqv-cover')[1].getAttribute('aria-pressed') === 'false'")
    until(page, "() => !document.querySelector('.sqv-zoomed, .sqv-inside[data-number]')")
    page.evaluate("() => scrollTo(0, 0)")
    yield page
    keep_screenshot(page, request.node)
    assert page.problems == []


@pytest.fixture
def fingers(phone):
    return Fingers(phone)


def test_a_tap_chooses_and_hovers_over_nothing(phone, fingers):
    fingers.press_at(*phone.evaluate(CELL, [9, 4, 20]))
    until(phone, "() => window.squeezeviz.store.selection.channel() === 9")
    assert phone.evaluate(CHOSEN) == ["fire4/concat", 9, [4, 20], None, 0]

    fingers.press(phone.locator(".sqv-large"))
    until(phone, "() => window.squeezeviz.store.selection.cell()[0] > 10")
    assert phone.evaluate(CHOSEN)[3:] == [None, 0]

    fingers.press(phone.locator(".sqv-enlarge"))
    fingers.press(phone.locator(".sqv-enlarged canvas"))
    until(phone, "() => window.squeezeviz.store.selection.cell().join() === '14,14'")
    assert phone.evaluate(CHOSEN) == ["fire4/concat", 9, [14, 14], None, 0]
    fingers.press(phone.get_by_role("button", name="Back to all maps"))

    second = phone.locator(".sqv-cover").nth(1)
    fingers.press(second)
    until(phone, "() => document.querySelectorAll('.sqv-cover')[1].getAttribute('aria-pressed') === 'true'")
    assert phone.evaluate(CHOSEN)[4] == 0

    fingers.press(phone.locator('[data-part="fire5"] > .sqv-hit'))
    until(phone, "() => window.squeezeviz.store.traits.get('layer') === 'fire5/concat'")


def test_a_long_press_opens(phone, fingers):
    fingers.down(phone.evaluate(CELL, [9, 4, 20]))
    until(phone, "() => document.querySelector('.sqv-inside').dataset.number === 'fire4/concat 9 4 20'")
    # What was opened may have come under the finger: the click that a browser makes of it is none.
    phone.locator(".sqv-grid canvas").nth(1).dispatch_event("click", {"detail": 1, "bubbles": True})
    fingers.up()
    assert phone.evaluate(CHOSEN) == ["fire4/concat", 9, [4, 20], None, 1]

    # A number opens by either; so does a term, further.
    number = phone.locator(".sqv-channel .sqv-number").first
    fingers.press(number, long=True)
    until(phone, "() => !document.querySelector('.sqv-inside').dataset.number.endsWith(' 4 20')")
    opened = phone.evaluate("() => document.querySelector('.sqv-inside').dataset.number")
    assert opened.startswith("fire4/concat 9 ")
    term = phone.locator(".sqv-inside button.sqv-term").first
    fingers.press(term)
    # While it is late, the one before stands there, marked so.
    until(
        phone,
        f"() => [...document.querySelectorAll('.sqv-inside:not(.sqv-late)')].some(e => e.dataset.number !== '{opened}')",
    )
    assert phone.evaluate("() => window.squeezeviz.store.selection.opened().length") == 2
    fingers.press(term, long=True)
    until(phone, "() => document.querySelectorAll('.sqv-inside:not(.sqv-late) .sqv-crumb').length === 3")
    fingers.press(number)
    until(phone, "() => window.squeezeviz.store.selection.opened().length === 1")

    # A class, its logit; and it is not chosen by that.
    fingers.press(phone.locator(".sqv-cover").nth(1), long=True)
    until(phone, "() => document.querySelector('.sqv-inside').dataset.number.startsWith('pool10')")
    assert phone.locator(".sqv-cover").nth(1).get_attribute("aria-pressed") == "false"
    # No menu came up, and no text was selected; the keyboard presses what was pressed long.
    assert False not in phone.evaluate("() => window.menus")
    assert phone.evaluate("() => getSelection().toString()") == ""
    phone.locator(".sqv-cover").nth(1).press("Enter")
    until(phone, "() => document.querySelectorAll('.sqv-cover')[1].getAttribute('aria-pressed') === 'true'")


def test_a_page_scrolls_from_the_maps(phone, fingers):
    before = phone.evaluate(CHOSEN)
    x, y = phone.evaluate(CELL, [9, 4, 20])
    start = phone.evaluate("() => scrollY")
    fingers.down((x, y))
    fingers.move([(x, y)], [(x, y - 200)])
    until(phone, f"() => scrollY > {start} + 100")
    phone.evaluate(LONGER)  # it rests there
    fingers.up()
    assert phone.evaluate(CHOSEN) == before


def test_the_page_of_keys_opens_by_a_finger(phone, fingers):
    """What fingers do stands on it: a keyboard is no way in."""
    help_page = phone.locator(".sqv-help")
    fingers.press(phone.get_by_role("button", name="All keys"))
    help_page.wait_for()
    assert "a long press opens the arithmetic" in help_page.inner_text()
    assert help_page.bounding_box()["width"] <= SIZE["width"]
    fingers.press(help_page.get_by_role("button", name="Close"))
    help_page.wait_for(state="hidden")


def stage_of(phone):
    phone.locator(".sqv-stage").scroll_into_view_if_needed()
    box = phone.locator(".sqv-stage").bounding_box()
    return lambda x, y: (box["x"] + x * box["width"], box["y"] + y * box["width"])


def assert_marks_follow(phone, whole):
    """The box lies on the zoomed photo where it lay on the whole one."""
    scale, x, y = phone.evaluate(ZOOM)
    left, top, width, height = whole
    moved = [scale * left + x, scale * top + y, scale * width, scale * height]
    for _ in range(200):
        if box_of(phone) == pytest.approx(moved, abs=2e-3):
            return
        phone.evaluate("() => new Promise(requestAnimationFrame)")
    assert box_of(phone) == pytest.approx(moved, abs=2e-3)


@pytest.mark.parametrize("way", [(0.1, 0), (0, 0.1)], ids=["across", "down"])
def test_two_fingers_look_closer_at_the_photo(phone, fingers, way):
    until(phone, "() => document.querySelector('.sqv-explorer .sqv-over').dataset.box")
    whole = box_of(phone)
    at = stage_of(phone)
    scrolled = phone.evaluate("() => scrollY")
    dx, dy = way
    near = [at(0.5 - dx, 0.4 - dy), at(0.5 + dx, 0.4 + dy)]
    far = [at(0.5 - 3 * dx, 0.4 - 3 * dy), at(0.5 + 3 * dx, 0.4 + 3 * dy)]
    fingers.drag(near, far)
    until(phone, "() => document.querySelector('.sqv-zoomed')")
    scale, x, y = phone.evaluate(ZOOM)
    assert scale == pytest.approx(3, rel=0.05)
    assert [scale * 0.5 + x, scale * 0.4 + y] == pytest.approx([0.5, 0.4], abs=0.02)
    assert phone.evaluate("() => [scrollY, visualViewport.scale]") == [scrolled, 1]
    assert_marks_follow(phone, whole)

    # One finger moves it, and neither the page nor what is chosen.
    fingers.drag([at(0.5, 0.5)], [at(0.6, 0.3)])
    now = phone.evaluate(ZOOM)
    assert now == pytest.approx([scale, x + 0.1, y - 0.2], abs=0.02)
    assert phone.evaluate("() => scrollY") == scrolled
    assert_marks_follow(phone, whole)

    # A cell that is chosen meanwhile is shown where it is.
    fingers.press_at(*phone.evaluate(CELL, [0, 20, 3]))
    until(phone, "() => window.squeezeviz.store.selection.cell().join() === '20,3'")
    frames(phone, 3)  # it is drawn
    close, zoom = box_of(phone), phone.evaluate(ZOOM)
    at = stage_of(phone)
    for _ in range(2):
        fingers.press_at(*at(0.5, 0.5))
    until(phone, "() => !document.querySelector('.sqv-zoomed')")
    assert phone.evaluate(ZOOM) == [1, 0, 0]
    frames(phone, 3)
    back = box_of(phone)
    assert close[2:] == pytest.approx([zoom[0] * side for side in back[2:]], abs=2e-3)
    assert close[:2] == pytest.approx([zoom[0] * back[0] + zoom[1], zoom[0] * back[1] + zoom[2]], abs=2e-3)


def test_one_finger_scrolls_past_the_photo(phone, fingers):
    at = stage_of(phone)
    start = phone.evaluate("() => scrollY")
    fingers.drag([at(0.5, 0.9)], [at(0.5, 0.2)])
    until(phone, f"() => scrollY > {start} + 50")
    assert phone.evaluate(ZOOM) == [1, 0, 0]


def test_keys_and_a_wheel_look_closer_too(phone):
    phone.get_by_role("button", name="Closer", exact=True).focus()
    for _ in range(3):
        phone.keyboard.press("+")
    until(phone, "() => document.querySelector('.sqv-picture').style.transform.includes('scale(3.375)')")
    assert phone.evaluate(ZOOM)[0] == pytest.approx(1.5**3)
    before = phone.evaluate(CHOSEN)
    phone.keyboard.press("ArrowRight")
    phone.keyboard.press("-")
    until(phone, "() => document.querySelector('.sqv-picture').style.transform.includes('scale(2.25)')")
    assert phone.evaluate(CHOSEN) == before
    phone.keyboard.press("0")
    until(phone, "() => !document.querySelector('.sqv-zoomed')")
    phone.locator(".sqv-stage").dispatch_event(
        "wheel", {"deltaY": -300, "ctrlKey": True, "bubbles": True, "cancelable": True, "clientX": 9, "clientY": 9}
    )
    until(phone, "() => document.querySelector('.sqv-zoomed')")
    # Another photo is whole.
    phone.locator(".sqv-tile").nth(1).tap()
    until(phone, "() => !document.querySelector('.sqv-zoomed')")


def assert_evidence_is_looked_at(page):
    """By a tap; a long press opens it."""
    said, inside = page.locator(".sqv-cell-said b").first, page.locator(".sqv-inside[data-number]")
    evidence = page.locator(".sqv-evidence")
    evidence.tap(position={"x": 3, "y": 3})
    said.filter(has_text="cell 0, 0").wait_for()
    assert inside.count() == 0
    Fingers(page).press(evidence, long=True)
    inside.wait_for()
    assert inside.get_attribute("data-number").startswith("conv10 ")
    page.get_by_role("button", name="Close the arithmetic").tap()


def assert_roomy(page):
    page.evaluate("() => new Promise(requestAnimationFrame)")
    assert page.evaluate("() => document.scrollingElement.scrollWidth <= innerWidth")
    assert page.evaluate(TOO_WIDE) == []
    assert page.evaluate(TOO_SMALL) == []
    assert page.evaluate(CUT_OFF) == []


@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_an_app_has_room_in_400_px_and_needs_no_tls(page, voila_explorer):
    """A phone in a classroom: addresses other than this machine's, without TLS, have no crypto.randomUUID."""
    page.add_init_script("delete Crypto.prototype.randomUUID")
    page.set_viewport_size(SIZE)
    page.goto(voila_explorer)
    page.locator(".sqv-sample").first.wait_for(timeout=120_000)
    assert_roomy(page)
    sample = page.locator(".sqv-sample").first
    sample.tap()
    page.locator(".sqv-grid canvas").first.wait_for()
    model = sv.load_model(page.locator("select.sqv-model").input_value())
    best = model.predict(sample.text_content().strip()).top(1)[0]
    assert page.locator(".sqv-first .sqv-label").inner_text() == best.label
    page.locator(".sqv-variant").first.wait_for()
    assert_roomy(page)
    page.locator(".sqv-why-button").tap()
    page.locator(".sqv-why .sqv-term").first.wait_for()
    assert_evidence_is_looked_at(page)
    page.locator(".sqv-row .sqv-p").first.tap()
    page.locator(".sqv-inside button.sqv-term").first.tap()
    page.locator(".sqv-crumb").nth(1).wait_for()
    assert_roomy(page)
    page.get_by_role("button", name="Side by side").tap()
    page.locator(".sqv-drift-line").first.wait_for()
    page.get_by_role("button", name="Hold this").tap()
    page.locator(".sqv-edit-button").tap()
    page.locator(".sqv-edit-panel").wait_for()
    page.locator(".sqv-versus tbody tr").first.wait_for()
    assert_roomy(page)
