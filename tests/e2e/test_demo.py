"""The product's main job on the demo company: planned, written, recalculated by LibreOffice, added up again."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pypdf
import pytest

from sop_xl.schema import RESULT_TABLES
from tests.e2e.books import frames_of, same_csv
from tests.e2e.command import sop
from tests.e2e.family_view import assert_adds_up
from tests.support.calc import probe
from tests.support.office import converted

pytestmark = [pytest.mark.soffice, pytest.mark.slow]

PICTURES = Path(__file__).parents[2] / "build" / "views"
VIEW_PAGES = "1-110"
PAGES = dict.fromkeys(("Home", "Paste actuals", "Executive", "Family", "Capacity"), 1) | {"Cash & working capital": 3}
"""Sheets with a set number of pages."""
VIEWS = (*PAGES, "Demand review", "Inventory & backlog", "Finance", "Bridge", "Checks", "Guide")
LOGS = frozenset({"runs.csv", "changes.csv"})
CURRENT = pd.Period("2026-11", "M")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    done = sop("demo", folder, "--json")
    assert done.code == 0, done.err
    return Path(done.json["workbook"]), done.json


@pytest.fixture(scope="module")
def frames(demo):
    return frames_of(demo[0], *(table.name for table in RESULT_TABLES), "items", "actuals")


@pytest.fixture(scope="module")
def calc(demo, frames):
    """Each family's sheet as Calc shows it, the errors on any sheet, and what Home says."""
    families = frames["families"]["family"].tolist()
    steps = [{"do": "open"}, {"do": "recalculate"}, {"do": "errors"}, {"do": "read", "sheet": "Home", "area": "A1:L40"}]
    for family in families:
        steps.append({"do": "set", "sheet": "Family", "cell": "A5", "to": family})
        steps.append({"do": "read", "sheet": "Family", "area": "A1:AA40"})
    answers = probe(demo[0], *steps)
    views = {family: answers[5 + 2 * k].value for k, family in enumerate(families)}
    return {"errors": answers[2].value, "home": answers[3].value, "families": views}


def test_ten_lines_tell_the_planner_what_matters(demo):
    lines = demo[1]["headlines"]
    assert len(lines) == 10
    assert lines[0].startswith("Service:")


def test_the_workbook_can_be_mailed(demo):
    assert demo[0].stat().st_size < 15_000_000


def test_no_sheet_shows_an_error(calc):
    assert calc["errors"] == []


def test_every_check_of_the_workbook_passes(calc):
    light = next(cell for cell in calc["home"][0][::-1] if cell != "")
    assert light.startswith("● All ")


def test_stock_balances_for_every_item_location_and_month(frames):
    plan = frames["supply_plan"].sort_values(["item", "location", "period"])
    inflow = plan["opening"] + plan["production"] + plan["purchases"] + plan["received"]
    assert np.abs(inflow - plan["shipped_out"] - plan["served"] - plan["closing"]).max() < 1e-5
    by_item = plan.groupby(["item", "location"])
    assert np.abs(plan["opening"] - by_item["closing"].shift()).max() < 1e-9
    before = by_item["backlog"].shift()
    later = before.notna()
    due = (before + plan["demand"] - plan["served"] - plan["lost"] - plan["backlog"])[later]
    assert np.abs(due).max() < 1e-5
    assert (plan["closing"] >= 0).all()


def test_use_in_production_is_what_the_bill_says(demo, frames):
    bom = frames_of(demo[0], "bom")["bom"]
    made = frames["supply_plan"].groupby(["item", "period"])["production"].sum().reset_index()
    lines = bom.merge(made, left_on="parent", right_on="item")
    lines["need"] = lines["qty_per"] / (1 - lines["scrap_pct"].fillna(0) / 100) * lines["production"]
    need = lines.groupby(["component", "period"])["need"].sum().rename_axis(["item", "period"])
    used = frames["supply_plan"].groupby(["item", "period"])["used"].sum()
    gap = used.sub(need, fill_value=0).abs()
    # Stored quantities carry six decimals, and one component goes into many parents.
    assert (gap / (1 + used.reindex(gap.index).fillna(0))).max() < 1e-4


def test_load_stays_within_hours_and_overtime(frames):
    load = frames["load"]
    assert (load["required_hours"] <= load["available_hours"] + load["overtime_limit"] + 1e-4).all()
    assert (load["overtime_hours"] <= load["overtime_limit"] + 1e-4).all()
    hours = frames["production"].groupby(["resource", "period"])["hours"].sum()
    required = load.set_index(["resource", "period"])["required_hours"]
    assert np.abs(hours.reindex(required.index).fillna(0) - required).max() < 1e-2


def test_months_above_capacity_are_there_to_be_seen(frames):
    load = frames["load"]
    assert (load["wanted_hours"] > load["available_hours"]).groupby(load["resource"]).any().sum() >= 3


def test_money_ties_to_the_cent(frames):
    money = frames["finance"]
    cents = (money["amount"] * 100).round()
    assert np.abs(money["amount"] * 100 - cents).max() < 1e-4
    wide = money.assign(cents=cents).pivot_table(
        index=["family", "market", "period"], columns="line", values="cents", aggfunc="sum"
    )
    wide = wide[wide["gross_margin"].notna()]
    assert (wide["revenue"].fillna(0) - wide["cogs"].fillna(0) == wide["gross_margin"]).all()
    plan = frames["family_plan"]
    for line in ("revenue", "cogs"):
        rows = money[(money["line"] == line) & (money["period"] >= CURRENT)]
        assert round(rows["amount"].sum() * 100) == round(plan.loc[plan["period"] >= CURRENT, line].sum() * 100)
    stock = money[(money["line"] == "inventory_value") & (money["period"] >= CURRENT)]["amount"].sum()
    assert round(stock * 100) == round(frames["supply_plan"]["closing_value"].sum() * 100)
    cost = frames["plan_cost"].set_index("component")["amount"]
    assert round(cost["total"] * 100) == round(cost.drop(["total", "penalties"]).sum() * 100)


def test_every_family_sheet_adds_up_from_the_tables(frames, calc):
    assert len(calc["families"]) == 6
    for family, view in calc["families"].items():
        assert_adds_up(view, family, frames)


@pytest.mark.bench
def test_export_import_run_gives_the_same_results(demo, tmp_path):
    first, again, copy = tmp_path / "first", tmp_path / "again", tmp_path / "copy.xlsm"
    for words in (("export", demo[0], first), ("import", first, copy), ("run", copy), ("export", copy, again)):
        done = sop(*words)
        assert done.code == 0, done.err
    assert same_csv(first, again, but=LOGS) == []


def test_view_sheets_print_as_they_should(demo, tmp_path):
    pdf = converted(demo[0], tmp_path, "pdf", pages=VIEW_PAGES)
    pages = [page.extract_text() for page in pypdf.PdfReader(pdf).pages]
    names = [next((view for view in VIEWS if f"|  {view} Confidential" in text), "") for text in pages]
    assert set(VIEWS) <= set(names)
    assert {view: names.count(view) for view in PAGES} == PAGES
    PICTURES.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(names, 1):
        if name and names.index(name) == number - 1:
            stem = PICTURES / name.lower().replace(" & ", "_").replace(" ", "_")
            draw = ["pdftoppm", "-r", "110", "-png", "-singlefile", "-f", str(number), "-l", str(number)]
            subprocess.run([*draw, str(pdf), str(stem)], check=True)
            assert stem.with_suffix(".png").stat().st_size > 20_000
