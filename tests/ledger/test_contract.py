"""What a ledger does, the same in SQLite and in PostgreSQL."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from sqlalchemy import inspect

from sop_xl.adapters.ledger.digest import sha256
from sop_xl.adapters.ledger.migrations import GUARDED
from sop_xl.adapters.ledger.tables import METADATA
from sop_xl.domain.batch import BatchState, DataVersion, FactKey
from sop_xl.domain.change import Change
from sop_xl.domain.issue import Issue, Severity
from sop_xl.domain.ledger_errors import (
    AlreadyCommittedError,
    ClashError,
    LedgerDamagedError,
    LedgerError,
    StaleVersionError,
)
from sop_xl.domain.ledger_log import KeptKind, KeptTable, LoggedChange, LoggedRun
from sop_xl.schema.frames import conform
from sop_xl.schema.inputs import ACTUALS
from tests.ledger.cases import BOLT, GEAR, LATER, NOW, NUT, OCTOBER, forecast, paste, plain, removal

if TYPE_CHECKING:
    from sop_xl.adapters.ledger.ledger import SqlLedger


def undo(ledger: SqlLedger, number: int, **choices: object) -> int:
    return ledger.undo(number, who="A. Meyer", at=LATER, **choices).number  # type: ignore[arg-type]


def states(ledger: SqlLedger) -> list[str]:
    return [record.state.value for record in ledger.batches()]


def test_an_empty_ledger_is_version_nought(ledger: SqlLedger) -> None:
    assert ledger.head() == DataVersion()
    assert ledger.batches() == []
    assert ledger.facts().equals(conform(ACTUALS, ledger.facts()))
    assert len(ledger.facts()) == 0


def test_a_batch_comes_back_as_it_went_in(ledger: SqlLedger) -> None:
    issue = Issue(Severity.WARN, "P16", "Paste", "C4", "1 empty amount. Empty is 'no data', not 0.", "Tick it.")
    raw = "Item;Qty\n00123;1.234,50\n".encode("utf-16")
    batch = paste((BOLT, 1234.5, 99.99), (NUT, 0.0, None), (GEAR, None, -0.01), raw=raw, left_out=2, issues=[issue])
    record = ledger.commit(replace(batch, totals={"rows_in": 5, "value": {"USD": "99.98"}}, reason="month end"))
    assert plain(ledger.facts()) == {BOLT: (1234.5, 99.99, "1"), NUT: (0.0, None, "1"), GEAR: (None, -0.01, "1")}
    assert (record.added, record.changed, record.removed, record.equal, record.left_out) == (3, 0, 0, 0, 2)
    assert (record.who, record.at, record.reason, record.source) == ("A. Meyer", NOW, "month end", "october.csv")
    assert record.totals == {"rows_in": 5, "value": {"USD": "99.98"}}
    assert str(record) == "batch 1, 2026-11-04, by A. Meyer"
    assert ledger.raw(1) == raw
    assert ledger.issues(1) == [issue]
    assert ledger.batches() == [record]
    assert ledger.head() == record.version
    ledger.verify()


def test_a_restatement_supersedes_and_the_old_figure_is_remembered(ledger: SqlLedger) -> None:
    ledger.commit(paste((BOLT, 10.0, 100.0), (NUT, 5.0, 50.0)))
    second = ledger.commit(paste((BOLT, 12.0, 120.0), (NUT, 5.0, 50.0), (GEAR, 7.0, None), at=LATER))
    # BOLT changed, NUT said the same, GEAR is new.
    assert (second.added, second.changed, second.equal) == (1, 1, 1)
    assert plain(ledger.facts())[NUT] == (5.0, 50.0, "1")
    # What did we know after batch 1, after none, after both?
    assert plain(ledger.facts(as_of=1)) == {BOLT: (10.0, 100.0, "1"), NUT: (5.0, 50.0, "1")}
    assert len(ledger.facts(as_of=0)) == 0
    assert ledger.facts(as_of=2).equals(ledger.facts())
    history = ledger.history(BOLT)
    assert history["quantity"].tolist() == [10.0, 12.0]
    assert history["batch"].tolist() == [1, 2]
    assert history["at"].tolist() == [pd.Timestamp(NOW), pd.Timestamp(LATER)]


def test_order_is_by_sequence_where_the_clock_went_back(ledger: SqlLedger) -> None:
    ledger.commit(paste((BOLT, 1.0, 1.0), at=LATER))
    ledger.commit(paste((BOLT, 2.0, 2.0), at=NOW))
    assert plain(ledger.facts())[BOLT] == (2.0, 2.0, "2")
    assert ledger.history(BOLT)["quantity"].tolist() == [1.0, 2.0]


def test_months_can_be_asked_for_alone(ledger: SqlLedger) -> None:
    september = BOLT._replace(period="2026-09")
    ledger.commit(paste((BOLT, 1.0, 1.0), (september, 2.0, 2.0)))
    assert plain(ledger.facts(periods=[OCTOBER])) == {BOLT: (1.0, 1.0, "1")}
    assert len(ledger.facts(periods=["2026-09", OCTOBER])) == 2


def test_undo_brings_back_what_stood_and_redo_what_was_undone(ledger: SqlLedger) -> None:
    ledger.commit(paste((BOLT, 10.0, 100.0)))
    before = ledger.facts()
    ledger.commit(paste((BOLT, 12.0, 120.0), (NUT, 5.0, 50.0)))
    after = ledger.facts()
    assert undo(ledger, 2) == 3
    assert ledger.facts().equals(before)
    assert states(ledger) == ["committed", "reversed", "committed"]
    assert undo(ledger, 3) == 4
    assert ledger.facts().equals(after)
    assert states(ledger) == ["committed", "committed", "reversed", "committed"]
    undo(ledger, 2)
    assert ledger.facts().equals(before)
    assert ledger.history(NUT)["gone"].tolist() == [False, True, False, True]
    ledger.verify()


def test_restated_twice_and_undone_once(ledger: SqlLedger) -> None:
    for quantity in (1.0, 2.0, 3.0):
        ledger.commit(paste((BOLT, quantity, 10 * quantity)))
    undo(ledger, 3)
    assert plain(ledger.facts()) == {BOLT: (2.0, 20.0, "2")}
    undo(ledger, 2)
    assert plain(ledger.facts()) == {BOLT: (1.0, 10.0, "1")}
    undo(ledger, 1)
    assert len(ledger.facts()) == 0


def test_undo_of_a_batch_whose_keys_nobody_touched_since(ledger: SqlLedger) -> None:
    ledger.commit(paste((BOLT, 10.0, 100.0)))
    ledger.commit(paste((NUT, 5.0, 50.0)))
    undo(ledger, 1)
    assert plain(ledger.facts()) == {NUT: (5.0, 50.0, "2")}


def test_undo_lists_the_keys_that_later_batches_touched(ledger: SqlLedger) -> None:
    ledger.commit(paste((BOLT, 10.0, 100.0), (NUT, 5.0, 50.0), (GEAR, 1.0, 1.0)))
    ledger.commit(paste((BOLT, 12.0, 120.0), (NUT, 6.0, 60.0)))
    before = ledger.facts()
    with pytest.raises(ClashError, match=r"changed 2 keys of it") as caught:
        undo(ledger, 1)
    assert [(clash.key, clash.later) for clash in caught.value.clashes] == [(BOLT, 2), (NUT, 2)]
    assert "shipments | 00123 | US |  | 2026-10: batch 2 says 12 / 120.00; before it was blank" in str(caught.value)
    assert ledger.facts().equals(before)
    with pytest.raises(ClashError, match="changed 1 key of it"):
        undo(ledger, 1, choices={BOLT: True})
    # BOLT is taken back although batch 2 changed it; NUT stays as batch 2 said.
    undo(ledger, 1, choices={BOLT: True, NUT: False})
    assert plain(ledger.facts()) == {NUT: (6.0, 60.0, "2")}
    assert states(ledger) == ["partly reversed", "committed", "committed"]
    assert ledger.history(BOLT)["gone"].tolist() == [False, False, True]


def test_a_later_batch_that_was_undone_is_no_clash(ledger: SqlLedger) -> None:
    ledger.commit(paste((BOLT, 10.0, 100.0)))
    ledger.commit(paste((BOLT, 12.0, 120.0)))
    undo(ledger, 2)
    undo(ledger, 1)
    assert len(ledger.facts()) == 0


def test_what_is_taken_back_cannot_be_taken_back_again(ledger: SqlLedger) -> None:
    ledger.commit(paste((BOLT, 10.0, 100.0)))
    undo(ledger, 1)
    with pytest.raises(LedgerError, match="taken back already"):
        undo(ledger, 1)
    with pytest.raises(LedgerError, match="no batch 9"):
        undo(ledger, 9)
    assert len(ledger.batches()) == 2


def test_a_key_can_be_emptied_and_that_can_be_undone(ledger: SqlLedger) -> None:
    ledger.commit(paste((BOLT, 10.0, 100.0), (NUT, 5.0, 50.0)))
    before = ledger.facts()
    record = ledger.commit(removal(BOLT, GEAR))
    assert (record.removed, record.equal) == (1, 1)  # GEAR held nothing anyway
    assert plain(ledger.facts()) == {NUT: (5.0, 50.0, "1")}
    undo(ledger, 2)
    assert ledger.facts().equals(before)


def test_the_same_content_twice_is_noticed(ledger: SqlLedger) -> None:
    ledger.commit(paste((BOLT, 10.0, 100.0), raw=b"a paste"))
    with pytest.raises(AlreadyCommittedError, match=r"Already committed as batch 1, 2026-11-04, by A\. Meyer"):
        ledger.commit(paste((BOLT, 10.0, 100.0), raw=b"a paste", who="B. Ito"))
    assert len(ledger.batches()) == 1
    undo(ledger, 1)
    assert ledger.commit(paste((BOLT, 10.0, 100.0), raw=b"a paste")).added == 1


def test_rows_that_had_stayed_in_quarantine_may_follow(ledger: SqlLedger) -> None:
    content = sha256(b"the paste")
    ledger.commit(paste((BOLT, 10.0, 100.0), content=content, left_out=1))
    second = ledger.commit(paste((BOLT, 10.0, 100.0), (NUT, 5.0, 50.0), content=content))
    assert (second.added, second.equal) == (1, 1)
    with pytest.raises(AlreadyCommittedError, match="batch 2"):
        ledger.commit(paste((BOLT, 10.0, 100.0), (NUT, 5.0, 50.0), content=content))


def test_who_checked_against_an_older_state_must_check_again(ledger: SqlLedger) -> None:
    checked = ledger.head()
    ledger.commit(paste((BOLT, 10.0, 100.0)), expected=checked)
    with pytest.raises(StaleVersionError, match=r"data changed since you checked: batch 1, 2026-11-04, by A. Meyer"):
        ledger.commit(paste((NUT, 5.0, 50.0)), expected=checked)
    with pytest.raises(StaleVersionError):
        undo(ledger, 1, expected=checked)
    shown = DataVersion.read(str(ledger.head()))  # as a workbook carries it
    ledger.commit(paste((NUT, 5.0, 50.0)), expected=shown)
    other = DataVersion(2, "f" * 64)
    with pytest.raises(StaleVersionError, match="no longer ends with batch 2"):
        ledger.commit(paste((GEAR, 5.0, 50.0)), expected=other)


def test_of_two_writers_at_once_one_wins(ledger: SqlLedger) -> None:
    checked, outcomes, start = ledger.head(), [], threading.Barrier(2)

    def write(key: FactKey) -> None:
        start.wait()
        try:
            outcomes.append(ledger.commit(paste((key, 1.0, 1.0), source=key.item), expected=checked).number)
        except StaleVersionError as fault:
            outcomes.append(str(fault))

    threads = [threading.Thread(target=write, args=(key,)) for key in (BOLT, NUT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won, lost = sorted(outcomes, key=str)
    assert won == 1
    assert "The data changed since you checked: batch 1" in str(lost)
    assert len(ledger.facts()) == 1
    ledger.verify()


def test_a_wrong_batch_changes_nothing(ledger: SqlLedger) -> None:
    with pytest.raises(LedgerError, match="names 1 keys twice"):
        ledger.commit(paste((BOLT, 1.0, 1.0), (BOLT, 2.0, 2.0)))
    with pytest.raises(LedgerError, match="without measure, item or month"):
        ledger.commit(paste((BOLT._replace(item=""), 1.0, 1.0)))
    assert ledger.head() == DataVersion()


@pytest.mark.parametrize(
    "item", ["00123", "1E5", "TRUE", "NA", "nan", "null", "-", "=A1", "'x'; --", "Ä ß 漢 📈", "a\\b\tc"]
)
def test_codes_stay_text(ledger: SqlLedger, item: str) -> None:
    key = BOLT._replace(item=item)
    ledger.commit(paste((key, 1.0, 1.0)))
    assert plain(ledger.facts()) == {key: (1.0, 1.0, "1")}
    assert len(ledger.history(key)) == 1
    ledger.verify()


@pytest.mark.parametrize("value", [0.01, -0.01, 1204118.37, 90071992547409.91, 0.0, None])
def test_money_comes_back_to_the_cent(ledger: SqlLedger, value: float | None) -> None:
    ledger.commit(paste((BOLT, 1 / 3, value)))
    # Quantities are kept to six digits, money to two, as everywhere.
    assert plain(ledger.facts()) == {BOLT: (0.333333, value, "1")}


def test_the_database_refuses_to_change_what_was_recorded(ledger: SqlLedger) -> None:
    ledger.commit(paste((BOLT, 10.0, 100.0), raw=b"raw"))
    for table in ("facts", "batches", "batch_raw", "fact_keys"):
        assert table in GUARDED
        with pytest.raises(LedgerError, match="nothing in it is changed or deleted"), ledger.store.writing() as conn:
            conn.exec_driver_sql(f"DELETE FROM {table}")
    with pytest.raises(LedgerError, match="nothing in it is changed"), ledger.store.writing() as conn:
        conn.exec_driver_sql("UPDATE facts SET value = 1")
    assert plain(ledger.facts()) == {BOLT: (10.0, 100.0, "1")}


def test_what_is_changed_behind_the_ledgers_back_is_found(ledger: SqlLedger) -> None:
    ledger.commit(paste((BOLT, 10.0, 100.0)))
    ledger.commit(paste((NUT, 1.0, 1.0)))
    on = " ON facts" if ledger.store.place.startswith("'postgres") else ""
    with ledger.store.writing() as conn:
        conn.exec_driver_sql(f"DROP TRIGGER facts_no_update{on}")
        conn.exec_driver_sql("UPDATE facts SET value = 100.01 WHERE batch = 1")
    with pytest.raises(LedgerDamagedError, match="batch 1 is not what was committed"):
        ledger.verify()


def test_the_tables_are_those_that_queries_expect(ledger: SqlLedger) -> None:
    with ledger.store.reading() as conn:
        found = inspect(conn)
        for table in METADATA.sorted_tables:
            columns = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
            declared = {column.name: column.nullable for column in table.columns}
            assert list(columns) == list(declared)
            keys = found.get_pk_constraint(table.name)["constrained_columns"]
            assert keys == [column.name for column in table.primary_key.columns]
            nullable = {name for name in columns if columns[name] and name not in keys}
            assert nullable == {name for name in declared if declared[name] and name not in keys}


def kept(kind: KeptKind, frame: pd.DataFrame, *, cycle: str = "2026-11", reason: str = "") -> KeptTable:
    return KeptTable(kind, cycle, "forecast", frame, "R0001", NOW, "A. Meyer", reason)


def test_runs_and_changes_are_logged_together(ledger: SqlLedger) -> None:
    run = LoggedRun("R0001", NOW, "A. Meyer", "forecast, supply", "2026-11", "0.1", "abcd", 1.5, "done")
    cells = [Change("overrides", "00123 | US", "quantity", None, 5.0), Change("items", "00123", "family", "A", "B")]
    ledger.log(run=run, changes=[LoggedChange(cell, "R0001", NOW, "A. Meyer", "typed", "user") for cell in cells])
    ledger.log(run=replace(run, run="R0002"))
    assert ledger.runs()["run"].tolist() == ["R0001", "R0002"]
    assert ledger.runs()["seconds"].tolist() == [1.5, 1.5]
    changes = ledger.changes()
    assert changes[["before", "after"]].values.tolist() == [[None, 5.0], ["A", "B"]]
    assert changes["table_name"].tolist() == ["overrides", "items"]


def test_a_frozen_cycle_stays_and_a_second_version_needs_a_reason(ledger: SqlLedger) -> None:
    ledger.log(tables=[kept(KeptKind.SNAPSHOT, forecast(1.0))])
    ledger.log(tables=[kept(KeptKind.SNAPSHOT, forecast(1.0))])  # the same again: nothing to keep
    with pytest.raises(LedgerError, match=r"frozen on 2026-11-04 by A. Meyer with other figures"):
        ledger.log(tables=[kept(KeptKind.SNAPSHOT, forecast(2.0))])
    frozen = ledger.kept(KeptKind.SNAPSHOT, "2026-11", "forecast")
    assert frozen is not None
    assert frozen.equals(forecast(1.0))
    ledger.log(tables=[kept(KeptKind.SNAPSHOT, forecast(2.0), reason="reopened for the late invoice")])
    again = ledger.kept(KeptKind.SNAPSHOT, "2026-11", "forecast")
    assert again is not None
    assert again.equals(forecast(2.0))
    ledger.verify()


def test_forecasts_are_archived_by_cycle(ledger: SqlLedger) -> None:
    for cycle, quantity in (("2026-11", 1.0), ("2026-12", 3.0), ("2026-11", 2.0)):
        ledger.log(tables=[kept(KeptKind.FORECAST, forecast(quantity), cycle=cycle)])
    assert ledger.kept_cycles(KeptKind.FORECAST, "forecast") == ["2026-11", "2026-12"]
    newest = ledger.kept(KeptKind.FORECAST, "2026-11", "forecast")
    assert newest is not None
    assert newest.equals(forecast(2.0))
    assert ledger.kept(KeptKind.SNAPSHOT, "2026-11", "forecast") is None


def test_it_knows_its_workbooks(ledger: SqlLedger, guid: str) -> None:
    assert ledger.guid == guid
    first = ledger.workbooks[0]
    ledger.attach("copy.xlsm")
    ledger.attach("copy.xlsm")
    assert ledger.workbooks == (first, "copy.xlsm")
    ledger.attach("elsewhere/plan.xlsm", instead_of=first)
    assert ledger.workbooks == ("copy.xlsm", "elsewhere/plan.xlsm")


def test_a_batch_of_nothing_is_a_batch(ledger: SqlLedger) -> None:
    ledger.commit(paste((BOLT, 1.0, 1.0)))
    record = ledger.commit(paste((BOLT, 1.0, 1.0), source="again.csv", raw=b"another file"))
    assert (record.number, record.equal, record.state) == (2, 1, BatchState.COMMITTED)
    with pytest.raises(LedgerError, match="Nothing of batch 2 is left to take back"):
        undo(ledger, 2)


def test_facts_of_many_rows_keep_their_order_and_values(ledger: SqlLedger) -> None:
    keys = [BOLT._replace(item=f"I{number:04d}") for number in range(3000)]
    ledger.commit(paste(*((key, float(number), number / 100) for number, key in enumerate(reversed(keys)))))
    found = ledger.facts()
    assert found["item"].tolist() == [key.item for key in keys]
    assert found["value"].tolist() == [number / 100 for number in range(2999, -1, -1)]
    assert found["quantity"].tolist() == [float(number) for number in range(2999, -1, -1)]
