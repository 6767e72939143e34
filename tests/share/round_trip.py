"""A round trip of forms: each filled as some people do, and where every one of its values has to end."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import openpyxl

from sop_xl.schema import TABLE_BY_NAME
from sop_xl.share.form import CODE_HEADER, Use
from sop_xl.share.merge import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sop_xl.share.form import FormRow, FormSheet
    from tests.share.clerk import Clerk, Paper
    from tests.share.outgoing import Sent


@dataclass
class Answered:
    """What somebody did with a form.

    Attributes:
        paper: the form, open.
        sheet: its first input sheet.
        rows: the rows of that sheet by their codes, in order.
        taken: values that must end in the workbook, by place.
        codes: codes of what must be told about the file.
        saved: the files that went back.
    """

    paper: Paper
    sheet: FormSheet
    rows: dict[str, FormRow]
    taken: dict[Place, float] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    saved: list[Path] = field(default_factory=list)

    def header(self, use: Use) -> str:
        """Return the header of the first column of a use."""
        return next(column.header for column in self.sheet.columns if column.use is use)

    def code(self, number: int) -> str:
        """Return the code of a row, counted from 0."""
        return [*self.rows][number]

    def place(self, number: int) -> Place:
        """Return where the answer of a row belongs."""
        table, row = TABLE_BY_NAME[self.sheet.table], self.rows[self.code(number)]
        return Place(table.name, tuple(row.key.get(name, "") for name in table.key), self.sheet.fields(Use.FILL)[0])

    def fill(self, number: int, typed: Any, value: float | None = None) -> None:
        """Type into the first column to fill; `value` is what that means, None where it must not be taken."""
        self.paper.write(self.sheet.name, self.code(number), self.header(Use.FILL), typed)
        if value is not None:
            self.taken[self.place(number)] = value

    def fill_some(self, first: int = 0) -> None:
        """Fill two rows with plain numbers."""
        for number in range(first, min(first + 2, len(self.rows))):
            self.fill(number, 110.5 + number, 110.5 + number)


def _plain(one: Answered) -> None:
    one.fill_some()


def _turned(one: Answered) -> None:
    one.fill_some()
    one.paper.turn(one.sheet.name)


def _reader_column_gone(one: Answered) -> None:
    one.fill_some()
    one.paper.delete_column(one.sheet.name, one.header(Use.SHOWN))


def _sheet_added_and_renamed(one: Answered) -> None:
    one.fill_some()
    one.paper.rename(one.sheet.name, "Blatt 1")
    one.paper.add_sheet()


def _commas(one: Answered) -> None:
    one.fill(0, "112,5", 112.5)
    one.fill(1, "1,234")
    one.codes.append("R04")


def _formulas(one: Answered) -> None:
    one.fill(0, "=100+12.5", 112.5)
    one.fill(1, 113.0, 113.0)


def _key_edited(one: Answered) -> None:
    one.fill(0, 119.0)
    one.paper.write(one.sheet.name, one.code(0), one.header(Use.KEY), "XX-99")
    one.fill_some(1)
    one.codes.append("R01")


def _code_cleared(one: Answered) -> None:
    one.fill(0, 119.0)
    one.fill_some(1)
    one.paper.write(one.sheet.name, one.code(0), CODE_HEADER, None)
    one.codes.append("R01")


def _not_theirs(one: Answered) -> None:
    one.fill_some()
    one.paper.write(one.sheet.name, one.code(0), one.header(Use.SHOWN), "mine now")
    one.codes.append("R02")


def _answers_gone(one: Answered) -> None:
    one.fill_some()
    one.paper.delete_column(one.sheet.name, one.header(Use.FILL))
    one.taken.clear()
    one.codes.append("R15")


def _below_zero(one: Answered) -> None:
    one.fill(0, -5.0)
    one.fill_some(1)
    one.codes.append("R04")


def _nothing_to_say(one: Answered) -> None:
    one.taken.clear()


JOBS: Sequence[tuple[Callable[[Answered], None], str]] = (
    (_turned, ".xlsx"),
    (_commas, ".xlsx"),
    (_plain, ".ods"),
    (_key_edited, ".xlsx"),
    (_reader_column_gone, ".xlsx"),
    (_plain, ".csv"),
    (_sheet_added_and_renamed, ".xlsx"),
    (_formulas, ".xlsx"),
    (_code_cleared, ".ods"),
    (_not_theirs, ".xlsx"),
    (_answers_gone, ".xlsx"),
    (_below_zero, ".xlsx"),
    (_nothing_to_say, ".xlsx"),
)
"""What people do with their forms, and how they save them."""


def answer(clerk: Clerk, sent: Sent, job: int) -> Answered:
    """Fill a form as job number `job` does, and save it under a name of its own beside it."""
    work, suffix = JOBS[job % len(JOBS)]
    form = sent.pack.form
    sheet = form.sheets[0]
    asked = {row.code(sent.secret, form.form_id): row for row in sent.rows if row.sheet == sheet.name}
    one = Answered(clerk.open(sent.file), sheet, asked)
    work(one)
    one.saved.append(one.paper.save(sent.file.parent / f"answer {job:02d}{suffix}", sheet.name))
    return one


def without_result(path: Path, out: Path, one: Answered, number: int) -> None:
    """Write a formula whose result no program has worked out, as a script does."""
    book = openpyxl.load_workbook(path)
    page = book[one.sheet.name]
    head = next(row for row in page.iter_rows() if CODE_HEADER in [cell.value for cell in row])
    columns = {cell.value: cell.column for cell in head}
    code = one.code(number)
    row = next(k for k in range(head[0].row + 1, page.max_row + 1) if page.cell(k, columns[CODE_HEADER]).value == code)
    page.cell(row, columns[one.header(Use.FILL)]).value = "=1+1"
    book.save(out)


def mailed(folder: Path, files: Sequence[Path], sender: str) -> Path:
    """Put files into one mail, as a mail program keeps it."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "planning@example.com", "my figures"
    mail.set_content("here they are")
    for file in files:
        mail.add_attachment(file.read_bytes(), "application", "octet-stream", filename=file.name)
    out = folder / "figures.eml"
    out.write_bytes(bytes(mail))
    return out


def zipped(out: Path, files: Sequence[Path]) -> Path:
    """Put files into a zip archive."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.name)
    return out
