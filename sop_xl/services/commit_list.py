"""Committed pastes as rows of the workbook's table Commits: what was pasted, and what became of every row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sop_xl.actuals.findings import Act
from sop_xl.domain.batch import BatchKind
from sop_xl.schema.results import COMMITS
from sop_xl.services import log

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sop_xl.domain.batch import BatchRecord
    from sop_xl.ports import Workbook

AMOUNTS = {"quantity": "units", "value": "value"}
"""Amounts of a paste, and what their columns of the table begin with."""
COMMITTED = (Act.GOOD.word, Act.FIXED.word, Act.WARN.word)


def list_commits(workbook: Workbook, records: Sequence[BatchRecord]) -> None:
    """Stage a row for each committed paste that the table does not name yet; a paste taken back keeps its row."""
    if COMMITS.excel_name not in workbook.tables():
        return
    before = log.read_log(workbook, COMMITS)
    known = set(before["batch"])
    new = [r for r in records if r.kind is BatchKind.PASTE and "committed" in r.totals and str(r.number) not in known]
    if new:
        log.append(workbook, COMMITS, before, [_row(record) for record in new])


def _row(record: BatchRecord) -> dict[str, Any]:
    counts: Mapping[str, int] = record.totals["counts"]
    row = {
        "batch": str(record.number),
        "at": record.at,
        "source": record.source,
        "who": record.who,
        "months": ", ".join(record.totals["months"]),
        "rows_pasted": counts["rows_in"],
        "rows_committed": sum(counts[word] for word in COMMITTED),
        "rows_aside": counts[Act.BAD.word],
        "rows_excluded": counts[Act.EXCLUDED.word],
    }
    for amount, name in AMOUNTS.items():
        row |= {f"{name}_{part}": figure for part, figure in _parts(record, amount).items()}
    return row


def _parts(record: BatchRecord, amount: str) -> dict[str, float]:
    """Return what was pasted of an amount, and where it went; nothing where the paste has no such column."""
    if amount not in record.totals["totals"]:
        return {}
    found = record.totals["totals"][amount]
    sums = found["by_status"]
    return {
        "pasted": float(found["pasted"]),
        "committed": float(record.totals["committed"][amount]),
        "aside": float(sums.get(Act.BAD.word, 0)),
        "excluded": float(sums.get(Act.EXCLUDED.word, 0)),
    }
