"""Two copies of a workbook, edited apart, made one: inputs only, by key, what both changed a question."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sop_xl.domain.errors import InvalidInputError, SopError
from sop_xl.domain.issue import stops
from sop_xl.domain.words import counted
from sop_xl.schema import INPUT_TABLES, TABLE_BY_NAME
from sop_xl.schema.frames import conform
from sop_xl.schema.parse import read_table
from sop_xl.schema.results import RETURNS
from sop_xl.services.input_batch import Giver, InputBatch, write_batch, write_returns
from sop_xl.services.inputs import read_inputs
from sop_xl.services.recording import Recording
from sop_xl.services.steps import refuse_signed
from sop_xl.services.transfer import LOSSY
from sop_xl.share.choices import decided, open_conflicts
from sop_xl.share.edits import answers_of, as_plain, between, cells_of, edits, key_of
from sop_xl.share.merge import (
    ADDING_UP,
    CHANGED,
    ROW,
    THERE,
    Place,
    Settled,
    Verdict,
    contest_totals,
    settle_all,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from sop_xl.domain.change import Change
    from sop_xl.domain.issue import Issue
    from sop_xl.ports import UndoStore, Workbook
    from sop_xl.services.inputs import Inputs
    from sop_xl.services.ledger_sync import User
    from sop_xl.services.memory import Memory
    from sop_xl.share.choices import Contested
    from sop_xl.share.form import Plain

UNREADABLE = LOSSY | {"duplicate-key", "uncalculated", "edited-twice"}
"""Faults that keep a copy from being compared by key."""
STATUS = {Verdict.TAKE: "accepted", Verdict.SAME: "same", Verdict.CONFLICT: "conflict"}
RANK = ("conflict", "rejected", "missing", "accepted", "same", "replaced", "ignored")
"""The order of the sheet Collect: what a person must look at comes first."""


@dataclass(frozen=True)
class Choices:
    """What was chosen of conflicts.

    Attributes:
        at: the word at each contested answer, by table, row, field and file, as the sheet Collect has them.
        everywhere: `mine` or `theirs` for all that is left.
    """

    at: Mapping[tuple[str, str, str, str], str] = field(default_factory=dict)
    everywhere: str = ""

    def of(self, settled: Sequence[Settled]) -> dict[Contested, str]:
        """Return the words by place and source."""
        found = {}
        for one in settled:
            for answer in one.answers:
                word = self.at.get((one.place.table, row_text(one.place), one.place.field, answer.source), "")
                if word:
                    found[one.place, answer.source] = word
        return found


@dataclass(frozen=True)
class MergeReport:
    """What a merge did.

    Attributes:
        run: its number in the log; blank where nothing changed.
        settled: what became of every place that the other copy changed.
        conflicts: those that nobody decided yet; mine stands there.
        changes: cells that changed here.
        notices: what the user should know beside.
    """

    run: str
    settled: list[Settled] = field(repr=False)
    conflicts: list[Settled]
    changes: tuple[Change, ...]
    notices: list[str]


def merge_copies(
    base: Workbook,
    mine: Workbook,
    theirs: Workbook,
    *,
    user: User,
    choices: Choices | None = None,
    undo: UndoStore | None = None,
    memory: Memory | None = None,
    dry_run: bool = False,
) -> MergeReport:
    """Bring into `mine` what `theirs` changed since `base`; what both changed is listed on the sheet Collect.

    Rows and cells are matched by key. A row that was taken out there stays here until somebody chooses
    `theirs`. Figures typed into Demand review and not yet run count as inputs. Only tables of inputs are
    merged; results follow with the next run.

    Args:
        base: the copy that both began with.
        mine: the copy that stays.
        theirs: the other one; it is only read.
        user: on whose behalf.
        choices: of conflicts; None: those on the sheet Collect of `mine`.
        undo: keeps what changes, so that it can be taken back like a run.
        memory: the ledger of `mine`.
        dry_run: whether only to tell.

    Raises:
        InvalidInputError: a copy cannot be compared; all such faults are named, nothing was changed.
        SopError: a choice cannot be; nothing was changed.
        StepError: it would change what a step of the cycle has signed; nothing was changed.
    """
    recording = Recording(mine)
    chosen = choices or read_choices(recording)
    books = {"base": base, "mine": recording, "theirs": theirs}
    inputs = {side: read_inputs(book) for side, book in books.items()}
    _refuse_unreadable(books, inputs)
    frames = {side: {t.name: conform(t, found.frames[t.name]) for t in INPUT_TABLES} for side, found in inputs.items()}
    settled = compare_copies(frames["base"], frames["mine"], frames["theirs"], theirs.name)
    words = chosen.of(settled)
    values = _whole_rows(decided(settled, words, chosen.everywhere), frames["theirs"])
    left = open_conflicts(settled, words, chosen.everywhere)
    if dry_run:
        return MergeReport("", settled, left, (), [])
    refuse_signed(inputs["mine"], {place.table for place in values}, f"Merging {theirs.name}")
    write_returns(recording, rows_of(settled, words))
    sheets = {name: parsed.frame for name, parsed in inputs["mine"].parsed.items()}
    batch = InputBatch(
        f"merge {theirs.name}", _result(settled, left), values, dict.fromkeys(values, Giver(theirs.name)), "user"
    )
    done = write_batch(recording, sheets, batch, user, undo, memory)
    return MergeReport(
        done.run, settled, left, done.changes, [n for n in (done.not_undoable, done.not_remembered) if n]
    )


def compare_copies(
    base: Mapping[str, pd.DataFrame], mine: Mapping[str, pd.DataFrame], theirs: Mapping[str, pd.DataFrame], source: str
) -> list[Settled]:
    """Return what becomes of every place that one copy changed, by table in workbook order.

    Args:
        base: the input tables that both began with, as `conform` gives them, by name.
        mine: those of the copy that stays.
        theirs: those of the other one.
        source: what the other copy is called.
    """
    out: list[Settled] = []
    for table in INPUT_TABLES:
        here = edits(table, base[table.name], mine[table.name])
        pairs, before, now = between(edits(table, base[table.name], theirs[table.name]), here)
        settled = settle_all(before, now, answers_of(pairs, source, source))
        if settled and table.name in ADDING_UP:
            settled = contest_totals(settled, _sums(table.name, base), _sums(table.name, mine))
        out += settled
    return out


def _sums(name: str, frames: Mapping[str, pd.DataFrame]) -> dict[Place, Plain]:
    """Return the values of a table's field that adds up, by place."""
    return sums_of(name, frames[name])


def sums_of(name: str, frame: pd.DataFrame) -> dict[Place, Plain]:
    """Return the values of the field of a table whose rows are totals and parts, by place."""
    table, sums = TABLE_BY_NAME[name], ADDING_UP[name]
    column = table.column(sums.field)
    return {
        Place(name, key_of(table, frame, row), sums.field): as_plain(column, frame[sums.field].iat[row])
        for row in range(len(frame))
    }


def read_choices(workbook: Workbook) -> Choices:
    """Return what is chosen on the sheet Collect."""
    if RETURNS.excel_name not in workbook.tables():
        return Choices()
    frame = read_table(RETURNS, workbook.read_cells(RETURNS)).frame
    return choices_of(frame)


def choices_of(frame: pd.DataFrame) -> Choices:
    """Return the choices of a frame of the table `returns`."""
    rows = frame[frame["choice"].ne("")]
    names = ("table", "row", "field", "file", "choice")
    return Choices({(t, r, f, s): word for t, r, f, s, word in zip(*(rows[name] for name in names), strict=True)})


def rows_of(settled: Sequence[Settled], words: Mapping[Contested, str]) -> list[dict[str, Any]]:
    """Return the lines of the sheet Collect for what was settled, what a person must look at first."""
    rows = [
        {
            "status": STATUS[one.verdict],
            "choice": words.get((one.place, answer.source), ""),
            "table": one.place.table,
            "row": row_text(one.place),
            "field": one.place.field,
            "base": one.base,
            "mine": one.mine,
            "theirs": answer.value,
            "who": answer.who,
            "reason": answer.reason,
            "message": one.why,
            "file": answer.source,
        }
        for one in settled
        for answer in one.answers
    ]
    return sorted(rows, key=lambda row: RANK.index(row["status"]))


def row_text(place: Place) -> str:
    """Return the key as the sheet Collect has it: every part, blank ones too."""
    return " | ".join(place.key)


def _whole_rows(values: Mapping[Place, Plain], theirs: Mapping[str, pd.DataFrame]) -> dict[Place, Plain]:
    """Return `values` with all cells of rows that are brought back as the other copy has them."""
    out = dict(values)
    for place, value in values.items():
        if place.field == ROW and value == CHANGED:
            table = TABLE_BY_NAME[place.table]
            frame = theirs[place.table]
            row = next(k for k in range(len(frame)) if key_of(table, frame, k) == place.key)
            out |= {**dict(cells_of(table, frame, row)), place: THERE}
    return out


def _refuse_unreadable(books: Mapping[str, Workbook], inputs: Mapping[str, Inputs]) -> None:
    """Raise where a copy cannot be compared by key; every fault names its copy."""
    found: list[Issue] = []
    for side, book in books.items():
        bad = [issue for issue in stops(inputs[side].issues) if issue.code in UNREADABLE]
        found += [replace(issue, sheet=f"[{book.name}]{issue.sheet}") for issue in bad]
    if found:
        raise InvalidInputError(found)


def check_same_company(books: Sequence[tuple[str, str]]) -> None:
    """Refuse copies of different workbooks.

    Args:
        books: name and GUID of each copy; a copy without a GUID is let through.

    Raises:
        SopError: two of them have different GUIDs.
    """
    known = [(name, guid) for name, guid in books if guid]
    others = [name for name, guid in known if guid != known[0][1]]
    if others:
        raise SopError(
            f"{others[0]} is no copy of {known[0][0]}: it goes by another identity. Name copies of one workbook; "
            "one that has a ledger of its own since (--choose fork) is merged with --other-identity."
        )


def _result(settled: Sequence[Settled], left: Sequence[Settled]) -> str:
    counts = Counter(one.verdict for one in settled)
    words = [counted(counts[Verdict.TAKE], "change") + " taken"]
    words += [f"{counts[Verdict.SAME]} made here too"] if counts[Verdict.SAME] else []
    decided_here = counts[Verdict.CONFLICT] - len(left)
    words += [f"{counted(decided_here, 'conflict')} decided"] if decided_here else []
    words += [f"{counted(len(left), 'conflict')} open: see the sheet {RETURNS.sheet}"] if left else []
    return "; ".join(words)


def summary(report: MergeReport) -> str:
    """Return what a merge did as a sentence."""
    return _result(report.settled, report.conflicts)
