"""Rows of the P&L: twelve months of the fiscal year, to date, outlook, budget, variance and last year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_col_to_name, xl_range

from sop_xl.template.parts import DASH, FIRST, HALF_THOUSAND, is_tiny, write
from sop_xl.template.rows import HAIR
from sop_xl.template.style import ACCENT, BAD, CLOSED, GOOD, RULE, TREND

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

MONTHS = 12
YEAR = FIRST + MONTHS + 1
"""Column of the outlook; budget, variance, variance % and last year follow."""
LAST = YEAR + 4
LETTERS = tuple(xl_col_to_name(FIRST + k) for k in range(MONTHS))
"""Columns of the months."""
HALF_PER_MILLE = 0.0005
"""What shows as 0.0 %."""


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
        mark: the fragment that marks the row as commented on; "": never.
        swings: whether it may be on either side of zero, which its small columns then show.
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
    mark: str = ""
    swings: bool = False


def write_line(book: Book, sheet: Worksheet, row: int, line: Line) -> None:
    """Write one line of the P&L on `row`, from 0."""
    sheet.set_row_pixels(row, 18)
    _head(book, sheet, row, line)
    figure = book.style(line.role, line.number, **_edge(line))
    for k, c in enumerate(LETTERS):
        write(sheet, row, FIRST + k, line.month(c), figure)
    months = xl_range(row, FIRST, row, FIRST + MONTHS - 1)
    some = f"COUNT({months})=0"
    so_far = f'=IF({some},"",SUMIFS({months},$H$6:$S$6,"<"&sop_current))'
    write(sheet, row, 5, line.to_date or so_far, figure)
    write(sheet, row, YEAR, line.year or f'=IF({some},"",SUM({months}))', figure)
    _year(book, sheet, row, line)
    signed, least = "delta" in line.number, HALF_THOUSAND if line.number.startswith("thousands") else 0.0
    tint(book, sheet, months, row, signed=signed, paper=line.paper, months=True, least=least)
    for c in ("F", "U") if signed or least else ():
        tint(book, sheet, f"{c}{row + 1}", row, signed=signed, paper=line.paper, least=least)
    _trend(sheet, row, months, signed=signed or line.swings)


def _head(book: Book, sheet: Worksheet, row: int, line: Line) -> None:
    """Write label, version and unit; rules of a total run through the gaps."""
    n, strong = row + 1, line.role == "Output"
    rules: dict[str, Any] = {"top": 1, "top_color": RULE, "bottom_color": RULE} if strong else _edge(line)
    write(sheet, row, 0, line.label, book.style("OutputLabel") if strong else book.style("Label_1", **rules))
    tag, unit = line.tag or None, line.unit
    if line.mark:
        tag = f'="{line.tag}"&{line.mark}'
    if line.paper:
        tag = f'=IF($A{n}="","","{line.tag}"{line.mark and "&" + line.mark})'
        unit = f'=IF($A{n}="","",{line.unit[1:]})'
    write(sheet, row, 1, tag, book.style("Unit", **{**rules, "indent": 0}))
    write(sheet, row, 3, unit, book.style("Unit", **rules))
    for column in (2, 4, *((FIRST - 1, YEAR - 1) if strong else ())):
        write(sheet, row, column, None, book.style("Label", **rules))


def _edge(line: Line) -> dict[str, Any]:
    return {"bottom": 0} if line.paper else {}


def _year(book: Book, sheet: Worksheet, row: int, line: Line) -> None:
    """Write budget, variance, variance % and last year of a line that has a budget; else leave them empty."""
    n = row + 1
    edge = _edge(line)
    if not line.budget:
        for column in range(YEAR + 1, LAST + 1):
            write(sheet, row, column, None, book.style(line.role, **edge))
        return
    nothing = f'$A{n}=""'
    gap = f"V{n}-U{n}" if line.cost else f"U{n}-V{n}"
    share = f'=IF(OR(N(V{n})=0,W{n}=""),"",W{n}/ABS(V{n}))'
    cells = (
        (f'=IF({nothing},"",{line.budget})', "thousands"),
        (f'=IF(COUNT(U{n}:V{n})<2,"",ROUND({gap},2))', "thousands_delta"),
        (share, "percent_delta"),
        (f'=IF({nothing},"",{line.last_year})', "thousands"),
    )
    for offset, (formula, number) in enumerate(cells, start=1):
        write(sheet, row, YEAR + offset, formula, book.style(line.role, number, **edge))
    tint(book, sheet, f"W{n}", row, signed=True, paper=line.paper, least=HALF_THOUSAND)
    tint(book, sheet, f"X{n}", row, signed=True, paper=line.paper, least=HALF_PER_MILLE)
    for c in ("V", "Y"):
        tint(book, sheet, f"{c}{n}", row, paper=line.paper, least=HALF_THOUSAND)
    if line.paper:
        tint(book, sheet, f"A{n}:E{n}", row, paper=True)


def tint(
    book: Book,
    sheet: Worksheet,
    area: str,
    row: int,
    *,
    signed: bool = False,
    paper: bool = False,
    months: bool = False,
    least: float = 0.0,
) -> None:
    """Give cells their hairline, ground and sign colour by rules; one rule a cell, since LibreOffice shows one.

    Numbers closer to zero than `least` are shown as a dash.
    """
    first = area.split(":", maxsplit=1)[0]
    grounds = (("H$6<sop_current", {"bg_color": CLOSED}),) if months else ()
    signs = ((f"N({first})>0", {"font_color": GOOD}), (f"N({first})<0", {"font_color": BAD})) if signed else ()
    dash = ((is_tiny(first, least), {"num_format": DASH}),) if least else ()
    line = {**HAIR} if paper else {}
    always = f'$A{row + 1}<>""'
    for ground, fill in (*grounds, ("TRUE", {})):
        for sign, ink in (*dash, *signs, ("TRUE", {})):
            look = {**fill, **ink, **line}
            if look:
                rule = {"type": "formula", "criteria": f"=AND({always},{ground},{sign})", "stop_if_true": True}
                sheet.conditional_format(area, {**rule, "format": book.look(**look)})


def _trend(sheet: Worksheet, row: int, months: str, *, signed: bool) -> None:
    more: dict[str, Any] = {"negative_points": True, "negative_color": ACCENT} if signed else {"min": 0}
    area = {"range": f"{sheet.name}!{months}", "series_color": TREND, "type": "column"}
    sheet.add_sparkline(row, 2, {**area, **more})
