"""Check and commit a paste of 100,000 rows for a company of 5,000 items with three years of facts; print the seconds.

    python benchmarks/paste.py [ROWS]

The paste is the hard kind: text in German numbers, trailing minus, German dates, lost zeros. The limits are held
against CPU time, so that other work on the machine does not count. The commit is all that goes into the ledger, the
paste itself and its receipt too; filling the sheet Actuals anew comes after it.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.actuals.check import check_paste
from sop_xl.actuals.context import PasteContext
from sop_xl.actuals.csv_text import read_text
from sop_xl.adapters.ledger.opening import create_file
from sop_xl.schema.frames import conform
from sop_xl.schema.inputs import ACTUALS, FX_RATES, ITEMS, LOCATIONS, MARKETS
from sop_xl.services.ledger_sync import User
from sop_xl.services.memory import Memory
from sop_xl.services.paste import Wish, batch_of

if TYPE_CHECKING:
    from sop_xl.actuals.result import PasteCheck

ITEM_COUNT, MARKET_COUNT = 5_000, 20
LIMIT, COMMIT_LIMIT = 10.0, 5.0


def main() -> None:
    """Build, check, print."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    content, context = german_export(rows), company()
    started, clock = time.process_time(), time.perf_counter()
    raw = read_text(content, "umsatz.csv")
    read = time.process_time()
    result = check_paste(raw, context, answers={"P05:Datum": "day first"})
    checked, waited = time.process_time(), time.perf_counter() - clock
    listed = len(result.rows)
    told = time.process_time()
    print(f"{rows:,} rows against {len(context.committed):,} committed facts: {result.status}, {dict(result.counts)}")
    print(f"CPU: read {read - started:.1f} s, check {checked - read:.1f} s, {listed:,} verdicts {told - checked:.1f} s")
    print(f"read and check on the clock: {waited:.1f} s")
    assert result.counts["rows_in"] == rows
    assert checked - started < LIMIT, f"slower than {LIMIT} s"
    commit(result)


def commit(check: PasteCheck) -> None:
    """Commit the checked paste into a new ledger, and print how long that took."""
    with tempfile.TemporaryDirectory(prefix="sop_bench_") as folder:
        ledger = create_file(Path(folder) / "plan.sopledger", "guid", "plan.xlsm")
        memory = Memory(ledger, User("A. Meyer", dt.datetime(2026, 11, 4, 9, 30)))
        started, clock = time.process_time(), time.perf_counter()
        record = ledger.commit(batch_of(check, Wish(reason="as the export says"), memory, ()))
        worked, waited = time.process_time() - started, time.perf_counter() - clock
        print(f"CPU: commit of {record.added:,} facts {worked:.1f} s; on the clock: {waited:.1f} s")
        assert record.added == len(check.facts)
        assert worked < COMMIT_LIMIT, f"slower than {COMMIT_LIMIT} s"


def german_export(rows: int) -> bytes:
    """Return the export: one row an item and market, in the open month."""
    random = np.random.default_rng(1)
    lines = ["Artikelnummer;Vertriebsweg;Buchungsdatum;Menge;Umsatz;Währung"]
    for k in range(rows):
        item, market = k // MARKET_COUNT % ITEM_COUNT, k % MARKET_COUNT
        units = 100 + int(random.integers(0, 20))
        code = f"{item:06d}" if k % 50 else str(item)
        sign = "-" if k % 97 == 0 else ""
        lines.append(f"{code};M{market:02d};{1 + k % 31:02d}.10.2026;{units}{sign};{_german(units * 10.37)}{sign};EUR")
    return "\n".join(lines).encode("cp1252")


def _german(amount: float) -> str:
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def company() -> PasteContext:
    """Return the company, with three years of facts of each item in two markets."""
    items = [f"{k:06d}" for k in range(ITEM_COUNT)]
    markets = [f"M{k:02d}" for k in range(MARKET_COUNT)]
    months = pd.period_range("2023-10", "2026-09", freq="M")
    keys = pd.MultiIndex.from_product([items, markets[:2], months], names=["item", "market", "period"])
    facts = keys.to_frame(index=False).assign(measure="shipments", location="", currency="EUR", batch="")
    facts["quantity"] = 100.0 + np.arange(len(facts)) % 17
    facts["value"] = (facts["quantity"] * 10.37).round(2)
    return PasteContext(
        conform(ITEMS, pd.DataFrame({"item": items, "list_price": 10.0})),
        conform(MARKETS, pd.DataFrame({"market": markets})),
        conform(LOCATIONS, pd.DataFrame({"location": ["P1"]})),
        conform(FX_RATES, pd.DataFrame({"currency": pd.Series([], dtype=str)})),
        "EUR",
        pd.Period("2026-10", freq="M"),
        pd.Period("2028-03", freq="M"),
        conform(ACTUALS, facts),
    )


if __name__ == "__main__":
    main()
