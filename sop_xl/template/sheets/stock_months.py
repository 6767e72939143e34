"""Stock value by month for charts of closed and open months: one scope throughout, all items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.template.formulas import count_of, known, sum_of
from sop_xl.template.words import kpi

if TYPE_CHECKING:
    from collections.abc import Sequence

SCOPE_SLACK = "0.05"
"""Share by which the last closed month's actuals may differ from the opening stock and still mean all items."""
_TABLE, _LINE = "tblFinance", ("Line", '"inventory_value"')
_LAST = "EDATE(sop_current,-1)"


def stock_values(closed: Sequence[str], ahead: Sequence[str]) -> list[str]:
    """Return formulas of stock at standard cost of each month, from the cells with the months.

    The last closed month is what the plan opens with, so that it has the plan's scope. Months before it
    come from actuals, where those of the last closed month come to that value too and the month has as
    many rows of stock; else they are blank: a part of the items beside all of them looks like growth.
    """
    opening = kpi("stock_now")
    of_last = sum_of(_TABLE, "Amount", _LINE, ("Month", _LAST))
    same = f"ABS({of_last}-N({opening}))<={SCOPE_SLACK}*N({opening})"

    def before(month: str) -> str:
        actual = known(_TABLE, "Amount", _LINE, ("Month", month))
        return f'=IF(AND(N({opening})>0,{same},{_rows(month)}>={_rows(_LAST)}),{actual},"")'

    return [
        *(before(month) for month in closed[:-1]),
        f"={opening}",
        *(f"={known(_TABLE, 'Amount', _LINE, ('Month', month))}" for month in ahead),
    ]


def _rows(month: str) -> str:
    return count_of("tblActuals", ("Measure", '"inventory"'), ("Month", month))
