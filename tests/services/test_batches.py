"""Commit, undo and redo: the ledger first, then the sheet; what a receipt shows before."""

from __future__ import annotations

import copy
import datetime as dt
import io
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import xlsxwriter

from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.adapters.ledger.opening import create_file, open_file
from sop_xl.domain.errors import WorkbookError
from sop_xl.domain.ledger_errors import AlreadyCommittedError, ClashError, LedgerError, StaleVersionError
from sop_xl.schema.inputs import ACTUALS
from sop_xl.schema.results import ISSUES
from sop_xl.services.batches import commit_batch, last_standing, preview, redo_batch, undo_batch
from sop_xl.services.ledger_sync import synchronise
from sop_xl.services.partner import GUID
from sop_xl.services.projection import typed_facts
from sop_xl.template.package import stamp_guid
from tests.ledger.cases import BOLT, GEAR, NUT, facts, paste, plain
from tests.services.ledgers import USER, Desk, desk

ROOT = Path(__file__).parent.parent.parent


def small_book() -> bytes:
    """Return a workbook file that holds the tables of actuals and issues and nothing else."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for table in (ACTUALS, ISSUES):
            sheet = book.add_worksheet(table.sheet)
            columns = [{"header": header} for header in table.headers]
            sheet.add_table(0, 0, 1, len(columns) - 1, {"name": table.excel_name, "columns": columns})
    return out.getvalue()


@pytest.fixture
def linked(tmp_path: Path) -> Desk:
    """A workbook with two facts, in step with its ledger."""
    made = desk(tmp_path)
    made.type((BOLT, 10.0, 100.0), (NUT, 5.0, 50.0))
    made.sync()
    return made


def test_the_receipt_counts_and_names_the_largest_changes(linked: Desk) -> None:
    new = facts((BOLT, 12.0, 75.5), (NUT, 5.0, 50.0), (GEAR, 1.0, 1.0))
    found = preview(linked.ledger, new)
    assert (found.added, found.changed, found.equal) == (1, 1, 1)
    # 75.50 - 100.00 = -24.50; new keys are no change.
    assert found.net == -24.5
    row = found.largest.iloc[0]
    assert (row["item"], row["quantity_old"], row["quantity"], row["difference"]) == ("00123", 10.0, 12.0, -24.5)
    assert linked.ledger.head().batch == 1


def test_the_largest_changes_come_first_and_are_ten(linked: Desk) -> None:
    keys = [BOLT._replace(item=f"I{number:02d}") for number in range(12)]
    commit_batch(linked.workbook, linked.ledger, paste(*((key, 1.0, 0.0) for key in keys)))
    steps = [3.0, -12.0, 5.0, 1.0, 2.0, 4.0, 6.0, 7.0, 8.0, 9.0, 10.0, -11.0]
    found = preview(linked.ledger, facts(*((key, 1.0, step) for key, step in zip(keys, steps, strict=True))))
    assert found.largest["difference"].tolist() == [-12.0, -11.0, 10.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0]
    assert found.net == sum(steps)


def test_a_commit_shows_on_the_sheet(linked: Desk) -> None:
    checked = linked.ledger.head()
    done = commit_batch(linked.workbook, linked.ledger, paste((BOLT, 12.0, 120.0), (GEAR, 1.0, 1.0)), expected=checked)
    assert (done.record.number, done.record.added, done.record.changed, done.notices) == (2, 1, 1, [])
    assert linked.sheet == {BOLT: (12.0, 120.0), NUT: (5.0, 50.0), GEAR: (1.0, 1.0)}
    assert plain(typed_facts(linked.workbook))[BOLT][2] == "2"
    assert linked.sync().notices == []


def test_undo_and_redo_show_on_the_sheet(linked: Desk) -> None:
    before = linked.sheet
    commit_batch(linked.workbook, linked.ledger, paste((BOLT, 12.0, 120.0), (GEAR, 1.0, 1.0)))
    after = linked.sheet
    assert undo_batch(linked.workbook, linked.ledger, user=USER).record.reverses == 2
    assert linked.sheet == before
    assert redo_batch(linked.workbook, linked.ledger, user=USER).record.reverses == 3
    assert linked.sheet == after
    with pytest.raises(LedgerError, match="nothing to redo"):
        redo_batch(linked.workbook, linked.ledger, user=USER)
    undo_batch(linked.workbook, linked.ledger, user=USER)
    assert linked.sheet == before
    # The opening batch only filled the ledger: it is taken back where it is named, never by itself.
    with pytest.raises(LedgerError, match="no batch to take back"):
        last_standing(linked.ledger.batches())
    undo_batch(linked.workbook, linked.ledger, 1, user=USER)
    assert linked.sheet == {}


def test_an_earlier_batch_is_taken_back_key_by_key(linked: Desk) -> None:
    commit_batch(linked.workbook, linked.ledger, paste((BOLT, 12.0, 120.0), (NUT, 6.0, 60.0)))
    with pytest.raises(ClashError) as caught:
        undo_batch(linked.workbook, linked.ledger, 1, user=USER)
    assert {clash.key for clash in caught.value.clashes} == {BOLT, NUT}
    undo_batch(linked.workbook, linked.ledger, 1, user=USER, choices={BOLT: False, NUT: True})
    assert linked.sheet == {BOLT: (12.0, 120.0)}


def test_what_was_typed_meanwhile_goes_into_the_ledger_first(linked: Desk) -> None:
    checked = linked.ledger.head()
    linked.type((BOLT, 10.0, 100.0), (NUT, 7.0, 50.0))
    done = commit_batch(linked.workbook, linked.ledger, paste((BOLT, 12.0, 120.0)), expected=checked)
    assert done.record.number == 3
    assert done.notices == ["Typed into Actuals: 0 new, 1 changed, 0 removed. Committed as batch 2."]
    assert linked.sheet == {BOLT: (12.0, 120.0), NUT: (7.0, 50.0)}


def test_the_second_of_two_writers_checks_again(linked: Desk) -> None:
    checked = linked.ledger.head()
    other = Desk(copy.deepcopy(linked.workbook), linked.ledger)
    commit_batch(other.workbook, other.ledger, paste((BOLT, 12.0, 120.0), who="B. Ito"), expected=checked)
    linked.type((BOLT, 10.0, 100.0), (NUT, 7.0, 50.0))
    with pytest.raises(StaleVersionError, match=r"data changed since you checked: batch 2, .* by B\. Ito"):
        commit_batch(linked.workbook, linked.ledger, paste((GEAR, 1.0, 1.0)), expected=checked)
    assert linked.sheet[NUT] == (7.0, 50.0)  # nothing was done, what was typed is there
    assert linked.ledger.head().batch == 2


def test_the_same_paste_again_changes_nothing(linked: Desk) -> None:
    batch = paste((BOLT, 12.0, 120.0), raw=b"paste")
    commit_batch(linked.workbook, linked.ledger, batch)
    before = linked.sheet
    with pytest.raises(AlreadyCommittedError, match="batch 2"):
        commit_batch(linked.workbook, linked.ledger, batch)
    assert (linked.sheet, linked.ledger.head().batch) == (before, 2)


def test_a_workbook_that_is_open_elsewhere_does_not_undo_the_commit(
    linked: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise WorkbookError("plan.xlsm is open in Excel. Close it and try again.")

    monkeypatch.setattr(linked.workbook, "commit", locked)
    done = commit_batch(linked.workbook, linked.ledger, paste((BOLT, 12.0, 120.0)))
    assert "The ledger holds batch 2, but the sheet Actuals could not be filled: plan.xlsm is open" in done.notices[0]
    monkeypatch.undo()
    assert "plan.xlsm showed batch 1" in linked.sync().notices[0]
    assert linked.sheet[BOLT] == (12.0, 120.0)


KILL = """
    import os, sys
    from pathlib import Path
    from sop_xl.adapters.file_workbook import FileWorkbook
    from sop_xl.adapters.ledger.opening import open_file
    from sop_xl.services.batches import commit_batch
    from tests.ledger.cases import BOLT, paste

    folder, where = Path(sys.argv[1]), sys.argv[2]

    def stop(step):
        if step == where:
            os.kill(os.getpid(), 9)

    workbook = FileWorkbook(folder / "plan.xlsm")
    ledger, _ = open_file(folder / "plan.sopledger", step=stop)
    if where == "sheet":
        workbook.commit = lambda: stop("sheet")
    commit_batch(workbook, ledger, paste((BOLT, 12.0, 120.0)))
"""


def start(folder: Path) -> tuple[FileWorkbook, list[str]]:
    """Open workbook and ledger as every start does; return the workbook and what was said."""
    path = folder / "plan.xlsm"
    workbook = FileWorkbook(path)
    ledger, notices = open_file(folder / "plan.sopledger")
    told = synchronise(workbook, ledger, path=str(path), guid_at=lambda _: "", user=USER)
    return workbook, [*notices, *told.notices]


@pytest.mark.parametrize("where", ["commit", "committed", "backup replace", "sheet"])
def test_a_commit_into_a_file_killed_on_the_way_is_whole_at_the_next_start(tmp_path: Path, where: str) -> None:
    path = tmp_path / "plan.xlsm"
    workbook = FileWorkbook.create(path, stamp_guid(small_book(), "guid-1"))
    assert workbook.read_property(GUID) == "guid-1"
    ledger = create_file(tmp_path / "plan.sopledger", "guid-1", str(path))
    commit_batch(workbook, ledger, paste((BOLT, 10.0, 100.0), (NUT, 5.0, 50.0), at=dt.datetime(2026, 10, 4)))
    command = [sys.executable, "-c", textwrap.dedent(KILL), str(tmp_path), where]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == -9, done.stderr
    after, told = start(tmp_path)
    is_new = where != "commit"
    expected = {BOLT: (12.0, 120.0, "2") if is_new else (10.0, 100.0, "1"), NUT: (5.0, 50.0, "1")}
    assert plain(typed_facts(after)) == expected
    assert [line.split(";")[0] for line in told] == (["plan.xlsm showed batch 1"] if is_new else [])
    assert start(tmp_path)[1] == []
