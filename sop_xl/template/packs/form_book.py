"""The form one recipient fills: how to answer, the sums, an input sheet a question, and what form it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from sop_xl.domain.calendar import month_text
from sop_xl.share.form import ABOUT_LABELS, ABOUT_SHEET, Use
from sop_xl.template.packs.form_sheet import FIRST_ROW, add_input_sheet
from sop_xl.template.packs.pack_book import PackBook, write_grid
from sop_xl.template.parts import protect

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.share.form_content import FormContent
    from sop_xl.share.questions import Question

START = "How to answer"
STEPS = (
    "Fill only the yellow cells. A blank cell means that you have nothing to say, never zero.",
    "Where you change a figure, choose a reason from the list; a comment is welcome.",
    "Filter as you like; to sort, take off the protection, it has no password. Leave the row codes alone.",
    "Save the file as .xlsx and send it back by answering the mail; its name does not matter.",
)
START_WIDTHS = (130, 110, 110, 130, 110, 300)


def form_bytes(content: FormContent, secret: str) -> bytes:
    """Return the form as the bytes of an `.xlsx`."""
    form = content.form
    book = PackBook(f"{form.form_id}: {form.recipient}", f"{form.company} planning", form.made_at)
    start = book.sheet(START, "view", START_WIDTHS)
    for question in content.questions:
        sheet = form.sheet(question.sheet)
        add_input_sheet(book, question, sheet, content.of(sheet.name), (form, secret, content.footer()))
    _start(book, start, content)
    for grid in content.views:
        write_grid(book, grid, content.footer())
    _about(book, content, secret)
    return book.finish()


def _start(book: PackBook, sheet: Worksheet, content: FormContent) -> None:
    form, last = content.form, len(START_WIDTHS) - 1
    month = month_text(pd.Period(form.cycle, freq="M"))
    book.head(sheet, f"{form.company}: {month} cycle, for {content.greeting}", content.footer(), last)
    for k in range(last + 1):
        sheet.write_blank(4, k, None, book.style("Section"))
    book.text(sheet, 4, 0, f"How to answer, by {form.expires:%A %d %B %Y}", "Section")
    for k, step in enumerate(STEPS):
        book.text(sheet, 5 + k, 0, f"{k + 1}.  {step}", "Plain")
    row = 6 + len(STEPS)
    for question in content.questions:
        row = _summary(book, sheet, row, question, content) + 2
    book.footer(sheet, content.footer())
    sheet.activate()


def _summary(book: PackBook, sheet: Worksheet, row: int, question: Question, content: FormContent) -> int:
    """Write how far a sheet is filled and its sums by month; return the row after them."""
    last, name = len(START_WIDTHS) - 1, question.sheet
    for k in range(last + 1):
        sheet.write_blank(row, k, None, book.style("Section"))
    sheet.write_url(row, 0, f"internal:'{name}'!A1", book.style("Section", underline=1), name)
    book.text(sheet, row, 1, question.words, "Section", bold=False)
    rows = content.of(name)
    if not question.compared or "period" not in question.keys:
        book.text(sheet, row + 1, 0, f"{len(rows)} rows on the sheet {name}.", "Plain")
        return row + 2
    return _months(book, sheet, row + 1, question, content)


def _months(book: PackBook, sheet: Worksheet, row: int, question: Question, content: FormContent) -> int:
    shown_field, fill_field = question.compared or ("", "")
    columns = content.form.sheet(question.sheet).columns
    places = {c.field: k for k, c in enumerate(columns) if c.field and c.use is not Use.CODE}
    if shown_field not in places or fill_field not in places:
        return row
    rows = content.of(question.sheet)
    area = {name: _area(question.sheet, places[name], len(rows)) for name in ("period", shown_field, fill_field)}
    heads = (
        "Month",
        columns[places[shown_field]].header,
        columns[places[fill_field]].header,
        "With your figures",
        "Change",
    )
    for k, head in enumerate(heads):
        book.text(sheet, row, k, head, "Header", align="right" if k else "left")
    months = sorted({entry.key["period"] for entry in rows})
    kind = question.column(columns[places["period"]])
    sums = [0.0] * 4
    for offset, month in enumerate(months, 1):
        line = row + offset
        mine = [entry for entry in rows if entry.key["period"] == month]
        shown = sum(_number(entry.shown[shown_field]) for entry in mine)
        filled = sum(_number(entry.base[fill_field]) for entry in mine)
        kept = sum(_number(entry.shown[shown_field]) for entry in mine if entry.base[fill_field] is None)
        book.value(sheet, line, 0, month, kind, "Label")
        this = f"{area['period']},$A{line + 1}"
        _formula(book, sheet, line, 1, f"=SUMIFS({area[shown_field]},{this})", shown)
        _formula(book, sheet, line, 2, f"=SUMIFS({area[fill_field]},{this})", filled)
        replaced = f'SUMIFS({area[shown_field]},{this},{area[fill_field]},"<>")'
        _formula(book, sheet, line, 3, f"=B{line + 1}-{replaced}+C{line + 1}", kept + filled)
        _formula(book, sheet, line, 4, f"=D{line + 1}-B{line + 1}", kept + filled - shown, "delta")
        sums = [a + b for a, b in zip(sums, (shown, filled, kept + filled, kept + filled - shown), strict=True)]
    total, first = row + len(months) + 1, row + 2
    book.text(sheet, total, 0, "Total", "OutputLabel")
    for k in range(1, 5):
        letters = xl_col_to_name(k)
        number = "delta" if k == 4 else "units"
        formula = f"=SUM({letters}{first}:{letters}{total})"
        sheet.write_formula(total, k, formula, book.style("Output", number), sums[k - 1])
    return total + 1


def _formula(
    book: PackBook, sheet: Worksheet, row: int, column: int, formula: str, value: float, number: str = "units"
) -> None:
    sheet.write_formula(row, column, formula, book.style("Calc", number), value)


def _area(sheet: str, column: int, rows: int) -> str:
    letters = xl_col_to_name(column)
    return f"'{sheet}'!${letters}${FIRST_ROW + 1}:${letters}${FIRST_ROW + rows}"


def _number(value: object) -> float:
    return value if isinstance(value, float) else 0.0


def _about(book: PackBook, content: FormContent, secret: str) -> None:
    form = content.form
    sheet = book.sheet(ABOUT_SHEET, "system", (130, 420))
    book.head(
        sheet, "About this form", "By these lines the answer is known when it comes back; leave them as they are.", 1
    )
    for k, (label, value) in enumerate(zip(ABOUT_LABELS, (*form.facts(), form.seal(secret)), strict=True)):
        book.text(sheet, 4 + k, 0, label, "Label")
        book.text(sheet, 4 + k, 1, value, "CalcText")
    book.footer(sheet, content.footer())
    protect(sheet)
