"""The engine in a cell: the same numbers as the engine gives, and what stands behind them."""

import numpy as np
import pytest

from sop_xl.demand.engine import forecast_panel
from sop_xl.functions.arguments import ArgumentError
from tests.demand.air_passengers import AIR_PASSENGERS
from tests.functions.asking import ask, column, figures, named, row

AIR = np.array(AIR_PASSENGERS, dtype=float)
PAST = row(*AIR[:-12])


def test_the_forecast_is_the_engines():
    mean, low, high = ask("FORECAST", PAST, 12, None, 12, 0.95)
    made = forecast_panel(AIR[None, :-12], 12, season=12, levels=(95,))
    assert mean == list(made.mean[0])
    assert low == list(made.bounds[95][0][0])
    assert high == list(made.bounds[95][1][0])
    # Published: the seasonal naive forecast misses these 12 months by 9.988 %.
    assert ask("MAPE", row(*AIR[-12:]), row(*mean)) < 9.988
    assert ask("MAPE", row(*AIR[-12:]), ask("NAIVE", PAST, 12)) == pytest.approx(9.988, abs=0.001)


def test_a_column_gives_a_column():
    down = ask("FORECAST", column(*AIR[:-12]), 2)
    assert len(down) == 2
    assert [list(side) for side in zip(*down, strict=True)] == ask("FORECAST", PAST, 2)


def test_other_methods_have_no_interval():
    rate, low, high = ask("FORECAST", row(0, 0, 3, 0, 2, 0, 0, 4, 0, 0, 0, 1), 2, "SBA")
    assert rate == [pytest.approx(0.88392, abs=1e-5)] * 2
    assert low == high == [None, None]
    assert ask("FORECAST", PAST, 1, "naive")[0] == [AIR[-24]]
    with pytest.raises(ArgumentError, match="no method 'arima'; take one of auto, naive, croston"):
        ask("FORECAST", PAST, 1, "arima")


@pytest.mark.parametrize("history", [row(None, 5), row(None, 5, None), row(0, 0, 0), row(3, None, 4)])
def test_the_shortest_histories_have_a_forecast(history):
    mean, low, high = ask("FORECAST", history, 3)
    for month in range(3):
        assert low[month] <= mean[month] <= high[month]


def test_levels_widen_the_interval():
    narrow, wide = (ask("FORECAST", PAST, 6, None, 12, level) for level in (0.8, 0.95))
    assert narrow[0] == wide[0]
    assert all(w < n for w, n in zip(wide[1], narrow[1], strict=True))
    with pytest.raises(ArgumentError, match=r"level is 80; give a number from 0\.01 to 0\.99"):
        ask("FORECAST", PAST, 6, None, 12, 80)


def test_fit_tells_what_stands_behind_the_forecast():
    facts = named("FIT", row(*AIR))
    assert facts["Method"] == "Theta + Holt-Winters + Autoregression"
    assert (facts["Months"], facts["Season"], facts["Kind of demand"]) == (144, "yes", "smooth")
    # Held out: the last 6 months, forecast from what was known before them.
    ours = ask("FORECAST", row(*AIR[:-6]), 6)[0]
    naive = figures("NAIVE", row(*AIR[:-6]), 6)
    assert facts["WMAPE"] == pytest.approx(ask("WMAPE", row(*AIR[-6:]), row(*ours)), rel=0.05)
    assert facts["Naive WMAPE"] == pytest.approx(ask("WMAPE", row(*AIR[-6:]), row(*naive)))
    assert facts["FVA"] == pytest.approx(facts["Naive WMAPE"] - facts["WMAPE"])
    assert facts["FVA"] > 0


def test_fit_of_a_short_history_leaves_its_error_blank():
    facts = named("FIT", row(3, 0, 4, None))
    assert facts["WMAPE"] is facts["FVA"] is None
    assert facts["Months"] == 4


def test_outliers_are_replaced_and_marked():
    history = row(50, 52, 49, 51, 140, 50, None, 48, 51, 52, 50, 49)
    cleaned, flag = ask("OUTLIERS", history, 3, 1)
    assert flag == [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
    # Median of the twelve known months and the filled gap (49): 48 49 49 49 50 50 50 51 51 51 52 52 140.
    assert cleaned == [50, 52, 49, 51, 50, 50, None, 48, 51, 52, 50, 49]


def test_months_before_the_start_stay_blank():
    cleaned, flag = ask("OUTLIERS", row(None, None, 5, 5, 5), 3, 1)
    assert cleaned == [None, None, 5, 5, 5]
    assert flag == [0] * 5
