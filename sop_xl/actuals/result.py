"""A checked paste: status, questions, one verdict a row, counts, totals, and the receipt before a commit."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sop_xl.actuals.draft import KEY
from sop_xl.actuals.findings import Act, Question, Remark
from sop_xl.actuals.periods import NO_MONTH
from sop_xl.actuals.scale import month_name
from sop_xl.domain.issue import Issue, Severity
from sop_xl.schema.values import as_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from sop_xl.actuals.draft import Draft
    from sop_xl.actuals.profile import MappingProfile
    from sop_xl.actuals.raw import RawPaste

COMMITTABLE = ("good", "fixed", "warn")
_SEVERITY = {Act.BAD: Severity.STOP, Act.WARN: Severity.WARN}


class Light(StrEnum):
    """The status of a check, worst first."""

    BLOCKED = "blocked"
    RED = "red"
    AMBER = "amber"
    GREEN = "green"


@dataclass(frozen=True)
class PasteRow:
    """One record of the paste.

    Attributes:
        row: its row number in the sheet or file.
        cell: address of its amount.
        status: good, fixed, warn, bad or excluded.
        codes: codes of what was found, in order.
        messages: what was found, in words.
        values: the fields as read; None for none.
        raw: the cells as they came.
    """

    row: int
    cell: str
    status: str
    codes: tuple[str, ...]
    messages: tuple[str, ...]
    values: Mapping[str, Any]
    raw: tuple[Any, ...] = field(repr=False)

    @property
    def raw_text(self) -> list[str | None]:
        """The cells as they came, as text."""
        return [None if cell is None else as_text(cell) for cell in self.raw]


@dataclass(frozen=True)
class PasteCheck:
    """What a check says of a paste. Nothing was changed by it.

    Attributes:
        source, sheet: where the paste came from.
        digest: sha256 of its cells.
        raw: the paste itself.
        questions: what only the user can tell; those that block come first.
        remarks: everything found, in the order of the checks.
        facts: what a commit would store: columns of the table `actuals`.
        counts: records by status, and `rows_in`, all of them.
        totals: sums by amount: in all and by status, currency and month; exact, as text.
        receipt: months, keys that are new, changed and equal, the ten largest changes, control totals.
        profile: how the paste was read, to be used again.
        draft: the records; None where no table was found.
        acts: verdict of each record, as `Act`; shape (n,).
    """

    source: str
    sheet: str
    digest: str
    raw: RawPaste = field(repr=False)
    questions: tuple[Question, ...]
    remarks: tuple[Remark, ...] = field(repr=False)
    facts: pd.DataFrame = field(repr=False)
    counts: Mapping[str, int]
    totals: Mapping[str, Any]
    receipt: Mapping[str, Any]
    profile: MappingProfile
    draft: Draft | None = field(repr=False)
    acts: np.ndarray = field(repr=False)

    @property
    def status(self) -> Light:
        """Blocked by a question or fault, red with bad rows, amber with something to tick, else green."""
        if any(question.blocking for question in self.questions):
            return Light.BLOCKED
        if self.counts["bad"]:
            return Light.RED
        warned = any(remark.act is Act.WARN for remark in self.remarks)
        return Light.AMBER if self.counts["warn"] or warned else Light.GREEN

    @cached_property
    def rows(self) -> tuple[PasteRow, ...]:
        """One verdict a record, in the order of the paste."""
        return () if self.draft is None else self._verdicts(self.draft, range(len(self.draft)))

    def rows_of(self, status: str) -> tuple[PasteRow, ...]:
        """Return the verdicts of one status, in the order of the paste."""
        if self.draft is None:
            return ()
        wanted = next(act for act in Act if act.word == status)
        return self._verdicts(self.draft, np.flatnonzero(self.acts == wanted).tolist())

    def _verdicts(self, draft: Draft, records: Sequence[int]) -> tuple[PasteRow, ...]:
        found: dict[int, list[Remark]] = {k: [] for k in records}
        for remark in self.remarks:
            for k in remark.records.tolist():
                if k in found:
                    found[k].append(remark)
        columns = {name: draft.frame[name].tolist() for name in draft.frame.columns}
        return tuple(self._row(draft, k, found[k], columns) for k in records)

    def _row(self, draft: Draft, k: int, found: list[Remark], columns: Mapping[str, list[Any]]) -> PasteRow:
        records, row = draft.records, int(draft.records.rows[k])
        amount = "value" if draft.value is not None and draft.quantity is None else "quantity"
        month = columns["month"][k]
        values: dict[str, Any] = {name: columns[name][k] or None for name in (*KEY[:-1], "currency")}
        values["period"] = None if month == NO_MONTH else month_name(month)
        for name in ("quantity", "value"):
            number = columns[name][k]
            values[name] = None if math.isnan(number) else number
        return PasteRow(
            records.raw.row_number(row),
            records.address(k, amount),
            Act(int(self.acts[k])).word,
            tuple(dict.fromkeys(remark.code for remark in found)),
            tuple(dict.fromkeys(remark.message for remark in found)),
            values,
            tuple(records.raw.rows[row]),
        )

    def issues(self) -> list[Issue]:
        """Return what was found as issues: questions that block first, then remarks, each at its first cell."""
        out = [
            Issue(Severity.STOP, q.code, self.sheet or self.source, "", q.message) for q in self.questions if q.blocking
        ]
        for remark in self.remarks:
            cell = self.marks_of(remark)[0] if remark.records.size and self.draft is not None else ""
            severity = _SEVERITY.get(remark.act, Severity.INFO)
            out.append(Issue(severity, remark.code, self.sheet or self.source, cell, remark.message))
        return out

    def cells_of(self, remark: Remark) -> list[tuple[int, int]]:
        """Return the cells that a remark is about, by row and column in the paste, from 0."""
        assert self.draft is not None
        records = self.draft.records
        names = records.layout.header.names
        column = names.index(remark.column) if remark.column in names else None
        found = remark.records.tolist()
        if column is not None and not records.layout.is_wide:
            return [(int(records.rows[k]), column) for k in found]
        amount = "value" if self.draft.value is not None and self.draft.quantity is None else "quantity"
        return [(int(records.rows[k]), records.column_of(k, amount) or 0) for k in found]

    def marks_of(self, remark: Remark) -> list[str]:
        """Return the addresses of the cells that a remark is about."""
        return [self.raw.address(row, column) for row, column in self.cells_of(remark)]

    def to_json(self) -> dict[str, Any]:
        """Return the check as plain values."""
        return {
            "source": self.source,
            "sheet": self.sheet,
            "digest": self.digest,
            "status": str(self.status),
            "questions": [{**vars(question), "choices": list(question.choices)} for question in self.questions],
            "rows": [
                {
                    "row": row.row,
                    "cell": row.cell,
                    "status": row.status,
                    "codes": list(row.codes),
                    "messages": list(row.messages),
                    "values": dict(row.values),
                    "raw": row.raw_text,
                }
                for row in self.rows
            ],
            "counts": dict(self.counts),
            "totals": dict(self.totals),
            "remarks": [
                {
                    "code": remark.code,
                    "status": "note" if remark.note else remark.act.word,
                    "column": remark.column,
                    "message": remark.message,
                    "rows": int(remark.records.size),
                    "value": remark.value,
                    "suggestion": remark.suggestion,
                }
                for remark in self.remarks
            ],
            "receipt": dict(self.receipt),
        }
