"""Small named facts and batches of the ledger's tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from sop_xl.domain.batch import Batch, BatchKind, FactKey
from sop_xl.schema.frames import conform
from sop_xl.schema.results import FORECAST

NOW = dt.datetime(2026, 11, 4, 9, 30)
LATER = dt.datetime(2026, 11, 5, 8, 0)

OCTOBER = "2026-10"
BOLT = FactKey("shipments", "00123", "US", "", OCTOBER)
NUT = FactKey("shipments", "1E5", "US", "", OCTOBER)
GEAR = FactKey("inventory", "NA", "", "Bothell", OCTOBER)


def facts(*rows: tuple[FactKey, float | None, float | None]) -> pd.DataFrame:
    """Return facts: key, quantity, value in USD; None is blank."""
    records = [
        {**key._asdict(), "period": pd.Period(key.period, freq="M"), "quantity": quantity, "value": value}
        for key, quantity, value in rows
    ]
    frame = pd.DataFrame(records).astype({"quantity": "float64", "value": "float64"})
    return frame.assign(currency="USD")


def paste(*rows: tuple[FactKey, float | None, float | None], **more: Any) -> Batch:
    """Return a paste of these facts by A. Meyer."""
    given = {"source": "october.csv", "who": "A. Meyer", "at": NOW, "facts": facts(*rows), **more}
    return Batch(BatchKind.PASTE, **given)


def removal(*keys: FactKey, **more: Any) -> Batch:
    """Return a batch after which these keys hold nothing."""
    frame = facts(*((key, None, None) for key in keys))
    return Batch(BatchKind.TYPED, **{"source": "Actuals", "who": "B. Ito", "at": LATER, "removed": frame, **more})


def plain(frame: pd.DataFrame) -> dict[FactKey, tuple[float | None, float | None, str]]:
    """Return what a frame of facts says: quantity, value and batch by key."""
    out = {}
    for row in frame.to_dict("records"):
        key = FactKey(row["measure"], row["item"], row["market"], row["location"], str(row["period"]))
        quantity, value = (None if row[name] != row[name] else row[name] for name in ("quantity", "value"))
        out[key] = (quantity, value, row["batch"])
    return out


def forecast(quantity: float) -> pd.DataFrame:
    """Return a forecast of two months."""
    period = pd.PeriodIndex(["2026-11", "2026-12"], freq="M")
    rows = {"item": "00123", "market": "US", "period": period, "consensus": quantity, "method": "naive"}
    return conform(FORECAST, pd.DataFrame(rows))
