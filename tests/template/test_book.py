"""What all workbooks are written with."""

import io

import xlsxwriter

from sop_xl.template.book import workbook_options
from sop_xl.template.build import build_template


def test_a_workbook_written_before_changes_no_font_of_the_next():
    first = build_template()
    with xlsxwriter.Workbook(io.BytesIO(), workbook_options()) as book:
        book.add_worksheet()
    assert build_template() == first
