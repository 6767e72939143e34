"""What came back: the cells of a returned file, before anything is read into them, and what is said of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from sop_xl.domain.cells import Cells
    from sop_xl.share.form import Form, FormRow, Plain
    from sop_xl.share.merge import Answer, Place


@dataclass(frozen=True)
class ReturnedSheet:
    """One sheet of a returned file.

    Attributes:
        cells: all that stands on it; `cells.rows[0]` is the first row with content, no header in particular.
        uncalculated: places in `cells.rows` of formulas without a stored result.
        typed: whether cells have kinds; a CSV file holds text only, as it was displayed.
    """

    cells: Cells = field(repr=False)
    uncalculated: frozenset[tuple[int, int]] = frozenset()
    typed: bool = True


@dataclass(frozen=True)
class ReturnedFile:
    """A file that came back.

    Attributes:
        name: its name; of one in an archive or a mail with theirs before it.
        sha256: hash of its bytes.
        at: when it was sent, or else saved, as far as it tells.
        sender: the address it came from, where a mail tells.
        sheets: its sheets; empty where it cannot be read.
        fault: why it cannot be read, as a sentence; blank: it can.
    """

    name: str
    sha256: str
    at: dt.datetime | None = None
    sender: str = ""
    sheets: Sequence[ReturnedSheet] = field(default=(), repr=False)
    fault: str = ""


class Finding(StrEnum):
    """What is wrong with something that came back; the code of the sheet Collect."""

    UNKNOWN_ROW = "R01"
    NOT_THEIRS = "R02"
    NO_RESULT = "R03"
    BAD_VALUE = "R04"
    FILE = "R10"
    OTHER_COMPANY = "R11"
    LATE = "R12"
    TWICE = "R13"
    OLD = "R14"
    COLUMN_GONE = "R15"
    COMMENT = "R16"


REJECTED = frozenset({Finding.UNKNOWN_ROW, Finding.NO_RESULT, Finding.BAD_VALUE, Finding.FILE, Finding.OTHER_COMPANY})
"""Findings by which a file, row or value is not taken; the others are told beside what is."""


@dataclass(frozen=True)
class Remark:
    """One thing found.

    Attributes:
        finding: its kind.
        message: what was found and what to do, as sentences.
        file: in which file.
        cell: where, such as `Sales forecast!F12`; blank: the file as a whole.
        who: whose file it is, where that is known.
        place: the place it concerns, where it is one.
        value: what stood there.
    """

    finding: Finding
    message: str
    file: str
    cell: str = ""
    who: str = ""
    place: Place | None = None
    value: Plain = None


@dataclass
class KnownForms:
    """The forms of this ledger, and what the seals are made with.

    Attributes:
        guid: of this workbook.
        cycle: the open month, `2026-11`.
        today: the day of a return that does not tell its own.
        secret: behind the seals.
        forms: by id, oldest first.
        rows: returns what a form asked.
    """

    guid: str
    cycle: str
    today: dt.date
    secret: str = field(repr=False)
    forms: dict[str, Form] = field(repr=False)
    rows: Callable[[str], Sequence[FormRow]] = field(repr=False)
    _codes: dict[str, dict[str, FormRow]] = field(default_factory=dict, repr=False)

    def codes(self, form_id: str) -> dict[str, FormRow]:
        """Return the rows of a form by their codes."""
        if form_id not in self._codes:
            self._codes[form_id] = {row.code(self.secret, form_id): row for row in self.rows(form_id)}
        return self._codes[form_id]

    def owner(self, code: str) -> Form | None:
        """Return the form a code belongs to; None: to none."""
        return next((form for key, form in self.forms.items() if code in self.codes(key)), None)


@dataclass(frozen=True)
class Return:
    """A file read as the answer to a form.

    Attributes:
        file: the file.
        form: the form it answers; None: it is none of ours.
        answers: a value for each cell to fill that could be read, those left as they were included.
        base: what each of those cells said when the form left.
        remarks: what was found.
    """

    file: ReturnedFile
    form: Form | None = None
    answers: tuple[Answer, ...] = ()
    base: dict[Place, Plain] = field(default_factory=dict, repr=False)
    remarks: tuple[Remark, ...] = ()
