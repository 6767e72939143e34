"""The monthly plan as lots: sizes, dates, what waits for what, and the stock they leave."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sop_xl.adapters.scheduler import DispatchScheduler
from sop_xl.adapters.solver import HighsSolver
from sop_xl.domain.errors import SopError
from sop_xl.services.schedule import make_schedule
from sop_xl.supply.plan import plan_supply
from tests.supply.cases import company, costs, forecast

# January 2027 has 21 Mondays to Fridays from the 1st on, a Friday; a line of 4 weeks has 168 h, so 8 h a day.
LINE = {"resource": "LINE", "location": "P1"}


def planned(demand, *, hours=168.0, items=(), routings=(), settings=None, **tables):
    """Return the data and the results of a company with one plant and one line, most hours given by month."""
    data = company(
        {"horizon_months": 3, **(settings or {})},
        items=[{"standard_cost": 10, "source": "make", **item} for item in items],
        locations=[{"location": "P1", "type": "plant"}],
        resources=[LINE, {**LINE, "resource": "PAINT"}],
        capacity=[
            {"resource": r, "period": f"2027-0{m}", "hours": hours} for m in (1, 2, 3) for r in ("LINE", "PAINT")
        ],
        routings=list(routings),
        **tables,
    )
    prices = {item["item"]: 10.0 for item in items}
    plan = plan_supply(data, forecast(demand), costs(prices, dict.fromkeys(prices, 100.0)), HighsSolver())
    return data, {name: getattr(plan, name) for name in ("production", "supply_plan", "load")}


def rows(schedule, item):
    return schedule[schedule["item"] == item].sort_values("lot").reset_index(drop=True)


def test_a_months_quantity_in_lots_of_the_items_size_each_needed_when_stock_runs_out():
    # 84 units in January, 4 a working day; 20 in stock last 5 days. Lots of 32 and 32 (64 to make).
    data, frames = planned(
        {"A": [84, 0, 0]},
        items=[{"item": "A", "lot_multiple": 32}],
        routings=[{"item": "A", "operation": "10", "resource": "LINE", "hours_per_unit": 0.5}],
        stock=[{"item": "A", "location": "P1", "quantity": 20}],
    )
    lots = rows(make_schedule(data, frames, DispatchScheduler(), weeks=4).schedule, "A")
    assert lots["quantity"].tolist() == [32, 32]
    assert lots["hours"].tolist() == [16, 16]
    assert lots["state"].tolist() == ["on time", "on time"]
    # Friday the 1st is day 1, so day 5 is Thursday the 7th; 52 units last 13 days, until Tuesday the 19th.
    assert lots["needed"].dt.day.tolist() == [7, 19]
    assert lots["due"].dt.day.tolist() == [31, 31]
    # 8 h a day and nothing else to do: the lots take days 1 and 2, then 3 and 4.
    assert lots["end_day"].tolist() == [2, 4]


def test_a_lot_waits_for_the_lot_of_its_component():
    data, frames = planned(
        {"A": [40, 0, 0]},
        items=[{"item": "A"}, {"item": "C"}],
        routings=[
            {"item": "A", "operation": "10", "resource": "LINE", "hours_per_unit": 0.2},
            {"item": "A", "operation": "20", "resource": "PAINT", "hours_per_unit": 0.1},
            {"item": "C", "operation": "10", "resource": "LINE", "hours_per_unit": 0.1},
        ],
        bom=[{"parent": "A", "component": "C", "qty_per": 2}],
    )
    made = make_schedule(data, frames, DispatchScheduler(), weeks=2)
    table = made.schedule.set_index(["item", "resource"])
    assert table["end_day"].to_dict() == {("A", "LINE"): 2, ("A", "PAINT"): 2.5, ("C", "LINE"): 1}
    track = made.tracking_stock.set_index(["item", "number"])
    # The component: 80 made on day 1, 80 taken on day 2, both in week 1.
    assert track.loc[("C", 1), ["made", "used", "closing"]].tolist() == [80, 80, 0]
    # The good: 40 made in week 1, of 40 sold over 21 days 5/21 leave in each of two weeks.
    assert track.loc[("A", 2), "closing"] == pytest.approx(40 - 40 * 10 / 21, abs=1e-5)


def test_a_lot_waits_for_what_is_bought_for_it():
    # 10 M are in stock, 30 arrive for February: A of January takes the stock, that of February cannot begin before the
    # 1st, a Monday, though the line is free ten working days before.
    data, frames = planned(
        {"A": [10, 20, 0], "M": [0, 10, 0]},
        items=[{"item": "A"}, {"item": "M", "source": "buy"}],
        routings=[{"item": "A", "operation": "10", "resource": "LINE", "hours_per_unit": 0.8}],
        bom=[{"parent": "A", "component": "M", "qty_per": 1}],
        suppliers=[{"item": "M", "supplier": "S", "lead_time_days": 30}],
        stock=[{"item": "M", "location": "P1", "quantity": 10}],
    )
    made = make_schedule(data, frames, DispatchScheduler(), weeks=6)
    lots = rows(made.schedule, "A")
    assert lots["quantity"].tolist() == [10, 20]
    # 8 h are the first day; 16 h begin after the 21 days of January, on days of 168 / 20 = 8.4 h.
    assert lots["end_day"].tolist() == pytest.approx([1, 21 + 16 / 8.4], abs=1e-4)
    assert made.tracking_stock.query("item == 'M'")["lowest"].min() >= 0


def test_what_does_not_fit_is_listed_with_its_reason():
    # 100 h in January on a line of 168; only the first week is scheduled, and stock is out at once.
    data, frames = planned(
        {"A": [100, 0, 0], "B": [68, 0, 0]},
        items=[{"item": "A", "min_lot": 50}, {"item": "B"}],
        routings=[{"item": i, "operation": "10", "resource": "LINE", "hours_per_unit": 1} for i in "AB"],
    )
    made = make_schedule(data, frames, DispatchScheduler(), weeks=1)
    out = made.schedule[made.schedule["state"] == "unscheduled"]
    assert len(out) > 0
    assert out["start_day"].isna().all()
    assert set(out["reason"].str.split(":").str[0]) == {"LINE is full"}
    assert made.schedule["rank"].dropna().sort_values().tolist() == list(range(1, 1 + len(out)))
    assert "not scheduled" in made.sentences[0]


def test_what_no_routing_makes_is_listed_too():
    data, frames = planned(
        {"A": [10, 0, 0], "B": [10, 0, 0]},
        items=[{"item": "A"}, {"item": "B", "material_cost": 5}],
        routings=[{"item": "A", "operation": "10", "resource": "LINE", "hours_per_unit": 1}],
    )
    lots = rows(make_schedule(data, frames, DispatchScheduler(), weeks=2).schedule, "B")
    assert lots["state"].tolist() == ["unscheduled"]
    assert lots["reason"].tolist() == ["No routing names a resource for it: there is nothing to schedule."]


def test_the_hours_of_each_week_are_within_those_of_the_plan():
    data, frames = planned(
        {"A": [60, 80, 90], "B": [90, 70, 80]},
        items=[{"item": "A"}, {"item": "B", "lot_multiple": 10}],
        routings=[{"item": i, "operation": "10", "resource": "LINE", "hours_per_unit": 1} for i in "AB"],
        calendar=[{"period": "2027-02", "weeks": 4}],
    )
    made = make_schedule(data, frames, DispatchScheduler(), weeks=8)
    table = made.schedule
    work = table["hours"] + table["setup_hours"]
    # January has 21 days of 8 h; February 20 of 8.4.
    for week in range(8):
        inside = np.clip(table["end_day"], 5 * week, 5 * week + 5) - np.clip(table["start_day"], 5 * week, 5 * week + 5)
        share = inside / (table["end_day"] - table["start_day"])
        assert (work * share).sum() <= 5 * 8.4 + 0.01  # days are kept to four decimals
    track = made.tracking_stock
    balance = track["opening"] + track["made"] + track["bought"] - track["used"] - track["shipped"] - track["closing"]
    assert balance.abs().max() < 1e-5
    carried = track.sort_values(["item", "number"])
    assert (carried["opening"] - carried.groupby("item")["closing"].shift()).abs().max() < 1e-5
    assert (track["lowest"] <= track["closing"] + 1e-5).all()
    lots = table.groupby(["item", "period"])["quantity"].sum()
    production = frames["production"].set_index(["item", "period"])["quantity"]
    inside = lots.index[lots.index.get_level_values("period") == pd.Period("2027-01", "M")]
    assert lots[inside].to_numpy() == pytest.approx(production[inside].to_numpy())


@pytest.mark.parametrize(("more", "words"), [({"weeks": 14}, "1 to 13"), ({"plant": "P9"}, "Plants: P1")])
def test_what_cannot_be_scheduled_is_told(more, words):
    data, frames = planned(
        {"A": [10, 0, 0]},
        items=[{"item": "A"}],
        routings=[{"item": "A", "operation": "10", "resource": "LINE", "hours_per_unit": 1}],
    )
    with pytest.raises(SopError, match=words):
        make_schedule(data, frames, DispatchScheduler(), **more)
