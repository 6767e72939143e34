"""Packs for recipients: made from the plan, searched for leaks, kept in the ledger, put into a folder."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pandas as pd

from sop_xl.domain.calendar import month_text
from sop_xl.domain.errors import InvalidInputError, SopError
from sop_xl.schema.frames import conform
from sop_xl.schema.inputs import CYCLE_STEPS, RECIPIENTS
from sop_xl.schema.parse import read_table
from sop_xl.services.log import current_cycle, read_log
from sop_xl.services.pack_tables import read_pack_tables
from sop_xl.share.answers import frame_of
from sop_xl.share.briefing import briefing_of
from sop_xl.share.briefing_grids import approval, is_approved, item_plan, purchase_plan, site_plan
from sop_xl.share.change_lines import change_lines, decision_lines
from sop_xl.share.csv_cells import form_csv
from sop_xl.share.form import Form, form_id
from sop_xl.share.form_content import FormContent
from sop_xl.share.labels import with_label
from sop_xl.share.leaks import Allowed, LeakError, leaks_in
from sop_xl.share.own_view import SEES_MONEY, forbidden_figures, forbidden_words, own_tables, told_without
from sop_xl.share.pdf_leaks import pdf_leaks
from sop_xl.share.questions import QUESTIONS
from sop_xl.share.read_back import read_back
from sop_xl.share.recipients import ANSWERING, CARRYING_OUT, Reach, Recipient, faults_of, reach_of, recipients_of
from sop_xl.share.records import PackRecord

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Sequence

    from sop_xl.ports import PackPrinter, Workbook
    from sop_xl.services.memory import Memory
    from sop_xl.services.pack_tables import PackTables
    from sop_xl.share.form import FormRow
    from sop_xl.share.grid import Grid
    from sop_xl.share.read_back import Shown

MONTHS, DAYS = 6, 7
LARGE, TOO_LARGE = 5_000_000, 10_000_000
"""Bytes from which a mail may be refused, and beyond which it is not made."""


@dataclass(frozen=True)
class PackWish:
    """Which packs are asked for.

    Attributes:
        roles, recipients: only these; empty: all.
        months: how many months the forms ask about.
        answer_by: the last day an answer is expected; None: a week after today.
        label: the sensitivity label of the workbook as its file has it; empty: none.
        approved: the approved plan for plants and buyers, which asks for nothing, instead of the packs before it.
    """

    roles: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    months: int = MONTHS
    answer_by: dt.date | None = None
    label: bytes = b""
    approved: bool = False


@dataclass(frozen=True)
class MadePack:
    """One file for one recipient, ready to go: what the ledger keeps of it, its bytes, and the mail's words."""

    record: PackRecord
    recipient: Recipient
    content: bytes = field(repr=False)
    lines: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The file's name."""
        return self.record.file


@dataclass(frozen=True)
class Packs:
    """What was made, what the user should know, for which month, of which run, and what executives see."""

    made: tuple[MadePack, ...]
    notices: tuple[str, ...]
    cycle: str
    run: str = ""
    shown: tuple[Shown, ...] = ()


def make_packs(
    workbook: Workbook,
    memory: Memory,
    printer: PackPrinter,
    wish: PackWish,
    progress: Callable[[str, float, float], None],
) -> Packs:
    """Make packs and search each for leaks; nothing is written anywhere.

    Raises:
        InvalidInputError: the table of recipients has faults.
        LeakError: a file would tell what must not leave.
        PackMismatchError: a file shows other figures than the plan.
        SopError: there is no plan of the open month, nobody fits the wish, or the plan is not approved yet.
    """
    progress("read", 0, 1)
    tables = read_pack_tables(workbook)
    if wish.approved and not is_approved(tables.frames, str(tables.facts.period)):
        raise SopError(
            f"The plan of {tables.facts.period} is not approved: the last step of its cycle is not signed. "
            "Sign it (sop-xl cycle sign), or send packs to be answered."
        )
    chosen = _chosen(tables, wish)
    faults = faults_of(chosen, tables.frames)
    if faults:
        raise InvalidInputError(faults)
    maker = _Maker(tables, memory, printer, wish)
    made: list[MadePack] = []
    for done, recipient in enumerate(chosen):
        progress("packs", done, len(chosen))
        made += maker.packs_for(recipient, memory.ledger.next_pack() + len(made))
    progress("packs", len(chosen), len(chosen))
    return Packs(
        tuple(made),
        (*_large(made), *_past(wish, memory.user.at.date())),
        str(tables.facts.period),
        tables.facts.run,
        maker.shown,
    )


def plan_is_approved(workbook: Workbook) -> bool:
    """Whether the plan in the workbook is approved, so that what goes out now is what was decided."""
    steps = conform(CYCLE_STEPS, read_table(CYCLE_STEPS, workbook.read_cells(CYCLE_STEPS)).frame)
    return is_approved({CYCLE_STEPS.name: steps}, current_cycle(read_log(workbook)))


def _chosen(tables: PackTables, wish: PackWish) -> list[Recipient]:
    everybody = recipients_of(tables.frames["recipients"])
    unknown = [name for name in wish.recipients if name not in {r.recipient for r in everybody}]
    if unknown:
        raise SopError(
            f"The sheet Recipients has no {', '.join(map(repr, unknown))}. Add the row, or correct the name."
        )
    chosen = [
        r
        for r in everybody
        if (not wish.roles or r.role in wish.roles)
        and (not wish.approved or r.role in CARRYING_OUT)
        and (not wish.recipients or r.recipient in wish.recipients)
    ]
    strange = [role for role in wish.roles if role not in RECIPIENTS.column("role").choices]
    if strange:
        known = ", ".join(RECIPIENTS.column("role").choices)
        raise SopError(f"There is no role {', '.join(map(repr, strange))}. There are: {known}.")
    if not chosen:
        told = "The approved plan goes to plants and buyers. " if wish.approved else ""
        raise SopError(f"Nobody on the sheet Recipients fits. {told}Fill the sheet, or ask for other roles.")
    return chosen


def _past(wish: PackWish, today: dt.date) -> Iterator[str]:
    if wish.answer_by and wish.answer_by < today and not wish.approved:
        yield f"The forms are to be answered by {wish.answer_by:%d %b %Y}, which is past: every answer will be late."


def _large(made: Sequence[MadePack]) -> Iterator[str]:
    for pack in made:
        size = len(pack.content)
        if size > TOO_LARGE:
            limit = f"{TOO_LARGE / 1e6:.0f} MB"
            raise SopError(f"{pack.name} has {size / 1e6:.1f} MB; mail takes {limit} at most. Give it fewer items.")
        if size > LARGE:
            yield f"{pack.name} has {size / 1e6:.1f} MB, which some mail systems refuse."


class _Maker:
    """Makes the packs of one state of the plan."""

    def __init__(self, tables: PackTables, memory: Memory, printer: PackPrinter, wish: PackWish) -> None:
        self._tables, self._printer, self._wish = tables, printer, wish
        self._user = memory.user
        self._guid, self._secret = memory.ledger.guid, memory.ledger.pack_secret()
        self._facts = replace(tables.facts, version=str(memory.ledger.head()))
        self._executive: tuple[bytes, bytes, tuple[str, ...]] | None = None
        self.shown: tuple[Shown, ...] = ()

    def packs_for(self, recipient: Recipient, number: int) -> list[MadePack]:
        """Return a recipient's packs, numbered from `number`."""
        if self._wish.approved:
            return [self._plan(recipient, number)]
        if recipient.role in ANSWERING:
            return [self._form(recipient, number)]
        return self._decided(recipient, number)

    def _form(self, recipient: Recipient, number: int) -> MadePack:
        frames, months = self._tables.frames, self._months()
        reach = reach_of(recipient, frames)
        questions = [q for q in QUESTIONS if q.role == recipient.role]
        sheets = [q.form_sheet(recipient.columns, recipient.fills) for q in questions]
        rows: list[FormRow] = []
        for question, sheet in zip(questions, sheets, strict=True):
            rows += question.rows(sheet, frame_of(question.sheet, frames, reach, months), len(rows) + 1)
        if not rows:
            raise _nothing_theirs(recipient)
        form = replace(self._identity(recipient, number), row_count=len(rows), sheets=tuple(sheets))
        content = FormContent(form, questions, rows, self._views(recipient, reach), recipient.greeting)
        allowed = self._allowed(recipient, reach, _numbers(content))
        name = f"Return_{_safe(recipient.recipient)}.xlsx"
        made = self._checked(self._printer.form(content, self._secret), name, allowed)
        record = self._record(form, "form", recipient, made, tuple(rows))
        return MadePack(record, recipient, made[1], self._lines(recipient, reach), self._waiting(recipient))

    def _views(self, recipient: Recipient, reach: Reach) -> list[Grid]:
        frames, facts = self._tables.frames, self._facts
        if recipient.role == "plant":
            plan = site_plan(frames, facts.period, facts.months, reach.sites)
            return [plan, item_plan(frames, facts.months, reach.resources, reach.sites)]
        return [purchase_plan(frames, facts.months, reach.items)] if recipient.role == "buyer" else []

    def _plan(self, recipient: Recipient, number: int) -> MadePack:
        frames, facts = self._tables.frames, self._facts
        reach = reach_of(recipient, frames)
        views = [view for view in self._views(recipient, reach) if view.rows]
        if not views:
            raise _nothing_theirs(recipient)
        form = self._identity(recipient, number)
        state = f"plan of {facts.period}, {approval(frames, str(facts.period))}"
        footer = f"{facts.company}  |  {state}  |  {facts.source()}"
        name = f"Plan_{_safe(recipient.recipient)}_{facts.period}.xlsx"
        shown = {v for view in views for row in view.rows for v in row if isinstance(v, float)}
        allowed = self._allowed(recipient, reach, shown)
        made = self._checked(self._printer.plan(form, views, footer), name, allowed)
        told = self._lines(recipient, reach), self._waiting(recipient)
        return MadePack(self._record(form, "plan", recipient, made), recipient, made[1], *told)

    def _allowed(self, recipient: Recipient, reach: Reach, shown: set[float]) -> Allowed:
        frames = self._tables.frames
        figures, words = forbidden_figures(recipient, frames, shown), forbidden_words(recipient, reach, frames)
        return Allowed(self._author(), figures, words, self._label_id())

    def _decided(self, recipient: Recipient, number: int) -> list[MadePack]:
        """Return the workbook and the page; a labelled workbook has no page, for a PDF cannot carry the label."""
        workbook, page, lines = self._decision_files()
        form = self._identity(recipient, number)
        name = f"SOP_{_safe(self._facts.company)}_{self._facts.period}_v{number}"
        made = self._checked(workbook, f"{name}.xlsx", Allowed(self._author(), label=self._label_id()))
        told = lines, self._waiting(recipient)
        packs = [MadePack(self._record(form, "executive", recipient, made), recipient, made[1], *told)]
        if page:
            second = self._identity(recipient, number + 1)
            record = self._record(second, "summary", recipient, (f"{name}_summary.pdf", page))
            packs.append(MadePack(record, recipient, page, *told))
        return packs

    def _decision_files(self) -> tuple[bytes, bytes, tuple[str, ...]]:
        if self._executive is None:
            briefing = briefing_of(self._tables.frames, self._facts)
            facts = self._facts
            footer = f"{facts.company}  |  {month_text(facts.period)} cycle  |  {facts.source()}"
            page = b"" if self._wish.label else self._printer.summary(briefing, footer)
            found = pdf_leaks(page, self._author(), briefing.texts()) if page else []
            if found:
                raise LeakError("The page as PDF", found)
            workbook = self._printer.executive(briefing, footer, self._user.at)
            self.shown = read_back(briefing.figures, workbook, page)
            self._executive = (workbook, page, briefing.changes)
        return self._executive

    def _identity(self, recipient: Recipient, number: int) -> Form:
        now = self._user.at
        due = self._wish.answer_by or now.date() + pd.Timedelta(days=DAYS).to_pytimedelta()
        whose = (recipient.recipient, recipient.role, now, due, 0)
        facts = self._facts
        return Form(form_id(number, self._guid), facts.company, self._guid, str(facts.period), facts.version, *whose)

    def _months(self) -> pd.PeriodIndex:
        return pd.period_range(self._facts.period, periods=self._wish.months, freq="M")

    def _author(self) -> str:
        return f"{self._facts.company} planning"

    def _label_id(self) -> str:
        found = re.search(rb'id="([^"]+)"', self._wish.label)
        return found.group(1).decode() if found else ""

    def _checked(self, content: bytes, name: str, allowed: Allowed) -> tuple[str, bytes]:
        labelled = with_label(content, self._wish.label)
        found = leaks_in(labelled, allowed)
        if found:
            raise LeakError(name, found)
        return name, labelled

    def _record(
        self,
        form: Form,
        kind: str,
        recipient: Recipient,
        made: tuple[str, bytes],
        rows: tuple[FormRow, ...] = (),
    ) -> PackRecord:
        name, content = made
        digest = hashlib.sha256(content).hexdigest()
        return PackRecord(form, kind, recipient.address, self._user.name, self._facts.run, name, digest, rows)

    def _waiting(self, recipient: Recipient) -> tuple[str, ...]:
        owner = None if recipient.role in SEES_MONEY else (recipient.recipient, recipient.name)
        return tuple(decision_lines(self._tables.frames, owner))

    def _lines(self, recipient: Recipient, reach: Reach) -> tuple[str, ...]:
        facts = self._facts
        money = recipient.role in SEES_MONEY
        tables = self._tables.frames if money else own_tables(self._tables.frames, reach)
        lines = change_lines(tables, facts.period, facts.months, facts.currency, money=money)
        return tuple(told_without(lines, forbidden_words(recipient, reach, self._tables.frames)))


def _nothing_theirs(recipient: Recipient) -> SopError:
    return SopError(f"{recipient.recipient}, {recipient.role}: nothing in the plan is theirs. Widen their lists.")


def protected(packs: Packs, lock: Callable[[bytes], bytes]) -> Packs:
    """Return packs whose workbooks open with a password only; pages as PDF are left out, for they would not.

    Args:
        packs: what was made.
        lock: returns a workbook's bytes behind the password.
    """
    made = []
    for pack in packs.made:
        if pack.name.endswith(".xlsx"):
            content = lock(pack.content)
            record = replace(pack.record, sha256=hashlib.sha256(content).hexdigest())
            made.append(replace(pack, content=content, record=record))
    notices = list(packs.notices)
    if len(made) < len(packs.made):
        notices.append("The page as PDF is left out: it would open without the password.")
    return replace(packs, made=tuple(made), notices=tuple(notices))


def csv_files(packs: Packs, secret: str) -> dict[str, bytes]:
    """Return the input sheets of forms as CSV by file name, for those who cannot open a workbook."""
    return {
        f"{pack.name.rpartition('.')[0]}_{_safe(sheet.name)}.csv": form_csv(
            pack.record.form, sheet, [row for row in pack.record.rows if row.sheet == sheet.name], secret
        ).encode("utf-8-sig")
        for pack in packs.made
        for sheet in pack.record.form.sheets
    }


def _numbers(content: FormContent) -> set[float]:
    shown = {v for row in content.rows for v in (*row.shown.values(), *row.base.values()) if isinstance(v, float)}
    return shown | {v for view in content.views for row in view.rows for v in row if isinstance(v, float)}


def _safe(name: str) -> str:
    """Return a name as part of a file's: letters, digits and dashes of any script."""
    return re.sub(r"[^\w-]+", "_", name).strip("_")[:60] or "recipient"


def words_of(pack: MadePack, company: str, files: Sequence[str]) -> dict[str, str]:
    """Return what the placeholders of a mail's template stand for; see `letters.PLACEHOLDERS`."""
    from sop_xl.share.letters import listed, numbered

    form = pack.record.form
    return {
        "company": company,
        "month": month_text(pd.Period(form.cycle, freq="M")),
        "due": f"{form.expires:%d %b %Y}",
        "name": pack.recipient.greeting,
        "lines": numbered(pack.lines),
        "decisions": listed("To be decided:", pack.decisions),
        "files": "Attached: " + ", ".join(files),
        "version": form.version or "none",
    }
