"""Rules about a paste as a whole: its months, its size, its totals, and whether it was committed before."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.actuals.findings import Act, Findings
from sop_xl.actuals.scale import month_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from sop_xl.actuals.context import PasteContext
    from sop_xl.actuals.draft import Draft
    from sop_xl.actuals.raw import RawPaste

CUT_AT = (65_536, 1_048_576)
USUAL_MONTHS = 6
FEW = 0.7
"""Share of the fewest rows of a usual month below which a paste is short."""
OUTLIER_Z = 6.0
OUTLIER_HISTORY = 6
HISTORY_MONTHS = 36
_CENTS = Decimal(100)


def cut_exports(raw: RawPaste, found: Findings) -> None:
    """Block where the source has as many rows as a sheet holds (P38), or the paste covers our columns (P41)."""
    for limit in CUT_AT:
        if raw.total_rows in (limit, limit - 1) or (limit == CUT_AT[-1] and raw.total_rows > limit):
            message = f"Exactly {raw.total_rows:,} rows: the export was probably cut."
            if found.ask("P38", ("rows", ""), message, ("it is complete",)):
                found.add("P38", Act.WARN, f"{raw.total_rows:,} rows; complete, as you say.")
    if raw.own_columns:
        message = "The paste covers the SOP columns; undo with Ctrl+Z before pressing any button."
        found.block("P41", message, raw.address(*min(raw.own_columns)))


def same_content(digest: str, draft: Draft, equal: int, facts: int, context: PasteContext, found: Findings) -> None:
    """Block where this content was committed before (P40), or all it says is known already."""
    if digest in context.batches:
        found.block("P40", f"Already committed as {context.batches[digest]}. Nothing is to be done.")
    elif facts and equal == facts and len(draft):
        found.block("P40", f"Already committed: all {facts:,} facts are there with the same figures.")


def check_months(draft: Draft, usable: np.ndarray, context: PasteContext, found: Findings) -> None:
    """Ask where no row is for the open month; warn of months to come and of closed ones (P21, P23)."""
    months = draft.months.ordinals
    present = sorted(set(months[usable].tolist()))
    if not present:
        return
    opened, names = context.open_period.ordinal, [month_name(m) for m in present]
    has_history = len(context.committed) > 0
    if opened not in present and (has_history or present[0] > opened):
        rows = f"All rows are for {names[0]}" if len(names) == 1 else f"Rows are for {names[0]} to {names[-1]}"
        message = f"{rows}; the open month is {context.open_period}."
        if found.ask("P21", (draft.months.header, "period"), message, ("take them", "stop")) == "take them":
            found.add("P21", Act.WARN, f"{message} Taken, as you chose.", usable, column=draft.months.header)
    elif (months[usable] > opened).any():
        late = usable[months[usable] > opened]
        message = f"{late.size:,} rows are for months after the open one, {context.open_period}."
        found.add("P21", Act.WARN, message, late, column=draft.months.header)
    _missing_months(present, context, found)


def _missing_months(present: list[int], context: PasteContext, found: Findings) -> None:
    known = context.committed["period"].dropna()
    before = [int(known.max().ordinal)] if len(known) else []
    gaps = set(range(min(present + before), context.open_period.ordinal)) - set(present)
    gaps -= {period.ordinal for period in known.unique()}
    inside = sorted(gap for gap in gaps if gap < max(present))
    if inside:
        names = ", ".join(map(month_name, inside[:6]))
        found.add("P23", Act.WARN, f"No rows for {names}: {len(inside)} months are missing before the last one.")


def row_count(draft: Draft, usable: np.ndarray, context: PasteContext, found: Findings) -> None:
    """Warn where the open month has far fewer rows than usual (P23)."""
    frame = draft.frame.loc[usable]
    frame = frame[frame["month"] == context.open_period.ordinal]
    before = context.committed
    for measure in sorted(frame["measure"].unique()):
        counts = before.loc[before["measure"] == measure, "period"].value_counts()
        usual = [int(counts.get(context.open_period - k, 0)) for k in range(1, USUAL_MONTHS + 1)]
        usual = [count for count in usual if count]
        mine = int((frame["measure"] == measure).sum())
        if len(usual) >= 3 and mine < FEW * min(usual):
            span = f"{min(usual):,}-{max(usual):,}" if min(usual) < max(usual) else f"{min(usual):,}"
            message = f"Only {mine:,} rows of {measure}; last {len(usual)} months had {span}."
            found.add("P23", Act.WARN, message)


def control_totals(
    sums: Mapping[str, Decimal], control: Mapping[str, Decimal], found: Findings
) -> dict[str, dict[str, str]]:
    """Block where a total is not the one finance typed (P39).

    Args:
        sums: totals of the paste by `quantity` and `value`, all rows that are not left out.
        control: totals typed by the user, same names.
        found: takes what is found.

    Returns:
        Paste, control and difference by name, as text.
    """
    out = {}
    for name, typed in control.items():
        paste = sums.get(name, Decimal(0))
        difference = paste - typed
        out[name] = {"paste": f"{paste:f}", "control": f"{typed:f}", "difference": f"{difference:f}"}
        if difference:
            cents = difference * _CENTS
            swapped = " (divisible by 9: digits swapped?)" if cents % 9 == 0 else ""
            message = f"Paste {paste:,.2f}; control {typed:,.2f}; difference {difference:,.2f}{swapped}."
            found.block("P39", message, name)
    return out


def outliers(draft: Draft, usable: np.ndarray, context: PasteContext, found: Findings) -> None:
    """Warn of amounts far from the same key's history: robust z above 6 over six months or more (P29)."""
    name = "quantity" if draft.quantity is not None else "value"
    frame = draft.frame.loc[usable]
    frame = frame[frame[name].notna()]
    if frame.empty or context.committed.empty:
        return
    keys = ["measure", "item", "market", "location"]
    history = _history(context, frame, name)
    usual = history.groupby(keys)[name].agg(["count", "median"])
    usual = usual[usual["count"] >= OUTLIER_HISTORY]
    if usual.empty:
        return
    joined = history.merge(usual["median"].reset_index(), on=keys)
    spread = (joined[name] - joined["median"]).abs().groupby([joined[key] for key in keys]).median()
    usual = usual.assign(
        scale=np.maximum(1.4826 * spread.reindex(usual.index), 0.1 * usual["median"].abs()).clip(lower=1.0)
    )
    lines = frame.reset_index(names="record").merge(usual.reset_index(), on=keys)
    far = lines[(lines[name] - lines["median"]).abs() > OUTLIER_Z * lines["scale"]]
    column = draft.records.layout.names(name)[0]
    mine = history.merge(far[keys].drop_duplicates(), on=keys)
    spans = mine.groupby(keys)[name].quantile([0.1, 0.9]).unstack()
    for line in far.itertuples():
        where = draft.records.address(int(line.record), name)
        low, high = spans.loc[tuple(getattr(line, key) for key in keys)]
        message = f"{where}: {getattr(line, name):,.6g} vs usual {low:,.6g}-{high:,.6g}."
        found.add("P29", Act.WARN, message, [int(line.record)], column=column)


def _history(context: PasteContext, frame: pd.DataFrame, name: str) -> pd.DataFrame:
    before = context.committed
    since = context.open_period - HISTORY_MONTHS
    recent = before[(before["period"] >= since) & (before["period"] < context.open_period) & before[name].notna()]
    recent = recent[recent["item"].isin(frame["item"].unique())]
    return recent.astype(dict.fromkeys(("measure", "item", "market", "location"), "str"))
