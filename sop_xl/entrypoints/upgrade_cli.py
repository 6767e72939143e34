"""`sop-xl upgrade FILE`: a workbook of an older template made one of the present one."""

from __future__ import annotations

import tempfile
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sop_xl.domain.errors import OwnContentError, SopError
from sop_xl.domain.issue import Issue, Severity
from sop_xl.entrypoints.command import Json, Workbook, show
from sop_xl.entrypoints.places import open_workbook
from sop_xl.entrypoints.report import issue_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sop_xl.adapters.file_workbook import FileWorkbook
    from sop_xl.adapters.package.open_book import OpenBook
    from sop_xl.ports import Orphan
    from sop_xl.template.book import OwnColumn

MACRO_PART = "xl/vbaProject.bin"


@dataclass(frozen=True)
class Upgraded:
    """What an upgrade did.

    Attributes:
        backup: where the workbook as it was is kept.
        rows: rows taken over, by table.
        own_columns: the user's columns that went along, by table.
        new_tables: tables that the old workbook lacked.
        dropped: what was left behind.
    """

    backup: Path
    rows: Mapping[str, int]
    own_columns: Mapping[str, Sequence[str]]
    new_tables: Sequence[str]
    dropped: Sequence[Issue] = field(repr=False)


def command(
    file: Workbook,
    drop_own: Annotated[
        bool, typer.Option("--drop-own", help="Go on although own sheets, notes or cells stay behind.")
    ] = False,
    json: Json = False,
) -> None:
    """Bring a workbook of an older version to the present template: all tables, settings and own columns go along."""
    done = upgrade(file, drop_own=drop_own)
    value = {
        "workbook": str(file),
        "backup": str(done.backup),
        "rows": done.rows,
        "own_columns": done.own_columns,
        "new_tables": done.new_tables,
        "dropped": [issue_json(issue) for issue in done.dropped],
    }
    show(json, value, _lines(file, done))


def _lines(file: Path, done: Upgraded) -> list[str]:
    lines = [
        f"{file} is upgraded: {len(done.rows)} tables, {sum(done.rows.values()):,} rows.",
        f"As it was, it is kept as {done.backup}.",
        "Widths, colours, filters and what was changed on the view sheets are the template's again.",
    ]
    lines += [f"  your columns in {name}: {', '.join(headers)}" for name, headers in done.own_columns.items()]
    lines += [f"  new: table {name}" for name in done.new_tables]
    return lines + [f"  left behind: {issue}" for issue in done.dropped]


def upgrade(file: Path, *, drop_own: bool = False) -> Upgraded:
    """Replace a workbook by a fresh one that holds its tables; it keeps its identity, its ledger and its log.

    Args:
        file: the workbook, closed.
        drop_own: whether to go on where something of the user's stays behind.

    Raises:
        OwnContentError: something would stay behind; nothing was changed.
        SopError: the file is no planning workbook, or cannot be read or replaced; nothing was changed.
    """
    from sop_xl.adapters.file_workbook import FileWorkbook
    from sop_xl.adapters.package import atomic
    from sop_xl.adapters.package.belongings import Comparison
    from sop_xl.adapters.package.open_book import OpenBook
    from sop_xl.schema import TABLES
    from sop_xl.services.partner import GUID, VERSION
    from sop_xl.services.upgrade import contents_of, fill, own_headers
    from sop_xl.template.build import build_template
    from sop_xl.template.package import stamp_guid

    file = file.resolve()
    old = open_workbook(file)
    _check_is_ours(old, file)
    atomic.check_writable(file)
    data = file.read_bytes()
    before, own = OpenBook(data, file.name), own_headers(old)
    fresh = build_template(own_columns=_own_columns(own, before))
    fresh = stamp_guid(fresh, old.read_property(GUID) or str(uuid.uuid4()))
    comparison = Comparison(before, OpenBook(fresh, file.name), TABLES)
    contents = contents_of(old, comparison.keeps)
    dropped = [*comparison.left_behind(), *contents.issues, *_own_macros(before, fresh)]
    if dropped and not drop_own:
        raise OwnContentError(file.name, dropped)
    with tempfile.TemporaryDirectory(prefix="sop_xl_") as folder:
        new = FileWorkbook.create(Path(folder) / file.name, fresh)
        new.write_property(VERSION, old.read_property(VERSION))
        cleared = fill(new, contents)
        upgraded = (Path(folder) / file.name).read_bytes()
    backup = _free_name(file)
    atomic.save(backup, data, expected=None, verify=lambda found: _check_same(found, data, backup))
    atomic.save(file, upgraded, expected=atomic.digest(data), verify=lambda found: _check_same(found, upgraded, file))
    dropped += [_cleared(orphan) for orphan in cleared]
    rows = {name: len(table.rows) - 1 for name, table in contents.tables.items()}
    return Upgraded(backup, rows, own, [table.name for table in TABLES if table.name not in rows], dropped)


def _check_is_ours(old: FileWorkbook, file: Path) -> None:
    from sop_xl.schema.inputs import ITEMS, SETTINGS

    if file.suffix.lower() != ".xlsm":
        raise SopError(f"'{file.name}' is no .xlsm file. Save it in Excel as a macro-enabled workbook first.")
    if not {ITEMS.excel_name, SETTINGS.excel_name} & old.tables().keys():
        raise SopError(
            f"'{file.name}' is no planning workbook: it has neither table '{ITEMS.excel_name}' nor Settings."
        )


def _own_columns(own: Mapping[str, Sequence[str]], before: OpenBook) -> dict[str, list[OwnColumn]]:
    """Return the user's columns with the formulas by which they fill new rows, where these stay right."""
    from sop_xl.schema import TABLE_BY_NAME
    from sop_xl.template.book import OwnColumn

    columns = {t.excel_name: {*t.headers, *own.get(name, ())} for name, t in TABLE_BY_NAME.items()}
    out = {}
    for name, headers in own.items():
        table = before.tables[TABLE_BY_NAME[name].excel_name]
        fills = dict(zip(table.headers, table.calculated, strict=True))
        kept = {header: f for header, f in fills.items() if f and _reads_only(f, columns, table.name)}
        out[name] = [OwnColumn(header, kept.get(header, "")) for header in headers]
    return out


def _reads_only(formula: str, columns: Mapping[str, set[str]], own: str) -> bool:
    """Whether a formula reads nothing but table columns that there are; `own` is its own table's name."""
    from sop_xl.adapters.package.formula import reads, table_and_columns

    found = reads(formula)
    tables = [table_and_columns(token) for token in found.tables]
    known = all({*named} <= columns.get(name or own, set()) for name, named, _ in tables)
    return known and not (found.areas or found.names or found.anything)


def _own_macros(before: OpenBook, fresh: bytes) -> list[Issue]:
    """Return the macro modules that are not ours, and sheets' own code."""
    from sop_xl.adapters.package.open_book import OpenBook
    from sop_xl.template.vba_project import Kind, read_project

    if not before.package.has(MACRO_PART):
        return []
    cure = "It is not taken over."
    ours = {module.name for module in read_project(OpenBook(fresh, "").package.bytes_of(MACRO_PART))}
    try:
        modules = read_project(before.package.bytes_of(MACRO_PART))
    except ValueError as fault:
        return [Issue(Severity.WARN, "own-macro", "VBA project", "", f"It cannot be read ({fault}).", cure)]
    foreign = [m for m in modules if (m.name not in ours and m.kind in (Kind.STANDARD, Kind.CLASS))]
    foreign += [m for m in modules if m.kind is Kind.SHEET and m.code.strip()]
    return [Issue(Severity.WARN, "own-macro", "VBA project", "", f"Module '{m.name}' is yours.", cure) for m in foreign]


def _cleared(orphan: Orphan) -> Issue:
    message = f"{orphan.header} of {orphan.key} was '{orphan.value}'; the figure beside it was cleared in a review."
    return Issue(Severity.WARN, "own-cell", "", "", message, "It is not taken over.")


def _free_name(file: Path) -> Path:
    names = (f"{file.stem} before upgrade{f' {k}' if k > 1 else ''}{file.suffix}" for k in range(1, 1000))
    return next(path for name in names if not (path := file.with_name(name)).exists())


def _check_same(found: bytes, wanted: bytes, path: Path) -> None:
    if found != wanted:
        raise SopError(f"{path} does not read back as it was written; check the disk, then retry.")
