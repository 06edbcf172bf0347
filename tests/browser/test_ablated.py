"""Ablating channels and branches from the grid: the answer follows at once, and all stay ablated while one walks on.

One page of an app for all of them: each test begins with everything on, on the photo of coins.
"""

import pytest

import squeezeviz as sv
from tests.browser.explorer_page import choose_layer, chosen, ready
from tests.browser.predictor_page import percent

pytestmark = [pytest.mark.browser, pytest.mark.model]


# The channels of each grid whose maps have two lines through them, in the colour of what is ablated.
_CROSSED = """() => {
    const ember = getComputedStyle(document.querySelector('.sqv')).getPropertyValue('--ember').trim();
    let first = 0;
    return [...document.querySelectorAll('.sqv-group')].map(group => {
        const [count, columns, wide, across, high, down] = group.querySelector('.sqv-grid').dataset.grid.split(' ').map(Number);
        const canvas = group.querySelector('canvas'), context = canvas.getContext('2d'), ratio = canvas.width / canvas.clientWidth;
        const is = (x, y) => '#' + [...context.getImageData(Math.floor(x * ratio), Math.floor(y * ratio), 1, 1).data.slice(0, 3)]
            .map(part => part.toString(16).padStart(2, '0')).join('') === ember;
        const crossed = [...Array(count).keys()].filter(index => {
            const x = (index % columns) * across, y = Math.floor(index / columns) * down, k = Math.floor(wide / 4);
            return is(x + k, y + k) && is(x + wide - 1 - k, y + k) && is(x + k, y + high - 1 - k);
        }).map(index => first + index);
        first += count;
        return crossed;
    }); }"""


@pytest.fixture(scope="module")
def coins(module_app, published_files):
    module_app.locator(".sqv-sample", has_text="coins").click(timeout=120_000)
    module_app.locator(".sqv-first").wait_for(timeout=120_000)
    return module_app


@pytest.fixture
def page(coins):
    if coins.locator(".sqv-layer-name").inner_text() != "fire5/concat":
        choose_layer(coins, "fire5")
    ready(coins, "fire5/concat")
    coins.locator(".sqv-explorer").focus()
    yield coins
    on = coins.get_by_role("button", name="Restore all")
    if on.is_visible():
        on.click()
    coins.locator(".sqv-ablated-bar").wait_for(state="hidden")


@pytest.fixture(scope="module")
def before(model):
    return model.predict("coins")


def says(page, prediction):
    """Wait until the page says what a prediction does."""
    best = prediction.top(1)[0]
    page.wait_for_function(
        """([label, logit]) => document.querySelector('.sqv-first .sqv-label').textContent === label
            && document.querySelector('.sqv-first .sqv-logit').textContent === logit""",
        arg=[best.label, f"{best.logit:.2f}"],
    )


def banner(page, before, after):
    """Wait until the banner says what became of the class that was the most probable one."""
    best = int(before.ranking[0])
    expected = f"{percent(before.probabilities[best])} → {percent(after.probabilities[best])}"
    page.wait_for_function(
        "text => document.querySelector('.sqv-ablated-bar').textContent.includes(text)", arg=expected
    )


def test_a_channel_is_ablated_and_restored_with_a_key(page, model, before):
    channel = chosen(page)["channel"]
    page.keyboard.press("x")
    after = sv.ablate(model, "coins", {"fire5/concat": channel}).after
    says(page, after)
    banner(page, before, after)
    page.wait_for_function(f"() => ({_CROSSED})().flat().join() === '{channel}'")
    assert chosen(page)["channel"] == channel, "the chosen one stays, though it is the strongest no more"
    page.keyboard.press("x")
    says(page, before)
    page.locator(".sqv-ablated-bar").wait_for(state="hidden")


def test_a_set_of_channels_with_the_mouse(page, model, before):
    for index in (3, 17):
        page.locator(".sqv-groups").scroll_into_view_if_needed()
        spot = page.evaluate(
            """index => {
                const [, columns, wide, across, high, down] = document.querySelector('.sqv-grid').dataset.grid.split(' ').map(Number);
                return {x: (index % columns) * across + wide / 2, y: Math.floor(index / columns) * down + high / 2}; }""",
            index,
        )
        page.locator(".sqv-group canvas").first.click(position=spot, modifiers=["Shift"])
    after = sv.ablate(model, "coins", {"fire5/concat": [3, 17]}).after
    says(page, after)
    names = page.locator(".sqv-ablated-channel").evaluate_all("all => all.map(e => e.getAttribute('aria-label'))")
    assert names == ["fire5/concat, channel 3: restore", "fire5/concat, channel 17: restore"]
    page.locator(".sqv-ablated-channel").first.click()
    says(page, sv.ablate(model, "coins", {"fire5/concat": 17}).after)


def test_a_branch_and_what_stands_in_its_place(page, model, before):
    branch = "expand1x1" if chosen(page)["channel"] < 128 else "expand3x3"
    page.keyboard.press("Shift+X")
    zero = sv.ablate(model, "coins", {"fire5/concat": branch})
    says(page, zero.after)
    banner(page, before, zero.after)
    assert f"fire5/{branch} in fire5/concat" in page.locator(".sqv-ablated-bar").inner_text()
    page.locator(".sqv-ablated-fill").get_by_text("mean").click()
    mean = sv.ablate(model, "coins", {"fire5/concat": branch}, fill="mean")
    says(page, mean.after)
    page.wait_for_function(
        """branch => { const said = document.querySelector(`.sqv-group[data-layer$=${branch}] header`).textContent;
            return said.includes('128 ablated') && !said.includes('100 % zero'); }""",
        arg=branch,
    )
    first = 0 if branch == "expand1x1" else 128
    crossed = [channel for group in page.evaluate(_CROSSED) for channel in group]
    assert crossed == list(range(first, first + 128)), "ablated they are, though not zero"
    page.locator(".sqv-ablated-fill").get_by_text("zero").click()
    says(page, zero.after)
    other = page.locator(".sqv-group header button").nth(1 if branch == "expand1x1" else 0)
    other.click()
    says(page, sv.ablate(model, "coins", {"fire5/concat": "all"}).after)
    assert "all of fire5/concat" in page.locator(".sqv-ablated-bar").inner_text()


def test_it_stays_ablated_for_other_layers_and_photos_and_the_evidence_is_of_what_is_left(page, model, before):
    channel = chosen(page)["channel"]
    ablated = {"fire5/concat": channel}
    page.keyboard.press("x")
    coins = sv.ablate(model, "coins", ablated)
    says(page, coins.after)
    choose_layer(page, "fire9")
    ready(page, "fire9/concat")
    means = coins.activations["fire9/concat"].mean(axis=(1, 2))
    assert chosen(page)["channel"] == int(means.argmax()), "the maps are those of what is left"
    page.locator(".sqv-sample", has_text="coffee").click()
    coffee = sv.ablate(model, "coffee", ablated)
    says(page, coffee.after)
    assert page.locator(".sqv-ablated-channel").count() == 1
    page.locator(".sqv-why-button").click()
    source = sv.Arithmetic(model, "coffee", activations=coffee.activations)
    best = int(coffee.after.ranking[0])
    page.wait_for_function(
        "logit => Math.abs(Number(document.querySelector('.sqv-why .sqv-value')?.dataset.logit) - logit) < 1e-4",
        arg=sv.decompose_logit(source, best).logit,
    )
    adds = page.eval_on_selector_all(
        ".sqv-why-body .sqv-adds[data-adds]", "all => all.map(e => Number(e.dataset.adds))"
    )
    assert sum(adds) == pytest.approx(float(coffee.after.logits[best]), abs=1e-3)
    assert "with nothing ablated" in page.locator(".sqv-what-if > header").inner_text()
    page.locator(".sqv-explorer").focus()
    page.keyboard.press("e")
    page.get_by_role("button", name="Restore all").click()
    says(page, model.predict("coffee"))
    page.locator(".sqv-tile", has_text=before.top(1)[0].label).click()
    says(page, before)


def test_another_model_has_everything_on(page, model):
    page.keyboard.press("x")
    page.locator(".sqv-ablated-bar").wait_for()
    page.locator("select.sqv-model").select_option("squeezenet1.1-shapes")
    page.locator(".sqv-ablated-bar").wait_for(state="hidden", timeout=120_000)
    page.wait_for_function("() => document.querySelector('select.sqv-model').value === 'squeezenet1.1-shapes'")
