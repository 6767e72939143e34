"""Bubble charts, which XlsxWriter does not have: its scatter chart, with a size for each point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlsxwriter.chart_scatter import ChartScatter
from xlsxwriter.utility import quote_sheetname, xl_range_abs

from sop_xl.template.charts import bare

if TYPE_CHECKING:
    from sop_xl.template.book import StyledBook


def bubble_chart(book: StyledBook, *, size: tuple[int, int], scale: int) -> BubbleChart:
    """Return a bubble chart of `size` pixels in the workbook, as `add_chart` would make one."""
    chart = BubbleChart(scale=scale)
    chart.embedded = True
    chart.date_1904 = book.book.date_1904
    chart.remove_timezone = book.book.remove_timezone
    book.book.charts.append(chart)
    bare(chart, size)
    return chart


class BubbleChart(ChartScatter):  # type: ignore[misc]  # XlsxWriter's charts have no types
    """A scatter chart whose points are drawn as large as their series' sizes say.

    Source: ECMA-376 part 1, 21.2.2.20 (bubbleChart) and CT_BubbleSer for the order of elements.
    """

    def __init__(self, *, scale: int) -> None:
        """Start without series; `scale` is the size of the largest bubble in points of 100, Excel's default."""
        super().__init__({"type": "scatter"})
        self._scale = scale
        self._sizes: list[str] = []

    def add_bubbles(self, options: dict[str, Any], sizes: list[Any]) -> None:
        """Add a series as `add_series` takes it; `sizes` is a range: sheet, first row, column, last row, column."""
        self.add_series(options)
        sheet, *cells = sizes
        self._sizes.append(f"{quote_sheetname(sheet)}!{xl_range_abs(*cells)}")

    def _write_chart_type(self, args: dict[str, Any]) -> None:
        if not args["primary_axes"]:
            return
        self._xml_start_tag("c:bubbleChart")
        self._xml_empty_tag("c:varyColors", [("val", 0)])
        for series in self.series:
            self._write_ser(series)
        self._xml_empty_tag("c:bubbleScale", [("val", self._scale)])
        self._xml_empty_tag("c:showNegBubbles", [("val", 0)])
        self._xml_empty_tag("c:sizeRepresents", [("val", "area")])
        self._write_axis_ids(args)
        self._xml_end_tag("c:bubbleChart")

    def _write_ser(self, series: dict[str, Any]) -> None:
        index = self.series_index
        self.series_index += 1
        self._xml_start_tag("c:ser")
        self._write_idx(index)
        self._write_order(index)
        self._write_series_name(series)
        self._write_sp_pr(series)
        self._xml_empty_tag("c:invertIfNegative", [("val", 0)])
        self._write_d_pt(series.get("points"))
        self._write_d_lbls(series.get("labels"))
        self._write_x_val(series)
        self._write_y_val(series)
        self._xml_start_tag("c:bubbleSize")
        self._write_num_ref(self._sizes[index], [], "num")
        self._xml_end_tag("c:bubbleSize")
        self._xml_empty_tag("c:bubble3D", [("val", 0)])
        self._xml_end_tag("c:ser")
