import numpy as np
import pytest

from sop_xl.demand.panel import over_horizon, right_align
from sop_xl.demand.seasonal import deseasonalise
from sop_xl.demand.theta import dynamic_theta
from tests.demand.air_passengers import AIR_PASSENGERS


def plain_theta(x, alpha, start, w, horizon):
    """The model month by month, as it is published: returns errors and forecasts."""
    level, mean, b, a = alpha * x[0] + (1 - alpha) * start, x[0], 0.0, x[0]
    errors, forecasts, values = [], [], list(x)
    for i in range(1, len(x) + horizon):
        q = 1 - alpha
        mu = level + w * (a * q**i + b * (1 - q ** (i + 1)) / alpha)
        if i < len(x):
            errors.append(x[i] - mu)
        else:
            forecasts.append(mu)
            values.append(mu)
        level = alpha * values[i] + q * level
        mean = (i * mean + values[i]) / (i + 1)
        b = ((i - 1) * b + 6 * (values[i] - mean) / (i + 1)) / (i + 2)
        a = mean - b * (i + 2) / 2
    return np.array(errors), np.array(forecasts)


@pytest.fixture(scope="module")
def walks():
    rng = np.random.default_rng(3)
    return right_align([100 + rng.normal(0.5, 3, n).cumsum() for n in (24, 40, 40, 60)])


def test_the_fit_equals_the_best_of_a_plain_search(walks):
    fit = dynamic_theta(walks, 6)
    for row, padded in enumerate(walks):
        x = padded[~np.isnan(padded)]
        best = np.inf, None
        alpha = fit.alpha[row]
        for w in np.linspace(0, 1, 101):  # l0 is solved by one Newton step: errors are linear in it
            e0, e1 = plain_theta(x, alpha, 0.0, w, 0)[0][2:], plain_theta(x, alpha, 1.0, w, 0)[0][2:]
            slope = e1 - e0
            start = -(slope @ e0) / (slope @ slope)
            sse = float(((e0 + start * slope) ** 2).sum())
            best = min(best, (sse, (start, w)))
        assert fit.rmse[row] ** 2 * (len(x) - 3) == pytest.approx(best[0], rel=1e-3)
        assert fit.rmse[row] ** 2 * (len(x) - 3) <= best[0] + 1e-9
        assert fit.drift[row] == pytest.approx(best[1][1], abs=0.011)


def test_forecasts_run_the_recursion_on(walks):
    fit = dynamic_theta(walks, 6)
    x = walks[2]
    # The start level is what makes the errors smallest; recover it from the fit's own alpha and w.
    e0, e1 = (plain_theta(x[~np.isnan(x)], fit.alpha[2], s, fit.drift[2], 0)[0][2:] for s in (0.0, 1.0))
    start = -((e1 - e0) @ e0) / ((e1 - e0) @ (e1 - e0))
    expected = plain_theta(x[~np.isnan(x)], fit.alpha[2], start, fit.drift[2], 6)[1]
    np.testing.assert_allclose(fit.forecast[2], expected, rtol=1e-9)


def test_air_passengers_as_published_software_has_it():
    # Dynamic optimised theta of statsforecast 2.1.1: 412.70 404.64 466.83, MAPE 3.902 over the last year.
    history, actual = AIR_PASSENGERS[None, :-12], AIR_PASSENGERS[-12:]
    s = deseasonalise(history, 12)
    forecast = (dynamic_theta(s.adjusted, 12).forecast * over_horizon(s.indices, 12))[0]
    assert forecast[:3] == pytest.approx([412.70, 404.64, 466.83], rel=0.01)
    assert 100 * np.mean(np.abs(forecast - actual) / actual) == pytest.approx(3.902, abs=0.15)


def test_a_straight_line_goes_on():
    line = 10 + 2.0 * np.arange(30)[None]
    np.testing.assert_allclose(dynamic_theta(line, 3).forecast[0], [70, 72, 74], rtol=0.02)


@pytest.mark.parametrize("months", [1, 2, 3, 5])
def test_a_constant_of_any_length_stays_constant(months):
    np.testing.assert_allclose(dynamic_theta(np.full((2, months), 7.0), 4).forecast, 7.0, rtol=1e-9)
