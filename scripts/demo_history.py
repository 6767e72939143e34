"""What the demo company made, bought and had in stock in a year (invented; the source has one count)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

MONTHS = 12
"""Closed months with production, receipts and stock: a year, so that turns can be told."""

SMOOTHED = 3
"""Months whose mean shipments production leans on."""


class Flows(NamedTuple):
    """Units by item (rows) and closed month (columns), oldest first.

    Attributes:
        came: made or bought in the month.
        closing: in stock at the month's end.
        opening: in stock before the first month; one column.
    """

    came: pd.DataFrame
    closing: pd.DataFrame
    opening: pd.Series


def flows(items: pd.DataFrame, shipments: pd.DataFrame, stock: pd.Series, bom: pd.DataFrame) -> Flows:
    """Return what came in each of the last months, and the stock that follows from it.

    The last stock is the source's snapshot. What is sold and goes into nothing else (`resold`): half the
    month's shipments and half their mean over three months (what is made to order: the month's shipments),
    never less than lets the stock before be 0 or more. What goes into other items keeps the snapshot's
    stock, so that what came is what was shipped and what the month's production used.

    Args:
        items: the table, by item.
        shipments: rows of `actuals`.
        stock: the snapshot, by item.
        bom: the table.
    """
    wide = shipments.pivot_table(index="item", columns="period", values="quantity", aggfunc="sum").fillna(0.0)
    wide = wide.reindex(items.index, fill_value=0.0)
    smooth = wide.T.rolling(SMOOTHED, min_periods=1).mean().T
    months = list(wide.columns[-MONTHS:])
    goods, ordered = items["resold"].astype(bool), items["strategy"].eq("MTO")
    wanted = np.floor(wide[months] / 2 + smooth[months] / 2)
    wanted[ordered] = wide.loc[ordered, months]
    closing = stock.reindex(items.index).fillna(0.0).astype(float)
    came, closings = pd.DataFrame(index=items.index), pd.DataFrame(index=items.index)
    for month in reversed(months):
        closings[month] = closing
        came[month] = np.minimum(wanted[month], closing + wide[month]).where(goods, 0.0)
        closing = (closing + wide[month] - came[month]).where(goods, closing)
    parts = wide[months].mul(~goods, axis=0)
    return Flows(came[months] + needed(came[months] + parts, bom) + parts, closings[months], closing)


def needed(made: pd.DataFrame, bom: pd.DataFrame) -> pd.DataFrame:
    """Return what making `made` takes of each item, all levels of the bill, in units."""
    level, total = made, made * 0.0
    while level.to_numpy().sum() > 0:
        lines = level.reindex(bom["parent"]).mul(bom["qty_per"].to_numpy(), axis=0)
        level = lines.groupby(bom["component"].to_numpy()).sum().reindex(made.index, fill_value=0.0)
        total = total + level
    return total


def history_rows(items: pd.DataFrame, found: Flows, listed: set[str], plant: str) -> pd.DataFrame:
    """Return production or receipts, and the stock of items in `listed`, as rows of `actuals` valued at standard."""
    months = found.came.columns
    before = str(pd.Period(months[0], "M") - 1)
    counted = found.closing.index[found.closing.index.isin(listed)]
    measure = items["source"].map({"make": "production", "buy": "receipts"})
    rows = [_rows("inventory", before, found.opening[counted], plant)]
    for month in months:
        came = found.came.loc[found.came[month] > 0, month]
        rows.append(_rows(measure[came.index].to_numpy(), month, came, plant))
        rows.append(_rows("inventory", month, found.closing.loc[counted, month], plant))
    table = pd.concat(rows, ignore_index=True)
    return table.assign(value=(table["quantity"] * table["item"].map(items["standard_cost"])).round(2))


def _rows(measure: str | np.ndarray, month: str, quantity: pd.Series, plant: str) -> pd.DataFrame:
    columns = {"measure": measure, "item": quantity.index, "market": "", "location": plant, "period": month}
    return pd.DataFrame({**columns, "quantity": quantity.to_numpy()})
