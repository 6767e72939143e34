"""Charts without what does not inform: titles live in cells, texture tells actual from forecast."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import TYPE_CHECKING, Any

from sop_xl.template.parts import AHEAD, FIRST, PAST
from sop_xl.template.style import ACCENT, ACTUAL, INK, LINE, RULE, SLATE, WHITE

if TYPE_CHECKING:
    from xlsxwriter.chart import Chart
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import StyledBook

FONT = {"name": "Arial", "size": 9, "color": SLATE}
ACTUAL_FILL: dict[str, Any] = {"fill": {"color": ACTUAL}}
FORECAST_FILL: dict[str, Any] = {
    "pattern": {"pattern": "wide_upward_diagonal", "fg_color": ACTUAL, "bg_color": WHITE},
    "border": {"color": ACTUAL, "width": 0.75},
}
OUTLINE: dict[str, Any] = {"fill": {"none": True}, "border": {"color": ACCENT, "width": 1.5}}
"""A second measure around the columns of the first. A line would fall to zero where its months end: text is 0 to it."""
BUDGET_FILL: dict[str, Any] = {"fill": {"color": WHITE}, "border": {"color": INK, "width": 1}}

MONEY_AXIS = '[>=1000000]0.0,," m";[>=1000]#,##0," k";0'
"""Amounts on an axis, in millions or thousands as their size asks."""


def base_chart(book: StyledBook, kind: dict[str, Any], *, size: tuple[int, int]) -> Chart:
    """Return a chart of `size` pixels with no border, no title and its legend on top."""
    return bare(book.book.add_chart(kind), size)


def bare(chart: Chart, size: tuple[int, int]) -> Chart:
    """Return a new chart as all are: of `size` pixels, no border, no title, its legend on top."""
    chart.set_title({"none": True})
    chart.set_chartarea({"border": {"none": True}, "fill": {"none": True}})
    chart.set_plotarea({"fill": {"none": True}})
    chart.set_legend({"position": "top", "font": FONT})
    chart.set_size({"width": size[0], "height": size[1]})
    chart.show_blanks_as("gap")
    return chart


def axes(
    chart: Chart,
    *,
    number: str = "#,##0",
    months: str | None = "mmm yy",
    low: float | None = 0,
    high: float | None = None,
    unit: float | None = None,
    hide_values: bool = False,
    base_line: bool = True,
) -> None:
    """Give a light horizontal grid, no value-axis line, and labels below; `months` None: plain text axis."""
    x: dict[str, Any] = {
        "num_font": FONT,
        "line": {"color": RULE, "width": 0.75} if base_line else {"none": True},
        "major_tick_mark": "none",
        "label_position": "low",
    }
    if months:
        x |= {"num_format": months, "text_axis": True}
    y: dict[str, Any] = {
        "num_font": FONT,
        "line": {"none": True},
        "major_tick_mark": "none",
        "num_format": number,
        "major_gridlines": {"visible": not hide_values, "line": {"color": LINE, "width": 0.5}},
        "visible": not hide_values,
    }
    y |= {k: v for k, v in (("min", low), ("max", high), ("major_unit", unit)) if v is not None}
    chart.set_x_axis(x)
    chart.set_y_axis(y)


def place(sheet: Worksheet, row: int, column: int, chart: Chart, *, description: str, dx: int = 0, dy: int = 2) -> None:
    """Put a chart on the sheet with its alt text; it moves but does not stretch with cells."""
    options = {"x_offset": dx, "y_offset": dy, "object_position": 2, "description": description}
    sheet.insert_chart(row, column, chart, options)


def months_at(sheet: str, row: int, first: int = FIRST, count: int = PAST + AHEAD) -> list[Any]:
    """Return the range of a measure's months on a sheet, as charts take it."""
    return [sheet, row, first, row, first + count - 1]


def swatch(kind: str, colour: str = ACTUAL, size: tuple[int, int] = (22, 12)) -> BytesIO:
    """Return a small PNG, `solid`, `hatch` or `outline`, for a notation key: cell patterns print unlike."""
    width, height = size
    ink, paper = bytes.fromhex(colour[1:]), b"\xff\xff\xff"

    def pixel(x: int, y: int) -> bytes:
        edge = x in (0, width - 1) or y in (0, height - 1)
        return ink if kind == "solid" or edge or (kind == "hatch" and (x + y) % 5 < 2) else paper

    def chunk(tag: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + tag + data + struct.pack(">I", zlib.crc32(tag + data))

    raw = b"".join(b"\0" + b"".join(pixel(x, y) for x in range(width)) for y in range(height))
    head = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")
    return BytesIO(b"\x89PNG\r\n\x1a\n" + parts)
