"""Packs in the ledger, the same in SQLite and in PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sop_xl.domain.ledger_errors import LedgerError
from sop_xl.share.records import PackEvent
from tests.share.cases import NOW, ROWS, pack

if TYPE_CHECKING:
    from sop_xl.adapters.ledger.ledger import SqlLedger


def test_the_secret_is_made_once(ledger: SqlLedger) -> None:
    secret = ledger.pack_secret()
    assert len(secret) == 64
    assert ledger.pack_secret() == secret


def test_packs_and_their_rows_come_back_as_they_went_in(ledger: SqlLedger) -> None:
    first, second = pack(), pack("F0002-9ab3c4")
    assert ledger.next_pack() == 1
    ledger.log_packs([first, second])
    assert ledger.next_pack() == 3
    assert ledger.packs() == [replace(first, rows=()), replace(second, rows=())]
    assert ledger.pack_rows("F0001-9ab3c4") == list(ROWS)
    assert ledger.pack_rows("F0009-9ab3c4") == []
    code = ROWS[1].code(ledger.pack_secret(), "F0002-9ab3c4")
    assert ledger.pack_of_code(code) == "F0002-9ab3c4"
    assert ledger.pack_of_code("R0001-0000") == ""
    ledger.verify()


def test_a_form_is_logged_once(ledger: SqlLedger) -> None:
    ledger.log_packs([pack()])
    with pytest.raises(LedgerError):
        ledger.log_packs([pack()])
    assert len(ledger.packs()) == 1
    assert len(ledger.pack_rows("F0001-9ab3c4")) == 2


def test_what_became_of_packs_is_kept(ledger: SqlLedger) -> None:
    events = [PackEvent("F0001-9ab3c4", "drafted", NOW, "A. Meyer", "eml", "a" * 64)]
    ledger.log_packs([pack()], events=events)
    ledger.log_packs(events=[PackEvent("F0001-9ab3c4", "returned", NOW, "A. Meyer")])
    assert [event.event for event in ledger.pack_events()] == ["drafted", "returned"]
    assert ledger.pack_events()[0] == events[0]


@pytest.mark.parametrize("table", ["packs", "pack_rows", "pack_events"])
def test_what_was_asked_is_never_changed(ledger: SqlLedger, table: str) -> None:
    ledger.log_packs([pack()], events=[PackEvent("F0001-9ab3c4", "drafted", NOW, "A. Meyer")])
    with pytest.raises(LedgerError, match="nothing in it is changed or deleted"), ledger.store.writing() as conn:
        conn.exec_driver_sql(f"DELETE FROM {table}")
