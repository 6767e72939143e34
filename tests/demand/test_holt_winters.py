import numpy as np
import pytest

import sop_xl.demand.holt_winters as module
from sop_xl.demand.holt_winters import first_line, holt_winters
from sop_xl.demand.panel import right_align


def plain(y, indices, level, slope, point, horizon):
    """One series, one grid point, month by month; returns squared error and forecasts."""
    a, b, g, phi = point
    season = {(k - len(y)) % len(indices): indices[(k - len(y)) % len(indices)] for k in range(len(indices))}
    trend, sse = slope if phi > 0 else 0.0, 0.0
    for month, value in enumerate(y):
        p = (month - len(y)) % len(indices)
        ahead = level + phi * trend
        error = value - ahead * season[p]
        sse += error**2
        season[p] = min(max(season[p] + g * error / abs(ahead), 0.02), 10)
        level, trend = ahead + a * error / season[p], phi * trend + a * b * error / season[p]
    growth, out = 0.0, []
    for step in range(horizon):
        growth += phi ** (step + 1)
        out.append((level + growth * trend) * season[step % len(indices)])
    return sse, np.array(out)


POINTS = [(0.2, 0.1, 0.1, 0.9), (0.5, 0.0, 0.3, 0.0)]


@pytest.fixture(scope="module")
def case():
    rng = np.random.default_rng(4)
    indices = np.array([0.8, 1.1, 1.3, 0.8])
    rows = [(1 + 0.02 * np.arange(n)) * np.tile(indices, 9)[-n:] * rng.normal(1, 0.05, n) for n in (20, 33)]
    panel = right_align(rows)
    return panel, np.tile(indices, (2, 1))


@pytest.mark.parametrize("point", POINTS)
def test_one_grid_point_equals_the_plain_loop(case, point, monkeypatch):
    a, b, g, phi = point
    monkeypatch.setattr(module, "LEVEL_RATES", (a,))
    monkeypatch.setattr(module, "SEASON_RATES", (g,))
    monkeypatch.setattr(module, "TRENDS", ((b, phi),))
    panel, indices = case
    level, slope = first_line(panel)
    fit = holt_winters(panel, panel, indices, 6)
    for row in range(2):
        y = panel[row][~np.isnan(panel[row])]
        sse, forecast = plain(y, indices[row], level[row], slope[row], point, 6)
        np.testing.assert_allclose(fit.forecast[row], forecast, rtol=1e-9)
        assert fit.rmse[row] == pytest.approx(np.sqrt(sse / len(y)), rel=1e-6)


def test_two_points_are_weighed_by_tempered_likelihood(case, monkeypatch):
    monkeypatch.setattr(module, "LEVEL_RATES", (0.1, 0.9))
    monkeypatch.setattr(module, "SEASON_RATES", (0.1,))
    monkeypatch.setattr(module, "TRENDS", ((0.1, 0.9),))
    panel, indices = case
    level, slope = first_line(panel)
    y = panel[0][~np.isnan(panel[0])]
    (s1, f1), (s2, f2) = (plain(y, indices[0], level[0], slope[0], (a, 0.1, 0.1, 0.9), 5) for a in (0.1, 0.9))
    # Weight of the second beside 1 for the first: (SSE2 / SSE1) ^ (-n x 0.5 / 2).
    w = (s2 / s1) ** (-len(y) * 0.25)
    np.testing.assert_allclose(holt_winters(panel, panel, indices, 5).forecast[0], (f1 + w * f2) / (1 + w), rtol=1e-6)


def test_first_line_by_hand():
    # 12 months of 5 + 2 t, t = 1..12, then others that do not count; and four months: mean only.
    line = np.concatenate([5 + 2.0 * np.arange(1, 13), [0.0, 0.0]])
    short = np.array([1.0, 2.0, 3.0, 6.0])
    level, slope = first_line(right_align([line, short]))
    assert level == pytest.approx([5, 3])
    assert slope == pytest.approx([2, 0])


def test_without_a_season_no_index_is_learned():
    rng = np.random.default_rng(5)
    panel = rng.normal(1, 0.1, (3, 30))
    fit = holt_winters(panel, panel, np.ones((3, 1)), 4)
    assert np.isfinite(fit.forecast).all()
    assert np.ptp(fit.forecast, axis=1).max() < 0.1
