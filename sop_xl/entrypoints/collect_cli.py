"""`sop-xl collect WORKBOOK FOLDER|files`: what came back by mail, looked at first, then taken as one batch."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotation
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sop_xl.entrypoints.command import Json, Workbook, show
from sop_xl.entrypoints.merge_cli import Take, conflict_json, conflict_lines, read_take
from sop_xl.entrypoints.places import ledger_places, open_workbook, stamp, undo_store, user_name

if TYPE_CHECKING:
    import datetime as dt

    from sop_xl.services.collect import CollectReport

LISTED = 20
"""Remarks that are printed; the sheet Collect and --json have all."""


def collect(
    file: Workbook,
    returns: Annotated[
        list[Path], typer.Argument(metavar="FOLDER|FILES...", help="Folders, .xlsx, .ods, .csv, .zip or .eml files.")
    ],
    commit: Annotated[bool, typer.Option("--commit", help="Take what can be taken; without it, only look.")] = False,
    take: Take = "",
    json: Json = False,
) -> None:
    """Say what becomes of every value that came back, on the sheet Collect; with --commit, take it as one batch."""
    from sop_xl.adapters.returned_files import read_returns
    from sop_xl.services.collect import collect as collect_returns
    from sop_xl.services.ledger_sync import User
    from sop_xl.services.memory import remembering

    choices, files = read_take(take) if take else None, read_returns(returns)
    workbook, user = open_workbook(file), User(user_name(), stamp())
    with remembering(workbook, ledger_places(str(file.resolve())), user, begin=False) as memory:
        report = collect_returns(workbook, memory, files, commit=commit, choices=choices, undo=undo_store(file))
    show(json, {"workbook": str(file), **collect_json(report, user.at.date())}, collect_text(report))


def collect_json(report: CollectReport, today: dt.date) -> dict[str, Any]:
    """Return a collect as plain values, with reminders as they read today."""
    from sop_xl.share.collect import reminder
    from sop_xl.share.returned import REJECTED

    remarks = [
        {
            "code": str(one.finding),
            "rejected": one.finding in REJECTED,
            "message": one.message,
            "who": one.who,
            "file": one.file,
            "cell": one.cell,
            "value": one.value,
        }
        for one in report.remarks
    ]
    missing = []
    for one in report.missing:
        subject, body = reminder(one.form, today)
        told = {"recipient": one.form.recipient, "role": one.form.role, "address": one.address}
        missing.append({**told, "form": one.form.form_id, "due": one.form.expires, "subject": subject, "body": body})
    return {
        "run": report.run,
        "committed": report.committed,
        "counts": report.counts(),
        "files": report.files,
        "settled": [conflict_json(one) for one in report.settled],
        "conflicts": [conflict_json(one) for one in report.conflicts],
        "remarks": remarks,
        "missing": missing,
        "changes": [vars(change) for change in report.changes],
        "notices": report.notices,
    }


def collect_text(report: CollectReport) -> list[str]:
    """Return a collect as lines for a person."""
    from sop_xl.services.collect import summary
    from sop_xl.share.returned import REJECTED

    head = f"{report.run or 'Nothing new'}: {summary(report)}."
    if not report.committed:
        head = f"Preview, no input was changed: {summary(report)}. Take it with --commit."
    worst = sorted(report.remarks, key=lambda one: one.finding not in REJECTED)
    lines = [*report.notices, head, *conflict_lines(report.conflicts)]
    lines += [f"  {one.finding} {one.file}{' ' if one.cell else ''}{one.cell}: {one.message}" for one in worst[:LISTED]]
    lines += [f"  and {len(worst) - LISTED:,} more remarks on the sheet Collect"] if len(worst) > LISTED else []
    for one in report.missing:
        lines.append(f"  no answer: {one.form.recipient} ({one.form.role}), {one.form.form_id}, {one.address}")
    return lines + (["  sop-xl remind drafts a mail to each."] if report.missing else [])
