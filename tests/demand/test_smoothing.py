"""Textbook cases: Tahoe Salt (Chopra and Meindl, chapter 7), Port of Baltimore (Heizer and Render)."""

import numpy as np
import pytest

from sop_xl.demand.accuracy import bias, mape, mean_absolute_deviation, tracking_signal, wmape
from sop_xl.demand.smoothing import holt, simple_smoothing, smoothed_level, winters

TAHOE = np.array([8000.0, 13000, 23000, 34000, 10000, 18000, 23000, 38000, 12000, 13000, 32000, 41000])
BALTIMORE = np.array([180.0, 168, 159, 175, 190, 205, 180, 182])


def test_tahoe_simple_smoothing():
    result = simple_smoothing(TAHOE, 2, alpha=0.1, level=TAHOE.mean())
    assert TAHOE.mean() == pytest.approx(22083, abs=0.5)
    assert result.forecast == pytest.approx([23490, 23490], abs=0.5)
    assert mean_absolute_deviation(TAHOE, result.fitted) == pytest.approx(10208, abs=0.5)
    assert mape(TAHOE, result.fitted)[0] == pytest.approx(59.1, abs=0.05)


def test_tahoe_holt():
    result = holt(TAHOE, 2, alpha=0.1, beta=0.2, level=12015, trend=1549)
    assert result.level == pytest.approx(30443, abs=0.5)
    assert result.trend == pytest.approx(1541, abs=0.5)
    assert result.forecast == pytest.approx([31984, 33525], abs=2)
    assert mean_absolute_deviation(TAHOE, result.fitted) == pytest.approx(8836, abs=0.5)
    assert mape(TAHOE, result.fitted)[0] == pytest.approx(51.7, abs=0.05)


def test_tahoe_winters():
    result = winters(
        TAHOE, 1, alpha=0.05, beta=0.1, gamma=0.1, level=18439, trend=524, indices=np.array([0.47, 0.68, 1.17, 1.67])
    )
    assert result.level == pytest.approx(24791, abs=0.5)
    assert result.trend == pytest.approx(532, abs=0.5)
    assert result.forecast == pytest.approx([11940], abs=0.5)
    assert mean_absolute_deviation(TAHOE, result.fitted) == pytest.approx(1469, abs=0.5)
    assert mape(TAHOE, result.fitted)[0] == pytest.approx(8.4, abs=0.05)
    # The book takes forecast less actual: -2.74 to 4.00.
    signal = -tracking_signal(TAHOE, result.fitted)
    assert (signal.min(), signal.max()) == pytest.approx((-2.74, 4.00), abs=0.005)


def test_tahoe_static_indices_forecast():
    # 18,439 + 524 t, times the book's factors, for the four quarters after the twelfth.
    result = winters(
        TAHOE, 4, alpha=0.0, beta=0.0, gamma=0.0, level=18439, trend=524, indices=np.array([0.47, 0.68, 1.17, 1.67])
    )
    assert result.forecast == pytest.approx([11868, 17527, 30770, 44794], abs=0.5)


@pytest.mark.parametrize(("alpha", "mad", "percent"), [(0.1, 10.31, 5.59), (0.5, 12.33, 6.76)])
def test_port_of_baltimore(alpha, mad, percent):
    result = simple_smoothing(BALTIMORE, 1, alpha=alpha, level=175)
    assert mean_absolute_deviation(BALTIMORE, result.fitted) == pytest.approx(mad, abs=0.01)
    assert mape(BALTIMORE, result.fitted)[0] == pytest.approx(percent, abs=0.01)


def test_port_of_baltimore_month_by_month():
    result = simple_smoothing(BALTIMORE, 1, alpha=0.1, level=175)
    months = [175, 175.5, 174.75, 173.175, 173.358, 175.022, 178.02, 178.218]
    assert result.fitted == pytest.approx(months, abs=0.001)
    assert result.forecast == pytest.approx([178.596], abs=0.001)
    assert ((BALTIMORE - result.fitted) ** 2).mean() == pytest.approx(190.82, abs=0.01)
    assert wmape(BALTIMORE, result.fitted) == pytest.approx(5.73, abs=0.01)
    assert bias(BALTIMORE, result.fitted) == pytest.approx(100 * (1439 - 1403.043) / 1439, abs=0.01)


def test_smoothing_does_not_feed_on_itself():
    # ERPNext issue 31640: alpha 0.3 from the first value must give 94764, 97505, 118586, 170390, 214843.
    y = np.array([94764.0, 103900, 167777, 291264, 318568])
    result = simple_smoothing(y, 1, alpha=0.3, level=94764)
    assert [*result.fitted[2:], *result.forecast] == pytest.approx([97504.8, 118586.5, 170389.7, 214843.2], abs=0.1)


def test_damping_by_hand():
    # Level 10, trend 4, damping 0.5, no error: 10 + 2 = 12, then trend 2: 12 + 1 = 13; ahead 13.5, 13.75.
    result = holt(np.array([12.0, 13.0]), 2, alpha=0.3, beta=0.2, level=10, trend=4, damping=0.5)
    assert result.fitted == pytest.approx([12, 13])
    assert result.forecast == pytest.approx([13.5, 13.75])


def test_smoothed_level_of_a_panel():
    # Starts at the mean of the first three, 20; then 20 -> 15 -> 17.5 -> 23.75 with alpha 0.5.
    panel = np.array([[np.nan, 10.0, 20.0, 30.0]])
    assert smoothed_level(panel, 0.5) == pytest.approx([23.75])
