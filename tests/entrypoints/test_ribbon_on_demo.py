"""Each button that works on the plan, pressed in a live Calc on Adventure Works and beside it in a closed file.

One office, one workbook, one month: the buttons follow each other as in a cycle, and each works on what the one before
left. What the engines compute is computed once: they are pure, so the same inputs, compared frame by frame, give the
file the same results.
"""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.adapters.live_workbook import LiveWorkbook
from sop_xl.adapters.memory_workbook import MemoryWorkbook
from sop_xl.adapters.scheduler import scheduler
from sop_xl.adapters.solver import HighsSolver
from sop_xl.demo import folder as demo_folder
from sop_xl.entrypoints import places
from sop_xl.entrypoints.machine import Machine
from sop_xl.entrypoints.places import ledger_places, user_name
from sop_xl.entrypoints.ribbon import ACTIONS, run_on
from sop_xl.schema import ALL_TABLES, TABLE_BY_NAME, paste
from sop_xl.schema.inputs import ACTUALS, CYCLE_STEPS
from sop_xl.schema.views import DEMAND_REVIEW
from sop_xl.services import compute
from sop_xl.services.actions import USE_CASES, Context
from sop_xl.services.actuals_actions import ACTUALS_CASES
from sop_xl.services.cell_match import plain, same_row
from sop_xl.services.steps_actions import STEP_CASES
from sop_xl.template.ribbon_model import COMMANDS
from tests.e2e.command import sop
from tests.services.company import MemoryUndo
from tests.support.calc_engine import CALLS
from tests.support.calc_engine.app import App

if TYPE_CHECKING:
    from collections.abc import Callable

    from sop_xl.services.actions import Outcome

pytestmark = [pytest.mark.soffice, pytest.mark.slow]

NOW = dt.datetime(2026, 12, 3, 9, 41, 7)
HORIZON = 6.0
"""Months planned: the same tables and engines as with the company's 18, in a third of the time."""
STATES = {
    "screen_updating": True,
    "enable_events": True,
    "display_alerts": True,
    "calculation": "automatic",
    "status_bar": False,
}
"""An Excel that nobody has told anything."""
AREAS = [area for area in paste.AREAS if area not in (paste.RAW, paste.SAYS)]
TIMES = {("runs", "seconds")}
"""What no two runs share."""


# --- what a planner does before a button ----------------------------------------------------------


def rows_of(workbook: Any, table: Any) -> list[list[Any]]:
    return workbook.read_cells(table).rows


def changed(workbook: Any, table: Any, row: int, field_name: str, value: Any) -> None:
    """Type into one cell of a table."""
    rows = [[*line] for line in rows_of(workbook, table)]
    rows[row][table.fields.index(field_name)] = value
    workbook.write_cells(table, rows)
    workbook.commit()


def types_a_forecast(workbook: Any) -> None:
    """Sales put a figure of theirs into an amber row of Demand review."""
    kinds = [row[DEMAND_REVIEW.fields.index("kind")] for row in rows_of(workbook, DEMAND_REVIEW)]
    changed(workbook, DEMAND_REVIEW, kinds.index("sales"), "m3", 321.0)


def raises_a_price(workbook: Any) -> None:
    items = TABLE_BY_NAME["items"]
    sold = [row[items.fields.index("list_price")] or 0.0 for row in rows_of(workbook, items)[1:]]
    changed(workbook, items, 1 + sold.index(max(sold)), "list_price", 9999.0)


def pastes_a_month(workbook: Any) -> None:
    place = {name: k for k, name in enumerate(ACTUALS.fields)}
    last = [row for row in rows_of(workbook, ACTUALS)[1:] if row[place["measure"]] == "shipments"][-3:]
    header = ["Measure", "Item", "Market", "Month", "Quantity", "Net value"]
    rows = [[*(row[place[n]] for n in ("measure", "item", "market")), "2026-11", 7.0, 700.0] for row in last]
    workbook.write_area(paste.RAW.name, [header, *rows])
    workbook.commit()


def consents(workbook: Any) -> None:
    for area, typed in ((paste.ACCEPT, "yes"), (paste.KEEP_ASIDE, "yes"), (paste.REASON, "a part of the month")):
        workbook.write_area(area.name, [[typed]])
    workbook.commit()


def gives_a_reason(workbook: Any) -> None:
    status = [row[CYCLE_STEPS.fields.index("status")] for row in rows_of(workbook, CYCLE_STEPS)]
    changed(workbook, CYCLE_STEPS, status.index("done"), "reopen_reason", "The tender came in")


def does_nothing(_: Any) -> None:
    pass


CYCLE: dict[str, Callable[[Any], None]] = {
    "check": does_nothing,
    "forecast": does_nothing,
    "plan_supply": does_nothing,
    "roll_up_finance": does_nothing,
    "key_figures": does_nothing,
    "schedule": does_nothing,
    "cycle_status": does_nothing,
    "reopen_step": gives_a_reason,
    "accept_edits": types_a_forecast,
    "run_all": raises_a_price,
    "sign_off": does_nothing,
    "check_paste": pastes_a_month,
    "commit_paste": consents,
    "close_month": does_nothing,
    "undo_last": does_nothing,
}
"""The buttons that read or write the plan, in the order of a cycle, and what the planner does before each."""
SHORT = ("run_all", "schedule")
"""What `make test` presses of them; `make bench` presses the whole cycle, which takes some minutes."""
ELSEWHERE = {
    **dict.fromkeys(("next_family", "previous_family", "go_now", "about", "selftest"), "test_ribbon_in_calc"),
    **dict.fromkeys(("collect_returns", "commit_returns", "merge_copy"), "services/test_share_actions"),
    **dict.fromkeys(("make_packs", "draft_mails"), "test_pack_ribbon"),
    "accept_fixed": "services/test_supply_review",
    **dict.fromkeys(
        ("new_scenario", "run_scenarios", "simulate_scenario", "approve_scenario", "plan_ranges"),
        "services/test_scenario_actions",
    ),
    **{command.action: "test_ribbon_in_calc" for command in COMMANDS if command.sheet},
}
"""The other buttons, and where they are pressed."""


# --- live, and in a file --------------------------------------------------------------------------


@dataclass
class ComputedOnce:
    """A pure function of frames: asked again with the same inputs, it gives the same results."""

    function: Callable[..., Any]
    asked: list[tuple[list[Any], Any]] = field(default_factory=list)

    def __call__(self, data: Any, *more: Any, **named: Any) -> Any:
        frames = [f for f in (*more, *named.values()) if isinstance(f, pd.DataFrame)]
        given = [data.settings, *data.tables.values(), *frames]
        for known, result in self.asked:
            if len(known) == len(given) and all(map(alike, known, given)):
                return result
        result = self.function(data, *more, **named)
        self.asked.append((given, result))
        return result


def alike(one: Any, other: Any) -> bool:
    return bool(one.equals(other) if isinstance(one, pd.DataFrame) else one == other)


@dataclass
class Press:
    """What one press did: what was told live and in a file, the screen after it, and the tables that differ."""

    live: Outcome
    file: Outcome
    said: str
    sheet: str
    after: dict[str, Any]
    written: set[str]
    differ: list[str]


@dataclass
class Cycle:
    """The company open in Calc and in a closed file.

    Attributes:
        book: the open workbook.
        here: this computer.
        path: the closed file.
        noted: tables that were written in the file.
        last: the last button; after it all tables are compared.
        undo: what runs of the file changed.
    """

    book: Any
    here: Machine
    path: Path
    noted: set[str]
    last: str
    undo: MemoryUndo = field(default_factory=MemoryUndo)

    def pressed(self, action: str) -> Press:
        """Press a button in Calc, and do the same on the file."""
        for workbook in (LiveWorkbook(self.book), FileWorkbook(self.path)):
            CYCLE[action](workbook)
        CALLS.forget()
        self.noted.clear()
        live = run_on(self.book, action, self.here)
        sheets = {call.place.split("!")[0] for call in CALLS.made if call.kind in ("write", "clear", "resize")}
        written = {table.name for table in ALL_TABLES if table.sheet in sheets}
        file = {**USE_CASES, **ACTUALS_CASES, **STEP_CASES}[action](self._context())
        names = set(TABLE_BY_NAME) if action == self.last else written | self.noted
        return Press(
            live,
            file,
            self.book.app.impl.settings.get("said", ""),
            self.book.sheets.active.name,
            {name: getattr(self.book.app, name) for name in STATES},
            written,
            self._differing(sorted(names)),
        )

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
        )

    def _differing(self, names: list[str]) -> list[str]:
        live, file = LiveWorkbook(self.book), FileWorkbook(self.path)
        found = [words for name in names for words in differences(name, live, file)]
        for area in AREAS if self.book.sheets.active.name == paste.SHEET else ():
            one, other = ([[plain(v) for v in row] for row in book.read_area(area.name)] for book in (live, file))
            found += [] if one == other else [f"{area.name}: {one} live, {other} in file"]
        return found


def differences(name: str, live: LiveWorkbook, file: FileWorkbook) -> list[str]:
    """Return where a table differs, up to five rows; how long runs took is left out."""
    table = TABLE_BY_NAME[name]
    keep = [k for k, column in enumerate(table.fields) if (name, column) not in TIMES]
    one, other = ([[plain(row[k]) for k in keep] for row in rows_of(book, table)] for book in (live, file))
    found = [f"{name}: {a} live, {b} in file" for a, b in zip(one, other, strict=False) if not same_row(a, b)]
    return found[:5] if len(one) == len(other) else [f"{name}: {len(one)} rows live, {len(other)} in file"]


@pytest.fixture(scope="module")
def patch():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(
    scope="module", params=[SHORT, pytest.param((*CYCLE,), marks=pytest.mark.bench)], ids=["short", "whole"]
)
def presses(request, calc_app, tmp_path_factory, patch):
    """The company before its first cycle, open in Calc and closed in a file, and its buttons pressed one by one."""
    home = tmp_path_factory.mktemp("demo")
    path, closed, noted = home / "demo.xlsm", home / "file" / "demo.xlsm", set()
    inputs = shutil.copytree(demo_folder(), home / "inputs", ignore=shutil.ignore_patterns("forecast_archive*"))
    assert sop("import", str(inputs), path).code == 0
    settings = FileWorkbook(path)
    names = [row[0] for row in rows_of(settings, TABLE_BY_NAME["settings"])]
    changed(settings, TABLE_BY_NAME["settings"], names.index("horizon_months"), "value", HORIZON)
    closed.parent.mkdir()
    shutil.copy(path, closed)
    writes = FileWorkbook.write_cells

    def noting(self, table, rows):
        noted.add(table.name)
        return writes(self, table, rows)

    patch.setattr(FileWorkbook, "write_cells", noting)
    patch.setattr(App, "alert", lambda self, prompt, *_: self.settings.update(said=prompt))
    patch.setattr(places, "stamp", lambda: NOW)
    for engine in ("plan_demand", "plan_supply"):
        patch.setattr(compute, engine, ComputedOnce(getattr(compute, engine)))
    book = calc_app.books.open(path)
    here = Machine("Linux", Path("python"), "3.11", 64, home, home, home / "local", home)
    cycle = Cycle(book, here, closed, noted, request.param[-1])
    yield {action: cycle.pressed(action) for action in request.param}
    book.close()


def test_what_a_button_writes_is_what_file_mode_writes(presses):
    assert {action: press.differ for action, press in presses.items()} == {action: [] for action in presses}


def test_a_button_says_one_sentence_shows_its_sheet_and_puts_excel_back(presses):
    for press in presses.values():
        assert not press.live.fault, press.live.sentence
        assert press.said.splitlines()[0] == press.live.sentence
        assert press.sheet == press.live.sheet == press.file.sheet
        assert press.after == STATES


WRITES = {
    "forecast": {"forecast", "accuracy", "demand_review", "runs"},
    "plan_supply": {"supply_plan", "production", "purchases", "load"},
    "roll_up_finance": {"finance", "family_plan"},
    "key_figures": {"kpis"},
    "accept_edits": {"overrides", "forecast", "demand_review", "changes"},
    "run_all": {"supply_plan", "finance", "kpis", "runs"},
    "schedule": {"schedule", "tracking_stock", "runs"},
    "commit_paste": {"actuals"},
    "close_month": {"settings", "stock"},
    "undo_last": {"settings", "stock"},
}


def test_the_buttons_wrote_what_they_are_for(presses):
    missing = {action: WRITES[action] - press.written for action, press in presses.items() if action in WRITES}
    assert not any(missing.values()), missing


def test_every_action_is_pressed_here_or_where_it_is_named():
    assert set(ACTIONS) == {*CYCLE, *ELSEWHERE}
