"""The buttons for what comes back: look at returned forms, take them, merge another copy of the workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.domain.errors import SopError
from sop_xl.schema.results import RETURNS
from sop_xl.services.actions import Context, Outcome
from sop_xl.services.collect import collect, summary
from sop_xl.services.memory import remembering, remembering_if_possible
from sop_xl.services.merge_copies import check_same_company, merge_copies
from sop_xl.services.merge_copies import summary as merged_words
from sop_xl.services.partner import GUID

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sop_xl.ports import Files
    from sop_xl.services.collect import CollectReport

CHOSEN = "sop_returns"
"""The text in the workbook that names the files looked at last, one a line."""
NOTHING_CHOSEN = Outcome("No file was chosen; nothing was changed.")


def look_at_returns(context: Context) -> Outcome:
    """Ask for the files that came back, and say on the sheet Collect what would become of each value."""
    paths = _files(context).choose("What came back: forms, .zip or .eml files", many=True)
    if not paths:
        return NOTHING_CHOSEN
    report = _collected(context, paths, commit=False)
    back = "Choose in the amber column where there is a conflict, then press Commit returns."
    return Outcome(f"{summary(report)}. {back}", RETURNS.sheet, details=_details(report))


def commit_returns(context: Context) -> Outcome:
    """Take what can be taken of the files that were looked at, with what was chosen on the sheet Collect."""
    paths = context.workbook.read_property(CHOSEN).splitlines()
    if not paths:
        raise SopError("Nothing was looked at yet. Press Collect returns first.")
    report = _collected(context, paths, commit=True)
    back = "Undo last run takes it back. Run the cycle to plan for it." if report.run else "No input was changed."
    return Outcome(f"{report.run} {summary(report)}. {back}".lstrip(), RETURNS.sheet, details=_details(report))


def merge_copy(context: Context) -> Outcome:
    """Ask for another copy of the workbook and the one both began with, and merge it in."""
    files = _files(context)
    theirs = files.choose("The other copy")
    base = files.choose("The copy that both began with") if theirs else ()
    if not theirs or not base:
        return NOTHING_CHOSEN
    copies = files.open_copy(base[0]), files.open_copy(theirs[0])
    check_same_company([(book.name, book.read_property(GUID)) for book in (context.workbook, *copies)])
    with remembering_if_possible(context.workbook, context.places, context.user) as (memory, remarks):
        report = merge_copies(
            copies[0], context.workbook, copies[1], user=context.user, undo=context.undo, memory=memory
        )
    told = (*report.notices, *map(str, remarks))
    if not report.settled:
        return Outcome(f"{copies[1].name} changed no input since {copies[0].name}.", details=told)
    back = "Undo last run takes it back. Run the cycle to plan for it." if report.run else "No input was changed."
    return Outcome(f"{report.run} {merged_words(report)}. {back}".lstrip(), RETURNS.sheet, details=told)


def _collected(context: Context, paths: Sequence[str], *, commit: bool) -> CollectReport:
    if context.places is None:
        raise SopError("Save the workbook first: the ledger beside it knows which forms went out.")
    files = _files(context).read_returns(paths)
    with remembering(context.workbook, context.places, context.user, begin=False) as memory:
        context.workbook.write_property(CHOSEN, "\n".join(paths))
        return collect(context.workbook, memory, files, commit=commit, undo=context.undo)


def _details(report: CollectReport) -> tuple[str, ...]:
    missing = (f"No answer: {one.form.recipient} ({one.form.role})" for one in report.missing)
    return (*report.notices, *missing, *(f"{one.finding} {one.file}: {one.message}" for one in report.remarks))


def _files(context: Context) -> Files:
    if context.files is None:
        raise SopError("There is no way to choose a file here; use the command line: sop-xl collect, sop-xl merge.")
    return context.files


SHARE_CASES: Mapping[str, Callable[[Context], Outcome]] = {
    "collect_returns": look_at_returns,
    "commit_returns": commit_returns,
    "merge_copy": merge_copy,
}
"""The actions by name, beside those of `actions.USE_CASES`."""
