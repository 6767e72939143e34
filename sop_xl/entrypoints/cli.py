"""The command line: everything the ribbon does, on a closed file."""

from __future__ import annotations

import sys
import traceback
import uuid
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import sop_xl
from sop_xl.domain.errors import SopError
from sop_xl.entrypoints import (
    actuals_cli,
    collect_cli,
    cycle_cli,
    explain_cli,
    forecast_cli,
    merge_cli,
    pack_cli,
    remind_cli,
    resume_cli,
    scenario_cli,
    schedule_cli,
    upgrade_cli,
)
from sop_xl.entrypoints.command import DryRun, Json, Workbook, show
from sop_xl.entrypoints.places import ledger_places, open_workbook, stamp, undo_store, user_name
from sop_xl.entrypoints.progress import LineProgress, TerminalProgress
from sop_xl.entrypoints.report import (
    dump,
    finding_json,
    findings_text,
    history_json,
    history_text,
    issue_json,
    issues_text,
    run_json,
    run_text,
    undo_json,
    undo_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sop_xl.adapters.solver import HighsSolver
    from sop_xl.domain.issue import Issue

USER_FAULT, BUG = 2, 1
DEMO_NAME = "AdventureWorks_SOP"

app = typer.Typer(
    name="sop-xl",
    help="Sales & Operations Planning in an Excel workbook, from the command line.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"sop-xl {sop_xl.__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_version, help="Print the version.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line: exit 0 on success, 2 on a fault the user can mend, 1 on a bug."""
    try:
        app()
    except SopError as error:
        _report_fault(error)
        sys.exit(USER_FAULT)
    except Exception:
        traceback.print_exc()
        print("This is a bug in sop-xl; nothing was written after it. Please report the lines above.", file=sys.stderr)
        sys.exit(BUG)


def _report_fault(error: SopError) -> None:
    issues: Sequence[Issue] = getattr(error, "issues", ())
    if "--json" in sys.argv:
        print(dump({"error": str(error), "issues": [issue_json(issue) for issue in issues]}))
    print(str(error), file=sys.stderr)


def _solver() -> HighsSolver:
    from sop_xl.adapters.solver import HighsSolver

    return HighsSolver()


def _fresh_workbook() -> bytes:
    from sop_xl.template.build import build_template
    from sop_xl.template.package import stamp_guid

    return stamp_guid(build_template(), str(uuid.uuid4()))


def _workbook_name(file: Path) -> None:
    if file.suffix.lower() != ".xlsm" and not file.exists():
        raise SopError(
            f"'{file.name}' does not end in .xlsm, and Excel would refuse to open it. Name it {file.stem}.xlsm."
        )


@contextmanager
def _progress(quiet: bool) -> Iterator[Any]:
    if quiet:
        from sop_xl.services.compute import silent

        yield silent
    else:
        with TerminalProgress() as progress:
            yield progress


@app.command()
def new(file: Workbook, json: Json = False) -> None:
    """Make a fresh workbook from the template."""
    from sop_xl.adapters.file_workbook import FileWorkbook

    _workbook_name(file)
    FileWorkbook.create(file, _fresh_workbook())
    show(
        json, {"workbook": str(file)}, [f"{file} is ready. Fill the amber sheets, or run: sop-xl import FOLDER {file}"]
    )


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Where to put the workbook.")] = Path("sop_demo"),
    json: Json = False,
) -> None:
    """Plan the demo company, Adventure Works: one full cycle in its own workbook."""
    from sop_xl.adapters.file_workbook import FileWorkbook
    from sop_xl.demo import folder as company_folder
    from sop_xl.services.demo import run_demo

    folder.mkdir(parents=True, exist_ok=True)
    path = _free_name(folder, DEMO_NAME)

    def say(line: str) -> None:
        if not json:
            print(line, file=sys.stderr, flush=True)

    say("Planning the demo company, Adventure Works Cycles:")
    report = run_demo(
        company_folder(),
        lambda: FileWorkbook.create(path, _fresh_workbook()),
        solver=_solver(),
        now=stamp(),
        progress=LineProgress(say),
        undo=lambda: undo_store(path),
    )
    lines = ["", "What the plan says:", *(f"  {line}" for line in report.headlines), "", f"The workbook: {path}"]
    show(json, {"workbook": str(path), **run_json(report)}, lines)


def _free_name(folder: Path, stem: str) -> Path:
    path, number = folder / f"{stem}.xlsm", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}_{number}.xlsm"
    return path


@app.command("import")
def import_(
    folder: Annotated[Path, typer.Argument(help="Folder of CSV files named after the tables.")],
    file: Workbook,
    json: Json = False,
) -> None:
    """Load a folder of CSV files into a new or an existing workbook."""
    from sop_xl.adapters.file_workbook import FileWorkbook
    from sop_xl.services.transfer import combine, import_folder, read_folder

    tables = read_folder(folder)
    _workbook_name(file)
    existing = open_workbook(file) if file.exists() else None
    inputs = combine(tables, existing)
    inputs.plan_data()
    workbook = existing or FileWorkbook.create(file, _fresh_workbook())
    report = import_folder(tables, inputs, workbook)
    rows = [f"  {name}: {count} rows" for name, count in report.rows.items()]
    value = {"workbook": str(file), "rows": report.rows, "issues": [issue_json(i) for i in report.issues]}
    show(json, value, [f"Imported into {file}:", *rows, *issues_text(report.issues)])


@app.command()
def export(
    file: Workbook,
    folder: Annotated[Path, typer.Argument(help="Where to write the CSV files.")],
    tables: Annotated[str | None, typer.Option(help="Table names, comma apart; default: all.")] = None,
    json: Json = False,
) -> None:
    """Write every table as CSV, months as YYYY-MM."""
    from sop_xl.services.transfer import export_folder

    names = [name.strip() for name in tables.split(",")] if tables else None
    rows = export_folder(open_workbook(file), folder, names)
    lines = [f"Exported to {folder}:", *(f"  {name}.csv: {count} rows" for name, count in rows.items())]
    show(json, {"folder": str(folder), "rows": rows}, lines)


@app.command()
def check(file: Workbook, json: Json = False) -> None:
    """List all issues of the inputs, worst first; nothing is written."""
    from sop_xl.domain.issue import stops, worst_first
    from sop_xl.services.inputs import read_inputs
    from sop_xl.services.memory import waiting

    workbook = open_workbook(file)
    issues = worst_first([*read_inputs(workbook).issues, *waiting(workbook, ledger_places(str(file.resolve())))])
    lines = issues_text(issues) or ["No issues: the inputs can be planned."]
    show(json, {"workbook": str(file), "issues": [issue_json(issue) for issue in issues]}, lines)
    if stops(issues):
        print(f"{len(stops(issues))} issue(s) stop a run.", file=sys.stderr)
        raise typer.Exit(USER_FAULT)


@app.command()
def run(
    file: Workbook,
    steps: Annotated[str, typer.Option(help="Some of forecast,supply,finance,kpi.")] = "forecast,supply,finance,kpi",
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Run the cycle, or steps of it, and write the results into the workbook."""
    from sop_xl.adapters.compute import compute_at
    from sop_xl.services.ledger_sync import User
    from sop_xl.services.memory import remembering_if_possible
    from sop_xl.services.run import run_cycle

    chosen, now, workbook = _steps(steps), stamp(), open_workbook(file)
    places = None if dry_run else ledger_places(str(file.resolve()))
    with _progress(json) as progress, remembering_if_possible(workbook, places, User(user_name(), now)) as opened:
        report = run_cycle(
            workbook,
            steps=chosen,
            solver=_solver(),
            now=now,
            progress=progress,
            dry_run=dry_run,
            undo=undo_store(file),
            memory=opened[0],
            remarks=opened[1],
            compute_at=compute_at,
        )
    missing = [words for words in (report.not_undoable, report.not_remembered) if words]
    lines = [*issues_text(report.issues), *run_text(report), *missing]
    show(json, {"workbook": str(file), **run_json(report)}, lines)


@app.command()
def undo(file: Workbook, json: Json = False) -> None:
    """Take back the last run or commit of actuals: what stood before it, where nobody changed it since."""
    from sop_xl.services.undo import undo_last

    places = ledger_places(str(file.resolve()))
    report = undo_last(open_workbook(file), undo_store(file), stamp(), places, user_name())
    show(json, {"workbook": str(file), **undo_json(report)}, undo_text(report))


@app.command()
def history(file: Workbook, json: Json = False) -> None:
    """List what was run and committed in the workbook and taken back, oldest first."""
    from sop_xl.services.undo import history as told

    entries = told(open_workbook(file), undo_store(file))
    show(json, {"workbook": str(file), "runs": [history_json(entry) for entry in entries]}, history_text(entries))


@app.command()
def ledger(
    file: Workbook,
    choose: Annotated[
        str,
        typer.Option(help="Where workbook and ledger do not simply belong together: fork, attach, workbook, ledger."),
    ] = "",
    json: Json = False,
) -> None:
    """Open the workbook's ledger, bring both to one state, and say where it is and what was done."""
    from sop_xl.services.ledger_sync import User
    from sop_xl.services.memory import CHOICES, remembering

    if choose and choose not in CHOICES:
        raise SopError(f"--choose {choose}: write one of {', '.join(CHOICES)}.")
    workbook, places = open_workbook(file), ledger_places(str(file.resolve()))
    with remembering(workbook, places, User(user_name(), stamp()), choice=choose) as memory:  # type: ignore[arg-type]
        kept = memory.ledger
        head, batches = kept.head(), kept.batches()
        value = {
            "workbook": str(file),
            "place": kept.place,
            "version": str(head),
            "batches": len(batches),
            "workbooks": list(kept.workbooks),
            "notices": memory.notices,
        }
    lines = [*memory.notices, f"The ledger {value['place']} holds {len(batches)} batches, the last {head or 'none'}."]
    show(json, value, lines)


def _steps(text: str) -> list[str]:
    from sop_xl.services.compute import STEPS

    steps = [step.strip() for step in text.split(",") if step.strip()]
    unknown = [step for step in steps if step not in STEPS]
    if unknown or not steps:
        raise SopError(f"There is no step '{', '.join(unknown)}'. Steps: {', '.join(STEPS)}.")
    return steps


@app.command()
def template(
    target: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("workbook/SOP_Template.xlsm"),
    addin: Annotated[Path | None, typer.Option(help="Where to write the add-in sop_xl.xlam; default: nowhere.")] = None,
    json: Json = False,
) -> None:
    """Build SOP_Template.xlsm from its sources; the same sources give the same bytes."""
    from sop_xl.template.addin import write_addin
    from sop_xl.template.build import build_template
    from sop_xl.template.package import read_guid

    if target.exists() and (not zipfile.is_zipfile(target) or read_guid(target.read_bytes())):
        raise SopError(f"{target} is not a template; it is left as it is. Choose another name.")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(build_template())
    if addin:
        write_addin(addin)
    value = {"template": str(target), "addin": str(addin) if addin else None}
    show(json, value, [f"{target} is built.", *([f"{addin} is built."] if addin else [])])


@app.command()
def install(json: Json = False) -> None:
    """Put the add-in and its settings in place for this user of Excel on Windows; no administrator rights."""
    from sop_xl.entrypoints.install import install as put_in_place
    from sop_xl.entrypoints.machine import Machine
    from sop_xl.template.addin import build_addin

    lines = put_in_place(Machine.here(), build_addin())
    show(json, {"done": lines}, lines)


@app.command()
def uninstall(json: Json = False) -> None:
    """Take the add-in and its settings away again; workbooks stay as they are."""
    from sop_xl.entrypoints.install import uninstall as take_away
    from sop_xl.entrypoints.machine import Machine

    lines = take_away(Machine.here())
    show(json, {"done": lines}, lines)


@app.command()
def doctor(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE.xlsm]", help="A workbook to look at too.")] = None,
    json: Json = False,
) -> None:
    """Say what is wrong with the installation, and how to mend it; exit 2 where something must be mended."""
    from sop_xl.entrypoints.doctor import examine, must_mend, surroundings
    from sop_xl.entrypoints.machine import Machine
    from sop_xl.template.addin import build_addin

    findings = examine(Machine.here(), surroundings(build_addin(), file))
    show(json, {"findings": [finding_json(f) for f in findings]}, findings_text(findings))
    if must_mend(findings):
        raise typer.Exit(USER_FAULT)


@app.command()
def vba(
    folder: Annotated[Path, typer.Argument(help="Where to write the modules.")],
    addin: Annotated[bool, typer.Option("--addin", help="Those of the add-in instead of a workbook's.")] = False,
    json: Json = False,
) -> None:
    """Write the VBA modules as files, to be imported by hand where Excel does not take them as built."""
    from sop_xl.template.vba_files import vba_files

    folder.mkdir(parents=True, exist_ok=True)
    files = vba_files(addin=addin)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    lines = [
        f"{len(files)} modules are in {folder}. To put them into an open workbook, on Windows:",
        "  1. Excel, Options, Trust Center, Macro Settings: tick 'Trust access to the VBA project object model'.",
        f"  2. In {folder}: xlwings vba import --file FILE.xlsm",
        "  3. Take the tick away again.",
    ]
    show(json, {"folder": str(folder), "files": sorted(files)}, lines)


@app.command()
def selftest(
    cases: Annotated[list[str] | None, typer.Argument(metavar="[CASE]...", help="Default: all.")] = None,
    json: Json = False,
) -> None:
    """Run textbook cases with known answers: is this installation right?"""
    from sop_xl.adapters.memory_workbook import MemoryWorkbook
    from sop_xl.schema import ALL_TABLES
    from sop_xl.services.selftest import run_selftest

    failed = 0
    values = []
    for result in run_selftest(lambda: MemoryWorkbook(ALL_TABLES), _solver(), stamp(), cases or ()):
        failed += not result.passed
        values.append({**vars(result), "passed": result.passed})
        if not json:
            mark = "pass" if result.passed else "FAIL"
            print(
                f"{mark}  {result.case:28} expected {result.expected:14,.2f}  found {result.found:14,.2f}", flush=True
            )
    show(json, {"cases": values, "failed": failed}, [f"{len(values)} cases, {failed} failed."])
    if failed:
        raise typer.Exit(BUG)


app.command()(forecast_cli.forecast)
app.command()(explain_cli.explain)
app.command()(schedule_cli.schedule)
app.command()(resume_cli.resume)
app.command("upgrade")(upgrade_cli.command)
app.command()(merge_cli.merge)
app.command()(collect_cli.collect)
app.command()(pack_cli.pack)
app.command()(remind_cli.remind)
app.add_typer(actuals_cli.app, name="actuals")
app.add_typer(cycle_cli.app, name="cycle")
app.add_typer(scenario_cli.app, name="scenario")


if __name__ == "__main__":
    main()
