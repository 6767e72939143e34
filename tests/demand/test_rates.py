import numpy as np
import pytest

from sop_xl.demand.intermittent import tsb
from sop_xl.demand.rates import alive_chance, fit_rates, is_sparse, rate_estimates, recency_mean

NAN = np.nan


def test_sparse_is_a_sale_in_fewer_than_three_of_four_months():
    dense = np.tile([1.0, 1, 1, 1, 0], 5)[None]  # 25 months for 20 sales: 1.25
    sparse = np.tile([1.0, 1, 0], 8)[None]  # 24 for 16: 1.5
    returns = sparse - 1.0
    assert is_sparse(dense).tolist() == [False]
    assert is_sparse(sparse).tolist() == [True]
    assert is_sparse(returns).tolist() == [False]


def test_recency_mean_by_hand():
    # Half-life 1: weights 1/4, 1/2, 1 -> (4/4 + 2/2 + 0) / 1.75; NaN has no weight: (2/2 + 0) / 1.5.
    assert recency_mean(np.array([[4.0, 2, 0], [NAN, 2, 0]]), 1) == pytest.approx([2 / 1.75, 1 / 1.5])


def test_alive_chance_by_hand():
    # One series, sales in 8 of its first 8 months, then 2 without: the panel's frequency is 8 / 10, so
    # p = (7 + 3 x 0.8) / (7 + 3) = 0.94 and r = 0.99 x 0.06 = 0.0594.
    # alive r^2 = 0.003528, ended 0.01 (1 + r) = 0.010594.
    panel = np.array([[5.0] * 8 + [0.0, 0.0]])
    r = 0.99 * 0.06
    assert alive_chance(panel) == pytest.approx([r**2 / (r**2 + 0.01 * (1 + r))])


def test_a_series_that_just_sold_is_alive():
    assert alive_chance(np.array([[0.0, 0.0, 3.0], [1.0, 1.0, 1.0]])) == pytest.approx([1, 1])


def test_a_series_long_silent_fades():
    steady_then_silent = np.array([[9.0] * 20 + [0.0] * 12, [9.0] * 32])
    assert fit_rates(steady_then_silent, 3).forecast[0] == pytest.approx([0] * 3, abs=1e-3)


def test_estimates_by_hand_and_by_the_single_series_methods():
    y = np.array([2.0, 0, 4, 0, 0, 6, 0, 3])
    estimates = rate_estimates(y[None])[0]
    assert estimates[0] == pytest.approx(15 / 8)
    # The batch TSB starts from mean size and frequency, so a long history brings both together.
    long = np.tile(y, 60)
    assert rate_estimates(long[None])[0, 4] == pytest.approx(tsb(long, alpha=0.05, beta=0.05), rel=1e-4)


def test_the_blend_is_learned_where_the_panel_is_large():
    rng = np.random.default_rng(9)
    sales = rng.poisson(0.4, (400, 48)) * rng.integers(1, 6, (400, 48)).astype(float)
    rate = fit_rates(sales, 12).forecast
    assert rate.shape == (400, 12)
    assert rate.sum() / 12 == pytest.approx(sales.mean() * 400, rel=0.12)
    assert (rate >= 0).all()


def test_an_empty_panel_has_no_rates():
    assert fit_rates(np.empty((0, 0)), 4).forecast.shape == (0, 4)


def sparse_panel(months, seed):
    """500 series with rates that stay as they are: chance of a sale 5 to 70 %, sizes of 1 + a geometric number."""
    rng = np.random.default_rng(seed)
    chance, mean = np.clip(rng.beta(1.2, 2.5, 500), 0.05, 0.7), np.exp(rng.normal(0, 0.8, 500))
    size = 1 + rng.negative_binomial(1, 1 / (1 + 3 * mean[:, None]), (500, months))
    units = np.where(rng.random((500, months)) < chance[:, None], size, 0).astype(float)
    sold = np.cumsum(units > 0, axis=1) > 0
    panel = np.where(sold, units, NAN)  # a history starts with its first sale
    keep = ~np.isnan(panel[:, -1]) & is_sparse(panel)
    return panel[keep], (chance * (1 + 3 * mean))[keep]


@pytest.mark.parametrize("months", [24, 48])
def test_rates_that_stay_as_they_are_come_out_right_in_total(months):
    # The months that weights are learned on may not tell how large a row is: the total then is a third too low.
    made, true = [], []
    for seed in range(3):
        panel, rate = sparse_panel(months, seed)
        size = np.nanmean(panel, axis=1)
        made.append((fit_rates(panel / size[:, None], 6).forecast[:, 0] * size).sum())
        true.append(rate.sum())
    assert sum(made) / sum(true) == pytest.approx(1, abs=0.12)
