"""The buttons of the cycle's calendar: where it stands, sign off, reopen, a new calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.schema.inputs import CYCLE_STEPS
from sop_xl.services.actions import Context, Outcome
from sop_xl.services.memory import peeking, remembering_if_possible
from sop_xl.services.steps import StepDone, cycle_status, done_words, reopen_step, sign_step, start_cycle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sop_xl.ports import Workbook
    from sop_xl.services.memory import Memory


def show_status(context: Context) -> Outcome:
    """Say what is next, who is to be reminded, and what changed under a signature; a new month gets its steps."""
    if context.places is None:
        status = cycle_status(context.workbook, context.now.date())
    else:
        with peeking(context.workbook, context.places) as ledger:
            status = cycle_status(context.workbook, context.now.date(), ledger)
    if status.steps.empty:
        return _did(context, "made", lambda w, m: start_cycle(w, m, who=context.who, now=context.now))
    details = (*status.broken, *status.reminders)
    return Outcome(f"{status.cycle}. {status.then}", CYCLE_STEPS.sheet, details=details, fault=bool(status.broken))


def sign_off(context: Context) -> Outcome:
    """Sign the first step that is not signed."""
    return _did(context, "signed", lambda w, m: sign_step(w, m, "", who=context.who, now=context.now))


def reopen(context: Context) -> Outcome:
    """Reopen the step in whose row a reason stands."""
    return _did(context, "reopened", lambda w, m: reopen_step(w, m, "", "", who=context.who, now=context.now))


def _did(context: Context, did: str, work: Callable[[Workbook, Memory | None], StepDone]) -> Outcome:
    with remembering_if_possible(context.workbook, context.places, context.user) as (memory, remarks):
        done = work(context.workbook, memory)
    first, *rest = done_words(done, did)
    details = (*rest, *done.notices, *(remark.message for remark in remarks))
    return Outcome(first, CYCLE_STEPS.sheet, details=details)


STEP_CASES: Mapping[str, Callable[[Context], Outcome]] = {
    "cycle_status": show_status,
    "sign_off": sign_off,
    "reopen_step": reopen,
}
"""The actions by name, beside those of `actions.USE_CASES`."""
