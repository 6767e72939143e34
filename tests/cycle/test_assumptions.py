"""Assumptions at the end of a month: held, broken, expired, or not tested; and what rests on them."""

from __future__ import annotations

from math import isnan

import pandas as pd
import pytest

from sop_xl.cycle.assumptions import DEPENDENTS, assumptions_after, resting, resting_line, verdict_lines
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.frames import empty_frame
from sop_xl.schema.inputs import WHOLE_COMPANY
from tests.finance.small_company import table

CLOSED = pd.Period("2026-02", "M")


def figure(kpi, name, value, period="2026-02"):
    scope = "company" if name == WHOLE_COMPANY else "family"
    return {"kpi": kpi, "scope": scope, "name": name, "period": period, "value": value}


TREND = table(
    "kpi_trend",
    figure("margin_pct", WHOLE_COMPANY, 30.0),
    figure("margin_pct", "Bikes", 33.3),
    figure("margin_pct", "Bikes", 99.0, "2026-03"),
)


def assume(**cells):
    return table("assumptions", {"id": "A-1", "status": "open", **cells})


@pytest.mark.parametrize(
    ("cells", "status", "found"),
    [
        # The closed month's 33.3 % of Bikes, not the company's 30 and not March's 99.
        ({"metric": "margin_pct", "operator": ">=", "value": 33.0, "affects": "Bikes"}, "held", 33.3),
        ({"metric": "margin_pct", "operator": ">=", "value": 34.0, "affects": "Bikes"}, "broken", 33.3),
        ({"metric": "margin_pct", "operator": ">", "value": 30.0}, "broken", 30.0),
        ({"metric": "margin_pct", "operator": "=", "value": 30.0}, "held", 30.0),
        ({"metric": "margin_pct", "operator": "<", "value": 31.0, "affects": "Frames"}, "held", 30.0),
        # What no table knows is tested by what was observed, or not at all.
        ({"metric": "Aluminium", "operator": "<=", "value": 2.8, "observed": 2.91}, "broken", 2.91),
        ({"metric": "Aluminium", "operator": "<=", "value": 2.8}, "open", float("nan")),
        ({"metric": "otif", "operator": ">=", "value": 90.0}, "open", float("nan")),
        # February is its last month: still tested. January was: expired, whatever came.
        ({"metric": "margin_pct", "operator": ">=", "value": 1.0, "valid_to": "2026-02"}, "held", 30.0),
        ({"metric": "margin_pct", "operator": ">=", "value": 1.0, "valid_to": "2026-01"}, "expired", float("nan")),
    ],
)
def test_the_closed_month_decides(cells, status, found):
    after = assumptions_after(assume(**cells), TREND, CLOSED).iloc[0]
    assert after["status"] == status
    assert (isnan(after["found"]) and isnan(found)) or after["found"] == found
    assert (after["tested"] == CLOSED) == (status in ("held", "broken"))


def test_what_was_found_is_said_in_words():
    given = table(
        "assumptions",
        {"id": "A-1", "text": "Margins stay", "metric": "margin_pct", "operator": ">", "value": 31.0, "status": "open"},
        {"id": "A-2", "text": "Calm", "metric": "Weather", "operator": "=", "value": 1.0, "status": "open"},
    )
    assert verdict_lines(assumptions_after(given, TREND, CLOSED), CLOSED) == [
        "Assumptions of Feb 26: 0 held, 1 broken, 0 expired, 1 not tested (no such figure, and nothing observed).",
        "A-1 is broken: Margins stay (30 instead of > 31).",
    ]


def test_what_rests_on_a_broken_assumption_is_listed():
    tables = {name: empty_frame(TABLE_BY_NAME[name]) for name, *_ in DEPENDENTS}
    tables["initiatives"] = table(
        "initiatives",
        {"initiative": "I-1", "name": "Second shift", "owner": "Ann", "assumption_id": "A-1"},
        {"initiative": "I-2", "name": "New site", "assumption_id": "A-2"},
        {"initiative": "I-3", "name": "No word of it"},
    )
    tables["overrides"] = table(
        "overrides",
        *({"item": "B1", "period": p, "stream": "final", "quantity": 5.0, "owner": "Bo", "assumption_id": "A-3"}
          for p in ("2026-03", "2026-04")),
    )  # fmt: skip
    assumptions = table(
        "assumptions",
        {"id": "A-1", "text": "Workers can be hired", "status": "broken"},
        {"id": "A-2", "text": "Still true", "status": "held"},
        {"id": "A-3", "text": "Fair in April", "status": "expired"},
    )
    found = resting(tables, assumptions).sort_values("rank")
    assert found[["kind", "name", "owner", "assumption_id", "status"]].to_numpy().tolist() == [
        ["Initiative", "I-1", "Ann", "A-1", "broken"],
        ["Override", "B1", "Bo", "A-3", "expired"],
    ]
    assert resting_line(found) == ["2 plans rest on assumptions that no longer hold: initiative I-1, override B1."]
    assert resting_line(found.iloc[:0]) == []
