"""How long packs for 30 recipients take: `benchmarks/packs.py [WORKBOOK]`; without one the demo is built first.

A workbook is copied, not changed. Limit: 20 s of processor time, with the search for leaks, folder and ledger.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.entrypoints.pack_cli import send_out
from sop_xl.entrypoints.places import ledger_places, stamp
from sop_xl.services.compute import silent
from sop_xl.services.ledger_sync import User
from sop_xl.services.memory import remembering
from sop_xl.services.packs import PackWish, make_packs
from sop_xl.template.packs.printer import PackPrinter

LIMIT_S = 20.0


def main() -> None:
    """Make the packs of the demo company, print the seconds, and fail beyond the limit of processor time."""
    with tempfile.TemporaryDirectory() as folder:
        file = _copied(Path(sys.argv[1]), Path(folder)) if len(sys.argv) > 1 else _demo(Path(folder))
        wall, work = time.perf_counter(), time.process_time()
        workbook = FileWorkbook(file)
        with remembering(workbook, ledger_places(str(file.resolve())), User("bench", stamp()), begin=False) as memory:
            packs = make_packs(workbook, memory, PackPrinter(), PackWish(), silent)
            made = time.process_time() - work
            send_out(workbook, packs, Path(folder) / "packs", memory, None)
        wall, work = time.perf_counter() - wall, time.process_time() - work
        people = len({(pack.recipient.recipient, pack.recipient.role) for pack in packs.made})
        size = max(len(pack.content) for pack in packs.made)
        print(f"{people} recipients, {len(packs.made)} files, the largest {size / 1e3:.0f} kB")
        print(f"read, made and searched for leaks {made:.1f} s of processor time")
        print(f"with ledger, folder and what the workbook keeps of it {work:.1f} s")
        print(f"by the clock {wall:.1f} s")
    if work > LIMIT_S:
        sys.exit(f"more than {LIMIT_S:.0f} s")


def _copied(workbook: Path, folder: Path) -> Path:
    return Path(shutil.copyfile(workbook, folder / workbook.name))


def _demo(folder: Path) -> Path:
    from sop_xl.entrypoints.cli import app

    app(["demo", str(folder)], standalone_mode=False)
    return next(folder.glob("*.xlsm"))


if __name__ == "__main__":
    main()
