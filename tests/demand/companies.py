"""Small companies for the demand tests: tables as lists of rows, everything else blank or default."""

import pandas as pd

from sop_xl.domain.plan_data import PlanData
from sop_xl.domain.settings import Settings
from sop_xl.schema import INPUT_TABLES
from sop_xl.schema.frames import conform, empty_frame, with_defaults

CURRENT = pd.Period("2026-01", "M")


def company(settings=None, **tables):
    """Build a checked company; a table is a list of dicts by field name, months as text."""
    frames = {}
    for table in INPUT_TABLES:
        rows = tables.get(table.name)
        frame = empty_frame(table) if not rows else conform(table, _typed(table, rows))
        frames[table.name] = with_defaults(table, frame)
    options = {"current_period": CURRENT, "horizon_months": 6, **(settings or {})}
    return PlanData.of(Settings(**options), frames)


def _typed(table, rows):
    frame = pd.DataFrame(rows)
    for column in table.columns:
        if column.field in frame and column.kind == "month":
            frame[column.field] = pd.PeriodIndex(frame[column.field].tolist(), freq="M")
        elif column.field in frame and column.kind in ("text", "flag"):
            frame[column.field] = frame[column.field].fillna("")
    return frame


def shipments(item, quantities, market="", end="2025-12", measure="shipments"):
    """Rows of `actuals`, one a month, the last in `end`; None leaves the row out."""
    periods = pd.period_range(end=end, periods=len(quantities), freq="M")
    return [
        {"measure": measure, "item": item, "market": market, "period": str(period), "quantity": quantity}
        for period, quantity in zip(periods, quantities, strict=True)
        if quantity is not None
    ]
