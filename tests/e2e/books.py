"""Workbooks of the end-to-end tests: what their tables hold, read without the product's reader of formulas."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.parse import read_table
from tests.e2e.command import sop

if TYPE_CHECKING:
    import pandas as pd

TWO_PLANTS = Path(__file__).parent.parent / "companies" / "two_plants"


@cache
def imported_book() -> Path:
    """Return the company's workbook, imported once and never run; copy it, never change it."""
    path = _folder("sop_imported_") / "plan.xlsm"
    done = sop("import", TWO_PLANTS, path)
    assert done.code == 0, done.err
    return path


@cache
def planned_folder() -> Path:
    """Return a folder with the company planned once, `plan.xlsm`, and all its run left; copy it, never change it."""
    path = Path(shutil.copy(imported_book(), _folder("sop_planned_") / "plan.xlsm"))
    done = sop("run", path)
    assert done.code == 0, done.err
    return path.parent


def _folder(prefix: str) -> Path:
    """Return a folder that is gone when the tests end."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def frames_of(path: Path, *names: str) -> dict[str, pd.DataFrame]:
    """Return the named tables of a workbook as frames; a fault in one fails the test."""
    workbook = FileWorkbook(path)
    out = {}
    for name in names:
        parsed = read_table(TABLE_BY_NAME[name], workbook.read_cells(TABLE_BY_NAME[name]))
        assert not [issue for issue in parsed.issues if issue.severity == "stop"]
        out[name] = parsed.frame
    return out


def same_csv(one: Path, other: Path, *, but: frozenset[str] = frozenset()) -> list[str]:
    """Return the names of CSV files that differ between two folders, byte for byte."""
    names = sorted({file.name for file in (*one.glob("*.csv"), *other.glob("*.csv"))})
    return [name for name in names if name not in but and (one / name).read_bytes() != (other / name).read_bytes()]
