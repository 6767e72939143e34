"""Cell styles, as far as they matter here: which of them show a date, and variants that do or do not."""

from __future__ import annotations

import re
from typing import Any

from sop_xl.adapters.package.xml_text import children, descendants, parsed, plain

_BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_BUILT_IN_DATE = "14"
_GENERAL = "0"
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.')
_BRACKETS = re.compile(r"\[[^\]]*\]")
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_DATE_LETTERS = re.compile(r"[dmyhs]", re.IGNORECASE)


def shows_date(code: str) -> bool:
    """Whether a number format shows a date or a time of day; `[h]:mm` is a duration and does not."""
    section = _LITERAL.sub("", code).split(";")[0]
    if _ELAPSED.search(section):
        return False
    section = _BRACKETS.sub("", section)
    return section.strip().casefold() != "general" and _DATE_LETTERS.search(section) is not None


class Styles:
    """The styles of a workbook's cells, by index."""

    def __init__(self, text: str, part: str) -> None:
        """Read the styles part."""
        self._text = plain(text, part)
        root = parsed(self._text, part)
        codes = {e.get("numFmtId"): e.get("formatCode", "") for e in descendants(root, "numFmt")}
        formats = [xf for group in children(root, "cellXfs") for xf in children(group, "xf")]
        self._is_date = [_is_date(xf, codes) for xf in formats]
        self._stored = len(formats)
        self._added: dict[tuple[int, str], int] = {}

    def is_date(self, style: int) -> bool:
        """Whether cells of that style show their number as a date."""
        return style < len(self._is_date) and self._is_date[style]

    def dated(self, style: str) -> str:
        """Return the style for a date in a cell of `style`: itself, or one like it that shows a date."""
        return style if self.is_date(int(style or 0)) else self._variant(int(style or 0), _BUILT_IN_DATE)

    def numeric(self, style: str) -> str:
        """Return the style for a number in a cell of `style`: itself, or one like it that does not show a date."""
        return self._variant(int(style or 0), _GENERAL) if self.is_date(int(style or 0)) else style

    def _variant(self, base: int, number_format: str) -> str:
        if (base, number_format) not in self._added:
            self._added[base, number_format] = self._stored + len(self._added)
            self._is_date.append(number_format == _BUILT_IN_DATE)
        return str(self._added[base, number_format])

    def xml(self) -> str:
        """Return the part's XML, with the styles that were made."""
        if not self._added:
            return self._text
        start = self._text.index("<cellXfs")
        end = self._text.index("</cellXfs>", start)
        body = self._text[start:end]
        formats = re.findall(r"<xf\b[^>]*?/>|<xf\b.*?</xf>", body, re.DOTALL)
        for base, number_format in self._added:
            formats.append(_with_format(formats[base], number_format))
        body += "".join(formats[self._stored :])
        body = re.sub(r'(<cellXfs[^>]*\bcount=")\d+', rf"\g<1>{len(formats)}", body)
        return self._text[:start] + body + self._text[end:]


def _is_date(xf: Any, codes: dict[Any, str]) -> bool:
    number = xf.get("numFmtId", "0")
    return shows_date(codes[number]) if number in codes else int(number) in _BUILT_IN_DATES


def _with_format(xf: str, number_format: str) -> str:
    start, rest = xf[: xf.index(">")], xf[xf.index(">") :]
    closed = start.endswith("/")
    start = re.sub(r'\s*\b(?:numFmtId|applyNumberFormat)="[^"]*"', "", start.rstrip("/"))
    return f'{start.rstrip()} numFmtId="{number_format}" applyNumberFormat="1"{"/" if closed else ""}{rest}'
