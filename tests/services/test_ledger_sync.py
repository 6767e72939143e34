"""Workbook and ledger find to one state, and say what they did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sop_xl.adapters.ledger.opening import create_file, open_file
from sop_xl.domain.batch import BatchKind
from sop_xl.domain.errors import InvalidInputError, WorkbookError
from sop_xl.domain.ledger_errors import PartnerError
from sop_xl.schema.inputs import ACTUALS
from sop_xl.services import projection
from sop_xl.services.partner import GUID, VERSION
from tests.ledger.cases import BOLT, GEAR, NUT, paste, plain
from tests.services.ledgers import PATH, Desk, desk

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def linked(tmp_path: Path) -> Desk:
    """A workbook with two facts, in step with its ledger."""
    made = desk(tmp_path)
    made.type((BOLT, 10.0, 100.0), (NUT, 5.0, 50.0))
    made.sync()
    return made


def test_a_new_ledger_begins_with_what_the_sheet_holds(tmp_path: Path) -> None:
    new = desk(tmp_path)
    assert new.sync().notices == []  # nothing there yet
    new.type((BOLT, 10.0, 100.0), (NUT, 5.0, None))
    told = new.sync()
    assert told.notices == ["The ledger 'plan.sopledger' begins with the 2 facts of the sheet Actuals (batch 1)."]
    assert new.ledger.batch(1).kind is BatchKind.OPENING
    assert plain(new.ledger.facts()) == {BOLT: (10.0, 100.0, "1"), NUT: (5.0, None, "1")}
    assert new.workbook.read_property(VERSION) == str(new.ledger.head())


def test_where_all_is_well_nothing_is_written(linked: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("written")

    monkeypatch.setattr(linked.workbook, "write_cells", fail)
    monkeypatch.setattr(linked.ledger, "commit", fail)
    assert linked.sync().notices == []


def test_what_is_typed_into_the_sheet_becomes_a_batch(linked: Desk) -> None:
    linked.type((BOLT, 11.0, 100.0), (GEAR, 1.0, 1.0))
    assert linked.sync().notices == ["Typed into Actuals: 1 new, 1 changed, 1 removed. Committed as batch 2."]
    assert linked.ledger.batch(2).kind is BatchKind.TYPED
    assert plain(linked.ledger.facts()) == {BOLT: (11.0, 100.0, "2"), GEAR: (1.0, 1.0, "2")}
    assert linked.sync().notices == []


def test_a_crash_between_ledger_and_sheet_is_repaired_and_told(linked: Desk) -> None:
    linked.ledger.commit(paste((BOLT, 12.0, 120.0)))
    told = linked.sync()
    assert told.notices == [
        "plan.xlsm showed batch 1; the ledger goes to batch 2, 2026-11-04, by A. Meyer (october.csv). "
        "The sheet Actuals shows batch 2 now."
    ]
    assert linked.sheet == {BOLT: (12.0, 120.0), NUT: (5.0, 50.0)}
    assert linked.sync().notices == []


def test_what_was_typed_on_an_older_version_is_kept_where_nobody_touched_it(linked: Desk) -> None:
    linked.ledger.commit(paste((BOLT, 12.0, 120.0)))
    linked.type((BOLT, 99.0, 100.0), (NUT, 6.0, 50.0))
    told = linked.sync()
    # NUT was touched by nobody else: it becomes batch 3. BOLT was changed by batch 2, which stands.
    assert linked.sheet == {BOLT: (12.0, 120.0), NUT: (6.0, 50.0)}
    assert "1 key(s) were typed into Actuals on an older version and changed by later batches" in told.notices[1]
    assert "Typed into Actuals: 0 new, 1 changed, 0 removed. Committed as batch 3." in told.notices
    kept = linked.ledger.changes()
    assert kept[kept["field"].eq("quantity")]["after"].tolist() == [99.0]
    assert "later batch stands" in kept["reason"].iloc[0]


def test_a_missing_ledger_is_rebuilt_from_the_workbook(linked: Desk, tmp_path: Path) -> None:
    linked.ledger.commit(paste((GEAR, 1.0, 1.0)))
    linked.sync()
    lost = Desk(linked.workbook, create_file(tmp_path / "new.sopledger", "guid-1", PATH))
    told = lost.sync()
    assert told.notices == [
        "The ledger of plan.xlsm was not found. A new one, 'new.sopledger', was made from the 3 rows of the sheet "
        "Actuals; pastes and history of batches 1 to 2 are missing from it."
    ]
    assert lost.ledger.batch(1).kind is BatchKind.RECOVERED
    assert plain(lost.ledger.facts()).keys() == {BOLT, NUT, GEAR}
    assert lost.sync().notices == []


def test_a_workbook_that_is_ahead_of_an_older_ledger_keeps_its_figures(linked: Desk, tmp_path: Path) -> None:
    old = (tmp_path / "plan.sopledger").read_bytes()
    linked.ledger.commit(paste((BOLT, 12.0, 120.0)))
    linked.sync()
    (tmp_path / "plan.sopledger").write_bytes(old)
    linked.ledger, _ = open_file(tmp_path / "plan.sopledger")
    told = linked.sync()
    assert "shows batch 2, but the ledger 'plan.sopledger' ends with batch 1: it is an older one" in told.notices[0]
    assert "history of batches 2 to 2 are missing" in told.notices[0]
    assert linked.ledger.batch(2).kind is BatchKind.RECOVERED
    assert plain(linked.ledger.facts()) == {BOLT: (12.0, 120.0, "2"), NUT: (5.0, 50.0, "1")}
    assert linked.sync().notices == []


def diverged(linked: Desk, folder: Path) -> None:
    """Let the workbook follow one batch 2, and the ledger hold another."""
    old = (folder / "plan.sopledger").read_bytes()
    linked.ledger.commit(paste((BOLT, 12.0, 120.0)))
    linked.sync()
    (folder / "plan.sopledger").write_bytes(old)
    linked.ledger, _ = open_file(folder / "plan.sopledger")
    linked.ledger.commit(paste((BOLT, 13.0, 130.0)))


@pytest.mark.parametrize(("choice", "quantity"), [("workbook", 12.0), ("ledger", 13.0)])
def test_two_that_went_on_apart_are_a_question(linked: Desk, tmp_path: Path, choice: str, quantity: float) -> None:
    diverged(linked, tmp_path)
    with pytest.raises(PartnerError, match="went on apart: both have a batch 2, and they are not the same"):
        linked.sync()
    assert linked.sheet[BOLT] == (12.0, 120.0)
    linked.sync(choice=choice)  # type: ignore[arg-type]
    assert linked.sheet[BOLT][0] == quantity
    assert plain(linked.ledger.facts())[BOLT][0] == quantity
    assert linked.sync().notices == []


def test_a_renamed_workbook_is_recognised(linked: Desk) -> None:
    linked.path = "C:/plans/plan 2026.xlsm"
    told = linked.sync()
    assert told.notices == ["plan.xlsm was C:/plans/plan.xlsm before; the ledger 'plan.sopledger' goes with it."]
    assert linked.ledger.workbooks == ("C:/plans/plan 2026.xlsm",)
    assert linked.sync().notices == []


def test_a_copied_workbook_is_a_question(linked: Desk) -> None:
    linked.path = "C:/plans/copy.xlsm"
    there = {PATH: "guid-1"}
    with pytest.raises(PartnerError, match=r"is a copy of C:/plans/plan\.xlsm.*'fork' gives .* 'attach' lets both"):
        linked.sync(others=there)
    told = linked.sync(others=there, choice="attach")
    assert told.notices == ["plan.xlsm works on the ledger 'plan.sopledger' too."]
    assert linked.sync(others=there).notices == []
    assert linked.ledger.workbooks == (PATH, "C:/plans/copy.xlsm")


def test_another_workbooks_ledger_is_refused_whatever_the_choice(linked: Desk) -> None:
    linked.workbook.write_property(GUID, "guid-9")
    linked.workbook.commit()
    with pytest.raises(PartnerError, match=r"belongs to another workbook \(C:/plans/plan.xlsm\). Nothing was changed"):
        linked.sync()
    with pytest.raises(PartnerError, match="belongs to another workbook"):
        linked.sync(choice="ledger")


def test_a_workbook_that_lost_its_version_is_compared_by_its_figures(linked: Desk) -> None:
    linked.workbook.write_property(VERSION, "")
    linked.workbook.commit()
    linked.type((BOLT, 10.0, 100.0), (NUT, 7.0, 50.0))
    assert linked.sync().notices == ["Typed into Actuals: 0 new, 1 changed, 0 removed. Committed as batch 2."]
    assert linked.workbook.read_property(VERSION) == str(linked.ledger.head())


def test_a_sheet_with_faults_is_not_filled_anew(linked: Desk) -> None:
    linked.ledger.commit(paste((BOLT, 12.0, 120.0)))
    rows = linked.workbook.read_cells(ACTUALS).rows
    rows[1][ACTUALS.fields.index("quantity")] = "many"
    linked.workbook.put(ACTUALS, rows)
    with pytest.raises(InvalidInputError, match="many"):
        linked.sync()
    assert linked.workbook.read_cells(ACTUALS).rows == rows
    assert linked.ledger.head().batch == 2


def test_a_workbook_that_cannot_be_written_is_filled_at_the_next_start(
    linked: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked.ledger.commit(paste((BOLT, 12.0, 120.0)))

    def locked(*_: object) -> None:
        raise WorkbookError("plan.xlsm is open in Excel. Close it and try again.")

    monkeypatch.setattr(linked.workbook, "commit", locked)
    told = linked.sync()
    assert "could not be filled: plan.xlsm is open in Excel" in told.notices[-1]
    monkeypatch.undo()
    linked.sync()
    assert linked.sheet[BOLT] == (12.0, 120.0)


def test_a_ledger_that_is_read_only_is_told_and_left_alone(linked: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    linked.type((BOLT, 11.0, 100.0), (NUT, 5.0, 50.0))
    monkeypatch.setattr(linked.ledger.store, "read_only", "It can be read, not written: update sop_xl.")
    assert linked.sync().notices == [
        "It can be read, not written: update sop_xl.",
        "1 figure(s) typed into Actuals are not in the ledger yet.",
    ]
    assert linked.sheet[BOLT] == (11.0, 100.0)


def test_a_users_cell_whose_row_goes_is_kept(linked: Desk) -> None:
    rows = linked.workbook.read_cells(ACTUALS).rows
    noted = [[*rows[0], "My note"], *([*row, f"note {n}"] for n, row in enumerate(rows[1:]))]
    linked.workbook.put(ACTUALS, noted)
    linked.ledger.undo(1, who="B. Ito", at=linked.ledger.batch(1).at)
    told = linked.sync()
    assert "2 cell(s) of yours lost their row in Actuals; the ledger's changes keep them." in told.notices
    assert sorted(linked.ledger.changes()["before"]) == ["note 0", "note 1"]


def test_the_oldest_months_stay_in_the_ledger_where_the_sheet_is_full(
    linked: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection, "SHEET_ROWS", 3)
    old = BOLT._replace(period="2026-08")
    older = [(NUT._replace(period="2026-08"), 1.0, 1.0), (old, 1.0, 1.0), (BOLT._replace(period="2026-09"), 1.0, 1.0)]
    linked.ledger.commit(paste(*older))
    told = linked.sync()
    # October has 2 rows, September 1: together 3. August does not fit any more.
    assert {key.period for key in linked.sheet} == {"2026-09", "2026-10"}
    assert "2 facts of the oldest months have no room on the sheet" in told.notices[-1]
    assert linked.sync().notices == []
    assert len(linked.ledger.facts()) == 5
