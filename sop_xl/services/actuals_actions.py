"""The buttons for actuals and the month: check what is pasted, commit it, close the month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.domain.errors import SopError
from sop_xl.schema import paste
from sop_xl.schema.inputs import ACTUALS
from sop_xl.services.actions import Context, Outcome
from sop_xl.services.close import close_month as close
from sop_xl.services.memory import peeking, remembering
from sop_xl.services.paste import PasteRefusedError
from sop_xl.services.paste_sheet import check_pasted, commit_pasted, committed_words, says

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sop_xl.actuals.result import PasteCheck
    from sop_xl.ports import LedgerPlaces


def check_paste(context: Context) -> Outcome:
    """Check what is pasted on the sheet Paste actuals; the verdict stands beside the rows."""
    context.progress("read", 0, 1)
    with peeking(context.workbook, _places(context)) as ledger:
        check = check_pasted(context.workbook, ledger)
    return Outcome(says(check), paste.SHEET, details=_details(check), fault=str(check.status) in ("blocked", "red"))


def commit_paste(context: Context) -> Outcome:
    """Commit what is pasted: into the ledger, then onto the sheet Actuals."""
    context.progress("read", 0, 1)
    with remembering(context.workbook, _places(context), context.user, begin=False) as memory:
        try:
            done = commit_pasted(context.workbook, memory)
        except PasteRefusedError as refusal:
            first, *rest = str(refusal).splitlines()
            return Outcome(first, paste.SHEET, details=tuple(rest), fault=True)
    return Outcome(committed_words(done), paste.SHEET, details=(*done.notices, *_details(done.check)))


def close_month(context: Context) -> Outcome:
    """Close the open month: compare it with its plan, freeze the cycle, roll period and stock on."""
    context.progress("read", 0, 1)
    with remembering(context.workbook, _places(context), context.user) as memory:
        report = close(context.workbook, memory, context.now, context.undo)
    back = report.not_undoable or "Undo last run takes it back."
    sentence = f"{report.run}: {report.closed} is closed, {report.opened} is open. Run the cycle. {back}"
    return Outcome(sentence, "Home", details=(*report.notices, *report.lines))


ACTUALS_CASES: Mapping[str, Callable[[Context], Outcome]] = {
    "check_paste": check_paste,
    "commit_paste": commit_paste,
    "close_month": close_month,
}
"""The actions by name, beside those of `actions.USE_CASES`."""


def _places(context: Context) -> LedgerPlaces:
    if context.places is None:
        raise SopError(f"Save the workbook first: the ledger of the sheet {ACTUALS.sheet} is kept beside it.")
    return context.places


def _details(check: PasteCheck) -> tuple[str, ...]:
    questions = tuple(f"? {question.message}" for question in check.questions)
    return (*questions, *(f"{remark.code} {remark.message}" for remark in check.remarks))
