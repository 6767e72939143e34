"""Stock rolled over a closed month, by hand."""

from __future__ import annotations

import pandas as pd

from sop_xl.cycle.opening_stock import roll_stock
from sop_xl.schema.frames import conform
from sop_xl.schema.inputs import ACTUALS, STOCK
from sop_xl.schema.results import SUPPLY_PLAN

JANUARY = pd.Period("2027-01", freq="M")


def frame(table, *rows):
    columns = [*rows[0]] if rows else []
    return conform(table, pd.DataFrame(list(rows), columns=columns))


def plan(item, location, closing, backlog=0.0, period=JANUARY):
    return {"item": item, "location": location, "period": period, "closing": closing, "backlog": backlog}


def count(item, location, quantity, measure="inventory", period=JANUARY):
    return {"measure": measure, "item": item, "location": location, "period": period, "quantity": quantity}


STOCKS = frame(
    STOCK,
    {"item": "A", "location": "P1", "quantity": 10.0, "backlog": None},
    {"item": "A", "location": "P2", "quantity": 20.0, "backlog": None},
    {"item": "B", "location": "P1", "quantity": 30.0, "backlog": 4.0},
    {"item": "C", "location": "P1", "quantity": 40.0, "backlog": None},
)
PLANS = frame(
    SUPPLY_PLAN, plan("A", "P1", 12.0), plan("A", "P2", 22.0), plan("B", "P1", 33.0, 1.0), plan("D", "P1", 5.0)
)


def rolled(*counts):
    found = roll_stock(STOCKS, PLANS, frame(ACTUALS, *(counts or [count("Z", "P9", 1.0, period=JANUARY - 1)])), JANUARY)
    rows = found.stock.assign(basis=found.basis)
    return found, {(r.item, r.location): (r.quantity, r.backlog, r.basis) for r in rows.itertuples()}


def test_counted_stock_comes_first_then_the_plan_then_what_was_there():
    _, rows = rolled(count("A", "P1", 11.0), count("B", "P1", 2.0, "backlog"))
    assert rows["A", "P1"][0::2] == (11.0, "counted")
    assert rows["A", "P2"][0::2] == (22.0, "planned")
    assert rows["B", "P1"] == (33.0, 2.0, "planned")  # the backlog is an actual, the stock the plan's
    assert rows["C", "P1"][0::2] == (40.0, "kept")
    assert rows["D", "P1"][0::2] == (5.0, "planned")  # new: the plan leaves some there


def test_a_count_of_nothing_is_a_count():
    _, rows = rolled(count("A", "P1", 0.0))
    assert rows["A", "P1"][0::2] == (0.0, "counted")


def test_a_count_without_a_location_is_the_only_place_or_named():
    found, rows = rolled(count("B", "", 7.0), count("A", "", 99.0))
    assert rows["B", "P1"][0::2] == (7.0, "counted")
    assert (rows["A", "P1"][0], rows["A", "P2"][0]) == (12.0, 22.0)
    assert found.unplaced == ("A",)


def test_backlog_follows_the_plan_and_the_day_is_the_last_of_the_month():
    found, rows = rolled()
    assert rows["B", "P1"] == (33.0, 1.0, "planned")
    assert set(found.stock["as_of"]) == {pd.Timestamp("2027-01-31")}
    assert (found.count("counted"), found.count("planned"), found.count("kept")) == (0, 4, 1)
