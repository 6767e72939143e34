"""From a checked paste to a batch: what may be committed, what the user must say first, what is kept aside."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sop_xl.actuals.raw import as_kept
from sop_xl.domain.batch import Batch, BatchKind, BatchState
from sop_xl.domain.errors import SopError
from sop_xl.domain.words import counted
from sop_xl.schema.inputs import ACTUALS
from sop_xl.services import profiles, quarantine
from sop_xl.services.actuals import check_actuals
from sop_xl.services.batches import commit_batch
from sop_xl.services.inputs import read_inputs
from sop_xl.services.steps import refuse_signed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from sop_xl.actuals.profile import MappingProfile
    from sop_xl.actuals.raw import RawPaste
    from sop_xl.actuals.result import PasteCheck
    from sop_xl.domain.batch import BatchRecord
    from sop_xl.ports import Ledger, LinkedWorkbook
    from sop_xl.services.memory import Memory

LISTED = 5
"""Warnings, questions and bad rows that a refusal names; it counts them all."""


@dataclass(frozen=True)
class Wish:
    """What the user says with a paste.

    Attributes:
        answers: answers to questions, by `CODE:COLUMN`.
        control: totals typed by finance, by `quantity` and `value`.
        profile: how this kind of export is read; None: the saved one that fits, if any.
        name: the name to save the profile under; blank: its own.
        only_good: commit the good rows and keep the bad ones aside.
        reason: why rows to look at are right; needed where there are any, and for a restatement.
    """

    answers: Mapping[str, str] = field(default_factory=dict)
    control: Mapping[str, Decimal] = field(default_factory=dict)
    profile: MappingProfile | None = None
    name: str = ""
    only_good: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Committed:
    """A paste that was committed.

    Attributes:
        check: what the check said of it.
        record: the batch.
        corrects: earlier batches whose rows kept aside it settles.
        incomplete: months that wait for rows kept aside.
        notices: what the user should know beside.
    """

    check: PasteCheck
    record: BatchRecord
    corrects: tuple[int, ...]
    incomplete: Mapping[str, int]
    notices: list[str]


class PasteRefusedError(SopError):
    """A paste that cannot be committed as it is; the message says what is missing, `check` has it all."""

    def __init__(self, message: str, check: PasteCheck) -> None:
        """Keep the check, so that what it found can be shown."""
        super().__init__(message)
        self.check = check
        self.issues = tuple(check.issues())


def check_paste_of(workbook: LinkedWorkbook, ledger: Ledger | None, raw: RawPaste, wish: Wish) -> PasteCheck:
    """Return what committing a paste would do; nothing is changed.

    Args:
        workbook: the company; its sheet Actuals holds what was committed before.
        ledger: tells which contents were committed, and how exports are read; None: there is none yet.
        raw: the paste.
        wish: what the user says with it.

    Raises:
        InvalidInputError: settings or lists of the workbook cannot be read.
    """
    profile = wish.profile or (profiles.fitting(profiles.saved(ledger), raw) if ledger else None)
    before = standing_contents(ledger) if ledger else {}
    inputs = read_inputs(workbook)
    return check_actuals(raw, inputs, None, profile, wish.answers, control=wish.control, batches=before)


def standing_contents(ledger: Ledger) -> dict[str, str]:
    """Return the contents that stand, in words; not those of which rows were kept aside: these may follow."""
    return {
        record.content: str(record)
        for record in ledger.batches()
        if record.kind is BatchKind.PASTE and record.state is BatchState.COMMITTED and not record.left_out
    }


def commit_paste(workbook: LinkedWorkbook, memory: Memory, raw: RawPaste, wish: Wish) -> Committed:
    """Check a paste and commit it: into the ledger, then onto the sheet Actuals.

    Raises:
        PasteRefusedError: there are open questions, rows to look at without a reason, or bad rows without
            the wish to keep them aside; nothing was changed.
        LedgerError: somebody else committed meanwhile, or the ledger could not be written.
        InvalidInputError: the workbook has faults that keep the paste from being checked.
        StepError: it has figures of months that a step of the cycle has signed.
    """
    expected = memory.ledger.head()
    check = check_paste_of(workbook, memory.ledger, raw, wish)
    refuse(check, wish)
    _refuse_signed(workbook, check)
    waiting = quarantine.open_rows(memory.ledger)
    corrects = tuple(quarantine.corrected_by(check, waiting, memory.ledger.batches()))
    batch = batch_of(check, wish, memory, corrects)
    done = commit_batch(workbook, memory.ledger, batch, expected=expected)
    keep = profiles.worth_saving(check.profile, wish.profile, wish.name)
    if keep:
        profiles.save(memory.ledger, keep, memory.user)
    left = quarantine.counts_by_month(quarantine.open_rows(memory.ledger))
    return Committed(check, done.record, corrects, left, [*memory.notices, *done.notices])


def _refuse_signed(workbook: LinkedWorkbook, check: PasteCheck) -> None:
    """Check that no closed month is pasted once the facts are signed; those of the open month may still come."""
    inputs = read_inputs(workbook)
    if inputs.settings and (check.facts["period"] < inputs.settings.current_period).any():
        refuse_signed(inputs, {ACTUALS.name}, check.source)


def refuse(check: PasteCheck, wish: Wish) -> None:
    """Check that the user said all that a commit needs.

    Raises:
        PasteRefusedError: something is missing; the message says what.
    """
    questions = [question for question in check.questions if question.blocking]
    if questions:
        told = [f"  {q.code}:{q.column}: {q.message}" + _choices(q.choices) for q in questions[:LISTED]]
        raise PasteRefusedError("\n".join([f"{check.source} is blocked; nothing was committed.", *told]), check)
    bad = check.counts["bad"]
    if bad and not wish.only_good:
        rows = [f"  row {row.row}: {'; '.join(row.messages)}" for row in check.rows_of("bad")[:LISTED]]
        cure = "Correct them in the source, or commit the good rows and keep these aside."
        raise PasteRefusedError(
            "\n".join([f"{counted(bad, 'bad row')}; nothing was committed. {cure}", *rows, *_more(bad)]), check
        )
    warnings = [f"  {r.code} {r.message}" for r in check.remarks if r.act.word == "warn" and not r.note]
    if warnings and not wish.reason.strip():
        head = f"{counted(len(warnings), 'remark')} to look at before the commit; give a reason if the rows are right."
        raise PasteRefusedError("\n".join([head, *warnings[:LISTED], *_more(len(warnings))]), check)
    if check.facts.empty:
        raise PasteRefusedError(f"{check.source} has no row that can be committed; nothing was done.", check)


def _choices(choices: tuple[str, ...]) -> str:
    return f" [{' | '.join(choices)}]" if choices else ""


def _more(count: int) -> list[str]:
    return [f"  and {count - LISTED:,} more"] if count > LISTED else []


def batch_of(check: PasteCheck, wish: Wish, memory: Memory, corrects: tuple[int, ...]) -> Batch:
    """Return the batch that a checked paste makes, with the paste itself, its receipt and the rows kept aside."""
    totals: dict[str, Any] = {
        "counts": dict(check.counts),
        "totals": dict(check.totals),
        "committed": {name: math.fsum(check.facts[name].dropna()) for name in check.totals},
        "control": dict(check.receipt["control"]),
        "largest_changes": list(check.receipt["largest_changes"]),
        "months": list(check.receipt["months"]),
        "measures": sorted(set(check.facts["measure"])),
        "fingerprint": check.profile.fingerprint,
    }
    if check.counts["bad"]:
        totals |= {"incomplete": quarantine.incomplete_months(check), quarantine.TABLE: quarantine.kept_json(check)}
    if corrects:
        totals["corrects"] = list(corrects)
    return Batch(
        BatchKind.PASTE,
        source=f"{check.source}, sheet {check.sheet}" if check.sheet else check.source,
        who=memory.user.name,
        at=memory.user.at,
        facts=check.facts,
        reason=wish.reason,
        raw=as_kept(check.raw),
        content=check.digest,
        left_out=check.counts["bad"],
        totals=totals,
        issues=check.issues(),
    )
