"""Scenarios laid over input tables: filters, operations, rows that are added, conflicts, dead filters."""

from __future__ import annotations

import pandas as pd
import pytest

from sop_xl.cycle.scenario_filter import FilterError, parse_filter
from sop_xl.cycle.scenarios import AFTERWARDS, ScenarioError, lay, lineage
from sop_xl.domain.cells import Cells
from sop_xl.domain.issue import Severity
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.frames import conform
from sop_xl.schema.parse import read_table

MONTHS = list(pd.period_range("2027-01", periods=3, freq="M"))


def table(name: str, *rows: dict[str, object]) -> pd.DataFrame:
    return conform(TABLE_BY_NAME[name], pd.DataFrame(list(rows)))


BASE = {
    "items": table(
        "items",
        {"item": "A-1", "family": "Bikes", "list_price": 100.0},
        {"item": "A-2", "family": "Bikes", "list_price": 200.0},
        {"item": "B-1", "family": "Parts"},
    ),
    "markets": table("markets", {"market": "DE", "region": "Europe"}, {"market": "US", "region": "America"}),
    "resources": table("resources", {"resource": "R1", "hours_per_week": 40.0}),
    "capacity": table("capacity", {"resource": "R1", "period": MONTHS[1], "hours": 150.0}),
    "settings": table("settings", {"parameter": "service_level", "value": 0.95}),
    "forecast": table(
        "forecast",
        {"item": "A-1", "market": "DE", "period": MONTHS[0], "consensus": 10.0},
        {"item": "A-1", "market": "US", "period": MONTHS[1], "consensus": 20.0},
    ),
}


def changes(*rows: tuple[object, ...]):
    declared = TABLE_BY_NAME["scenario_changes"]
    return read_table(declared, Cells([list(declared.headers), *map(list, rows)], declared.sheet, 1, 1))


def change(where: str, condition: str, field: str, operation: str, value: object, start: str | None = None) -> tuple:
    return ("S", where, condition, field, start, operation, value, "why")


def laid(*rows: tuple[object, ...], names: tuple[str, ...] = ("S",)):
    """Lay scenarios, each of which builds on those before it."""
    return lay(BASE, changes(*rows), {n: frozenset(names[:k]) for k, n in enumerate(names)}, MONTHS)


def test_set_multiply_and_add_come_in_that_order_whatever_the_order_of_the_rows():
    rows = [
        change("items", "item=A-1", "list_price", "add", 5),
        change("items", "family=Bikes", "list_price", "multiply", 1.1),
        change("items", "item=A-*", "list_price", "set", 50),
    ]
    # 50 x 1.1 = 55, and 5 more for A-1.
    for ordered in (rows, rows[::-1]):
        found = laid(*ordered)
        assert found.frames["items"]["list_price"].tolist()[:2] == pytest.approx([60, 55])
        assert not found.issues
        assert found.changed == ("items",)
    assert BASE["items"]["list_price"].tolist()[:2] == [100, 200]


def test_a_filter_may_look_at_the_family_of_an_item_and_the_region_of_a_market():
    after = lay(
        BASE,
        changes(change("forecast", "family=Bikes;region=Europe", "consensus", "multiply", 2)),
        {"S": frozenset()},
        MONTHS,
        AFTERWARDS,
    )
    assert after.frames["forecast"]["consensus"].tolist() == [20, 20]
    assert not laid(change("forecast", "", "consensus", "multiply", 2)).changed


def test_a_change_from_a_month_on_adds_the_months_that_have_no_row():
    found = laid(change("capacity", "resource=R1", "hours", "set", 120, "2027-02")).frames["capacity"]
    assert dict(zip(found["period"].astype(str), found["hours"], strict=True)) == {"2027-02": 120, "2027-03": 120}


def test_a_code_that_is_not_there_is_a_dead_filter_and_no_new_item():
    found = laid(change("items", "item=A-9", "list_price", "set", 5))
    assert len(found.frames["items"]) == 3
    (issue,) = found.issues
    assert (issue.severity, issue.code, issue.cell) == (Severity.WARN, "dead-filter", "C2")
    assert "no row of items meets 'item=A-9'" in issue.message


def test_two_rows_that_set_the_same_cell_are_a_conflict_and_equal_ones_are_not():
    found = laid(
        change("items", "item=A-1", "list_price", "set", 5), change("items", "family=Bikes", "list_price", "set", 6)
    )
    (issue,) = found.issues
    assert issue.severity is Severity.STOP
    assert "sets list_price of items twice, here and in G2" in issue.message
    same = [change("items", c, "list_price", "set", 5) for c in ("item=A-1", "family=Bikes")]
    assert not laid(*same).issues


def test_a_scenario_on_another_counts_over_it_and_says_so():
    rows = [
        change("items", "item=A-1", "list_price", "set", 5),
        ("T", "items", "item=A-1", "list_price", None, "set", 7, ""),
    ]
    found = laid(*rows, names=("S", "T"))
    assert found.frames["items"]["list_price"].iloc[0] == 7
    (issue,) = found.issues
    assert issue.severity is Severity.WARN
    assert "its base 'S' sets in G2" in issue.message


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (change("items", "colour=red", "list_price", "set", 5), "no field 'colour'"),
        (change("items", "item", "list_price", "set", 5), "is no condition"),
        (change("items", "", "item", "set", "X"), "is no field of items to change"),
        (change("runs", "", "result", "set", "X"), "cannot change a table 'runs'"),
        (change("items", "", "description", "multiply", 2), "is no number"),
        (change("items", "", "list_price", "multiply", 2, "2027-01"), "has no months"),
        (change("items", "", "list_price", "set", "dear"), "is no value for"),
        (change("capacity", "period>=spring", "hours", "set", 1), "is no value for"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_at_its_cell(row, words):
    (issue,) = laid(row).issues
    assert (issue.severity, issue.sheet, issue.cell) == (Severity.STOP, "Scenario changes", "C2")
    assert words in issue.message


def test_blank_prices_stay_blank_and_settings_change_by_their_parameter():
    found = laid(
        change("items", "", "list_price", "multiply", 2),
        change("settings", "parameter=service_level", "value", "set", 0.9),
    )
    assert found.frames["items"]["list_price"].isna().tolist() == [False, False, True]
    assert found.frames["settings"]["value"].tolist() == [0.9]
    assert found.changed == ("settings", "items")


def test_months_are_compared_as_months():
    assert [c.operator for c in parse_filter("period>=2027-02; item != A|B")] == [">=", "!="]
    with pytest.raises(FilterError, match="several values"):
        parse_filter("period>=2027-01|2027-02")


def test_lineage_names_a_circle_and_a_scenario_that_is_missing():
    scenarios = pd.DataFrame({"scenario": ["A", "B", "C", "D"], "base": ["", "A", "D", "C"]})
    assert lineage(scenarios, "B") == {"A": set(), "B": {"A"}}
    with pytest.raises(ScenarioError, match="in a circle: C -> D -> C"):
        lineage(scenarios, "C")
    with pytest.raises(ScenarioError, match="no scenario 'X'"):
        lineage(scenarios, "X")


SIBLINGS = {"S": frozenset(), "T": frozenset(), "U": frozenset({"S", "T"})}


def of(scenario: str, condition: str, value: object) -> tuple[object, ...]:
    return (scenario, *change("items", condition, "list_price", "set", value)[1:])


def test_a_scenario_may_build_on_several_each_laid_once_in_the_order_they_are_named():
    scenarios = pd.DataFrame({"scenario": ["A", "S", "T", "U"], "base": ["", "A", "A", "T; S"]})
    chain = lineage(scenarios, "U")
    assert list(chain) == ["A", "T", "S", "U"]
    assert chain["U"] == {"A", "S", "T"}


def test_two_bases_that_set_the_same_cell_differently_are_a_fault_until_it_is_settled():
    rows = [of("S", "item=A-1", 5), of("T", "family=Bikes", 7)]
    (issue,) = lay(BASE, changes(*rows), SIBLINGS, MONTHS).issues
    assert issue.severity is Severity.STOP
    assert issue.message == "Scenarios 'S' (in G2) and 'T' both set list_price of items, differently."
    assert "the scenario that builds on both" in issue.cure
    settled = lay(BASE, changes(*rows, of("U", "item=A-1", 6)), SIBLINGS, MONTHS)
    assert {i.severity for i in settled.issues} == {Severity.WARN}
    assert settled.frames["items"]["list_price"].tolist()[:2] == [6, 7]
    alike = lay(BASE, changes(of("S", "item=A-1", 5), of("T", "family=Bikes", 5)), SIBLINGS, MONTHS)
    assert not alike.issues
    apart = lay(BASE, changes(of("S", "item=A-1", 5), of("T", "item=A-2", 7)), SIBLINGS, MONTHS)
    assert not apart.issues
