"""The architecture diagram of a network that is no SqueezeNet: blocks that open, and more of them than fit."""

import onnx
import pytest

from tests.stacks import Stack

pytestmark = [pytest.mark.browser]

CELL = """
import numpy as np, squeezeviz as sv
photo = sv.read_image(np.random.default_rng(0).integers(0, 256, (40, 50, 3), dtype=np.uint8), name="noise")
how = sv.preset("torchvision").replace(name="small", resize_px=16, crop_px=16)
explorer = sv.explore(photo, model=sv.load_model("foreign.onnx"), preprocessing=how)
explorer
"""
LAYER = "name => document.querySelector('.sqv-layer-name').textContent === name"
# Of the words in the diagram: which of them lie over each other.
OVERLAPS = """() => {
    const words = [...document.querySelectorAll('.sqv-diagram text')].map(e => [e.textContent, e.getBoundingClientRect()]);
    return words.flatMap(([one, a], at) => words.slice(at + 1)
        .filter(([, b]) => a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 3 && b.top < a.bottom - 3)
        .map(([other]) => `${one} / ${other}`)); }"""
# Whether what is chosen lies within the part of the diagram that is in view.
IN_VIEW = """() => { const place = document.querySelector('.sqv-diagram').getBoundingClientRect();
    const here = document.querySelector('.sqv-part[aria-checked=true] > .sqv-hit').getBoundingClientRect();
    return here.left >= place.left - 1 && here.right <= place.right + 1; }"""


def foreign():
    """A residual block, an inception block and two dense layers, without a class activation map."""
    net = Stack()
    stem = net.pool(net.conv("data", 8, 3, norm=True, name="stem"), name="pool")
    main = net.conv(net.conv(stem, 4, norm=True, name="res.a"), 8, 3, relu=False, norm=True, name="res.b")
    x = net.relu(net.add(stem, main, name="res.add"), name="res.out")
    branches = [
        net.conv(x, 4, name="mixed.one"),
        net.conv(net.conv(x, 4, name="mixed.three_reduce"), 6, 3, name="mixed.three"),
        net.conv(net.conv(x, 2, name="mixed.five_reduce"), 3, 5, name="mixed.five"),
        net.conv(net.pool(x, 3, stride=1, name="mixed.pool"), 3, name="mixed.pool_proj"),
    ]
    x = net.concat(*branches, name="mixed.join")
    for name in ("dense.1", "dense.2"):
        grown = net.conv(net.relu(net.norm(x, f"{name}.norm"), f"{name}.relu"), 8, name=f"{name}.a", relu=False)
        grown = net.conv(grown, 4, 3, relu=False, name=f"{name}.b")
        x = net.concat(x, grown, name=f"{name}.join")
    return net.model(net.head(x))


def deep(count=30):
    net = Stack()
    x = net.conv("data", 8, 3)
    for _ in range(count):
        x = net.relu(net.add(x, net.conv(net.conv(x, 1), 8, relu=False)))  # hardly more than what it reads
    return net.model(net.head(x))


@pytest.fixture
def explore(open_cell, lab):
    """Explore a network, and return the page once its first layer's maps are there."""

    def run(model):
        onnx.save(model, lab.folder / "foreign.onnx")
        page = open_cell(CELL)
        page.locator(".sqv-explorer .sqv-grid canvas").first.wait_for(timeout=120_000)
        page.locator(".sqv-part").first.wait_for()
        return page

    return run


def part(page, name):
    return page.locator(f'.sqv-explorer [data-part="{name}"]')


def choose(page, name, layer):
    part(page, name).locator("> .sqv-hit").click(position={"x": 8, "y": 6})  # above the layers of one that is open
    page.wait_for_function(LAYER, arg=layer)
    assert page.evaluate(OVERLAPS) == []


def inner(page, name):
    """What can be chosen within a block that is open."""
    return [title.split(":")[0] for title in part(page, name).locator(".sqv-hit-part > title").all_text_contents()]


def assert_a_row_keeps_its_columns(page):
    """Without class activation maps, too."""
    for row in page.locator(".sqv-prediction .sqv-row").all():
        label, p, logit = (row.locator(name).bounding_box() for name in (".sqv-label", ".sqv-p", ".sqv-logit"))
        assert p["height"] < 20
        assert label["x"] + label["width"] <= p["x"] + 1
        assert p["x"] + p["width"] <= logit["x"] + 1


def test_blocks_open_into_their_branches_and_rows_keep_their_columns(explore):
    page = explore(foreign())
    assert_a_row_keeps_its_columns(page)
    names = page.locator(".sqv-part").evaluate_all("parts => parts.map(part => part.dataset.part)")
    assert names[:4] == ["stem", "pool", "res", "mixed"]
    assert page.evaluate(OVERLAPS) == []
    assert page.locator(".sqv-edges path").count() == 1, "the shortcut of the residual block"
    choose(page, "res", "res.out")
    assert inner(page, "res") == ["res.a", "res.a.relu", "res.b", "res.b.bn", "res.out"]
    choose(page, "mixed", "mixed.join")
    assert part(page, "res").locator(".sqv-hit-part").count() == 0, "the one before has closed"
    within = inner(page, "mixed")
    assert len(within) == len(set(within)) == 8
    rows = part(page, "mixed").locator(".sqv-hit-part").evaluate_all("hits => hits.map(hit => hit.getAttribute('y'))")
    assert len(set(rows[:-1])) == 4, "four branches, one below the other"
    part(page, "mixed").locator(".sqv-hit-part").nth(1).click()
    page.wait_for_function(LAYER, arg=within[1])
    assert page.locator(".sqv-diagram .sqv-node.sqv-on").count() == 1
    # A click on the block chooses what comes out of it; the next one closes it.
    for count in (8, 0):
        choose(page, "mixed", "mixed.join")
        page.wait_for_function(
            "n => document.querySelectorAll('[data-part=mixed] .sqv-hit-part').length === n", arg=count
        )


def test_they_open_by_keyboard(explore):
    page = explore(foreign())
    choose(page, "pool", "pool")
    page.locator('.sqv-part[aria-checked="true"]').focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(LAYER, arg="res.out")
    focused = "label => document.activeElement.getAttribute('aria-label') === label"
    shape = "res: 8 × 8 × 8, bottleneck"
    page.wait_for_function(focused, arg=f"{shape}, closed")
    page.keyboard.press("Enter")
    page.wait_for_function(focused, arg=f"{shape}, open")
    page.keyboard.press("ArrowUp")
    page.wait_for_function("() => document.querySelector('.sqv-layer-name').textContent !== 'res.out'")
    before = page.locator(".sqv-layer-name").inner_text()
    page.wait_for_function(focused, arg=f"{shape}, open, at {before}")
    page.keyboard.press("Enter")
    page.wait_for_function(focused, arg=f"{shape}, closed")
    page.wait_for_function(LAYER, arg="res.out")
    # Dense layers stand as one until they are opened.
    assert part(page, "dense.1").count() == 0
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.activeElement.dataset.part === 'dense'")
    page.keyboard.press("Enter")
    part(page, "dense.1").wait_for()
    page.wait_for_function("() => document.activeElement.dataset.part === 'dense.2'")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => document.activeElement.dataset.part === 'dense.1'")
    assert page.evaluate(OVERLAPS) == []


def test_more_than_fits_scrolls_and_zooms(explore):
    page = explore(deep())
    diagram = page.locator(".sqv-diagram")
    shown = "() => { const d = document.querySelector('.sqv-diagram'); return [d.scrollWidth, d.clientWidth, d.scrollLeft]; }"
    whole, width, left = page.evaluate(shown)
    assert whole > width
    assert page.evaluate(OVERLAPS) == []
    page.locator('.sqv-part[aria-checked="true"]').focus()
    page.keyboard.press("End")
    page.wait_for_function("() => document.activeElement === [...document.querySelectorAll('.sqv-part')].at(-1)")
    page.wait_for_function(IN_VIEW)
    assert page.evaluate(shown)[2] > left
    page.keyboard.press("Home")
    page.wait_for_function("() => document.activeElement === document.querySelector('.sqv-part')")
    page.wait_for_function(IN_VIEW)
    # What the pointer is on stays under it.
    box = diagram.bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 70)
    on = "([x, y]) => document.elementFromPoint(x, y).closest('.sqv-part').dataset.part"
    before = page.evaluate(on, [box["x"] + 300, box["y"] + 70])
    turned = {"deltaY": -200, "ctrlKey": True, "clientX": box["x"] + 300, "clientY": box["y"] + 70}
    diagram.dispatch_event("wheel", {**turned, "bubbles": True, "cancelable": True})
    page.wait_for_function(f"before => ({shown})()[0] > 1.5 * before", arg=whole)
    assert page.evaluate(on, [box["x"] + 300, box["y"] + 70]) == before
    page.get_by_role("button", name="fit", exact=True).click()
    page.wait_for_function(f"() => {{ const [whole, width] = ({shown})(); return whole <= width; }}")
    assert page.evaluate(OVERLAPS) == []
    page.get_by_role("button", name="Wider").click()
    page.wait_for_function(f"() => {{ const [whole, width] = ({shown})(); return whole > width; }}")
