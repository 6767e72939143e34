"""The items behind a family's stock on Cash & working capital, by formula over the table of the supply plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_col_to_name

from sop_xl.template.formulas import known, sum_of
from sop_xl.template.parts import HALF_THOUSAND, section, tiny, write
from sop_xl.template.rows import HAIR

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

MONTHS, FIRST, LAST = 12, 5, 21
ITEMS = 15
ROWS = 2 + ITEMS + 2
"""Rows of the section: its bar, heads, the items, all others, the family."""
_LARGEST = 'IFERROR(INDEX(tblFamilies[Family],MATCH(1,tblFamilies[Rank],0))&"","")'


def write_items(book: Book, sheet: Worksheet, bar: int) -> None:
    """Write the section from `bar` (from 0) on: stock at standard cost of a family's items at the planned month ends.

    The items with most revenue come first; a family that sells none has its items in the order of the sheet Items.
    """
    n, first, rest = bar + 1, bar + 2, bar + 2 + ITEMS
    total = rest + 1
    family = f"$A${total + 1}"
    section(book, sheet, bar, f'="STOCK OF THE ITEMS OF "&UPPER({family})&", AT MONTH END"', LAST)
    write(sheet, bar, FIRST - 2, "Family", book.style("Section", align="right"))
    for column in (FIRST, FIRST + 1):
        write(sheet, bar, column, None, book.style("InputText", "text"))
    rule = {"validate": "list", "source": "=sop_families", "ignore_blank": True, "error_type": "warning"}
    rule |= {"input_title": "Family", "input_message": "Choose a family; blank: the largest one."}
    sheet.data_validation(bar, FIRST, bar, FIRST, rule)
    letters = [xl_col_to_name(FIRST + k) for k in range(MONTHS)]
    sheet.set_row_pixels(bar + 1, 22)
    for column, words in enumerate(("", "", "Unit", "", "")):
        write(sheet, bar + 1, column, words or None, book.style("Header", indent=int(column == 2)))
    for k, c in enumerate(letters):
        write(sheet, bar + 1, FIRST + k, f"={c}$6", book.style("Header", "month", align="right", text_wrap=False))
    for k in range(ITEMS):
        row = first + k
        write(sheet, row, 0, f"={_item(k + 1, family)}", book.style("Label_1", bottom=0))
        mine = (("Item", f"$A{row + 1}"),)
        cells = [
            f'IF($A{row + 1}="","",{sum_of("tblSupplyPlan", "Closing value", *mine, ("Month", f"{c}$6"))})'
            for c in letters
        ]
        blanks = [f'IF({c}{total + 1}="","",{cell})' for c, cell in zip(letters, cells, strict=True)]
        _figures(book, sheet, row, blanks, "Calc")
    others = [f'IF({c}{total + 1}="","",ROUND({c}{total + 1}-SUM({c}{first + 1}:{c}{rest}),2))' for c in letters]
    write(sheet, rest, 0, f'=IF({family}="","","Other items")', book.style("Label_1", bottom=0))
    _figures(book, sheet, rest, others, "Calc")
    write(sheet, total, 0, f'=IF($F${n}="",{_LARGEST},$F${n})', book.style("OutputLabel"))
    whole = [known("tblStockValue", "Closing", ("Family", family), ("Month", f"{c}$6")) for c in letters]
    _figures(book, sheet, total, whole, "Output")
    hair = {"type": "formula", "criteria": f'=$A{first + 1}<>""', "format": book.look(**HAIR)}
    sheet.conditional_format(f"A{first + 1}:Q{rest + 1}", hair)


def _figures(book: Book, sheet: Worksheet, row: int, formulas: list[str], role: str) -> None:
    """Write the unit and the months of a row."""
    edge: dict[str, Any] = {} if role == "Output" else {"bottom": 0}
    sheet.set_row_pixels(row, 18)
    write(sheet, row, 2, f'=IF($A{row + 1}="","","k"&sop_currency)', book.style("Unit", **edge))
    for k, formula in enumerate(formulas):
        write(sheet, row, FIRST + k, f"={formula}", book.style(role, "thousands", **edge))
    tiny(book, sheet, f"F{row + 1}:Q{row + 1}", least=HALF_THOUSAND, **({} if role == "Output" else HAIR))


def _item(rank: int, family: str) -> str:
    """Return the item of that rank by revenue in the family, else of that place on the sheet Items."""
    sold = (
        f"SUMPRODUCT(MAX((tblFinanceItems[Family]={family})*(tblFinanceItems[Rank]={rank})"
        "*(ROW(tblFinanceItems[Item])-ROW(tblFinanceItems[[#Headers],[Item]]))))"
    )
    listed = (
        f"(10^6-SUMPRODUCT(LARGE((tblItems[Family]={family})"
        f"*(10^6-ROW(tblItems[Item])+ROW(tblItems[[#Headers],[Item]])),{rank})))"
    )
    from_sold = f'IFERROR(IF({sold}=0,"",INDEX(tblFinanceItems[Item],{sold})&""),"")'
    from_list = f'IFERROR(IF({listed}>=10^6,"",INDEX(tblItems[Item],{listed})&""),"")'
    return f'IF({family}="","",IF(COUNTIFS(tblFinanceItems[Family],{family})>0,{from_sold},{from_list}))'
