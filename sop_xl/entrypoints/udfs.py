"""The worksheet functions as Excel calls them, through xlwings: `=SOP_WMAPE(B2:M2, B3:M3)`.

The wrappers that xlwings generates for them travel inside the workbook (`template/udf_wrappers`), so nobody
has to import functions or trust access to the VBA project. None is volatile: Excel asks again when an
argument changes.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import xlwings as xw

from sop_xl.domain.errors import SopError
from sop_xl.functions import accuracy, balances, worksheet
from sop_xl.functions.excel import excel_function

if TYPE_CHECKING:
    from collections.abc import Callable

    from sop_xl.functions.worksheet import Cell, TableOfCells


def _udf(call: Callable[..., object]) -> Callable[..., Any]:
    """Return the xlwings function of a worksheet function: its answer, or one sentence why there is none."""
    function = worksheet.of(call)

    def answer(*cells: object) -> TableOfCells | Cell:
        try:
            return function.answer(*cells)
        except SopError as fault:
            return f"{function.name}: {fault}"
        except Exception as bug:  # must not end in Excel as a traceback: logged, and shown as what it is
            logging.getLogger(__name__).exception("%s failed", function.name)
            return f"{function.name}: a bug of sop_xl, not of your data ({type(bug).__name__}: {bug})."

    return excel_function(function, answer, func=xw.func, arg=xw.arg)


SOP_MAPE = _udf(accuracy.mape)
SOP_WMAPE = _udf(accuracy.wmape)
SOP_BIAS = _udf(accuracy.bias)
SOP_MAD = _udf(accuracy.mean_absolute_deviation)
SOP_TRACKING = _udf(accuracy.tracking)
SOP_FVA = _udf(accuracy.value_added)

SOP_PROJECT = _udf(balances.project)
SOP_BACKLOG = _udf(balances.backlog)
SOP_COVER = _udf(balances.cover)
SOP_BACKLOGWEEKS = _udf(balances.backlog_weeks)
SOP_NETTING = _udf(balances.netting)
