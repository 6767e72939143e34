"""Commit, undo and redo: into the ledger first, then onto the sheet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sop_xl.domain.batch import BatchKind, BatchState
from sop_xl.domain.ledger_errors import LedgerError
from sop_xl.services.ledger_sync import User, adopt_typed, refresh
from sop_xl.services.projection import KEY, difference

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from sop_xl.domain.batch import Batch, BatchRecord, DataVersion, FactKey
    from sop_xl.ports import Ledger, LinkedWorkbook

LARGEST = 10


@dataclass(frozen=True)
class Preview:
    """What a batch would do to the facts that stand, for the receipt before the commit.

    Attributes:
        added, changed, equal: rows whose key is new, has another figure, or says what is known.
        largest: the largest changes, by value, then by quantity; columns are the key and
            `quantity_old`, `value_old`, `quantity`, `value`, `difference`.
        net: sum of all changes of value, in cents exactly.
    """

    added: int
    changed: int
    equal: int
    largest: pd.DataFrame = field(repr=False)
    net: float = 0.0


@dataclass(frozen=True)
class Outcome:
    """A batch that was committed, and what the user should know beside."""

    record: BatchRecord
    notices: list[str] = field(default_factory=list)


def preview(ledger: Ledger, facts: pd.DataFrame) -> Preview:
    """Return what committing `facts`, in the shape of `actuals`, would do; nothing is written."""
    months = sorted({str(period) for period in facts["period"].unique()})
    standing = ledger.facts(periods=months)
    differs = difference(standing, facts).facts
    both = differs[[*KEY, "quantity", "value"]].merge(
        standing[[*KEY, "quantity", "value"]], on=KEY, how="left", suffixes=("", "_old"), indicator="side"
    )
    changed = both[both["side"].eq("both")].drop(columns="side")
    step = changed["value"].fillna(0.0) - changed["value_old"].fillna(0.0)
    units = changed["quantity"].fillna(0.0) - changed["quantity_old"].fillna(0.0)
    changed = changed.assign(difference=step.round(2), _value=step.abs(), _units=units.abs())
    order = changed.sort_values(["_value", "_units"], ascending=False, kind="stable")
    largest = order.drop(columns=["_value", "_units"]).head(LARGEST).reset_index(drop=True)
    cents = int((changed["difference"] * 100).round().sum())
    return Preview(len(both) - len(changed), len(changed), len(facts) - len(both), largest, cents / 100)


def commit_batch(
    workbook: LinkedWorkbook, ledger: Ledger, batch: Batch, *, expected: DataVersion | None = None
) -> Outcome:
    """Commit a batch to the ledger and show it on the sheet Actuals.

    What was typed into that sheet since the last time goes into the ledger first, as a batch of its own.

    Args:
        workbook: linked to the ledger.
        ledger: the workbook's ledger.
        batch: what the check let through.
        expected: the version that it was checked against; None: it does not matter.

    Raises:
        StaleVersionError: somebody else committed since the check; nothing was done.
        AlreadyCommittedError: the same content stands; nothing was done.
        InvalidInputError: the sheet Actuals has faults; nothing was done.
        LedgerError: the ledger could not be written; nothing was done.
    """
    user = User(batch.who, batch.at)
    before, notices = adopt_typed(workbook, ledger, user, expected)
    record = ledger.commit(batch, expected=before)
    return _shown(workbook, ledger, record, user, notices)


def undo_batch(
    workbook: LinkedWorkbook,
    ledger: Ledger,
    number: int | None = None,
    *,
    user: User,
    reason: str = "",
    choices: Mapping[FactKey, bool] | None = None,
) -> Outcome:
    """Take a batch back, and show what stands then; None: the last one that stands.

    Raises:
        ClashError: later batches touched the same keys; `choices` must say what becomes of each.
        LedgerError: there is nothing to take back, or the ledger could not be written.
    """
    before, notices = adopt_typed(workbook, ledger, user, None)
    target = last_standing(ledger.batches()) if number is None else number
    record = ledger.undo(target, who=user.name, at=user.at, reason=reason, choices=choices, expected=before)
    return _shown(workbook, ledger, record, user, notices)


def redo_batch(workbook: LinkedWorkbook, ledger: Ledger, *, user: User) -> Outcome:
    """Bring back what the last batch took back.

    Raises:
        LedgerError: the last batch was no undo.
    """
    before, notices = adopt_typed(workbook, ledger, user, None)
    record = ledger.undo(last_undo(ledger.batches()), who=user.name, at=user.at, reason="redo", expected=before)
    return _shown(workbook, ledger, record, user, notices)


NOT_BY_ITSELF = frozenset({BatchKind.UNDO, BatchKind.OPENING, BatchKind.RECOVERED})
"""Batches that are taken back only where they are named: an undo, and those that fill a new ledger."""


def last_standing(batches: Sequence[BatchRecord]) -> int:
    """Return the number of the last batch that counts and was pasted or typed.

    Raises:
        LedgerError: there is none.
    """
    for record in reversed(batches):
        if record.kind not in NOT_BY_ITSELF and record.state is BatchState.COMMITTED and _states_facts(record):
            return record.number
    raise LedgerError("There is no batch to take back.")


def last_undo(batches: Sequence[BatchRecord]) -> int:
    """Return the number of the last batch where it took back a batch that was no undo itself.

    Raises:
        LedgerError: it did not.
    """
    kinds = {record.number: record.kind for record in batches}
    last = batches[-1] if batches else None
    if last and last.reverses and kinds[last.reverses] is not BatchKind.UNDO:
        return last.number
    raise LedgerError("There is nothing to redo: the last batch took nothing back.")


def _states_facts(record: BatchRecord) -> bool:
    return record.added + record.changed + record.removed > 0


def _shown(workbook: LinkedWorkbook, ledger: Ledger, record: BatchRecord, user: User, notices: list[str]) -> Outcome:
    told = list(ledger.notices)
    return Outcome(record, [*notices, *told, *refresh(workbook, ledger, user)])
