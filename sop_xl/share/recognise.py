"""Which form a returned file answers and what it says: told by its codes alone, wherever its cells have gone."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from sop_xl.domain.words import counted
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.values import AMBIGUOUS, CellFaultError, as_text, is_blank
from sop_xl.share.answer_cells import answer_value, is_same
from sop_xl.share.form import ABOUT_LABELS, CODE_HEADER, Use, is_sealed
from sop_xl.share.merge import ROW, Answer, Place
from sop_xl.share.returned import Finding, Remark, Return

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.domain.cells import Row, Value
    from sop_xl.share.form import Form, FormColumn, FormRow, FormSheet, Plain
    from sop_xl.share.returned import KnownForms, ReturnedFile, ReturnedSheet

USE_INSTEAD = "Ask for the form as .xlsx, or send it again."


def recognise(file: ReturnedFile, known: KnownForms) -> Return:
    """Return what a file says: its form, its answers, and what is wrong with it."""
    reading = _Reading(file, known)
    reading.run()
    return Return(file, reading.form, tuple(reading.answers), reading.base, tuple(reading.remarks))


@dataclass(frozen=True)
class _Found:
    """A table of answers on a sheet: its sheet, the row of its header, and where each header stands."""

    sheet: ReturnedSheet
    header: int
    places: Mapping[str, int]

    @property
    def code(self) -> int:
        """Where the codes stand."""
        return self.places[_word(CODE_HEADER)]

    def rows(self) -> list[tuple[int, Row]]:
        """Return the rows below the header with their positions."""
        return [*enumerate(self.sheet.cells.rows)][self.header + 1 :]

    def where(self, row: int, column: int) -> str:
        """Return the address of a cell with its sheet."""
        return f"{self.sheet.cells.sheet}!{self.sheet.cells.address(row, column)}"


@dataclass
class _Reading:
    """The reading of one file."""

    file: ReturnedFile
    known: KnownForms
    form: Form | None = None
    answers: list[Answer] = field(default_factory=list)
    base: dict[Place, Plain] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    seen: dict[str, tuple[str, Row]] = field(default_factory=dict)

    def run(self) -> None:
        if self.file.fault:
            self._remark(Finding.FILE, self.file.fault)
            return
        about = _about(self.file)
        tables = [found for sheet in self.file.sheets if (found := _table(sheet))]
        codes = {
            as_text(row[found.code]) for found in tables for _, row in found.rows() if not is_blank(row[found.code])
        }
        self.form = self._form(about, codes)
        if self.form is None:
            return
        self._check_about(about)
        if not tables:
            self._remark(
                Finding.UNKNOWN_ROW, f"No sheet has the column '{CODE_HEADER}', by which rows are known. {USE_INSTEAD}"
            )
        by_code = self.known.codes(self.form.form_id)
        for found in tables:
            self._columns(found, by_code)
            for position, row in found.rows():
                self._row(found, position, row, by_code)

    # --- which form -----------------------------------------------------------------------------------

    def _form(self, about: Mapping[str, str], codes: set[str]) -> Form | None:
        """Return the form that is answered: the one About names, else the one most codes belong to."""
        named = self.known.forms.get(about.get("Form", ""))
        if named is not None:
            return named
        if about.get("Workbook", self.known.guid) != self.known.guid:
            company = about.get("Company", "another company")
            self._remark(Finding.OTHER_COMPANY, f"This is a form of {company}, not of this workbook. It was left out.")
            return None
        owners = Counter(owner.form_id for code in codes if (owner := self.known.owner(code)))
        if owners:
            return self.known.forms[owners.most_common(1)[0][0]]
        what = "a form this ledger does not know" if about or codes else "no form"
        self._remark(Finding.FILE, f"This is {what}; it was left out. {USE_INSTEAD}")
        return None

    def _check_about(self, about: Mapping[str, str]) -> None:
        form = self._known_form()
        facts = dict(zip(ABOUT_LABELS, (*form.facts(), form.seal(self.known.secret)), strict=True))
        changed = [label for label in ABOUT_LABELS if label in about and not is_sealed(facts[label], about[label])]
        if changed:
            self._remark(
                Finding.NOT_THEIRS, f"On the sheet About, {', '.join(changed)} was changed; the ledger's stands."
            )
        day = self.file.at.date() if self.file.at else self.known.today
        if day > form.expires:
            self._remark(Finding.LATE, f"It is of {day}; its answer was due by {form.expires}. Look twice.")
        if form.cycle < self.known.cycle:
            self._remark(Finding.OLD, f"It asks about the cycle {form.cycle}; {self.known.cycle} is open. Look twice.")

    # --- its rows -------------------------------------------------------------------------------------

    def _columns(self, found: _Found, by_code: Mapping[str, FormRow]) -> None:
        """Remark columns to fill that are gone: their cells are no answer."""
        rows = [by_code[c] for _, row in found.rows() if (c := as_text(row[found.code])) in by_code]
        for name in dict.fromkeys(row.sheet for row in rows):
            sheet = self._known_form().sheet(name)
            gone = [c.header for c in sheet.columns if c.use is Use.FILL and _word(c.header) not in found.places]
            for header in gone:
                count = counted(sum(row.sheet == name for row in rows), "row")
                message = f"The column '{header}' is gone, so {count} have no answer there."
                self._remark(Finding.COLUMN_GONE, message, f"{found.sheet.cells.sheet}!{header}")

    def _row(self, found: _Found, position: int, cells: Row, by_code: Mapping[str, FormRow]) -> None:
        code = as_text(cells[found.code]) if not is_blank(cells[found.code]) else ""
        asked = by_code.get(code)
        if asked is None:
            self._unknown(found, position, cells, code)
            return
        sheet = self._known_form().sheet(asked.sheet)
        if code in self.seen:
            self._again(found, position, cells, code)
            return
        self.seen[code] = (found.where(position, found.code), cells)
        edited = self._edited(found, cells, asked, sheet)
        if edited:
            where = found.where(position, found.places[_word(edited.header)])
            said = asked.key[edited.field]
            now = as_text(_at(found, cells, edited))
            message = f"{edited.header} of this row was '{said}' and is '{now}'. A row is taken as it was asked."
            self._remark(Finding.UNKNOWN_ROW, message, where, value=self._filled(found, cells, sheet))
            return
        self._shown(found, position, cells, asked, sheet)
        self._fill(found, position, cells, asked, sheet)

    def _unknown(self, found: _Found, position: int, cells: Row, code: str) -> None:
        """Quarantine a row whose code is none of the form's; a row without code or answer is a sum or a footer."""
        filled = [self._filled(found, cells, sheet) for sheet in self._known_form().sheets]
        value = next((v for v in filled if v is not None), None)
        if not code and (value is None or not self._has_key(found, cells)):
            return
        owner = self.known.owner(code) if code else None
        what = f"belongs to the form of {owner.recipient}" if owner else "is none of this form's"
        message = (
            f"The code '{code}' {what}." if code else "This row has no code: it was typed in, or its code was cleared."
        )
        self._remark(Finding.UNKNOWN_ROW, message, found.where(position, found.code), value=value)

    def _has_key(self, found: _Found, cells: Row) -> bool:
        columns = [c for sheet in self._known_form().sheets for c in sheet.columns if c.use is Use.KEY]
        return any(not is_blank(_at(found, cells, column)) for column in columns)

    def _again(self, found: _Found, position: int, cells: Row, code: str) -> None:
        """Quarantine a row that stands there a second time with another content."""
        where, before = self.seen[code]
        if cells != before:
            message = f"This row stands twice with different values, first in {where}; the first counts."
            self._remark(Finding.UNKNOWN_ROW, message, found.where(position, found.code))

    def _edited(self, found: _Found, cells: Row, asked: FormRow, sheet: FormSheet) -> FormColumn | None:
        keys = [c for c in sheet.columns if c.use is Use.KEY and _word(c.header) in found.places]
        return next((c for c in keys if not is_same(asked.key[c.field] or None, _key_cell(found, cells, c))), None)

    def _shown(self, found: _Found, position: int, cells: Row, asked: FormRow, sheet: FormSheet) -> None:
        """Remark changed cells that are not to be filled; the rounded figures of a text file tell nothing."""
        if not found.sheet.typed:
            return
        for column in sheet.columns:
            if column.use is Use.SHOWN and _word(column.header) in found.places:
                cell = _at(found, cells, column)
                if not is_same(asked.shown.get(column.field), cell):
                    where = found.where(position, found.places[_word(column.header)])
                    message = f"{column.header} is not to be filled in; what was typed there was left out."
                    self._remark(Finding.NOT_THEIRS, message, where, value=as_text(cell) if cell is not None else None)

    def _fill(self, found: _Found, position: int, cells: Row, asked: FormRow, sheet: FormSheet) -> None:
        table = TABLE_BY_NAME[sheet.table]
        key = tuple(asked.key.get(name, "") for name in table.key)
        reason, changed = self._reason(found, cells, sheet), False
        for column in sheet.columns:
            if column.use is not Use.FILL or _word(column.header) not in found.places:
                continue
            place, at = Place(table.name, key, column.field), found.places[_word(column.header)]
            where = found.where(position, at)
            if (position, at) in found.sheet.uncalculated:
                message = "The formula has no result. Ask for the file opened and saved in Excel, or for the number."
                self._remark(Finding.NO_RESULT, message, where, place)
                continue
            try:
                value = self._value(found, cells, column, asked)
            except CellFaultError as fault:
                shown = as_text(_at(found, cells, column))
                message = f"{column.header} is '{shown}': {fault}. Ask for a plain value."
                self._remark(Finding.BAD_VALUE, message, where, place, shown)
                continue
            self.base[place] = asked.base.get(column.field)
            changed |= value != self.base[place]
            self.answers.append(
                Answer(place, value, self._known_form().recipient, self.file.at, reason, self.file.name)
            )
        if reason and not changed:
            message = f"A reason or comment without a changed figure: {reason}"
            self._remark(Finding.COMMENT, message, found.where(position, found.code), Place(table.name, key, ROW))

    def _value(self, found: _Found, cells: Row, column: FormColumn, asked: FormRow) -> Plain:
        """Return what a filled cell says; `1.234` of a text file may be two numbers, unless it stood there before."""
        cell = _at(found, cells, column)
        value = answer_value(TABLE_BY_NAME[self._known_form().sheet(asked.sheet).table].column(column.field), cell)
        unsure = not found.sheet.typed and isinstance(cell, str) and AMBIGUOUS.fullmatch(cell.strip())
        if unsure and value != asked.base.get(column.field):
            raise CellFaultError("text that could mean thousands or decimals")
        return value

    def _reason(self, found: _Found, cells: Row, sheet: FormSheet) -> str:
        words = [
            as_text(v)
            for c in sheet.columns
            if c.use in (Use.REASON, Use.COMMENT)
            if not is_blank(v := _at(found, cells, c))
        ]
        return "; ".join(words)

    def _filled(self, found: _Found, cells: Row, sheet: FormSheet) -> str | None:
        """Return what stands in the cells to fill of a row that is not taken, so that it is not lost."""
        values = [_at(found, cells, c) for c in sheet.columns if c.use is Use.FILL]
        told = [as_text(value) for value in values if not is_blank(value)]
        return ", ".join(told) or None

    def _known_form(self) -> Form:
        assert self.form is not None
        return self.form

    def _remark(
        self, finding: Finding, message: str, cell: str = "", place: Place | None = None, value: Plain = None
    ) -> None:
        who = self.form.recipient if self.form else self.file.sender
        self.remarks.append(Remark(finding, message, self.file.name, cell, who, place, value))


def _about(file: ReturnedFile) -> dict[str, str]:
    """Return labels and values of the sheet About, whatever it is called now."""
    best: dict[str, str] = {}
    for sheet in file.sheets:
        found: dict[str, str] = {}
        for row in sheet.cells.rows:
            for label, value in pairwise(row):
                if isinstance(label, str) and label.strip() in ABOUT_LABELS and not is_blank(value):
                    found.setdefault(label.strip(), as_text(value))
        if {"Form", "Workbook"} <= found.keys() and len(found) > len(best):
            best = found
    return best


def _table(sheet: ReturnedSheet) -> _Found | None:
    """Return where a sheet's answers are; None: it has no column of codes."""
    for position, row in enumerate(sheet.cells.rows):
        words = [_word(cell) for cell in row]
        if _word(CODE_HEADER) in words:
            return _Found(sheet, position, {word: k for k, word in reversed([*enumerate(words)]) if word})
    return None


def _at(found: _Found, cells: Row, column: FormColumn) -> Value:
    place = found.places.get(_word(column.header))
    return None if place is None else cells[place]


def _key_cell(found: _Found, cells: Row, column: FormColumn) -> Value:
    """Return a key's cell; in a text file what looks like a number, since zeros may have been lost before."""
    cell = _at(found, cells, column)
    if not found.sheet.typed and isinstance(cell, str) and cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@"):
        cell = cell[1:]
    with suppress(ValueError):
        return float(cell) if not found.sheet.typed and isinstance(cell, str) else cell
    return cell


def _word(cell: object) -> str:
    return _header_word(cell) if isinstance(cell, str) else ""


@lru_cache(maxsize=4096)
def _header_word(text: str) -> str:
    """Return what counts of a header: its words, in whatever case."""
    return " ".join(text.replace("\u00a0", " ").split()).casefold()
