import numpy as np
import pandas as pd
import pytest

from sop_xl.demand.grid import PlanningGrid
from sop_xl.demand.history import read_history
from sop_xl.demand.launches import launch_pairs, launch_quantities
from tests.demand.companies import company, shipments

MONTHS = pd.period_range("2026-01", periods=4, freq="M")
MARKETS = [{"market": "EU"}, {"market": "US"}]
OLD = [*shipments("OLD", [30.0] * 6, market="EU"), *shipments("OLD", [10.0] * 6, market="US")]


def launch(items=None, actuals=None, old=(30.0, 10.0), own=None, **row):
    items = items or [{"item": "NEW"}, {"item": "OLD"}]
    table = [{"launch": "L", "item": "NEW", "like_item": "OLD", "launch_period": "2026-02", **row}]
    data = company({"horizon_months": 4}, items=items, markets=MARKETS, actuals=actuals or OLD, launches=table)
    history = read_history(data)
    pairs = [pair for pair in launch_pairs(data, history) if pair[1]]
    grid = PlanningGrid.of(
        [*pairs, *zip(history.keys["item"], history.keys["market"], strict=True)], MONTHS, data["items"]
    )
    statistical = grid.blanks()
    for market, level in zip(("EU", "US"), old, strict=True):
        statistical[grid.row_at["OLD", market]] = level
    if own is not None:
        statistical[grid.row_at["NEW", "EU"]] = own
    out = launch_quantities(grid, statistical, history, data)
    return {pair: out[row].tolist() for pair, row in grid.row_at.items()}


def test_a_scaled_profile_with_ramp_and_gate():
    # Half of 30, at 80 %: 12 mature; two months' ramp: 6, then 12. Of 10: 2, 4.
    out = launch(scale=0.5, probability_pct=80, ramp_months=2)
    assert out["NEW", "EU"] == pytest.approx([0, 6, 12, 12])
    assert out["NEW", "US"] == pytest.approx([0, 2, 4, 4])


def test_the_pipeline_fill_comes_once_by_share():
    # 100 units by 30 to 10 on top of the first month.
    out = launch(pipeline_fill=100)
    assert out["NEW", "EU"] == pytest.approx([0, 30 + 75, 30, 30])
    assert out["NEW", "US"] == pytest.approx([0, 10 + 25, 10, 10])


def test_cannibalised_is_a_share_of_the_sell_through_without_the_fill():
    out = launch(pipeline_fill=100, cannibalises="OLD", cannibal_pct=50)
    assert out["OLD", "EU"] == pytest.approx([0, -15, -15, -15])
    assert out["OLD", "US"] == pytest.approx([0, -5, -5, -5])


def test_the_parent_never_falls_below_zero():
    out = launch(scale=4, cannibalises="OLD", cannibal_pct=100)
    assert out["OLD", "EU"] == pytest.approx([0, -30, -30, -30])
    assert out["OLD", "US"] == pytest.approx([0, -10, -10, -10])


def test_two_launches_on_one_parent_do_not_take_more_than_it_has():
    items = [{"item": "NEW"}, {"item": "NEWER"}, {"item": "OLD"}]
    common = {"like_item": "OLD", "launch_period": "2026-01", "cannibalises": "OLD", "cannibal_pct": 70}
    table = [{"launch": "1", "item": "NEW", **common}, {"launch": "2", "item": "NEWER", **common}]
    data = company({"horizon_months": 4}, items=items, markets=MARKETS, actuals=OLD, launches=table)
    history = read_history(data)
    grid = PlanningGrid.of([(i["item"], m) for i in items for m in ("EU", "US")], MONTHS, data["items"])
    statistical = grid.blanks()
    statistical[grid.rows_of["OLD"]] = [[30.0] * 4, [10.0] * 4]
    out = launch_quantities(grid, statistical, history, data)
    assert out[grid.rows_of["OLD"]].sum(axis=0) == pytest.approx(np.full(4, -40.0))
    assert (statistical[grid.rows_of["OLD"]] + out[grid.rows_of["OLD"]] >= 0).all()


def test_only_what_exceeds_its_own_forecast_is_added():
    assert launch(own=[0.0, 5, 40, np.nan])["NEW", "EU"] == pytest.approx([0, 25, 0, 30])


def test_the_last_year_of_a_like_item_that_is_no_longer_forecast():
    actuals = shipments("OLD", [*range(1, 13), 0, 0], market="EU")  # 11 in 2025-09, 12 in 2025-10
    data = company(
        {"horizon_months": 4},
        items=[{"item": "NEW"}, {"item": "OLD", "status": "dead"}],
        markets=MARKETS,
        actuals=actuals,
        launches=[{"launch": "L", "item": "NEW", "like_item": "OLD", "launch_period": "2026-01"}],
    )
    history = read_history(data)
    grid = PlanningGrid.of(launch_pairs(data, history), MONTHS, data["items"])
    # Sales of January to April 2025: the third to the sixth month of the history from 2024-11.
    assert launch_quantities(grid, grid.blanks(), history, data).tolist() == [[3, 4, 5, 6]]


def test_month_and_like_item_come_from_the_item_where_the_launch_has_none():
    items = [{"item": "NEW", "launch_period": "2026-03", "like_item": "OLD"}, {"item": "OLD"}]
    out = launch(items=items, like_item="", launch_period=None)
    assert out["NEW", "EU"] == pytest.approx([0, 0, 30, 30])


def test_a_launch_without_a_like_item_is_for_all_markets():
    data = company(items=[{"item": "NEW"}], launches=[{"launch": "L", "item": "NEW", "launch_period": "2026-01"}])
    assert launch_pairs(data, read_history(data)) == [("NEW", "")]
