"""Monthly cycles one after another: every figure the product gives is computed a second time, in plain loops."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from tests.e2e.books import TWO_PLANTS
from tests.year.company import month_after
from tests.year.drive import STEPS, Story, Year
from tests.year.plain import STEPS as FORECAST_STEPS
from tests.year.plain import Figures, cents, margins, number, served, zero
from tests.year.plain_trend import trend

SHORT = {
    "scenarios": [
        {"scenario": "Longer day", "base": "", "purpose": "Chairs by June", "author": "Anna", "status": "draft"}
    ],
    "scenario_changes": [
        {"scenario": "Longer day", "table": "resources", "filter": "resource=ASM-P1", "field": "hours_per_week"}
        | {"operation": "add", "value": "7", "reason": "Agreed with the works council"}
    ],
    "initiatives": [
        {"initiative": "I-1", "name": "Price list", "owner": "Ben", "type": "price", "from_period": "2027-01"}
        | {"to_period": "2027-10", "target": "Chairs", "delta_pct": "4", "probability_pct": "100", "status": "idea"}
    ],
}
"""What the small company decides in its two cycles."""
YEARS = {
    "two cycles": (TWO_PLANTS, "2026-11", 2, Story("Longer day", 2, "I-1", 2, STEPS[:1], SHORT)),
    "a year of Adventure Works": (
        Path(str(files("sop_xl") / "demo" / "adventureworks")),
        "2025-11",
        12,
        Story("Weekend shift", 3, "I-03", 5),
    ),
}
pytestmark = pytest.mark.slow
CLOSE = {"rel": 1e-6, "abs": 2e-5}
"""The tables hold six decimals."""
ROUNDED = {
    "money": {"abs": 0.0051},
    "tracking_signal": {"abs": 0.0051},
    **{kpi: {"abs": 0.051} for kpi in ("dso", "dio", "dpo")},
    "cash_to_cash": {"abs": 0.151},
}
"""Cents; signals with two decimals; days of the cash plan with one."""


@pytest.fixture(
    scope="module", params=["two cycles", pytest.param("a year of Adventure Works", marks=pytest.mark.bench)]
)
def year(request, tmp_path_factory):
    source, month, cycles, story = YEARS[request.param]
    year = Year.begin(source, tmp_path_factory.mktemp("year"), month, story)
    for _ in range(cycles):
        year.cycle()
    return year


def figures(year):
    return [Figures(cycle, year.cycles[:place]) for place, cycle in enumerate(year.cycles)]


def same(found, wanted):
    assert found.keys() == wanted.keys()
    wrong = {key: (found[key], wanted[key]) for key in wanted if not _equal(key, found[key], wanted[key])}
    assert not wrong


def _equal(key, found, wanted):
    if found is None or wanted is None:
        return found == wanted
    return found == pytest.approx(wanted, **ROUNDED.get(key[0] if isinstance(key, tuple) else key, CLOSE))


def test_every_key_figure_and_its_target(year):
    for one in figures(year):
        said = {row["kpi"]: row for row in one.tables["kpis"]}
        wanted = one.kpis()
        same(
            {kpi: number(row["value"]) for kpi, row in said.items()}, {kpi: value for kpi, (value, _) in wanted.items()}
        )
        same({kpi: number(row["target"]) for kpi, row in said.items()}, {kpi: aim for kpi, (_, aim) in wanted.items()})


def test_every_key_figure_of_the_company_by_month(year):
    for one in figures(year):
        rows = [row for row in one.tables["kpi_trend"] if row["scope"] == "company"]
        same({(row["kpi"], row["period"]): number(row["value"]) for row in rows}, trend(one))


def test_every_step_of_the_forecast_and_what_it_was_worth(year):
    for one in figures(year):
        rows = {
            (r["family"], int(r["lag"]), r["step"]): r for r in one.tables["accuracy_steps"] if r["item"] == "(all)"
        }
        wanted = one.accuracy_steps()
        assert rows.keys() == wanted.keys()
        for key, values in wanted.items():
            same({name: number(rows[key][name]) for name in values}, values)
    assert {step for _, _, step in wanted} == set(FORECAST_STEPS)


def test_what_overrides_were_worth_by_owner_and_reason(year):
    for one in figures(year):
        rows = {(row["kind"], row["name"]): row for row in one.tables["override_value"] if row["kind"] != "item"}
        wanted = one.override_value()
        assert rows.keys() == wanted.keys()
        for key, values in wanted.items():
            same({name: number(rows[key][name]) for name in values}, values)
    assert {kind for kind, _ in wanted} == {"owner", "reason"}


def test_what_each_cycle_said_of_each_month(year):
    for one in figures(year):
        rows = [row for row in one.tables["forecast_cycles"] if row["family"] == "(all)"]
        same({(row["cycle"], row["period"]): number(row["forecast"]) for row in rows}, one.forecast_cycles())


def test_the_plan_of_the_last_cycle_is_what_it_was(year):
    for before, now in zip(year.cycles, year.cycles[1:], strict=False):
        kept = [row for row in now.tables["last_cycle"] if row["cycle"] == before.month]
        was, supply = {}, {}
        for row in before.tables["forecast"]:
            key = row["item"], row["period"]
            was[key] = was.get(key, 0.0) + zero(row["consensus"])
        for row in before.tables["supply_plan"]:
            key = row["item"], row["period"]
            supply[key] = supply.get(key, 0.0) + zero(row["production"]) + zero(row["purchases"])
        assert kept
        for row in kept:
            key = row["item"], row["period"]
            assert zero(row["forecast"]) == pytest.approx(was.get(key, 0.0), **CLOSE)
            assert zero(row["supply"]) == pytest.approx(supply.get(key, 0.0), **CLOSE)


def test_the_waterfall_from_last_cycle_adds_up_from_both_plans(year):
    for before, now in zip(year.cycles, year.cycles[1:], strict=False):
        rows = [row for row in now.tables["bridge"] if row["comparison"] == "Plan against last cycle"]
        (first,), (last,) = {row["from_period"] for row in rows}, {row["to_period"] for row in rows}
        months = [month_after(first, k) for k in range(12) if month_after(first, k) <= last]
        assert first == now.month
        old, new = margins(before, months), margins(now, months)
        for family in {row["family"] for row in rows}:
            mine = [row for row in rows if row["family"] == family]
            start, end = (cents(row for row in mine if row["step"] == step) for step in ("start", "end"))
            assert (start, end) == (old.get(family, 0), new.get(family, 0))
            assert start + cents(row for row in mine if row["step"] not in ("start", "end")) == end
        _volumes(rows, served(before, months), served(now, months))


def _volumes(rows, old, new):
    """Volume and mix of an item that both plans ship are its change of units at the old margin."""
    items = {row["item"] for row in rows if row["item"]}
    checked = 0
    for item in items:
        steps = {row["step"]: zero(row["amount"]) for row in rows if row["item"] == item}
        if old.get(item) and new.get(item) and not {"new", "lost", "unsplit"} & steps.keys():
            moved = (new[item] - old[item]) * steps.get("start", 0.0) / old[item]
            assert steps.get("volume", 0.0) + steps.get("mix", 0.0) == pytest.approx(moved, abs=0.03, rel=1e-4)
            checked += 1
    assert checked


def test_each_cycle_was_signed_step_by_step_and_closed(year):
    for cycle in year.cycles:
        signed = {row["step"]: row for row in cycle.tables["cycle_steps"] if row["cycle"] == cycle.month}
        assert signed.keys() == set(STEPS)
        by = {step: signed[step]["signed_by"] for step in year.story.signed}
        assert by == {step: f"Owner of {step}" for step in year.story.signed}
        assert all(signed[step]["data_version"] for step in year.story.signed)
        assert (cycle.closed["closed"], cycle.closed["opened"]) == (cycle.month, month_after(cycle.month))
        assert 3 <= len(cycle.closed["lines"]) <= 10


def test_what_closing_says_is_what_came(year):
    for one, cycle in zip(figures(year), year.cycles, strict=True):
        came = sum(
            zero(row["quantity"])
            for row in year.truth["actuals"]
            if row["measure"] == "shipments" and row["period"] == cycle.month
        )
        planned = one.forecast_cycles()[cycle.month, cycle.month]
        assert f"demand was {came:,.0f} units" in cycle.closed["lines"][0]
        assert f"the plan of {planned:,.0f} units" in cycle.closed["lines"][0]


def test_a_scenario_and_an_initiative_are_in_the_plan_from_their_cycle_on(year):
    for place, cycle in enumerate(year.cycles, start=1):
        status = {row["scenario"]: row["status"] for row in cycle.tables["scenarios"]}
        assert (status[year.story.scenario] == "approved") == (place >= year.story.approved_in)
        started = {row["initiative"]: row["status"] for row in cycle.tables["initiatives"]}
        assert (started[year.story.initiative] == "approved") == (place >= year.story.started_in)
    hours = [_hours(year.story.scenario, cycle) for cycle in year.cycles]
    assert len(set(hours[: year.story.approved_in - 1])) == 1
    assert all(later > hours[0] for later in hours[year.story.approved_in - 1 :])


def _hours(scenario, cycle):
    """Hours a week of the resource that the scenario changes."""
    (change,) = [row for row in cycle.tables["scenario_changes"] if row["scenario"] == scenario]
    name = change["filter"].partition("=")[2]
    return next(zero(row["hours_per_week"]) for row in cycle.tables["resources"] if row["resource"] == name)
