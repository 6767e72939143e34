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
def planned_folder() -> Path:
    """Return a folder with the company planned once, `plan.xlsm`, and all its run left; copy it, never change it."""
    folder = Path(tempfile.mkdtemp(prefix="sop_planned_"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    assert sop("import", TWO_PLANTS, folder / "plan.xlsm").code == 0
    assert sop("run", folder / "plan.xlsm").code == 0
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
