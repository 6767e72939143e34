"""The view Finance: the P&L of the fiscal year by month, closed months actual, against budget and last year."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from sop_xl.template.blocks import Block, across, at, family
from sop_xl.template.comments import ROWS as COMMENT_ROWS
from sop_xl.template.comments import Comments, write_comments
from sop_xl.template.formulas import FILLED, Where, count_of, known, sum_of
from sop_xl.template.parts import FIRST, TIME_WIDTHS, masthead, print_page, protect, section, write
from sop_xl.template.sheets.finance_charts import draw
from sop_xl.template.sheets.finance_items import ROWS as ITEM_ROWS
from sop_xl.template.sheets.finance_items import write_items
from sop_xl.template.sheets.finance_result import ROWS, Figures, write_result
from sop_xl.template.sheets.finance_rows import LAST, LETTERS, MONTHS, YEAR, Line, tint, write_line
from sop_xl.template.style import ACTUAL, CLOSED, WHITE
from sop_xl.template.words import month_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

SHEET = "Finance"
FAMILIES = 10
WIDTHS = (*TIME_WIDTHS[:7], ("H:S", 58), ("T:T", 8), ("U:X", 76), ("Y:Y", 70))
REVENUE, COGS, MARGIN = 8, 12, 16
"""Rows, from 0, of the totals; their budget and variance stand below."""
CHARTS = MARGIN + 5
BY_FAMILY = CHARTS + 15
OTHERS = BY_FAMILY + 1 + 2 * FAMILIES
"""Row of the bar above the families, each with revenue and below it gross margin, and of all other families."""
COMMENTS = OTHERS + 3
"""Row of the bar of comments on these figures, with which the second page begins."""
RESULT = COMMENTS + COMMENT_ROWS + 1
"""Row of the bar below them: from gross revenue to operating result, revenue three ways."""
ITEMS = RESULT + ROWS + 1
"""Row of the bar of the third page: the items behind a family."""
DATA = 500
"""First row of this view on Chart data: whether a month has figures, and a budget."""
_HEADS = ("P&L", "Version", "Trend", "Unit", "")
_INDENT: dict[int, dict[str, Any]] = {3: {"indent": 1}}
_TABLE = "tblFinance"
_FIRST, _LAST, _KNOWN, _BUDGETED, _COMPARED, _SAID, _PLANNED_BUDGET = (at(DATA + 5, 1 + k) for k in range(7))
"""Of the months with figures: first, last, how many; 1 where all have a budget, or a year before; in words."""
_YEAR: tuple[Where, ...] = (("Month", f'">="&{_FIRST}'), ("Month", f'"<="&{_LAST}'))
_LAST_YEAR: tuple[Where, ...] = (("Month", f'">="&EDATE({_FIRST},-12)'), ("Month", f'"<="&EDATE({_LAST},-12)'))
_COMMENTS = Comments(("finance", "family"), "sop_fiscal_start")
_NO_BUDGET, _NO_LAST_YEAR = f"{_BUDGETED}=0", f"{_COMPARED}=0"


def build(book: Book) -> None:
    """Write the sheet and its rows on Chart data."""
    sheet = book.sheet(SHEET, "view", WIDTHS)
    title = f'="Finance: P&L "&sop_fiscal_name&IF({_NO_BUDGET},""," against budget")'
    masthead(book, sheet, title, _subtitle(), LAST)
    _known(book)
    _header(book, sheet)
    _totals(book, sheet)
    draw(book, sheet, row=CHARTS, data=DATA + 6, span=_SAID)
    _families(book, sheet)
    write_comments(book, sheet, COMMENTS, _COMMENTS, LAST)
    figures = Figures(
        _line_of, partial(_year_of, "Budget", _YEAR), partial(_year_of, "Amount", _LAST_YEAR), _budget, _before
    )
    write_result(book, sheet, RESULT, figures)
    sheet.freeze_panes(7, FIRST)
    protect(sheet)
    write_items(book, sheet, ITEMS, _is_known)
    print_page(sheet, f"A1:Y{ITEMS + ITEM_ROWS}", repeat=(0, 6), one_page=False)
    sheet.set_h_pagebreaks([COMMENTS, ITEMS])


def _subtitle() -> str:
    """Return the unit, how much of the year is actual and planned, and what it is compared with."""
    closed = f"SUMPRODUCT(({_counts(2)}>0)*({_DATES}<sop_current))"
    planned = f"({_KNOWN}-{closed})"
    whole = f'{closed}&" months actual, "&{planned}&" months plan"'
    part = f'IF({closed}=0,"",{closed}&" months actual, ")&{planned}&" of "&(12-{closed})&" months planned"'
    some = f'"budget for "&{_PLANNED_BUDGET}&" of "&{_KNOWN}&" months, the year is not compared"'
    budget = f'IF({_NO_BUDGET},"  |  "&IF({_PLANNED_BUDGET}=0,"no budget for this year",{some}),"")'
    months = (
        f'IF({_KNOWN}=0,"no figures yet",IF({_KNOWN}=12,{whole},{part}&"; budget and last year of the same months"))'
    )
    return f'="k"&sop_currency&"  |  "&{months}&"  |  variance: + is good for the result"&{budget}'


_DATES = f"{SHEET}!$H$6:$S$6"


def _counts(row: int) -> str:
    """Return the twelve counts of a row of the block on Chart data."""
    return across(DATA + row, MONTHS)


def _known(book: Book) -> None:
    """Count the rows with an amount, a budget and an amount a year before, for each month; then the like months.

    A year is compared over the months that have figures, and only where each has what it is compared with.
    """
    block = Block(book, DATA, "FINANCE: ROWS WITH FIGURES", LETTERS)
    for name, column, shift in (("Amount", "Amount", 0), ("Budget", "Budget", 0), ("Year before", "Amount", -12)):
        months = [f"EDATE({SHEET}!{c}$6,{shift})" for c in LETTERS]
        filled: tuple[Where, ...] = (("Line", '"revenue"'), (column, FILLED))
        block.add(name, [f"={count_of(_TABLE, ('Month', m), *filled)}" for m in months], "units")
    some, budget, before = (f"({_counts(row)}>0)" for row in (2, 3, 4))
    said = f'{month_words(_FIRST)}&"–"&{month_words(_LAST)}'
    block.add(
        "Like months",
        (
            f"=99999-SUMPRODUCT(MAX({some}*(99999-{_DATES})))",
            f"=SUMPRODUCT(MAX({some}*{_DATES}))",
            f"=SUMPRODUCT({some}+0)",
            f"=IF(AND({_KNOWN}>0,SUMPRODUCT({some}*{budget})={_KNOWN}),1,0)",
            f"=IF(AND({_KNOWN}>0,SUMPRODUCT({some}*{before})={_KNOWN}),1,0)",
            f"=IF(OR({_KNOWN}=0,{_KNOWN}=12),sop_fiscal_name,{said})",
            f"=SUMPRODUCT({some}*{budget})",
        ),
    )


def _is_known(c: str, of: str = "Amount") -> str:
    """Return the cell that counts the amounts, or budgets, of the month in column `c`."""
    return at(DATA + (2 if of == "Amount" else 3), 1 + LETTERS.index(c))


def _header(book: Book, sheet: Worksheet) -> None:
    """Write the bands, the twelve months of the fiscal year, and the texture strip, solid where closed."""
    for row, pixels in ((4, 18), (5, 22), (6, 4)):
        sheet.set_row_pixels(row, pixels)
    for column, words in enumerate(_HEADS):
        write(sheet, 5, column, words, book.style("Header", **_INDENT.get(column, {})))
    to_date = '="YTD"&IF(sop_current>sop_fiscal_start," "&INDEX(sop_months,MONTH(EDATE(sop_current,-1))),"")'
    write(sheet, 5, 5, to_date, book.style("Header", align="right", text_wrap=False))
    for k, c in enumerate(LETTERS):
        opens = f'IF({c}6=MAX(sop_current,sop_fiscal_start),"Plan","")'
        band = f'=IF(sop_current>{c}6,"Actual",{opens})' if k == 0 else f"={opens}"
        write(sheet, 4, FIRST + k, band, book.style("Band"))
        month = book.style("Header", "month", align="right", text_wrap=False)
        write(sheet, 5, FIRST + k, f"=EDATE(sop_fiscal_start,{k})", month)
        hatch = book.style("Plain", pattern=14, fg_color=ACTUAL, bg_color=WHITE)
        write(sheet, 6, FIRST + k, None, hatch)
    for row, look in ((5, {"bg_color": CLOSED}), (6, {"pattern": 1, "bg_color": ACTUAL})):
        rule = {"type": "formula", "criteria": "=H$6<sop_current", "format": book.look(**look)}
        sheet.conditional_format(row, FIRST, row, FIRST + MONTHS - 1, rule)
    write(sheet, 4, YEAR, f'=IF(OR({_KNOWN}=0,{_KNOWN}=12),"Full year",{_SAID})', book.style("Band"))
    last_year = '=IF(sop_fiscal_month=1,"","FY ")&(YEAR(sop_fiscal_end)-1)'
    for offset, words in enumerate(("Outlook", "Budget", "Variance", "Variance %", last_year)):
        write(sheet, 5, YEAR + offset, words, book.style("Header", align="right", text_wrap=False))


def _sum(of: str, line: str, *where: Where) -> str:
    """Return the sum of amounts, or budgets, of a line of the P&L."""
    return sum_of(_TABLE, of, ("Line", f'"{line}"'), *where)


def _budget(value: str) -> str:
    """Return a figure of the year's budget; "" where there is none."""
    return f'IF({_NO_BUDGET},"",{value})'


def _before(value: str) -> str:
    """Return a figure of last year; "" where there is none."""
    return f'IF({_NO_LAST_YEAR},"",{value})'


def _monthly(line: str, c: str, *, of: str = "Amount") -> str:
    """Return the amount or budget of a line in the month of column `c`; "" where the month has none at all."""
    return f'=IF({_is_known(c, of)}=0,"",{_sum(of, line, ("Month", f"{c}$6"))})'


def _line_of(line: str, c: str, *where: Where, of: str = "Amount") -> str:
    """Return the formula of a line in the month of column `c`; "" where the month has no figures at all."""
    return f'=IF({_is_known(c)}=0,"",{_sum(of, line, *where, ("Month", f"{c}$6"))})'


def _year_of(column: str, months: tuple[Where, ...], line: str) -> str:
    return known(_TABLE, column, ("Line", f'"{line}"'), *months)


def _totals(book: Book, sheet: Worksheet) -> None:
    """Write net revenue, cost of goods sold and gross margin, each with budget and variance."""
    revenue = _total("Net revenue", "revenue")
    cogs = replace(_total("Cost of goods sold", "cogs"), cost=True)
    margin = replace(
        revenue,
        label="Gross margin",
        month=partial(_less, REVENUE + 1, COGS + 1),
        budget=_budget(f"ROUND(V{REVENUE + 1}-V{COGS + 1},2)"),
        last_year=_before(f"ROUND(Y{REVENUE + 1}-Y{COGS + 1},2)"),
        mark=_COMMENTS.mark('"gross_margin"'),
    )
    section(book, sheet, REVENUE - 1, "NET REVENUE", LAST)
    _three(book, sheet, REVENUE, revenue, partial(_monthly, "revenue", of="Budget"))
    section(book, sheet, COGS - 1, "COST OF GOODS SOLD AT STANDARD", LAST)
    _three(book, sheet, COGS, cogs, partial(_monthly, "cogs", of="Budget"))
    section(book, sheet, MARGIN - 1, "GROSS MARGIN", LAST)
    _three(book, sheet, MARGIN, margin, partial(_less, REVENUE + 2, COGS + 2))
    _share(book, sheet)


def _total(label: str, line: str) -> Line:
    return Line(
        label,
        partial(_monthly, line),
        budget=_budget(_sum("Budget", line, *_YEAR)),
        last_year=_before(_sum("Amount", line, *_LAST_YEAR)),
        role="Output",
        mark=_COMMENTS.mark(f'"{line}"'),
    )


def _less(first: int, second: int, c: str) -> str:
    """Return one cell of column `c` less another, to the cent; "" where one of them is blank."""
    return f'=IF(COUNT({c}{first},{c}{second})<2,"",ROUND({c}{first}-{c}{second},2))'


def _three(book: Book, sheet: Worksheet, row: int, total: Line, budget: Callable[[str], str]) -> None:
    """Write a total on `row` (from 0), its budget and its variance below."""
    first = row + 1
    gap = (first + 1, first) if total.cost else (first, first + 1)
    write_line(book, sheet, row, total)
    write_line(book, sheet, row + 1, Line("Budget", budget, tag="BU", role="Soft", year=f"=V{first}"))
    variance = Line(
        "Variance to budget",
        partial(_less, *gap),
        tag="+ lower cost" if total.cost else "",
        number="thousands_delta",
        year=_less(*gap, "U"),
        to_date=_less(*gap, "F"),
    )
    write_line(book, sheet, row + 2, variance)


def _share(book: Book, sheet: Worksheet) -> None:
    """Write gross margin as a share of revenue; its variance is in points."""
    margin, revenue, row = MARGIN + 1, REVENUE + 1, MARGIN + 3

    def share(c: str) -> str:
        return f'=IF(N({c}{revenue})=0,"",{c}{margin}/{c}{revenue})'

    line = Line("Gross margin %", share, unit="%", number="percent", year=share("U"), to_date=share("F"))
    write_line(book, sheet, row, line)
    cell = book.style("Calc", "percent")
    write(sheet, row, YEAR + 1, share("V"), cell)
    points = f'=IF(COUNT(U{row + 1}:V{row + 1})<2,"",ROUND(100*(U{row + 1}-V{row + 1}),6))'
    write(sheet, row, YEAR + 2, points, book.style("Calc", "points"))
    write(sheet, row, YEAR + 4, share("Y"), cell)
    tint(book, sheet, f"W{row + 1}", row, signed=True)


def _families(book: Book, sheet: Worksheet) -> None:
    """Write revenue and gross margin of the ten largest families and of all others; they add up to the totals."""
    section(book, sheet, BY_FAMILY, "NET REVENUE AND GROSS MARGIN BY FAMILY", LAST)
    for k in range(FAMILIES):
        row = BY_FAMILY + 1 + 2 * k
        write_line(book, sheet, row, _family_revenue(k + 1, row + 1))
        write_line(book, sheet, row + 1, _family_margin(row + 1))
    write_line(book, sheet, OTHERS, _others(OTHERS + 1, REVENUE + 1, _left_over()))
    write_line(book, sheet, OTHERS + 1, _others(OTHERS + 2, MARGIN + 1, _margin_label(OTHERS + 1)))


def _margin_label(row: int) -> str:
    """Return the label below a family's revenue, which stands on `row` as Excel counts."""
    return f'=IF($A{row}="","","    Gross margin")'


def _listed(c: str, row: int) -> str:
    """Return the sum of the listed families in column `c`, of revenue or margin as the row of all others is."""
    return f"SUM({','.join(f'{c}{row - 2 * k}' for k in range(FAMILIES, 0, -1))})"


def _family_revenue(rank: int, row: int) -> Line:
    """Return the revenue of the family with that rank, on `row` as Excel counts."""
    mine = ("Family", f"$A{row}")

    def month(c: str) -> str:
        return f'=IF(OR($A{row}="",{_is_known(c)}=0),"",{_sum("Amount", "revenue", mine, ("Month", f"{c}$6"))})'

    return Line(
        family(rank),
        month,
        budget=_budget(_sum("Budget", "revenue", mine, *_YEAR)),
        last_year=_before(_sum("Amount", "revenue", mine, *_LAST_YEAR)),
        mark=_COMMENTS.mark(f"$A{row}"),
        paper=True,
    )


def _family_margin(row: int) -> Line:
    """Return the gross margin of the family whose revenue stands on `row`, as Excel counts."""
    mine = ("Family", f"$A{row}")

    def month(c: str) -> str:
        return f'=IF({c}{row}="","",ROUND({c}{row}-{_sum("Amount", "cogs", mine, ("Month", f"{c}$6"))},2))'

    return Line(
        _margin_label(row),
        month,
        budget=_budget(f"ROUND(V{row}-{_sum('Budget', 'cogs', mine, *_YEAR)},2)"),
        last_year=_before(f"ROUND(Y{row}-{_sum('Amount', 'cogs', mine, *_LAST_YEAR)},2)"),
        paper=True,
    )


def _others(row: int, total: int, label: str) -> Line:
    """Return the line, on `row` as Excel counts, of what families beyond those listed have of the total."""

    def rest(c: str) -> str:
        return f"ROUND({c}{total}-{_listed(c, row)},2)"

    return Line(
        label,
        lambda c: f'=IF(OR($A{row}="",{c}{total}=""),"",{rest(c)})',
        budget=_budget(rest("V")),
        last_year=_before(rest("Y")),
        paper=True,
    )


def _left_over() -> str:
    """Return the label of all others; "" where the listed families are the whole company, to the cent."""
    gaps = [
        f"ABS(N({c}{total})-{_listed(c, row)})>0.005"
        for row, total in ((OTHERS + 1, REVENUE + 1), (OTHERS + 2, MARGIN + 1))
        for c in ("U", "V", "Y")
    ]
    return f'=IF(OR({",".join(gaps)}),"Other families","")'
