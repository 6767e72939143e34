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
from sop_xl.functions import (
    accuracy,
    balances,
    classes,
    facts,
    forecasting,
    launching,
    money,
    production,
    sharing,
    smoothing,
    stock,
    worksheet,
)
from sop_xl.functions.excel import excel_function
from sop_xl.services.facts import WorkbookFacts

if TYPE_CHECKING:
    from collections.abc import Callable

    from sop_xl.functions.worksheet import Cell, TableOfCells
    from sop_xl.ports import Workbook


def _calling_workbook() -> Workbook:
    from sop_xl.adapters.live_workbook import LiveWorkbook

    return LiveWorkbook(xw.Book.caller())


_FACTS = WorkbookFacts(_calling_workbook)


def _udf(call: Callable[..., object]) -> Callable[..., Any]:
    """Return the xlwings function of a worksheet function: its answer, or one sentence why there is none."""
    function = worksheet.of(call)

    def answer(*cells: object) -> TableOfCells | Cell:
        try:
            return function.answer(*cells, facts=_FACTS)
        except SopError as fault:
            return f"{function.name}: {fault}"
        except Exception as bug:  # must not end in Excel as a traceback: logged, and shown as what it is
            logging.getLogger(__name__).exception("%s failed", function.name)
            return f"{function.name}: a bug of sop_xl, not of your data ({type(bug).__name__}: {bug})."

    return excel_function(function, answer, func=xw.func, arg=xw.arg)


SOP_FORECAST = _udf(forecasting.forecast)
SOP_FIT = _udf(forecasting.fit)
SOP_OUTLIERS = _udf(forecasting.outliers)
SOP_NAIVE = _udf(smoothing.naive)
SOP_MA = _udf(smoothing.moving_average)
SOP_SES = _udf(smoothing.exponential_smoothing)
SOP_HOLT = _udf(smoothing.holt)
SOP_WINTERS = _udf(smoothing.winters)
SOP_CROSTON = _udf(smoothing.croston)

SOP_MAPE = _udf(accuracy.mape)
SOP_WMAPE = _udf(accuracy.wmape)
SOP_BIAS = _udf(accuracy.bias)
SOP_MAD = _udf(accuracy.mean_absolute_deviation)
SOP_TRACKING = _udf(accuracy.tracking)
SOP_FVA = _udf(accuracy.value_added)
SOP_ABC = _udf(classes.abc)
SOP_XYZ = _udf(classes.xyz)

SOP_PROJECT = _udf(balances.project)
SOP_BACKLOG = _udf(balances.backlog)
SOP_COVER = _udf(balances.cover)
SOP_BACKLOGWEEKS = _udf(balances.backlog_weeks)
SOP_NETTING = _udf(balances.netting)
SOP_SAFETY = _udf(stock.safety)
SOP_FILLRATE = _udf(stock.fill_rate)

SOP_LEVEL = _udf(production.level)
SOP_CHASE = _udf(production.chase)
SOP_LOAD = _udf(production.load)
SOP_CPOF = _udf(production.capacity_by_factors)
SOP_WW = _udf(production.lots)
SOP_EOQ = _udf(production.order_quantity)

SOP_DISAGG = _udf(sharing.disaggregate)
SOP_FAIRSHARE = _udf(sharing.fair_share)
SOP_DRP = _udf(sharing.replenish)

SOP_RAMP = _udf(launching.ramp)
SOP_CANNIBAL = _udf(launching.cannibalised)

SOP_C2C = _udf(money.cash_to_cash)
SOP_BRIDGE = _udf(money.bridge)
SOP_GAP = _udf(money.gap)
SOP_BACKSOLVE = _udf(money.solve_back)

SOP_GET = _udf(facts.get)
SOP_WHY = _udf(facts.why)
SOP_EXPLAIN = _udf(facts.explain)
