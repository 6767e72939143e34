"""`sop-xl actuals check` on a real workbook; the command is run by its own app."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sop_xl.entrypoints.actuals_cli import app
from tests.e2e.books import imported_book


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return Path(shutil.copy(imported_book(), tmp_path_factory.mktemp("book") / "plan.xlsm"))


def run(*words):
    return CliRunner().invoke(app, ["check", *map(str, words)])


GOOD = (
    "measure,item,market,period,quantity,value\nshipments,CH-1,East,2027-01,20,1200\nshipments,XX,East,2027-01,5,100\n"
)


def test_check_prints_json_and_changes_nothing(book, tmp_path):
    file = tmp_path / "actuals.csv"
    file.write_text(GOOD)
    before = book.read_bytes()
    result = run(file, "--workbook", book, "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["status"] == "red"
    assert [line["status"] for line in told["rows"]] == ["good", "bad"]
    assert told["rows"][1]["codes"] == ["P10"]
    assert told["rows"][0]["row"] == 2
    assert told["counts"]["rows_in"] == 2
    assert told["totals"]["value"]["total"] == "1300"
    assert book.read_bytes() == before


def test_questions_are_answered_and_remembered(book, tmp_path):
    file, profile = tmp_path / "umsatz.csv", tmp_path / "sap.json"
    file.write_text("Material;Monat;Menge\nCH-1;2027-01;1.234\n")
    asked = run(file, "--workbook", book, "--json", "--profile", profile)
    assert asked.exit_code == 2
    assert json.loads(asked.stdout)["questions"][0]["choices"] == ["dot", "comma"]
    assert not profile.exists()
    told = run(file, "--workbook", book, "--json", "--profile", profile, "--answer", "P04:Menge=comma")
    assert json.loads(told.stdout)["rows"][0]["values"]["quantity"] == 1234.0
    again = run(file, "--workbook", book, "--json", "--profile", profile)
    assert json.loads(again.stdout)["rows"][0]["values"]["quantity"] == 1234.0


def test_control_totals_and_text_for_people(book, tmp_path):
    file = tmp_path / "actuals.csv"
    file.write_text(GOOD)
    wrong = run(file, "--workbook", book, "--control-total", "1310")
    assert wrong.exit_code == 2
    assert "Paste 1,300.00; control 1,310.00; difference -10.00." in wrong.stdout
    right = run(file, "--workbook", book, "--control-total", "value=1300", "--control-total", "quantity=25")
    assert right.exit_code == 0
    assert "1 good, 0 fixed, 0 warn, 1 bad, 0 excluded" in right.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--answer", "P04"], "CODE:COLUMN=CHOICE"),
        (["--control-total", "lots"], "write a number"),
        (["--sheet", "North"], "has no sheets"),
    ],
)
def test_wrong_words_are_told(book, tmp_path, words, said):
    file = tmp_path / "actuals.csv"
    file.write_text(GOOD)
    result = run(file, "--workbook", book, *words)
    assert result.exit_code != 0
    assert said in str(result.exception)


def test_a_damaged_profile_is_told(book, tmp_path):
    shutil.copy(book, tmp_path / "no.json")
    file = tmp_path / "actuals.csv"
    file.write_text(GOOD)
    result = run(file, "--workbook", book, "--profile", tmp_path / "no.json")
    assert "is no mapping profile" in str(result.exception)
