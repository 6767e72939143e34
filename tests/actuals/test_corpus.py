"""More than sixty files after real export habits, each with the outcome it must have; files that are refused."""

import io
import zipfile
from decimal import Decimal

import pytest
import xlsxwriter

from sop_xl.adapters.paste_file import paste_of
from sop_xl.domain.errors import SopError
from tests.actuals.company import check, committed, company
from tests.actuals.corpus import FILES, OCTOBER, ExportFile, csv, xlsx

CONTEXT, KNOWN = company(), company(committed=committed())


def test_the_corpus_is_large_and_names_are_unique():
    assert len({file.name for file in FILES}) == len(FILES) >= 60


def test_every_case_that_a_file_can_show_is_in_the_corpus():
    # P33, links to another file, and P41, a paste over our own columns, are in test_cases.py: no text file has them.
    told = {code for file in FILES for code in file.outcome.codes}
    assert {f"P{number:02d}" for number in range(1, 42)} - told == {"P33", "P41"}


@pytest.mark.parametrize("file", FILES, ids=[file.name for file in FILES])
def test_outcome(file: ExportFile):
    wanted = file.outcome
    context = KNOWN if wanted.history else CONTEXT
    result = check(paste_of(file.content(), file.name), context, answers=wanted.answers, control=wanted.control)
    told = [f"{remark.code} {remark.message}" for remark in result.remarks] + [str(q) for q in result.questions]
    counts = tuple(result.counts[name] for name in ("good", "fixed", "warn", "bad", "excluded"))
    assert (str(result.status), counts) == (wanted.status, wanted.counts), told
    assert wanted.codes <= {said.code for said in (*result.remarks, *result.questions)}, told
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


def with_formats(count: int) -> bytes:
    """A table in a file that has so many cell formats."""
    out, content = io.BytesIO(), xlsx([["Item", "Month", "Qty"], ["A100", OCTOBER, 5]])()
    one = b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            text = old.read(part)
            if part == "xl/styles.xml":
                have = int(text.split(b'<cellXfs count="')[1].split(b'"')[0])
                text = text.replace(b"</cellXfs>", one * (count - have) + b"</cellXfs>")
            new.writestr(part, text)
    return out.getvalue()


@pytest.mark.parametrize(("count", "told"), [(65_490, False), (65_491, True)])
def test_too_many_cell_formats_are_told_and_the_values_read(count, told):
    found = check(paste_of(with_formats(count), "styled.xlsx"), CONTEXT)
    assert found.facts["quantity"].tolist() == [5.0]
    assert any("65,491 cell formats, and Excel keeps 65,490" in remark.message for remark in found.remarks) == told


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


def test_a_month_restated_is_told_with_its_net_change():
    # A200 shipped 51 in August and is said to have shipped 50; the other keys of the year stay as they were.
    content = csv("Measure,Item,Market,Location,Month,Qty,Value\nshipments,A200,North,DE01,2026-08,50,500\n"
                  "shipments,A200,North,DE01,2026-10,52,520\n")()  # fmt: skip
    result = check(paste_of(content, "restated.csv"), company(committed=committed()))
    facts = committed()
    before = facts.loc[facts["item"].eq("A200") & facts["period"].astype("str").eq("2026-08"), "value"].iloc[0]
    (told,) = [remark for remark in result.remarks if remark.code == "P22"]
    assert f"1 earlier month differs from committed values (net {500 - before:+,.2f})" in told.message
    assert (result.receipt["new"], result.receipt["changed"]) == (1, 1)


FORMULAS = ('=WEBSERVICE("http://example.com")', "=cmd|'/c calc'!A1", "=[other.xlsx]Sheet1!A1")


@pytest.mark.parametrize("formula", FORMULAS)
def test_what_would_fetch_or_start_something_is_a_value_and_nothing_else(formula):
    raw = paste_of(xlsx([["Item", "Month", "Qty"], [(formula, "A100"), OCTOBER, 5]])(), "links.xlsx")
    assert raw.rows[1][0] == "A100"
    assert [line.codes for line in check(raw, CONTEXT).rows] == [("P32",)]


def test_macros_of_a_file_are_not_read_and_its_widest_row_and_hidden_sheet_are():
    def more(book, sheet):
        sheet.write(0, 16383, "Qty")
        sheet.write(1, 16383, 7)
        book.add_worksheet("old").hide()

    raw = paste_of(xlsx([["Item", "Month"], ["A100", OCTOBER]], before=more)(), "wide.xlsm")
    result = check(raw, CONTEXT)
    assert result.facts["quantity"].tolist() == [7.0]
    assert result.rows[0].cell == "XFD2"
    assert any("hidden sheets, which are not read: old" in remark.message for remark in result.remarks)


def test_merged_cells_in_the_body_are_the_first_one_and_blanks():
    rows = [["Item", "Month", "Qty"], ["A100", OCTOBER, 5], [None, OCTOBER, 6], ["A200", OCTOBER, 7]]
    found = check(paste_of(xlsx(rows, merges=["A2:A3"])(), "merged.xlsx"), CONTEXT)
    assert [line.status for line in found.rows][0::2] == ["good", "good"]
    assert found.rows[1].status in ("bad", "warn")  # never silently of the item above
