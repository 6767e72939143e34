"""One input sheet of a form: yellow cells to fill, sums of the rows shown, a reason list, the rows' codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_col_to_name

from sop_xl.schema.table import Kind, text
from sop_xl.share.form import CODE_HEADER, COMMENT_HEADER, REASON_HEADER, Use
from sop_xl.share.grid import is_figure
from sop_xl.template.parts import protect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.schema.table import Column
    from sop_xl.share.form import Form, FormColumn, FormRow, FormSheet, Plain
    from sop_xl.share.questions import Question
    from sop_xl.template.packs.pack_book import PackBook

SUM_ROW, UNIT_ROW, HEADER_ROW = 4, 5, 6
FIRST_ROW = HEADER_ROW + 1
"""Row of the first answer, from 0."""
_WORDS = {Use.CODE: text(CODE_HEADER, ""), Use.REASON: text(REASON_HEADER, ""), Use.COMMENT: text(COMMENT_HEADER, "")}
_ROLES = {Use.KEY: "Label", Use.CODE: "Unit", Use.REASON: "InputText", Use.COMMENT: "InputText"}
FEW = 10.0
"""Units below which whole numbers would hide what a row says."""
ADDED = ("units", "hours", "money")
"""Units of which sums mean something."""


def add_input_sheet(
    book: PackBook,
    question: Question,
    sheet: FormSheet,
    rows: Sequence[FormRow],
    identity: tuple[Form, str, str],
) -> None:
    """Add an input sheet.

    Args:
        book: the form under construction.
        question: what is asked.
        sheet: the sheet's columns.
        rows: what is asked, in order.
        identity: the form, the secret its rows are sealed with, and the line at the foot.
    """
    form, secret, footer = identity
    kinds = [_WORDS.get(c.use) or question.column(c) for c in sheet.columns]
    widths = [_width(c, k, [_plain(row, c) for row in rows]) for c, k in zip(sheet.columns, kinds, strict=True)]
    page = book.sheet(sheet.name, "input", widths)
    book.head(page, f"{sheet.name}: {form.recipient}", question.words, len(kinds) - 1)
    if any(kind.unit in ADDED and kind.is_numeric for kind in kinds):
        book.text(page, SUM_ROW, 0, "Sum of the rows shown", "Note")
    for k, (column, kind) in enumerate(zip(sheet.columns, kinds, strict=True)):
        side = "right" if is_figure(kind) else "left"
        book.text(page, UNIT_ROW, k, kind.unit if kind.is_numeric else "", "Band", align=side)
        book.text(page, HEADER_ROW, k, column.header, "Header", align=side, **book.after_figure(kinds, k))
        if kind.unit in ADDED and kind.is_numeric and rows:
            _sum(book, page, k, [_plain(row, column) for row in rows])
    looks = _looks(sheet, kinds, rows)
    for offset, row in enumerate(rows):
        for k, (column, kind) in enumerate(zip(sheet.columns, kinds, strict=True)):
            value = row.code(secret, form.form_id) if column.use is Use.CODE else _plain(row, column)
            more = {**book.after_figure(kinds, k), **looks[k]}
            book.value(page, FIRST_ROW + offset, k, value, kind, _role(column, kind), **more)
    _help(page, question, sheet, kinds, len(rows))
    _finish(book, page, len(rows), len(kinds), f"{footer}  |  {form.row_count} rows  |  seal {form.seal(secret)}")
    book.footer(page, footer)


def _plain(row: FormRow, column: FormColumn) -> Plain:
    values = {Use.KEY: row.key, Use.SHOWN: row.shown, Use.FILL: row.base}.get(column.use, {})
    return values.get(column.field)


def _role(column: FormColumn, kind: Column) -> str:
    if column.use is Use.FILL:
        return "Input" if is_figure(kind) else "InputText"
    return _ROLES.get(column.use, "Calc" if is_figure(kind) else "Label")


def _looks(sheet: FormSheet, kinds: Sequence[Column], rows: Sequence[FormRow]) -> list[dict[str, str]]:
    """Return the number format of each column where it is not its kind's: two decimals for units that are all few."""
    counted = [k for k, kind in enumerate(kinds) if kind.unit == "units" and kind.is_numeric]
    values = [v for k in counted for row in rows if isinstance(v := _plain(row, sheet.columns[k]), float)]
    few = any(values) and max(map(abs, values)) < FEW
    return [{"number": "decimals"} if few and k in counted else {} for k in range(len(kinds))]


def _width(column: FormColumn, kind: Column, values: Sequence[Plain]) -> int:
    fixed = {Use.CODE: 190, Use.REASON: 130, Use.COMMENT: 240}.get(column.use)
    if fixed:
        return fixed
    if is_figure(kind) or kind.kind in (Kind.MONTH, Kind.DATE):
        return max(84, 7 * len(column.header) + 22)
    texts = [len(value) for value in values if isinstance(value, str)]
    return min(330, max(90, 7 * max([len(column.header) + 2, *texts]) + 14))


def _sum(book: PackBook, page: Worksheet, column: int, values: Sequence[Plain]) -> None:
    letters = xl_col_to_name(column)
    total = sum(value for value in values if isinstance(value, float))
    area = f"{letters}{FIRST_ROW + 1}:{letters}{FIRST_ROW + len(values)}"
    page.write_formula(SUM_ROW, column, f"=SUBTOTAL(109,{area})", book.style("Output", "units"), total)


def _help(page: Worksheet, question: Question, sheet: FormSheet, kinds: Sequence[Column], rows: int) -> None:
    """Say beside each cell to fill what it takes, and offer the reasons as a list."""
    last = FIRST_ROW + max(rows, 1) - 1
    for k, (column, kind) in enumerate(zip(sheet.columns, kinds, strict=True)):
        rule = _rule(question, column, kind)
        if rule:
            page.data_validation(FIRST_ROW, k, last, k, rule)


def _rule(question: Question, column: FormColumn, kind: Column) -> dict[str, Any] | None:
    if column.use is Use.REASON:
        return {"validate": "list", "source": list(question.reasons), "error_type": "warning"}
    if column.use is not Use.FILL:
        return None
    if kind.choices:
        return {"validate": "list", "source": list(kind.choices)}
    if kind.kind is Kind.MONTH:
        return {"validate": "any", "input_title": column.header, "input_message": "A month, as its first day."}
    if not kind.is_numeric:
        return None
    low = kind.minimum
    words = f"Enter a number{'' if low is None else f', {low:g} or more'}. Blank: nothing to say."
    limit = {"criteria": ">=", "value": -1e15 if low is None else low}
    told = {"input_title": column.header[:32], "input_message": words, "error_message": words}
    return {"validate": "decimal", **limit, **told, "ignore_blank": True}


def _finish(book: PackBook, page: Worksheet, rows: int, columns: int, footer: str) -> None:
    page.autofilter(HEADER_ROW, 0, HEADER_ROW + max(rows, 1), columns - 1)
    page.freeze_panes(FIRST_ROW, 2)
    page.repeat_rows(HEADER_ROW)
    book.text(page, FIRST_ROW + max(rows, 1) + 1, 0, footer, "Note")
    protect(page)
