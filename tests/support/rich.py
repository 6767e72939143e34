"""A workbook rich in what openpyxl and LibreOffice lose on saving."""

from __future__ import annotations

import io
import re
import struct
import zlib
from typing import TYPE_CHECKING, Any

import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
THREADED = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
SLICER = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
TYPE = "application/vnd.ms-excel"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PERSON = "{11111111-2222-3333-4444-555555555555}"


def png(side: int = 8) -> io.BytesIO:
    """Return a small green picture."""
    rows = b"".join(b"\x00" + b"\x20\x80\x40" * side for _ in range(side))
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + body)


def decorate(book: Any, sheet: Any, other: Any) -> None:
    """Draw on a sheet with a table in B4:E6, and on another one, what only Excel keeps.

    The other sheet gets formulas that read the table and some that do not.
    """
    for k, place in enumerate((sheet, other)):
        place.add_sparkline("H1", {"range": "Plan!D5:D6", "markers": True})
        place.conditional_format("D40:D60", {"type": "data_bar", "data_bar_2010": True, "bar_solid": True})
        place.conditional_format("C40:C60", {"type": "icon_set", "icon_style": "3_traffic_lights"})
        place.insert_textbox("H10", f"What to do, part {k}", {"description": "Help"})
        place.insert_image("K10", "picture.png", {"image_data": png()})
        place.set_header("&C&G", {"image_center": "logo.png", "image_data_center": png(6)})
        place.write_comment("A1", "A note", {"author": "Ann"})
        place.insert_checkbox("A2", True)
        place.insert_button("H20", {"macro": "Run", "caption": "Run"})
        place.write_dynamic_array_formula("M1:M2", "=_xlfn.UNIQUE(Other!A30:A31)", None, "p")
        place.write_url("A3", "https://example.org/", None, "A link")
        place.write_rich_string("A7", "rich ", book.add_format({"bold": True}), "text")
    other.write_column("A30", ["p", "q"])
    other.write_formula("A10", "=SUM(tblPlan[Quantity])", None, 3)
    other.write_formula("A11", "=1+1", None, 2)
    other.protect("", {"sort": True})
    other.freeze_panes(2, 2)
    book.add_vba_project(io.BytesIO(b"a macro project"), is_stream=True)
    book.set_custom_property("Data version", 7, "number_int")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Other!$A$10:$A$11", "values_data": [3, 2], "trendline": {"type": "linear"}})
    other.insert_chart("P1", chart)


def build(path: Path, draw_table: Callable[[Any], None]) -> Path:
    """Write the workbook; `draw_table` puts tblPlan into B4:E6 of the sheet it is given."""
    with xlsxwriter.Workbook(path) as book:
        sheet, other = book.add_worksheet("Plan"), book.add_worksheet("Other")
        draw_table(sheet)
        decorate(book, sheet, other)
    return path


RIBBON = '<customUI xmlns="http://schemas.microsoft.com/office/{}/customui"><ribbon/></customUI>'
ADDED: dict[str, str] = {
    "customUI/customUI.xml": RIBBON.format("2006/01"),
    "customUI/customUI14.xml": RIBBON.format("2009/07"),
    "xl/persons/person.xml": f'<personList xmlns="{THREADED}"><person displayName="Ann" id="{PERSON}"/></personList>',
    "xl/threadedComments/threadedComment1.xml": f'<ThreadedComments xmlns="{THREADED}"><threadedComment ref="A1" '
    f'dT="2026-01-01T00:00:00.00" personId="{PERSON}" id="{PERSON}"><text>Why?</text></threadedComment>'
    "</ThreadedComments>",
    "xl/slicers/slicer1.xml": f'<slicers xmlns="{SLICER}"><slicer name="Item" cache="Slicer_Item" rowHeight="241300"/>'
    "</slicers>",
    "xl/slicerCaches/slicerCache1.xml": f'<slicerCacheDefinition xmlns="{SLICER}" name="Slicer_Item" '
    'sourceName="Item"/>',
    "xl/pivotTables/pivotTable1.xml": f'<pivotTableDefinition xmlns="{MAIN}" name="P" cacheId="9" dataOnRows="1" '
    'dataCaption="Values"><location ref="R30:S32" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/>'
    "</pivotTableDefinition>",
    "xl/pivotTables/_rels/pivotTable1.xml.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    f'relationships"><Relationship Id="rId1" Type="{OFFICE}/pivotCacheDefinition" '
    'Target="../pivotCache/pivotCacheDefinition1.xml"/></Relationships>',
    "xl/pivotCache/pivotCacheDefinition1.xml": f'<pivotCacheDefinition xmlns="{MAIN}" saveData="0"><cacheSource '
    'type="worksheet"><worksheetSource ref="A29:A31" sheet="Other"/></cacheSource><cacheFields count="1"><cacheField '
    'name="p"><sharedItems/></cacheField></cacheFields></pivotCacheDefinition>',
}
TYPES = {
    "xl/persons/person.xml": f"{TYPE}.person+xml",
    "xl/threadedComments/threadedComment1.xml": f"{TYPE}.threadedcomments+xml",
    "xl/slicers/slicer1.xml": f"{TYPE}.slicer+xml",
    "xl/slicerCaches/slicerCache1.xml": f"{TYPE}.slicerCache+xml",
    "xl/pivotTables/pivotTable1.xml": f"{SHEET_TYPE}.pivotTable+xml",
    "xl/pivotCache/pivotCacheDefinition1.xml": f"{SHEET_TYPE}.pivotCacheDefinition+xml",
}
POINTERS = {
    r"_rels/\.rels": [
        ("http://schemas.microsoft.com/office/2006/relationships/ui/extensibility", "customUI/customUI.xml"),
        ("http://schemas.microsoft.com/office/2007/relationships/ui/extensibility", "customUI/customUI14.xml"),
    ],
    r"xl/_rels/workbook\.xml\.rels": [
        ("http://schemas.microsoft.com/office/2017/10/relationships/person", "persons/person.xml"),
        ("http://schemas.microsoft.com/office/2007/relationships/slicerCache", "slicerCaches/slicerCache1.xml"),
        (f"{OFFICE}/pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml"),
    ],
    r"xl/worksheets/_rels/sheet1\.xml\.rels": [
        (
            "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment",
            "../threadedComments/threadedComment1.xml",
        ),
        ("http://schemas.microsoft.com/office/2007/relationships/slicer", "../slicers/slicer1.xml"),
    ],
    r"xl/worksheets/_rels/sheet2\.xml\.rels": [(f"{OFFICE}/pivotTable", "../pivotTables/pivotTable1.xml")],
}


def pointed_at(targets: list[tuple[str, str]]) -> Callable[[str], str]:
    """Return what adds pointers to a part of relationships."""
    more = "".join(f'<Relationship Id="rId9{k}" Type="{kind}" Target="{to}"/>' for k, (kind, to) in enumerate(targets))
    return lambda xml: xml.replace("</Relationships>", more + "</Relationships>")


def typed(xml: str) -> str:
    """Return the content types with those of the added parts."""
    more = "".join(f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in TYPES.items())
    return xml.replace("</Types>", more + "</Types>")


def with_pivot(xml: str) -> str:
    """Return the workbook part with the added pivot cache."""
    cache = '<pivotCaches><pivotCache cacheId="9" r:id="rId92"/></pivotCaches>'
    return re.sub(r"(<calcPr[^>]*/>)", rf"\1{cache}", xml)


SURGERY: dict[str, Callable[[str], str]] = {
    r"\[Content_Types\]\.xml": typed,
    r"xl/workbook\.xml": with_pivot,
    **{part: pointed_at(targets) for part, targets in POINTERS.items()},
}
"""What is done to the parts that XlsxWriter wrote, so that they know the added ones."""
