"""The calendar of a cycle: working days, the next cycle's steps, reminders, and what a step locks."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from sop_xl.cycle.locks import changed_tables, signed_inputs, table_hash
from sop_xl.cycle.steps import STANDARD_STEPS, locked_tables, new_steps, reminder, steps_of, unknown_locks
from sop_xl.schema import INPUT_TABLES
from sop_xl.schema.frames import conform, empty_frame
from sop_xl.schema.inputs import ACTUALS, CYCLE_STEPS, EVENTS


def calendar(**columns: object) -> pd.DataFrame:
    """Return two steps, the first in the order of the table's key."""
    rows = {"cycle": "2026-11", "step": ["Gather", "Review"], "step_order": [1.0, 2.0]} | columns
    return conform(CYCLE_STEPS, pd.DataFrame(rows))


def test_the_standard_five_by_working_day():
    steps = new_steps(empty_frame(CYCLE_STEPS), "2026-11")
    assert steps["step"].tolist() == [
        "Data gathering",
        "Demand review",
        "Supply review",
        "Pre-meeting",
        "Executive meeting",
    ]
    # November 2026 begins on a Sunday: working day 1 is Monday 2, day 6 Monday 9, day 14 Thursday 19.
    assert [f"{day:%d}" for day in steps["due"]] == ["04", "09", "12", "17", "19"]
    assert steps["status"].tolist() == ["open", *["not started"] * 4]
    assert {name for s in STANDARD_STEPS for name in s.locks} <= {table.name for table in INPUT_TABLES}


def test_the_next_cycle_takes_the_last_ones_steps_without_their_signatures():
    before = calendar(
        owner=["Planning", "Sales"],
        due=pd.to_datetime(["2026-11-03", "2026-11-09"]),
        status="done",
        signed_by="Ann",
        data_version="3-abc",
        tasks=[2.0, 4.0],
        tasks_done=[2.0, 4.0],
        locks=["", "events"],
    )
    after = new_steps(before, "2026-12")
    assert after["step"].tolist() == ["Gather", "Review"]
    assert after["owner"].tolist() == ["Planning", "Sales"]
    # 3 and 9 November 2026 were working days 2 and 6; December begins on a Tuesday: 2 and 8 December.
    assert after["due_workday"].tolist() == [2.0, 6.0]
    assert [f"{day:%m-%d}" for day in after["due"]] == ["12-02", "12-08"]
    assert after["status"].tolist() == ["open", "not started"]
    assert after["tasks_done"].tolist() == [0.0, 0.0]
    assert after["locks"].tolist() == ["", "events"]
    assert set(after["signed_by"]) | set(after["data_version"]) == {""}


@pytest.mark.parametrize(
    ("today", "words"),
    [
        ("2026-11-04", ""),
        ("2026-11-05", "Sales: Review is due on 2026-11-09, in 2 working days."),
        ("2026-11-06", "Sales: Review is due on 2026-11-09, in 1 working day."),
        ("2026-11-09", "Sales: Review is due on 2026-11-09, today."),
        ("2026-11-12", "Sales: Review was due on 2026-11-09, 3 working days ago."),
    ],
)
def test_an_owner_is_reminded_in_time(today, words):
    step = calendar(owner="Sales", due=pd.Timestamp("2026-11-09")).iloc[1]
    assert reminder(step, dt.date.fromisoformat(today)) == words


def test_who_is_done_is_not_reminded():
    step = calendar(owner="Sales", due=pd.Timestamp("2026-11-09"), status="done").iloc[1]
    assert reminder(step, dt.date(2026, 11, 12)) == ""


def test_a_step_locks_what_its_row_says_else_what_is_usual():
    steps = calendar(step=["Demand review", "Gather"], locks=["", "stock, open orders, Stok"])
    assert locked_tables(steps.iloc[0]) == ("events", "launches", "overrides", "level_overrides")
    assert locked_tables(steps.iloc[1]) == ("stock", "open_orders")
    assert unknown_locks(steps.iloc[1]) == ["stok"]


def test_a_hash_sees_every_figure_and_no_order():
    events = conform(EVENTS, pd.DataFrame({"event": ["E1", "E2"], "item": ["A", "B"], "uplift_pct": [10.0, 20.0]}))
    frames = {"events": events}
    step = calendar(locks="events").iloc[0].copy()
    step["signed_inputs"] = signed_inputs(step, frames, "2026-11")
    assert changed_tables(step, {"events": events.iloc[::-1]}, "2026-11") == []
    assert changed_tables(step, {"events": events.assign(uplift_pct=[10.0, 20.000001])}, "2026-11") == ["events"]


def test_facts_of_the_open_month_may_still_come():
    old = pd.DataFrame({"measure": "shipments", "item": "A", "period": ["2026-10"], "quantity": [5.0], "batch": ["1"]})
    new = pd.concat([old, old.assign(period="2026-11")])

    def hashed(frame: pd.DataFrame, cycle: str) -> str:
        months = pd.PeriodIndex(frame["period"], freq="M")
        return table_hash("actuals", conform(ACTUALS, frame.assign(period=months)), cycle)

    assert hashed(new, "2026-11") == hashed(old.assign(batch="2"), "2026-11")
    assert hashed(new, "2026-12") != hashed(old, "2026-12")


def test_steps_come_in_their_order_and_of_one_cycle():
    both = pd.concat([calendar(), calendar(cycle="2026-10")], ignore_index=True)[::-1]
    assert steps_of(both, "2026-11")["step"].tolist() == ["Gather", "Review"]
