"""What is held stays, and is compared with what is chosen next: as Python compares them."""

import numpy as np
import pytest

from squeezeviz.evidence.comparison import drift_between
from tests.browser.explorer_page import choose_layer, chosen, ready
from tests.browser.predictor_page import percent
from tests.browser.waiting import retry_assertions

pytestmark = [pytest.mark.browser, pytest.mark.model]


def assert_most(page, label, expected):
    """Wait until the largest difference that is written, and drawn, is as expected."""
    place = page.get_by_label(label, exact=True).locator("canvas[data-most]").first
    place.wait_for()

    def is_written():
        assert float(place.get_attribute("data-most")) == pytest.approx(expected, rel=2e-3)

    retry_assertions(page, is_written)


def test_a_photo_is_held_and_compared_with_the_next(explorer, model, files):
    page = explorer
    channel = chosen(page)["channel"]
    page.locator(".sqv-explorer").focus()
    page.keyboard.press("h")
    page.locator(".sqv-held").wait_for()
    assert "Held. Now choose another photo" in page.locator(".sqv-held").inner_text()
    page.locator(".sqv-sample", has_text="coffee").click()
    page.locator(".sqv-versus tbody tr").first.wait_for()
    (one, before), (two, after) = model.observe(files / "chelsea.jpg"), model.observe("coffee")
    rows = page.locator(".sqv-versus tbody tr").evaluate_all(
        "rows => rows.map(row => [Number(row.dataset.class), ...[...row.querySelectorAll('td')].map(cell => cell.textContent)])"
    )
    best = {int(index) for each in (one, two) for index in each.ranking[:5]}
    assert {row[0] for row in rows} == best
    for index, p_one, p_two, logit_one, logit_two, change in rows:
        assert (p_one, p_two) == (percent(one.probabilities[index]), percent(two.probabilities[index]))
        assert (logit_one, logit_two) == (f"{one.logits[index]:.2f}", f"{two.logits[index]:.2f}")
        assert float(change.replace("−", "-")) == pytest.approx(two.logits[index] - one.logits[index], abs=0.006)

    drift = {each.layer: each.relative_l2 for each in drift_between(model, after, before)}
    page.locator(".sqv-held [data-drift=conv1]").wait_for()
    told = page.locator(".sqv-held [data-drift]").evaluate_all(
        "hits => hits.map(hit => [hit.dataset.drift, hit.querySelector('title').textContent])"
    )
    assert told == [[layer, f"{layer}: {value:.3f}"] for layer, value in drift.items()]

    ready(page, "fire5/concat")
    channel = chosen(page)["channel"]
    change = after["fire5/concat"] - before["fire5/concat"]
    assert_most(page, "Maps of what is held and of what is chosen", np.abs(change[channel]).max())
    norms = np.linalg.norm(change.reshape(len(change), -1), axis=1)

    def the_most_moved_are_listed():
        moved = page.locator(".sqv-held .sqv-moved-map span").all_inner_texts()
        assert [int(index) for index in moved[:4]] == list(np.argsort(-norms, kind="stable")[:4])

    retry_assertions(page, the_most_moved_are_listed)

    # The chosen layer survives another photo; the photo that is held too.
    choose_layer(page, "fire8")
    ready(page, "fire8/concat")
    page.locator(".sqv-sample", has_text="hopper").click()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.sqv-pair-of-photos figcaption')].map(e => e.textContent).join() === 'A chelsea.jpg,B hopper'"
    )
    assert chosen(page)["layer"] == "fire8/concat"
    page.get_by_role("button", name="Let go", exact=True).click()
    page.locator(".sqv-held").wait_for(state="hidden")


def test_layers_and_classes_are_held_too(explorer, model, files):
    page = explorer
    channel = chosen(page)["channel"]
    prediction, activations = model.observe(files / "chelsea.jpg")
    page.get_by_role("button", name="Hold this").click()
    choose_layer(page, "fire4")
    ready(page, "fire4/concat")
    title = page.get_by_label("Maps of what is held and of what is chosen", exact=True)
    page.wait_for_function(
        "() => document.querySelector('.sqv-held .sqv-difference h2').textContent === 'fire5/concat and fire4/concat'"
    )
    names = title.locator("figcaption").all_inner_texts()[:2]
    assert names == [f"fire5/concat · {channel}", f"fire4/concat · {chosen(page)['channel']}"]
    first, second = (int(index) for index in prediction.ranking[:2])
    page.locator(f'[data-class="{second}"].sqv-cover').click()
    label = "Class activation maps of what is held and of what is chosen"
    page.wait_for_function(
        "text => document.querySelectorAll('.sqv-held .sqv-difference')[1].querySelectorAll('figcaption')[1].textContent.startsWith(text)",
        arg=prediction.labels[second].label,
    )
    maps = activations["conv10"]
    assert_most(page, label, np.abs(maps[second] - maps[first]).max())
