"""Forms of 30 recipients of the demo company, filled and collected: how long it takes.

    python benchmarks/collect.py

Prints seconds by the clock and of the processor. Every form has three figures filled in; all are in one zip archive.
Goal: a collect of 30 returns in 10 s.
"""

import datetime as dt
import sys
import tempfile
import time
from pathlib import Path

import openpyxl

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.e2e.command import sop
from tests.share.outgoing import send, thirty
from tests.share.round_trip import zipped

ROWS = 3
FILLED = ("Your forecast", "Your hours")


def main() -> None:
    """Plan the demo, send, fill, collect."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        path = Path(sop("demo", folder / "demo", "--json").json["workbook"])
        sent, _ = send(path, folder / "out", thirty(path), dt.date(2099, 1, 1))
        for _, form, _ in sent:
            fill(form)
        archive = zipped(folder / "returns.zip", [form for _, form, _ in sent])
        rows = sum(len(rows) for _, _, rows in sent)
        print(f"{len(sent)} forms with {rows:,} rows, {archive.stat().st_size / 1e6:.1f} MB")
        timed("collect, preview", "collect", path, archive)
        timed("collect, commit", "collect", path, archive, "--commit")
        timed("collect again", "collect", path, archive, "--commit")
        timed("undo", "undo", path)


def timed(what: str, *words: object) -> None:
    """Run a command and print how long it took, and the first line that it says."""
    clock, processor = time.perf_counter(), time.process_time()
    done = sop(*words)
    assert done.code == 0, done.err
    took = f"{time.perf_counter() - clock:6.1f} s, {time.process_time() - processor:6.1f} s of the processor"
    print(f"{what:18} {took}   {done.out.splitlines()[0]}")


def fill(form: Path) -> None:
    """Write figures into the first cells to fill."""
    book = openpyxl.load_workbook(form)
    page = book.worksheets[0]
    headers = [cell.value for cell in page[3]]
    place = next(k for k, header in enumerate(headers, 1) if header in FILLED)
    for row in range(4, 4 + ROWS):
        page.cell(row, place).value = 100.5 + row
    book.save(form)


if __name__ == "__main__":
    main()
