"""The ledger at size: a batch of 100,000 facts, and questions to 5 million.

    python benchmarks/ledger.py [--facts 5000000] [--url postgresql://...]
    python -m benchmarks.ledger --server

The targets are 5 s for the batch, 50 ms for the history of a key and 1 s for a month's actuals. They are held
against processor time, the program's and, where PostgreSQL runs on this machine, the server's, so that other work
does not count; the clock is printed beside it. The large
ledger is filled past the product, by bulk inserts, as it would stand after years of batches: 2,500 items in 20
markets over 50 months, each figure stated once and restated once.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import tempfile
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sop_xl.adapters.ledger.opening import create_file, create_url
from sop_xl.adapters.ledger.tables import BATCHES, FACT_KEYS, FACTS
from sop_xl.domain.batch import Batch, BatchKind, FactKey

if TYPE_CHECKING:
    from collections.abc import Callable

    from sop_xl.adapters.ledger.ledger import SqlLedger

NOW = dt.datetime(2026, 11, 4, 9, 30)
MARKETS, MONTHS, TIMES = 20, 50, 2
BATCH_ROWS = 100_000
CHUNK = 250_000
FIRST_MONTH = pd.Period("2022-08", freq="M")


def measured(what: str, target_s: float, call: Callable[[], Any], repeat: int = 1) -> Any:
    """Print the mean time of `call` against its target, and return what it gave last."""
    start, worked = time.perf_counter(), processor_s()
    for _ in range(repeat):
        result = call()
    worked, waited = (processor_s() - worked) / repeat, (time.perf_counter() - start) / repeat
    verdict = "ok" if worked <= target_s else "MISSED"
    print(
        f"{what:48} {worked:7.3f} s worked, {waited:7.3f} s waited   target {target_s:5.2f} s   {verdict}", flush=True
    )
    return result


def processor_s() -> float:
    """Return the processor time used so far by this program and by the PostgreSQL servers of this machine."""
    total = time.process_time()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            name, _, rest = stat.read_text(encoding="utf-8").partition("(")[2].rpartition(")")
            if name == "postgres":
                total += sum(map(int, rest.split()[11:13])) / os.sysconf("SC_CLK_TCK")
    return total


def batch(rows: int, period: str, scale: float) -> Batch:
    """Return a paste of that many rows for one month."""
    n = np.arange(rows)
    columns = {
        "measure": "shipments",
        "item": [f"I{k:06d}" for k in n // MARKETS],
        "market": [f"M{k:02d}" for k in n % MARKETS],
        "location": "",
        "period": pd.Period(period, freq="M"),
        "quantity": n * scale,
        "value": np.round(n * scale * 12.34, 2),
        "currency": "USD",
    }
    return Batch(BatchKind.PASTE, f"{period}.csv", "A. Meyer", NOW, facts=pd.DataFrame(columns))


def fill(ledger: SqlLedger, facts: int) -> None:
    """Put `facts` facts into an empty ledger by bulk inserts."""
    keys = facts // TIMES
    items = keys // (MARKETS * MONTHS)
    months = [str(FIRST_MONTH + k) for k in range(MONTHS)]
    with ledger.store.writing() as conn:
        for low in range(0, keys, CHUNK):
            rows = [
                (
                    k + 1,
                    "shipments",
                    f"I{k // MARKETS % items:06d}",
                    f"M{k % MARKETS:02d}",
                    "",
                    months[k // (MARKETS * items)],
                )
                for k in range(low, min(low + CHUNK, keys))
            ]
            ledger.store.load(conn, FACT_KEYS, rows)
        for low in range(0, facts, CHUNK):
            ledger.store.load(conn, FACTS, [_fact(k, keys) for k in range(low, min(low + CHUNK, facts))])
        for number in (1, 2):
            ledger.store.load(conn, BATCHES, [_batch_row(number, keys)])


def _fact(k: int, keys: int) -> tuple[Any, ...]:
    stated, number = k % keys + 1, k // keys + 1
    before = k + 1 - keys if number > 1 else None
    return (k + 1, stated, number, float(k), round(k * 0.5, 2), "USD", 0, number, before)


def _batch_row(number: int, keys: int) -> tuple[Any, ...]:
    head = (number, "paste", "bulk", "A. Meyer", NOW.isoformat(), "", f"bulk {number}", 0, "{}", 0)
    return (*head, keys if number == 1 else 0, keys if number == 2 else 0, 0, 0, number * keys, f"{number:064x}")


def main() -> None:
    """Measure, and print a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=int, default=5_000_000)
    parser.add_argument("--url", default="", help="a PostgreSQL database; default: a file")
    parser.add_argument("--server", action="store_true", help="start a PostgreSQL server as the tests do")
    options = parser.parse_args()
    if options.server:
        from tests.support.postgres import server_url

        options.url = server_url()
    with tempfile.TemporaryDirectory(prefix="sop_bench_") as folder:
        names = iter(("small", "large"))

        def empty() -> SqlLedger:
            if options.url:
                return create_url(options.url, str(uuid.uuid4()), "plan.xlsm")
            return create_file(Path(folder) / f"{next(names)}.sopledger", "guid", "plan.xlsm")

        small = empty()
        first = batch(BATCH_ROWS, "2026-10", 1.0)
        record = measured("commit 100,000 facts, all new", 5.0, lambda: small.commit(first))
        assert record.added == BATCH_ROWS
        again = batch(BATCH_ROWS, "2026-10", 2.0)
        record = measured("commit 100,000 facts, all but one restated", 5.0, lambda: small.commit(again))
        assert (record.changed, record.equal) == (BATCH_ROWS - 1, 1)
        measured("undo 100,000 facts", 5.0, lambda: small.undo(2, who="A. Meyer", at=NOW))
        small.close()

        large = empty()
        start = time.perf_counter()
        fill(large, options.facts)
        print(f"{options.facts:,} facts filled in {time.perf_counter() - start:.0f} s")
        key = FactKey("shipments", "I000123", "M07", "", "2026-07")
        history = measured("history of a key", 0.05, lambda: large.history(key), repeat=20)
        assert len(history) == TIMES
        month = measured("a month's actuals", 1.0, lambda: large.facts(periods=["2026-07"]), repeat=5)
        assert len(month) == options.facts // TIMES // MONTHS
        measured("a month's actuals as known after batch 1", 1.0, lambda: large.facts(periods=["2026-07"], as_of=1), 5)
        monthly = batch(len(month), "2026-10", 3.0)
        measured(f"commit {len(month):,} facts of a new month", 5.0, lambda: large.commit(monthly))
        large.close()


if __name__ == "__main__":
    main()
