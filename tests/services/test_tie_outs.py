"""The table Tie-outs: what the ledger holds beside the sheet, and what an executive pack shows, read back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sop_xl.domain.errors import WorkbookError
from sop_xl.schema.inputs import ACTUALS
from sop_xl.schema.results import TIE_OUTS
from sop_xl.services.batches import undo_batch
from sop_xl.services.log import read_log
from sop_xl.services.projection import typed_facts
from sop_xl.services.tie_outs import keep_shown
from sop_xl.share.briefing import Figure
from sop_xl.share.read_back import PackMismatchError, read_back
from tests.services.company import two_plants
from tests.services.pastes import ROWS, USER, commit, csv, memory_of
from tests.share.pack_company import company_with, of, packs_in

if TYPE_CHECKING:
    from pathlib import Path


def figures(workbook, source: str) -> dict[str, float]:
    rows = read_log(workbook, TIE_OUTS)
    rows = rows[rows["figure"].str.startswith(source)]
    return dict(zip(rows["figure"].str.removeprefix(source), rows["value"], strict=True))


def on_sheet(workbook) -> dict[str, float]:
    facts = typed_facts(workbook)
    sums = {"units": float(facts["quantity"].sum()), "value": float(facts["value"].sum())}
    return {"rows": float(len(facts)), **sums}


def test_the_sheet_ties_to_the_ledger_after_a_commit_and_its_undo(tmp_path: Path) -> None:
    workbook = two_plants()
    before = on_sheet(workbook)
    commit(workbook, tmp_path, csv(*ROWS))
    # Four rows of 80 units and 6,160 in money come to what was there.
    assert figures(workbook, "ledger ") == pytest.approx(on_sheet(workbook))
    assert figures(workbook, "ledger ")["value"] == pytest.approx(before["value"] + 6160)
    with memory_of(workbook, tmp_path) as memory:
        undo_batch(workbook, memory.ledger, user=USER)
    assert figures(workbook, "ledger ") == pytest.approx(before)
    assert read_log(workbook, TIE_OUTS)["state"].str.startswith("3-").all()


def test_what_is_typed_over_a_committed_figure_no_longer_ties(tmp_path: Path) -> None:
    workbook = two_plants()
    commit(workbook, tmp_path, csv(*ROWS))
    typed = workbook.read_cells(ACTUALS).rows
    typed[1][ACTUALS.fields.index("quantity")] += 7.0
    workbook.put(ACTUALS, typed)
    assert on_sheet(workbook)["units"] - figures(workbook, "ledger ")["units"] == pytest.approx(7.0)
    with memory_of(workbook, tmp_path):
        pass
    assert figures(workbook, "ledger ") == pytest.approx(on_sheet(workbook))


@pytest.fixture(scope="module")
def packs(tmp_path_factory):
    return packs_in(tmp_path_factory.mktemp("packs"))


def test_a_pack_leaves_what_it_shows_in_the_workbook(packs) -> None:
    workbook = company_with()
    assert keep_shown(workbook, packs) == []
    shown = figures(workbook, "pack ")
    assert shown
    assert shown == pytest.approx({s.figure: s.value for s in packs.shown}, nan_ok=True)
    rows = read_log(workbook, TIE_OUTS)
    assert (rows["state"].eq(packs.run) & rows["page"].ne("")).all()


def test_a_file_that_shows_another_figure_than_the_plan_never_leaves(packs) -> None:
    workbook, page = of(packs, "Boss").content, of(packs, "Boss", ".pdf").content
    plan = next(s for s in packs.shown if s.figure == "revenue_12")
    right = Figure(_label(packs, "revenue_12"), plan.value, None, plan.page[-3:], "good", "revenue_12")
    assert read_back([right], workbook, page) == (plan,)
    with pytest.raises(PackMismatchError, match="workbook of the pack shows"):
        read_back([replace(right, value=plan.value + 0.01)], workbook, page)
    with pytest.raises(PackMismatchError, match="page as PDF"):
        read_back([replace(right, unit="XYZ")], workbook, page)


def _label(packs, kpi: str) -> str:
    from sop_xl.schema.parse import read_table
    from sop_xl.schema.results import KPIS

    rows = read_table(KPIS, company_with().read_cells(KPIS)).frame.set_index("kpi")
    return str(rows.loc[kpi, "name"])


def test_a_workbook_that_is_open_elsewhere_does_not_keep_packs_from_leaving(packs) -> None:
    workbook = company_with()

    def refuse() -> None:
        raise WorkbookError("It is open elsewhere.")

    workbook.commit = refuse  # type: ignore[method-assign]
    assert keep_shown(workbook, packs) == ["The workbook does not know what the pack shows: It is open elsewhere."]
