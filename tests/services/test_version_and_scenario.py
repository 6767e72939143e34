"""A version and a scenario kept apart: the one is frozen when its month closes, the other follows its base."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from sop_xl.adapters.solver import HighsSolver
from sop_xl.domain.ledger_log import KeptKind
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.services.close import FROZEN, close_month
from sop_xl.services.inputs import read_inputs
from sop_xl.services.run import run_cycle
from sop_xl.services.scenario_plan import scenario_case
from tests.services.company import NOW, column, planned_two_plants
from tests.services.pastes import memory_of

if TYPE_CHECKING:
    from pathlib import Path

    from sop_xl.adapters.memory_workbook import MemoryWorkbook

CYCLE = "2027-01"


def put(workbook: MemoryWorkbook, name: str, *rows: tuple[object, ...]) -> None:
    table = TABLE_BY_NAME[name]
    blank = [None] * len(table.headers)
    workbook.put(table, [list(table.headers), *([*row, *blank][: len(blank)] for row in rows)])


def wood(frames: dict[str, pd.DataFrame]) -> list[float]:
    """Return what suppliers ask for WOOD."""
    suppliers = frames["suppliers"]
    return suppliers.loc[suppliers["item"].eq("WOOD"), "price"].tolist()


def dearer(workbook: MemoryWorkbook, factor: float) -> None:
    """Multiply every supplier's price of WOOD on the sheet, as a buyer would after new offers."""
    table = TABLE_BY_NAME["suppliers"]
    head, *rows = [list(row) for row in workbook.read_cells(table).rows]
    item, price = table.fields.index("item"), table.fields.index("price")
    for row in rows:
        if row[item] == "WOOD":
            row[price] = float(row[price]) * factor
    workbook.put(table, [head, *rows])


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """The company with a scenario over it; its month closed, then WOOD twice as dear, and the next cycle run.

    Gives the prices of WOOD of base and scenario before and after, and the version before and after.
    """
    folder: Path = tmp_path_factory.mktemp("versions")
    workbook, undo = planned_two_plants()
    put(workbook, "scenarios", ("Dear", None, "Prices up", None, "draft"))
    put(workbook, "scenario_changes", ("Dear", "suppliers", "item=WOOD", "price", None, "multiply", 1.5, "Dear"))
    put(workbook, "actuals", ("shipments", "CH-1", "East", None, pd.Timestamp("2027-01-01"), 26.0, 1500.0))
    with memory_of(workbook, folder) as memory:
        close_month(workbook, memory, NOW, undo)
        version = {name: memory.ledger.kept(KeptKind.SNAPSHOT, CYCLE, name) for name in FROZEN}
    inputs = read_inputs(workbook)
    before = wood(inputs.frames), wood(scenario_case(inputs, "Dear").inputs.frames)
    dearer(workbook, 2.0)
    run_cycle(workbook, solver=HighsSolver(), now=NOW)
    inputs = read_inputs(workbook)
    after = wood(inputs.frames), wood(scenario_case(inputs, "Dear").inputs.frames)
    with memory_of(workbook, folder) as memory:
        again = {name: memory.ledger.kept(KeptKind.SNAPSHOT, CYCLE, name) for name in FROZEN}
    return workbook, before, after, version, again


def test_a_scenario_follows_its_base(year):
    _, (base, over), (base_now, over_now), _, _ = year
    assert over == [price * 1.5 for price in base]
    assert base_now == [price * 2.0 for price in base]
    assert over_now == [price * 3.0 for price in base]


def test_a_version_stays_as_its_cycle_left_it(year):
    workbook, _, _, version, again = year
    rows = (column(workbook, "item_costs", field) for field in ("item", "rolled_cost"))
    costs = dict(zip(*rows, strict=True))
    assert {name for name, frame in version.items() if frame.empty} <= {"shortages"}
    for name, frame in version.items():
        pd.testing.assert_frame_equal(frame, again[name])
    frozen = version["item_costs"].set_index("item")["rolled_cost"]
    assert costs["WOOD"] == pytest.approx(2.0 * frozen["WOOD"])
    assert version["forecast"]["period"].astype("str").min() == CYCLE
    assert str(min(column(workbook, "forecast", "period")))[:7] == "2027-02"
