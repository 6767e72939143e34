import numpy as np

from sop_xl.demand.autoregression import RIDGE, pooled_autoregression
from sop_xl.demand.panel import naive_scale, right_align


def test_it_equals_least_squares_over_the_stacked_windows():
    rng = np.random.default_rng(6)
    panel = right_align([1 + 0.2 * rng.normal(0, 1, n) for n in [60] * 12 + [40] * 6])
    horizon, year = 3, 12
    weights = 1 / np.maximum(naive_scale(panel, 12), 1e-2)
    weights = np.minimum(weights / np.median(weights), 5)
    expected = np.empty((len(panel), horizon))
    for h in range(1, horizon + 1):
        xs, ts = [], []
        for row, w in zip(panel, weights, strict=True):
            y = row[~np.isnan(row)]
            for end in range(2 * year - 1, len(y) - h):
                level = y[end - year + 1 : end + 1].mean()
                xs.append(w * np.r_[y[end - 2 * year + 1 : end + 1] - level, 1])
                ts.append(w * (y[end + h] - level))
        x, t = np.array(xs), np.array(ts)
        gram = x.T @ x
        ridge = RIDGE * np.trace(gram) / len(gram) * np.eye(len(gram))
        beta = np.linalg.solve(gram + ridge, x.T @ t)
        for row, y in enumerate(panel):
            level = y[-year:].mean()
            expected[row, h - 1] = np.r_[y[-2 * year :] - level, 1] @ beta + level
    got = pooled_autoregression(panel, horizon, 12, np.zeros(len(panel), dtype=bool))
    np.testing.assert_allclose(got, expected, rtol=1e-8)


def test_too_few_windows_give_no_forecast():
    panel = np.ones((3, 40)) + np.random.default_rng(7).normal(0, 0.1, (3, 40))
    assert np.isnan(pooled_autoregression(panel, 2, 12, np.zeros(3, dtype=bool))).all()


def test_a_series_shorter_than_two_years_gets_none():
    rng = np.random.default_rng(8)
    panel = right_align([*rng.normal(1, 0.2, (20, 60)), rng.normal(1, 0.2, 20)])
    got = pooled_autoregression(panel, 2, 12, np.zeros(21, dtype=bool))
    assert np.isfinite(got[:20]).all()
    assert np.isnan(got[20]).all()
