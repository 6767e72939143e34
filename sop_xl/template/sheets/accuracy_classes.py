"""On the view Accuracy: items by what they are worth (ABC) and how steadily they sell (XYZ)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.template.blocks import Block, across, chart_titles
from sop_xl.template.bubble import bubble_chart
from sop_xl.template.charts import FONT, place
from sop_xl.template.formulas import Where, count_of, sum_of
from sop_xl.template.names import SHEET as CHART_DATA
from sop_xl.template.parts import section, write
from sop_xl.template.style import ACCENT, INK, RULE, WHITE
from sop_xl.template.words import figure, plural

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

DATA = 1950
"""First row of this part on Chart data."""
HEIGHT = 18
VALUES, STEADINESS = ("A", "B", "C"), ("X", "Y", "Z")
WORDS = {"X": "X: steady", "Y": "Y: varies", "Z": "Z: erratic"}
CLASSES = tuple((abc, xyz) for abc in VALUES for xyz in STEADINESS)
_TABLE = "tblItemClasses"


def show_classes(book: Book, sheet: Worksheet, row: int, last: int) -> int:
    """Write the part from `row`, from 0, on; return its last row as Excel counts."""
    section(book, sheet, row, "ITEMS BY VALUE (ABC) AND STEADINESS (XYZ), LAST 12 MONTHS", last)
    _matrix(book, sheet, row + 1, "Items", "units", _count)
    _matrix(book, sheet, row + 7, "Share of value", "percent_points_1", _share)
    note = "A: first 80 % of value, B: to 95 %, C: the rest  |  X: CV to 0.5, Y: to 1, Z: above"
    write(sheet, row + 13, 0, note, book.style("Note"))
    _chart(book, sheet, row + 1)
    return row + HEIGHT


def _count(*where: Where) -> str:
    """Return the number of items, of the family chosen above or of all."""
    return f'IF($B$5="",{count_of(_TABLE, *where)},{count_of(_TABLE, *where, ("Family", "$B$5"))})'


def _worth(*where: Where) -> str:
    return f'IF($B$5="",{sum_of(_TABLE, "Value", *where)},{sum_of(_TABLE, "Value", *where, ("Family", "$B$5"))})'


def _share(*where: Where) -> str:
    """Return the share of the value in points; "" where there is none."""
    every = _worth(("ABC", '"?"'))
    return f'IF({every}=0,"",100*{_worth(*where)}/{every})'


def _matrix(book: Book, sheet: Worksheet, row: int, name: str, number: str, cell: Callable[..., str]) -> None:
    """Write one figure by class, the totals last."""
    columns = (*((WORDS[xyz], f'"{xyz}"') for xyz in STEADINESS), ("All", '"?"'))
    write(sheet, row, 0, name, book.style("Header"))
    for column, (head, _) in enumerate(columns, start=1):
        write(sheet, row, column, head, book.style("Header", align="right"))
    for k, (head, abc) in enumerate((*((v, f'"{v}"') for v in VALUES), ("All", '"?"')), start=1):
        total = head == "All"
        write(sheet, row + k, 0, head, book.style("OutputLabel" if total else "Label"))
        for column, (_, xyz) in enumerate(columns, start=1):
            look = book.style("Output" if total else "Calc", number)
            write(sheet, row + k, column, f"={cell(('ABC', abc), ('XYZ', xyz))}", look)


def _chart(book: Book, sheet: Worksheet, row: int) -> None:
    """Draw a bubble a class, as large as its share of the value, its name and items beside it."""
    block = Block(book, DATA, "ACCURACY: ITEMS BY CLASS", [abc + xyz for abc, xyz in CLASSES])
    wheres = [(("ABC", f'"{abc}"'), ("XYZ", f'"{xyz}"')) for abc, xyz in CLASSES]
    across_ = block.add("Steadiness", [f"={1 + STEADINESS.index(xyz)}" for _, xyz in CLASSES])
    up = block.add("Value", [f"={len(VALUES) - VALUES.index(abc)}" for abc, _ in CLASSES])
    worth = block.add("Share of value", [f"=N({_share(*where)})" for where in wheres], "percent_points_1")
    counts = [_count(*where) for where in wheres]
    told = [
        f'=IF({count}=0,"","{abc}{xyz}: "&{plural(count, "item", "items")})'
        for (abc, xyz), count in zip(CLASSES, counts, strict=True)
    ]
    labels = block.add("Label", told)
    every = f"SUM({across(worth, len(CLASSES))})"
    steady, erratic = across(worth, 1), across(worth, 1, CLASSES.index(("A", "Z")))
    title = (
        f'=IF({every}=0,"No item sold in the last 12 months","AX, worth the most and steady, is "&{figure(steady)}&'
        f'" % of value; AZ, worth the most and erratic, "&{figure(erratic)}&" %")'
    )
    chart_titles(book, sheet, row, 6, title, "Area: share of value  |  left: steady, right: erratic; up: worth more")
    chart = bubble_chart(book, size=(720, 300), scale=100)
    count = len(CLASSES)
    custom = [{"value": f"='{CHART_DATA}'!${chr(66 + k)}${labels + 1}"} for k in range(count)]
    chart.add_bubbles(
        {
            "name": "Share of value",
            "categories": [CHART_DATA, across_, 1, across_, count],
            "values": [CHART_DATA, up, 1, up, count],
            "fill": {"color": ACCENT, "transparency": 35},
            "border": {"color": WHITE, "width": 0.75},
            "data_labels": {"value": True, "custom": custom, "position": "below", "font": {**FONT, "color": INK}},
        },
        [CHART_DATA, worth, 1, worth, count],
    )
    quiet = {"min": 0.4, "max": 3.6, "major_unit": 1, "num_font": FONT, "label_position": "none"}
    lines = {"line": {"color": RULE, "width": 0.75}, "major_tick_mark": "none", "major_gridlines": {"visible": False}}
    chart.set_x_axis({**quiet, **lines})
    chart.set_y_axis({**quiet, **lines})
    chart.set_legend({"none": True})
    place(sheet, row + 2, 6, chart, description="Items by value and steadiness: share of value by class, as bubbles")
