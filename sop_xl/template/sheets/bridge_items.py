"""The items behind a family's bridge, by formula over the table of bridge lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_col_to_name

from sop_xl.template.formulas import count_of, sum_of
from sop_xl.template.parts import HALF_THOUSAND, section, signs, tiny, write
from sop_xl.template.rows import HAIR
from sop_xl.template.sheets.bridge_parts import LAST, choice, heads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

ITEMS = 15
ROWS = 2 + ITEMS + 2
"""Rows of the section: bar, heads, items, all others, the family."""


def write_items(book: Book, sheet: Worksheet, row: int, comparisons: Sequence[str], steps: Sequence[str]) -> None:
    """List the items of a family with the largest margins, each with its steps; the rest in one row.

    Args:
        book: the workbook.
        sheet: the sheet Bridge.
        row: the section's bar, from 0.
        comparisons: names of the comparisons; the first that has items is shown where none is chosen.
        steps: the steps of a bridge, start and end included.
    """
    n = row + 1
    largest = 'IFERROR(INDEX(tblFamilies[Family],MATCH(1,tblFamilies[Rank],0))&"","")'
    shown, compared = f"$H${n}", f"$J${n}"
    section(book, sheet, row, f'="ITEMS OF "&UPPER({shown})', LAST)
    choice(book, sheet, row, 1, "Family", "=sop_families", "Choose a family; blank: the largest one.")
    choice(book, sheet, row, 4, "Comparison", list(comparisons), "Choose one; blank: the first that has items.")
    said = book.style("Section", font_size=9, bold=False)
    write(sheet, row, 7, f'=IF($C${n}="",{largest},$C${n})', said)
    write(sheet, row, 9, f'=IF($F${n}="",{_first_with_items(comparisons, shown)},$F${n})', said)
    names = ["From", *("FX" if step == "fx" else step.capitalize() for step in steps[1:-1]), "To", "Change"]
    heads(book, sheet, row + 1, names)
    mine = f'(tblBridge[Family]={shown})*(tblBridge[Comparison]={compared})*(tblBridge[Step]="end")'
    score = f'{mine}*(tblBridge[Item]<>"")*(ABS(tblBridge[Amount])+1+ROW(tblBridge[Amount])/10^7)'
    first = row + 2
    for k in range(ITEMS):
        at = first + k
        best = f"SUMPRODUCT(LARGE({score},{k + 1}))"
        which = f"SUMPRODUCT(MAX(({score}={best})*(ROW(tblBridge[Amount])-ROW(tblBridge[[#Headers],[Amount]]))))"
        name = f'=IFERROR(IF({best}=0,"",INDEX(tblBridge[Item],{which})&""),"")'
        write(sheet, at, 0, name, book.style("Label_1", bottom=0))
        one = (("Comparison", compared), ("Family", shown), ("Item", f"$A{at + 1}"))
        formulas = [sum_of("tblBridge", "Amount", *one, ("Step", f'"{step}"')) for step in steps]
        _figures(book, sheet, at, [f'IF($A{at + 1}="","",{formula})' for formula in formulas], "Calc")
    rest, total = first + ITEMS, first + ITEMS + 1
    whole = (("Comparison", compared), ("Family", shown))
    sums = [sum_of("tblBridge", "Amount", *whole, ("Step", f'"{step}"')) for step in steps]
    write(sheet, rest, 0, f'=IF({shown}="","","Other items")', book.style("Label_1", bottom=0))
    letters = [xl_col_to_name(1 + k) for k in range(len(steps))]
    others = [f"ROUND({c}{total + 1}-SUM({c}{first + 1}:{c}{rest}),2)" for c in letters]
    _figures(book, sheet, rest, others, "Calc")
    write(sheet, total, 0, f"={shown}", book.style("OutputLabel"))
    _figures(book, sheet, total, sums, "Output")
    for left, right in (("C", "J"), ("L", "L")):
        signs(book, sheet, f"{left}{first + 1}:{right}{rest + 1}", least=HALF_THOUSAND, **HAIR)
        signs(book, sheet, f"{left}{total + 1}:{right}{total + 1}", least=HALF_THOUSAND)
    for c in "BK":
        tiny(book, sheet, f"{c}{first + 1}:{c}{rest + 1}", least=HALF_THOUSAND, **HAIR)
    hair = {"type": "formula", "criteria": f'=$A{first + 1}<>""', "format": book.look(**HAIR)}
    sheet.conditional_format(f"A{first + 1}:L{rest + 1}", hair)


def _first_with_items(comparisons: Sequence[str], family: str) -> str:
    """Return the fragment for the first comparison that knows items of the family, else the first of all."""
    found = f'"{comparisons[0]}"'
    for name in reversed(comparisons):
        has = count_of("tblBridge", ("Comparison", f'"{name}"'), ("Family", family), ("Item", '"?*"'))
        found = f'IF({has}>0,"{name}",{found})'
    return found


def _figures(book: Book, sheet: Worksheet, row: int, formulas: list[str], role: str) -> None:
    edge = {} if role == "Output" else {"bottom": 0}
    n = row + 1
    for column, formula in enumerate(formulas, start=1):
        inner = 1 < column < len(formulas)
        write(sheet, row, column, f"={formula}", book.style(role, "thousands_delta" if inner else "thousands", **edge))
    change = f'=IF(COUNT(B{n},K{n})<2,"",ROUND(K{n}-B{n},2))'
    write(sheet, row, LAST, change, book.style(role, "thousands_delta", **edge))
