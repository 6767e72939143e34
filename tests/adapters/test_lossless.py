"""Everything in a workbook that is no table of ours comes out as it went in."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from sop_xl.adapters.file_workbook import FileWorkbook
from tests.adapters.cases import (
    FEBRUARY,
    JANUARY,
    ORDERS,
    ORDERS_HEADER,
    PLAN,
    PLAN_HEADER,
    by_xlsxwriter,
    parts,
    rewritten,
    write_table,
)
from tests.support import rich
from tests.support.office import converted, formulas_of, recalculated, values_of

if TYPE_CHECKING:
    from pathlib import Path

ROWS: list[list[Any]] = [PLAN_HEADER, ["A", JANUARY, 1.0, "x"], ["B", JANUARY, 2.0, "x"]]
NEW: list[list[Any]] = [PLAN_HEADER, *([f"A{k}", FEBRUARY, k + 0.5, "=new"] for k in range(2))]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = rich.build(tmp_path / "rich.xlsm", lambda sheet: write_table(sheet, PLAN, ROWS, {}))
    return rewritten(path, rich.SURGERY, rich.ADDED)


def commit(path: Path) -> None:
    workbook = FileWorkbook(path)
    workbook.write_cells(PLAN, NEW)
    workbook.commit()


def without_cells(xml: bytes) -> str:
    return re.sub(r"<sheetData>.*</sheetData>", "<sheetData/>", xml.decode(), flags=re.DOTALL)


def test_all_other_parts_are_the_same_bytes(book: Path) -> None:
    before = parts(book)
    assert len(before) > 35
    commit(book)
    after = parts(book)
    assert list(after) == list(before)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {
        "xl/worksheets/sheet1.xml",  # the table's sheet
        "xl/worksheets/sheet2.xml",  # a formula on it reads the table
        "xl/charts/chart1.xml",  # shows that formula
        "xl/sharedStrings.xml",
        "xl/styles.xml",  # a date format, which the table's month column did not have
    }
    for sheet in ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"):
        assert without_cells(before[sheet]) == without_cells(after[sheet])
    old = 'A10"><f>SUM(tblPlan[Quantity])</f><v>3</v></c>'
    assert (
        before["xl/worksheets/sheet2.xml"].decode().replace(old, old.replace("<v>3</v>", ""))
        == after["xl/worksheets/sheet2.xml"].decode()
    )


def test_what_stands_around_the_table_is_the_same(book: Path) -> None:
    def around(xml: bytes) -> list[str]:
        cells = re.findall(r'<c r="([A-Z]+)(\d+)".*?(?:/>|</c>)', xml.decode(), re.DOTALL)
        texts = [m.group() for m in re.finditer(r'<c r="[A-Z]+\d+".*?(?:/>|</c>)', xml.decode(), re.DOTALL)]
        return [t for t, (col, row) in zip(texts, cells, strict=True) if not ("B" <= col <= "E" and 5 <= int(row) <= 6)]

    before = parts(book)["xl/worksheets/sheet1.xml"]
    commit(book)
    assert around(parts(book)["xl/worksheets/sheet1.xml"]) == around(before)


def test_old_shared_texts_keep_their_place(book: Path) -> None:
    before = parts(book)["xl/sharedStrings.xml"].decode()
    commit(book)
    after = parts(book)["xl/sharedStrings.xml"].decode()
    old, new = (xml[xml.index("<si>") : xml.rindex("</sst>")] for xml in (before, after))
    assert new == old + "<si><t>A0</t></si><si><t>=new</t></si><si><t>A1</t></si>"
    count, unique = (int(n) for n in re.findall(r'ount="(\d+)"', after))
    assert unique == after.count("<si>")
    sheets = [xml.decode() for name, xml in parts(book).items() if name.startswith("xl/worksheets/sheet")]
    assert count == sum(xml.count('t="s"') for xml in sheets)


def test_openpyxl_reads_the_same(book: Path) -> None:
    commit(book)
    sheet = values_of(book)["Plan"]
    assert [[cell.value for cell in row] for row in sheet["B5:E6"]] == [
        [f"A{k}", sheet[f"C{5 + k}"].value, k + 0.5, "=new"] for k in range(2)
    ]
    assert all(sheet[f"C{row}"].value.date() == FEBRUARY for row in (5, 6))
    assert formulas_of(book)["Plan"]["E5"].data_type == "s"


@pytest.mark.soffice
def test_libreoffice_opens_it_and_agrees(book: Path, tmp_path: Path) -> None:
    commit(book)
    result = recalculated(book, tmp_path, whole=True)
    assert [[cell.value for cell in row] for row in result["Plan"]["D5:E6"]] == [[0.5, "=new"], [1.5, "=new"]]
    # 0.5 + 1.5 = 2
    assert (result["Other"]["A10"].value, result["Other"]["A11"].value) == (2, 2)


@pytest.mark.soffice
@pytest.mark.parametrize("suffix", ["xlsx", "xlsm"])
def test_a_file_saved_by_libreoffice_stays_one(tmp_path: Path, suffix: str) -> None:
    made = by_xlsxwriter(tmp_path / "plan.xlsx", plan=ROWS)
    path = converted(made, tmp_path / "office", suffix)
    before = parts(path)
    commit(path)
    after = parts(path)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {f"xl/{name}.xml" for name in ("worksheets/sheet1", "sharedStrings", "workbook", "styles")}
    assert values_of(converted(path, tmp_path / "again", "xlsx"))["Plan"]["D6"].value == 1.5


def test_a_sheet_that_is_not_written_is_never_touched(tmp_path: Path) -> None:
    path = by_xlsxwriter(tmp_path / "plan.xlsx", plan=ROWS, orders=[ORDERS_HEADER, ["A", 1.0, None, None, None]])
    before = parts(path)
    workbook = FileWorkbook(path)
    workbook.write_cells(ORDERS, [ORDERS_HEADER, ["B", 2.0, None, "yes", None]])
    workbook.commit()
    after = parts(path)
    for name in ("xl/worksheets/sheet1.xml", "xl/tables/table1.xml", "xl/tables/table2.xml", "xl/styles.xml"):
        assert before[name] == after[name]


def test_a_workbook_without_shared_texts_gets_some(tmp_path: Path) -> None:
    path = by_xlsxwriter(tmp_path / "plan.xlsx")

    def inline(xml: str) -> str:
        return re.sub(
            r'<c r="(\w+)"([^>]*) t="s"><v>(\d+)</v></c>',
            lambda m: f'<c r="{m[1]}"{m[2]} t="inlineStr"><is><t>{words[int(m[3])]}</t></is></c>',
            xml,
        )

    strings = parts(path)["xl/sharedStrings.xml"].decode()
    words = re.findall(r"<t>([^<]*)</t>", strings)
    rewritten(path, {r"xl/worksheets/.*\.xml": inline})
    with zipfile.ZipFile(path) as archive:
        content = {
            info.filename: archive.read(info) for info in archive.infolist() if "sharedStrings" not in info.filename
        }
    content["[Content_Types].xml"] = re.sub(rb"<Override[^>]*sharedStrings[^>]*/>", b"", content["[Content_Types].xml"])
    rels = "xl/_rels/workbook.xml.rels"
    content[rels] = re.sub(rb"<Relationship [^>]*sharedStrings[^>]*/>", b"", content[rels])
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    assert '<c r="B4" t="inlineStr"><is><t>Item</t></is></c>' in parts(path)["xl/worksheets/sheet1.xml"].decode()
    commit(path)
    assert values_of(path)["Plan"]["E5"].value == "=new"
    assert FileWorkbook(path).read_cells(PLAN).rows == NEW


def test_a_sheet_as_excel_writes_it(tmp_path: Path) -> None:
    path = by_xlsxwriter(tmp_path / "plan.xlsx", plan=ROWS)
    spaces = (
        ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac xr"'
        ' xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"'
        ' xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision"'
        ' xr:uid="{00000000-0001-0000-0000-000000000000}"'
    )

    def like_excel(xml: str) -> str:
        xml = xml.replace("<worksheet ", f"<worksheet{spaces} ", 1)
        return re.sub(r'<row r="(\d+)"[^>]*>', r'<row r="\1" spans="2:5" x14ac:dyDescent="0.25">', xml)

    rewritten(path, {"xl/worksheets/sheet1.xml": like_excel})
    rewritten(
        path, {r"xl/_rels/workbook\.xml\.rels": lambda xml: xml.replace("worksheets/sheet1", "Worksheets/Sheet1")}
    )
    before = parts(path)["xl/worksheets/sheet1.xml"].decode()
    commit(path)
    after = parts(path)["xl/worksheets/sheet1.xml"].decode()
    assert list(parts(path)).count("xl/worksheets/sheet1.xml") == 1
    assert without_cells(before.encode()) == without_cells(after.encode())
    assert '<row r="4" spans="2:5" x14ac:dyDescent="0.25">' in after
    assert '<row r="5" x14ac:dyDescent="0.25">' in after
    assert FileWorkbook(path).read_cells(PLAN).rows == NEW


@pytest.mark.parametrize("codec", ["utf-16", "utf-8-sig", "iso-8859-1"])
def test_a_sheet_in_another_encoding(tmp_path: Path, codec: str) -> None:
    path = by_xlsxwriter(tmp_path / "plan.xlsx", plan=ROWS)
    content = parts(path)
    xml = content["xl/worksheets/sheet1.xml"].decode().replace("UTF-8", codec.removesuffix("-sig").upper())
    content["xl/worksheets/sheet1.xml"] = xml.replace("<sheetData>", "<sheetData>\n").encode(codec)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    assert FileWorkbook(path).read_cells(PLAN).rows == ROWS
    commit(path)
    assert FileWorkbook(path).read_cells(PLAN).rows == NEW
    assert values_of(path)["Plan"]["E5"].value == "=new"
