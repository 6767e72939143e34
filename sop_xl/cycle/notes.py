"""Comments on numbers: kept by what they are about, so that sorting and refreshing move them along."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sop_xl.domain.calendar import month_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.domain.plan_data import PlanData


def comments(data: PlanData, about: str) -> Mapping[str, str]:
    """Return the comments on each key of one kind, in the order of their months, as one text.

    A comment on a month before the open one is past and left out; one without a month always shows.

    Args:
        data: the input.
        about: demand, supply, family or KPI.
    """
    rows, now = data["notes"], data.settings.current_period
    rows = rows[rows["about"].eq(about) & rows["text"].ne("") & (rows["period"].isna() | rows["period"].ge(now))]
    told = rows.assign(words=[_words(row) for row in rows.itertuples()]).sort_values(["key", "period", "author"])
    return {str(key): "  |  ".join(part["words"]) for key, part in told.groupby("key")}


def _words(row: object) -> str:
    """Return `Mar 27 orders: the fair moved (Ann)`."""
    month = "" if pd.isna(row.period) else month_text(row.period)  # type: ignore[attr-defined]
    head = " ".join(filter(None, (month, str(row.field))))  # type: ignore[attr-defined]
    who = f" ({row.author})" if row.author else ""  # type: ignore[attr-defined]
    return f"{head}: {row.text}{who}" if head else f"{row.text}{who}"  # type: ignore[attr-defined]
