"""xlwings on LibreOffice Calc: the code that drives Excel drives a real spreadsheet program on Linux.

    with xlwings_on_calc():
        book = xlwings.Book("plan.xlsx")

One engine for xlwings over UNO, LibreOffice's programming interface. It is strict where Excel is strict, so that
what would go wrong there goes wrong here: names of sheets and tables, the size of a sheet, texts that Excel would
take for numbers, tables that would overlap, protected sheets. What it cannot show is in `README.md`.
"""

from __future__ import annotations

from tests.support.calc_engine.app import ENGINE
from tests.support.calc_engine.calls import CALLS, Call
from tests.support.calc_engine.session import missing, require, xlwings_on_calc
from tests.support.calc_engine.strict import NotAsInExcelError

__all__ = ["CALLS", "ENGINE", "Call", "NotAsInExcelError", "missing", "require", "xlwings_on_calc"]
