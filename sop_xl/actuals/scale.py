"""Whole columns that are off: signs turned round (P28), thousands or cents for units (P27)."""

from __future__ import annotations

import math
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.actuals.findings import Act, Findings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.actuals.context import PasteContext
    from sop_xl.actuals.records import Records

MOSTLY_NEGATIVE = 0.9
FEWEST = 3
"""Amounts from which on a share says something."""
FACTORS = (1000, 100, 1_000_000)
_NEAR = 1.8
"""How far from a factor a total may be and still look like one."""

Exact = list[Decimal | None]


def last_month_total(context: PasteContext, measures: Sequence[str], name: str) -> float:
    """Return the total of `name` in the last month committed for these measures; NaN where there is none."""
    facts = context.committed
    mine = facts[facts["measure"].isin(list(measures)) & facts[name].notna() & (facts["period"] < context.open_period)]
    if mine.empty:
        return math.nan
    return float(mine.loc[mine["period"] == mine["period"].max(), name].sum())


def flipped(records: Records, name: str, exact: Exact, found: Findings) -> Exact:
    """Return the amounts, with signs turned where the user says they are the ERP's credit signs."""
    live = np.flatnonzero(~records.out & ~records.totals).tolist()
    amounts = [amount for k in live if (amount := exact[k])]
    share = sum(amount < 0 for amount in amounts) / len(amounts) if amounts else 0.0
    if len(amounts) < FEWEST or share < MOSTLY_NEGATIVE:
        return exact
    names = records.layout.names(name)
    message = f"Column {names[0]} is {share:.0%} negative: ERP credit sign. Flip the column?"
    answer = found.ask("P28", names, message, ("flip", "keep"), blocking=False, suggestion="flip")
    if answer == "flip":
        hits = [k for k in live if exact[k]]
        found.add("P28", Act.FIXED, f"Signs of column {names[0]} were turned, as you chose.", hits, column=names[0])
        return [None if amount is None else 0 - amount for amount in exact]
    if not answer:
        found.add("P28", Act.WARN, message, column=names[0])
    return exact


def rescaled(
    records: Records,
    name: str,
    exact: Exact,
    measure: np.ndarray,
    months: np.ndarray,
    context: PasteContext,
    found: Findings,
) -> Exact:
    """Return the amounts, multiplied or divided where the user says so, asked for where totals look like it.

    The last month of the paste is compared with the last committed one, over the measures it holds.
    """
    names = records.layout.names(name)
    factor, why = _suspected(records, exact, measure, months, name, context)
    if factor == 1:
        return exact
    verb = f"multiply by {factor:,}" if factor > 1 else f"divide by {round(1 / factor):,}"
    answer = found.ask("P27", names, f"{why} Column {names[0]}.", (verb, "keep"), blocking=False, suggestion=verb)
    if answer == verb:
        hits = np.flatnonzero(~records.out & ~records.totals)
        found.add("P27", Act.FIXED, f"Column {names[0]}: {verb}, as you chose.", hits, column=names[0])
        by = Decimal(round(factor)) if factor > 1 else 1 / Decimal(round(1 / factor))
        return [None if amount is None else amount * by for amount in exact]
    if not answer:
        found.add("P27", Act.WARN, why, column=names[0])
    return exact


def _suspected(
    records: Records, exact: Exact, measure: np.ndarray, months: np.ndarray, name: str, context: PasteContext
) -> tuple[float, str]:
    """Return the factor that would bring the amounts in line, 1 for none, and why."""
    if records.layout.scale > 1 and name == "value":
        return records.layout.scale, f"The header says values are in units of {records.layout.scale:,}."
    live = ~records.out & ~records.totals & np.array([amount is not None for amount in exact], dtype=bool)
    if live.sum() < FEWEST:
        return 1, ""
    latest = live & (months == months[live].max())
    total = float(sum((abs(exact[k] or Decimal(0)) for k in np.flatnonzero(latest).tolist()), Decimal(0)))
    before = abs(last_month_total(context, sorted(set(measure[latest])), name))
    if not before or not total or math.isnan(before):
        return 1, ""
    ratio = total / before
    for factor in FACTORS:
        if 1 / _NEAR < ratio / factor < _NEAR:
            return 1 / factor, f"Total is {ratio:,.0f}x last month: values in {_small(factor)}?"
        if 1 / _NEAR < ratio * factor < _NEAR:
            return factor, f"Total is {ratio:.3g}x last month: values in {_large(factor)}?"
    return 1, ""


def _small(factor: int) -> str:
    return {100: "cents", 1000: "units where thousands were expected"}.get(factor, "single units")


def _large(factor: int) -> str:
    return {100: "hundreds", 1000: "thousands"}.get(factor, "millions")


@lru_cache(maxsize=10_000)
def month_name(ordinal: int) -> str:
    """Return a month as `2026-10`."""
    return str(pd.Period(ordinal=int(ordinal), freq="M"))
