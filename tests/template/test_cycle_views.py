"""KPIs, Initiative plan and Risks & decisions, calculated by LibreOffice, against the tables they read."""

from __future__ import annotations

import pandas as pd
import pytest

from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.frames import conform
from sop_xl.schema.inputs import WHOLE_COMPANY
from sop_xl.template.build import build_template
from sop_xl.template.sheets import initiatives, kpis, risks
from tests.support.office import recalculated
from tests.template.small_plan import NOW, small_plan

pytestmark = pytest.mark.soffice


def rows(name, *given):
    return conform(TABLE_BY_NAME[name], pd.DataFrame(list(given)))


def kpi(name, period, value, **more):
    return {"kpi": name, "scope": "company", "name": WHOLE_COMPANY, "period": period, "value": value, **more}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    frames = small_plan()
    frames["kpi_trend"] = rows(
        "kpi_trend",
        kpi("otif", NOW - 1, 91.5, target=95.0, status="act"),
        kpi("load", NOW, 88.0, target=100.0, status="good"),
        kpi("cover_days", NOW - 1, 540.0, mark="more than"),
    )
    frames["kpi_scopes"] = rows("kpi_scopes", {"scope": "company", "name": WHOLE_COMPANY, "rank": 1})
    frames["notes"] = rows("notes", {"about": "KPI", "key": "otif", "text": "Carrier on strike"})
    frames["assumptions"] = rows(
        "assumptions",
        {"id": "A-1", "text": "Calm", "status": "held"},
        {"id": "A-2", "text": "Duty", "status": "broken"},
    )
    frames["risks"] = rows(
        "risks",
        {"id": "R-1", "description": "Fire", "margin": -200_000.0, "probability_pct": 10.0, "period": NOW + 1},
        {"id": "R-2", "type": "opportunity", "description": "Tender", "margin": 90_000.0, "probability_pct": 50.0,
         "period": NOW + 1, "assumption_id": "A-2"},
    )  # fmt: skip
    frames["initiative_list"] = rows(
        "initiative_list", {"initiative": "I-1", "name": "Second line", "weighed": 4000.0, "net": 8000.0, "rank": 1}
    )
    frames["initiative_effects"] = rows("initiative_effects", {"initiative": "I-1", "period": NOW + 2, "net": 8000.0})
    folder = tmp_path_factory.mktemp("views")
    path = folder / "book.xlsx"
    path.write_bytes(build_template(frames))
    return recalculated(path, folder)


def test_no_view_shows_an_error(book):
    for name in (kpis.SHEET, initiatives.SHEET, risks.SHEET, "Chart data"):
        assert [c.coordinate for line in book[name].iter_rows() for c in line if c.data_type == "e"] == []


def test_a_key_figure_stands_beside_its_target_status_definition_and_comment(book):
    sheet, at = book[kpis.SHEET], {name: row + 1 for name, row in kpis.rows_of_kpis().items()}
    otif = [cell.value for cell in sheet[at["otif"]]]
    assert otif[:2] == ["On time and in full (OTIF)", 91.5]
    assert (otif[4], otif[5], otif[6]) == (95.0, -3.5, "▼ act")
    assert otif[9] == "lines on time and in full / lines due  ► Carrier on strike"
    load = [cell.value for cell in sheet[at["load"]]]
    assert (load[1], load[2], load[6]) == (88.0, "Nov 26", "● good")
    assert sheet.cell(at["cover_days"], 7).value == "beyond the plan"
    # What no table gives is no data, and never 0.
    fill = [cell.value for cell in sheet[at["line_fill"]]]
    assert fill[1] in (None, "")
    assert fill[6] == "no data"


def test_where_nobody_commented_the_foot_says_where_to_write(book):
    for name in ("Finance", "Capacity"):
        said = [cell.value for cell in book[name]["A"]]
        assert "None on these figures. Write them on the sheet Notes." in said


def test_risks_are_weighed_and_stand_by_month(book):
    words = [cell.value for line in book[risks.SHEET].iter_rows() for cell in line]
    assert words.index("▼ broken") < words.index("● held")
    assert "▼ A-2" in words
    # 90,000 at 50 % and -200,000 at 10 %, both in December.
    line = next(row for row in book[risks.SHEET].iter_rows() if row[1].value == "Both together")
    assert [cell.value for cell in line[2:5]] == [0, 25_000, 0]


def test_an_initiative_shows_its_months(book):
    sheet = book[initiatives.SHEET]
    assert sheet.cell(initiatives.TOP + 3, 2).value == "Second line"
    net = next(row for row in sheet.iter_rows(min_row=initiatives.DETAIL) if row[1].value == "Net")
    assert (net[2].value, net[6].value) == (8000, 8000)
    assert net[5].value in (None, "")
