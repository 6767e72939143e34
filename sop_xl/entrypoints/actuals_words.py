"""What the commands for actuals print: checks, receipts, batches, histories, rows kept aside."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sop_xl.domain.words import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from sop_xl.actuals.profile import MappingProfile
    from sop_xl.actuals.result import PasteCheck
    from sop_xl.domain.batch import BatchRecord, FactKey
    from sop_xl.services.batches import Outcome
    from sop_xl.services.paste import Committed
    from sop_xl.services.quarantine import KeptRow

LISTED = 30
"""Remarks and rows that are printed for a person; `--json` prints all."""
KEYS = ("measure", "item", "market", "location", "period")


def check_text(result: PasteCheck) -> list[str]:
    """Return a check as lines for a person: status, totals, questions, remarks, what a commit would do."""
    counts = ", ".join(f"{count:,} {name}" for name, count in result.counts.items() if name != "rows_in")
    lines = [f"{result.source}: {str(result.status).upper()}. {counted(result.counts['rows_in'], 'row')} in: {counts}."]
    lines += [f"  {name}: total {total['total']}" for name, total in result.totals.items()]
    for question in result.questions:
        choices = f" [{' | '.join(question.choices)}]" if question.choices else ""
        must = "" if question.blocking else " (optional)"
        lines.append(f"? {question.code}:{question.column}{must}: {question.message}{choices}")
    told = [f"{remark.code} {remark.act.word:8} {remark.message}" for remark in result.remarks]
    lines += told[:LISTED] + ([f"... and {len(told) - LISTED:,} more; --json lists all."] if len(told) > LISTED else [])
    return lines + _receipt_text("Would commit", result.receipt)


def _receipt_text(verb: str, receipt: Mapping[str, Any]) -> list[str]:
    if not receipt:
        return []
    months = ", ".join(receipt["months"]) or "no month"
    states = ", ".join(f"{receipt[state]:,} {state}" for state in ("new", "changed", "equal"))
    facts = f"{counted(receipt['facts'], 'fact')}: {states}"
    control = [
        f"  {name}: paste {sums['paste']}, control total {sums['control']}, difference {sums['difference']}"
        for name, sums in receipt["control"].items()
    ]
    changes = [
        f"  {' '.join(c[key] for key in KEYS if c[key])}: {c['field']} {c['before']} -> {c['after']}"
        for c in receipt["largest_changes"]
    ]
    return [f"{verb} for {months}: {facts}.", *control, *changes]


def committed_json(done: Committed) -> dict[str, Any]:
    """Return a commit as plain values: the batch, its receipt, what waits for a correction."""
    return {
        "batch": record_json(done.record),
        "status": str(done.check.status),
        "counts": dict(done.check.counts),
        "totals": dict(done.check.totals),
        "receipt": dict(done.check.receipt),
        "corrects": list(done.corrects),
        "incomplete": dict(done.incomplete),
        "notices": done.notices,
    }


def committed_text(done: Committed) -> list[str]:
    """Return a commit as lines for a person: its receipt."""
    counts = ", ".join(f"{count:,} {name}" for name, count in done.check.counts.items() if name != "rows_in")
    lines = [*done.notices, f"Committed as {done.record}. {counted(done.check.counts['rows_in'], 'row')} in: {counts}."]
    lines += [f"  {name}: total {total['total']}" for name, total in done.check.totals.items()]
    lines += _receipt_text("Committed", done.check.receipt)
    lines += [f"Rows that batch {number} kept aside are settled by it." for number in done.corrects]
    lines += [
        f"{month} is incomplete: {counted(count, 'row')} kept aside (sop-xl actuals quarantine)."
        for month, count in done.incomplete.items()
    ]
    return [*lines, "Take it back with: sop-xl actuals undo FILE.xlsm"]


def undone_json(done: Outcome) -> dict[str, Any]:
    """Return an undo or a redo as plain values."""
    return {"batch": record_json(done.record), "notices": done.notices}


def undone_text(done: Outcome) -> list[str]:
    """Return an undo or a redo as lines for a person."""
    record = done.record
    figures = f"{record.added:,} facts came back, {record.changed:,} have their old figure, {record.removed:,} are gone"
    return [*done.notices, f"Batch {record.reverses} is taken back by batch {record.number}: {figures}."]


def record_json(record: BatchRecord) -> dict[str, Any]:
    """Return a batch as plain values; its receipt and rows kept aside under `totals`."""
    plain = asdict(record)
    return {**plain, "kind": str(record.kind), "state": str(record.state), "version": str(record.version)}


def batches_text(records: Sequence[BatchRecord]) -> list[str]:
    """Return the batches as lines for a person, oldest first."""
    lines = []
    for r in records:
        aside = f", {r.left_out:,} kept aside" if r.left_out else ""
        counts = f"{r.added:,} new, {r.changed:,} changed, {r.removed:,} removed, {r.equal:,} equal{aside}"
        why = f" ({r.reason})" if r.reason else ""
        lines.append(f"{r.number:5}  {r.at:%Y-%m-%d %H:%M}  {r.who:12}  {r.kind:9}  {r.state:15}  {r.source}{why}")
        lines.append(f"       {counts}")
    return lines or ["Nothing was committed yet."]


def key_json(key: FactKey, history: pd.DataFrame) -> dict[str, Any]:
    """Return all that was recorded of one key as plain values."""
    plain = history.astype(object).where(history.notna(), None)
    return {"key": key._asdict(), "history": plain.to_dict("records")}


def key_text(key: FactKey, history: pd.DataFrame) -> list[str]:
    """Return all that was recorded of one key as lines for a person."""
    lines = [str(key)]
    for line in history.itertuples():
        what = "nothing any more" if line.gone else f"quantity {line.quantity:,.6g}, value {line.value:,.2f}"
        lines.append(f"  batch {line.batch}, {line.at:%Y-%m-%d}, {line.who}: {what}  ({line.source})")
    return lines


def profile_text(name: str, profile: MappingProfile) -> list[str]:
    """Return a mapping profile as lines for a person."""
    columns = [f"  {header} -> {field}" for header, field in profile.columns.items()]
    answers = [f"  {question} = {answer}" for question, answer in profile.answers.items()]
    return [f"{name} (made for {profile.source})", *columns, *answers]


def kept_rows_json(rows: Sequence[KeptRow]) -> list[dict[str, Any]]:
    """Return rows kept aside as plain values."""
    return [asdict(row) for row in rows]


def kept_rows_text(rows: Sequence[KeptRow], months: Mapping[str, int]) -> list[str]:
    """Return rows kept aside as lines for a person."""
    if not rows:
        return ["No row is kept aside."]
    lines = [f"{month} is incomplete: {counted(count, 'row')} kept aside." for month, count in months.items()]
    for row in rows[:LISTED]:
        cells = " | ".join("" if cell is None else str(cell) for cell in row.raw)
        lines += [f"{row.batch}:{row.row}  {row.source}: {cells}", f"      {'; '.join(row.messages)}"]
    return lines + ([f"... and {len(rows) - LISTED:,} more; --json lists all."] if len(rows) > LISTED else [])
