"""The view Accuracy, calculated by LibreOffice, against the tables it reads."""

import pandas as pd
import pytest

from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.frames import conform
from sop_xl.schema.results import ALL, FORECAST_STEPS
from sop_xl.template.build import build_template
from sop_xl.template.data_sheets import default_settings
from sop_xl.template.sheets.accuracy import CYCLES, ITEM, LAGS, OVERRIDES, STEPS
from sop_xl.template.sheets.accuracy_overrides import SHOWN
from tests.support.office import recalculated
from tests.template.cells import block, figures, same, words

pytestmark = pytest.mark.soffice
CURRENT = pd.Period("2026-11", "M")


def table(name, rows):
    made = TABLE_BY_NAME[name]
    return conform(made, pd.DataFrame(rows).reindex(columns=list(made.fields)))


def steps():
    wmape = dict(zip(FORECAST_STEPS, (60.0, 40.0, 38.0, 38.0, 41.0, 39.5), strict=True))
    for lag in (1.0, 2.0):
        before = None
        for step, error in wmape.items():
            yield {
                "family": ALL, "item": ALL, "lag": lag, "step": step, "forecasts": 240.0, "actual": 5000.0,
                "wmape": error + lag - 1, "mape": error + 5, "skipped": 3.0, "mase": error / 50, "bias": -error / 4,
                "tracking_signal": -error / 8, "alarm": "", "fva": None if before is None else before - error,
                "money": None if before is None else 1000 * (before - error),
            }  # fmt: skip
            before = error


LAUNCH = {"item": "A", "gate": "validate", "probability_pct": 60.0, "basis": "like B x 0.5, 3 months to full volume"}
MONTH = {"sell_through": 12.0, "pipeline_fill": 6.0, "if_success": 30.0}


@pytest.fixture(scope="module")
def sheet(book):
    return book["Accuracy"]


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    settings = default_settings()
    settings.loc[settings["parameter"] == "current_period", "value"] = "2026-11"
    spoke = {"forecasts": 9.0, "better": 2.0, "wmape_before": 10.0, "wmape_after": 14.0, "fva": -4.0, "money": -7000.0}
    helped = {**spoke, "fva": 3.0, "money": 900.0}
    value = [
        {"kind": "owner", "name": "Sales", **spoke, "place": "owner 1"},
        {"kind": "reason", "name": "Hope", **spoke, "place": "reason 1"},
        {"kind": "item", "name": "A", **spoke, "verdict": "let it be", "place": "item 1"},
        {"kind": "item", "name": "B", **helped, "verdict": "worth it", "place": "item 2"},
    ]
    cycles = [
        {"family": ALL, "cycle": "2026-10", "period": CURRENT - 1, "lag": 1.0, "forecast": 70.0, "actual": 64.0},
        {"family": ALL, "cycle": "2026-10", "period": CURRENT, "lag": 2.0, "forecast": 80.0},
    ]
    parts = {"event_qty": 3.0, "launch_qty": 0.0, "initiative_qty": -1.0, "sensing_qty": 1.0, "consensus": 20.0,
             "demand": 23.0, "naive": 9.0}  # fmt: skip
    forecast = [
        {"item": "A", "market": "X", "period": CURRENT, "statistical": 10.0, **parts, "sales": 28.0, "method": "Theta"},
        {"item": "A", "market": "Y", "period": CURRENT, "statistical": 4.0, **parts, "method": "Rate of sale"},
    ]
    accuracy = [{"lag": 1.0, "wmape": 25.0, "naive_wmape": 31.1},
                {"family": "F", "item": "A", "lag": 1.0, "wmape": 20.0, "naive_wmape": 26.0, "fva": 6.0}]  # fmt: skip
    frames = {
        "settings": settings,
        "accuracy_steps": table("accuracy_steps", list(steps())),
        "override_value": table("override_value", value),
        "forecast_cycles": table("forecast_cycles", cycles),
        "forecast": table("forecast", forecast),
        "accuracy": table("accuracy", accuracy),
        "new_products": table("new_products", [{"launch": "L", **LAUNCH, "launch_period": CURRENT}]),
        "launch_plan": table("launch_plan", [{"launch": "L", "item": "A", "period": CURRENT, **MONTH}]),
        "recent_history": table(
            "recent_history", [{"item": "A", "market": m, "period": CURRENT - 1, "quantity": 33.0} for m in ("X", "")]
        ),
    }
    worth = [("A", "A", "X", 600.0), ("B", "A", "Z", 250.0), ("C", "C", "Z", 100.0), ("D", "C", "Z", 50.0)]
    frames["item_classes"] = table(
        "item_classes", [{"item": i, "family": "F", "abc": a, "xyz": x, "value": v} for i, a, x, v in worth]
    )
    path = tmp_path_factory.mktemp("accuracy_sheet") / "book.xlsx"
    path.write_bytes(build_template(frames))
    return recalculated(path, path.parent)


def test_each_step_stands_with_its_figures_and_says_which_way_it_errs(sheet):
    same(figures(sheet, STEPS + 4, 2, 6), [60, 65, 3, 1.2, -15, -7.5])
    same(figures(sheet, STEPS + 9, 8, 2), [1.5, 1500])
    assert words(sheet, STEPS + 1) == "WHAT EACH STEP ADDED:  +20.5 points, +21 k USD of error from naive to consensus"
    assert sheet.cell(STEPS + 4, 10).value == "over-forecast  ▲ biased beyond ±4"
    same(figures(sheet, LAGS + 3, 2, 2), [60, 61])


def test_the_backtest_is_named_beside_with_what_it_leaves_out(sheet):
    told = words(sheet, LAGS + 7)
    assert told.startswith("Home shows the consensus one month ahead. In a backtest, today's engine on items still")
    assert "WMAPE 25.0 %, naive 31.1 %, 1 month(s) ahead" in told


def test_overrides_are_listed_worst_first_on_the_left_and_best_on_the_right(sheet):
    assert words(sheet, OVERRIDES + 1) == "OVERRIDES:  1 item does better when left alone"
    assert words(sheet, OVERRIDES + 3) == "Sales"
    lists = OVERRIDES + 3 + SHOWN + 1
    assert words(sheet, lists) == "A"
    same(figures(sheet, lists, 2, 6), [9, 2, 10, 14, -4, -7000])
    assert sheet.cell(lists, 9).value == "B"
    assert not sheet.cell(lists + 1, 9).value


def test_the_waterfall_shows_what_a_cycle_said_beside_what_came(sheet):
    row = CYCLES + 3 + 7
    assert words(sheet, row) == "2026-10"
    same(figures(sheet, row, 9, 2), [70, 80])
    same(figures(sheet, CYCLES + 3 + 9, 9, 1), [64])


def test_the_number_is_explained_as_a_sum(sheet):
    first = ITEM + 5
    # Both markets: 14 + 6 events - 2 initiatives + 2 by bookings = 20; sales says 28; 40 were agreed, 46 are planned.
    same([sheet.cell(first + k, 2).value for k in range(6)], [14, 6, 0, -2, 2, 20])
    assert sheet.cell(first + 6, 2).value == 28
    same([sheet.cell(first + k, 2).value for k in (10, 11, 14, 15)], [20, 40, 46, 18])
    assert "beats naive by 6.0 points" in sheet.cell(ITEM + 14, 4).value
    assert words(sheet, ITEM + 7, 4).startswith("Since it sells in too few months")


def test_the_launch_behind_it_is_told_with_gate_odds_curve_and_like_item(sheet):
    told = words(sheet, ITEM + 18, 4)
    assert told == "L, gate validate, probability 60 %, from Nov 26: like B x 0.5, 3 months to full volume"
    same([sheet.cell(ITEM + 22 + k, 7).value for k in range(3)], [12, 6, 30])


def test_history_of_a_file_is_in_the_chart_of_the_item(book):
    # Both markets, the blank one too; the months before have no rows.
    same(block(book, "ACCURACY: THE CHOSEN ITEM")["Actual"][:12], [0] * 11 + [66])


def test_items_stand_by_value_and_steadiness_with_a_bubble_a_class(book, sheet):
    (first,) = [r for r in range(ITEM, sheet.max_row + 1) if words(sheet, r).startswith("ITEMS BY VALUE (ABC)")]
    items = [[sheet.cell(first + 2 + k, column).value for column in range(2, 6)] for k in range(4)]
    assert items == [[1, 0, 1, 2], [0, 0, 0, 0], [0, 0, 2, 2], [1, 0, 3, 4]]
    same(figures(sheet, first + 8, 2, 4), [60, 0, 25, 85])
    assert words(sheet, first + 1, 7) == (
        "AX, worth the most and steady, is 60 % of value; AZ, worth the most and erratic, 25 %"
    )
    bubbles = block(book, "ACCURACY: ITEMS BY CLASS")
    same(bubbles["Share of value"][:9], [60, 0, 25, 0, 0, 0, 0, 0, 15])
    assert bubbles["Label"][:3] == ["AX: 1 item", None, "AZ: 1 item"]
