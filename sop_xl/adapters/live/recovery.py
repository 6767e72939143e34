"""A workbook that a killed Python left half written, recognised and put back at the next click."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sop_xl.adapters.live import excel_model
from sop_xl.adapters.live.before import put_back
from sop_xl.adapters.live.busy import patient
from sop_xl.adapters.live.commit_file import DONE
from sop_xl.adapters.live.filters import set_criteria
from sop_xl.adapters.live.quiet import quiet
from sop_xl.adapters.live.safety import MARK
from sop_xl.domain.errors import WorkbookError

if TYPE_CHECKING:
    import xlwings as xw

    from sop_xl.adapters.live.commit_file import CommitFile, CommitRecord


@dataclass(frozen=True)
class Recovery:
    """What was done about a commit that was cut short.

    Attributes:
        sentence: for the user.
        typed: cells that were typed into since, with the values that had to give way.
    """

    sentence: str
    typed: tuple[str, ...] = ()


def recover(book: xw.Book, file: CommitFile) -> Recovery | None:
    """Put a workbook back that a killed Python left half written; None where there is nothing to do.

    A workbook without the mark is whole: it was closed without saving, or its commit had not begun to write.

    Raises:
        WorkbookError: it is half written, and what stood there before is not known here.
        ExcelBusyError: Excel does not answer; the next click tries again.
    """
    mark = patient(partial(excel_model.custom_property, book, MARK))
    if not mark:
        file.forget()
        return None
    found = _found(file)
    unmark = partial(excel_model.set_custom_property, book, MARK, "")
    if found is None or found[0].id != mark:
        patient(unmark)
        raise WorkbookError(
            f"A run was cut short while it wrote into {book.name}, and what stood there before is not kept on this "
            "computer. Close the workbook without saving, or take the last copy from the folder .sop_backup. To go on "
            "with it as it is, look at Overrides and Demand review, and run the cycle: it writes all results anew."
        )
    record, begun = found
    if DONE in begun:
        patient(unmark)
        file.forget()
        return None
    typed = _put_back(book, record, begun)
    patient(unmark)
    file.forget()
    return Recovery(_words(book.name, record, typed), tuple(typed))


def _found(file: CommitFile) -> tuple[CommitRecord, list[str]] | None:
    with suppress(WorkbookError):
        return file.load()
    return None


def _put_back(book: xw.Book, record: CommitRecord, begun: list[str]) -> list[str]:
    sheets = {table.sheet: book.sheets[table.sheet] for table in record.tables}
    tables = {table.name: book.sheets[table.sheet].tables[table.name] for table in record.tables if table.name}
    typed: list[str] = []
    with quiet(book.app):
        for name in record.protections:
            patient(partial(excel_model.unprotect, sheets[name]))
        for table in tables.values():
            if patient(partial(excel_model.is_filtered, table)):
                patient(table.autofilter.clear)
        for before in record.tables:
            if not before.name or before.name in begun:
                typed += patient(partial(put_back, book, before, begun))
        for name, value in record.properties.items():
            patient(partial(excel_model.set_custom_property, book, name, value))
        for name, criteria in record.filters.items():
            patient(partial(set_criteria, tables[name], criteria))
        for name, allowed in record.protections.items():
            patient(partial(excel_model.protect, sheets[name], allowed))
    return typed


def _words(name: str, record: CommitRecord, typed: list[str]) -> str:
    since = f" {len(typed)} cell(s) that were typed into since had to give way; they are listed." if typed else ""
    return (
        f"Python was stopped while it wrote into {name} on {record.at:%Y-%m-%d at %H:%M}. The workbook is now as it "
        f"was before that click.{since} Press the button again."
    )
