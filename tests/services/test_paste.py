"""From a paste to facts and back: receipt, rows kept aside, what is committed twice, undo, profiles."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sop_xl.domain.errors import SopError
from sop_xl.domain.ledger_errors import StaleVersionError
from sop_xl.schema.inputs import ACTUALS
from sop_xl.services import profiles, quarantine
from sop_xl.services.batches import undo_batch
from sop_xl.services.paste import PasteRefusedError, Wish, check_paste_of, commit_paste
from sop_xl.services.undo import history, undo_last
from tests.services.company import NOW, MemoryUndo, column, tables_of, two_plants
from tests.services.pastes import BAD, ROWS, USER, commit, csv, memory_of, places

if TYPE_CHECKING:
    from pathlib import Path

KEY = "shipments", "CH-1", "East", "", "2027-01"


def actuals(workbook):
    """Return the rows of the sheet Actuals but for the batch, which is ours."""
    rows = workbook.read_cells(ACTUALS).rows
    batch = rows[0].index("Batch")
    return [row[:batch] + row[batch + 1 :] for row in rows]


def test_a_commit_gives_a_receipt_and_a_line_of_the_log(tmp_path: Path) -> None:
    workbook = two_plants()
    done = commit(workbook, tmp_path, csv(*ROWS))
    assert dict(done.check.counts) == {"rows_in": 4, "good": 4, "fixed": 0, "warn": 0, "bad": 0, "excluded": 0}
    # 1,320 + 1,080 + 2,160 + 1,600 = 6,160; 22 + 18 + 30 + 10 = 80.
    assert done.check.totals["value"]["total"] == "6160"
    assert done.check.totals["quantity"]["total"] == "80"
    assert (done.record.number, done.record.added, done.incomplete) == (2, 4, {})
    assert done.record.reason == "as told by finance"
    assert len(column(workbook, "actuals", "item")) == 293 + 4
    assert column(workbook, "runs", "steps") == ["batch 2"]
    assert column(workbook, "runs", "result") == ["january.csv: 4 new"]


def test_a_commit_taken_back_leaves_the_tables_as_before_byte_for_byte(tmp_path: Path) -> None:
    workbook = two_plants()
    commit(workbook, tmp_path, csv(*ROWS))
    before, rows = tables_of(workbook, but=frozenset({"runs", "commits", "tie_outs"})), actuals(workbook)
    changed = [row.replace("22,1320", "23,1380") for row in ROWS]
    commit(workbook, tmp_path, csv(*changed, "shipments,CH-2,East,2027-01,1,72"))
    assert actuals(workbook) != rows
    with memory_of(workbook, tmp_path) as memory:
        undo_batch(workbook, memory.ledger, user=USER)
    assert tables_of(workbook, but=frozenset({"runs", "commits", "tie_outs"})) == before
    assert column(workbook, "runs", "steps") == ["batch 2", "batch 3", "undo R0002"]


def test_the_same_content_twice_is_noticed(tmp_path: Path) -> None:
    workbook = two_plants()
    commit(workbook, tmp_path, csv(*ROWS))
    with pytest.raises(PasteRefusedError, match=r"Already committed as batch 2, 2027-01-05, by A\. Meyer"):
        commit(workbook, tmp_path, csv(*ROWS, name="copy of january.csv"))
    with pytest.raises(PasteRefusedError, match="all 3 facts are there with the same figures"):
        commit(workbook, tmp_path, csv(*ROWS[:3]))
    assert column(workbook, "runs", "steps") == ["batch 2"]


def test_what_is_missing_is_asked_for_and_nothing_is_changed(tmp_path: Path) -> None:
    workbook = two_plants()
    before = tables_of(workbook)
    with pytest.raises(PasteRefusedError, match=r"1 bad row; nothing was committed[\s\S]*row 6: .*XX-9"):
        commit(workbook, tmp_path, csv(*ROWS, BAD))
    with pytest.raises(PasteRefusedError, match=r"1 remark to look at[\s\S]*P23 Only 4 rows"):
        commit(workbook, tmp_path, csv(*ROWS), reason="")
    with pytest.raises(PasteRefusedError, match=r"blocked[\s\S]*P39:value: Paste 6,160\.00; control 6,106\.00"):
        commit(workbook, tmp_path, csv(*ROWS), control={"value": 6106})
    with pytest.raises(PasteRefusedError, match="no row that can be committed"):
        commit(workbook, tmp_path, csv(BAD), only_good=True)
    assert tables_of(workbook) == before


def test_bad_rows_are_kept_aside_and_the_month_says_it_is_incomplete(tmp_path: Path) -> None:
    workbook = two_plants()
    done = commit(workbook, tmp_path, csv(*ROWS, BAD), only_good=True)
    assert (done.record.left_out, dict(done.incomplete)) == (1, {"2027-01": 1})
    assert column(workbook, "runs", "result") == ["january.csv: 4 new; 1 row kept aside, 2027-01 is incomplete"]
    with memory_of(workbook, tmp_path) as memory:
        (row,) = quarantine.open_rows(memory.ledger)
        assert (row.batch, row.row, row.codes, row.raw) == (2, 6, ("P10",), tuple(BAD.split(",")))
        (warning,) = quarantine.incomplete_remarks(memory.ledger)
        assert warning.message == "Actuals of 2027-01 are incomplete: 1 row kept aside."
        assert b"XX-9" in memory.ledger.raw(2)


def test_the_corrected_paste_settles_what_was_kept_aside(tmp_path: Path) -> None:
    workbook = two_plants()
    commit(workbook, tmp_path, csv(*ROWS, BAD), only_good=True)
    done = commit(workbook, tmp_path, csv(*ROWS, "shipments,CH-2,East,2027-01,5,100"))
    assert (done.corrects, dict(done.incomplete)) == ((2,), {})
    assert (done.record.added, done.record.equal) == (1, 4)


def test_a_row_is_settled_by_its_key_or_by_word(tmp_path: Path) -> None:
    workbook = two_plants()
    no_number = "shipments,CH-2,East,2027-01,n/a,100"
    commit(workbook, tmp_path, csv(*ROWS, BAD, no_number), only_good=True)
    done = commit(workbook, tmp_path, csv("shipments,CH-2,East,2027-01,5,100", name="late.csv"))
    assert (done.corrects, dict(done.incomplete)) == ((), {"2027-01": 1})
    with memory_of(workbook, tmp_path) as memory:
        (row,) = quarantine.open_rows(memory.ledger)
        with pytest.raises(SopError, match="Say why"):
            quarantine.settle(memory.ledger, [row], " ", USER)
        quarantine.settle(memory.ledger, [row], "not ours", USER)
        assert quarantine.open_rows(memory.ledger) == []
        undo_batch(workbook, memory.ledger, 3, user=USER)
        # The figure is gone again, so its row waits again; what was settled by word stays so.
        assert [kept.row for kept in quarantine.open_rows(memory.ledger)] == [7]
        undo_batch(workbook, memory.ledger, 2, user=USER)
        assert quarantine.open_rows(memory.ledger) == []


def test_who_checked_before_somebody_else_committed_checks_again(tmp_path: Path, monkeypatch) -> None:
    workbook = two_plants()
    commit(workbook, tmp_path, csv(*ROWS))
    other = csv("shipments,CH-2,East,2027-01,5,100", name="late.csv")
    with memory_of(workbook, tmp_path) as memory:
        stale = memory.ledger.head()
        undo_batch(workbook, memory.ledger, user=USER)
        monkeypatch.setattr(memory.ledger, "head", lambda: stale)
        with pytest.raises(StaleVersionError, match="data changed since you checked: batch 3"):
            commit_paste(workbook, memory, other, Wish(reason="x"))


def test_undo_and_history_take_commits_from_the_log(tmp_path: Path) -> None:
    workbook, store = two_plants(), MemoryUndo()
    rows = actuals(workbook)
    commit(workbook, tmp_path, csv(*ROWS))
    assert [(entry.run, str(entry.state)) for entry in history(workbook, store)] == [("R0001", "undoable")]
    report = undo_last(workbook, store, NOW, places(tmp_path), "A. Meyer")
    assert (report.run, report.undone, report.rows) == ("R0002", "R0001", {"actuals": 293})
    assert sorted(map(str, actuals(workbook))) == sorted(map(str, rows))
    assert [str(entry.state) for entry in history(workbook, store)] == ["undone", "undo"]
    with pytest.raises(SopError, match="no run to take back"):
        undo_last(workbook, store, NOW, places(tmp_path), "A. Meyer")


def test_an_answer_is_remembered_with_the_kind_of_export(tmp_path: Path) -> None:
    workbook = two_plants()
    text = "Material;Markt;Monat;Menge\nCH-1;East;2027-01;1.234\n"
    from sop_xl.actuals.csv_text import read_text

    raw, later = (read_text(t.encode(), "sap.csv") for t in (text, text.replace("1.234", "2.345")))
    with pytest.raises(PasteRefusedError, match=r"P04:Menge: .*\[dot \| comma\]"):
        commit(workbook, tmp_path, raw)
    commit(workbook, tmp_path, raw, answers={"P04:Menge": "comma"}, name="SAP")
    with memory_of(workbook, tmp_path) as memory:
        assert profiles.named(memory.ledger, "SAP").answers == {"P04:Menge": "comma"}
        assert check_paste_of(workbook, memory.ledger, later, Wish()).facts["quantity"].tolist() == [2345.0]
        profiles.forget(memory.ledger, "SAP", USER)
        assert profiles.saved(memory.ledger) == {}
        with pytest.raises(SopError, match="no mapping profile 'SAP'"):
            profiles.named(memory.ledger, "SAP")


def test_the_batch_holds_the_receipt(tmp_path: Path) -> None:
    workbook = two_plants()
    commit(workbook, tmp_path, csv(*ROWS))
    restated = [row.replace("22,1320", "23,1385.55") for row in ROWS]
    done = commit(workbook, tmp_path, csv(*restated))
    kept = json.loads(json.dumps(done.record.totals))
    assert kept["largest_changes"][0]["difference"] == 65.55
    assert (kept["months"], kept["measures"], kept["counts"]["good"]) == (["2027-01"], ["shipments"], 4)
    assert (done.record.added, done.record.changed, done.record.equal) == (0, 1, 3)
