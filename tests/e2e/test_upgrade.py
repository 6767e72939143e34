"""A workbook of an older template becomes one of the present one: what goes along, what is named where it cannot."""

from __future__ import annotations

import re
import shutil

import pytest

from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.domain.cells import Formula
from sop_xl.schema import TABLES, paste
from sop_xl.schema.inputs import INITIATIVES, ITEMS, OVERRIDES, SETTINGS, STOCK
from sop_xl.schema.results import RUNS
from sop_xl.schema.views import DEMAND_REVIEW
from sop_xl.services.inputs import read_inputs
from tests.adapters.cases import parts, rewritten
from tests.e2e.books import planned_folder
from tests.e2e.command import sop

FIRST_MONTH = DEMAND_REVIEW.fields.index("m1")
QUANTITY = STOCK.fields.index("quantity")
PASTED = [["Item", "Month", "Quantity"], ["CH-1", "2026-12", 120.0], ["00123", None, 1.0]]
WORKBOOK_XML = r"xl/workbook\.xml"
OWN_SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """The company planned with the present template; since then a planner typed a setting and a figure."""
    path = tmp_path_factory.mktemp("planned") / "Plan.xlsm"
    shutil.copy(planned_folder() / "plan.xlsm", path)
    book = FileWorkbook(path)
    settings = book.read_cells(SETTINGS).rows
    assert settings[1][0] == "company"
    settings[1][1] = "Chairs & Co"
    book.write_cells(SETTINGS, [*settings, ["moon_phase", 7.0, "days", "of my own"]])
    grid = [[*row] for row in book.read_cells(DEMAND_REVIEW).rows]
    for (k, j), formula in book.formulas(DEMAND_REVIEW).items():
        grid[k][j] = Formula(formula, grid[k][j])
    grid[typed_row(book)][FIRST_MONTH] = 321.0
    book.write_cells(DEMAND_REVIEW, grid)
    book.write_area(paste.RAW.name, PASTED)
    book.write_area(paste.CONTROL_QUANTITY.name, [[120.0]])
    book.commit()
    return path


def typed_row(book):
    kinds = [row[DEMAND_REVIEW.fields.index("kind")] for row in book.read_cells(DEMAND_REVIEW).rows]
    return kinds.index("sales")


@pytest.fixture(scope="module")
def older(planned, tmp_path_factory):
    """The same as of a template without the table of initiatives, in which items had a note and no subfamily."""
    path = shutil.copy(planned, tmp_path_factory.mktemp("older") / "Plan.xlsm")
    sheets = sheet_parts(path)
    column = ITEMS.headers.index("Subfamily")
    cell = rf'(<c r="{chr(65 + column)}6"[^>]*) t="s"><v>\d+</v></c>'
    rels = sheets[INITIATIVES.sheet].replace("worksheets/", "worksheets/_rels/") + r"\.rels"
    rewritten(
        path,
        {
            rels: lambda xml: replaced(xml, r"<Relationship [^>]*tables/[^>]*/>", ""),
            sheets[INITIATIVES.sheet]: lambda xml: replaced(xml, "<tableParts.*</tableParts>", ""),
            sheets[ITEMS.sheet]: lambda xml: replaced(xml, cell, r'\1 t="inlineStr"><is><t>My note</t></is></c>'),
            r"xl/tables/.*": lambda xml: xml.replace('name="Subfamily"', 'name="My note"'),
        },
    )
    book = FileWorkbook(path)
    rows = book.read_cells(ITEMS).rows
    for k, row in enumerate(rows[1:]):
        row[column] = Formula('tblItems[[#This Row],[Item]]&"!"', f"{row[0]}!") if k else "mine"
    book.write_cells(ITEMS, rows)
    stock = book.read_cells(STOCK).rows
    stock[1][QUANTITY] = Formula("C8+20", stock[2][QUANTITY] + 20)
    book.write_cells(STOCK, stock)
    book.commit()
    return path


def sheet_parts(path):
    """Return the worksheets' parts of a workbook, by sheet name, as patterns."""
    return {name: part.replace(".", r"\.") for name, part in FileWorkbook(path)._book.sheets.items()}


def replaced(xml, pattern, by):
    out, count = re.subn(pattern, by, xml, count=1)
    assert count == 1
    return out


def cells_of(path):
    """Return the cells of each table that the schema knows, in its columns, by table name."""
    book = FileWorkbook(path)
    found = {}
    for table in TABLES:
        if table.excel_name in book.tables():
            rows = book.read_cells(table).rows
            places = [rows[0].index(header) if header in rows[0] else None for header in table.headers]
            found[table.name] = [[None if k is None else row[k] for k in places] for row in rows[1:]]
    return found


@pytest.fixture
def plan(older, tmp_path):
    return shutil.copy(older, tmp_path / "Plan.xlsm")


@pytest.fixture(scope="module")
def upgraded(older, tmp_path_factory):
    """The older workbook upgraded, and what the command printed."""
    path = shutil.copy(older, tmp_path_factory.mktemp("upgraded") / "Plan.xlsm")
    done = sop("upgrade", path, "--json")
    assert done.code == 0, done.err
    return path, done.json


def test_a_check_and_a_run_of_an_older_workbook_name_the_command(plan):
    for command in ("check", "run"):
        done = sop(command, plan)
        assert done.code == 2
        assert "Sheet 'Initiatives' has no table 'tblInitiatives'" in done.out + done.err
        assert 'sop-xl upgrade "Plan.xlsm"' in done.out + done.err


def test_it_says_what_went_along_and_keeps_the_old_workbook(upgraded, older):
    path, told = upgraded
    assert told["new_tables"] == ["initiatives"]
    assert told["own_columns"] == {"items": ["My note"]}
    assert told["dropped"] == []
    assert path.with_name("Plan before upgrade.xlsm").read_bytes() == older.read_bytes()


def test_every_table_goes_along_with_identity_own_columns_and_formulas(upgraded, older):
    before, after, book = cells_of(older), cells_of(upgraded[0]), FileWorkbook(upgraded[0])
    changed = {name for name, rows in after.items() if rows != before.get(name)}
    assert changed == {"initiatives", "overrides"}
    items, formulas = book.read_cells(ITEMS), book.formulas(ITEMS)
    column = items.rows[0].index("My note")
    assert [row[column] for row in items.rows[1:3]] == ["mine", "CH-2!"]
    assert formulas[2, column] == 'tblItems[[#This Row],[Item]]&"!"'
    assert book.formulas(STOCK) == {(1, QUANTITY): "C8+20"}
    assert book.read_property("sop_workbook_guid") == FileWorkbook(older).read_property("sop_workbook_guid")


def test_what_was_typed_since_the_last_run_goes_along(upgraded):
    book = FileWorkbook(upgraded[0])
    settings = book.read_cells(SETTINGS).rows
    assert settings[1][:2] == ["company", "Chairs & Co"]
    assert settings[-1] == ["moon_phase", 7.0, "days", "of my own"]
    assert book.read_cells(DEMAND_REVIEW).rows[typed_row(book)][FIRST_MONTH] == 321.0
    assert [row[:3] for row in book.read_area(paste.RAW.name)] == PASTED
    assert book.read_area(paste.CONTROL_QUANTITY.name) == [[120.0]]
    assert 321.0 in [row[OVERRIDES.fields.index("quantity")] for row in book.read_cells(OVERRIDES).rows[1:]]


def test_it_plans_from_the_same_inputs(upgraded, planned, tmp_path):
    assert read_inputs(FileWorkbook(upgraded[0])).digest() == read_inputs(FileWorkbook(planned)).digest()
    path = shutil.copy(upgraded[0], tmp_path)
    assert sop("run", path, "--steps", "forecast").code == 0
    assert len(FileWorkbook(path).read_cells(RUNS).rows) == 3


def test_what_cannot_go_along_is_named_first(plan):
    book = FileWorkbook(plan)
    rows = book.read_cells(STOCK).rows
    rows[2][QUANTITY] = Formula("'My sheet'!A1", 30.0)
    book.write_cells(STOCK, rows)
    book.commit()
    add_own(plan)
    before = plan.read_bytes()
    done = sop("upgrade", plan, "--json")
    assert (done.code, plan.read_bytes()) == (2, before)
    told = [(issue["code"], issue["sheet"], issue["cell"]) for issue in done.json["issues"]]
    assert told == [
        ("own-sheet", "My sheet", ""),
        ("own-cells", "Suppliers", "T7:T9"),
        ("own-cells", "Suppliers", "A30"),
        ("own-name", "Names", ""),
        ("own-formula", "Stock", "C8"),
    ]
    assert "--drop-own" in done.err
    done = sop("upgrade", plan, "--drop-own", "--json")
    assert done.code == 0
    assert len(done.json["dropped"]) == 5
    assert FileWorkbook(plan).read_cells(STOCK).rows[2][QUANTITY] == 30.0
    assert parts(plan.with_name("Plan before upgrade.xlsm")) != parts(plan)
    assert plan.with_name("Plan before upgrade.xlsm").read_bytes() == before


def add_own(path):
    """Put a sheet, a name and cells around the suppliers into a workbook, as a user would."""
    suppliers = sheet_parts(path)["Suppliers"]
    cells = {7: '<c r="T7"><v>1</v></c>', 9: '<c r="T9"><f>1+1</f><v>2</v></c>'}
    rewritten(
        path,
        {
            WORKBOOK_XML: lambda xml: xml.replace(
                "</sheets>", '<sheet name="My sheet" sheetId="999" r:id="rIdOwn"/></sheets>'
            ).replace("</definedNames>", "<definedName name=\"my_rate\">'My sheet'!$A$1</definedName></definedNames>"),
            r"xl/_rels/workbook\.xml\.rels": lambda xml: xml.replace(
                "</Relationships>",
                f'<Relationship Id="rIdOwn" Type="{RELATION}" Target="worksheets/own.xml"/></Relationships>',
            ),
            r"\[Content_Types\]\.xml": lambda xml: xml.replace(
                "</Types>", f'<Override PartName="/xl/worksheets/own.xml" ContentType="{SHEET_TYPE}"/></Types>'
            ),
            suppliers: lambda xml: with_cells(xml, cells, '<row r="30"><c r="A30"><v>3</v></c></row>'),
        },
        {"xl/worksheets/own.xml": OWN_SHEET},
    )


def with_cells(xml, cells, row):
    for number, cell in cells.items():
        xml = replaced(xml, rf'(<row r="{number}".*?)</row>', rf"\1{cell}</row>")
    return xml.replace("</sheetData>", f"{row}</sheetData>")


def test_what_is_no_planning_workbook_is_left_alone(plan, tmp_path):
    other = shutil.copy(plan, tmp_path / "Plan.xlsx")
    done = sop("upgrade", other)
    assert (done.code, "macro-enabled" in done.err) == (2, True)
    assert sop("upgrade", tmp_path / "none.xlsm").code == 2
    assert [path.name for path in sorted(tmp_path.glob("*.xls*"))] == ["Plan.xlsm", "Plan.xlsx"]
