"""After a write no result in the file is older than what it was calculated from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter

from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.domain.cells import Formula
from tests.adapters.cases import FEBRUARY, JANUARY, PLAN, PLAN_HEADER, by_xlsxwriter, parts, rewritten, write_table
from tests.support.office import converted, formulas_of, recalculated, values_of

if TYPE_CHECKING:
    from pathlib import Path

ROWS: list[list[Any]] = [PLAN_HEADER, ["A", JANUARY, 1.0, "x"], ["B", JANUARY, 2.0, "x"]]
NEW: list[list[Any]] = [*ROWS, ["B", FEBRUARY, 4.0, "x"]]

VIEW = {
    "A1": ("=SUM(tblPlan[Quantity])", 3),
    "A2": ("=A1*2", 6),
    "A3": ("=1+1", 2),
    "A4": ("=Other!A1", 5),
    "A5": ("=Plan!D6", 2),
    "A6": ("=Plan!A1", 8),
    "A7": ("=Total+1", 4),
    "A8": ('=IF(A2>0,"yes","no")', "yes"),
    "A9": ("=SUM(A3:A4)", 7),
    "A10": ("=Constant*2", 14),
    "A11": ('=INDIRECT("Plan!D6")', 2),
}
DEPENDENT = {"A1", "A2", "A5", "A7", "A8", "A11"}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Table tblPlan in B4:E6 on Plan, formulas on View, two charts on Charts."""
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, view, other = (book.add_worksheet(name) for name in ("Plan", "View", "Other"))
        write_table(sheet, PLAN, ROWS, {})
        sheet.write_formula("A1", "=Other!A1+3", None, 8)
        sheet.write_formula("D1", "=SUM(D5:D6)", None, 3)
        for cell, (formula, value) in VIEW.items():
            view.write_formula(cell, formula, None, value)
        view.write_array_formula("C1:C2", "{=tblPlan[Quantity]*3}", None, 3)
        view.write_number("C2", 6)
        other.write("A1", 5)
        book.define_name("Total", "=SUM(tblPlan[Quantity])")
        book.define_name("Constant", "=7")
        charts = book.add_worksheet("Charts")
        for column, place in (("D", "A1"), ("A", "A20")):
            chart = book.add_chart({"type": "line"})
            values = "=Plan!$D$5:$D$6" if column == "D" else "=Other!$A$1:$A$2"
            chart.add_series({"values": values, "values_data": [1, 2], "categories": "=View!$A$3:$A$4"})
            charts.insert_chart(place, chart)
    return path


def commit(path: Path, rows: list[list[Any]] = NEW) -> None:
    workbook = FileWorkbook(path)
    workbook.write_cells(PLAN, rows)
    workbook.commit()


def test_results_that_depend_on_the_table_are_dropped_and_only_those(book: Path) -> None:
    commit(book)
    view = values_of(book)["View"]
    assert {cell for cell in VIEW if view[cell].value is None} == DEPENDENT
    assert {cell: view[cell].value for cell in VIEW.keys() - DEPENDENT} == {
        cell: VIEW[cell][1] for cell in VIEW.keys() - DEPENDENT
    }
    assert (view["C1"].value, view["C2"].value) == (None, None)
    plan = values_of(book)["Plan"]
    assert (plan["A1"].value, plan["D1"].value) == (8, None)
    formulas = formulas_of(book)["View"]
    assert {cell: formulas[cell].value for cell in VIEW} == {cell: formula for cell, (formula, _) in VIEW.items()}


def test_writing_what_is_there_changes_nothing(book: Path) -> None:
    commit(book)
    before = book.read_bytes()
    commit(book)
    assert book.read_bytes() == before


@pytest.mark.soffice
def test_libreoffice_calculates_what_was_dropped(book: Path, tmp_path: Path) -> None:
    commit(book)
    for result in (
        recalculated(book, tmp_path),
        values_of(converted(book, tmp_path / "as stored", "xlsx", recalculate=False)),
    ):
        view = result["View"]
        # 1 + 2 + 4 = 7; twice 14; D6 is B's 2; the formulas that do not depend keep their values
        assert [view[f"A{row}"].value for row in range(1, 12)] == [7, 14, 2, 5, 2, 8, 8, "yes", 7, 14, 2]


def test_results_python_gives_are_kept(book: Path) -> None:
    commit(book, [PLAN_HEADER, ["A", JANUARY, Formula("View!A1*0+9", 9.0), "x"]])
    assert values_of(book)["Plan"]["D5"].value == 9
    assert formulas_of(book)["Plan"]["D5"].value == "=View!A1*0+9"


def test_an_empty_text_is_a_result_and_no_result_is_none(book: Path) -> None:
    commit(book, [PLAN_HEADER, ["A", JANUARY, Formula("1+1"), Formula('""', "")]])
    workbook = FileWorkbook(book)
    assert workbook.uncalculated(PLAN) == ["D5"]
    assert workbook.read_cells(PLAN).rows[1] == ["A", JANUARY, None, None]


def test_shared_formulas_are_followed(book: Path) -> None:
    shared = '<c r="A2"><f t="shared" ref="A2:A3" si="3">A1*2</f><v>6</v></c>'
    child = '<c r="A3"><f t="shared" si="3"/><v>12</v></c>'

    def share(xml: str) -> str:
        xml = xml.replace('<c r="A2"><f>A1*2</f><v>6</v></c>', shared)
        return xml.replace('<c r="A3"><f>1+1</f><v>2</v></c>', child)

    rewritten(book, {"xl/worksheets/sheet2.xml": share})
    assert values_of(book)["View"]["A3"].value == 12
    commit(book)
    assert values_of(book)["View"]["A3"].value is None


def test_charts_lose_outdated_copies_and_get_the_new_extent(book: Path) -> None:
    before = parts(book)
    commit(book)
    after = parts(book)
    chart = after["xl/charts/chart1.xml"].decode()
    assert "<c:f>Plan!$D$5:$D$7</c:f></c:numRef></c:val>" in chart
    assert re.search(r"<c:f>View!\$A\$3:\$A\$4</c:f>\s*<c:numCache>", chart)
    assert after["xl/charts/chart2.xml"] == before["xl/charts/chart2.xml"]


@pytest.mark.parametrize("calc", ['calcId="124519"', 'calcMode="manual" fullCalcOnLoad="0"', 'fullCalcOnLoad="1"'])
def test_the_workbook_is_calculated_when_it_opens(book: Path, calc: str) -> None:
    rewritten(book, {"xl/workbook.xml": lambda xml: re.sub(r"<calcPr[^>]*>", f"<calcPr {calc}/>", xml)})
    commit(book)
    (tag,) = re.findall(r"<calcPr[^>]*/>", parts(book)["xl/workbook.xml"].decode())
    assert tag.count("fullCalcOnLoad") == 1
    assert 'fullCalcOnLoad="1"' in tag
    assert ("manual" in tag) == ("manual" in calc)


def test_calculation_is_asked_for_where_nothing_said_how(book: Path) -> None:
    rewritten(book, {"xl/workbook.xml": lambda xml: re.sub(r"<calcPr[^>]*>", "", xml)})
    commit(book)
    xml = parts(book)["xl/workbook.xml"].decode()
    assert '</definedNames><calcPr fullCalcOnLoad="1"/>' in xml


def with_calc_chain(path: Path) -> Path:
    chain = '<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="D1" i="1"/></calcChain>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"
    return rewritten(
        path,
        {
            r"\[Content_Types\]\.xml": lambda xml: xml.replace(
                "</Types>", f'<Override PartName="/xl/calcChain.xml" ContentType="{kind}"/></Types>'
            ),
            r"xl/_rels/workbook\.xml\.rels": lambda xml: xml.replace(
                "</Relationships>",
                f'<Relationship Id="rId99" Type="{relation}" Target="calcChain.xml"/></Relationships>',
            ),
        },
        {"xl/calcChain.xml": chain},
    )


def test_the_calculation_chain_goes_when_formulas_come_or_go(book: Path) -> None:
    with_calc_chain(book)
    commit(book)
    assert "xl/calcChain.xml" in parts(book)
    commit(book, [PLAN_HEADER, ["A", JANUARY, Formula("1+1", 2.0), "x"]])
    after = parts(book)
    assert "xl/calcChain.xml" not in after
    assert b"calcChain" not in after["[Content_Types].xml"] + after["xl/_rels/workbook.xml.rels"]


def test_pivots_on_the_table_are_refreshed_when_it_opens(book: Path) -> None:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.pivotCacheDefinition+xml"
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    sources = {1: 'name="tblPlan"', 2: 'ref="B4:E6" sheet="Plan"', 3: 'ref="A1:A2" sheet="Other"'}
    types = "".join(f'<Override PartName="/xl/pivotCache/p{k}.xml" ContentType="{kind}"/>' for k in sources)
    caches = {
        f"xl/pivotCache/p{k}.xml": f'<pivotCacheDefinition {space}><cacheSource type="worksheet">'
        f"<worksheetSource {source}/></cacheSource></pivotCacheDefinition>"
        for k, source in sources.items()
    }
    rewritten(book, {r"\[Content_Types\]\.xml": lambda xml: xml.replace("</Types>", types + "</Types>")}, caches)
    commit(book)
    after = {k: parts(book)[f"xl/pivotCache/p{k}.xml"].decode() for k in sources}
    assert 'refreshOnLoad="1"' in after[1]
    assert 'refreshOnLoad="1"' in after[2]
    assert 'ref="B4:E7"' in after[2]
    assert after[3] == caches["xl/pivotCache/p3.xml"]


def test_formulas_without_a_result_are_told(tmp_path: Path) -> None:
    rows: list[list[Any]] = [PLAN_HEADER, ["A", JANUARY, "{=3+4}", "{=3+4}"], ["B", JANUARY, "{=3+4}", "x"]]
    path = by_xlsxwriter(tmp_path / "plan.xlsx", plan=rows)
    assert FileWorkbook(path).uncalculated(PLAN) == []

    def drop(xml: str) -> str:
        cells = re.findall(r'<c r="(?:D5|E5|D6)".*?</c>', xml)
        no_value, empty_text, no_element = (cell.replace("<v>7</v>", "<v></v>") for cell in cells)
        new = no_value, empty_text.replace("><f", ' t="str"><f'), no_element.replace("<v></v>", "")
        for old, without in zip(cells, new, strict=True):
            xml = xml.replace(old, without)
        return xml

    workbook = FileWorkbook(rewritten(path, {"xl/worksheets/sheet1.xml": drop}))
    assert workbook.uncalculated(PLAN) == ["D5", "D6"]
    assert workbook.read_cells(PLAN).rows[1] == ["A", JANUARY, None, None]
