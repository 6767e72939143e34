"""Quantiles of months to come, by hand and by what they cover."""

import numpy as np
import pytest

from sop_xl.demand.engine import forecast_panel
from sop_xl.demand.sparse_intervals import future_quantile
from tests.demand.test_rates import sparse_panel


def test_the_quantile_of_a_month_to_come_by_hand():
    # Nine months: the k-th smallest is at k / 10. Between the 8th and 9th at 0.85: (7 + 30) / 2.
    months = np.array([[0.0, 0, 0, 0, 0, 0, 3, 7, 30]])
    assert future_quantile(months, 0.8) == pytest.approx([7])
    assert future_quantile(months, 0.85) == pytest.approx([18.5])
    assert future_quantile(months, 0.9) == pytest.approx([30])
    assert future_quantile(months, 0.1) == pytest.approx([0])
    # Beyond the largest: a mean sale of 40 / 3, times log(0.1 / 0.025).
    assert future_quantile(months, 0.975) == pytest.approx([30 + 40 / 3 * np.log(4)])


def test_a_shorter_row_counts_its_own_months():
    rows = np.array([[np.nan, np.nan, 1.0, 2.0, 3.0], [1.0, 2.0, 3.0, 4.0, 5.0]])
    assert future_quantile(rows, 0.5) == pytest.approx([2, 3])


@pytest.mark.parametrize("months", [12, 24])
def test_short_sparse_series_are_covered_as_promised(months):
    # Before, 95 % bounds covered 87 % with a year of history, and one month in eight was above the upper one.
    above = {80: [], 95: []}
    for seed in range(2):
        panel, _ = sparse_panel(months + 6, seed)
        known = ~np.isnan(panel[:, months - 1])
        past, came = panel[known, :months], panel[known, months:]
        bounds = forecast_panel(past, 6).bounds
        for level, found in above.items():
            found.append((came > bounds[level][1]).mean())
    assert np.mean(above[80]) < 0.12
    assert np.mean(above[95]) == pytest.approx(0.025, abs=0.02)
