"""The command line for actuals: `sop-xl actuals check|commit|undo|redo|history|quarantine|profiles`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from sop_xl.domain.errors import SopError
from sop_xl.entrypoints import actuals_words as words
from sop_xl.entrypoints.actuals_options import (
    answers_of,
    control_of_texts,
    is_file,
    key_parts,
    open_book,
    open_ledger,
    open_memory,
    paste_and_book,
    places_of,
    wish_of,
    write_profile,
)
from sop_xl.entrypoints.command import Json, Workbook, show
from sop_xl.entrypoints.report import dump

USER_FAULT = 2
MANY_KEYS = 200
"""Keys of which a history is told at once."""

app = typer.Typer(help="Actuals: check a file, commit it, take it back, see what was known.", no_args_is_help=True)

First = Annotated[Path, typer.Argument(metavar="FILE", help="CSV or xlsx file with actuals, or the workbook.")]
Second = Annotated[Path | None, typer.Argument(metavar="[FILE]", help="The other of the two.")]
BookOption = Annotated[Path | None, typer.Option("--workbook", help="The workbook, where only the paste is named.")]
Sheet = Annotated[str, typer.Option(help="Sheet of the file; default: the one with actuals.")]
Answer = Annotated[list[str] | None, typer.Option(help="CODE:COLUMN=CHOICE; once for each question.")]
AnswerFile = Annotated[str, typer.Option("--answers", help='JSON object {"CODE:COLUMN": "CHOICE"}, or its file.')]
Control = Annotated[list[str] | None, typer.Option(help="Total of the value column, or quantity=TOTAL.")]
Mapping = Annotated[
    str, typer.Option("--mapping", "--profile", help="A saved profile by name, or a file that keeps one.")
]
Reason = Annotated[str, typer.Option(help="Why; kept for ever.")]
Who = Annotated[str, typer.Option(help="On whose behalf; default: the user of this computer.")]


@app.command()
def check(
    first: First,
    second: Second = None,
    workbook: BookOption = None,
    sheet: Sheet = "",
    answer: Answer = None,
    answers: AnswerFile = "",
    control_total: Control = None,
    mapping: Mapping = "",
    json: Json = False,
) -> None:
    """Check a file of actuals; nothing is committed. Exit 2 while it is blocked."""
    from sop_xl.adapters.paste_file import read_paste
    from sop_xl.services.memory import peeking
    from sop_xl.services.paste import check_paste_of

    file, path = paste_and_book(first, second, workbook)
    given = answers_of(answer or [], answers)
    control = control_of_texts(control_total or [])
    book = open_book(path)
    with peeking(book, places_of(path)) as ledger:
        wish = wish_of(ledger, mapping, given, control)
        result = check_paste_of(book, ledger, read_paste(file, sheet), wish)
    if is_file(mapping) and given:
        write_profile(Path(mapping), result.profile)
    show(json, result.to_json(), words.check_text(result))
    if result.status == "blocked":
        print(f"{file.name}: {result.status}; nothing was committed.", file=sys.stderr)
        raise typer.Exit(USER_FAULT)


@app.command()
def commit(
    first: First,
    second: Second = None,
    workbook: BookOption = None,
    sheet: Sheet = "",
    answer: Answer = None,
    answers: AnswerFile = "",
    control_total: Control = None,
    mapping: Mapping = "",
    only_good: Annotated[
        bool,
        typer.Option("--only-good", help="Commit the good rows, keep the bad ones aside; the month is incomplete."),
    ] = False,
    reason: Annotated[str, typer.Option(help="Why rows to look at are right, or earlier months change.")] = "",
    who: Who = "",
    json: Json = False,
) -> None:
    """Check a file of actuals and commit it: ledger first, then the sheet Actuals. Prints the receipt."""
    from sop_xl.adapters.paste_file import read_paste
    from sop_xl.services.paste import PasteRefusedError, commit_paste

    file, path = paste_and_book(first, second, workbook)
    given = answers_of(answer or [], answers)
    control = control_of_texts(control_total or [])
    raw = read_paste(file, sheet)
    with open_memory(path, who) as (book, memory):
        wish = wish_of(memory.ledger, mapping, given, control, only_good=only_good, reason=reason)
        try:
            done = commit_paste(book, memory, raw, wish)
        except PasteRefusedError as refusal:
            _refused(refusal, memory.notices, json=json)
    if is_file(mapping):
        write_profile(Path(mapping), done.check.profile)
    show(json, {"workbook": str(path), **words.committed_json(done)}, words.committed_text(done))


def _refused(refusal: Any, notices: list[str], *, json: bool) -> NoReturn:
    if json:
        print(dump({"error": str(refusal), **refusal.check.to_json()}))
    lines = [*notices, str(refusal), *_cures(refusal.check)]
    print("\n".join(lines), file=sys.stderr)
    raise typer.Exit(USER_FAULT)


def _cures(check: Any) -> list[str]:
    """Return which options answer what is open."""
    open_ = {
        "--answer CODE:COLUMN=CHOICE answers a question.": any(q.blocking and q.choices for q in check.questions),
        "--only-good keeps bad rows aside.": check.counts["bad"] > 0,
        "--reason TEXT says why rows to look at are right.": any(r.act.word == "warn" for r in check.remarks),
    }
    return [words for words, wanted in open_.items() if wanted]


@app.command()
def undo(
    file: Workbook,
    batch: Annotated[int | None, typer.Argument(help="Number of the batch; default: the last one.")] = None,
    reason: Reason = "",
    clashes: Annotated[
        str, typer.Option(help="Where later batches changed the same keys: 'keep' those, or 'take' all back.")
    ] = "",
    who: Who = "",
    json: Json = False,
) -> None:
    """Take a batch back: the facts as they stood before it. The batch and its undo stay in the ledger."""
    from sop_xl.domain.ledger_errors import ClashError
    from sop_xl.services.batches import undo_batch

    if clashes not in ("", "keep", "take"):
        raise SopError(f"--clashes {clashes}: write keep or take.")
    with open_memory(file, who) as (book, memory):
        user = memory.user
        try:
            done = undo_batch(book, memory.ledger, batch, user=user, reason=reason)
        except ClashError as fault:
            if not clashes:
                raise
            choices = {clash.key: clashes == "take" for clash in fault.clashes}
            done = undo_batch(book, memory.ledger, batch, user=user, reason=reason, choices=choices)
    show(json, {"workbook": str(file), **words.undone_json(done)}, [*memory.notices, *words.undone_text(done)])


@app.command()
def redo(file: Workbook, who: Who = "", json: Json = False) -> None:
    """Bring back what the last batch took back."""
    from sop_xl.services.batches import redo_batch

    with open_memory(file, who) as (book, memory):
        done = redo_batch(book, memory.ledger, user=memory.user)
    show(json, {"workbook": str(file), **words.undone_json(done)}, [*memory.notices, *words.undone_text(done)])


@app.command()
def history(
    file: Workbook,
    key: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY...]", help="field=value such as item=A100 period=2026-10.")
    ] = None,
    json: Json = False,
) -> None:
    """List all batches, oldest first; or all that was ever recorded of the facts with this key."""
    with open_ledger(file) as ledger:
        if key:
            parts = key_parts(key)
            keys = ledger.find_keys(parts, MANY_KEYS) if ledger else []
            found = [(k, ledger.history(k)) for k in keys] if ledger else []
            value: Any = {"keys": [words.key_json(*pair) for pair in found]}
            lines = [line for pair in found for line in words.key_text(*pair)]
            lines = lines or [f"Nothing was ever recorded of {', '.join(map('='.join, parts.items()))}."]
        else:
            records = ledger.batches() if ledger else []
            value = {"batches": [words.record_json(record) for record in records]}
            lines = words.batches_text(records)
    show(json, {"workbook": str(file), **value}, lines)


@app.command()
def quarantine(
    file: Workbook,
    settle: Annotated[
        list[str] | None, typer.Option(help="BATCH or BATCH:ROW that is no actual, or is in by another way.")
    ] = None,
    reason: Reason = "",
    who: Who = "",
    json: Json = False,
) -> None:
    """List the rows that commits kept aside and that wait for their correction; or settle some of them."""
    from sop_xl.services.ledger_sync import refresh
    from sop_xl.services.quarantine import counts_by_month, open_rows
    from sop_xl.services.quarantine import settle as settle_rows

    if settle:
        with open_memory(file, who) as (workbook, memory):
            chosen = [row for row in open_rows(memory.ledger) if _is_chosen(row, settle)]
            settle_rows(memory.ledger, chosen, reason, memory.user)
            refresh(workbook, memory.ledger, memory.user)
    with open_ledger(file) as ledger:
        rows = open_rows(ledger) if ledger else []
    months = counts_by_month(rows)
    value = {"workbook": str(file), "incomplete": months, "rows": words.kept_rows_json(rows)}
    show(json, value, words.kept_rows_text(rows, months))


def _is_chosen(row: Any, wishes: list[str]) -> bool:
    return any(wish in (str(row.batch), f"{row.batch}:{row.row}") for wish in wishes)


@app.command()
def profiles(
    file: Workbook,
    forget: Annotated[str, typer.Option(help="Name of a profile that is not needed any more.")] = "",
    who: Who = "",
    json: Json = False,
) -> None:
    """List the saved mapping profiles: how each kind of export is read, and what was answered."""
    from sop_xl.services import profiles as kept

    if forget:
        with open_memory(file, who) as (_, memory):
            kept.forget(memory.ledger, forget, memory.user)
    with open_ledger(file) as ledger:
        saved = kept.saved(ledger) if ledger else {}
    lines = [line for name, profile in saved.items() for line in words.profile_text(name, profile)]
    value = {"workbook": str(file), "profiles": {name: profile.to_json() for name, profile in saved.items()}}
    show(json, value, lines or ["No mapping profile is saved yet."])
