"""The return form: how a workbook that went out is known again when it comes back.

A form is one `.xlsx` for one recipient. What it asked, and what it said when it left, is in the ledger; the
file carries only what tells the form and its rows apart:

- **About**, the last sheet, is visible. Column A holds the labels `ABOUT_LABELS`, column B their values as
  text: the form's id, the company, the GUID of its workbook, the cycle, the data version, recipient, role, the
  day it was made, the day its answer is due, the number of rows, and the seal of all of these.
- **Input sheets** hold one table each. The header row is the one whose cells include `CODE_HEADER`; below it
  is one row a key. `FormSheet.columns` says what each header means: the row's code, the key, what is shown for
  the reader, what is to be filled, the reason, the comment. Rows are told by their code alone, so that their
  order, the file's name, further sheets and columns, and the program that saved it do not matter. A row
  without a code (the sums above, the footer below) is not an answer.
- **A row's code** is `R0012-` and 16 hexadecimal digits: an HMAC-SHA-256 over the form's id, the row's id, its
  sheet, its key and each field with its base value. Whoever types a row, moves it between forms or edits a
  code makes one that fits no row. A code is unique among all forms of a ledger, so that a sheet saved as CSV
  is still known.
- The cells to fill hold the base value when the form leaves: blank where there was none.

There are no hidden sheets, rows or columns. The secret behind the seals is made by the ledger and stays in it
(`Ledger.pack_secret`). `Ledger.packs()` gives the forms, `Ledger.pack_rows(form_id)` their rows, in order.

Values are plain: a number rounded to the digits its column keeps, a text, True or False, a month `2026-11`, a
day `2026-11-25`, or None for a blank; `plain_value` makes them from cells and frames alike, so that base, mine
and theirs compare with `==`.
"""

from __future__ import annotations

import datetime as dt
import hmac
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sop_xl.schema.table import Column

Plain = str | float | bool | None

ABOUT_SHEET = "About"
ABOUT_LABELS = (
    "Form",
    "Company",
    "Workbook",
    "Cycle",
    "Data version",
    "Recipient",
    "Role",
    "Made on",
    "Answer by",
    "Rows",
    "Seal",
)
CODE_HEADER = "Row code"
REASON_HEADER, COMMENT_HEADER = "Reason", "Comment"
CODE_DIGITS, SEAL_DIGITS = 16, 32


class Use(StrEnum):
    """What a column of a form is for; only FILL, REASON and COMMENT are the recipient's."""

    CODE = "code"
    KEY = "key"
    SHOWN = "shown"
    FILL = "fill"
    REASON = "reason"
    COMMENT = "comment"


@dataclass(frozen=True)
class FormColumn:
    """One column of an input sheet.

    Attributes:
        header: its header, unique on the sheet.
        use: what it is for.
        field: the table's field it belongs to, for KEY and FILL; a name of its own for SHOWN; blank for the rest.
    """

    header: str
    use: Use
    field: str = ""


@dataclass(frozen=True)
class FormSheet:
    """One input sheet of a form.

    Attributes:
        name: the sheet's name.
        table: the input table its answers belong to.
        columns: its columns, left to right.
        fixed: key fields that are the same in all rows and have no column, such as the stream of an override.
    """

    name: str
    table: str
    columns: tuple[FormColumn, ...]
    fixed: Mapping[str, str] = field(default_factory=dict)

    def fields(self, use: Use) -> tuple[str, ...]:
        """Return the fields of the columns of one use, in order."""
        return tuple(column.field for column in self.columns if column.use is use)


@dataclass(frozen=True)
class FormRow:
    """One row that is asked for.

    Attributes:
        row_id: `R0001`; unique in its form.
        sheet: the sheet it stands on.
        key: the table's key fields and their values as text (months `2026-11`), `fixed` ones included.
        base: the fields to fill, and what the table said when the form left.
        shown: what stood in the columns for the reader, by field; a change there is no answer.
    """

    row_id: str
    sheet: str
    key: Mapping[str, str]
    base: Mapping[str, Plain]
    shown: Mapping[str, Plain] = field(default_factory=dict)

    def code(self, secret: str, form_id: str) -> str:
        """Return the row's code as it stands in the file."""
        said = [form_id, self.row_id, self.sheet, dict(self.key), dict(self.base)]
        return f"{self.row_id}-{_seal(secret, said)[:CODE_DIGITS]}"


@dataclass(frozen=True)
class Form:
    """The identity of a form.

    Attributes:
        form_id: `F0012-9ab3c4`: number in the ledger and the head of the workbook's GUID.
        company: its name, for the reader.
        guid: the GUID of the workbook it was made from.
        cycle: the open month, `2026-11`.
        version: the ledger's data version it was made from, `18-1f3a9c0d`; blank before the first batch.
        recipient, role: whose it is, as in the table of recipients.
        made_at: when it was made.
        expires: the last day an answer is expected.
        row_count: how many rows it asks for.
        sheets: its input sheets.
    """

    form_id: str
    company: str
    guid: str
    cycle: str
    version: str
    recipient: str
    role: str
    made_at: dt.datetime
    expires: dt.date
    row_count: int
    sheets: tuple[FormSheet, ...] = ()

    def facts(self) -> tuple[str, ...]:
        """Return the values of the About sheet but the seal, in the order of `ABOUT_LABELS`."""
        days = (self.made_at.date().isoformat(), self.expires.isoformat())
        who = (self.recipient, self.role)
        return (self.form_id, self.company, self.guid, self.cycle, self.version, *who, *days, str(self.row_count))

    def seal(self, secret: str) -> str:
        """Return the seal of the About sheet."""
        return about_seal(secret, self.facts())

    def sheet(self, name: str) -> FormSheet:
        """Return the input sheet of that name; KeyError where there is none."""
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        raise KeyError(name)


def about_seal(secret: str, facts: Sequence[str]) -> str:
    """Return the seal over the values of an About sheet, so that those of a returned file can be checked."""
    return _seal(secret, list(facts))[:SEAL_DIGITS]


def is_sealed(expected: str, found: str) -> bool:
    """Whether two codes or seals are the same, without telling by the time it takes where they differ."""
    return hmac.compare_digest(expected.encode(), found.strip().encode())


def form_id(number: int, guid: str) -> str:
    """Return the id of the ledger's form of that number."""
    return f"F{number:04d}-{guid.replace('-', '')[:6].lower()}"


def row_id(number: int) -> str:
    """Return the id of a form's row of that number, counted from 1."""
    return f"R{number:04d}"


def plain_value(column: Column, value: Any) -> Plain:
    """Return a value of a frame as forms keep and compare it.

    Args:
        column: the table's column; numbers are rounded to the digits it keeps.
        value: from a parsed frame; NaN, NaT, NA, None and an empty text are a blank.
    """
    if value is None or value is pd.NaT or value is pd.NA or value == "":
        return None
    if isinstance(value, pd.Period):
        return str(value)
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()[:10]
    if column.is_numeric:
        number = float(value)
        return None if number != number else round(number, column.stored_decimals) + 0.0  # noqa: PLR0124
    return value if isinstance(value, bool) else str(value)


def _seal(secret: str, said: Any) -> str:
    words = json.dumps(said, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hmac.new(secret.encode(), words.encode(), "sha256").hexdigest()
