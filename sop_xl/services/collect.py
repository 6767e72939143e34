"""Collect what came back by mail: a preview first, then one batch, taken back as one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sop_xl.domain.errors import InvalidInputError, SopError
from sop_xl.domain.issue import stops
from sop_xl.domain.words import counted
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.frames import conform
from sop_xl.schema.results import RETURNS
from sop_xl.services.input_batch import Giver, InputBatch, write_batch, write_returns
from sop_xl.services.inputs import read_inputs
from sop_xl.services.merge_copies import RANK, UNREADABLE, Choices, read_choices, row_text, rows_of, sums_of
from sop_xl.services.partner import GUID
from sop_xl.services.recording import Recording
from sop_xl.services.steps import refuse_signed
from sop_xl.share.choices import decided, open_conflicts
from sop_xl.share.collect import Gathered, Missing, gather, missing_forms, settle_returns
from sop_xl.share.edits import cells_of
from sop_xl.share.merge import ADDING_UP, Place, Settled, Verdict, contest_totals
from sop_xl.share.recognise import recognise
from sop_xl.share.records import PackEvent
from sop_xl.share.returned import REJECTED, KnownForms, Remark, Return

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from sop_xl.domain.change import Change
    from sop_xl.ports import Ledger, LinkedWorkbook, UndoStore
    from sop_xl.services.inputs import Inputs
    from sop_xl.services.ledger_sync import User
    from sop_xl.services.memory import Memory
    from sop_xl.share.form import Plain
    from sop_xl.share.returned import ReturnedFile

FORM, RETURNED = "form", "returned"
"""The kind of a pack that is answered, and the event that says it was."""
SAID_WITH = ("reason", "owner", "at")
"""Fields that tell why, by whom and when a value was given; they come along with it in the tables `OPINIONS`."""
OPINIONS = frozenset({"overrides", "level_overrides"})


@dataclass(frozen=True)
class CollectReport:
    """What came back, and what becomes of it.

    Attributes:
        run: the number in the log; blank where nothing was changed.
        committed: whether it was more than a preview.
        files: the files read, with the recipients they are of.
        settled: what becomes of every value that was changed.
        conflicts: those that nobody decided yet; mine stands there.
        remarks: what was found in the files.
        missing: forms of this cycle without an answer.
        changes: cells that were changed.
        notices: what the user should know beside.
    """

    run: str
    committed: bool
    files: dict[str, str]
    settled: list[Settled] = field(repr=False)
    conflicts: list[Settled]
    remarks: list[Remark]
    missing: list[Missing]
    changes: tuple[Change, ...]
    notices: list[str]

    def counts(self) -> dict[str, int]:
        """Return how many values are accepted, said already, contested, and how many things were rejected."""
        verdicts = Counter(one.verdict for one in self.settled)
        rejected = sum(remark.finding in REJECTED for remark in self.remarks)
        return {
            "accepted": verdicts[Verdict.TAKE] + verdicts[Verdict.CONFLICT] - len(self.conflicts),
            "same": verdicts[Verdict.SAME],
            "conflict": len(self.conflicts),
            "rejected": rejected,
            "missing": len(self.missing),
        }


def collect(
    workbook: LinkedWorkbook,
    memory: Memory,
    files: Sequence[ReturnedFile],
    *,
    commit: bool = False,
    choices: Choices | None = None,
    undo: UndoStore | None = None,
) -> CollectReport:
    """Say on the sheet Collect what becomes of every value that came back; with `commit`, take what can be taken.

    Values are matched by the codes of their rows and merged three ways: what went out, as the ledger keeps
    it, what stands now, and what came back. Nothing is taken twice, and a conflict waits for a choice.

    Args:
        workbook: the workbook.
        memory: its ledger, which knows the forms that went out.
        files: what came back.
        commit: whether to change inputs; otherwise only the sheet Collect is written.
        choices: of conflicts; None: those on the sheet Collect.
        undo: keeps what changes, so that it can be taken back like a run.

    Raises:
        InvalidInputError: a table that was asked about cannot be read by key; nothing was changed.
        SopError: no form ever went out, or a choice cannot be; nothing was changed.
        StepError: it would change what a step of the cycle has signed; nothing was changed.
        LedgerError: the ledger cannot be read.
    """
    recording = Recording(workbook)
    chosen = choices or read_choices(recording)
    inputs = read_inputs(recording)
    known = known_forms(workbook, memory, inputs)
    returns = [recognise(file, known) for file in files]
    gathered = gather(returns)
    tables = sorted({answer.place.table for answer in gathered.answers})
    _refuse_unreadable(inputs, tables)
    settled = _settled(gathered, tables, inputs.frames, memory.ledger)
    words = chosen.of(settled)
    left = open_conflicts(settled, words, chosen.everywhere)
    missing = missing_answers(memory.ledger, known.cycle, returns)
    write_returns(recording, [*_lines(rows_of(settled, words), gathered, missing)])
    report = CollectReport(
        "",
        commit,
        {r.file.name: r.form.recipient if r.form else "" for r in returns},
        settled,
        left,
        gathered.remarks,
        missing,
        (),
        [],
    )
    if not commit:
        workbook.commit()
        return report
    return _committed(recording, memory, report, returns, inputs, decided(settled, words, chosen.everywhere), undo)


def known_forms(workbook: LinkedWorkbook, memory: Memory, inputs: Inputs) -> KnownForms:
    """Return the forms that went out from this workbook.

    Raises:
        SopError: none did.
    """
    ledger = memory.ledger
    forms = {pack.form.form_id: pack.form for pack in ledger.packs() if pack.kind == FORM}
    if not forms:
        raise SopError(f"No form went out from {workbook.name} yet, so nothing can come back. Make packs first.")
    cycle = str(inputs.settings.current_period) if inputs.settings else max(form.cycle for form in forms.values())
    return KnownForms(
        workbook.read_property(GUID), cycle, memory.user.at.date(), ledger.pack_secret(), forms, ledger.pack_rows
    )


def _refuse_unreadable(inputs: Inputs, tables: Sequence[str]) -> None:
    sheets = {TABLE_BY_NAME[name].sheet for name in tables}
    bad = [issue for issue in stops(inputs.issues) if issue.code in UNREADABLE and issue.sheet in sheets]
    if bad:
        raise InvalidInputError(bad)


def _settled(
    gathered: Gathered, tables: Sequence[str], frames: Mapping[str, pd.DataFrame], ledger: Ledger
) -> list[Settled]:
    out: list[Settled] = []
    for name in tables:
        own = [answer for answer in gathered.answers if answer.place.table == name]
        part = Gathered(own, gathered.base, [], [])
        mine = _values(name, frames[name], part)
        settled = settle_returns(part, mine, _given_before(ledger, name, part))
        if name in ADDING_UP:
            sums = sums_of(name, conform(TABLE_BY_NAME[name], frames[name]))
            before = sums | {place: value for place, value in gathered.base.items() if place in sums}
            settled = contest_totals(settled, before, sums)
        out += settled
    return out


def _values(name: str, frame: pd.DataFrame, gathered: Gathered) -> dict[Place, Plain]:
    """Return what stands now at the places that were answered."""
    table, wanted = TABLE_BY_NAME[name], {answer.place for answer in gathered.answers}
    stored = conform(table, frame)
    cells = (pair for row in range(len(stored)) for pair in cells_of(table, stored, row))
    return {place: value for place, value in cells if place in wanted}


def _given_before(ledger: Ledger, name: str, gathered: Gathered) -> dict[Place, tuple[str, Plain]]:
    """Return what earlier collects took for a place, and from whom: the last one each."""
    lines = [line for line in ledger.changes(name).itertuples() if line.source == "pack"]
    if not lines:
        return {}
    places = {(answer.place.row, answer.place.field): answer.place for answer in gathered.answers}
    out = {}
    for line in lines:
        place = places.get((line.key, line.field))
        if place is not None:
            out[place] = (str(line.who), line.after)
    return out


def missing_answers(ledger: Ledger, cycle: str, returns: Sequence[Return] = ()) -> list[Missing]:
    """Return the forms of a cycle that nobody answered yet, neither before nor with these returns."""
    forms = [Missing(pack.form, pack.address) for pack in ledger.packs() if pack.kind == FORM]
    before = [event.form_id for event in ledger.pack_events() if event.event == RETURNED]
    return missing_forms(forms, [*before, *(one.form.form_id for one in returns if one.form)], cycle)


def _lines(rows: Sequence[dict[str, Any]], gathered: Gathered, missing: Sequence[Missing]) -> list[dict[str, Any]]:
    """Return the lines of the sheet Collect, what a person must look at first."""
    out = [*rows, *map(_remark_line, gathered.remarks)]
    for answer in gathered.replaced:
        out.append(
            _place_line(answer.place)
            | {"status": "replaced", "base": gathered.base.get(answer.place)}
            | {
                "theirs": answer.value,
                "who": answer.who,
                "reason": answer.reason,
                "file": answer.source,
                "message": "A later return of the same person counts.",
            }
        )
    for one in missing:
        message = f"No answer to {one.form.form_id} yet; it was due by {one.form.expires}."
        out.append({"status": "missing", "who": one.form.recipient, "message": message, "cell": one.form.form_id})
    return sorted(out, key=lambda row: RANK.index(row["status"]))


def _remark_line(remark: Remark) -> dict[str, Any]:
    status = "rejected" if remark.finding in REJECTED else "ignored"
    place = _place_line(remark.place) if remark.place else {}
    said = {"theirs": remark.value, "who": remark.who, "code": str(remark.finding), "message": remark.message}
    return {**place, "status": status, **said, "file": remark.file, "cell": remark.cell}


def _place_line(place: Place) -> dict[str, Any]:
    return {"table": place.table, "row": row_text(place), "field": place.field}


def _committed(
    recording: Recording,
    memory: Memory,
    report: CollectReport,
    returns: Sequence[Return],
    inputs: Inputs,
    values: Mapping[Place, Plain],
    undo: UndoStore | None,
) -> CollectReport:
    """Write the values, and tell the ledger which forms came back."""
    user = memory.user
    refuse_signed(inputs, {place.table for place in values}, "Collecting")
    givers = {s.place: Giver(s.answers[0].who, s.answers[0].reason) for s in report.settled}
    sheets = {name: parsed.frame for name, parsed in inputs.parsed.items()}
    batch = InputBatch("collect", summary(report), _with_words(values, givers, user), givers)
    events = [_event(one, user) for one in returns if one.form]
    done = write_batch(recording, sheets, batch, user, undo, memory)
    memory.ledger.log_packs(events=events)
    notices = [*memory.notices, *(n for n in (done.not_undoable, done.not_remembered) if n)]
    return CollectReport(
        done.run,
        True,
        report.files,
        report.settled,
        report.conflicts,
        report.remarks,
        report.missing,
        done.changes,
        notices,
    )


def _event(one: Return, user: User) -> PackEvent:
    assert one.form is not None
    return PackEvent(one.form.form_id, RETURNED, user.at, user.name, one.file.name, one.file.sha256)


def _with_words(values: Mapping[Place, Plain], givers: Mapping[Place, Giver], user: User) -> dict[Place, Plain]:
    """Return the values with reason, owner and day beside each, where its table has fields for them."""
    out: dict[Place, Plain] = dict(values)
    for place in values:
        giver, fields = givers.get(place, Giver()), TABLE_BY_NAME[place.table].fields
        words = zip(SAID_WITH, (giver.reason, giver.who, user.at.date().isoformat()), strict=True)
        for name, word in words:
            beside = Place(place.table, place.key, name)
            if place.table in OPINIONS and name in fields and word and beside not in values:
                out[beside] = word
    return out


def summary(report: CollectReport) -> str:
    """Return what became of what came back as a sentence."""
    counts = report.counts()
    answered = len({name for name in report.files.values() if name})
    words = [f"{counted(len(report.files), 'file')} of {counted(answered, 'recipient')}: {counts['accepted']} accepted"]
    words += [f"{counts['same']} said already"] if counts["same"] else []
    words += [f"{counted(counts['conflict'], 'conflict')} open"] if counts["conflict"] else []
    words += [f"{counts['rejected']} rejected"] if counts["rejected"] else []
    words += [f"{counts['missing']} missing"] if counts["missing"] else []
    return "; ".join(words) + (f". See the sheet {RETURNS.sheet}" if len(words) > 1 else "")
