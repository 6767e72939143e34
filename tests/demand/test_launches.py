import numpy as np
import pandas as pd
import pytest

from sop_xl.demand.analogues import find_analogues
from sop_xl.demand.grid import PlanningGrid
from sop_xl.demand.history import read_history
from sop_xl.demand.launch_list import launch_pairs, read_launches
from sop_xl.demand.launches import launch_quantities
from tests.demand.companies import company, shipments

MONTHS = pd.period_range("2026-01", periods=4, freq="M")
MARKETS = [{"market": "EU"}, {"market": "US"}]
OLD = [*shipments("OLD", [30.0] * 6, market="EU"), *shipments("OLD", [10.0] * 6, market="US")]


def launch(items=None, actuals=None, old=(30.0, 10.0), own=None, **row):
    items = items or [{"item": "NEW"}, {"item": "OLD"}]
    table = [{"launch": "L", "item": "NEW", "like_item": "OLD", "launch_period": "2026-02", **row}]
    data = company({"horizon_months": 4}, items=items, markets=MARKETS, actuals=actuals or OLD, launches=table)
    history = read_history(data)
    launches = read_launches(data, find_analogues(data, history))
    pairs = [pair for pair in launch_pairs(launches, history) if pair[1]]
    grid = PlanningGrid.of(
        [*pairs, *zip(history.keys["item"], history.keys["market"], strict=True)], MONTHS, data["items"]
    )
    statistical = grid.blanks()
    for market, level in zip(("EU", "US"), old, strict=True):
        statistical[grid.row_at["OLD", market]] = level
    if own is not None:
        statistical[grid.row_at["NEW", "EU"]] = own
    out, effects = launch_quantities(grid, statistical, history, launches)
    assert out.sum() == pytest.approx(sum(e.gain.sum() - e.taken.sum() for e in effects))
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
    out, _ = launch_quantities(grid, statistical, history, read_launches(data, {}))
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
    launches = read_launches(data, {})
    grid = PlanningGrid.of(launch_pairs(launches, history), MONTHS, data["items"])
    # Sales of January to April 2025: the third to the sixth month of the history from 2024-11.
    assert launch_quantities(grid, grid.blanks(), history, launches)[0].tolist() == [[3, 4, 5, 6]]


def test_month_and_like_item_come_from_the_item_where_the_launch_has_none():
    items = [{"item": "NEW", "launch_period": "2026-03", "like_item": "OLD"}, {"item": "OLD"}]
    out = launch(items=items, like_item="", launch_period=None)
    assert out["NEW", "EU"] == pytest.approx([0, 0, 30, 30])


def test_a_launch_without_a_like_item_is_for_all_markets():
    data = company(items=[{"item": "NEW"}], launches=[{"launch": "L", "item": "NEW", "launch_period": "2026-01"}])
    history = read_history(data)
    assert launch_pairs(read_launches(data, find_analogues(data, history)), history) == [("NEW", "")]


def effect_of(items=None, actuals=OLD, own=None, gates=(), likes=(), **row):
    """Return the effect of one launch of NEW beside OLD, 40 units a month, and the launch."""
    items = items or [{"item": "NEW"}, {"item": "OLD"}]
    table = [{"launch": "L", "item": "NEW", "launch_period": "2026-02", **row}]
    settings = {"horizon_months": 4}
    more = {"launch_gates": list(gates), "launch_likes": [{"launch": "L", **like} for like in likes]}
    data = company(settings, items=items, markets=MARKETS, actuals=actuals, launches=table, **more)
    history = read_history(data)
    launches = read_launches(data, find_analogues(data, history))
    pairs = [*launch_pairs(launches, history), *zip(history.keys["item"], history.keys["market"], strict=True)]
    grid = PlanningGrid.of([p for p in pairs if p[1]] or [("NEW", "EU")], MONTHS, data["items"])
    statistical = grid.blanks()
    statistical[grid.rows_of["OLD"]] = np.array([[30.0], [10.0]])[: len(grid.rows_of["OLD"])]
    if own is not None:
        statistical[grid.row_at["NEW", "EU"]] = own
    return launch_quantities(grid, statistical, history, launches)[1][0]


def test_own_sales_scale_the_curve_as_far_as_they_are_credible():
    # Expected of 40 a month in 4 steps: 10 + 20; sold 60, twice that. Two months weigh 2 / (2 + 3) = 0.4: the curve
    # is lifted by 1 + 0.4 x (2 - 1) = 1.4. Its own forecast has (2 / 12)^2 = 1 / 36.
    sold = [*OLD, *shipments("NEW", [20.0, 40.0], market="EU")]
    effect = effect_of(
        actuals=sold, own=36, like_item="OLD", launch_period="2025-11", ramp_months=4, probability_pct=50
    )
    assert (effect.months, effect.units, effect.of_plan) == (2, 60, pytest.approx(200))
    assert (effect.weight, effect.probability) == (pytest.approx(0.4), 1)
    europe, states = effect.sold
    assert europe[:2] == pytest.approx([35 / 36 * 0.75 * 30 * 1.4 + 1, 35 / 36 * 30 * 1.4 + 1])
    assert states[:2] == pytest.approx([35 / 36 * 0.75 * 10 * 1.4, 35 / 36 * 10 * 1.4])


def test_after_a_year_its_own_forecast_stands_alone():
    sold = [*OLD, *shipments("NEW", [50.0] * 12, market="EU")]
    effect = effect_of(actuals=sold, own=50, like_item="OLD", launch_period="2025-01")
    assert effect.sold == pytest.approx(effect.own)
    assert effect.gain.sum() == pytest.approx(0)


def test_the_probability_is_the_chance_of_all_gates_ahead():
    gates = [
        {"launch": "L", "gate": "idea", "planned": "2025-06", "passed": "2025-07", "chance_pct": 10},
        {"launch": "L", "gate": "launch", "planned": "2026-02", "chance_pct": 90},
        {"launch": "L", "gate": "validate", "planned": "2026-01", "chance_pct": 80},
    ]
    effect = effect_of(like_item="OLD", gates=gates)
    assert (effect.launch.gate, effect.launch.gate_month) == ("validate", pd.Period("2026-01", "M"))
    assert effect.probability == pytest.approx(0.72)
    assert effect.sold.sum(axis=0) == pytest.approx([0, 28.8, 28.8, 28.8])
    assert effect.success == pytest.approx([0, 40, 40, 40])
    assert effect_of(like_item="OLD", gates=gates, probability_pct=50).probability == 0.5


def test_the_fill_may_take_several_months_and_is_kept_apart():
    effect = effect_of(like_item="OLD", pipeline_fill=100, fill_months=2, probability_pct=50)
    assert effect.fill.sum(axis=0) == pytest.approx([0, 25, 25, 0])
    assert effect.sold.sum(axis=0) == pytest.approx([0, 20, 20, 20])
    assert effect.success == pytest.approx([0, 90, 90, 40])


def test_it_rises_as_its_like_item_rose():
    # OLD started in the fourth month of its family: 10, 20, then 30 of a market of 100 and more: no season in it.
    season = np.array([1.0, 1.5, 0.8] * 10)
    sister = shipments("BIG", list(70 * season), market="EU")
    life = np.concatenate([[10, 20], np.full(25, 30.0)])
    old = shipments("OLD", [None] * 3 + list(life * season[3:] * 70 / (100 - life)), market="EU")
    items = [{"item": item, "family": "F"} for item in ("NEW", "OLD", "BIG")]
    effect = effect_of(items=items, actuals=[*sister, *old], like_item="OLD", curve="like launch")
    assert effect.sold.sum(axis=0) == pytest.approx([0, 10, 20, 30])
    assert effect.basis == "like OLD, rising as OLD did"
    young = effect_of(like_item="OLD", curve="like launch", ramp_months=2)
    assert young.sold.sum(axis=0) == pytest.approx([0, 20, 40, 40])
    assert "not in the history" in young.basis


def test_a_bass_launch_goes_on_from_what_is_sold():
    # 0.1 x 100 = 10, then (0.1 + 0.5 x 0.1) x 90 = 13.5, spread 3 to 1 like OLD.
    given = {"curve": "bass", "bass_market": 100, "bass_p": 0.1, "bass_q": 0.5, "like_item": "OLD"}
    effect = effect_of(**given)
    assert effect.sold == pytest.approx(np.array([[0, 7.5, 10.125, 12.4790625], [0, 2.5, 3.375, 4.1596875]]), abs=1e-5)
    started = effect_of(**given, launch_period="2025-12", actuals=[*OLD, *shipments("NEW", [10.0], market="EU")])
    assert started.sold.sum(axis=0)[:2] == pytest.approx([13.5, 16.63875])


def test_a_bass_curve_that_no_history_tells_adds_nothing_and_says_why():
    effect = effect_of(curve="bass", like_item="OLD")
    assert effect.sold.sum() == 0
    assert "needs 4 months" in effect.fault


def test_a_launch_without_a_like_item_takes_the_suggested_one():
    items = [{"item": "NEW", "family": "F", "list_price": 10}, {"item": "OLD", "family": "F", "list_price": 10}]
    old = [*shipments("OLD", [30.0] * 12, market="EU"), *shipments("OLD", [10.0] * 12, market="US")]
    effect = effect_of(items=items, actuals=old, scale=0.5)
    assert effect.sold.sum(axis=0) == pytest.approx([0, 20, 20, 20])
    assert effect.basis == "suggested: like OLD x 0.5"


THREE = [{"item": "NEW"}, {"item": "OLD"}, {"item": "BIG"}]
BIG = [*OLD, *shipments("BIG", [100.0] * 12, market="EU")]


def volume(*likes, **row):
    effect = effect_of(items=THREE, actuals=BIG, likes=likes, **row)
    return effect.sold.sum(axis=0).tolist(), effect.basis


def test_several_like_items_count_equally_without_weights():
    # BIG is not forecast in the grid of this test: its last year, 100 a month. (40 + 100) / 2.
    got, basis = volume({"like_item": "OLD"}, {"like_item": "BIG"})
    assert got == pytest.approx([0, 70, 70, 70])
    assert basis == "like BIG and OLD"


def test_several_like_items_count_by_weight_and_before_the_one_of_the_launch():
    # (1 x 40 + 3 x 100) / 4 = 85, half of it by scale, whatever Launches names.
    weights = {"like_item": "OLD", "weight": 1}, {"like_item": "BIG", "weight": 3}
    got, basis = volume(*weights, like_item="OLD", scale=0.5)
    assert got == pytest.approx([0, 42.5, 42.5, 42.5])
    assert basis == "like BIG (75 %) and OLD (25 %) x 0.5"
    assert volume(*weights, {"like_item": "NEW", "weight": 0})[0] == pytest.approx([0, 85, 85, 85])
