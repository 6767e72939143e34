"""The sheet Family as a spreadsheet program shows it, beside the tables that it adds up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    View = Sequence[Sequence[Any]]

CURRENT = pd.Period("2026-11", "M")
"""The open month of Adventure Works."""
TABLES = ("items", "forecast", "finance", "family_plan")
"""What the sheet adds up."""


def row_of(view: View, label: str, start: int = 0) -> np.ndarray:
    """Return the figures of a row by its label: closed and open months, H to V."""
    row = next(row for row in view[start:] if str(row[0] or "").strip() == label)
    return np.array([np.nan if cell in ("", None) else float(cell) for cell in row[7:22]])


def assert_adds_up(view: View, family: str, frames: Mapping[str, pd.DataFrame], months: int = 12) -> None:
    """Check forecast, supply, stock and revenue of a family's sheet, A1:AA40, against the tables.

    The sheet adds up the parts of each item, each rounded to 6 decimals as the consensus of each market is; so are
    supply and closing stock.
    """
    periods = pd.period_range(CURRENT, periods=months, freq="M")
    opens = slice(3, 3 + months)
    items = frames["items"].set_index("item")["family"]
    forecast = frames["forecast"][frames["forecast"]["item"].map(items).eq(family)]
    consensus = forecast.groupby("period")["consensus"].sum()[periods]
    money = frames["finance"].query("line == 'revenue' and family == @family")
    revenue = money.groupby("period")["amount"].sum()[periods]
    plan = frames["family_plan"].query("family == @family").set_index("period").loc[periods]
    stock = next((k for k, row in enumerate(view) if str(row[0] or "").startswith("INVENTORY")), None)
    assert view[0][0] == f"Family plan: {family}"
    assert row_of(view, "New forecast")[opens] == pytest.approx(consensus.to_numpy(), rel=1e-9, abs=1e-4)
    assert row_of(view, "Net revenue")[opens] == pytest.approx(revenue.to_numpy(), rel=1e-12, abs=0.005)
    assert row_of(view, "New plan")[opens] == pytest.approx(plan["supply"].to_numpy(), rel=1e-9, abs=1e-4)
    shown = (
        row_of(view, "Finished stock, plan") if stock is None else row_of(view, "Plan", stock)
    )  # made to order, or to stock
    assert shown[opens] == pytest.approx(plan["closing"].to_numpy(), rel=1e-9, abs=1e-4)
