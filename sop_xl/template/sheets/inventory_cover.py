"""Days of cover of the view Inventory & backlog: how long stock lasts on the demand that comes after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_col_to_name

from sop_xl.template.blocks import Block, at
from sop_xl.template.formulas import Where, sum_of
from sop_xl.template.parts import AHEAD, FIRST, PAST

if TYPE_CHECKING:
    from collections.abc import Callable

    from sop_xl.template.book import Book

BEYOND = 6
"""Months after the last one shown, which the last stocks may still cover."""
MONTHS = PAST + AHEAD + BEYOND
_PLAN = "tblFamilyPlan"


class Covers:
    """Rows of demand summed up, month by month, on Chart data; cover is read from them.

    The stock of a month reaches the point of the sum where its own sum plus the stock is; the days to
    there are its cover, at most to the end of the months known. The view Family does the same.
    """

    def __init__(self, book: Book, row: int) -> None:
        """Start the block at `row` of Chart data, from 0."""
        months = [f"=EDATE(sop_current,{k - PAST})" for k in range(MONTHS)]
        self._block = Block(book, row, "INVENTORY: DEMAND SUMMED UP", months, number="month")

    def of(self, family: str = "") -> Callable[[int, str], str]:
        """Add the demand of the family a cell names, or of all, and return what gives the formula of its cover.

        What is returned takes the row of the stock, as Excel counts, and the letter of a month's column.
        """
        row = self._block.add(
            f"={family}" if family else "All families", [_summed(family, self._head(k)) for k in range(MONTHS)], "units"
        )

        def cover(stock: int, column: str) -> str:
            k = [xl_col_to_name(FIRST + n) for n in range(PAST + AHEAD)].index(column)
            return _days(f"{column}{stock}", f"{column}$6", at(row, 1 + k), f"{at(row, 2 + k)}:{at(row, MONTHS)}")

        return cover

    def _head(self, k: int) -> str:
        return at(self._block.heads, 1 + k)


def _summed(family: str, month: str) -> str:
    """Return the demand from the first month shown to `month`; "" past the plan.

    It is what came, then the forecast and what goes into other items.
    """
    where: tuple[Where, ...] = (("Month", '">="&EDATE(sop_current,-3)'), ("Month", f'"<="&{month}'))
    if family:
        where = (("Family", family), *where)
    came = sum_of(_PLAN, "Actual", *where, ("Month", '"<"&sop_current'))
    ahead = ("Month", '">="&sop_current')
    planned = f"{sum_of(_PLAN, 'Forecast', *where, ahead)}+{sum_of(_PLAN, 'Used', *where, ahead)}"
    blank = f'{family}="",' if family else ""
    return f'=IF(OR({blank}{month}>sop_last,sop_planned=0),"",{came}+{planned})'


def _days(stock: str, month: str, summed: str, later: str) -> str:
    """Return the days that `stock` at the end of `month` lasts: whole months, and a part of the one it ends in."""
    last = later.split(":")[1]
    full = f"SUMPRODUCT(ISNUMBER({later})*({later}<={summed}+{stock}))"
    whole = f"EDATE({month},{full}+1)-EDATE({month},1)"
    row = f"{summed}:{last}"
    before, after = f"INDEX({row},{full}+1)", f"INDEX({row},{full}+2)"
    part = f"({summed}+{stock}-{before})/({after}-{before})*DAY(EDATE({month},{full}+2)-1)"
    known = f"COUNT({later})"
    return f'=IF(OR(COUNT({stock},{summed})<2,{known}=0),"",{whole}+IF({full}>={known},0,{part}))'
