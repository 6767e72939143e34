"""The view Finance: the P&L of the fiscal year by month, closed months actual, against budget and last year."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_col_to_name, xl_range

from sop_xl.template.blocks import Block, at, family
from sop_xl.template.formulas import FILLED, Where, count_of, sum_of
from sop_xl.template.parts import FIRST, TIME_WIDTHS, masthead, print_page, protect, section, write
from sop_xl.template.rows import HAIR
from sop_xl.template.sheets.finance_charts import draw
from sop_xl.template.style import ACCENT, ACTUAL, BAD, CLOSED, GOOD, RULE, TREND, WHITE

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

SHEET = "Finance"
MONTHS, FAMILIES = 12, 10
YEAR = FIRST + MONTHS + 1
LAST = YEAR + 4
"""Column of the outlook; budget, variance, variance % and last year follow."""
WIDTHS = (*TIME_WIDTHS[:7], ("H:S", 58), ("T:T", 8), ("U:X", 76), ("Y:Y", 70))
REVENUE, COGS, MARGIN = 8, 12, 16
"""Rows, from 0, of the totals; their budget and variance stand below."""
CHARTS = MARGIN + 5
BY_FAMILY = CHARTS + 15
MARGINS = BY_FAMILY + FAMILIES + 2
"""Rows of the bars above revenue and gross margin by family."""
DATA = 500
"""First row of this view on Chart data: whether a month has figures, and a budget."""
_HEADS = ("P&L", "Version", "Trend", "Unit", "")
_INDENT: dict[int, dict[str, Any]] = {3: {"indent": 1}}
_TABLE = "tblFinance"
_YEAR: tuple[Where, ...] = (("Month", '">="&sop_fiscal_start'), ("Month", '"<="&sop_fiscal_end'))
_LAST_YEAR: tuple[Where, ...] = (("Month", '">="&EDATE(sop_fiscal_start,-12)'), ("Month", '"<"&sop_fiscal_start'))
_NO_BUDGET, _NO_LAST_YEAR = f"{at(DATA + 3, 13)}=0", f"{at(DATA + 2, 14)}=0"


@dataclass(frozen=True)
class Line:
    """One row of the P&L.

    Attributes:
        label: text or formula of column A; on `paper` rows, "" leaves the row white.
        month: formula of a month, from the letter of its column.
        budget, last_year: formulas of the year's budget and of last year; "": none.
        tag: which versions it shows, or a remark.
        number: number format; one with `delta` in its name shows and colours its sign.
        role: cell role of the figures.
        year: formula of the outlook, from the row as Excel counts; by default the sum of the months.
        to_date: formula of the closed months, likewise.
        cost: whether more of it is worse for the result.
        paper: whether the row is white while its label is empty.
        unit: formula or text of the unit.
    """

    label: str
    month: Callable[[str], str]
    budget: str = ""
    last_year: str = ""
    tag: str = "AC | FC"
    number: str = "thousands"
    role: str = "Calc"
    year: str = ""
    to_date: str = ""
    cost: bool = False
    paper: bool = False
    unit: str = '="k"&sop_currency'


def build(book: Book) -> None:
    """Write the sheet and its rows on Chart data."""
    sheet = book.sheet(SHEET, "view", WIDTHS)
    closed = 'COUNTIF($H$6:$S$6,"<"&sop_current)'
    title = f'="Finance: P&L "&sop_fiscal_name&IF({_NO_BUDGET},""," against budget")'
    subtitle = (
        f'="k"&sop_currency&"  |  "&{closed}&" months actual, "&(12-{closed})&" months plan  |  "&'
        f'"variance: + is good for the result"&IF({_NO_BUDGET},"  |  no budget for this year","")'
    )
    masthead(book, sheet, title, subtitle, LAST)
    _known(book)
    _header(book, sheet)
    _totals(book, sheet)
    draw(book, sheet, row=CHARTS, data=DATA + 6)
    _families(book, sheet)
    sheet.freeze_panes(7, FIRST)
    protect(sheet)
    print_page(sheet, f"A1:Y{MARGINS + FAMILIES + 2}", repeat=(0, 6))


def _letters() -> list[str]:
    return [xl_col_to_name(FIRST + k) for k in range(MONTHS)]


def _known(book: Book) -> None:
    """Count the rows with an amount, and with a budget, for each month, the year and last year."""
    block = Block(book, DATA, "FINANCE: ROWS WITH FIGURES", [*_letters(), "Year", "Last year"])
    for column in ("Amount", "Budget"):
        filled: tuple[Where, ...] = (("Line", '"revenue"'), (column, FILLED))
        months = [f"={count_of(_TABLE, ('Month', f'{SHEET}!{c}$6'), *filled)}" for c in _letters()]
        years = [f"={count_of(_TABLE, *span, *filled)}" for span in (_YEAR, _LAST_YEAR)]
        block.add(column, [*months, *years], "units")


def _is_known(c: str, of: str = "Amount") -> str:
    """Return the cell that counts the amounts, or budgets, of the month in column `c`."""
    return at(DATA + (2 if of == "Amount" else 3), 1 + _letters().index(c))


def _header(book: Book, sheet: Worksheet) -> None:
    """Write the bands, the twelve months of the fiscal year, and the texture strip, solid where closed."""
    for row, pixels in ((4, 18), (5, 22), (6, 4)):
        sheet.set_row_pixels(row, pixels)
    for column, words in enumerate(_HEADS):
        write(sheet, 5, column, words, book.style("Header", **_INDENT.get(column, {})))
    to_date = '="YTD"&IF(sop_current>sop_fiscal_start," "&INDEX(sop_months,MONTH(EDATE(sop_current,-1))),"")'
    write(sheet, 5, 5, to_date, book.style("Header", align="right", text_wrap=False))
    for k, c in enumerate(_letters()):
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
    write(sheet, 4, YEAR, "Full year", book.style("Band"))
    last_year = '=IF(sop_fiscal_month=1,"","FY ")&(YEAR(sop_fiscal_end)-1)'
    for offset, words in enumerate(("Outlook", "Budget", "Variance", "Variance %", last_year)):
        write(sheet, 5, YEAR + offset, words, book.style("Header", align="right", text_wrap=False))


def _amount(line: str, *where: Where) -> str:
    return sum_of(_TABLE, "Amount", ("Line", f'"{line}"'), *where)


def _budget(line: str, *where: Where) -> str:
    return sum_of(_TABLE, "Budget", ("Line", f'"{line}"'), *where)


def _monthly(line: str, c: str, *, of: str = "Amount") -> str:
    """Return the amount or budget of a line in the month of column `c`; "" where the month has none at all."""
    total = sum_of(_TABLE, of, ("Line", f'"{line}"'), ("Month", f"{c}$6"))
    return f'=IF({_is_known(c, of)}=0,"",{total})'


def _totals(book: Book, sheet: Worksheet) -> None:
    """Write net revenue, cost of goods sold and gross margin, each with budget and variance."""
    revenue = _total("Net revenue", "revenue")
    cogs = replace(_total("Cost of goods sold", "cogs"), cost=True)
    margin = replace(
        revenue,
        label="Gross margin",
        month=partial(_less, REVENUE + 1, COGS + 1),
        budget=f"ROUND(V{REVENUE + 1}-V{COGS + 1},2)",
        last_year=f"ROUND(Y{REVENUE + 1}-Y{COGS + 1},2)",
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
        budget=_budget(line, *_YEAR),
        last_year=_amount(line, *_LAST_YEAR),
        role="Output",
    )


def _less(first: int, second: int, c: str) -> str:
    """Return one cell of column `c` less another, to the cent; "" where one of them is blank."""
    return f'=IF(COUNT({c}{first},{c}{second})<2,"",ROUND({c}{first}-{c}{second},2))'


def _three(book: Book, sheet: Worksheet, row: int, total: Line, budget: Callable[[str], str]) -> None:
    """Write a total on `row` (from 0), its budget and its variance below."""
    first = row + 1
    gap = (first + 1, first) if total.cost else (first, first + 1)
    _write(book, sheet, row, total)
    _write(book, sheet, row + 1, Line("Budget", budget, tag="BU", role="Soft"))
    variance = Line(
        "Variance to budget",
        partial(_less, *gap),
        tag="+ lower cost" if total.cost else "",
        number="thousands_delta",
        year=_less(*gap, "U"),
        to_date=_less(*gap, "F"),
    )
    _write(book, sheet, row + 2, variance)


def _share(book: Book, sheet: Worksheet) -> None:
    """Write gross margin as a share of revenue; its variance is in points."""
    margin, revenue, row = MARGIN + 1, REVENUE + 1, MARGIN + 3

    def share(c: str) -> str:
        return f'=IF(N({c}{revenue})=0,"",{c}{margin}/{c}{revenue})'

    line = Line("Gross margin %", share, unit="%", number="percent", year=share("U"), to_date=share("F"))
    _write(book, sheet, row, line)
    cell = book.style("Calc", "percent")
    write(sheet, row, YEAR + 1, share("V"), cell)
    points = f'=IF(COUNT(U{row + 1}:V{row + 1})<2,"",ROUND(100*(U{row + 1}-V{row + 1}),6))'
    write(sheet, row, YEAR + 2, points, book.style("Calc", "points"))
    write(sheet, row, YEAR + 4, share("Y"), cell)
    _tint(book, sheet, f"W{row + 1}", row, signed=True)


def _families(book: Book, sheet: Worksheet) -> None:
    """Write revenue and gross margin of the ten largest families and of all others; they add up to the totals."""
    section(book, sheet, BY_FAMILY, "NET REVENUE BY FAMILY", LAST)
    section(book, sheet, MARGINS, "GROSS MARGIN BY FAMILY", LAST)
    for k in range(FAMILIES):
        revenue, margin = BY_FAMILY + 2 + k, MARGINS + 2 + k
        _write(book, sheet, revenue - 1, _family_revenue(k + 1, revenue))
        _write(book, sheet, margin - 1, _family_margin(revenue))
    for bar, total in ((BY_FAMILY, REVENUE + 1), (MARGINS, MARGIN + 1)):
        _write(book, sheet, bar + FAMILIES + 1, _others(bar, total))


def _family_revenue(rank: int, row: int) -> Line:
    """Return the revenue of the family with that rank, on `row` as Excel counts."""
    mine = ("Family", f"$A{row}")

    def month(c: str) -> str:
        return f'=IF(OR($A{row}="",{_is_known(c)}=0),"",{_amount("revenue", mine, ("Month", f"{c}$6"))})'

    return Line(
        family(rank),
        month,
        budget=_budget("revenue", mine, *_YEAR),
        last_year=_amount("revenue", mine, *_LAST_YEAR),
        paper=True,
    )


def _family_margin(row: int) -> Line:
    """Return the gross margin of the family whose revenue stands on `row`, as Excel counts."""
    mine = ("Family", f"$A{row}")

    def month(c: str) -> str:
        return f'=IF({c}{row}="","",ROUND({c}{row}-{_amount("cogs", mine, ("Month", f"{c}$6"))},2))'

    return Line(
        f"=A{row}",
        month,
        budget=f"ROUND(V{row}-{_budget('cogs', mine, *_YEAR)},2)",
        last_year=f"ROUND(Y{row}-{_amount('cogs', mine, *_LAST_YEAR)},2)",
        paper=True,
    )


def _others(bar: int, total: int) -> Line:
    """Return the row that holds what families beyond those listed have, so that the rows add up to the total."""
    first, last, row = bar + 2, bar + FAMILIES + 1, bar + FAMILIES + 2

    def rest(c: str) -> str:
        return f"ROUND({c}{total}-SUM({c}{first}:{c}{last}),2)"

    name = _left_over() if bar == BY_FAMILY else f"=A{BY_FAMILY + FAMILIES + 2}"
    return Line(
        name,
        lambda c: f'=IF(OR($A{row}="",{c}{total}=""),"",{rest(c)})',
        budget=rest("V"),
        last_year=rest("Y"),
        paper=True,
    )


def _left_over() -> str:
    """Return the label of all others; "" where the listed families are the whole company, to the cent."""
    gaps = [
        f"ABS(N({c}{total})-SUM({c}{bar + 2}:{c}{bar + FAMILIES + 1}))>0.005"
        for bar, total in ((BY_FAMILY, REVENUE + 1), (MARGINS, MARGIN + 1))
        for c in ("U", "V", "Y")
    ]
    return f'=IF(OR({",".join(gaps)}),"Other families","")'


def _write(book: Book, sheet: Worksheet, row: int, line: Line) -> None:
    """Write one line of the P&L on `row`, from 0."""
    sheet.set_row_pixels(row, 18)
    n = row + 1
    edge: dict[str, Any] = {"bottom": 0} if line.paper else {}
    strong = line.role == "Output"
    rules: dict[str, Any] = {"top": 1, "top_color": RULE, "bottom_color": RULE} if strong else edge
    write(sheet, row, 0, line.label, book.style("OutputLabel") if strong else book.style("Label_1", **edge))
    told = f'=IF($A{n}="","","{line.tag}")' if line.paper else line.tag or None
    write(sheet, row, 1, told, book.style("Unit", **{**rules, "indent": 0}))
    unit = f'=IF($A{n}="","",{line.unit[1:]})' if line.paper else line.unit
    write(sheet, row, 3, unit, book.style("Unit", **rules))
    for column in (2, 4, *((FIRST - 1, YEAR - 1) if strong else ())):
        write(sheet, row, column, None, book.style("Label", **rules))
    figure = book.style(line.role, line.number, **edge)
    for k, c in enumerate(_letters()):
        write(sheet, row, FIRST + k, line.month(c), figure)
    months = xl_range(row, FIRST, row, FIRST + MONTHS - 1)
    some = f"COUNT({months})=0"
    so_far = f'=IF({some},"",SUMIFS({months},$H$6:$S$6,"<"&sop_current))'
    write(sheet, row, 5, line.to_date or so_far, figure)
    write(sheet, row, YEAR, line.year or f'=IF({some},"",SUM({months}))', figure)
    _year(book, sheet, row, line)
    _tint(book, sheet, months, row, signed="delta" in line.number, paper=line.paper, months=True)
    if "delta" in line.number:
        for c in ("F", "U"):
            _tint(book, sheet, f"{c}{n}", row, signed=True, paper=line.paper)
    _trend(sheet, row, months, signed="delta" in line.number)


def _year(book: Book, sheet: Worksheet, row: int, line: Line) -> None:
    """Write budget, variance, variance % and last year of a line that has a budget; else leave them empty."""
    n = row + 1
    edge: dict[str, Any] = {"bottom": 0} if line.paper else {}
    if not line.budget:
        for column in range(YEAR + 1, LAST + 1):
            write(sheet, row, column, None, book.style(line.role, **edge))
        return
    nothing = f'$A{n}=""'
    gap = f"V{n}-U{n}" if line.cost else f"U{n}-V{n}"
    share = f'=IF(N(V{n})=0,"",W{n}/ABS(V{n}))'
    cells = (
        (f'=IF(OR({nothing},{_NO_BUDGET}),"",{line.budget})', "thousands"),
        (f'=IF(COUNT(U{n}:V{n})<2,"",ROUND({gap},2))', "thousands_delta"),
        (share, "percent_delta"),
        (f'=IF(OR({nothing},{_NO_LAST_YEAR}),"",{line.last_year})', "thousands"),
    )
    for offset, (formula, number) in enumerate(cells, start=1):
        write(sheet, row, YEAR + offset, formula, book.style(line.role, number, **edge))
    _tint(book, sheet, f"W{n}:X{n}", row, signed=True, paper=line.paper)
    if line.paper:
        for area in (f"A{n}:F{n}", f"U{n}:V{n}", f"Y{n}"):
            _tint(book, sheet, area, row, paper=True)


def _tint(
    book: Book,
    sheet: Worksheet,
    area: str,
    row: int,
    *,
    signed: bool = False,
    paper: bool = False,
    months: bool = False,
) -> None:
    """Give cells their hairline, ground and sign colour by rules; one rule a cell, since LibreOffice shows one."""
    first = area.split(":", maxsplit=1)[0]
    grounds = (("H$6<sop_current", {"bg_color": CLOSED}),) if months else ()
    signs = ((f"N({first})>0", {"font_color": GOOD}), (f"N({first})<0", {"font_color": BAD})) if signed else ()
    line = {**HAIR} if paper else {}
    always = f'$A{row + 1}<>""'
    for ground, fill in (*grounds, ("TRUE", {})):
        for sign, ink in (*signs, ("TRUE", {})):
            look = {**fill, **ink, **line}
            if look:
                rule = {"type": "formula", "criteria": f"=AND({always},{ground},{sign})", "stop_if_true": True}
                sheet.conditional_format(area, {**rule, "format": book.look(**look)})


def _trend(sheet: Worksheet, row: int, months: str, *, signed: bool) -> None:
    more: dict[str, Any] = {"negative_points": True, "negative_color": ACCENT} if signed else {"min": 0}
    area = {"range": f"{SHEET}!{months}", "series_color": TREND, "type": "column"}
    sheet.add_sparkline(row, 2, {**area, **more})
