"""`sop-xl actuals` as a user types it: commit, history, rows kept aside, profiles, undo and redo, closing the month."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.e2e.books import frames_of, planned_folder
from tests.e2e.command import sop
from tests.services.pastes import BAD, HEADER, ROWS


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The company through a month of actuals: what each command said, in order."""
    folder = shutil.copytree(planned_folder(), tmp_path_factory.mktemp("actuals") / "work")
    book, paste, answers = folder / "plan.xlsm", folder / "january.csv", folder / "answers.json"
    said = {"before": frames_of(book, "actuals")["actuals"]}
    paste.write_text("\n".join([HEADER, *ROWS, BAD]))
    said["red"] = sop("actuals", "commit", book, paste, "--json")
    said["refused"] = sop("actuals", "commit", book, paste)
    said["commit"] = sop(
        *("actuals", "commit", paste, "--workbook", book, "--only-good", "--reason", "few rows", "--who", "A. Meyer"),
        "--json",
    )
    said["quarantine"] = sop("actuals", "quarantine", book, "--json")
    said["close"] = sop("cycle", "close", book)
    said["settled"] = sop("actuals", "quarantine", book, "--settle", "2:6", "--reason", "not ours")
    said["key"] = sop("actuals", "history", book, "item=CH-1", "market=East", "period=2027-01", "--json")
    said["history"] = sop("actuals", "history", book)
    sap = folder / "sap.csv"
    sap.write_text("Material;Markt;Monat;Menge\nCH-2;East;2027-01;1.234\n")
    answers.write_text(json.dumps({"P04:Menge": "comma"}))
    said["sap"] = sop(
        "actuals", "commit", sap, book, "--answers", answers, "--mapping", "SAP", "--reason", "large order"
    )
    said["profiles"] = sop("actuals", "profiles", book, "--json")
    said["after"] = frames_of(book, "actuals")["actuals"]
    said["undo"] = sop("actuals", "undo", book, "--json")
    said["undo 2"] = sop("actuals", "undo", book, "2", "--json")
    said["back"] = frames_of(book, "actuals")["actuals"]
    said["redo"] = sop("actuals", "redo", book, "--json")
    said["closed"] = sop("cycle", "close", book, "--json")
    said["log"] = sop("history", book, "--json")
    said["taken back"] = sop("undo", book, "--json")
    return said


def test_bad_rows_stop_a_commit_with_the_options_that_answer_them(told):
    assert told["red"].code == told["refused"].code == 2
    assert told["red"].json["status"] == "red"
    assert told["red"].json["error"].startswith("1 bad row; nothing was committed.")
    assert "--only-good keeps bad rows aside." in told["refused"].err


def test_the_receipt_of_a_commit(told):
    done = told["commit"].json
    assert (done["batch"]["number"], done["batch"]["who"], done["batch"]["reason"]) == (2, "A. Meyer", "few rows")
    assert done["counts"] == {"rows_in": 5, "good": 4, "fixed": 0, "warn": 0, "bad": 1, "excluded": 0}
    assert done["totals"]["value"]["by_status"] == {"bad": "100", "good": "6160"}
    assert (done["receipt"]["new"], done["receipt"]["changed"], done["receipt"]["equal"]) == (4, 0, 0)
    assert done["incomplete"] == {"2027-01": 1}


def test_what_waits_is_listed_and_keeps_the_month_open_until_it_is_settled(told):
    (row,) = told["quarantine"].json["rows"]
    assert (row["batch"], row["row"], row["codes"]) == (2, 6, ["P10"])
    assert told["close"].code == 2
    assert "2027-01 is incomplete: 1 row kept aside" in told["close"].err
    assert told["settled"].out.strip() == "No row is kept aside."


def test_history_of_a_key_and_of_all_batches(told):
    ((key),) = told["key"].json["keys"]
    assert key["key"]["item"] == "CH-1"
    assert [(line["batch"], line["quantity"], line["value"]) for line in key["history"]] == [(2, 22.0, 1320.0)]
    assert "january.csv (few rows)" in told["history"].out


def test_answers_from_a_file_are_kept_as_a_profile(told):
    assert told["sap"].code == 0
    assert told["profiles"].json["profiles"]["SAP"]["answers"] == {"P04:Menge": "comma"}
    added = told["after"][told["after"]["item"].eq("CH-2") & told["after"]["market"].eq("East")]
    assert added["quantity"].tolist()[-1] == 1234.0


def test_taken_back_the_facts_are_as_before(told):
    assert told["undo"].json["batch"]["reverses"] == 3
    assert told["undo 2"].json["batch"]["reverses"] == 2
    columns = [name for name in told["before"].columns if name != "batch"]
    before, back = (
        frame[columns].sort_values(columns[:5], ignore_index=True) for frame in (told["before"], told["back"])
    )
    assert back.equals(before)


def test_redo_close_and_undo_are_lines_of_the_log(told):
    assert told["redo"].json["batch"]["added"] == 4
    closed = told["closed"].json
    assert (closed["closed"], closed["opened"]) == ("2027-01", "2027-02")
    assert closed["opening_stock"]["planned"] > 0
    assert len(closed["lines"]) <= 10
    steps = [line["steps"] for line in told["log"].json["runs"]]
    assert steps == [
        "forecast, supply, finance, kpi",
        "batch 2",
        "batch 3",
        "undo R0003",
        "undo R0002",
        "batch 6",
        "close 2027-01",
    ]
    assert told["taken back"].json["undone"] == "R0007"
