"""A button pressed twice, in a live Calc and in a closed file, and what differs after it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pandas as pd

from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.adapters.live_workbook import LiveWorkbook
from sop_xl.adapters.memory_workbook import MemoryWorkbook
from sop_xl.adapters.scheduler import scheduler
from sop_xl.adapters.solver import HighsSolver
from sop_xl.entrypoints.chosen_files import ExcelFiles
from sop_xl.entrypoints.pack_ribbon import make_all
from sop_xl.entrypoints.places import ledger_places, user_name
from sop_xl.entrypoints.ribbon import run_on
from sop_xl.schema import ALL_TABLES, TABLE_BY_NAME, paste
from sop_xl.services.actions import USE_CASES, Context
from sop_xl.services.actuals_actions import ACTUALS_CASES
from sop_xl.services.cell_match import plain, same_row
from sop_xl.services.scenario_actions import SCENARIO_CASES
from sop_xl.services.share_actions import SHARE_CASES
from sop_xl.services.steps_actions import STEP_CASES
from tests.entrypoints.planner import Desk, rows_of
from tests.services.company import MemoryUndo
from tests.support.calc_engine import CALLS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sop_xl.entrypoints.machine import Machine
    from sop_xl.services.actions import Outcome

    Before = Callable[[Desk], list[Path] | None]


@dataclass(frozen=True)
class Screen:
    """What is on the screen: the workbook at a path, a sheet of it in front, a row of that selected."""

    path: str
    active_sheet: str
    selected_row: int


NOW = dt.datetime(2026, 12, 3, 9, 41, 7)
STATES = ("screen_updating", "enable_events", "display_alerts", "calculation", "status_bar")
AREAS = [area for area in paste.AREAS if area not in (paste.RAW, paste.SAYS)]
TIMES = {("runs", "seconds")}
"""What no two runs share."""
FILE_CASES: Mapping[str, Callable[[Context, Screen], Outcome]] = {
    **{
        name: lambda context, _, case=case: case(context)
        for name, case in {**USE_CASES, **ACTUALS_CASES, **STEP_CASES, **SHARE_CASES}.items()
        if name != "selftest"
    },
    **SCENARIO_CASES,
    "make_packs": lambda context, screen: make_all(context, screen.path, drafts=False),
    "draft_mails": lambda context, screen: make_all(context, screen.path, drafts=True),
}
"""What each button that works on the workbook does without Excel: its use case, given what would be on the screen."""


@dataclass
class ComputedOnce:
    """A pure function of frames: asked again with the same inputs, it gives the same results."""

    function: Callable[..., Any]
    asked: list[tuple[list[Any], Any]] = field(default_factory=list)

    def __call__(self, data: Any, *more: Any, **named: Any) -> Any:
        given = [
            each for one in (*more, *named.values()) for each in (one.values() if isinstance(one, dict) else (one,))
        ]
        frames = [each for each in given if isinstance(each, pd.DataFrame)]
        given = [data.settings, *data.tables.values(), *frames]
        for known, result in self.asked:
            if len(known) == len(given) and all(map(_alike, known, given)):
                return result
        result = self.function(data, *more, **named)
        self.asked.append((given, result))
        return result


def _alike(one: Any, other: Any) -> bool:
    return bool(one.equals(other) if isinstance(one, pd.DataFrame) else one == other)


class Dialog:
    """Excel's dialog for files, with somebody who chooses these."""

    def __init__(self) -> None:
        self.answers: list[Path] = []

    def __call__(self, **asked: Any) -> Any:
        """Return the next file as Excel does: a list where many may be chosen."""
        answer = str(self.answers.pop(0))
        return [answer] if asked["MultiSelect"] else answer


@dataclass(frozen=True)
class Press:
    """What one press did.

    Attributes:
        live, file: what was told in Calc, and by the same use case on the file; None where a button is of no use there.
        said: the message that was shown.
        sheet: the sheet in front afterwards.
        after: the states of Excel afterwards.
        written: tables on sheets that were written to in Calc.
        differ: where tables, areas or files that were made differ.
    """

    live: Outcome
    file: Outcome | None
    said: str
    sheet: str
    after: Mapping[str, Any]
    written: frozenset[str]
    differ: list[str]


@dataclass
class Twins:
    """One company twice: open in Calc, and closed in a file in a folder of its own.

    Attributes:
        book: the open workbook.
        here: this computer.
        path: the closed file.
        dialog: who chooses files.
        noted: tables that were written in the file.
        undo: what runs of the file changed.
    """

    book: Any
    here: Machine
    path: Path
    dialog: Dialog
    noted: set[str]
    undo: MemoryUndo = field(default_factory=MemoryUndo)

    def pressed(self, action: str, before: Before) -> Press:
        """Press a button in Calc, and do the same on the file.

        Args:
            action: the button's.
            before: what the planner does first, in both; it may return files to choose when asked.
        """
        live, screen = self._pressed_live(action, before)
        sheets = {call.place.split("!")[0] for call in CALLS.made if call.kind in ("write", "clear", "resize")}
        written = frozenset(table.name for table in ALL_TABLES if table.sheet in sheets)
        shown = self.book.app.impl.settings.get("said", ""), self.book.sheets.active.name
        after = {name: getattr(self.book.app, name) for name in STATES}
        file = self._pressed_on_file(action, before, screen) if action in FILE_CASES else None
        differ = [] if file is None else [*self.differing(written | self.noted), *self._other_files()]
        return Press(live, file, *shown, after, written, differ)

    def _pressed_live(self, action: str, before: Before) -> tuple[Outcome, Screen]:
        home = Path(self.book.fullname).parent
        self.dialog.answers = [*(before(Desk(LiveWorkbook(self.book), home, self.path, self.book)) or ())]
        screen = Screen(str(self.path), self.book.sheets.active.name, self.book.selection.row)
        CALLS.forget()
        return run_on(self.book, action, self.here), screen

    def _pressed_on_file(self, action: str, before: Before, screen: Screen) -> Outcome:
        self.dialog.answers = [*(before(Desk(FileWorkbook(self.path), self.path.parent, self.path)) or ())]
        self.noted.clear()
        return FILE_CASES[action](self._context(), screen)

    def _context(self) -> Context:
        return Context(
            workbook=FileWorkbook(self.path),
            solver=HighsSolver(),
            scheduler=scheduler(),
            undo=self.undo,
            now=NOW,
            new_workbook=lambda: MemoryWorkbook(ALL_TABLES),
            places=ledger_places(str(self.path)),
            who=user_name(),
            files=ExcelFiles(SimpleNamespace(api=SimpleNamespace(GetOpenFilename=self.dialog))),
        )

    def differing(self, names: set[str] | frozenset[str]) -> list[str]:
        """Return where tables differ, and the sheet Paste actuals where it is in front."""
        live, file = LiveWorkbook(self.book), FileWorkbook(self.path)
        found = [words for name in sorted(names) for words in _differences(name, live, file)]
        for area in AREAS if self.book.sheets.active.name == paste.SHEET else ():
            one, other = ([[plain(v) for v in row] for row in book.read_area(area.name)] for book in (live, file))
            found += [] if one == other else [f"{area.name}: {one} live, {other} in file"]
        return found

    def _other_files(self) -> list[str]:
        """Return packs that are not byte for byte the same, and mails that say something else."""
        one, other = (
            {str(path.relative_to(home)): _content(path) for path in home.glob("Packs_*/**/*") if path.is_file()}
            for home in (Path(self.book.fullname).parent, self.path.parent)
        )
        return [name for name in sorted({*one, *other}) if one.get(name) != other.get(name)]


def _content(path: Path) -> Any:
    """Return the bytes of a file; of a mail to whom and what it says, for its ids and boundaries are its own."""
    if path.suffix != ".eml":
        return path.read_bytes()
    mail = message_from_bytes(path.read_bytes())
    return mail["To"], mail["Subject"], [part.get_payload() for part in mail.walk() if not part.is_multipart()]


def _differences(name: str, live: LiveWorkbook, file: FileWorkbook) -> list[str]:
    """Return where a table differs, up to five rows; how long runs took is left out.

    So are formulas of a view that the file has no result of any more, until a spreadsheet program opens it.
    """
    table = TABLE_BY_NAME[name]
    keep = [k for k, column in enumerate(table.fields) if (name, column) not in TIMES]
    rows = rows_of(live, table), rows_of(file, table)
    for row, column in file.formulas(table) if table.view else ():
        if row < min(map(len, rows)) and rows[1][row][column] is None:
            rows[0][row][column] = None
    one, other = ([[plain(row[k]) for k in keep] for row in cells] for cells in rows)
    found = [f"{name}: {a} live, {b} in file" for a, b in zip(one, other, strict=False) if not same_row(a, b)]
    return found[:5] if len(one) == len(other) else [f"{name}: {len(one)} rows live, {len(other)} in file"]
