"""The leak lint (T166): each leak is planted in a file that is clean, and refused by name."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from sop_xl.schema.table import number, text
from sop_xl.share import leak_cells, leak_parts
from sop_xl.share import pdf_leaks as pdf_leaks_module
from sop_xl.share.grid import Grid
from sop_xl.share.leaks import Allowed, leaks_in
from sop_xl.share.pdf_leaks import pdf_leaks
from sop_xl.template.charts import base_chart
from sop_xl.template.packs.pack_book import PackBook, write_grid

TEAM = "Bolts planning"
ALLOWED = Allowed(TEAM, frozenset({1234.56}), frozenset({"Secret market"}))


def clean():
    book = PackBook("Plan", TEAM, dt.datetime(2026, 11, 4))
    grid = Grid("Figures", "Figures", "", (text("Item", "i"), number("Units", "u", "units")), (("A", 3.0),), (1,))
    page = write_grid(book, grid, "foot")
    chart = base_chart(book, {"type": "column"}, size=(300, 200))
    chart.add_series({"values": ["Figures", 7, 1, 7, 1]})
    page.insert_chart(10, 3, chart)
    page.data_validation("A8", {"validate": "list", "source": ["a", "b"]})
    return book.finish()


CLEAN = clean()
SHEET, BOOK, CHART = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/charts/chart1.xml"


def planted(changes=None, parts=None):
    out = BytesIO()
    changes = changes or {}
    with zipfile.ZipFile(BytesIO(CLEAN)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name in changes:
                old, new = changes[name]
                assert old.encode() in content, f"{old} is not in {name}"
                content = content.replace(old.encode(), new.encode(), 1)
            target.writestr(name, content)
        for name, content in (parts or {}).items():
            target.writestr(name, content)
    return out.getvalue()


def test_a_clean_file_goes():
    assert leaks_in(CLEAN, ALLOWED) == []


PLANTED_PARTS = [
    ("macro", "xl/vbaProject.bin"),
    ("external-link", "xl/externalLinks/externalLink1.xml"),
    ("connection", "xl/connections.xml"),
    ("connection", "xl/queryTables/queryTable1.xml"),
    ("pivot-cache", "xl/pivotCache/pivotCacheRecords1.xml"),
    ("comment", "xl/comments1.xml"),
    ("comment", "xl/threadedComments/threadedComment1.xml"),
    ("comment", "xl/persons/person.xml"),
    ("printer-settings", "xl/printerSettings/printerSettings1.bin"),
    ("unknown-part", "customXml/item1.xml"),
    ("unknown-part", "xl/embeddings/old.xlsx"),
    ("picture", "xl/media/image1.png"),
]


@pytest.mark.parametrize(("rule", "part"), PLANTED_PARTS)
def test_a_planted_part_is_refused(rule, part):
    content = b"\xff\xd8\xff\xe1Exif" if part.endswith("png") else b"<x/>"
    assert rule in {leak.rule for leak in leaks_in(planted(parts={part: content}), ALLOWED)}


PLANTED = [
    ("hidden-sheet", BOOK, '<sheet name="Figures"', '<sheet state="hidden" name="Figures"'),
    ("hidden-sheet", BOOK, '<sheet name="Figures"', '<sheet state="veryHidden" name="Figures"'),
    ("hidden-cells", SHEET, '<row r="8"', '<row hidden="1" r="8"'),
    ("hidden-cells", SHEET, "<col ", '<col hidden="1" '),
    ("defined-name", BOOK, "<definedNames>", '<definedNames><definedName name="Costs">1</definedName>'),
    ("own-path", BOOK, "<sheets>", '<x15ac:absPath xmlns:x15ac="u" url="x"/><sheets>'),
    ("formula", SHEET, "SUM(B8:B8)", "WEBSERVICE(B8)"),
    ("formula", SHEET, "SUM(B8:B8)", "[1]Costs!B8"),
    ("choice-list", SHEET, '"a,b"', "Costs!$A$1:$A$9"),
    ("choice-list", SHEET, '"a,b"', "Costs"),
    ("chart-cache", CHART, "Figures!", "Costs!"),
    ("author", "docProps/core.xml", TEAM, "J. Doe"),
    ("company", "docProps/app.xml", "<Company></Company>", "<Company>Parent Inc</Company>"),
    ("path", SHEET, "</worksheet>", "<!-- C:\\Users\\jdoe --></worksheet>"),
    ("path", SHEET, "</worksheet>", "<!-- \\\\server\\plans --></worksheet>"),
    ("path", SHEET, "</worksheet>", "<!-- /home/jdoe/plan --></worksheet>"),
    ("address", SHEET, "</worksheet>", "<!-- j.doe@bolts.example --></worksheet>"),
    ("figure", SHEET, "</f><v>3.0<", "</f><v>1234.56<"),
    ("figure", CHART, "<c:v>3</c:v>", "<c:v>1234.56</c:v>"),
    ("name", "xl/sharedStrings.xml", "<t>A</t>", "<t>Secret market</t>"),
    ("macro", "[Content_Types].xml", "sheet.main", "sheet.macroEnabled.main"),
    (
        "external-link",
        "_rels/.rels",
        "</Relationships>",
        '<Relationship Id="x" Type="t" Target="http://x" TargetMode="External"/></Relationships>',
    ),
]


@pytest.mark.parametrize(("rule", "part", "old", "new"), PLANTED)
def test_a_planted_leak_is_refused_by_name(rule, part, old, new):
    found = leaks_in(planted({part: (old, new)}), ALLOWED)
    assert rule in {leak.rule for leak in found}
    assert all(str(leak).startswith(leak.rule) for leak in found)


def test_properties_of_anybodys_own_are_refused():
    part = b'<Properties><property name="Draft for"><lpwstr>x</lpwstr></property></Properties>'
    assert {leak.rule for leak in leaks_in(planted(parts={"docProps/custom.xml": part}), ALLOWED)} == {
        "custom-property"
    }


def test_a_missing_label_is_refused():
    assert {leak.rule for leak in leaks_in(CLEAN, Allowed(TEAM, label="{42}"))} == {"label"}


PLANTED_IN_PAGES = [
    ("active-content", b"%PDF /Author (Bolts planning) /JavaScript (x)", []),
    ("active-content", b"%PDF /Author (Bolts planning) /URI (x)", []),
    ("author", b"%PDF /Author (J. Doe)", []),
    ("path", b"%PDF /Author (Bolts planning)", ["see C:\\plans"]),
    ("address", b"%PDF /Author (Bolts planning)", ["ask j.doe@bolts.example"]),
]


@pytest.mark.parametrize(("rule", "content", "texts"), PLANTED_IN_PAGES)
def test_leaks_of_a_page_are_refused_by_name(rule, content, texts):
    assert [leak.rule for leak in pdf_leaks(content, TEAM, texts)] == [rule]
    assert pdf_leaks(b"%PDF /Author (Bolts planning)", TEAM, ["fine"]) == []


def test_the_authors_name_is_read_however_a_page_writes_it():
    team = "Büro (Süd)"
    written = (
        b"%PDF /Author (B\\374ro \\(S\\374d\\))",
        b"%PDF /Author (" + team.encode("utf-16").replace(b")", b"\\)") + b")",
    )
    for content in written:
        assert pdf_leaks(content, team, []) == []
        assert [leak.rule for leak in pdf_leaks(content, TEAM, [])] == ["author"]


def test_every_rule_is_proven_by_planting():
    """No rule of the lint is without a leak here that it finds."""
    source = "".join(
        Path(module.__file__).read_text(encoding="utf-8") for module in (leak_parts, leak_cells, pdf_leaks_module)
    )
    rules = {*re.findall(r'Leak\(\s*"([a-z-]+)"', source), *(rule for rule, _, _ in leak_parts.NAMED_PARTS)}
    rules |= set(re.findall(r'\("([a-z]+)", (?:PLACES|ADDRESS)\)', source))
    planted_rules = {case[0] for case in (*PLANTED_PARTS, *PLANTED, *PLANTED_IN_PAGES)} | {"custom-property", "label"}
    assert rules == planted_rules
