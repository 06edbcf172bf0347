"""What the browser tests do with the predictor, and how they read it."""

import pytest

from tests.browser.waiting import retry_assertions


def upload(page, *paths):
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose photos").click()
    chooser.value.set_files([str(path) for path in paths])


def answered(page, count):
    """Wait until so many photos are answered; where they are not, what the page says of it is the failure."""

    def check():
        told = page.locator(".sqv-failure:visible, .sqv-notice:visible").all_inner_texts()
        assert (page.locator(".sqv-tile[aria-label]").count(), told) == (count, told)

    retry_assertions(page, check)


def rows(page):
    return page.eval_on_selector_all(
        ".sqv-row",
        """rows => rows.map(row => [Number(row.dataset.index), row.querySelector('.sqv-label').textContent,
            row.querySelector('.sqv-p').textContent, Number(row.querySelector('.sqv-logit').textContent)])""",
    )


def percent(p):
    if p >= 0.9995:
        return "> 99.9 %"
    return f"{p * 100:.1f} %" if p >= 0.1 else f"{p * 100:.2f} %" if p >= 0.00005 else "< 0.01 %"


def assert_shows(page, prediction):
    """Wait until the page says what a prediction does."""
    retry_assertions(page, lambda: assert_rows(rows(page), prediction.top(5)))


def assert_rows(shown, expected):
    assert [(row[0], row[1]) for row in shown] == [(s.class_index, s.label) for s in expected]
    for row, score in zip(shown, expected, strict=True):
        assert row[3] == pytest.approx(score.logit, abs=0.006)
        assert row[2] == percent(score.probability)
