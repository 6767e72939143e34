"""Checks across tables: unknown codes, loops in the bill, items without a source, gaps in calendars."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.issue import Issue, Severity
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.check_money import families_of, missing_rates, torn_agreements, unknown_lines
from sop_xl.schema.inputs import COMPANY_MEASURES, WHOLE_COMPANY
from sop_xl.schema.launch_checks import life_checks
from sop_xl.schema.parse import row_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.domain.settings import Settings
    from sop_xl.schema.parse import Parsed
    from sop_xl.schema.table import Column

NEAR = 3
"""How many known codes a message about an unknown one names."""


def cross_check(
    inputs: Mapping[str, Parsed], settings: Settings | None, missing: frozenset[str] = frozenset()
) -> list[Issue]:
    """Return all issues that need more than one table, given every input table as read.

    Tables named in `missing` are not in the workbook: that is one fault, and what refers to them is not another.
    """
    issues = _unknown_codes(inputs, missing)
    issues += unknown_lines(inputs, "budget") + unknown_lines(inputs, "rebates")
    issues += torn_agreements(inputs["rebates"])
    issues += _bill_loops(inputs["bom"])
    issues += _items_without_source(inputs)
    issues += _resources_without_hours(inputs, settings)
    issues += _negative_stock(inputs["stock"])
    issues += _overrides_without_reason(inputs["overrides"])
    issues += _empty_required(inputs, missing)
    issues += life_checks(inputs, settings)
    if settings is not None:
        issues += _calendar_gaps(inputs["calendar"], settings)
        issues += _months_out_of_place(inputs, settings)
        issues += missing_rates(inputs, settings)
    return issues


def _known(parsed: Parsed) -> set[str]:
    return set(parsed.frame[parsed.table.key[0]]) - {""}


def _unknown_codes(inputs: Mapping[str, Parsed], missing: frozenset[str]) -> list[Issue]:
    issues = []
    for parsed in inputs.values():
        for column in parsed.table.columns:
            if not column.refers or column.refers in missing:
                continue
            target = inputs[column.refers]
            known = _known(target)
            if not known and not target.table.required:
                continue
            codes = parsed.frame[column.field]
            unknown = ~codes.isin(known | {""}) & ~_is_whole(parsed, column, inputs)
            for row in np.flatnonzero(unknown.to_numpy(bool)).tolist():
                issues.append(_unknown_code(parsed, column, row, known))
    return issues


def _is_whole(parsed: Parsed, column: Column, inputs: Mapping[str, Parsed]) -> pd.Series:
    """Tell the actuals that are of a family or of the whole company, where their measure may be."""
    if (parsed.table.name, column.field) != ("actuals", "item"):
        return pd.Series(False, index=parsed.frame.index)
    whole = families_of(inputs) | {WHOLE_COMPANY}
    return parsed.frame["measure"].isin(COMPANY_MEASURES) & parsed.frame["item"].isin(whole)


def _unknown_code(parsed: Parsed, column: Column, row: int, known: set[str]) -> Issue:
    code = parsed.frame[column.field].iat[row]
    alike = sorted(k for k in known if k.lower() == code.lower() or _same_number(k, code))
    hint = f" Did you mean {' or '.join(alike[:NEAR])}?" if alike else ""
    if any(_same_number(k, code) for k in alike):
        hint += " One of them was read as a number: format its column as text, and type the code again."
    sheet = TABLE_BY_NAME[column.refers].sheet
    message = f"{column.header} '{code}' is not in the table {sheet}."
    cure = f"Add it there, or correct it.{hint}"
    kind = "launch" if column.refers == "launches" else column.refers.rstrip("s")
    return parsed.issue(Severity.STOP, f"unknown-{kind}", row, column.field, message, cure)


def find_loop(components: Mapping[str, list[str]]) -> list[str]:
    """Return one loop as a list that starts and ends with the same item, or an empty list.

    Args:
        components: for each parent, the items that go into it.
    """
    state: dict[str, int] = {}
    for start in sorted(components):
        path: list[str] = []
        stack = [(start, iter(components.get(start, ())))]
        if state.get(start):
            continue
        state[start] = 1
        path.append(start)
        while stack:
            for child in stack[-1][1]:
                if state.get(child) == 1:
                    return [*path[path.index(child) :], child]
                if not state.get(child):
                    state[child] = 1
                    path.append(child)
                    stack.append((child, iter(components.get(child, ()))))
                    break
            else:
                state[path.pop()] = 2
                stack.pop()
    return []


def _bill_loops(bom: Parsed) -> list[Issue]:
    frame = bom.frame
    issues: list[Issue] = []
    lines = [(p, c) for p, c in zip(frame["parent"], frame["component"], strict=True) if p and c]
    while True:
        components: dict[str, list[str]] = {}
        for parent, component in lines:
            components.setdefault(parent, []).append(component)
        loop = find_loop(components)
        if not loop:
            return issues
        closing = (loop[-2], loop[-1])
        row = int(np.flatnonzero((frame["parent"] == closing[0]) & (frame["component"] == closing[1]))[0])
        message = f"The bill of material runs in a circle: {' > '.join(loop)}."
        issues.append(bom.issue(Severity.STOP, "bom-cycle", row, "component", message, "Take out one of these lines."))
        lines = [line for line in lines if line != closing]


def _items_without_source(inputs: Mapping[str, Parsed]) -> list[Issue]:
    items = inputs["items"]
    made = set(inputs["routings"].frame["item"]) | set(inputs["bom"].frame["parent"])
    bought = set(inputs["suppliers"].frame["item"])
    issues = []
    rows = zip(items.frame["item"], items.frame["source"], items.frame["status"], strict=True)
    for row, (item, source, status) in enumerate(rows):
        if not item or status == "dead" or item in made or item in bought:
            continue
        if source == "buy":
            message, cure = f"{item} is bought, but no supplier sells it.", "Add it to the sheet Suppliers."
        else:
            message = f"{item} is made, but has neither a routing nor a bill of material."
            cure = "Add its routing, or say where it is bought."
        issues.append(items.issue(Severity.WARN, "no-source", row, "source", message, cure))
    return issues


def _resources_without_hours(inputs: Mapping[str, Parsed], settings: Settings | None) -> list[Issue]:
    resources, capacity, routings = inputs["resources"], inputs["capacity"].frame, inputs["routings"]
    used = routings.frame.groupby("resource")["item"].nunique()
    staffed = set(inputs["labour"].frame["resource"])
    issues = []
    for row, name in enumerate(resources.frame["resource"]):
        if name not in used.index or name in staffed or not np.isnan(resources.frame["hours_per_week"].iat[row]):
            continue
        given = capacity[(capacity["resource"] == name) & capacity["hours"].notna()]
        if given.empty:
            message = f"{name} has no hours at all, but {used[name]} item(s) run on it: it is planned without a limit."
            cure = "Enter its hours per week, or its hours by month on the sheet Capacity hours."
            issues.append(resources.issue(Severity.WARN, "no-capacity", row, "hours_per_week", message, cure))
        elif settings is not None:
            missing = settings.plan_periods.difference(pd.PeriodIndex(given["period"], freq="M"))
            if len(missing):
                message = (
                    f"No hours for {name} in {missing[0]}{' and later' if len(missing) > 1 else ''}, "
                    f"but {used[name]} item(s) run on it."
                )
                cure = "Add the rows on the sheet Capacity hours, or its hours per week here."
                issues.append(resources.issue(Severity.STOP, "capacity-gap", row, "hours_per_week", message, cure))
    return issues


def _negative_stock(stock: Parsed) -> list[Issue]:
    negative = stock.frame["quantity"] < 0
    return [
        stock.issue(
            Severity.WARN,
            "negative-stock",
            row,
            "quantity",
            f"Stock of {row_key(stock.table, stock.frame, row)} is below zero; it is planned as backlog.",
            "Correct the stock, or book the missing receipt.",
        )
        for row in np.flatnonzero(negative.to_numpy(bool)).tolist()
    ]


def _same_number(one: str, other: str) -> bool:
    """Whether two codes are the same number written differently: 00123 and 123, 1E5 and 100000."""
    try:
        return float(one) == float(other)
    except ValueError:
        return False


def _overrides_without_reason(overrides: Parsed) -> list[Issue]:
    frame = overrides.frame
    silent = (frame["stream"].eq("final") & frame["quantity"].notna() & frame["reason"].eq("")).to_numpy(bool)
    if not silent.any():
        return []
    row = int(np.flatnonzero(silent)[0])
    message = f"{int(silent.sum())} final override(s) give no reason."
    cure = "Write why the consensus was replaced; next month nobody will know."
    return [overrides.issue(Severity.WARN, "no-reason", row, "reason", message, cure)]


def _empty_required(inputs: Mapping[str, Parsed], missing: frozenset[str]) -> list[Issue]:
    return [
        Issue(
            Severity.STOP,
            "empty-table",
            parsed.cells.sheet,
            parsed.cells.address(1, 0),
            f"The table {parsed.table.sheet} is empty.",
            "Fill it; nothing can be planned without it.",
        )
        for parsed in inputs.values()
        if parsed.table.required and parsed.frame.empty and parsed.table.name not in missing
    ]


def _calendar_gaps(calendar: Parsed, settings: Settings) -> list[Issue]:
    months = calendar.frame["period"].dropna()
    if months.empty:
        return []
    span = pd.period_range(months.min(), months.max(), freq="M")
    missing = span.difference(pd.PeriodIndex(months, freq="M")).intersection(settings.plan_periods)
    if not len(missing):
        return []
    message = f"The calendar has no row for {', '.join(map(str, missing))}."
    cure = "Add the month; until then its days are those of the ordinary calendar."
    where = calendar.cells.address(0, 0)
    return [Issue(Severity.WARN, "calendar-gap", calendar.cells.sheet, where, message, cure)]


def _months_out_of_place(inputs: Mapping[str, Parsed], settings: Settings) -> list[Issue]:
    actuals = inputs["actuals"]
    current = settings.current_period
    issues = []
    future = (actuals.frame["period"] >= current).to_numpy(bool)
    if future.any():
        row = int(np.flatnonzero(future)[0])
        message = f"{int(future.sum())} row(s) of actuals lie in or after {current}, which is open: they are left out."
        cure = "Close the month once its actuals are in (sop-xl cycle close), or correct the month of the row(s)."
        issues.append(actuals.issue(Severity.WARN, "future-actuals", row, "period", message, cure))
    orders = inputs["open_orders"]
    past = (orders.frame["period"] < current).to_numpy(bool)
    if past.any():
        row = int(np.flatnonzero(past)[0])
        message = f"{int(past.sum())} open order(s) are due before {current}: they are taken as due in {current}."
        issues.append(orders.issue(Severity.WARN, "overdue-order", row, "period", message, "Correct their month."))
    return issues
