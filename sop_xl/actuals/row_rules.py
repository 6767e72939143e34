"""Rules about single rows and rows beside each other: hidden, empty, repeated, contradicting, formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.actuals.draft import KEY, Draft
from sop_xl.actuals.findings import Act, Findings
from sop_xl.actuals.records import Records, listed
from sop_xl.schema.values import is_blank

if TYPE_CHECKING:
    from decimal import Decimal

    from sop_xl.actuals.context import PasteContext
    from sop_xl.domain.cells import Value

PRICE_TOLERANCE = 0.5
"""How far an implied price may be off the list price, as a share, before it is told."""
P18_CHOICES = ("sum", "keep the first", "keep the last", "quarantine")


def hidden_rows(records: Records, found: Findings) -> np.ndarray:
    """Return the records that are hidden and unwanted; those wanted get a warning (P14)."""
    hidden = np.isin(records.rows, np.fromiter(records.raw.hidden, dtype=np.int64, count=len(records.raw.hidden)))
    hits = np.flatnonzero(hidden & ~records.out)
    if not hits.size:
        return hits
    count = len(set(records.rows[hits].tolist()))
    message = f"{count:,} pasted rows are hidden. Include them?"
    answer = found.ask("P14", ("rows", ""), message, ("include", "leave out"), blocking=False, suggestion="include")
    if answer == "leave out":
        found.add("P14", Act.EXCLUDED, f"{count:,} hidden rows were left out, as you chose.", hits)
        return hits
    found.add("P14", Act.WARN, message if not answer else f"{count:,} hidden rows are included.", hits)
    return hits[:0]


def formula_rows(records: Records, found: Findings) -> None:
    """Warn of formulas whose values were taken (P32) and of the files they refer to (P33)."""
    raw = records.raw
    if raw.formulas:
        rows = np.array(sorted({row for row, _ in raw.formulas}), dtype=np.int64)
        hits = np.flatnonzero(np.isin(records.rows, rows) & ~records.out & ~records.totals)
        found.add("P32", Act.WARN, f"{len(raw.formulas):,} cells are formulas; their values were taken.", hits)
    for link in raw.links:
        message = f"Cells refer to {link}; values taken, links removed from the paste sheet."
        found.add("P33", Act.WARN, message)


def empty_amounts(draft: Draft, found: Findings) -> None:
    """Tell of empty amounts: no data, never zero (P16). In a wide table an empty month is simply left out."""
    records = draft.records
    blank: dict[str, np.ndarray] = {}
    for name in draft.amounts():
        cells = records.amounts(name) or []
        blank[name] = np.array([is_blank(cell) for cell in cells], dtype=bool) & draft.detail
    if not blank:
        return
    nothing = np.logical_and.reduce(list(blank.values()))
    if records.layout.is_wide:
        hits = np.flatnonzero(nothing)
        if hits.size:
            message = f"{hits.size:,} empty amounts. Empty is treated as 'no data', not 0."
            found.add("P16", Act.EXCLUDED, message, hits, note=True)
        blank = {}
    for name, empty in blank.items():
        if empty.any() and not (empty | ~draft.detail).all():
            message = f"{int(empty.sum()):,} empty amounts. Empty is treated as 'no data', not 0."
            found.add("P16", Act.WARN, message, np.flatnonzero(empty), column=records.layout.names(name)[0])
        elif empty.any() and nothing.any():
            found.add("P16", Act.WARN, "No row has an amount.", np.flatnonzero(nothing))


def repeated_rows(draft: Draft, found: Findings) -> list[np.ndarray]:
    """Find rows that repeat another (P17) and rows that contradict one (P18).

    Returns:
        Groups of records that become one fact, where the user chose to sum.
    """
    usable = draft.usable(found.acts(len(draft)))
    frame = draft.frame.loc[usable]
    twice = frame[frame.duplicated(KEY, keep=False)]
    if twice.empty:
        return []
    parts = [group.index.to_numpy() for _, group in twice.groupby(KEY, sort=False)]
    rest = [left for part in parts if len(left := _without_copies(draft, part, found)) > 1]
    return _contradictions(draft, rest, found) if rest else []


def _without_copies(draft: Draft, part: np.ndarray, found: Findings) -> np.ndarray:
    records, kept = draft.records, []
    seen: dict[tuple[Value, ...], int] = {}
    for k in part.tolist():
        content = tuple(records.raw.rows[int(records.rows[k])])
        if content in seen:
            row, first = (records.raw.row_number(int(records.rows[x])) for x in (k, seen[content]))
            found.add("P17", Act.BAD, f"Row {row} repeats row {first}.", [k])
        else:
            seen[content] = k
            kept.append(k)
    return np.array(kept, dtype=np.int64)


def _contradictions(draft: Draft, groups: list[np.ndarray], found: Findings) -> list[np.ndarray]:
    first = groups[0]
    count = sum(len(group) for group in groups)
    message = f"{count:,} rows give {len(groups):,} keys more than once: {_told(draft, first)} Sum, keep one, or fix?"
    answer = found.ask("P18", ("rows", ""), message, P18_CHOICES, blocking=False)
    summed = []
    for group in groups:
        one_currency = len(set(draft.currency[group])) == 1
        if answer == "sum" and one_currency:
            found.add("P18", Act.FIXED, f"{_told(draft, group)} Summed, as you chose.", group)
            summed.append(group)
        elif answer.startswith("keep"):
            kept = group[:1] if answer == "keep the first" else group[-1:]
            found.add("P18", Act.EXCLUDED, f"{_told(draft, group)} Left out, as you chose.", np.setdiff1d(group, kept))
            found.add("P18", Act.FIXED, f"{_told(draft, group)} Kept, as you chose.", kept)
        else:
            found.add("P18", Act.BAD, f"{_told(draft, group)} Sum, keep one, or fix?", group)
    return summed


def _told(draft: Draft, group: np.ndarray) -> str:
    rows = [draft.records.raw.row_number(int(row)) for row in draft.records.rows[group]]
    amounts = draft.value if draft.value is not None else draft.quantity or []
    shown = " / ".join(_figure(amounts[k], money=draft.value is not None) for k in group[:4].tolist())
    where = listed(rows).capitalize()
    return f"{where} give different values for the same item, site and month: {shown}."


def _figure(amount: Decimal | None, *, money: bool) -> str:
    if amount is None:
        return "blank"
    return f"{amount:,.2f}" if money else f"{amount.normalize():,f}"


def implied_prices(draft: Draft, context: PasteContext, found: Findings) -> None:
    """Warn of negative prices, and of prices far off both list and history, in plan currency only (P30)."""
    if draft.quantity is None or draft.value is None:
        return
    frame = draft.frame.loc[draft.usable(found.acts(len(draft)))]
    frame = frame[frame["measure"].isin(("shipments", "bookings", "revenue")) & frame["quantity"].ne(0)]
    price = frame["value"] / frame["quantity"]
    prices = pd.Series(context.items["list_price"].to_numpy(float), index=context.items["item"].astype(object))
    listed_price = pd.Series(prices.reindex(frame["item"].astype(object)).to_numpy(), index=frame.index)
    is_plan = frame["currency"].isin(("", context.currency))
    odd = is_plan & listed_price.gt(0) & (price / listed_price - 1).abs().gt(PRICE_TOLERANCE)
    usual = frame["item"].astype(object).map(_usual_prices(frame, context)).astype(float)
    odd &= ~(price / usual - 1).abs().le(PRICE_TOLERANCE)
    for k in frame.index[price.lt(0)].tolist():
        message = f"{draft.records.address(k, 'value')}: implied price {price[k]:,.2f} is negative."
        found.add("P30", Act.WARN, message, [k])
    for k in frame.index[odd & ~price.lt(0)].tolist():
        message = f"{draft.records.address(k, 'value')}: implied price {price[k]:,.2f} vs list {listed_price[k]:,.2f}."
        found.add("P30", Act.WARN, message, [k])


def _usual_prices(frame: pd.DataFrame, context: PasteContext) -> dict[str, float]:
    """Return the median price of each item in what was committed, plan currency only."""
    before = context.committed
    mine = before["measure"].isin(frame["measure"].unique()) & before["currency"].isin(("", context.currency))
    known = before[mine & before["quantity"].gt(0) & before["value"].gt(0)]
    return (known["value"] / known["quantity"]).groupby(known["item"].astype(object)).median().to_dict()
