"""What the command line prints: for people as text, for programs as one JSON object."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.domain.issue import Issue
    from sop_xl.entrypoints.doctor import Finding
    from sop_xl.services.compare import TableChange
    from sop_xl.services.run import RunReport
    from sop_xl.services.undo import HistoryEntry, UndoReport

LISTED_ISSUES = 5
"""Issues of one kind on one sheet that are printed; the others are counted."""
LISTED_CHANGES = 1000
"""Changes of one table that the JSON of a dry run lists; `altered` and the others count all."""


def issue_json(issue: Issue) -> dict[str, str]:
    """Return an issue as plain values."""
    return {**asdict(issue), "severity": str(issue.severity)}


def table_json(change: TableChange) -> dict[str, Any]:
    """Return how a table changes, with its first cells."""
    cells = [asdict(cell) for cell in change.changes[:LISTED_CHANGES]]
    counts = {name: getattr(change, name) for name in ("table", "before", "after", "added", "removed", "altered")}
    return {**counts, "changes": cells, "listed": len(cells), "cells": len(change.changes)}


def run_json(report: RunReport) -> dict[str, Any]:
    """Return a run as plain values."""
    return {
        "run": report.run,
        "cycle": report.cycle,
        "dry_run": report.dry,
        "steps": list(report.steps),
        "seconds": {step: round(seconds, 3) for step, seconds in report.seconds.items()},
        "rows": {name: len(frame) for name, frame in report.frames.items()},
        "issues": [issue_json(issue) for issue in report.issues],
        "tables": [table_json(change) for change in report.tables],
        "headlines": report.headlines,
        "proof": report.proof,
        "not_undoable": report.not_undoable,
        "not_remembered": report.not_remembered,
    }


def undo_json(report: UndoReport) -> dict[str, Any]:
    """Return an undo as plain values."""
    return {**asdict(report), "changes": [asdict(change) for change in report.changes]}


def undo_text(report: UndoReport) -> list[str]:
    """Return an undo as lines for a person."""
    left = f"the plan of cycle {report.cycle} before it stands again" if report.cycle else "no plan is left"
    lines = [*report.notices, f"{report.undone} is taken back ({report.run}): {left}."]
    return lines + [f"  {change.table} {change.key}: {change.old} -> {change.new}" for change in report.changes]


def history_json(entry: HistoryEntry) -> dict[str, Any]:
    """Return a line of the log as plain values; the state as its word."""
    return {**asdict(entry), "state": str(entry.state)}


def history_text(entries: Sequence[HistoryEntry]) -> list[str]:
    """Return the log as lines for a person."""
    lines = [f"{e.run:6} {e.at:%Y-%m-%d %H:%M}  {e.cycle:7}  {e.steps:30}  {e.state:9}  {e.result}" for e in entries]
    return lines or ["Nothing was run in this workbook yet."]


def finding_json(finding: Finding) -> dict[str, str]:
    """Return a finding of the doctor as plain values."""
    return {**asdict(finding), "state": str(finding.state)}


def findings_text(findings: Sequence[Finding]) -> list[str]:
    """Return what the doctor found as lines for a person: each with its cure below it."""
    lines = []
    for finding in findings:
        lines.append(f"{finding.state:4}  {finding.subject}: {finding.found}")
        lines += [f"      {finding.cure}"] if finding.cure else []
    return lines


def dump(value: Any) -> str:
    """Return JSON text; dates as ISO text."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)


def run_text(report: RunReport) -> list[str]:
    """Return a run as lines for a person."""
    lines = []
    if report.dry:
        lines.append(f"Dry run of {', '.join(report.steps)} for cycle {report.cycle}: nothing was written.")
        lines += [table_text(change) for change in report.tables] or ["Nothing would change."]
    else:
        done = ", ".join(f"{step} {seconds:.1f} s" for step, seconds in report.seconds.items())
        lines.append(f"{report.run}: cycle {report.cycle} planned ({done}).")
    lines += [f"  {report.proof}."] if report.proof else []
    lines += [f"  {line}" for line in report.headlines]
    return lines


def table_text(change: TableChange) -> str:
    """Return how a table changes as one line, with its first cells below."""
    head = (
        f"{change.table}: {change.before} -> {change.after} rows; "
        f"{change.added} new, {change.removed} gone, {change.altered} changed"
    )
    first = [f"    {cell.key} {cell.field}: {_word(cell.old)} -> {_word(cell.new)}" for cell in change.changes[:5]]
    return "\n".join([head, *first])


def _word(value: Any) -> str:
    if value is None:
        return "blank"
    return f"{value:,.6g}" if isinstance(value, float) else str(value)


def issues_text(issues: Sequence[Issue]) -> list[str]:
    """Return issues as lines, worst first as they come; of many of one kind on a sheet the first ones and a count."""
    kinds = Counter((issue.code, issue.sheet) for issue in issues)
    shown: Counter[tuple[str, str]] = Counter()
    lines = []
    for issue in issues:
        kind = issue.code, issue.sheet
        shown[kind] += 1
        if shown[kind] <= LISTED_ISSUES:
            lines.append(f"{str(issue.severity).upper():5} {issue}")
        elif shown[kind] == LISTED_ISSUES + 1:
            rest = kinds[kind] - LISTED_ISSUES
            lines.append(f"      {issue.sheet}: {rest} more of the kind {issue.code}; --json lists all.")
    return lines
