"""`sop-xl merge BASE MINE THEIRS`: two copies of a workbook, edited apart, made one."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sop_xl.domain.errors import SopError
from sop_xl.entrypoints.command import DryRun, Json, show
from sop_xl.entrypoints.places import ledger_places, stamp, undo_store, user_name

if TYPE_CHECKING:
    from sop_xl.services.merge_copies import Choices, MergeReport
    from sop_xl.share.merge import Settled

LISTED = 20
"""Conflicts that are printed; the sheet Collect and --json have all."""

Take = Annotated[
    str,
    typer.Option(
        metavar="mine|theirs|FILE.csv",
        help="What to choose in conflicts: one for all, or a CSV of the sheet Collect with its column choice filled.",
    ),
]


def merge(
    base: Annotated[Path, typer.Argument(metavar="BASE", help="The copy that both began with.")],
    mine: Annotated[Path, typer.Argument(metavar="MINE", help="The copy that stays; close it in Excel first.")],
    theirs: Annotated[Path, typer.Argument(metavar="THEIRS", help="The other copy; it is only read.")],
    out: Annotated[Path | None, typer.Option(help="Write to this new file instead of MINE.")] = None,
    take: Take = "",
    other_identity: Annotated[
        bool, typer.Option("--other-identity", help="Merge copies that have ledgers of their own by now.")
    ] = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Bring into MINE what THEIRS changed since BASE: inputs only; what both changed is listed, never overwritten."""
    from sop_xl.adapters.file_workbook import FileWorkbook
    from sop_xl.services.ledger_sync import User
    from sop_xl.services.memory import remembering_if_possible
    from sop_xl.services.merge_copies import check_same_company, merge_copies
    from sop_xl.services.partner import GUID

    books = {path: FileWorkbook(path) for path in (base, mine, theirs)}
    if not other_identity:
        check_same_company([(path.name, book.read_property(GUID)) for path, book in books.items()])
    choices = read_take(take) if take else None
    target, user = mine, User(user_name(), stamp())
    if out is not None and not dry_run:
        target = _copied(mine, out)
    workbook = books[mine] if target == mine else FileWorkbook(target)
    places = ledger_places(str(mine.resolve())) if target == mine and not dry_run else None
    with remembering_if_possible(workbook, places, user) as (memory, remarks):
        report = merge_copies(
            books[base],
            workbook,
            books[theirs],
            user=user,
            choices=choices,
            undo=undo_store(target),
            memory=memory,
            dry_run=dry_run,
        )
    lines = [*(str(remark) for remark in remarks), *merge_text(report, target, dry_run=dry_run)]
    show(json, {"workbook": str(target), "dry_run": dry_run, **merge_json(report)}, lines)


def _copied(mine: Path, out: Path) -> Path:
    if out.exists():
        raise SopError(f"{out} exists already and is left as it is. Choose another name.")
    shutil.copyfile(mine, out)
    return out


def read_take(take: str) -> Choices:
    """Return the choices of `--take`.

    Raises:
        SopError: it is neither a word nor a file of the table `returns`.
    """
    from sop_xl.schema.parse import read_table
    from sop_xl.schema.render import from_csv
    from sop_xl.schema.results import RETURNS
    from sop_xl.services.merge_copies import Choices, choices_of
    from sop_xl.share.choices import MINE, THEIRS

    if take in (MINE, THEIRS):
        return Choices(everywhere=take)
    try:
        text = Path(take).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise SopError(f"--take {take}: write mine, theirs, or the name of a CSV file (UTF-8) of choices.") from None
    frame = read_table(RETURNS, from_csv(RETURNS, text, take), csv=True).frame
    return choices_of(frame)


def conflict_json(one: Settled) -> dict[str, Any]:
    """Return what became of a place as plain values."""
    place = {"table": one.place.table, "row": " | ".join(one.place.key), "field": one.place.field}
    answers = [{"who": a.who, "value": a.value, "reason": a.reason, "file": a.source} for a in one.answers]
    return {**place, "verdict": one.verdict, "why": one.why, "base": one.base, "mine": one.mine, "theirs": answers}


def merge_json(report: MergeReport) -> dict[str, Any]:
    """Return a merge as plain values."""
    return {
        "run": report.run,
        "settled": [conflict_json(one) for one in report.settled],
        "conflicts": [conflict_json(one) for one in report.conflicts],
        "changes": [vars(change) for change in report.changes],
        "notices": report.notices,
    }


def merge_text(report: MergeReport, target: Path, *, dry_run: bool = False) -> list[str]:
    """Return a merge as lines for a person."""
    from sop_xl.services.merge_copies import summary

    if not report.settled:
        return [f"Nothing to merge: the other copy changed no input since the base. {target} is as it was."]
    head = f"Dry run, nothing was written: {summary(report)}."
    if not dry_run:
        head = f"{report.run or 'No input changed'}: {summary(report)}. Run the cycle to plan for it."
    return [*report.notices, head, *conflict_lines(report.conflicts)]


def conflict_lines(conflicts: list[Settled]) -> list[str]:
    """Return open conflicts as lines: where, base, mine, and what each other says."""
    lines = []
    for one in conflicts[:LISTED]:
        told = ", ".join(f"{answer.who}: {_word(answer.value)}" for answer in one.answers)
        field = one.place.field or "row"
        lines.append(
            f"  {one.place.table} {one.place.row}, {field}: "
            f"base {_word(one.base)}, mine {_word(one.mine)}, {told}. {one.why}"
        )
    more = len(conflicts) - LISTED
    return lines + ([f"  and {more:,} more on the sheet Collect"] if more > 0 else [])


def _word(value: Any) -> str:
    if value is None:
        return "blank"
    return f"{value:,.6g}" if isinstance(value, float) else str(value)
