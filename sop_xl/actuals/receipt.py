"""What a commit would do, said before it: facts, counts, exact totals, and what changes against before."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sop_xl.actuals.draft import KEY, Draft, committed_frame
from sop_xl.actuals.findings import Act, Findings
from sop_xl.actuals.periods import NO_MONTH
from sop_xl.actuals.scale import month_name
from sop_xl.schema.frames import conform, empty_frame
from sop_xl.schema.inputs import ACTUALS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sop_xl.actuals.context import PasteContext

LARGEST = 10
_ZERO = Decimal(0)


def facts_of(draft: Draft, usable: np.ndarray, summed: Sequence[np.ndarray]) -> pd.DataFrame:
    """Return the facts that the usable records make, as the table `actuals`; groups of `summed` make one each."""
    if not usable.size:
        return empty_frame(ACTUALS)
    frame = draft.frame.loc[usable]
    into = {int(k): int(group[0]) for group in summed for k in group}
    if into:
        kept = frame[~frame.index.isin([k for k, first in into.items() if k != first])].copy()
        for group in summed:
            for name, exact in draft.amounts().items():
                amounts = [amount for k in group if (amount := exact[int(k)]) is not None]
                kept.loc[int(group[0]), name] = float(sum(amounts, _ZERO)) if amounts else math.nan
        frame = kept
    period = pd.PeriodIndex.from_ordinals(frame["month"].to_numpy(), freq="M")
    return conform(ACTUALS, frame.drop(columns="month").assign(period=period, batch=""))


def counts_of(acts: np.ndarray) -> dict[str, int]:
    """Return records by status, and all of them as `rows_in`."""
    found = np.bincount(acts, minlength=len(Act))
    return {"rows_in": len(acts), **{act.word: int(found[act]) for act in Act}}


def totals_of(draft: Draft, acts: np.ndarray, currency: str) -> dict[str, Any]:
    """Return exact sums by amount, as text.

    `pasted` is the sum of all rows, `total` that of all that is not left out; then by status, currency and month.
    """
    out: dict[str, Any] = {}
    kept = (acts < Act.EXCLUDED) & ~draft.records.totals
    months = [month_name(m) if m != NO_MONTH else "" for m in draft.months.ordinals.tolist()]
    money = np.where(draft.currency == "", currency, draft.currency).tolist()
    words = [Act(int(act)).word for act in acts]
    for name, exact in draft.amounts().items():
        some = [k for k, amount in enumerate(exact) if amount is not None]
        live = [k for k in some if kept[k]]
        out[name] = {
            "pasted": _text(sum((exact[k] or _ZERO for k in some), _ZERO)),
            "total": _text(sum((exact[k] or _ZERO for k in live), _ZERO)),
            "by_status": _sums(exact, some, words),
            "by_month": _sums(exact, live, months),
        }
        if name == "value":
            out[name]["by_currency"] = _sums(exact, live, money)
    return out


def _sums(exact: Sequence[Decimal | None], records: Sequence[int], labels: Sequence[str]) -> dict[str, str]:
    sums: dict[str, Decimal] = {}
    for k in records:
        sums[labels[k]] = sums.get(labels[k], _ZERO) + (exact[k] or _ZERO)
    return {label: _text(sums[label]) for label in sorted(sums)}


def _text(amount: Decimal) -> str:
    return f"{amount.normalize() if amount != amount.to_integral_value() else amount.to_integral_value():f}"


def against_committed(facts: pd.DataFrame, context: PasteContext) -> pd.DataFrame:
    """Return the facts with what was committed before, and `state`: new, changed or equal."""
    mine = committed_frame(facts)
    before = committed_frame(context.committed)
    before = before[before["month"].isin(mine["month"].unique())].drop_duplicates(KEY, keep="last")
    joined = mine.merge(before, on=KEY, how="left", suffixes=("", "_before"), indicator=True, validate="1:1")
    home = {"currency": joined["currency"].replace("", context.currency)}
    home["currency_before"] = joined["currency_before"].fillna("").replace("", context.currency)
    same = home["currency"] == home["currency_before"]
    for name in ("quantity", "value"):
        same &= joined[name].eq(joined[f"{name}_before"]) | (joined[name].isna() & joined[f"{name}_before"].isna())
    state = np.where(joined["_merge"] == "left_only", "new", np.where(same, "equal", "changed"))
    return joined.drop(columns="_merge").assign(state=state)


def restated(joined: pd.DataFrame, draft: Draft, usable: np.ndarray, context: PasteContext, found: Findings) -> None:
    """Warn of months before the open one that differ from what was committed (P22)."""
    changed = joined[(joined["state"] == "changed") & (joined["month"] < context.open_period.ordinal)]
    if changed.empty:
        return
    name = "value" if changed["value"].notna().any() else "quantity"
    net = float((changed[name].fillna(0) - changed[f"{name}_before"].fillna(0)).sum())
    months = changed["month"].nunique()
    message = (
        f"{months} earlier month{'s' if months > 1 else ''} differ{'' if months > 1 else 's'} from committed values "
        f"(net {net:+,.2f}). Commit as restatement? Reason needed."
    )
    keys = pd.MultiIndex.from_frame(changed[KEY])
    mine = pd.MultiIndex.from_frame(draft.frame.loc[usable, KEY])
    found.add("P22", Act.WARN, message, usable[mine.isin(keys)], column=draft.months.header)


def receipt_of(
    joined: pd.DataFrame, draft: Draft, counts: Mapping[str, int], found: Findings, control: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the receipt: months, keys by state, the ten largest changes, control totals, how columns were read."""
    states = joined["state"].value_counts()
    layout = draft.records.layout
    return {
        "months": [month_name(m) for m in sorted(joined["month"].unique())],
        "facts": len(joined),
        **{state: int(states.get(state, 0)) for state in ("new", "changed", "equal")},
        "largest_changes": _largest(joined),
        "control": dict(control),
        "incomplete": bool(counts["bad"]),
        "columns": {**layout.fields(), **{f"fixed {k}": v for k, v in layout.fixed.items()}},
        "notes": [remark.message for remark in found.remarks if remark.note],
    }


def _largest(joined: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the changed facts with the largest difference, value before quantity, ties by key."""
    changed = joined[joined["state"] == "changed"]
    if changed.empty:
        return []
    name = "value" if (changed["value"].notna() | changed["value_before"].notna()).any() else "quantity"
    difference = changed[name].fillna(0) - changed[f"{name}_before"].fillna(0)
    ranked = changed.assign(difference=difference, size=-difference.abs()).sort_values(["size", *KEY], kind="stable")
    return [
        {
            **{key: getattr(line, key) for key in KEY[:-1]},
            "period": month_name(line.month),
            "field": name,
            "before": _plain(getattr(line, f"{name}_before")),
            "after": _plain(getattr(line, name)),
            "difference": round(float(line.difference), 6),
        }
        for line in ranked.head(LARGEST).itertuples()
    ]


def _plain(number: float) -> float | None:
    return None if math.isnan(number) else float(number)
