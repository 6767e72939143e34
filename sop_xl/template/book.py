"""The workbook while it is built: formats made on demand, one for each role and need."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

import xlsxwriter

from sop_xl.template.macros import add_macros
from sop_xl.template.package import finish_looks, pack, unpack
from sop_xl.template.style import BASE, NUMBER_FORMATS, ROLES, TAB
from sop_xl.template.vba_modules import WORKBOOK_CODE_NAME, code_name, template_project

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


class OwnColumn(NamedTuple):
    """A column of the user's in one of our tables, and the formula by which it fills new rows, if it has one."""

    header: str
    formula: str = ""


CREATED = dt.datetime(2026, 1, 1)
"""Fixed, so that two builds are the same bytes."""


def workbook_options() -> dict[str, Any]:
    """Return what every workbook is written with: text is never taken for anything else.

    A new one each time: XlsxWriter changes what it is given, and the next workbook would get other fonts.
    """
    return {
        "in_memory": True,
        "default_format_properties": {"font_name": "Arial", "font_size": 10},
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }


class StyledBook:
    """Formats of a workbook under construction, made on demand.

    Attributes:
        book: the XlsxWriter workbook.
    """

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        """Take a workbook."""
        self.book = book
        self._formats: dict[tuple[Any, ...], Format] = {}
        self._roles: dict[int, str] = {}

    def style(self, role: str, number: str | None = None, **extra: Any) -> Format:
        """Return the format of `role`, with a number format and what a cell needs beyond it."""
        key = (role, number, tuple(sorted(extra.items())))
        if key not in self._formats:
            look = {**BASE, **ROLES[role], **extra}
            if number:
                look["num_format"] = NUMBER_FORMATS[number]
            made = self.book.add_format(look)
            self._formats[key] = made
            self._roles[id(made)] = role
        return self._formats[key]

    def look(self, **properties: Any) -> Format:
        """Return a format for a conditional rule: only what the rule changes."""
        key = ("rule", None, tuple(sorted(properties.items())))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(properties)
        return self._formats[key]


class Book(StyledBook):
    """The planning workbook under construction.

    Attributes:
        frames: table bodies to write at once, by table name; a table without one is empty.
        own_columns: the user's columns at the end of each table, by table name.
        sheet_names: every sheet, in tab order.
    """

    def __init__(
        self,
        sheet_names: Sequence[str],
        frames: Mapping[str, pd.DataFrame] | None = None,
        own_columns: Mapping[str, Sequence[OwnColumn]] | None = None,
    ) -> None:
        """Start a workbook whose sheets are made in this order."""
        self._bytes = BytesIO()
        super().__init__(xlsxwriter.Workbook(self._bytes, workbook_options()))
        self.book.set_properties({"title": "Sales & Operations Planning", "created": CREATED})
        self.book.set_calc_mode("auto")
        self.frames = dict(frames or {})
        self.own_columns = dict(own_columns or {})
        self.sheet_names = tuple(sheet_names)
        self._claimed: dict[int, str] = {}
        self._sheets = {name: self.book.add_worksheet(name) for name in sheet_names}
        self.book.set_vba_name(WORKBOOK_CODE_NAME)
        for name, sheet in self._sheets.items():
            sheet.set_vba_name(code_name(name))

    def sheet(self, name: str, tab: str, widths: Sequence[tuple[str, float]] = ()) -> Worksheet:
        """Return the sheet of that name, without gridlines, with tab colour and widths in pixels."""
        sheet = self._sheets[name]
        sheet.hide_gridlines(2)
        sheet.set_tab_color(TAB[tab])
        sheet.set_default_row(20 * 0.75)
        for columns, pixels in widths:
            sheet.set_column_pixels(columns, pixels, self.style("Plain"))
        return sheet

    def claim(self, row: int, what: str) -> None:
        """Note what a row of Chart data, from 0, is for: two blocks never share one.

        Raises:
            ValueError: another block has it.
        """
        if row in self._claimed:
            msg = f"Row {row + 1} of Chart data is for {self._claimed[row]} already, not for {what}."
            raise ValueError(msg)
        self._claimed[row] = what

    def roles_by_format(self) -> dict[int, str]:
        """Return the role of each cell format by its index in the file; known once the workbook is closed."""
        known = (made for made in self._formats.values() if id(made) in self._roles and made.xf_index is not None)
        return {made.xf_index: self._roles[id(made)] for made in known}

    def base_formats(self) -> dict[str, int]:
        """Return the index in the file of every role's own look; asks for it, so that it is in the file."""
        return {role: self.style(role)._get_xf_index() for role in ROLES}

    def finish(self, saved_project: bytes | None = None) -> bytes:
        """Close the workbook and return its bytes: its formats named, the package complete.

        Args:
            saved_project: its VBA project as Excel once saved it; written from the sources when left out.
        """
        base = self.base_formats()
        self.book.close()
        parts = unpack(self._bytes.getvalue())
        add_macros(parts, template_project(self.sheet_names, saved_project), addin=False)
        finish_looks(parts, self.roles_by_format(), base)
        return pack(parts)
