"""The steps of the cycle: made, signed on a data version, reopened with a reason, and what they lock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from sop_xl.cycle.locks import changed_tables, reopen_words, signed_frame, signed_inputs, signed_words, signers
from sop_xl.cycle.steps import DONE, NOT_STARTED, OPEN, locked_tables, new_steps, reminder, steps_of
from sop_xl.domain.errors import InvalidInputError
from sop_xl.domain.issue import stops
from sop_xl.domain.ledger_log import KeptKind
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.inputs import ACTUALS, CYCLE_STEPS
from sop_xl.services.compare import compare
from sop_xl.services.inputs import read_inputs
from sop_xl.services.step_log import Signing, data_version, write_steps
from sop_xl.services.step_rules import (
    StepError,
    asides,
    check_signable,
    cycle_of,
    find_step,
    first_open,
    steps_in,
    what_next,
    with_reason,
    with_row,
)

if TYPE_CHECKING:
    import datetime as dt

    from sop_xl.domain.change import Change
    from sop_xl.ports import Ledger, Workbook
    from sop_xl.services.inputs import Inputs
    from sop_xl.services.memory import Memory

SIGNED_CHANGES = 10
"""Cells changed since a signature that a status lists; it counts them all."""


@dataclass(frozen=True)
class StepDone:
    """What signing, reopening or making steps did.

    Attributes:
        cycle: the open month.
        steps: the steps concerned, in their order.
        version: the data that was signed, `batch 17, R0004`; blank otherwise.
        locked: sheets that are locked by it, or free again.
        then: what comes next, as a sentence.
        notices: what the user should know beside.
    """

    cycle: str
    steps: list[str]
    version: str = ""
    locked: list[str] = field(default_factory=list)
    then: str = ""
    notices: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class CycleStatus:
    """Where the cycle stands.

    Attributes:
        cycle: the open month.
        steps: its steps in their order, rows of the table `cycle_steps`.
        reminders: who is to be reminded of what.
        broken: what was changed under a signature, as sentences.
        then: what comes next.
    """

    cycle: str
    steps: pd.DataFrame = field(repr=False)
    reminders: list[str]
    broken: list[str]
    then: str


def cycle_status(workbook: Workbook, today: dt.date, ledger: Ledger | None = None) -> CycleStatus:
    """Return where the steps of the open cycle stand; with the ledger also which signed cells changed since."""
    inputs = read_inputs(workbook)
    cycle = cycle_of(inputs)
    steps = steps_of(inputs.frames[CYCLE_STEPS.name], cycle)
    reminders = [words for _, step in steps.iterrows() if (words := reminder(step, today))]
    broken = [words for _, step in steps.iterrows() for words in _broken(step, inputs, cycle, ledger)]
    return CycleStatus(cycle, steps.reset_index(drop=True), reminders, broken, what_next(steps, cycle))


def _broken(step: pd.Series, inputs: Inputs, cycle: str, ledger: Ledger | None) -> list[str]:
    lines = []
    for name in changed_tables(step, inputs.frames, cycle):
        lines.append(f"{TABLE_BY_NAME[name].sheet}: changed after {signed_words(step)}. {reopen_words(step)}")
        then = ledger.kept(KeptKind.SIGNED, cycle, name) if ledger else None
        if then is not None:
            found = compare(TABLE_BY_NAME[name], then, signed_frame(name, inputs.frames[name], cycle)).changes
            lines += [_change_words(change) for change in found[:SIGNED_CHANGES]]
            lines += [f"  and {len(found) - SIGNED_CHANGES:,} more"] if len(found) > SIGNED_CHANGES else []
    return lines


def _change_words(change: Change) -> str:
    what = f", {TABLE_BY_NAME[change.table].column(change.field).header}" if change.field else ""
    old, new = ("blank" if value is None else value for value in (change.old, change.new))
    return f"  {change.key}{what}: {old} -> {new}"


def sign_step(workbook: Workbook, memory: Memory | None, wanted: str, *, who: str, now: dt.datetime) -> StepDone:
    """Sign a step: who, when, on which data version; from then on its inputs refuse changes.

    Args:
        workbook: the workbook.
        memory: its ledger, which keeps the signature and the tables as signed; None: there is none.
        wanted: name or number of the step; blank: the first one that is not signed.
        who: who signs.
        now: stamp of the signature.

    Raises:
        StepError: there is no such step, it is signed, an earlier one is not, or the plan is not of these inputs.
        InvalidInputError: the inputs have faults; nothing was written.
        LedgerError: the ledger could not be written; nothing was written.
    """
    inputs = read_inputs(workbook)
    if stops(inputs.issues):
        raise InvalidInputError(stops(inputs.issues))
    cycle, frame = cycle_of(inputs), inputs.frames[CYCLE_STEPS.name].copy()
    steps = steps_in(frame, cycle)
    step = find_step(steps, wanted) if wanted else first_open(steps, cycle)
    check_signable(step, steps, inputs, cycle, who)
    version = data_version(workbook, memory)
    frame = with_row(
        frame,
        step,
        status=DONE,
        signed_by=who,
        signed_at=pd.Timestamp(now),
        data_version=version,
        signed_inputs=signed_inputs(step, inputs.frames, cycle),
        reopen_reason="",
    )
    following = steps[steps["status"].ne(DONE) & steps.index.to_series().ne(step.name)]
    if len(following):
        frame = with_row(frame, following.iloc[0], status=OPEN)
    kept = [name for name in locked_tables(step) if name != ACTUALS.name]
    signing = Signing(f"signed {step['step']}", who, now)
    write_steps(workbook, memory, inputs, frame, signing, {n: signed_frame(n, inputs.frames[n], cycle) for n in kept})
    locked = [TABLE_BY_NAME[name].sheet for name in locked_tables(step)]
    return StepDone(
        cycle, [str(step["step"])], version, locked, what_next(steps_of(frame, cycle), cycle), asides(step, who)
    )


def reopen_step(
    workbook: Workbook, memory: Memory | None, wanted: str, reason: str, *, who: str, now: dt.datetime
) -> StepDone:
    """Reopen a signed step, and the signed ones after it, which rest on it; its inputs may change again.

    Args:
        workbook: the workbook.
        memory: its ledger; None: there is none.
        wanted: name or number of the step; blank: the one with a reason in its row.
        reason: why; blank: what stands in the step's row.
        who: who reopens it.
        now: stamp.

    Raises:
        StepError: there is no such step, it is not signed, or there is no reason; nothing was written.
        LedgerError: the ledger could not be written; nothing was written.
    """
    inputs = read_inputs(workbook)
    cycle, frame = cycle_of(inputs), inputs.frames[CYCLE_STEPS.name].copy()
    steps = steps_in(frame, cycle)
    step = find_step(steps, wanted) if wanted else with_reason(steps)
    reason = (reason or str(step["reopen_reason"])).strip()
    if step["status"] != DONE and not step["signed_by"]:
        raise StepError(f"{step['step']} of {cycle} is not signed, so there is nothing to reopen.")
    if not reason:
        raise StepError(f'Reopening {step["step"]} needs a reason: --reason "...". {signed_words(step)}.')
    later = steps.loc[step.name :]
    undone = later[later["status"].eq(DONE) | later["signed_by"].ne("")]
    blank = {"signed_by": "", "signed_at": pd.NaT, "data_version": "", "signed_inputs": "", "reopen_reason": ""}
    for _, row in later.iterrows():
        frame = with_row(frame, row, status=OPEN if row.name == step.name else NOT_STARTED, **blank)
    write_steps(workbook, memory, inputs, frame, Signing(f"reopened: {reason}", who, now), {})
    free = [TABLE_BY_NAME[name].sheet for _, row in undone.iterrows() for name in locked_tables(row)]
    return StepDone(cycle, undone["step"].tolist(), "", free, what_next(steps_of(frame, cycle), cycle))


def start_cycle(workbook: Workbook, memory: Memory | None, *, who: str, now: dt.datetime) -> StepDone:
    """Put the steps of the open cycle into the calendar: those of the last cycle, or the standard five.

    Raises:
        StepError: the open cycle has steps; nothing was written.
    """
    inputs = read_inputs(workbook)
    cycle, frame = cycle_of(inputs), inputs.frames[CYCLE_STEPS.name]
    if len(steps_of(frame, cycle)):
        raise StepError(f"Cycle {cycle} has its steps on the sheet {CYCLE_STEPS.sheet}. Close the month to go on.")
    steps = new_steps(frame, cycle)
    whole = pd.concat([frame, steps], ignore_index=True) if len(frame) else steps
    write_steps(workbook, memory, inputs, whole, Signing("new cycle", who, now), {})
    return StepDone(cycle, steps["step"].tolist(), then=what_next(steps, cycle))


def done_words(done: StepDone, did: str) -> list[str]:
    """Return what was done as sentences; `did` is signed, reopened or made."""
    on = f" on {done.version}" if done.version else ""
    lines = [f"{', '.join(done.steps)} of {done.cycle}: {did}{on}."]
    if done.locked:
        lines.append(f"{'Locked' if did == 'signed' else 'Free again'}: {', '.join(done.locked)}.")
    return [*lines, f"Next: {done.then}"]


def refuse_signed(inputs: Inputs, names: set[str], what: str) -> None:
    """Check that none of these tables is signed before they are changed.

    Args:
        inputs: the inputs as they stand.
        names: tables that would change.
        what: what would change them, as the beginning of a sentence.

    Raises:
        StepError: one is signed in the open cycle; the message says by whom and how to reopen it.
    """
    if inputs.settings is None:
        return
    held = signers(inputs.frames[CYCLE_STEPS.name], str(inputs.settings.current_period))
    for name in sorted(names & held.keys()):
        raise StepError(
            f"{what} would change {TABLE_BY_NAME[name].sheet}, but {signed_words(held[name])}. Nothing was changed. "
            f"{reopen_words(held[name])}"
        )
