"""The sheet Paste actuals: what stands there is checked and committed, and the verdict is written beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from sop_xl.domain.errors import SopError
from sop_xl.domain.words import counted
from sop_xl.schema import paste
from sop_xl.schema.values import as_text, is_blank
from sop_xl.services.paste import PasteRefusedError, Wish, check_paste_of, commit_paste
from sop_xl.services.paste_verdict import Asked, verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sop_xl.actuals.raw import RawPaste
    from sop_xl.actuals.result import PasteCheck
    from sop_xl.domain.cells import CellInput, Row
    from sop_xl.ports import Ledger, PasteWorkbook
    from sop_xl.schema.paste import Area
    from sop_xl.services.memory import Memory
    from sop_xl.services.paste import Committed

YES = "yes"
SOURCE = f"the sheet {paste.SHEET}"


@dataclass(frozen=True)
class Typed:
    """What the user typed around the paste.

    Attributes:
        asked: the questions shown, with their answers.
        control: totals that finance knows.
        accepted: whether rows to look at are right.
        only_good: whether bad rows are to be kept aside.
        reason: why.
    """

    asked: tuple[Asked, ...]
    control: Mapping[str, Decimal]
    accepted: bool
    only_good: bool
    reason: str

    def wish(self) -> Wish:
        """Return it as the wish of a commit; a reason counts once the rows to look at are accepted."""
        answers = {asked.key: asked.answer for asked in self.asked if asked.answer}
        reason = self.reason if self.accepted else ""
        return Wish(answers, self.control, only_good=self.only_good, reason=reason)


def check_pasted(workbook: PasteWorkbook, ledger: Ledger | None) -> PasteCheck:
    """Check what is pasted, and write what was found beside it; no fact changes.

    Raises:
        SopError: nothing is pasted, or the sheet, settings or lists of the workbook cannot be read.
    """
    raw, typed = _raw(workbook), _typed(workbook)
    check = check_paste_of(workbook, ledger, raw, typed.wish())
    _write(workbook, verdict(check, typed.asked), str(check.status), says(check))
    workbook.commit()
    return check


def commit_pasted(workbook: PasteWorkbook, memory: Memory) -> Committed:
    """Commit what is pasted: into the ledger, onto the sheet Actuals; bad rows stay where they are.

    Raises:
        PasteRefusedError: questions are open, or consent is missing; the sheet then shows the check.
        SopError: as for `check_pasted`.
        LedgerError: somebody else committed meanwhile, or the ledger could not be written.
    """
    raw, typed = _raw(workbook), _typed(workbook)
    try:
        done = commit_paste(workbook, memory, raw, typed.wish())
    except PasteRefusedError as refusal:
        _write(workbook, verdict(refusal.check, typed.asked), str(refusal.check.status), says(refusal.check))
        workbook.commit()
        raise _told(refusal, typed) from refusal
    _write(workbook, verdict(done.check, typed.asked), "committed", committed_words(done))
    for area in (paste.ACCEPT, paste.KEEP_ASIDE, paste.REASON):
        workbook.write_area(area.name, [[None]])
    workbook.commit()
    return done


def show_reversed(workbook: PasteWorkbook, words: str) -> None:
    """Let the sheet say that its paste was taken back; where there is no such sheet, nothing is done."""
    try:
        state = workbook.read_area(paste.STATE.name)
    except SopError:
        return
    if state and state[0][0] == "committed":
        workbook.write_area(paste.STATE.name, [["reversed"]])
        workbook.write_area(paste.SAYS.name, [[f"○ {words}"]])
        workbook.commit()


def says(check: PasteCheck) -> str:
    """Return the one sentence of a check, its sign first."""
    counts = check.counts
    open_ = sum(question.blocking for question in check.questions)
    if open_:
        return f"▲ {counted(open_, 'question')} to answer before anything can be committed."
    parts = [
        words
        for count, words in (
            (counts["bad"], counted(counts["bad"], "row is bad", "rows are bad")),
            (counts["warn"], counted(counts["warn"], "wants a look", "want a look")),
            (counts["fixed"], counted(counts["fixed"], "was read and corrected", "were read and corrected")),
        )
        if count
    ]
    sign = {"red": "▲", "amber": "■"}.get(str(check.status), "●")
    if not parts and sign == "●":
        return f"● {counted(counts['good'], 'row is', 'rows are')} good; S&OP > Commit paste stores them."
    return f"{sign} {', '.join(parts) or 'The paste as a whole wants a look'}."


def committed_words(done: Committed) -> str:
    """Return the one sentence of a commit, its sign first."""
    record = done.record
    figures = f"{record.added:,} new, {record.changed:,} changed, {record.equal:,} as known"
    left = "".join(
        f" {month} is incomplete: {counted(count, 'row')} kept aside." for month, count in done.incomplete.items()
    )
    sign, back = "■" if left else "●", "S&OP > Undo last run takes it back."
    return f"{sign} Batch {record.number} is committed: {figures}.{left} {back}"


def _told(refusal: PasteRefusedError, typed: Typed) -> PasteRefusedError:
    """Return the refusal with the cells in which the user says what is missing."""
    check, cells = refusal.check, []
    if any(question.blocking for question in check.questions):
        cells.append(f"Answer beside the questions, from {_first(paste.ANSWERS)} on.")
    if check.counts["bad"] and not typed.only_good:
        cells.append(f"Keep bad rows aside: yes in {paste.KEEP_ASIDE.address}.")
    if any(remark.act.word == "warn" and not remark.note for remark in check.remarks):
        missing = not typed.accepted or not typed.reason
        cells += [f"Accept: yes in {paste.ACCEPT.address}, and why in {paste.REASON.address}."] if missing else []
    return PasteRefusedError("\n".join([str(refusal), *cells]), check)


def _raw(workbook: PasteWorkbook) -> RawPaste:
    raw = workbook.read_paste(paste.RAW.name)
    if not raw.rows:
        raise SopError(f"Nothing is pasted on the sheet {paste.SHEET}. Paste the rows from {_first(paste.RAW)} on.")
    return replace(raw, source=SOURCE, own_columns=_covered(workbook, raw))


def _covered(workbook: PasteWorkbook, raw: RawPaste) -> frozenset[tuple[int, int]]:
    """Return where a paste went over the columns that a check fills: what stands there is not ours."""
    column = paste.FIELDS.index("status")
    words = {*paste.STATUS_WORDS.values()}
    found = workbook.read_area(paste.ROWS.name)
    rows = [k for k, row in enumerate(found) if not is_blank(row[column]) and row[column] not in words]
    return frozenset((paste.ROWS.top + k - raw.top, column + 1 - raw.left) for k in rows[:1])


def _typed(workbook: PasteWorkbook) -> Typed:
    asked = [
        Asked(as_text(key), as_text(code), as_text(words), "" if answer is None else as_text(answer))
        for [key], [code, words], [answer] in zip(
            _filled(workbook, paste.ASKED),
            _filled(workbook, paste.QUESTIONS),
            _filled(workbook, paste.ANSWERS),
            strict=True,
        )
        if not is_blank(key)
    ]
    control = {
        name: Decimal(repr(number))
        for name, area in (("value", paste.CONTROL_VALUE), ("quantity", paste.CONTROL_QUANTITY))
        if isinstance(number := _cell(workbook, area), float | int)
    }
    accepted, aside = (as_text(_cell(workbook, area) or "").lower() == YES for area in (paste.ACCEPT, paste.KEEP_ASIDE))
    return Typed(tuple(asked), control, accepted, aside, as_text(_cell(workbook, paste.REASON) or ""))


def _filled(workbook: PasteWorkbook, area: Area) -> list[Row]:
    """Return all rows of an area, blank ones too."""
    rows = [list(row) for row in workbook.read_area(area.name)]
    return rows + [[None] * area.width for _ in range(area.height - len(rows))]


def _cell(workbook: PasteWorkbook, area: Area) -> object:
    rows = workbook.read_area(area.name)
    return rows[0][0] if rows else None


def _write(
    workbook: PasteWorkbook, areas: Mapping[str, Sequence[Sequence[CellInput]]], state: str, sentence: str
) -> None:
    for name, rows in {**areas, paste.STATE.name: [[state]], paste.SAYS.name: [[sentence]]}.items():
        workbook.write_area(name, rows)


def _first(area: Area) -> str:
    return area.address.partition(":")[0]
