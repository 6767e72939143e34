"""Where things stand on the sheet Paste actuals: what finance fills, what a check writes, by name.

Every area is also a defined name of the workbook, so that it is found after rows or columns were
inserted above or left of it; the addresses here are those of the template.
"""

from __future__ import annotations

from dataclasses import dataclass

from sop_xl.domain.cells import column_letters

SHEET = "Paste actuals"
LAST_ROW = 1_048_576
RAW_COLUMNS = 40
"""Columns in which a paste is looked for: a crosstab of three years with its keys fits."""
BAND_ROW, BAND_ROWS = 8, 10
"""First row, as Excel counts, and number of rows of the panels above the paste."""
FIRST_ROW = 20
"""First row of the paste, as Excel counts."""
FIELDS = ("row", "status", "code", "message")
"""Columns of `ROWS`: the row's number on the sheet, then the three that a check fills."""


STATUS_WORDS = {
    "good": "● Good",
    "fixed": "● Corrected",
    "warn": "■ Look",
    "bad": "▲ Bad",
    "excluded": "○ Left out",
}
"""Status of a row as the check names it, and as the sheet shows it."""
STATES = ("pasted", "blocked", "red", "amber", "green", "committed", "reversed")
"""What the sheet can say of its paste; blocked to green is the light of the last check."""


@dataclass(frozen=True)
class Area:
    """A rectangle of cells with a name; rows and columns as Excel counts, ends included.

    Attributes:
        name: the defined name.
        top, left, bottom, right: its first and last row and column.
        typed: whether the user fills it; else a check does.
    """

    name: str
    top: int
    left: int
    bottom: int
    right: int
    typed: bool = False

    @property
    def address(self) -> str:
        """The area as Excel writes it without `$`, such as `F20:AS1048576`."""
        first, last = f"{column_letters(self.left)}{self.top}", f"{column_letters(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"

    @property
    def height(self) -> int:
        """Number of rows."""
        return self.bottom - self.top + 1

    @property
    def width(self) -> int:
        """Number of columns."""
        return self.right - self.left + 1


_LEFT = 6
"""Column F: the first of the paste."""
_END = BAND_ROW + BAND_ROWS - 1

RAW = Area("paste_Raw", FIRST_ROW, _LEFT, LAST_ROW, _LEFT + RAW_COLUMNS - 1, typed=True)
"""What finance pastes, header and titles included, anywhere in here."""
MAPPING = Area("paste_Mapping", FIRST_ROW - 1, _LEFT, FIRST_ROW - 1, RAW.right)
"""What each column of the paste was taken for, in words: `Item`, `Quantity`; blank: not used."""
ROWS = Area("paste_Rows", FIRST_ROW, 1, LAST_ROW, len(FIELDS))
"""One row beside each row of the paste, columns `FIELDS`; a status is one of `STATUS_WORDS`."""
SAYS = Area("paste_Says", 5, 1, 5, 1)
"""One sentence of the last check, commit or undo, its sign first: `▲ 9 rows are bad, 12 want a look`."""
STATE = Area("paste_State", 5, 13, 5, 13)
"""The step the sheet is in: one of `STATES`; blank: nothing was checked yet."""
ANSWERS = Area("paste_Answers", BAND_ROW, 2, _END, 2, typed=True)
"""The user's answer to the question in the same row of `QUESTIONS`."""
QUESTIONS = Area("paste_Questions", BAND_ROW, 3, _END, 4)
"""Code, and the question in words with its column and choices; those that block come first."""
ASKED = Area("paste_Asked", BAND_ROW, 5, _END, 5)
"""What the answer in the same row is called, `P04:Umsatz`; not shown."""
MARKS = Area("paste_Marks", FIRST_ROW, 5, LAST_ROW, 5)
"""Which cells of the row are marked and how, `▲3;■5;`: sign and column of the paste; conditional formats read it."""
SIGNS = {"fixed": "●", "warn": "■", "bad": "▲"}
"""Sign of a marked cell, by what the check says of it."""
RECEIPT = Area("paste_Receipt", BAND_ROW, 7, BAND_ROW + len(STATUS_WORDS) - 1, 9)
"""Count, quantity and value of the rows of each status, in the order of `STATUS_WORDS`."""
COUNTS = Area("paste_Counts", _END - 2, 7, _END, 7)
"""Keys that a commit would add, change, and leave as they are."""
CONTROL_VALUE = Area("paste_ControlValue", BAND_ROW, 13, BAND_ROW, 13, typed=True)
"""Total value that finance knows from its ledger; blank: not compared."""
CONTROL_QUANTITY = Area("paste_ControlQuantity", BAND_ROW + 1, 13, BAND_ROW + 1, 13, typed=True)
"""Total quantity that finance knows; blank: not compared."""
ACCEPT = Area("paste_Accept", BAND_ROW + 6, 13, BAND_ROW + 6, 13, typed=True)
"""`yes`: the rows to look at are right as they are."""
KEEP_ASIDE = Area("paste_KeepAside", BAND_ROW + 7, 13, BAND_ROW + 7, 13, typed=True)
"""`yes`: commit the good rows and keep the bad ones here; the month is then incomplete."""
REASON = Area("paste_Reason", BAND_ROW + 8, 12, BAND_ROW + 8, 12, typed=True)
"""Why: asked for where closed months are restated or rows to look at are accepted."""
FAULTS = Area("paste_Faults", BAND_ROW, 15, _END, 17)
"""In how many rows, code, and what it is in a few words; most rows first."""
CHANGES = Area("paste_Changes", BAND_ROW, 19, _END, 24)
"""The largest changes to what was committed: item, market, month, before, after, difference."""

AREAS = (
    RAW,
    MAPPING,
    ROWS,
    SAYS,
    STATE,
    ANSWERS,
    QUESTIONS,
    ASKED,
    MARKS,
    RECEIPT,
    COUNTS,
    CONTROL_VALUE,
    CONTROL_QUANTITY,
    ACCEPT,
    KEEP_ASIDE,
    REASON,
    FAULTS,
    CHANGES,
)
"""Every area of the sheet, by name a defined name of the workbook."""
