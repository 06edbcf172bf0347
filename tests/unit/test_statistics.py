"""Two formulas against SciPy's, and one against its definition."""

import pytest

from squeezeviz.dataset.statistics import holm, mcnemar, wilson


def binomtest(*given):
    from scipy.stats import binomtest  # late: it takes seconds, and every worker reads every file of tests

    return binomtest(*given)


@pytest.mark.parametrize(
    ("hits", "count"),
    [(0, 1), (1, 1), (0, 10), (10, 10), (1, 3), (61, 94), (82, 94), (28_251, 50_000), (50_000, 50_000)],
)
def test_wilson(hits, count):
    expected = binomtest(hits, count).proportion_ci(method="wilson")
    assert wilson(hits, count) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_of_none_anything_may_be_true():
    assert wilson(0, 0) == (0, 1)
    assert mcnemar(0, 0) == 1


@pytest.mark.parametrize("count", [1, 7, 94, 1000])
def test_an_interval_holds_its_share_and_stays_within_0_and_1(count):
    for hits in {0, 1, count // 2, count}:
        low, high = wilson(hits, count)
        assert 0 <= low < high <= 1
        assert low - 1e-12 <= hits / count <= high + 1e-12


@pytest.mark.parametrize(
    ("gained", "lost"), [(1, 0), (0, 6), (5, 5), (3, 8), (3, 17), (0, 61), (100, 130), (1000, 1200), (0, 2000)]
)
def test_mcnemar(gained, lost):
    expected = binomtest(min(gained, lost), gained + lost, 0.5).pvalue
    assert mcnemar(gained, lost) == pytest.approx(expected, rel=1e-9)
    assert mcnemar(lost, gained) == mcnemar(gained, lost)


def test_holm():
    """By hand: the smallest times 4, the next times 3 but no less than that, and so on; never more than 1."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.6]) == [1.0, 1.0]
    assert holm([0.2]) == [0.2]
    assert holm([]) == []
