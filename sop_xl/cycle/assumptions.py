"""Assumptions that expire: tested when a month closes, and what of the plan rests on those that no longer hold."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

import pandas as pd

from sop_xl.domain.calendar import month_text
from sop_xl.domain.kpi_catalogue import BY_NAME
from sop_xl.domain.words import counted
from sop_xl.schema.frames import conform
from sop_xl.schema.inputs import WHOLE_COMPANY
from sop_xl.schema.results import RESTING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HELD, BROKEN, EXPIRED = "held", "broken", "expired"
OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}
DIGITS = 6
"""Decimals to which a figure is compared: what is stored has no more."""
DEPENDENTS = (
    ("initiatives", "initiative", "name", "Initiative"),
    ("launches", "launch", "item", "Launch"),
    ("events", "event", "type", "Event"),
    ("overrides", "item", "reason", "Override"),
    ("scenarios", "scenario", "purpose", "Scenario"),
    ("risks", "id", "description", "Risk"),
)
"""Tables whose rows may rest on an assumption: table, what names a row, what says more, its kind in words."""


def assumptions_after(assumptions: pd.DataFrame, trend: pd.DataFrame, closed: pd.Period) -> pd.DataFrame:
    """Return the assumptions as they stand once a month is closed.

    Past its last month an assumption is expired. Else it is held or broken by the key figure it names, of the
    family, owner or resource it affects (of the company, where that is none), in the closed month; where it names
    none, by what was observed. What neither tells stays as it is, so that nobody takes it for tested.

    Args:
        assumptions: the input table, blanks as they were typed.
        trend: the result table `kpi_trend` with the closed month's actual figures.
        closed: the month that is closed.
    """
    out = assumptions.copy()
    actual = trend[trend["period"].eq(closed)].set_index(["kpi", "name"])["value"]
    names = set(trend["name"])
    for row in assumptions.itertuples():
        if not pd.isna(row.valid_to) and row.valid_to < closed:
            out.loc[row.Index, "status"] = EXPIRED
            continue
        found = _figure(row, actual, names)
        if pd.isna(found) or row.operator not in OPERATORS or pd.isna(row.value):
            continue
        holds = OPERATORS[str(row.operator)](round(found, DIGITS), round(float(row.value), DIGITS))  # type: ignore[arg-type]
        out.loc[row.Index, ["status", "found"]] = [HELD if holds else BROKEN, found]
        out.loc[row.Index, "tested"] = closed
    return out


def _figure(row: object, actual: pd.Series, names: set[str]) -> float:
    metric, affects = str(row.metric).strip(), str(row.affects)  # type: ignore[attr-defined]
    if metric not in BY_NAME:
        return float(row.observed)  # type: ignore[attr-defined]
    name = affects if affects in names else WHOLE_COMPANY
    return float(actual.get((metric, name), float("nan")))


def verdict_lines(assumptions: pd.DataFrame, closed: pd.Period) -> list[str]:
    """Return what closing a month found out about the assumptions, as sentences; nothing where there are none."""
    if assumptions.empty:
        return []
    now = assumptions[assumptions["tested"].eq(closed)]
    held, broken = (now[now["status"].eq(state)] for state in (HELD, BROKEN))
    expired = assumptions[assumptions["status"].eq(EXPIRED)]
    untold = len(assumptions) - len(now) - len(expired)
    parts = [f"{len(held)} held", f"{len(broken)} broken", f"{len(expired)} expired"]
    parts += [f"{untold} not tested (no such figure, and nothing observed)"] if untold else []
    lines = [f"Assumptions of {month_text(closed)}: {', '.join(parts)}."]
    return lines + [
        f"{row.id} is broken: {row.text} ({row.found:,.6g} instead of {row.operator} {row.value:,.6g})."
        for row in broken.itertuples()
    ]


def resting(tables: Mapping[str, pd.DataFrame], assumptions: pd.DataFrame) -> pd.DataFrame:
    """Return the result table `resting`: what names an assumption that is broken or expired.

    Args:
        tables: the input tables of `DEPENDENTS` by name.
        assumptions: the input table.
    """
    gone = assumptions[assumptions["status"].isin([BROKEN, EXPIRED])].set_index("id")
    parts = []
    for table, field, more, kind in DEPENDENTS:
        rows = tables[table]
        rows = rows[rows["assumption_id"].isin(gone.index)]
        owner = rows["owner"] if "owner" in rows else pd.Series("", index=rows.index)
        parts.append(
            pd.DataFrame(
                {
                    "kind": kind,
                    "name": rows[field].astype("str"),
                    "words": rows[more].astype("str"),
                    "owner": owner.astype("str"),
                    "assumption_id": rows["assumption_id"],
                    "text": rows["assumption_id"].map(gone["text"]),
                    "status": rows["assumption_id"].map(gone["status"]),
                }
            ).drop_duplicates(["name", "assumption_id"])
        )
    whole = pd.concat(parts, ignore_index=True)
    order = whole.assign(first=whole["status"].ne(BROKEN)).sort_values(["first", "kind", "name"], kind="stable")
    return conform(RESTING, order.assign(rank=range(1, len(order) + 1)))


def resting_line(frame: pd.DataFrame) -> list[str]:
    """Return one sentence on what rests on assumptions that no longer hold; nothing where nothing does."""
    if frame.empty:
        return []
    named = ", ".join(
        f"{row.kind.lower()} {row.name}" for row in frame.sort_values("rank").head(5).itertuples(index=False)
    )
    more = f" and {len(frame) - 5} more" if len(frame) > 5 else ""
    return [f"{counted(len(frame), 'plan rests', 'plans rest')} on assumptions that no longer hold: {named}{more}."]
