"""A commit that outlives its Python: what it changes is kept in a file until all is written or all is put back."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from sop_xl.adapters.live import excel_model
from sop_xl.adapters.live.before import area_before, table_before
from sop_xl.adapters.live.busy import patient, stubborn
from sop_xl.adapters.live.commit_file import DONE, CommitFile, CommitRecord
from sop_xl.adapters.live.filters import criteria_of
from sop_xl.adapters.live.journal import Journal
from sop_xl.adapters.live.live_areas import LiveArea

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import xlwings as xw

    from sop_xl.adapters.live.live_table import LiveTable
    from sop_xl.adapters.live.plan import TablePlan

MARK = "sop_commit"
"""The custom property that a workbook carries while it is half written: the id of the commit's record."""


@contextmanager
def kept_safe(
    book: xw.Book, file: CommitFile | None, plans: Sequence[TablePlan], areas: Iterable[str], properties: Iterable[str]
) -> Iterator[Journal]:
    """Keep the record of a commit while it is carried out; give the journal for its steps.

    The workbook is marked as half written meanwhile. Once all is written, or put back, mark and record go. A commit
    of properties only is one step each and needs neither.

    Raises:
        WorkbookError: there is no such area.
    """
    names = [*areas]
    record = _record(book, file, plans, names, [*properties]) if file and (plans or names) else None
    if file is None or record is None or not file.keep(record):
        yield Journal()
        return
    mark, unmark = (partial(excel_model.set_custom_property, book, MARK, value) for value in (record.id, ""))
    journal = Journal(file.begin)
    try:
        patient(mark)
        yield journal
    except BaseException:
        if not journal.is_stuck:
            with suppress(Exception):
                stubborn(unmark)
            file.forget()
        raise
    file.begin(DONE)
    stubborn(unmark)
    file.forget()


def _record(
    book: xw.Book, file: CommitFile, plans: Sequence[TablePlan], areas: Sequence[str], properties: Sequence[str]
) -> CommitRecord:
    sheets = {plan.live.sheet: plan.live.on for plan in plans}
    protections = {name: patient(partial(excel_model.protection, sheet)) for name, sheet in sheets.items()}
    filtered = [plan.live for plan in plans if patient(partial(excel_model.is_filtered, plan.live.table))]
    tables = [patient(partial(table_before, plan)) for plan in plans]
    tables += [patient(lambda name=name: area_before(LiveArea(book, name))) for name in areas]  # type: ignore[misc]
    return CommitRecord(
        file.new_id(),
        file.now,
        tuple(tables),
        {name: patient(partial(excel_model.custom_property, book, name)) for name in properties},
        {name: allowed for name, allowed in protections.items() if allowed is not None},
        {live.name: _criteria(live) for live in filtered},
    )


def _criteria(live: LiveTable) -> list[dict[str, Any]]:
    found = patient(lambda: criteria_of(live.table))
    return found or []
