"""Checks of what money needs: families of budgets, terms of rebates, and rates of currencies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.issue import Issue, Severity
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.frames import with_defaults

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.domain.settings import Settings
    from sop_xl.schema.parse import Parsed


def families_of(inputs: Mapping[str, Parsed]) -> set[str]:
    """Return the families of the items; the one of items without any too."""
    items = inputs["items"].frame
    return set(items["family"].replace("", str(TABLE_BY_NAME["items"].column("family").default)))


def unknown_lines(inputs: Mapping[str, Parsed], name: str) -> list[Issue]:
    """Return an issue for each row of a table whose item or family nobody knows."""
    parsed, items = inputs[name], inputs["items"].frame
    unknown = ~parsed.frame["item_or_family"].isin(set(items["item"]) | families_of(inputs) | {""})
    return [
        parsed.issue(
            Severity.STOP,
            "unknown-item",
            row,
            "item_or_family",
            f"'{parsed.frame['item_or_family'].iat[row]}' is neither an item nor a family.",
            "Correct it, or add the item.",
        )
        for row in np.flatnonzero(unknown.to_numpy(bool)).tolist()
    ]


_TERMS = ["market", "item_or_family", "from_period", "to_period", "measured", "retrospective"]


def torn_agreements(rebates: Parsed) -> list[Issue]:
    """Return an issue for each row of an agreement on rebates whose terms are not those of its first row."""
    frame, issues = with_defaults(rebates.table, rebates.frame), list[Issue]()
    first = frame.groupby("agreement")[_TERMS].transform("first")
    for row in np.flatnonzero((frame["to_period"] < frame["from_period"]).to_numpy(bool)).tolist():
        message = f"Agreement {frame['agreement'].iat[row]} ends before it starts."
        issues.append(rebates.issue(Severity.STOP, "torn-agreement", row, "to_period", message, "Correct its months."))
    for field in _TERMS:
        for row in np.flatnonzero(frame[field].ne(first[field]).to_numpy(bool)).tolist():
            name, header = frame["agreement"].iat[row], rebates.table.column(field).header
            message = (
                f"Rows of agreement {name} differ in {header}: {first[field].iat[row]} and {frame[field].iat[row]}."
            )
            cure = "Its thresholds share their terms: make them the same, or name the agreements apart."
            issues.append(rebates.issue(Severity.STOP, "torn-agreement", row, field, message, cure))
    return issues


PRICED = {"markets": "", "suppliers": "price", "actuals": "value"}
"""Tables with money in a currency of their own, and the column that must be filled for it to matter."""


def missing_rates(inputs: Mapping[str, Parsed], settings: Settings) -> list[Issue]:
    """Return a stop for each currency without any rate, and a warning for money in months without one."""
    rates = inputs["fx_rates"].frame
    given = rates[rates["plan_rate"].gt(0) | rates["actual_rate"].gt(0)]
    issues = _zero_rates(inputs["fx_rates"])
    for name, filled in PRICED.items():
        parsed = inputs[name]
        currency = parsed.frame["currency"]
        currency = currency.where(parsed.frame[filled].notna(), "") if filled else currency
        foreign = currency[~currency.isin(("", settings.currency))]
        first = foreign.drop_duplicates()
        for row, code in zip(first.index, first, strict=True):
            if code not in set(given["currency"]):
                issues.append(_no_rate(parsed, int(row), code, settings))
        if "period" in parsed.frame:
            issues += _months_without_rate(parsed, foreign, given, settings)
    return issues


def _no_rate(parsed: Parsed, row: int, code: str, settings: Settings) -> Issue:
    message = f"No rate {code}->{settings.currency}, but {parsed.table.sheet} has money in it."
    cure = f"Add {code} with its plan rate on the sheet {TABLE_BY_NAME['fx_rates'].sheet}."
    return parsed.issue(Severity.STOP, "missing-rate", row, "currency", message, cure)


def _months_without_rate(parsed: Parsed, foreign: pd.Series, given: pd.DataFrame, settings: Settings) -> list[Issue]:
    used = pd.DataFrame({"currency": foreign, "period": parsed.frame["period"].loc[foreign.index]})
    used = used[used["currency"].isin(given["currency"])].dropna().drop_duplicates()
    known = pd.MultiIndex.from_frame(given[["currency", "period"]])
    missing = used[~pd.MultiIndex.from_frame(used).isin(known)]
    return [
        parsed.issue(
            Severity.WARN,
            "missing-rate",
            int(row),
            "currency",
            f"No rate {code}->{settings.currency} for {period}: the nearest month before it counts, else after.",
            f"Add the month on the sheet {TABLE_BY_NAME['fx_rates'].sheet}.",
        )
        for row, code, period in zip(missing.index, missing["currency"], missing["period"], strict=True)
    ]


def _zero_rates(rates: Parsed) -> list[Issue]:
    """Return a stop for each rate of nothing: it would make money vanish."""
    issues = []
    for field in ("plan_rate", "actual_rate"):
        for row in np.flatnonzero(rates.frame[field].eq(0).to_numpy(bool)).tolist():
            code, period = rates.frame["currency"].iat[row], rates.frame["period"].iat[row]
            message = f"The rate of {code} for {period} is 0: its money would vanish."
            issues.append(rates.issue(Severity.STOP, "zero-rate", row, field, message, "Enter the rate, or clear it."))
    return issues
