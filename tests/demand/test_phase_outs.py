"""Ends of life by hand: stock that runs down, the successor, the company's plan as a whole."""

import numpy as np
import pandas as pd
import pytest

from sop_xl.demand.grid import PlanningGrid
from sop_xl.demand.phase_outs import phase_out_quantities
from sop_xl.demand.plan import plan_demand
from tests.demand.companies import company, shipments

MONTHS = pd.period_range("2026-01", periods=4, freq="M")
PAIRS = [("OLD", "EU"), ("OLD", "US"), ("NEXT", "EU"), ("NEXT", "US")]


def ended(end=None, pairs=PAIRS, stock=(), orders=(), days=0, **row):
    """Return what a phase-out of OLD (30 units in EU, 10 in US) changes, by item and market, and its effect."""
    items = [{"item": "OLD", "end_period": end, "lead_time_days": days}, {"item": "NEXT"}]
    data = company(
        {"horizon_months": 4},
        items=items,
        phase_outs=[{"item": "OLD", "successor": "NEXT", **row}],
        stock=[{"item": "OLD", "quantity": units} for units in stock],
        open_orders=list(orders),
    )
    grid = PlanningGrid.of(pairs, MONTHS, data["items"])
    ongoing = grid.blanks()
    for pair, level in {("OLD", "EU"): 30.0, ("OLD", "US"): 10.0}.items():
        ongoing[grid.row_at[pair]] = level
    baseline = np.where(grid.open, ongoing, np.nan)
    total, effects = phase_out_quantities(grid, baseline, ongoing, data)
    return {pair: total[row] for pair, row in grid.row_at.items()}, effects[0]


def test_the_successor_takes_over_its_share_after_the_end():
    out, effect = ended(end="2026-02", takeover_pct=50)
    assert out["OLD", "EU"] == pytest.approx([0, 0, 0, 0])
    assert out["NEXT", "EU"] == pytest.approx([0, 0, 15, 15])
    assert out["NEXT", "US"] == pytest.approx([0, 0, 5, 5])
    assert effect.taken_over == pytest.approx([0, 0, 20, 20])


def test_while_stock_lasts_it_sells_what_is_there_and_on_order():
    # 70 in stock, 20 arrive in the second month: 40, 40, then 10 of 40 are left.
    orders = [{"order": "1", "type": "purchase", "item": "OLD", "period": "2026-02", "quantity": 20}]
    out, effect = ended(stock=[70], orders=orders, while_stock_lasts="yes")
    assert out["OLD", "EU"] == pytest.approx([0, 0, -22.5, -30])
    assert out["OLD", "US"] == pytest.approx([0, 0, -7.5, -10])
    assert out["NEXT", "EU"] == pytest.approx([0, 0, 22.5, 30])
    assert effect.unserved == pytest.approx([0, 0, 30, 40])


def test_supply_follows_demand_until_the_last_order_has_arrived():
    # The last order of January arrives in February (30 days): nothing is short before March.
    out, _ = ended(stock=[90], days=30, last_order="2026-01", while_stock_lasts="yes")
    assert out["OLD", "EU"] + out["OLD", "US"] == pytest.approx([0, 0, -30, -40])


def test_a_market_the_successor_is_not_sold_in_goes_to_the_others():
    out, effect = ended(end="2026-02", pairs=PAIRS[:3])
    assert out["NEXT", "EU"] == pytest.approx([0, 0, 40, 40])
    assert effect.taken_over == pytest.approx([0, 0, 40, 40])


def test_without_a_successor_demand_is_gone():
    out, effect = ended(end="2026-02", successor="")
    assert sum(units.sum() for units in out.values()) == 0
    assert effect.taken_over.sum() == 0


def test_in_the_plan_as_a_whole_nothing_is_lost_on_the_way():
    plan = plan_demand(
        company(
            {"horizon_months": 6},
            items=[{"item": "OLD", "end_period": "2026-03"}, {"item": "NEXT"}],
            actuals=[*shipments("OLD", [40.0] * 24), *shipments("NEXT", [10.0] * 24)],
            phase_outs=[{"item": "OLD", "successor": "NEXT", "takeover_pct": 100}],
        )
    )
    wide = plan.forecast.pivot_table(index="item", columns="period", values="consensus", aggfunc="sum")
    assert wide.loc["OLD"].dropna().tolist() == pytest.approx([40] * 3, rel=0.01)
    assert wide.sum().tolist() == pytest.approx([50] * 6, rel=0.01)
    changes = plan.details["demand_changes"]
    launched = changes[changes["kind"].isin(("launch", "taken"))]["quantity"].sum()
    assert launched == pytest.approx(plan.forecast["launch_qty"].sum(), abs=1e-3)
