"""The sheets Family and Demand review, calculated by LibreOffice, against the tables they read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from sop_xl.template.build import build_template
from tests.support.office import recalculated
from tests.template.small_plan import FAMILIES, NOW, OPEN, PRICE, small_plan
from tests.template.typed import Typed, type_into

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

pytestmark = pytest.mark.soffice
SHOWN = pd.period_range(NOW - 3, periods=15, freq="M")
NAN = float("nan")
LARGEST = "Beta"
"""The family that is shown while none is chosen."""


@pytest.fixture(scope="module")
def plan() -> dict[str, pd.DataFrame]:
    return small_plan()


@pytest.fixture(scope="module")
def calculated(plan, tmp_path_factory):
    """Return the workbook's values after something was typed; each case is calculated once."""
    template, known = build_template(plan), {}

    def calculate(typed: Typed):
        key = tuple(sorted(typed.items()))
        if key not in known:
            folder = tmp_path_factory.mktemp("family")
            path = folder / "plan.xlsx"
            path.write_bytes(type_into(template, typed))
            known[key] = recalculated(path, folder)
        return known[key]

    return calculate


def months(sheet: Worksheet, row: int) -> list[float]:
    """The 15 months of a row; NaN where there is nothing."""
    return [NAN if value in (None, "") else value for value in (sheet.cell(row, c).value for c in range(8, 23))]


def rows_of(sheet: Worksheet) -> dict[str, list[float]]:
    """Rows by label; of two with the same label the second has a * after it, and so on."""
    found: dict[str, list[float]] = {}
    for row in range(11, 40):
        label = sheet.cell(row, 1).value or ""
        while label in found:
            label += "*"
        found[label] = months(sheet, row)
    return found


def same(found: list[float], wanted: pd.Series | list[float]) -> None:
    np.testing.assert_allclose(found, np.asarray(wanted, dtype=float), rtol=1e-12)


@pytest.fixture
def shown(plan, calculated):
    """Return rows of the sheet and a reader of the table for a family."""

    def show(family: str, typed: Typed | None = None):
        chosen = {} if family == LARGEST else {("Family", "A5"): family}
        book = calculated({**chosen, **(typed or {})})
        rows = plan["family_plan"][plan["family_plan"]["family"] == family].set_index("period").reindex(SHOWN)
        return book["Family"], rows_of(book["Family"]), rows

    return show


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_shows_what_the_tables_hold(shown, family):
    sheet, rows, plan = shown(family)
    assert sheet["A1"].value == f"Family plan: {family}"
    for label, column in (
        ("Last year", "last_year"),
        ("Old forecast", "old_forecast"),
        ("New forecast", "forecast"),
        ("Actual", "actual"),
        ("Old plan", "old_supply"),
        ("New plan", "supply"),
        ("of which into other items", "used"),
        ("Actual*", "actual_supply"),
        ("Net revenue", "revenue"),
        ("Budget revenue", "budget_revenue"),
        ("Inventory at standard cost", "inventory_value"),
    ):
        same(rows[label], plan[column])
    same(rows["Difference, actual − old"], plan["actual"] - plan["old_forecast"])
    same(rows["Change, new − old"], plan["forecast"] - plan["old_forecast"])
    same(rows["Cumulative difference"], (plan["actual"] - plan["old_forecast"]).cumsum())
    same(rows["Gross margin"], plan["revenue"] - plan["cogs"])
    same(rows["Gap to budget"], plan["revenue"] - plan["budget_revenue"])
    total, quarters = sheet["F13"].value, [sheet.cell(13, c).value for c in range(24, 28)]
    forecast = plan["forecast"].to_numpy()[3:]
    assert total == pytest.approx(forecast.sum())
    assert quarters == pytest.approx(forecast.reshape(4, 3).sum(axis=1))


def test_a_family_made_to_stock_shows_stock(shown):
    sheet, rows, plan = shown("Alpha")
    assert [sheet["A26"].value, sheet["H5"].value, sheet["Y5"].value] == ["INVENTORY", "MTS", "Saw"]
    same(rows["Target"], plan["target"])
    same(rows["Plan"], plan["closing"])
    same(rows["Actual**"], plan["actual_stock"])
    same(rows["Difference to target"], plan["closing"] - plan["target"])
    same(rows["Late at month end"], plan["backlog"].where(plan.index >= NOW))
    same(rows["Lost sales"], plan["lost"])
    assert sheet["F27"].value == 205.0
    assert sheet["F33"].value == pytest.approx(plan["lost"].sum())


def test_cover_runs_down_the_demand_of_the_months_after(shown, plan):
    _, rows, _ = shown("Alpha")
    demand = plan["family_plan"].query("family == 'Alpha'").set_index("period")
    demand = demand["actual"].fillna(demand["forecast"]) + demand["used"].fillna(0)
    stock = pd.Series(rows["Actual**"], SHOWN).fillna(pd.Series(rows["Plan"], SHOWN))

    mean = demand[OPEN[-3:]].mean()

    def cover(month: pd.Period) -> float:
        left, days = stock[month], 0.0
        for later in pd.period_range(month + 1, OPEN[-1], freq="M"):
            days += min(left / demand[later], 1.0) * later.days_in_month
            left = max(left - demand[later], 0.0)
        for later in pd.period_range(OPEN[-1] + 1, SHOWN[-1] + 6, freq="M"):  # after the plan, as in its end
            days += min(left / mean, 1.0) * later.days_in_month
            left = max(left - mean, 0.0)
        return days + left / mean * 365 / 12

    same(rows["Days of cover"], [cover(month) for month in SHOWN])


def test_a_family_made_to_order_shows_backlog(shown, plan):
    sheet, rows, family = shown("Beta")
    lead = plan["lead_times"].query("family == 'Beta'").set_index("period").reindex(SHOWN)
    assert [sheet["A26"].value, sheet["H5"].value] == ["BACKLOG", "MTO"]
    same(rows["Bookings"], family["bookings"])
    same(rows["Shipments"], family["served"])
    same(rows["Backlog, plan"], lead["closing_backlog"])
    same(rows["Backlog, actual"], family["backlog"].where(family.index < NOW))
    same(rows["Weeks of backlog"], lead["weeks_of_backlog"])
    same(rows["Lead time to quote"], lead["quoted_weeks"])
    assert sheet["F27"].value == pytest.approx(family["bookings"].to_numpy()[3:].sum())
    assert sheet["F31"].value == lead["weeks_of_backlog"].iloc[-1]
    assert sheet["N41"].value == "Backlog goes from 30 to 41 EA: longest 4.3 weeks, in Oct 27"


def test_a_family_with_both_shows_stock_and_the_weeks_of_its_backlog(shown, plan):
    sheet, rows, family = shown("Gamma")
    weeks = plan["lead_times"].query("family == 'Gamma'").set_index("period")["weeks_of_backlog"].reindex(SHOWN)
    assert [sheet["A26"].value, sheet["H5"].value] == ["INVENTORY AND BACKLOG", "MTS + MTO"]
    same(rows["Plan"], family["closing"])
    same(rows["Weeks of backlog"], weeks)
    assert [sheet["A25"].value, sheet["Y5"].value] == ["Load of the bottleneck", "none"]


def test_load_is_that_of_the_bottleneck(shown, plan):
    sheet, rows, _ = shown("Alpha")
    load = plan["load"].set_index("period").reindex(SHOWN)
    same(rows["Saw load"], load["required_hours"] / load["available_hours"])
    assert sheet["E25"].value == pytest.approx(1.15)
    assert sheet["F25"].value == pytest.approx(1.13)  # month 12: (80 + 33) / 100


def test_what_the_sheet_says_is_true(shown):
    sheet, _, plan = shown("Alpha")
    forecast, old = plan["forecast"].sum(), plan["old_forecast"].to_numpy()[3:].sum()
    change = (plan["forecast"] - plan["old_forecast"]).dropna()
    largest = change.abs().idxmax()
    percent = f"{100 * (forecast / old - 1):+.1f}"
    told = f"New forecast is {percent} % to the Oct cycle: largest change {change[largest]:+.0f} in {largest:%b %y}"
    assert sheet["A41"].value == told.replace("-", "−")
    # Only month 6 is short: 210 + 15 - 40 - 205 = -20.
    assert sheet["N41"].value == "Stock is below its target in 1 of 12 months: worst −20 in Apr 27"
    assert sheet["A55"].value == "Alpha keeps its price; Saw runs two shifts (to Feb 27)."
    assert "bias −3 % (too high)" in sheet["H55"].value
    assert "1 month is overridden." in sheet["H55"].value
    supply = sheet["R55"].value
    # 900 + 2,500 + 2,400; the second named is another item, not A2 again.
    assert supply.startswith("3 shortages, 5,800 EUR; the dearest: Item A2: 20 EA below target in Mar 27, 2,500 EUR")
    assert "; Item A1: 12 EA below target in Feb 27, 900 EUR (full load)" in supply
    assert supply.endswith("Saw is over its regular hours in 5 of 12 months.")  # 80 + 3k > 100 from k = 7


def test_the_largest_family_is_shown_while_nothing_is_chosen(calculated):
    assert calculated({})["Family"]["A1"].value == "Family plan: Beta"
    assert calculated({})["Family"]["B5"].value == "◄ choose a family; showing the largest: Beta"


@pytest.fixture
def typed_override(plan) -> tuple[Typed, float]:
    """120 typed as override of A1 in January, and by how much that moves the month."""
    grid = plan["demand_review"]
    row = 8 + grid.index[(grid["kind"] == "override") & (grid["item"] == "A1")][0]
    before = plan["forecast"].query("item == 'A1'").set_index("period")["consensus"][OPEN[1]]
    return {("Demand review", f"L{row}"): 120.0}, 120.0 - before


def test_an_override_moves_forecast_and_stock_at_once(shown, typed_override):
    typed, moved = typed_override
    sheet, rows, plan = shown("Alpha", typed)
    step = pd.Series(moved * SHOWN.isin([OPEN[1]]), SHOWN)
    same(rows["New forecast"], plan["forecast"] + step)
    same(rows["Plan"], plan["closing"] - step.cumsum())
    assert sheet["A2"].value.endswith(f"▲ {moved:+.0f} EA typed since the last run")


def test_demand_review_adds_up(plan, calculated, typed_override):
    typed, moved = typed_override
    sheet = calculated({("Family", "A5"): "Alpha", **typed})["Demand review"]
    body = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=8, max_col=35)]
    grid = pd.DataFrame(body, columns=plan["demand_review"].columns)
    grid = grid[grid["kind"].notna()]
    items = grid[grid["kind"] == "item"].set_index("item")
    wanted = plan["forecast"].pivot_table(index="item", columns="period", values="consensus").iloc[:, :12]
    wanted.loc["A1", OPEN[1]] += moved
    columns = [f"m{k}" for k in range(1, 13)]
    np.testing.assert_allclose(items[columns].astype(float).sort_index(), wanted)
    families = grid[grid["kind"] == "family"].set_index("family")[columns].astype(float)
    np.testing.assert_allclose(families, items.groupby("family")[columns].sum().astype(float).loc[families.index])
    money = wanted.mul(pd.Series(PRICE), axis=0).sum()
    np.testing.assert_allclose(grid.iloc[-1][columns].astype(float), money)
    assert grid["to_year"].eq("▲ reason missing").sum() == 0  # A1 has the reason of its other override


def test_untouched_every_formula_gives_the_value_it_was_written_with(plan, calculated):
    sheet = calculated({})["Demand review"]
    for position, row in enumerate(plan["demand_review"].itertuples(index=False), start=8):
        for column, cell in enumerate(row, start=1):
            found = sheet.cell(position, column).value
            wanted = getattr(cell, "value", cell)
            if isinstance(wanted, float):
                assert found == pytest.approx(wanted), sheet.cell(position, column).coordinate
            else:
                assert (found or None) == (wanted or None), sheet.cell(position, column).coordinate


def test_an_empty_template_is_quiet(empty_book):
    book = empty_book
    for name in ("Family", "Demand review", "Chart data"):
        errors = [c.coordinate for row in book[name].iter_rows() for c in row if str(c.value).startswith("#")]
        assert errors == [], name
    assert book["Family"]["A1"].value == "Family plan: no plan yet"
    assert book["Demand review"]["A5"].value.startswith("►  Nothing to review yet")
