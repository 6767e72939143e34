"""Days of cover of the view Inventory & backlog: how long stock lasts on the demand that comes after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_col_to_name

from sop_xl.template.blocks import Block, at
from sop_xl.template.formulas import Where, sum_of
from sop_xl.template.parts import AHEAD, FIRST, PAST
from sop_xl.template.sheets.family_data import BEYOND, MONTH_DAYS, afterwards

if TYPE_CHECKING:
    from collections.abc import Callable

    from sop_xl.template.book import Book

MONTHS = PAST + AHEAD + BEYOND
_PLAN = "tblFamilyPlan"


class Covers:
    """Rows of demand summed up, month by month, on Chart data; cover is read from them.

    The stock of a month reaches the point of the sum where its own sum plus the stock is; the days to
    there are its cover. Each month after the plan has the mean demand of the last three planned ones; the
    view Family does the same.
    """

    def __init__(self, book: Book, row: int) -> None:
        """Start the block at `row` of Chart data, from 0."""
        months = [f"=EDATE(sop_current,{k - PAST})" for k in range(MONTHS)]
        heads = ["After the plan", *months]
        self._block = Block(book, row, "INVENTORY: DEMAND SUMMED UP", heads, number="month")

    def of(self, family: str = "") -> Callable[[int, str], str]:
        """Add the demand of the family a cell names, or of all, and return what gives the formula of its cover.

        What is returned takes the row of the stock, as Excel counts, and the letter of a month's column.
        """
        row = self._block.add(
            f"={family}" if family else "All families",
            [_mean(family), *(_summed(family, self._head(k)) for k in range(MONTHS))],
            "units",
        )

        def cover(stock: int, column: str) -> str:
            k = [xl_col_to_name(FIRST + n) for n in range(PAST + AHEAD)].index(column)
            later = f"{at(row, 3 + k)}:{at(row, 1 + MONTHS)}"
            return _days(f"{column}{stock}", f"{column}$6", at(row, 2 + k), later, at(row, 1))

        return cover

    def _head(self, k: int) -> str:
        return at(self._block.heads, 2 + k)


def _mean(family: str) -> str:
    """Return the demand of a month after the plan."""
    where: tuple[Where, ...] = (("Family", family),) if family else ()
    return f"={afterwards(*where)}"


def _summed(family: str, month: str) -> str:
    """Return the demand from the first month shown to `month`.

    It is what came, then the forecast and what goes into other items, then the mean of a month after the plan.
    """
    where: tuple[Where, ...] = (("Month", '">="&EDATE(sop_current,-3)'), ("Month", f'"<="&{month}'))
    if family:
        where = (("Family", family), *where)
    came = sum_of(_PLAN, "Actual", *where, ("Month", '"<"&sop_current'))
    ahead = ("Month", '">="&sop_current')
    planned = f"{sum_of(_PLAN, 'Forecast', *where, ahead)}+{sum_of(_PLAN, 'Used', *where, ahead)}"
    blank = f'{family}="",' if family else ""
    past = f"MAX(0,(YEAR({month})-YEAR(sop_last))*12+MONTH({month})-MONTH(sop_last))"
    return f'=IF(OR({blank}sop_planned=0),"",{came}+{planned}+{past}*{_mean(family)[1:]})'


def _days(stock: str, month: str, summed: str, later: str, mean: str) -> str:
    """Return the days that `stock` at the end of `month` lasts: whole months, and a part of the one it ends in."""
    last = later.split(":")[1]
    full = f"SUMPRODUCT(ISNUMBER({later})*({later}<={summed}+{stock}))"
    whole = f"EDATE({month},{full}+1)-EDATE({month},1)"
    row = f"{summed}:{last}"
    before, after = f"INDEX({row},{full}+1)", f"INDEX({row},{full}+2)"
    part = f"({summed}+{stock}-{before})/({after}-{before})*DAY(EDATE({month},{full}+2)-1)"
    beyond = f"IF(N({mean})>0,({summed}+{stock}-{before})/{mean}*{MONTH_DAYS},0)"
    return f'=IF(COUNT({stock},{summed})<2,"",{whole}+IF({full}>=COUNT({later}),{beyond},{part}))'
