"""Rows that a commit kept aside: stored with their batch, listed until they are corrected, and then settled.

A row is settled once a later batch states its key; once a later paste of the same kind of export, for the same
months and at least as long, takes its place; or once somebody says, with a reason, that it is no actual.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sop_xl.domain.batch import BatchState, FactKey
from sop_xl.domain.change import Change
from sop_xl.domain.errors import SopError
from sop_xl.domain.issue import Issue, Severity
from sop_xl.domain.ledger_log import LoggedChange
from sop_xl.domain.words import counted
from sop_xl.schema.inputs import ACTUALS
from sop_xl.services.projection import keys_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sop_xl.actuals.result import PasteCheck
    from sop_xl.domain.batch import BatchRecord
    from sop_xl.ports import Ledger
    from sop_xl.services.ledger_sync import User

TABLE = "quarantine"
"""The name under which the ledger's changes keep that rows were settled."""

INCOMPLETE = "incomplete-actuals"
"""Code of the remark that a month waits for rows; a check of the workbook counts these in the list of issues."""


@dataclass(frozen=True)
class KeptRow:
    """A row that waits for its correction.

    Attributes:
        batch: the batch whose paste it was in.
        source: the file or sheet of that paste.
        row: its row number there.
        months: the month it is for; where that could not be read, the months of its batch.
        codes, messages: what was found.
        values: its fields as far as they were read.
        raw: its cells as they came, as text.
    """

    batch: int
    source: str
    row: int
    months: tuple[str, ...]
    codes: tuple[str, ...]
    messages: tuple[str, ...]
    values: Mapping[str, Any]
    raw: tuple[Any, ...]

    @property
    def name(self) -> str:
        """What the row is called in the ledger."""
        return f"batch {self.batch} row {self.row}"

    def key(self) -> FactKey | None:
        """Return what the row is about; None where that could not be read."""
        parts = {name: self.values.get(name) or "" for name in FactKey._fields}
        complete = parts["measure"] and parts["item"] and parts["period"]
        return FactKey(**parts) if complete else None


def kept_json(check: PasteCheck) -> list[dict[str, Any]]:
    """Return the bad rows of a paste as the batch keeps them."""
    return [
        {"row": row.row, "codes": row.codes, "messages": row.messages, "values": dict(row.values), "raw": row.raw_text}
        for row in check.rows_of("bad")
    ]


def incomplete_months(check: PasteCheck) -> list[str]:
    """Return the months that a commit without the bad rows leaves incomplete."""
    months = {row.values["period"] for row in check.rows_of("bad") if row.values["period"]}
    return sorted(months or check.receipt.get("months", ()))


def open_rows(ledger: Ledger) -> list[KeptRow]:
    """Return the rows that wait for their correction, oldest batch first."""
    standing = [r for r in ledger.batches() if r.state is not BatchState.REVERSED and r.kind != "undo"]
    corrected = {number for record in standing for number in record.totals.get("corrects", ())}
    rows = [row for record in standing if record.number not in corrected for row in _rows(record)]
    if not rows:
        return []
    settled = set(ledger.changes(TABLE)["key"])
    rows = [row for row in rows if row.name not in settled]
    stated = _stated(ledger, rows)
    return [row for row in rows if stated.get(row.key(), 0) <= row.batch]


def _rows(record: BatchRecord) -> list[KeptRow]:
    usual = tuple(record.totals.get("incomplete", ()))
    return [
        KeptRow(
            record.number,
            record.source,
            int(row["row"]),
            (row["values"]["period"],) if row["values"].get("period") else usual,
            tuple(row["codes"]),
            tuple(row["messages"]),
            row["values"],
            tuple(row["raw"]),
        )
        for row in record.totals.get(TABLE, ())
    ]


def _stated(ledger: Ledger, rows: Sequence[KeptRow]) -> dict[FactKey | None, int]:
    """Return for the keys of these rows the batch that says what stands of them."""
    keys = {key for row in rows if (key := row.key())}
    if not keys:
        return {}
    facts = ledger.facts(periods=sorted({key.period for key in keys}))
    batches = facts["batch"].tolist()
    return {key: int(batch) for key, batch in zip(keys_of(facts), batches, strict=True) if key in keys and batch}


def corrected_by(check: PasteCheck, rows: Sequence[KeptRow], records: Sequence[BatchRecord]) -> list[int]:
    """Return the batches whose kept rows a paste takes the place of: the same export, once more and as long."""
    waiting = {row.batch for row in rows}
    months, measures = set(check.receipt.get("months", ())), set(check.facts["measure"])
    return [
        record.number
        for record in records
        if record.number in waiting
        and record.totals.get("fingerprint") == check.profile.fingerprint
        and set(record.totals.get("months", ())) <= months
        and set(record.totals.get("measures", ())) <= measures
        and record.totals.get("counts", {}).get("rows_in", 0) <= check.counts["rows_in"]
    ]


def settle(ledger: Ledger, rows: Sequence[KeptRow], reason: str, user: User) -> None:
    """Note that these rows are no actuals, or are in by another way; what they said stays in the ledger.

    Raises:
        SopError: there is no row, or no reason.
    """
    if not rows:
        raise SopError("There is no such row kept aside. List them: sop-xl actuals quarantine FILE.xlsm")
    if not reason.strip():
        raise SopError("Say why these rows are settled: --reason TEXT. Nothing was changed.")
    changes = [
        LoggedChange(
            Change(TABLE, row.name, "", " | ".join(map(str, row.raw)), None),
            f"batch {row.batch}",
            user.at,
            user.name,
            reason,
            "user",
        )
        for row in rows
    ]
    ledger.log(changes=changes)


def counts_by_month(rows: Sequence[KeptRow]) -> dict[str, int]:
    """Return how many rows each month waits for."""
    months = sorted({month for row in rows for month in row.months})
    return {month: sum(month in row.months for row in rows) for month in months}


def incomplete_remarks(ledger: Ledger) -> list[Issue]:
    """Return a warning for each month that waits for rows kept aside."""
    rows = open_rows(ledger)
    cure = "Correct them in the source and commit it again, or settle them: sop-xl actuals quarantine."
    return [
        Issue(
            Severity.WARN,
            INCOMPLETE,
            ACTUALS.sheet,
            "",
            f"Actuals of {month} are incomplete: {counted(count, 'row')} kept aside.",
            cure,
        )
        for month, count in counts_by_month(rows).items()
    ]
