"""Packs for the 30 recipients of the demo company, their 27 forms filled and collected: how long it takes.

    python benchmarks/collect.py [WORKBOOK]

Without a workbook the demo is built first; a workbook is copied, not changed. Prints seconds by the clock and of the
processor. Every form has three figures filled in; all are in one zip archive.
Goal: a collect of 30 returns in 10 s.
"""

import datetime as dt
import shutil
import sys
import tempfile
import time
from pathlib import Path

import openpyxl

sys.path.insert(0, str(Path(__file__).parents[1]))

from sop_xl.share.form import CODE_HEADER
from tests.e2e.command import sop
from tests.share.outgoing import send
from tests.share.round_trip import zipped

ROWS = 3
FILLED = ("Your forecast", "Your hours", "Price")


def main() -> None:
    """Plan the demo, send, fill, collect."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        path = _copied(Path(sys.argv[1]), folder) if len(sys.argv) > 1 else _demo(folder)
        sent = send(path, folder / "out", dt.date(2099, 1, 1))
        for one in sent:
            fill(one.file, one.pack.form.sheets[0].name)
        archive = zipped(folder / "returns.zip", [one.file for one in sent])
        rows = sum(len(one.rows) for one in sent)
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


def fill(form: Path, sheet: str) -> None:
    """Write figures into the first cells to fill of a sheet."""
    book = openpyxl.load_workbook(form)
    page = book[sheet]
    head = next(row for row in page.iter_rows() if CODE_HEADER in [cell.value for cell in row])
    place = next(cell.column for cell in head if cell.value in FILLED)
    for row in range(head[0].row + 1, head[0].row + 1 + ROWS):
        page.cell(row, place).value = 100.5 + row
    book.save(form)


def _demo(folder: Path) -> Path:
    return Path(sop("demo", folder / "demo", "--json").json["workbook"])


def _copied(workbook: Path, folder: Path) -> Path:
    return Path(shutil.copyfile(workbook, folder / workbook.name))


if __name__ == "__main__":
    main()
