"""The last page of Bridge: the gap to budget, what closes it, and the items behind a family's bridge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_col_to_name

from sop_xl.template.formulas import Where, sum_of
from sop_xl.template.parts import section, signs, write
from sop_xl.template.rows import HAIR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

LAST = 11
ITEMS = 15
HEADS: tuple[str, ...] = ("Budget", "To date", "To go", "Outlook", "Gap", "Gap to date", "Gap to go", "Months left")
HEADS += ("Planned a month", "Needed a month", "Needed, %")
_LINES = (("Net revenue", 9), ("Gross margin", 17))
"""The lines and their rows on Finance, as Excel counts; their budget stands below."""
_RULES = ("revenue", "units", "price")
_EDITS = ("Units", "Net price", "Net revenue")
GAP, SOLVE = 0, 6
"""Rows of the bars, from the first row of the page; the items' bar follows the back-solve."""
DRILL = SOLVE + 10
ROWS = DRILL + 3 + ITEMS + 2


def write_gap(book: Book, sheet: Worksheet, top: int, comparisons: Sequence[str], steps: Sequence[str]) -> None:
    """Write the three sections from row `top` (from 0) on.

    Args:
        book: the workbook.
        sheet: the sheet Bridge.
        top: first row.
        comparisons: names of the comparisons; the first is shown where none is chosen.
        steps: the steps of a bridge, start and end included.
    """
    _gap(book, sheet, top + GAP)
    _solve(book, sheet, top + SOLVE)
    _drill(book, sheet, top + DRILL, comparisons, steps)


def _head(book: Book, sheet: Worksheet, row: int, heads: Sequence[str]) -> None:
    sheet.set_row_pixels(row, 22)
    write(sheet, row, 0, None, book.style("Header"))
    for column, words in enumerate(heads, start=1):
        write(sheet, row, column, words, book.style("Header", align="right", text_wrap=False))


def _gap(book: Book, sheet: Worksheet, row: int) -> None:
    """Write gap and run rate of the year from the sheet Finance: blank where the year has no budget."""
    section(book, sheet, row, "GAP TO BUDGET, AND THE RUN RATE THAT CLOSES IT", LAST)
    _head(book, sheet, row + 1, HEADS)
    months = "SUMPRODUCT((Finance!$H$6:$S$6>=sop_current)*ISNUMBER(Finance!$H$9:$S$9))"
    for k, (words, line) in enumerate(_LINES):
        n = row + 3 + k
        budget = f'SUMIFS(Finance!$H${line + 1}:$S${line + 1},Finance!$H$6:$S$6,"<"&sop_current)'
        cells = (
            (f"Finance!$V${line}", "thousands"),
            (f"N(Finance!$F${line})", "thousands"),
            (f"ROUND(E{n}-C{n},2)", "thousands"),
            (f"N(Finance!$U${line})", "thousands"),
            (f"ROUND(E{n}-B{n},2)", "thousands_delta"),
            (f"ROUND(C{n}-{budget},2)", "thousands_delta"),
            (f"ROUND(F{n}-G{n},2)", "thousands_delta"),
            (months, "count"),
            (f'IF(I{n}=0,"",D{n}/I{n})', "thousands"),
            (f'IF(I{n}=0,"",(B{n}-C{n})/I{n})', "thousands"),
            (f'IF(OR(I{n}=0,N(J{n})=0),"",K{n}/J{n})', "percent_0"),
        )
        write(sheet, n - 1, 0, words, book.style("Label_1"))
        for column, (formula, number) in enumerate(cells, start=1):
            shown = f'=IF(Finance!$V${line}="","",{formula})'
            write(sheet, n - 1, column, shown, book.style("Calc", number))
    signs(book, sheet, f"F{row + 3}:H{row + 4}", least=500, **HAIR)
    write(sheet, row + 4, 0, _gap_words(row + 3), book.style("Note"))


def _gap_words(n: int) -> str:
    rest = f'"Revenue needs "&TEXT(L{n},"0%")&" of what is planned for each month left to reach the budget"'
    return f'=IF(N(I{n})=0,"Needs a budget of the year, and months left of it",{rest})'


def _solve(book: Book, sheet: Worksheet, row: int) -> None:
    """Write the back-solve: the plan to go, what the user edits, what follows by the rule."""
    n = row + 1
    family, flex = f"$C${n}", f"$F${n}"
    section(book, sheet, row, "WHAT IF: EDIT UNITS, PRICE OR REVENUE OF THE MONTHS TO GO", LAST)
    section_style = book.style("Section", align="right")
    # The bar's own cells hold the choices, so that they stand beside what they choose.
    title = f'="WHAT IF, TO "&IF({family}="","ALL FAMILIES",UPPER({family}))'
    write(sheet, row, 0, title, book.style("Section"))
    write(sheet, row, 1, "Family", section_style)
    write(sheet, row, 4, "What follows", section_style)
    for column, source, words, message in (
        (2, "=sop_families", "Family", "Choose a family; blank: the whole company."),
        (5, list(_RULES), "What follows", "What changes with your figure: blank is revenue."),
    ):
        write(sheet, row, column, None, book.style("InputText", "text"))
        rule = {"validate": "list", "source": source, "input_title": words, "input_message": message}
        sheet.data_validation(row, column, row, column, rule)
    _head(book, sheet, row + 1, ("Planned to go", "Your figure", "Then", "Change", "Change, %", "Unit"))
    units, price, revenue, cogs, margin, left = (row + 3 + k for k in range(6))
    mine: tuple[Where, ...] = (("Month", '">="&sop_current'), ("Month", '"<="&sop_fiscal_end'))
    mine += (("Family", f'IF({family}="","*",{family})'),)
    base = {
        units: sum_of("tblFamilyPlan", "Served", *mine),
        price: f'IF(B{units}=0,"",B{revenue}/B{units})',
        revenue: sum_of("tblFamilyPlan", "Revenue", *mine),
        cogs: sum_of("tblFamilyPlan", "COGS", *mine),
        margin: f"ROUND(B{revenue}-B{cogs},2)",
        left: 'IF(Finance!$V$17="","",ROUND(Finance!$U$17-Finance!$V$17,2))',
    }
    edits = f"$C${units}:$C${revenue}"
    place = {"units": units, "price": price, "revenue": revenue}
    asked = f'IF({flex}="","revenue",{flex})'
    named = f'IF({asked}="units",$C${units},IF({asked}="price",$C${price},$C${revenue}))'
    other = f'IF($C${revenue}="","revenue",IF($C${units}="","units","price"))'
    follows = f'IF(OR({named}="",COUNT({edits})=3),{asked},{other})'
    what = f"$H${n}"
    write(sheet, row, 6, "So this follows:", section_style)
    write(sheet, row, 7, f"={follows}", book.style("Section"))

    def kept(name: str) -> str:
        return f'IF($C${place[name]}="",$B${place[name]},$C${place[name]})'

    then = {
        units: f'IF({what}="units",IFERROR({kept("revenue")}/{kept("price")},""),{kept("units")})',
        price: f'IF({what}="price",IFERROR({kept("revenue")}/{kept("units")},""),{kept("price")})',
        revenue: f'ROUND(IF({what}="revenue",N({kept("units")})*N({kept("price")}),{kept("revenue")}),2)',
        cogs: f"IF(B{units}=0,B{cogs},ROUND(N(D{units})*B{cogs}/B{units},2))",
        margin: f"ROUND(D{revenue}-D{cogs},2)",
        left: f'IF(B{left}="","",ROUND(B{left}+D{margin}-B{margin},2))',
    }
    labels = (*_EDITS, "Goods sold", "Gross margin", "Margin of the year less budget")
    money = "=sop_currency"
    for k, words in enumerate(labels):
        at = row + 2 + k
        number = ("units", "decimals", "thousands", "thousands", "thousands", "thousands_delta")[k]
        strong = words == "Gross margin"
        role = "Output" if strong else "Calc"
        write(sheet, at, 0, words, book.style("OutputLabel") if strong else book.style("Label_1"))
        write(sheet, at, 1, f"={base[at + 1]}", book.style(role, number))
        typed = words in _EDITS
        write(sheet, at, 2, None, book.style("Input" if typed else role, "general" if typed else number))
        write(sheet, at, 3, f"={then[at + 1]}", book.style(role, number))
        change = "decimals_delta" if number == "decimals" else "delta" if number == "units" else "thousands_delta"
        write(
            sheet, at, 4, f'=IF(COUNT(B{at + 1},D{at + 1})<2,"",ROUND(D{at + 1}-B{at + 1},6))', book.style(role, change)
        )
        share = f'=IF(OR(N(B{at + 1})=0,E{at + 1}=""),"",E{at + 1}/ABS(B{at + 1}))'
        write(sheet, at, 5, share, book.style(role, "percent_delta"))
        unit = "units" if k == 0 else money if k == 1 else '="k"&sop_currency'
        write(sheet, at, 6, unit, book.style("Unit", align="right"))


def _drill(book: Book, sheet: Worksheet, row: int, comparisons: Sequence[str], steps: Sequence[str]) -> None:
    """List the items of a family with the largest margins, each with its steps; the rest in one row."""
    n = row + 1
    family, chosen = f"$C${n}", f"$F${n}"
    section(book, sheet, row, "ITEMS", LAST)
    largest = 'IFERROR(INDEX(tblFamilies[Family],MATCH(1,tblFamilies[Rank],0))&"","")'
    shown, compared = f"$H${n}", f"$J${n}"
    write(sheet, row, 0, f'="ITEMS OF "&UPPER({shown})&": "&{compared}', book.style("Section"))
    for column, words in ((1, "Family"), (4, "Comparison")):
        write(sheet, row, column, words, book.style("Section", align="right"))
    for column, source, words, message in (
        (2, "=sop_families", "Family", "Choose a family; blank: the largest one."),
        (5, list(comparisons), "Comparison", "Choose one; blank: outlook against budget."),
    ):
        write(sheet, row, column, None, book.style("InputText", "text", shrink=True))
        rule = {"validate": "list", "source": source, "input_title": words, "input_message": message}
        sheet.data_validation(row, column, row, column, rule)
    quiet = book.style("Section", font_size=9, bold=False, shrink=True)
    write(sheet, row, 7, f'=IF({family}="",{largest},{family})', quiet)
    write(sheet, row, 9, f'=IF({chosen}="","{comparisons[0]}",{chosen})', quiet)
    names = ["From", *(step.capitalize() for step in steps[1:-1]), "To", "Change"]
    _head(book, sheet, row + 1, ["FX" if name == "Fx" else name for name in names])
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
        signs(book, sheet, f"{left}{first + 1}:{right}{rest + 1}", least=500, **HAIR)
    hair = {"type": "formula", "criteria": f'=$A{first + 1}<>""', "format": book.look(**HAIR)}
    sheet.conditional_format(f"A{first + 1}:L{rest + 1}", hair)


def _figures(book: Book, sheet: Worksheet, row: int, formulas: list[str], role: str) -> None:
    edge = {} if role == "Output" else {"bottom": 0}
    n = row + 1
    for column, formula in enumerate(formulas, start=1):
        inner = 1 < column < len(formulas)
        write(sheet, row, column, f"={formula}", book.style(role, "thousands_delta" if inner else "thousands", **edge))
    change = f'=IF(COUNT(B{n},K{n})<2,"",ROUND(K{n}-B{n},2))'
    write(sheet, row, LAST, change, book.style(role, "thousands_delta", **edge))
