"""Buttons look alike in both themes, none as browsers have them; and what is long has its place in the bar."""

import pytest

from tests.browser.explorer_page import frames, ready
from tests.browser.servers import wear

pytestmark = pytest.mark.browser

MODEL = "import squeezeviz as sv\nmodel = sv.load_model('squeezenet1.1-shapes')\n"
OPEN = f"{MODEL}sv.explore('shape-star', model=model, layer='fire9/concat', comparing=True, explaining=True)"
LONG = "RGB 0 to 255 less ImageNet mean, shorter-side 259, crop 227, bilinear antialiased"
# What those are filled with that are not filled with the accent, and what they are written and framed in.
LOOKS = """() => {
    const probe = document.querySelector('.sqv').appendChild(document.createElement('button'));
    const bare = getComputedStyle(probe).backgroundColor;
    probe.remove();
    const buttons = [...document.querySelectorAll('.sqv-button:not(.sqv-primary, :disabled)')].filter((e) => e.clientWidth);
    const looks = buttons.map((e) => [e, getComputedStyle(e)]);
    return { count: buttons.length, bare: looks.filter(([, look]) => look.backgroundColor === bare).map(([e]) => e.textContent),
        inks: [...new Set(looks.flatMap(([, look]) => [look.color, look.borderTopColor]))] }; }"""
CODE = """() => [...document.querySelectorAll('.sqv code')].filter((e) => e.clientWidth || e.getClientRects().length)
    .map((e) => [e, e.parentElement].map((each) => parseFloat(getComputedStyle(each).fontSize)))"""
BAR = """() => {
    const boxes = [...document.querySelectorAll('.sqv-bar .sqv-select, .sqv-times, .sqv-words')].map((e) => e.getBoundingClientRect());
    const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    return boxes.some((a, at) => boxes.slice(at + 1).some((b) => meet(a, b))); }"""


def test_every_button_is_framed_and_written_in_the_accent(open_cell):
    page = open_cell(OPEN)
    ready(page, "fire9/concat")
    page.get_by_role("button", name="Close side by side").wait_for()
    page.locator(".sqv-card-top").first.wait_for()
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        wear(page, theme)
        frames(page, 2)
        looks = page.evaluate(LOOKS)
        assert looks["count"] > 10
        assert (looks["bare"], len(looks["inks"])) == ([], 1)
    # As large as the text around it, which JupyterLab would not have.
    sizes = page.evaluate(CODE)
    assert len(sizes) > 1
    assert [(own, around) for own, around in sizes if own > around] == []


def test_a_preprocessing_with_a_long_name_leaves_room_for_what_stands_beside_it(open_cell):
    how = f"model.preprocessing.replace(name={LONG!r})"
    page = open_cell(f"{MODEL}sv.explore('shape-star', model=model, preprocessing={how})", width=1500)
    ready(page, "fire5/concat")
    page.locator(".sqv-times", has_text="run").wait_for()
    assert page.get_by_label("Preprocessing", exact=True).input_value() == LONG
    assert not page.evaluate(BAR)
