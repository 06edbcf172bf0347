"""Where things stand on the explorer's page: nothing sticks out, overlaps, jumps or is out of sight, at any width.

One page of an app for all of them: each test begins on a layer of the photo of a cup, at the top.
"""

import pytest

from tests.browser.explorer_page import choose_layer, chosen, fact, frames, ready

pytestmark = [pytest.mark.browser, pytest.mark.model]

# Where things stand on the page, however far it is scrolled.
PLACES = """names => { const root = document.querySelector('.sqv').getBoundingClientRect();
    return names.map(name => { const box = document.querySelector(name).getBoundingClientRect();
        return [box.left - root.left, box.top - root.top, box.width]; }); }"""


FOCUS_IS_ON_MAPS = "() => document.activeElement.className === 'sqv-grid'"


def resize(page, width, height):
    """Give the page another size, and let it draw itself anew."""
    page.set_viewport_size({"width": width, "height": height})
    frames(page, 5)


@pytest.fixture
def coffee(module_app, published_files):
    page = module_app
    page.emulate_media(reduced_motion="reduce")
    resize(page, 1280, 900)
    page.mouse.move(0, 0)
    if not page.locator(".sqv-tile").count():
        page.locator(".sqv-sample", has_text="coffee").click(timeout=120_000)
        ready(page, "fire5/concat")
    if chosen(page)["layer"] != "fire5/concat":
        choose_layer(page, "fire5")
    ready(page, "fire5/concat")
    page.evaluate("() => { document.activeElement?.blur(); scrollTo(0, 0); }")
    return page


def test_the_samples_are_large_while_there_is_no_photo(module_app, published_files):
    page = module_app
    first = page.locator(".sqv-sample img").first
    first.wait_for(timeout=120_000)
    assert first.bounding_box()["width"] == 96
    page.locator(".sqv-sample", has_text="coffee").click()
    ready(page, "fire5/concat")
    assert first.bounding_box()["width"] == 44


@pytest.mark.parametrize("width", [1600, 1280, 900])
def test_nothing_sticks_out_or_overlaps(coffee, width):
    page = coffee
    resize(page, width, 1000)
    outside = page.evaluate(
        """() => { const edge = document.querySelector('.sqv').getBoundingClientRect().right + 1;
            return [...document.querySelectorAll('.sqv *')]
                .filter(e => e.checkVisibility() && !e.closest('.sqv-strip, svg') && e.getBoundingClientRect().right > edge)
                .map(e => e.className); }"""
    )
    assert outside == []
    overlapping = page.evaluate(
        """() => { const boxes = [...document.querySelectorAll('.sqv-bar > *, .sqv-tools > *, .sqv-maps-title > *')]
                .filter(e => e.checkVisibility() && e.getBoundingClientRect().width).map(e => [e.className, e.getBoundingClientRect()]);
            return boxes.flatMap(([a, p], i) => boxes.slice(i + 1).filter(([, q]) =>
                p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 1 && q.top < p.bottom - 1).map(([b]) => `${a} / ${b}`)); }"""
    )
    assert overlapping == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_the_chosen_map_is_enlarged_over_the_others_and_nothing_jumps(coffee):
    page = coffee
    resize(page, 1500, 1000)
    page.locator(".sqv-to [data-to]").first.wait_for()
    page.mouse.move(0, 0)
    around = [".sqv-groups", ".sqv-grid", ".sqv-tools", ".sqv-channel", ".sqv-foot"]
    places, channel = page.evaluate(PLACES, around), chosen(page)["channel"]
    page.locator(".sqv").first.focus()
    page.keyboard.press("z")
    canvas = page.locator(".sqv-enlarged canvas")
    page.wait_for_function("() => document.querySelector('.sqv-enlarged canvas')?.clientWidth > 600")
    assert page.evaluate(PLACES, around) == places
    box = canvas.bounding_box()
    assert box["width"] == box["height"] == 28 * (box["width"] // 28), "cells of one size, and square"
    canvas.hover(position={"x": box["width"] * 5.5 / 28, "y": box["height"] * 20.5 / 28})
    page.wait_for_function("() => document.querySelector('[data-fact=cell]').textContent === '20, 5'")
    assert fact(page, "channel") == str(channel)
    page.mouse.move(0, 0)
    before = page.evaluate("() => document.querySelector('.sqv-enlarged canvas').toDataURL()")
    page.keyboard.press("ArrowRight")
    page.locator(".sqv-enlarged header", has_text=f"Channel {channel + 1} ").wait_for()
    page.wait_for_function(
        "before => document.querySelector('.sqv-enlarged canvas').toDataURL() !== before", arg=before
    )
    page.keyboard.press("Escape")
    page.locator(".sqv-enlarged").wait_for(state="detached")
    assert chosen(page)["channel"] == channel + 1, "a step back, and no more"
    page.get_by_role("button", name="Enlarge the chosen map").click()
    page.get_by_role("button", name="Back to all maps").click()
    page.locator(".sqv-enlarged").wait_for(state="detached")
    page.wait_for_function(FOCUS_IS_ON_MAPS)  # keys work on
    assert page.evaluate(PLACES, around) == places


def test_maps_fill_the_height_of_a_wide_page_and_no_layer_moves_what_is_below(coffee):
    page = coffee
    tall = (
        """() => Math.max(...[...document.querySelectorAll('.sqv-grid canvas')].map(canvas => canvas.clientHeight))"""
    )
    resize(page, 1280, 1000)
    choose_layer(page, "fire9")
    ready(page, "fire9/concat")
    assert page.evaluate(tall) <= 560
    resize(page, 1500, 1000)
    page.wait_for_function(f"() => ({tall})() > 700")
    assert page.evaluate(tall) <= 860
    feet = set()
    for part, layer in [
        ("conv1", "conv1"), ("pool1", "pool1"), ("fire2", "fire2/concat"), ("conv10", "conv10"), ("fire9", "fire9/concat"),
    ]:  # fmt: skip
        choose_layer(page, part)
        ready(page, layer)
        page.locator(".sqv-relations:not(.sqv-late) [data-to]").first.wait_for()
        feet.add(tuple(page.evaluate(PLACES, [".sqv-foot"])[0]))
    assert len(feet) == 1, feet


def test_the_focus_stays_with_the_maps_where_the_next_layer_has_fewer_branches(coffee):
    page = coffee
    page.locator(".sqv-grid").nth(1).focus()
    page.keyboard.press("]")
    ready(page, "pool5")
    page.wait_for_function(FOCUS_IS_ON_MAPS)
    page.keyboard.press("]")
    ready(page, "fire6/concat")
    page.wait_for_function(FOCUS_IS_ON_MAPS)


def test_what_is_opened_below_comes_into_sight(coffee):
    page = coffee
    page.emulate_media(reduced_motion="no-preference")  # it scrolls there in steps
    resize(page, 1280, 800)
    in_sight = """name => { const { top, bottom } = document.querySelector(name)?.getBoundingClientRect() ?? {};
        return top < innerHeight - 100 && bottom > 100; }"""
    for button, opened in [("Why ", ".sqv-why"), ("Side by side", ".sqv-side-by-side")]:
        page.locator(".sqv-explorer").evaluate("root => root.scrollIntoView()")
        assert not page.evaluate(in_sight, opened)
        page.get_by_role("button", name=button).first.click()
        page.wait_for_function(in_sight, arg=opened)
    page.locator(".sqv-explorer").evaluate("root => root.scrollIntoView()")
    page.locator(".sqv-first .sqv-p").click()
    page.wait_for_function(in_sight, arg=".sqv-inside")
