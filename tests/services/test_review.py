"""The Demand review: rows whose figures can be followed by hand, and the merge of what is typed there."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_xl.domain.cells import CellError, Cells, Formula
from sop_xl.domain.change import Change
from sop_xl.domain.issue import Severity
from sop_xl.domain.plan_data import PlanData
from sop_xl.domain.settings import Settings
from sop_xl.schema import INPUT_TABLES, TABLE_BY_NAME
from sop_xl.schema.frames import conform, empty_frame, with_defaults
from sop_xl.schema.views import DEMAND_REVIEW, OPEN_FIELDS
from sop_xl.services.review import fold_edits, review_rows, with_shown
from sop_xl.services.review_cells import as_written, read_written

NOW = pd.Period("2026-07", "M")
MONTHS = pd.period_range(NOW, periods=12, freq="M")
FIELDS = DEMAND_REVIEW.fields
NAN = float("nan")


def table(name: str, *rows: dict[str, object]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows)) if rows else pd.DataFrame()
    return conform(TABLE_BY_NAME[name], frame)


def forecast_rows(item: str, market: str, statistical: float, consensus: dict[int, float] | None = None) -> list[dict]:
    """One row a month; the consensus is the statistical forecast but in the months given."""
    changed = consensus or {}
    return [
        {
            "item": item,
            "market": market,
            "period": period,
            "statistical": statistical,
            "consensus": changed.get(k, statistical),
        }
        for k, period in enumerate(MONTHS)
    ]


def override(item: str, month: int, stream: str, quantity: float, *, market: str = "", reason: str = "") -> dict:
    return {
        "item": item,
        "market": market,
        "period": MONTHS[month],
        "stream": stream,
        "quantity": quantity,
        "reason": reason,
    }


def sold(item: str, month: str, quantity: float, value: float) -> dict:
    return {
        "measure": "shipments",
        "item": item,
        "market": "N",
        "period": pd.Period(month, "M"),
        "quantity": quantity,
        "value": value,
    }


ITEMS = (
    {"item": "A", "description": "Anvil", "family": "Iron", "uom": "EA"},
    {"item": "B", "description": "", "family": "Iron", "uom": "EA"},
    {"item": "C", "description": "Clasp", "family": "Brass", "uom": "EA"},
    {"item": "D", "description": "Part of no sale", "family": "Brass", "uom": "EA"},
)
ACTUALS = (
    sold("A", "2025-08", 90, 900),
    sold("A", "2026-04", 80, 800),
    sold("A", "2026-06", 110, 1100),
    sold("C", "2026-06", 5, 5000),
)
PRICES = ({"item": "A", "net_price": 10.0}, {"item": "B", "net_price": 20.0}, {"item": "C", "net_price": 1000.0})


def review(forecast: list[dict], overrides: tuple[dict, ...] = (), *, last_cycle=(), accuracy=(), **settings):
    """The grid as a list of rows by field."""
    tables = {t.name: with_defaults(t, empty_frame(t)) for t in INPUT_TABLES}
    given_tables = {"items": ITEMS, "actuals": ACTUALS, "overrides": overrides}
    for name, rows in given_tables.items():
        tables[name] = with_defaults(TABLE_BY_NAME[name], table(name, *rows))
    data = PlanData.of(Settings(NOW, currency="EUR", **settings), tables)
    results = (table("forecast", *forecast), table("accuracy", *accuracy), table("last_cycle", *last_cycle))
    rows = review_rows(data, *results, table("item_costs", *PRICES))
    assert rows[0] == list(DEMAND_REVIEW.headers)
    return [dict(zip(FIELDS, row, strict=True)) for row in rows[1:]]


def line(grid: list[dict], kind: str, item: str = "") -> dict:
    (found,) = [row for row in grid if row["kind"] == kind and (row["item"] or row["family"] or "") in (item, "")]
    return found


def test_families_by_money_and_under_each_its_items_with_their_rows():
    # Iron: 12 x (100 x 10 + 10 x 20) = 14,400; Brass: 12 x 1 x 1000 = 12,000. D is neither sold nor forecast.
    grid = review(forecast_rows("A", "N", 100) + forecast_rows("B", "N", 10) + forecast_rows("C", "N", 1))
    kinds = ["item", "statistical", "sales", "override"]
    assert [row["kind"] for row in grid] == ["family", *kinds, *kinds, "family", *kinds, "total"]
    assert [row["label"] for row in grid if row["kind"] in ("family", "item")] == [
        "Iron",
        "Anvil",
        "B",
        "Brass",
        "Clasp",
    ]
    assert {row["unit"] for row in grid} == {"EA", "kEUR"}


def test_the_consensus_is_the_override_else_the_mean_of_what_is_filled():
    # Row 8 is the family, 9 the item, 10 statistical, 11 sales, 12 override.
    # July: (100 x 3 + 120 x 1) / 4 = 105; August: the override, 90; September: the statistical alone.
    grid = review(
        forecast_rows("A", "N", 60, {0: 63, 1: 54}) + forecast_rows("A", "S", 40, {0: 42, 1: 36}),
        (override("A", 0, "sales", 120), override("A", 1, "final", 90, reason="Fair")),
        weight_statistical=3.0,
    )
    item = line(grid, "item", "A")
    text = (
        "IF(ISNUMBER(K12),K12,IFERROR((N(K10)*sop_w_statistical+N(K11)*sop_w_sales)"
        '/(ISNUMBER(K10)*sop_w_statistical+ISNUMBER(K11)*sop_w_sales),""))'
    )
    assert item["m1"] == Formula(text, 105.0)
    assert [item[m].value for m in ("m2", "m3")] == [90.0, 100.0]
    assert item["next12"] == Formula('IF(COUNT(K9:V9)=0,"",SUM(K9:V9))', 105.0 + 90 + 10 * 100)
    assert line(grid, "override", "A")["m2"] == 90.0
    assert line(grid, "override", "A")["reason"] == "Fair"


def test_an_override_without_reason_is_said_in_words():
    grid = review(forecast_rows("A", "N", 100, {1: 90}), (override("A", 1, "final", 90),))
    text = 'IF(AND(COUNT(K12:V12)>0,TRIM(AA12)=""),"▲ reason missing","")'
    assert line(grid, "override", "A")["to_year"] == Formula(text, "▲ reason missing")


def test_streams_of_single_markets_count_the_others_at_the_baseline():
    # Sales says 80 for N (statistical 60) and nothing for S (40): the item's row shows 80 + 40 = 120.
    # Engine: N (60 + 80) / 2 = 70, S 40 -> 110; formula: (100 + 120) / 2 = 110, the same.
    grid = review(
        forecast_rows("A", "N", 60, {0: 70}) + forecast_rows("A", "S", 40),
        (override("A", 0, "sales", 80, market="N"),),
    )
    assert line(grid, "sales", "A")["m1"] == 120.0
    assert line(grid, "item", "A")["m1"].value == pytest.approx(110)
    assert "sop_w_sales" in line(grid, "item", "A")["m1"].text


def test_where_markets_differ_in_who_speaks_the_forecast_stands_until_the_next_run():
    # N: (60 + sales 80) / 2 = 70; S: (40 + marketing 60) / 2 = 50: 120. The item's rows would say
    # (100 + (80 + 40) + (60 + 60)) / 3 = 113.3: the mean of the item cannot tell.
    grid = review(
        forecast_rows("A", "N", 60, {0: 70}) + forecast_rows("A", "S", 40, {0: 50}),
        (override("A", 0, "sales", 80, market="N"), override("A", 0, "marketing", 60, market="S")),
    )
    assert line(grid, "item", "A")["m1"] == Formula("IF(ISNUMBER(K13),K13,120.0)", 120.0)
    assert "sop_w_marketing" in line(grid, "item", "A")["m2"].text


def test_the_final_word_for_one_market_shows_what_it_makes_of_the_item():
    # 30 for N, while S stays at 40.
    grid = review(
        forecast_rows("A", "N", 60, {0: 30}) + forecast_rows("A", "S", 40),
        (override("A", 0, "final", 30, market="N"),),
    )
    assert line(grid, "override", "A")["m1"] == 70.0
    assert line(grid, "item", "A")["m1"].value == pytest.approx(70)


def test_recent_bookings_stand_in_a_row_of_their_own_and_in_the_consensus():
    rows = forecast_rows("A", "North", 100.0, {0: 130.0})
    rows[0] |= {"sensing_qty": 30.0}
    grid = review(rows, overrides=[override("A", 1, "sales", 120.0)])
    assert [line(grid, "sensed", "A")[m] for m in OPEN_FIELDS[:3]] == [130.0, None, None]
    item = line(grid, "item", "A")
    # Row 9 is the item, 10 statistical, 11 with bookings, 12 sales, 13 override.
    assert item["m1"].text == (
        "IF(ISNUMBER(K13),K13,IFERROR((N(IF(ISNUMBER(K11),K11,K10))*sop_w_statistical+N(K12)*sop_w_sales)"
        '/(ISNUMBER(IF(ISNUMBER(K11),K11,K10))*sop_w_statistical+ISNUMBER(K12)*sop_w_sales),""))'
    )
    assert item["m1"].value == 130.0


def test_what_is_planned_with_orders_stands_below_the_override():
    rows = forecast_rows("A", "North", 100.0)
    rows[2] |= {"orders": 150.0, "consumed": 100.0, "demand": 150.0}
    rows[3] |= {"consumed": 50.0, "demand": 50.0}
    grid = review(rows)
    assert [line(grid, "demand", "A")[m] for m in OPEN_FIELDS[1:5]] == [None, 150.0, 50.0, None]
    assert [row["kind"] for row in grid if row["item"] == "A"] == ["item", "statistical", "sales", "override", "demand"]


def test_no_history_is_a_blank_statistical_row_and_not_a_zero():
    new = [{"item": "B", "market": "N", "period": MONTHS[0], "final": 50.0, "consensus": 50.0}]
    grid = review(new, (override("B", 0, "final", 50),))
    assert [line(grid, "statistical", "B")[m] for m in OPEN_FIELDS] == [None] * 12
    assert [line(grid, "item", "B")[m].value for m in ("m1", "m2")] == [50.0, ""]
    assert line(grid, "item", "B")["c1"] is None


def test_events_launches_and_initiatives_are_in_the_statistical_row():
    parts = {"event_qty": 5.0, "launch_qty": 2.0, "initiative_qty": -1.0}
    rows = [{**row, **parts, "consensus": 106.0} for row in forecast_rows("A", "N", 100)]
    assert line(review(rows), "statistical", "A")["m1"] == 106.0


def test_a_family_sums_its_own_items_and_never_itself():
    grid = review(forecast_rows("A", "N", 100) + forecast_rows("B", "N", 10) + forecast_rows("C", "N", 1))
    iron, brass = (row for row in grid if row["kind"] == "family")
    assert iron["m1"] == Formula('SUMIFS(K9:K16,$AC9:$AC16,"item")', 110.0)
    assert brass["m1"] == Formula('SUMIFS(K18:K21,$AC18:$AC21,"item")', 1.0)
    # Closed months: April 80, May no sale but sold before: 0, June 110.
    assert [line(grid, "item", "A")[c] for c in ("c1", "c2", "c3")] == [80.0, 0.0, 110.0]
    assert [iron[c].value for c in ("c1", "c2", "c3")] == [80.0, 0.0, 110.0]


def test_the_last_row_is_money():
    # July: 100 x 10 + 1 x 1000 = 2,000. June brought 1,100 + 5,000. Last year: (90 + 80 + 110) x 10 + 5 x 1000.
    grid = review(forecast_rows("A", "N", 100) + forecast_rows("C", "N", 1))
    total = grid[-1]
    assert total["m1"] == Formula('SUMPRODUCT(($AC$8:$AC$17="item")*1,$AF$8:$AF$17,K$8:K$17)', 2000.0)
    assert total["c3"] == 6100.0
    assert total["year12"].value == pytest.approx(7800)
    assert total["to_year"].value == pytest.approx(round(24000 / 7800 - 1, 3))
    assert total["written"] == "2026-07"


def test_changes_compare_the_same_months():
    # C was not planned in the last month of the grid, A was: C ends, 11 x 1 = 11 is its old plan.
    last = [{"item": "A", "period": p, "forecast": 80.0} for p in MONTHS]
    last += [{"item": "C", "period": p, "forecast": 1.0} for p in MONTHS[:11]]
    forecast = forecast_rows("A", "N", 120) + forecast_rows("C", "N", 1)
    grid = review(forecast, last_cycle=last)
    # 1440 / 960 - 1; last year 90 + 80 + 110 = 280 in the 12 months before July.
    text = 'IF(AND(ISNUMBER($F9),N($AG9)>0),ROUND($F9/$AG9-1,3),"")'
    assert line(grid, "item", "A")["to_cycle"] == Formula(text, 0.5)
    assert line(grid, "item", "A")["to_year"].value == pytest.approx(round(1440 / 280 - 1, 3))
    assert line(grid, "item", "C")["to_cycle"].value == pytest.approx(round(12 / 11 - 1, 3))


def test_a_last_cycle_that_ends_sooner_is_not_compared_with():
    last = [{"item": "A", "period": p, "forecast": 80.0} for p in MONTHS[:11]]
    grid = review(forecast_rows("A", "N", 120), last_cycle=last)
    assert [line(grid, "item", "A")["to_cycle"].value, grid[-1]["to_cycle"].value] == ["", ""]


def test_class_and_error_are_those_of_the_shortest_lag():
    accuracy = [
        {"family": "Iron", "item": "A", "lag": 1, "wmape": 12.0, "abc": "A", "xyz": "Y"},
        {"family": "Iron", "item": "A", "lag": 3, "wmape": 30.0, "abc": "A", "xyz": "Y"},
        {"family": "Iron", "item": "", "lag": 1, "wmape": 8.0},
        {"family": "", "item": "", "lag": 1, "wmape": 5.0},
    ]
    grid = review(forecast_rows("A", "N", 100), accuracy=accuracy)
    assert (line(grid, "item", "A")["class_"], line(grid, "item", "A")["wmape"]) == ("AY", 12.0)
    assert line(grid, "family", "Iron")["wmape"] == 8.0


def test_nothing_known_is_a_header_only():
    tables = {t.name: with_defaults(t, empty_frame(t)) for t in INPUT_TABLES}
    frames = [empty_frame(TABLE_BY_NAME[n]) for n in ("forecast", "accuracy", "last_cycle", "item_costs")]
    assert review_rows(PlanData.of(Settings(NOW), tables), *frames) == [list(DEMAND_REVIEW.headers)]


# --- what is typed ------------------------------------------------------------------------------


def grid_of(kind: str = "override", *, written: dict[int, float] | None = None, reason_written: str = "", **typed):
    """Cells of a grid of one input row of item A; `typed` holds months (m1 ...) and the reason."""
    values = np.full(12, np.nan)
    for month, value in (written or {}).items():
        values[month] = value
    row = {"kind": kind, "item": "A", "family": "Iron", "written": as_written(values, reason_written) or None, **typed}
    return Cells([list(DEMAND_REVIEW.headers), [row.get(f) for f in FIELDS]], "Demand review", 7, 1)


def overrides_of(*rows: dict) -> pd.DataFrame:
    return table("overrides", *rows)


# What the last run wrote, what the table says now, what the grid says now -> what counts (None: no row; "stop").
TRUTH = [
    (None, None, None, None),
    (None, None, 50.0, 50.0),  # typed into the grid
    (None, 40.0, None, 40.0),  # typed into the table
    (None, 40.0, 40.0, 40.0),  # typed into both, alike
    (None, 40.0, 50.0, "stop"),
    (40.0, 40.0, 40.0, 40.0),
    (40.0, 40.0, 50.0, 50.0),  # changed in the grid
    (40.0, 60.0, 40.0, 60.0),  # changed in the table
    (40.0, 60.0, 60.0, 60.0),
    (40.0, 60.0, 50.0, "stop"),
    (40.0, 40.0, None, None),  # cleared in the grid
    (40.0, None, 40.0, None),  # deleted from the table
    (40.0, None, None, None),
    (40.0, None, 50.0, "stop"),
    (40.0, 60.0, None, "stop"),
    (0.0, 0.0, None, None),  # zero is a figure, blank is none
    (None, None, 0.0, 0.0),
]


@pytest.mark.parametrize(("written", "told", "now", "expected"), TRUTH)
def test_grid_and_table_are_merged_three_ways(written, told, now, expected):
    cells = grid_of(written={} if written is None else {2: written}, m3=now, reason="why", reason_written="why")
    rows = [] if told is None else [override("A", 2, "final", told, reason="why")]
    frame, changes, issues = fold_edits(cells, overrides_of(*rows), NOW)
    if expected == "stop":
        (issue,) = issues
        assert (issue.severity, issue.code, issue.cell) == (Severity.STOP, "edited-twice", "M8")
        assert frame.equals(overrides_of(*rows))
        return
    assert issues == []
    assert frame["quantity"].tolist() == ([] if expected is None else [expected])
    assert bool(changes) == (expected != told)
    assert frame.dtypes.equals(overrides_of().dtypes)


def test_a_part_of_a_figure_for_a_level_can_be_typed_over_but_not_cleared():
    levels = table("level_overrides", {"family": "Iron", "period": NOW + 2, "stream": "final", "quantity": 100.0})
    same = fold_edits(grid_of(written={2: 40.0}, m3=40.0), overrides_of(), NOW, levels)
    assert (len(same[0]), same[1:]) == (0, ([], []))
    typed, changes, issues = fold_edits(grid_of(written={2: 40.0}, m3=50.0), overrides_of(), NOW, levels)
    assert (typed["quantity"].tolist(), len(changes), issues) == ([50.0], 1, [])
    frame, _, (issue,) = fold_edits(grid_of(written={2: 40.0}), overrides_of(), NOW, levels)
    assert (issue.code, issue.cell, len(frame)) == ("level-figure", "M8", 0)
    assert "Level overrides" in issue.cure


def test_an_override_that_adds_shows_what_it_made_and_is_replaced_when_typed_over():
    rows = forecast_rows("A", "N", 60, {0: 70}) + forecast_rows("A", "S", 40)
    rows[0] |= {"final": 70.0}
    grid = review(rows, [override("A", 0, "final", 10.0, reason="Fair") | {"mode": "add"}])
    assert line(grid, "override", "A")["m1"] == 110.0
    kept = override("A", 0, "final", 10.0, reason="Fair") | {"mode": "add", "shown": 10.0}
    cells = grid_of(written={0: 110.0}, reason_written="Fair", m1=110.0, reason="Fair")
    frame, changes, issues = fold_edits(cells, overrides_of(kept), NOW)
    assert (frame.equals(overrides_of(kept)), changes, issues) == (True, [], [])
    over = grid_of(written={0: 110.0}, reason_written="Fair", m1=130.0, reason="Fair")
    frame, changes, issues = fold_edits(over, overrides_of(kept), NOW)
    assert frame[["quantity", "mode"]].to_numpy().tolist() == [[130.0, "replace"]]
    assert ([change.field for change in changes], issues) == (["quantity", "mode"], [])
    # Both changed since the last run, and differently: nothing is guessed.
    assert fold_edits(over, overrides_of(kept | {"quantity": 20.0}), NOW)[2][0].code == "edited-twice"
    cleared = grid_of(written={0: 110.0}, reason_written="Fair", reason="Fair")
    assert fold_edits(cleared, overrides_of(kept), NOW)[0].empty


def test_a_conflict_names_both_figures():
    cells = grid_of(written={0: 40.0}, m1=50.0)
    issue = fold_edits(cells, overrides_of(override("A", 0, "final", 60)), NOW)[2][0]
    assert str(issue) == (
        "Demand review!K8: Demand review says 50 and the table on Overrides says 60 for A, final, 2026-07; both were "
        "changed since the last run. Type the same figure into both, or empty one of them."
    )


@pytest.mark.parametrize(("kind", "stream"), [("sales", "sales"), ("marketing", "marketing"), ("finance", "finance")])
def test_each_input_row_is_a_stream_of_its_own(kind, stream):
    frame, changes, _ = fold_edits(grid_of(kind, m12=7.0), overrides_of(), NOW)
    row = frame.iloc[0]
    assert (row["item"], row["market"], row["stream"], row["period"]) == ("A", "", stream, pd.Period("2027-06", "M"))
    assert changes == [Change("overrides", f"A |  | 2027-06 | {stream}", "", None, 7.0)]


def test_computed_rows_are_not_read():
    for kind in ("item", "statistical", "family", "total"):
        assert fold_edits(grid_of(kind, m1=7.0), overrides_of(), NOW)[1:] == ([], [])


def test_months_are_those_of_the_cycle_the_grid_was_written_for():
    frame = fold_edits(grid_of(m1=7.0), overrides_of(), NOW - 1)[0]
    assert frame["period"].tolist() == [NOW - 1]


NO_QUANTITY = {
    "many": "'many', text where a number belongs",
    CellError("#N/A"): "the error #N/A",
    -5.0: "-5, below zero",
    True: "True, a yes/no value where a number belongs",
}


@pytest.mark.parametrize(("value", "found"), NO_QUANTITY.items())
def test_what_is_no_quantity_stops_the_run_and_leaves_the_table(value, found):
    before = overrides_of(override("A", 0, "final", 40))
    frame, changes, (issue,) = fold_edits(grid_of(written={0: 40.0}, m1=value), before, NOW)
    assert (issue.severity, issue.code, issue.sheet, issue.cell) == (
        Severity.STOP,
        "bad-number",
        "Demand review",
        "K8",
    )
    assert issue.message == f"A, final, 2026-07 is {found}."
    assert changes == []
    assert frame.equals(before)


def test_a_number_typed_as_text_is_read():
    assert fold_edits(grid_of(m1=" 1250 "), overrides_of(), NOW)[0]["quantity"].tolist() == [1250.0]


def test_a_reason_goes_to_every_row_of_its_line():
    before = overrides_of(
        override("A", 0, "final", 40), override("A", 1, "final", 50, reason="old"), override("A", 1, "sales", 9)
    )
    cells = grid_of(written={0: 40.0, 1: 50.0}, reason_written="old", m1=40.0, m2=50.0, m3=60.0, reason="Fair")
    frame, changes, issues = fold_edits(cells, before, NOW)
    finals = frame[frame["stream"] == "final"]
    assert finals["reason"].tolist() == ["Fair", "Fair", "Fair"]
    assert frame.loc[frame["stream"] == "sales", "reason"].tolist() == [""]
    assert Change("overrides", "A |  | 2026-08 | final", "reason", "old", "Fair") in changes
    assert issues == []


def test_a_reason_mended_in_the_table_stands():
    before = overrides_of(override("A", 0, "final", 40, reason="mended"))
    cells = grid_of(written={0: 40.0}, reason_written="old", m1=40.0, reason="old")
    frame, changes, _ = fold_edits(cells, before, NOW)
    assert (frame["reason"].tolist(), changes) == (["mended"], [])


def test_a_figure_typed_over_markets_is_for_the_whole_item():
    markets = (override("A", 0, "sales", 30, market="N"), override("A", 0, "sales", 20, market="S"))
    frame, changes, issues = fold_edits(grid_of("sales", written={0: 50.0}, m1=70.0), overrides_of(*markets), NOW)
    assert frame[["market", "quantity"]].to_numpy().tolist() == [["N", 30.0], ["S", 20.0], ["", 70.0]]
    # 40 is less than the markets' 50: they cannot stay beside it.
    frame, changes, issues = fold_edits(grid_of("sales", written={0: 50.0}, m1=40.0), overrides_of(*markets), NOW)
    assert frame[["market", "quantity"]].to_numpy().tolist() == [["", 40.0]]
    assert [(c.old, c.new) for c in changes] == [(30.0, None), (20.0, None), (None, 40.0)]
    assert issues == []


def test_markets_are_left_alone_where_nothing_is_typed():
    before = overrides_of(override("A", 0, "sales", 30, market="N"))
    frame, changes, issues = fold_edits(grid_of("sales", written={0: 70.0}, m1=70.0), before, NOW)
    assert frame.equals(before)
    assert (changes, issues) == ([], [])


def test_shown_is_what_the_next_grid_shows():
    before = overrides_of(
        override("A", 0, "final", 40),
        override("A", 11, "final", 41),
        override("A", 1, "sales", 9, market="N"),
        {"item": "A", "period": NOW + 12, "stream": "final", "quantity": 42.0},
        {"item": "A", "period": NOW - 1, "stream": "final", "quantity": 39.0},
    )
    after = with_shown(before, NOW).set_index(["period", "market"])["shown"]
    assert after.dropna().to_dict() == {(NOW, ""): 40.0, (NOW + 11, ""): 41.0}


figures = st.lists(st.none() | st.floats(0, 1e12), min_size=12, max_size=12)


@given(figures, st.text())
def test_what_was_written_is_remembered_to_the_last_digit(values, reason):
    row = np.array([NAN if v is None else v for v in values])
    remembered, why = read_written(as_written(row, reason))
    np.testing.assert_array_equal(remembered, row)
    assert why == reason


@given(figures, figures)
def test_a_grid_nobody_touched_changes_nothing(values, told):
    row = {k: v for k, v in enumerate(values) if v is not None}
    cells = grid_of(written=row, **{f"m{k + 1}": v for k, v in row.items()})
    before = overrides_of(*(override("A", k, "final", v) for k, v in enumerate(told) if v is not None))
    frame, changes, issues = fold_edits(cells, before, NOW)
    assert frame.equals(before)
    assert (changes, issues) == ([], [])
