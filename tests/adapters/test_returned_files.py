"""Files that came back are told by their content: workbooks of any program, text, archives, mails, and what is none."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from email.message import EmailMessage

import openpyxl
import pytest

from sop_xl.adapters.returned_files import read_returns, returned
from sop_xl.domain.cells import CellError
from sop_xl.domain.errors import SopError

ODS_HEAD = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
    '<office:body><office:spreadsheet><table:table table:name="Sales">'
)
ODS_FOOT = "</table:table></office:spreadsheet></office:body></office:document-content>"


def xlsx(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.properties.modified = dt.datetime(2026, 11, 6, 10, 0)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return out.getvalue()


def ods(rows, **more):
    return zipped(
        mimetype="application/vnd.oasis.opendocument.spreadsheet", content__xml=ODS_HEAD + rows + ODS_FOOT, **more
    )


def test_a_workbook_tells_its_cells_when_it_was_saved_and_which_formulas_have_no_result():
    [file] = returned(xlsx(["Row code", "Your forecast"], ["R0001-x", 40.5], ["R0002-x", "=1+1"]), "a.bin")
    [sheet] = file.sheets
    assert sheet.cells.rows == [["Row code", "Your forecast"], ["R0001-x", 40.5], ["R0002-x", None]]
    assert (sheet.uncalculated, file.at.year, file.fault) == ({(2, 1)}, dt.datetime.now(dt.UTC).year, "")


def test_an_open_document_tells_values_by_kind_and_what_is_repeated():
    rows = """
    <table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>
    <table:table-row><table:table-cell office:value-type="string"><text:p>Row code</text:p></table:table-cell>
      <table:table-cell/><table:table-cell office:value-type="date" office:date-value="2026-12-01"/>
      <table:table-cell office:value-type="float" office:value="40.5" table:number-columns-repeated="2"/>
    </table:table-row>
    <table:table-row><table:table-cell office:value-type="boolean" office:boolean-value="true"/>
      <table:table-cell table:formula="of:=1+1"/>
      <table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2"/>
      <table:table-cell calcext:value-type="error" office:value-type="string"><text:p>#N/A</text:p></table:table-cell>
    </table:table-row>
    <table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>"""
    meta = '<m xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:date>2026-11-06T10:00:00.123</dc:date></m>'
    [file] = returned(ods(rows, meta__xml=meta), "a.ods")
    [sheet] = file.sheets
    assert sheet.cells.rows[:3] == [[None] * 5] * 3
    assert sheet.cells.rows[3] == ["Row code", None, dt.date(2026, 12, 1), 40.5, 40.5]
    assert sheet.cells.rows[4] == [True, None, 2.0, "#N/A", None]
    assert isinstance(sheet.cells.rows[4][3], CellError)
    assert (sheet.uncalculated, sheet.cells.address(3, 0), file.at) == ({(4, 1)}, "A4", dt.datetime(2026, 11, 6, 10, 0))
    assert len(sheet.cells.rows) == 5


def test_text_keeps_what_was_displayed():
    [file] = returned(b"Row code;Your forecast\nR0001-x;40,5\n", "a.csv")
    assert (file.sheets[0].cells.rows, file.sheets[0].typed) == (
        [["Row code", "Your forecast"], ["R0001-x", "40,5"]],
        False,
    )


def test_an_archive_in_a_mail_gives_all_its_files_with_sender_and_day(tmp_path):
    mail = EmailMessage()
    mail["From"], mail["Date"] = "Ann <ann@bolts.example>", "Fri, 06 Nov 2026 11:00:00 +0100"
    mail.set_content("my figures")
    inner = zipped(a__csv="x;y\n1;2\n", b__xlsx=xlsx(["x"]), __MACOSX_a="")
    mail.add_attachment(inner, "application", "zip", filename="figures.zip")
    mail.add_attachment(b"\x89PNG", "image", "png", filename="logo.png")
    (tmp_path / "box").mkdir()
    (tmp_path / "box" / "mail.eml").write_bytes(bytes(mail))
    (tmp_path / "box" / "~$lock.xlsx").write_bytes(b"lock")
    files = read_returns([tmp_path / "box"])
    assert [file.name for file in files][:2] == ["mail.eml/figures.zip/a.csv", "mail.eml/figures.zip/b.xlsx"]
    assert {(file.sender, file.at) for file in files} == {("ann@bolts.example", dt.datetime(2026, 11, 6, 10, 0))}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7 a picture of figures", "not a text file"),
        (b"\xd0\xcf\x11\xe0 old", "old .xls file or has a password"),
        (b"", "empty"),
        (b"PK\x03\x04 cut off", "damaged"),
        (zipped(**{"../evil": "x"}), "points outside"),
        (
            zipped(
                content__xml="<!DOCTYPE x [<!ENTITY a 'b'>]><x/>",
                mimetype="application/vnd.oasis.opendocument.spreadsheet",
            ),
            "document type",
        ),
        (zipped(big=b"0" * 40_000_000), "times its size"),
        (zipped(one=zipped(two=zipped(three=b"x"))), "archive in an archive"),
    ],
)
def test_what_cannot_be_read_has_its_fault_and_says_what_to_send(data, words):
    files = returned(data, "x")
    assert len(files) == 1
    assert words in files[0].fault
    assert "Send the .xlsx back" in files[0].fault


@pytest.mark.parametrize(
    "row",
    [
        '<table:table-row><table:table-cell office:value-type="date" office:date-value="soon"/></table:table-row>',
        '<table:table-row table:number-rows-repeated="many"><table:table-cell/></table:table-row>',
        '<table:table-row table:number-rows-repeated="9999999"><table:table-cell office:value-type="float" '
        'office:value="1"/></table:table-row>',
    ],
)
def test_an_open_document_that_is_damaged_or_made_to_do_harm_has_its_fault(row):
    [file] = returned(ods(row), "a.ods")
    assert "a.ods" in file.fault


def test_a_path_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SopError, match="no file or folder"):
        read_returns([tmp_path / "nowhere"])
