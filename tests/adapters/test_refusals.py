"""Files that are no workbook, are damaged, or would do harm: refused at once, in words that help."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.adapters.package import container
from sop_xl.domain.errors import WorkbookError
from tests.adapters.cases import JANUARY, PLAN, PLAN_HEADER, by_xlsxwriter, rewritten

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return by_xlsxwriter(tmp_path / "plan.xlsx", plan=[PLAN_HEADER, ["A", JANUARY, 1.0, "x"]])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty: 0 bytes"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), r"old \.xls file or has a password"),
        (b"<html><table></table></html>", "is a web page"),
        (b"\r\n <?xml version='1.0'?>", "is a web page"),
        (b"Item;Quantity\n", "is not a workbook"),
        (b"PK\x03\x04" + bytes(50), "is damaged or cut off"),
    ],
)
def test_what_is_no_workbook_is_told_by_its_content(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(content)
    with pytest.raises(WorkbookError, match=message):
        FileWorkbook(path)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match="cannot be read: No such file"):
        FileWorkbook(tmp_path / "gone.xlsx")


def test_a_file_cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(WorkbookError, match="is damaged or cut off"):
        FileWorkbook(path)


def test_a_flipped_byte_is_found(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    data = bytearray(path.read_bytes())
    data[part.header_offset + 30 + len(part.filename) + 40] ^= 0xFF
    path.write_bytes(bytes(data))
    with pytest.raises(WorkbookError, match=r"is damaged: xl/worksheets/sheet1.xml cannot be read"):
        FileWorkbook(path).read_cells(PLAN)


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"readme.txt": b"x"}, "is a zip file but not a workbook"),
        ({"[Content_Types].xml": b"", "../evil": b"x"}, "points outside the file"),
        ({"[Content_Types].xml": b"", "/etc/passwd": b"x"}, "points outside the file"),
        ({"[Content_Types].xml": b"", "xl\\..\\..\\evil": b"x"}, "points outside the file"),
        ({"[Content_Types].xml": b"", "C:evil": b"x"}, "points outside the file"),
        ({"[Content_Types].xml": b"", "xl/a.xml": b"", "XL/A.xml": b""}, "two parts of one name"),
        ({"[Content_Types].xml": b"", "xl/a.xml": bytes(20 * container.MEGABYTE)}, "more than 200 times its size"),
    ],
)
def test_an_archive_that_would_do_harm(tmp_path: Path, parts: dict[str, bytes], message: str) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(zipped(parts))
    with pytest.raises(WorkbookError, match=message):
        FileWorkbook(path)


@pytest.mark.parametrize(
    ("limit", "value", "message"),
    [("MAX_FILE", 1000, "has 0 MB; at most"), ("MAX_PARTS", 3, "holds"), ("MAX_INFLATED", 1000, "would unpack to")],
)
def test_limits(path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, message: str) -> None:
    monkeypatch.setattr(container, limit, value)
    with pytest.raises(WorkbookError, match=message):
        FileWorkbook(path)


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
XXE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("doctype", [LAUGHS, XXE])
@pytest.mark.parametrize(
    "part",
    ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/tables/table1.xml", "xl/styles.xml"],
)
def test_entities_are_refused(path: Path, part: str, doctype: str) -> None:
    rewritten(path, {part: lambda xml: xml.replace("?>", f"?>{doctype}", 1)})
    with pytest.raises(WorkbookError, match=f"{part} declares a document type"):
        FileWorkbook(path).read_cells(PLAN)


DAMAGES: list[tuple[str, Callable[[str], str]]] = [
    ("xl/worksheets/sheet1.xml", lambda xml: xml.replace('t="s"><v>', 't="s"><v>9')),
    ("xl/worksheets/sheet1.xml", lambda xml: xml.replace("<v>1</v>", "<v>one</v>")),
    ("xl/sharedStrings.xml", lambda xml: xml[:-20]),
    ("xl/workbook.xml", lambda xml: xml[:-20]),
    ("xl/styles.xml", lambda xml: xml[:-20]),
]


@pytest.mark.parametrize(("part", "damage"), DAMAGES)
def test_damaged_parts_are_named(path: Path, part: str, damage: Callable[[str], str]) -> None:
    rewritten(path, {part: damage})
    with pytest.raises(WorkbookError, match="is damaged"):
        FileWorkbook(path).read_cells(PLAN)


def test_a_binary_workbook_is_refused(path: Path) -> None:
    rewritten(path, {r"_rels/\.rels": lambda xml: xml.replace("xl/workbook.xml", "xl/workbook.bin")})
    with pytest.raises(WorkbookError, match=r"is not an \.xlsx or \.xlsm workbook"):
        FileWorkbook(path)


def test_a_write_that_is_refused_leaves_what_was_staged(path: Path) -> None:
    workbook = FileWorkbook(path)
    good: list[list[Any]] = [PLAN_HEADER, ["B", JANUARY, 2.0, "y"]]
    workbook.write_cells(PLAN, good)
    with pytest.raises(WorkbookError, match="is infinite"):
        workbook.write_cells(PLAN, [PLAN_HEADER, ["C", JANUARY, float("inf"), "y"]])
    workbook.commit()
    assert workbook.read_cells(PLAN).rows == good
