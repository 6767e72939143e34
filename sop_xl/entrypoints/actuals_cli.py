"""The command line for actuals: `sop-xl actuals check FILE --workbook BOOK`."""

from __future__ import annotations

import json as json_text
import sys
from decimal import InvalidOperation
from pathlib import Path  # noqa: TC003 - typer reads it
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sop_xl.domain.errors import SopError

if TYPE_CHECKING:
    from decimal import Decimal

    from sop_xl.actuals.profile import MappingProfile
    from sop_xl.actuals.result import PasteCheck

USER_FAULT = 2
LISTED = 30
"""Remarks and rows that are printed for a person; `--json` prints all."""

app = typer.Typer(help="Check actuals before they are committed.", no_args_is_help=True)


@app.callback()
def actuals() -> None:
    """Actuals of a closed month: check a file before it is committed."""


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="CSV or xlsx file with actuals.")],
    workbook: Annotated[Path, typer.Option("--workbook", help="The workbook they are for; it is only read.")],
    sheet: Annotated[str, typer.Option(help="Sheet of the file; default: the one with actuals.")] = "",
    answer: Annotated[list[str] | None, typer.Option(help="CODE:COLUMN=CHOICE; once for each question.")] = None,
    control_total: Annotated[
        list[str] | None, typer.Option(help="Total of the value column, or quantity=TOTAL.")
    ] = None,
    profile: Annotated[
        Path | None, typer.Option(help="File that remembers how this export is read; answers are kept in it.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON object on stdout.")] = False,
) -> None:
    """Check a file of actuals; nothing is committed. Exit 2 while it is blocked."""
    from sop_xl.adapters.file_workbook import FileWorkbook
    from sop_xl.adapters.paste_file import read_paste
    from sop_xl.services.actuals import check_actuals
    from sop_xl.services.inputs import read_inputs

    answers, control = _answers(answer or []), _control(control_total or [])
    remembered = _read_profile(profile)
    result = check_actuals(
        read_paste(file, sheet), read_inputs(FileWorkbook(workbook)), None, remembered, answers, control=control
    )
    if profile and answers:
        _write_profile(profile, result.profile)
    print(json_text.dumps(result.to_json(), ensure_ascii=False, default=str) if json else "\n".join(_lines(result)))
    if result.status == "blocked":
        print(f"{file.name}: {result.status}; nothing was committed.", file=sys.stderr)
        raise typer.Exit(USER_FAULT)


def _answers(texts: list[str]) -> dict[str, str]:
    out = {}
    for text in texts:
        head, found, choice = text.rpartition("=")
        if not found or ":" not in head:
            raise SopError(f"--answer {text}: write it as CODE:COLUMN=CHOICE, such as P04:Umsatz=comma.")
        out[head.strip()] = choice.strip()
    return out


def _control(texts: list[str]) -> dict[str, Decimal]:
    from sop_xl.actuals.check import control_of

    out: dict[str, Decimal] = {}
    for text in texts:
        try:
            out |= control_of(text)
        except (ValueError, InvalidOperation):
            message = f"--control-total {text}: write a number such as 1204118.37, or quantity=5000."
            raise SopError(message) from None
    return out


def _read_profile(path: Path | None) -> MappingProfile | None:
    from sop_xl.actuals.profile import MappingProfile

    if path is None or not path.exists():
        return MappingProfile(name=path.stem) if path else None
    try:
        return MappingProfile.from_json(json_text.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as fault:
        raise SopError(f"{path} is no mapping profile ({fault}). Delete it and answer the questions again.") from fault


def _write_profile(path: Path, profile: MappingProfile) -> None:
    try:
        path.write_text(json_text.dumps(profile.to_json(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as fault:
        raise SopError(f"{path} cannot be written ({fault.strerror}); the answers were not kept.") from fault


def _lines(result: PasteCheck) -> list[str]:
    counts = ", ".join(f"{count:,} {name}" for name, count in result.counts.items() if name != "rows_in")
    lines = [f"{result.source}: {str(result.status).upper()}. {result.counts['rows_in']:,} rows in: {counts}."]
    lines += [f"  {name}: total {total['total']}" for name, total in result.totals.items()]
    for question in result.questions:
        choices = f" [{' | '.join(question.choices)}]" if question.choices else ""
        must = "" if question.blocking else " (optional)"
        lines.append(f"? {question.code}:{question.column}{must}: {question.message}{choices}")
    told = [f"{remark.code} {remark.act.word:8} {remark.message}" for remark in result.remarks]
    lines += told[:LISTED] + ([f"... and {len(told) - LISTED:,} more; --json lists all."] if len(told) > LISTED else [])
    return lines + _receipt_lines(result.receipt)


def _receipt_lines(receipt: Any) -> list[str]:
    if not receipt:
        return []
    months = ", ".join(receipt["months"]) or "no month"
    states = ", ".join(f"{receipt[state]:,} {state}" for state in ("new", "changed", "equal"))
    facts = f"{receipt['facts']:,} facts: {states}"
    keys = ("measure", "item", "market", "location", "period")
    changes = [
        f"  {' '.join(c[key] for key in keys if c[key])}: {c['field']} {c['before']} -> {c['after']}"
        for c in receipt["largest_changes"]
    ]
    return [f"Would commit for {months}: {facts}.", *changes]
