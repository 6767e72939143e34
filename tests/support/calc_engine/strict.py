"""What Excel refuses, or changes in silence, where Calc would let it pass: here all of it is refused."""

from __future__ import annotations

import datetime as dt
import re

MAX_ROW, MAX_COLUMN = 1_048_576, 16_384
MAX_SHEET_NAME, MAX_TABLE_NAME, MAX_TEXT = 31, 255, 32_767
ERRORS = ("#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!")

_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:tember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_NUMBER = r"[-+]?\s*[$€£]?\s*(?:\d[\d,]*\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*[%$€£]?"
_PARSED = re.compile(
    rf"""\s*(?:
        {_NUMBER}                                        # 00123  -5  1E5  1,000  5%
        |\({_NUMBER}\)                                   # (5) is minus five
        |\d+\s+\d+/\d+                                   # 1 1/2
        |\d{{1,4}}[-/.]\d{{1,2}}(?:[-/.]\d{{1,4}})?(?:\s+\d.*)?   # 1-2  3/4  2026-03-14 15:00
        |\d{{1,2}}[-/\s]?(?:{_MONTHS})(?:[-/\s]?\d{{1,4}})? # 3 March  3-Mar-26
        |(?:{_MONTHS})[-/\s.]?\s*\d{{1,4}}(?:,\s*\d{{4}})?  # Mar 26  MAR2
        |\d+:\d+(?::\d+)?(?:\.\d+)?(?:\s*[ap]m?)?        # 12:30 pm
        |\d+\s*[ap]m?                                    # 3p
        |true|false
    )\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_CELL_LIKE = re.compile(r"[A-Za-z]{1,3}\d{1,7}|[Rr]\d*[Cc]\d*|[RrCc]")
_TABLE_NAME = re.compile(r"[^\W\d][\w.]*|\\[\w.]*")


class NotAsInExcelError(Exception):
    """Excel would refuse this, or do something else than what is asked; it looks like an exception of COM's.

    Attributes:
        hresult: COM's code for a refusal.
        excepinfo: its detail: the words stand third.
    """

    hresult = -2147352567

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.excepinfo = (0, "Microsoft Excel", words, None, 0, -2146827284)


def check_sheet_name(name: str, others: list[str]) -> None:
    """Raise where Excel has no sheet of that name.

    Raises:
        NotAsInExcelError: the message says why.
    """
    if not 1 <= len(name) <= MAX_SHEET_NAME:
        raise NotAsInExcelError(f"A sheet's name has 1 to {MAX_SHEET_NAME} characters, {name!r} has {len(name)}.")
    if re.search(r"[\[\]:*?/\\]", name) or name.startswith("'") or name.endswith("'"):
        raise NotAsInExcelError(f"{name!r} is no name for a sheet: none of [ ] : * ? / \\, no quote at an end.")
    if name.casefold() == "history" or name.casefold() in (other.casefold() for other in others):
        raise NotAsInExcelError(f"There is a sheet {name!r} already; capitals make no difference.")


def check_table_name(name: str, others: list[str]) -> None:
    """Raise where Excel has no table of that name.

    Raises:
        NotAsInExcelError: the message says why.
    """
    if len(name) > MAX_TABLE_NAME or not _TABLE_NAME.fullmatch(name) or _CELL_LIKE.fullmatch(name):
        raise NotAsInExcelError(f"{name!r} is no name for a table: a letter first, no blanks, not like a cell.")
    if name.casefold() in (other.casefold() for other in others):
        raise NotAsInExcelError(f"The name {name!r} is taken; capitals make no difference.")


def check_area(row: int, column: int, rows: int, columns: int) -> None:
    """Raise where a block leaves the sheet.

    Raises:
        NotAsInExcelError: the block does not lie in the 1,048,576 rows and 16,384 columns.
    """
    if row < 1 or column < 1 or row + rows - 1 > MAX_ROW or column + columns - 1 > MAX_COLUMN:
        raise NotAsInExcelError(f"Row {row}, column {column}, {rows} x {columns} cells: that is off the sheet.")


def is_parsed(text: str) -> bool:
    """Whether Excel makes something else of `text` in a cell that is not formatted as text."""
    return text in ERRORS or text[0] in "=+-@'" or _PARSED.fullmatch(text) is not None


def check_value(value: object, *, is_text: bool, is_date: bool, is_general: bool) -> None:
    """Raise where a cell of that format would not keep `value` as it is given.

    Args:
        value: a plain value; formulas are not for here.
        is_text: whether the cell is formatted as text, `@`.
        is_date: whether its format shows a date.
        is_general: whether it has no format of its own.

    Raises:
        NotAsInExcelError: Excel would parse a text, or turn a number into one.
    """
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            raise NotAsInExcelError(f"a text of {len(value):,} characters; a cell of Excel's holds {MAX_TEXT:,}.")
        if not is_text and value not in ERRORS and is_parsed(value):
            raise NotAsInExcelError(f"Excel would not keep the text {value!r}; format the cell @ first.")
    elif is_text:
        raise NotAsInExcelError(f"the cell is formatted @, so Excel would make a text of {value!r}.")
    elif isinstance(value, dt.datetime) and not (is_date or is_general):
        raise NotAsInExcelError(f"{value} would show as a number; give the cell a date format first.")
