"""Write the demo company's tables: sorted by key, numbers short, the same bytes each time."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from pathlib import Path


def cell(value: object) -> str:
    """Return a number in its shortest form, `84` rather than `84.0`; blank for no number."""
    if isinstance(value, float):
        return "" if np.isnan(value) else repr(round(value, 6)).removesuffix(".0")
    return str(value)


KEYS = {
    "items": ["item"],
    "markets": ["market"],
    "resources": ["resource"],
    "routings": ["item", "operation"],
    "bom": ["parent", "component"],
    "suppliers": ["item", "supplier"],
    "stock": ["item"],
    "open_orders": ["order"],
    "actuals": ["measure", "item", "market", "period"],
    "recipients": ["role", "recipient"],
    "budget": ["item_or_family", "period"],
    "recent_bookings": ["item", "market", "from_date"],
    "fx_rates": ["currency", "period"],
    "rebates": ["agreement", "threshold"],
    "launches": ["launch"],
    "launch_gates": ["launch", "planned"],
    "phase_outs": ["item"],
    "targets": ["item"],
}


def write(name: str, frame: pd.DataFrame, folder: Path) -> None:
    """Write one table into a folder, made if missing, sorted by key; actuals compressed, without a time stamp."""
    folder.mkdir(exist_ok=True)
    ordered = frame.sort_values(KEYS[name], kind="stable")
    text = pd.DataFrame({column: [cell(v) for v in ordered[column].tolist()] for column in ordered})
    data = text.to_csv(index=False, lineterminator="\n").encode()
    if name == "actuals":
        (folder / f"{name}.csv.gz").write_bytes(gzip.compress(data, 9, mtime=0))
    else:
        (folder / f"{name}.csv").write_bytes(data)
