"""More than sixty files after real export habits, each with the outcome it must have; files that are refused."""

import io
import zipfile
from decimal import Decimal

import pytest
import xlsxwriter

from sop_xl.adapters.paste_file import paste_of
from sop_xl.domain.errors import SopError
from tests.actuals.company import check, company
from tests.actuals.corpus import FILES, ExportFile, csv, xlsx

CONTEXT = company()


def test_the_corpus_is_large_and_names_are_unique():
    assert len({file.name for file in FILES}) == len(FILES) >= 60


@pytest.mark.parametrize("file", FILES, ids=[file.name for file in FILES])
def test_outcome(file: ExportFile):
    result = check(paste_of(file.content(), file.name), CONTEXT, answers=file.outcome.answers)
    wanted = file.outcome
    told = [f"{remark.code} {remark.message}" for remark in result.remarks] + [str(q) for q in result.questions]
    counts = tuple(result.counts[name] for name in ("good", "fixed", "warn", "bad", "excluded"))
    assert (str(result.status), counts) == (wanted.status, wanted.counts), told
    assert wanted.codes <= {remark.code for remark in result.remarks}, told
    if wanted.total:
        assert Decimal(result.totals[wanted.measured]["total"]) == Decimal(wanted.total), told


def test_codes_survive_as_text():
    file = next(file for file in FILES if file.name == "codes_that_look_like_values.csv")
    facts = check(paste_of(file.content(), file.name), CONTEXT).facts
    expected = ["+A", "-", "00123", "1E5", "=A1", "@x", "NA", "TRUE", "nan", "null"]
    assert facts["item"].tolist() == expected


def test_two_measures_across_are_two_facts():
    file = next(file for file in FILES if file.name == "two_measures_across.xlsx")
    facts = check(paste_of(file.content(), file.name), CONTEXT).facts
    assert facts[["measure", "quantity"]].to_numpy().tolist() == [["production", 6.0], ["shipments", 5.0]]


def zipped(names: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in names.items():
            archive.writestr(name, content)
    return out.getvalue()


def uncalculated() -> bytes:
    out = io.BytesIO()
    good = xlsx([["Item", "Month", "Qty"], ["A100", "2026-10", ("=1+1", 2)]])()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            new.writestr(part, old.read(part).replace(b"<v>2</v>", b""))
    return out.getvalue()


def two_sheets() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for name in ("North", "South"):
        book.add_worksheet(name).write_row(0, 0, ["Item", "Month", "Qty"])
    book.close()
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\r\n  \n", "is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old .xls file or has a password"),
        (b"<html><table><tr><td>Item</td></tr></table></html>", "web page"),
        (b"PK\x03\x04 cut off", "damaged or cut off"),
        (
            zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}),
            "OpenDocument",
        ),
        (zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b"\0"}), "not an .xlsx or .xlsm"),
        (b"%PDF-1.7 ...", "not a text file"),
        (bytes(range(256)) * 20, "not a text file|damaged"),
        (uncalculated(), "no result"),
        (two_sheets(), "2 sheets with a header"),
        (csv("Item,Month,Qty\nA100,2026-10," + "9" * 40_000)(), "40,000 characters"),
    ],
)
def test_what_is_no_table_is_refused_with_words(content, words):
    with pytest.raises(SopError, match=words):
        paste_of(content, "file.xls")


def test_a_sheet_is_chosen_by_name():
    assert paste_of(two_sheets(), "two.xlsx", "South").sheet == "South"
    with pytest.raises(SopError, match="no sheet 'West'"):
        paste_of(two_sheets(), "two.xlsx", "West")
