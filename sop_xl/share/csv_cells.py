"""CSV for others: no cell of text can become a formula in the program that opens it; numbers stay numbers."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sop_xl.share.form import Form, FormRow, FormSheet, Plain

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
SPACES = " \u00a0\u2007\u202f\u3000"


def safe_text(text: str) -> str:
    """Return a text with an apostrophe before it where it, or a line of it, begins as a formula does."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    begins = text.startswith(STARTS) or any(line.lstrip(SPACES).startswith(STARTS) for line in lines)
    return f"'{text}" if begins else text


def safe_csv(header: Sequence[str], rows: Iterable[Sequence[Plain]]) -> str:
    """Return rows as CSV: every text quoted and made safe, numbers with a decimal point, blanks empty."""
    out = StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([safe_text(name) for name in header])
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return out.getvalue()


def _cell(value: Plain) -> str | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    return safe_text(value)


def form_csv(form: Form, sheet: FormSheet, rows: Iterable[FormRow], secret: str) -> str:
    """Return an input sheet of a form as CSV; its row codes make it known when it comes back."""
    from sop_xl.share.form import Use

    def cell(row: FormRow, use: Use, field: str) -> Plain:
        if use is Use.CODE:
            return row.code(secret, form.form_id)
        values = {Use.KEY: row.key, Use.SHOWN: row.shown, Use.FILL: row.base}.get(use, {})
        return values.get(field)

    header = [column.header for column in sheet.columns]
    return safe_csv(header, ([cell(row, c.use, c.field) for c in sheet.columns] for row in rows))
