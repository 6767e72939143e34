"""Cells' texts in the file to values, and values to cells' texts."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import TYPE_CHECKING

from sop_xl.adapters.gate import clean
from sop_xl.adapters.package.ranges import column_number
from sop_xl.adapters.package.serial import from_serial, to_serial
from sop_xl.adapters.package.sheet_xml import CELL, FORMULA, VALUE
from sop_xl.adapters.package.xml_text import escaped, storable, uncoded, unescaped
from sop_xl.domain.cells import CellError, Formula

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.adapters.package.ranges import Rect
    from sop_xl.adapters.package.shared_strings import SharedStrings
    from sop_xl.adapters.package.styles import Styles
    from sop_xl.domain.cells import CellInput, Row, Value

_TYPE = re.compile(r'\bt="(\w+)"')
_STYLE = re.compile(r'\bs="(\d+)"')
_PHONETIC = re.compile(r"<rPh\b.*?</rPh>", re.DOTALL)
_TEXT = re.compile(r"<t\b[^>]*?(?:/>|>([^<]*)</t>)")


class CellReader:
    """Reads cells of one workbook."""

    def __init__(self, texts: Sequence[str], styles: Styles, *, date1904: bool) -> None:
        """Take the shared texts, the styles that tell dates, and the date system."""
        self._texts = texts
        self._styles = styles
        self._date1904 = date1904
        self._kinds: dict[str, tuple[str, bool]] = {}
        self._dates: dict[str, Value] = {}

    def area(self, xml: str, area: Rect) -> list[Row]:
        """Return the values of the cells of `area`, by row; `xml` is the sheet's, or some of its rows."""
        width = area.right - area.left + 1
        rows: list[Row] = [[None] * width for _ in range(area.top, area.bottom + 1)]
        top, left, height = area.top, area.left, len(rows)
        for letters, number, attributes, plain, inner in CELL.findall(xml):
            row, column = int(number) - top, column_number(letters) - left
            if 0 <= row < height and 0 <= column < width:
                rows[row][column] = self._value(attributes, plain, inner)
        return rows

    def value(self, cell: str) -> Value:
        """Return the value of one cell's text."""
        match = CELL.match(cell)
        assert match is not None, cell
        return self._value(match.group(3), match.group(4) or "", match.group(5) or "")

    def _value(self, attributes: str, plain: str, inner: str) -> Value:
        kind, is_date = self._kinds.get(attributes) or self._kind(attributes)
        if kind == "inlineStr":
            return _inline_text(inner)
        if not plain:
            match = VALUE.search(inner) if inner else None
            plain = (match.group(1) or "") if match else ""
        if kind == "s":
            return self._texts[int(plain)] or None if plain else None
        if kind == "n":
            return (self._date(plain) if is_date else float(plain)) if plain.strip() else None
        return _other(kind, plain)

    def _kind(self, attributes: str) -> tuple[str, bool]:
        kind = _TYPE.search(attributes)
        style = _STYLE.search(attributes)
        is_date = self._styles.is_date(int(style.group(1))) if style else self._styles.is_date(0)
        found = self._kinds[attributes] = (kind.group(1) if kind else "n", is_date)
        return found

    def _date(self, serial: str) -> Value:
        if serial not in self._dates:
            self._dates[serial] = from_serial(float(serial), date1904=self._date1904)
        return self._dates[serial]


def _inline_text(inner: str) -> str | None:
    if "<rPh" in inner:
        inner = _PHONETIC.sub("", inner)
    return uncoded(unescaped("".join(_TEXT.findall(inner)))) or None


def _other(kind: str, plain: str) -> Value:
    if kind == "b":
        return plain.strip() in ("1", "true")
    if kind == "e":
        return CellError(plain)
    if kind == "d" and plain:
        moment = dt.datetime.fromisoformat(plain.rstrip("Z"))
        return moment.date() if moment.time() == dt.time() else moment
    return uncoded(unescaped(plain)) or None


def is_uncalculated(attributes: str, inner: str) -> bool:
    """Whether a cell's formula has no result in the file; an empty text is a result."""
    if "<f" not in inner or FORMULA.search(inner) is None:
        return False
    value = VALUE.search(inner)
    return value is None or (not value.group(1) and 't="str"' not in attributes)


class CellWriter:
    """Writes cells of one workbook; new texts go to its shared ones, new date formats to its styles."""

    def __init__(self, strings: SharedStrings, styles: Styles, *, date1904: bool) -> None:
        """Take the shared texts and the styles, which may grow, and the date system."""
        self._strings = strings
        self._styles = styles
        self._date1904 = date1904
        self._number_styles: dict[str, str] = {}
        self._indices: dict[str, int] = {}

    def cell(self, reference: str, style: str, value: CellInput) -> str:
        """Return the cell's text; no text where it has neither value nor style.

        Text that starts with `=` stays text; only a `Formula` becomes a formula.

        Raises:
            ValueError: no cell can hold the value; the message follows the cell's name.
        """
        if isinstance(value, float) and math.isfinite(value):
            return f'<c r="{reference}"{self._number_style(style)}><v>{_number_text(value)}</v></c>'
        if type(value) is str and value in self._indices:
            return f'<c r="{reference}"{_style(style)} t="s"><v>{self._indices[value]}</v></c>'
        if isinstance(value, Formula):
            return self._formula(reference, style, value)
        return self._cleaned(reference, style, value)

    def _cleaned(self, reference: str, style: str, value: Value) -> str:
        stored = clean(value)
        if stored is None:
            return f'<c r="{reference}" s="{style}"/>' if style else ""
        shown = self._style_for(stored, style)
        if isinstance(stored, str) and not isinstance(stored, CellError):
            index = self._strings.index(stored)
            self._indices[str(value)] = index
            return f'<c r="{reference}"{shown} t="s"><v>{index}</v></c>'
        kind, text = self._typed(stored)
        return f'<c r="{reference}"{shown}{kind}><v>{text}</v></c>'

    def _formula(self, reference: str, style: str, formula: Formula) -> str:
        stored = clean(formula.value)
        is_empty_text = stored is None and isinstance(formula.value, str)
        kind, text = ("", "") if stored is None else self._typed(stored)
        result = "<v></v>" if is_empty_text else "" if stored is None else f"<v>{text}</v>"
        shown = self._style_for(stored, style) + (' t="str"' if is_empty_text else kind)
        return f'<c r="{reference}"{shown}><f>{escaped(storable(formula.text))}</f>{result}</c>'

    def _style_for(self, value: Value, style: str) -> str:
        """Return the style attribute of a value's cell: a date has to look like one, and a number must not."""
        if isinstance(value, dt.date):
            return _style(self._styles.dated(style))
        return self._number_style(style) if isinstance(value, float) else _style(style)

    def _number_style(self, style: str) -> str:
        shown = self._number_styles.get(style)
        if shown is None:
            shown = self._number_styles[style] = _style(self._styles.numeric(style))
        return shown

    def _typed(self, value: Value) -> tuple[str, str]:
        """Return the type attribute and the text of a value that is not blank."""
        if isinstance(value, bool):
            return ' t="b"', str(int(value))
        if isinstance(value, str):
            return ' t="e"' if isinstance(value, CellError) else ' t="str"', escaped(value)
        number = to_serial(value, date1904=self._date1904) if isinstance(value, dt.date) else value
        assert isinstance(number, float)
        return "", _number_text(number)


def _style(style: str) -> str:
    return f' s="{style}"' if style else ""


def _number_text(number: float) -> str:
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else float.__repr__(number)
