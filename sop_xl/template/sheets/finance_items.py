"""The third page of Finance: the items behind a family, by formula over the table of the fiscal year's items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.template.formulas import sum_of
from sop_xl.template.parts import FIRST, section, write
from sop_xl.template.sheets.finance_rows import LAST, Line, write_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

TABLE = "tblFinanceItems"
ITEMS = 10
ROWS = 1 + 2 * ITEMS + 4
"""Rows of the page: its bar, revenue and gross margin of the family, of each item, and of all others."""


def write_items(book: Book, sheet: Worksheet, bar: int, known: Callable[[str], str]) -> None:
    """Write the page from `bar` (from 0) on.

    Args:
        book: the workbook.
        sheet: the sheet Finance.
        bar: row of the bar.
        known: the cell that counts the figures of a month, from the letter of its column.
    """
    n = bar + 1
    largest = 'IFERROR(INDEX(tblFamilies[Family],MATCH(1,tblFamilies[Rank],0))&"","")'
    whole, first = bar + 1, bar + 3
    family = f"$A${whole + 1}"
    section(book, sheet, bar, f'="ITEMS OF "&UPPER({family})', LAST)
    write(sheet, bar, 4, "Family", book.style("Section", align="right"))
    for column in (5, 6, FIRST):
        write(sheet, bar, column, None, book.style("InputText", "text"))
    rule = {"validate": "list", "source": "=sop_families", "ignore_blank": True, "error_type": "warning"}
    rule |= {"input_title": "Family", "input_message": "Choose a family; blank: the largest one."}
    sheet.data_validation(bar, 5, bar, 5, rule)
    label = f'=IF($F${n}="",{largest},$F${n})'
    write_line(book, sheet, whole, Line(label, _of_family(family, known), role="Output"))
    write_line(book, sheet, whole + 1, Line("Gross margin", _margin_of(family, whole + 1), role="Output"))
    for k in range(ITEMS):
        row = first + 2 * k
        write_line(book, sheet, row, _revenue(_item(k + 1, family), row, family, known))
        write_line(book, sheet, row + 1, _margin(row, family))
    rest = first + 2 * ITEMS
    left = f"OR({_left('U', whole, first)},{_left('U', whole + 1, first + 1)})"
    write_line(book, sheet, rest, _others(f'=IF({left},"Other items","")', rest, whole, first))
    margin = f'=IF($A{rest + 1}="","","    Gross margin")'
    write_line(book, sheet, rest + 1, _others(margin, rest + 1, whole + 1, first + 1))


def _listed(c: str, first: int) -> str:
    """Return the sum of the listed items in column `c`; `first` is the row of the first one, from 0."""
    return f"SUM({','.join(f'{c}{first + 1 + 2 * k}' for k in range(ITEMS))})"


def _left(c: str, whole: int, first: int) -> str:
    """Return whether the listed items are less, or more, than the family in column `c`."""
    return f"ABS(N({c}{whole + 1})-{_listed(c, first)})>0.005"


def _of_family(family: str, known: Callable[[str], str]) -> Callable[[str], str]:
    """Return the revenue of the family in the month of a column; "" where the month has no figures at all."""
    return lambda c: f'=IF({known(c)}=0,"",{_figure(family, "Revenue", c)})'


def _margin_of(family: str, row: int, item: str = "") -> Callable[[str], str]:
    """Return the gross margin of what has its revenue on `row`, as Excel counts."""
    return lambda c: f'=IF({c}{row}="","",ROUND({c}{row}-{_figure(family, "COGS", c, item)},2))'


def _item(rank: int, family: str) -> str:
    """Return the formula of the item with that rank in the family."""
    rows = f"ROW({TABLE}[Item])-ROW({TABLE}[[#Headers],[Item]])"
    which = f"SUMPRODUCT(MAX(({TABLE}[Family]={family})*({TABLE}[Rank]={rank})*({rows})))"
    return f'=IFERROR(IF({which}=0,"",INDEX({TABLE}[Item],{which})&""),"")'


def _figure(family: str, column: str, c: str, item: str = "") -> str:
    mine = (("Item", item),) if item else ()
    return sum_of(TABLE, column, ("Family", family), *mine, ("Month", f"{c}$6"))


def _revenue(label: str, row: int, family: str, known: Callable[[str], str]) -> Line:
    item = f"$A{row + 1}"

    def month(c: str) -> str:
        return f'=IF(OR({item}="",{known(c)}=0),"",{_figure(family, "Revenue", c, item)})'

    return Line(label, month, paper=True)


def _margin(row: int, family: str) -> Line:
    """Return the gross margin of the item whose revenue stands on `row`, from 0."""
    item = f"$A{row + 1}"
    return Line(f'=IF({item}="","","    Gross margin")', _margin_of(family, row + 1, item), paper=True)


def _others(label: str, row: int, whole: int, first: int) -> Line:
    """Return the line, on `row` (from 0), of what the listed items leave of the family's row `whole`."""

    def month(c: str) -> str:
        return f'=IF(OR($A{row + 1}="",{c}{whole + 1}=""),"",ROUND({c}{whole + 1}-{_listed(c, first)},2))'

    return Line(label, month, paper=True)
