"""Cells' texts to values and back: number formats, dates, texts in all their forms."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900
from openpyxl.utils.datetime import to_excel as openpyxl_serial

from sop_xl.adapters.package.cell_values import CellReader
from sop_xl.adapters.package.serial import from_serial, to_serial
from sop_xl.adapters.package.shared_strings import EMPTY, SharedStrings
from sop_xl.adapters.package.sheet_xml import SheetXml, orderly
from sop_xl.adapters.package.styles import Styles, shows_date
from sop_xl.domain.cells import CellError


@pytest.mark.parametrize(
    "code", ["yyyy-mm", "mmm yy", "d/m/yyyy;@", "[$-409]mmm-yy;@", 'dd" of "mm', "h:mm AM/PM", "YYYY\\-MM", "mm:ss.0"]
)
def test_formats_that_show_a_date(code: str) -> None:
    assert shows_date(code)


@pytest.mark.parametrize(
    "code",
    [
        "General",
        "0.00",
        "#,##0",
        "@",
        "0.00E+00",
        '0 "days"',
        "[Red]0",
        "0\\d",
        "[h]:mm",
        "[$SEK] 0",
        '#,##0_d;"m"',
        "0%",
    ],
)
def test_formats_that_show_none(code: str) -> None:
    assert not shows_date(code)


@pytest.mark.parametrize(
    ("day", "serial", "serial1904"),
    [
        (dt.date(2026, 1, 1), 46023, 44561),
        (dt.date(1900, 3, 1), 61, None),
        (dt.date(1900, 2, 28), 59, None),
        (dt.date(1900, 1, 1), 1, None),
        (dt.date(1904, 1, 1), 1462, 0),
        (dt.datetime(2026, 1, 1, 6, 0), 46023.25, 44561.25),
    ],
)
def test_days_by_hand(day: dt.date, serial: float, serial1904: float | None) -> None:
    assert (to_serial(day, date1904=False), from_serial(serial, date1904=False)) == (serial, day)
    if serial1904 is None:
        with pytest.raises(ValueError, match="counts its days from 1904"):
            to_serial(day, date1904=True)
    else:
        assert (to_serial(day, date1904=True), from_serial(serial1904, date1904=True)) == (serial1904, day)


@given(st.datetimes(dt.datetime(1904, 1, 1), dt.datetime(9999, 12, 31)), st.booleans())
def test_days_there_and_back(moment: dt.datetime, date1904: bool) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    serial = to_serial(moment, date1904=date1904)
    epoch = CALENDAR_MAC_1904 if date1904 else CALENDAR_WINDOWS_1900
    assert serial == pytest.approx(openpyxl_serial(moment, epoch), abs=1e-8)
    back = from_serial(serial, date1904=date1904)
    assert back == (moment.date() if moment.time() == dt.time() else moment)


@pytest.mark.parametrize("serial", [0.0, 0.5, -1.0, 60.0, 3e6, 1e300])
def test_numbers_that_are_no_day_stay_numbers(serial: float) -> None:
    assert from_serial(serial, date1904=False) == serial


STYLES = """<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm"/></numFmts>
<cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs>
<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="164" applyNumberFormat="1"/>
<xf numFmtId="2" fontId="3" applyNumberFormat="1"><alignment wrapText="1"/></xf></cellXfs></styleSheet>"""
TEXTS = SharedStrings(
    '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>plain &amp; "simple"</t></si>'
    "<si><r><t>rich</t></r><r><rPr><b/></rPr><t xml:space='preserve'> text</t></r></si>"
    "<si><t>東京</t><rPh sb='0' eb='2'><t>とうきょう</t></rPh></si><si><t>a_x000D_b_x005F_x0041_</t></si>"
    "<si><t/></si></sst>",
    "sharedStrings.xml",
)
READER = CellReader(TEXTS.texts, Styles(STYLES, "styles.xml"), date1904=False)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="A1"><v>1.5</v></c>', 1.5),
        ('<c r="A1" t="n"><v>7</v></c>', 7.0),
        ('<c r="A1" s="1"><v>46023</v></c>', dt.date(2026, 1, 1)),
        ('<c r="A1" t="n" s="1"><v>46023.5</v></c>', dt.datetime(2026, 1, 1, 12)),
        ('<c r="A1" s="2"><v>46023</v></c>', 46023.0),
        ('<c r="A1" t="d"><v>2026-01-01T00:00:00Z</v></c>', dt.date(2026, 1, 1)),
        ('<c r="A1" t="b"><v>1</v></c>', True),
        ('<c r="A1" t="b"><v>0</v></c>', False),
        ('<c r="A1" t="e"><v>#DIV/0!</v></c>', CellError("#DIV/0!")),
        ('<c r="A1" t="s"><v>0</v></c>', 'plain & "simple"'),
        ('<c r="A1" t="s"><v>1</v></c>', "rich text"),
        ('<c r="A1" t="s"><v>2</v></c>', "東京"),
        ('<c r="A1" t="s"><v>3</v></c>', "a\rb_x0041_"),
        ('<c r="A1" t="s"><v>4</v></c>', None),
        ('<c r="A1" t="str"><f>B1&amp;"x"</f><v>a &lt; b</v></c>', "a < b"),
        ('<c r="A1" t="str"><f>""</f><v></v></c>', None),
        ('<c r="A1"><f>B1</f><v>4</v></c>', 4.0),
        ('<c r="A1"><f t="shared" si="0"/><v>4</v></c>', 4.0),
        ('<c r="A1"><f>B1</f></c>', None),
        ('<c r="A1"><f>B1</f><v/></c>', None),
        ('<c r="A1" t="inlineStr"><is><t>in&#x20AC;line</t></is></c>', "in€line"),
        ('<c r="A1" t="inlineStr"><is><r><t>ri</t></r><r><t xml:space="preserve">ch </t></r></is></c>', "rich "),
        ('<c r="A1" s="1"/>', None),
        ('<c r="A1" s="1"></c>', None),
        ('<c r="A1" cm="1"><f t="array" ref="A1">B1</f><v>2</v></c>', 2.0),
    ],
)
def test_cells_by_hand(cell: str, value: Any) -> None:
    found = READER.value(cell)
    assert (found, type(found)) == (value, type(value))


def test_a_style_that_fits_the_value_is_made_once() -> None:
    styles = Styles(STYLES, "styles.xml")
    assert (styles.dated("1"), styles.dated("2"), styles.dated("2"), styles.dated("")) == ("1", "3", "3", "4")
    assert (styles.numeric("2"), styles.numeric("1"), styles.numeric("3")) == ("2", "5", "6")
    xml = styles.xml()
    assert '<xf fontId="3" numFmtId="14" applyNumberFormat="1"><alignment wrapText="1"/></xf>' in xml
    assert '<xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="0" applyNumberFormat="1"/>' in xml
    assert '<cellXfs count="7">' in xml
    assert [Styles(xml, "styles.xml").is_date(style) for style in range(7)] == [
        False,
        True,
        False,
        True,
        True,
        False,
        False,
    ]


def test_texts_are_appended_and_found_again() -> None:
    strings = SharedStrings(EMPTY, "sharedStrings.xml")
    assert [strings.index(text) for text in ("a", "b ", "a", "_x0041_")] == [0, 1, 0, 2]
    again = SharedStrings(strings.xml(4), "sharedStrings.xml")
    assert again.texts == ["a", "b ", "_x0041_"]
    assert 'count="4" uniqueCount="3"' in strings.xml(4)


def test_rich_text_is_not_taken_for_plain() -> None:
    assert TEXTS.texts.index("rich text") == 1
    assert TEXTS.index("rich text") == 5


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1"/>{}</worksheet>'
)


@pytest.mark.parametrize(
    "data",
    [
        '<sheetData><row r="2"><c r="B2"><v>5</v></c></row><row r="3"/></sheetData>',
        "<sheetData><row r='2'><c t='n' r='B2'><v>5</v></c></row><row r='3'/></sheetData>",
        '<sheetData>\n <row ht="20" r="2">\n  <c r="B2">\n   <v>5</v>\n  </c>\n </row>\n <row/>\n</sheetData>',
        "<sheetData><row/><row><c/><c><v>5</v></c></row></sheetData>",
        '<sheetData><!-- <row r="9"> --><row r="2"><c r="B2"><v><![CDATA[5]]></v></c></row></sheetData>',
    ],
)
def test_rows_and_cells_however_they_are_written(data: str) -> None:
    sheet = SheetXml(orderly(SHEET.format(data), "sheet1.xml"))
    assert READER.value(sheet.cells(2)[2]) == 5
    assert {row for row in sheet.rows if sheet.rows[row].cells} == {2}


@pytest.mark.parametrize(
    "data", ["<sheetData/>", "<sheetData></sheetData>", "<x:sheetData xmlns:x='urn:x'/><sheetData/>"]
)
def test_a_sheet_without_rows(data: str) -> None:
    sheet = SheetXml(orderly(SHEET.format(data), "sheet1.xml"))
    sheet.put(3, {2: '<c r="B3"><v>1</v></c>'})
    assert '<dimension ref="B3"/>' in sheet.text()
    assert '<sheetData><row r="3"><c r="B3"><v>1</v></c></row></sheetData>' in sheet.text()
