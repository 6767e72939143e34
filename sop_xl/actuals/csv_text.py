"""A text file as a paste: its encoding and separator told from its content, every cell kept as text."""

from __future__ import annotations

import csv
import io
import re

from sop_xl.actuals.raw import RawPaste, squared
from sop_xl.domain.errors import SopError

SEPARATORS = (";", "\t", "|", ",")
MAX_CELL = 32_767
"""Characters a cell of Excel holds."""
_SNIFFED = 200
_FIRST_LINE = re.compile(r"sep=(.)\s*")

csv.field_size_limit(10_000_000)


def read_text(data: bytes, name: str) -> RawPaste:
    """Return the cells of a text file.

    UTF-8 with or without mark, UTF-16 and Windows-1252 are told apart by content; the separator is the
    one of `; tab | ,` that cuts the first lines into most columns of equal number.

    Raises:
        SopError: it is empty, not text, a web page, or a cell is longer than Excel holds.
    """
    text = decoded(data, name)
    if text.lstrip()[:1] == "<" and "<" in text.lstrip()[1:2000]:
        raise SopError(f"{name} is a web page or XML text, not a table. Open it in Excel and save it as .xlsx.")
    separator, text = _separator(text)
    try:
        lines = [
            [cell or None for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        ]
    except csv.Error as fault:
        raise SopError(f"{name} cannot be read as a table ({fault}). Export it again.") from fault
    rows = squared([list(row) for row in lines])
    paste = RawPaste(rows, name, typed=False, row_count=len(rows))
    _refuse_long_cells(paste)
    return paste


def decoded(data: bytes, name: str) -> str:
    """Return the text of a file's bytes.

    Raises:
        SopError: no bytes, or bytes that are no text.
    """
    if not data.strip(b"\x00 \r\n\t"):
        raise SopError(f"{name} is empty. Export it again.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(data, "utf-16", name)
    if b"\x00" in data[:400]:
        evens, odds = data[0:400:2].count(0), data[1:400:2].count(0)
        if min(evens, odds) * 4 > max(evens, odds) or max(evens, odds) < 2:
            raise SopError(f"{name} is not a text file. Save it as CSV UTF-8 or as .xlsx.")
        return _strictly(data, "utf-16-be" if evens > odds else "utf-16-le", name)
    if sum(byte < 9 for byte in data[:4000]) or data.startswith(b"%PDF"):
        raise SopError(f"{name} is not a text file. Save it as CSV UTF-8 or as .xlsx.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _strictly(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as fault:
        raise SopError(f"{name} is cut off or damaged ({fault.reason}). Export it again.") from fault


def _separator(text: str) -> tuple[str, str]:
    """Return the separator, and the text without a line `sep=;` that names it."""
    head, _, rest = text.partition("\n")
    if match := _FIRST_LINE.fullmatch(head):
        return match[1], rest
    lines = text.splitlines()[:_SNIFFED]
    return max(SEPARATORS, key=lambda separator: _score(lines, separator)), text


def _score(lines: list[str], separator: str) -> tuple[int, int]:
    """Return how many lines share the commonest number of columns above one, and that number."""
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=separator) if len(row) > 1]
    except csv.Error:
        return 0, 0
    if not widths:
        return 0, 0
    common = max(sorted(set(widths), reverse=True), key=widths.count)
    return widths.count(common), common


def _refuse_long_cells(paste: RawPaste) -> None:
    for r, row in enumerate(paste.rows):
        for c, cell in enumerate(row):
            if isinstance(cell, str) and len(cell) > MAX_CELL:
                where = paste.address(r, c)
                raise SopError(f"{paste.source}, {where}: {len(cell):,} characters; a cell holds {MAX_CELL:,}.")
