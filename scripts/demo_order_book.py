"""The demo company's order book: touring bikes are made to order (invented; the source knows stock only)."""

from __future__ import annotations

import pandas as pd

TO_ORDER = ("Touring Bikes",)
"""Families made to order: nothing of them stands in stock, and customers wait."""
AGREED_WEEKS, BOOKED_WEEKS = 2.0, 3.0
"""What may wait by agreement, and what does: the season has filled the book."""
WEEKS_OF_MONTH = 365 / 7 / 12
RECENT = 3
"""Months of shipments whose mean says what a week is, and closed months whose backlog is known."""


def to_order(items: pd.DataFrame) -> pd.DataFrame:
    """Return the items with strategy and agreed backlog; what is made to order has no cover target."""
    own = items["family"].isin(TO_ORDER)
    return items.assign(
        strategy=own.map({True: "MTO", False: ""}),
        target_backlog_weeks=pd.Series(AGREED_WEEKS, index=items.index).where(own),
        target_cover_days=items["target_cover_days"].where(~own),
    )


def order_book(items: pd.DataFrame, shipments: pd.DataFrame) -> pd.Series:
    """Return the units of each item made to order that customers wait for, by item."""
    own = set(items.loc[items["family"].isin(TO_ORDER), "item"])
    months = sorted(shipments["period"].unique())[-RECENT:]
    rows = shipments[shipments["item"].isin(own) & shipments["period"].isin(months)]
    weekly = rows.groupby("item")["quantity"].sum() / RECENT / WEEKS_OF_MONTH
    booked = (weekly * BOOKED_WEEKS).round()
    return booked[booked > 0]


def backlog_history(items: pd.DataFrame, shipments: pd.DataFrame, plant: str) -> pd.DataFrame:
    """Return the backlog of the last closed months as actuals: as much was booked as was shipped."""
    book = order_book(items, shipments)
    months = sorted(shipments["period"].unique())[-RECENT:]
    rows = [
        pd.DataFrame({"measure": "backlog", "item": book.index, "location": plant, "period": month, "quantity": book})
        for month in months
    ]
    return pd.concat(rows, ignore_index=True)
