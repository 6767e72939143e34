import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sop_xl.demand.engine import forecast_panel
from sop_xl.demand.panel import right_align, seasonal_naive
from tests.demand.air_passengers import AIR_PASSENGERS

HORIZON = 6


def check(panel, result, horizon=HORIZON):
    """What must hold whatever the input."""
    lo80, hi80 = result.bounds[80]
    lo95, hi95 = result.bounds[95]
    mean = result.mean
    assert mean.shape == (len(panel), horizon)
    for values in (mean, lo80, hi80, lo95, hi95):
        assert np.isfinite(values).all()
    assert ((lo95 <= lo80) & (lo80 <= mean) & (mean <= hi80) & (hi80 <= hi95)).all()
    positive = np.nanmin(panel, axis=1) >= 0
    assert (lo95[positive] >= 0).all()
    assert len(result.methods) == len(panel)


def odd_rows():
    rng = np.random.default_rng(11)
    season = 1 + 0.4 * np.sin(np.arange(60) * np.pi / 6)
    return [
        np.full(40, 5.0),
        np.zeros(30),
        np.array([7.0]),
        np.array([0.0]),
        -np.arange(1.0, 30.0),
        rng.normal(0, 1, 48),
        1e-9 * (10 + rng.normal(0, 1, 50)),
        1e12 * (10 + rng.normal(0, 1, 50)),
        np.r_[np.full(39, 3.0), 1e6],
        1.3 ** np.arange(40.0),
        100 * season,
        np.r_[np.zeros(30), 5.0],
        np.r_[5.0, np.zeros(30)],
        np.array([1.0, 2.0, 4.0]),
        np.tile([0.0, 0.0, 6.0], 12),
        np.r_[[np.nan] * 2, rng.normal(50, 3, 20), [np.nan] * 3, rng.normal(50, 3, 9), [np.nan]],
    ]


@pytest.fixture(scope="module")
def odd():
    return right_align(odd_rows())


@pytest.fixture(scope="module")
def market():
    """A panel large enough for the pooled members: 60 series, seasonal and not, sparse and not."""
    rng = np.random.default_rng(12)
    time = np.arange(72)
    rows = []
    for k in range(60):
        level = 100 * (1 + 0.01 * rng.normal() * time).clip(0.2)
        season = 1 + (0.3 if k % 2 else 0.0) * np.sin(2 * np.pi * time / 12 + k)
        y = level * season * rng.normal(1, 0.1, 72).clip(0.3)
        rows.append(y[rng.integers(0, 40) :] if k % 3 else y * (rng.random(72) < 0.3))
    return right_align(rows)


@pytest.mark.parametrize("season", [1, 4, 12])
def test_odd_series_are_forecast_like_any_other(odd, season):
    check(odd, forecast_panel(odd, HORIZON, season=season))


def test_a_large_panel_keeps_the_rules(market):
    check(market, forecast_panel(market, 18), 18)


def test_a_constant_is_forecast_as_itself(odd):
    result = forecast_panel(odd, HORIZON)
    assert result.mean[0] == pytest.approx([5.0] * HORIZON)
    assert result.mean[1].tolist() == [0.0] * HORIZON
    assert result.mean[2] == pytest.approx([7.0] * HORIZON)


def test_the_same_input_gives_the_same_bits(market):
    one, two = forecast_panel(market, HORIZON), forecast_panel(market.copy(), HORIZON)
    assert one.mean.tobytes() == two.mean.tobytes()
    assert one.bounds[95][1].tobytes() == two.bounds[95][1].tobytes()


@pytest.mark.parametrize("factor", [1000.0, 1e-6])
def test_forecasts_scale_with_their_input(market, odd, factor):
    for panel in (market, odd):
        plain, scaled = forecast_panel(panel, HORIZON), forecast_panel(panel * factor, HORIZON)
        np.testing.assert_allclose(scaled.mean, factor * plain.mean, rtol=1e-7, atol=0)
        for level in (80, 95):
            for side in (0, 1):
                np.testing.assert_allclose(
                    scaled.bounds[level][side], factor * plain.bounds[level][side], rtol=1e-6, atol=0
                )


def test_a_row_does_not_depend_on_the_size_of_others(market):
    larger = market.copy()
    larger[::2] *= 1e9
    np.testing.assert_allclose(
        forecast_panel(larger, HORIZON).mean[1::2], forecast_panel(market, HORIZON).mean[1::2], rtol=1e-7
    )


def test_backtests_know_nothing_of_what_came_after(market):
    # The forecast of three months ago is what a run on the history up to then gives.
    backtest = next(b for b in forecast_panel(market, HORIZON, report_cuts=[3]).backtests if b.cut == 3)
    future_changed = market.copy()
    future_changed[:, -3:] *= 7
    again = next(b for b in forecast_panel(future_changed, HORIZON, report_cuts=[3]).backtests if b.cut == 3)
    np.testing.assert_allclose(again.forecast, backtest.forecast, rtol=1e-6)


def test_further_backtests_change_no_forecast(market):
    plain, reported = forecast_panel(market, HORIZON), forecast_panel(market, HORIZON, report_cuts=[1, 2, 9, 13])
    assert reported.mean.tobytes() == plain.mean.tobytes()
    assert reported.bounds[80][0].tobytes() == plain.bounds[80][0].tobytes()
    assert [b.cut for b in reported.backtests] == [48, 36, 24, 18, 13, 12, 9, 6, 2, 1]


def test_short_series_learn_their_intervals_from_short_histories():
    rng = np.random.default_rng(15)
    y = 100 + rng.normal(0, 10, (200, 16))
    result = forecast_panel(y[:, :10], 6)
    low, high = result.bounds[80]
    assert 0.72 < ((y[:, 10:] >= low) & (y[:, 10:] <= high)).mean() < 0.92


def test_it_beats_seasonal_naive_on_trend_and_season():
    history, actual = AIR_PASSENGERS[None, :-12], AIR_PASSENGERS[-12:]
    error = np.abs(forecast_panel(history, 12).mean[0] - actual).mean()
    naive = np.abs(seasonal_naive(history, 12, 12)[0] - actual).mean()
    assert 100 * np.mean(np.abs(seasonal_naive(history, 12, 12)[0] - actual) / actual) == pytest.approx(
        9.988, abs=0.001
    )
    assert error < 0.5 * naive


def test_intervals_cover_what_they_promise():
    rng = np.random.default_rng(13)
    y = 100 + rng.normal(0, 10, (300, 66))
    result = forecast_panel(y[:, :-6], 6)
    for level, least, most in ((80, 0.75, 0.87), (95, 0.92, 0.98)):
        low, high = result.bounds[level]
        covered = ((y[:, -6:] >= low) & (y[:, -6:] <= high)).mean()
        assert least < covered < most


def test_a_single_series_has_intervals_too():
    y = 100 + np.random.default_rng(14).normal(0, 10, 80)
    low, high = forecast_panel(y[None], 3).bounds[80]
    # Normal noise with deviation 10: 80 % lie within 12.8 of the mean; one series alone is given more room.
    assert ((high - low > 20) & (high - low < 60)).all()


def test_methods_are_named_by_length_and_pattern(odd):
    methods = forecast_panel(odd, 2).methods
    assert methods[0] == "Theta + Holt-Winters + Autoregression"
    assert methods[2] == "Smoothed level"
    assert methods[4] == "Theta + Holt-Winters + smoothing"
    assert methods[14] == "Rate of sale"


def test_no_series_no_forecast():
    result = forecast_panel(np.empty((0, 0)), 4)
    assert result.mean.shape == (0, 4)
    assert result.bounds[80][0].shape == (0, 4)


series = st.lists(st.one_of(st.just(0.0), st.floats(1e-3, 1e6), st.just(np.nan)), min_size=1, max_size=40).filter(
    lambda row: not np.isnan(row).all()
)


@settings(max_examples=25, deadline=None)
@given(rows=st.lists(series, min_size=1, max_size=4), season=st.sampled_from([1, 3, 12]))
def test_any_non_negative_history_is_forecast_in_order(rows, season):
    panel = right_align([np.array(row) for row in rows])
    check(panel, forecast_panel(panel, HORIZON, season=season))


def test_a_short_history_that_fits_too_well_still_gets_the_panels_usual_range():
    # Five months of 100 series that vary by 20 %, and one that varied by 0.1 %. Of its range, 3 months are its own
    # and 8 x (1 - 5 / 60) the panel's: the root of 7.33 / 10.33 is 0.84 of what is usual.
    rng = np.random.default_rng(5)
    panel = 100 * np.exp(0.2 * rng.standard_normal((101, 5)))
    panel[-1] = 100 * np.exp(0.001 * rng.standard_normal(5))
    result = forecast_panel(panel, 6)
    width = (result.bounds[80][1] - result.bounds[80][0])[:, 0]
    assert width[-1] == pytest.approx(0.84 * np.median(width[:-1]), rel=0.15)
