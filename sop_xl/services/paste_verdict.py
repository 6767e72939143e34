"""A check as the sheet Paste actuals shows it: rows for each of its areas."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from sop_xl.actuals.findings import Act
from sop_xl.schema import paste

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sop_xl.actuals.result import PasteCheck, PasteRow
    from sop_xl.domain.cells import CellInput

    Rows = list[list[CellInput]]

WORDS = {"item": "Item", "market": "Market", "location": "Location", "period": "Month", "measure": "Measure"}
WORDS |= {"quantity": "Quantity", "value": "Value", "currency": "Currency"}
CASES = {
    "P01": "text read as numbers",
    "P02": "minus behind, CR, brackets",
    "P03": "text and numbers mixed",
    "P04": "decimal mark not proven",
    "P05": "dates as text",
    "P06": "dates as serial numbers",
    "P07": "dates of a 1904 book",
    "P08": "no usable date",
    "P09": "zeros in front lost",
    "P10": "not in the list",
    "P11": "header of two rows",
    "P12": "totals",
    "P13": "blank rows",
    "P14": "hidden rows or sheets",
    "P15": "error values",
    "P16": "empty amounts",
    "P17": "row repeated",
    "P18": "same key, other value",
    "P19": "header twice",
    "P20": "column missing",
    "P21": "not the open month",
    "P22": "restates closed months",
    "P23": "fewer rows or months",
    "P24": "currency",
    "P25": "no exchange rate",
    "P26": "unit without a factor",
    "P27": "thousands or cents",
    "P28": "sign turned",
    "P29": "far from usual",
    "P30": "price far from list",
    "P31": "spaces, look-alikes",
    "P32": "formulas",
    "P33": "links to other files",
    "P34": "text for an amount",
    "P35": "text too long",
    "P36": "keys on first row only",
    "P37": "months across",
    "P38": "cut at a row limit",
    "P39": "control total",
    "P40": "committed already",
    "P41": "over the SOP columns",
}
"""Each case of the check in a few words, for the list of the most frequent ones."""
MESSAGES = 3
"""Messages of one row that the sheet shows."""
RANK = {act.word: rank for rank, act in enumerate(Act)}


@dataclass(frozen=True)
class Asked:
    """A question as the sheet shows it: `key` is `CODE:COLUMN`, `answer` what the user typed beside it."""

    key: str
    code: str
    words: str
    answer: str = ""


def verdict(check: PasteCheck, asked: Sequence[Asked]) -> Mapping[str, Rows]:
    """Return the rows of each area that a check fills, by the area's name.

    Args:
        check: the check.
        asked: the questions shown before, whose answers stay beside them.
    """
    shown = _questions(check, asked)
    rows, marks = _rows(check)
    return {
        paste.ROWS.name: rows,
        paste.MARKS.name: marks,
        paste.MAPPING.name: [_mapping(check)],
        paste.QUESTIONS.name: [[a.code, a.words] for a in shown],
        paste.ASKED.name: [[a.key] for a in shown],
        paste.ANSWERS.name: [[a.answer or None] for a in shown],
        paste.RECEIPT.name: _receipt(check),
        paste.COUNTS.name: [[check.receipt.get(name)] for name in ("new", "changed", "equal")],
        paste.FAULTS.name: _faults(check),
        paste.CHANGES.name: _changes(check),
    }


def _questions(check: PasteCheck, asked: Sequence[Asked]) -> list[Asked]:
    """Return the questions to show: those that block, those answered before, then the optional ones."""
    answers = {a.key: a.answer for a in asked}
    blocking: list[Asked] = []
    optional: list[Asked] = []
    for q in check.questions:
        key, choices = f"{q.code}:{q.column}", f" [{' | '.join(q.choices)}]" if q.choices else ""
        (blocking if q.blocking else optional).append(Asked(key, q.code, q.message + choices, answers.get(key, "")))
    open_ = {a.key for a in (*blocking, *optional)}
    answered = [a for a in asked if a.answer and a.key not in open_]
    return [*blocking, *answered, *optional][: paste.QUESTIONS.height]


def _rows(check: PasteCheck) -> tuple[Rows, Rows]:
    """Return for each row of the paste its number and verdict, and beside it which of its cells are marked."""
    raw = check.raw
    height = raw.top + len(raw.rows) - paste.RAW.top
    found: dict[int, list[PasteRow]] = {}
    for row in check.rows:
        found.setdefault(row.row - paste.RAW.top, []).append(row)
    rows: Rows = [[paste.RAW.top + k, *_words(found.get(k, ()))] for k in range(height)]
    marks = _marks(check)
    return rows, [["".join(marks.get(k, ())) or None] for k in range(height)]


def _words(records: Sequence[PasteRow]) -> list[CellInput]:
    """Return status, code and message of a row, which is several records where months run across."""
    if not records:
        return [None, None, None]
    worst = max(records, key=lambda record: RANK[record.status])
    codes = dict.fromkeys(code for record in records for code in record.codes)
    messages = list(dict.fromkeys(words for record in records for words in record.messages))
    more = f"; and {len(messages) - MESSAGES} more" if len(messages) > MESSAGES else ""
    code, message = next(iter(worst.codes), None), "; ".join(messages[:MESSAGES]) + more
    return [paste.STATUS_WORDS[worst.status], code if codes else None, message or None]


def _marks(check: PasteCheck) -> dict[int, list[str]]:
    """Return the marks of each row, the worst first: sign and place of a cell in the paste's columns."""
    found: dict[int, dict[int, Act]] = {}
    for remark in check.remarks:
        if remark.act.word in paste.SIGNS and remark.records.size and not remark.note:
            for row, column in check.cells_of(remark):
                cells = found.setdefault(row + check.raw.top - paste.RAW.top, {})
                cells[column] = max(remark.act, cells.get(column, remark.act))
    return {
        row: [
            f"{paste.SIGNS[act.word]}{column + check.raw.left - paste.RAW.left + 1};"
            for column, act in sorted(cells.items())
        ]
        for row, cells in found.items()
    }


def _mapping(check: PasteCheck) -> list[CellInput]:
    """Return what each column was taken for, in words."""
    out: list[CellInput] = [None] * paste.RAW.width
    if check.draft is None:
        return out
    fields, names = check.draft.records.layout.fields(), check.draft.records.layout.header.names
    for k, name in enumerate(names):
        place = check.raw.left - paste.RAW.left + k
        if name in fields and 0 <= place < len(out):
            out[place] = WORDS.get(fields[name], fields[name].capitalize())
    return out


def _receipt(check: PasteCheck) -> Rows:
    out: Rows = []
    for status in paste.STATUS_WORDS:
        sums = [check.totals.get(name, {}).get("by_status", {}).get(status) for name in ("quantity", "value")]
        out.append([check.counts[status], *(None if text is None else float(Decimal(text)) for text in sums)])
    return out


def _faults(check: PasteCheck) -> Rows:
    """Return how many rows each code is about, most rows first, and what it is."""
    counts: Counter[str] = Counter()
    for remark in check.remarks:
        if remark.act > Act.GOOD and not remark.note:
            counts[remark.code] += int(remark.records.size) or 1
    ranked = sorted(counts, key=lambda code: (-counts[code], code))[: paste.FAULTS.height]
    return [[counts[code], code, CASES[code]] for code in ranked]


def _changes(check: PasteCheck) -> Rows:
    largest = check.receipt.get("largest_changes", ())[: paste.CHANGES.height]
    names = ("item", "market", "period", "before", "after", "difference")
    return [[change[name] or None if name == "market" else change[name] for name in names] for change in largest]
