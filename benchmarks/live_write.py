"""Writing into an open workbook: 100,000 cells a table, one block each; Calc stands in for Excel.

    python benchmarks/live_write.py

Prints seconds and the calls that each act needs, the record for a killed Python included. Exits 1 where a table
takes more than one block of writing. Needs soffice and python3-uno. What Excel itself takes is not told: a block is
one call there too, over COM.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from sop_xl.adapters.live.commit_file import CommitFile
from sop_xl.adapters.live_workbook import LiveWorkbook
from tests.adapters.cases import ORDERS, ORDERS_HEADER, PLAN, PLAN_HEADER, by_xlsxwriter
from tests.support.calc_engine import CALLS, missing, xlwings_on_calc

if TYPE_CHECKING:
    from collections.abc import Callable

CELLS = 100_000
DAY = dt.date(2026, 3, 1)


def plan_rows(factor: float) -> list[list[Any]]:
    """Return a table of results with `CELLS` cells: codes, months, figures, words."""
    width = len(PLAN_HEADER)
    return [PLAN_HEADER, *([f"{k:06d}", DAY, k * factor, "theta"] for k in range(CELLS // width))]


def order_rows(factor: float) -> list[list[Any]]:
    """Return a table of the user's with `CELLS` cells."""
    width = len(ORDERS_HEADER)
    return [ORDERS_HEADER, *([f"O-{k}", k * factor, DAY, "yes", None] for k in range(CELLS // width))]


def timed(what: str, act: Callable[[], object]) -> Counter[str]:
    """Do something, print what it took; return its calls by kind."""
    CALLS.forget()
    start = time.perf_counter()
    act()
    seconds = time.perf_counter() - start
    kinds = Counter(call.kind for call in CALLS.made)
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "none"
    print(f"{what:34} {seconds:7.2f} s   calls: {told}", flush=True)
    return kinds


def main() -> None:
    """Write two tables of 100,000 cells, write them again with other figures, and once more with none."""
    if missing():
        sys.exit(missing())
    with tempfile.TemporaryDirectory() as folder, xlwings_on_calc() as app:
        book = app.books.open(by_xlsxwriter(Path(folder) / "live.xlsx"))
        safety = CommitFile([Path(folder) / "kept"], "live", dt.datetime(2026, 3, 1, 9, 30))
        workbook = LiveWorkbook(book, safety)
        writes = []
        for words, factor in (("empty tables", 1.0), ("every figure changed", 2.0), ("nothing changed", 2.0)):
            print(f"-- {words}")
            timed("read, place 2 x 100,000 cells", lambda factor=factor: stage(workbook, factor))
            writes.append(timed("commit", workbook.commit)["write"])
        timed("read 100,000 cells back", lambda: workbook.read_cells(PLAN))
        book.close()
    if writes != [2, 2, 0]:
        sys.exit(
            f"Blocks written: {writes}; one for each of the two tables is the goal, and none where nothing differs."
        )


def stage(workbook: LiveWorkbook, factor: float) -> None:
    """Stage both tables."""
    workbook.write_cells(PLAN, plan_rows(factor))
    workbook.write_cells(ORDERS, order_rows(factor))


if __name__ == "__main__":
    main()
