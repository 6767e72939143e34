"""The command line on small companies: what it writes, what it refuses, and that a refusal changes nothing."""

from __future__ import annotations

import csv
import hashlib
import shutil
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pytest

from tests.e2e.books import TWO_PLANTS, frames_of, imported_book, planned_folder, same_csv
from tests.e2e.command import sop
from tests.support.office import formulas_of

LOGS = frozenset({"runs.csv", "changes.csv"})
CASES = files("sop_xl") / "selftest"


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    path = tmp_path_factory.mktemp("two_plants") / "two_plants.xlsm"
    return Path(shutil.copy(planned_folder() / "plan.xlsm", path))


def test_export_import_run_gives_the_same_results(planned, tmp_path):
    copy, first, again = tmp_path / "copy.xlsm", tmp_path / "first", tmp_path / "again"
    for words in (("export", planned, first), ("import", first, copy), ("run", copy), ("export", copy, again)):
        assert sop(*words).code == 0
    assert same_csv(first, again, but=LOGS) == []


def test_steps_one_by_one_give_what_one_run_gives(planned, tmp_path):
    path, whole, parts = tmp_path / "steps.xlsm", tmp_path / "whole", tmp_path / "parts"
    shutil.copy(imported_book(), path)
    for step in ("forecast", "supply", "finance", "kpi"):
        done = sop("run", path, "--steps", step)
        assert done.code == 0, done.err
    assert sop("export", planned, whole).code == sop("export", path, parts).code == 0
    assert same_csv(whole, parts, but=LOGS) == []


def test_a_step_whose_input_was_never_made_says_which(tmp_path):
    path = tmp_path / "book.xlsm"
    shutil.copy(imported_book(), path)
    before = digest(path)
    done = sop("run", path, "--steps", "supply")
    assert (done.code, digest(path)) == (2, before)
    assert "Run the step forecast first" in done.err


def test_a_dry_run_tells_and_writes_nothing(planned):
    before = digest(planned)
    done = sop("run", planned, "--dry-run", "--json")
    assert (done.code, digest(planned)) == (0, before)
    assert done.json["dry_run"] is True
    assert all(change["added"] == change["removed"] == change["altered"] == 0 for change in done.json["tables"])


def test_a_second_run_on_the_same_inputs_is_logged_with_the_same_hash(planned, tmp_path):
    copy = tmp_path / "again.xlsm"
    copy.write_bytes(planned.read_bytes())
    assert sop("run", copy).code == 0
    runs = frames_of(copy, "runs")["runs"]
    assert runs["run"].tolist() == ["R0001", "R0002"]
    assert runs["inputs"].nunique() == 1


def test_a_schedule_is_written_logged_and_taken_back(planned, tmp_path):
    copy = tmp_path / "scheduled.xlsm"
    copy.write_bytes(planned.read_bytes())
    done = sop("schedule", copy, "--plant", "P1", "--weeks", "4", "--effort", "0.2", "--json")
    assert (done.code, done.json["method"], done.json["weeks"]) == (0, "CP-SAT", 4)
    made = frames_of(copy, "schedule", "runs")
    assert sum(done.json["lots"].values()) == made["schedule"]["lot"].nunique() > 0
    assert made["runs"]["steps"].tolist()[-1] == "schedule"
    assert sop("undo", copy).code == 0
    assert frames_of(copy, "schedule")["schedule"].empty
    refused = sop("schedule", copy, "--plant", "P9")
    assert refused.code == 2
    assert "Plants: P1" in refused.err


def test_balances_hold_over_plants_and_centres(planned):
    frames = frames_of(planned, "supply_plan", "transfers", "load", "open_orders")
    plan = frames["supply_plan"]
    left = plan["opening"] + plan["production"] + plan["purchases"] + plan["received"]
    assert (left - plan["shipped_out"] - plan["served"] - plan["closing"]).abs().max() < 1e-5
    orders = frames["open_orders"][frames["open_orders"]["type"] == "transfer"]
    under_way = orders.rename(columns={"location": "to_location", "period": "arrive_period"})
    moves = pd.concat([frames["transfers"], under_way])
    moved = moves.groupby(["item", "to_location", "arrive_period"])["quantity"].sum()
    got = plan.set_index(["item", "location", "period"])["received"]
    got = got[got > 0].rename_axis(moved.index.names)
    inside = moved[moved.index.get_level_values("arrive_period") <= plan["period"].max()]
    assert inside.sub(got, fill_value=0).abs().max() < 1e-5
    load = frames["load"]
    assert (load["required_hours"] <= load["available_hours"] + load["overtime_limit"] + 1e-4).all()


THROUGH_A_WORKBOOK = ("t1_whole", "t4c", "t12_setup_times", "t15_two_families")
MORE = tuple(pytest.param(case, marks=pytest.mark.bench) for case in ("t1_base", "t4a", "t12_wagner_whitin"))


@pytest.mark.parametrize("case", [*THROUGH_A_WORKBOOK, *MORE])
def test_textbook_cases_through_a_workbook(case, tmp_path):
    with (CASES / "cases.csv").open(encoding="utf-8") as file:
        expected = {row["case"]: row for row in csv.DictReader(file)}[case]
    path = tmp_path / "book.xlsm"
    for words in (("import", CASES / case, path), ("run", path)):
        done = sop(*words)
        assert done.code == 0, done.err
    cost = frames_of(path, "plan_cost")["plan_cost"].set_index("component")["amount"]
    assert cost["total"] == pytest.approx(float(expected["total"]), abs=max(float(expected["tolerance"]), 0.005))


def test_selftest_runs_the_cases_asked_for():
    wrong = sop("selftest", "t9")
    assert (wrong.code, "no textbook case 't9'" in wrong.err) == (2, True)
    done = sop("selftest", "t1_january", "t4b", "t5_idle", "--json")
    assert done.code == 0, done.err
    assert [case["case"] for case in done.json["cases"]] == ["t1_january", "t4b", "t5_idle"]


@pytest.mark.bench
def test_selftest_passes():
    done = sop("selftest", "--json")
    assert done.code == 0, done.err
    assert done.json["failed"] == 0
    assert len(done.json["cases"]) >= 15


def test_new_makes_a_workbook_and_never_writes_over_one(tmp_path):
    path = tmp_path / "fresh.xlsm"
    assert sop("new", path).code == 0
    before = digest(path)
    done = sop("new", path)
    assert (done.code, digest(path)) == (2, before)


def test_a_fresh_workbook_says_what_is_missing(tmp_path):
    path = tmp_path / "fresh.xlsm"
    assert sop("new", path).code == 0
    done = sop("check", path, "--json")
    assert done.code == 2
    assert {"empty-table", "missing-setting"} <= {issue["code"] for issue in done.json["issues"]}


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("run", "nowhere.xlsm"), "nowhere.xlsm"),
        (("import", "nowhere", "book.xlsm"), "no folder"),
        (("forecast", "nowhere.csv", "out.csv"), "no file"),
    ],
)
def test_what_is_not_there_is_named(words, part, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = sop(*words)
    assert done.code == 2
    assert part in done.err
    assert not list(tmp_path.iterdir())


def test_faulty_csv_files_are_all_named_and_no_workbook_is_left(tmp_path):
    folder, path = tmp_path / "bad", tmp_path / "book.xlsm"
    folder.mkdir()
    (folder / "items.csv").write_text("item,source\nA,make\nA,buy\nB,steal\n")
    (folder / "stock.csv").write_text("item,quantity\nA,#N/A\nC,5\n")
    done = sop("import", folder, path, "--json")
    assert (done.code, path.exists()) == (2, False)
    found = {(issue["code"], f"{issue['sheet']}!{issue['cell']}") for issue in done.json["issues"]}
    assert found >= {
        ("duplicate-key", "items.csv!A3"),
        ("bad-value", "items.csv!B4"),
        ("cell-error", "stock.csv!B2"),
        ("unknown-item", "stock.csv!A3"),
    }


def header_cell(sheet, header):
    return next(cell for row in sheet.iter_rows(max_row=12) for cell in row if cell.value == header)


def test_every_fault_of_a_workbook_is_named_in_one_run_and_the_file_is_untouched(planned, tmp_path):
    path = tmp_path / "broken.xlsm"
    book = formulas_of(planned)
    where = {}

    stock = book["Stock"]
    cell = header_cell(stock, "Quantity")
    stock.cell(cell.row + 1, cell.column).value = "#N/A"
    stock.cell(cell.row + 1, cell.column).data_type = "e"
    where["cell-error"] = f"Stock!{stock.cell(cell.row + 1, cell.column).coordinate}"

    routings = book["Routings"]
    cell = header_cell(routings, "Item")
    routings.cell(cell.row + 2, cell.column).value = "NO-SUCH-ITEM"
    where["unknown-item"] = f"Routings!{routings.cell(cell.row + 2, cell.column).coordinate}"

    bom = book["Bill of material"]
    cell = header_cell(bom, "Parent")
    first, second = (bom.cell(cell.row + 1, cell.column + k).value for k in (0, 1))
    table = bom.tables["tblBom"]
    last = int(table.ref.split(":")[1].lstrip("ABCDEFGH"))
    bom.cell(last, cell.column).value, bom.cell(last, cell.column + 1).value = second, first
    where["bom-cycle"] = "Bill of material!"

    items = book["Items"]
    cell = header_cell(items, "Item")
    items.cell(cell.row + 3, cell.column).value = items.cell(cell.row + 1, cell.column).value
    where["duplicate-key"] = f"Items!{items.cell(cell.row + 3, cell.column).coordinate}"

    suppliers = book["Suppliers"]
    cell = header_cell(suppliers, "Price")
    cell.value = "Prices"
    next(c for c in suppliers.tables["tblSuppliers"].tableColumns if c.name == "Price").name = "Prices"
    where["missing-column"] = f"Suppliers!{cell.coordinate}"

    del book["Targets"].tables["tblTargets"]
    where["missing-table"] = "Targets!"
    book.save(path)
    before = digest(path)

    for words in (("check", path), ("run", path)):
        done = sop(*words, "--json")
        assert (done.code, digest(path)) == (2, before)
        found = {issue["code"]: f"{issue['sheet']}!{issue['cell']}" for issue in done.json["issues"][::-1]}
        for code, cell in where.items():
            assert any(
                issue["code"] == code and f"{issue['sheet']}!{issue['cell']}".startswith(cell)
                for issue in done.json["issues"]
            ), (code, cell, found)
        assert all(issue["message"] and issue["cure"] for issue in done.json["issues"])


def test_forecast_of_a_long_csv(tmp_path):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    lines = [f"A,{2024 + k // 12}-{k % 12 + 1:02d},{100 + k % 12}" for k in range(36)]
    source.write_text("unique_id,period,y\n" + "\n".join(lines) + "\n")
    assert sop("forecast", source, target, "--horizon", 3, "--level", 80).code == 0
    with target.open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["unique_id", "period", "forecast", "lo80", "hi80", "method"]
    assert [row["period"] for row in rows] == ["2027-01", "2027-02", "2027-03"]
    assert all(float(row["lo80"]) <= float(row["forecast"]) <= float(row["hi80"]) for row in rows)
    assert sop("forecast", source, target, "--level", "70").code == 2


def test_a_plan_is_never_overwritten_by_the_template(planned, tmp_path):
    before = digest(planned)
    done = sop("template", planned)
    assert (done.code, digest(planned)) == (2, before)
    target, addin = tmp_path / "template.xlsm", tmp_path / "sop_xl.xlam"
    assert sop("template", target, "--addin", addin).code == 0
    assert sop("template", target).code == 0
    assert addin.stat().st_size > 10_000


def test_names_and_folders_that_cannot_be_are_refused(planned, tmp_path):
    (tmp_path / "file").write_text("x")
    assert sop("export", planned, tmp_path / "file").code == 2
    assert sop("new", tmp_path / "plan.xlsx").code == 2
    assert sop("import", TWO_PLANTS, tmp_path / "plan.txt").code == 2
    assert sop("--version").out.startswith("sop-xl ")


def test_many_faults_of_one_kind_are_counted(tmp_path):
    folder, path = tmp_path / "csv", tmp_path / "book.xlsm"
    folder.mkdir()
    (folder / "items.csv").write_text("item\nA\n")
    (folder / "settings.csv").write_text("parameter,value\ncurrent_period,2026-11\n")
    (folder / "stock.csv").write_text("item,quantity\n" + "".join(f"X{k},1\n" for k in range(40)))
    done = sop("import", folder, path, "--json")
    assert done.code == 2
    assert len(done.json["issues"]) == 40
