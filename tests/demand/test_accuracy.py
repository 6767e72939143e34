import numpy as np
import pytest

from sop_xl.demand.accuracy import (
    bias,
    forecast_value_added,
    mape,
    mase,
    mean_absolute_deviation,
    smape,
    tracking_signal,
    wmape,
)

# Case made for the field report: four months, naive, statistical and final forecast.
ACTUAL = np.array([100.0, 120, 80, 110])
NAIVE = np.array([90.0, 100, 120, 80])
STATISTICAL = np.array([98.0, 112, 90, 104])
FINAL = np.array([110.0, 125, 95, 115])


def test_wmape_and_value_added_of_each_step():
    # Sum of demand 410; absolute errors 100, 26, 35.
    assert wmape(ACTUAL, NAIVE) == pytest.approx(24.39, abs=0.005)
    assert wmape(ACTUAL, STATISTICAL) == pytest.approx(6.34, abs=0.005)
    assert wmape(ACTUAL, FINAL) == pytest.approx(8.54, abs=0.005)
    assert forecast_value_added(ACTUAL, NAIVE, STATISTICAL) == pytest.approx(18.05, abs=0.005)
    assert forecast_value_added(ACTUAL, STATISTICAL, FINAL) == pytest.approx(-2.20, abs=0.005)


def test_over_forecast_is_negative():
    assert bias(ACTUAL, FINAL) == pytest.approx(-8.54, abs=0.005)
    assert tracking_signal(ACTUAL, FINAL)[-1] == pytest.approx(-4)


def test_published_value_added_adds_up():
    # SAS: naive 14.6, statistical 12.3, analyst 13.6, executive 15.3 % on demand of 1000.
    actual = np.array([1000.0])
    naive, statistical, analyst, executive = (np.array([1000 - 10 * e]) for e in (14.6, 12.3, 13.6, 15.3))
    steps = [
        forecast_value_added(actual, a, b)
        for a, b in ((naive, statistical), (statistical, analyst), (analyst, executive), (naive, executive))
    ]
    assert steps == pytest.approx([2.3, -1.3, -1.7, -0.7])


def test_tracking_signal_of_the_textbook():
    actual = np.array([90.0, 95, 115, 100, 125, 140])
    forecast = np.array([100.0, 100, 100, 110, 110, 110])
    assert tracking_signal(actual, forecast) == pytest.approx([-1, -2, 0, -1, 0.45, 2.47], abs=0.005)
    mads = [mean_absolute_deviation(actual[:n], forecast[:n]) for n in range(1, 7)]
    assert mads == pytest.approx([10, 7.5, 10, 10, 11, 14.17], abs=0.005)


@pytest.mark.parametrize(("errors", "signal"), [([1] * 6, 6), ([2, -2, 2, -2], 0), ([0, 0, 0], 0)])
def test_tracking_signal_extremes(errors, signal):
    error = np.array(errors, dtype=float)
    assert tracking_signal(10 + error, np.full(len(error), 10.0))[-1] == signal


def test_mape_says_what_it_skips():
    # 10/100 and 5/50; the month without demand is skipped.
    assert mape(np.array([100.0, 0, 50]), np.array([90.0, 8, 55])) == (pytest.approx(10.0), 1)


def test_without_demand_there_is_no_percentage():
    nothing = np.zeros(2)
    assert np.isnan([wmape(nothing, nothing), bias(nothing, nothing), mape(nothing, nothing)[0]]).all()


def test_mase_by_hand():
    # Steps inside the history: 10, 20, 10 -> scale 40/3. Misses: 5 and 15 -> 10.
    history = np.array([100.0, 110.0, 90.0, 100.0])
    assert mase(np.array([105.0, 115.0]), np.array([100.0, 100.0]), history, season=1) == pytest.approx(0.75)
    assert np.isnan(mase(np.ones(1), np.ones(1), np.ones(4), season=1))


def test_smape_by_hand():
    # 200 x 10 / 190 and nothing for 0 against 0: mean 5.263.
    assert smape(np.array([100.0, 0]), np.array([90.0, 0])) == pytest.approx(1000 / 190)
