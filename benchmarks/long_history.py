"""Plan demand from a history file of more rows than a sheet should hold: `long_history.py [ROWS]`.

Prints the time to read and check the file as CSV and as Parquet, the time of the forecast, and the memory
at the peak. The company is made up: items in two markets over 36 months.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from sop_xl.adapters.memory_workbook import MemoryWorkbook
from sop_xl.demand.plan import plan_demand
from sop_xl.schema import ALL_TABLES
from sop_xl.schema.frames import conform
from sop_xl.schema.inputs import ITEMS, SETTINGS
from sop_xl.schema.render import render
from sop_xl.services.inputs import read_inputs

MONTHS = [str(month) for month in pd.period_range("2023-01", "2025-12", freq="M")]


def main(rows: int) -> None:
    """Write the file in both formats, read each, and forecast from it."""
    items = [f"I{k:05d}" for k in range(-(-rows // (2 * len(MONTHS))))]
    cells = pd.MultiIndex.from_product([items, ["EU", "US"], MONTHS], names=["item", "market", "period"])
    table = cells.to_frame(index=False).iloc[:rows]
    table["quantity"] = np.random.default_rng(1).poisson(20, len(table)).astype(float)
    with tempfile.TemporaryDirectory() as folder:
        table.to_csv(Path(folder) / "history.csv", index=False)
        table.to_parquet(Path(folder) / "history.parquet")
        for name in ("history.csv", "history.parquet"):
            start = time.process_time()
            data = read_inputs(book(Path(folder), name, items)).plan_data()
            print(
                f"{name}: {len(table):,} rows read and checked in {time.process_time() - start:.1f} s of processor time"
            )
        start = time.process_time()
        plan = plan_demand(data)
        print(f"forecast of {len(plan.forecast):,} rows in {time.process_time() - start:.1f} s of processor time")
    print(f"memory at the peak: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def book(folder: Path, name: str, items: list[str]) -> MemoryWorkbook:
    """Return a workbook of these items that reads its history from the file."""
    workbook = MemoryWorkbook(ALL_TABLES)
    workbook.folder = folder
    settings = {"current_period": "2026-01", "history_file": name}
    workbook.put(SETTINGS, [list(SETTINGS.headers), *([key, value, "", ""] for key, value in settings.items())])
    workbook.put(ITEMS, render(ITEMS, conform(ITEMS, pd.DataFrame({"item": items}))))
    return workbook


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 250_000)
