"""The view Bridge: why gross margin differs from budget and from last cycle, by family and step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_col_to_name

from sop_xl.template.blocks import Block, across, at, chart_titles, family
from sop_xl.template.charts import axes, base_chart, place
from sop_xl.template.formulas import sum_of
from sop_xl.template.parts import HALF_THOUSAND, masthead, print_page, protect, section, signs, write
from sop_xl.template.rows import HAIR
from sop_xl.template.sheets.bridge_gap import ROWS, write_gap
from sop_xl.template.waterfall import Waterfall
from sop_xl.template.words import money, month_words

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

SHEET = "Bridge"
COMPARISONS = ("Outlook against budget", "Plan against last cycle", "Actual against budget")
STEPS = ("start", "volume", "mix", "price", "cost", "fx", "new", "lost", "unsplit", "end")
HEADS = ("Volume", "Mix", "Price", "Cost", "FX", "New items", "Lost items", "Not split")
FAMILIES = 10
COUNT = len(STEPS)
LAST = COUNT + 1
"""Last column, from 0: the change."""
WIDTHS = (("A:A", 196), ("B:L", 96))
TOP, CHART_ROWS = 4, 20
HEIGHT = FAMILIES + 3
"""Rows of a table below its header: families, all others, all."""
PAGE = 3 + CHART_ROWS + 2 + HEIGHT + 1
DATA = 900
"""First row of this view on Chart data."""
_TABLE = "tblBridge"


def build(book: Book) -> None:
    """Write the sheet, one page a comparison, and its rows on Chart data."""
    sheet = book.sheet(SHEET, "view", WIDTHS)
    subtitle = (
        '="Gross margin, k"&sop_currency&"  |  + is good for the result  |  volume: as if all items grew alike; '
        'mix: the rest, inside one unit of measure  |  drill: Bridge lines"'
    )
    masthead(book, sheet, "Bridge: why gross margin differs", subtitle, LAST)
    for k, name in enumerate(COMPARISONS):
        _page(book, sheet, TOP + PAGE * k, name, DATA + 20 * k)
    gap = TOP + PAGE * len(COMPARISONS)
    write_gap(book, sheet, gap, COMPARISONS, STEPS)
    sheet.freeze_panes(TOP, 1)
    protect(sheet)
    print_page(sheet, f"A1:{xl_col_to_name(LAST)}{gap + ROWS}", repeat=(0, 3), one_page=False)
    sheet.set_h_pagebreaks([TOP + PAGE * k for k in range(1, len(COMPARISONS) + 1)])


def _page(book: Book, sheet: Worksheet, row: int, name: str, data: int) -> None:
    """Write one comparison from `row` on: its bar, the waterfall and the table by family."""
    section(book, sheet, row, name.upper(), LAST)
    head = row + 3 + CHART_ROWS
    total = head + FAMILIES + 2
    _header(book, sheet, head, name)
    for k in range(FAMILIES):
        _line(book, sheet, head + 1 + k, family(k + 1), name)
    _others(book, sheet, total - 1, head + 1, name)
    _total(book, sheet, total, name)
    _colours(book, sheet, head + 2, total)
    _chart(book, sheet, row + 1, total, name, data)


def _colours(book: Book, sheet: Worksheet, first: int, total: int) -> None:
    """Colour steps and changes by their sign; draw hairlines under rows with a family. Rows as Excel counts."""
    for left, right in (("C", "J"), ("L", "L")):
        signs(book, sheet, f"{left}{first}:{right}{total}", least=HALF_THOUSAND, **HAIR)
        signs(book, sheet, f"{left}{total + 1}:{right}{total + 1}", least=HALF_THOUSAND)
    rule = {"type": "formula", "criteria": f'=$A{first}<>""', "format": book.look(**HAIR)}
    sheet.conditional_format(f"A{first}:L{total}", rule)


def _named(name: str, column: str) -> str:
    """Return the fragment for what the table says of a comparison; "" where it has none."""
    return f'IFERROR(INDEX({_TABLE}[{column}],MATCH("{name}",{_TABLE}[Comparison],0)),"")'


def _header(book: Book, sheet: Worksheet, row: int, name: str) -> None:
    sheet.set_row_pixels(row, 22)
    write(sheet, row, 0, "Family", book.style("Header"))
    heads = (f"={_named(name, 'From')}", *HEADS, f"={_named(name, 'To')}", "Change")
    for column, words in enumerate(heads, start=1):
        write(sheet, row, column, words, book.style("Header", align="right", text_wrap=False))


def _figures(book: Book, sheet: Worksheet, row: int, formulas: list[str], role: str) -> None:
    """Write the steps of a row, and the change from its first to its last."""
    n = row + 1
    edge = {} if role == "Output" else {"bottom": 0}
    for column, formula in enumerate(formulas, start=1):
        inner = 1 < column < COUNT
        write(sheet, row, column, formula, book.style(role, "thousands_delta" if inner else "thousands", **edge))
    change = f'=IF(COUNT(B{n},K{n})<2,"",ROUND(K{n}-B{n},2))'
    write(sheet, row, LAST, change, book.style(role, "thousands_delta", **edge))


def _line(book: Book, sheet: Worksheet, row: int, label: str, name: str) -> None:
    write(sheet, row, 0, label, book.style("Label_1", bottom=0))
    mine = (("Comparison", f'"{name}"'), ("Family", f"$A{row + 1}"))
    formulas = [
        f'=IF($A{row + 1}="","",{sum_of(_TABLE, "Amount", *mine, ("Step", _criterion(step)))})' for step in STEPS
    ]
    _figures(book, sheet, row, formulas, "Calc")


def _criterion(step: str) -> str:
    """Return the criterion of a step."""
    return f'"{step}"'


def _others(book: Book, sheet: Worksheet, row: int, first: int, name: str) -> None:
    """Write what families beyond those listed have, so that the rows add up to the total."""
    n = row + 1
    left = f'SUMPRODUCT(({_TABLE}[Comparison]="{name}")*(COUNTIF($A${first + 1}:$A${row},{_TABLE}[Family])=0))'
    write(sheet, row, 0, f'=IF({left}>0,"Other families","")', book.style("Label_1", bottom=0))
    formulas = []
    for column in range(1, COUNT + 1):
        c = xl_col_to_name(column)
        formulas.append(f'=IF($A{n}="","",ROUND({c}{n + 1}-SUM({c}{first + 1}:{c}{row}),2))')
    _figures(book, sheet, row, formulas, "Calc")


def _total(book: Book, sheet: Worksheet, row: int, name: str) -> None:
    write(sheet, row, 0, "All families", book.style("OutputLabel"))
    known = f'COUNTIFS({_TABLE}[Comparison],"{name}")=0'
    whole = ("Comparison", f'"{name}"')
    formulas = [f'=IF({known},"",{sum_of(_TABLE, "Amount", whole, ("Step", _criterion(step)))})' for step in STEPS]
    _figures(book, sheet, row, formulas, "Output")


def _chart(book: Book, sheet: Worksheet, row: int, total: int, name: str, data: int) -> None:
    """Draw the waterfall of the row of all families, under a title that says what moved most."""
    block = Block(book, data, f"BRIDGE: {name.upper()}", [str(k + 1) for k in range(COUNT)])
    cells = [f"{SHEET}!${xl_col_to_name(1 + k)}${total + 1}" for k in range(COUNT)]
    heads = [f"{SHEET}!${xl_col_to_name(1 + k)}${total - FAMILIES - 1}" for k in range(COUNT)]
    names = block.add("Step", [f'=IF({cell}="","",{head})' for cell, head in zip(cells, heads, strict=True)], "text")
    values = block.add("Value", [f"=N({cell})" for cell in cells], "thousands")
    places = range(1, COUNT + 1)
    last = ["FALSE"] * (COUNT - 1) + ["TRUE"]
    bridge = Waterfall(block, [at(names, k) for k in places], [at(values, k) for k in places], last)
    chart_titles(book, sheet, row, 0, _title(names, values, name), _subtitle(bridge.floor, names, name))
    chart = base_chart(book, {"type": "column", "subtype": "stacked"}, size=(1240, CHART_ROWS * 20 - 8))
    for series in bridge.series():
        chart.add_series(series)
    axes(chart, months=None, hide_values=True, low=None)
    chart.set_legend({"none": True})
    place(sheet, row + 2, 0, chart, description=f"{name}: gross margin from one to the other, step by step")


def _title(names: int, values: int, name: str) -> str:
    """Return the finding: the change, the step that gives most and the one that takes most."""
    start, end = at(values, 1), at(values, COUNT)
    steps, heads = (across(row, COUNT - 2, 1) for row in (values, names))
    best, worst, before = f"MAX({steps})", f"MIN({steps})", f"LOWER({at(names, 1)})"
    worth = f"0.02*MAX({best},-{worst})"

    def mover(amount: str, does: str) -> str:
        step = f"INDEX({heads},MATCH({amount},{steps},0))"
        return f'"; "&IF({step}="FX","FX",LOWER({step}))&" {does} "&{money(f"ABS({amount})")}'

    way = f'{money(f"ABS({end}-{start})")}&IF({end}<{start}," below "," above ")&{before}'
    told = (
        f'"Gross margin is "&IF(ROUND({end}-{start},2)=0,"equal to "&{before},{way})'
        f'&IF({best}>{worth},{mover(best, "adds")},"")&IF(-{worst}>{worth},{mover(worst, "takes")},"")'
    )
    return f'=IF({at(names, 1)}="","{name}: nothing to compare",{told})'


def _subtitle(floor: str, names: int, name: str) -> str:
    first, last = _named(name, "First month"), _named(name, "Last month")
    cut = f'IF({floor}>0,"  |  columns start at "&{money(floor)},"")'
    months = f'"Gross margin "&{month_words(first)}&" to "&{month_words(last)}&", "&sop_currency'
    return f'=IF({at(names, 1)}="","Needs a budget, or a cycle before this one",{months}&{cut})'
